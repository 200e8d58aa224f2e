"""Zone layers resolved on the parcels: pieces, inside shares and types, ready for the membership table."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding
from spatial.join.areal import Allocation, allocate, findings_of, group_shares
from spatial.join.membership import Layer


def resolve(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, rule: Any, *, role: str) -> tuple[Layer, Allocation, list[Finding]]:
    """Allot the parcels to one zone layer.

    Parameters
    ----------
    parcels : polygons in the working CRS with area_m2
    zones : carrier_id and, for carriers, carrier_name and carrier_type; each id once; same CRS
    rule : area | largest | point
    """
    named = zones.rename(columns={"carrier_id": "zone_id"})
    done = allocate(parcels, named, rule=rule)
    names = zones["carrier_name"] if "carrier_name" in zones else pd.Series(None, index=zones.index, dtype=object)
    rows = pd.DataFrame({"id": zones["carrier_id"], "name": names.where(names.notna(), zones["carrier_id"]), "kind": "carrier"})
    groups = None
    if role == "carriers" and "carrier_type" in zones and zones["carrier_type"].notna().any():
        groups = _groups(parcels, named, done, zones["carrier_type"], rule)
    return Layer(rows, done.pieces, done.inside_share, groups), done, findings_of(done, parcels, named, role=role)


def _groups(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, done: Allocation, types: pd.Series, rule: str) -> pd.DataFrame:
    """Share of each parcel in each carrier type; ground in two carriers of one type counts once."""
    labels = types.where(types.notna(), None).reset_index(drop=True)
    if rule == "area":
        return group_shares(parcels, zones, done.pieces, labels)
    pairs = done.pieces.assign(group=labels.to_numpy(object)[done.pieces["zone"].to_numpy()])
    return pairs[pairs["group"].notna()].drop_duplicates(["parcel", "group"])[["parcel", "group", "share"]]


def largest_piece(layer: Layer, count: int) -> pd.DataFrame:
    """The carrier with the largest piece of each parcel and its share; ties to the smallest id; missing where there is none."""
    ids = layer.zones["id"].to_numpy(object)
    pieces = layer.pieces.assign(id=ids[layer.pieces["zone"].to_numpy()], size=layer.pieces["share"].round(9))
    best = pieces.sort_values(["parcel", "size", "id"], ascending=[True, False, True], kind="stable").drop_duplicates("parcel").set_index("parcel")
    return pd.DataFrame({"carrier_id": best["id"].reindex(range(count)).astype(object).where(lambda s: s.notna(), None),
                         "carrier_share": best["share"].reindex(range(count)).fillna(0.0)})


def share_within(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, carriers: gpd.GeoDataFrame, pieces: pd.DataFrame, inside: NDArray[np.float64]) -> NDArray[np.float64]:
    """Beside each piece of another layer: the share of the parcel that lies in that zone and in carriers.

    Known without cutting where the parcel is whole in the zone, or whole in or out of the carriers; measured for the few that
    both boundaries cut.
    """
    parcel, zone = pieces["parcel"].to_numpy(np.int64), pieces["zone"].to_numpy(np.int64)
    share = pieces["share"].to_numpy(float)
    within = share * inside[parcel]
    both = np.flatnonzero((share < 1) & (inside[parcel] > 0) & (inside[parcel] < 1))
    if not len(both):
        return within
    shapes = parcels.geometry.to_numpy()
    grounds = carriers.geometry.to_numpy()
    tree = shapely.STRtree(grounds)
    for i in both.tolist():
        shape = shapes[parcel[i]]
        near = shapely.union_all(shapely.intersection(grounds[tree.query(shape, predicate="intersects")], shape))
        common = shapely.intersection(near, zones.geometry.iloc[int(zone[i])])
        within[i] = min(shapely.area(common) / shapely.area(shape), share[i], inside[parcel[i]])
    return within
