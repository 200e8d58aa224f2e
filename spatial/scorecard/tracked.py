"""Checks of the tracked ledger against the policies of a run: every row is used, or a finding says why not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

from spatial.errors import Finding, found
from spatial.normalise.numbers import SCALE_WORDS, cell_factor
from spatial.schema.policy import Policy, Target
from spatial.scorecard.evaluate import zone_groups, zone_ids
from spatial.scorecard.figures import NO_DATA, STUDY_AREA, Figure, answers, day, key, layer_figures, number, of_the_past, tracked_figures
from spatial.scorecard.formatting import POINTS, display, in_full
from spatial.units import UNITS, label, parse_unit

PERCENT = "percent"


def in_target_units(policies: Sequence[Policy], tracked: pd.DataFrame | None) -> tuple[pd.DataFrame | None, list[Finding]]:
    """The tracked ledger with every value in the unit of its target: those that state another of the same measure are converted on record, and those that state
    one of another measure are errors."""
    if tracked is None or "value_unit" not in tracked:
        return tracked, []
    targets = {target.clause.upper(): target for policy in policies for target in policy.targets}
    values, told, findings = tracked["value"].tolist(), [], []
    for i, record in enumerate(tracked.to_dict("records")):
        unit, target, value = record["value_unit"], targets.get(key(record.get("target")).upper()), number(record.get("value"))
        if not isinstance(unit, str) or target is None or value is None or unit == target.unit:
            continue
        size = _size(unit, target.unit)
        if size is None:
            findings.append(found("policy.tracked_unit", role="tracked", row=number(record.get("row")), key=target.clause, field="value", value_seen=_said(unit), value_used=target.unit))
        elif size != 1:
            values[i] = float(Fraction(repr(value)) * size)
            seen = display(value, "ratio") if unit == PERCENT else f"{in_full(value)} {_said(unit)}"
            told.append((number(record.get("row")), seen, f"{in_full(values[i])} {target.unit}"))
    if told:
        row, seen, used = min(told, key=lambda one: one[0] or 0)
        findings.append(found("policy.tracked_converted", role="tracked", row=row, field="value", count=len(told), value_seen=seen, value_used=used))
    return tracked.assign(value=values).drop(columns="value_unit"), findings


def _size(unit: str, wanted: str) -> Fraction | None:
    """What one `unit` is in the unit of a target; None where they measure different things. A value in per cent is a share, from 0 to 1."""
    if unit == PERCENT:
        return {"ratio": Fraction(1), POINTS: Fraction(100)}.get(wanted)
    known, said = parse_unit(wanted), unit if unit in UNITS or unit in SCALE_WORDS else parse_unit(unit)
    return None if known is None or said is None else cell_factor(said, known)


def _said(unit: str) -> str:
    return label(unit) if unit in UNITS else unit


def check_tracked(policies: Sequence[Policy], tracked: pd.DataFrame | None, zones: pd.DataFrame, values: pd.DataFrame,
                  as_of: date) -> list[Finding]:
    """Unknown targets and zones, rows after the data date, contradictions, shares above 1, and rows that layers stand before.

    `row` of a finding is the ledger's `row` column where it has one.
    """
    if tracked is None or tracked.empty:
        return []
    targets = {target.clause.upper(): target for policy in policies for target in policy.targets}
    ids, layers = zone_ids(zones), layer_figures(values)
    latest = tracked_figures(tracked, ids, as_of)
    findings: list[Finding] = []
    later: dict[str, int] = {}
    seen: dict[tuple[str, str, date | None], float] = {}
    for record in tracked.to_dict("records"):
        row = number(record.get("row"))
        place: dict[str, Any] = {"role": "tracked", "row": None if row is None else int(row)}
        clause, named = key(record.get("target")).upper(), key(record.get("zone"))
        value, dated = number(record.get("value")), day(record.get("as_of"))
        target = targets.get(clause)
        if target is None:
            findings.append(found("policy.tracked_unknown_target", key=clause, field="target", value_seen=clause, **place,
                                  **nearest_words(clause, targets)))
            continue
        zone = ids.get(named, named) or STUDY_AREA
        if named and zone not in _judged_in(target, zones):
            findings.append(found("policy.tracked_unknown_zone", key=clause, field="zone", value_seen=named,
                                  **nearest_words(named, _judged_in(target, zones)), **place))
            continue
        if value is None:
            continue
        if dated is not None and dated > as_of:
            later[clause] = later.get(clause, 0) + 1
            continue
        if target.unit == "ratio" and target.kind == "share" and value > 1:
            findings.append(found("policy.tracked_share", key=clause, field="value", value_seen=in_full(value), **place))
        before = seen.setdefault((clause, zone, dated), value)
        if before != value:
            findings.append(found("policy.tracked_conflict", key=clause, field="value", value_seen=f"{in_full(before)}, {in_full(value)}", **place))
        judged = latest[clause, zone].as_of == dated  # earlier rows tell the course of the target
        if judged and of_the_past(target, dated, as_of):
            findings.append(found("policy.tracked_past", key=clause, field="as_of", value_seen=dated, year=as_of.year, **place))
        elif not target.tracked and (shown := layers.get((target.indicator, zone), NO_DATA)).value is not None:
            findings += _beside_layers(target, shown, value, as_of, place, judged=judged)
    findings += [found("policy.tracked_later", role="tracked", key=clause, field="as_of", count=count) for clause, count in later.items()]
    return findings


def _beside_layers(target: Target, shown: Figure, value: float, as_of: date, place: dict[str, Any], *, judged: bool) -> list[Finding]:
    """Which of the two a target goes by that has a row and a value of the layers, and what makes it go by the other."""
    due, said = target.due(as_of), {"key": target.clause.upper(), "field": "value", "value_seen": in_full(value), "value_used": in_full(value), **place}
    if due is not None and not answers(target, shown, as_of):
        return [found("policy.tracked_for_year", **said, year=due.year, shown=(shown.as_of or as_of).year)] if judged else []
    if target.figures == "official_first":
        return [found("policy.tracked_used", **said)] if judged else []
    return [found("policy.tracked_not_used", **said)]


def _judged_in(target: Target, zones: pd.DataFrame) -> list[str]:
    """The zone ids a target is judged in, with the place name it goes by."""
    judged = [zone for group in zone_groups(target, zones) for zone in group] or [STUDY_AREA]
    return [*judged, *([target.place, STUDY_AREA] if target.place else [])]


def nearest_words(word: str, words: Iterable[str]) -> dict[str, Any]:
    listed = list(words)
    close = difflib.get_close_matches(word, listed, n=1, cutoff=0.6)
    if close:
        return {"suggestion_zh": f"是否指 {close[0]}？", "suggestion_en": f"did you mean {close[0]}?"}
    shown = ", ".join(listed[:8]) + (" …" if len(listed) > 8 else "")
    return {"suggestion_zh": f"可用：{shown}", "suggestion_en": f"known: {shown}"}
