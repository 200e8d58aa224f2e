"""Areal allocation on shapes whose answers are worked in the head."""

from __future__ import annotations

import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Polygon, box

from spatial.join.areal import allocate, findings_of, group_shares, locate_points

CRS = "EPSG:4549"


def parcels_of(*shapes: object) -> gpd.GeoDataFrame:
    geometry = np.array(shapes, dtype=object)
    return gpd.GeoDataFrame({"area_m2": shapely.area(geometry)}, geometry=geometry, crs=CRS)


def zones_of(**shapes: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"zone_id": list(shapes)}, geometry=np.array(list(shapes.values()), dtype=object), crs=CRS)


def rows(allocation: object, zones: gpd.GeoDataFrame) -> list[tuple[int, str, float]]:
    pieces = allocation.pieces  # type: ignore[attr-defined]
    ids = zones["zone_id"].to_numpy()
    return [(int(p), str(ids[z]), float(s)) for p, z, s in pieces.itertuples(index=False)]


WEST, EAST = box(0, 0, 100, 100), box(100, 0, 200, 100)


def test_a_strip_a_quarter_over_one_square_and_three_quarters_over_the_next() -> None:
    zones = zones_of(a=WEST, b=EAST)
    result = allocate(parcels_of(box(90, 40, 130, 60)), zones, rule="area")
    assert rows(result, zones) == [(0, "a", 0.25), (0, "b", 0.75)]
    assert result.inside_share.tolist() == [1.0]


def test_ground_outside_every_zone_is_what_is_left() -> None:
    zones = zones_of(a=WEST)
    result = allocate(parcels_of(box(80, 40, 130, 60), box(300, 0, 310, 10)), zones, rule="area")
    assert rows(result, zones) == [(0, "a", 0.4)]
    assert result.inside_share.tolist() == [0.4, 0.0]
    assert (result.receipt.cut_parcels, result.receipt.outside_parcels, result.receipt.whole_parcels) == (1, 1, 0)


def test_a_parcel_inside_a_zone_has_share_one_exactly_even_along_its_edge() -> None:
    slanted = shapely.affinity.rotate(WEST, 33.3, origin=(0, 0))
    inner = [shapely.affinity.rotate(box(x, 0, x + 100 / 3, 7), 33.3, origin=(0, 0)) for x in (0, 100 / 3, 200 / 3)]
    zones = zones_of(a=slanted)
    result = allocate(parcels_of(*inner), zones, rule="area")
    assert rows(result, zones) == [(0, "a", 1.0), (1, "a", 1.0), (2, "a", 1.0)]


def test_a_parcel_that_only_touches_an_edge_or_a_corner_is_not_inside() -> None:
    result = allocate(parcels_of(box(100, 20, 120, 40), box(100, 100, 120, 120)), zones_of(a=WEST), rule="area")
    assert result.pieces.empty
    assert result.inside_share.tolist() == [0.0, 0.0]


def test_float_noise_along_a_shared_edge_makes_no_piece() -> None:
    off = 40_500_000.0
    edge = np.nextafter(off + 100, np.inf)
    zones = zones_of(a=box(off, 0, edge, 1000), b=box(off + 100, 0, off + 200, 1000))
    result = allocate(parcels_of(box(off + 100, 10, off + 130, 40), box(off + 70, 10, off + 100, 40)), zones, rule="area")
    assert rows(result, zones) == [(0, "b", 1.0), (1, "a", 1.0)]


def test_a_sliver_of_a_millimetre_at_large_coordinates_is_ground_and_kept() -> None:
    off = 1e7
    zones = zones_of(a=box(off, off, off + 100.001, off + 100))
    result = allocate(parcels_of(box(off + 100, off + 10, off + 130, off + 40)), zones, rule="area")
    assert rows(result, zones)[0][2] == pytest.approx(0.001 / 30, rel=1e-5)


