"""Basemaps a study names under [map]: their addresses for the page, the hosts its policy lets in, and tiles of a file put into the page."""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from spatial.errors import UsageError
from spatial.render.map_codec import Body
from spatial.resources import sqlite_uri
from spatial.schema.study import Study

TIANDITU = "https://t{s}.tianditu.gov.cn/%s_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=%s&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}"
GAODE = "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}"
GAODE_IMAGE = "https://webst0{s}.is.autonavi.com/appmaptile?style=6&x={x}&y={y}&z={z}"
KNOWN: dict[str, dict[str, Any]] = {
    "tianditu": {"label": "天地图 矢量", "urls": [TIANDITU % ("vec", "vec"), TIANDITU % ("cva", "cva")], "servers": "01234567", "key": True, "credit": "天地图", "deepest": 18},
    "tianditu_image": {"label": "天地图 影像", "urls": [TIANDITU % ("img", "img"), TIANDITU % ("cia", "cia")], "servers": "01234567", "key": True, "credit": "天地图", "deepest": 18},
    "gaode": {"label": "高德", "urls": [GAODE], "servers": "1234", "datum": "GCJ-02", "credit": "高德地图", "deepest": 18},
    "gaode_image": {"label": "高德 影像", "urls": [GAODE_IMAGE], "servers": "1234", "datum": "GCJ-02", "credit": "高德地图", "deepest": 18},
    "osm": {"label": "OpenStreetMap", "urls": ["https://tile.openstreetmap.org/{z}/{x}/{y}.png"], "credit": "© OpenStreetMap contributors", "deepest": 19},
}
OWN_KEYS = ("name", "url", "path", "datum", "tms", "credit", "deepest", "servers")
MOST_EMBEDDED = 40_000_000  # bytes of tiles in one page
WEB = re.compile(r"https?://[A-Za-z0-9.{}:\[\]-]+/\S+")
TYPES = ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"RIFF", "image/webp"))


def declared(study: Study) -> list[dict[str, Any]]:
    """Rows of [map] basemaps: a known name, or a table with an address of tiles or a path to an MBTiles file."""
    rows = []
    for number, said in enumerate(study.map.get("basemaps", ()), 1):
        if isinstance(said, str) and said in KNOWN:
            rows.append({"id": said, **KNOWN[said]})
        elif isinstance(said, Mapping) and not set(said) - set(OWN_KEYS) and ("url" in said) != ("path" in said):
            row = {"id": f"own{number}", "label": str(said.get("name", f"底图 {number}")), "credit": str(said.get("credit", "")), "deepest": int(said.get("deepest", 18)),
                   "servers": str(said.get("servers", "")), "tms": bool(said.get("tms", False))}
            if said.get("datum", "") not in ("", "GCJ-02", "CGCS2000", "WGS84"):
                raise UsageError(f"map.basemaps[{number}].datum: {said['datum']!r}；可用 GCJ-02、CGCS2000、WGS84 / use one of these")
            if said.get("datum") == "GCJ-02":
                row["datum"] = "GCJ-02"
            if "path" in said:
                rows.append({**row, "path": str(said["path"])})
                continue
            if not (WEB.fullmatch(str(said["url"])) or ("://" not in str(said["url"]) and not str(said["url"]).startswith(("/", "\\", "javascript:", "data:")))):
                raise UsageError(f"map.basemaps[{number}].url: {said['url']!r}；须为 http(s) 地址或相对路径，含 {{z}} {{x}} {{y}} / an http(s) address or a relative path with {{z}} {{x}} {{y}}")
            rows.append({**row, "urls": [str(said["url"])]})
        else:
            raise UsageError(f"map.basemaps[{number}]: {said!r}；可用 {'、'.join(KNOWN)}，或 {{ name, url }}、{{ name, path }} / use a known name, or a table with url or path")
    return rows


def basemaps(study: Study, body: Body, bounds: tuple[float, ...]) -> list[dict[str, Any]]:
    """Basemaps as the page takes them; the tiles of a file that fall on the parcels are put into the page."""
    return [_embedded(row, study, body, bounds) if "path" in row else row for row in declared(study) if "path" not in row or (study.path.parent / row["path"]).is_file()]


