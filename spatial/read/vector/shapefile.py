"""Shapefiles: the set of files found by name in any case, checked as a whole, its shapes read from a copy in scratch."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.crs_text import authority
from spatial.errors import Finding, Several
from spatial.read.vector.dbf import encoding_finding, read_dbf
from spatial.read.vector.draft import Draft, Place
from spatial.read.vector.gdal import geometry_of
from spatial.read.vector.nesting import rewound

HEADER_BYTES = 100
Index = NDArray[np.int64]  # rows of (offset, content length) in bytes


def siblings(path: Path) -> dict[str, Path]:
    """The files of the set, by lower-case extension; the case of names and extensions does not matter, but the name as it is spelled goes before its like."""
    own = path.name[: len(path.name) - len(path.suffix)]
    stem = own.lower()
    found: dict[str, Path] = {}
    for other in sorted(path.parent.iterdir(), key=lambda other: (not other.name.startswith(f"{own}."), other.suffix.isupper() != path.suffix.isupper(), other.name)):
        name = other.name.lower()
        for extension in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            if name in (stem + extension, f"{stem}.shp{extension}") and other.is_file():
                found.setdefault(extension, other)
    found[".shp"] = path
    return found


def read_shapefile(path: Path, place: Place, scratch: Path) -> Draft:
    """Shapes, attributes, reference system and encoding of one shapefile."""
    files = siblings(path)
    shp = path.read_bytes()
    _check_header(shp, place)
    if ".dbf" not in files:
        raise place.refuse("container.missing_member", value_seen=".dbf", field=".dbf")
    codepage = _text(files.get(".cpg")) or None
    table = read_dbf(files[".dbf"], place, codepage=codepage)
    findings = table.findings
    index, rebuilt = _index(shp, files.get(".shx"), place)
    if rebuilt:
        why = {"missing": ("缺失", "is missing"), "wrong": ("与 .shp 不符", "does not fit the .shp")}[rebuilt]
        findings.append(place.finding("container.rebuilt_index", why_zh=why[0], why_en=why[1], count=len(index)))
    if len(index) != len(table.alive):
        raise place.refuse("container.record_mismatch", shapes=len(index), records=len(table.alive), value_seen=len(index))
    geometry, notes = geometry_of(_copy(shp, index, scratch), "ESRI Shapefile", place)
    if len(geometry) != len(index):
        raise place.refuse("container.row_count", expected=len(index), value_seen=len(geometry))
    _check_lost(shp, index, geometry, place)
    geometry, turned = rewound(geometry)
    if len(turned):
        findings.append(place.finding("container.wrong_winding", row=int(turned[0]) + 1, count=len(turned)))
    findings += _boxes(shp, index, geometry, place)
    encoding = encoding_finding(table.encoding, place, codepage)
    findings += notes + ([encoding] if encoding else [])
    rows = np.arange(1, len(index) + 1, dtype=np.int64)
    kept = table.alive
    crs, crs_from = _crs(files.get(".prj"))
    return Draft("ESRI Shapefile", path.stem, [(name, values[kept]) for name, values in table.columns], geometry[kept], rows[kept],
                 crs=crs, crs_from=crs_from, encoding=table.encoding.shown, encoding_from=table.encoding.evidence, findings=findings)


def _text(path: Path | None) -> str:
    data = path.read_bytes()[:100_000] if path else b""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # an editor saved it as "Unicode"
    return data.decode("utf-16" if wide else "utf-8", "replace").strip("\ufeff \r\n\t\x00")


def _crs(prj: Path | None) -> tuple[str, str]:
    text = _text(prj)
    return (authority(text), ".prj") if text else ("", "")


def _check_header(shp: bytes, place: Place) -> None:
    if len(shp) < HEADER_BYTES or shp[:4] != b"\x00\x00\x27\x0a":
        raise place.refuse("container.damaged", what="shapefile", reason="the header is missing or wrong")
    stated = struct.unpack_from(">i", shp, 24)[0] * 2
    if stated != len(shp):
        raise place.refuse("container.cut", value_seen=len(shp), expected=stated)
    if struct.unpack_from("<i", shp, 32)[0] == 31:
        raise place.refuse("container.multipatch", value_seen="MultiPatch")
    if struct.unpack_from("<i", shp, 32)[0] not in (0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28):
        raise place.refuse("container.damaged", what="shapefile", reason=f"shape type {struct.unpack_from('<i', shp, 32)[0]} is not a plane shape")


def _index(shp: bytes, shx: Path | None, place: Place) -> tuple[Index, str]:
    """Where each record lies: by the .shx if it fits the .shp, else by walking the records; and why it was rebuilt."""
    stated = _stated_index(shx)
    if stated is not None and _fits(shp, stated):
        return stated, ""
    walked = _walk(shp)
    if walked is None:
        raise place.refuse("container.damaged", what="shapefile", reason="the records do not follow one another to the end of the file")
    return walked, "missing" if shx is None else "wrong"


def _stated_index(shx: Path | None) -> Index | None:
    data = shx.read_bytes() if shx else b""
    if len(data) < HEADER_BYTES or (len(data) - HEADER_BYTES) % 8 or struct.unpack_from(">i", data, 24)[0] * 2 != len(data):
        return None
    return np.frombuffer(data, ">i4", offset=HEADER_BYTES).reshape(-1, 2).astype(np.int64) * 2


def _fits(shp: bytes, index: Index) -> bool:
    """Whether every entry points at a record that states the same length and lies inside the file."""
    if not len(index):
        return len(shp) == HEADER_BYTES
    ends = index[:, 0] + 8 + index[:, 1]
    if (index[:, 0] < HEADER_BYTES).any() or (index[:, 1] < 4).any() or (ends > len(shp)).any() or (index[1:, 0] < ends[:-1]).any():
        return False
    raw = np.frombuffer(shp, np.uint8)
    lengths = raw[index[:, 0][:, None] + np.arange(4, 8)].copy().view(">i4").reshape(-1).astype(np.int64) * 2
    return bool((lengths == index[:, 1]).all() and ends[-1] == len(shp))


def _walk(shp: bytes) -> Index | None:
    at = HEADER_BYTES
    found: list[tuple[int, int]] = []
    while at < len(shp):
        if at + 12 > len(shp):
            return None
        number, words = struct.unpack_from(">ii", shp, at)
        if number != len(found) + 1 or words < 2 or at + 8 + words * 2 > len(shp):
            return None
        found.append((at, words * 2))
        at += 8 + words * 2
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _copy(shp: bytes, index: Index, scratch: Path) -> Path:
    """The shapes and their index alone, under a plain name, so that nothing beside them is opened or written."""
    target = scratch / "shapes.shp"
    target.write_bytes(shp)
    length = (HEADER_BYTES + 8 * len(index)) // 2
    header = shp[:24] + struct.pack(">i", length) + shp[28:HEADER_BYTES]
    (scratch / "shapes.shx").write_bytes(header + (index // 2).astype(">i4").tobytes())
    return target


def _boxes(shp: bytes, index: Index, geometry: NDArray[np.object_], place: Place) -> list[Finding]:
    """Every record states the box of its shape; one that does not hold tells of a damaged coordinate."""
    raw = np.frombuffer(shp, np.uint8)
    kinds = raw[index[:, 0][:, None] + np.arange(8, 12)].copy().view("<i4").reshape(-1) if len(index) else np.empty(0, np.int32)
    boxed = np.flatnonzero((index[:, 1] >= 44) & np.isin(kinds % 10, (3, 5)) & ~shapely.is_missing(geometry))
    if not len(boxed):
        return []
    stated = raw[index[boxed, 0][:, None] + np.arange(12, 44)].copy().view("<f8").reshape(-1, 4)
    seen = shapely.bounds(geometry[boxed])
    with np.errstate(invalid="ignore", over="ignore"):
        apart = ~(np.abs(stated - seen) <= 1e-9 * np.fmax(np.abs(seen), 1.0)).all(axis=1) & np.isfinite(seen).all(axis=1)
    if not apart.any():
        return []
    row = int(boxed[apart][0]) + 1
    return [place.finding("container.box_mismatch", row=row, count=int(apart.sum()), value_seen=Several(f"{v:.3f}" for v in stated[apart][0]))]


def _check_lost(shp: bytes, index: Index, geometry: NDArray[np.object_], place: Place) -> None:
    """A record that holds a shape and gives none is damaged; a null shape is not."""
    missing = [i for i in np.flatnonzero(shapely.is_missing(geometry)) if struct.unpack_from("<i", shp, index[i, 0] + 8)[0] != 0]
    if missing:
        raise place.refuse("container.damaged", what="shapefile", row=int(missing[0]) + 1, count=len(missing),
                           reason=f"the shape of record {missing[0] + 1} cannot be read ({len(missing)} such records)")
