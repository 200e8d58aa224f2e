"""The figure a target is judged by: a value of the layers or a row of the tracked ledger, in the target's unit."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pandas as pd

from spatial.schema.policy import YEAR_KINDS, Target, unit_factor
from spatial.scorecard.verdict import NOISE

STUDY_AREA = "study_area"
YEAR_USED = re.compile(r"(?:^|; )(?:year=(\d{4})|(\d{4})-\d{4})(?:;|$)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with what it is made of; numerator and denominator in base units (m², 万元, count), None where not known."""

    value: float | None
    status: str  # ok | no_data | not_applicable
    unit: str = ""
    numerator: float | None = None
    denominator: float | None = None
    as_of: date | None = None
    noise: float = NOISE
    tracked: bool = False

    def in_unit(self, unit: str) -> Figure:
        """The same figure in another unit of the same measure (万元 as 亿元)."""
        if self.value is None or not self.unit or self.unit == unit:
            return replace(self, unit=unit)
        factor = unit_factor(self.unit, unit)
        if factor is None:
            raise ValueError(f"a value in {self.unit} cannot be compared with a target in {unit}")
        return replace(self, value=self.value * factor, unit=unit)


NO_DATA = Figure(None, "no_data")


def number(cell: Any) -> float | None:
    """A finite number, or None for an empty cell, NaN and infinity."""
    if cell is None or isinstance(cell, str) or pd.isna(cell) or not math.isfinite(float(cell)):
        return None
    return float(cell)


def day(cell: Any) -> date | None:
    """The date of a cell, or None where it has none."""
    if isinstance(cell, str):
        return date.fromisoformat(cell[:10]) if cell else None
    if cell is None or pd.isna(cell):
        return None
    return cell.date() if isinstance(cell, datetime) else cell


def key(cell: Any) -> str:
    """A clause id or zone name as it is compared: NFKC, trimmed; empty for an empty cell."""
    if cell is None or (not isinstance(cell, str) and pd.isna(cell)):
        return ""
    return unicodedata.normalize("NFKC", str(cell)).strip()


def layer_figures(values: pd.DataFrame) -> dict[tuple[str, str], Figure]:
    """The values of a run by indicator and zone; a masked value is no figure."""
    figures: dict[tuple[str, str], Figure] = {}
    for row in values.to_dict("records"):
        status = str(row["status"])
        value = number(row["value"]) if status == "ok" else None
        if value is None:
            figure = Figure(None, status if status == "not_applicable" else "no_data", as_of=day(row.get("as_of")))
        else:
            parts = number(row.get("numerator")), number(row.get("denominator"))
            figure = Figure(value, "ok", str(row["unit"] or ""), *parts, as_of=_day_of(row))
        figures[str(row["indicator"]), str(row["zone"])] = figure
    return figures


def _day_of(row: Mapping[str, Any]) -> date | None:
    """The day a value is of: that of the study, or the end of the earlier year whose figures stand for it (`year=2019`, `2019-2018`)."""
    dated, told = day(row.get("as_of")), YEAR_USED.search(str(row.get("rule") or ""))
    year = int(told[1] or told[2]) if told else None
    return dated if year is None or dated is None or year >= dated.year else date(year, 12, 31)


def tracked_figures(tracked: pd.DataFrame | None, zone_ids: Mapping[str, str], as_of: date) -> dict[tuple[str, str], Figure]:
    """The latest row of the tracked ledger not after `as_of`, by clause and zone; no zone is the study area, undated is oldest."""
    figures: dict[tuple[str, str], Figure] = {}
    for row in () if tracked is None else tracked.to_dict("records"):
        value, dated = number(row.get("value")), day(row.get("as_of"))
        if value is None or (dated is not None and dated > as_of):
            continue
        named = key(row.get("zone"))
        place = key(row.get("target")).upper(), zone_ids.get(named, named) or STUDY_AREA
        before = figures.get(place)
        if before is None or (dated or date.min) >= (before.as_of or date.min):
            figures[place] = Figure(value, "ok", as_of=dated, noise=0.0, tracked=True)
    return figures


def figure_of(target: Target, zone: str, layers: Mapping[tuple[str, str], Figure], tracked: Mapping[tuple[str, str], Figure],
              as_of: date) -> Figure:
    """The figure of a target in a zone, in the target's unit.

    A row of the tracked ledger stands for a target that no layer shows; for one that layers show it goes first where the
    policy says `official_first`, and else only fills in for a missing value.
    """
    official = tracked.get((target.clause.upper(), zone))
    if official is None and target.place:
        official = tracked.get((target.clause.upper(), target.place)) or tracked.get((target.clause.upper(), STUDY_AREA))
    if official is not None and of_the_past(target, official.as_of, as_of):
        official = None
    if official is not None:
        official = replace(official, unit=target.unit)
    if target.tracked or (official is not None and target.figures == "official_first"):
        return official or NO_DATA
    shown = layers.get((target.indicator, zone), NO_DATA)
    if shown.value is None:
        return official or shown
    return shown.in_unit(target.unit) if answers(target, shown, as_of) else official or NO_DATA


def of_the_past(target: Target, reported: date | None, as_of: date) -> bool:
    """Whether a row of the tracked ledger has answered for an earlier year, of a target that is asked for anew each year."""
    return target.every_year and reported is not None and reported.year != as_of.year


def answers(target: Target, shown: Figure, as_of: date) -> bool:
    """Whether a value of the layers is of the year that the target is about: the figure of another year does not answer for this one."""
    due = target.due(as_of)
    return target.kind not in YEAR_KINDS or due is None or (shown.as_of or as_of).year == due.year
