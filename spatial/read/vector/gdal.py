"""Layers through GDAL with the driver pinned: GeoPackage, FileGDB, FlatGeobuf, DXF and the shapes of shapefiles."""

from __future__ import annotations

import functools
import struct
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.crs_text import authority
from spatial.errors import Finding
from spatial.read import doors
from spatial.read.encoding import Encoding, decide, decode_cell
from spatial.read.vector.asleep import BATCH, Bed
from spatial.read.vector.draft import Draft, Place, choose, objects

doors.shut()

import pyarrow as pa  # noqa: E402
import pyogrio  # noqa: E402
import pyogrio.raw  # noqa: E402
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError  # noqa: E402

FAILURES = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, pa.ArrowException, OSError, RuntimeError,
            UnicodeError, ValueError, OverflowError, MemoryError)
DRIVERS = {"GPKG": ("GPKG",), "OpenFileGDB": ("OpenFileGDB",), "FlatGeobuf": ("FlatGeobuf",), "DXF": ("DXF",),
           "ESRI Shapefile": ("ESRI Shapefile",)}
ZONED = ("GPKG", "FlatGeobuf")  # their times keep the zone in which they were written; read as numbers they lose it
ARC_STEP = "1°"
FEW = 4096  # cells by which a column of texts is seen to repeat itself


