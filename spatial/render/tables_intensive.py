"""Sheets of the workbook about the intensive-use evaluation and the monthly dispatch of projects."""

from __future__ import annotations

import pandas as pd

from spatial.indicators.intensive_use import SCORE
from spatial.indicators.registry import names_of
from spatial.render.cells import ZONE_KINDS, Columns, Rows, Share, status_name, value_cell, zone_names
from spatial.schema.intensive import TYPES
from spatial.schema.result import Result

DISPATCH = ("project_start_rate", "late_start_project_count", "investment_completion_rate", "investment_pace", "started_project_count_year", "completed_project_count_year")


def intensive(result: Result, pick: int) -> tuple[Columns, Rows]:
    """Every zone's score and the items behind it: value, ideal, score, weight, and the reason of the ideal value."""
    lines, zones, names = result.lists.get("intensive_use", pd.DataFrame()), zone_names(result, pick), names_of(pick)
    columns: Columns = [(("区域", "Zone")[pick], "text", 26), (("评价类型", "Type")[pick], "text", 20), (("目标", "Target")[pick], "text", 7), (("子目标", "Sub-target")[pick], "text", 8),
                        (("指标", "Indicator")[pick], "text", 26), (("现状值", "Value")[pick], "value", 12), (("理想值", "Ideal")[pick], "value", 12), (("单位", "Unit")[pick], "text", 11),
                        (("得分", "Score")[pick], "number", 10), (("权重", "Weight")[pick], "share", 9), (("加权得分", "Weighted")[pick], "number", 10), (("状态", "Status")[pick], "text", 10),
                        (("理想值理由", "Reason of the ideal value")[pick], "long", 44)]
    rows: Rows = []
    scores = result.values[result.values["indicator"].eq(SCORE)].set_index("zone")
    units = result.values.drop_duplicates("indicator").set_index("indicator")["unit"]
    for zone, own in lines.groupby("zone", sort=False):
        whole = scores.loc[zone] if zone in scores.index else None
        first = own.iloc[0]
        total, status = (first["weighted"], first["status"]) if whole is None else (whole["value"], whole["status"])
        rows.append((zones.get(zone, zone), TYPES.get(first["type"], (first["type"],) * 2)[pick], "", "", names[SCORE], None, None, ("分", "points")[pick], None, None, total,
                     status_name(status, pick), ""))
        for r in own[own["indicator"].ne(SCORE)].itertuples(index=False):
            value, unit = value_cell(r.value, units[r.indicator], pick, r.indicator)
            rows.append((zones.get(zone, zone), TYPES[r.type][pick], r.target, r.sub, names[r.indicator], value, value_cell(r.ideal, units[r.indicator], pick, r.indicator)[0], unit, r.score,
                         Share(r.weight), r.weighted, status_name(r.status, pick), (r.reason, r.reason_en)[pick]))
    return columns, rows


def dispatch(result: Result, pick: int) -> tuple[Columns, Rows]:
    """Projects by city, task force and carrier (月调度): starts, late starts, completion of the plan and pace; where the study has projects."""
    names, zones = names_of(pick), zone_names(result, pick)
    columns: Columns = [(("区域", "Zone")[pick], "text", 28), (("类别", "Kind")[pick], "text", 12), (("项目数", "Projects")[pick], "count", 9)]
    columns += [(names[name], "value", 14) for name in DISPATCH]
    columns += [(("年度完成投资(万元)", "Done in the year (10⁴ CNY)")[pick], "number", 16), (("年度计划(万元)", "Plan of the year (10⁴ CNY)")[pick], "number", 16)]
    told = result.values[result.values["indicator"].isin(DISPATCH)]
    if "projects" not in result.ledgers or told.empty:
        return columns, []
    at = {(r.indicator, r.zone): r for r in told.itertuples(index=False)}  # a city or a task force has no row of an indicator without data
    rows: Rows = []
    for zone in result.zones.itertuples(index=False):
        held = {name: at[name, zone.id] for name in DISPATCH if (name, zone.id) in at and at[name, zone.id].status == "ok"}
        start, done = held.get("project_start_rate"), held.get("investment_completion_rate")
        if start is None and done is None:
            continue
        cells = [value_cell(held[name].value, held[name].unit, pick, name)[0] if name in held else None for name in DISPATCH]
        rows.append((zones.get(zone.id, zone.id), ZONE_KINDS.get(zone.kind, (zone.kind, zone.kind))[pick], start.denominator if start else None, *cells,
                     done.numerator if done else None, done.denominator if done else None))
    return columns, rows
