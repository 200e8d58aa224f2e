"""Whether a comparison can mean anything: values that an indicator cannot take, shares of the district asked of a single zone, places that are not there."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from spatial.errors import Finding, found
from spatial.indicators.registry import BY_ID, bounds_of
from spatial.schema.policy import Policy, Target, unit_factor
from spatial.scorecard.evaluate import zone_ids
from spatial.scorecard.figures import STUDY_AREA, key
from spatial.scorecard.formatting import in_full
from spatial.scorecard.tracked import nearest_words
from spatial.scorecard.verdict import meets


def check_possible(policies: Iterable[Policy]) -> list[Finding]:
    """Lines that no value can meet (error) or miss, and lines that ask a zone for its own share of the district (warnings)."""
    findings: list[Finding] = []
    for target in (target for policy in policies for target in policy.targets if target.indicator in BY_ID):
        said = {"role": "policies", "key": target.clause, "indicator": target.indicator}
        verdicts = _verdicts(target)
        low, high = bounds_of(target.indicator)
        told = f"{low:g} – {'∞' if high == float('inf') else f'{high:g}'}"
        if verdicts == {False}:
            findings.append(found("policy.never_met", field="value", value_seen=_line(target), expected=told, **said))
        elif verdicts == {True}:
            findings.append(found("policy.always_met", field="value", value_seen=_line(target), expected=told, **said))
        if BY_ID[target.indicator].district and target.comparison != "rank" and set(target.scope) != {STUDY_AREA}:
            findings.append(found("policy.district_share", field="scope", value_seen=", ".join(scope for scope in target.scope if scope != STUDY_AREA), **said))
    return findings


def check_places(policies: Iterable[Policy], zones: pd.DataFrame) -> list[Finding]:
    """Lines of a place that no zone of the study bears the name of: layers show nothing there."""
    known, names = zone_ids(zones), [str(name) for name in dict.fromkeys([*zones["name"], *zones["id"]]) if name]
    return [found("policy.place_absent", role="policies", key=target.clause, field="place", value_seen=target.place, **nearest_words(target.place, names))
            for policy in policies for target in policy.targets if target.place and not target.tracked and key(target.place) not in known]


def _verdicts(target: Target) -> set[bool]:
    """Met or not at the ends of what the indicator can be, at the line itself and on either side of it; both where the ends are open."""
    low, high = bounds_of(target.indicator)
    factor = unit_factor(BY_ID[target.indicator].unit, target.unit)
    if target.value is None or factor is None:
        return {True, False}
    lines = target.value if isinstance(target.value, tuple) else (target.value,)
    ends = [low * factor, high * factor]
    tried = [*ends, *(line + step for line in lines for step in (-1e-6, 0.0, 1e-6))]
    inside = [value for value in tried if ends[0] <= value <= ends[1] and abs(value) != float("inf")]
    open_ends = [value for value in (min(lines) - 1e9 if ends[0] == -float("inf") else None, max(lines) + 1e9 if ends[1] == float("inf") else None) if value is not None]
    return {meets(value, target.comparison, target.value, exact=target.exact, noise=0.0) for value in [*inside, *open_ends]}


def _line(target: Target) -> str:
    value = "–".join(map(in_full, target.value)) if isinstance(target.value, tuple) else "" if target.value is None else in_full(target.value)
    return f"{target.comparison} {value} {target.unit}".strip()
