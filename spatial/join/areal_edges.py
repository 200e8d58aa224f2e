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
    plain = (shapely.get_type_id(polygons) == POLYGON) & (shapely.get_num_interior_rings(polygons) == 0)
    xy, ring = shapely.get_coordinates(polygons[plain], return_index=True)
    simple = _directed(xy, ring, np.flatnonzero(plain), np.ones(int(plain.sum()), dtype=bool))
    if plain.all():
        return simple
    parts, owner = shapely.get_parts(polygons[~plain], return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    owner = np.flatnonzero(~plain)[owner[inner]]
    solid = shapely.get_type_id(parts) == POLYGON
    rings, part = shapely.get_rings(parts[solid], return_index=True)
    shell = np.ones(len(part), dtype=bool)
    shell[1:] = part[1:] != part[:-1]  # the first ring of a polygon is its shell
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    return _together(simple, _directed(xy, ring, owner[solid][part], shell))


def _directed(xy: Floats, ring: Integers, owner: Integers, shell: Flags) -> Edges:
    """Edges of rings, turned to run the right way; `owner` and `shell` are told ring by ring."""
    same = np.flatnonzero(ring[1:] == ring[:-1])
    a, b, ring = xy[same], xy[same + 1], ring[same]
    first = np.searchsorted(ring, np.arange(len(owner)))
    origin = a[np.fmin(first, max(len(a) - 1, 0))[ring]] if len(a) else a
    turn = (a[:, 0] - origin[:, 0]) * (b[:, 1] - origin[:, 1]) - (b[:, 0] - origin[:, 0]) * (a[:, 1] - origin[:, 1])
    back = ((np.bincount(ring, turn, minlength=len(owner)) > 0) != shell)[ring]
    a[back], b[back] = b[back], a[back]
    return Edges(a[:, 0].copy(), a[:, 1].copy(), b[:, 0].copy(), b[:, 1].copy(), owner[ring].astype(np.int64), ring.astype(np.int64))


def _together(one: Edges, two: Edges) -> Edges:
    owner = np.r_[one.owner, two.owner]
    order = np.argsort(owner, kind="stable")
    ring = np.r_[one.ring, two.ring + (one.ring[-1] + 1 if len(one) else 0)][order]
    place = np.cumsum(np.r_[False, ring[1:] != ring[:-1]]) if len(ring) else ring  # numbered anew, in their new order
    return Edges(np.r_[one.xa, two.xa][order], np.r_[one.ya, two.ya][order], np.r_[one.xb, two.xb][order], np.r_[one.yb, two.yb][order],
                 owner[order], place)


def spread(count: Integers) -> tuple[Integers, Integers]:
    """For counts (2, 0, 3): whose turn it is (0, 0, 2, 2, 2) and which one of the own (0, 1, 0, 1, 2)."""
    whose = np.repeat(np.arange(len(count)), count)
    return whose, np.arange(len(whose)) - np.repeat(np.cumsum(count) - count, count)
