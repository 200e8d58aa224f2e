"""What `normalise` hands to `join`: every layer of a study in canonical columns, base units and one working CRS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding


@dataclass
class Normalised:
    """Layers by role.

    parcels : polygons in the working CRS with parcel_id, land_use, area_m2 (by the study's source), row
    carriers, zone_layers : polygons with carrier_id, each id once
    tables : ledgers by role; attributes : by name; areas : tables whose rows may have geometry (rows, geometries or None)
    points : role -> shapely points in the working CRS, None where a row has none
    union_m2 : ground the parcels cover
    """

    parcels: gpd.GeoDataFrame
    carriers: gpd.GeoDataFrame | None
    zone_layers: Mapping[str, gpd.GeoDataFrame]
    tables: Mapping[str, pd.DataFrame]
    attributes: Mapping[str, pd.DataFrame]
    areas: Mapping[str, tuple[pd.DataFrame, Any]]
    points: Mapping[str, NDArray[Any]]
    before: pd.DataFrame | None
    working_crs: str
    union_m2: float
    crs: Mapping[str, tuple[str, str]]  # role -> CRS used, and why
    mapping: Mapping[str, Mapping[str, str]]
    findings: list[Finding] = field(default_factory=list)
    ledger: pd.DataFrame = field(default_factory=pd.DataFrame)  # of geometry: repairs, overlaps, slivers, gaps, registered areas
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)  # the account of rows
    merged: Mapping[str, pd.DataFrame] = field(default_factory=dict)  # role -> rows of the file that were made one: row, into, parcel_id
