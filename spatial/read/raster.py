"""Raster layers of a study: opened by content as GeoTIFF and nothing else, described, and handed on as grids that are read in windows."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import rasterio
from pyproj import CRS
from rasterio.enums import ColorInterp

from spatial.crs_text import parse_crs
from spatial.errors import Finding, Refused, Several, found, placed
from spatial.read.files import sha256
from spatial.read.raster_bands import INDEX_BANDS, bands_of
from spatial.read.raster_cells import FAILURES, Cells, reader_of, reason_of
from spatial.read.raster_doubt import doubts_of
from spatial.schema.raster import COVER, Raster
from spatial.schema.result import INPUT_COLUMNS
from spatial.schema.study import LayerSpec, Study

MAGIC = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
SIGNS = ((b"<VRT", "VRT"), (b"<", "XML"), (b"\x89PNG", "PNG"), (b"\xff\xd8", "JPEG"), (b"EHFA", "ERDAS Imagine"), (b"\x89HDF", "HDF5 / netCDF"), (b"CDF", "netCDF"),
         (b"\x00\x00\x00\x0cjP", "JPEG 2000"), (b"PK", "zip"))
MAX_BLOCK_BYTES = 1 << 28
MAX_SIDE, MAX_CELLS = 2048, 1 << 22


def read_rasters(study: Study, limits: Mapping[str, Any]) -> tuple[list[Raster], pd.DataFrame, list[Finding]]:
    """Every raster layer of a study, their rows of the inputs, and what was found in them.

    limits : thresholds of evidence, for the layers that the tool classes itself. Errors are among the findings, so that all layers are told at once; a raster with an error is left out.
    """
    rasters, rows, findings = [], [], []
    for role, spec in study.layers.items():
        if role.split(".")[0] != "imagery":
            continue
        try:
            raster, said, stated = open_raster(spec, limits)
        except Refused as refused:
            findings += placed(refused.findings, role=role, path=spec.shown_path)
            continue
        findings += placed(said, role=role, path=spec.shown_path)
        rasters.append(raster)
        rows.append({"role": role, "path": spec.shown_path, "layer": raster.band, "rows": raster.height, "crs": stated, "crs_from": "study" if spec.crs else "file",
                     "encoding": "", "sha256": sha256([spec.path]), "parts": {}})
    return rasters, pd.DataFrame(rows, columns=[*INPUT_COLUMNS, "parts"]), findings


def open_raster(spec: LayerSpec, limits: Mapping[str, Any]) -> tuple[Raster, list[Finding], str]:
    """Describe one raster; raises Refused when it cannot be used."""
    check_content(spec.path)
    try:
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always", rasterio.errors.NotGeoreferencedWarning)  # it is a finding
            with rasterio.open(spec.path, driver="GTiff") as source:
                bare = any(issubclass(one.category, rasterio.errors.NotGeoreferencedWarning) for one in heard)
                return _described(source, spec, limits, bare=bare)
    except FAILURES as problem:
        raise Refused([found("raster.corrupt", reason=reason_of(problem, spec.path))]) from None


def check_content(path: Path) -> None:
    """Refuse what is no TIFF by its first bytes, whatever it is called."""
    if path.is_dir():
        raise Refused([found("raster.not_geotiff", value_seen="folder")])
    with path.open("rb") as stream:
        head = stream.read(64)
    if head[:4] not in MAGIC:
        raise Refused([found("raster.not_geotiff", value_seen=_kind(head))])


def is_raster(path: Path) -> bool:
    """Whether a file is a TIFF by its first bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(4) in MAGIC


def described(path: Path) -> list[Finding]:
    """What a raster seems to be, for a reader without a study: size, bands, reference system, missing values; and what is wrong with it."""
    try:
        raster, said, stated = open_raster(LayerSpec("imagery", path, path.name), {})
        with rasterio.open(path, driver="GTiff") as source:
            bands = Several(f"{number} {name or '—'} ({dtype})" for number, (name, dtype) in enumerate(zip(source.descriptions, source.dtypes, strict=True), start=1))
            missing = ", ".join(str(value) for value in source.nodatavals if value is not None) or "—"
    except Refused as refused:
        return placed(refused.findings, role="imagery", path=path.name)
    except FAILURES as problem:
        return [found("raster.corrupt", role="imagery", path=path.name, reason=reason_of(problem, path))]
    about = found("raster.described", role="imagery", path=path.name, value_seen=f"{raster.width} x {raster.height}", bands=bands, crs=stated, missing=missing, kind=raster.kind)
    return [about, *placed(said, role="imagery", path=path.name)]


def _kind(head: bytes) -> str:
    if not head:
        return "empty file"
    text = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    for start, name in SIGNS:
        if text.startswith(start):
            return name
    return repr(head[:8])


