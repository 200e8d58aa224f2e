"""Geometry of a layer into the working CRS: which reference system, which repairs, what area."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import CGCS2000, in_degrees, inside_china, measured, reproject
from spatial.errors import Finding, found, placed
from spatial.normalise.crs_decision import FAR_KM, Decision, apply, decide_crs, gap_km
from spatial.normalise.crs_decision import Layer as Case
from spatial.normalise.crs_windows import shown_box
from spatial.normalise.datum_shift import projection_terms
from spatial.normalise.geometry import finite, kept, mended, told
from spatial.normalise.layer import Layer
from spatial.normalise.placement import coarse_corners
from spatial.normalise.web_datum import geometry_from_web, named
from spatial.rings import rings_of
from spatial.schema.raw import Source
from spatial.schema.study import LayerSpec, Study

NO_SHAPE = {"missing": ("缺图形", "missing"), "empty": ("空图形", "empty"), "not finite": ("坐标不是有限数", "not finite")}
QUARTER_M = 1.0002e7  # from the equator to a pole
Box = tuple[float, float, float, float]
NOWHERE: Box = (np.nan, np.nan, np.nan, np.nan)
Hint = Box | Callable[[], Box | None] | None


@dataclass
class Place:
    """A layer's geometry as it will be measured: repaired, in degrees on CGCS2000 or WGS 84, and its area."""

    geometry: NDArray[Any]
    crs: CRS
    area_m2: NDArray[np.float64]
    label: str
    why: str
    bounds: Box  # in degrees
    findings: list[Finding]
    bad: NDArray[np.bool_]
    repairs: pd.DataFrame  # the receipt, as `geometry.kept` has it


def bad_geometry(geometry: NDArray[Any]) -> tuple[NDArray[np.bool_], NDArray[Any]]:
    """Rows without a usable shape, and why."""
    reason = np.full(len(geometry), "", dtype=object)
    reason[shapely.is_missing(geometry)] = "missing"
    reason[~shapely.is_missing(geometry) & shapely.is_empty(geometry)] = "empty"
    reason[~finite(geometry)] = "not finite"
    return reason != "", reason


@dataclass(frozen=True)
class Decided:
    """The reference system of a layer as decided: a decision, or the name of a web map's shifted system; neither where it is refused."""

    decision: Decision | None
    system: str
    why: str
    findings: list[Finding]

    @property
    def known(self) -> bool:
        return bool(self.system) or self.decision is not None


def decide(boxes: NDArray[np.float64], rows: NDArray[np.int64], source: Source, spec: LayerSpec, study: Study, hint: Hint) -> Decided:
    """The reference system of a layer, from the boxes of its usable geometries (west, south, east, north) and what file and study say.

    hint : the box in degrees where the study lies, or a function that tells it, which is asked only where the layer alone does not say
    """
    system = named(spec.crs) if spec.crs else ""
    if system:
        return _from_web(boxes, system, spec)
    case = Case(spec.role, spec.shown_path, boxes, rows, source.crs, source.crs_from, spec.crs, source.layer)
    others = hint if not callable(hint) else None
    decision = decide_crs(case, datum=study.datum, datum_parameters=study.datum_parameters, area=others)
    if callable(hint) and decision.box is None and (others := hint()) is not None:
        decision = decide_crs(case, datum=study.datum, datum_parameters=study.datum_parameters, area=others)
    findings = list(decision.findings)
    if decision.crs is None:
        return Decided(None, "", "", findings)
    if others is not None and decision.box is not None and (km := gap_km(decision.box, others)) > FAR_KM:
        findings.append(found("crs.far_from_others", role=spec.role, path=spec.shown_path, layer=source.layer, field="crs", km=km,
                              value_seen=f"{decision.code} {shown_box(decision.box)}", others=shown_box(others)))
        return Decided(None, "", "", findings)
    return Decided(decision, "", decision.crs_from, findings)


