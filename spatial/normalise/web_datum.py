"""GCJ-02 and BD-09, the shifted coordinates of Chinese web maps, to CGCS2000; only where the study says that a layer is in them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SEMI_MAJOR_M, ECCENTRICITY2 = 6_378_245.0, 0.00669342162296594323  # of the shift itself, not of an ellipsoid in use
BD_TURN = math.pi * 3000.0 / 180.0
NAMES = {"GCJ02": "GCJ-02", "GCJ-02": "GCJ-02", "火星坐标": "GCJ-02", "BD09": "BD-09", "BD-09": "BD-09", "BD09LL": "BD-09", "百度坐标": "BD-09"}
CLOSE_DEGREES = 1e-9


def named(crs: str) -> str:
    """GCJ-02 or BD-09 where that is what a study's crs says, else nothing."""
    return NAMES.get(crs.strip().upper().replace("_", "-").replace(" ", ""), "")


def to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """WGS 84 (or CGCS2000) longitude and latitude shifted to GCJ-02."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    wave = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi / 3 * y)) * 2 / 3 + (160 * np.sin(np.pi / 12 * y) + 320 * np.sin(np.pi / 30 * y)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi / 3 * x)) * 2 / 3 + (150 * np.sin(np.pi / 12 * x) + 300 * np.sin(np.pi / 30 * x)) * 2 / 3
    phi = np.radians(lat)
    magic = 1 - ECCENTRICITY2 * np.sin(phi) ** 2
    north = north * 180 / ((SEMI_MAJOR_M * (1 - ECCENTRICITY2)) / (magic * np.sqrt(magic)) * np.pi)
    east = east * 180 / (SEMI_MAJOR_M / np.sqrt(magic) * np.cos(phi) * np.pi)
    return lon + east, lat + north


def to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """GCJ-02 longitude and latitude shifted to BD-09."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def from_web(lon: Floats, lat: Floats, system: str) -> tuple[Floats, Floats]:
    """The inverse of either shift, which has no formula: repeated until it moves by less than a tenth of a millimetre."""

    def forward(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        shifted = to_gcj02(x, y)
        return to_bd09(*shifted) if system == "BD-09" else shifted

    x, y = lon.copy(), lat.copy()
    for _ in range(30):
        there_x, there_y = forward(x, y)
        dx, dy = lon - there_x, lat - there_y
        x, y = x + dx, y + dy
        if max(np.abs(dx).max(initial=0.0), np.abs(dy).max(initial=0.0)) < CLOSE_DEGREES:
            break
    return x, y


def geometry_from_web(geometry: NDArray[Any], system: str) -> NDArray[Any]:
    """Geometries in degrees of GCJ-02 or BD-09 as degrees on CGCS2000."""

    def moved(xy: Floats) -> Floats:
        return np.column_stack(from_web(xy[:, 0], xy[:, 1], system))

    return np.asarray(shapely.transform(geometry, moved), dtype=object)
