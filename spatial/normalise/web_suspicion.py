"""Boundaries that seem to come from a web map: they fit the parcels' outlines once GCJ-02 or BD-09 is undone, and not as they stand.

Only a suspicion with its figures; nothing is moved. The boundary is sampled, and each point judged by how near an edge of a parcel it lies.
The same is asked of the points with either shift undone (or done, for parcels that came from a web map), and of shifts of the same length in other
directions: a fabric that looks alike everywhere fits those as well, and then nothing can be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import CGCS2000, reproject
from spatial.errors import Finding, found
from spatial.normalise.fabric import Fabric, widened
from spatial.normalise.geometry import finite
from spatial.normalise.web_datum import from_web, to_bd09, to_gcj02

Floats = NDArray[np.float64]
SAMPLES = 400
LEAST_SAMPLES = 12
INSIDE_M, OUTSIDE_M = 15.0, 60.0  # a boundary runs along edges or in the street beside them, not through parcels
FITS = 0.6  # a boundary that fits this well as it stands is not in question
LEAST_FIT, LEAST_GAIN = 0.4, 0.2
DIRECTIONS = 12


@dataclass(frozen=True)
class Suspicion:
    """The shift that explains a boundary, and how well."""

    system: str
    of_parcels: bool  # whether it is the parcels that seem to be shifted
    metres: float
    azimuth: float
    fit_as_is: float
    fit_shifted: float


def suspected(role: str, boundaries: NDArray[Any], parcels: Fabric, crs: CRS) -> list[Finding]:
    """A warning where a layer of boundaries in China disagrees with the parcels by the offset of web maps; both are polygons in the same plane CRS in metres."""
    seen = web_shift(boundaries, parcels, crs)
    if seen is None:
        return []
    other = "parcels" if seen.of_parcels else role
    return [found("crs.web_suspected", role=other, field="crs", value_seen=f"{seen.metres:.0f} m, {seen.azimuth:.0f}°", value_used=seen.system,
                  boundaries=role, as_is=f"{seen.fit_as_is:.0%}", shifted=f"{seen.fit_shifted:.0%}")]


def web_shift(boundaries: NDArray[Any], parcels: Fabric, crs: CRS) -> Suspicion | None:
    """The web map's shift by which boundaries and parcels disagree; None where none is evident."""
    points = _samples(_usable(boundaries))
    if len(points) < LEAST_SAMPLES or not np.isfinite(parcels.boxes).any():
        return None
    [as_is] = _fits(parcels, [points])
    if as_is >= FITS:
        return None
    readings = _readings(points, crs)
    fits = _fits(parcels, [moved for _, _, moved in readings])
    fit = max(fits)
    system, of_parcels, moved = readings[fits.index(fit)]
    if fit < LEAST_FIT or fit < as_is + LEAST_GAIN:
        return None
    shift = (moved - points).mean(axis=0)
    turns = (np.arange(1, DIRECTIONS) * 2 * np.pi / DIRECTIONS).tolist()
    others = [points + shift @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) for a in turns]
    if max(_fits(parcels, [*others, points + shift / 2, points + shift * 1.5])) > fit - LEAST_GAIN:
        return None
    away = shift if of_parcels else -shift  # from where it should lie to where it lies
    return Suspicion(system, of_parcels, float(np.hypot(*shift)), float(np.degrees(np.arctan2(away[0], away[1])) % 360), as_is, fit)


def _usable(shapes: NDArray[Any]) -> NDArray[Any]:
    """Shapes that are there and finite; the others are bad rows that refuse the run elsewhere."""
    return shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & finite(shapes)]


def _samples(boundaries: NDArray[Any]) -> Floats:
    """Points along the rings, evenly over their whole length; the longest rings where there are very many."""
    rings = shapely.get_rings(shapely.get_parts(boundaries))
    length = shapely.length(rings)
    kept = np.sort(np.argsort(-length, kind="stable")[:SAMPLES])
    rings, length = rings[kept], length[kept]
    if not length.sum() > 0:
        return np.empty((0, 2))
    counts = np.maximum(1, np.rint(SAMPLES * length / length.sum())).astype(int)
    at = np.concatenate([(np.arange(count) + 0.5) / count for count in counts])
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(np.repeat(rings, counts), at, normalized=True)))


def _readings(points: Floats, crs: CRS) -> list[tuple[str, bool, Floats]]:
    """The points with either system undone (they came from a web map), and done (the parcels did)."""
    degrees = shapely.get_coordinates(reproject(shapely.points(points), crs, CGCS2000))
    lon, lat = degrees[:, 0], degrees[:, 1]
    gcj = to_gcj02(lon, lat)
    read = [("GCJ-02", False, from_web(lon, lat, "GCJ-02")), ("BD-09", False, from_web(lon, lat, "BD-09")), ("GCJ-02", True, gcj), ("BD-09", True, to_bd09(*gcj))]
    return [(system, of_parcels, shapely.get_coordinates(reproject(shapely.points(np.column_stack(xy)), CGCS2000, crs))) for system, of_parcels, xy in read]


def _fits(parcels: Fabric, places: list[Floats]) -> list[float]:
    """How well each set of points lies along the edges of parcels: 0 where no point is near one, 1 where all lie on one."""
    every = np.concatenate(places)
    shapes = _usable(parcels.fetch(parcels.near(widened(np.tile(every, 2), OUTSIDE_M))))
    tree = shapely.STRtree(shapes)
    return [_fit(points, shapes, tree) for points in places]


def _fit(points: Floats, parcels: NDArray[Any], tree: shapely.STRtree) -> float:
    dots = shapely.points(points)
    dot, parcel = tree.query(dots, predicate="dwithin", distance=OUTSIDE_M)
    outside = np.full(len(dots), np.inf)
    inside = np.full(len(dots), np.inf)
    away = shapely.distance(dots[dot], parcels[parcel])
    np.minimum.at(outside, dot[away > 0], away[away > 0])
    within = away == 0
    np.minimum.at(inside, dot[within], shapely.distance(dots[dot[within]], shapely.boundary(parcels[parcel[within]])))
    near = np.where(np.isfinite(inside), 1 - inside / INSIDE_M, 1 - outside / OUTSIDE_M)
    return float(np.clip(near, 0.0, 1.0).mean())
