"""Double entry: every total of a run is added up a second time, by another path; a difference refuses the run.

The first path sums rows through their shares in zones. The second takes what was written down beside them: the pieces of ground,
the zones against each other, the rows of the trail, the rows of the ledgers, and the values behind the scorecard.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from spatial.errors import Finding, found
from spatial.indicators.evaluate import OWN_ROWS
from spatial.indicators.intensive_use import COMPOSED
from spatial.indicators.registry import BY_ID
from spatial.indicators.trail import rows_behind, side_total, total_of
from spatial.schema.joined import OUTSIDE, STUDY_AREA
from spatial.schema.policy import unit_factor
from spatial.schema.sums import group_sums
from spatial.schema.trail import Trail
from spatial.scorecard.figures import key, number

WITHOUT_VALUE = ("no_data", "not_applicable")
TOLERANCE = 1e-9  # relative: far above the rounding of a million additions, far below a parcel


def double_entry(parcels: pd.DataFrame, pieces: pd.DataFrame, zones: pd.DataFrame, values: pd.DataFrame, scorecard: pd.DataFrame, balance: Mapping[str, float],
                 joins: Iterable[Mapping[str, Any]], ledgers: Mapping[str, int], trail: Trail, tracked: pd.DataFrame | None = None) -> list[Finding]:
    """Every total that two paths do not agree on.

    Parameters
    ----------
    parcels : area_m2 and inside (share in carriers)
    pieces : zone (id) and area_m2
    zones, values, scorecard : frames of results.json, before anything is masked
    joins : records of the joins; ledgers : rows of each ledger, as the account of its file counts them
    trail : the rows that numerators and denominators were summed from, those of enterprises as well
    tracked : the ledger of official figures, which may stand in the scorecard before those of the layers
    """
    return [*_ground(parcels, pieces, zones, balance), *_zones(values, zones, trail), *_rows(values, trail), *_ratios(values), *_scores(scorecard, values, tracked),
            *_joins(joins, ledgers)]


def _ground(parcels: pd.DataFrame, pieces: pd.DataFrame, zones: pd.DataFrame, balance: Mapping[str, float]) -> Iterator[Finding]:
    area = parcels["area_m2"].to_numpy(float)
    whole = math.fsum(area)
    inside = math.fsum(area * parcels["inside"].to_numpy(float))
    yield from _same(("地块总面积", "area of the parcels"), balance["parcels_m2"], whole, whole)
    yield from _same(("载体内面积", "area inside carriers"), balance["inside_m2"], inside, whole)
    yield from _same(("载体内外之和", "inside and outside together"), balance["inside_m2"] + balance["outside_m2"], whole, whole)
    held = zones.set_index("id")["area_m2"]
    yield from _same(("全区面积", "area of the study area"), held.get(STUDY_AREA, math.nan), whole, whole)
    by_piece = group_sums(pieces["area_m2"], pieces["zone"])
    for zone in zones.loc[zones["kind"] == "carrier", "id"]:
        yield from _same((f"{zone} 的地块面积", f"parcel ground of {zone}"), held[zone], float(by_piece.get(zone, 0.0)), whole)


def _zones(values: pd.DataFrame, zones: pd.DataFrame, trail: Trail) -> Iterator[Finding]:
    """Carriers and the ground outside make up what lies somewhere in the district; where carriers overlap, a row counts in each that it lies in."""
    parts = {*zones.loc[zones["kind"] == "carrier", "id"], OUTSIDE}
    masked = set(values.loc[values["status"] == "masked", "indicator"])
    known = values[values["status"].ne("masked") & values["zone"].isin(parts) & values["indicator"].isin(set(BY_ID) - masked)]
    for side in ("numerator", "denominator"):
        for name, rows in known[known[side].notna()].groupby("indicator", sort=False):
            told = side_total(trail, str(name), side, set(rows["zone"]))  # a zone without data shows nothing of what lies in it
            if told is None or BY_ID[str(name)].district:
                continue
            yield from _same((f"{name} 各分区之和({side})", f"{name}, {side}, zones together"), math.fsum(rows[side].tolist()), told.placed, told.size)


def _rows(values: pd.DataFrame, trail: Trail) -> Iterator[Finding]:
    """The district's numerator and denominator are the sums of their rows; a figure that no row stands behind is one that nobody can add up again."""
    told = values[(values["zone"] == STUDY_AREA) & values["status"].isin(("ok", "not_applicable")) & values["indicator"].isin(BY_ID)].set_index("indicator")
    tables = trail.terms.set_index(["indicator", "side"])["table"]
    for name in told.index.difference(COMPOSED, sort=False):
        for side in ("numerator", "denominator"):
            given = told.at[name, side]
            if pd.isna(given) or tables.get((name, side)) in OWN_ROWS:
                continue
            what, again = (f"{name} 明细之和({side})", f"{name}, {side}, rows together"), side_total(trail, name, side, ())
            if again is None:
                yield from _differs(what, float(given), None)
            elif BY_ID[name].district and side == "numerator":  # what lies inside carriers counts, and of the rest what the indicator says
                yield from _same(what, float(given), total_of(rows_behind(trail, name, STUDY_AREA)), again.size)
            else:
                yield from _same(what, float(given), again.total, again.size)