@pytest.mark.parametrize(("reach", "share"), [(0.0005, None), (0.002, 0.002**2 / 900)])
def test_a_corner_that_reaches_in_by_less_than_a_square_millimetre_is_no_piece(reach: float, share: float | None) -> None:
    """A right-angled corner that reaches in by r shares r² of ground; 1e-9 of a parcel of 900 m² is 9e-7 m²."""
    tip = Polygon([(reach, 0), (reach - 10, 10), (reach - 10, -10)])
    result = allocate(parcels_of(box(0, -15, 30, 15)), zones_of(a=tip), rule="area")
    assert [row[2] for row in rows(result, zones_of(a=tip))] == ([] if share is None else [pytest.approx(share, rel=1e-6)])


def test_holes_islands_and_several_parts_count_as_they_are() -> None:
    ring = Polygon([(0, 0), (90, 0), (90, 90), (0, 90)], [[(30, 30), (60, 30), (60, 60), (30, 60)]])
    island = shapely.MultiPolygon([ring, box(40, 40, 50, 50)])
    zones = zones_of(a=island)
    result = allocate(parcels_of(box(0, 0, 90, 90), box(30, 30, 60, 60), box(20, 30, 40, 60), box(32, 32, 38, 38)), zones, rule="area")
    assert result.inside_share.tolist() == pytest.approx([(8100 - 900 + 100) / 8100, 100 / 900, 0.5, 0.0], abs=1e-12)


def test_a_parcel_with_a_hole_does_not_count_the_ground_of_the_hole() -> None:
    court = Polygon([(0, 0), (30, 0), (30, 30), (0, 30)], [[(10, 10), (20, 10), (20, 20), (10, 20)]])
    result = allocate(parcels_of(court), zones_of(a=box(0, 0, 15, 30), hole=box(10, 10, 20, 20)), rule="area")
    assert result.pieces["share"].tolist() == pytest.approx([0.5])


def test_rings_wound_either_way_give_the_same_share() -> None:
    ring = [(0, 0), (100, 0), (100, 100), (0, 100)]
    for shell in (ring, ring[::-1]):
        result = allocate(parcels_of(Polygon([(90, 0), (110, 0), (110, 10), (90, 10)][:: -1])), zones_of(a=Polygon(shell)), rule="area")
        assert result.inside_share.tolist() == [0.5]


def test_nested_and_overlapping_zones_each_have_their_full_piece_and_ground_counts_once() -> None:
    zones = zones_of(district=box(0, 0, 200, 200), park=WEST, other=box(50, 0, 150, 100))
    result = allocate(parcels_of(box(40, 0, 60, 10), box(190, 0, 210, 10), box(90, 0, 110, 10)), zones, rule="area")
    assert rows(result, zones) == [(0, "district", 1.0), (0, "other", 0.5), (0, "park", 1.0), (1, "district", 0.5),
                                   (2, "district", 1.0), (2, "other", 1.0), (2, "park", 0.5)]
    assert result.inside_share.tolist() == [1.0, 0.5, 1.0]
    assert result.receipt.overlap_parcels == 2


def test_zones_that_overlap_on_a_cut_parcel_count_their_union_once() -> None:
    zones = zones_of(a=box(0, 0, 40, 100), b=box(20, 0, 60, 100), c=box(80, 0, 90, 100))
    result = allocate(parcels_of(box(0, 0, 100, 10)), zones, rule="area")
    assert result.pieces["share"].tolist() == pytest.approx([0.4, 0.4, 0.1])
    assert result.inside_share.tolist() == pytest.approx([0.7], abs=1e-12)


def test_an_overlap_and_a_gap_of_one_size_do_not_pass_for_full_cover() -> None:
    result = allocate(parcels_of(box(0, 0, 100, 10)), zones_of(a=box(0, 0, 60, 10), b=box(40, 0, 80, 10)), rule="area")
    assert result.pieces["share"].sum() == pytest.approx(1.0)
    assert result.inside_share.tolist() == pytest.approx([0.8], abs=1e-12)


