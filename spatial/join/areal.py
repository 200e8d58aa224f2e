"""Areal allocation: how the ground of each parcel is shared out among zones, by area, to the largest piece, or by a point."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, found
from spatial.join.areal_edges import Flags, Floats, Geometries, Integers
from spatial.join.areal_points import locate
from spatial.join.areal_union import union_shares
from spatial.join.pieces import shares
from spatial.schema.sums import total

Rule = Literal["area", "largest", "point"]
TIE = 1e-9
"""Shares that differ by less, relative to the larger, are a tie."""

LEAST_OVERLAP_M2 = 0.05  # less is what reprojection does to a shared edge


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the allocation did: pairs of parcel and zone, parcels by how they lie, and the worst closure of pieces against the union."""

    rule: Rule
    pairs: int
    whole_parcels: int
    cut_parcels: int
    outside_parcels: int
    overlap_parcels: int
    no_ground_parcels: int
    worst_closure: float
    first_no_ground: int = -1


@dataclass(frozen=True, slots=True)
class Allocation:
    """Pieces (parcel and zone by position, share in (0, 1]), and the share of each parcel inside the union of the zones."""

    pieces: pd.DataFrame
    inside_share: NDArray[np.float64]
    receipt: Receipt


def allocate(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, *, rule: Rule) -> Allocation:
    """Share the ground of parcels out among zones.

    Parameters
    ----------
    parcels : GeoDataFrame, valid polygons in a projected CRS
    zones : GeoDataFrame with zone_id, valid polygons in the same CRS; they may overlap, nest, and leave gaps
    rule : "area" gives each zone the planar share of the parcel that lies in it; "largest" the whole parcel to the zone with
        most of it, the ground outside competing as one candidate; "point" the whole parcel to the zones of its representative point

    Returns
    -------
    Allocation
        `pieces` sorted by parcel, then zone id. Under "area" zones side by side close against the parcel exactly, and zones that
        overlap each have their full piece. The ground outside is 1 - inside_share.
    """
    shapes, by_id = _polygons(parcels), _by_id(zones)
    areas = _polygons(zones)[by_id]  # in the order of their ids, so that results do not depend on the order of rows
    parcel, zone, share = shares(shapes, areas)
    unions = union_shares(shapes, areas, parcel, zone, share, np.zeros(len(parcel), dtype=np.int64))
    inside, beside = np.zeros(len(shapes)), np.ones(len(shapes), dtype=bool)
    inside[unions.parcel], beside[unions.parcel] = unions.share, unions.beside
    share = _closed(parcel, share, inside, beside)
    receipt = _receipt(rule, shapes, parcel, share, inside, beside)
    if rule == "largest":
        parcel, zone, inside = _largest(parcel, zone, share, inside)
    elif rule == "point":
        parcel, zone, inside = _by_point(shapes, areas, parcel, zone, share)
    if rule != "area":
        share = np.ones(len(parcel))
        receipt = replace(receipt, pairs=len(parcel))
    return Allocation(pd.DataFrame({"parcel": parcel, "zone": by_id[zone], "share": share}), inside, receipt)


