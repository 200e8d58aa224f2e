"""Section of the report about the intensive-use evaluation: score, type and the four potentials of each zone, and whose profile it is."""

from __future__ import annotations

from spatial.indicators.intensive_use import INTENSITY, SCORE, STRUCTURE
from spatial.render.cells import zone_names
from spatial.render.docx_parts import Report
from spatial.render.report_words import sentence, shown_values
from spatial.schema.intensive import TYPES
from spatial.schema.result import Result

SHOWN = (SCORE, "extension_potential", STRUCTURE, INTENSITY, "management_potential")


def intensive(report: Report, result: Result, zh: bool) -> None:
    """Nothing where the study asks for no evaluation."""
    lines, pick = result.lists.get("intensive_use"), 0 if zh else 1
    if lines is None or not len(lines):
        return
    report.heading("集约用地评价" if zh else "Intensive use of development zones")
    told = next((finding for finding in result.findings if finding.code == "intensive.done"), None)
    if told is not None:
        report.text(sentence(told.message(result.language)) + ("。" if zh else "."))
    kinds = {zone: kind for zone, kind in zip(lines["zone"], lines["type"], strict=True) if kind in TYPES}
    zones, said = zone_names(result, pick), shown_values(result, SHOWN, list(kinds), unit=False)
    heads = ["区域", "评价类型", "集约度分值", "扩展潜力(亩)", "结构潜力(亩)", "强度潜力(亩)", "管理潜力(亩)"] if zh else [
        "Zone", "Type", "Score", "Extension (mu)", "Structure (mu)", "Intensity (mu)", "Management (mu)"]
    rows = [[zones.get(zone, zone), TYPES[kind][pick], *(said[name, zone] for name in SHOWN)] for zone, kind in kinds.items()]
    report.table("集约度分值与四项潜力" if zh else "Scores and the four potentials", heads, rows, [4.2, 2.8, 1.9, 1.9, 1.9, 1.9, 2.0], right=range(2, 7))
