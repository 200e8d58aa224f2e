"""The decision about a layer's reference system: the file, the study, or coordinates that only one reading fits; else refused.

Pure: numbers and texts in, a decision with its findings out. Ambiguous or impossible coordinates are refused with the
candidates listed; a zone that only one reading fits is taken, with a receipt, once the study has stated the datum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from spatial.crs import inside_china
from spatial.crs_text import authority, parse_crs, stated_shift
from spatial.errors import Finding, found
from spatial.normalise.crs_windows import CGCS2000, KINDS, OLD, Box, Datum, datum_named, datum_of, kinds_of, readings, shown_box, shown_codes, swapped
from spatial.normalise.datum_shift import parameters_of, projection_terms, to_cgcs2000, usable

FAR_KM = 100.0
WIDEST_EASTING_M = 600_000.0  # no Gauss-Krüger or UTM layer lies farther from its meridian
MARGIN_DEGREES = 2.0


@dataclass(frozen=True, slots=True)
class Layer:
    """What is known about a layer before its system is decided."""

    role: str
    path: str
    geometry: NDArray[Any]
    rows: NDArray[np.int64]
    stated: str = ""  # by the file: authority code, WKT or ""
    stated_from: str = ""
    study_crs: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The system to read the coordinates in, why, and the shift to CGCS2000 where the datum is an old one."""

    crs: CRS | None
    crs_from: str
    findings: tuple[Finding, ...] = ()
    shift: tuple[float, ...] = ()
    box: Box | None = None  # of the layer, in degrees

    @property
    def code(self) -> str:
        return authority(self.crs.to_wkt()) if self.crs is not None else ""


@dataclass(frozen=True, slots=True)
class _Case:
    """One layer under decision, with its boxes."""

    layer: Layer
    bounds: NDArray[np.float64]
    rows: NDArray[np.int64]
    kinds: NDArray[np.int64]
    datum: Datum | None
    area: Box | None

    @property
    def box(self) -> Box:
        b = self.bounds
        return float(b[:, 0].min()), float(b[:, 1].min()), float(b[:, 2].max()), float(b[:, 3].max())

    @property
    def kind(self) -> str:
        return KINDS[int(np.bincount(self.kinds, minlength=len(KINDS)).argmax())]

    @property
    def main_box(self) -> Box:
        """The box of the features that are of the common kind."""
        b = self.bounds[self.kinds == KINDS.index(self.kind)]
        return float(b[:, 0].min()), float(b[:, 1].min()), float(b[:, 2].max()), float(b[:, 3].max())

    def finding(self, code: str, **values: Any) -> Finding:
        values.setdefault("value_seen", shown_box(self.main_box))
        values.setdefault("field", "crs")
        return found(code, role=self.layer.role, path=self.layer.path, layer=self.layer.name, **values)


def decide_layers(layers: Sequence[Layer], *, datum: str = "", datum_parameters: Mapping[str, Sequence[float]] | None = None) -> dict[str, Decision]:
    """Decisions for all layers of a study, by role: those that can be decided alone give the study area to the rest.

    A layer hundreds of km from the first one (the parcels, when they are listed first) is an error that says so.
    """
    given = datum_parameters or {}
    alone = {layer.role: decide_crs(layer, datum=datum, datum_parameters=given) for layer in layers}
    decided: dict[str, Decision] = {}
    for layer in layers:
        mine = alone[layer.role]
        others = [alone[other.role].box for other in layers if other.role != layer.role and alone[other.role].crs is not None]
        boxes = [box for box in others if box is not None]
        if mine.crs is None and boxes:
            decided[layer.role] = decide_crs(layer, datum=datum, datum_parameters=given, area=boxes[0])
        else:
            decided[layer.role] = mine
    lead = next((decision for decision in decided.values() if decision.box is not None), None)
    for layer in layers:
        decision = decided[layer.role]
        if lead is None or lead.box is None or decision is lead or decision.box is None:
            continue
        km = gap_km(decision.box, lead.box)
        if km > FAR_KM:
            far = found("crs.far_from_others", role=layer.role, path=layer.path, layer=layer.name, field="crs", km=km,
                        value_seen=f"{decision.code} {shown_box(decision.box)}", others=shown_box(lead.box))
            decided[layer.role] = replace(decision, findings=(*decision.findings, far))
    return decided


