"""Sheets of the workbook about targets: summary, scorecard, rankings, the way to the target, other readings, zones, and the trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from spatial.indicators.registry import names_of
from spatial.indicators.trail import rows_behind
from spatial.render.cells import ZONE_KINDS, Columns, Rows, Share, difference_cell, reading_name, status_name, value_cell, zone_names
from spatial.schema.result import Result
from spatial.scorecard.beside import TREND_WORDS
from spatial.scorecard.explain import SIDE_WORDS, UNITS
from spatial.scorecard.formatting import comparison_word, verdict_word
from spatial.scorecard.rule_words import rule_in_words

TRAIL_ROWS = 10  # rows a side in the workbook; `spatial explain` has them all


def summary(result: Result, pick: int) -> tuple[Columns, Rows]:
    columns = [(("指标", "Indicator")[pick], "text", 42), (("全区", "Study area")[pick], "value", 14), (("单位", "Unit")[pick], "text", 12),
               (("分子", "Numerator")[pick], "number", 18), (("分母", "Denominator")[pick], "number", 18), (("样本数", "Rows")[pick], "count", 10),
               (("覆盖率", "Coverage")[pick], "share", 10), (("状态", "Status")[pick], "text", 10), (("口径", "Rule")[pick], "text", 60)]
    rows = result.values[result.values["zone"] == "study_area"]
    names = names_of(pick)
    return columns, [(names.get(r.indicator, r.indicator), *value_cell(r.value, r.unit, pick, r.indicator), r.numerator, r.denominator, r.n, r.coverage,
                      status_name(r.status, pick), rule_in_words(r.rule or "", pick)) for r in rows.itertuples(index=False)]


def title_of(row: Any, pick: int) -> str:
    """What a score measures, in the words of the document; else the indicator's name."""
    return row.title or names_of(pick).get(row.indicator, row.indicator)


def scorecard(result: Result, pick: int) -> tuple[Columns, Rows]:
    zones = zone_names(result, pick)
    columns = [(("政策", "Policy")[pick], "text", 8), (("条款", "Clause")[pick], "text", 9), (("指标", "Indicator")[pick], "link", 40),
               (("区域", "Zone")[pick], "text", 24), (("现值", "Value")[pick], "value", 12), (("比较", "Comparison")[pick], "text", 7),
               (("目标", "Target")[pick], "value", 12), (("单位", "Unit")[pick], "text", 9), (("结论", "Verdict")[pick], "status", 9),
               (("差额", "Margin")[pick], "value", 12), (("覆盖率", "Coverage")[pick], "share", 9), (("样本数", "Rows")[pick], "count", 8), (("名次", "Rank")[pick], "count", 7),
               (("其他口径下限", "Lowest reading")[pick], "value", 12), (("其他口径上限", "Highest reading")[pick], "value", 12), (("换口径则结论改变", "Flips under")[pick], "long", 28),
               (("上期", "Previous")[pick], "value", 12), (("变动", "Change")[pick], "value", 11), (("趋势", "Trend")[pick], "text", 10),
               (("补足所需", "To close")[pick], "long", 56), (("口径", "Rule")[pick], "long", 40)]
    rows: Rows = []
    for r in result.scorecard.itertuples(index=False):
        def cell(value: Any, r: Any = r) -> Any:
            return value_cell(value, r.unit, pick, r.indicator)[0]

        target = "–".join(str(x) for x in r.target) if isinstance(r.target, (list, tuple)) else cell(r.target)
        rows.append((r.policy, r.clause, title_of(r, pick), zones.get(r.zone, r.zone), cell(r.value), _sign(r, pick), target, value_cell(None, r.unit, pick, r.indicator)[1],
                     verdict_word(r.status, r.reason, pick), difference_cell(r.margin, r.unit, r.indicator), r.coverage, r.n, r.rank, cell(r.low), cell(r.high),
                     ("；", "; ")[pick].join(reading_name(x, pick) for x in r.flips_under or ()),
                     cell(r.previous), difference_cell(r.change, r.unit, r.indicator), TREND_WORDS[r.trend or ""][pick], r.to_close.get("text", "") if isinstance(r.to_close, dict) else "",
                     rule_in_words(r.rule or "", pick)))
    return columns, rows


def _sign(score: Any, pick: int) -> str:
    """How a value is held against its target, as it is judged."""
    return comparison_word(score.comparison, bool(getattr(score, "exact", False)), ("zh", "en")[pick]) or ("区间", "between")[pick]


