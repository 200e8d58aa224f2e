"""Ground counted once: the share of each parcel inside the union of the zones of a group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from spatial.join.areal_edges import Flags, Floats, Geometries, Integers
from spatial.join.pieces import noise_m2, shares


@dataclass(frozen=True, slots=True)
class Unions:
    """One row a parcel and group, sorted so: the share inside the group's union, and whether the group's pieces lie side by side."""

    parcel: Integers
    group: Integers
    share: Floats
    beside: Flags


def union_shares(parcels: Geometries, zones: Geometries, parcel: Integers, zone: Integers, share: Floats, group: Integers) -> Unions:
    """Share of each parcel inside the union of a group's zones; `parcel`, `zone`, `share`, `group` say it piece by piece.

    Pieces that do not overlap add up. Only where zones of one group do overlap, and none holds the parcel whole, are the zones
    merged and the parcel measured against the merger.
    """
    order = np.lexsort((group, parcel)) if group.any() else np.arange(len(parcel))
    parcel, zone, share, group = parcel[order], zone[order], share[order], group[order]
    starts = np.ones(len(parcel), dtype=bool)
    starts[1:] = (parcel[1:] != parcel[:-1]) | (group[1:] != group[:-1])
    start, row = np.flatnonzero(starts), np.cumsum(starts) - 1
    total = np.bincount(row, share, minlength=len(start))
    whole = np.bincount(row, share == 1.0, minlength=len(start)) > 0
    several = np.bincount(row, minlength=len(start)) > 1
    unions = Unions(parcel[start], group[start], np.where(whole, 1.0, total), ~(whole & several))
    open_rows = several & ~whole
    if open_rows.any():
        asked = np.flatnonzero(open_rows[row])
        _merge(parcels, zones, unions, row[asked], zone[asked], share[asked])
    return unions


def _merge(parcels: Geometries, zones: Geometries, unions: Unions, row: Integers, zone: Integers, share: Floats) -> None:
    """Settle the rows with several cut pieces: where zones overlap, the share in their merger; a float's breath from the whole is 1."""
    first, second, where = _neighbours(row, zone, len(zones))
    lap = _overlaps(zones, first, second)
    overlapping = np.zeros(len(unions.parcel), dtype=bool)
    overlapping[np.concatenate([np.zeros(0, dtype=np.int64), *(where[k] for k in np.flatnonzero(lap))])] = True
    asked = np.unique(row)
    ground = parcels[unions.parcel[asked]]
    area = shapely.area(ground)
    noise = noise_m2(ground, area) / area
    if overlapping.any():
        cluster = _clusters(zones, first[lap], second[lap])
        unions.share[overlapping] = _merged(parcels, zones, cluster, unions, overlapping, row, zone, share)
    total = np.bincount(row, share, minlength=len(unions.parcel))[asked]
    merged = unions.share[asked]
    pieces = np.bincount(row, minlength=len(unions.parcel))[asked]
    unions.beside[asked] = np.abs(total - merged) <= noise * pieces
    unions.share[asked] = np.where(merged >= 1 - noise * pieces, 1.0, merged)


def _neighbours(row: Integers, zone: Integers, zone_count: int) -> tuple[Integers, Integers, list[Integers]]:
    """The pairs of zones that meet on a parcel, and for each pair the rows where they do; `row` is sorted."""
    keys, rows = [], []
    step = 1
    while step < len(row):
        together = np.flatnonzero(row[step:] == row[:-step])
        if not len(together):
            break
        one, two = zone[together], zone[together + step]
        keys.append(np.fmin(one, two) * zone_count + np.fmax(one, two))
        rows.append(row[together])
        step += 1
    key, where = np.concatenate(keys), np.concatenate(rows)
    order = np.argsort(key, kind="stable")
    pairs, start = np.unique(key[order], return_index=True)
    return pairs // zone_count, pairs % zone_count, np.split(where[order], start[1:])


def _overlaps(zones: Geometries, first: Integers, second: Integers) -> Flags:
    """Whether pairs of zones share ground, beyond what rounding along their boundaries makes."""
    copies = _own_copies(zones)
    try:
        shared = shapely.area(shapely.intersection(copies[first], copies[second]))
    except shapely.errors.GEOSException:
        valid = shapely.make_valid(copies)
        shared = np.array([_shared_area(valid[a], valid[b]) for a, b in zip(first, second, strict=True)])
    reach = np.abs(shapely.bounds(zones)).max(axis=1)
    length = np.fmin(shapely.length(zones[first]), shapely.length(zones[second]))
    return np.asarray(shared > length * np.spacing(np.fmax(reach[first], reach[second])))


def _shared_area(one: shapely.Geometry, two: shapely.Geometry) -> float:
    try:
        return float(shapely.area(shapely.intersection(one, two)))
    except shapely.errors.GEOSException:
        return float("inf")  # taken to overlap: the merger decides


def _clusters(zones: Geometries, first: Integers, second: Integers) -> Integers:
    """For each zone the smallest position among the zones it hangs together with by overlaps."""
    cluster = np.arange(len(zones))
    while True:
        low = np.fmin(cluster[first], cluster[second])
        before = cluster.copy()
        np.minimum.at(cluster, first, low)
        np.minimum.at(cluster, second, low)
        cluster = cluster[cluster]
        if (cluster == before).all():
            return cluster


def _merged(parcels: Geometries, zones: Geometries, cluster: Integers, unions: Unions, overlapping: Flags, row: Integers,
            zone: Integers, share: Floats) -> Floats:
    """Shares of the overlapping rows: for each cluster of the row's group the share in its merger, summed."""
    own = np.flatnonzero(overlapping[row])
    names, code = np.unique(np.column_stack((unions.group[row[own]], cluster[zone[own]])), axis=0, return_inverse=True)
    code = code.reshape(-1)
    members = np.unique(np.column_stack((code, zone[own])), axis=0)
    mergers = np.array([_union(zones[members[members[:, 0] == k, 1]]) for k in range(len(names))], dtype=object)
    result = np.zeros(len(unions.parcel))
    asked, back = np.unique(unions.parcel[row[own]], return_inverse=True)
    parcel, merger, part = shares(parcels[asked], mergers)
    wanted = np.unique(np.column_stack((back * len(names) + code, row[own])), axis=0)
    place = np.searchsorted(wanted[:, 0], parcel * len(names) + merger)
    hit = (place < len(wanted)) & (wanted[np.fmin(place, len(wanted) - 1), 0] == parcel * len(names) + merger)
    np.add.at(result, wanted[place[hit], 1], part[hit])
    return np.fmin(result[overlapping], 1.0)


def _union(zones: Geometries) -> shapely.Geometry:
    copies = _own_copies(zones)
    for attempt in (lambda: shapely.union_all(copies), lambda: shapely.union_all(shapely.make_valid(copies)),
                    lambda: shapely.union_all(shapely.make_valid(copies), grid_size=1e-6)):
        try:
            return attempt()
        except shapely.errors.GEOSException:
            continue
    return shapely.union_all(shapely.buffer(copies, 0))


def _own_copies(zones: Geometries) -> Geometries:
    """Copies on full floating precision: a grid once set on a geometry sticks to it and would snap what is measured."""
    return np.asarray(shapely.from_wkb(shapely.to_wkb(zones)), dtype=object)