def _ratios(values: pd.DataFrame) -> Iterator[Finding]:
    known = values[(values["status"] == "ok") & values["indicator"].isin(BY_ID)]
    below = known["denominator"].astype(float)
    scale = known["indicator"].map({name: row.scale for name, row in BY_ID.items()}).astype(float)
    again = known["numerator"].astype(float) / below.where(below.notna(), 1.0) * scale
    off = ~((known["value"].astype(float) - again).abs() <= TOLERANCE * np.maximum(again.abs(), 1e-300)) | ~np.isfinite(again)  # what is no number agrees with nothing
    for row in known[off].head(20).itertuples():
        yield from _differs((f"{row.indicator} · {row.zone}", f"{row.indicator} · {row.zone}"), row.value, again[row.Index])


def _scores(scorecard: pd.DataFrame, values: pd.DataFrame, tracked: pd.DataFrame | None) -> Iterator[Finding]:
    """A verdict is about the value that was printed, in the policy's unit, or about a figure of the tracked ledger."""
    if not len(scorecard):
        return
    told = {(row.indicator, row.zone): (number(row.value), str(row.unit)) for row in values.itertuples()}
    official: dict[str, set[float]] = {}
    for row in () if tracked is None else tracked.to_dict("records"):
        official.setdefault(key(row.get("target")).upper(), set()).add(number(row.get("value")) or 0.0)
    for row in scorecard[scorecard["indicator"].isin(BY_ID)].itertuples():
        if row.value is None:
            if row.status not in WITHOUT_VALUE:
                yield from _differs((f"{row.clause} 的判定({row.zone})", f"verdict of {row.clause} in {row.zone}"), row.status, None)
            continue
        value, unit = told.get((row.indicator, row.zone), (None, ""))
        factor = unit_factor(unit, row.unit)
        shown = None if value is None or factor is None else value * factor
        if (shown is None or not abs(row.value - shown) <= TOLERANCE * abs(shown)) and row.value not in official.get(row.clause.upper(), ()):
            yield from _differs((f"{row.clause} 的判定({row.zone})", f"verdict of {row.clause} in {row.zone}"), row.value, shown)


def _joins(joins: Iterable[Mapping[str, Any]], ledgers: Mapping[str, int]) -> Iterator[Finding]:
    for join in joins:
        rows = ledgers.get(str(join["left"]))
        if rows is not None:
            yield from _same((f"{join['left']} 的行数", f"rows of {join['left']}"), float(join["matched"] + join["left_only"]), float(rows), float(max(rows, 1)))


def _same(what: tuple[str, str], one: float, other: float, size: float) -> Iterator[Finding]:
    if not abs(one - other) <= TOLERANCE * max(size, 1e-300):
        yield from _differs(what, one, other)


def _differs(what: tuple[str, str], one: Any, other: Any) -> Iterator[Finding]:
    yield found("total.differs", role="study", field=what[1], value_seen=one, value_used=other, what_zh=what[0], what_en=what[1])