def layer_names(path: Path, driver: str, place: Place) -> list[str]:
    """Names of the layers with geometry, or of the plain tables where there are none; a plain table can still be named."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            listed = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
    except FAILURES as error:
        raise place.refuse("container.damaged", what=driver, reason=_reason(error, path)) from None
    spatial = [name for name, kind in listed if kind is not None]
    named = [name for name, _ in listed if name == place.layer and name not in spatial]
    return (spatial or [name for name, _ in listed]) + (named if spatial else [])


def read_layer(path: Path, driver: str, place: Place, *, layers: list[str] | None = None, asleep: Path | None = None) -> Draft:
    """One layer: Arrow columns to cells, WKB to geometry; with a scratch folder for columns asleep, these alone."""
    try:
        return _layer(path, driver, place, layers, asleep)
    except FAILURES as error:
        raise place.refuse("container.damaged", what=driver, reason=_reason(error, path)) from None


def _layer(path: Path, driver: str, place: Place, layers: list[str] | None, asleep: Path | None) -> Draft:
    layer = choose(layers if layers is not None else layer_names(path, driver, place), place)
    beds: list[Bed] = []
    others: dict[str, Encoding] = {}
    built: list[NDArray[Any]] = []
    meta, table, findings = _arrow(path, driver, layer, place, read=functools.partial(_laid, place, asleep, beds, others) if asleep else functools.partial(_built, built))
    geometry_name = meta["geometry_name"] or "wkb_geometry"
    geometry, curved = None, 0
    if geometry_name in table.column_names:
        geometry, curved, lost = _geometry(table.column(geometry_name), path, layer, driver, place, built)
        findings += lost
    if curved:
        findings.append(place.finding("container.linearised", layer=layer, count=curved, value_used=ARC_STEP))
    columns = beds[0].columns() if beds else [(name, _cells(table.field(i), table.column(i), place, others)) for i, name in enumerate(table.column_names) if name != geometry_name]
    findings += [place.finding("container.encoding_lie", layer=layer, value_seen="UTF-8", value_used=other.shown, reason=other.reason) for other in others.values()]
    crs = str(meta["crs"] or "")
    rows = np.arange(1, table.num_rows + 1, dtype=np.int64)
    stated = authority(crs) if crs and not _undefined(crs) else ""
    return Draft(driver, layer, columns, geometry, rows, crs=stated, crs_from=driver if stated else "",
                 encoding="UTF-8", encoding_from=f"{driver}: UTF-8 by its standard", findings=findings)


def geometry_of(path: Path, driver: str, place: Place) -> tuple[NDArray[Any], list[Finding]]:
    """The geometries alone, in record order."""
    meta, table, findings = _arrow(path, driver, None, place, columns=[])
    name = meta["geometry_name"] or "wkb_geometry"
    if name not in table.column_names:
        return np.full(table.num_rows, None, dtype=object), findings
    geometry, _, lost = _geometry(table.column(name), path, None, driver, place)
    return geometry, findings + lost


def _laid(place: Place, scratch: Path, beds: list[Bed], others: dict[str, Encoding], path: Path, **options: Any) -> tuple[dict[str, Any], pa.Table]:
    """The attributes of a layer put to bed in one pass, in the place of reading them into memory."""
    with pyogrio.raw.open_arrow(path, read_geometry=False, use_pyarrow=True, batch_size=BATCH, **options) as (meta, reader):
        beds.append(Bed(reader, reader.schema, functools.partial(_cells, place=place, others=others), scratch))
    return meta, beds[0].table


def _built(shapes: list[NDArray[Any]], path: Path, **options: Any) -> tuple[dict[str, Any], pa.Table]:
    """A layer as Arrow has it, read in a thread of its own while the shapes of what came before are built in this one; none where one of them cannot be."""
    with pyogrio.raw.open_arrow(path, use_pyarrow=True, batch_size=BATCH, **options) as (meta, reader), ThreadPoolExecutor(1) as beside:
        name, batches, sound = meta["geometry_name"] or "wkb_geometry", [], True
        coming = beside.submit(next, reader, None)
        while (batch := coming.result()) is not None:
            coming = beside.submit(next, reader, None)
            batches.append(batch)
            if sound and name in batch.schema.names:
                try:
                    shapes.append(_from_wkb(batch.column(name).to_numpy(zero_copy_only=False)))
                except (*FAILURES, shapely.errors.GEOSException, NotImplementedError):  # `_geometry` says what it is
                    shapes.clear()
                    sound = False
        return meta, pa.Table.from_batches(batches, reader.schema)


def _from_wkb(raw: NDArray[Any]) -> NDArray[Any]:
    with np.errstate(all="ignore"):  # vertices that are not finite are named by the geometry gate
        return np.asarray(shapely.from_wkb(raw), dtype=object) if len(raw) else np.empty(0, dtype=object)


def _arrow(path: Path, driver: str, layer: str | None, place: Place, *, read: Callable[..., Any] | None = None, **options: Any) -> tuple[dict[str, Any], pa.Table, list[Finding]]:
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            info = pyogrio.read_info(path, layer=layer)
            if info["driver"] not in DRIVERS[driver]:
                raise place.refuse("container.refused_kind", value_seen=str(info["driver"]))
            meta, table = (read or pyogrio.raw.read_arrow)(path, layer=layer, datetime_as_string=driver in ZONED, **options)
    except FAILURES as error:
        raise place.refuse("container.damaged", what=driver, reason=_reason(error, path)) from None
    expected = int(info["features"])
    if expected <= 0 and driver == "FlatGeobuf":
        expected = features_of(path)
    stale = driver == "GPKG" and 0 <= expected < table.num_rows  # a note beside the rows that another program did not keep: no row is missing
    if 0 <= expected != table.num_rows and driver != "ESRI Shapefile" and not stale:
        raise place.refuse("container.row_count", expected=expected, value_seen=table.num_rows)
    broken = [str(w.message) for w in caught if _is_damage(str(w.message))]
    if broken:
        raise place.refuse("container.damaged", what=driver, reason=broken[0][:200].replace(str(path), path.name))
    said = list(dict.fromkeys(str(w.message).replace(str(path), path.name) for w in caught))
    others = [text for text in said if "measured" not in text.lower()]
    findings = [place.finding("container.dropped_z", layer=layer or "", count=table.num_rows)] if len(others) < len(said) else []
    if stale:
        findings.append(place.finding("container.stale_count", layer=layer or "", count=table.num_rows, value_seen=expected))
    if others:
        findings.append(place.finding("container.driver_warning", layer=layer or "", count=len(others), value_seen="; ".join(others[:3])[:300]))
    return meta, table, findings


def features_of(path: Path) -> int:
    """How many features stand in a FlatGeobuf that was written as a stream and states no number (and so has no index), the last one cut or not: each begins with its size."""
    count = 0
    with path.open("rb") as file:
        end = file.seek(0, 2)
        at = 8
        while at + 4 <= end:
            file.seek(at)
            at += 4 + struct.unpack("<I", file.read(4))[0]
            count += 1
    return count - 1 + (at < end)  # the header is the first piece


def _is_damage(text: str) -> bool:
    return any(word in text.lower() for word in ("corrupt", "malformed", "truncat", "unexpected end", "not a valid", "cannot read", "failed to read",
                                                 "error reading", "invalid wkb", "bad page"))


def _geometry(column: pa.ChunkedArray, path: Path, layer: str | None, driver: str, place: Place, built: Sequence[NDArray[Any]] = (), **options: Any
              ) -> tuple[NDArray[Any], int, list[Finding]]:
    """Geometries of a WKB column, or those `built` from it already; a layer with curves is read once more with its curves turned into line segments."""
    lost: list[Finding] = []
    curved = sum(_curves(chunk) for chunk in column.chunks)
    if built and not curved:
        return np.concatenate(built), 0, lost
    raw = column.to_numpy()
    try:
        if curved:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # said already when the layer was read
                raw = pyogrio.raw.read(path, layer=layer, columns=[], **options)[2]
        geometry = _from_wkb(raw)
    except (*FAILURES, shapely.errors.GEOSException, NotImplementedError) as error:
        if not isinstance(error, shapely.errors.GEOSException):
            raise place.refuse("container.damaged", what=driver, reason=_reason(error, path)) from None
        geometry, lost = shapes_of(raw, layer, place)
    return geometry, curved, lost


def shapes_of(raw: NDArray[Any], layer: str | None, place: Place) -> tuple[NDArray[Any], list[Finding]]:
    """Geometries where some cannot be built: rings whose first point is not repeated at their end are closed, others (a vertex that is not finite) are missing; both are said."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        geometry: NDArray[Any] = np.asarray(shapely.from_wkb(raw, on_invalid="ignore"), dtype=object)
        broken = [i for i, (g, w) in enumerate(zip(geometry, raw, strict=True)) if g is None and w is not None]
        mended = {i: g for i, g in zip(broken, shapely.from_wkb(raw[broken], on_invalid="fix"), strict=True) if g is not None and np.isfinite(shapely.get_coordinates(g)).all()} if broken else {}
    for i, shape in mended.items():
        geometry[i] = shape
    lost = [i for i in broken if i not in mended]
    told = [place.finding("container.unclosed_rings", layer=layer or "", row=min(mended) + 1, count=len(mended))] if mended else []
    if lost:
        told.append(place.finding("container.unreadable_geometry", layer=layer or "", row=lost[0] + 1, count=len(lost), reason="its rings cannot be built"))
    return geometry, told


