"""Reference systems: the working CRS, the passage to longitude and latitude, and the one area function."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from spatial.errors import CrsError
from spatial.rings import Rings, by_threads, rings_of

CGCS2000 = CRS.from_epsg(4490)
CGCS2000_NAME = CGCS2000.datum.name if CGCS2000.datum is not None else ""
WGS84 = CRS.from_epsg(4326)
SEMI_MAJOR_M = 6_378_137.0
INVERSE_FLATTENING = 298.257222101
CHINA_DEGREES = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north: the window of the recognition rules
NEAR_DEGREES = 0.25  # islands and ground won from the sea before the shore
STRAY_DEGREES = 6.0  # layers stray into the neighbouring zone; none strays further
AREA_RULE = "ellipsoidal, CGCS2000 (a=6378137, 1/f=298.257222101), 国土调查办发〔2008〕32号; a piece = parcel area x planar share"


@dataclass(frozen=True, slots=True)
class ThroughDegrees:
    """Two steps that meet in longitude and latitude."""

    first: Transformer
    then: Transformer

    def transform(self, x: Any, y: Any) -> Any:
        return self.then.transform(*self.first.transform(x, y))


@lru_cache(maxsize=64)
def transformer(source: str, target: str) -> Transformer | ThroughDegrees:
    """x east, y north on both sides.

    PROJ knows no way from a local datum (Hong Kong 1980) to CGCS2000 and would leave it where it is, 250 m off; the way to WGS 84,
    which is CGCS2000 to decimetres, it does know.
    """
    one, other = CRS.from_user_input(source), CRS.from_user_input(target)
    if old_ellipsoid(one) and _on_cgcs2000(other):
        return ThroughDegrees(Transformer.from_crs(one, WGS84, always_xy=True), Transformer.from_crs(CGCS2000, other, always_xy=True))
    if old_ellipsoid(other) and _on_cgcs2000(one):
        return ThroughDegrees(Transformer.from_crs(one, CGCS2000, always_xy=True), Transformer.from_crs(WGS84, other, always_xy=True))
    return Transformer.from_crs(one, other, always_xy=True)


def old_ellipsoid(crs: CRS) -> bool:
    """Whether a system is older than satellites: its ellipsoid is none of those whose centre is the earth's, a metre or so apart."""
    shape = crs.ellipsoid
    return shape is not None and abs(shape.semi_major_metre - SEMI_MAJOR_M) > 0.01


def in_degrees(crs: CRS) -> bool:
    """Whether coordinates are degrees of longitude from Greenwich and of latitude (France also counted in grads, from Paris)."""
    return crs.is_geographic and angles(crs) == (1.0, 0.0)


def angles(crs: CRS) -> tuple[float, float]:
    """Of the geographic system that `crs` stands on: degrees in one of its units, and its meridian in degrees east of Greenwich."""
    base = crs.geodetic_crs
    meridian: Any = base.prime_meridian if base is not None else None
    unit = base.axis_info[0].unit_conversion_factor if base is not None and base.axis_info else 0.0
    return (round(float(np.degrees(unit)), 12) if unit else 1.0,
            round(float(np.degrees(meridian.longitude * meridian.unit_conversion_factor)), 12) if meridian is not None else 0.0)


def _on_cgcs2000(crs: CRS) -> bool:
    base = crs.geodetic_crs
    return base is not None and base.datum is not None and base.datum.name == CGCS2000_NAME


def reproject(geometry: NDArray[Any], source: CRS, target: CRS) -> NDArray[Any]:
    """Geometries moved to another CRS, vertex by vertex; a CRS equal to its target is passed through."""
    if source.equals(target):
        return geometry
    move = transformer(source.to_wkt(), target.to_wkt())

    return np.asarray(shapely.transform(geometry, lambda xy: _moved(xy, move)), dtype=object)


