"""What stands beside a score: how much of the land or money had data, the range over other readings, and the trend against a frozen result."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from spatial.schema.policy import TRACKED, Policy, Target
from spatial.schema.result import BESIDE_COLUMNS
from spatial.scorecard.evaluate import LOWER_IS_BETTER
from spatial.scorecard.figures import Figure, number
from spatial.scorecard.verdict import NOISE, margin

TREND_WORDS: dict[str, tuple[str, str]] = {
    "improved": ("改善", "improved"), "worsened": ("变差", "worsened"), "unchanged": ("持平", "unchanged"), "new": ("新增", "new"),
    "rule_changed": ("口径已变，不可比", "rule changed, not comparable"),
    "": ("", ""),
}
Place = tuple[str, str]


def with_beside(scorecard: pd.DataFrame, policies: Iterable[Policy], values: pd.DataFrame, readings: pd.DataFrame,
                previous: Mapping[str, Any] | None = None, *, language: str = "zh") -> pd.DataFrame:
    """The scorecard with BESIDE_COLUMNS.

    Parameters
    ----------
    scorecard : of one or several policies
    values : with the columns of results.json; a tracked figure has neither coverage nor rule
    readings : the same indicators under other readings; `low` and `high` span them and the chosen one, in the target's unit
    previous : a frozen result (`study`, `scorecard`), or None

    Returns
    -------
    DataFrame
        `change` is value - previous, missing unless both were made by the same rule; `trend` says whether that brings the value nearer to
        what the policy wants; `previous_rank` is the rank before.
    """
    targets = {(policy.id, target.clause): target for policy in policies for target in policy.targets}
    asked = values["indicator"].isin(set(scorecard["indicator"]))
    by_place = {(row["indicator"], row["zone"]): row for row in values[asked].to_dict("records")}
    others: dict[Place, list[tuple[float, str]]] = {}
    for row in readings.to_dict("records"):
        if (told := number(row["value"])) is not None:
            others.setdefault((row["indicator"], row["zone"]), []).append((told, row["unit"]))
    before = {(row["policy"], row["clause"], row["zone"]): row for row in (previous or {}).get("scorecard", ())}
    as_of = (previous or {}).get("study", {}).get("as_of")
    lines = []
    for row in scorecard.to_dict("records"):
        target, place = targets[row["policy"], row["clause"]], (row["indicator"], row["zone"])
        own = {} if row["indicator"] == TRACKED else by_place.get(place, {})
        from_layers = bool(own) and _same(row["value"], own, target)
        line: dict[str, Any] = dict.fromkeys(BESIDE_COLUMNS) | {"title": target.title.text(language), "exact": target.exact}
        if from_layers:
            line |= {"coverage": own["coverage"], "n": own["n"], "rule": own["rule"], "reason": "masked" if own["status"] == "masked" else None} | _range(row["value"], others.get(place, ()), target)
        lines.append(line | _trend(row, line["rule"], target, before.get((row["policy"], row["clause"], row["zone"])), as_of))
    beside = {name: pd.Series([line[name] for line in lines], dtype=object, index=scorecard.index) for name in BESIDE_COLUMNS}
    return scorecard.assign(**beside)


def _same(value: float | None, own: Mapping[str, Any], target: Target) -> bool:
    """Whether the score was made from the value of the layers, not from a row of the tracked ledger."""
    told = number(own["value"]) if own["status"] == "ok" else None
    if told is None or value is None:
        return told is None and value is None  # a place that is not there, or another year, has none of the district's figures
    shown = Figure(told, "ok", own["unit"]).in_unit(target.unit).value
    return shown is not None and math.isclose(shown, value, rel_tol=NOISE)


def _range(value: float | None, others: Iterable[tuple[float, str]], target: Target) -> dict[str, float]:
    told = [shown for other, unit in others if (shown := Figure(other, "ok", unit).in_unit(target.unit).value) is not None]
    return {"low": min([value, *told]), "high": max([value, *told])} if told and value is not None else {}


def _trend(row: Mapping[str, Any], rule: str | None, target: Target, before: Mapping[str, Any] | None, as_of: str | None) -> dict[str, Any]:
    if as_of is None or row["value"] is None:
        return {"trend": ""}
    if before is None or number(before.get("value")) is None:
        return {"trend": "new", "previous_as_of": as_of}
    was = float(before["value"])
    told = {"previous": was, "previous_as_of": as_of, "previous_rank": before.get("rank")}
    if before.get("unit") != row["unit"] or _rules(before.get("rule")) != _rules(rule):
        return told | {"trend": "rule_changed"}
    change = float(Decimal(repr(float(row["value"]))) - Decimal(repr(was)))
    return told | {"change": change, "trend": _direction(float(row["value"]), was, target)}


def _rules(rule: str | None) -> frozenset[str]:
    """The named choices of a rule; notes on the year the figures are of change with every period and are none."""
    return frozenset(part for part in (rule or "").split("; ") if "=" in part and not part.startswith("year="))


def _direction(value: float, was: float, target: Target) -> str:
    if math.isclose(value, was, rel_tol=NOISE):
        return "unchanged"
    if target.value is None:
        return "improved" if (value < was) == (target.indicator in LOWER_IS_BETTER) else "worsened"
    now, then = margin(value, target), margin(was, target)
    if now is None or then is None or now == then:
        return "unchanged"
    return "improved" if now > then else "worsened"
