"""Polygons near the boundaries of others: the edges around each of them, what its box's corner lies in, and the areas they share.

The smaller of two polygons is the one that is measured, against the edges of the larger around it: a parcel in a carrier, a village in a
town. Each pair is settled by itself, so that its area does not hang on what else lies there.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

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
    """The zones' edges, indexed, how large each zone is, and copies of the zones for asking where a point lies."""

    def __init__(self, zones: Geometries, edges: Edges, size: Floats) -> None:
        self.edges, self.size = edges, size
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


@dataclass(frozen=True, slots=True)
class Near:
    """Boxes and the edges of zones around them: `box` and `edge` by pairs, sorted so; each box has a subject, the polygon that it goes around."""

    boxes: Floats
    subject: Integers
    box: Integers
    edge: Integers


def _enters(edges: Edges, edge: Integers, boxes: Floats, box: Integers) -> Flags:
    xa, ya, xb, yb = edges.xa[edge], edges.ya[edge], edges.xb[edge], edges.yb[edge]
    west, south, east, north = boxes[box].T
    meets = (np.fmin(xa, xb) <= east) & (np.fmax(xa, xb) >= west) & (np.fmin(ya, yb) <= north) & (np.fmax(ya, yb) >= south)
    return np.asarray(meets)


def _boxes(bounds: Floats, attempt: int) -> Floats:
    """The polygons' boxes with a margin that differs by side and attempt, so that corners keep off lines of the data."""
    margin = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) * (0.011 + 0.0073 * attempt)
    return np.column_stack((bounds[:, 0] - margin, bounds[:, 1] - margin * 0.83, bounds[:, 2] + margin * 1.17, bounds[:, 3] + margin * 0.71))


