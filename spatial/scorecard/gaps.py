"""What it takes to close a gap: the land, money or number of projects between a value and its target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from spatial.schema.policy import WHOLE_UNITS, Target, unit_label
from spatial.scorecard.figures import Figure
from spatial.scorecard.formatting import rounded, with_label
from spatial.units import MU_M2

# What the numerator of a share counts, in base units; the registry of a run may say more.
NUMERATOR_UNITS: dict[str, str] = {
    "new_land_to_carriers_share": "m2", "new_land_to_carriers_or_projects_share": "m2", "standard_land_share": "m2",
    "inefficient_land_share": "m2", "idle_land_share": "m2", "land_idle_rate": "m2", "industrial_land_share": "m2",
    "approved_unsupplied_share": "m2", "development_rate": "m2", "supply_rate": "m2", "built_rate": "m2",
    "new_project_share": "count", "project_start_rate": "count", "benefit_evaluation_coverage": "count",
    "standard_land_compliance_share": "count", "standard_land_completion_share": "count", "standard_land_production_share": "count",
    "new_investment_share": "万元", "value_added_increment_share": "万元",
    "tax_increment_share": "万元", "main_industry_share": "万元", "investment_completion_rate": "万元",
    "tax_per_mu": "万元", "value_added_per_mu": "万元", "output_per_mu": "万元", "investment_per_mu": "万元",
    "industrial_investment_intensity": "万元", "industrial_tax_intensity": "万元", "overall_tax_intensity": "万元",
    "floor_area_ratio": "m2", "industrial_floor_area_ratio": "m2", "building_density": "m2", "industrial_building_coefficient": "m2",
}
# the denominator in the unit that the value divides by
DENOMINATORS: dict[str, Fraction] = {"ratio": Fraction(1), "万元/亩": 1 / MU_M2, "万元/公顷": Fraction(1, 10_000),
                                     "万元/吨标煤": Fraction(1), "万元/吨": Fraction(1), "万元/人": Fraction(1)}
TEXTS: dict[str, tuple[str, str]] = {
    "short": ("还差 {gap}：现有 {now}，需 {needed}", "{gap} short: {now} of {needed} needed"),
    "short_strict": ("还差 {gap}：现有 {now}，需超过 {needed}", "{gap} short: {now}, more than {needed} needed"),
    "over": ("须减少 {gap}：现有 {now}，上限 {needed}", "{gap} too much: {now} against at most {needed}"),
    "over_strict": ("须减少 {gap}：现有 {now}，须低于 {needed}", "{gap} too much: {now}, less than {needed} needed"),
    "above": ("高出 {gap}：现有 {now}，应为 {needed}", "{gap} above: {now}, should be {needed}"),
    "below": ("低了 {gap}：现有 {now}，应为 {needed}", "{gap} below: {now}, should be {needed}"),
}


def to_close(target: Target, figure: Figure, language: str = "zh",
             numerator_units: Mapping[str, str] | None = None) -> dict[str, Any] | None:
    """The gap as {text, amount, unit}; only for a figure that has a value and does not meet the target.

    A share whose numerator is known is told in its numerator: the land (mu), money (万元) or number that must be added, or for
    `<=` taken away, with the denominator as it is. Anything else is told in the target's own unit, shares in percentage points.
    """
    if figure.value is None or target.value is None:
        return None
    bound = _bound(target, figure.value)
    unit = {**NUMERATOR_UNITS, **(numerator_units or {})}.get(target.indicator)
    per = DENOMINATORS.get(target.unit)
    now, needed = _exact(figure.value), _exact(bound)
    shown_unit = target.unit
    over, under = figure.numerator, figure.denominator
    if not figure.tracked and unit and per and over is not None and under is not None and under > 0:
        now, needed, shown_unit = _exact(over), needed * _exact(under) * per, unit
        if shown_unit == "m2":
            now, needed, shown_unit = now / MU_M2, needed / MU_M2, "mu"
    elif target.unit == "ratio":
        now, needed, shown_unit = now * 100, needed * 100, "百分点"
    return _told(target, now, needed, shown_unit, language)


def _told(target: Target, now: Fraction, needed: Fraction, unit: str, language: str) -> dict[str, Any]:
    over = target.comparison in ("<=", "<") or (target.comparison == "between" and now > needed)
    strict = target.comparison in (">", "<")
    gap: Fraction = now - needed if over else needed - now
    if unit in WHOLE_UNITS:
        gap = Fraction(math.floor(gap) + 1 if strict else math.ceil(gap))
        if now.denominator == 1 and not (target.comparison == "=" and target.exact):  # things are counted: 4.1 of them is 5, and at most 4.1 is 4
            needed = Fraction(math.floor(needed) if over != strict else math.ceil(needed))
    how = ("above" if now > needed else "below") if target.comparison == "=" and target.exact else ("over" if over else "short") + ("_strict" if strict else "")
    gap = abs(gap)
    decimals = _decimals(gap, unit)
    level = "percent" if unit == "百分点" and target.unit == "ratio" else unit  # points lie between percentages
    plain = "count" if language != "zh" and unit in WHOLE_UNITS and how.startswith("short") else level  # `126 short: 2,874 of 3,000 enterprises needed`
    shown = {"gap": _printed(gap, "count" if plain == "count" else unit, decimals, language), "now": _printed(now, plain, decimals, language),
             "needed": _printed(needed, level, decimals, language)}
    return {"text": TEXTS[how][0 if language == "zh" else 1].format(**shown), "amount": float(gap), "unit": unit}


def _bound(target: Target, value: float) -> float:
    """The end of the target that the value has to reach."""
    if isinstance(target.value, tuple):
        return target.value[0] if value < target.value[0] else target.value[1]
    if target.value is None:
        raise ValueError(f"{target.clause} has no value")
    return target.value


def _exact(value: float) -> Fraction:
    """The number as it is written: 0.8 is four fifths."""
    return Fraction(repr(float(value)))


def _decimals(gap: Fraction, unit: str) -> int:
    """One decimal, or as many as it takes for a small gap to be told within a twentieth of itself."""
    decimals = 0 if unit in WHOLE_UNITS else 1
    while abs(round(gap, decimals) - gap) > gap / 20 and decimals < 12:
        decimals += 1
    return decimals


def _printed(amount: Fraction, unit: str, decimals: int, language: str) -> str:
    split = unit in WHOLE_UNITS and amount.denominator != 1  # 80 % of 13 projects is 10.4
    number = rounded(Decimal(amount.numerator) / Decimal(amount.denominator), max(decimals, 1) if split else decimals)
    label = unit_label(unit, language)
    return with_label(f"{number:,}", "" if label == "count" else label)  # English counts things without a word
