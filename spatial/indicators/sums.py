"""Exact sums by zone: correctly rounded whatever the order of rows, so that runs and partitions agree to the bit."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def total(values: NDArray[np.float64]) -> float:
    """Sum of all values, correctly rounded."""
    return math.fsum(values.tolist())


def zone_sums(values: NDArray[np.float64], zone: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Sum of values by zone position, each correctly rounded; 0 where a zone has none."""
    sums = np.zeros(count)
    if not len(values):
        return sums
    order = np.argsort(zone, kind="stable")
    ordered, zones = values[order], zone[order]
    starts = np.flatnonzero(np.r_[True, zones[1:] != zones[:-1]])
    ends = np.r_[starts[1:], len(zones)]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        sums[zones[start]] = math.fsum(ordered[start:end].tolist())
    return sums