def brought(geometry: NDArray[Any], usable: NDArray[np.bool_], decided: Decided) -> tuple[NDArray[Any], CRS]:
    """A layer's geometry as decided: as it stands, or moved off an old or shifted datum."""
    moved = geometry.copy()
    if decided.decision is None:
        moved[usable] = geometry_from_web(geometry[usable], decided.system)
        return moved, CGCS2000
    moved[usable], crs = apply(decided.decision, geometry[usable])
    return moved, crs


def boxes_of(geometry: NDArray[Any]) -> NDArray[np.float64]:
    """West, south, east and north of each geometry as it stands, nan where it cannot be used."""
    boxes = np.asarray(shapely.bounds(geometry), dtype=float).reshape(-1, 4)
    boxes[bad_geometry(geometry)[0]] = np.nan
    return boxes


def area_of(boxes: NDArray[np.float64] | None, rows: NDArray[np.int64], source: Source, spec: LayerSpec, study: Study) -> Box | None:
    """The box in degrees of a layer whose system is certain without the help of another; None where it is not. `boxes` as `boxes_of` gives them."""
    if boxes is None or not len(boxes):
        return None
    usable = np.isfinite(boxes).all(axis=1)
    system = named(spec.crs) if spec.crs else ""
    if system:
        box = _around(boxes[usable])
        return box if inside_china(box) else None
    case = Case(spec.role, spec.shown_path, boxes[usable], rows[usable], source.crs, source.crs_from, spec.crs, source.layer)
    return decide_crs(case, datum=study.datum, datum_parameters=study.datum_parameters).box


def _around(boxes: NDArray[np.float64]) -> Box:
    """The box that holds all boxes; nan where there are none."""
    if not len(boxes):
        return NOWHERE
    low, high = boxes.min(axis=0).tolist(), boxes.max(axis=0).tolist()
    return low[0], low[1], high[2], high[3]


def _from_web(boxes: NDArray[np.float64], system: str, spec: LayerSpec) -> Decided:
    """A layer that the study says is in the shifted coordinates of web maps."""
    bounds = _around(boxes)
    if not inside_china(bounds):
        return Decided(None, "", "", [found("crs.web_not_degrees", role=spec.role, path=spec.shown_path, field="crs", value_seen=system, value_used=shown_box(bounds))])
    return Decided(None, system, f"study: {system}", [found("crs.web_shifted", role=spec.role, path=spec.shown_path, field="crs", value_seen=system, value_used="EPSG:4490")])


def without_shape(why: NDArray[Any], rows: NDArray[np.int64], keys: NDArray[Any], study: Study) -> list[Finding]:
    """Rows whose shape cannot be used, each with its reason, up to fifty."""
    severity: Any = "error" if study.on_bad_rows == "refuse" else "warning"
    return [found("row.no_geometry", severity=severity, row=int(rows[i]), key=keys[i], reason_zh=NO_SHAPE[why[i]][0],
                  reason_en=NO_SHAPE[why[i]][1], field="geometry") for i in np.flatnonzero(why != "")[:50]]


def keys_of(layer: Layer, key: str) -> NDArray[Any]:
    """The key of each row, empty texts where the layer has none."""
    return layer.frame[key].to_numpy(object) if key in layer.frame else np.full(len(layer.frame), "", dtype=object)


def label_of(crs: CRS) -> str:
    authority = crs.to_authority()
    return f"{authority[0]}:{authority[1]}" if authority else str(crs.name)


@dataclass(frozen=True)
class Located:
    """What the shapes of a layer alone tell, before its rows have keys: where they lie, which are bad and why, what was mended (by position) and what each measures."""

    shapes: NDArray[Any]  # as they stand in the file
    bad: NDArray[np.bool_]
    why: NDArray[Any]
    decided: Decided | None = None  # not asked of a layer without a usable shape
    geometry: NDArray[Any] | None = None  # none where the layer is refused
    crs: CRS = CGCS2000
    area_m2: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    mended: pd.DataFrame = field(default_factory=pd.DataFrame)
    bounds: Box = NOWHERE
    doubts: tuple[Finding, ...] = ()


