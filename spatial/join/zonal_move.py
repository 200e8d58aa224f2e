"""Zones into the cells of a raster: the shapes move, the raster is never resampled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import reproject
from spatial.schema.blocks import Held
from spatial.schema.raster import Raster

LONG_EDGE_M = 1_000.0
STEP_M = 250.0  # an edge of 250 m leaves its straight line by about a millimetre between projections


@dataclass(frozen=True)
class Laid:
    """Shapes as pixel coordinates: the box and the size in cells of each, and the shapes at some positions."""

    bounds: NDArray[np.float64]
    cells: NDArray[np.float64]
    at: Callable[[NDArray[np.int64]], NDArray[Any]]


def laid(shapes: NDArray[Any] | Held, crs: CRS, raster: Raster) -> Laid:
    """Polygons on a raster, as `to_cells` moves them; those that lie elsewhere are moved when they are asked for."""
    if not isinstance(shapes, Held):
        placed = to_cells(shapes, crs, raster)
        return Laid(shapely.bounds(placed), np.nan_to_num(shapely.area(placed)), placed.__getitem__)
    bounds, cells = np.full((shapes.count, 4), np.nan), np.zeros(shapes.count)
    for places, some in shapes.blocks():
        placed = to_cells(some, crs, raster)
        bounds[places], cells[places] = shapely.bounds(placed), np.nan_to_num(shapely.area(placed))
    return Laid(bounds, cells, lambda positions: to_cells(shapes.fetch(positions), crs, raster))


def to_cells(shapes: NDArray[Any], crs: CRS, raster: Raster) -> NDArray[Any]:
    """Polygons as pixel coordinates (x = column, y = minus row); empty where a shape has no place in the raster's CRS.

    Long edges are given vertices first, since a straight line of one projection is a curve in another. Any affine
    transform will do (rotated, south-up): it is turned back on the coordinates.
    """
    moved = shapes
    if not crs.equals(raster.crs):
        moved = reproject(densified(shapes), crs, raster.crs)
    a, b, c, d, e, f = raster.transform
    size = a * e - b * d

    def turned(xy: NDArray[Any]) -> NDArray[Any]:
        x, y = xy[:, 0] - c, xy[:, 1] - f
        return np.column_stack([(e * x - b * y) / size, -(a * y - d * x) / size])

    placed = np.asarray(shapely.transform(moved, turned), dtype=object)
    xy, index = shapely.get_coordinates(placed, return_index=True)
    placed[np.unique(index[~np.isfinite(xy).all(axis=1)])] = shapely.Polygon()
    placed[shapely.is_missing(placed)] = shapely.Polygon()
    return placed


def densified(shapes: NDArray[Any]) -> NDArray[Any]:
    """Shapes in metres with a vertex every `STEP_M` along the edges of those that are large enough to matter."""
    bounds = shapely.bounds(shapes)
    large = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) > LONG_EDGE_M
    if not large.any():
        return shapes
    out = shapes.copy()
    out[large] = shapely.segmentize(shapes[large], STEP_M)
    return out


