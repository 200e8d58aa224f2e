"""Sums by zone against exact arithmetic, bit by bit."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from spatial.schema.shares import Shares
from spatial.schema.sums import Tally, group_sums, zone_sums


def exact(values: np.ndarray, zone: np.ndarray, count: int) -> list[float]:
    sums = [Fraction(0)] * count
    for value, place in zip(values.tolist(), zone.tolist(), strict=True):
        sums[place] += Fraction(value)
    return [float(total) for total in sums]


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-6, 12), (-40, 40), (-320, 300)])
def test_every_sum_is_that_of_exact_arithmetic(low: int, high: int) -> None:
    """Positive and negative values of many sizes, with zeros; -320 reaches the subnormal numbers."""
    rng = np.random.default_rng(5)
    values = rng.uniform(-1, 1, 3000) * 10.0 ** rng.uniform(low, high, 3000)
    values[rng.random(3000) < 0.2] = 0.0
    zone = rng.integers(0, 7, 3000)
    sums = zone_sums(values, zone, 9)
    assert [total.hex() for total in sums.tolist()] == [total.hex() for total in exact(values, zone, 9)]
    assert sums[7:].tolist() == [0.0, 0.0]


def test_what_cancels_leaves_what_is_left() -> None:
    values = np.array([1e16, 1.0, -1e16, 1e-3, 0.1, 0.2, -0.3, 5.0, -5.0])
    zone = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2])
    assert zone_sums(values, zone, 3).tolist() == exact(values, zone, 3)
    assert zone_sums(values, zone, 3)[2] == 0.0


def test_the_order_of_rows_does_not_matter() -> None:
    rng = np.random.default_rng(6)
    values, zone = rng.lognormal(9, 3, 5000), rng.integers(0, 40, 5000)
    order = rng.permutation(5000)
    assert zone_sums(values, zone, 40).tobytes() == zone_sums(values[order], zone[order], 40).tobytes()


def test_zones_of_one_two_and_three_rows_are_summed_exactly() -> None:
    rng = np.random.default_rng(8)
    values, zone = rng.lognormal(3, 6, 6000), np.repeat(np.arange(3000), np.tile([1, 2, 3, 2], 750))
    order = rng.permutation(6000)
    assert zone_sums(values[order], zone[order], 3001).tolist() == exact(values, zone, 3001)


def test_groups_sum_exactly_and_a_group_of_blanks_is_missing() -> None:
    values = pd.Series([0.1, None, 0.2, 1e16, 0.3, 1.0, -1e16, 7.0])
    keys = ["a", "b", "a", "c", "a", "c", "c", None]
    sums = group_sums(values, pd.Series(keys))
    assert sums.index.tolist() == ["a", "b", "c"]
    assert sums["a"] == 0.6 and np.isnan(sums["b"]) and sums["c"] == 1.0  # row by row: 0.6000000000000001 and 0.0
    assert group_sums(values, pd.Series(keys), dropna=False).tolist()[-1] == 7.0


def test_no_rows_sum_to_nothing() -> None:
    assert zone_sums(np.array([]), np.array([], dtype=np.int64), 2).tolist() == [0.0, 0.0]


def test_a_tally_sums_as_the_rows_do_and_each_sum_once() -> None:
    """Rows in several zones by shares: amounts, district contributions with ground outside, and weights of kept rows, against exact arithmetic."""
    rng = np.random.default_rng(7)
    rows, zones, count = rng.integers(0, 50, 300), rng.integers(0, 6, 300), 6
    share = rng.random(300)
    shares = Shares(rows, zones, share, share * rng.random(300))
    values, outside, weight = rng.lognormal(9, 2, 50), rng.lognormal(3, 1, 50), rng.lognormal(8, 1, 50)
    values[rng.random(50) < 0.3] = 0.0
    kept = rng.random(50) < 0.5
    tally = Tally(shares, weight, count)
    assert tally.amounts(values).tolist() == exact(values[rows] * share, zones, count)
    assert tally.contributions(values, None).tolist() == exact(values[rows] * shares.inside, zones, count)
    assert tally.contributions(values, outside).tolist() == exact(values[rows] * shares.inside + outside[rows] * (share - shares.inside), zones, count)
    assert tally.weights(kept).tolist() == exact(np.where(kept[rows], weight[rows] * share, 0.0), zones, count)
    assert tally.rows(kept).tolist() == [float((kept[rows] & (zones == zone)).sum()) for zone in range(count)]
    assert tally.amounts(values.copy()) is tally.amounts(values)
    assert tally.amounts(values * 2).tolist() == exact(2 * values[rows] * share, zones, count)