def group_shares(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, pieces: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Share of each parcel inside the union of all zones of a group, under the area rule; ground counts once within a group.

    Parameters
    ----------
    pieces : the `pieces` of `allocate(..., rule="area")` on the same parcels and zones
    groups : label of each zone, in the order of `zones`; zones without a label belong to no group

    Returns
    -------
    DataFrame of parcel (position), group (label), share; sorted by parcel, then label
    """
    codes, labels = pd.factorize(np.asarray(groups, dtype=object), sort=False)
    by_name = np.argsort(np.array([str(label) for label in labels]), kind="stable")
    place = np.empty(len(labels) + 1, dtype=np.int64)
    place[by_name], place[-1] = np.arange(len(labels)), -1
    group = place[codes][pieces["zone"].to_numpy()]
    known = group >= 0
    unions = union_shares(
        _polygons(parcels), _polygons(zones), pieces["parcel"].to_numpy()[known], pieces["zone"].to_numpy()[known],
        pieces["share"].to_numpy()[known], group[known])
    names = np.asarray(labels, dtype=object)[by_name]
    return pd.DataFrame({"parcel": unions.parcel, "group": names[unions.group], "share": unions.share})


def locate_points(points: gpd.GeoSeries | Geometries, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """Point and zone, by position: every zone a point is strictly inside, and of the zones on whose edge it lies the smallest id."""
    by_id = _by_id(zones)
    point, zone = locate(np.asarray(points, dtype=object), _polygons(zones)[by_id])
    return pd.DataFrame({"point": point, "zone": by_id[zone]})


def findings_of(allocation: Allocation, parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, *, role: str = "carriers") -> list[Finding]:
    """What a reader must know of an allocation: zones without parcels, ground counted by several zones, parcels without ground."""
    receipt, listed = allocation.receipt, []
    if len(zones) and len(parcels) and not receipt.pairs:
        listed.append(found("allocation.no_parcel_inside", role=role, count=len(zones)))
    if receipt.overlap_parcels:
        each = np.bincount(allocation.pieces["parcel"], allocation.pieces["share"], minlength=len(parcels))
        twice = total(np.fmax(each - allocation.inside_share, 0) * parcels["area_m2"].to_numpy())
        if twice >= LEAST_OVERLAP_M2:
            listed.append(found("allocation.zones_overlap", role=role, count=receipt.overlap_parcels, overlap_m2=f"{twice:,.1f}"))
    if receipt.no_ground_parcels:
        first = receipt.first_no_ground
        row = int(parcels["row"].iloc[first]) if "row" in parcels else first + 1
        listed.append(found("allocation.no_ground", role="parcels", row=row, count=receipt.no_ground_parcels))
    return listed


def _polygons(layer: gpd.GeoDataFrame) -> Geometries:
    return np.asarray(layer.geometry.array, dtype=object)


def _by_id(zones: gpd.GeoDataFrame) -> Integers:
    """Positions of the zones in the string order of their ids."""
    return np.argsort(zones["zone_id"].astype(str).to_numpy(dtype=object), kind="stable").astype(np.int64)


def _receipt(rule: Rule, shapes: Geometries, parcel: Integers, share: Floats, inside: Floats, beside: Flags) -> Receipt:
    empty = np.flatnonzero(~(shapely.area(shapes) > 0))
    gap = np.abs(np.bincount(parcel, share, minlength=len(inside)) - inside)
    return Receipt(rule, len(parcel), whole_parcels=int((inside == 1).sum()), cut_parcels=int(((inside > 0) & (inside < 1)).sum()),
                   outside_parcels=int((inside == 0).sum()), overlap_parcels=int((~beside).sum()),
                   no_ground_parcels=len(empty), worst_closure=float(gap[beside].max(initial=0.0)), first_no_ground=int(empty[0]) if len(empty) else -1)


def _closed(parcel: Integers, share: Floats, inside: Floats, beside: Flags) -> Floats:
    """Shares whose float sum is the inside share; the residue goes to the largest piece of the parcel."""
    residue = np.where(beside, inside - np.bincount(parcel, share, minlength=len(inside)), 0.0)
    off = np.flatnonzero(residue[parcel])
    order = off[np.lexsort((-share[off], parcel[off]))]
    first = order[_firsts(parcel[order])]
    closed = share.copy()
    closed[first] += residue[parcel[first]]
    return closed


def _firsts(sorted_values: Integers) -> Flags:
    """Where a run of equal values begins."""
    starts = np.ones(len(sorted_values), dtype=bool)
    starts[1:] = sorted_values[1:] != sorted_values[:-1]
    return starts


def _largest(parcel: Integers, zone: Integers, share: Floats, inside: Floats) -> tuple[Integers, Integers, Floats]:
    """The whole parcel to its largest piece; ties to the first piece, the ground outside last."""
    most = np.zeros(len(inside))
    np.maximum.at(most, parcel, share)
    level = np.fmax(most, 1 - inside) * (1 - TIE)
    near = np.flatnonzero(share >= level[parcel])
    first = near[_firsts(parcel[near])]
    won = np.zeros(len(inside))
    won[parcel[first]] = 1.0
    return parcel[first], zone[first], won


def _by_point(shapes: Geometries, areas: Geometries, parcel: Integers, zone: Integers,
              share: Floats) -> tuple[Integers, Integers, Floats]:
    """The whole parcel to the zones of its representative point; only parcels that a boundary cuts need the point itself."""
    doubtful = np.zeros(len(shapes), dtype=bool)
    doubtful[parcel[share < 1]] = True
    asked = np.flatnonzero(doubtful)
    point, at = locate(np.asarray(shapely.point_on_surface(shapes[asked])), areas)
    sure = ~doubtful[parcel]
    parcel, zone = np.r_[parcel[sure], asked[point]], np.r_[zone[sure], at]
    order = np.lexsort((zone, parcel))
    inside = np.zeros(len(shapes))
    inside[parcel] = 1.0
    return parcel[order], zone[order], inside
