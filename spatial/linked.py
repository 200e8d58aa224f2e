"""What hangs together by links."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def linked(one: Integers, two: Integers, count: int) -> Integers:
    """For each of `count` things the first of those that hang together with it by the links `one`-`two`."""
    first = np.arange(count)
    while True:
        low = np.fmin(first[one], first[two])
        after = first.copy()
        np.minimum.at(after, one, low)
        np.minimum.at(after, two, low)
        after = after[after]
        if np.array_equal(after, first):
            return after
        first = after


def groups(one: Integers, two: Integers, count: int) -> list[Integers]:
    """Of `count` things those that hang together with others, group by group, the group of the first one first."""
    first = linked(one, two, count)
    order = np.argsort(first, kind="stable")
    return [group for group in np.split(order, np.flatnonzero(np.diff(first[order])) + 1) if len(group) > 1]
