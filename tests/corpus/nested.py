"""Cases of JSON and KML whose shapes, texts or attributes are nested, cut or where others have them not."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.corpus.cases import case
from tests.corpus.desk import Desk
from tests.corpus.ground import INSIDE_M2, KEYS, PLANE_M2, Truth, in_crs
from tests.corpus.texts import kml_text, topology
from tests.corpus.writers import collection, features

GEOGRAPHIC = 'crs = "EPSG:4490"'
PAIRED = Truth(plane_m2=(PLANE_M2[0] + PLANE_M2[3], *PLANE_M2[1:3], PLANE_M2[4]), inside_m2=(*INSIDE_M2[:3], INSIDE_M2[4]), keys=(*KEYS[:3], KEYS[4]), codes=None)


def _topology(desk: Desk, edit: Any) -> None:
    whole = copy.deepcopy(topology(in_crs(4490)))
    edit(next(iter(whole["objects"].values()))["geometries"])
    desk.text("parcels.topojson", json.dumps(whole, ensure_ascii=False))
    desk.layer = GEOGRAPHIC


@case()
def topojson_with_a_collection_that_only_groups(desk: Desk) -> None:
    def edit(listed: list[Any]) -> None:
        listed[:] = [{"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": listed[:2]}]}, *listed[2:]]

    _topology(desk, edit)


@case(truth=PAIRED)
def topojson_with_a_parcel_that_is_a_collection_of_two_polygons(desk: Desk) -> None:
    def edit(listed: list[Any]) -> None:
        first, fourth = listed[0], listed.pop(3)
        listed[0] = {"type": "GeometryCollection", "properties": first.pop("properties"), "geometries": [first, {"type": "Polygon", "arcs": fourth["arcs"]}]}

    _topology(desk, edit)


@case(refused="row.no_geometry", codes="container.unreadable_geometry")
def topojson_with_a_kind_that_is_none(desk: Desk) -> None:
    _topology(desk, lambda listed: listed[0].update(type="polygon"))


@case(refused="geometry.collapsed")
def topojson_whose_grid_has_no_step(desk: Desk) -> None:
    """All corners fall together: there is no ground to choose a working system by, and every row says so."""
    whole = topology(in_crs(4490), steps=1_000_000)
    whole["transform"]["scale"] = [0, 0]
    desk.text("parcels.topojson", json.dumps(whole, ensure_ascii=False))
    desk.layer = GEOGRAPHIC


@case(refused="container.damaged")
def geojson_with_half_a_character(desk: Desk) -> None:
    """A program cut a text in the middle of a sign beyond the basic plane."""
    desk.text("parcels.geojson", collection(in_crs(4326)).replace("东侧临河", "东侧\\ud83d"))


@case()
def geojson_with_a_whole_character_of_two_halves(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326)).replace("东侧临河", "东侧\\ud83d\\ude00\\\\ud83d"))


@case()
def geojson_lines_with_a_line_separator_in_a_text(desk: Desk) -> None:
    """U+2028 ends a line of text but none of JSON."""
    desk.text("parcels.geojsonl", "\n".join(json.dumps(one, ensure_ascii=False) for one in features(in_crs(4326))).replace("东侧临河", "东侧\u2028临河"))


@case()
def a_collection_called_lines(desk: Desk) -> None:
    desk.text("parcels.geojsonl", collection(in_crs(4326)))


def _marks(body: Any) -> str:
    rows = zip(KEYS, ("工业用地", "工业用地", "物流仓储用地", "商业用地", "工业用地"), in_crs(4326), strict=True)
    return kml_text("".join(f"<Placemark><name>{i}</name>{body(key, use)}{_polygon(shape)}</Placemark>" for i, (key, use, shape) in enumerate(rows)))


def _polygon(shape: Any) -> str:
    rings = [" ".join(f"{x:.10f},{y:.10f}" for x, y in ring.coords) for ring in (shape.exterior, *shape.interiors)]
    inner = "".join(f"<innerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></innerBoundaryIs>" for ring in rings[1:])
    return f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{rings[0]}</coordinates></LinearRing></outerBoundaryIs>{inner}</Polygon>"


def _shown(key: str, use: str) -> str:
    """As desktop GIS write it: a table in a table, with the layer's name above."""
    inner = f"<table><tr><td>FID</td><td>1</td></tr><tr bgcolor='#D4E4F3'><td>宗地代码</td><td>{key}</td></tr><tr><td>土地用途<td>{use}</tr><tr><td>备注</td><td>&lt;Null&gt;</td></tr></table>"
    return f"<description><![CDATA[<html><body><table><tr><td>宗地</td></tr><tr><td>{inner}</td></tr></table></body></html>]]></description>"


