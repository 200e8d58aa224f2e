"""What a vector file is, by its content; the name is only a hint where the content cannot tell."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from pathlib import Path

from spatial.read.vector.strangers import Stranger, root_of, stranger

HEAD_BYTES = 65_536


class Kind(StrEnum):
    """Kinds that are read, then kinds that are known and refused."""

    SHAPEFILE = "ESRI Shapefile"
    GEOPACKAGE = "GPKG"
    FILEGDB = "OpenFileGDB"
    GEOJSON = "GeoJSON"
    GEOJSON_LINES = "GeoJSONSeq"
    TOPOJSON = "TopoJSON"
    ESRIJSON = "ESRIJSON"
    PARQUET = "Parquet"
    FLATGEOBUF = "FlatGeobuf"
    KML = "KML"
    DXF = "DXF"
    CORNERS = "corner points (TXT)"
    ARCHIVE = "zip"
    EMPTY = "empty"
    VRT = "GDAL virtual file"
    WFS = "service description"
    GML = "GML"
    DWG = "DWG"
    TAB = "MapInfo TAB"
    MIF = "MapInfo MIF"
    MAPGIS = "MapGIS"
    ACCESS = "Access (mdb, accdb)"
    SQL = "SQL"
    GPX = "GPX"
    SHAPEFILE_PART = "part of a shapefile"
    STRANGER = "no layer"
    UNKNOWN = "unknown"


OTHERS = (Kind.TAB, Kind.MIF, Kind.MAPGIS, Kind.ACCESS, Kind.SQL, Kind.GPX)
REFUSED = (Kind.EMPTY, Kind.VRT, Kind.WFS, Kind.GML, Kind.DWG, *OTHERS, Kind.SHAPEFILE_PART, Kind.STRANGER, Kind.UNKNOWN)
SIGNS = ((rb"WMAP.D2", Kind.MAPGIS), (rb"\x00\x01\x00\x00Standard (?:Jet|ACE) DB", Kind.ACCESS))
WORDS = ((r"(?i)!table\s+!version\s", Kind.TAB), (r"(?i)version\s+\d+\s+(?:charset|delimiter|unique|index|coordsys|columns)\b", Kind.MIF),
         (r"(?i)(?:--[^\n]*\n\s*)*?-- (?:PostgreSQL|MySQL|MariaDB)\b[^\n]*dump|"
          r"(?:--[^\n]*\n\s*|SET [^;\n]*;\s*|BEGIN;\s*|(?:DROP|ALTER) TABLE [^;\n]*;\s*)*(?:CREATE TABLE|INSERT INTO|COPY) [\w\"`.\[\]]+ *\(", Kind.SQL))
TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


def sniff(path: Path) -> Kind:
    """The kind of a file or folder; reads its first bytes only."""
    if path.is_dir():
        return Kind.FILEGDB if any(path.glob("*.gdbtable")) else Kind.UNKNOWN
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head.strip(b"\x00 \r\n\t"):
        return Kind.EMPTY
    known = _by_magic(path, head)
    return known or (Kind.STRANGER if stranger(path, head, as_text(head)) else _by_text(path, head))


def stranger_in(path: Path) -> Stranger | None:
    """What a file is that is no layer and is known by how it begins."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    return stranger(path, head, as_text(head))


def _by_magic(path: Path, head: bytes) -> Kind | None:
    if head[:4] == b"\x00\x00\x27\x0a":
        return Kind.SHAPEFILE if path.suffix.lower() not in (".shx", ".sbn", ".sbx") else Kind.SHAPEFILE_PART
    if head.startswith(b"SQLite format 3\x00"):
        return Kind.GEOPACKAGE
    if head[:3] == b"fgb":
        return Kind.FLATGEOBUF
    if head[:4] == b"PAR1":
        return Kind.PARQUET
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return Kind.ARCHIVE
    for sign, kind in SIGNS:
        if re.match(sign, head):
            return kind
    if re.match(rb"AC10\d\d\x00", head):
        return Kind.DWG
    if path.suffix.lower() == ".dbf" and head[0] in (0x02, 0x03, 0x30, 0x31, 0x43, 0x83, 0x8B, 0xF5):
        return Kind.SHAPEFILE_PART
    return None