def decide_crs(layer: Layer, *, datum: str = "", datum_parameters: Mapping[str, Sequence[float]] | None = None, area: Box | None = None) -> Decision:
    """The decision for one layer; `area` is the box in degrees of layers that are already decided."""
    named = datum_named(datum) if datum else None
    if datum and named is None:
        return Decision(None, "", (found("crs.unknown_datum", role=layer.role, path=layer.path, field="study.datum", value_seen=datum),))
    bounds = shapely.bounds(layer.geometry) if len(layer.geometry) else np.empty((0, 4))
    finite = np.isfinite(bounds).all(axis=1)
    case = _Case(layer, bounds[finite], layer.rows[finite], kinds_of(bounds[finite]), named, area)
    from_file = parse_crs(layer.stated)
    from_file = from_file if from_file is not None and (from_file.is_projected or from_file.is_geographic) else None
    if layer.study_crs:
        decision = _by_study(case, from_file)
    elif from_file is not None:
        decision = _by_file(case, from_file)
    else:
        decision = _by_coordinates(case)
    return _with_datum(case, decision, datum_parameters or {})


def apply(decision: Decision, geometry: NDArray[Any]) -> tuple[NDArray[Any], CRS]:
    """The geometry in the system that the rest of the run starts from: as it is, or moved off an old datum."""
    if decision.crs is None:
        raise ValueError("the reference system is not decided")
    return to_cgcs2000(geometry, decision.crs, decision.shift) if decision.shift else (geometry, decision.crs)


def _by_study(case: _Case, from_file: CRS | None) -> Decision:
    layer = case.layer
    crs = parse_crs(layer.study_crs)
    if crs is None or not (crs.is_projected or crs.is_geographic):
        return Decision(None, "", (case.finding("crs.unknown_code", value_seen=layer.study_crs) if len(case.bounds) else
                                   found("crs.unknown_code", role=layer.role, path=layer.path, field="crs", value_seen=layer.study_crs),))
    notes: list[Finding] = []
    used = authority(layer.study_crs)
    by_standard = layer.stated_from in ("RFC 7946", "GeoParquet default")
    if from_file is not None and authority(layer.stated) == used:
        return _checked(case, crs, _file(layer), [])
    if from_file is not None and not by_standard:
        notes.append(found("crs.study_over_file", role=layer.role, path=layer.path, layer=layer.name, field="crs", value_seen=_short(layer.stated), value_used=used))
    elif layer.stated and not by_standard:
        notes.append(found("crs.unreadable_replaced", role=layer.role, path=layer.path, layer=layer.name, field="crs", value_seen=_short(layer.stated),
                           value_used=used))
    return _checked(case, crs, "study", notes)


def _by_file(case: _Case, crs: CRS) -> Decision:
    problem = misfit(case, crs, stated_by_study=False)
    zone_kind = case.kind in ("prefixed", "plain") if len(case.bounds) else False
    if problem is None or case.datum is None or not zone_kind or problem.code in ("crs.row_outside", "crs.mixed_coordinates"):
        return _checked(case, crs, _file(case.layer), [])
    own = datum_of(crs)
    datum = own if own is not None and own.three_prefixed else case.datum
    terms = projection_terms(crs)
    possible = readings(case.kind, case.main_box, datum)
    if case.kind == "plain" and terms and case.area is None:
        # the file names the meridian; only its prefix is not in the coordinates
        possible = [code for code in possible if projection_terms(CRS.from_user_input(code))["meridian"] == terms["meridian"]]
    fits = _fitting(case, possible)
    if len(fits) != 1 or not _uniform(case):
        return _checked(case, crs, _file(case.layer), [])
    note = case.finding("crs.wrong_replaced", value_seen=f"{_short(case.layer.stated)} ({shown_box(case.box)})", value_used=fits[0], datum=datum.name)
    return _checked(case, CRS.from_user_input(fits[0]), f"coordinates, datum {datum.name}", [note])


