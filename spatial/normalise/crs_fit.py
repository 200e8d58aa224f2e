"""Whether coordinates can be in a reference system: the layer under decision, its boxes, and the finding that says why not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from spatial.crs import angles, in_degrees, inside_china
from spatial.crs_text import authority
from spatial.errors import Finding, found
from spatial.normalise.crs_windows import CGCS2000, KINDS, OLD, Box, Datum, datum_of, kinds_of, readings, shown_box, shown_codes, swapped
from spatial.normalise.datum_shift import projection_terms

FAR_KM = 100.0
WIDEST_EASTING_M = 600_000.0  # no Gauss-Krüger or UTM layer lies farther from its meridian
MARGIN_DEGREES = 2.0
BEYOND_DEGREES = 0.25
BESIDE_KM = 20.0  # rows of one place
WIDEST_M = 300_000.0  # of a layer in another unit of length: a frame of somebody's own, taken for kilometres, is wider


@dataclass(frozen=True, slots=True)
class Layer:
    """What is known about a layer before its system is decided."""

    role: str
    path: str
    bounds: NDArray[np.float64]  # of each feature: west, south, east, north as the file has them
    rows: NDArray[np.int64]
    stated: str = ""  # by the file: authority code, WKT or ""
    stated_from: str = ""
    study_crs: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One layer under decision, with its boxes."""

    layer: Layer
    bounds: NDArray[np.float64]
    rows: NDArray[np.int64]
    kinds: NDArray[np.int64]
    datum: Datum | None
    area: Box | None

    @property
    def box(self) -> Box:
        return _box_of(self.bounds)

    @property
    def kind(self) -> str:
        return KINDS[int(np.bincount(self.kinds, minlength=len(KINDS)).argmax())]

    @property
    def main_box(self) -> Box:
        """The box of the features that are of the common kind."""
        return _box_of(self.bounds[self.kinds == KINDS.index(self.kind)])

    def finding(self, code: str, **values: Any) -> Finding:
        values.setdefault("value_seen", shown_box(self.main_box))
        values.setdefault("field", "crs")
        return found(code, role=self.layer.role, path=self.layer.path, layer=self.layer.name, **values)


def case_of(layer: Layer, datum: Datum | None, area: Box | None) -> Case:
    """The layer with the boxes of its features; those without finite coordinates are left to the geometry gate."""
    finite = np.isfinite(layer.bounds).all(axis=1)
    bounds = layer.bounds if finite.all() else layer.bounds[finite]
    return Case(layer, bounds, layer.rows[finite], _of_the_world(kinds_of(bounds)), datum, area)


