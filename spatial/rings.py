"""Polygons as rings of vertices, and long arrays shared out to both cores."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

POLYGON, COLLECTIONS = 3, 4  # type numbers of the engine: a polygon, and where those that hold others begin
DOUBT = 1e-14  # of the two products of which a turn is the difference: what is smaller may be rounding
ROUNDED = 1e-13  # of what was added up: a sum below it may be rounding alone
SPAN = 1 << 16  # elements that a core works on at once: what is made of them on the way stays in its cache


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rings:
    """The rings of polygons: all vertices, the ring of each, and of each ring the position of its polygon (ascending) and whether it is a shell."""

    xy: NDArray[np.float64]
    ring: NDArray[np.int64]
    owner: NDArray[np.int64]
    shell: NDArray[np.bool_]

    def edges(self) -> NDArray[np.int64]:
        """Positions of the vertices at which an edge begins; it ends at the next vertex."""
        return np.flatnonzero(self.ring[1:] == self.ring[:-1])

    def starts(self) -> NDArray[np.int64]:
        """Position of the first vertex of each ring."""
        return np.flatnonzero(np.r_[True, self.ring[1:] != self.ring[:-1]][: len(self.ring)])


def by_shape(geometry: NDArray[Any]) -> NDArray[Any]:
    """The same geometries in an order that hangs on nothing but themselves; missing ones are left out."""
    known = geometry[~shapely.is_missing(geometry)]
    return np.asarray(known[np.argsort(shapely.to_wkb(known), kind="stable")], dtype=object)


def united(geometry: NDArray[Any], grid_size: float | None = None) -> Any:
    """The union of geometries, the same to the last bit in whatever order they stand: where lines cross, the engine rounds by their order."""
    return shapely.union_all(by_shape(geometry), grid_size=grid_size)


def combined(operation: Callable[..., Any], one: Any, two: Any) -> Any:
    """A set operation on two geometries or arrays; where the engine fails on the coordinates as they are, on mended copies, last on a grid of a micrometre."""
    try:
        return operation(one, two)
    except shapely.errors.GEOSException:
        if np.ndim(one) or np.ndim(two):
            pairs = np.broadcast(np.asarray(one, dtype=object), np.asarray(two, dtype=object))
            return np.array([combined(operation, a, b) for a, b in pairs], dtype=object)
        mended = shapely.make_valid(one), shapely.make_valid(two)
    try:
        return operation(*mended)
    except shapely.errors.GEOSException:
        return operation(*mended, grid_size=1e-6)


def rings_of(geometry: NDArray[Any]) -> Rings:
    """The rings of polygons, multipolygons and the polygons in collections; all else, missing and empty included, has none.

    Of polygons without holes, which most parcels are, the vertices are taken as they stand, without a geometry being made for each ring.
    """
    plain = (shapely.get_type_id(geometry) == POLYGON) & (shapely.get_num_interior_rings(geometry) == 0) & ~shapely.is_empty(geometry)
    xy, ring = shapely.get_coordinates(geometry[plain], return_index=True)
    owner, shell = np.flatnonzero(plain), np.ones(int(plain.sum()), dtype=bool)
    others = np.flatnonzero(~plain & ~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    if not len(others):
        return Rings(xy, ring.astype(np.int64, copy=False), owner, shell)
    rings, whose, first = _made(geometry[others])
    more, index = shapely.get_coordinates(rings, return_index=True)
    every = np.r_[owner, others[whose]]
    order = np.argsort(every, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    number = place[np.r_[ring, index + len(owner)].astype(np.int64)]
    by_ring = np.argsort(number, kind="stable")
    return Rings(np.concatenate([xy, more])[by_ring], number[by_ring], every[order], np.r_[shell, first][order])


def anticlockwise(rings: Rings) -> NDArray[np.bool_]:
    """Whether each ring runs anticlockwise."""
    if not len(rings.xy):
        return np.zeros(len(rings.owner), bool)
    start = rings.starts()
    step = np.zeros(len(rings.xy))  # the ground between an edge and the x axis, twice

    def own(span: slice) -> NDArray[np.float64]:
        one, two = rings.xy[span], rings.xy[span.start + 1 : span.stop + 1]
        return np.asarray((two[:, 0] - one[:, 0]) * (one[:, 1] + two[:, 1]))

    step[:-1] = by_threads(own, len(step) - 1)
    step[start[1:] - 1] = 0.0
    ground = -np.add.reduceat(step, start)
    doubtful = np.flatnonzero(np.abs(ground) <= ROUNDED * np.add.reduceat(np.abs(step), start))  # rings so small that far from the axis their ground is lost
    end = np.r_[start[1:], len(step)]
    for ring in doubtful.tolist():
        xy = rings.xy[start[ring] : end[ring]] - rings.xy[start[ring]]
        ground[ring] = (xy[:-1, 0] * xy[1:, 1] - xy[1:, 0] * xy[:-1, 1]).sum()
    return np.asarray(ground > 0, dtype=bool)


def starred(rings: Rings) -> NDArray[np.bool_]:
    """Whether each ring is seen to run once round the middle of its corners, always in one sense: such a ring meets itself nowhere. Of others nothing is said."""
    flags, start = np.zeros(len(rings.owner), bool), rings.starts()
    size = np.diff(np.r_[start, len(rings.xy)])
    if not len(start) or size.min() < 3:
        return flags

    def told(part: slice) -> NDArray[np.bool_]:
        """Of the rings that begin in a part of the vertices."""
        own = slice(*np.searchsorted(start, (part.start, part.stop)))
        if own.start == own.stop:  # a ring longer than the part runs through it
            return np.zeros(0, bool)
        first, count = start[own] - start[own.start], size[own]
        span = slice(int(start[own.start]), int(start[own.start] + count.sum()))
        with np.errstate(all="ignore"):
            x, y = (column - np.repeat(np.add.reduceat(column, first) / count, count) for column in rings.xy[span].T)
            one, two = x[:-1] * y[1:], x[1:] * y[:-1]
            turn, noise = one - two, DOUBT * (np.abs(one) + np.abs(two))
        left, right, crossed = turn > noise, turn < -noise, np.diff(y < 0)
        last = first[1:] - 1  # from the end of a ring to the next one there is no edge
        left[last], right[last], crossed[last] = True, True, False
        return np.asarray((np.logical_and.reduceat(left, first) | np.logical_and.reduceat(right, first)) & (np.add.reduceat(crossed, first, dtype=np.int64) == 2) & (count > 3), dtype=bool)

    flags[rings.ring[start]] = np.concatenate(each_span(told, len(rings.xy)))
    return flags


def _made(geometry: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.bool_]]:
    """Ring geometries of polygons with holes, of many parts, or in collections; whose they are, and which are shells."""
    parts, whole = shapely.get_parts(geometry, return_index=True)
    while (shapely.get_type_id(parts) >= COLLECTIONS).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        whole = whole[inner]
    rings, part = shapely.get_rings(parts, return_index=True)
    shell = np.ones(len(part), dtype=bool)
    shell[1:] = part[1:] != part[:-1]  # the first ring of a polygon is its shell
    return rings, whole[part], shell


def each_span(work: Callable[[slice], T], count: int) -> list[T]:
    """What `work` makes of spans of a long array, in their order, shared out to the cores; for work that lets go of the interpreter."""
    spans = [slice(begin, min(begin + SPAN, count)) for begin in range(0, count, SPAN)]
    if len(spans) < 2:
        return [work(own) for own in spans]
    with ThreadPoolExecutor(min(os.cpu_count() or 1, 4)) as threads:
        return list(threads.map(work, spans))


def by_threads(work: Callable[[slice], NDArray[Any]], count: int) -> NDArray[Any]:
    """`work` on each element of a long array alone, by spans on every core, put together in their order."""
    first = work(slice(0, min(SPAN, count)))
    if count <= SPAN:
        return first
    whole = np.empty((count, *first.shape[1:]), first.dtype)
    whole[:SPAN] = first

    def done(own: slice) -> None:
        rest = slice(own.start + SPAN, own.stop + SPAN)
        whole[rest] = work(rest)

    each_span(done, count - SPAN)
    return whole
