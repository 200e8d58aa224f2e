"""Floor area and footprint of parcels from a layer of buildings, where the parcels themselves state none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, found
from spatial.rings import united
from spatial.schema.blocks import Blocks
from spatial.schema.sums import total, zone_sums

NOISE_M2 = 1.0  # less of a building on a parcel is how the two were drawn


def floor_of_buildings(parcels: pd.DataFrame, layer: tuple[pd.DataFrame, Any] | None, blocks: Blocks, tolerance: float) -> tuple[pd.DataFrame, list[Finding]]:
    """What the buildings say of each parcel's floor area and footprint.

    A building on several parcels gives each of them its floor area by the ground it stands on there, and never more than it has. A parcel
    without a building, or with one whose floor area is not told, has none known: buildings that were not drawn are no zero.

    Parameters
    ----------
    parcels : with area_m2 of the ground (m²), and floor_area_m2, footprint_area_m2 where the parcel layer states them: those stand
    layer : rows and shapes (valid polygons, the parcels' plane CRS) of the layer `buildings`
    blocks : the parcels' shapes, some at a time
    tolerance : the share by which a stated floor area may differ from the buildings' before it is told

    Returns
    -------
    DataFrame on the parcels' index: floor_area_m2, footprint_area_m2, each only where the parcels state none; findings
    """
    nothing = pd.DataFrame(index=parcels.index)
    if layer is None or layer[1] is None or "floor_area_m2" not in layer[0] or not len(layer[0]):
        return nothing, []
    rows, shapes = layer[0].reset_index(drop=True), np.asarray(layer[1], dtype=object)
    pairs = _pairs(shapes, blocks)
    count, floor = len(parcels), rows["floor_area_m2"].to_numpy(float)
    at, which, ground = pairs["parcel"].to_numpy(np.int64), pairs["building"].to_numpy(np.int64), pairs["ground_m2"].to_numpy(float)
    held = zone_sums(ground, which, len(rows))
    whole = np.fmax(shapely.area(shapes), held)  # where parcels overlap, a building has its floors once
    part = floor[which] * ground / whole[which]
    known = np.isfinite(part)
    sums = zone_sums(np.where(known, part, 0.0), at, count)
    unsure = np.bincount(at[~known & (ground > NOISE_M2)], minlength=count) > 0
    met = np.bincount(at[ground > NOISE_M2], minlength=count) > 0
    told = np.where(met & ~unsure, sums, np.nan)
    if "floor_area_m2" in parcels:
        return nothing, _compared(parcels, told, tolerance)
    apart = floor[(held <= NOISE_M2) & np.isfinite(floor)]
    findings = [found("buildings.floor_taken", role="buildings", field="floor_area", count=int(np.isfinite(told).sum()), buildings=len(rows), apart=len(apart),
                      value_used=f"{total(told[np.isfinite(told)]):,.1f} m²", apart_m2=f"{total(apart):,.1f}", unsure=int(unsure.sum()), without=int((~met).sum()))]
    columns = {"floor_area_m2": told}
    if "footprint_area_m2" not in parcels:
        columns["footprint_area_m2"] = np.where(met, _footprints(pairs, parcels["geometry_area_m2"].to_numpy(float), count), np.nan)
    return pd.DataFrame(columns, index=parcels.index), findings


def _pairs(shapes: NDArray[Any], blocks: Blocks) -> pd.DataFrame:
    """parcel, building (positions), their common ground (plane m²), its shape, and the parcel's own plane area."""
    tree, frames = shapely.STRtree(shapes), []
    for places, geometry in blocks():
        own, other = tree.query(geometry, predicate="intersects")
        common = shapely.intersection(geometry[own], shapes[other])
        frames.append(pd.DataFrame({"parcel": places[own], "building": other.astype(np.int64), "ground_m2": shapely.area(common), "common": common,
                                    "plane_m2": shapely.area(geometry[own])}))
    return pd.concat(frames, ignore_index=True)


def _footprints(pairs: pd.DataFrame, ground_m2: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Ground of each parcel under buildings (m² on the ellipsoid), where buildings overlap counted once."""
    lone = ~pairs["parcel"].duplicated(keep=False).to_numpy()
    share = pd.Series(0.0, index=range(count))
    own = pairs[lone]
    share.iloc[own["parcel"].to_numpy(np.int64)] = (own["ground_m2"] / own["plane_m2"]).to_numpy()
    for parcel, group in pairs[~lone].groupby("parcel", sort=True):
        share.iloc[int(parcel)] = shapely.area(united(group["common"].to_numpy())) / group["plane_m2"].iloc[0]
    return share.to_numpy() * ground_m2


def _compared(parcels: pd.DataFrame, told: NDArray[np.float64], tolerance: float) -> list[Finding]:
    """A warning where the floor area that parcels state is not that of the buildings on them."""
    stated = parcels["floor_area_m2"].to_numpy(float)
    apart = np.flatnonzero(np.abs(stated - told) > tolerance * np.fmax(stated, told))
    if not len(apart):
        return []
    worst = int(apart[np.argmax(np.abs(stated - told)[apart])])
    return [found("buildings.floor_differs", role="parcels", field="floor_area", row=int(parcels["row"].iloc[worst]), key=parcels["parcel_id"].iloc[worst], count=len(apart),
                  value_seen=f"{stated[worst]:,.1f} m²", value_used=f"{told[worst]:,.1f} m²", tolerance=f"{tolerance:.0%}")]
