"""Areal allocation against another engine, and the properties that hold on any layout."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import affinity

from spatial.join.areal import Allocation, allocate
from tests.benchmarks.bench_allocation import carriers, fabric

QUICK = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
SEEDS = st.integers(0, 2**32 - 1)


def layer(shapes: Any, ids: list[str] | None = None) -> gpd.GeoDataFrame:
    geometry = np.asarray(shapes, dtype=object)
    columns = {"area_m2": shapely.area(geometry)} if ids is None else {"zone_id": ids}
    return gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4549")


def names(count: int) -> list[str]:
    return [f"z{k}" for k in range(count)]


def blobs(random: np.random.Generator, count: int) -> NDArray[Any]:
    return np.array([shapely.Point(*random.uniform(0, 600, 2)).buffer(random.uniform(15, 180), int(random.integers(1, 9))) for _ in range(count)])


def layout(seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Parcels and zones of one of five kinds: fabric, squares that share edges, the same turned, blobs with holes, strips."""
    random = np.random.default_rng(seed)
    kind = seed % 5
    if kind == 0:
        return fabric(int(random.integers(1, 200)), seed), shapely.transform(
            carriers(int(random.integers(1, 9)), int(random.integers(4, 100)), 400.0, seed), lambda xy: xy + 20.0)
    if kind in (1, 2):
        def squares(count: int, most: int) -> NDArray[Any]:
            low = random.integers(0, 12, (count, 2)) * 30.0
            high = low + random.integers(1, most, (count, 2)) * 30.0
            return np.asarray(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))
        parcels, zones = squares(40, 4), squares(6, 9)
        turn = random.uniform(0, 360) if kind == 2 else 0.0
        return tuple(np.array([affinity.rotate(g, turn, origin=(0, 0)) for g in shapes]) for shapes in (parcels, zones))  # type: ignore[return-value]
    if kind == 3:
        parcels, zones = shapely.difference(blobs(random, 25), blobs(random, 25)), shapely.symmetric_difference(blobs(random, 5), blobs(random, 5))
        return parcels[~shapely.is_empty(parcels)], zones[~shapely.is_empty(zones)]
    west = random.uniform(0, 500, 30)
    return (np.asarray(shapely.box(west, 0, west + random.choice([0.001, 1, 300], 30), random.choice([0.001, 1, 300], 30))),
            np.asarray(shapely.box(np.arange(-50, 600, 100.0), -5, np.arange(50, 700, 100.0), 50)))


def matrix(allocation: Allocation, zones: int) -> NDArray[np.float64]:
    shares = np.zeros((len(allocation.inside_share), zones))
    shares[allocation.pieces["parcel"], allocation.pieces["zone"]] = allocation.pieces["share"]
    return shares


def overlay_matrix(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> NDArray[np.float64]:
    left = parcels.assign(parcel=range(len(parcels)))[["parcel", "geometry"]]
    cut = gpd.overlay(left, zones.assign(zone=range(len(zones)))[["zone", "geometry"]], how="intersection", keep_geom_type=True)
    shares = np.zeros((len(parcels), len(zones)))
    np.add.at(shares, (cut["parcel"].to_numpy(int), cut["zone"].to_numpy(int)), cut.area.to_numpy())
    return np.asarray(shares / parcels.area.to_numpy()[:, None])


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("first", [0, 50, *(pytest.param(first, marks=pytest.mark.verify) for first in range(100, 500, 50))])
def test_shares_and_unions_agree_with_geopandas_overlay_on_random_layouts(first: int) -> None:
    for seed in range(first, first + 50):
        shapes, areas = layout(seed)
        parcels, zones = layer(shapes), layer(areas, names(len(areas)))
        result = allocate(parcels, zones, rule="area")
        np.testing.assert_allclose(matrix(result, len(areas)), overlay_matrix(parcels, zones), atol=1e-9, err_msg=f"layout {seed}")
        pieces = shapely.intersection(shapes[:, None], areas[None, :])  # merged piece by piece: overlay with the merged zones fails on layout 37
        union = shapely.area(shapely.union_all(pieces, axis=1)) / shapely.area(shapes)
        np.testing.assert_allclose(result.inside_share, union, atol=1e-9, err_msg=f"layout {seed}")


@QUICK
@given(SEEDS, st.sampled_from(["area", "largest", "point"]))
def test_the_order_of_rows_changes_nothing_to_the_last_bit(seed: int, rule: Any) -> None:
    shapes, areas = layout(seed)
    random = np.random.default_rng(seed)
    p, z = random.permutation(len(shapes)), random.permutation(len(areas))
    ids = names(len(areas))
    plain = allocate(layer(shapes), layer(areas, ids), rule=rule)
    mixed = allocate(layer(shapes[p]), layer(areas[z], [ids[k] for k in z]), rule=rule)
    assert (matrix(plain, len(areas))[p][:, z] == matrix(mixed, len(areas))).all()
    assert (plain.inside_share[p] == mixed.inside_share).all()


@QUICK
@given(SEEDS)
def test_pieces_close_and_shares_stay_within_their_bounds(seed: int) -> None:
    shapes, areas = layout(seed)
    result = allocate(layer(shapes), layer(areas, names(len(areas))), rule="area")
    shares = matrix(result, len(areas))
    assert (result.pieces["share"] > 0).all() and (result.pieces["share"] <= 1).all()
    assert (result.inside_share >= shares.max(axis=1, initial=0.0)).all() and (result.inside_share <= 1).all()
    assert (shares.sum(axis=1) >= result.inside_share - 1e-12).all()
    assert result.receipt.worst_closure <= 1e-12


@QUICK
@given(SEEDS)
def test_zones_that_part_the_ground_close_against_every_parcel(seed: int) -> None:
    random = np.random.default_rng(seed)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(random.uniform(0, 300, (12, 2))), extend_to=shapely.box(-500, -500, 900, 900))
    parcels = shapely.transform(fabric(64, seed), lambda xy: xy - [500_000.0, 3_500_000.0])
    zones = np.array(list(cells.geoms))
    result = allocate(layer(parcels), layer(zones, names(len(zones))), rule="area")
    assert (result.inside_share == 1.0).all()
    assert np.abs(matrix(result, len(zones)).sum(axis=1) - 1.0).max() <= 1e-12


