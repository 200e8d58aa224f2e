"""The map's overlays: density surfaces as pictures, field checks as outlines, each with its legend; off until they are chosen."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import Any

import branca.element
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import CGCS2000, reproject, transformer
from spatial.render.checks import TITLE, field_checks
from spatial.render.rasters import Surface, classed, surfaces
from spatial.schema.result import Result

MERCATOR = CRS.from_epsg(3857)
SHOWN = ("idle_density_kernel", "idle_density_grid", "tax_per_mu_kernel", "tax_per_mu_grid")
MOST_PIXELS = 700
MOST_CHECKS = 2_000
OPACITY = 165
CHECK_COLOURS = {"built_but_bare": "#d6006c", "idle_but_built": "#6a3fb5", "started_without_record": "#0b7a75", "changed_to_built": "#b45309", "changed_to_bare": "#1d4ed8"}
UNITS = {"m2/km2": ("平方米/平方公里", "m²/km²"), "10^4 CNY/mu": ("万元/亩", "10⁴ CNY/mu")}


class Overlays(branca.element.Element):
    """Overlays on a map that has the client (frontend/src/overlays.ts shows them); holds base64 only, so no text of the data meets a template."""

    def __init__(self, packed: str):
        super().__init__()
        self._name = "Overlays"
        if not packed.isascii() or not packed.replace("+", "").replace("/", "").replace("=", "").isalnum():
            raise ValueError("packed overlays hold base64 only")
        self.packed = packed

    def render(self, **kwargs: Any) -> str:
        parent: Any = self._parent
        figure: Any = self.get_root()
        figure.script.add_child(branca.element.Element(f'spatial.overlays({parent.get_name()}, "{self.packed}");'), name=self.get_name())
        return ""


def overlays(result: Result, pick: int) -> Overlays | None:
    """The overlays of a run; None where it has neither a surface nor a field check."""
    images = [_image(surface, result, pick) for surface in sorted((s for s in surfaces(result) if s.name in SHOWN and s.total > 0), key=lambda s: SHOWN.index(s.name))]
    checks = _checks(result, pick)
    if not images and not checks["shapes"]:
        return None
    content = {"label": ("叠加图层", "Overlays")[pick], "images": images, "checks": checks}
    return Overlays(base64.b64encode(json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")).decode("ascii"))


def _image(surface: Surface, result: Result, pick: int) -> dict[str, Any]:
    classes, limits, colours = classed(surface)
    picture, bounds = _mercator(surface, classes, colours, result.parcels.crs)
    first = 2 if surface.name.startswith("idle") else 1  # ground without idle land stays clear
    keys = [{"colour": colour, "label": f"{_shown(low)} – {_shown(high)}" if high > 0 else "0"} for colour, low, high in
            list(zip(colours, limits[:-1], limits[1:], strict=True))[first - 1:]]
    return {"id": surface.name, "label": surface.title[pick], "unit": UNITS.get(surface.unit, (surface.unit, surface.unit))[pick], "png": picture, "bounds": bounds, "keys": keys}


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def _mercator(surface: Surface, classes: NDArray[np.uint8], colours: tuple[str, ...], crs: Any) -> tuple[str, list[list[float]]]:
    """The classes drawn in web Mercator, which the map draws in; nearest cells, so that no class is mixed."""
    grid = surface.grid
    corners = [(grid.left + i * grid.columns * grid.side / 8, grid.top - j * grid.rows * grid.side / 8) for i in range(9) for j in range(9)]
    to_map, back, degrees = transformer(crs.to_wkt(), MERCATOR.to_wkt()), transformer(MERCATOR.to_wkt(), crs.to_wkt()), transformer(MERCATOR.to_wkt(), CRS.from_epsg(4326).to_wkt())
    x, y = (np.asarray(v) for v in to_map.transform(*np.array(corners).T))
    west, east, south, north = float(x.min()), float(x.max()), float(y.min()), float(y.max())
    step = max((east - west) / MOST_PIXELS, (north - south) / MOST_PIXELS)
    columns, rows = max(int(np.ceil((east - west) / step)), 1), max(int(np.ceil((north - south) / step)), 1)
    px, py = np.meshgrid(west + (np.arange(columns) + 0.5) * step, north - (np.arange(rows) + 0.5) * step)
    gx, gy = (np.asarray(v) for v in back.transform(px.ravel(), py.ravel()))
    column, row = np.floor((gx - grid.left) / grid.side).astype(np.int64), np.floor((grid.top - gy) / grid.side).astype(np.int64)
    inside = (column >= 0) & (column < grid.columns) & (row >= 0) & (row < grid.rows)
    picked = np.zeros(len(gx), dtype=np.uint8)
    picked[inside] = classes[row[inside], column[inside]]
    if surface.name.startswith("idle"):
        picked[picked == 1] = 0
    table = np.zeros((256, 4), dtype=np.uint8)
    for number, colour in enumerate(colours, start=1):
        table[number] = (*(int(colour[i: i + 2], 16) for i in (1, 3, 5)), OPACITY)
    pixels = table[picked].reshape(rows, columns, 4)
    lon, lat = degrees.transform([west, west + columns * step], [north - rows * step, north])
    return base64.b64encode(_png(pixels)).decode("ascii"), [[round(float(lat[0]), 7), round(float(lon[0]), 7)], [round(float(lat[1]), 7), round(float(lon[1]), 7)]]


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """A picture of rows x columns x 4 as PNG; a raster library would ask for the place of a picture that has none."""
    rows, columns, _ = pixels.shape
    lines = np.concatenate([np.zeros((rows, 1), dtype=np.uint8), pixels.reshape(rows, columns * 4)], axis=1).tobytes()
    parts = ((b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 6, 0, 0, 0)), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts)


def _checks(result: Result, pick: int) -> dict[str, Any]:
    """Field checks as outlines, the first ones of the list where it is long."""
    empty: dict[str, Any] = {"label": TITLE[pick], "keys": [], "shapes": []}
    checks = field_checks(result)
    if checks is None:
        return empty
    names = checks.drop_duplicates("evidence").set_index("evidence")["evidence_name"]
    keys = {code: number for number, code in enumerate(names.index)}
    listed = checks.head(MOST_CHECKS)
    shapes = reproject(shapely.simplify(listed.geometry.to_numpy(), 1.0), checks.crs, CGCS2000)
    middles = shapely.get_coordinates(shapely.point_on_surface(shapes))
    rows = []
    for shape, (lon, lat), code, order, parcel in zip(shapes, middles, listed["evidence"], listed["evidence_order"], listed["parcel_id"], strict=True):
        rings = [[[round(y, 6), round(x, 6)] for x, y in shapely.get_coordinates(ring).tolist()] for ring in shapely.get_rings(shape)]
        rows.append({"key": keys[code], "rings": rings, "middle": [round(lat, 6), round(lon, 6)], "text": f"{order:.0f}. {parcel} {names[code]}"})
    return {**empty, "keys": [{"colour": CHECK_COLOURS.get(code, "#d6006c"), "label": name} for code, name in names.items()], "shapes": rows}