def _by_coordinates(case: _Case) -> Decision:
    layer = case.layer
    if not len(case.bounds):
        return Decision(None, "", (found("crs.none", role=layer.role, path=layer.path, layer=layer.name, field="crs", value_seen="—", candidates="—"),))
    if not _uniform(case):
        return Decision(None, "", (_mixed(case),))
    box, kind, datum = case.box, case.kind, case.datum or CGCS2000
    if kind.endswith("_swapped"):
        codes = readings(kind.removesuffix("_swapped"), swapped(box), datum)
        return Decision(None, "", (case.finding("crs.swapped_axes", candidates=shown_codes(codes)),))
    possible = readings(kind, box, datum)
    if kind in ("prefixed", "mercator_or_zone") and not [code for code in possible if code != "EPSG:3857"] and kind == "prefixed":
        return Decision(None, "", (case.finding("crs.no_such_zone", zone=int(box[0] // 1e6)),))
    if case.datum is None:
        others = "EPSG:4326 / EPSG:4490" if kind == "degrees" else "EPSG:4326" if kind == "world_degrees" else shown_codes(_fitting(case, possible) or possible)
        if layer.stated:
            return Decision(None, "", (case.finding("crs.unreadable", value_seen=_short(layer.stated), candidates=others),))
        return Decision(None, "", (case.finding("crs.none", candidates=others),))
    fits = _fitting(case, possible)
    if len(fits) > 1:
        return Decision(None, "", (case.finding("crs.ambiguous", candidates=shown_codes(fits)),))
    if not fits or fits == ["EPSG:3857"]:
        code = "crs.ambiguous" if possible else "crs.impossible"
        return Decision(None, "", (case.finding(code, candidates=shown_codes(possible)),))
    notes = [case.finding("crs.taken_from_coordinates", value_used=fits[0], datum=datum.name)]
    if layer.stated:
        notes.insert(0, case.finding("crs.unreadable_replaced", value_seen=_short(layer.stated), value_used=fits[0]))
    return _checked(case, CRS.from_user_input(fits[0]), f"coordinates, datum {datum.name}", notes)


def _fitting(case: _Case, codes: list[str]) -> list[str]:
    """The codes under which the layer lies in the study area, where that is known, and in the country otherwise."""
    fits = []
    for code in codes:
        box = degrees_box(case.main_box, CRS.from_user_input(code))
        if box is None or (case.kind != "world_degrees" and not inside_china(box)):
            continue
        if case.area is None or gap_km(box, case.area) <= FAR_KM:
            fits.append(code)
    return fits


def _uniform(case: _Case) -> bool:
    return bool((case.kinds == case.kinds[0]).all())


def _mixed(case: _Case) -> Finding:
    odd = np.flatnonzero(case.kinds != KINDS.index(case.kind))
    b = case.bounds[odd[0]]
    return case.finding("crs.mixed_coordinates", row=int(case.rows[odd[0]]), count=len(odd), major=f"{case.kind} {shown_box(case.main_box)}",
                        value_seen=shown_box((float(b[0]), float(b[1]), float(b[2]), float(b[3]))))


def _checked(case: _Case, crs: CRS, crs_from: str, notes: list[Finding]) -> Decision:
    """A decision for a system, or the error that says why it cannot be right."""
    problem = misfit(case, crs, stated_by_study=crs_from == "study")
    if problem is not None:
        return Decision(None, "", (*notes, problem)) if problem.severity == "error" else \
            Decision(crs, crs_from, (*notes, problem), box=degrees_box(case.box, crs))
    return Decision(crs, crs_from, tuple(notes), box=degrees_box(case.box, crs) if len(case.bounds) else None)


def misfit(case: _Case, crs: CRS, *, stated_by_study: bool) -> Finding | None:
    """Why the coordinates cannot be in a system, or a warning that they reach beyond its zone; None if they can."""
    if not len(case.bounds):
        return None
    name, datum = authority(crs.to_wkt()), case.datum or _table(crs)
    name = name if len(name) < 40 else crs.name
    outside = _outside(case, crs, stated_by_study)
    if outside.any() and not outside.all() and outside.mean() < 0.5:
        first = int(np.flatnonzero(outside)[0])
        b = case.bounds[first]
        return case.finding("crs.row_outside", row=int(case.rows[first]), count=int(outside.sum()), crs=name,
                            value_seen=shown_box((float(b[0]), float(b[1]), float(b[2]), float(b[3]))))
    kind, box = case.kind, case.main_box
    if not outside.any():
        return _beyond(case, crs, name)
    if kind in ("degrees_swapped", "prefixed_swapped", "plain_swapped"):
        return case.finding("crs.swapped_axes", candidates=shown_codes(readings(kind.removesuffix("_swapped"), swapped(box), datum)[:25]))
    candidates = shown_codes(_fitting(case, readings(kind, box, datum)) or readings(kind, box, datum))
    if crs.is_geographic:
        return case.finding("crs.outside_area_of_use" if "degrees" in kind else "crs.metres_under_degrees", crs=name, candidates=candidates, area=_area(crs))
    if kind in ("degrees", "world_degrees"):
        return case.finding("crs.degrees_under_metric", crs=name, candidates=candidates)
    if projection_terms(crs) and kind in ("prefixed", "plain", "mercator_or_zone"):
        return case.finding("crs.prefix_mismatch", crs=name, candidates=candidates)
    return case.finding("crs.outside_area_of_use", crs=name, area=_area(crs))


def _outside(case: _Case, crs: CRS, stated_by_study: bool) -> NDArray[np.bool_]:
    """Which boxes cannot be in the system at all."""
    b, kinds = case.bounds, case.kinds
    chinese = datum_of(crs) in (CGCS2000, *OLD)
    if crs.is_geographic:
        bad = (b[:, 0] < -180.0001) | (b[:, 2] > 180.0001) | (b[:, 1] < -90.0001) | (b[:, 3] > 90.0001)
        if chinese:
            return np.asarray(bad | (kinds != KINDS.index("degrees")))
        return np.asarray(bad if stated_by_study else bad | (kinds == KINDS.index("degrees_swapped")))
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
    use = crs.area_of_use
    if use is None or use.west > use.east:
        return np.asarray(bad)
    return np.asarray(bad | (lon < use.west - MARGIN_DEGREES) | (lon > use.east + MARGIN_DEGREES)
                      | (lat < use.south - MARGIN_DEGREES) | (lat > use.north + MARGIN_DEGREES))


def _beyond(case: _Case, crs: CRS, name: str) -> Finding | None:
    """A warning where a layer reaches well beyond the strip of longitude that its zone is made for."""
    terms, use = projection_terms(crs), crs.area_of_use
    box = degrees_box(case.box, crs) if terms else None
    if box is None or use is None or use.west > use.east:
        return None
    degrees = max(use.west - box[0], box[2] - use.east)
    return case.finding("crs.beyond_zone", crs=name, degrees=degrees) if degrees > 0.25 else None


def _with_datum(case: _Case, decision: Decision, given: Mapping[str, Sequence[float]]) -> Decision:
    """The shift of an old datum, or its refusal."""
    crs = decision.crs
    datum = datum_of(crs) if crs is not None else None
    if crs is None or datum not in OLD or datum is None:
        return decision
    layer = case.layer
    shift = parameters_of(datum, given) or stated_shift(crs)
    place: dict[str, Any] = {"role": layer.role, "path": layer.path, "layer": layer.name, "field": "crs", "datum": datum.name}
    if not shift:
        return replace(decision, crs=None, findings=(*decision.findings, found("crs.old_datum", **place, value_seen=decision.code)))
    if not usable(shift, crs):
        return replace(decision, crs=None, findings=(*decision.findings, found("crs.wrong_parameters", **place, value_seen=str(list(shift)))))
    note = found("crs.shifted", **place, value_seen=decision.code, value_used="EPSG:4490", count=len(shift))
    return replace(decision, shift=shift, findings=(*decision.findings, note))


def degrees_box(box: Box, crs: CRS) -> Box | None:
    """A box in degrees on the system's own datum; None where the system cannot express it."""
    if crs.is_geographic:
        return box
    xs = np.linspace(box[0], box[2], 5)
    ys = np.linspace(box[1], box[3], 5)
    grid_x, grid_y = (axis.ravel() for axis in np.meshgrid(xs, ys))
    lon, lat = _degrees(grid_x, grid_y, crs)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _degrees(x: NDArray[np.float64], y: NDArray[np.float64], crs: CRS) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    base = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    try:
        lon, lat = Transformer.from_crs(base, base.geodetic_crs, always_xy=True).transform(x, y)
    except ProjError:
        return np.full(len(x), np.inf), np.full(len(x), np.inf)
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


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


def _file(layer: Layer) -> str:
    return f"file: {layer.stated_from}" if layer.stated_from else "file"


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