def _clear_boxes(boundaries: Boundaries, bounds: Floats, least: Floats, wanted: Integers | None) -> tuple[Near, Integers]:
    """Boxes whose upper left corner lies on no edge around them: there, in or out is beyond doubt.

    A polygon has one box for all zones but those whose edge runs through its corner; for each of these it has one of its own. Returned
    beside the boxes: the zone that each is for, or -1.
    """
    boxes = _boxes(bounds, 0)
    box, edge = boundaries.around(boxes)
    owner = boundaries.edges.owner
    kept = boundaries.size[owner[edge]] >= least[box] if wanted is None else _among(box * len(boundaries.zones) + owner[edge], wanted)
    near, only = Near(boxes, np.arange(len(boxes)), box[kept], edge[kept]), np.full(len(boxes), -1)
    for attempt in range(1, TRIES):
        touched = _touches_corner(boundaries.edges, near.edge, near.boxes, near.box)
        if not touched.any():
            break
        every = len(boundaries.zones)
        pair = near.box * every + owner[near.edge]
        doubtful = np.unique(pair[touched])
        again, zone = near.subject[doubtful // every], doubtful % every
        boxes = _boxes(bounds[again], attempt)
        box, edge = boundaries.around(boxes)
        own, kept = owner[edge] == zone[box], ~np.isin(pair, doubtful)
        near = Near(np.r_[near.boxes, boxes], np.r_[near.subject, again], np.r_[near.box[kept], len(near.boxes) + box[own]], np.r_[near.edge[kept], edge[own]])
        only = np.r_[only, zone]
    order = np.argsort(near.subject[near.box], kind="stable")
    return replace(near, box=near.box[order], edge=near.edge[order]), only


def _among(keys: Integers, wanted: Integers) -> Flags:
    place = np.searchsorted(wanted, keys)
    return np.asarray(np.r_[wanted, -1][place] == keys)


def _touches_corner(edges: Edges, edge: Integers, boxes: Floats, box: Integers) -> Flags:
    """Whether an edge passes within a millionth of the box's size of the box's upper left corner."""
    x, y = boxes[box, 0], boxes[box, 3]
    size = np.fmax(boxes[box, 2] - x, y - boxes[box, 1])
    ax, ay = x - edges.xa[edge], y - edges.ya[edge]
    dx, dy = edges.xb[edge] - edges.xa[edge], edges.yb[edge] - edges.ya[edge]
    length = np.fmax(dx * dx + dy * dy, np.finfo(float).tiny)
    along = np.clip((ax * dx + ay * dy) / length, 0.0, 1.0)
    return np.asarray(np.hypot(ax - along * dx, ay - along * dy) <= 1e-6 * size)


def near_areas(subjects: Geometries, bounds: Floats, area: Floats, boundaries: Boundaries, least: Floats,
               wanted: Integers | None = None) -> tuple[Integers, Integers, Floats]:
    """Position of subject and zone, and the m² they share, for every pair that may have ground in common; sorted by subject, then zone.

    `least` is the size of the smallest zone that a subject is measured against; `wanted` names the pairs, ascending (subject times the
    number of zones, plus zone), where not all are asked for.
    """
    every = len(boundaries.zones)
    chunks = [slice(k, k + CHUNK) for k in range(0, len(subjects), CHUNK)]
    with ThreadPoolExecutor(max_workers=min(len(chunks), os.cpu_count() or 1) or 1) as threads:
        parts = list(threads.map(lambda own: _chunk_areas(
            subjects[own], bounds[own], area[own], boundaries, least[own], None if wanted is None else wanted - own.start * every), chunks))
    none = np.zeros(0, dtype=np.int64)
    return (np.concatenate([none, *(part[0] + own.start for own, part in zip(chunks, parts, strict=True))]),
            np.concatenate([none, *(part[1] for part in parts)]), np.concatenate([np.zeros(0), *(part[2] for part in parts)]))


def _chunk_areas(subjects: Geometries, bounds: Floats, area: Floats, boundaries: Boundaries, least: Floats,
                 wanted: Integers | None) -> tuple[Integers, Integers, Floats]:
    near, only = _clear_boxes(boundaries, bounds, least, wanted)
    every = len(boundaries.zones)
    corner, at = boundaries.zones_at(near.boxes[:, 0], near.boxes[:, 3])
    asked = np.where(only[corner] < 0, boundaries.size[at] >= least[near.subject[corner]], only[corner] == at)
    corner, at = corner[asked], at[asked]
    held = near.subject[corner] * every + at
    if wanted is not None:
        own = _among(held, wanted)
        held, corner = held[own], corner[own]
    if (only >= 0).any():  # a zone with a box of its own is not asked of the common one
        own = only >= 0
        last = {pair: box for box, pair in zip(np.flatnonzero(own).tolist(), (near.subject[own] * every + only[own]).tolist(), strict=True)}
        right = np.array([last.get(pair, box) == box for pair, box in zip(held.tolist(), corner.tolist(), strict=True)], dtype=bool)
        held, corner = held[right], corner[right]
    met = near.subject[near.box] * every + boundaries.edges.owner[near.edge]
    key = np.unique(np.r_[met, held])
    subject, zone, pair = key // every, key % every, np.searchsorted(key, met)
    shared = np.zeros(len(key))
    shared[np.searchsorted(key, held)] = area[near.subject[corner]]
    _integrate(shared, subjects, bounds, near, boundaries.edges, pair, subject)
    return subject, zone, shared


def _integrate(shared: Floats, subjects: Geometries, bounds: Floats, near: Near, edges: Edges, pair: Integers, subject: Integers) -> None:
    """Add to `shared` what the edges around the subjects contribute: some subjects at a time, pairs of very many edges one by one."""
    west, south = bounds[:, 0], bounds[:, 1]
    around = near.subject[near.box]
    met = np.flatnonzero(np.bincount(around, minlength=len(subjects)))
    own = edges_of(subjects[met])
    lines = lines_of(replace(own, owner=met[own.owner]), west, south)
    size = np.bincount(lines.owner, minlength=len(subjects))

    def local(part: Integers) -> Lines:
        s, box, e = around[part], near.boxes[near.box[part]], near.edge[part]
        return local_lines(edges.xa[e] - west[s], edges.ya[e] - south[s], edges.xb[e] - west[s], edges.yb[e] - south[s], pair[part],
                           box[:, 0] - west[s], box[:, 2] - west[s], box[:, 3] - south[s])

    heavy = np.bincount(pair, size[around], minlength=len(shared)) > HEAVY
    light = np.flatnonzero(~heavy[pair])
    work = np.cumsum(np.bincount(around[light], size[around[light]], minlength=len(subjects))) // RUN
    for run in np.split(light, np.searchsorted(around[light], np.flatnonzero(np.diff(work)) + 1)):
        shared += shared_below(lines, local(run), subject, len(shared))
    for one in np.flatnonzero(heavy):
        span = slice(*np.searchsorted(lines.owner, [subject[one], subject[one] + 1]))
        shared[one] += shared_in_slabs(part_of(lines, span), local(np.flatnonzero(pair == one)), RUN)