def course(result: Result, pick: int) -> tuple[Columns, Rows]:
    """Every reported figure with its verdict as of the day it was reported for."""
    zones = zone_names(result, pick)
    columns = [(("政策", "Policy")[pick], "text", 8), (("条款", "Clause")[pick], "text", 9), (("指标", "Indicator")[pick], "text", 40), (("区域", "Zone")[pick], "text", 22),
               (("截至", "As of")[pick], "date", 12), (("完成值", "Value")[pick], "value", 12), (("比较", "Comparison")[pick], "text", 7), (("目标", "Target")[pick], "value", 12),
               (("单位", "Unit")[pick], "text", 9), (("期限", "Deadline")[pick], "date", 12), (("当时结论", "Verdict then")[pick], "status", 10), (("差额", "Margin")[pick], "value", 12)]
    rows: Rows = []
    for r in result.lists.get("course", pd.DataFrame()).itertuples(index=False):
        target = "–".join(str(x) for x in r.target) if isinstance(r.target, (list, tuple)) else value_cell(r.target, r.unit, pick, r.indicator)[0]
        rows.append((r.policy, r.clause, r.title, zones.get(r.zone, r.zone), date.fromisoformat(r.as_of), *value_cell(r.value, r.unit, pick, r.indicator)[:1], _sign(r, pick), target,
                     value_cell(None, r.unit, pick, r.indicator)[1], date.fromisoformat(r.deadline) if r.deadline else None, status_name(r.status, pick),
                     difference_cell(r.margin, r.unit, r.indicator)))
    return columns, rows


def rankings(result: Result, pick: int) -> tuple[Columns, Rows]:
    """Ranked lines, by clause and kind of zone, the first first; ties share the better rank, and the step since the frozen result is told."""
    zones = zone_names(result, pick)
    kinds = result.zones.set_index("id")["kind"]
    columns = [(("条款", "Clause")[pick], "text", 9), (("指标", "Indicator")[pick], "text", 26), (("排名范围", "Among")[pick], "text", 12), (("名次", "Rank")[pick], "count", 7),
               (("区域", "Zone")[pick], "text", 28), (("现值", "Value")[pick], "value", 12), (("样本数", "Rows")[pick], "count", 8), (("上期名次", "Rank before")[pick], "count", 9),
               (("升降", "Step")[pick], "text", 9), (("上期", "Previous")[pick], "value", 12), (("变动", "Change")[pick], "value", 12)]
    ranked = result.scorecard[result.scorecard["rank"].notna()]
    ranked = ranked.assign(kind=ranked["zone"].map(kinds), order=ranked["rank"].astype(float)).sort_values(["clause", "kind", "order", "zone"], kind="stable")
    rows = []
    for r in ranked.itertuples(index=False):
        cells = [value_cell(value, r.unit, pick, r.indicator)[0] for value in (r.value, r.previous)]
        rows.append((r.clause, title_of(r, pick), ZONE_KINDS.get(r.kind, (r.kind, r.kind))[pick], r.rank, zones.get(r.zone, r.zone), cells[0], r.n, r.previous_rank,
                     step(r.rank, r.previous_rank, pick), cells[1], difference_cell(r.change, r.unit, r.indicator)))
    return columns, rows


def step(rank: Any, before: Any, pick: int) -> str:
    """How many places up or down since the rank before; empty where there is none."""
    if rank is None or before is None or rank != rank or before != before:
        return ""
    moved = int(before) - int(rank)
    return ("持平", "same")[pick] if moved == 0 else f"{'↑' if moved > 0 else '↓'}{abs(moved)}"


def ways(result: Result, pick: int) -> tuple[Columns, Rows]:
    zones = zone_names(result, pick)
    columns = [(("条款", "Clause")[pick], "text", 9), (("指标", "Indicator")[pick], "text", 34), (("区域", "Zone")[pick], "text", 26), (("序号", "No.")[pick], "count", 7),
               (("地块", "Parcel")[pick], "text", 24), (("所属载体", "Carrier")[pick], "text", 24), (("面积(亩)", "Area (mu)")[pick], "number", 12),
               (("累计(亩)", "Cumulative (mu)")[pick], "number", 14)]
    rows: Rows = []
    for r in result.scorecard.itertuples(index=False):
        for i, item in enumerate(r.to_close.get("items", ()) if isinstance(r.to_close, dict) else (), 1):
            rows.append((r.clause, title_of(r, pick), zones.get(r.zone, r.zone), i, item["key"], item.get("place", ""), item["amount"], item.get("cumulative")))
    return columns, rows


