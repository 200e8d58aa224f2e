"""The ground of the parcels as the join asks about it: here in one frame; an engine may answer from partitions instead."""

from __future__ import annotations

from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.join.areal import Allocation, Rule, allocate, group_shares

Positions = NDArray[np.int64]


class Ground(Protocol):
    """Answers that need the parcels' geometry; parcels and zones are known by position."""

    def allocate(self, zones: gpd.GeoDataFrame, rule: Rule, only: Positions | None = None) -> Allocation:
        """As `areal.allocate`, of all parcels or of some of them (positions in the answer are then within `only`)."""

    def group_shares(self, zones: gpd.GeoDataFrame, pieces: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
        """As `areal.group_shares`."""

    def share_within(self, zones: gpd.GeoDataFrame, carriers: gpd.GeoDataFrame, pieces: pd.DataFrame, inside: NDArray[np.float64]) -> NDArray[np.float64]:
        """As `share_within` below."""

    def holding(self, points: NDArray[Any]) -> pd.DataFrame:
        """Point and parcel (positions) for every parcel that holds or touches a point, sorted."""

    def within(self, points: NDArray[Any], parcels: Positions) -> NDArray[np.bool_]:
        """Whether each point lies in its parcel, off its edge."""

    def gap_m(self, points: NDArray[Any], parcels: Positions) -> NDArray[np.float64]:
        """Distance in metres from each point to its parcel."""


class Frame:
    """The ground of a frame of parcels with geometry."""

    def __init__(self, parcels: gpd.GeoDataFrame) -> None:
        self.parcels = parcels

    def allocate(self, zones: gpd.GeoDataFrame, rule: Rule, only: Positions | None = None) -> Allocation:
        return allocate(self.parcels if only is None else self.parcels.iloc[only], zones, rule=rule)

    def group_shares(self, zones: gpd.GeoDataFrame, pieces: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
        return group_shares(self.parcels, zones, pieces, groups)

    def share_within(self, zones: gpd.GeoDataFrame, carriers: gpd.GeoDataFrame, pieces: pd.DataFrame, inside: NDArray[np.float64]) -> NDArray[np.float64]:
        return share_within(self.parcels, zones, carriers, pieces, inside)

    def holding(self, points: NDArray[Any]) -> pd.DataFrame:
        point, parcel = shapely.STRtree(self.parcels.geometry.to_numpy()).query(points, predicate="intersects")
        order = np.lexsort((parcel, point))
        return pd.DataFrame({"point": point[order].astype(np.int64), "parcel": parcel[order].astype(np.int64)})

    def within(self, points: NDArray[Any], parcels: Positions) -> NDArray[np.bool_]:
        return np.asarray(shapely.contains(self.parcels.geometry.to_numpy()[parcels], points), dtype=bool)

    def gap_m(self, points: NDArray[Any], parcels: Positions) -> NDArray[np.float64]:
        return np.asarray(shapely.distance(points, self.parcels.geometry.to_numpy()[parcels]), dtype=float)


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
        near = shapely.union_all(shapely.intersection(grounds[np.sort(tree.query(shape, predicate="intersects"))], shape))
        common = shapely.intersection(near, zones.geometry.iloc[int(zone[i])])
        within[i] = min(shapely.area(common) / shapely.area(shape), share[i], inside[parcel[i]])
    return within
