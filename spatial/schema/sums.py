"""Exact sums by zone: correctly rounded whatever the order of rows, so that runs and partitions agree to the bit."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.schema.shares import Shares

MOST_ROWS = 1 << 26  # sums of this many 27-bit halves are exact in float64
MOST_BINS = 1 << 24
SMALLEST, LARGEST = 123, 1923  # exponents as they are stored; what is beyond could overflow, or lose bits, on the way
FEW = 4  # rows a zone: up to here the zones are added one by one
SLAB = 1 << 22  # shares worked on at a time, and the most that a tally keeps ready
BLOCK = 1 << 16  # rows done at a time: what is made of them stays in the processor's cache
LOWER_BITS = np.int64((1 << 26) - 1)
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def total(values: Floats) -> float:
    """Sum of all values, correctly rounded."""
    return math.fsum(itertools.chain.from_iterable(values[first : first + BLOCK].tolist() for first in range(0, len(values), BLOCK)))


def zone_sums(values: Floats, zone: NDArray[np.int64], count: int) -> Floats:
    """Sum of values by zone position, each correctly rounded; 0 where a zone has none.

    Notes
    -----
    A value is an integer of 53 bits times a power of two. Its upper and lower half are summed by zone and exponent, where no bit can be
    lost; the few sums of a zone are then added with `math.fsum`. The result is that of `math.fsum` over the rows, at the cost of a count.
    """
    filled = values != 0.0
    if not filled.all():
        values, zone = values[filled], zone[filled]
    if len(values) <= FEW * count:  # a ledger on parcels: as many zones as rows
        return _row_by_row(values, zone, count)
    return slab_sums(lambda: [(values, zone)], count)


def group_sums(values: pd.Series, groups: Any, *, dropna: bool = True) -> pd.Series:
    """`values.groupby(groups).sum(min_count=1)`, each correctly rounded whatever the order of rows; a group without a known value is missing.

    `groups` is what `groupby` takes: one key a row, or a list of such; rows without a key are left out unless `dropna` says otherwise.
    """
    by = values.groupby(groups, sort=True, dropna=dropna)
    held = by.count()
    group = by.ngroup().fillna(-1).to_numpy(np.int64)
    known = values.notna().to_numpy() & (group >= 0)
    if not np.isfinite(values.to_numpy(float)[known]).all():
        return by.sum(min_count=1)  # infinite is infinite in any order
    sums = zone_sums(values.to_numpy(float)[known], group[known], len(held))
    return pd.Series(np.where(held.to_numpy() > 0, sums, np.nan), index=held.index, name=values.name)


def slab_sums(slabs: Callable[[], Iterable[tuple[Floats, NDArray[np.int64]]]], count: int) -> Floats:
    """As `zone_sums`, of values that are not zero and are made some at a time: `slabs` is asked twice, and never held whole."""
    reach = _reach((values for values, _ in slabs()), count)
    if reach is None:
        given = list(slabs())
        return _row_by_row(np.concatenate([values for values, _ in given]), np.concatenate([zone for _, zone in given]), count)
    bins = np.zeros((2, count * (reach[1] - reach[0] + 1)))
    for values, zone in slabs():
        for first in range(0, len(values), BLOCK):
            halves = Halves.of(values[first : first + BLOCK], zone[first : first + BLOCK], count, reach)
            for side, half in enumerate((halves.upper, halves.lower)):
                bins[side] += np.bincount(halves.place, half, minlength=bins.shape[1])
    return _of_bins(bins, count)


def _reach(slabs: Iterable[Floats], count: int) -> tuple[int, int] | None:
    """The least and the greatest exponent of values that are not zero; None where they are too large, too small, too many, or no numbers."""
    low, high, rows = LARGEST + 1, SMALLEST - 1, 0
    for values in slabs:
        rows += len(values)
        for first in range(0, len(values), BLOCK):
            exponent = (np.ascontiguousarray(values[first : first + BLOCK], dtype=np.float64).view(np.int64) >> 52) & 0x7FF
            low, high = min(low, int(exponent.min())), max(high, int(exponent.max()))
    if not rows:
        return SMALLEST, SMALLEST
    return None if low < SMALLEST or high > LARGEST or count * (high - low + 1) > MOST_BINS or rows > MOST_ROWS else (low, high)


def _of_bins(bins: Floats, count: int) -> Floats:
    """Sums of the zones from those of their bins, correctly rounded."""
    if not count:
        return np.zeros(0)
    halves = [half.reshape(count, -1) for half in bins]
    return np.array([math.fsum(terms) for terms in np.hstack([half[:, (half != 0.0).any(axis=0)] for half in halves]).tolist()])


@dataclass(frozen=True)
class Halves:
    """Values by zone and exponent, each in two halves of at most 27 bits whose sums in such a bin are exact."""

    place: NDArray[np.int64]
    upper: Floats
    lower: Floats
    bins: tuple[int, int]  # zones, exponents

    @staticmethod
    def of(values: Floats, zone: NDArray[np.int64], count: int, reach: tuple[int, int]) -> Halves:
        """The halves of values that are not zero and whose exponents lie within `reach`."""
        bits = np.ascontiguousarray(values, dtype=np.float64).view(np.int64)
        span = reach[1] - reach[0] + 1
        place = (bits >> 52) & 0x7FF
        place += zone * span
        place -= reach[0]
        upper = (bits & ~LOWER_BITS).view(np.float64)
        return Halves(place, upper, values - upper, (count, span))

    def sums(self, kept: Flags | None = None) -> Floats:
        """Sum by zone, of the values that are kept."""
        place, upper, lower = self.place, self.upper, self.lower
        if kept is not None:
            rows = np.flatnonzero(kept)
            place, upper, lower = place[rows], upper[rows], lower[rows]
        size = self.bins[0] * self.bins[1]
        return _of_bins(np.stack([np.bincount(place, half, minlength=size) for half in (upper, lower)]), self.bins[0])


class Tally:
    """Sums of one table's rows in the zones, each made once: many indicators share a denominator, or the rows that are meant."""

    def __init__(self, shares: Shares, weight: Floats, count: int):
        """`weight` is what a row counts in the coverage: its ground, or 1."""
        self.shares, self.count, self._weight = shares, count, weight
        self._row, self._halves = shares.row[:0], None
        if len(shares.row) <= SLAB:  # what a tally of this size keeps ready; beyond it, memory is dearer
            piece = weight[shares.row] * shares.share
            filled = np.flatnonzero(piece)
            self._row = shares.row[filled]
            reach = _reach([piece[filled]], count)
            self._halves = None if reach is None else Halves.of(piece[filled], shares.zone[filled], count, reach)
        self._held: dict[tuple[str, bytes], Floats] = {}

    def amounts(self, values: Floats) -> Floats:
        """Sum of values x share by zone; values of rows that are not meant are 0."""
        return self._once("amounts", values, lambda: self._summed(values, None))

    def contributions(self, values: Floats, outside: Floats | None) -> Floats:
        """The same for district shares: the ground inside carriers contributes `values`, that outside them `outside`."""
        both = values if outside is None else np.concatenate((values, outside))
        return self._once("contributions", both, lambda: self._summed(values, outside, inside=True))

    def rows(self, kept: Flags) -> Floats:
        """Number of kept rows by zone."""
        return self._once("rows", kept, lambda: np.bincount(self.shares.zone[kept[self.shares.row]], minlength=self.count).astype(float))

    def weights(self, kept: Flags) -> Floats:
        """Weight of the kept rows by zone."""
        return self._once("weights", kept, lambda: self._weighed(kept))

    def _once(self, what: str, rows: NDArray[np.generic], make: Callable[[], Floats]) -> Floats:
        key = what, hashlib.sha256(np.ascontiguousarray(rows).data).digest()
        if key not in self._held:
            self._held[key] = make()
        return self._held[key]

    def _summed(self, values: Floats, outside: Floats | None, *, inside: bool = False) -> Floats:
        live = values != 0.0  # what is nothing adds nothing to an exact sum
        if outside is not None:
            live |= outside != 0.0

        def amounts(row: NDArray[np.int64], share: Floats, within: Floats) -> Floats:
            if not inside:
                return values[row] * share
            amount = values[row] * within
            return amount if outside is None else amount + outside[row] * (share - within)

        return self._zoned(live, amounts)

    def _weighed(self, kept: Flags) -> Floats:
        if self._halves is not None:
            return self._halves.sums(kept[self._row])
        return self._zoned(kept, lambda row, share, within: self._weight[row] * share)

    def _zoned(self, live: Flags, amounts: Callable[[NDArray[np.int64], Floats, Floats], Floats]) -> Floats:
        """Sums by zone of what the live rows give, some shares at a time."""
        shares = self.shares

        def slabs() -> Iterator[tuple[Floats, NDArray[np.int64]]]:
            for first in range(0, len(shares.row), SLAB):
                row = shares.row[first : first + SLAB]
                kept = np.flatnonzero(live[row])
                given = amounts(row[kept], shares.share[first : first + SLAB][kept], shares.inside[first : first + SLAB][kept])
                filled = np.flatnonzero(given)
                yield given[filled], shares.zone[first : first + SLAB][kept[filled]]

        if len(shares.row) > SLAB:
            return slab_sums(slabs, self.count)
        once = list(slabs())  # few enough to be held while they are asked twice
        return slab_sums(lambda: once, self.count)


