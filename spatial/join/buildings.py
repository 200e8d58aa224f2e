"""Floor area and footprint of parcels from a layer of buildings, for each parcel that states none itself."""

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
    parcels : with area_m2 of the ground (m²), and floor_area_m2, footprint_area_m2 where the parcel layer states them: what is stated stands
    layer : rows and shapes (valid polygons, the parcels' plane CRS) of the layer `buildings`
    blocks : the parcels' shapes, some at a time
    tolerance : the share by which a stated floor area may differ from the buildings' before it is told

    Returns
    -------
    DataFrame on the parcels' index: floor_area_m2 and footprint_area_m2 as they are now, each only where the buildings tell something; findings
    """
    nothing = pd.DataFrame(index=parcels.index)
    if layer is None or layer[1] is None or not len(layer[0]):
        return nothing, []
    rows, shapes = layer[0].reset_index(drop=True), np.asarray(layer[1], dtype=object)
    pairs = _pairs(shapes, blocks)
    met = np.bincount(pairs["parcel"][pairs["ground_m2"] > NOISE_M2], minlength=len(parcels)) > 0
    columns: dict[str, NDArray[np.float64]] = {}
    findings: list[Finding] = []
    if "floor_area_m2" in rows:
        floors, findings = _floors(parcels, rows["floor_area_m2"].to_numpy(float), shapes, pairs, met, tolerance)
        columns = {} if floors is None else {"floor_area_m2": floors}
    stated = _stated(parcels, "footprint_area_m2")
    blank = np.isnan(stated)
    if (blank & met).any():
        foot = _footprints(pairs[blank[pairs["parcel"].to_numpy(np.int64)]], parcels["geometry_area_m2"].to_numpy(float), len(parcels))
        columns["footprint_area_m2"] = np.where(blank & met, foot, stated)
        given = foot[blank & met]
        findings.append(found("buildings.footprint_taken", role="buildings", field="footprint_area", count=len(given), blank=int(blank.sum()), value_used=f"{total(given):,.1f} m²"))
    return pd.DataFrame(columns, index=parcels.index), findings


def _floors(parcels: pd.DataFrame, floor: NDArray[np.float64], shapes: NDArray[Any], pairs: pd.DataFrame, met: NDArray[np.bool_],
            tolerance: float) -> tuple[NDArray[np.float64] | None, list[Finding]]:
    """Floor area of each parcel, as stated, else by the buildings on it, or None where no parcel needs them; with a receipt, and a warning where the two differ."""
    count, stated = len(parcels), _stated(parcels, "floor_area_m2")
    at, which, ground = pairs["parcel"].to_numpy(np.int64), pairs["building"].to_numpy(np.int64), pairs["ground_m2"].to_numpy(float)
    held = zone_sums(ground, which, len(floor))
    whole = np.fmax(shapely.area(shapes), held)  # where parcels overlap, a building has its floors once
    part = floor[which] * ground / whole[which]
    known = np.isfinite(part)
    sums = zone_sums(np.where(known, part, 0.0), at, count)
    unsure = np.bincount(at[~known & (ground > NOISE_M2)], minlength=count) > 0
    told = np.where(met & ~unsure, sums, np.nan)
    blank = np.isnan(stated)
    given = blank & np.isfinite(told)
    said: dict[str, Any] = {"role": "buildings", "field": "floor_area", "count": int(given.sum()), "value_used": f"{total(told[given]):,.1f} m²",
                            "unsure": int((blank & unsure).sum()), "without": int((blank & ~met).sum())}
    off = np.where(np.isfinite(floor), floor * np.clip(1 - held / whole, 0.0, 1.0), 0.0)  # of each building, by the ground that lies on no parcel
    apart, partly = (held <= NOISE_M2) & np.isfinite(floor), (held > NOISE_M2) & (whole - held > NOISE_M2) & np.isfinite(floor)
    said |= {"apart": int(apart.sum()), "apart_m2": f"{total(off[apart]):,.1f}", "partly": int(partly.sum()), "partly_m2": f"{total(off[partly]):,.1f}"}
    findings = []
    if blank.all():
        findings.append(found("buildings.floor_taken", buildings=len(floor), **said))
    elif given.any():
        first = int(np.flatnonzero(given)[0])
        findings.append(found("buildings.floor_filled", key=parcels["parcel_id"].iloc[first], blank=int(blank.sum()), **said))
    return np.where(blank, told, stated) if findings else None, [*findings, *_compared(parcels, stated, told, tolerance)]


def _stated(parcels: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return parcels[name].to_numpy(float) if name in parcels else np.full(len(parcels), np.nan)


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


def _compared(parcels: pd.DataFrame, stated: NDArray[np.float64], told: NDArray[np.float64], tolerance: float) -> list[Finding]:
    """A warning where the floor area that parcels state is not that of the buildings on them."""
    apart = np.flatnonzero(np.abs(stated - told) > tolerance * np.fmax(stated, told))
    if not len(apart):
        return []
    worst = int(apart[np.argmax(np.abs(stated - told)[apart])])
    return [found("buildings.floor_differs", role="parcels", field="floor_area", row=int(parcels["row"].iloc[worst]), key=parcels["parcel_id"].iloc[worst], count=len(apart),
                  value_seen=f"{stated[worst]:,.1f} m²", value_used=f"{told[worst]:,.1f} m²", tolerance=f"{tolerance:.0%}")]
