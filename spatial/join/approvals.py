"""Approval batches (农转用) in the zones: cut along every boundary of the study, with the land supplied out of each part."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.join.attribute import match
from spatial.join.ground import Ground
from spatial.join.resolve import resolve
from spatial.schema.joined import OUTSIDE, STUDY_AREA, Located, Membership, Placed
from spatial.schema.layers import Normalised
from spatial.schema.shares import Shares
from spatial.schema.study import Study
from spatial.schema.sums import weighed, zone_sums

NOISE_M2 = 1e-3  # less of a batch is how two boundaries were drawn
Floats = NDArray[np.float64]


def approvals_of(layers: Normalised, members: Membership, parcels: gpd.GeoDataFrame, carriers: gpd.GeoDataFrame, study: Study, ground: Ground) -> tuple[pd.DataFrame, Placed]:
    """Approval batches with the land supplied out of each, in the zones where they are drawn, else in the study area alone.

    With geometry it is the ground of supplied parcels inside the batch, and a batch that crosses boundaries is parts, a row each; without, what
    was supplied in all (stock land left out) is set against the batches in proportion. Without a supply ledger it is unknown.

    Returns
    -------
    The batches, or their parts, with `batch` (position), batch_area_m2 and batch_supplied_m2 of the whole, and area_m2, supplied_m2 and left_m2 of
    the row: the stated area and what is left of the batch by planar share of its ground, and of its ground without supply
    """
    rows, shapes = layers.areas["approvals"]
    supply = layers.tables.get("supply")
    if supply is not None and "contract_date" in supply:
        supply = supply[~(supply["contract_date"] > pd.Timestamp(study.as_of))]
    if shapes is not None:
        batch, parts, zones = _parts(shapes, members, carriers, layers.zone_layers)
        hit = match(supply["parcel_id"], parcels["parcel_id"]).parcel_matched if supply is not None and "parcel_id" in supply else None
        supplied = np.full(len(parts), np.nan) if hit is None else _covered(parts, parcels, hit, ground)
        frame = _shared_out(rows.reset_index(drop=True), batch, shapely.area(parts), supplied)
        inside = np.array([bool(one) for _, one in zones], dtype=float)
        lists = [[members.index[STUDY_AREA], *held] for held, _ in zones]
    else:
        frame = _shared_out(rows.reset_index(drop=True), np.arange(len(rows)), np.ones(len(rows)), _in_proportion(rows, supply, parcels))
        inside = np.full(len(rows), np.nan)
        lists = [[members.index[STUDY_AREA]]] * len(rows)
    row = np.repeat(np.arange(len(lists)), [len(held) for held in lists])
    shares = Shares(row, np.array([zone for held in lists for zone in held], dtype=np.int64), np.ones(len(row)), np.nan_to_num(inside)[row])
    located = Located(shares, inside, np.full(len(frame), "" if shapes is None else "area", dtype=object), pd.DataFrame({"row": [], "parcel": [], "weight": []}))
    return frame.assign(inside=inside), Placed(located, shares, None, [], None)


def in_zones_of(members: Membership, placed: Placed, before: Membership) -> Placed:
    """The same parts in the zones of another allocation: batches are cut, whatever the rule for parcels is."""
    position = before.zones["id"].map(members.index).to_numpy(float)[placed.shares.zone]
    kept = np.isfinite(position)
    shares = Shares(placed.shares.row[kept], position[kept].astype(np.int64), placed.shares.share[kept], placed.shares.inside[kept])
    return replace(placed, shares=shares, located=replace(placed.located, shares=shares))


def _parts(shapes: Any, members: Membership, carriers: gpd.GeoDataFrame, zone_layers: Mapping[str, gpd.GeoDataFrame]) -> tuple[NDArray[np.int64], NDArray[Any], list[tuple[list[int], bool]]]:
    """Batch (position) and shape of each part, with the zones it lies in (positions) and whether it lies in a carrier."""
    named = [("", carriers), *((f"{name}:", layer) for name, layer in zone_layers.items())]
    grounds = np.array([shape for _, layer in named for shape in layer.geometry], dtype=object)
    owner = [(prefix, key, kind) for prefix, layer in named for key, kind in zip(layer["carrier_id"], layer["carrier_type"] if "carrier_type" in layer else [None] * len(layer), strict=True)]
    tree = shapely.STRtree(grounds)
    batch: list[int] = []
    parts: list[Any] = []
    zones: list[tuple[list[int], bool]] = []
    for i, shape in enumerate(shapes):
        cut: list[tuple[Any, tuple[int, ...]]] = [(shape, ())]
        for zone in np.sort(tree.query(shape, predicate="intersects")).tolist():
            cut = [one for part, held in cut for one in ((_surface(shapely.intersection(part, grounds[zone])), (*held, zone)), (_surface(shapely.difference(part, grounds[zone])), held))
                   if shapely.area(one[0]) > NOISE_M2]
        for part, held in cut:
            batch.append(i)
            parts.append(part)
            zones.append(_zones_of([owner[zone] for zone in held], [prefix for prefix, _ in named[1:]], members))
    return np.array(batch, dtype=np.int64), np.array(parts, dtype=object), zones


def _surface(shape: Any) -> Any:
    """The polygons of a shape; lines and points where two boundaries touch are nothing."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shape if shape.geom_type in ("Polygon", "MultiPolygon") else shapely.MultiPolygon(parts)


