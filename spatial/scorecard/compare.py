"""Two runs side by side: what changed in the settings, the values and the scorecard, from their results.json."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

COLUMNS = ("part", "policy", "clause", "indicator", "zone", "difference", "before", "after", "change", "unit", "numerator_before",
           "numerator_after", "denominator_before", "denominator_after", "status_before", "status_after", "rule_before", "rule_after")
SETTING_COLUMNS = ("setting", "before", "after")


def compare(results_a: Mapping[str, Any], results_b: Mapping[str, Any]) -> pd.DataFrame:
    """Every value and scorecard line that differs between run A (before) and run B (after), in the order of A, new ones last.

    `difference` says how: `changed`, `added`, `removed`, and `status` or `rule` where the number is the same but they are not.
    `change` is after - before, None unless both have a value in the same unit. Equal lines are left out.
    """
    records = _part("values", results_a, results_b, ("indicator", "zone"), "rule")
    records += _part("scorecard", results_a, results_b, ("policy", "clause", "zone"), "target")
    columns = {name: pd.Series([record.get(name) for record in records], dtype=object) for name in COLUMNS}
    return pd.DataFrame(columns, columns=list(COLUMNS))


def compare_settings(results_a: Mapping[str, Any], results_b: Mapping[str, Any]) -> pd.DataFrame:
    """Settings of the study (data date, period, allocation, rules) that differ: what a change may come from."""
    before, after = dict(_flat(results_a.get("study"))), dict(_flat(results_b.get("study")))
    names = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    rows = [(name, before.get(name), after.get(name)) for name in names]
    return pd.DataFrame(rows, columns=list(SETTING_COLUMNS), dtype=object)


def _part(part: str, results_a: Mapping[str, Any], results_b: Mapping[str, Any], keys: Sequence[str], rule: str) -> list[dict[str, Any]]:
    before, after = _by_key(results_a.get(part), keys), _by_key(results_b.get(part), keys)
    records = []
    for place in dict.fromkeys((*before, *after)):
        a, b = before.get(place), after.get(place)
        difference = _difference(a, b, rule)
        if difference:
            records.append({"part": part, "difference": difference, **_line(a or {}, b or {}, rule)})
    return records


def _difference(a: Mapping[str, Any] | None, b: Mapping[str, Any] | None, rule: str) -> str:
    if a is None or b is None:
        return "added" if a is None else "removed"
    if a.get("value") != b.get("value") or a.get("unit") != b.get("unit") or a.get("rank") != b.get("rank"):
        return "changed"
    if a.get("numerator") != b.get("numerator") or a.get("denominator") != b.get("denominator"):
        return "changed"
    return "status" if a.get("status") != b.get("status") else "rule" if a.get(rule) != b.get(rule) else ""


def _line(a: Mapping[str, Any], b: Mapping[str, Any], rule: str) -> dict[str, Any]:
    line: dict[str, Any] = {name: b.get(name, a.get(name)) for name in ("policy", "clause", "indicator", "zone", "unit")}
    line |= {"before": a.get("value"), "after": b.get("value"), "change": None}
    if _is_number(a.get("value")) and _is_number(b.get("value")) and a.get("unit") == b.get("unit"):
        line["change"] = float(Decimal(repr(float(b["value"]))) - Decimal(repr(float(a["value"]))))
    for name in ("numerator", "denominator", "status"):
        line |= {f"{name}_before": a.get(name), f"{name}_after": b.get(name)}
    return line | {"rule_before": a.get(rule), "rule_after": b.get(rule)}


def _by_key(rows: object, keys: Sequence[str]) -> dict[tuple[str, ...], Mapping[str, Any]]:
    listed: Iterable[object] = rows if isinstance(rows, list) else ()
    return {tuple(str(row.get(name, "")) for name in keys): row for row in listed if isinstance(row, Mapping)}


def _flat(tree: object, prefix: str = "") -> Iterable[tuple[str, Any]]:
    if isinstance(tree, Mapping):
        for name, value in tree.items():
            yield from _flat(value, f"{prefix}.{name}" if prefix else str(name))
    elif prefix:
        yield prefix, tree


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
