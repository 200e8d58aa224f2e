"""Outlines are written as PDF paths: worked by hand, at 20 steps a point."""

from __future__ import annotations

import numpy as np
import shapely

from spatial.render.sheets.canvas import MM, STEP, outlines

ONE = STEP / MM  # metres on the ground that are a step of the page at 1:1000, where 1 mm is 1 m


def test_outlines_close_their_rings_and_wind_holes_the_other_way() -> None:
    square, hole = shapely.box(-3, 0, 97, 1100), shapely.box(10, 10, 20, 20)
    shapes = np.array([shapely.difference(square, hole), shapely.Polygon(), shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 7, 6)])], dtype=object)
    got = outlines(shapely.transform(shapes, lambda xy: xy * ONE), (0.0, 0.0), (0.0, 0.0), 1000.0)
    outer, inner = [part.split() for part in got[0].split(" h") if part]
    assert set(zip(outer[::3], outer[1::3], strict=True)) == {("-3", "0"), ("97", "0"), ("97", "1100"), ("-3", "1100")}
    assert outer[2::3] == ["m", "l", "l", "l"] == inner[2::3]
    assert _turn(outer) * _turn(inner) < 0
    assert got[1] == ""
    assert got[2].count("m") == 2 and got[2].endswith("h") and set(got[2].replace("m", "").replace("l", "").replace("h", "").split()) == {"0", "1", "5", "6", "7"}


def test_vertices_that_meet_on_the_paper_are_left_out() -> None:
    line = [(0, 0), (0.1, 0.1), (10, 0), (10, 10), (0, 10)]
    (got,) = outlines(np.array([shapely.Polygon(np.array(line) * ONE)], dtype=object), (0.0, 0.0), (0.0, 0.0), 1000.0)
    assert got.count("l") == 3
    assert not len(outlines(np.array([], dtype=object), (0.0, 0.0), (0.0, 0.0), 1000.0))


def _turn(words: list[str]) -> float:
    x, y = np.array(words[::3], dtype=float), np.array(words[1::3], dtype=float)
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