def test_disjoint_zones_that_cover_a_parcel_close_exactly() -> None:
    cuts = np.r_[0.0, np.sort(np.random.default_rng(0).uniform(0, 100, 9)), 100.0]
    zones = zones_of(**{f"z{k}": shapely.affinity.rotate(box(cuts[k], -50, cuts[k + 1], 150), 20, origin=(0, 0)) for k in range(10)})
    parcel = shapely.affinity.rotate(box(0, 0, 100, 100), 20, origin=(0, 0))
    result = allocate(parcels_of(parcel), zones, rule="area")
    assert result.inside_share.tolist() == [1.0]
    assert abs(result.pieces["share"].sum() - 1.0) <= 1e-12
    assert result.receipt.worst_closure <= 1e-12


def test_a_group_of_carriers_counts_ground_once() -> None:
    zones = zones_of(a=box(0, 0, 40, 100), b=box(20, 0, 60, 100), c=box(80, 0, 90, 100))
    parcels = parcels_of(box(0, 0, 100, 10))
    pieces = allocate(parcels, zones, rule="area").pieces
    shares = group_shares(parcels, zones, pieces, pd.Series(["园区", "园区", "小镇"]))
    assert dict(zip(shares["group"], shares["share"], strict=True)) == pytest.approx({"园区": 0.6, "小镇": 0.1})


def test_zones_without_a_label_belong_to_no_group() -> None:
    zones, parcels = zones_of(a=WEST, b=EAST), parcels_of(box(90, 0, 110, 10))
    shares = group_shares(parcels, zones, allocate(parcels, zones, rule="area").pieces, pd.Series(["t", None]))
    assert list(shares.itertuples(index=False, name=None)) == [(0, "t", 0.5)]


def test_the_largest_piece_takes_the_whole_parcel() -> None:
    zones = zones_of(a=WEST, b=EAST)
    result = allocate(parcels_of(box(90, 40, 130, 60)), zones, rule="largest")
    assert rows(result, zones) == [(0, "b", 1.0)]
    assert result.inside_share.tolist() == [1.0]


def test_the_ground_outside_competes_as_one_candidate_and_loses_ties() -> None:
    zones = zones_of(b=box(0, 0, 4, 10), a=box(6, 0, 10, 10))
    outside_wins = allocate(parcels_of(box(-5, 0, 10, 10)), zones, rule="largest")
    assert outside_wins.pieces.empty and outside_wins.inside_share.tolist() == [0.0]
    tie = allocate(parcels_of(box(-4, 0, 4, 10)), zones, rule="largest")
    assert rows(tie, zones) == [(0, "b", 1.0)]


def test_a_tie_goes_to_the_smallest_zone_id_in_string_order() -> None:
    zones = zones_of(z9=WEST, z10=EAST)
    assert rows(allocate(parcels_of(box(90, 0, 110, 10)), zones, rule="largest"), zones) == [(0, "z10", 1.0)]


def test_the_representative_point_decides_and_lies_in_every_nested_zone() -> None:
    zones = zones_of(district=box(0, 0, 200, 200), park=WEST)
    result = allocate(parcels_of(box(80, 40, 110, 60), box(95, 0, 125, 10), box(180, 0, 240, 10)), zones, rule="point")
    assert rows(result, zones) == [(0, "district", 1.0), (0, "park", 1.0), (1, "district", 1.0)]
    assert result.inside_share.tolist() == [1.0, 1.0, 0.0]


def test_a_representative_point_on_an_edge_goes_to_the_smallest_id_and_on_an_outer_edge_to_the_zone() -> None:
    zones = zones_of(b=WEST, a=EAST)
    result = allocate(parcels_of(box(90, 10, 110, 30), box(190, 10, 210, 30)), zones, rule="point")
    assert rows(result, zones) == [(0, "a", 1.0), (1, "a", 1.0)]


