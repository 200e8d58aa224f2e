"""Parcels far from all others, and corners on a grid too coarse for them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import Point, box

from spatial.normalise.placement import coarse_corners, far_parcels, points_elsewhere


def _far(*offsets_m: float) -> list[tuple[str, int | None, str]]:
    shapes = np.array([box(x, 0, x + 100, 100) for x in offsets_m], dtype=object)
    return [(f.key, f.count, f.value_seen) for f in far_parcels(shapely.bounds(shapes), np.array([f"P{i}" for i in range(len(shapes))], dtype=object), np.arange(len(shapes)))]


def test_a_parcel_fifty_kilometres_away_is_named() -> None:
    assert _far(0, 300, 600, 900, 50_000) == [("P4", 1, "49 km")]


def test_of_several_places_apart_the_largest_is_home_and_the_first_row_elsewhere_is_named() -> None:
    """Four parcels at 90 km, and before them one 60 km west of the axis."""
    assert _far(-60_000, 90_000, 90_300, 90_600, 90_900) == [("P0", 1, "150 km")]


@pytest.mark.parametrize("offsets", [(0, 300, 600, 900, 15_000), (0, 300, 50_000, 50_300), (0, 9_000, 18_000, 27_000, 36_000)], ids=["near", "two halves", "a long valley"])
def test_a_study_that_hangs_together_or_has_two_parts_is_left_alone(offsets: tuple[float, ...]) -> None:
    assert _far(*offsets) == []


def _round(decimals: int, radius_m: float, count: int = 9) -> np.ndarray:
    circles = [Point(120.3 + 0.01 * i, 30.2).buffer(radius_m / 111_000, quad_segs=3) for i in range(count)]
    return shapely.transform(np.array(circles, dtype=object), lambda xy: np.round(xy, decimals))


@pytest.mark.parametrize(("decimals", "radius_m", "told"), [(4, 100, 4), (3, 500, 3), (4, 2000, None), (7, 100, None), (5, 100, None)])
def test_corners_of_few_decimals_are_told_where_parcels_are_small(decimals: int, radius_m: float, told: int | None) -> None:
    assert [f.value_seen for f in coarse_corners(_round(decimals, radius_m))] == ([str(told)] if told else [])


def test_a_grid_that_begins_at_a_corner_of_its_own_is_one_too() -> None:
    """What a FileGDB without a system holds: integers times 0.0001 from -2,147,483,647, a grid off whole decimals by 1e-7."""
    hair = shapely.transform(_round(4, 100), lambda xy: xy + 2e-7)
    assert [f.value_seen for f in coarse_corners(hair)] == ["4"]


def test_upright_rectangles_may_stand_on_a_grid() -> None:
    assert coarse_corners(np.array([box(120.3, 30.2, 120.302, 30.201)], dtype=object)) == []


@pytest.mark.parametrize(("east_m", "told"), [((50, 3_000), []), ((50, 12_000), [("warning", 2, 1, "11 km")]), ((12_000, -8_000), [("error", 1, 2, "11 km")])])
def test_points_of_a_ledger_far_from_the_ground_of_the_study_are_told(east_m: tuple[float, float], told: list[tuple[str, int, int, str]]) -> None:
    points = np.array([None, *(Point(x, 500) for x in east_m)], dtype=object)
    seen = points_elsewhere(points, np.array([0, 0, 1000, 1000.0]), np.array([0, 1, 2]), alone=True)
    assert [(f.severity, f.row, f.count, f.value_seen) for f in seen] == told
    with_ids = points_elsewhere(points, np.array([0, 0, 1000, 1000.0]), np.array([0, 1, 2]), alone=False)
    assert [f.severity for f in with_ids] == ["warning"] * len(told)
