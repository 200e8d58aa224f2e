"""The area function and the units against the figures of the rule book."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod, Transformer

from spatial import crs, units

CELL = shapely.box(120.30, 30.20, 120.305, 30.205)


def area(shape: object, code: int = 4490) -> float:
    return float(crs.ellipsoidal_area(np.array([shape], dtype=object), CRS.from_epsg(code))[0])


def test_the_check_cell_of_the_rule_book() -> None:
    assert round(area(CELL), 2) == 266_857.18


@pytest.mark.parametrize(("code", "plane"), [(4549, 266_862.76), (3857, 358_460.75)])
def test_plane_areas_differ_as_the_rule_book_says_and_ours_do_not(code: int, plane: float) -> None:
    moved = crs.reproject(np.array([CELL], dtype=object), crs.CGCS2000, CRS.from_epsg(code))
    assert shapely.area(moved)[0] == pytest.approx(plane, rel=1e-6)
    assert area(moved[0], code) == pytest.approx(266_857.18, rel=1e-7)


def test_at_the_zone_edge_the_plane_is_483_ppm_high() -> None:
    edge = shapely.box(121.45, 30.20, 121.455, 30.205)
    moved = crs.reproject(np.array([edge], dtype=object), crs.CGCS2000, CRS.from_epsg(4549))
    assert shapely.area(moved)[0] / area(edge) - 1 == pytest.approx(483e-6, abs=1e-6)


def test_geodesic_edges_agree_to_a_ten_thousandth() -> None:
    triangle = shapely.Polygon([(120.3, 30.2), (120.305, 30.201), (120.302, 30.206)])
    geodesic = abs(Geod(a=6_378_137, rf=298.257222101).geometry_area_perimeter(triangle)[0])
    assert area(triangle) == pytest.approx(geodesic, rel=1e-4)


def test_holes_are_taken_off_and_ring_direction_is_irrelevant() -> None:
    hole = shapely.box(120.301, 30.201, 120.302, 30.202)
    holed = shapely.Polygon(CELL.exterior.coords, [hole.exterior.coords])
    assert area(holed) == pytest.approx(area(CELL) - area(hole), rel=1e-12)
    assert area(shapely.reverse(holed)) == pytest.approx(area(holed), rel=1e-14)
    assert area(shapely.GeometryCollection([shapely.MultiPolygon([CELL]), shapely.Point(0, 0)])) == pytest.approx(area(CELL), rel=1e-14)


def test_missing_is_not_zero_and_empty_is() -> None:
    areas = crs.ellipsoidal_area(np.array([None, shapely.Polygon()], dtype=object), crs.CGCS2000)
    assert np.isnan(areas[0])
    assert areas[1] == 0


@pytest.mark.parametrize(("code", "x", "y"), [(4549, 528_887.731, 3_342_322.266), (4528, 40_528_887.731, 3_342_322.266), (4510, 239_963.124, 3_345_367.653)])
def test_check_points_of_the_rule_book(code: int, x: float, y: float) -> None:
    assert Transformer.from_crs(4490, code, always_xy=True).transform(120.30, 30.20) == pytest.approx((x, y), abs=1e-3)


@pytest.mark.parametrize(("longitude", "code"), [(120.3, 4549), (118.4, 4548), (121.6, 4550), (75.0, 4534)])
def test_the_working_crs_is_the_three_degree_zone_of_the_middle(longitude: float, code: int) -> None:
    assert crs.working_crs((longitude, 37.0, longitude, 37.0)).to_epsg() == code


def test_abroad_it_is_utm() -> None:
    assert crs.working_crs((-71.2, 42.3, -71.0, 42.4)).to_epsg() == 32619
    assert crs.working_crs((151.0, -33.9, 151.2, -33.8)).to_epsg() == 32756


@pytest.mark.parametrize(("place", "longitude", "latitude", "code"), [
    ("Seoul", 126.98, 37.56, 32652), ("Pyongyang", 125.75, 39.03, 32651), ("Hanoi", 105.85, 21.03, 32648), ("Kathmandu", 85.32, 27.70, 32645), ("Ulan Bator", 106.91, 47.92, 32648),
    ("Almaty", 76.93, 43.24, 32643), ("三亚", 109.45, 18.25, 4545), ("舟山", 122.20, 29.99, 4550), ("丹东", 124.38, 40.13, 4550), ("喀什", 75.99, 39.47, 4534), ("黑河", 127.50, 50.25, 4552),
    ("河口", 103.96, 22.51, 4544), ("珠海外伶仃岛", 114.03, 22.10, 4547)])
def test_neighbours_of_china_get_utm_and_its_edges_their_own_zone(place: str, longitude: float, latitude: float, code: int) -> None:
    assert crs.working_crs((longitude - 0.05, latitude - 0.05, longitude + 0.05, latitude + 0.05)).to_epsg() == code


def test_a_mu_is_two_thousand_thirds_exactly() -> None:
    assert units.factor("mu", "m2") == Fraction(2000, 3)
    assert units.factor("ha", "mu") == 15
    assert units.factor("km2", "mu") == 1500
    assert round(units.mu(68_507.52), 2) == 102.76
    assert round(units.mu(18_732), 2) == 28.10


def test_money_per_land_differs_by_fifteen() -> None:
    assert units.factor("wanyuan_per_mu", "wanyuan_per_ha") == 15
    assert units.factor("yuan_per_m2", "wanyuan_per_mu") == Fraction(2000, 3) / 10_000
    assert round(float(8984.3 * units.factor("wanyuan_per_ha", "wanyuan_per_mu")), 2) == 598.95


@pytest.mark.parametrize(("text", "unit"), [("亩", "mu"), ("㎡", "m2"), ("（公顷）", "ha"), ("平方米", "m2"), ("万元/亩", "wanyuan_per_mu"), ("亿元", "yiyuan"), ("%", "percent"),
                                            ("吨标煤", "tce"), ("万千瓦时", "wan_kwh"), ("里", None), (None, None)])
def test_units_are_known_as_offices_write_them(text: str | None, unit: str | None) -> None:
    assert units.parse_unit(text) == unit


def test_units_of_different_kinds_do_not_meet() -> None:
    with pytest.raises(ValueError, match="measures"):
        units.factor("mu", "wanyuan")
