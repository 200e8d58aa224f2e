"""Quota (农转用批次) in the zones: where the ground of each approval batch lies, so that new land can be counted by quota as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from spatial.join.ground import share_within
from spatial.join.membership import membership
from spatial.join.resolve import resolve
from spatial.schema.joined import Layer, Located, Membership, Placed
from spatial.schema.shares import Shares
from spatial.schema.study import Study


def quota_of(rows: pd.DataFrame, shapes: Any, members: Membership, carriers: gpd.GeoDataFrame, zone_layers: Mapping[str, gpd.GeoDataFrame],
             study: Study) -> tuple[pd.DataFrame, Placed] | None:
    """The batches with their shares in the zones of the run, shared out by the study's allocation; None where they have no geometry.

    rows : approval_date, area_m2 (stated, else measured)
    shapes : polygons in the working CRS, or None
    """
    if shapes is None or not len(carriers):
        return None
    batches = gpd.GeoDataFrame({"area_m2": rows["area_m2"].fillna(0.0)}, geometry=shapes, crs=carriers.crs).reset_index(drop=True)
    held, _, _ = resolve(batches, carriers, study.allocation, role="carriers")
    others: dict[str, Layer] = {}
    for name, zones in zone_layers.items():
        other, _, _ = resolve(batches, zones, study.allocation, role=f"zones.{name}")
        within = share_within(batches, zones, carriers, other.pieces, held.inside)
        others[name] = Layer(other.zones, other.pieces, other.inside, None, within)
    own = membership(len(batches), held, others)
    position = own.zones["id"].map(members.index).to_numpy(float)[own.shares.zone]  # a zone without parcels is no zone of the run
    kept = np.isfinite(position)
    shares = Shares(own.shares.row[kept], position[kept].astype(np.int64), own.shares.share[kept], own.shares.inside[kept])
    none = pd.DataFrame({"row": [], "parcel": [], "weight": []})
    located = Located(shares, own.inside, np.full(len(batches), "area", dtype=object), none)
    return rows.assign(inside=own.inside), Placed(located, shares, None, [], None)
