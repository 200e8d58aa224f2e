"""Rules and their readings in words: what `allocation=area; year=2022` means to somebody who wrote no study file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from spatial.indicators.formula_words import LETTERS, in_english
from spatial.indicators.terms import Indicator

RULES: dict[str, tuple[str, str]] = {
    "allocation": ("跨界分配", "allocation"), "idle_denominator": ("闲置分母", "idle denominator"), "inefficient_denominator": ("低效分母", "low-efficiency denominator"),
    "per_mu_land": ("亩均用地口径", "land of figures per mu"), "stock_land": ("存量用地", "stock land"), "new_land": ("新增口径", "new land"), "industrial_uses": ("产业用地", "industrial uses"),
    "industrial_trades": ("工业(物流)行业", "industrial trades"), "trades": ("企业行业", "industry of firms"),
    "area_source": ("面积", "areas"), "year": ("数据年度", "year of the figures"), "inefficient": ("低效规则集", "rule set of low efficiency"), "paid_uses": ("有偿用途", "uses paid for"),
    "intensive_use": ("评价办法", "profile"), "type": ("评价类型", "type"), "elapsed": ("时序进度", "part of the year passed"), "lease_land": ("租赁用地", "leased land"),
    "anniversary": ("满一年", "full year"), "firms": ("企业范围", "firms"), "counting": ("计入范围", "counted"),
}
READINGS: dict[str, tuple[str, str]] = {
    "area": ("按面积分割", "by area"), "largest": ("归最大部分", "largest piece"), "point": ("按代表点", "by point"), "supplied_industrial": ("已供产业用地", "supplied industrial"),
    "not_told": ("台账未写，全部计入", "not told, all count"),
    "supplied_all": ("全部已供用地", "all supplied"), "all_parcels": ("全部宗地", "all parcels"), "evaluated_enterprises": ("参评企业用地", "evaluated enterprises"),
    "built_industrial": ("已建成产业用地", "built industrial"), "planned_industrial": ("规划产业用地", "planned industrial"), "parcels": ("全部宗地", "all parcels"),
    "as_of": ("截至日在租的全计", "whole if leased on the day"), "months": ("按月折算", "by months"),
    "exclude": ("不含", "left out"), "include": ("计入", "counted"), "contract": ("按供地合同", "by contract"), "quota": ("按农转用指标", "by quota"), ">": ("次日起算满", "the day after"),
    ">=": ("当日起算满", "on the day"), "location": ("只按区位", "location only"), "evaluated": ("参评企业", "evaluated"),
    "geometry": ("按图形", "by geometry"), "registered": ("按登记", "as registered"), "industrial": ("工业主导型", "industrial"), "mixed": ("产城融合型", "mixed"), "other": ("其他", "other"),
    "location_or_listed": ("区位或列入项目", "location or listed project"), "none": ("未设", "none"), "huzhou-2021": ("湖州2021“三低”企业用地", "Huzhou 2021, three lows"),
}
EVIDENCE: dict[str, tuple[str, str]] = {  # how well a formula or rule is known
    "text": ("读过公布文本", "read in the published text"), "practice": ("见于实际系统", "seen in practice"), "unverified": ("凭记忆，未核对原文", "from memory, text not checked"),
}
NOTES: tuple[tuple[str, str, str], ...] = (  # parts of a rule that are no key: pattern, words in Chinese and in English
    (r"(\d{4})-(\d{4})", r"\1 年比 \2 年", r"\1 against \2"),
    (r"exact coverage", "按精确覆盖比例统计", "exact coverage"),
    (r"(.+) cover (\S+)", r"影像 \1，\2", r"image \1 of \2"),
    (r"over: polygon of the zone", "按分区边界整体量算", "over the polygon of the zone"),
    (r"over: parcels outside", "按载体外的地块", "over the parcels outside"),
    (r"over: parcels", "按地块", "over parcels"),
)


def reading_name(label: str, pick: int) -> str:
    """`allocation=largest` in words; what is not known stays as it is."""
    rule, _, value = label.partition("=")
    return f"{RULES.get(rule, (rule, rule))[pick]}{'：' if pick == 0 else ': '}{READINGS.get(value, (value, value))[pick]}"


def evidence_words(mark: str, pick: int) -> str:
    """The mark of a source in brackets, ` (读过公布文本)`; empty where there is none."""
    return f" ({EVIDENCE[mark][pick]})" if mark in EVIDENCE else ""


def readings_in_words(rules: Iterable[str], pick: int) -> str:
    """Readings by which a verdict would be the other one, in words and as the keys that set them."""
    return ("；", "; ")[pick].join(f"{reading_name(rule, pick)} ({rule})" for rule in rules)


def denominator_in_words(indicator: Indicator, rules: Mapping[str, Any], pick: int) -> str:
    """What a share is a share of: classes of the land accounts by their names, a chosen denominator by the choice."""
    chosen = next((rule for rule in indicator.rules if rule.endswith("_denominator")), "")
    if chosen:
        return READINGS[str(rules[chosen])][pick]
    if re.fullmatch(r"[A-H]\d*(\+[A-H]\d*)*", indicator.denominator):
        return (" + ").join(LETTERS[letter][pick] for letter in indicator.denominator.split("+"))
    return indicator.denominator if pick == 0 else in_english(indicator.denominator)


def rule_in_words(rule: str, pick: int) -> str:
    """All parts of a rule in words, `跨界分配：按面积分割；面积：按图形`; what is not known stays as it is."""
    return ("；", "; ")[pick].join(_part(part, pick) for part in rule.split("; ") if part)


def _part(part: str, pick: int) -> str:
    if re.fullmatch(r"\w+=.*", part):
        return reading_name(part, pick)
    for pattern, *words in NOTES:
        if re.fullmatch(pattern, part):
            return re.sub(pattern, words[pick], part)
    return part
