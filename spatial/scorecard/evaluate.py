"""The scorecard: every target of a policy against the values of a run, one row a target and zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from spatial.indicators.registry import INDICATORS
from spatial.schema.policy import Policy, Target
from spatial.schema.result import SCORE_COLUMNS
from spatial.scorecard.figures import STUDY_AREA, Figure, figure_of, key, layer_figures, number, tracked_figures
from spatial.scorecard.gaps import to_close
from spatial.scorecard.verdict import competition_ranks, margin, reaches
from spatial.scorecard.ways import Ways

LOWER_IS_BETTER = frozenset(row.id for row in INDICATORS if row.direction == "-")  # idle land, late starts: the first of a ranking has least of it
OWN_KINDS = frozenset({STUDY_AREA, "carrier", "carrier_type", "outside"})  # every other kind is a zone layer


def evaluate(policy: Policy, values: pd.DataFrame, tracked: pd.DataFrame | None, zones: pd.DataFrame, as_of: date, *,
             language: str = "zh", alternatives: pd.DataFrame | None = None,
             numerator_units: Mapping[str, str] | None = None, ways: Ways | None = None) -> pd.DataFrame:
    """The scorecard of one policy.

    Parameters
    ----------
    policy : Policy
    values, zones : DataFrame with the columns of results.json
    tracked : DataFrame (target, zone, as_of, value) or None, values in the target's unit, shares 0 to 1
    as_of : the data date; before its deadline a target is `not_due` unless it is met already
    alternatives : DataFrame (indicator, zone, rule, value), the same indicator under another defensible rule, in the unit of `values`
    numerator_units : indicator to the unit of its numerator (m2, 万元, count), for the text of a gap
    ways : tells the gap in single parcels as well

    Returns
    -------
    DataFrame with the scorecard columns of results.json; cells are plain Python values, None where there is nothing.
    A target whose zones the study does not have stands once, for the study area: `no_data`, unless the tracked ledger has it.
    """
    asked = values["indicator"].isin({target.indicator for target in policy.targets})
    layers, official = layer_figures(values[asked]), tracked_figures(tracked, zone_ids(zones), as_of)
    others = _alternatives(alternatives)
    records: list[dict[str, Any]] = []
    for target in policy.targets:
        for group in zone_groups(target, zones):
            shown = {} if target.place and key(target.place) not in zone_ids(zones) else layers  # a place that is not there is not the district
            figures = [figure_of(target, zone, shown, official, as_of) for zone in group]
            ranks = competition_ranks([figure.value for figure in figures], lowest_first=target.indicator in LOWER_IS_BETTER) if target.comparison == "rank" else [None] * len(group)
            for zone, figure, rank in zip(group, figures, ranks, strict=True):
                place = target.indicator, zone
                flips = [] if figure.tracked or place not in layers else _flips(target, figure, layers[place].unit, others.get(place, {}))
                records.append(_record(policy, target, zone, figure, as_of) | {
                    "rank": rank, "flips_under": flips, "to_close": _gap(target, figure, as_of, language, numerator_units, ways, zone)})
        if not zone_groups(target, zones):
            figure = figure_of(target, STUDY_AREA, {}, official, as_of)  # layers show nothing for zones that are not there
            records.append(_record(policy, target, STUDY_AREA, figure, as_of) | {
                "rank": None, "flips_under": [], "to_close": _gap(target, figure, as_of, language, numerator_units)})
    columns = {name: pd.Series([record[name] for record in records], dtype=object) for name in SCORE_COLUMNS}
    return pd.DataFrame(columns, columns=list(SCORE_COLUMNS))


def status_of(target: Target, figure: Figure, as_of: date) -> str:
    """met, missed, not_due, ranked, no_data or not_applicable; what a public edition masks is no_data."""
    if figure.value is None:
        return figure.status if figure.status == "not_applicable" else "no_data"
    if target.comparison == "rank":
        return "ranked"
    if reaches(figure.value, target, noise=figure.noise):
        return "met"
    due = target.due(as_of)
    return "not_due" if due is not None and as_of < due else "missed"


def zone_ids(zones: pd.DataFrame) -> dict[str, str]:
    """Zone id by id, by its key inside its layer and by name; a word that means several zones means none."""
    found: dict[str, set[str]] = {}
    for row in zones.to_dict("records"):
        own = str(row["id"])
        inside = own.partition(":")[2] if str(row["kind"]) not in OWN_KINDS else ""
        for word in {key(own), key(row.get("name")), key(inside)} - {""}:
            found.setdefault(word, set()).add(own)
    return {word: own.pop() for word, own in found.items() if len(own) == 1} | {key(zone): str(zone) for zone in zones["id"]}


def zone_groups(target: Target, zones: pd.DataFrame) -> list[list[str]]:
    """The zones a target is judged in, one list a kind of zones: ranks are given within a kind."""
    groups: list[list[str]] = []
    kinds = list(dict.fromkeys(str(kind) for kind in zones["kind"]))
    for scope in target.scope:
        if scope == STUDY_AREA:
            groups.append([zone_ids(zones).get(key(target.place), STUDY_AREA) if target.place else STUDY_AREA])
            continue
        layers = [kind for kind in kinds if kind not in OWN_KINDS]
        wanted = layers if scope == "zones.*" else [scope.removeprefix("zones.")]
        for kind in wanted:
            group = [str(zone) for zone, own in zip(zones["id"], zones["kind"], strict=True) if own == kind]
            if group and group not in groups:
                groups.append(group)
    return groups


def _record(policy: Policy, target: Target, zone: str, figure: Figure, as_of: date) -> dict[str, Any]:
    return {
        "policy": policy.id, "clause": target.clause, "indicator": target.indicator, "zone": zone, "value": figure.value,
        "comparison": target.comparison, "target": list(target.value) if isinstance(target.value, tuple) else target.value,
        "unit": target.unit, "status": status_of(target, figure, as_of),
        "margin": None if figure.value is None else margin(figure.value, target),
    }


def _gap(target: Target, figure: Figure, as_of: date, language: str, numerator_units: Mapping[str, str] | None,
         ways: Ways | None = None, zone: str = STUDY_AREA) -> dict[str, Any] | None:
    """What closes the gap of a target that is missed or not met yet: the amount, and the parcels where they tell it."""
    if status_of(target, figure, as_of) not in ("missed", "not_due"):
        return None
    gap = to_close(target, figure, language, numerator_units)
    way = ways.of(target, figure, zone) if ways is not None and gap is not None else None
    return gap if gap is None or way is None else {**way, **gap, "text": f"{gap['text']}{'；' if language == 'zh' else '; '}{way['text']}"}


def _flips(target: Target, figure: Figure, unit: str, alternatives: Mapping[str, float]) -> list[str]:
    """The rules under which the verdict would be the other one; alternatives are in `unit`, that of the values."""
    if figure.value is None or target.value is None:
        return []
    verdict = reaches(figure.value, target, noise=figure.noise)
    flips = []
    for rule, value in alternatives.items():
        other = Figure(value, "ok", unit).in_unit(target.unit).value
        if other is not None and reaches(other, target) != verdict:
            flips.append(rule)
    return flips


def _alternatives(frame: pd.DataFrame | None) -> dict[tuple[str, str], dict[str, float]]:
    by_place: dict[tuple[str, str], dict[str, float]] = {}
    for row in () if frame is None else frame.to_dict("records"):
        value = number(row["value"])
        if value is not None:
            by_place.setdefault((str(row["indicator"]), str(row["zone"])), {})[str(row["rule"])] = value
    return by_place
