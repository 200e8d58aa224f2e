"""Files as the programs of offices write them, byte by byte where libraries would not let one be so wrong."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
from shapely.geometry import mapping

from tests.corpus.desk import Desk
from tests.corpus.ground import COLUMNS, METRIC, in_crs


def dbf(columns: dict[str, Sequence[Any]], *, encoding: str = "gbk", language: int = 0, widths: dict[str, int] | None = None, raw_names: dict[str, bytes] | None = None,
        deleted: Sequence[int] = ()) -> bytes:
    """A dBase table: text as C, numbers as N; names cut to ten bytes as dBase cuts them, in the middle of a character if need be."""
    cells: dict[str, list[bytes]] = {}
    kinds, sizes, decimals = {}, {}, {}
    for name, values in columns.items():
        number = all(isinstance(v, (int, float)) or v is None for v in values)
        kinds[name] = "N" if number else "C"
        decimals[name] = 2 if any(isinstance(v, float) for v in values) else 0
        texts = [("" if v is None else f"{v:.2f}" if isinstance(v, float) else str(v)).encode(encoding) for v in values]
        sizes[name] = (widths or {}).get(name, 18 if number else 60)
        cells[name] = [text[: sizes[name]].rjust(sizes[name]) if number else text[: sizes[name]].ljust(sizes[name]) for text in texts]
    count = len(next(iter(columns.values())))
    header = struct.pack("<BBBBIHH16xBBxx", 3, 122, 1, 1, count, 33 + 32 * len(columns), 1 + sum(sizes.values()), 0, language)
    header = header[:28] + bytes([0, language, 0, 0])
    for name in columns:
        raw = (raw_names or {}).get(name, name.encode(encoding)[:10])
        header += raw.ljust(11, b"\x00")[:11] + kinds[name].encode() + bytes(4) + bytes([sizes[name], decimals[name]]) + bytes(14)
    body = b"".join((b"*" if i in deleted else b" ") + b"".join(cells[name][i] for name in columns) for i in range(count))
    return header + b"\r" + body + b"\x1a"


def shapefile(desk: Desk, name: str, columns: dict[str, Sequence[Any]] | None = None, shapes: Sequence[Any] | None = None, *, epsg: int = METRIC, prj: str | None = "",
              cpg: str | None = None, **table: Any) -> Path:
    """Shapes through GDAL, the table of our own; `prj` None leaves it out, "" writes the one of `epsg`; `cpg` None leaves it out."""
    path = desk.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    given = in_crs(epsg) if shapes is None else shapes
    frame = gpd.GeoDataFrame({"n": range(len(given))}, geometry=list(given), crs=epsg)
    pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    path.with_suffix(".dbf").write_bytes(dbf(columns or COLUMNS, **table))
    if prj is None:
        path.with_suffix(".prj").unlink(missing_ok=True)
    elif prj:
        path.with_suffix(".prj").write_text(prj, encoding="utf-8")
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="utf-8")
    return desk.named(path)


def zipped(desk: Desk, name: str, files: dict[str, Path], *, raw_gbk_names: bool = False) -> Path:
    """A zip of files under given member names; Chinese Windows writes their bytes in GBK and sets no flag."""
    path = desk.folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, file in files.items():
            info = zipfile.ZipInfo(member.encode("gbk").decode("cp437") if raw_gbk_names else member, (2022, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, file.read_bytes())
    if raw_gbk_names:  # the library marks names beyond ASCII as UTF-8: cp437 names go in as they are, unmarked
        data = path.read_bytes()
        for member in files:
            wrong, right = member.encode("gbk").decode("cp437").encode("utf-8"), member.encode("gbk")
            assert wrong in data
            data = _renamed(data, wrong, right)
        path.write_bytes(data)
    return desk.named(path)


def _renamed(data: bytes, wrong: bytes, right: bytes) -> bytes:
    """Members renamed in a small archive; offsets of the central directory are worked anew."""
    out, at = bytearray(), 0
    offsets: list[int] = []
    while data[at : at + 4] == b"PK\x03\x04":
        packed, name_size, extra = struct.unpack_from("<I", data, at + 18)[0], *struct.unpack_from("<HH", data, at + 26)
        name = data[at + 30 : at + 30 + name_size]
        new = right if name == wrong else name
        offsets.append(len(out))
        flags = struct.unpack_from("<H", data, at + 6)[0] & (~0x800 if name == wrong else 0xFFFF)
        out += data[at : at + 6] + struct.pack("<H", flags) + data[at + 8 : at + 26] + struct.pack("<HH", len(new), extra) + new
        out += data[at + 30 + name_size : at + 30 + name_size + extra + packed]
        at += 30 + name_size + extra + packed
    start = len(out)
    for offset in offsets:
        sizes = struct.unpack_from("<HHH", data, at + 28)
        name = data[at + 46 : at + 46 + sizes[0]]
        new = right if name == wrong else name
        flags = struct.unpack_from("<H", data, at + 8)[0] & (~0x800 if name == wrong else 0xFFFF)
        out += data[at : at + 8] + struct.pack("<H", flags) + data[at + 10 : at + 28] + struct.pack("<H", len(new)) + data[at + 30 : at + 42]
        out += struct.pack("<I", offset) + new + data[at + 46 + sizes[0] : at + 46 + sum(sizes)]
        at += 46 + sum(sizes)
    return bytes(out) + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(offsets), len(offsets), len(out) - start, start, 0)


def members(shapefile_path: Path) -> dict[str, Path]:
    """The files of a shapefile by their extension."""
    return {p.suffix.lower(): p for p in shapefile_path.parent.iterdir() if p.stem == shapefile_path.stem}


def features(shapes: Sequence[Any], columns: dict[str, Sequence[Any]] | None = None) -> list[dict[str, Any]]:
    """GeoJSON features of the ground's table over given shapes."""
    table = columns or COLUMNS
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    return [{"type": "Feature", "properties": row, "geometry": None if shape is None else mapping(shape)} for row, shape in zip(rows, shapes, strict=True)]


def collection(shapes: Sequence[Any], **members_: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **members_, "features": features(shapes)}, ensure_ascii=False)


def corner_text(shapes: Sequence[Any], *, header: str = "", heading: str = "full", close: bool = True, comma: str = ",", places: int = 4) -> str:
    """A survey text file: X north and Y east, every plot under its heading, rings by number."""
    lines = [header] if header else []
    lines.append("[地块坐标]")
    for key, use, note, shape in zip(COLUMNS["宗地代码"], COLUMNS["土地用途"], COLUMNS["备注"], shapes, strict=True):
        rings = [list(shape.exterior.coords), *(list(ring.coords) for ring in shape.interiors)]
        count = sum(len(ring) - (0 if close else 1) for ring in rings)
        lines.append(comma.join([str(count), f"{shape.area:.2f}", key, note, "面", "", use, "", "@"]) if heading == "full" else f"{key},@")
        for number, ring in enumerate(rings, start=1):
            for i, (east, north) in enumerate(ring if close else ring[:-1], start=1):
                name = f"J{1 if close and i == len(ring) else i}"
                lines.append(comma.join([name, str(number), f"{north:.{places}f}", f"{east:.{places}f}"]))
    return "\r\n".join(lines) + "\r\n"
