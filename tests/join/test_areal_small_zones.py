"""Zones smaller than the parcels: the smaller of each pair is measured, and what a parcel has hangs on no other parcel."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely import box

from spatial.join import areal_union
from spatial.join.areal import Allocation, allocate
from spatial.join.pieces import pair_shares, shares
from tests.join import layouts

KINDS = {kind.__name__: kind for kind in layouts.KINDS}
EAST, NORTH = 500_000.0, 3_340_000.0


def layer(shapes: Any, column: str) -> gpd.GeoDataFrame:
    geometry = np.asarray(shapes, dtype=object)
    return gpd.GeoDataFrame({column: [f"{k:05d}" for k in range(len(geometry))]}, geometry=geometry, crs="EPSG:4549")


def allocated(parcels: Any, zones: Any) -> Allocation:
    return allocate(layer(parcels, "parcel_id"), layer(zones, "zone_id"), rule="area")


def squares(count: int, side: float, off: float = 0.0) -> NDArray[Any]:
    x, y = (EAST + off + side * axis.ravel() for axis in np.meshgrid(np.arange(count), np.arange(count)))
    return np.asarray(shapely.box(x, y - EAST + NORTH, x + side, y - EAST + NORTH + side))


def test_small_zones_in_and_across_a_large_parcel() -> None:
    """Of a parcel of 100 x 100: a tenth, a fourth of a zone that reaches out, one that only touches, one around it."""
    zones = [box(20, 20, 40, 70), box(90, -10, 110, 10), box(100, 40, 120, 60), box(-50, -50, 300, 300)]
    result = allocated([box(0, 0, 100, 100)], zones)
    assert dict(zip(result.pieces["zone"], result.pieces["share"], strict=True)) == {0: 0.1, 1: 0.01, 3: 1.0}
    assert result.inside_share.tolist() == [1.0]


def test_a_town_is_parted_by_its_villages_and_closes() -> None:
    result = allocated(squares(3, 100.0), squares(30, 10.0))
    assert len(result.pieces) == 900
    assert result.pieces["share"].to_numpy() == pytest.approx(0.01, rel=1e-12)
    assert result.inside_share.tolist() == [1.0] * 9 and result.receipt.overlap_parcels == 0


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("seed", range(6))
def test_the_ground_that_two_layers_share_is_the_same_from_either_side(kind: str, seed: int) -> None:
    parcels, zones = KINDS[kind](np.random.default_rng(seed))
    one, two = (dict(zip(zip(a.tolist(), b.tolist(), strict=True), part, strict=True)) for a, b, part in (
        _ground(parcels, zones), (lambda z, p, m: (p, z, m))(*_ground(zones, parcels))))
    large = {pair for pair in one.keys() | two.keys() if max(one.get(pair, 0.0), two.get(pair, 0.0)) > 1e-6}
    assert [one[pair] for pair in sorted(large)] == pytest.approx([two[pair] for pair in sorted(large)], rel=1e-9, abs=1e-6)


def _ground(parcels: NDArray[Any], zones: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    parcel, zone, share = shares(parcels, zones)
    return parcel, zone, share * shapely.area(parcels)[parcel]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("kind", [*KINDS, "villages", "corners"])
@pytest.mark.parametrize("seed", range(4))
def test_a_parcel_has_the_same_to_the_last_bit_whatever_others_stand_beside_it(kind: str, seed: int, turned: bool) -> None:
    """As a partition holds some of the parcels and not the others."""
    random = np.random.default_rng(seed)
    made = {"villages": lambda: (squares(4, 75.0, 3.3), squares(30, 10.0)),
            "corners": lambda: (_on_corners(random, squares(8, 30.0)), squares(8, 30.0))}
    parcels, zones = made[kind]() if kind in made else KINDS[kind](random)
    parcels, zones = (zones, parcels) if turned else (parcels, zones)
    whole = allocated(parcels, zones)
    some = np.sort(random.choice(len(parcels), max(1, len(parcels) // 3), replace=False))
    part = allocated(parcels[some], zones)
    kept = whole.pieces[whole.pieces["parcel"].isin(some)]
    assert some[part.pieces["parcel"]].tolist() == kept["parcel"].tolist() and part.pieces["zone"].tolist() == kept["zone"].tolist()
    assert part.pieces["share"].tolist() == kept["share"].tolist()
    assert part.inside_share.tolist() == whole.inside_share[some].tolist()


def _on_corners(random: np.random.Generator, cells: NDArray[Any]) -> NDArray[Any]:
    """Triangles with an edge through the upper left corner of the box that is looked at around each cell."""
    west, south, east, north = shapely.bounds(cells).T
    margin = np.hypot(east - west, north - south) * 0.011
    x, y = west - margin, north + margin * 0.71
    away = random.uniform(5, 90, (4, len(cells)))
    return np.array([shapely.Polygon([(a - p, b - p), (a + q, b + q), (a + q + r, b - s)]) for a, b, p, q, r, s in zip(x, y, *away, strict=True)])


def test_only_zones_that_overlap_are_merged() -> None:
    """Ten strips over a parcel, two of them doubled by a metre: their ground counts once, the others add up."""
    strips = [box(10 * k, -5, 10 * k + 10 + (k in (3, 4)), 105) for k in range(10)]
    result = allocated([box(2, 0, 92, 100)], strips[:9])
    assert result.inside_share[0] == pytest.approx(88 / 90, rel=1e-12)
    assert result.pieces["share"].sum() == pytest.approx(90 / 90, rel=1e-12)
    assert result.receipt.overlap_parcels == 1


def test_zones_that_hang_together_by_overlaps_are_one_piece_of_ground() -> None:
    """A chain of three and a pair apart, in an order in which the chain closes last."""
    zones = [box(0, 0, 30, 100), box(50, 0, 80, 100), box(20, 0, 45, 50), box(75, 0, 95, 100), box(25, 50, 40, 100)]
    assert allocated([box(-5, 0, 100, 100)], zones).inside_share[0] == pytest.approx((30 * 100 + 15 * 50 + 10 * 50 + 45 * 100) / 10_500, rel=1e-12)


def test_many_zones_with_one_overlap_among_them_are_told_as_if_each_pair_were_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    zones = squares(12, 10.0)
    zones[50] = shapely.buffer(zones[50], 0.5, join_style="mitre")
    zones[100] = shapely.Polygon(shapely.box(EAST + 41, NORTH + 81, EAST + 49, NORTH + 89))  # inside another, its own cell left open
    parcels = squares(4, 30.0, 1.7)
    each = allocated(parcels, zones)
    monkeypatch.setattr(areal_union, "MANY", 1)
    told = allocated(parcels, zones)
    assert told.inside_share.tolist() == each.inside_share.tolist() and told.receipt == each.receipt
    assert told.receipt.overlap_parcels > 0


def test_many_zones_half_a_step_over_others_count_their_ground_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lattices of 144 squares, half a step apart: each square of the ones has its middle at a corner of the others."""
    monkeypatch.setattr(areal_union, "MANY", 1)
    zones = np.concatenate([squares(12, 10.0), squares(12, 10.0, 5.0)])
    told = allocated(squares(1, 130.0), zones)
    assert told.inside_share[0] == pytest.approx((2 * 120**2 - 115**2) / 130**2, rel=1e-12)
    assert told.pieces["share"].sum() == pytest.approx(2 * 120**2 / 130**2, rel=1e-12)


def test_shares_of_pairs_are_of_the_smaller() -> None:
    shapes = np.array([box(0, 0, 10, 10), box(5, 0, 40, 10), box(50, 0, 60, 10), box(-10, -10, 100, 100)])
    assert pair_shares(shapes, np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3])).tolist() == pytest.approx([0.5, 0.0, 1.0, 1.0], rel=1e-12)