def _curves(chunk: pa.Array) -> int:
    """How many geometries of a WKB chunk are of a curved type (codes 8 to 14), looking at the type bytes alone."""
    valid = chunk.drop_null()
    if not len(valid):
        return 0
    wide = pa.types.is_large_binary(valid.type)
    offsets = np.frombuffer(valid.buffers()[1], np.int64 if wide else np.int32)[valid.offset : valid.offset + len(valid)].astype(np.int64)
    data = np.frombuffer(valid.buffers()[2], np.uint8) if valid.buffers()[2] else np.empty(0, np.uint8)
    if not len(data):
        return 0
    little = data[np.minimum(offsets, len(data) - 1)] == 1
    low = np.where(little, data[np.minimum(offsets + 1, len(data) - 1)], data[np.minimum(offsets + 4, len(data) - 1)]).astype(int)
    high = np.where(little, data[np.minimum(offsets + 2, len(data) - 1)], data[np.minimum(offsets + 3, len(data) - 1)]).astype(int)
    code = (low + 256 * high) % 1000
    return int(((code >= 8) & (code <= 14)).sum())


def cells_of(column: pa.ChunkedArray, place: Place, others: dict[str, Encoding] | None = None) -> NDArray[Any]:
    """An Arrow column as Python cells; the time of day zero is left out of dates by the schema, not here. `others` takes up encodings that are not UTF-8."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _text(column, place, {} if others is None else others)
    if pa.types.is_dictionary(kind):
        return cells_of(column.cast(kind.value_type), place, others)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _binary(column.to_pylist())
    if pa.types.is_timestamp(kind):
        return objects(column.cast(pa.timestamp("us", tz=kind.tz), safe=False).to_pylist())
    values = column.to_pylist()
    if pa.types.is_nested(kind) or pa.types.is_decimal(kind):
        values = [None if v is None else str(v) for v in values]
    if pa.types.is_floating(kind):
        values = [None if v is None or v != v else v for v in values]
    return objects(values)


def _binary(cells: list[bytes | None]) -> NDArray[Any]:
    """Texts that their writer did not mark as such (every cell is printable UTF-8), else the bytes in hexadecimal."""
    try:
        texts = [None if cell is None else cell.decode("utf-8") for cell in cells]
    except UnicodeDecodeError:
        texts = []
    if any(text is not None for text in texts) and all(text is None or text.isprintable() for text in texts):
        return objects(texts)
    return objects([None if cell is None else cell.hex() for cell in cells])


def _cells(field: pa.Field, column: pa.ChunkedArray, place: Place, others: dict[str, Encoding]) -> NDArray[Any]:
    return _instants(column) if _is_text_of_times(field) else cells_of(column, place, others)


def _is_text_of_times(field: pa.Field) -> bool:
    return (field.metadata or {}).get(b"GDAL:OGR:type") == b"DateTime" and bool(pa.types.is_string(field.type) or pa.types.is_large_string(field.type))


def _instants(column: pa.ChunkedArray) -> NDArray[Any]:
    """Times with the zone that they state, or none; a text that is no time stays one."""
    words = {text: _instant(text) for text in column.unique().to_pylist()}
    return objects([words[text] for text in column.to_pylist()])


def _instant(text: str | None) -> Any:
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError:
        return text


def _text(column: pa.ChunkedArray, place: Place, others: dict[str, Encoding]) -> NDArray[Any]:
    """Text cells; text that is not UTF-8, although its format says so, is read in the encoding that the whole column is in."""
    try:
        first = column.slice(0, FEW)
        if len(first.unique()) > len(first) / 2:
            return np.asarray(column.to_numpy(), dtype=object)
        encoded = column.combine_chunks().dictionary_encode()
        encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
        words = objects([*encoded.dictionary.to_pylist(), None])  # equal cells are one object
        return np.asarray(words[encoded.indices.fill_null(len(words) - 1).to_numpy()], dtype=object)
    except (pa.ArrowException, UnicodeDecodeError):
        raw = column.cast(pa.large_binary()).to_pylist()
    encoding = decide([cell for cell in raw if cell is not None], asked=place.encoding)
    if not encoding.name:
        raise ValueError(f"text: {encoding.evidence}")
    others.setdefault(encoding.name, encoding)
    return objects([None if cell is None else decode_cell(cell, encoding.name) for cell in raw])


def _undefined(crs: str) -> bool:
    """GeoPackage's two placeholders for "not known"."""
    return "Undefined" in crs or "unknown" in crs[:40].lower()


def _reason(error: Exception, path: Path) -> str:
    return f"{str(error)[:200]}".replace(str(path), path.name).replace(str(path.parent), "").strip() or type(error).__name__
