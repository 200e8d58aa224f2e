"""Traps of the silent families that no other room of the suite holds."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import affinity
from shapely.geometry import Polygon, box

import spatial
from spatial.normalise.numbers import parse_coordinate

HORSESHOE = Polygon([(0, 0), (300, 0), (300, 300), (200, 300), (200, 100), (100, 100), (100, 300), (0, 300)])


def test_a_point_that_stands_for_a_horseshoe_lies_in_it() -> None:
    """The centroid, (150, 121), lies in the mouth, which is another zone."""
    assert not HORSESHOE.contains(HORSESHOE.centroid)
    parcels = _placed(["A"], [HORSESHOE], "parcel_id")
    zones = _placed(["shoe", "mouth"], [HORSESHOE, box(100, 100, 200, 300)], "name")
    held = spatial.allocate(parcels, zones, zone_id="name", rule="point")
    assert held[["zone", "share"]].to_numpy().tolist() == [["shoe", 1.0]]


def _placed(keys: list[str], shapes: list[Polygon], key: str) -> gpd.GeoDataFrame:
    moved = [affinity.translate(shape, 520_000, 3_340_000) for shape in shapes]
    return gpd.GeoDataFrame({key: keys}, geometry=moved, crs=4549)


@pytest.mark.parametrize("text, degrees", [("120°30′00″", 120.5), ("120°30'", 120.5), ("120度15分36秒", 120.26), ("30°06′N", 30.1)])
def test_degrees_and_minutes_are_no_decimals(text: str, degrees: float) -> None:
    value, reason = parse_coordinate(text)
    assert (value, reason) == (pytest.approx(degrees, abs=1e-12), "")


@pytest.mark.parametrize("text, degrees", [("120.30", 120.3), (120.26, 120.26)])
def test_decimal_degrees_stay_what_they_are(text: str | float, degrees: float) -> None:
    value, reason = parse_coordinate(text)
    assert (value, reason) == (pytest.approx(degrees, abs=1e-12), "")