def _moved(xy: NDArray[np.float64], move: Transformer | ThroughDegrees) -> NDArray[np.float64]:
    """Positions east, north in the target of `move`."""
    return by_threads(lambda own: np.column_stack(move.transform(xy[own, 0], xy[own, 1])), len(xy))


def contradiction(bounds: tuple[float, float, float, float], crs: CRS) -> str:
    """Why coordinates that span a box cannot be in `crs`, in a sentence in both languages; empty where they can."""
    west, south, east, north = bounds
    told = f"x {west:.6g}…{east:.6g}, y {south:.6g}…{north:.6g}"
    name = ":".join(crs.to_authority() or (crs.name,))
    area = crs.area_of_use
    if not crs.is_geographic and area is not None and max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90:
        return f"坐标 {told} 像是度，而 {name} 以米计 / coordinates look like degrees, and {name} is in metres"
    if crs.is_geographic and not max(abs(west), abs(east)) <= 360:
        return f"坐标 {told} 像是米，而 {name} 以度计 / coordinates look like metres, and {name} is in degrees"
    corners = np.array([[west, south], [east, south], [west, north], [east, north]])
    degrees = corners if crs.is_geographic else np.column_stack(transformer(crs.to_wkt(), CGCS2000.to_wkt()).transform(corners[:, 0], corners[:, 1]))
    lost = not np.isfinite(degrees).all() or bool((np.abs(degrees[:, 1]) > 90).any())
    if not lost and area is not None and area.west < area.east:
        box = np.array([area.west, area.south, area.east, area.north]) + np.array([-1, -1, 1, 1]) * STRAY_DEGREES
        strays = not _within(degrees, box)
        lost = strays and (not crs.is_geographic or _within(degrees[:, ::-1], box))  # degrees are read alike all over the world, unless they are exchanged
    return f"坐标 {told} 不在 {name} 的范围内(x 应向东、y 向北) / coordinates lie outside the area of {name} (x is east, y is north)" if lost else ""


def _within(xy: NDArray[np.float64], box: NDArray[np.float64]) -> bool:
    return bool((xy >= box[:2]).all() and (xy <= box[2:]).all())


def inside_china(bounds: tuple[float, float, float, float]) -> bool:
    """Whether a box in degrees lies in the window where the Chinese rules apply."""
    west, south, east, north = CHINA_DEGREES
    return bool(bounds[0] >= west and bounds[2] <= east and bounds[1] >= south and bounds[3] <= north)


def in_china(bounds: tuple[float, float, float, float]) -> bool:
    """Whether the middle of a box in degrees lies on the ground for which its CGCS2000 3-degree zone is made, by the EPSG register.

    The window of `inside_china` holds Korea and northern Vietnam too; the register tells from where to where each zone is used. It is a box
    a zone, so that ground within `NEAR_DEGREES` or inland of the border in the same zone (Vladivostok) still counts.
    """
    longitude, latitude = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    if not inside_china(bounds):
        return False
    used = _chinese_zone(longitude).area_of_use
    return used is None or bool(used.south - NEAR_DEGREES <= latitude <= used.north + NEAR_DEGREES and used.west - NEAR_DEGREES <= longitude <= used.east + NEAR_DEGREES)