def test_ledger_points_follow_the_same_rule() -> None:
    zones = zones_of(b=WEST, a=EAST, district=box(0, 0, 200, 200))
    located = locate_points(shapely.points([50, 100, 200, 0, 500], [50, 50, 150, 50, 50]), zones)
    ids = zones["zone_id"].to_numpy()[located["zone"]]
    assert list(zip(located["point"], ids, strict=True)) == [(0, "b"), (0, "district"), (1, "a"), (1, "district"), (2, "district"), (3, "b")]


def test_a_missing_or_empty_point_lies_in_no_zone() -> None:
    located = locate_points(np.array([None, shapely.Point(), shapely.Point(1, 1)], dtype=object), zones_of(a=WEST))
    assert located["point"].tolist() == [2]


@pytest.mark.parametrize("rule", ["area", "largest", "point"])
def test_no_zones_and_no_parcels_are_answers_too(rule: str) -> None:
    none = allocate(parcels_of(WEST), zones_of(a=WEST).iloc[:0], rule=rule)  # type: ignore[arg-type]
    assert none.pieces.empty and none.inside_share.tolist() == [0.0]
    assert len(allocate(parcels_of(WEST).iloc[:0], zones_of(a=WEST), rule=rule).inside_share) == 0  # type: ignore[arg-type]


def test_a_zone_that_covers_everything_holds_every_parcel_whole() -> None:
    result = allocate(parcels_of(WEST, EAST), zones_of(all=box(-1e7, -1e7, 1e7, 1e7)), rule="area")
    assert result.pieces["share"].tolist() == [1.0, 1.0]


@pytest.mark.verify
def test_a_hundred_thousand_zones_are_an_answer_too() -> None:
    """Ten-metre squares; each parcel lies over the corner of four."""
    x, y = (part.ravel()[:100_000] for part in np.meshgrid(np.arange(317) * 10.0, np.arange(317) * 10.0))
    zones = gpd.GeoDataFrame({"zone_id": np.arange(100_000).astype(str)}, geometry=shapely.box(x, y, x + 10, y + 10), crs=CRS)
    corner = np.arange(50) * 10.0 + 5
    result = allocate(parcels_of(*shapely.box(corner, corner, corner + 10, corner + 10)), zones, rule="area")
    assert (len(result.pieces), set(result.pieces["share"])) == (200, {0.25})
    assert set(result.inside_share) == {1.0}


def test_a_parcel_larger_than_all_zones_holds_them() -> None:
    result = allocate(parcels_of(box(-1000, -1000, 1000, 1000)), zones_of(a=WEST, b=EAST), rule="area")
    assert result.inside_share.tolist() == pytest.approx([20_000 / 4_000_000])


def test_many_vertices_on_both_sides_are_cut_and_give_the_same_area() -> None:
    disc, other = shapely.Point(0, 0).buffer(100, 500), shapely.Point(50, 0).buffer(100, 500)
    result = allocate(parcels_of(disc), zones_of(a=other, b=WEST), rule="area")
    assert result.pieces["share"].iloc[0] == pytest.approx(disc.intersection(other).area / disc.area, rel=1e-12)


def test_missing_empty_and_lower_dimensional_shapes_have_no_ground() -> None:
    mixed = shapely.GeometryCollection([shapely.Point(5, 5), shapely.LineString([(0, 0), (9, 9)]), box(0, 0, 10, 10)])
    zones = gpd.GeoDataFrame({"zone_id": ["a", "b", "c"]}, geometry=np.array([mixed, None, Polygon()], dtype=object), crs=CRS)
    result = allocate(parcels_of(box(0, 0, 20, 10), None, Polygon()), zones, rule="area")
    assert rows(result, zones) == [(0, "a", 0.5)]
    assert result.receipt.no_ground_parcels == 2


