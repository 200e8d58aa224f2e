"""The parcels' shapes as rules ask for them: some by position, by place, or what they share, whether one process holds them all or partitions do."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.edges import open_edged
from spatial.normalise.overlap import counted_twice, overlapping_pairs

WIDTH_M = 0.1  # ground thinner than this between neighbours is a gap, and no street
MANY_VERTICES = 500  # the search for gaps compares every pair of edges near each other, so larger polygons stay out of it
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Fabric(Protocol):
    """Valid polygons of one layer in a plane CRS in metres, by position."""

    @property
    def boxes(self) -> Floats:
        """West, south, east and north of each; nan where there is no shape."""

    @property
    def plane_m2(self) -> Floats:
        """Plane area of each."""

    def fetch(self, positions: Positions) -> NDArray[Any]:
        """Some of the polygons, in the order asked for."""

    def near(self, boxes: Floats) -> Positions:
        """Positions, ascending, of the polygons whose box meets one of `boxes`."""

    def overlaps(self, min_area_m2: float) -> pd.DataFrame:
        """As `overlap.overlapping_pairs`."""

    def counted_twice(self, pairs: pd.DataFrame) -> float:
        """As `overlap.counted_twice`."""

    def beside_open_ground(self) -> Positions:
        """Positions, ascending, of the polygons whose borders come within `WIDTH_M` of another's without meeting."""


class Whole:
    """A fabric that this process holds."""

    def __init__(self, shapes: NDArray[Any]) -> None:
        self.shapes = shapes

    @cached_property
    def boxes(self) -> Floats:
        return np.asarray(shapely.bounds(self.shapes), dtype=float)

    @cached_property
    def plane_m2(self) -> Floats:
        return np.asarray(shapely.area(self.shapes), dtype=float)

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)

    @cached_property
    def edged(self) -> Flags:
        return open_edged(self.shapes)

    def fetch(self, positions: Positions) -> NDArray[Any]:
        return self.shapes[positions]

    def near(self, boxes: Floats) -> Positions:
        return np.unique(self.tree.query(shapely.box(*boxes.T))[1]).astype(np.int64)

    def overlaps(self, min_area_m2: float) -> pd.DataFrame:
        return overlapping_pairs(self.shapes, min_area_m2=min_area_m2, edged=self.edged, tree=self.tree)

    def counted_twice(self, pairs: pd.DataFrame) -> float:
        return counted_twice(self.shapes, pairs)

    def beside_open_ground(self) -> Positions:
        asked = np.flatnonzero(asked_for_gaps(self.shapes, self.edged, self.tree))
        return asked[beside_gaps(self.shapes[asked])]


def asked_for_gaps(shapes: NDArray[Any], edged: Flags, tree: shapely.STRtree | None = None) -> Flags:
    """Which polygons may lie beside open ground: those with an edge of their own (`edges.open_edged`), and those whose boxes come near one."""
    vertices = shapely.get_num_coordinates(shapes)
    small = (vertices > 0) & (vertices <= MANY_VERTICES)
    own = np.flatnonzero(edged & small)
    asked = np.zeros(len(shapes), bool)
    if len(own):
        asked[(tree or shapely.STRtree(shapes)).query(shapely.box(*widened(shapely.bounds(shapes[own]), WIDTH_M).T))[1]] = True
        asked[own] = True
    return asked & small


def beside_gaps(shapes: NDArray[Any]) -> Flags:
    """Which polygons have a border within `WIDTH_M` of another's that it does not meet; what is told of each hangs on those near it alone."""
    return ~shapely.is_empty(shapely.coverage_invalid_edges(shapes, gap_width=WIDTH_M)) if len(shapes) else np.zeros(0, bool)


def widened(boxes: Floats, by_m: float) -> Floats:
    """Boxes that reach further on each side."""
    return boxes + np.array([-by_m, -by_m, by_m, by_m])
