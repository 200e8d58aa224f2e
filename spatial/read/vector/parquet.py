"""GeoParquet through Arrow: geometry of the primary column, reference system from its metadata."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from spatial.crs_text import authority
from spatial.errors import Finding, Several
from spatial.read.vector.asleep import BATCH, Bed
from spatial.read.vector.draft import Draft, Place
from spatial.read.vector.gdal import FAILURES, cells_of, shapes_of

CELL_LIMIT = 2_000_000_000
POLYGON_ENCODINGS = {"point": 1, "linestring": 2, "polygon": 3, "multipoint": 2, "multilinestring": 3, "multipolygon": 4}


def read_parquet(path: Path, place: Place, *, asleep: Path | None = None) -> Draft:
    """One GeoParquet file; a plain Parquet table has no geometry. With a scratch folder its attributes alone, asleep there."""
    try:
        with path.open("rb") as stream, pq.ParquetFile(stream, page_checksum_verification=True) as source:
            meta = source.metadata
            counted(meta)
            size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
            if (asleep is None and size > CELL_LIMIT) or meta.num_rows > 50_000_000:
                raise place.refuse("container.too_large", reason=f"{meta.num_rows} rows, {size} bytes unpacked")
            geo = json.loads((meta.metadata or {}).get(b"geo", b"{}"))
            if asleep is None:
                table, bed = source.read(), None
                table.validate(full=True)
            else:
                held = [field for field in source.schema_arrow if field.name not in (geo.get("columns") or {}) and field.name != "bbox"]
                bed = Bed(map(_sound, source.iter_batches(BATCH, columns=[field.name for field in held])), pa.schema(held), lambda _, column: cells_of(column, place), asleep)
                table = bed.table
        return _draft(table, geo, path, place, bed)
    except (*FAILURES, KeyError, TypeError, AttributeError, RecursionError, shapely.errors.GEOSException) as error:
        reason = str(error)[:200].replace(str(path), path.name) or type(error).__name__
        raise place.refuse("container.damaged", what="Parquet", reason=reason) from None


def _sound(batch: pa.RecordBatch) -> pa.RecordBatch:
    batch.validate(full=True)
    return batch


def counted(meta: pq.FileMetaData) -> None:
    """The rows that the footer states against the values of its columns: fewer stated rows would leave the last ones out without a word."""
    groups = [meta.row_group(i) for i in range(meta.num_row_groups)]
    flat = [j for j in range(meta.num_columns) if meta.schema.column(j).max_repetition_level == 0]
    if sum(group.num_rows for group in groups) != meta.num_rows or any(group.column(j).num_values != group.num_rows for group in groups for j in flat):
        raise ValueError("the number of rows does not fit the columns")


def geo_of(source: pq.ParquetFile) -> tuple[str, dict[str, Any]]:
    """The primary geometry column of an open GeoParquet file and what its metadata say of it."""
    geo = json.loads((source.metadata.metadata or {})[b"geo"])
    primary = str(geo["primary_column"])
    return primary, (geo.get("columns") or {}).get(primary) or {}


def _draft(table: pa.Table, geo: dict[str, Any], path: Path, place: Place, bed: Bed | None) -> Draft:
    primary = str(geo.get("primary_column", "")) if geo else ""
    described = (geo.get("columns") or {}).get(primary) or {}
    if geo and primary not in (geo.get("columns") or {}):  # without its description a column would be taken for WGS 84
        raise ValueError("the geo metadata do not describe their primary column")
    if primary and bed is None and primary not in table.column_names:
        raise ValueError(f"the primary column {primary!r} is not in the table")
    geometry, findings = _geometry(table.column(primary), described, place) if primary and bed is None else (None, [])
    others = {str(name) for name in (geo.get("columns") or {})}
    listed = bed.columns() if bed else [(name, cells_of(table.column(i), place)) for i, name in enumerate(table.column_names) if name not in others and name != "bbox"]
    columns = [(name, cells) for name, cells in listed if name != "__index_level_0__"]
    crs, by = _crs(described) if primary else ("", "")
    rows = np.arange(1, table.num_rows + 1, dtype=np.int64)
    if primary and (edges := str(described.get("edges", "planar"))) != "planar":
        findings.append(place.finding("container.curved_edges", layer=path.stem, value_seen=edges))
    if left := sorted(others - {primary}):
        findings.append(place.finding("container.other_shapes", layer=path.stem, value_seen=Several(left), value_used=primary))
    return Draft("Parquet", path.stem, columns, geometry, rows, crs=crs, crs_from=by, encoding_from="Parquet: UTF-8 by its standard", findings=findings)


def _geometry(column: pa.ChunkedArray, described: dict[str, Any], place: Place) -> tuple[NDArray[Any], list[Finding]]:
    encoding = str(described.get("encoding", "WKB"))
    if encoding == "WKB":
        raw = column.to_numpy()
        try:
            return np.asarray(shapely.from_wkb(raw), dtype=object), []
        except shapely.errors.GEOSException:
            return shapes_of(raw, None, place)
    if encoding.lower() in POLYGON_ENCODINGS:
        from geopandas.io._geoarrow import construct_shapely_array

        return np.asarray(construct_shapely_array(column.combine_chunks(), f"geoarrow.{encoding.lower()}"), dtype=object), []
    raise ValueError(f"unknown geometry encoding {encoding!r}")


def _crs(described: dict[str, Any]) -> tuple[str, str]:
    """An absent key means longitude and latitude on WGS 84; null means not known."""
    if "crs" not in described:
        return "EPSG:4326", "GeoParquet default"
    stated = described["crs"]
    if stated is None:
        return "", ""
    code = stated.get("id") if isinstance(stated, dict) else None
    text = json.dumps(stated, sort_keys=True) if isinstance(stated, dict) else str(stated)
    known = authority(text)
    if known == text and isinstance(code, dict):
        known = authority(f"{code.get('authority')}:{code.get('code')}")
    return known, "Parquet"
