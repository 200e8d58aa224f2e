"""Ground counted once: the share of each parcel inside the union of the zones of a group."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.join.pieces import Floats, Geometries, Integers, noise_m2, snapped


def union_shares(parcels: Geometries, zones: Geometries, parcel: Integers, zone: Integers, share: Floats,
                 group: Integers) -> tuple[Integers, Integers, Floats, NDArray[np.bool_]]:
    """Parcel, group, share inside the group's union, and whether the pieces lie side by side; sorted by parcel, then group.

    `group` gives a number for each piece; pieces are sorted by parcel. Zones that do not overlap on a parcel add up.
    """
    order = np.lexsort((group, parcel))
    parcel, zone, share, group = parcel[order], zone[order], share[order], group[order]
    start = np.flatnonzero(np.r_[True, (parcel[1:] != parcel[:-1]) | (group[1:] != group[:-1])]) if len(parcel) else np.zeros(0, np.int64)
    count = np.diff(np.r_[start, len(parcel)])
    total = np.add.reduceat(share, start) if len(start) else np.zeros(0)
    largest = np.maximum.reduceat(share, start) if len(start) else np.zeros(0)
    beside = count == 1
    result = np.where(beside, total, largest)
    for k in np.flatnonzero((count > 1)):
        own = zone[start[k]:start[k] + count[k]]
        ground = parcels[parcel[start[k]]]
        area = shapely.area(ground)
        merged = shapely.area(shapely.union_all(shapely.intersection(ground, zones[own])))
        noise = noise_m2(np.array([ground]), np.array([area]))
        result[k] = snapped(np.array([merged]), np.array([area]), noise)[0]
        beside[k] = abs(total[k] - result[k]) * area <= noise[0] * count[k]
    return parcel[start], group[start], result, beside
