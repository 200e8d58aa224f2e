"""Parcels x zones: which parcels meet which zones, and the planar share of the parcel in each."""

from __future__ import annotations

import numpy as np
import shapely

from spatial.join.areal_cells import settle
from spatial.join.areal_edges import Flags, Floats, Geometries, Integers, edges_of
from spatial.join.areal_near import Boundaries, near_areas


def noise_m2(parcels: Geometries, area: Floats) -> Floats:
    """Area in m² that rounding of coordinates alone can make of each parcel's boundary; a piece no bigger is none.

    One float step of the largest coordinate along the whole perimeter, or 1e-9 of the parcel up to 1e-6 m², whichever is more.
    """
    reach = np.abs(shapely.bounds(parcels)).max(axis=1)
    step = np.spacing(np.where(np.isfinite(reach), reach, 0.0))
    return np.fmax(shapely.length(parcels) * step, np.fmin(1e-9 * area, 1e-6))


def snapped(piece: Floats, area: Floats, noise: Floats) -> Floats:
    """Shares of the parcels in (0, 1]; what differs from nothing or from the whole by noise only is exactly 0 or 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(piece / area, 0.0, 1.0)
    share[piece >= area - noise] = 1.0
    share[~(piece > noise)] = 0.0
    return share


def shares(parcels: Geometries, zones: Geometries) -> tuple[Integers, Integers, Floats]:
    """Positions of parcel and zone, and the share, of every pair that has ground in common; sorted by parcel, then zone.

    Of each pair the one with the smaller box is measured, so that villages in towns cost no more than towns over villages.
    """
    boxes, reach = shapely.bounds(parcels), shapely.bounds(zones)
    size, extent = _sizes(boxes), _sizes(reach)
    subject, other = np.flatnonzero(size <= np.fmax.reduce(extent, initial=0.0)), np.flatnonzero(extent >= np.fmin.reduce(size, initial=np.inf))
    own, at, ground = _shared(parcels, boxes, size, subject, zones, extent, other)
    small, large = _inner(boxes, size, reach, extent)
    whole = ground == np.inf
    if len(small):
        inner, outer, more = _shared(zones, reach, np.nextafter(extent, np.inf), small, parcels, size, large)
        area = shapely.area(zones[inner])
        more = area * snapped(more, area, noise_m2(zones[inner], area))  # the same whether the grid settled it or the measure
        own, at, ground, whole = np.r_[own, outer], np.r_[at, inner], np.r_[ground, more], np.r_[whole, np.zeros(len(more), dtype=bool)]
    share = np.ones(len(own))
    cut = np.flatnonzero(~whole)
    some, back = np.unique(own[cut], return_inverse=True)
    area = shapely.area(parcels[some])
    share[cut] = snapped(ground[cut], area[back], noise_m2(parcels[some], area)[back])
    kept = share > 0
    own, at, share = own[kept], at[kept], share[kept]
    order = np.argsort(own * len(zones) + at, kind="stable")
    return own[order], at[order], share[order]


def pair_shares(polygons: Geometries, first: Integers, second: Integers) -> Floats:
    """Of each pair of polygons of one layer the share of the smaller in the larger, by their boxes; a pair stands once."""
    boxes = shapely.bounds(polygons)
    size = _sizes(boxes)
    swap = size[second] < size[first]
    subject, other = np.where(swap, second, first), np.where(swap, first, second)
    own, at = np.unique(subject), np.unique(other)
    ground, area = polygons[own], shapely.area(polygons[own])
    key = np.searchsorted(own, subject) * len(at) + np.searchsorted(at, other)
    held, order = np.zeros(len(key)), np.argsort(key)
    one, two, part = near_areas(ground, boxes[own], area, Boundaries(polygons[at], edges_of(polygons[at]), size[at]), size[own], key[order])
    held[order[np.searchsorted(key[order], one * len(at) + two)]] = snapped(part, area[one], noise_m2(ground, area)[one])
    return held


def _sizes(boxes: Floats) -> Floats:
    """The area of each box; nan of what has none."""
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))


def _inner(parcels: Floats, size: Floats, zones: Floats, extent: Floats) -> tuple[Integers, Integers]:
    """Positions of the zones, and of the parcels, whose boxes meet where the zone's is the smaller; few zones are smaller than a parcel as a rule."""
    small = np.flatnonzero(extent < np.fmax.reduce(size, initial=0.0))
    large = np.flatnonzero(size > np.fmin.reduce(extent[small], initial=np.inf))
    if len(small) and len(large):
        large = large[_meets(parcels[large], np.r_[zones[small, :2].min(axis=0), zones[small, 2:].max(axis=0)])]
    if not len(small) or not len(large):
        return small[:0], large[:0]
    one, two = shapely.STRtree(shapely.box(*zones[small].T)).query(shapely.box(*parcels[large].T))
    inside = size[large[one]] > extent[small[two]]
    return np.unique(small[two[inside]]), np.unique(large[one[inside]])


def _meets(boxes: Floats, box: Floats) -> Flags:
    return np.asarray((boxes[:, 0] <= box[2]) & (boxes[:, 2] >= box[0]) & (boxes[:, 1] <= box[3]) & (boxes[:, 3] >= box[1]))


def _shared(subjects: Geometries, boxes: Floats, least: Floats, of: Integers, others: Geometries, size: Floats, among: Integers) -> tuple[Integers, Integers, Floats]:
    """Positions of subject and other, and the m² they share: of the subjects `of`, and of those `among` the others that are at least as large as each asks.

    Subjects that no boundary comes near are settled on a grid, whole: infinite m²; the others are measured against the edges around them.
    """
    none = np.zeros(0, dtype=np.int64)
    if not len(of) or not len(among):
        return none, none, np.zeros(0)
    every = len(among) == len(others)
    held = others if every else others[among]
    edges = edges_of(held)
    whole = len(of) == len(subjects)
    settled = settle(boxes if whole else boxes[of], edges, len(held))
    subject, other, shared = of[settled.parcel], settled.zone, np.full(len(settled.parcel), np.inf)
    near = of[settled.near]
    if len(near):
        ground = subjects[near]
        own, at, part = near_areas(ground, boxes[near], shapely.area(ground), Boundaries(held, edges, size if every else size[among]), least[near])
        subject, other, shared = np.r_[subject, near[own]], np.r_[other, at], np.r_[shared, part]
    return subject, among[other], shared
