"""The decision about a layer's reference system: the file, the study, or coordinates that only one reading fits; else refused.

Pure: numbers and texts in, a decision with its findings out. Ambiguous or impossible coordinates are refused with the
candidates listed; a zone that only one reading fits is taken, with a receipt, once the study has stated the datum.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import inside_china
from spatial.crs_text import authority, datum_names, local_name, parse_crs, stated_shift, web_map_named, web_name
from spatial.errors import Finding, found
from spatial.normalise.crs_fit import FAR_KM, Case, Layer, case_of, degrees_box, fitting, gap_km, misfit, mixed, scaled, several_zones, uniform
from spatial.normalise.crs_windows import CGCS2000, OLD, Box, Datum, datum_by_ellipsoid, datum_named, datum_of, readings, shown_box, shown_codes, swapped
from spatial.normalise.datum_shift import named_meridian, parameters_of, projection_terms, to_cgcs2000, unshifted, usable

__all__ = ["FAR_KM", "Decision", "Layer", "apply", "decide_crs", "gap_km"]


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


def decide_crs(layer: Layer, *, datum: str = "", datum_parameters: Mapping[str, Sequence[float]] | None = None, area: Box | None = None) -> Decision:
    """The decision for one layer; `area` is the box in degrees of layers that are already decided."""
    named = datum_named(datum) if datum else None
    if datum and named is None:
        return Decision(None, "", (found("crs.unknown_datum", role=layer.role, path=layer.path, field="study.datum", value_seen=datum),))
    case = case_of(layer, named, area)
    from_file = parse_crs(layer.stated)
    from_file = from_file if from_file is not None and (from_file.is_projected or from_file.is_geographic) else None
    if layer.study_crs:
        decision = _by_study(case, from_file)
    elif from_file is not None:
        decision = _by_file(case, from_file)
    else:
        decision = _by_coordinates(case)
    decision = _with_datum(case, decision, datum_parameters or {})
    return replace(decision, findings=(*decision.findings, *_titled(case, decision)))


def apply(decision: Decision, geometry: NDArray[Any]) -> tuple[NDArray[Any], CRS]:
    """The geometry in the system that the rest of the run starts from: as it is, or moved off an old datum."""
    if decision.crs is None:
        raise ValueError("the reference system is not decided")
    return to_cgcs2000(geometry, decision.crs, decision.shift) if decision.shift else (geometry, decision.crs)


def _by_study(case: Case, from_file: CRS | None) -> Decision:
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


def _by_file(case: Case, crs: CRS) -> Decision:
    problem = misfit(case, crs, stated_by_study=False)
    zone_kind = case.kind in ("prefixed", "plain") if len(case.bounds) else False
    as_stated = _held(case, crs, _file(case.layer), [], problem)
    if problem is None or case.datum is None or not zone_kind or problem.code in ("crs.row_outside", "crs.mixed_coordinates"):
        return as_stated
    own = datum_of(crs)
    datum = own if own is not None and own.three_prefixed else case.datum
    terms = projection_terms(crs)
    possible = readings(case.kind, case.main_box, datum)
    if case.kind == "plain" and terms and case.area is None:
        # the file names the meridian; only its prefix is not in the coordinates
        possible = [code for code in possible if projection_terms(CRS.from_user_input(code))["meridian"] == terms["meridian"]]
    fits = fitting(case, possible)
    if len(fits) != 1 or not uniform(case):
        return as_stated
    note = case.finding("crs.wrong_replaced", value_seen=f"{_short(case.layer.stated)} ({shown_box(case.box)})", value_used=fits[0], datum=datum.name)
    return _checked(case, CRS.from_user_input(fits[0]), f"coordinates, datum {datum.name}", [note])


def _by_coordinates(case: Case) -> Decision:
    layer = case.layer
    if not len(case.bounds):
        return Decision(None, "", (found("crs.none", role=layer.role, path=layer.path, layer=layer.name, field="crs", value_seen="—", candidates="—"),))
    if not uniform(case):
        return Decision(None, "", (mixed(case),))
    if zones := several_zones(case):
        return Decision(None, "", (zones,))
    said = datum_named(layer.stated)
    if said is not None and said.three_prefixed:  # the file's own word for its datum goes before the study's
        case = replace(case, datum=said)
    box, kind, datum = case.box, case.kind, case.datum or CGCS2000
    if kind.endswith("_swapped"):
        codes = readings(kind.removesuffix("_swapped"), swapped(box), datum)
        return Decision(None, "", (case.finding("crs.swapped_axes", candidates=shown_codes(codes)),))
    possible = readings(kind, box, datum)
    if kind in ("prefixed", "mercator_or_zone") and not [code for code in possible if code != "EPSG:3857"] and kind == "prefixed":
        return Decision(None, "", (case.finding("crs.no_such_zone", zone=int(box[0] // 1e6)),))
    if case.datum is None or (said is None and local_name(layer.stated)):
        others = "EPSG:4326 / EPSG:4490" if kind == "degrees" else "EPSG:4326" if kind == "world_degrees" else shown_codes(fitting(case, possible) or possible)
        if layer.stated:
            return Decision(None, "", (case.finding("crs.unreadable", value_seen=_short(layer.stated), candidates=others),))
        if not possible and kind not in ("degrees", "world_degrees"):  # no datum would help
            return Decision(None, "", (scaled(case) or case.finding("crs.impossible", candidates=others),))
        return Decision(None, "", (case.finding("crs.none", candidates=others),))
    fits = fitting(case, possible)
    if len(fits) > 1:
        return Decision(None, "", (case.finding("crs.ambiguous", candidates=shown_codes(fits)),))
    if not fits or fits == ["EPSG:3857"]:
        code = "crs.ambiguous" if possible else "crs.impossible"
        return Decision(None, "", (scaled(case) or case.finding(code, candidates=shown_codes(possible)),))
    beside = len(possible) > 1  # the coordinates alone leave several; where the other layers lie left one
    notes = [case.finding("crs.taken_from_coordinates", value_used=fits[0], datum=datum.name,
                          beside_zh=f"、基准 {datum.name} 与其他图层所在的位置(单凭坐标有 {len(possible)} 种可能)" if beside else f"与基准 {datum.name}",
                          beside_en=f"datum {datum.name} and where the other layers lie (by coordinates alone {len(possible)} would do)" if beside else f"datum {datum.name}")]
    if layer.stated and said is not datum:
        notes.insert(0, case.finding("crs.unreadable_replaced", value_seen=_short(layer.stated), value_used=fits[0]))
    return _checked(case, CRS.from_user_input(fits[0]), f"coordinates, datum {datum.name}", notes)


def _checked(case: Case, crs: CRS, crs_from: str, notes: list[Finding]) -> Decision:
    """A decision for a system, or the error that says why it cannot be right."""
    return _held(case, crs, crs_from, notes, misfit(case, crs, stated_by_study=bool(case.layer.study_crs)))


def _held(case: Case, crs: CRS, crs_from: str, notes: list[Finding], problem: Finding | None) -> Decision:
    """A decision for a system against which `problem` speaks, if anything does."""
    if problem is not None:
        return Decision(None, "", (*notes, problem)) if problem.severity == "error" else \
            Decision(crs, crs_from, (*notes, problem), box=degrees_box(case.box, crs))
    return Decision(crs, crs_from, tuple(notes), box=degrees_box(case.box, crs) if len(case.bounds) else None)


def _with_datum(case: Case, decision: Decision, given: Mapping[str, Sequence[float]]) -> Decision:
    """The shift of an old datum, or its refusal."""
    crs = decision.crs
    if crs is None:
        return decision
    layer = case.layer
    if web := web_name(crs):
        return replace(decision, crs=None, findings=(*decision.findings, found("crs.web_named", role=layer.role, path=layer.path, layer=layer.name, field="crs", value_seen=web)))
    datum = datum_of(crs)
    if datum is None and _nobodys(crs, decision.box):
        datum = datum_by_ellipsoid(crs)
        decision = _by_ellipsoid(case, decision, datum)
        if decision.crs is None:
            return decision
    name = unshifted(crs, decision.box) if datum is None else datum.name if datum in OLD else ""
    decision = replace(decision, findings=(*decision.findings, *_misnamed(case, crs)))
    if not name:
        return decision
    shift = parameters_of(name, given) or stated_shift(crs)
    place: dict[str, Any] = {"role": layer.role, "path": layer.path, "layer": layer.name, "field": "crs", "datum": name}
    if not shift:
        return replace(decision, crs=None, findings=(*decision.findings, found("crs.old_datum", **place, value_seen=decision.code)))
    if not usable(shift, crs):
        return replace(decision, crs=None, findings=(*decision.findings, found("crs.wrong_parameters", **place, value_seen=str(list(shift)))))
    note = found("crs.shifted", **place, value_seen=decision.code, value_used="EPSG:4490", count=len(shift))
    return replace(decision, shift=shift, findings=(*decision.findings, note))


def _titled(case: Case, decision: Decision) -> list[Finding]:
    """Degrees in the country under the name of a web map, which are shifted unless the study says what they are."""
    layer = case.layer
    word = web_map_named(re.split(r"[\\/]", layer.path)[-1]) or web_map_named(layer.name)
    if not word or layer.study_crs or decision.crs is None or not decision.crs.is_geographic or decision.box is None or not inside_china(decision.box):
        return []
    return [case.finding("crs.web_titled", value_seen=word, value_used=decision.code)]


def _nobodys(crs: CRS, box: Box | None) -> bool:
    """Whether a layer in the country states a datum that no authority knows: PROJ would move it by nothing at all."""
    base = crs.geodetic_crs
    return box is not None and inside_china(box) and not stated_shift(crs) and (base is None or base.to_authority(min_confidence=70) is None)


def _by_ellipsoid(case: Case, decision: Decision, datum: Datum | None) -> Decision:
    """What an unknown datum is taken for, on record; refused where its ellipsoid does not tell."""
    layer = case.layer
    name = datum_names(decision.crs)[0] if decision.crs is not None else ""
    place: dict[str, Any] = {"role": layer.role, "path": layer.path, "layer": layer.name, "field": "crs", "value_seen": name}
    if datum is None:
        return replace(decision, crs=None, findings=(*decision.findings, found("crs.nameless_datum", **place)))
    return replace(decision, findings=(*decision.findings, found("crs.datum_by_ellipsoid", **place, value_used=datum.name)))


def _misnamed(case: Case, crs: CRS) -> list[Finding]:
    """A system whose name speaks of another datum or meridian than its parameters: half of it was edited, and nobody can see which."""
    base = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    by_name, by_terms = datum_named(base.name), datum_named(datum_names(crs)[0])
    terms = projection_terms(base)
    meridian = named_meridian(base.name) if terms else None
    other_datum = by_name is not None and by_terms is not None and by_name is not by_terms
    if not other_datum and (meridian is None or abs(meridian - terms["meridian"]) < 1e-6):
        return []
    used = by_terms.name if other_datum and by_terms is not None else f"{terms['meridian']:g}°"
    return [case.finding("crs.misnamed", value_seen=base.name, value_used=used)] if len(case.bounds) else []


def _file(layer: Layer) -> str:
    return f"file: {layer.stated_from}" if layer.stated_from else "file"


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
