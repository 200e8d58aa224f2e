"""How a value is printed: one decimal for percentages, and as many more as it takes for a miss not to read as met."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from spatial.schema.policy import WHOLE_UNITS, unit_label
from spatial.scorecard.verdict import Bound, meets

MISSING = "—"
MOST_DECIMALS = 12
POINTS = "百分点"
_WIDE = Context(prec=400)  # any float fits
PLAIN_RATIOS = frozenset({"floor_area_ratio", "industrial_floor_area_ratio"})  # ratios that nobody writes as a percentage
COMPARISON_WORDS: dict[str, tuple[str, str]] = {
    ">=": ("≥", "≥"), ">": (">", ">"), "<=": ("≤", "≤"), "<": ("<", "<"), "=": ("=", "="), "between": ("", ""), "rank": ("排名", "ranked"),
}
STATUS_WORDS: dict[str, tuple[str, str]] = {
    "met": ("达标", "met"), "missed": ("未达标", "missed"), "not_due": ("未到期", "not due"), "ranked": ("排名", "ranked"),
    "no_data": ("无数据", "no data"), "not_applicable": ("不适用", "not applicable"), "masked": ("不公开", "masked"), "ok": ("有值", "ok"),
}


def comparison_word(comparison: str, exact: bool, language: str) -> str:
    """The sign as it is judged: a goal that a policy writes `=` is met at or above its value, `=` stands only where it is `exact`."""
    return COMPARISON_WORDS[">=" if comparison == "=" and not exact else comparison][0 if language == "zh" else 1]


def verdict_word(status: str, reason: str | None, pick: int) -> str:
    """The verdict of a score in words; of a value that a public edition masks, that it does."""
    return STATUS_WORDS[reason or status][pick]


def display(value: float | None, unit: str, target: Bound = None, comparison: str | None = None, language: str = "zh", *,
            indicator: str = "", exact: bool = False, met: bool | None = None) -> str:
    """A value with its unit, printed on the right side of its target: 0.7996 against >= 0.8 reads 79.96 %.

    Parameters
    ----------
    value : in `unit`; a share 0 to 1 is printed as a percentage, except for the ratios of PLAIN_RATIOS (by `indicator`)
    target, comparison : the line to stay on the right side of; none for a plain number
    met : the verdict, where the caller has it; else it is computed from value, comparison and target
    """
    if value is None or not math.isfinite(value):
        return MISSING
    percent = _percent(unit, indicator)
    shift, exact_value = _shift(unit, percent), _exact(value, unit, percent)
    decimals = _decimals(exact_value, unit, percent)
    if percent:  # as many as the line it is held against: 2.48 % against 2.55 %
        decimals = max([decimals, *(_own_decimals(_exact(end, unit, percent)) for end in _ends(target))])
    if target is not None and comparison not in (None, "rank"):
        verdict = meets(value, str(comparison), target, exact=exact) if met is None else met
        while decimals < MOST_DECIMALS and not _reads_right(exact_value, decimals, shift, str(comparison), target, exact, verdict):
            decimals += 1
    return _with_label(rounded(exact_value, decimals), unit, percent, language)


def in_full(value: float) -> str:
    """A figure as it was written, with thousands and no exponent: 18,010,000, 0.525."""
    return f"{Decimal(repr(float(value))).normalize():,f}"


def display_margin(margin: float | None, unit: str, language: str = "zh", *, indicator: str = "") -> str:
    """What is left or lacking of a target, never as nothing where it is something; percentages lie percentage points apart."""
    if margin is not None and _percent(unit, indicator) and math.isfinite(margin):
        margin, unit = points(margin, unit), POINTS
    return display(margin, unit, 0.0, "=", language, indicator=indicator, exact=True)


def points(difference: float, unit: str) -> float:
    """The difference of two shares in percentage points: -0.05 is -5."""
    return float(_exact(difference, unit, percent=True))


def display_target(target: Bound, comparison: str, unit: str, language: str = "zh", *, indicator: str = "", exact: bool = False) -> str:
    """The line itself, with all its decimals: `≥ 80.0 %`, `≥ 2.55 %`, `1–3 个`, `排名`."""
    word = comparison_word(comparison, exact, language)
    if target is None:
        return word
    if isinstance(target, tuple | list):
        low, high = (_line(end, unit, language, indicator) for end in target)
        return f"{low.split(' ')[0]}–{high}"
    return f"{word} {_line(target, unit, language, indicator)}"


def _percent(unit: str, indicator: str) -> bool:
    """Whether values of a unit are printed in per cent."""
    return unit in ("ratio", "%") and indicator not in PLAIN_RATIOS


def _shift(unit: str, percent: bool) -> int:
    return 2 if percent and unit == "ratio" else 0


def _exact(value: float, unit: str, percent: bool) -> Decimal:
    """The number that is printed, before it is rounded."""
    return Decimal(repr(float(value))).scaleb(_shift(unit, percent))


def _line(value: float, unit: str, language: str, indicator: str) -> str:
    percent = _percent(unit, indicator)
    exact_value = _exact(value, unit, percent)
    decimals = max(_decimals(exact_value, unit, percent), min(_own_decimals(exact_value), MOST_DECIMALS))
    return _with_label(rounded(exact_value, decimals), unit, percent, language)


def _with_label(number: Decimal, unit: str, percent: bool, language: str) -> str:
    return with_label(f"{number:,}", "%" if percent else "" if unit == "ratio" else unit_label(unit, language))


def with_label(number: str, label: str) -> str:
    """A number and its unit; a unit that begins with a power of ten is a factor: 62.4 × 10⁸ CNY."""
    return f"{number} {'× ' if label.startswith('10') else ''}{label}".rstrip()


def _ends(bound: Bound) -> tuple[float, ...]:
    return () if bound is None else tuple(bound) if isinstance(bound, tuple | list) else (bound,)


def _own_decimals(value: Decimal) -> int:
    """Decimals that the number itself has."""
    return max(0, -int(value.normalize().as_tuple().exponent))


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Rounded half up, as offices round; minus zero is zero."""
    result = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_WIDE)
    return abs(result) if result == 0 else result


