"""Which polygons of a layer share every edge with a neighbour on its other side: those that cannot leave a gap, nor overlap unless they are covered whole.

An edge is matched where exactly one other edge has the same two vertices, digit for digit, and the ground on its other side. How many polygons
cover a point changes only across edges that are not matched; so a polygon overlaps nothing if nothing else covers a point inside it and no
unmatched edge of another runs through it. A survey fabric is mostly of such polygons, and the costly questions are left for the rest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.rings import anticlockwise, by_threads, rings_of

_ODD = tuple(np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def open_edged(shapes: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether a polygon has an edge that is not matched; missing and empty ones have none. `shapes` are valid."""
    rings = rings_of(shapes)
    if not len(rings.xy):
        return np.zeros(len(shapes), bool)
    edge = rings.edges()
    ring, vertex = rings.ring[edge], _hashed(rings.xy)
    start, end, owner = vertex[edge], vertex[edge + 1], rings.owner[ring]
    forward = (start < end) ^ (anticlockwise(rings, edge) != rings.shell)[ring]  # in the sense in which the ground lies to the left
    matched = _paired(np.fmin(start, end) * _ODD[2] + np.fmax(start, end), forward) | (start == end)
    flags = np.zeros(len(shapes), bool)
    flags[owner[~matched]] = True
    return flags


def covered(shapes: NDArray[Any], left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a point inside a polygon lies in another; `left` and `right` are the positions of pairs whose boxes meet."""
    middle = by_threads(lambda own: shapely.get_coordinates(shapely.centroid(shapes[own])), len(shapes))
    x, y = middle[:, 0].copy(), middle[:, 1].copy()
    beside = np.flatnonzero(~shapely.contains_xy(shapes, x, y))
    inner = shapely.point_on_surface(shapes[beside])
    x[beside], y[beside] = shapely.get_x(inner), shapely.get_y(inner)
    flags = np.zeros(len(shapes), bool)
    for one, other in ((left, right), (right, left)):
        box = shapely.bounds(shapes)[other]
        at = np.flatnonzero((x[one] > box[:, 0]) & (x[one] < box[:, 2]) & (y[one] > box[:, 1]) & (y[one] < box[:, 3]))
        flags[one[at][shapely.contains_xy(shapes[other[at]], x[one[at]], y[one[at]])]] = True
    return flags


def _hashed(xy: NDArray[np.float64]) -> NDArray[np.uint64]:
    bits = np.ascontiguousarray(xy + 0.0).view(np.uint64)  # + 0.0: minus zero is zero
    mixed = bits[:, 0] * _ODD[0]
    mixed ^= mixed >> np.uint64(29)
    mixed = (mixed + bits[:, 1]) * _ODD[1]
    return np.asarray(mixed ^ (mixed >> np.uint64(32)), dtype=np.uint64)


def _paired(keys: NDArray[np.uint64], forward: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a key stands exactly twice, once each way."""
    order = np.argsort(keys)
    same = keys[order][1:] == keys[order][:-1]
    first = same & ~np.r_[False, same[:-1]] & ~np.r_[same[1:], False] & (forward[order][1:] != forward[order][:-1])
    flags = np.zeros(len(keys), bool)
    flags[order[:-1][first]] = flags[order[1:][first]] = True
    return flags
