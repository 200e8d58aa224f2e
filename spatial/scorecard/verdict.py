"""Whether a value reaches its target, by how much, and in which order zones stand: unrounded, one rule for all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from spatial.schema.policy import Target

# Two routes to the same area differ by about 1e-10; a share that is 80 % on the ground must not miss for that.
# A miss that anyone could print (79.999 %) is four orders of magnitude larger. Tracked values are typed: no allowance.
NOISE = 1e-9

Bound = float | tuple[float, float] | None


def meets(value: float, comparison: str, bound: Bound, *, exact: bool = False, noise: float = NOISE) -> bool:
    """Whether `value` reaches `bound`; `=` is at or above for goals, exactly that where `exact`."""
    if isinstance(bound, tuple):
        low, high = bound
        return meets(value, ">=", low, noise=noise) and meets(value, "<=", high, noise=noise)
    if bound is None:
        raise ValueError(f"comparison {comparison} has no value to compare with")
    same = math.isclose(value, bound, rel_tol=noise, abs_tol=0.0)
    if comparison == "=":
        return same or (not exact and value > bound)
    above, below = value > bound and not same, value < bound and not same
    return {">=": same or above, ">": above, "<=": same or below, "<": below}[comparison]


def reaches(value: float, target: Target, *, noise: float = NOISE) -> bool:
    """Whether `value`, in the target's unit, meets the target."""
    return meets(value, target.comparison, target.value, exact=target.exact, noise=noise)


def margin(value: float, target: Target) -> float | None:
    """Room left in the target's unit: positive is good, negative is what is missing; None where nothing is compared.

    value - target for >=, > and =; target - value for <= and <; the distance to the nearer end for `between`;
    minus the distance for an exact `=`.
    """
    if target.value is None:
        return None
    if isinstance(target.value, tuple):
        low, high = target.value
        return min(_less(value, low), _less(high, value))
    if target.comparison == "=" and target.exact:
        return -abs(_less(value, target.value))
    return _less(target.value, value) if target.comparison in ("<=", "<") else _less(value, target.value)


def _less(value: float, other: float) -> float:
    """The difference of two numbers as they are written: 0.75 - 0.8 is -0.05."""
    return float(Decimal(repr(float(value))) - Decimal(repr(float(other))))


def competition_ranks(values: Sequence[float | None], *, lowest_first: bool = False) -> list[int | None]:
    """Ranks from the best value on, ties sharing the better rank (1, 2, 2, 4); None has no rank. The highest is best unless `lowest_first`."""
    sign = 1.0 if lowest_first else -1.0
    order = sorted((i for i, value in enumerate(values) if value is not None), key=lambda i: sign * float(values[i] or 0.0))
    ranks: list[int | None] = [None] * len(values)
    first: float | None = None
    rank = 0
    for place, i in enumerate(order, 1):
        value = float(values[i] or 0.0)
        if first is None or not math.isclose(value, first, rel_tol=NOISE, abs_tol=0.0):
            first, rank = value, place
        ranks[i] = rank
    return ranks