def located(shapes: NDArray[Any], rows: NDArray[np.int64], source: Source, spec: LayerSpec, study: Study, *, hint: Hint, key: str, polygons: bool) -> Located:
    """The shapes of a layer brought to where they are measured: its reference system decided, polygons made valid and measured."""
    bad, why = bad_geometry(shapes)
    if bad.all():
        return Located(shapes, bad, why)
    decided = decide(shapely.bounds(shapes[~bad]), rows[~bad], source, spec, study, hint)
    if not decided.known:
        return Located(shapes, bad, why, decided)
    geometry, crs = brought(shapes, ~bad, decided)
    if not polygons:
        return Located(shapes, bad, why, decided, geometry, crs, np.zeros(len(shapes)), bounds=_box(geometry[~bad], crs))
    doubts = tuple(coarse_corners(shapes[~bad])) if key == "parcel_id" and crs.is_geographic else ()
    valid, receipt, area, bounds = gated(geometry, bad, crs)
    return Located(shapes, bad, why, decided, valid, crs, area, receipt, bounds, doubts)


def place(layer: Layer, source: Source, spec: LayerSpec, study: Study, *, hint: Hint, key: str, polygons: bool, ahead: Located | None = None) -> Place | None:
    """Decide the reference system of a layer, gate its geometry and measure it; None (with findings) when it cannot be placed. `ahead` tells where its shapes are known already."""
    assert layer.geometry is not None
    rows, keys = layer.frame["row"].to_numpy(np.int64), keys_of(layer, key)
    at = ahead if ahead is not None and ahead.shapes is layer.geometry else located(layer.geometry, rows, source, spec, study, hint=hint, key=key, polygons=polygons)
    findings = [*(at.decided.findings if at.decided is not None else ()), *without_shape(at.why, rows, keys, study)]
    if at.decided is None or at.geometry is None:
        if at.decided is None:
            findings.append(found("layer.empty" if spec.role in ("parcels", "carriers") else "layer.empty_optional"))
        layer.findings.extend(placed(findings, role=spec.role, path=spec.shown_path, layer=source.layer))
        return None
    findings += at.doubts
    repairs = pd.DataFrame()
    if polygons:
        receipt, named = at.mended.assign(row=rows[at.mended["at"]]), keys[at.mended["at"]]
        findings += told(receipt, named, study.repair_tolerance)
        repairs = kept(receipt, named)
    return Place(at.geometry, at.crs, at.area_m2, label_of(at.crs), at.decided.why, at.bounds,
                 placed(findings, role=spec.role, path=spec.shown_path, layer=source.layer), at.bad, repairs)


def gated(geometry: NDArray[Any], bad: NDArray[np.bool_], crs: CRS) -> tuple[NDArray[Any], pd.DataFrame, NDArray[np.float64], Box]:
    """Polygons made valid, the receipt of `geometry.mended`, the area in m² of each (0 where it is `bad`) and the box in degrees of those that are not (nan where there are none)."""
    rings = rings_of(geometry)
    valid, receipt = mended(geometry, crs, rings)
    area, usable = np.zeros(len(geometry)), valid[~bad]
    area[~bad], box = measured(usable, crs, rings if valid is geometry and not bad.any() else None)
    return valid, receipt, area, box if np.isfinite(box).all() or not len(usable) else _box(usable, crs)


def _box(geometry: NDArray[Any], crs: CRS) -> Box:
    west, south, east, north = shapely.total_bounds(geometry if in_degrees(crs) else reproject(geometry, crs, CGCS2000)).tolist()
    return west, south, east, north


def beyond_working(bounds: NDArray[np.float64], usable: NDArray[np.bool_], rows: NDArray[np.int64], target: CRS) -> list[Finding]:
    """Usable shapes that the working CRS cannot express, by their bounds in it: a zone of a meridian ends a quarter of the globe away from it, and what lies beyond
    is drawn as on its back."""
    terms = projection_terms(target)
    origin, reach = ([terms["false_easting"], terms["false_northing"]] * 2, QUARTER_M) if terms else ([0.0] * 4, np.finfo(float).max)
    lost = np.flatnonzero((np.abs(bounds - origin) > reach).any(axis=1) & usable)
    return [found("crs.beyond_working", row=int(rows[lost[0]]), count=len(lost), field="study.working_crs", value_seen=label_of(target))] if len(lost) else []
