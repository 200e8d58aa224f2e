"""Ground that no edge of its own crosses (`edges`), by the cells of a lattice: how many polygons cover it is the same everywhere in it, and one point tells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.linked import linked
from spatial.rings import SPAN

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
MOST_CELLS = 1 << 22
ASKED = 64  # pieces of ground that are asked about, those with the most polygons first


@dataclass(frozen=True, slots=True)
class Lattice:
    """A plane cut into columns and rows of cells; a coordinate that is not less lies in no cell before, so a box holds the cells from one corner's to the other's."""

    west: float
    south: float
    cell: float
    wide: int
    high: int

    @classmethod
    def over(cls, boxes: Floats, count: int) -> Lattice:
        """Of about `count` cells over all boxes (west, south, east, north; finite)."""
        west, south = boxes[:, :2].min(axis=0).tolist()
        east, north = boxes[:, 2:].max(axis=0).tolist()
        cell = max(float(np.sqrt((east - west) * (north - south) / max(1, min(count, MOST_CELLS)))), (east - west) / MOST_CELLS, (north - south) / MOST_CELLS, 1e-9)
        return cls(west, south, cell, int((east - west) / cell) + 1, int((north - south) / cell) + 1)

    def held(self, boxes: Floats) -> tuple[Integers, Integers, Integers, Integers]:
        """Of each box the first and the last column, the first and the last row."""
        columns = [np.clip((boxes[:, side] - self.west) / self.cell, 0, self.wide - 1).astype(np.int64) for side in (0, 2)]
        rows = [np.clip((boxes[:, side] - self.south) / self.cell, 0, self.high - 1).astype(np.int64) for side in (1, 3)]
        return columns[0], columns[1], rows[0], rows[1]

    def marked(self, boxes: Floats) -> Flags:
        """Which cells a box holds, row by row."""
        step = np.zeros((self.high + 1, self.wide + 1), dtype=np.int64)
        for first in range(0, len(boxes), SPAN):
            left, right, low, high = self.held(boxes[first : first + SPAN])
            np.add.at(step, (low, left), 1)
            np.add.at(step, (high + 1, right + 1), 1)
            np.add.at(step, (low, right + 1), -1)
            np.add.at(step, (high + 1, left), -1)
        return np.asarray(step.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0, dtype=bool)

    def counted(self, cells: Flags, boxes: Floats) -> Integers:
        """How many of some cells each box holds."""
        sums = np.zeros((self.high + 1, self.wide + 1), dtype=np.int64)
        sums[1:, 1:] = cells.cumsum(axis=0).cumsum(axis=1)
        left, right, low, high = self.held(boxes)
        return np.asarray(sums[high + 1, right + 1] - sums[low, right + 1] - sums[high + 1, left] + sums[low, left], dtype=np.int64)


def pieces(crossed: Flags) -> Integers:
    """The piece of ground in which each cell lies, by number; -1 where an edge may cross it. Cells of a piece hang together side by side."""
    begins = ~crossed  # where a run of clear cells begins in its row
    begins[:, 1:] &= crossed[:, :-1]
    run = np.cumsum(begins).reshape(crossed.shape) - 1
    run[crossed] = -1
    one, two = run[:-1].ravel(), run[1:].ravel()
    meet = np.flatnonzero((one >= 0) & (two >= 0))
    meet = meet[np.r_[True, (np.diff(one[meet]) != 0) | (np.diff(two[meet]) != 0)]] if len(meet) else meet
    first = np.r_[linked(one[meet], two[meet], int(begins.sum())), -1]
    return np.asarray(first[run], dtype=np.int64)


def may_meet(boxes: Floats, others: Floats) -> Flags:
    """Which boxes may meet one of `others`: those that hold a cell that one of them holds; nan meets nothing."""
    flags = np.zeros(len(boxes), dtype=bool)
    known = np.flatnonzero(np.isfinite(boxes).all(axis=1))
    if len(known) and len(others):
        lattice = Lattice.over(np.concatenate([boxes[known], others]), len(known))
        flags[known] = lattice.counted(lattice.marked(others), boxes[known]) > 0
    return flags


def alone(shapes: NDArray[np.object_], boxes: Floats, edged: Flags, edges: Floats) -> Flags:
    """Which polygons are shown to share ground with no other.

    How many polygons cover a point changes only across the edges of their own: all over a piece of ground that no such edge crosses it is the same. So one point inside
    one polygon tells of all polygons that lie wholly in the piece.

    Parameters
    ----------
    shapes, boxes : valid polygons, and west, south, east, north of each
    edged : as `edges.open_edged` tells of these polygons
    edges : the boxes of their edges that are not matched
    """
    flags = np.zeros(len(shapes), dtype=bool)
    known = np.flatnonzero(~edged & np.isfinite(boxes).all(axis=1))
    if not len(known):
        return flags
    lattice = Lattice.over(np.concatenate([boxes[known], edges]), len(known))
    crossed = lattice.marked(edges)
    piece = pieces(crossed)
    inside = np.flatnonzero(lattice.counted(crossed, boxes[known]) == 0)
    left, _, low, _ = lattice.held(boxes[known[inside]])
    home = piece[low, left]
    names, first, count = np.unique(home, return_index=True, return_counts=True)
    for at in np.argsort(-count, kind="stable")[:ASKED].tolist():
        point = shapely.point_on_surface(shapes[known[inside[first[at]]]])
        x, y = shapely.get_x(point), shapely.get_y(point)
        near = np.flatnonzero((boxes[:, 0] <= x) & (boxes[:, 1] <= y) & (boxes[:, 2] >= x) & (boxes[:, 3] >= y))
        if int(shapely.intersects_xy(shapes[near], x, y).sum()) == 1:
            flags[known[inside[home == names[at]]]] = True
    return flags
