"""Zone layers resolved on the parcels: pieces, inside shares and types, ready for the membership table."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from spatial.errors import Finding
from spatial.join.areal import Allocation, findings_of
from spatial.join.ground import Frame, Ground, Positions
from spatial.join.membership import Layer


def resolve(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, rule: Any, *, role: str, ground: Ground | None = None, only: Positions | None = None) -> tuple[Layer, Allocation, list[Finding]]:
    """Allot the parcels to one zone layer.

    Parameters
    ----------
    parcels : polygons in the working CRS with area_m2
    zones : carrier_id and, for carriers, carrier_name and carrier_type; each id once; same CRS
    rule : area | largest | point
    ground : answers for the parcels' geometry where the frame has none
    only : positions of the parcels meant, where not all are
    """
    ground = ground or Frame(parcels)
    named = zones.rename(columns={"carrier_id": "zone_id"})
    done = ground.allocate(named, rule, only)
    names = zones["carrier_name"] if "carrier_name" in zones else pd.Series(None, index=zones.index, dtype=object)
    rows = pd.DataFrame({"id": zones["carrier_id"], "name": names.where(names.notna(), zones["carrier_id"]), "kind": "carrier"})
    groups = None
    if role == "carriers" and "carrier_type" in zones and zones["carrier_type"].notna().any():
        groups = _groups(ground, named, done, zones["carrier_type"], rule)
    return Layer(rows, done.pieces, done.inside_share, groups), done, findings_of(done, parcels if only is None else parcels.iloc[only], named, role=role)


def _groups(ground: Ground, zones: gpd.GeoDataFrame, done: Allocation, types: pd.Series, rule: str) -> pd.DataFrame:
    """Share of each parcel in each carrier type; ground in two carriers of one type counts once."""
    labels = types.where(types.notna(), None).reset_index(drop=True)
    if rule == "area":
        return ground.group_shares(zones, done.pieces, labels)
    pairs = done.pieces.assign(group=labels.to_numpy(object)[done.pieces["zone"].to_numpy()])
    return pairs[pairs["group"].notna()].drop_duplicates(["parcel", "group"])[["parcel", "group", "share"]]


def largest_piece(layer: Layer, count: int) -> pd.DataFrame:
    """The carrier with the largest piece of each parcel and its share; ties to the smallest id; missing where there is none."""
    ids = layer.zones["id"].to_numpy(object)
    pieces = layer.pieces.assign(id=ids[layer.pieces["zone"].to_numpy()], size=layer.pieces["share"].round(9))
    best = pieces.sort_values(["parcel", "size", "id"], ascending=[True, False, True], kind="stable").drop_duplicates("parcel").set_index("parcel")
    return pd.DataFrame({"carrier_id": best["id"].reindex(range(count)).astype(object).where(lambda s: s.notna(), None),
                         "carrier_share": best["share"].reindex(range(count)).fillna(0.0)})