def test_an_invalid_zone_raises_nothing() -> None:
    bow = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    parcels = parcels_of(*(box(x, y, x + 10, y + 10) for x in range(0, 100, 10) for y in range(0, 100, 10)))
    for rule in ("area", "largest", "point"):
        result = allocate(parcels, zones_of(a=bow, b=WEST, c=bow), rule=rule)  # type: ignore[arg-type]
        assert ((result.inside_share >= 0) & (result.inside_share <= 1)).all()


def test_a_precision_grid_stuck_to_a_geometry_does_not_change_what_is_measured() -> None:
    exact = zones_of(a=box(0, 0, 10.0004, 10), b=box(5, 0, 10.0002, 20))
    stuck = exact.assign(geometry=shapely.set_precision(exact.geometry.to_numpy(), 1e-4))
    parcels = parcels_of(box(3.33333, 0, 13.33333, 15))
    assert allocate(parcels, stuck, rule="area").inside_share.tolist() == pytest.approx(
        allocate(parcels, exact, rule="area").inside_share.tolist(), abs=1e-12)


def test_layers_are_left_as_they_were() -> None:
    parcels, zones = parcels_of(box(90, 40, 130, 60)), zones_of(a=WEST, b=EAST)
    before = parcels.to_wkb(), zones.to_wkb()
    allocate(parcels, zones, rule="point")
    pd.testing.assert_frame_equal(pd.DataFrame(before[0]), pd.DataFrame(parcels.to_wkb()))
    pd.testing.assert_frame_equal(pd.DataFrame(before[1]), pd.DataFrame(zones.to_wkb()))
    assert not shapely.is_prepared(zones.geometry.to_numpy()).any()


def test_what_a_reader_must_know_is_found() -> None:
    parcels, far = parcels_of(box(0, 0, 100, 10), None), zones_of(a=box(5000, 0, 5001, 1))
    codes = [f.code for f in findings_of(allocate(parcels, far, rule="area"), parcels, far)]
    assert codes == ["allocation.no_parcel_inside", "allocation.no_ground"]
    zones = zones_of(a=box(0, 0, 60, 10), b=box(40, 0, 80, 10))
    listed = findings_of(allocate(parcels.iloc[:1], zones, rule="area"), parcels.iloc[:1], zones)
    assert [f.code for f in listed] == ["allocation.zones_overlap"]
    hair = zones_of(a=box(0, 0, 60, 10), b=box(60 - 1e-6, 0, 80, 10))
    assert not findings_of(allocate(parcels.iloc[:1], hair, rule="area"), parcels.iloc[:1], hair)
    assert "200.0 m²" in listed[0].message("en") and "200.0" in listed[0].message("zh")


def test_two_fabrics_a_hair_apart_take_no_longer_than_their_number() -> None:
    """Every parcel has zones of its own: one from 1 mm inside its left edge on, and its left neighbour's, which ends 3 mm inside."""
    off, side = 4e7, 40
    east, north = (off + 100.0 * axis.ravel() for axis in np.meshgrid(np.arange(side), np.arange(side)))
    ground = parcels_of(*shapely.box(east, north, east + 100, north + 100))
    zones = zones_of(**{f"z{i:04d}": box(x + 0.001, y, x + 100.003, y + 100) for i, (x, y) in enumerate(zip(east, north, strict=True))})
    began = time.perf_counter()
    result = allocate(ground, zones, rule="area")
    assert time.perf_counter() - began < 3  # seconds; one merger at a time took six
    pieces = np.bincount(result.pieces["parcel"], result.pieces["share"]).reshape(side, side)
    inside = result.inside_share.reshape(side, side)
    assert inside[:, 0] == pytest.approx(1 - 1e-5, abs=1e-9) and inside[:, 1:] == pytest.approx(1.0, abs=1e-9)
    assert pieces[:, 0] == pytest.approx(1 - 1e-5, abs=1e-9) and pieces[:, 1:] == pytest.approx(1 + 2e-5, abs=1e-9)