def absent(study: Study) -> list[str]:
    """Tile files that are not where the study says: the map is drawn without them."""
    return [row["path"] for row in declared(study) if "path" in row and not (study.path.parent / row["path"]).is_file()]


def hosts(study: Study) -> list[str]:
    """Origins that the page's policy must let in, and nothing else."""
    found: set[str] = set()
    for row in declared(study):
        for url in row.get("urls", ()):
            if "://" not in url:
                found.add("'self'")
                continue
            parts = urlsplit(url)
            for server in row.get("servers") or " ":
                found.add(f"{parts.scheme}://{parts.netloc.replace('{s}', server)}")
    return sorted(found)


def _embedded(row: dict[str, Any], study: Study, body: Body, bounds: tuple[float, ...]) -> dict[str, Any]:
    """Tiles of an MBTiles or PMTiles file over the parcels, coarse to fine, as far as a page can carry them."""
    path = study.path.parent / row["path"]
    reader = _pmtiles if path.suffix.lower() == ".pmtiles" else _mbtiles
    tiles, size, deepest, kind = {}, 0, 0, "image/png"
    for z, x, y, data in reader(path, bounds):
        kind = next((name for mark, name in TYPES if data.startswith(mark)), "")
        if not kind:
            raise UsageError(f"map.basemaps: {row['path']}：不是栅格瓦片 / holds no raster tiles")
        size += len(data)
        if size > MOST_EMBEDDED:
            break
        tiles[f"{z}/{x}/{y}"] = body.blob(data)
        deepest = max(deepest, z)
    return {**{key: value for key, value in row.items() if key not in ("path", "tms")}, "urls": [], "tiles": tiles, "type": kind, "deepest": deepest}


def _ranges(bounds: tuple[float, ...], zoom: int) -> tuple[range, range]:
    """Columns and rows (from the north) of the tiles over a box in degrees."""
    def place(lon: float, lat: float) -> tuple[int, int]:
        n = 1 << zoom
        row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n
        return min(max(int((lon + 180) / 360 * n), 0), n - 1), min(max(int(row), 0), n - 1)

    (west, south), (east, north) = place(bounds[0], bounds[1]), place(bounds[2], bounds[3])
    return range(west - 1, east + 2), range(north - 1, south + 2)


def _mbtiles(path: Path, bounds: tuple[float, ...]) -> Iterator[tuple[int, int, int, bytes]]:
    link = sqlite3.connect(sqlite_uri(path, "mode=ro"), uri=True)
    try:
        for (zoom,) in link.execute("SELECT DISTINCT zoom_level FROM tiles ORDER BY zoom_level").fetchall():
            columns, rows = _ranges(bounds, zoom)
            flipped = ((1 << zoom) - rows.stop, (1 << zoom) - 1 - rows.start)
            for x, y, data in link.execute("SELECT tile_column, tile_row, tile_data FROM tiles WHERE zoom_level = ? AND tile_column BETWEEN ? AND ? AND tile_row BETWEEN ? AND ? "
                                           "ORDER BY tile_column, tile_row", (zoom, columns.start, columns.stop - 1, *flipped)):
                yield zoom, x, (1 << zoom) - 1 - y, bytes(data)
    except sqlite3.DatabaseError as problem:
        raise UsageError(f"{path.name}: 读不出 MBTiles / not a readable MBTiles file ({problem})") from None
    finally:
        link.close()


def _pmtiles(path: Path, bounds: tuple[float, ...]) -> Iterator[tuple[int, int, int, bytes]]:
    from pmtiles.reader import MmapSource, Reader

    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
        try:
            head = reader.header()
            for zoom in range(head["min_zoom"], head["max_zoom"] + 1):
                columns, rows = _ranges(bounds, zoom)
                for x in columns:
                    for y in rows:
                        data = reader.get(zoom, x, y) if 0 <= x < 1 << zoom and 0 <= y < 1 << zoom else None
                        if data:
                            yield zoom, x, y, data
        except Exception as problem:  # the library raises whatever a damaged file makes it stumble over
            raise UsageError(f"{path.name}: 读不出 PMTiles / not a readable PMTiles file ({type(problem).__name__})") from None
