"""Sums of very many shares are made some at a time, and are the same to the last bit."""

import math

import numpy as np
import pytest

from spatial.schema import sums
from spatial.schema.shares import Shares
from spatial.schema.sums import Tally


@pytest.mark.parametrize("wild", [False, True])
def test_a_tally_in_slabs_sums_as_one_at_once(monkeypatch, wild):
    rng = np.random.default_rng(7)
    rows, count = 400, 5
    row = np.sort(rng.integers(0, rows, 1000))
    shares = Shares(row, rng.integers(0, count, 1000), rng.random(1000), rng.random(1000))
    values, outside, weight = (rng.random(rows) * 10.0 ** rng.integers(-3, 9, rows) for _ in range(3))
    if wild:
        values[3] = 1e300  # beyond what halves can hold: summed row by row
    kept = rng.random(rows) < 0.6
    monkeypatch.setattr(sums, "SLAB", 64)
    tally = Tally(shares, weight, count)

    def exact(amounts, live):
        return [math.fsum(a for a, z, r in zip(amounts, shares.zone, row, strict=True) if z == zone and live[r]) for zone in range(count)]

    everything = np.ones(rows, dtype=bool)
    assert tally.amounts(values).tolist() == exact(values[row] * shares.share, everything)
    assert tally.contributions(values, outside).tolist() == exact(values[row] * shares.inside + outside[row] * (shares.share - shares.inside), everything)
    assert tally.weights(kept).tolist() == exact(weight[row] * shares.share, kept)
    assert Tally(shares, weight * 0, count).weights(kept).tolist() == [0.0] * count