@QUICK
@given(SEEDS, st.floats(0, 180))
def test_splitting_a_parcel_conserves_its_ground_in_every_zone(seed: int, angle: float) -> None:
    shapes, areas = layout(seed)
    whole = shapes[seed % len(shapes)]
    half = affinity.rotate(shapely.box(-1e4, 0, 1e4, 1e4), angle, origin=(0, 0))
    half = affinity.translate(half, whole.centroid.x, whole.centroid.y)
    parts = [part for part in (whole.intersection(half), whole.difference(half)) if part.area > 0]
    zones = layer(areas, names(len(areas)))
    before = allocate(layer([whole]), zones, rule="area")
    after = allocate(layer(parts), zones, rule="area")
    ground = np.array([part.area for part in parts])
    np.testing.assert_allclose(ground @ matrix(after, len(areas)), whole.area * matrix(before, len(areas))[0], atol=1e-8 * max(1.0, whole.area))


@QUICK
@given(SEEDS, st.floats(1, 599))
def test_moving_an_edge_that_two_zones_share_moves_ground_but_loses_none(seed: int, edge: float) -> None:
    parcels = layer(blobs(np.random.default_rng(seed), 20))
    zones = layer([shapely.box(-500, -500, edge, 1200), shapely.box(edge, -500, 1200, 1200)], ["a", "b"])
    result = allocate(parcels, zones, rule="area")
    assert (result.inside_share == 1.0).all()
    assert np.abs(matrix(result, 2).sum(axis=1) - 1.0).max() <= 1e-12


@QUICK
@given(SEEDS, st.floats(0, 360), st.sampled_from([0.0, 500_000.0, 40_500_000.0]))
def test_shares_do_not_change_when_both_layers_are_turned_and_moved(seed: int, angle: float, away: float) -> None:
    shapes, areas = layout(seed - seed % 5)  # of ordinary parcels: strips of a millimetre lose digits when moved far
    def moved(geometry: NDArray[Any]) -> NDArray[Any]:
        return np.array([affinity.translate(affinity.rotate(g, angle, origin=tuple(shapes[0].centroid.coords[0])), away) for g in geometry])
    ids = names(len(areas))
    before = matrix(allocate(layer(shapes), layer(areas, ids), rule="area"), len(areas))
    after = matrix(allocate(layer(moved(shapes)), layer(moved(areas), ids), rule="area"), len(areas))
    np.testing.assert_allclose(before, after, atol=1e-8 if away > 1e7 else 1e-9)


@QUICK
@given(SEEDS)
def test_where_a_ring_starts_and_which_way_it_runs_changes_nothing(seed: int) -> None:
    shapes, areas = layout(seed)
    ids = names(len(areas))
    before = matrix(allocate(layer(shapes), layer(areas, ids), rule="area"), len(areas))
    after = matrix(allocate(layer(shapely.reverse(shapely.normalize(shapes))), layer(shapely.reverse(areas), ids), rule="area"), len(areas))
    np.testing.assert_allclose(before, after, atol=1e-9)


def test_the_grid_settles_large_layers_as_the_measure_does() -> None:
    parcels, zones = fabric(40_000), carriers(7, 300, 6000.0)
    result = matrix(allocate(layer(parcels), layer(zones, names(7)), rule="area"), 7)
    assert result.sum(axis=0) @ np.ones(7) > 1000
    for k in range(7):
        shapely.prepare(zones[k])
        inside, meets = shapely.contains_properly(zones[k], parcels), shapely.intersects(zones[k], parcels)
        assert (result[inside, k] == 1.0).all() and (result[~meets, k] == 0.0).all()
    everything = result @ np.ones(7) @ shapely.area(parcels)
    assert everything == pytest.approx(shapely.area(shapely.intersection(zones, shapely.union_all(shapely.box(*shapely.bounds(parcels).T)))).sum(), rel=1e-5)
