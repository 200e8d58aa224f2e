"""The map for a web server: parcels as a PMTiles archive, columns as one file, and a small page with the same client, for millions of parcels."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from spatial.errors import Finding
from spatial.render.map import page_of
from spatial.render.map_codec import STEP_DEGREES, Body, packed
from spatial.render.map_element import steady
from spatial.render.map_mvt import Attribute, mercator, tiles
from spatial.render.map_payload import ground_of, payload
from spatial.schema.result import Result

PAGE, ARCHIVE, COLUMNS = "index.html", "parcels.pmtiles", "parcels.bin"
DEEPEST, FINE, COARSE = 15, 16384, 1024  # a step of the deepest level is at most 0.075 m
LEAST = 2 / 256  # of a tile: smaller parcels are drawn from their boxes until the next level
TAGS = ("parcel_id", "land_status", "land_use_name", "area_m2")


def write_map_tiles(result: Result, folder: Path) -> list[Finding]:
    """Write the page, the archive and the columns of a run into a folder; returns what the page could not carry."""
    pick = 0 if result.language == "zh" else 1
    folder.mkdir(parents=True, exist_ok=True)
    ground, ordered = ground_of(result)
    head, body = payload(result, pick, tiled=True)
    levels = _levels(ground)
    head["parcels"]["boxes"] = _boxes(body, ground, head["origin"])
    head["tiles"] = {"archive": ARCHIVE, "columns": COLUMNS, "levels": levels, "least": LEAST * 256}
    (folder / COLUMNS).write_bytes(base64.b64decode(body.base64()))
    page, findings = page_of(result, packed(head, Body()), head, pick, served=True)
    steady(page.get_root())
    (folder / PAGE).write_text(page.get_root().render(), encoding="utf-8", newline="\n")
    _archive(folder / ARCHIVE, ground, _attributes(ordered), levels, result.study.name)
    return findings


def _levels(ground: NDArray[Any]) -> list[int]:
    """Zoom levels of the archive: from where the whole layer lies on a few tiles."""
    if not len(ground):
        return [DEEPEST]
    bounds = shapely.total_bounds(ground)
    corners = mercator(np.array([[bounds[0], bounds[1]], [bounds[2], bounds[3]]]))
    widest = float(np.ptp(corners, axis=0).max())
    first = int(np.clip(np.floor(-np.log2(max(widest, 1e-9))), 0, DEEPEST))
    return list(range(first, DEEPEST + 1))


def _boxes(body: Body, ground: NDArray[Any], origin: list[float]) -> dict[str, Any]:
    """Box and inner point of every parcel in steps: what a page needs to find, count and select them without their corners."""
    there = ~shapely.is_empty(ground)
    steps = np.zeros((len(ground), 6), dtype=np.int64)
    inner = shapely.get_coordinates(shapely.point_on_surface(ground[there])) if there.any() else np.zeros((0, 2))
    steps[there] = np.rint((np.column_stack((shapely.bounds(ground[there]), inner)) - np.tile(origin, 3)) / STEP_DEGREES).astype(np.int64)
    wide, tall = steps[:, 2] - steps[:, 0], steps[:, 3] - steps[:, 1]
    return {"west": body.add(steps[:, 0], 2), "south": body.add(steps[:, 1], 2), "wide": body.add(np.where(there, wide + 1, 0)), "tall": body.add(np.where(there, tall + 1, 0)),
            "x": body.add(np.clip(steps[:, 4] - steps[:, 0], 0, wide)), "y": body.add(np.clip(steps[:, 5] - steps[:, 1], 0, tall))}


def _attributes(result: Result) -> list[Attribute]:
    """Tags of a feature for other readers of the archive; this page takes everything from the columns."""
    made = []
    for name in TAGS:
        if name not in result.parcels or not result.parcels[name].notna().any():
            continue
        column = result.parcels[name]
        numeric = pd.api.types.is_float_dtype(column)
        codes, distinct = pd.factorize(column.round(2) if numeric else column, sort=False)
        made.append(Attribute(name, [float(one) for one in distinct] if numeric else [str(one) for one in distinct], codes.astype(np.int64)))
    return made


def _archive(path: Path, ground: NDArray[Any], attributes: list[Attribute], levels: list[int], title: str) -> None:
    bounds = shapely.total_bounds(ground) if len(ground) else np.zeros(4)
    e7 = [int(round(value * 1e7)) for value in bounds.tolist()]
    with path.open("wb") as stream:
        writer = Writer(stream)
        for tile, data in _ordered(ground, attributes, levels):
            writer.write_tile(tile, data)
        if not writer.tile_entries:
            writer.write_tile(zxy_to_tileid(0, 0, 0), b"")
        fields = {one.name: "Number" if one.values and isinstance(one.values[0], float) else "String" for one in attributes}
        writer.finalize(
            {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP, "min_lon_e7": e7[0], "min_lat_e7": e7[1], "max_lon_e7": e7[2], "max_lat_e7": e7[3],
             "center_zoom": levels[0], "center_lon_e7": (e7[0] + e7[2]) // 2, "center_lat_e7": (e7[1] + e7[3]) // 2},
            {"name": title, "format": "pbf", "type": "overlay", "vector_layers": [{"id": "parcels", "minzoom": levels[0], "maxzoom": levels[-1], "fields": fields}]})


def _ordered(ground: NDArray[Any], attributes: list[Attribute], levels: list[int]) -> Iterator[tuple[int, bytes]]:
    """Tiles of each level along the archive's curve."""
    for zoom in levels:
        made = [(zxy_to_tileid(zoom, x, y), data) for x, y, data in tiles(ground, attributes, zoom, FINE if zoom == levels[-1] else COARSE, LEAST)]
        yield from sorted(made)