def adding_up(parts: Iterable[float], total: float, decimals: int) -> list[Decimal]:
    """Parts rounded so that they add up to the rounded total: each down, and the largest remainders up (ties to the earlier).

    Parts that do not add up to the total before rounding are rounded each by itself: nothing is moved to hide a difference.
    """
    unit = Decimal(1).scaleb(-decimals)
    exact = [Decimal(repr(float(part))) for part in parts]
    whole = rounded(Decimal(repr(float(total))), decimals)
    low = [part.quantize(unit, rounding=ROUND_FLOOR, context=_WIDE) for part in exact]
    missing = int((whole - sum(low, Decimal(0))) / unit)
    if abs(math.fsum(map(float, exact)) - total) > 1e-9 * max(abs(total), 1.0) or not 0 <= missing <= len(low):
        return [rounded(part, decimals) for part in exact]
    first = sorted(range(len(exact)), key=lambda i: (low[i] - exact[i], i))[:missing]
    return [part + unit if i in first else part for i, part in enumerate(low)]


def _decimals(value: Decimal, unit: str, percent: bool) -> int:
    own = _own_decimals(value)
    if unit in WHOLE_UNITS:
        return min(own, 1)
    if percent:
        return 1
    if unit == POINTS:
        return min(max(own, 1), 2) if own <= 2 else 1
    return 2 if unit == "ratio" or "/" in unit else min(max(own, 0), 2) if own <= 2 else 1


def _reads_right(value: Decimal, decimals: int, shift: int, comparison: str, target: Bound, exact: bool, verdict: bool) -> bool:
    printed = float(rounded(value, decimals).scaleb(-shift))
    if meets(printed, comparison, target, exact=exact) != verdict:
        return False
    # a value above `=` must not be printed as exactly it, nor the other way round
    return comparison != "=" or not exact or (printed == target) == (float(value.scaleb(-shift)) == target)
