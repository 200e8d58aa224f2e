"""How numbers, zones and statuses are worded in the workbook and the report."""

from __future__ import annotations

from typing import Any

from spatial.schema.policy import unit_label
from spatial.schema.result import Result
from spatial.scorecard.formatting import PLAIN_RATIOS, STATUS_WORDS, points
from spatial.scorecard.rule_words import reading_name as reading_name
from spatial.scorecard.zone_words import ZONE_KINDS as ZONE_KINDS
from spatial.scorecard.zone_words import zone_word

Columns = list[tuple[str, str, int]]  # header, format, width
Rows = list[tuple[Any, ...]]
INTERNAL = ("内部资料", "Internal")  # stamped on every internal output


class Share(float):
    """A number that is shown as a percentage."""


class Points(float):
    """The difference of two percentages, in percentage points."""


def internal(result: Result, pick: int) -> str:
    """The stamp of an internal output; empty for a public edition."""
    return "" if result.study.audience == "public" else INTERNAL[pick]


def value_cell(value: Any, unit: str, pick: int, indicator: str) -> tuple[Any, str]:
    """A value and its unit as the workbook shows them: shares as percentages, ratios as they are."""
    if unit == "ratio" and indicator not in PLAIN_RATIOS:
        return (value if value is None or value != value else Share(value), "%")
    return (value, {"ratio": ("–", "–"), "mu": ("亩", "mu"), "count": ("个", "count")}.get(unit, (unit, unit_label(unit, "en")))[pick])


def difference_cell(value: Any, unit: str, indicator: str) -> Any:
    """The difference of two values as the workbook shows it: that of two shares in percentage points."""
    share = unit == "ratio" and indicator not in PLAIN_RATIOS and value is not None and value == value
    return Points(points(value, unit)) if share else value


def zone_names(result: Result, pick: int) -> dict[str, str]:
    said = {row.id: zone_word(row.id, row.name, pick) for row in result.zones.itertuples(index=False)}
    return said | {zone: said[zone].capitalize() for zone in ("study_area", "outside") if zone in said}


def status_name(status: str, pick: int) -> str:
    return STATUS_WORDS[status][pick] if status in STATUS_WORDS else status
