"""A large layer of parcels in slices: where they begin, the geometries of one of them, and the attributes of all without geometry."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pyogrio.raw
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding
from spatial.read.vector import geopackage
from spatial.read.vector.draft import Place, choose
from spatial.read.vector.gdal import ARC_STEP, FAILURES, _geometry, layer_names
from spatial.read.vector.parquet import _geometry as parquet_geometry
from spatial.read.vector.parquet import counted, geo_of, read_parquet
from spatial.read.vector.sniff import Kind, sniff
from spatial.read.vector.tidy import fingerprint, finish, report_deep, report_kinds
from spatial.resources import sqlite_uri
from spatial.schema.raw import RawLayer

SLICE = 100_000
"""Rows a slice of a GeoPackage; a GeoParquet is read by its row groups."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows `first` to `first + count` (from 1) of a layer, and how the file finds them."""

    path: str
    layer: str
    first: int
    count: int
    where: str = ""  # of a GeoPackage: which feature ids
    group: int = -1  # of a GeoParquet: which row group


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be said of each geometry of a layer without holding it."""

    bounds: NDArray[np.float64]
    kind: NDArray[np.int8]
    absent: NDArray[np.bool_]
    why: NDArray[Any]  # as `normalise.places.bad_geometry`
    deep: int
    curved: int
    lost: list[Finding]


def slices(path: Path, place: Place, scratch: Path) -> list[Slice] | None:
    """The slices of a GeoPackage layer or a GeoParquet file, in file order; None for anything else."""
    kind = sniff(path) if path.is_file() else None
    try:
        if kind is Kind.GEOPACKAGE:
            opened = geopackage.prepared(path, place, scratch)
            layer = choose(layer_names(opened, "GPKG", place), place)
            return _by_feature_id(opened, layer)
        if kind is Kind.PARQUET:
            with path.open("rb") as stream, pq.ParquetFile(stream) as source:
                counted(source.metadata)
                counts = [source.metadata.row_group(i).num_rows for i in range(source.metadata.num_row_groups)]
            firsts = np.cumsum([1, *counts]).tolist()
            return [Slice(str(path), path.stem, firsts[i], count, group=i) for i, count in enumerate(counts) if count]
    except (*FAILURES, sqlite3.Error) as error:
        raise place.refuse("container.damaged", what=kind.value if kind else "", reason=str(error)[:200].replace(str(path), path.name)) from None
    return None


def geometries(part: Slice, place: Place) -> tuple[NDArray[Any], int, int, list[Finding]]:
    """The plane geometries of a slice; how many had heights, how many were curved, and what could not be built."""
    path = Path(part.path)
    try:
        if part.group >= 0:
            with path.open("rb") as stream, pq.ParquetFile(stream, page_checksum_verification=True) as source:
                primary, described = geo_of(source)
                table = source.read_row_group(part.group, columns=[primary])
            geometry, lost = parquet_geometry(table.column(primary), described, place)
            curved = 0
        else:
            meta, table = pyogrio.raw.read_arrow(path, layer=part.layer, columns=[], where=part.where)
            geometry, curved, lost = _geometry(table.column(meta["geometry_name"] or "wkb_geometry"), path, part.layer, "GPKG", place, where=part.where)
    except (*FAILURES, KeyError, shapely.errors.GEOSException) as error:
        raise place.refuse("container.damaged", what="slice", reason=str(error)[:200].replace(str(path), path.name)) from None
    lost = [replace(finding, row=(finding.row or 1) + part.first - 1) for finding in lost]  # counted in the slice
    if len(geometry) != part.count:
        raise place.refuse("container.row_count", expected=part.count, value_seen=len(geometry))
    deep = shapely.has_z(geometry) | shapely.has_m(geometry)
    return (np.asarray(shapely.force_2d(geometry), dtype=object) if deep.any() else geometry), int(deep.sum()), curved, lost


def attributes(path: Path, opened: Path, place: Place, facts: Facts, scratch: Path) -> RawLayer:
    """The layer without its geometries, its columns asleep in the scratch folder, with every finding that the geometries give rise to."""
    if sniff(path) is Kind.GEOPACKAGE:
        draft = geopackage.read_prepared(opened, place, immutable=opened == path, asleep=scratch)
    else:
        draft = read_parquet(path, place, asleep=scratch)
    draft.geometry = None
    draft.findings += facts.lost
    if facts.curved:
        draft.findings.append(place.finding("container.linearised", layer=draft.layer, count=facts.curved, value_used=ARC_STEP))
    raw = finish(draft, fingerprint(path), place)
    said: list[Finding] = list(raw.findings)
    told = len(said)
    report_deep(facts.deep, place, said)
    report_kinds(facts.absent, facts.kind, draft.rows, place, said)
    raw.findings = raw.findings + [finding if finding.layer else _within(finding, place.layer or "") for finding in said[told:]]
    raw.geometry = np.full(len(raw.frame), None, dtype=object)
    return raw


def _within(finding: Finding, layer: str) -> Finding:
    return replace(finding, layer=layer)


def _by_feature_id(path: Path, layer: str) -> list[Slice]:
    """Slices of equally many features by their ids, which is the order in which they are read."""
    with contextlib.closing(sqlite3.connect(sqlite_uri(path, "mode=ro&immutable=1"), uri=True)) as base, base:
        quoted = layer.replace('"', '""')
        key = next(name for _, name, _, _, _, primary in base.execute(f'PRAGMA table_info("{quoted}")') if primary)
        named = key.replace('"', '""')
        ids = np.fromiter((row[0] for row in base.execute(f'SELECT "{named}" FROM "{quoted}" ORDER BY "{named}"')), dtype=np.int64)
    base.close()
    starts = range(0, len(ids), SLICE)
    return [Slice(str(path), layer, start + 1, len(part), where=f'"{named}" >= {part[0]} AND "{named}" <= {part[-1]}')
            for start in starts for part in [ids[start:start + SLICE]]]
