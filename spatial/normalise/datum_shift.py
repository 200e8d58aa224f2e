"""Old datums to CGCS2000 by parameters that the study gives: 3 or 7 between ellipsoids, 4 in the plane."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.transformer import TransformerGroup

from spatial.crs import in_china, old_ellipsoid
from spatial.crs_text import datum_names, stated_shift
from spatial.normalise.crs_windows import CGCS2000, Box, datum_named

ARC_SECOND = np.pi / 180 / 3600


def parameters_of(datum: str, given: Mapping[str, Sequence[float]]) -> tuple[float, ...]:
    """The parameters that the study gives for a datum, whichever of its names they stand under."""
    known = datum_named(datum)
    return next((tuple(float(v) for v in values) for name, values in given.items() if name == datum or (known is not None and datum_named(name) is known)), ())


def unshifted(crs: CRS, box: Box | None) -> str:
    """The name of a datum of another age than CGCS2000 that nothing known brings to it on this ground (PROJ would move it by nothing at all); empty if there is none."""
    if box is None or not in_china(box) or stated_shift(crs) or not old_ellipsoid(crs):
        return ""
    around = AreaOfInterest(box[0], box[1], box[2], box[3])
    ways = TransformerGroup(crs.geodetic_crs, "EPSG:4326", always_xy=True, area_of_interest=around).transformers  # type: ignore[arg-type]
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    known = any(way.accuracy >= 0 and (use := way.area_of_use) is not None and use.west <= middle[0] <= use.east and use.south <= middle[1] <= use.north for way in ways)
    return "" if known else datum_names(crs)[0]


def named_meridian(name: str) -> float | None:
    """The central meridian that the name of a Gauss-Krüger system speaks of: by its degrees, or by its zone."""
    degrees = re.search(r"(?:CM|meridian)[ _]*(\d{2,3})(?![\d.])", name, re.IGNORECASE)
    zone = re.search(r"(?:GK|Gauss[- _]?Kr[uü]e?ger)[ _]*(?:Zone[ _]*)?(\d{2})(?!\d)", name, re.IGNORECASE)
    if degrees:
        return float(degrees[1])
    if not zone:
        return None
    number = int(zone[1])
    return 3.0 * number if 25 <= number <= 45 else 6.0 * number - 3 if 13 <= number <= 23 else None


def usable(parameters: Sequence[float], crs: CRS) -> bool:
    """Three or seven finite numbers, or four where the coordinates are plane."""
    return len(parameters) in (3, 7, 4 if crs.is_projected else 3) and bool(np.isfinite(parameters).all())


def to_cgcs2000(geometry: NDArray[Any], crs: CRS, parameters: Sequence[float]) -> tuple[NDArray[Any], CRS]:
    """Geometries moved from an old datum.

    Parameters
    ----------
    parameters : 3 (dx, dy, dz in m) or 7 (and rx, ry, rz in arc-seconds, scale in ppm; position vector, as TOWGS84),
        applied between geocentric coordinates: the result is in EPSG:4490;
        or 4 (dx east, dy north in m, rotation counter-clockwise in arc-seconds, scale in ppm), applied to plane
        coordinates without their zone prefix: the result is in the CGCS2000 zone of the same meridian
    """
    if len(parameters) == 4:
        return _plane(geometry, crs, parameters)
    base = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    old = base.geodetic_crs
    if old is None or old.ellipsoid is None:
        raise ValueError(f"{crs.name} has no ellipsoid")
    to_degrees = Transformer.from_crs(base, old, always_xy=True)
    dx, dy, dz, rx, ry, rz, scale = (*parameters, 0.0, 0.0, 0.0, 0.0)[:7]
    pipeline = Transformer.from_pipeline(
        f"+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +a={old.ellipsoid.semi_major_metre} "
        f"+rf={old.ellipsoid.inverse_flattening} +step +proj=helmert +x={dx} +y={dy} +z={dz} +rx={rx} +ry={ry} +rz={rz} +s={scale} "
        "+convention=position_vector +step +inv +proj=cart +a=6378137 +rf=298.257222101 +step +proj=unitconvert +xy_in=rad +xy_out=deg")

    def moved(xy: NDArray[Any]) -> NDArray[Any]:
        lon, lat = to_degrees.transform(xy[:, 0], xy[:, 1])
        lon, lat, _ = pipeline.transform(lon, lat, np.zeros(len(xy)))
        return np.column_stack([lon, lat])

    return np.asarray(shapely.transform(geometry, moved), dtype=object), CRS.from_epsg(CGCS2000.geographic)


def _plane(geometry: NDArray[Any], crs: CRS, parameters: Sequence[float]) -> tuple[NDArray[Any], CRS]:
    dx, dy, seconds, ppm = parameters
    terms = projection_terms(crs)
    prefix = round((terms["false_easting"] - 500_000) / 1e6) * 1e6
    cos, sin, size = np.cos(seconds * ARC_SECOND), np.sin(seconds * ARC_SECOND), 1 + ppm * 1e-6

    def moved(xy: NDArray[Any]) -> NDArray[Any]:
        x, y = xy[:, 0] - prefix, xy[:, 1]
        return np.column_stack([dx + size * (x * cos - y * sin) + prefix, dy + size * (x * sin + y * cos)])

    meridian = terms["meridian"]
    code = CGCS2000.three_plain + round((meridian - 75) / 3)
    if prefix:
        zone = round(prefix / 1e6)
        code = CGCS2000.three_prefixed + zone - 25 if zone >= 25 else CGCS2000.six_prefixed + zone - 13
    return np.asarray(shapely.transform(geometry, moved), dtype=object), CRS.from_epsg(code)


def projection_terms(crs: CRS) -> dict[str, float]:
    """Central meridian, false easting and false northing of a transverse Mercator system; empty for any other."""
    operation = crs.coordinate_operation if crs.is_projected and not crs.is_bound else None
    if operation is None or not any(word in operation.method_name.lower() for word in ("transverse mercator", "gauss")):
        return {}
    named = {parameter.name.lower(): float(parameter.value) * (parameter.unit_conversion_factor or 1.0) for parameter in operation.params}
    degrees = next((p.value for p in operation.params if "longitude" in p.name.lower()), 0.0)
    return {"meridian": float(degrees), "false_easting": named.get("false easting", 0.0), "false_northing": named.get("false northing", 0.0)}
