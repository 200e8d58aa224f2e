"""Sections of the report about targets: verdicts, what hangs on a reading, and the way to what is missed."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from spatial.render.cells import reading_name, zone_names
from spatial.render.docx_parts import Report
from spatial.schema.result import Result
from spatial.scorecard.beside import TREND_WORDS
from spatial.scorecard.formatting import STATUS_WORDS, display, display_margin, display_target

LISTED = re.compile(r"(?<=\)：)|(?<=\): )|(?<=亩\))、|(?<=mu\)), ")  # parcels of a way to a target, each on a line of its own
MOST_ROWS = 120  # of a list in the document; the workbook has all
STATUSES = ("met", "missed", "not_due", "ranked", "no_data", "not_applicable", "masked")
VERDICT_COLOURS = {"met": "1A7F37", "missed": "B42318"}


def targets(report: Report, result: Result, zh: bool) -> None:
    """Verdicts by policy, the district's lines, what is missed in single zones, and which verdicts hang on a reading."""
    report.heading("目标完成情况" if zh else "Targets")
    scores, pick = result.scorecard, 0 if zh else 1
    if not len(scores):
        report.text("本研究未指定政策文件。" if zh else "The study names no policy.")
        return
    statuses = [status for status in STATUSES if status != "masked" or scores["reason"].eq("masked").any()]
    counts = scores.assign(status=verdicts_of(scores)).groupby(["policy", "status"], sort=False).size().unstack(fill_value=0).reindex(columns=statuses, fill_value=0)
    names = {policy.get("id", ""): policy.get("title", "") for policy in result.policies}
    rows = [[f"{policy} {names.get(policy, '')}".strip(), *(f"{count:,}" for count in row)] for policy, row in zip(counts.index, counts.to_numpy().tolist(), strict=True)]
    report.table("各政策判定结果(条)" if zh else "Verdicts by policy", ["政策" if zh else "Policy", *(STATUS_WORDS[status][pick] for status in statuses)], rows,
                 [5.4, *[11.16 / len(statuses)] * len(statuses)], right=range(1, len(statuses) + 1))
    whole = [row for row in scores.itertuples(index=False) if row.zone == "study_area" and row.value is not None]
    zones = zone_names(result, pick)
    _table(report, result, whole, zones, zh, "全区目标" if zh else "Targets of the district")
    parts = [row for row in scores.itertuples(index=False) if row.zone != "study_area" and row.status == "missed"]
    if parts:
        _table(report, result, parts[:MOST_ROWS], zones, zh, "分区未达标目标" if zh else "Targets missed in single zones")
    without = int(scores["value"].isna().sum())
    masked = "masked" in statuses
    lacking = f"无数据{'、不公开' if masked else ''}或不适用" if zh else f"no data{', masked' if masked else ''} or not applicable"
    report.text(f"另有{without}条{lacking}，未列入上表，见tables.xlsx。是否达标按未舍入的数值判定。" if zh else
                f"{without} lines without a value ({lacking}) are not listed; see tables.xlsx. Values are compared unrounded; pp: percentage points.")
    _flips(report, scores, zh)


def verdicts_of(scores: pd.DataFrame) -> pd.Series:
    """The status of every score, with `masked` where a public edition keeps the value back."""
    return scores["status"].mask(scores["reason"].eq("masked"), "masked")


def _table(report: Report, result: Result, rows: list[Any], zones: dict[str, str], zh: bool, caption: str) -> None:
    trend = any(row.trend for row in rows)
    heads = ["条款", "指标", "现值", "目标", "差额", "结论", "覆盖率"] if zh else ["Clause", "Indicator", "Value", "Target", "Margin", "Verdict", "Coverage"]
    widths = [1.4, 5.4, 2.4, 2.5, 2.2, 1.4, 1.3]
    if trend:
        heads, widths = [*heads, "趋势" if zh else "Trend"], [1.4, 4.6, 2.3, 2.4, 2.0, 1.3, 1.2, 1.4] if zh else [1.3, 4.2, 2.2, 2.3, 2.0, 1.3, 1.5, 1.8]
    colours = {(i, 5): VERDICT_COLOURS[row.status] for i, row in enumerate(rows) if row.status in VERDICT_COLOURS}
    report.table(caption, heads, [_cells(result, row, zones, zh)[: len(heads)] for row in rows], widths, right=(2, 3, 4, 6), colours=colours)


def _cells(result: Result, row: Any, zones: dict[str, str], zh: bool) -> list[str]:
    pick, exact, language = 0 if zh else 1, bool(getattr(row, "exact", False)), result.language
    line = tuple(row.target) if isinstance(row.target, list) else row.target
    place = "" if row.zone == "study_area" else f"({zones.get(row.zone, row.zone)})" if zh else f" ({zones.get(row.zone, row.zone)})"
    value = display(row.value, row.unit, line, row.comparison, language, indicator=row.indicator, exact=exact)
    coverage = "—" if row.coverage is None or row.coverage != row.coverage else f"{row.coverage:.0%}"
    left = display_margin(row.margin, row.unit, language, indicator=row.indicator).replace("percentage points", "pp")
    return [row.clause, f"{row.title}{place}", value, display_target(line, row.comparison, row.unit, language, indicator=row.indicator, exact=exact), left, STATUS_WORDS[row.status][pick],
            coverage, TREND_WORDS[row.trend or ""][pick] or "—"]


def _flips(report: Report, scores: pd.DataFrame, zh: bool) -> None:
    """Which verdicts of the district hang on the reading of a rule."""
    turning = [row for row in scores.itertuples(index=False) if row.zone == "study_area" and row.flips_under]
    if not turning:
        report.text("换用其他合理口径，全区目标的结论均不改变。" if zh else "No verdict of the district changes under another defensible reading.")
        return
    report.text("下列结论取决于口径，使用时应同时说明：" if zh else "These verdicts hang on the reading of a rule:", keep=True)
    said = []
    for row in turning:
        rules = [reading_name(rule, 0 if zh else 1) for rule in row.flips_under]
        said.append(f"{row.clause} {row.title}：现为{STATUS_WORDS[row.status][0]}，改用“{'”或“'.join(rules)}”则结论改变。" if zh else
                    f"{row.clause} {row.title}: {STATUS_WORDS[row.status][1]} now, the other way under {', '.join(rules)}.")
    report.items(said)


def ways(report: Report, result: Result, zh: bool) -> None:
    """What closes each gap: the district's lines first, then those that parcels tell."""
    report.heading("达标路径" if zh else "The way to the targets")
    zones = zone_names(result, 0 if zh else 1)
    open_lines = [row for row in result.scorecard.itertuples(index=False) if isinstance(row.to_close, dict)]
    if not open_lines:
        report.text("没有需要补足的目标。" if zh else "No target is short of its line.")
        return
    first = sorted(open_lines, key=lambda row: (not row.to_close.get("items"), row.zone != "study_area"))
    rows = [[row.clause, row.title, zones.get(row.zone, row.zone), LISTED.sub("\n", row.to_close["text"])] for row in first[:MOST_ROWS]]
    heads = ["条款", "指标", "区域", "补足所需"] if zh else ["Clause", "Indicator", "Zone", "What closes the gap"]
    report.table("未达标目标的补足办法" if zh else "What closes the gaps", heads, rows, [1.4, 3.8, 2.8, 8.6])
    report.text("所列地块的完整次序见tables.xlsx“达标路径”；改造或调整后的结果可在研究文件的试算设置（whatif）中试算。" if zh else
                "The full order of parcels stands in tables.xlsx; the whatif keys of the study try them.")