def _zones_of(held: list[tuple[str, Any, Any]], prefixes: list[str], members: Membership) -> tuple[list[int], bool]:
    """Positions of the zones that a part lies in, each once: carriers and their types, or the ground outside them, and the same of every other layer."""
    own = [(key, kind) for prefix, key, kind in held if not prefix]
    names = [str(key) for key, _ in own] + [f"type:{kind}" for _, kind in own if isinstance(kind, str)] if own else [OUTSIDE]
    for prefix in prefixes:
        names += [f"{prefix}{key}" for said, key, _ in held if said == prefix] or [f"{prefix}{OUTSIDE}"]
    return [members.index[name] for name in dict.fromkeys(names) if name in members.index], bool(own)  # a zone without parcels may be no zone of the run


def _covered(parts: NDArray[Any], parcels: gpd.GeoDataFrame, hit: NDArray[np.bool_], ground: Ground) -> Floats:
    """Ground of supplied parcels in each part, m²."""
    zones = gpd.GeoDataFrame({"carrier_id": [f"{i:09d}" for i in range(len(parts))]}, geometry=parts, crs=parcels.crs)
    pieces = resolve(parcels, zones, "area", role="approvals", ground=ground, only=np.flatnonzero(hit))[0].pieces
    covered = parcels.loc[hit, "area_m2"].to_numpy()[pieces["parcel"]] * pieces["share"].to_numpy()
    return zone_sums(covered, pieces["zone"].to_numpy(np.int64), len(parts))


def _in_proportion(rows: pd.DataFrame, supply: pd.DataFrame | None, parcels: gpd.GeoDataFrame) -> Floats:
    """What each batch without geometry would have of all that was supplied, by its area."""
    if supply is None or "area_m2" not in rows:
        return np.full(len(rows), np.nan)
    new = supply[~supply["stock_land"].fillna(False).astype(bool)] if "stock_land" in supply else supply
    approved = math.fsum(rows["area_m2"].dropna().tolist())
    share = _supplied_in_all(new, parcels) / approved if approved > 0 else float("nan")
    return (rows["area_m2"] * share).to_numpy(float)


def _supplied_in_all(supply: pd.DataFrame, parcels: gpd.GeoDataFrame) -> float:
    """Land of all contracts: stated, else the ground of their parcels that no other contract states; unknown where one has neither."""
    stated = supply["area_m2"].to_numpy(float) if "area_m2" in supply else np.full(len(supply), np.nan)
    blank = np.isnan(stated)
    whole = math.fsum(stated[~blank].tolist())
    if not blank.any():
        return whole
    held = match(supply["parcel_id"], parcels["parcel_id"]) if "parcel_id" in supply else None
    if held is None or not held.row_matched[blank].all():
        return float("nan")
    area = parcels["area_m2"].to_numpy(float)
    pairs = weighed(held.pairs, area, len(supply))
    row, parcel = pairs["row"].to_numpy(np.int64), pairs["parcel"].to_numpy(np.int64)
    told = zone_sums(np.where(blank, 0.0, stated)[row] * pairs["weight"].to_numpy(float), parcel, len(parcels))
    of = np.unique(parcel[blank[row]])
    return whole + math.fsum(np.maximum(area[of] - told[of], 0.0).tolist())


def _shared_out(rows: pd.DataFrame, batch: NDArray[np.int64], plane: Floats, supplied: Floats) -> pd.DataFrame:
    """A row a part: area and what is left are shared out so that parts add up to their batch, whose left is nothing where more was supplied than approved."""
    count = len(rows)
    frame = rows.iloc[batch].reset_index(drop=True).assign(batch=batch, supplied_m2=supplied)
    if "area_m2" not in rows:
        return frame
    whole = zone_sums(plane, batch, count)
    area = rows["area_m2"].to_numpy(float)
    held = np.where(np.isnan(supplied), 0.0, supplied)
    of_batch = np.where(np.bincount(batch, np.isnan(supplied), minlength=count) > 0, np.nan, zone_sums(held, batch, count))
    of_whole = np.divide(plane, whole[batch], out=np.zeros_like(plane), where=whole[batch] > 0)  # a batch without ground of its own has no part
    part = area[batch] * of_whole
    empty = np.maximum(part - held, 0.0)  # ground of the part that no supply covers
    left = np.maximum(area - of_batch, 0.0)
    share = np.divide(empty, (sums := zone_sums(np.nan_to_num(empty), batch, count))[batch], out=of_whole, where=sums[batch] > 0)
    return frame.assign(area_m2=part, left_m2=left[batch] * share, batch_area_m2=area[batch], batch_supplied_m2=of_batch[batch])
