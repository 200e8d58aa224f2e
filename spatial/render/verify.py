"""What was written is read back before it takes its place: every file opens, ends where it should, and holds the rows it was given."""

from __future__ import annotations

import contextlib
import csv
import json
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow.parquet

from spatial.errors import Refused, found
from spatial.render.checks import LAYER, field_checks
from spatial.resources import sqlite_uri
from spatial.schema.result import Result

TAIL_BYTES, BLOCK_BYTES = 1024, 1 << 20
ROW = b"<row "


def expected_rows(result: Result, content: Mapping[str, Any]) -> dict[str, int]:
    """Rows that each file, or layer of a file, has to hold."""
    layers = {"layers.gpkg/parcels": len(result.parcels)}
    if len(result.carriers):
        layers["layers.gpkg/carriers"] = len(result.carriers)
    if (checks := field_checks(result)) is not None:
        layers[f"layers.gpkg/{LAYER}"] = len(checks)
    return {"results.json": len(content["values"]), "scorecard.csv": len(content["scorecard"]), "findings.csv": len(content["findings"]),
            "rows.csv": len(result.rows), "matches.csv": len(result.matches), "parcels.parquet": len(result.parcels), **layers}


def verify(folder: Path, rows: Mapping[str, int]) -> None:
    """Open every file of a stage again and count.

    Raises
    ------
    Refused
        With every file that does not hold what it was given.
    """
    problems = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        try:
            held = READERS.get(path.suffix, _any)(path)
        except Exception as problem:  # whatever a library raises on a damaged file
            problems.append(found("output.damaged", path=path.name, field=name, value_seen=type(problem).__name__, value_used="-"))
            continue
        for part, count in held.items():
            full = f"{name}/{part}" if part else name
            if full in rows and rows[full] != count:
                problems.append(found("output.damaged", path=path.name, field=full, value_seen=count, value_used=rows[full]))
        problems += [found("output.damaged", path=path.name, field=full, value_seen="0", value_used=rows[full])
                     for full in rows if full.startswith(f"{name}/") and full.split("/", 1)[1] not in held]
    problems += [found("output.damaged", path=name, field=name, value_seen="0", value_used=count)
                 for name, count in rows.items() if "/" not in name and not (folder / name).is_file()]
    if problems:
        raise Refused(problems)


def _json(path: Path) -> dict[str, int]:
    content = json.loads(path.read_text(encoding="utf-8"))
    return {"": len(content["values"])} if isinstance(content, dict) and "values" in content else {}


def _csv(path: Path) -> dict[str, int]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = sum(1 for _ in csv.reader(stream)) - 1
    if rows < 0:
        raise ValueError("no header")
    return {"": rows}


def _parquet(path: Path) -> dict[str, int]:
    return {"": pyarrow.parquet.ParquetFile(path).metadata.num_rows}


def _geopackage(path: Path) -> dict[str, int]:
    with contextlib.closing(sqlite3.connect(sqlite_uri(path, "mode=ro"), uri=True)) as base:
        page = base.execute("PRAGMA page_size").fetchone()[0]
        if path.stat().st_size % page or base.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise ValueError("damaged")
        tables = [row[0] for row in base.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")]
        return {table: base.execute('SELECT count(*) FROM "' + table.replace('"', '""') + '"').fetchone()[0] for table in tables}


def _zip(path: Path) -> dict[str, int]:
    with zipfile.ZipFile(path) as archive:
        if damaged := archive.testzip():
            raise ValueError(damaged)
    return {}


def _workbook(path: Path) -> dict[str, int]:
    """Rows of each sheet, counted in what is stored of it."""
    _zip(path)
    with zipfile.ZipFile(path) as archive:
        names = [sheet.attrib["name"] for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter() if sheet.tag.endswith("}sheet")]
        return {name: _rows(archive, f"xl/worksheets/sheet{number}.xml") for number, name in enumerate(names, 1)}


def _rows(archive: zipfile.ZipFile, member: str) -> int:
    count, rest = 0, b""
    with archive.open(member) as stream:
        while block := stream.read(BLOCK_BYTES):
            held = rest + block
            count += held.count(ROW)
            rest = held[-len(ROW) + 1:]
    return count


def _html(path: Path) -> dict[str, int]:
    return _ends(path, b"</html>")


def _pdf(path: Path) -> dict[str, int]:
    return _ends(path, b"%%EOF")


def _png(path: Path) -> dict[str, int]:
    return _ends(path, b"IEND")


def _xml(path: Path) -> dict[str, int]:
    ElementTree.parse(path)
    return {}


def _raster(path: Path) -> dict[str, int]:
    import rasterio

    with rasterio.open(path, driver="GTiff") as raster:
        for band in raster.indexes:
            for _, window in raster.block_windows(band):
                raster.read(band, window=window)
    return {}


def _ends(path: Path, mark: bytes) -> dict[str, int]:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - TAIL_BYTES))
        if mark not in stream.read():
            raise ValueError("cut")
    return {}


def _any(path: Path) -> dict[str, int]:
    return {}


READERS: Mapping[str, Callable[[Path], dict[str, int]]] = {
    ".json": _json, ".csv": _csv, ".parquet": _parquet, ".gpkg": _geopackage, ".xlsx": _workbook, ".docx": _zip, ".zip": _zip, ".html": _html, ".pdf": _pdf, ".png": _png,
    ".qml": _xml, ".sld": _xml, ".tif": _raster}
