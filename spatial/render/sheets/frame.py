"""Paper, scale and the map frame: which round scale fits, where the grid falls, how far grid north is from true north."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from pyproj import CRS, Transformer

from spatial.crs import CGCS2000

PAPERS = {"A4": (210.0, 297.0), "A3": (297.0, 420.0), "A2": (420.0, 594.0), "A1": (594.0, 841.0), "A0": (841.0, 1189.0)}
SCALES = (500, 1000, 2000, 2500, 5000, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 60_000, 75_000, 100_000, 125_000, 150_000, 200_000, 250_000, 300_000, 400_000, 500_000)
MARGIN = 0.025  # of the frame kept free around what is shown
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Layout:
    """Where the parts of a sheet stand, in mm from the lower left corner; `k` is the size of type and pens against A3."""

    width: float
    height: float
    k: float
    outer: Box  # the sheet's outer frame
    head: Box
    neat: Box  # the map's outer neat line
    map: Box  # the map itself, its inner neat line
    panel: Box
    foot: Box

    @property
    def landscape(self) -> bool:
        return self.width > self.height


def layout(paper: str, orientation: str) -> Layout:
    """The layout of a paper: the panel beside the map on a landscape sheet, below it on a portrait one."""
    short, long = PAPERS[paper]
    width, height = (long, short) if orientation == "landscape" else (short, long)
    k = (short / 297) ** 0.75
    edge = 9 * k
    outer = (edge, edge, width - edge, height - edge)
    head = (outer[0], outer[3] - 19 * k, outer[2], outer[3])
    foot = (outer[0], outer[1], outer[2], outer[1] + (10.5 if orientation == "landscape" else 14.5) * k)  # the lines of text are as many as fit the width
    gap, rim = 3 * k, 4.2 * k
    if orientation == "landscape":
        panel = (outer[2] - 92 * k, foot[3] + gap * 0.6, outer[2] - gap, head[1])
        neat = (outer[0] + gap, foot[3] + gap * 0.6, panel[0] - gap, head[1])
    else:
        panel = (outer[0] + gap, foot[3] + gap * 0.6, outer[2] - gap, foot[3] + 118 * k)
        neat = (outer[0] + gap, panel[3] + gap, outer[2] - gap, head[1])
    return Layout(width, height, k, outer, head, neat, (neat[0] + rim, neat[1] + rim, neat[2] - rim, neat[3] - rim), panel, foot)


@dataclass(frozen=True)
class View:
    """A map frame over the ground: 1 : `scale`, `left` and `bottom` are the ground at the frame's lower left corner, in metres."""

    box: Box
    scale: int
    left: float
    bottom: float
    crs: CRS

    @property
    def ground(self) -> Box:
        per_mm = self.scale / 1000
        return (self.left, self.bottom, self.left + (self.box[2] - self.box[0]) * per_mm, self.bottom + (self.box[3] - self.box[1]) * per_mm)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A place on the ground as a place on the paper."""
        return self.box[0] + (x - self.left) * 1000 / self.scale, self.box[1] + (y - self.bottom) * 1000 / self.scale

    def degrees(self) -> tuple[tuple[float, float], ...]:
        """Latitude and longitude of the corners, from the lower left clockwise; none where the frame reaches beyond the map of the globe."""
        west, south, east, north = self.ground
        move = Transformer.from_crs(self.crs, CGCS2000, always_xy=True)
        lon, lat = move.transform([west, west, east, east], [south, north, north, south])
        if not np.isfinite([*lat, *lon]).all() or lon[0] >= lon[3] or lon[1] >= lon[2]:
            return ()
        return tuple(zip(map(float, lat), map(float, lon), strict=True))

    def grid(self) -> int:
        """Distance of grid lines in metres: round, and about 5 cm on the paper."""
        wanted = self.scale / 1000 * 52
        power = 10 ** math.floor(math.log10(wanted))
        return int(max(min((1, 2, 5, 10), key=lambda n: abs(math.log(n * power / wanted))) * power, 1))

    def convergence(self) -> float:
        """Meridian convergence at the middle of the sheet in degrees: how far grid north lies east of true north."""
        west, south, east, north = self.ground
        there = Transformer.from_crs(self.crs, CGCS2000, always_xy=True)
        lon, lat = there.transform((west + east) / 2, (south + north) / 2)
        back = Transformer.from_crs(CGCS2000, self.crs, always_xy=True)
        x, y = back.transform([lon, lon], [lat - 0.005, lat + 0.005])
        return -math.degrees(math.atan2(x[1] - x[0], y[1] - y[0]))


def view(box: Box, bounds: Box, crs: CRS, scale: int = 0) -> tuple[View, int]:
    """The view of some ground in a frame, and the smallest round scale that would show all of it; a given scale is kept."""
    width, height = box[2] - box[0], box[3] - box[1]
    needed = max((bounds[2] - bounds[0]) / (width * (1 - 2 * MARGIN)), (bounds[3] - bounds[1]) / (height * (1 - 2 * MARGIN))) * 1000
    fits = next((round_scale for round_scale in SCALES if round_scale >= needed), 0) or int(math.ceil(needed / 500_000) * 500_000)
    used = scale or fits
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    left, bottom = x - width * used / 2000, y - height * used / 2000
    return View(box, used, float(np.round(left)), float(np.round(bottom)), crs), fits


def bar_length(scale: int, most_mm: float) -> int:
    """Metres of a bar scale: 1, 2, 4, 6 or 8 times a power of ten, no longer than `most_mm` on the paper."""
    most = most_mm * scale / 1000
    power = 10 ** math.floor(math.log10(most))
    return int(max(next(n for n in (8, 6, 4, 2, 1) if n * power <= most) * power, 1))