@case(codes="container.described")
def kml_with_its_attributes_in_descriptions(desk: Desk) -> None:
    desk.text("parcels.kml", _marks(_shown))


@case(absent="container.described")
def kml_with_its_attributes_in_descriptions_and_in_its_data(desk: Desk) -> None:
    """What the data state goes first; a description that says otherwise (here the keys of others) is words."""
    def both(key: str, use: str) -> str:
        data = "".join(f'<Data name="{name}"><value>{value}</value></Data>' for name, value in (("FID", 1), ("宗地代码", key), ("土地用途", use), ("备注", "")))
        return _shown(KEYS[0], "商业用地") + f"<ExtendedData>{data}</ExtendedData>"

    desk.text("parcels.kml", _marks(both))


@case(refused="schema.missing_field")
def kml_with_a_table_that_says_a_name_twice(desk: Desk) -> None:
    desk.text("parcels.kml", _marks(lambda key, use: _shown(key, use).replace("FID", "宗地代码")))


@case(truth=Truth(codes=None))
def kml_whose_data_show_another_name(desk: Desk) -> None:
    desk.text("parcels.kml", _marks(lambda key, use: f'<ExtendedData><Data name="f1"><displayName>宗地代码</displayName><value>{key}</value></Data></ExtendedData>'))


@case(absent="geometry.repaired", truth=Truth(codes=None))
def kml_of_geometries_within_geometries(desk: Desk) -> None:
    text = _marks(lambda key, use: f'<ExtendedData><Data name="宗地代码"><value>{key}</value></Data></ExtendedData>')
    desk.text("parcels.kml", text.replace("<Polygon>", "<MultiGeometry><MultiGeometry><Polygon>").replace("</Polygon>", "</Polygon></MultiGeometry></MultiGeometry>"))


def _with_systems(desk: Desk, epsg: int, codes: tuple[str, ...], *, lines: bool = False, inside: bool = True) -> None:
    """Features that state their system in themselves, or in their geometry as PostGIS writes it (ST_AsGeoJSON)."""
    listed = features(in_crs(epsg))
    for one, code in zip(listed, codes, strict=True):
        (one["geometry"] if inside else one)["crs"] = {"type": "name", "properties": {"name": code}}
    text = "\n".join(json.dumps(one, ensure_ascii=False) for one in listed) if lines else json.dumps({"type": "FeatureCollection", "features": listed}, ensure_ascii=False)
    desk.text("parcels.geojsonl" if lines else "parcels.geojson", text)


@case()
def geojson_with_a_system_in_its_geometries(desk: Desk) -> None:
    _with_systems(desk, 4549, ("EPSG:4549",) * 5)


@case()
def geojson_with_a_system_in_its_features(desk: Desk) -> None:
    _with_systems(desk, 4549, ("EPSG:4549", "urn:ogc:def:crs:EPSG::4549", "EPSG:4549", "EPSG:4549", "EPSG:4549"), inside=False)


@case(refused="crs.old_datum")
def geojson_with_an_old_datum_in_its_geometries(desk: Desk) -> None:
    """Degrees of Xian 1980: without what they state they would be those of WGS 84, a hundred metres off."""
    _with_systems(desk, 4610, ("EPSG:4610",) * 5)


@case(refused="container.several_systems")
def geojson_lines_of_two_systems(desk: Desk) -> None:
    _with_systems(desk, 4549, ("EPSG:4549",) * 3 + ("EPSG:4548",) * 2, lines=True, inside=False)


@case()
def geojson_lines_that_state_a_system(desk: Desk) -> None:
    _with_systems(desk, 4549, ("EPSG:4549",) * 5, lines=True, inside=False)
