"""The recognition table of bare coordinates: which kind of system a box of numbers can be, and the codes of each datum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs_text import datum_names
from spatial.errors import Several

Box = tuple[float, float, float, float]  # west, south, east, north, in whatever unit the coordinates have


@dataclass(frozen=True, slots=True)
class Datum:
    """EPSG codes: geographic, then the first of each run of Gauss-Krüger zones."""

    name: str
    geographic: int
    three_prefixed: int  # zone 25
    three_plain: int  # central meridian 75
    six_prefixed: int  # zone 13
    six_plain: int  # central meridian 75
    words: tuple[str, ...]


CGCS2000 = Datum("CGCS2000", 4490, 4513, 4534, 4491, 4502, ("cgcs2000", "cgcs 2000", "china 2000", "china_2000", "2000国家大地坐标系", "国家2000", "大地2000"))
XIAN80 = Datum("Xian 1980", 4610, 2349, 2370, 2327, 2338, ("xian", "西安80", "西安1980", "1980西安"))
BEIJING54 = Datum("Beijing 1954", 4214, 2401, 2422, 21413, 21453, ("beijing", "北京54", "北京1954", "1954北京", "1954年北京"))
WGS84 = Datum("WGS 84", 4326, 0, 0, 0, 0, ("wgs84", "wgs 84", "wgs_1984", "world geodetic system 1984"))
DATUMS = (CGCS2000, XIAN80, BEIJING54, WGS84)
OLD = (XIAN80, BEIJING54)
ELLIPSOIDS = ((CGCS2000, 6_378_137.0, 298.257222101), (XIAN80, 6_378_140.0, 298.257), (BEIJING54, 6_378_245.0, 298.3))  # WGS 84 is CGCS2000 to 0.1 mm


def datum_named(text: str) -> Datum | None:
    """The datum that a study or a WKT names."""
    plain = text.strip().lower().replace("-", " ")
    return next((datum for datum in DATUMS if plain and any(word in plain or word in plain.replace(" ", "") for word in datum.words)), None)


def datum_of(crs: CRS) -> Datum | None:
    """The datum of a reference system, by its name; None for one the tool has no table for."""
    return next((datum for name in datum_names(crs) if (datum := datum_named(name))), None)


def datum_by_ellipsoid(crs: CRS) -> Datum | None:
    """The datum that Chinese files use on the ellipsoid of a system whose own datum nobody knows."""
    shape = crs.ellipsoid
    if shape is None:
        return None
    return next((datum for datum, axis, flattening in ELLIPSOIDS
                 if abs(shape.semi_major_metre - axis) < 0.01 and abs(shape.inverse_flattening - flattening) < 1e-4), None)


# kind, west, south, east, north; the first window that holds the whole box wins
WINDOWS: tuple[tuple[str, float, float, float, float], ...] = (
    ("degrees", 73, 3, 136, 54),
    ("degrees_swapped", 3, 73, 54, 136),
    ("world_degrees", -180.0001, -90.0001, 180.0001, 90.0001),
    ("mercator_or_zone", 1.30e7, 3e5, 1.51e7, 7.1e6),
    ("prefixed", 1.51e7, 3e5, 4.6e7, 6e6),
    ("prefixed_swapped", 3e5, 1.30e7, 6e6, 4.6e7),
    ("plain", 1e5, 3e5, 9e5, 6e6),
    ("plain_swapped", 3e5, 1e5, 6e6, 9e5),
    ("mercator", 8.1e6, 4e5, 1.51e7, 7.1e6),
    ("unknown", -np.inf, -np.inf, np.inf, np.inf),
)
KINDS = tuple(row[0] for row in WINDOWS)


def kinds_of(bounds: NDArray[np.float64]) -> NDArray[np.int64]:
    """Index into KINDS of each box (rows of west, south, east, north)."""
    kinds = np.zeros(len(bounds), dtype=np.int64)
    if not len(bounds):
        return kinds
    least, most = bounds.min(axis=0), bounds.max(axis=0)
    for index, (_, w, s, e, n) in reversed(list(enumerate(WINDOWS))):
        if most[0] < w or most[1] < s or least[2] > e or least[3] > n:
            continue  # holds none
        held = (bounds[:, 0] >= w) & (bounds[:, 1] >= s) & (bounds[:, 2] <= e) & (bounds[:, 3] <= n) if least[0] < w or least[1] < s or most[2] > e or most[3] > n else slice(None)
        kinds[held] = index
    return kinds


def zone_code(datum: Datum, zone: int) -> str | None:
    """EPSG code of a zone prefix: 13 to 23 are 6-degree zones, 25 to 45 are 3-degree zones, 24 is neither."""
    if not datum.three_prefixed:
        return None
    if 25 <= zone <= 45:
        return f"EPSG:{datum.three_prefixed + zone - 25}"
    return f"EPSG:{datum.six_prefixed + zone - 13}" if 13 <= zone <= 23 else None


def plain_codes(datum: Datum) -> list[str]:
    """Every 3-degree zone without prefix, central meridians 75 to 135; those of 6-degree zones coincide with every second one."""
    return [f"EPSG:{datum.three_plain + i}" for i in range(21)] if datum.three_plain else []


def readings(kind: str, box: Box, datum: Datum) -> list[str]:
    """The systems of a datum that coordinates of this kind can be in, axes as they are."""
    if kind == "degrees":
        return [f"EPSG:{datum.geographic}"]
    if kind == "world_degrees":
        return ["EPSG:4326"] if datum is WGS84 else []
    if kind == "prefixed":
        west, east = int(box[0] // 1e6), int(box[2] // 1e6)
        code = zone_code(datum, west) if west == east else None
        return [code] if code else []
    if kind == "mercator_or_zone":
        zones = [code for zone in range(int(box[0] // 1e6), int(box[2] // 1e6) + 1) if (code := zone_code(datum, zone))]
        return ["EPSG:3857", *zones]
    if kind == "plain":
        return plain_codes(datum)
    return ["EPSG:3857"] if kind == "mercator" else []


def swapped(box: Box) -> Box:
    return box[1], box[0], box[3], box[2]


def shown_codes(codes: list[str]) -> str:
    """A list of codes for a message; a run of consecutive ones is written as from–to."""
    numbers = [int(code.split(":")[1]) for code in codes]
    if len(numbers) > 4 and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return f"EPSG:{numbers[0]}–{numbers[-1]}"
    return Several(codes) if codes else "—"


def shown_box(box: Box) -> str:
    digits = 4 if max(abs(v) for v in box) <= 360 else 0
    return f"x {box[0]:.{digits}f}…{box[2]:.{digits}f}, y {box[1]:.{digits}f}…{box[3]:.{digits}f}"
