"""Exact sums by zone: correctly rounded whatever the order of rows, so that runs and partitions agree to the bit."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

MOST_ROWS = 1 << 26  # sums of this many 27-bit halves are exact in float64
MOST_BINS = 1 << 24
SAFE_EXPONENT = 900  # what is larger or smaller could overflow, or lose bits, on the way


def total(values: NDArray[np.float64]) -> float:
    """Sum of all values, correctly rounded."""
    return math.fsum(values.tolist())


def zone_sums(values: NDArray[np.float64], zone: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Sum of values by zone position, each correctly rounded; 0 where a zone has none.

    Notes
    -----
    A value is an integer of 53 bits times a power of two. Its upper and lower half are summed by zone and exponent, where no bit can be
    lost; the few sums of a zone are then added with `math.fsum`. The result is that of `math.fsum` over the rows, at the cost of a count.
    """
    filled = values != 0.0
    if not filled.all():
        values, zone = values[filled], zone[filled]
    if not len(values):
        return np.zeros(count)
    mantissa, exponent = np.frexp(values)
    low, high = int(exponent.min()), int(exponent.max())
    span = high - low + 1
    if not np.isfinite(values).all() or max(-low, high) > SAFE_EXPONENT or count * span > MOST_BINS or len(values) > MOST_ROWS:
        return _row_by_row(values, zone, count)
    place = zone * span + (exponent - low)
    whole = np.ldexp(mantissa, 26)
    upper = np.trunc(whole)
    powers = np.arange(low, high + 1)
    parts = [np.ldexp(np.bincount(place, half, minlength=count * span).reshape(count, span), powers - shift)
             for half, shift in ((upper, 26), (np.ldexp(whole - upper, 27), 53))]
    return np.array([math.fsum(terms) for terms in np.hstack(parts).tolist()])


def _row_by_row(values: NDArray[np.float64], zone: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """The same sums from the rows of each zone: for values of any size."""
    sums = np.zeros(count)
    order = np.argsort(zone, kind="stable")
    ordered, zones = values[order], zone[order]
    starts = np.flatnonzero(np.r_[True, zones[1:] != zones[:-1]])
    ends = np.r_[starts[1:], len(zones)]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        sums[zones[start]] = math.fsum(ordered[start:end].tolist())
    return sums
