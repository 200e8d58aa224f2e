"""Polygons as directed edges, shells anticlockwise and holes clockwise, so that ground lies to the left of every edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.rings import anticlockwise, rings_of

Geometries = NDArray[Any]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Edges:
    """Directed edges from (xa, ya) to (xb, yb); `owner` is the position of the polygon, ascending; `ring` numbers the rings."""

    xa: Floats
    ya: Floats
    xb: Floats
    yb: Floats
    owner: Integers
    ring: Integers

    def __len__(self) -> int:
        return len(self.xa)

    def boxes(self) -> tuple[Floats, Floats, Floats, Floats]:
        """West, south, east and north of each edge."""
        return np.fmin(self.xa, self.xb), np.fmin(self.ya, self.yb), np.fmax(self.xa, self.xb), np.fmax(self.ya, self.yb)


def edges_of(polygons: Geometries) -> Edges:
    """The edges of polygons, multipolygons and the polygons in collections; lines and points in them have no ground."""
    rings = rings_of(polygons)
    edge = rings.edges()
    a, b, ring = rings.xy[edge], rings.xy[edge + 1], rings.ring[edge]
    back = (anticlockwise(rings) != rings.shell)[ring]
    a[back], b[back] = b[back], a[back]
    return Edges(a[:, 0].copy(), a[:, 1].copy(), b[:, 0].copy(), b[:, 1].copy(), rings.owner[ring], ring)


def spread(count: Integers) -> tuple[Integers, Integers]:
    """For counts (2, 0, 3): whose turn it is (0, 0, 2, 2, 2) and which one of the own (0, 1, 0, 1, 2)."""
    whose = np.repeat(np.arange(len(count)), count)
    return whose, np.arange(len(whose)) - np.repeat(np.cumsum(count) - count, count)