def _of_the_world(kinds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where most rows lie abroad, or in no window at all, a row that happens to lie in a Chinese one says nothing: Balkhash and Svalbard on a map of the world."""
    if not len(kinds):
        return kinds
    most = KINDS[int(np.bincount(kinds, minlength=len(KINDS)).argmax())]
    if most == "unknown":
        return np.full_like(kinds, KINDS.index("unknown"))
    homely = np.isin(kinds, [KINDS.index("degrees"), KINDS.index("degrees_swapped")])
    return np.where(homely, KINDS.index("world_degrees"), kinds) if most == "world_degrees" else kinds


def misfit(case: Case, crs: CRS, *, stated_by_study: bool) -> Finding | None:
    """Why the coordinates cannot be in a system, or a warning that they reach beyond its zone; None if they can."""
    if not len(case.bounds):
        return None
    name, datum = authority(crs.to_wkt()), case.datum or _table(crs)
    name = name if len(name) < 40 else crs.name
    outside, away = _outside(case, crs, stated_by_study), _away(case, crs)
    if away.any() and not outside.any() and (stated_by_study or _adjoin(case, crs, away)):
        return _two_meridians(case, crs, name) or _reaches(case, crs, name, away)
    bad = outside | away
    if bad.any() and not bad.all() and bad.mean() < 0.5:
        first = int(np.flatnonzero(bad)[0])
        b = case.bounds[first]
        return case.finding("crs.row_outside", row=int(case.rows[first]), count=int(bad.sum()), crs=name, **_stating(outside),
                            value_seen=shown_box((float(b[0]), float(b[1]), float(b[2]), float(b[3]))))
    kind, box = case.kind, case.main_box
    if not bad.any():
        return _two_meridians(case, crs, name) or _beyond(case, crs, name)
    if zones := several_zones(case):
        return zones
    if kind in ("degrees_swapped", "prefixed_swapped", "plain_swapped") and (_chinese(crs) or _fits(_turned(case), crs, stated_by_study)):
        return case.finding("crs.swapped_axes", candidates=shown_codes(readings(kind.removesuffix("_swapped"), swapped(box), datum)[:25]))
    if not _chinese(crs) and crs.area_of_use is not None and _fits(_turned(case), crs, stated_by_study):
        return case.finding("crs.swapped_axes", candidates=name)
    candidates = shown_codes(fitting(case, readings(kind, box, datum)) or readings(kind, box, datum))
    if crs.is_geographic:
        return case.finding("crs.outside_area_of_use" if "degrees" in kind else "crs.metres_under_degrees", crs=name, candidates=candidates, area=_area(crs),
                            **_stating(outside))
    if kind in ("degrees", "world_degrees"):
        return case.finding("crs.degrees_under_metric", crs=name, candidates=candidates)
    if projection_terms(crs) and kind in ("prefixed", "plain", "mercator_or_zone"):
        return case.finding("crs.prefix_mismatch", crs=name, candidates=candidates)
    return scaled(case) or case.finding("crs.outside_area_of_use", crs=name, area=_area(crs), **_stating(outside))


def scaled(case: Case) -> Finding | None:
    """Coordinates that no window holds, and that are a zone's once they are taken for another unit of length: a drawing in millimetres, a list in kilometres."""
    if case.kind != "unknown":
        return None
    for unit, metres in (("mm", 0.001), ("cm", 0.01), ("km", 1000.0)):
        box = np.array([case.main_box]) * metres
        if KINDS[int(kinds_of(box)[0])] in ("plain", "prefixed") and max(box[0, 2] - box[0, 0], box[0, 3] - box[0, 1]) <= WIDEST_M:
            return case.finding("crs.scaled", unit=unit, value_used=shown_box((float(box[0, 0]), float(box[0, 1]), float(box[0, 2]), float(box[0, 3]))))
    return None


def _fits(case: Case, crs: CRS, stated_by_study: bool) -> bool:
    return not (_outside(case, crs, stated_by_study) | _away(case, crs)).any()


def _stating(outside: NDArray[np.bool_]) -> dict[str, str]:
    """How a reader who knows better overrules: where coordinates are possible and merely lie beyond the ground that the system is made for."""
    if outside.any():
        return {"sure_zh": "", "sure_en": ""}
    return {"sure_zh": "；确认无误的，在该图层写 crs", "sure_en": "; if they are right, state the crs under the layer"}


def _chinese(crs: CRS) -> bool:
    return datum_of(crs) in (CGCS2000, *OLD)


def _turned(case: Case) -> Case:
    bounds = case.bounds[:, [1, 0, 3, 2]]
    return replace(case, bounds=bounds, kinds=kinds_of(bounds))


def _outside(case: Case, crs: CRS, stated_by_study: bool) -> NDArray[np.bool_]:
    """Which boxes cannot be in the system at all."""
    b, kinds = case.bounds, case.kinds
    chinese = _chinese(crs)
    if crs.is_geographic:
        bad = (b[:, 0] < -180.0001) | (b[:, 2] > 180.0001) | (b[:, 1] < -90.0001) | (b[:, 3] > 90.0001)
        if chinese:
            return np.asarray(bad | (kinds != KINDS.index("degrees")))
        return np.asarray(bad if stated_by_study or not in_degrees(crs) else bad | (kinds == KINDS.index("degrees_swapped")))
    degrees = np.isin(kinds, [KINDS.index(kind) for kind in ("degrees", "degrees_swapped", "world_degrees")])
    terms = projection_terms(crs)
    factor = crs.axis_info[0].unit_conversion_factor if crs.axis_info else 1.0
    far = np.zeros(len(b), dtype=bool)
    if terms and factor:
        middle = (b[:, 0] + b[:, 2]) / 2 * factor
        far = np.abs(middle - terms["false_easting"]) > WIDEST_EASTING_M
    lon, lat = _degrees((b[:, 0] + b[:, 2]) / 2, (b[:, 1] + b[:, 3]) / 2, crs)
    bad = degrees | far | ~np.isfinite(lon) | ~np.isfinite(lat)
    if chinese:
        return np.asarray(bad | (lon < 73) | (lon > 136) | (lat < 3) | (lat > 54))
    return np.asarray(bad)


def _away(case: Case, crs: CRS) -> NDArray[np.bool_]:
    """Which boxes are possible in a plane system from abroad, and lie beyond the ground that it is made for."""
    use = crs.area_of_use
    if crs.is_geographic or _chinese(crs) or use is None or use.west > use.east:
        return np.zeros(len(case.bounds), dtype=bool)
    lon, lat = _degrees(*_middles(case), crs)
    return np.asarray((lon < use.west - MARGIN_DEGREES) | (lon > use.east + MARGIN_DEGREES) | (lat < use.south - MARGIN_DEGREES) | (lat > use.north + MARGIN_DEGREES))


def _adjoin(case: Case, crs: CRS, away: NDArray[np.bool_]) -> bool:
    """Whether the rows beyond the ground of a system are the edge of a layer that lies on it: a state is drawn in one zone to its last island."""
    home = degrees_box(_box_of(case.bounds[~away]), crs) if not away.all() else None
    if home is None:
        return False
    boxes = (degrees_box(_box_of(row[None]), crs) for row in case.bounds[away])
    return all(box is not None and gap_km(home, box) <= FAR_KM for box in boxes)


def _box_of(bounds: NDArray[np.float64]) -> Box:
    return float(bounds[:, 0].min()), float(bounds[:, 1].min()), float(bounds[:, 2].max()), float(bounds[:, 3].max())


def _reaches(case: Case, crs: CRS, name: str, away: NDArray[np.bool_]) -> Finding:
    """The warning of a layer that reaches far beyond the ground its system is made for, and is sure to be in it."""
    use, (lon, lat) = crs.area_of_use, _degrees(*_middles(case), crs)
    assert use is not None
    degrees = np.max([use.west - lon, lon - use.east, use.south - lat, lat - use.north], axis=0)
    return case.finding("crs.beyond_zone", crs=name, degrees=float(degrees.max()), row=int(case.rows[np.flatnonzero(away)[0]]), count=int(away.sum()))


def _beyond(case: Case, crs: CRS, name: str) -> Finding | None:
    """A warning where a layer reaches well beyond the strip of longitude that its zone is made for."""
    terms, use = projection_terms(crs), crs.area_of_use
    box = degrees_box(case.box, crs) if terms else None
    if box is None or use is None or use.west > use.east:
        return None
    degrees = max(use.west - box[0], box[2] - use.east)
    if degrees <= BEYOND_DEGREES:
        return None
    lon, _ = _degrees(*_middles(case), crs)
    away = np.maximum(use.west - lon, lon - use.east)
    there = np.flatnonzero(away > BEYOND_DEGREES)
    first = int(there[0]) if len(there) else int(np.argmax(away))
    return case.finding("crs.beyond_zone", crs=name, degrees=degrees, row=int(case.rows[first]), count=max(len(there), 1))


def _middles(case: Case) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    b = case.bounds
    return (b[:, 0] + b[:, 2]) / 2, (b[:, 1] + b[:, 3]) / 2


def _two_meridians(case: Case, crs: CRS, name: str) -> Finding | None:
    """Rows that lie hundreds of kilometres east or west of the others, and right beside them once they are read with the next meridian: sheets of two zones
    without prefix were put together. A coordinate read with a meridian 3 degrees further is the same place 3 degrees further."""
    terms = projection_terms(crs)
    if not terms or case.kind != "plain" or len(case.bounds) < 2:
        return None
    x, y = _middles(case)
    order = np.argsort(x, kind="stable")
    steps = np.diff(x[order])
    widest = int(np.argmax(steps))
    if steps[widest] < FAR_KM * 1000:
        return None
    odd = np.zeros(len(x), dtype=bool)
    odd[order[widest + 1 :] if widest + 1 > len(x) / 2 else order[: widest + 1]] = True
    lon, lat = _degrees(x, y, crs)
    home, away = ((float(lon[part].min()), float(lat[part].min()), float(lon[part].max()), float(lat[part].max())) for part in (~odd, odd))
    fits = [turn for turn in (-3, 3, -6, 6) if gap_km(home, (away[0] + turn, away[1], away[2] + turn, away[3])) < BESIDE_KM]
    if not fits or gap_km(home, away) < FAR_KM:
        return None
    first = int(np.flatnonzero(odd)[0])
    b = case.bounds[first]
    return case.finding("crs.two_meridians", row=int(case.rows[first]), count=int(odd.sum()), crs=name, degrees=gap_km(home, away),
                        candidates=" / ".join(f"{terms['meridian'] + turn:g}°" for turn in fits), value_seen=shown_box((float(b[0]), float(b[1]), float(b[2]), float(b[3]))))


def fitting(case: Case, codes: list[str]) -> list[str]:
    """The codes under which the layer lies in the study area, where that is known, and in the country otherwise."""
    fits = []
    for code in codes:
        box = degrees_box(case.main_box, CRS.from_user_input(code))
        if box is None or (case.kind != "world_degrees" and not inside_china(box)):
            continue
        if case.area is None or gap_km(box, case.area) <= FAR_KM:
            fits.append(code)
    return fits


def uniform(case: Case) -> bool:
    return bool((case.kinds == case.kinds[0]).all())


def mixed(case: Case) -> Finding:
    return _apart(case, case.kinds != KINDS.index(case.kind))


def several_zones(case: Case) -> Finding | None:
    """Features whose eastings carry the prefixes of more than one zone, as where two sheets were put together; None where there is one prefix."""
    zones = case.bounds[:, 0] // 1e6
    own = np.unique(zones)
    return _apart(case, zones != max(own, key=lambda zone: int((zones == zone).sum()))) if case.kind == "prefixed" and uniform(case) and len(own) > 1 else None


def _apart(case: Case, odd: NDArray[np.bool_]) -> Finding:
    first, major = int(np.flatnonzero(odd)[0]), _box_of(case.bounds[~odd])
    b = case.bounds[first]
    return case.finding("crs.mixed_coordinates", row=int(case.rows[first]), count=int(odd.sum()), major=f"{case.kind} {shown_box(major)}",
                        value_seen=shown_box((float(b[0]), float(b[1]), float(b[2]), float(b[3]))))


def degrees_box(box: Box, crs: CRS) -> Box | None:
    """A box in degrees from Greenwich on the system's own datum; None where the system cannot express it."""
    if in_degrees(crs):
        return box
    xs = np.linspace(box[0], box[2], 5)
    ys = np.linspace(box[1], box[3], 5)
    grid_x, grid_y = (axis.ravel() for axis in np.meshgrid(xs, ys))
    lon, lat = _degrees(grid_x, grid_y, crs)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _degrees(x: NDArray[np.float64], y: NDArray[np.float64], crs: CRS) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude from Greenwich and latitude on the system's own datum: some count in grads, or from Paris or Ferro."""
    base = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    try:
        lon, lat = Transformer.from_crs(base, base.geodetic_crs, always_xy=True).transform(x, y)
    except ProjError:
        return np.full(len(x), np.inf), np.full(len(x), np.inf)
    unit, meridian = angles(base)
    return np.asarray(lon, dtype=float) * unit + meridian, np.asarray(lat, dtype=float) * unit


def gap_km(one: Box, other: Box) -> float:
    """Distance between two boxes in degrees, 0 if they touch; good to a few per cent, which is all it is asked for."""
    dx = max(one[0] - other[2], other[0] - one[2], 0.0)
    dy = max(one[1] - other[3], other[1] - one[3], 0.0)
    latitude = np.radians((one[1] + one[3] + other[1] + other[3]) / 4)
    return float(np.hypot(dx * 111.32 * np.cos(latitude), dy * 110.57))


def _table(crs: CRS) -> Datum:
    own = datum_of(crs)
    return own if own is not None and own.three_prefixed else CGCS2000


def _area(crs: CRS) -> str:
    use = crs.area_of_use
    return f"{use.west}…{use.east}, {use.south}…{use.north}" if use is not None else "—"
