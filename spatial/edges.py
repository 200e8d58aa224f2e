"""Which polygons of a layer share every edge with a neighbour on its other side: those that cannot leave a gap, nor overlap unless they are covered whole.

An edge is matched where exactly one other edge has the same two vertices, digit for digit, and the ground on its other side. How many polygons
cover a point changes only across edges that are not matched; so a polygon overlaps nothing if nothing else covers a point inside it and no
unmatched edge of another runs through it. A survey fabric is mostly of such polygons, and the costly questions are left for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.rings import anticlockwise, by_threads, rings_of

SIEVE = 1 << 20
_ODD = tuple(np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


@dataclass(frozen=True, slots=True)
class OwnEdges:
    """The edges of polygons that are not matched: which polygons have one, and boxes (west, south, east, north) that hold them all."""

    flags: NDArray[np.bool_]
    boxes: NDArray[np.float64]


def open_edged(shapes: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether a polygon has an edge that is not matched; missing and empty ones have none. `shapes` are valid."""
    return own_edges(shapes).flags


def own_edges(shapes: NDArray[Any]) -> OwnEdges:
    """The edges of valid polygons that are not matched; missing and empty ones have none."""
    rings = rings_of(shapes)
    flags = np.zeros(len(shapes), bool)
    if not len(rings.xy):
        return OwnEdges(flags, np.empty((0, 4)))
    vertex = by_threads(lambda own: _hashed(rings.xy[own]), len(rings.xy))
    backward = anticlockwise(rings) != rings.shell

    def named(own: slice) -> NDArray[np.uint64]:
        """The edges by their vertices, and in the last bit the sense in which the ground lies to the left; 0 for what is no edge."""
        start, end, ring = vertex[own], vertex[own.start + 1 : own.stop + 1], rings.ring[own]
        name = (np.fmin(start, end) * _ODD[2] + np.fmax(start, end)) << np.uint64(1) | ((start < end) ^ backward[ring])
        return np.where((ring == rings.ring[own.start + 1 : own.stop + 1]) & (start != end), name, np.uint64(0))

    edge = by_threads(named, len(vertex) - 1)
    lone = _unmatched(edge)
    flags[rings.owner[rings.ring[lone]]] = True
    if len(lone) > len(shapes):  # so many that the polygons speak for them
        return OwnEdges(flags, np.asarray(shapely.bounds(shapes[flags]), dtype=float))
    start, end = rings.xy[lone], rings.xy[lone + 1]
    return OwnEdges(flags, np.concatenate([np.fmin(start, end), np.fmax(start, end)], axis=1))


def covered(shapes: NDArray[Any], left: NDArray[np.int64], right: NDArray[np.int64], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a point inside a polygon lies in another or on its boundary, or is `known` to be suspect; `left` and `right` are the positions of pairs whose boxes meet.

    A boundary through the inside of a polygon says as much as ground around its point: on lattices half a step apart such points are corners of the other lattice.
    """
    asked = np.flatnonzero(~known)
    x, y = np.full((2, len(shapes)), np.nan)
    x[asked], y[asked] = by_threads(lambda own: shapely.get_coordinates(shapely.centroid(shapes[asked[own]])), len(asked)).T
    beside = asked[~by_threads(lambda own: shapely.contains_xy(shapes[asked[own]], x[asked[own]], y[asked[own]]), len(asked))]
    inner = shapely.point_on_surface(shapes[beside])
    x[beside], y[beside] = shapely.get_x(inner), shapely.get_y(inner)
    west, south, east, north = shapely.bounds(shapes).T.copy()
    flags = known.copy()
    for one, other in ((left, right), (right, left)):

        def within(own: slice, one: NDArray[np.int64] = one, other: NDArray[np.int64] = other) -> NDArray[np.bool_]:
            here, box = x[one[own]], other[own]
            hit = (here >= west[box]) & (here <= east[box])
            at = np.flatnonzero(hit)
            there, box = y[one[own][at]], box[at]
            hit[at] = (there >= south[box]) & (there <= north[box])
            return hit

        at = np.flatnonzero(by_threads(within, len(one)))
        flags[one[at][shapely.intersects_xy(shapes[other[at]], x[one[at]], y[one[at]])]] = True
    return flags


def _hashed(xy: NDArray[np.float64]) -> NDArray[np.uint64]:
    bits = np.ascontiguousarray(xy + 0.0).view(np.uint64)  # + 0.0: minus zero is zero
    mixed = bits[:, 0] * _ODD[0]
    mixed ^= mixed >> np.uint64(29)
    mixed = (mixed + bits[:, 1]) * _ODD[1]
    return np.asarray(mixed ^ (mixed >> np.uint64(32)), dtype=np.uint64)


def _unmatched(edge: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Positions of the edges whose name does not stand exactly twice, once each way."""
    row = np.sort(edge)
    row = row[np.searchsorted(row, np.uint64(1)) :]
    name = row >> np.uint64(1)
    same = name[1:] == name[:-1]
    twice = same & ~np.r_[False, same[:-1]] & ~np.r_[same[1:], False] & (row[1:] != row[:-1])
    lone = np.ones(len(row), bool)
    lone[:-1][twice] = lone[1:][twice] = False
    names = row[lone]
    if len(names) * 4 > len(row):
        return np.flatnonzero(np.isin(edge, names))
    few = np.zeros(SIEVE, bool)  # most edges fall through a sieve of the last bits, and only what it holds back is looked up
    few[names & np.uint64(SIEVE - 1)] = True
    held = np.flatnonzero(by_threads(lambda own: few[edge[own] & np.uint64(SIEVE - 1)], len(edge)))
    return held[np.isin(edge[held], names)]
