"""What the map carries of each parcel and of the ledger rows behind it, as columns with labels, units and a place on the card."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from spatial.render.map_codec import Body, date_column, number_column, text_column
from spatial.render.map_states import STATES
from spatial.schema.result import Result

Pair = tuple[str, str]
ENTERPRISE_COLUMNS = frozenset(("tax_wanyuan", "value_added_wanyuan", "output_wanyuan", "fixed_investment_wanyuan", "tax_per_mu", "value_added_per_mu", "output_per_mu",
                                "investment_per_mu", "parcel_tax_wanyuan", "parcel_land_m2"))
TEXTS: tuple[tuple[str, Pair], ...] = (
    ("carrier_name", ("所属载体", "Carrier")), ("land_use_name", ("土地用途", "Land use")), ("planned_use_name", ("规划用途", "Planned use")),
    ("status_reason", ("判定依据", "Reason")), ("determination_no", ("认定文号", "Determination")), ("inefficient_rule", ("低效规则", "Low-efficiency rule")),
    ("evidence_name", ("影像疑似", "Suspected by imagery")), ("evidence_reason", ("影像依据", "Evidence")), ("constraint_kinds", ("管控范围", "Constraints")),
)
NUMBERS: tuple[tuple[str, Pair, int, Pair], ...] = (
    ("area_m2", ("面积", "Area"), 2, ("m²", "m²")), ("registered_area_m2", ("登记面积", "Registered area"), 2, ("m²", "m²")),
    ("floor_area_m2", ("建筑面积", "Floor area"), 1, ("m²", "m²")), ("floor_area_ratio", ("容积率", "Floor area ratio"), 2, ("", "")),
    ("building_density", ("建筑密度", "Building density"), 3, ("%", "%")), ("tax_per_mu", ("亩均税收", "Tax per mu"), 2, ("万元/亩", "10⁴ CNY/mu")),
    ("value_added_per_mu", ("亩均增加值", "Value added per mu"), 2, ("万元/亩", "10⁴ CNY/mu")), ("output_per_mu", ("亩均产值", "Output per mu"), 2, ("万元/亩", "10⁴ CNY/mu")),
    ("investment_per_mu", ("亩均固定资产投资", "Investment per mu"), 2, ("万元/亩", "10⁴ CNY/mu")), ("days_overdue", ("逾期天数", "Days overdue"), 0, ("天", "days")),
    ("fee_wanyuan", ("土地闲置费", "Idle-land fee"), 2, ("万元", "10⁴ CNY")),
)
LEDGERS: dict[str, tuple[Pair, tuple[tuple[str, Pair, str], ...]]] = {
    "supply": (("供地合同", "Supply contract"), (
        ("supply_id", ("合同编号", "Contract"), "text"), ("supply_mode", ("供应方式", "Mode"), "text"), ("contract_date", ("签订日期", "Signed"), "date"),
        ("area_m2", ("合同面积", "Area"), "m²"), ("price_wanyuan", ("成交价", "Price"), "万元"), ("agreed_handover_date", ("约定交地", "Agreed handover"), "date"),
        ("handover_date", ("实际交地", "Handover"), "date"), ("agreed_start_date", ("约定开工", "Agreed start"), "date"),
        ("supplement_start_date", ("补充协议开工", "Supplementary start"), "date"), ("actual_start_date", ("实际开工", "Actual start"), "date"),
        ("agreed_completion_date", ("约定竣工", "Agreed completion"), "date"), ("completion_date", ("实际竣工", "Completion"), "date"),
        ("suspended_date", ("中止日期", "Suspended"), "date"), ("delay_cause", ("延迟原因", "Cause of delay"), "text"),
        ("total_investment_wanyuan", ("总投资", "Total investment"), "万元"), ("invested_wanyuan", ("已投资", "Invested"), "万元"))),
    "standard_land": (("标准地承诺", "Standard-land commitments"), (
        ("measure", ("指标", "Measure"), "text"), ("standard", ("控制值", "Standard"), ""), ("commitment", ("承诺值", "Commitment"), ""), ("actual", ("实际值", "Actual"), ""),
        ("kept", ("达标", "Kept"), "text"), ("industry_code", ("行业", "Industry"), "text"), ("stage", ("阶段", "Stage"), "text"), ("check_date", ("核验日期", "Checked"), "date"),
        ("result", ("结论", "Result"), "text"))),
    "projects": (("项目", "Project"), (
        ("project_name", ("项目名称", "Project"), "text"), ("project_id", ("项目代码", "Code"), "text"), ("industry", ("行业", "Industry"), "text"),
        ("registered_date", ("备案日期", "Registered"), "date"),
        ("start_date", ("开工日期", "Start"), "date"), ("completion_date", ("竣工日期", "Completion"), "date"), ("total_investment_wanyuan", ("总投资", "Investment"), "万元"),
        ("year_done_wanyuan", ("当年完成投资", "Done this year"), "万元"), ("task_force", ("专班", "Task force"), "text"))),
    "enterprises": (("企业", "Enterprise"), (
        ("enterprise_name", ("企业名称", "Enterprise"), "text"), ("enterprise_id", ("统一信用代码", "Credit code"), "text"), ("year", ("年度", "Year"), "year"),
        ("industry", ("行业", "Industry"), "text"), ("tax_wanyuan", ("税收", "Tax"), "万元"), ("value_added_wanyuan", ("增加值", "Value added"), "万元"),
        ("output_wanyuan", ("产值", "Output"), "万元"), ("revenue_wanyuan", ("营业收入", "Revenue"), "万元"), ("employees", ("从业人数", "Employees"), "人"),
        ("land_registered_m2", ("登记用地", "Registered land"), "m²"), ("class", ("综合评价档次", "Evaluation class"), "text"), ("score", ("综合评价得分", "Evaluation score"), ""),
        ("rank", ("综合评价名次", "Evaluation rank"), ""), ("veto", ("否决、升降档", "Veto or steps"), "text"))),
}
IMAGERY: tuple[tuple[str, Pair, dict[str, Any]], ...] = (
    ("mean", ("影像 {}：均值", "Imagery {}: mean"), {}), ("coverage", ("影像 {}：覆盖", "Imagery {}: covered"), {"percent": True}))
UNITS = {"万元": ("万元", "10⁴ CNY"), "人": ("人", "persons"), "m²": ("m²", "m²")}
STAGES = {"completion": ("竣工验收", "at completion"), "production": ("达产复核", "in production")}
YES = {True: ("是", "yes"), False: ("否", "no")}


def parcel_columns(body: Body, result: Result, pick: int, states: pd.DataFrame, public: bool) -> list[dict[str, Any]]:
    """Columns of the parcels, in the order of the card; categorical states carry the words and colours of their views."""
    parcels = result.parcels
    columns = [text_column(body, "parcel_id", ("宗地代码", "Parcel")[pick], parcels["parcel_id"], group="parcel")]
    for name, state in STATES.items():
        if name in states:
            labels = [label[pick] for label, _ in state.classes.values()]
            said = states[name].map({code: label[pick] for code, (label, _) in state.classes.items()})
            columns.append(text_column(body, name, state.label[pick], said, ordered=labels, group="state"))
    for name, label in TEXTS:
        if name in parcels and parcels[name].notna().any():
            columns.append(text_column(body, name, label[pick], parcels[name], group="parcel"))
    for name, label, digits, unit in NUMBERS:
        if name in parcels and parcels[name].notna().any() and not (public and name in ENTERPRISE_COLUMNS):
            percent = {"percent": True} if unit[pick] == "%" else {}
            columns.append(number_column(body, name, label[pick], parcels[name].to_numpy(float), digits, "" if percent else unit[pick], group="parcel", **percent))
    year = supply_year(result)
    if year is not None:
        columns.append(number_column(body, "supply_year", ("供应年份", "Supply year")[pick], year, 0, group="supply", plain=True))
    for raster in (role.partition(".")[2] or role for role in result.study.layers if role.split(".")[0] == "imagery"):
        for kind, label, more in IMAGERY:
            name = f"{raster}_{kind}"
            if name in parcels and parcels[name].notna().any():
                columns.append(number_column(body, name, label[pick].format(raster), parcels[name].to_numpy(float), 3, group="imagery", **more))
    return columns


def supply_year(result: Result) -> Any:
    """Year of the contract that speaks for a parcel; nan where none does."""
    supply, parcels = result.ledgers.get("supply"), result.parcels
    if supply is None or "status_row" not in parcels or "contract_date" not in supply or not supply["contract_date"].notna().any():
        return None
    row = parcels["status_row"].to_numpy(float)
    known = np.flatnonzero(np.isfinite(row))
    out = np.full(len(parcels), np.nan)
    out[known] = pd.to_datetime(supply["contract_date"]).dt.year.to_numpy(float)[row[known].astype(int)]
    return out


def tables(body: Body, result: Result, pick: int, public: bool) -> list[dict[str, Any]]:
    """Ledger rows and the parcels they stand on; a public edition has none but supply contracts."""
    made = []
    place = pd.Series(np.arange(len(result.parcels)), index=result.parcels["parcel_id"])
    place = place[~place.index.duplicated()]
    for role, (label, fields) in LEDGERS.items():
        rows = result.lists.get("commitments") if role == "standard_land" else result.ledgers.get(role)
        if rows is None or "parcel_id" not in rows or (public and role != "supply"):
            continue
        rows = rows.reset_index(drop=True)
        if "stage" in rows:
            rows["stage"] = rows["stage"].map(lambda said: STAGES[said][pick] if said in STAGES else said)
        if role == "enterprises" and "year" in rows and rows["year"].notna().any():
            rows = rows[rows["year"] == rows["year"].where(rows["year"] <= result.study.as_of.year).max()].reset_index(drop=True)
        links = rows["parcel_id"].map(lambda keys: keys if isinstance(keys, tuple) else (keys,)).explode()
        on = links.map(place)
        known = on.notna().to_numpy()
        pairs = np.column_stack((on.to_numpy(float)[known].astype(np.int64), links.index.to_numpy(np.int64)[known]))
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        columns = [made_column(body, rows, name, title[pick], kind, pick) for name, title, kind in fields if name in rows and rows[name].notna().any()]
        if columns and len(pairs):
            made.append({"name": role, "label": label[pick], "count": len(rows), "columns": columns, "parcels": body.add(pairs[:, 0], 2), "rows": body.add(pairs[:, 1], 1)})
    return made


def made_column(body: Body, rows: pd.DataFrame, name: str, label: str, kind: str, pick: int) -> dict[str, Any]:
    """One column of a ledger by its kind: text, date, year, or a number with its unit."""
    values = rows[name]
    if kind == "date":
        return date_column(body, name, label, values)
    if kind == "text":
        said = values.map(lambda value: None if value is None or value is pd.NA or value != value else YES[bool(value)][pick] if isinstance(value, (bool, np.bool_)) else value)
        return text_column(body, name, label, said)
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(float)
    if kind == "year":
        return number_column(body, name, label, numbers, 0, plain=True)
    return number_column(body, name, label, numbers, 0 if kind == "人" else 2, UNITS.get(kind, (kind, kind))[pick])


def pieces(body: Body, result: Result) -> dict[str, Any]:
    """Pieces of parcels in carriers and, one number further, outside them, by the study's allocation, in hundredths of m²: sums of any selection."""
    carriers = {key: i for i, key in enumerate(result.carriers["carrier_id"])} if len(result.carriers) else {}
    carriers["outside"] = len(carriers)  # its own number: where carriers overlap, what is left of a sum is not what lies outside
    rows = result.pieces[result.pieces["zone"].isin(carriers)]
    order = np.lexsort((rows["zone"].map(carriers).to_numpy(np.int64), rows["parcel"].to_numpy(np.int64)))
    rows = rows.iloc[order]
    return {"parcel": body.add(rows["parcel"].to_numpy(np.int64), 2), "carrier": body.add(rows["zone"].map(carriers).to_numpy(np.int64)),
            "area": body.add(np.rint(rows["area_m2"].to_numpy(float) * 100).astype(np.int64))}


def in_space(parcels: gpd.GeoDataFrame, degrees: gpd.GeoSeries) -> Any:
    """Positions of the parcels along a Hilbert curve: neighbours travel, and are drawn, together."""
    distance = degrees.hilbert_distance().to_numpy() if len(degrees) else np.zeros(0)
    return np.lexsort((parcels["parcel_id"].astype(str).to_numpy(dtype=str), distance))
