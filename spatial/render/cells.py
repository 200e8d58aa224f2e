"""How numbers, zones and statuses are worded in the workbook and the report."""

from __future__ import annotations

from typing import Any

from spatial.schema.policy import unit_label
from spatial.schema.result import Result
from spatial.scorecard.formatting import PLAIN_RATIOS, STATUS_WORDS

Columns = list[tuple[str, str, int]]  # header, format, width
Rows = list[tuple[Any, ...]]
INTERNAL = ("内部资料", "Internal")  # stamped on every internal output
ZONE_KINDS = {"study_area": ("全区", "study area"), "carrier": ("载体", "carrier"), "carrier_type": ("载体类型", "carrier type"), "outside": ("载体外", "outside"),
              "city": ("市", "city"), "task_force": ("专班", "task force"), "townships": ("镇街", "township"), "platforms": ("平台", "platform"), "parks": ("园区", "park"),
              "cities": ("市", "city")}
ROLE_WORDS: dict[str, tuple[str, str]] = {
    "parcels": ("地块", "parcels"), "parcels_before": ("期初地块", "earlier parcels"), "carriers": ("产业载体", "carriers"), "zones": ("分区", "zones"), "attributes": ("地块附加表", "attributes"),
    "supply": ("供地台账", "land supply"), "projects": ("项目台账", "projects"), "standard_land": ("标准地台账", "standard land"), "enterprises": ("企业台账", "enterprises"),
    "approvals": ("农转用批次", "approvals"), "buildings": ("建筑", "buildings"), "constraints": ("约束要素", "constraints"), "leases": ("租赁台账", "leases"),
    "statistics": ("统计数据", "statistics"), "tracked": ("填报目标", "tracked targets"), "imagery": ("影像", "imagery"),
}
RULES: dict[str, tuple[str, str]] = {
    "allocation": ("跨界分配", "allocation"), "idle_denominator": ("闲置分母", "idle denominator"), "inefficient_denominator": ("低效分母", "low-efficiency denominator"),
    "per_mu_land": ("亩均用地口径", "land of figures per mu"), "stock_land": ("存量用地", "stock land"), "new_land": ("新增口径", "new land"), "industrial_uses": ("产业用地", "industrial uses"),
    "industrial_trades": ("工业(物流)行业", "industrial trades"), "trades": ("企业行业", "industry of firms"),
    "anniversary": ("满一年", "full year"), "firms": ("企业范围", "firms"), "counting": ("计入范围", "counted"),
}
READINGS: dict[str, tuple[str, str]] = {
    "area": ("按面积分割", "by area"), "largest": ("归最大部分", "largest piece"), "point": ("按代表点", "by point"), "supplied_industrial": ("已供产业用地", "supplied industrial"),
    "not_told": ("台账未写，全部计入", "not told, all count"),
    "supplied_all": ("全部已供用地", "all supplied"), "all_parcels": ("全部宗地", "all parcels"), "evaluated_enterprises": ("参评企业用地", "evaluated enterprises"),
    "built_industrial": ("已建成产业用地", "built industrial"), "planned_industrial": ("规划产业用地", "planned industrial"), "parcels": ("全部宗地", "all parcels"),
    "exclude": ("不含", "left out"), "include": ("计入", "counted"), "contract": ("按供地合同", "by contract"), "quota": ("按农转用指标", "by quota"), ">": ("次日起算满", "the day after"),
    ">=": ("当日起算满", "on the day"), "location": ("只按区位", "location only"), "evaluated": ("参评企业", "evaluated"),
    "location_or_listed": ("区位或列入项目", "location or listed project"), "none": ("未设", "none"), "huzhou-2021": ("湖州2021“三低”企业用地", "Huzhou 2021, three lows"),
}


class Share(float):
    """A number that is shown as a percentage."""


def internal(result: Result, pick: int) -> str:
    """The stamp of an internal output; empty for a public edition."""
    return "" if result.study.audience == "public" else INTERNAL[pick]


def value_cell(value: Any, unit: str, pick: int, indicator: str) -> tuple[Any, str]:
    """A value and its unit as the workbook shows them: shares as percentages, ratios as they are."""
    if unit == "ratio" and indicator not in PLAIN_RATIOS:
        return (value if value is None or value != value else Share(value), "%")
    return (value, {"ratio": ("–", "–"), "mu": ("亩", "mu"), "count": ("个", "count")}.get(unit, (unit, unit_label(unit, "en")))[pick])


def zone_names(result: Result, pick: int) -> dict[str, str]:
    fixed = {"study_area": ("全区", "Study area"), "outside": ("载体外", "Outside carriers")}
    return {row.id: fixed[row.id][pick] if row.id in fixed else (row.name or row.id) for row in result.zones.itertuples(index=False)}


def reading_name(label: str, pick: int) -> str:
    """`allocation=largest` in words; what is not known stays as it is."""
    rule, _, value = label.partition("=")
    return f"{RULES.get(rule, (rule, rule))[pick]}{'：' if pick == 0 else ': '}{READINGS.get(value, (value, value))[pick]}"


def status_name(status: str, pick: int) -> str:
    return STATUS_WORDS[status][pick] if status in STATUS_WORDS else status


def role_name(role: str, pick: int) -> str:
    """The role of a layer in words, with the name that the study gave it: `zones.townships` is `分区 townships`."""
    head, _, name = role.partition(".")
    return " ".join(part for part in (ROLE_WORDS.get(head, (head, head))[pick], name) if part)
