"""Every layer of a study normalised: tables converted, geometry placed in one working CRS, keys checked; all problems at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import CGCS2000, ellipsoidal_area, in_china, reproject, working_crs
from spatial.errors import Finding, Several, errors_of, found, placed
from spatial.normalise.accounts import accounts_of
from spatial.normalise.agreement import agree, by_codes, departures, factor_findings, ground_of, unfilled
from spatial.normalise.approvals import approved_once
from spatial.normalise.cells import with_signs
from spatial.normalise.contracts import one_contract
from spatial.normalise.fabric import Fabric, Whole
from spatial.normalise.gate import Gate
from spatial.normalise.keys import duplicate_parcels, named_total
from spatial.normalise.land_use import Tables, unknown_uses
from spatial.normalise.layer import Layer, without_bad
from spatial.normalise.order import arranged, arranged_parcels
from spatial.normalise.parcel_codes import check_codes, check_form
from spatial.normalise.placement import far_parcels, points_elsewhere
from spatial.normalise.places import Box, Place, area_of, beyond_working, boxes_of, place
from spatial.normalise.points import ledger_points
from spatial.normalise.project_rows import one_project
from spatial.normalise.repeats import copies_apart, measured_twice, merged_rows, one_code_a_firm, one_parcel_a_row, one_spelling, repeated_rows
from spatial.normalise.shapes import Shapes
from spatial.normalise.topology import fit_of, ledger_of
from spatial.normalise.trades import trades_of
from spatial.normalise.web_datum import named
from spatial.normalise.web_rows import rows_from_web
from spatial.normalise.web_suspicion import suspected
from spatial.normalise.zone_names import doubtful_names, drawn_as_parcels
from spatial.rings import united
from spatial.schema.fields import Kinds
from spatial.schema.joined import OUTSIDE, STUDY_AREA
from spatial.schema.layers import Normalised
from spatial.schema.raw import RawLayer, column_of
from spatial.schema.study import WAYS, Study
from spatial.schema.sums import total
from spatial.units import label

LISTED = 20  # zones named one by one


def normalise_layers(raw: Mapping[str, RawLayer], study: Study, kinds: Kinds, codes: Tables, shapes: Shapes | None = None) -> Normalised:
    """Normalise every layer of a study, its rows in an order of their own; errors are in the findings, and then the frames may be incomplete.

    `shapes` answers for the parcels' geometry where that is kept in partitions; the parcel frame then has none.
    """
    gate = Gate(raw, study, kinds, {"land_use": codes.plan}, codes, shapes)
    others = cache(lambda: _others_area(raw, study, shapes) if "parcels" in raw else None)
    parcels_layer, where = gate.polygons("parcels", "parcel_id", others)
    target = CGCS2000
    if where is not None and np.isfinite(where.bounds).all():  # else no row has a usable shape, and each is told
        gate.hint = where.bounds
        target = working_crs(where.bounds) if study.working_crs == "auto" else CRS.from_user_input(study.working_crs)
    else:
        gate.hint = others()
    parcels, union_m2 = _parcels(gate, parcels_layer, where, target)
    gate.whole = frozenset().union(*(with_signs(parcels[name]) for name in ("parcel_id", "parcel_no") if name in parcels))
    carriers = _zones(gate, "carriers", target) if "carriers" in raw else None
    zone_layers = {role.removeprefix("zones."): _zones(gate, role, target) for role in raw if role.startswith("zones.")}
    tables: dict[str, pd.DataFrame] = {}
    attributes: dict[str, pd.DataFrame] = {}
    points: dict[str, NDArray[Any]] = {}
    merged: dict[str, pd.DataFrame] = {}
    areas: dict[str, tuple[pd.DataFrame, Any]] = {}
    before = None
    for role in raw:
        if role == "parcels" or role == "carriers" or role.startswith("zones."):
            continue
        layer = gate.table(role)
        if role in ("approvals", "buildings", "constraints"):
            areas[role] = _areas(gate, role, layer, target)
            if role == "approvals":
                areas[role], problems = approved_once(*areas[role])
                gate.findings += placed(problems, role=role, path=study.layers[role].shown_path, layer=raw[role].source.layer)
            continue
        layer = gate.known(role, without_bad(layer, study))
        layer.frame, problems = by_codes(layer.frame, parcels) if gate.hint is not None and in_china(gate.hint) else (layer.frame, [])
        layer.frame, spelled = one_spelling(role, layer.frame)
        contracts = one_contract(layer.frame, parcels) if role == "supply" else (layer.frame, [])
        problems += agree(role, contracts[0], parcels, frozenset(name for name, said in study.layers[role].columns.items() if said.unit))
        gate.findings += [*layer.findings, *placed([*problems, *spelled], role=role, path=study.layers[role].shown_path, layer=raw[role].source.layer)]
        if role == "enterprises" and "enterprise_id" in layer.frame:
            layer.frame, problems = one_code_a_firm(layer.frame)
            gate.findings += placed(problems, role=role, path=study.layers[role].shown_path, layer=raw[role].source.layer)
        if role == "enterprises" and "industry" in layer.frame:
            layer.frame["trade"] = trades_of(layer.frame["industry"], codes.trades)
        if role == "parcels_before":
            before = layer.frame
        elif role.startswith("attributes."):
            attributes[role.removeprefix("attributes.")] = layer.frame
            if "registered_area_m2" in layer.frame and "parcel_id" in layer.frame and "geometry_area_m2" in parcels:
                gate.findings += placed(unfilled(layer.frame), role=role, path=study.layers[role].shown_path, layer=raw[role].source.layer)
                problems = _registered(gate, role, layer.frame, layer.frame["registered_area_m2"].astype(float), ground_of(layer.frame["parcel_id"], parcels))
                gate.findings += placed([f for f in problems if f.code.startswith("area.")], role=role, path=study.layers[role].shown_path, layer=raw[role].source.layer)
        else:
            where_rows, problems = ledger_points(layer, raw[role].source, study.layers[role], study, gate.hint, target)
            gate.findings += problems
            if where_rows is not None:
                points[role] = where_rows
                ground = [boxes for boxes in (None if gate.fabric is None else gate.fabric.boxes, None if carriers is None else carriers.bounds.to_numpy()) if boxes is not None]
                if known := [_around(boxes) for boxes in ground if np.isfinite(boxes).any()]:
                    bounds = _around(np.array(known))
                    problems = points_elsewhere(where_rows, bounds, layer.frame["row"].to_numpy(np.int64), alone=not {"parcel_id", *WAYS} & set(layer.frame))
                    gate.findings += placed(problems, role=role, path=study.layers[role].shown_path, layer=raw[role].source.layer)
            if role == "standard_land":
                layer.frame, problems = one_parcel_a_row(layer.frame)
                gate.findings += placed([*problems, *measured_twice(layer.frame)], role=role, path=study.layers[role].shown_path)
            if role == "projects":
                frame, where_rows, problems = one_project(layer.frame, where_rows)
            else:
                frame, problems = repeated_rows(role, layer.frame, where_rows, contracts)
                problems = [*problems, *copies_apart(raw[role], [column.position for column in layer.mapped.values()], layer.frame, frame)]
            gate.findings += placed(problems, role=role, path=study.layers[role].shown_path)
            merged[role] = merged_rows(role, layer.frame, frame)
            if where_rows is not None and len(frame) != len(layer.frame):
                points[role] = where_rows[frame.index.to_numpy()]
            tables[role] = frame.reset_index(drop=True)
    if gate.hint is not None and in_china(gate.hint):  # elsewhere the tables do not hold
        gate.findings += [found("study.unknown_use", role="study", field=f"rules.{name}", path=study.path.name, value_seen=code)
                          for name in ("industrial_uses", "paid_uses") for code in unknown_uses(study.rules[name], codes)]
        gate.findings += _in_dollars(gate)
    gate.findings += _from_web_maps(gate, carriers, zone_layers, areas, target)
    if carriers is not None and gate.fabric is not None:
        gate.findings += [gate.at("carriers", doubt) for doubt in drawn_as_parcels(carriers.bounds.to_numpy(), gate.fabric.boxes)]
    gate.findings += _stated_totals(raw, gate.mapping, study)
    label = target.to_authority()
    layers = Normalised(parcels, carriers, zone_layers, tables, attributes, areas, points, before, f"{label[0]}:{label[1]}" if label else target.name, union_m2,
                      gate.crs, gate.mapping, gate.findings, gate.ledger, _accounts(gate, parcels, carriers, zone_layers, tables, attributes, areas, before), merged)
    return layers if errors_of(gate.findings) else arranged(layers)


def _accounts(gate: Gate, parcels: pd.DataFrame, carriers: pd.DataFrame | None, zones: Mapping[str, pd.DataFrame], tables: Mapping[str, pd.DataFrame],
              attributes: Mapping[str, pd.DataFrame], areas: Mapping[str, tuple[pd.DataFrame, Any]], before: pd.DataFrame | None) -> pd.DataFrame:
    """What became of every row; nothing is accounted for in a run that will be refused."""
    if errors_of(gate.findings):
        return pd.DataFrame()
    used: dict[str, pd.DataFrame | None] = {"parcels": parcels, "carriers": carriers, "parcels_before": before, **tables}
    used |= {f"zones.{name}": frame for name, frame in zones.items()} | {f"attributes.{name}": frame for name, frame in attributes.items()}
    used |= {role: frame for role, (frame, _) in areas.items()}
    return accounts_of(gate.raw, gate.left, {role: frame for role, frame in used.items() if frame is not None})


def _in_dollars(gate: Gate) -> list[Finding]:
    """Columns of dollars without a rate: abroad they are the country's money, at home they would stand among yuan."""
    return [placed([found("unit.currency", field=f.field, value_seen=gate.mapping[f.role][f.field], unit={"zh": label("usd"), "en": label("usd", "en")}, word=label("usd"))],
                   role=f.role, path=f.path, layer=f.layer)[0] for f in gate.findings if f.code == "unit.foreign"]


