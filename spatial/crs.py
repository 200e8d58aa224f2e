"""Reference systems: the working CRS, the passage to longitude and latitude, and the one area function."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from spatial.errors import CrsError

CGCS2000 = CRS.from_epsg(4490)
SEMI_MAJOR_M = 6_378_137.0
INVERSE_FLATTENING = 298.257222101
CHINA_DEGREES = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north: the window of the recognition rules
AREA_RULE = "ellipsoidal, CGCS2000 (a=6378137, 1/f=298.257222101), 国土调查办发〔2008〕32号; a piece = parcel area x planar share"


@lru_cache(maxsize=64)
def transformer(source: str, target: str) -> Transformer:
    """x east, y north on both sides."""
    return Transformer.from_crs(source, target, always_xy=True)


def reproject(geometry: NDArray[Any], source: CRS, target: CRS) -> NDArray[Any]:
    """Geometries moved to another CRS, vertex by vertex; a CRS equal to its target is passed through."""
    if source.equals(target):
        return geometry
    move = transformer(source.to_wkt(), target.to_wkt())

    def moved(xy: NDArray[Any]) -> NDArray[Any]:
        return np.column_stack(move.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(geometry, moved), dtype=object)


def inside_china(bounds: tuple[float, float, float, float]) -> bool:
    """Whether a box in degrees lies in the window where the Chinese rules apply."""
    west, south, east, north = CHINA_DEGREES
    return bool(bounds[0] >= west and bounds[2] <= east and bounds[1] >= south and bounds[3] <= north)


def working_crs(bounds: tuple[float, float, float, float], *, chinese: bool | None = None) -> CRS:
    """CGCS2000 3-degree zone (no prefix) of the middle of a box in degrees inside China, UTM elsewhere."""
    longitude, latitude = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    if not np.isfinite([longitude, latitude]).all():
        raise CrsError("the layer has no finite coordinates; a working CRS cannot be chosen")
    if chinese if chinese is not None else inside_china(bounds):
        return CRS.from_epsg(4509 + int((longitude + 1.5) // 3))
    zone = int((longitude + 180) // 6) % 60 + 1
    return CRS.from_epsg((32600 if latitude >= 0 else 32700) + zone)


def _series() -> tuple[float, ...]:
    """The five coefficients A to E of the area formula for the CGCS2000 ellipsoid."""
    b = SEMI_MAJOR_M * (1 - 1 / INVERSE_FLATTENING)
    e2 = (SEMI_MAJOR_M**2 - b**2) / SEMI_MAJOR_M**2
    e4, e6, e8 = e2**2, e2**3, e2**4
    return (
        1 + 3 / 6 * e2 + 30 / 80 * e4 + 35 / 112 * e6 + 630 / 2304 * e8,
        1 / 6 * e2 + 15 / 80 * e4 + 21 / 112 * e6 + 420 / 2304 * e8,
        3 / 80 * e4 + 7 / 112 * e6 + 180 / 2304 * e8,
        1 / 112 * e6 + 45 / 2304 * e8,
        5 / 2304 * e8,
    )


def _ring_areas(lon: NDArray[np.float64], lat: NDArray[np.float64], ring: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Signed area in m² of each ring; the reference meridian is the ring's first vertex, so that small parcels keep their digits."""
    half_minor = SEMI_MAJOR_M * (1 - 1 / INVERSE_FLATTENING)
    first = np.searchsorted(ring, np.arange(count))
    edge = ring[1:] == ring[:-1]
    start = np.radians(lon - lon[first][ring])
    start = (start + np.pi) % (2 * np.pi) - np.pi  # a ring across the antimeridian stays in one piece
    phi = np.radians(lat)
    mid_lon = (start[1:] + start[:-1])[edge] / 2
    half_lat = (phi[1:] - phi[:-1])[edge] / 2
    mid_lat = (phi[1:] + phi[:-1])[edge] / 2
    # sin(kx) and cos(ky) for k = 3, 5, 7, 9 by the recurrence f((k+2)x) = 2 cos(2x) f(kx) - f((k-2)x)
    sines, cosines = np.sin(half_lat), np.cos(mid_lat)
    twice_sin, twice_cos = 2 * np.cos(2 * half_lat), 2 * np.cos(2 * mid_lat)
    before_sin, before_cos = -sines, cosines
    total = np.zeros_like(mid_lon)
    for sign, coefficient in zip((1, -1, 1, -1, 1), _series(), strict=True):
        total += sign * coefficient * sines * cosines
        sines, before_sin = twice_sin * sines - before_sin, sines
        cosines, before_cos = twice_cos * cosines - before_cos, cosines
    return np.bincount(ring[:-1][edge], 2 * half_minor**2 * mid_lon * total, minlength=count).astype(np.float64)


def ellipsoidal_area(geometry: NDArray[Any], crs: CRS) -> NDArray[np.float64]:
    """Area of polygons on the CGCS2000 ellipsoid, edges straight in longitude and latitude.

    Parameters
    ----------
    geometry : array of shapely Polygon or MultiPolygon, valid; None and empty give nan and 0
    crs : CRS of the coordinates; anything but degrees is moved to CGCS2000 longitude and latitude first

    Returns
    -------
    array of float, m², one for each geometry; holes are taken off

    References
    ----------
    《图幅理论面积与图斑椭球面积计算公式及要求》, 国土调查办发〔2008〕32号, with the CGCS2000 ellipsoid.
    """
    degrees = geometry if crs.is_geographic else reproject(geometry, crs, CGCS2000)
    parts, parcel = shapely.get_parts(degrees, return_index=True)
    while (shapely.get_type_id(parts) > 3).any():  # multipolygons and collections inside a collection
        parts, inner = shapely.get_parts(parts, return_index=True)
        parcel = parcel[inner]
    rings, part = shapely.get_rings(parts, return_index=True)
    areas = np.zeros(len(geometry))
    if len(rings):
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        size = np.abs(_ring_areas(xy[:, 0], xy[:, 1], ring.astype(np.int64), len(rings)))
        outer = np.r_[True, part[1:] != part[:-1]]  # the first ring of a polygon is its shell
        np.add.at(areas, parcel[part], np.where(outer, size, -size))
    areas[shapely.is_missing(geometry)] = np.nan
    return areas
