"""Parcels x zones: which parcels meet which zones, and the planar share of the parcel in each."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[Any]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def noise_m2(parcels: Geometries, area: Floats) -> Floats:
    """Area in m² that rounding of coordinates alone can make of each parcel's boundary; a piece no bigger is none.

    One float step of the largest coordinate along the whole perimeter, or 1e-9 of the parcel up to 1e-6 m², whichever is more.
    """
    reach = np.abs(shapely.bounds(parcels)).max(axis=1)
    step = np.spacing(np.where(np.isfinite(reach), reach, 0.0))
    return np.fmax(shapely.length(parcels) * step, np.fmin(1e-9 * area, 1e-6))


def snapped(piece: Floats, area: Floats, noise: Floats) -> Floats:
    """Shares of the parcels in (0, 1]; what differs from nothing or from the whole by noise only is exactly 0 or 1."""
    share = np.clip(piece / area, 0.0, 1.0)
    share[piece <= noise] = 0.0
    share[piece >= area - noise] = 1.0
    return share


def shares(parcels: Geometries, zones: Geometries) -> tuple[Integers, Integers, Floats]:
    """Positions of parcel and zone, and the share, of every pair that has ground in common; sorted by parcel, then zone."""
    area = shapely.area(parcels)
    parcel, zone = shapely.STRtree(zones).query(parcels, predicate="intersects")
    shapely.prepare(zones)
    inside = shapely.contains(zones[zone], parcels[parcel])
    piece = area[parcel].copy()
    cut = np.flatnonzero(~inside)
    piece[cut] = shapely.area(_intersection(parcels[parcel[cut]], zones[zone[cut]]))
    share = snapped(piece, area[parcel], noise_m2(parcels, area)[parcel])
    keep = np.flatnonzero(share > 0)
    keep = keep[np.lexsort((zone[keep], parcel[keep]))]
    return parcel[keep], zone[keep], share[keep]


def _intersection(left: Geometries, right: Geometries) -> Geometries:
    try:
        return np.asarray(shapely.intersection(left, right))
    except shapely.errors.GEOSException:
        return np.asarray(shapely.intersection(shapely.make_valid(left), shapely.make_valid(right)))