def _around(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The box that holds all boxes that are known."""
    return np.r_[np.nanmin(boxes[:, :2], axis=0), np.nanmax(boxes[:, 2:], axis=0)]


def _boxes(raw: RawLayer) -> NDArray[np.float64] | None:
    return None if raw.geometry is None else boxes_of(raw.geometry)


def _others_area(raw: Mapping[str, RawLayer], study: Study, shapes: Shapes | None) -> Box | None:
    """Where the study lies by the first zone layer that can be placed alone, for parcels whose zone only the surroundings tell."""
    own = raw["parcels"]
    boxes = shapes.file_boxes() if shapes is not None else _boxes(own)
    if boxes is None or area_of(boxes, own.row_numbers, own.source, study.layers["parcels"], study) is not None:
        return None
    others = (area_of(_boxes(raw[role]), raw[role].row_numbers, raw[role].source, study.layers[role], study)
             for role in raw if role == "carriers" or role.startswith("zones."))
    return next((box for box in others if box is not None), None)


def _written(raw: RawLayer, layer: Layer, frame: pd.DataFrame) -> dict[int, Any]:
    """Row number -> the parcel id as the file has it, of ids that stand more than once."""
    column = layer.mapped.get("parcel_id")
    if column is None or "parcel_id" not in frame:
        return {}
    wanted = frame.loc[frame["parcel_id"].duplicated(keep=False) & frame["parcel_id"].notna(), "row"].to_numpy(np.int64)
    at = np.flatnonzero(np.isin(raw.row_numbers, wanted))
    return dict(zip(raw.row_numbers[at].tolist(), column_of(raw.frame.iloc[at], column.position).tolist(), strict=True))


def _moved(gate: Gate, role: str, place_: Place, layer: Layer, target: CRS) -> NDArray[Any]:
    """The shapes of a layer in the working CRS."""
    assert layer.geometry is not None
    geometry = reproject(layer.geometry, place_.crs, target)
    if problems := beyond_working(shapely.bounds(geometry), ~layer.bad, layer.frame["row"].to_numpy(np.int64), target):
        gate.findings += [gate.at(role, finding) for finding in problems]
        return layer.geometry  # of a run that will be refused
    return geometry


def _parcels(gate: Gate, layer: Layer, where: Place | None, target: CRS) -> tuple[gpd.GeoDataFrame, float]:
    """The parcel layer in the working CRS, each with the area that counts."""
    study, spec = gate.study, gate.study.layers["parcels"]
    if where is None or layer.geometry is None:
        return gpd.GeoDataFrame({"parcel_id": []}, geometry=[], crs=target), 0.0
    if gate.shapes is not None:
        rows = layer.frame["row"].to_numpy(np.int64)
        gate.findings += [gate.at("parcels", finding) for finding in beyond_working(gate.shapes.move(target, rows), ~layer.bad, rows, target)]
        if study.duplicate_keys == "dissolve" and layer.frame["parcel_id"].dropna().duplicated().any():
            gate.findings.append(found("engine.no_dissolve", role="parcels", path=spec.shown_path, field="join.duplicate_keys"))
            return gpd.GeoDataFrame(layer.frame, geometry=layer.geometry, crs=target), float("nan")
    frame = gpd.GeoDataFrame(layer.frame, geometry=_moved(gate, "parcels", where, layer, target) if gate.shapes is None else layer.geometry, crs=target)
    totals = named_total(frame) if "parcel_id" in frame else []
    frame, problems = duplicate_parcels(frame, study.duplicate_keys, where.crs, _written(gate.raw["parcels"], layer, frame))
    problems = [*totals, *problems]
    frame = arranged_parcels(frame, gate.shapes)
    fabric: Fabric = gate.shapes if gate.shapes is not None else Whole(frame.geometry.to_numpy())
    gate.fabric = fabric
    frame["geometry_area_m2"] = frame["area_m2"]
    with ThreadPoolExecutor(1) as beside:  # the edges of the parcels are sorted while their codes are checked
        if isinstance(fabric, Whole):
            beside.submit(fabric.begin)
        problems += _said(gate, frame, in_china(where.bounds))
    gate.findings += placed(problems, role="parcels", path=spec.shown_path, layer=gate.raw["parcels"].source.layer)
    if errors_of(gate.findings):
        return frame, float("nan")
    rows, keys = frame["row"].to_numpy(np.int64), frame["parcel_id"].to_numpy(object)
    fit = fit_of(frame, repair=study.slivers == "repair", tolerance=study.repair_tolerance, fabric=fabric)
    strays = rows_from_web(fabric, fit.pairs, target, keys, rows) if in_china(where.bounds) and not named(spec.crs) else []
    gate.findings += placed([*far_parcels(fabric.boxes, keys, rows), *fit.findings, *strays], role="parcels", path=spec.shown_path, layer=gate.raw["parcels"].source.layer)
    gate.ledger = pd.concat([gate.ledger, fit.ledger], ignore_index=True) if len(gate.ledger) and len(fit.ledger) else fit.ledger if len(fit.ledger) else gate.ledger
    if fit.changed and gate.shapes is not None:
        gate.findings.append(found("engine.no_dissolve", role="parcels", path=spec.shown_path, field="join.slivers"))
    elif fit.changed:
        frame = _mended(frame, fit.changed, study)
        gate.fabric = fabric = Whole(frame.geometry.to_numpy())
    plane, ground = total(fabric.plane_m2), total(frame["area_m2"].to_numpy(float))
    return frame, ground - (plane - fit.union_m2) * (ground / plane if plane > 0 else 1.0)


def _said(gate: Gate, frame: gpd.GeoDataFrame, china: bool) -> list[Finding]:
    """What is found in the codes and the registered areas of the parcels; the area that counts is the registered one where the study says so."""
    study, problems = gate.study, []
    if china and "parcel_id" in frame:
        problems += _codes(frame, study.rules["parcel_code"])
    if "registered_area_m2" in frame:
        problems += unfilled(frame)
        problems += _registered(gate, "parcels", frame, frame["registered_area_m2"], frame["geometry_area_m2"])
        if study.area_source == "registered":
            missing = frame["registered_area_m2"].isna()
            if missing.any() and not any(role.startswith("attributes.") for role in gate.raw):  # they may tell the rest
                problems.append(found("area.registered_missing", field="registered_area", count=int(missing.sum())))
            frame["area_m2"] = frame["registered_area_m2"].fillna(frame["geometry_area_m2"])
    return problems


def _mended(frame: gpd.GeoDataFrame, changed: Mapping[int, Any], study: Study) -> gpd.GeoDataFrame:
    """The parcels with the shapes that the rule for slivers changed, measured again."""
    at = np.array(list(changed), dtype=np.int64)
    shapes = frame.geometry.to_numpy().copy()
    shapes[at] = list(changed.values())
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    ground = frame["geometry_area_m2"].to_numpy(float).copy()
    ground[at] = ellipsoidal_area(shapes[at], frame.crs)
    frame["geometry_area_m2"] = ground
    if study.area_source != "registered":
        frame["area_m2"] = ground
    return frame


def _codes(frame: gpd.GeoDataFrame, demand: str) -> list[Finding]:
    return [*check_form(frame["parcel_id"], frame["row"], demand), *check_codes(pd.DataFrame(frame.drop(columns="geometry")))]


def _registered(gate: Gate, role: str, frame: pd.DataFrame, registered: pd.Series, ground: pd.Series) -> list[Finding]:
    """Registered against computed area: a whole column off by a tell-tale factor, or every parcel beyond the tolerance, each with a ledger row."""
    unit = factor_findings("registered_area", registered, ground, frame["row"])
    if unit:
        return unit
    findings, rows = departures(role, frame["parcel_id"] if "parcel_id" in frame else pd.Series("", index=frame.index), frame["row"], registered, ground, gate.study.area_tolerance)
    if rows:
        gate.ledger = pd.concat([gate.ledger, ledger_of(rows)], ignore_index=True) if len(gate.ledger) else ledger_of(rows)
    return findings


def _zones(gate: Gate, role: str, target: CRS) -> gpd.GeoDataFrame:
    """A zone layer in the working CRS, each id once (parts of one id are one zone), in the order of the ids: results do not depend on the order of rows."""
    layer, where = gate.polygons(role, "carrier_id")
    if where is None or layer.geometry is None or "carrier_id" not in layer.frame:
        return gpd.GeoDataFrame({"carrier_id": pd.Series(dtype=object)}, geometry=[], crs=target)
    frame = gpd.GeoDataFrame(layer.frame, geometry=_moved(gate, role, where, layer, target), crs=target)
    frame["carrier_id"] = frame["carrier_id"].map(lambda key: unicodedata.normalize("NFC", key) if isinstance(key, str) else key)
    gate.findings += [*_reserved(gate, role, frame), *(gate.at(role, doubt) for doubt in doubtful_names(frame))]
    repeated = frame["carrier_id"][frame["carrier_id"].duplicated()]
    if len(repeated):
        gate.findings.append(found("join.same_name", role=role, path=gate.study.layers[role].shown_path, key=repeated.iloc[0], count=int(repeated.nunique()), field="carrier_id"))
        gate.findings += _parts_disagree(gate, role, frame)
        words = frame.drop(columns=["geometry", "row"]).map(str).agg("\x1f".join, axis=1).to_numpy(object)
        frame = frame.iloc[np.argsort(words, kind="stable")]  # what one part says for all does not hang on the order of rows
        shapes = frame.groupby("carrier_id", sort=False)["geometry"].agg(lambda parts: united(parts.to_numpy()))
        said = frame.drop(columns="geometry").groupby("carrier_id", sort=False).first()  # what one part leaves blank another may say
        frame = frame.drop_duplicates("carrier_id").reset_index(drop=True)
        frame = frame.assign(**{name: said[name].reindex(frame["carrier_id"]).to_numpy() for name in ("carrier_name", "carrier_type", "valid_from", "valid_to") if name in said})
        frame["geometry"] = gpd.GeoSeries(shapes.reindex(frame["carrier_id"]).to_numpy(), crs=target)
    frame = _on_the_day(gate, role, frame, layer.frame)
    return frame.sort_values("carrier_id", kind="stable", key=lambda ids: ids.astype(str), ignore_index=True)


def _on_the_day(gate: Gate, role: str, zones: gpd.GeoDataFrame, rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """The zones that hold on the as-of day; what is left out is told and accounted for, and told louder where nothing is left. `rows`: of the file, one or several a zone."""
    day = pd.Timestamp(gate.study.as_of)
    valid = pd.Series(True, index=zones.index)
    if "valid_from" in zones:
        valid &= ~(zones["valid_from"] > day)
    if "valid_to" in zones:
        valid &= ~(zones["valid_to"] < day)
    if valid.all():
        return zones
    gone = zones.loc[~valid, "carrier_id"]
    left = ("", "") if valid.any() else ("；没有一个有效，没有一宗地块算在其中", "; none is valid: no parcel lies in any")
    gate.findings.append(gate.at(role, found("join.carrier_not_valid", severity="info" if valid.any() else "warning", count=len(gone), key=gone.min(), left_zh=left[0], left_en=left[1])))
    keys = rows["carrier_id"].map(lambda key: unicodedata.normalize("NFC", key) if isinstance(key, str) else key)
    gate.left.setdefault(role, []).append(("not_valid", rows["row"].to_numpy(np.int64)[keys.isin(set(gone)).to_numpy(bool)]))
    return zones[valid].reset_index(drop=True)


def _reserved(gate: Gate, role: str, frame: pd.DataFrame) -> Iterator[Finding]:
    """Carriers named as a zone of the results is: the district, the ground outside, a carrier type, a zone of another layer."""
    if role != "carriers":
        return
    begun = ("type:", *(f"{name.removeprefix('zones.')}:" for name in gate.raw if name.startswith("zones.")))
    for row, key in zip(frame["row"], frame["carrier_id"], strict=True):
        if isinstance(key, str) and (key in (STUDY_AREA, OUTSIDE) or key.startswith(begun)):
            yield found("key.reserved", role=role, path=gate.study.layers[role].shown_path, row=int(row), key=key, field="carrier_id", value_seen=key)


def _parts_disagree(gate: Gate, role: str, frame: pd.DataFrame) -> Iterator[Finding]:
    """Parts of one zone that state different things on which numbers depend (its type, when it is valid): no part speaks for the others."""
    for column in ("carrier_type", "valid_from", "valid_to"):
        several = frame.groupby("carrier_id", sort=True)[column].nunique() if column in frame else pd.Series(dtype=int)
        for key in several.index[several > 1][:LISTED]:
            seen = Several(dict.fromkeys(str(cell)[:40] for cell in frame.loc[frame["carrier_id"] == key, column].dropna()))
            yield found("join.parts_disagree", role=role, path=gate.study.layers[role].shown_path, key=key, field=column, value_seen=seen)


def _stated_totals(raw: Mapping[str, RawLayer], mapping: Mapping[str, Mapping[str, str]], study: Study) -> list[Finding]:
    """A ledger's own total, or sub-total of rows of which there is no doubt, that the rows do not give, in a column that is used: rows are missing, twice or changed, and nobody can say which."""
    if study.on_bad_rows == "set_aside":
        return []
    return [found("ledger.stated_total" if said.params["grand"] else "ledger.stated_subtotal", role=role, path=said.path, layer=said.layer, row=said.row, key=said.key, field=said.field,
                  value_seen=said.value_seen, value_used=said.value_used, rows=said.params.get("rows", ""))
            for role, layer in raw.items() for said in layer.findings
            if said.code == "ledger.total_differs" and said.field in mapping.get(role, {}).values() and (said.params.get("grand") or said.params.get("rows"))]


def _from_web_maps(gate: Gate, carriers: gpd.GeoDataFrame | None, zones: Mapping[str, gpd.GeoDataFrame], areas: Mapping[str, tuple[pd.DataFrame, Any]],
                   target: CRS) -> list[Finding]:
    """Boundaries of zones and batches that disagree with the parcels as those of web maps do."""
    fabric = gate.fabric
    if gate.hint is None or not in_china(gate.hint) or fabric is None:
        return []
    drawn = {role: frame.geometry.to_numpy() for role, frame in {"carriers": carriers, **{f"zones.{name}": frame for name, frame in zones.items()}}.items() if frame is not None}
    drawn |= {role: areas[role][1] for role in ("approvals",) if role in areas and areas[role][1] is not None}
    boundaries = {role: shapes for role, shapes in drawn.items() if len(shapes) and not named(gate.study.layers[role].crs)}
    return [gate.at(role, finding) for role, shapes in boundaries.items() for finding in suspected(role, shapes, fabric, target)]


def _areas(gate: Gate, role: str, layer: Layer, target: CRS) -> tuple[pd.DataFrame, Any]:
    """A table whose rows may be polygons: their geometry in the working CRS, and their area where the table has none."""
    if layer.geometry is None:
        kept = gate.known(role, without_bad(layer, gate.study))
        kept.frame, spelled = one_spelling(role, kept.frame)
        frame, problems = repeated_rows(role, kept.frame, None)
        gate.findings += [*kept.findings, *placed([*spelled, *problems], role=role, path=gate.study.layers[role].shown_path)]
        return frame.reset_index(drop=True), None
    done = place(layer, gate.raw[role].source, gate.study.layers[role], gate.study, hint=gate.hint, key="batch_id", polygons=True)
    if done is None:
        gate.findings += layer.findings
        return layer.frame, None
    gate.record(role, done)
    gate.crs[role] = (done.label, done.why)
    column = "area_m2"
    layer.frame[column] = layer.frame[column].fillna(pd.Series(done.area_m2)) if column in layer.frame else done.area_m2
    layer.geometry, layer.bad = done.geometry, layer.bad | done.bad
    layer.findings += done.findings
    kept = gate.known(role, without_bad(layer, gate.study, area_m2=done.area_m2))
    gate.findings += kept.findings
    return kept.frame, _moved(gate, role, done, kept, target)
