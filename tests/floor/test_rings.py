"""Rings of mixed shapes against what can be counted by hand, and long arrays in spans against the whole."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from spatial import rings
from spatial.rings import anticlockwise, by_threads, rings_of


def test_rings_of_any_mixture_keep_the_order_of_their_polygons() -> None:
    square = shapely.box(0, 0, 4, 4)
    holed = shapely.Polygon(square.exterior.coords, [shapely.box(1, 1, 2, 2).exterior.coords])
    two = shapely.MultiPolygon([shapely.box(10, 0, 11, 1), shapely.box(12, 0, 13, 1)])
    nested = shapely.GeometryCollection([shapely.Point(0, 0), shapely.LineString([(0, 0), (1, 1)]), shapely.GeometryCollection([holed])])
    told = rings_of(np.array([square, None, holed, shapely.Polygon(), two, shapely.Point(1, 1), nested, square], dtype=object))
    assert told.owner.tolist() == [0, 2, 2, 4, 4, 6, 6, 7]
    assert told.shell.tolist() == [True, True, False, True, True, True, False, True]
    assert told.ring.tolist() == [ring for ring in range(8) for _ in range(5)]
    assert [told.xy[told.ring == ring].max(axis=0).tolist() for ring in range(8)] == [[4, 4], [4, 4], [2, 2], [11, 1], [13, 1], [4, 4], [2, 2], [4, 4]]
    assert len(rings_of(np.array([None, shapely.Point(0, 0)], dtype=object)).xy) == 0


def test_the_turn_of_a_ring_is_that_of_its_vertices() -> None:
    clockwise = shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)])
    told = rings_of(np.array([clockwise, clockwise.reverse()], dtype=object))
    assert anticlockwise(told).tolist() == [False, True]
    none = rings_of(np.array([None], dtype=object))
    assert anticlockwise(none).tolist() == []


def test_the_turn_of_a_ring_of_a_hundredth_of_a_square_millimetre_is_known_far_from_the_axis() -> None:
    """Its ground is lost among products of millions of metres, which hold half a billionth of a square metre at best; numbers of two tell what is exact."""
    step = 2.0**-13
    tiny = shapely.Polygon([(500_000, 4_000_000), (500_000 + step, 4_000_000), (500_000 + step, 4_000_000 + step)])
    told = rings_of(np.array([shapely.box(0, 0, 9e6, 9e6), tiny, tiny.reverse()], dtype=object))
    assert anticlockwise(told).tolist() == [True, True, False]


def test_spans_put_together_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rings, "SPAN", 3)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    values = np.arange(11.0)
    spans: list[slice] = []

    def doubled(own: slice) -> np.ndarray:
        spans.append(own)
        return values[own] * 2

    assert by_threads(doubled, 11).tolist() == (values * 2).tolist()
    assert sorted((span.start, span.stop) for span in spans) == [(0, 3), (3, 6), (6, 9), (9, 11)]
