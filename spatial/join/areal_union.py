"""Ground counted once: the share of each parcel inside the union of the zones of a group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from spatial.join.areal_edges import Flags, Floats, Geometries, Integers
from spatial.join.pieces import noise_m2, shares, snapped
from spatial.rings import combined

SMALL = 4096
"""Pairs of zones with fewer pairs of vertices are compared all at once; larger ones are cut one by one."""

FEW = 256
"""Zones with no more vertices in all are merged and cut all at once; which way a parcel goes hangs on its own zones alone."""


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
    first, second, pair, where = _neighbours(row, zone, len(zones))
    lap = _overlaps(zones, first, second)
    overlapping = np.zeros(len(unions.parcel), dtype=bool)
    overlapping[where[lap[pair]]] = True
    asked = np.unique(row)
    ground = parcels[unions.parcel[asked]]
    area = shapely.area(ground)
    noise = noise_m2(ground, area) / area
    if overlapping.any():
        unions.share[overlapping] = _merged(parcels, zones, unions, overlapping, row, zone, share)
    total = np.bincount(row, share, minlength=len(unions.parcel))[asked]
    merged = unions.share[asked]
    pieces = np.bincount(row, minlength=len(unions.parcel))[asked]
    unions.beside[asked] = np.abs(total - merged) <= noise * pieces
    unions.share[asked] = np.where(merged >= 1 - noise * pieces, 1.0, merged)


def _neighbours(row: Integers, zone: Integers, zone_count: int) -> tuple[Integers, Integers, Integers, Integers]:
    """The pairs of zones that meet on a parcel (first, second), and of every meeting the pair's number and the row; `row` is sorted."""
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
    pairs, pair = np.unique(np.concatenate(keys), return_inverse=True)
    return pairs // zone_count, pairs % zone_count, pair.reshape(-1), np.concatenate(rows)


def _overlaps(zones: Geometries, first: Integers, second: Integers) -> Flags:
    """Whether pairs of zones share ground, beyond what rounding along their boundaries makes."""
    vertices = shapely.get_num_coordinates(zones)
    small = vertices[first] * vertices[second] <= SMALL
    shared = np.zeros(len(first))
    asked = np.unique(first[small])
    own, other, share = shares(zones[asked], zones)
    key, wanted = asked[own] * len(zones) + other, first * len(zones) + second
    place = np.searchsorted(key, wanted[small])
    place[place == len(key)] = 0
    shared[small] = np.where(key[place] == wanted[small], share[place], 0.0) if len(key) else 0.0
    large = np.flatnonzero(~small)
    if len(large):
        copies, area, noise = _own_copies(zones), shapely.area(zones), noise_m2(zones, shapely.area(zones))
        one, two = copies[first[large]], copies[second[large]]
        both = shapely.area(combined(shapely.intersection, one, two))
        nested = shapely.contains(one, shapely.point_on_surface(two)) | shapely.contains(two, shapely.point_on_surface(one))
        shared[large] = np.where(nested, 1.0, snapped(both, area[first[large]], noise[first[large]]))
    return np.asarray(shared > 0)


def _merged(parcels: Geometries, zones: Geometries, unions: Unions, overlapping: Flags, row: Integers, zone: Integers, share: Floats) -> Floats:
    """Shares of the overlapping rows in the merger of the very zones that the row has pieces in, so that no other parcel has a say in them."""
    own = np.flatnonzero(overlapping[row])
    starts = np.flatnonzero(np.r_[True, np.diff(row[own]) != 0])
    rows = row[own][starts]
    sets: dict[tuple[int, ...], list[int]] = {}
    for place, members in enumerate(np.split(zone[own], starts[1:])):
        sets.setdefault(tuple(members.tolist()), []).append(place)
    merged = np.zeros(len(rows))
    ground = parcels[unions.parcel[rows]]
    vertices = shapely.get_num_coordinates(zones)
    asked, shapes = [], []
    for key, places in sets.items():
        merger = _union(zones[list(key)])
        if vertices[list(key)].sum() <= FEW:  # two fabrics a hair apart have a merger for each parcel
            asked += places
            shapes += [merger] * len(places)
            continue
        at = np.array(places)
        parcel, _, part = shares(ground[at], np.array([merger], dtype=object))
        merged[at[parcel]] = part
    if asked:
        cut, area = shapely.area(combined(shapely.intersection, ground[asked], np.array(shapes, dtype=object))), shapely.area(ground[asked])
        merged[asked] = snapped(cut, area, noise_m2(ground[asked], area))
    most, count = np.maximum.reduceat(share[own], starts), np.add.reduceat(share[own], starts)
    return np.clip(merged, most, np.fmin(count, 1.0))  # no less than one, no more than all


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
