"""Parcels near a boundary: the zones' edges around each of them, the zone of a corner, and the areas they share."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely

from spatial.join.areal_edges import Edges, Flags, Floats, Geometries, Integers, edges_of, spread
from spatial.join.areal_kernel import lines_of, local_lines, shared_below

BLOCK = 8
"""Consecutive edges of a ring that share one box in the index."""
CHUNK = 8192
"""Parcels measured at a time; bounds the memory."""
TRIES = 8


class Boundaries:
    """The zones' edges, indexed, and copies of the zones for asking where a point lies."""

    def __init__(self, zones: Geometries, edges: Edges) -> None:
        self.edges = edges
        self.zones = shapely.from_wkb(shapely.to_wkb(zones))  # own copies: prepared geometries must not be shared between threads
        shapely.prepare(self.zones)
        self.zone_index = shapely.STRtree(self.zones)
        place = np.arange(len(edges)) - np.searchsorted(edges.ring, edges.ring)
        self.start = np.flatnonzero(place % BLOCK == 0)
        self.count = np.diff(np.r_[self.start, len(edges)])
        west, south, east, north = edges.boxes()
        low, high = np.minimum, np.maximum
        boxes = shapely.box(low.reduceat(west, self.start), low.reduceat(south, self.start),
                            high.reduceat(east, self.start), high.reduceat(north, self.start))
        self.index = shapely.STRtree(boxes)
        self.lock = threading.Lock()

    def around(self, boxes: Floats) -> tuple[Integers, Integers]:
        """Box and edge, sorted by box, then edge, for every edge that enters or touches a box."""
        windows = shapely.box(boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3])
        with self.lock:
            box, block = self.index.query(windows)
        order = np.argsort(box * len(self.start) + block, kind="stable")
        box, block = box[order], block[order]
        whose, k = spread(self.count[block])
        box, edge = box[whose], self.start[block][whose] + k
        near = np.flatnonzero(_enters(self.edges, edge, boxes, box))
        return box[near], edge[near]

    def zones_at(self, x: Floats, y: Floats) -> tuple[Integers, Integers]:
        """Point and zone for every zone that holds a point."""
        corners = shapely.points(x, y)
        with self.lock:
            point, zone = self.zone_index.query(corners)
            held = shapely.contains_xy(self.zones[zone], x[point], y[point])
        return point[held], zone[held]


def _enters(edges: Edges, edge: Integers, boxes: Floats, box: Integers) -> Flags:
    xa, ya, xb, yb = edges.xa[edge], edges.ya[edge], edges.xb[edge], edges.yb[edge]
    west, south, east, north = boxes[box].T
    meets = (np.fmin(xa, xb) <= east) & (np.fmax(xa, xb) >= west) & (np.fmin(ya, yb) <= north) & (np.fmax(ya, yb) >= south)
    return np.asarray(meets)


def _boxes(bounds: Floats, attempt: int) -> Floats:
    """The parcels' boxes with a margin that differs by side and attempt, so that corners keep off lines of the data."""
    margin = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) * (0.011 + 0.0073 * attempt)
    return np.column_stack((bounds[:, 0] - margin, bounds[:, 1] - margin * 0.83, bounds[:, 2] + margin * 1.17, bounds[:, 3] + margin * 0.71))


def _clear_boxes(boundaries: Boundaries, bounds: Floats) -> tuple[Floats, Integers, Integers]:
    """Boxes whose upper left corner lies on no edge, and the edges around them: there, in or out is beyond doubt."""
    boxes = _boxes(bounds, 0)
    box, edge = boundaries.around(boxes)
    for attempt in range(1, TRIES):
        doubtful = np.unique(box[_touches_corner(boundaries.edges, edge, boxes, box)])
        if not len(doubtful):
            break
        boxes[doubtful] = _boxes(bounds[doubtful], attempt)
        again, new_edge = boundaries.around(boxes[doubtful])
        keep = ~np.isin(box, doubtful)
        box, edge = np.r_[box[keep], doubtful[again]], np.r_[edge[keep], new_edge]
        order = np.argsort(box, kind="stable")
        box, edge = box[order], edge[order]
    return boxes, box, edge


def _touches_corner(edges: Edges, edge: Integers, boxes: Floats, box: Integers) -> Flags:
    """Whether an edge passes within a millionth of the box's size of the box's upper left corner."""
    x, y = boxes[box, 0], boxes[box, 3]
    size = np.fmax(boxes[box, 2] - x, y - boxes[box, 1])
    ax, ay = x - edges.xa[edge], y - edges.ya[edge]
    dx, dy = edges.xb[edge] - edges.xa[edge], edges.yb[edge] - edges.ya[edge]
    length = np.fmax(dx * dx + dy * dy, np.finfo(float).tiny)
    along = np.clip((ax * dx + ay * dy) / length, 0.0, 1.0)
    return np.asarray(np.hypot(ax - along * dx, ay - along * dy) <= 1e-6 * size)


def near_areas(parcels: Geometries, bounds: Floats, area: Floats, boundaries: Boundaries) -> tuple[Integers, Integers, Floats]:
    """Position of parcel and zone, and the m² they share, for every pair that may have ground in common; sorted by parcel, then zone."""
    chunks = [slice(k, k + CHUNK) for k in range(0, len(parcels), CHUNK)]
    with ThreadPoolExecutor(max_workers=min(len(chunks), os.cpu_count() or 1) or 1) as threads:
        parts = list(threads.map(lambda own: _chunk_areas(parcels[own], bounds[own], area[own], boundaries), chunks))
    none = np.zeros(0, dtype=np.int64)
    return (np.concatenate([none, *(part[0] + own.start for own, part in zip(chunks, parts, strict=True))]),
            np.concatenate([none, *(part[1] for part in parts)]), np.concatenate([np.zeros(0), *(part[2] for part in parts)]))


def _chunk_areas(parcels: Geometries, bounds: Floats, area: Floats, boundaries: Boundaries) -> tuple[Integers, Integers, Floats]:
    boxes, box, edge = _clear_boxes(boundaries, bounds)
    corner, at = boundaries.zones_at(boxes[:, 0], boxes[:, 3])
    every = len(boundaries.zones)
    met = box * every + boundaries.edges.owner[edge]
    pair_key = np.unique(np.r_[met, corner * every + at])
    parcel, zone = pair_key // every, pair_key % every
    shared = np.zeros(len(pair_key))
    shared[np.searchsorted(pair_key, corner * every + at)] = area[corner]
    west, south = bounds[:, 0], bounds[:, 1]
    xa, xb = boundaries.edges.xa[edge] - west[box], boundaries.edges.xb[edge] - west[box]
    ya, yb = boundaries.edges.ya[edge] - south[box], boundaries.edges.yb[edge] - south[box]
    lines = local_lines(xa, ya, xb, yb, np.searchsorted(pair_key, met), boxes[box, 0] - west[box], boxes[box, 2] - west[box],
                        boxes[box, 3] - south[box])
    shared += shared_below(lines_of(edges_of(parcels), west, south), lines, parcel, len(pair_key))
    return parcel, zone, shared
