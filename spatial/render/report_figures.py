"""Pictures of the report: maps of parcels and carriers, and the bar of a table. No letters but digits and N, so that no Chinese face is needed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import shapely
from PIL import Image, ImageDraw, ImageFont

WIDTH, SCALE = 1500, 2  # pixels of the picture, drawn twice as large and reduced
PAPER, EDGE, OUTLINE = "#FFFFFF", "#C7CDD4", "#1F3A5F"
MOST_SHAPES = 60_000  # above it only what has a colour is drawn
STEPS_M = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)


def bar(colour: str = "#3B6EA5") -> bytes:
    """A plain field of colour, to be stretched in a cell."""
    return _png(Image.new("RGB", (8, 4), colour))


def map_picture(parcels: gpd.GeoDataFrame, colours: Sequence[str], carriers: gpd.GeoDataFrame, *, fills: Mapping[int, str] | None = None) -> bytes:
    """Parcels in their colours under the numbered outlines of carriers, with a scale bar and north; metres, both layers in one CRS.

    colours : one a parcel, "" for the ground tone; fills : carrier position -> colour, drawn under the parcels
    """
    frame = _frame(parcels if len(parcels) else carriers)
    left, bottom, step, size = frame
    picture = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(picture)
    for position, colour in (fills or {}).items():
        _polygon(draw, carriers.geometry.iloc[position], frame, colour, None)
    shapes = parcels.geometry.to_numpy()
    for i, colour in enumerate(colours):
        if colour or (len(shapes) <= MOST_SHAPES and not fills):
            _polygon(draw, shapes[i], frame, colour or "#EEF1F4", EDGE if len(shapes) <= 12_000 else None)
    for shape in carriers.geometry:
        _outline(draw, shape, frame)
    for number, shape in enumerate(carriers.geometry, 1):
        _label(draw, shape, frame, str(number))
    _scale(draw, step, size)
    return _png(picture.resize((size[0] // SCALE, size[1] // SCALE), Image.Resampling.LANCZOS))


def _frame(frame: gpd.GeoDataFrame) -> tuple[float, float, float, tuple[int, int]]:
    """Left, bottom, metres a pixel, and the size of the drawing in pixels."""
    left, bottom, right, top = frame.total_bounds
    span = max(right - left, 1.0)
    margin = span * 0.03
    step = (span + 2 * margin) / (WIDTH * SCALE)
    height = int(np.clip((top - bottom + 2 * margin) / step, WIDTH * SCALE * 0.35, WIDTH * SCALE * 1.3))
    if (top - bottom + 2 * margin) / step > height:
        step = (top - bottom + 2 * margin) / height
    return left - margin, bottom - margin, step, (WIDTH * SCALE, height)


def _pixels(ring: shapely.LinearRing, frame: tuple[float, float, float, tuple[int, int]]) -> list[tuple[float, float]]:
    left, bottom, step, (_, height) = frame
    xy = shapely.get_coordinates(ring)
    return list(zip(((xy[:, 0] - left) / step).tolist(), (height - (xy[:, 1] - bottom) / step).tolist(), strict=True))


def _polygon(draw: ImageDraw.ImageDraw, shape: shapely.Geometry, frame: tuple[float, float, float, tuple[int, int]], fill: str, edge: str | None) -> None:
    for part in shapely.get_parts(shape):
        if isinstance(part, shapely.Polygon) and not part.is_empty:
            draw.polygon(_pixels(part.exterior, frame), fill=fill, outline=edge)
            for hole in part.interiors:
                draw.polygon(_pixels(hole, frame), fill=PAPER, outline=edge)


def _outline(draw: ImageDraw.ImageDraw, shape: shapely.Geometry, frame: tuple[float, float, float, tuple[int, int]]) -> None:
    for part in shapely.get_parts(shape):
        if isinstance(part, shapely.Polygon) and not part.is_empty:
            draw.line(_pixels(part.exterior, frame), fill=OUTLINE, width=3 * SCALE, joint="curve")


def _label(draw: ImageDraw.ImageDraw, shape: shapely.Geometry, frame: tuple[float, float, float, tuple[int, int]], text: str) -> None:
    if shape.is_empty:
        return
    point = shapely.get_coordinates(shape.representative_point())[0]
    left, bottom, step, (_, height) = frame
    x, y = (point[0] - left) / step, height - (point[1] - bottom) / step
    face = ImageFont.load_default(size=17 * SCALE)
    radius = 15 * SCALE
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill="#FFFFFF", outline=OUTLINE, width=2 * SCALE)
    draw.text((x, y), text, fill=OUTLINE, font=face, anchor="mm")


def _scale(draw: ImageDraw.ImageDraw, step: float, size: tuple[int, int]) -> None:
    face = ImageFont.load_default(size=16 * SCALE)
    length = max((metres for metres in STEPS_M if metres / step <= size[0] * 0.22), default=STEPS_M[0])
    x, y, pixels = 30 * SCALE, size[1] - 30 * SCALE, length / step
    draw.rectangle((x - 12 * SCALE, y - 36 * SCALE, x + pixels + 70 * SCALE, y + 14 * SCALE), fill=PAPER)
    draw.rectangle((x, y - 6 * SCALE, x + pixels / 2, y), fill=OUTLINE)
    draw.rectangle((x + pixels / 2, y - 6 * SCALE, x + pixels, y), fill=PAPER, outline=OUTLINE, width=SCALE)
    draw.text((x, y - 10 * SCALE), "0", fill=OUTLINE, font=face, anchor="ms")
    draw.text((x + pixels, y - 10 * SCALE), f"{length / 1000:g} km" if length >= 1000 else f"{length} m", fill=OUTLINE, font=face, anchor="ms")
    top, right = 34 * SCALE, size[0] - 40 * SCALE
    draw.polygon([(right, top), (right - 12 * SCALE, top + 40 * SCALE), (right, top + 30 * SCALE), (right + 12 * SCALE, top + 40 * SCALE)], fill=OUTLINE)
    draw.text((right, top - 4 * SCALE), "N", fill=OUTLINE, font=ImageFont.load_default(size=20 * SCALE), anchor="ms")


def _png(picture: Image.Image) -> bytes:
    held = io.BytesIO()
    picture.save(held, "PNG", optimize=False)
    return held.getvalue()
