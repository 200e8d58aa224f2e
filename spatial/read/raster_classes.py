"""Cells that the tool classes itself: ground cover from four bands, slope classes from heights; limits from layers/evidence/thresholds.toml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from spatial.schema.raster import Cells, Transform

EARTH_M = 6_371_008.8


def cover_classes(limits: Mapping[str, float], green: Cells, red: Cells, nir: Cells, swir: Cells) -> Cells:
    """1 built, 2 bare, 3 vegetation, 4 water; nan where any band is missing.

    Water first (MNDWI), then vegetation (NDVI); of the rest, what is brighter in the short-wave infrared (NDBI) is bare soil.
    """
    known = np.isfinite(green) & np.isfinite(red) & np.isfinite(nir) & np.isfinite(swir)
    classes = np.where(_index(swir, nir) > limits["bare_ndbi"], 2.0, 1.0)
    classes[_index(nir, red) > limits["vegetation_ndvi"]] = 3.0
    classes[_index(green, swir) > limits["water_mndwi"]] = 4.0
    classes[~known] = np.nan
    return classes


def _index(one: Cells, other: Cells) -> Cells:
    total = one + other
    return np.divide(one - other, total, out=np.zeros(total.shape), where=total > 0)


def slope_classes(heights: Cells, transform: Transform, first: tuple[int, int], limits: Any, *, geographic: bool) -> Cells:
    """Slope classes 1, 2, ... of the inner cells of a window of heights in metres (Horn's eight neighbours).

    Parameters
    ----------
    heights : rows x columns with one row and column more on every side
    transform : of the whole raster; any affine one (rotated, south-up); `first` is the column and row of the first inner cell
    limits : degrees at which a class ends, rising; a slope on a limit is in the lower class
    geographic : the transform is in degrees; lengths are then those at each row's latitude
    """
    z = heights
    along = ((z[:-2, 2:] + 2 * z[1:-1, 2:] + z[2:, 2:]) - (z[:-2, :-2] + 2 * z[1:-1, :-2] + z[2:, :-2])) / 8
    down = ((z[2:, :-2] + 2 * z[2:, 1:-1] + z[2:, 2:]) - (z[:-2, :-2] + 2 * z[:-2, 1:-1] + z[:-2, 2:])) / 8
    a, b, _, d, e, f = transform
    rows, columns = along.shape
    ax: Any
    bx: Any
    if geographic:
        row, column = np.meshgrid(np.arange(rows) + first[1] + 0.5, np.arange(columns) + first[0] + 0.5, indexing="ij")
        degree = EARTH_M * np.pi / 180
        east = degree * np.cos(np.radians(d * column + e * row + f))
        ax, bx, dy, ey = a * east, b * east, d * degree, e * degree
    else:
        ax, bx, dy, ey = a, b, d, e
    size = ax * ey - bx * dy
    gx = (ey * along - dy * down) / size
    gy = (ax * down - bx * along) / size
    degrees = np.degrees(np.arctan(np.hypot(gx, gy)))
    classes = 1.0 + np.searchsorted(np.asarray(limits), degrees, side="left")
    return np.where(np.isfinite(degrees), classes, np.nan)