def _described(source: Any, spec: LayerSpec, limits: Mapping[str, Any], *, bare: bool) -> tuple[Raster, list[Finding], str]:
    problems, findings = [], []
    count = source.count
    index = str(spec.options.get("index") or "")
    band = spec.options.get("band", 1)
    known = ", ".join(f"{i} {name}" if name else str(i) for i, name in enumerate(source.descriptions, start=1))
    named = bands_of(source.descriptions, spec.options.get("bands") or {})
    if index and index != "slope":
        lacking = [name for name in INDEX_BANDS[index] if not 1 <= named.get(name, 0) <= count]
        if lacking:
            problems.append(found("raster.unknown_index", field="bands", value_seen=index, known=Several(lacking)))
        bands = tuple(named.get(name, 1) for name in INDEX_BANDS[index])
    else:
        if band != int(band) or not 1 <= band <= count:
            raise Refused([found("raster.wrong_band", field="band", value_seen=band, bands=count, known=known)])
        bands = (int(band),)
        if source.colorinterp[int(band) - 1] == ColorInterp.alpha:
            problems.append(found("raster.alpha_band", field="band", value_seen=band))
    if any("complex" in source.dtypes[b - 1] for b in bands if b <= count):
        problems.append(found("raster.complex", value_seen=source.dtypes[bands[0] - 1]))
    stated = source.crs.to_wkt(version="WKT2_2019") if source.crs else ""
    problems += _placed(source, spec, stated, bare=bare) + _blocked(source, bands[0])
    if problems:
        raise Refused(problems)
    if len(source.subdatasets) > 1:
        findings.append(found("raster.pages", count=len(source.subdatasets)))
    kind, said = _kind_of(source, spec, bands[0], index)
    nodata = spec.options.get("nodata")
    doubts, ceiling, more = doubts_of(source, bands[0], nodata)
    cells = Cells(path=spec.path, bands=bands, index=index, nodata=nodata, empty_border=any(f.code == "raster.empty_border" for f in more), limits=limits,
                  geographic=_crs(spec, stated).is_geographic, role=spec.role)
    name = spec.role.partition(".")[2] or "imagery"
    title = source.descriptions[bands[0] - 1]
    raster = Raster(
        role=spec.role, name=name, path=spec.shown_path, band=index or f"band {bands[0]}" + (f" {title}" if title else ""), kind=kind, day=spec.options.get("date"),
        unit=(source.units[bands[0] - 1] or "") if not index else "", crs=_crs(spec, stated), transform=tuple(source.transform)[:6], width=source.width, height=source.height,
        block=_window(source, bands[0]), read=reader_of(cells), measure=_measure(spec, index), groups=_groups(spec, index), doubts=() if index else doubts,
        ceiling=None if index else ceiling)
    return raster, findings + said + more, _label(spec, stated)


def _label(spec: LayerSpec, stated: str) -> str:
    crs = parse_crs(spec.crs) if spec.crs else _crs(spec, stated)
    code = crs.to_authority(min_confidence=70) if crs is not None else None
    return ":".join(code) if code else (spec.crs or (crs.name if crs is not None else ""))


def _placed(source: Any, spec: LayerSpec, stated: str, *, bare: bool) -> list[Finding]:
    """The file's place: a transform that can be turned back, and a reference system, its own or the study's.

    bare : GDAL says that there is no place; it does so of a file that has a cell size and no origin too, whose transform then begins at 0, 0
    """
    problems = []
    crs = parse_crs(spec.crs) if spec.crs else parse_crs(stated) if stated else None
    usable = crs is not None and (crs.is_projected or crs.is_geographic or crs.is_bound)
    if spec.crs and not usable:
        problems.append(found("crs.unknown_code", field="crs", value_seen=spec.crs))
    a, b, _, d, e, _ = tuple(source.transform)[:6]
    bare = bare or source.transform.is_identity or not math.isfinite(a * e - b * d) or a * e - b * d == 0
    if bare:
        problems.append(found("raster.no_place", value_seen=f"GCP {len(source.gcps[0])}" if source.gcps[0] else "RPC" if source.rpcs else "—"))
    elif not usable and not spec.crs:
        problems.append(found("raster.no_crs", field="crs"))
    return problems


def _crs(spec: LayerSpec, stated: str) -> CRS:
    crs = parse_crs(spec.crs or stated)
    return crs if crs is not None else CRS.from_epsg(4490)


def _blocked(source: Any, band: int) -> list[Finding]:
    rows, columns = source.block_shapes[band - 1]
    together = source.count if source.interleaving is not None and source.interleaving.name.lower() == "pixel" else 1
    size = rows * columns * np.dtype(source.dtypes[band - 1]).itemsize * together
    return [found("raster.block_too_large", value_seen=f"{size / 2**20:,.0f} MB")] if size > MAX_BLOCK_BYTES else []


def _window(source: Any, band: int) -> tuple[int, int]:
    """Columns and rows to read at once: whole blocks, a few million cells, full rows where the file is stored in strips."""
    rows, columns = source.block_shapes[band - 1]
    if columns >= source.width:
        many = max(MAX_CELLS // max(source.width, 1), 1)
        return source.width, min(max(many // rows, 1) * rows if rows <= many else many, source.height)
    wide, high = (max(MAX_SIDE // side, 1) * side if side <= MAX_SIDE else MAX_SIDE for side in (columns, rows))
    return min(wide, source.width), min(high, source.height)


def _kind_of(source: Any, spec: LayerSpec, band: int, index: str) -> tuple[Any, list[Finding]]:
    """Classes or quantities: as the study says; a palette without a word from the study means classes."""
    if index:
        return ("classes" if index in ("cover", "slope") else "continuous"), []
    stated = spec.options.get("kind")
    palette = source.colorinterp[band - 1] == ColorInterp.palette
    if stated is None:
        return ("classes", [found("raster.palette", field="kind", value_used="classes")]) if palette else ("continuous", [])
    return stated, [found("raster.palette_averaged", field="kind", value_seen=stated)] if palette and stated == "continuous" else []


def _measure(spec: LayerSpec, index: str) -> str:
    return index or str(spec.options.get("measure") or ("cover" if spec.options.get("classes") else ""))


def _groups(spec: LayerSpec, index: str) -> Mapping[int, str]:
    if index == "cover":
        return dict(COVER)
    return {int(code): group for group, codes in (spec.options.get("classes") or {}).items() for code in codes}
