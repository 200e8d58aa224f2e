"""Parcels near a boundary: the zones' edges around each of them, the zone of a corner, and the areas they share."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import shapely

from spatial.join.areal_edges import Edges, Flags, Floats, Geometries, Integers, edges_of, spread
from spatial.join.areal_kernel import Lines, lines_of, local_lines, part_of, shared_below, shared_in_slabs

BLOCK = 8
"""Consecutive edges of a ring that share one box in the index."""
CHUNK = 8192
"""Parcels measured at a time; bounds the memory."""
TRIES = 8
RUN = 1_000_000
"""Pairs of edges looked at in one go; bounds the memory."""
HEAVY = 50_000
"""A parcel and zone with more pairs of edges than this are measured by themselves, slab by slab."""


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
    key = np.unique(np.r_[met, corner * every + at])
    parcel, zone, pair = key // every, key % every, np.searchsorted(key, met)
    shared = np.zeros(len(key))
    shared[np.searchsorted(key, corner * every + at)] = area[corner]
    _integrate(shared, parcels, bounds, boxes, boundaries.edges, box, edge, pair, parcel)
    return parcel, zone, shared


def _integrate(shared: Floats, parcels: Geometries, bounds: Floats, boxes: Floats, edges: Edges, box: Integers, edge: Integers,
               pair: Integers, parcel: Integers) -> None:
    """Add to `shared` what the edges around the parcels contribute: some parcels at a time, pairs of very many edges one by one."""
    west, south = bounds[:, 0], bounds[:, 1]
    met = np.flatnonzero(np.bincount(box, minlength=len(parcels)))
    own = edges_of(parcels[met])
    lines = lines_of(replace(own, owner=met[own.owner]), west, south)
    size = np.bincount(lines.owner, minlength=len(parcels))

    def local(part: Integers) -> Lines:
        b, e = box[part], edge[part]
        return local_lines(edges.xa[e] - west[b], edges.ya[e] - south[b], edges.xb[e] - west[b], edges.yb[e] - south[b], pair[part],
                           boxes[b, 0] - west[b], boxes[b, 2] - west[b], boxes[b, 3] - south[b])

    heavy = np.bincount(pair, size[box], minlength=len(shared)) > HEAVY
    light = np.flatnonzero(~heavy[pair])
    work = np.cumsum(np.bincount(box[light], size[box[light]], minlength=len(parcels))) // RUN
    for run in np.split(light, np.searchsorted(box[light], np.flatnonzero(np.diff(work)) + 1)):
        shared += shared_below(lines, local(run), parcel, len(shared))
    for one in np.flatnonzero(heavy):
        span = slice(*np.searchsorted(lines.owner, [parcel[one], parcel[one] + 1]))
        shared[one] += shared_in_slabs(part_of(lines, span), local(np.flatnonzero(pair == one)), RUN)