def readings(result: Result, pick: int) -> tuple[Columns, Rows]:
    """Every other reading of the district's lines and of those whose verdict flips."""
    zones, names = zone_names(result, pick), names_of(pick)
    columns = [(("指标", "Indicator")[pick], "text", 44), (("区域", "Zone")[pick], "text", 26), (("另一口径", "Other reading")[pick], "text", 34), (("值", "Value")[pick], "value", 12),
               (("单位", "Unit")[pick], "text", 9), (("状态", "Status")[pick], "text", 10)]
    judged = set(zip(result.scorecard["indicator"], result.scorecard["zone"], strict=True))
    rows = [(names.get(r.indicator, r.indicator), zones.get(r.zone, r.zone), reading_name(r.rule, pick), *value_cell(r.value, r.unit, pick, r.indicator), status_name(r.status, pick))
            for r in result.readings.itertuples(index=False) if (r.indicator, r.zone) in judged]
    return columns, rows


def by_zone(result: Result, pick: int) -> tuple[Columns, Rows]:
    zones, names = zone_names(result, pick), names_of(pick)
    shown = [name for name in result.values["indicator"].unique() if (result.values.loc[result.values["indicator"] == name, "status"] != "no_data").any()]
    wide = result.values.pivot(index="zone", columns="indicator", values="value").reindex(result.zones["id"])
    units = result.values.drop_duplicates("indicator").set_index("indicator")["unit"]
    columns = [(("区域", "Zone")[pick], "text", 28), (("类别", "Kind")[pick], "text", 12), (("地块数", "Parcels")[pick], "count", 10),
               (("面积(亩)", "Area (mu)")[pick], "number", 14)]
    columns += [(f"{names.get(name, name)}({value_cell(None, units[name], pick, name)[1]})", "value", 16) for name in shown]
    rows = [(zones[z.id], ZONE_KINDS.get(z.kind, (z.kind, z.kind))[pick], z.parcel_count, z.area_m2 * 3 / 2000, *(value_cell(wide.at[z.id, name], units[name], pick, name)[0] for name in shown))
            for z in result.zones.itertuples(index=False)]
    return columns, rows


def trail(result: Result, pick: int) -> tuple[Columns, Rows, dict[tuple[str, str], int]]:
    """The largest rows behind every judged value that the trail keeps, and the sheet row at which each begins."""
    zones, names = zone_names(result, pick), names_of(pick)
    columns = [(("指标", "Indicator")[pick], "text", 40), (("区域", "Zone")[pick], "text", 26), (("分子/分母", "Side")[pick], "text", 10), (("序号", "No.")[pick], "count", 7),
               (("编号", "Key")[pick], "text", 24), (("名称", "Name")[pick], "text", 24), (("载体", "Carrier")[pick], "text", 24), (("台账行", "Ledger row")[pick], "count", 9),
               (("数量", "Amount")[pick], "number", 16), (("计入比例", "Share")[pick], "share", 10), (("计入数", "Contribution")[pick], "number", 16), (("单位", "Unit")[pick], "text", 9)]
    rows: Rows = []
    begins: dict[tuple[str, str], int] = {}
    for indicator, zone in _judged(result.scorecard):
        for side in SIDE_WORDS:
            behind = rows_behind(result.trail, indicator, zone, side)
            if not len(behind):
                continue
            begins.setdefault((indicator, zone), len(rows) + 1)
            terms = result.trail.terms
            unit = terms.loc[(terms["indicator"] == indicator) & (terms["side"] == side), "unit"].iloc[0]
            for i, r in enumerate(behind.head(TRAIL_ROWS).itertuples(index=False), 1):
                rows.append((names.get(indicator, indicator), zones.get(zone, zone), SIDE_WORDS[side][pick], i, r.key, r.name, r.place, None if r.line != r.line else int(r.line), r.amount,
                             Share(r.share), r.contribution, UNITS.get(unit, (unit, unit))[pick]))
            if len(behind) > TRAIL_ROWS:
                more = len(behind) - TRAIL_ROWS
                said = f"{('其余', 'the other')[pick]} {more:,} {('行', 'rows')[pick]}: spatial explain . {indicator} --zone \"{zone}\""
                rows.append((names.get(indicator, indicator), zones.get(zone, zone), SIDE_WORDS[side][pick], None, said, "", "", None, None, None,
                             behind["contribution"].iloc[TRAIL_ROWS:].sum(), UNITS.get(unit, (unit, unit))[pick]))
    return columns, rows, begins


def _judged(scores: pd.DataFrame) -> Iterable[tuple[str, str]]:
    """Indicators and zones that a reader will ask for: the district's lines, and what is missed or turns."""
    asked = scores[scores["value"].notna() & scores["coverage"].notna() & (scores["zone"].eq("study_area") | scores["status"].isin(("missed", "not_due")) | scores["flips_under"].map(bool))]
    return list(dict.fromkeys(zip(asked["indicator"], asked["zone"], strict=True)))
