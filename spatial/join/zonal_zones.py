"""Rasters on a study: the columns of each parcel, and the values of each zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import ellipsoidal_area
from spatial.errors import Finding, found
from spatial.join.zonal import SMALL_CELLS, Zonal, zonal
from spatial.schema.blocks import Held
from spatial.schema.joined import OUTSIDE, STUDY_AREA, Joined
from spatial.schema.raster import Raster
from spatial.schema.study import Study
from spatial.schema.sums import total

PARTLY = 0.5
Floats = NDArray[np.float64]


@dataclass
class Evidence:
    """Columns aligned with the parcels, and rows of `values` for every raster and zone."""

    columns: pd.DataFrame
    values: pd.DataFrame
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Grounds:
    """Every shape a raster is laid on: parcels first, then polygons of zones, then the parts of parcels outside the zones of a layer."""

    shapes: NDArray[Any] | Held
    area_m2: Floats
    crs: CRS
    members: dict[str, NDArray[np.int64]]  # zone -> shapes that make it up
    counts: dict[str, NDArray[np.int64]]  # zone -> its parcels


def imagery(joined: Joined, rasters: Iterable[Raster], study: Study, held: Held | None = None) -> Evidence:
    """Lay every raster on the parcels and zones of a study.

    A carrier, a type of carriers or another zone is its own polygon (a type the union of its carriers'), roads and all; the study area
    is its parcels; what is outside is the parcels' ground outside, by the study's allocation. Numerators and denominators are m² of
    ground with valid cells, times the value for means. `held` has the shapes of the parcels where the frame has none.
    """
    listed = list(rasters)
    evidence = Evidence(pd.DataFrame(index=joined.parcels.index), pd.DataFrame())
    if not listed:
        return evidence
    grounds = _grounds(joined, held)
    columns, rows = {}, []
    for raster in listed:
        result = zonal(grounds.shapes, grounds.crs, raster)
        evidence.findings += result.findings + _coverage_findings(result, raster, joined.parcels)
        columns.update(_columns(result, raster, len(joined.parcels)))
        rows += _rows(result, raster, grounds, joined, study)
    taken = [name for name in columns if name in joined.parcels]
    evidence.findings += [found("raster.same_name", role=raster.role, path=raster.path, field=name) for raster in listed for name in taken if name.startswith(raster.name)]
    evidence.columns = pd.DataFrame(columns, index=joined.parcels.index)
    evidence.values = pd.DataFrame(rows)
    return evidence


def _grounds(joined: Joined, held: Held | None) -> _Grounds:
    parcels = joined.parcels
    own = parcels.geometry.to_numpy()  # none of them where they are held elsewhere
    shapes: list[NDArray[Any]] = []
    areas = [parcels["area_m2"].to_numpy(float)]
    members: dict[str, NDArray[np.int64]] = {STUDY_AREA: np.arange(len(parcels))}
    members_of = joined.members.shares
    counts = {zone: members_of.row[members_of.zone == position] for position, zone in enumerate(joined.members.zones["id"])}

    def add(zone: str, extra: NDArray[Any], area: Floats, whole: NDArray[np.int64] | None = None) -> None:
        first = len(parcels) + sum(len(part) for part in shapes)
        members[zone] = np.r_[whole if whole is not None else np.array([], dtype=np.int64), np.arange(first, first + len(extra))].astype(np.int64)
        shapes.append(extra)
        areas.append(area)

    for zone, polygon in _polygons(joined):
        one = np.array([polygon], dtype=object)
        add(zone, one, ellipsoidal_area(one, parcels.crs))
    for zone, zones in _outsides(joined):
        position = joined.members.index[zone]
        row, share = members_of.row[members_of.zone == position], members_of.share[members_of.zone == position]
        cut = share < 1
        parts = _without(held.fetch(row[cut]) if held is not None else own[row[cut]], zones)
        add(zone, parts, areas[0][row[cut]] * share[cut], row[~cut])
    extra = np.concatenate([np.zeros(0, dtype=object), *shapes])
    return _Grounds(np.concatenate([own, extra]) if held is None else _behind(held, extra), np.concatenate(areas), parcels.crs, members, counts)


def _behind(held: Held, extra: NDArray[Any]) -> Held:
    """Shapes that lie elsewhere, and behind them some that are at hand."""
    def blocks() -> Iterator[tuple[NDArray[np.int64], NDArray[Any]]]:
        yield from held.blocks()
        yield np.arange(held.count, held.count + len(extra)), extra

    def fetch(positions: NDArray[np.int64]) -> NDArray[Any]:
        out, there = np.empty(len(positions), dtype=object), positions < held.count
        out[there], out[~there] = held.fetch(positions[there]), extra[positions[~there] - held.count]
        return out

    return Held(held.count + len(extra), blocks, fetch)


def _polygons(joined: Joined) -> Iterable[tuple[str, Any]]:
    known = joined.members.index
    carriers = joined.carriers
    for zone, polygon in zip(carriers["carrier_id"], carriers.geometry, strict=True):
        yield str(zone), polygon
    if "carrier_type" in carriers:
        for label, group in carriers.groupby("carrier_type", sort=True):
            if f"type:{label}" in known:
                yield f"type:{label}", shapely.union_all(group.geometry.to_numpy())
    for name, zones in joined.zone_layers.items():
        for zone, polygon in zip(zones["carrier_id"], zones.geometry, strict=True):
            yield f"{name}:{zone}", polygon


def _outsides(joined: Joined) -> Iterable[tuple[str, NDArray[Any]]]:
    yield OUTSIDE, joined.carriers.geometry.to_numpy()
    for name, zones in joined.zone_layers.items():
        if f"{name}:{OUTSIDE}" in joined.members.index:
            yield f"{name}:{OUTSIDE}", zones.geometry.to_numpy()


def _without(shapes: NDArray[Any], zones: NDArray[Any]) -> NDArray[Any]:
    """What of each shape lies in no zone."""
    tree = shapely.STRtree(zones)
    return np.array([shapely.difference(shape, shapely.union_all(zones[np.sort(tree.query(shape, predicate="intersects"))])) for shape in shapes], dtype=object)


def _columns(result: Zonal, raster: Raster, count: int) -> dict[str, Floats]:
    """The parcels' columns, by the names of the contract."""
    name = raster.name
    columns = {f"{name}_mean": result.mean[:count]} if raster.kind == "continuous" else {f"{name}_share_{code}": result.share(code)[:count] for code in sorted(result.by_class)}
    columns |= {f"{name}_coverage": result.coverage[:count], f"{name}_cells": result.cells[:count]}
    if raster.kind == "continuous" and np.isfinite(result.uncertainty[:count]).any():
        columns[f"{name}_uncertainty"] = result.uncertainty[:count]
    return columns


def _rows(result: Zonal, raster: Raster, grounds: _Grounds, joined: Joined, study: Study) -> list[dict[str, Any]]:
    """Rows of `values`: the sums of the shapes of each zone."""
    covered = grounds.area_m2 * result.coverage
    if raster.kind == "continuous":
        amounts = {f"{raster.name}_mean": (covered * np.nan_to_num(result.mean), raster.unit or "1")}
    else:
        amounts = {f"{raster.name}_share_{code}": (covered * np.nan_to_num(result.share(code)), "ratio") for code in sorted(result.by_class)}
    rule = f"exact coverage; {raster.path} {raster.band}" + (f" {raster.day}" if raster.day else "")
    day = (raster.day or study.as_of).isoformat()
    rows = []
    for zone in joined.members.zones["id"]:
        shapes = grounds.members.get(zone, np.array([], dtype=np.int64))
        ground, valid = total(grounds.area_m2[shapes]), total(covered[shapes])
        seen = grounds.counts[zone]
        n = int((result.valid[seen] > 0).sum())
        share = min(valid / ground, 1.0) if ground > 0 else 0.0
        ground_of = "parcels" if zone == STUDY_AREA else "parcels outside" if zone.endswith(OUTSIDE) else "polygon of the zone"
        common = {"zone": zone, "n": n, "coverage": share, "rule": f"{rule}; over: {ground_of}", "as_of": day}
        for indicator, (amount, unit) in amounts.items():
            top = total(amount[shapes])
            known = valid > 0
            rows.append({"indicator": indicator, "value": top / valid if known else None, "unit": unit, "numerator": top if known else None,
                         "denominator": valid if known else None, "status": "ok" if known else "no_data", **common})
        rows.append({"indicator": f"{raster.name}_coverage", "value": share if ground > 0 else None, "unit": "ratio", "numerator": valid, "denominator": ground,
                     "status": "ok" if ground > 0 else "not_applicable", **common})
    return rows


def _coverage_findings(result: Zonal, raster: Raster, parcels: gpd.GeoDataFrame) -> list[Finding]:
    """What a reader must know of the cover: nothing valid at all, parcels partly covered, parcels of less than a few cells."""
    count, place = len(parcels), {"role": raster.role, "path": raster.path}
    coverage, cells = result.coverage[:count], result.cells[:count]
    if not (result.valid[:count] > 0).any():
        return [found("raster.all_missing", **place)]
    findings = []
    partly = np.flatnonzero(coverage < PARTLY)
    if len(partly):
        findings.append(found("raster.partly_covered", **place, count=len(partly), key=parcels["parcel_id"].iloc[int(partly[0])], value_used=f"{PARTLY:.0%}", field=f"{raster.name}_coverage"))
    small = np.flatnonzero((cells < SMALL_CELLS) & (result.valid[:count] > 0))
    if len(small) and raster.kind == "continuous":
        findings.append(found("raster.smaller_than_cell", **place, count=len(small), key=parcels["parcel_id"].iloc[int(small[0])], value_used=f"{SMALL_CELLS:g}", field=raster.name))
    return findings