def _by_text(path: Path, head: bytes) -> Kind:
    text = as_text(head).lstrip("\ufeff\x1e \t\r\n")
    if text.startswith("<"):
        return _xml(text)
    if text[:1] == "{":
        return _json(path, text)
    if re.match(r"\[\s*\{", text):
        return Kind.GEOJSON
    for words, kind in WORDS:
        if re.match(words, text):
            return kind
    if re.match(r"(999\s*\r?\n.*\r?\n\s*)*0\s*\r?\nSECTION", text) or (path.suffix.lower() == ".dxf" and "SECTION" in text):
        return Kind.DXF
    text = unicodedata.normalize("NFKC", text)
    if "[地块坐标]" in text or "[属性描述]" in text:
        return Kind.CORNERS
    if re.search(r"(?m)^J?\d+\s*[,;\t]\s*\d+\s*[,;\t]\s*[\d.]+\s*[,;\t]\s*[\d.]+\s*$", text) and not (path.suffix.lower() in TABLES and _columns_named(text)):
        return Kind.CORNERS
    return {".shp": Kind.SHAPEFILE, ".geojson": Kind.GEOJSON, ".topojson": Kind.TOPOJSON}.get(path.suffix.lower(), Kind.UNKNOWN)


def _columns_named(text: str) -> bool:
    """Whether a text begins with the names of a table's columns: rows of an id, a whole number, x and y below them are no corners."""
    cells = re.split(r"[,;\t]", text.strip().split("\n", 1)[0])
    return len(cells) > 3 and not any(re.fullmatch(r"\s*[-\d.]*\s*", cell) for cell in cells) and not re.search("点号|圈号", text[:200])


def _xml(text: str) -> Kind:
    name = root_of(text)
    if name in ("kml", "gpx"):
        return Kind.KML if name == "kml" else Kind.GPX
    if name.startswith(("OGRVRT", "VRTDataset", "GDALTileIndex", "GDALVectorTileIndex")):
        return Kind.VRT
    if name.startswith(("OGRWFS", "WFS", "GDAL_", "WMS", "WMT", "WCS", "Capabilities")):
        return Kind.WFS
    return Kind.GML if "opengis.net/gml" in text else Kind.UNKNOWN


def _json(path: Path, text: str) -> Kind:
    kind = re.search(r'"type"\s*:\s*"(Topology|FeatureCollection|Feature|GeometryCollection|(?:Multi)?(?:Point|LineString|Polygon))"', text)
    if re.search(r'"type"\s*:\s*"Topology"', text) or (path.suffix.lower() == ".topojson" and '"arcs"' in text):
        return Kind.TOPOJSON
    first_line = text.split("\n", 1)
    if kind and kind.group(1) != "FeatureCollection" and len(first_line) == 2 and first_line[1].lstrip("\x1e \r\n").startswith("{") \
            and first_line[0].rstrip().endswith("}"):
        return Kind.GEOJSON_LINES
    if re.search(r'"geometryType"\s*:\s*"esriGeometry|"rings"\s*:', text) and '"attributes"' in text:
        return Kind.ESRIJSON
    lines = path.suffix.lower() in (".geojsonl", ".geojsons", ".ndjson") and not (kind and kind.group(1) == "FeatureCollection")
    return Kind.GEOJSON_LINES if lines else Kind.GEOJSON


def as_text(head: bytes) -> str:
    """Text of the first bytes, good enough to recognise words in."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "ignore")
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError as error:
        return head.decode("utf-8", "ignore") if error.start > len(head) - 4 else head.decode("gb18030", "ignore")
