"""The location inset: where a sheet lies in the district, or the district between the meridians."""

from __future__ import annotations

import math

import numpy as np

from spatial.render.sheets.canvas import Canvas
from spatial.render.sheets.frame import Box, View
from spatial.render.sheets.themes import STUDY_AREA, Sources


def inset(page: Canvas, box: Box, sources: Sources, zone: str, seen: View, k: float, coordinates: bool, pick: int) -> None:
    """Draw the inset with its own thin frame."""
    x0, y0, x1, y1 = box
    page.text(x0, y1 - 4.6 * k, ("位 置 图", "Location")[pick], 8.5 * k, bold=True, colour="#1B2A41")
    held = (x0, y0 + 1.5 * k, x1, y1 - 6.5 * k)
    with page.clipped(held):
        page.box(held[0], held[1], held[2] - held[0], held[3] - held[1], fill="#FBFBF9")
        if zone == STUDY_AREA and coordinates and seen.degrees():
            _between_meridians(page, held, seen, k)
        else:
            _in_district(page, held, sources, zone, seen)
    page.box(held[0], held[1], held[2] - held[0], held[3] - held[1], line="#333333", width=0.2)


def _in_district(page: Canvas, box: Box, sources: Sources, zone: str, seen: View) -> None:
    small, ground, carriers = sources.small(box, seen.crs, seen.ground)
    page.paths(ground, fill="#E3E5E8")
    if len(carriers):
        own = sources.carriers["carrier_id"].to_numpy(str) == zone
        page.paths(carriers[~own], fill="#B9C3CE", line="#FFFFFF", width=0.1)
        page.paths(carriers[own], fill="#A61B1B", line="#FFFFFF", width=0.1)
    if zone == STUDY_AREA:
        return
    a, b = small.place(*seen.ground[:2]), small.place(*seen.ground[2:])
    page.box(a[0], a[1], b[0] - a[0], b[1] - a[1], line="#FFFFFF", width=0.7)
    page.box(a[0], a[1], b[0] - a[0], b[1] - a[1], line="#111111", width=0.3)


def _between_meridians(page: Canvas, box: Box, seen: View, k: float) -> None:
    """The sheet between whole and half degrees: where it lies, without a base map of others."""
    corners = seen.degrees()
    lat, lon = (sum(c[i] for c in corners) / 4 for i in (0, 1))
    span = max(max(c[0] for c in corners) - min(c[0] for c in corners), max(c[1] for c in corners) - min(c[1] for c in corners))
    step = next((s for s in (0.25, 0.5, 1, 2, 5, 10) if s >= span * 1.5), 20)
    narrow = max(math.cos(math.radians(lat)), 0.2)
    per_degree = (box[2] - box[0]) / (step * 2.6)

    def place(longitude: float, latitude: float) -> tuple[float, float]:
        return (box[0] + box[2]) / 2 + (longitude - lon) * per_degree, (box[1] + box[3]) / 2 + (latitude - lat) * per_degree / narrow

    for value in np.arange(math.floor((lon - 3 * step) / step), (lon + 3 * step) / step + 1) * step:
        x = place(value, lat)[0]
        if box[0] + 1 < x < box[2] - 1:
            page.lines([[(x, box[1]), (x, box[3])]], line="#9FB4C4", width=0.12)
            if x + 8 * max(k, 1) < box[2]:  # the frame would cut it
                page.text(x + 0.6, box[1] + 0.9, f"{abs(value):g}°{'E' if value >= 0 else 'W'}", 6 * max(k, 1), colour="#4A5560")
    for value in np.arange(math.floor((lat - 3 * step) / step), (lat + 3 * step) / step + 1) * step:
        y = place(lon, value)[1]
        if box[1] + 4 < y < box[3] - 3:
            page.lines([[(box[0], y), (box[2], y)]], line="#9FB4C4", width=0.12)
            page.text(box[0] + 0.8, y + 0.6, f"{abs(value):g}°{'N' if value >= 0 else 'S'}", 6 * max(k, 1), colour="#4A5560")
    page.polygon([place(c[1], c[0]) for c in corners], fill="#E9B7B0", line="#A61B1B", width=0.35)
