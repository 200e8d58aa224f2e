"""Rings that are seen to be simple without asking the engine: those that run once round the middle of their corners."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box

from spatial import rings
from spatial.normalise.geometry import mended
from spatial.rings import rings_of, starred

X, Y = 40_520_000.0, 3_340_000.0
ROUND = [(X + 50 * cos(2 * pi * k / 7), Y + 50 * sin(2 * pi * k / 7)) for k in range(7)]
PENTAGRAM = [ROUND[(3 * k) % 7] for k in range(7)]  # always to the left, three times round
U = [(0, 0), (90, 0), (90, 90), (80, 90), (80, 5), (10, 5), (10, 90), (0, 90)]
BOW_TIE = [(0, 0), (10, 10), (10, 0), (0, 10)]
SPIKE = [(0, 0), (10, 0), (10, 10), (10, 20), (10, 10), (0, 10)]


def told(*corners: list[tuple[float, float]]) -> list[bool]:
    return starred(rings_of(np.array([Polygon(ring) for ring in corners]))).tolist()


def test_only_rings_that_run_once_round_their_middle_are_told() -> None:
    assert told(ROUND, ROUND[::-1], PENTAGRAM, U, BOW_TIE, SPIKE) == [True, True, False, False, False, False]
    assert told([(0, 0), (10, 0), (10, 10), (0, 10), (0, 5)], [(0, 0), (10, 0), (10, 0), (10, 10)]) == [True, False]  # a corner on a side, a corner twice
    assert told([(0, 0), (4, 0), (8, 0)]) == [False]
    assert starred(rings_of(np.array([None, Polygon()]))).tolist() == []


def test_rings_longer_than_a_span_and_many_of_a_span_are_told_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = np.array([Polygon(ROUND), shapely.Point(X, Y).buffer(30, quad_segs=40), Polygon(U), box(0, 0, 3, 4), Polygon(BOW_TIE), shapely.Point(0, 0).buffer(9, quad_segs=30)])
    monkeypatch.setattr(rings, "SPAN", 11)
    assert starred(rings_of(shapes)).tolist() == [True, True, False, True, False, True]


@given(st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=3, max_size=9))
def test_what_is_told_the_engine_finds_valid(corners: list[tuple[int, int]]) -> None:
    shape = Polygon([(X + x / 3, Y + y / 7) for x, y in corners])
    if told(list(shape.exterior.coords)[:-1]) == [True]:
        assert shape.is_valid and shape.area > 0


def test_faults_are_found_beside_polygons_that_need_no_question() -> None:
    """Holes, parts and rings in doubt are asked about; what is wrong with them is found as before."""
    hole_outside = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(20, 20), (21, 20), (21, 21)]])
    over = MultiPolygon([box(0, 0, 10, 10), box(5, 5, 15, 15)])
    shapes = [translate(shape, X, Y) for shape in (box(0, 0, 9, 9), hole_outside, over, Polygon(U), Polygon(BOW_TIE))]
    _, receipt = mended(np.array([*shapes, None, Polygon(ROUND)], dtype=object), CRS.from_epsg(4528))
    assert receipt["at"].tolist() == [1, 2, 4]