def _chinese_zone(longitude: float) -> CRS:
    return CRS.from_epsg(4509 + min(max(int((longitude + 1.5) // 3), 25), 45))


def working_crs(bounds: tuple[float, float, float, float]) -> CRS:
    """CGCS2000 3-degree zone (no prefix) of the middle of a box in degrees inside China, UTM elsewhere."""
    longitude, latitude = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    if not np.isfinite([longitude, latitude]).all():
        raise CrsError("the layer has no finite coordinates; a working CRS cannot be chosen")
    if in_china(bounds):
        return _chinese_zone(longitude)
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


def _ring_areas(rings: Rings, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Signed area in m² of each ring, from its vertices in degrees; the reference meridian is the ring's first vertex, so that small parcels keep their digits."""
    half_minor = SEMI_MAJOR_M * (1 - 1 / INVERSE_FLATTENING)
    start = rings.starts()
    meridian = np.repeat(xy[start, 0], np.diff(np.r_[start, len(xy)]))

    def strips(edge: slice) -> NDArray[np.float64]:
        """Of each vertex of a span the strip to the next one; none from the last of a ring."""
        own = slice(edge.start, edge.stop + 1)
        lon = np.radians(xy[own, 0] - meridian[own])
        beyond = np.abs(lon) >= np.pi  # a ring across the antimeridian stays in one piece
        lon[beyond] = (lon[beyond] + np.pi) % (2 * np.pi) - np.pi
        strip = 2 * half_minor**2 * _strips(lon, np.radians(xy[own, 1]))
        return np.where(rings.ring[own][1:] == rings.ring[own][:-1], strip, 0.0)

    return np.bincount(rings.ring[:-1], by_threads(strips, len(xy) - 1), minlength=len(rings.owner)).astype(np.float64)


def _strips(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ground between each edge and the reference meridian, by the series, for a minor axis of one; edges run from each point to the next."""
    mid_lon = (lon[1:] + lon[:-1]) / 2
    half_lat = (lat[1:] - lat[:-1]) / 2
    mid_lat = (lat[1:] + lat[:-1]) / 2
    # sin(kx) and cos(ky) for k = 3, 5, 7, 9 by the recurrence f((k+2)x) = 2 cos(2x) f(kx) - f((k-2)x)
    sines, cosines = np.sin(half_lat), np.cos(mid_lat)
    twice_sin, twice_cos = 2 * np.cos(2 * half_lat), 2 * np.cos(2 * mid_lat)
    before_sin, before_cos = -sines, cosines
    total = np.zeros_like(mid_lon)
    for sign, coefficient in zip((1, -1, 1, -1, 1), _series(), strict=True):
        total += sign * coefficient * sines * cosines
        sines, before_sin = twice_sin * sines - before_sin, sines
        cosines, before_cos = twice_cos * cosines - before_cos, cosines
    return np.asarray(mid_lon * total, dtype=np.float64)


def ellipsoidal_area(geometry: NDArray[Any], crs: CRS) -> NDArray[np.float64]:
    """Area of polygons on the CGCS2000 ellipsoid, edges straight in longitude and latitude.

    Parameters
    ----------
    geometry : array of shapely Polygon or MultiPolygon, valid; None and empty give nan and 0
    crs : CRS of the coordinates; anything but degrees on an ellipsoid of today is moved to CGCS2000 longitude and latitude first

    Returns
    -------
    array of float, m², one for each geometry; holes are taken off

    References
    ----------
    《图幅理论面积与图斑椭球面积计算公式及要求》, 国土调查办发〔2008〕32号, with the CGCS2000 ellipsoid.
    """
    return measured(geometry, crs)[0]


def measured(geometry: NDArray[Any], crs: CRS, rings: Rings | None = None) -> tuple[NDArray[np.float64], tuple[float, float, float, float]]:
    """The areas of `ellipsoidal_area`, and the box in degrees that the polygons lie in (nan where there are none); `rings` are theirs, where at hand."""
    rings, areas = rings or rings_of(geometry), np.zeros(len(geometry))
    areas[shapely.is_missing(geometry)] = np.nan
    if not len(rings.xy):
        return areas, (np.nan,) * 4
    xy = rings.xy if in_degrees(crs) and not old_ellipsoid(crs) else _moved(rings.xy, transformer(crs.to_wkt(), CGCS2000.to_wkt()))
    size = np.abs(_ring_areas(rings, xy))
    areas += np.bincount(rings.owner, np.where(rings.shell, size, -size), minlength=len(geometry))
    x, y = xy[:, 0], xy[:, 1]
    return areas, (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
