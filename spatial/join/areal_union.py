"""Ground counted once: the share of each parcel inside the union of the zones of a group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from spatial.edges import covered, open_edged
from spatial.join.areal_edges import Flags, Floats, Geometries, Integers
from spatial.join.pieces import noise_m2, pair_shares, shares, snapped
from spatial.linked import linked
from spatial.rings import combined

SMALL = 4096
"""Pairs of zones with fewer pairs of vertices are compared all at once; larger ones are cut one by one."""

MANY = 1_000
"""Of more zones than this, those that cannot overlap by their edges are told apart before any pair is measured."""

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
    one, two, pair, first, second = _neighbours(row, zone, len(zones))
    lap = _overlaps(zones, first, second)[pair]
    asked = np.unique(row)
    ground = parcels[unions.parcel[asked]]
    area = shapely.area(ground)
    noise = noise_m2(ground, area) / area
    if lap.any():
        at, merged = _merged(parcels, zones, unions, row, zone, share, linked(one[lap], two[lap], len(row)))
        unions.share[at] = merged
    total = np.bincount(row, share, minlength=len(unions.parcel))[asked]
    merged = unions.share[asked]
    pieces = np.bincount(row, minlength=len(unions.parcel))[asked]
    unions.beside[asked] = np.abs(total - merged) <= noise * pieces
    unions.share[asked] = np.where(merged >= 1 - noise * pieces, 1.0, merged)


def _neighbours(row: Integers, zone: Integers, zone_count: int) -> tuple[Integers, Integers, Integers, Integers, Integers]:
    """Every meeting of two pieces on a parcel (one, two: positions of pieces) with the number of its pair of zones, and these pairs (first, second); `row` is sorted."""
    one, two = [], []
    for step in range(1, len(row)):
        together = np.flatnonzero(row[step:] == row[:-step])
        if not len(together):
            break
        one.append(together)
        two.append(together + step)
    at, beside = np.concatenate(one), np.concatenate(two)
    pairs, pair = np.unique(np.fmin(zone[at], zone[beside]) * zone_count + np.fmax(zone[at], zone[beside]), return_inverse=True)
    return at, beside, pair.reshape(-1), pairs // zone_count, pairs % zone_count


def _overlaps(zones: Geometries, first: Integers, second: Integers) -> Flags:
    """Whether pairs of zones share ground, beyond what rounding along their boundaries makes."""
    shared = np.zeros(len(first), dtype=bool)
    may = _restless(zones) if len(zones) > MANY else np.ones(len(zones), dtype=bool)
    asked = np.flatnonzero(may[first] & may[second])
    vertices = shapely.get_num_coordinates(zones)
    small = vertices[first[asked]] * vertices[second[asked]] <= SMALL
    shared[asked[small]] = pair_shares(zones, first[asked[small]], second[asked[small]]) > 0
    large = asked[~small]
    if len(large):
        copies, area, noise = _own_copies(zones), shapely.area(zones), noise_m2(zones, shapely.area(zones))
        one, two = copies[first[large]], copies[second[large]]
        both = shapely.area(combined(shapely.intersection, one, two))
        nested = shapely.contains(one, shapely.point_on_surface(two)) | shapely.contains(two, shapely.point_on_surface(one))
        shared[large] = nested | (snapped(both, area[first[large]], noise[first[large]]) > 0)
    return shared


def _restless(zones: Geometries) -> Flags:
    """Zones that may overlap another: those with an edge of their own or covered by one, and what lies beside them; see `spatial.edges`.

    It is asked of all zones, whichever of them meet on the parcels at hand.
    """
    usable = np.flatnonzero(~(shapely.is_missing(zones) | shapely.is_empty(zones)))
    shapes = zones[usable]
    one, two = (side.astype(np.int64) for side in shapely.STRtree(shapes).query(shapes))
    one, two = one[one != two], two[one != two]
    suspect = covered(shapes, one, two, ~shapely.is_valid(shapes) | open_edged(shapes))
    may = suspect.copy()
    may[one[suspect[two]]] = True
    flags = np.zeros(len(zones), dtype=bool)
    flags[usable] = may
    return flags


def _merged(parcels: Geometries, zones: Geometries, unions: Unions, row: Integers, zone: Integers, share: Floats, first: Integers) -> tuple[Integers, Floats]:
    """Rows in which pieces overlap, and their shares: the ground of pieces that hang together by overlaps (`first`: by the first of them) is that of their zones' merger.

    A parcel's pieces alone have a say in its share.
    """
    several = np.bincount(first, minlength=len(row)) > 1
    rows = np.unique(row[several[first]])
    own = np.flatnonzero(np.isin(row, rows))
    own = own[np.argsort(first[own], kind="stable")]
    starts = np.flatnonzero(np.r_[True, np.diff(first[own]) != 0])
    whose = row[own[starts]]
    part = share[own[starts]].copy()
    sets: dict[tuple[int, ...], list[int]] = {}
    for place, members in enumerate(np.split(zone[own], starts[1:])):
        if len(members) > 1:
            sets.setdefault(tuple(members.tolist()), []).append(place)
    ground = parcels[unions.parcel[whose]]
    vertices = shapely.get_num_coordinates(zones)
    asked, shapes = [], []
    for key, places in sets.items():
        merger = _union(zones[list(key)])
        if vertices[list(key)].sum() <= FEW:  # two fabrics a hair apart have a merger for each parcel
            asked += places
            shapes += [merger] * len(places)
            continue
        at = np.array(places)
        part[at] = 0.0
        parcel, _, held = shares(ground[at], np.array([merger], dtype=object))
        part[at[parcel]] = held
    if asked:
        cut, area = shapely.area(combined(shapely.intersection, ground[asked], np.array(shapes, dtype=object))), shapely.area(ground[asked])
        part[asked] = snapped(cut, area, noise_m2(ground[asked], area))
    most, count = np.maximum.reduceat(share[own], starts), np.add.reduceat(share[own], starts)
    part = np.clip(part, most, np.fmin(count, 1.0))  # no less than one, no more than all
    return rows, np.fmin(np.bincount(np.searchsorted(rows, whose), part), 1.0)


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