def _row_by_row(values: Floats, zone: NDArray[np.int64], count: int) -> Floats:
    """The same sums from the rows of each zone: for values of any size, and for zones of few rows."""
    sums = np.zeros(count)
    if not len(values):
        return sums
    order = np.argsort(zone, kind="stable")
    ordered, zones = values[order], zone[order]
    starts = np.flatnonzero(np.r_[True, zones[1:] != zones[:-1]])
    ends = np.r_[starts[1:], len(zones)]
    size = ends - starts
    one, two, more = starts[size == 1], starts[size == 2], size > 2
    sums[zones[one]] = ordered[one]
    sums[zones[two]] = ordered[two] + ordered[two + 1]  # one addition is correctly rounded
    for start, end in zip(starts[more].tolist(), ends[more].tolist(), strict=True):
        sums[zones[start]] = math.fsum(ordered[start:end].tolist())
    return sums


def weighed(matches: pd.DataFrame, area_m2: NDArray[np.float64], count: int) -> pd.DataFrame:
    """The pairs of rows and parcels with the share of the row that falls on each: by area, and in equal parts where there is none."""
    row, area = matches["row"].to_numpy(np.int64), area_m2[matches["parcel"].to_numpy(np.int64)]
    total = zone_sums(area, row, count)[row]
    size = matches.groupby("row")["row"].transform("size")
    return matches.assign(weight=np.where(total > 0, area / np.where(total > 0, total, 1.0), 1 / size))
