"""Parcels x zones: which parcels meet which zones, and the planar share of the parcel in each."""

from __future__ import annotations

import numpy as np
import shapely

from spatial.join.areal_cells import settle
from spatial.join.areal_edges import Floats, Geometries, Integers, edges_of
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

    Parcels that no boundary comes near are settled on a grid; the others are measured against the edges around them.
    """
    edges = edges_of(zones)
    boxes = shapely.bounds(parcels)
    known = np.flatnonzero(np.isfinite(boxes).all(axis=1))
    whole = len(known) == len(parcels)
    settled = settle(boxes if whole else boxes[known], edges, len(zones))
    near = known[settled.near]
    parcel, zone, share = known[settled.parcel], settled.zone, np.ones(len(settled.parcel))
    if len(near):
        ground, area = parcels[near], shapely.area(parcels[near])
        own, at, shared = near_areas(ground, boxes[near], area, Boundaries(zones, edges))
        cut = snapped(shared, area[own], noise_m2(ground, area)[own])
        kept = np.flatnonzero(cut > 0)
        parcel, zone, share = np.r_[parcel, near[own[kept]]], np.r_[zone, at[kept]], np.r_[share, cut[kept]]
    order = np.argsort(parcel * len(zones) + zone, kind="stable")
    return parcel[order], zone[order], share[order]
