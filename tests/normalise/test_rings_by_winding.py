"""A polygon whose further rings wind as its first is read as parts where they share no ground; a hole that was moved, or ground that is shared, is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyproj import CRS
from shapely import MultiPolygon, Polygon, box

from spatial.errors import Finding
from spatial.normalise.geometry import kept, mended, told

X, Y = 520_000.0, 3_330_000.0


def _ring(left: float, low: float, right: float, high: float, *, hole: bool = False) -> Any:
    return box(X + left, Y + low, X + right, Y + high, ccw=not hole).exterior


def _mended(shape: Any) -> tuple[Any, pd.DataFrame, list[Finding]]:
    """The shape, the receipt and the findings of row 7."""
    shapes, receipt = mended(np.array([shape], dtype=object), CRS.from_epsg(4549))
    receipt, ids = receipt.assign(row=7), np.array(["a"] * len(receipt), dtype=object)
    return shapes[0], kept(receipt, ids), told(receipt, ids, 0.01)


SHELL = _ring(0, 0, 100, 100)


@pytest.mark.parametrize(("shape", "parts", "before", "after"), [
    (Polygon(SHELL, [_ring(200, 0, 250, 50)]), 2, 7_500, 12_500),  # two outer rings
    (Polygon(SHELL, [_ring(10, 10, 20, 20, hole=True), _ring(200, 0, 250, 50), _ring(210, 10, 220, 20, hole=True)]), 2, 7_300, 12_300),  # each with its hole
    (Polygon(SHELL, [_ring(100, 0, 150, 50)]), 1, 7_500, 12_500),  # the second touches the first: one piece of ground
    (Polygon(SHELL, [_ring(10, 10, 90, 90, hole=True), _ring(40, 40, 60, 60)]), 2, 3_200, 4_000),  # an island in the hole: 10,000 - 6,400 + 400
    (MultiPolygon([Polygon(SHELL, [_ring(200, 0, 250, 50)]), box(X + 300, Y, X + 400, Y + 100)]), 3, 17_500, 22_500)])
def test_rings_that_wind_as_the_first_are_parts(shape: Any, parts: int, before: float, after: float) -> None:
    ground, receipt, findings = _mended(shape)
    assert [(f.code, f.row, f.params["what_en"]) for f in findings] == [("geometry.repaired", 7, "outer rings written as holes")]
    assert len(getattr(ground, "geoms", [ground])) == parts and ground.area == pytest.approx(after)
    assert receipt[["area_before_m2", "area_after_m2"]].to_numpy().tolist() == [pytest.approx([before, after], rel=1e-4)]


@pytest.mark.parametrize("rings", [[_ring(200, 0, 250, 50, hole=True)],  # a hole that was moved
                                   [_ring(50, 50, 150, 150)],  # shares ground with the first
                                   [_ring(200, 0, 250, 50), _ring(300, 0, 350, 50, hole=True)]])  # a part, and a hole in neither
def test_rings_that_may_be_holes_are_refused(rings: list[Any]) -> None:
    findings = _mended(Polygon(SHELL, rings))[2]
    assert [f.code for f in findings] == ["geometry.repair_beyond_tolerance"]


def test_holes_of_either_winding_in_their_shell_are_holes() -> None:
    shape = Polygon(SHELL, [_ring(10, 10, 20, 20), _ring(30, 30, 50, 50, hole=True)])
    ground, receipt, findings = _mended(shape)
    assert not findings and receipt.empty and ground.area == pytest.approx(9_500)
