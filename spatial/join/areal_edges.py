"""Polygons as directed edges, shells anticlockwise and holes clockwise, so that ground lies to the left of every edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[Any]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

POLYGON = 3


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
    parts, owner = shapely.get_parts(polygons, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    owner = owner[inner]
    solid = shapely.get_type_id(parts) == POLYGON
    parts, owner = parts[solid], owner[solid]
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = np.flatnonzero(ring[1:] == ring[:-1])
    a, b, ring = xy[same], xy[same + 1], ring[same]
    first = np.searchsorted(ring, np.arange(len(rings)))
    origin = a[first[ring]] if len(ring) else a
    turn = (a[:, 0] - origin[:, 0]) * (b[:, 1] - origin[:, 1]) - (b[:, 0] - origin[:, 0]) * (a[:, 1] - origin[:, 1])
    anticlockwise = np.bincount(ring, turn, minlength=len(rings)) > 0
    shell = np.r_[True, part[1:] != part[:-1]] if len(part) else np.zeros(0, dtype=bool)
    back = (anticlockwise != shell)[ring][:, None]
    a, b = np.where(back, b, a), np.where(back, a, b)
    return Edges(a[:, 0].copy(), a[:, 1].copy(), b[:, 0].copy(), b[:, 1].copy(), owner[part[ring]].astype(np.int64), ring.astype(np.int64))


def spread(count: Integers) -> tuple[Integers, Integers]:
    """For counts (2, 0, 3): whose turn it is (0, 0, 2, 2, 2) and which one of the own (0, 1, 0, 1, 2)."""
    whose = np.repeat(np.arange(len(count)), count)
    return whose, np.arange(len(whose)) - np.repeat(np.cumsum(count) - count, count)
