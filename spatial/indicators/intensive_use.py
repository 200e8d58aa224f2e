"""The 开发区 intensive-use evaluation (rule book §2.4): scores by ideal values and weights, and the potentials that hang on ideal values."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from spatial.errors import Finding, Several, found
from spatial.indicators.registry import BY_ID
from spatial.schema.intensive import FALLING, INDUSTRIAL, MIXED, OTHER, STRENGTH, Intensive, Scored
from spatial.schema.study import Study

SCORE, STRUCTURE, INTENSITY = "intensive_use_score", "structure_potential", "intensity_potential"
COMPOSED = (SCORE, STRUCTURE, INTENSITY)  # made of other values, no sum over rows
ITEM_COLUMNS = ("zone", "type", "target", "sub", "indicator", "value", "ideal", "score", "weight", "weighted", "status", "reason", "reason_en")
KINDS = ("study_area", "carrier")  # zones that are evaluated; zone layers beside them too
EVIDENCE = {"text": "公开文本", "practice": "实务做法", "computed": "推算", "unverified": "未核实"}  # marks of the rule book in Chinese
RATIO_LIMIT = 100.0  # a share or a floor area ratio beyond this has m² over hectares
Place = tuple[str, str]
Rows = list[dict[str, Any]]


def intensive_use(values: pd.DataFrame, zones: pd.DataFrame, profile: Intensive | None, study: Study) -> tuple[pd.DataFrame, pd.DataFrame, list[Finding]]:
    """Values of the score and of two potentials in every evaluated zone, the items behind them, and what was found.

    A zone with an item that has no value has no score: a weight is never given to the others in silence. A score is min(value / ideal, 1) x 100
    (capped as the profile says), that of the idle rate (1 - rate) x 100.
    """
    if profile is None:
        return values.iloc[:0], pd.DataFrame(columns=list(ITEM_COLUMNS)), []
    by_place: dict[Place, dict[str, Any]] = {(str(row["indicator"]), str(row["zone"])): row for row in values.to_dict("records")}  # type: ignore[misc]
    chosen = zones[zones["kind"].isin(KINDS) | ~zones["kind"].isin((*KINDS, "carrier_type", "outside", "city", "task_force"))]
    findings = _unit_findings(by_place)
    told: Rows = []
    lines: Rows = []
    for zone, name in zip(chosen["id"].astype(str), chosen["name"].astype(str), strict=True):
        kind = _type(zone, name, by_place, profile)
        if kind is None:
            told += [_value(indicator, zone, None, "no_data", study, profile, "") for indicator in (SCORE, STRUCTURE, INTENSITY)]
            continue
        items = profile.items[MIXED if kind == OTHER else kind]
        own = [_item(item, zone, kind, by_place, profile) for item in items]
        lines += own
        told += _composed(zone, kind, items, own, by_place, profile, study)
    scores = {row["zone"]: row["value"] for row in told if row["indicator"] == SCORE}
    for name, parts in profile.parts:
        unknown = [zone for zone, _ in parts if zone not in scores]
        if unknown:
            findings.append(found("intensive.unknown_zone", role="study", field="rules.intensive_use", value_seen=Several(unknown), key=name))
            continue
        known = all(scores[zone] is not None for zone, _ in parts)
        whole = math.fsum(weight for _, weight in parts)
        lines.append(dict.fromkeys(ITEM_COLUMNS) | {"zone": name, "type": " + ".join(f"{weight / whole:g} × {zone}" for zone, weight in parts), "indicator": SCORE,
                                                    "weighted": math.fsum(scores[zone] * weight for zone, weight in parts) / whole if known else None, "status": "ok" if known else "no_data"})
    done = sum(row["indicator"] == SCORE and row["status"] == "ok" for row in told)
    findings.append(found("intensive.done", role="study", field="rules.intensive_use", count=done, name={"zh": profile.zh, "en": profile.en}, version=profile.version,
                          evidence={"zh": EVIDENCE.get(profile.evidence, profile.evidence), "en": profile.evidence}))
    return pd.DataFrame(told, columns=list(values.columns)), pd.DataFrame(lines, columns=list(ITEM_COLUMNS)).astype(object), findings


def replaced(values: pd.DataFrame, composed: pd.DataFrame) -> pd.DataFrame:
    """The values with those of `composed` in the places of the same indicator and zone."""
    if not len(composed):
        return values
    told = {(row["indicator"], row["zone"]): row for row in composed.to_dict("records")}
    kept = [told.get((row["indicator"], row["zone"]), row) for row in values.to_dict("records")]
    return pd.DataFrame(kept, columns=list(values.columns))


def _type(zone: str, name: str, by_place: dict[Place, dict[str, Any]], profile: Intensive) -> str | None:
    """What sort of zone it is (rule book §2.3); None where its built land is not known."""
    if any(word in name for word in profile.names_industrial):
        return INDUSTRIAL
    industry, housing = (_known(by_place.get((indicator, zone))) for indicator in ("industrial_land_share", "housing_land_share"))
    if industry is None or housing is None:
        return None
    if industry > profile.industrial_over and housing < profile.housing_from:
        return INDUSTRIAL
    return MIXED if industry <= profile.industrial_over and housing >= profile.housing_from else OTHER


def _item(item: Scored, zone: str, kind: str, by_place: dict[Place, dict[str, Any]], profile: Intensive) -> dict[str, Any]:
    row = by_place.get((item.indicator, zone))
    value, score = _known(row), None
    if value is not None:
        score = (1 - value) * 100 if item.indicator in FALLING else value / item.ideal * 100
        score = max(score if profile.cap is None else min(score, profile.cap), 0.0)
    return {"zone": zone, "type": kind, "target": item.target, "sub": item.sub, "indicator": item.indicator, "value": value, "ideal": item.ideal, "score": score, "weight": item.weight,
            "weighted": None if score is None else score * item.weight, "status": "no_data" if row is None else str(row["status"]), "reason": item.reason.text(), "reason_en": item.reason.text("en")}


def _composed(zone: str, kind: str, items: tuple[Scored, ...], own: Rows, by_place: dict[Place, dict[str, Any]], profile: Intensive, study: Study) -> Rows:
    """The score and the two potentials of a zone as rows of `values`."""
    rule, lacking = f"type={kind}", [row["status"] for row in own if row["value"] is None]
    if lacking:
        status = "masked" if "masked" in lacking else "not_applicable" if set(lacking) == {"not_applicable"} else "no_data"
        score = _value(SCORE, zone, None, status, study, profile, rule)
    else:
        covered = min(float(by_place[item.indicator, zone]["coverage"]) for item in items)
        score = _value(SCORE, zone, math.fsum(row["weighted"] for row in own), "ok", study, profile, rule, n=len(own), coverage=covered)
    share = by_place.get(("industrial_land_share", zone), {})
    built, industrial = share.get("denominator"), share.get("numerator")
    values = {row["indicator"]: row for row in own}
    structure = values.get("industrial_land_share")
    strength = [values[name] for name in STRENGTH if name in values]
    told = []
    for indicator, ground, rows in ((STRUCTURE, built, [structure] if structure else []), (INTENSITY, industrial, strength)):
        if not rows:
            told.append(_value(indicator, zone, None, "not_applicable", study, profile, rule))
        elif _known(share) is None or any(row["value"] is None for row in rows):
            told.append(_value(indicator, zone, None, "masked" if any(row["status"] == "masked" for row in rows) else "no_data", study, profile, rule))
        else:  # structure: A x (ideal - value); strength: A2 x the largest (ideal - value) / ideal
            gaps = [(row["ideal"] - row["value"]) / (1 if indicator == STRUCTURE else row["ideal"]) for row in rows]
            covered = min(float(by_place[row["indicator"], zone]["coverage"]) for row in rows)
            told.append(_value(indicator, zone, float(ground or 0.0) * max(*gaps, 0.0), "ok", study, profile, rule, n=len(rows), coverage=covered))
    return [score, *told]


def _value(indicator: str, zone: str, amount: float | None, status: str, study: Study, profile: Intensive, rule: str, *, n: int = 0, coverage: float = 0.0) -> dict[str, Any]:
    row = BY_ID[indicator]
    return {"indicator": indicator, "zone": zone, "value": None if amount is None else amount * row.scale, "unit": row.unit, "numerator": amount, "denominator": None, "n": n,
            "coverage": coverage, "status": status, "rule": "; ".join(part for part in (f"intensive_use={profile.name}", rule) if part), "as_of": study.as_of.isoformat()}


def _known(row: dict[str, Any] | None) -> float | None:
    return float(row["value"]) if row and row["status"] == "ok" and row["value"] is not None and math.isfinite(row["value"]) else None


def _unit_findings(by_place: dict[Place, dict[str, Any]]) -> list[Finding]:
    """Ratios of areas beyond a hundred: m² over hectares, never a figure to be divided by 10 000 in silence."""
    return [found("intensive.unit", role="parcels", field=indicator, key=zone, value_seen=f"{value:g}")
            for (indicator, zone), row in by_place.items() if zone == "study_area" and indicator in BY_ID and BY_ID[indicator].unit == "ratio" and BY_ID[indicator].source.startswith("开发区")
            and (value := _known(row)) is not None and value > RATIO_LIMIT]
