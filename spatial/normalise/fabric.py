"""The parcels' shapes as rules ask for them: some by position, by place, or what they share, whether one process holds them all or partitions do."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.edges import OwnEdges, own_edges
from spatial.lattice import alone, may_meet
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
    def edges(self) -> OwnEdges:
        return own_edges(self.shapes)

    def begin(self) -> None:
        """Find now what `overlaps` and `beside_open_ground` go by."""
        self.edges  # noqa: B018

    def fetch(self, positions: Positions) -> NDArray[Any]:
        return self.shapes[positions]

    def near(self, boxes: Floats) -> Positions:
        return np.unique(self.tree.query(shapely.box(*boxes.T))[1]).astype(np.int64)

    def overlaps(self, min_area_m2: float) -> pd.DataFrame:
        return pairs_by_edges(self.shapes, self.boxes, self.edges, min_area_m2)

    def counted_twice(self, pairs: pd.DataFrame) -> float:
        return counted_twice(self.shapes, pairs)

    def beside_open_ground(self) -> Positions:
        asked = np.flatnonzero(asked_for_gaps(self.shapes, self.boxes, self.edges.flags))
        return asked[beside_gaps(self.shapes[asked])]


def pairs_by_edges(shapes: NDArray[Any], boxes: Floats, edges: OwnEdges, min_area_m2: float) -> pd.DataFrame:
    """As `overlap.overlapping_pairs`, of polygons whose boxes and own edges are known: only those that may share ground with another are compared."""
    rest = np.flatnonzero(~alone(shapes, boxes, edges.flags, edges.boxes))
    pairs = overlapping_pairs(shapes[rest], min_area_m2=min_area_m2, edged=edges.flags[rest])
    return pairs.assign(left=rest[pairs["left"]], right=rest[pairs["right"]])


def asked_for_gaps(shapes: NDArray[Any], boxes: Floats, edged: Flags) -> Flags:
    """Which polygons may lie beside open ground: those with an edge of their own (`edges.own_edges`), and those whose boxes come near one."""
    vertices = shapely.get_num_coordinates(shapes)
    small = (vertices > 0) & (vertices <= MANY_VERTICES)
    own = np.flatnonzero(edged & small)
    asked = np.zeros(len(shapes), bool)
    if len(own):
        around = widened(boxes[own], WIDTH_M)
        pool = np.flatnonzero(may_meet(boxes, around))
        asked[pool[shapely.STRtree(shapes[pool]).query(shapely.box(*around.T))[1]]] = True
        asked[own] = True
    return asked & small


def beside_gaps(shapes: NDArray[Any]) -> Flags:
    """Which polygons have a border within `WIDTH_M` of another's that it does not meet; what is told of each hangs on those near it alone."""
    return ~shapely.is_empty(shapely.coverage_invalid_edges(shapes, gap_width=WIDTH_M)) if len(shapes) else np.zeros(0, bool)


def widened(boxes: Floats, by_m: float) -> Floats:
    """Boxes that reach further on each side."""
    return boxes + np.array([-by_m, -by_m, by_m, by_m])
