"""Cases of the text formats: GeoJSON and its kin, TopoJSON, KML, DXF, and the survey's corner files."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from tests.corpus.cases import case
from tests.corpus.desk import Desk
from tests.corpus.ground import COLUMNS, KEYS, METRIC, NOTES, PLANE_M2, SHAPES, Truth, X, Y, in_crs
from tests.corpus.writers import collection, corner_text, features, zipped

BARE = Truth(codes=None)


def _crs(name: str) -> dict[str, Any]:
    return {"crs": {"type": "name", "properties": {"name": name}}}


@case()
def geojson(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326)))


@case()
def geojson_named_json_with_a_mark(desk: Desk) -> None:
    desk.text("parcels.json", "\ufeff" + collection(in_crs(4326)))


@case()
def geojson_in_utf16(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326)), "utf-16")


@case(codes="container.encoding_lie")
def geojson_in_gbk(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326)), "gb18030")


@case()
def geojson_features_first_and_members_after(desk: Desk) -> None:
    whole = json.loads(collection(in_crs(4326), name="宗地", bbox=[120, 30, 121, 31], metadata={"a": [1, {"b": 2}]}))
    desk.text("parcels.geojson", json.dumps({key: whole[key] for key in ("features", "metadata", "bbox", "name", "type")}, indent=2))


@case()
def geojson_old_crs_urn(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(METRIC), **_crs("urn:ogc:def:crs:EPSG::4549")))


@case()
def geojson_old_crs_short(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4528), **_crs("EPSG:4528")))


@case()
def geojson_old_crs_in_degrees(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4490), **_crs("urn:ogc:def:crs:EPSG::4490")))


@case()
def geojson_old_crs84(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326), **_crs("urn:ogc:def:crs:OGC:1.3:CRS84")))


@case(refused="crs.swapped_axes")
def geojson_latitude_first(desk: Desk) -> None:
    swapped = shapely.transform(in_crs(4490), lambda xy: xy[:, ::-1])
    desk.text("parcels.geojson", collection(swapped, **_crs("urn:ogc:def:crs:EPSG::4490")))


@case(refused="crs.swapped_axes")
def geojson_latitude_first_by_the_standard(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(shapely.transform(in_crs(4326), lambda xy: xy[:, ::-1])))


@case(refused="container.link_inside")
def geojson_crs_link(desk: Desk) -> None:
    link = {"crs": {"type": "link", "properties": {"href": "http://canary.example/crs", "type": "esriwkt"}}}
    desk.text("parcels.geojson", collection(in_crs(4326), **link))


@case(refused="container.link_inside")
def geojson_crs_file_link(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326), crs={"type": "link", "properties": {"href": "file:///etc/passwd", "type": "proj4"}}))


@case(refused="crs.none")
def geojson_metres_without_crs(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4528)))


@case(codes="crs.taken_from_coordinates")
def geojson_metres_without_crs_on_a_stated_datum(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4528)))
    desk.study_keys = 'datum = "CGCS2000"'


@case(refused="crs.none")
def geojson_with_a_null_crs(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(METRIC), crs=None))


@case(refused="container.damaged")
def geojson_cut(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326))[:-400])


@case(refused="container.damaged")
def geojson_with_two_documents(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326)) + collection(in_crs(4326)))


@case(refused="container.damaged")
def geojson_nested_too_deep(desk: Desk) -> None:
    desk.text("parcels.geojson", '{"type":"FeatureCollection","features":' + "[" * 200_000 + "]" * 200_000 + "}")


@case(refused="row.no_geometry", codes="container.unreadable_geometry")
def geojson_with_text_for_a_coordinate(desk: Desk) -> None:
    whole = json.loads(collection(in_crs(4326)))
    whole["features"][1]["geometry"]["coordinates"][0][2][0] = "120.2"
    desk.text("parcels.geojson", json.dumps(whole))


@case(refused="row.no_geometry")
def geojson_with_nan(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326)).replace(repr(in_crs(4326)[1].exterior.coords[0][0]), "NaN"))


@case(refused="row.no_geometry")
def geojson_with_infinity(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326)).replace(repr(in_crs(4326)[1].exterior.coords[0][0]), "1e999"))


@case(codes="container.unclosed_rings")
def geojson_with_open_rings(desk: Desk) -> None:
    whole = json.loads(collection(in_crs(4326)))
    del whole["features"][1]["geometry"]["coordinates"][0][-1]
    desk.text("parcels.geojson", json.dumps(whole))


@case(codes="container.dropped_z")
def geojson_with_heights(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(shapely.force_3d(in_crs(4326), 12.5)))


@case()
def geojson_with_long_numbers_for_keys(desk: Desk) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": features(in_crs(4326))}, ensure_ascii=False)
    desk.text("parcels.geojson", text.replace('"登记面积": 40000.0', '"登记面积": 40000.0, "顺序号": 12345678901234567890123'))


def _numbered(desk: Desk, keys: Sequence[int]) -> None:
    rows = features(in_crs(4326))
    for row, key in zip(rows, keys, strict=True):
        row["properties"]["宗地代码"] = key
    desk.text("parcels.geojson", json.dumps({"type": "FeatureCollection", "features": rows}, ensure_ascii=False))


BROWSER = (3301090040120000000, 3301090040120000500, 3301090040120001000, 3301090040120001500, 3301090040120002000)  # what JSON.stringify writes of …003, …517 and their like
FLOAT = tuple(3301090040120000000 + 512 * i for i in range(5))  # what int64 holds of a float64
WHOLE = tuple(3301090040120000003 + 100 * i for i in range(5))


@case(refused="row.bad_cell")
def keys_that_a_browser_wrote_as_numbers(desk: Desk) -> None:
    _numbered(desk, BROWSER)


@case(refused="row.bad_cell")
def keys_that_were_floats(desk: Desk) -> None:
    _numbered(desk, FLOAT)


@case(truth=replace(Truth(), keys=tuple(map(str, WHOLE))))
def keys_as_whole_numbers(desk: Desk) -> None:
    _numbered(desk, WHOLE)


@case(truth=replace(Truth(), keys=tuple(str(3301090040120000100 + 100 * i) for i in range(5))))
def keys_that_end_in_hundreds(desk: Desk) -> None:
    """The twin: five numbers 100 apart; a float would hold one of five such."""
    _numbered(desk, [3301090040120000100 + 100 * i for i in range(5)])


@case()
def geojson_lines(desk: Desk) -> None:
    desk.text("parcels.geojsonl", "\n".join(json.dumps(f, ensure_ascii=False) for f in features(in_crs(4326))) + "\n")


@case()
def geojson_text_sequence(desk: Desk) -> None:
    desk.text("parcels.geojsons", "".join("\x1e" + json.dumps(f) + "\n" for f in features(in_crs(4326))))


@case()
def geojson_lines_named_json(desk: Desk) -> None:
    desk.text("parcels.json", "\r\n".join(json.dumps(f) for f in features(in_crs(4326))))


@case(refused="container.damaged")
def geojson_lines_with_a_broken_line(desk: Desk) -> None:
    lines = [json.dumps(f) for f in features(in_crs(4326))]
    desk.text("parcels.geojsonl", "\n".join([*lines[:2], lines[2][:-30], *lines[3:]]))


def topology(shapes: Any, steps: int = 0, names: tuple[str, ...] = ("宗地",), **more: Any) -> dict[str, Any]:
    """A TopoJSON with an arc a ring; `steps` quantises as the format's own tools do."""
    arcs, geometries = [], []
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object))
    scale = [(east - west) / (steps - 1), (north - south) / (steps - 1)] if steps else [1.0, 1.0]
    for key, use, shape in zip(KEYS, COLUMNS["土地用途"], shapes, strict=True):
        rings = []
        for ring in (shape.exterior, *shape.interiors):
            xy = np.array(ring.coords)
            if steps:
                grid = np.round((xy - [west, south]) / scale).astype(int)
                xy = np.vstack([grid[:1], np.diff(grid, axis=0)])
            rings.append([len(arcs)])
            arcs.append(xy.tolist())
        geometries.append({"type": "Polygon", "arcs": rings, "properties": {"宗地代码": key, "土地用途": use}})
    out: dict[str, Any] = {"type": "Topology", "objects": {name: {"type": "GeometryCollection", "geometries": geometries} for name in names}, "arcs": arcs, **more}
    if steps:
        out["transform"] = {"scale": scale, "translate": [west, south]}
    return out


@case(refused="crs.none")
def topojson_says_no_system(desk: Desk) -> None:
    desk.text("parcels.topojson", json.dumps(topology(in_crs(4490))))


@case(codes="crs.taken_from_coordinates")
def topojson_on_a_stated_datum(desk: Desk) -> None:
    topojson_says_no_system(desk)
    desk.study_keys = 'datum = "CGCS2000"'


@case(tolerance=2e-3)
def topojson_quantised(desk: Desk) -> None:
    desk.text("parcels.json", json.dumps(topology(in_crs(4490), steps=20_000)))
    desk.layer = 'crs = "EPSG:4490"'


@case(refused="container.several_layers")
def topojson_of_two_objects(desk: Desk) -> None:
    desk.text("parcels.topojson", json.dumps(topology(in_crs(4490), names=("宗地", "图斑"))))
    desk.layer = 'crs = "EPSG:4490"'


@case(refused="container.damaged")
def topojson_cut(desk: Desk) -> None:
    desk.text("parcels.topojson", json.dumps(topology(in_crs(4490)))[:-100])


@case(refused="row.no_geometry", codes="container.unreadable_geometry")
def topojson_with_an_arc_too_many(desk: Desk) -> None:
    whole = topology(in_crs(4490))
    whole["objects"]["宗地"]["geometries"][1]["arcs"] = [[99]]
    desk.text("parcels.topojson", json.dumps(whole))
    desk.layer = 'crs = "EPSG:4490"'


def _in_two_arcs(apart: float) -> dict[str, Any]:
    """The first ring as two arcs, the second of which begins `apart` from where the first ends."""
    whole = topology(in_crs(4490))
    ring = whole["arcs"][0]
    whole["arcs"][0] = ring[:3]
    whole["arcs"].append([[ring[2][0] + apart, ring[2][1]], *ring[3:]])
    whole["objects"]["宗地"]["geometries"][0]["arcs"][0] = [0, len(whole["arcs"]) - 1]
    return whole


@case(codes="crs.taken_from_coordinates")
def topojson_with_a_ring_of_two_arcs(desk: Desk) -> None:
    desk.text("parcels.topojson", json.dumps(_in_two_arcs(0.0)))
    desk.study_keys = 'datum = "CGCS2000"'


@case(refused="row.no_geometry", codes="container.unreadable_geometry")
def topojson_with_arcs_that_do_not_meet(desk: Desk) -> None:
    desk.text("parcels.topojson", json.dumps(_in_two_arcs(0.001)))
    desk.study_keys = 'datum = "CGCS2000"'


def placemarks(shapes: Any) -> list[str]:
    out = []
    for key, use, note, shape in zip(KEYS, COLUMNS["土地用途"], NOTES, shapes, strict=True):
        rings = [("outerBoundaryIs", shape.exterior), *(("innerBoundaryIs", ring) for ring in shape.interiors)]
        body = "".join(f"<{tag}><LinearRing><coordinates>{' '.join(f'{x!r},{y!r},0' for x, y in ring.coords)}</coordinates></LinearRing></{tag}>" for tag, ring in rings)
        data = f'<ExtendedData><Data name="宗地代码"><value>{key}</value></Data><Data name="土地用途"><value>{use}</value></Data></ExtendedData>'
        out.append(f"<Placemark><name>{note}</name><description><![CDATA[<b onclick='x()'>{note}</b>]]></description>{data}<Polygon>{body}</Polygon></Placemark>")
    return out


def kml_text(body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'


@case(codes="container.dropped_z")
def kml(desk: Desk) -> None:
    desk.text("parcels.kml", kml_text(f"<Folder><name>宗地</name>{''.join(placemarks(in_crs(4326)))}</Folder>"))


@case()
def kml_without_folders(desk: Desk) -> None:
    desk.text("parcels.kml", kml_text("<name>图</name>" + "".join(placemarks(in_crs(4326)))))


@case()
def kml_in_gbk_as_its_heading_says(desk: Desk) -> None:
    desk.text("parcels.kml", kml_text("".join(placemarks(in_crs(4326)))).replace("UTF-8", "GBK"), "gbk")


@case(codes="container.encoding_lie")
def kml_in_gbk_under_a_heading_of_utf_8(desk: Desk) -> None:
    desk.text("parcels.kml", kml_text("".join(placemarks(in_crs(4326)))), "gbk")


@case(refused="container.archive_inside")
def archive_in_an_archive(desk: Desk) -> None:
    inner = zipped(desk, "inner.zip", {"parcels.kml": desk.text("inner.kml", kml_text("".join(placemarks(in_crs(4326)))))})
    desk.named(zipped(desk, "parcels.zip", {"parcels.zip": inner}))


@case(refused="container.several_layers")
def kml_of_nested_folders(desk: Desk) -> None:
    marks = placemarks(in_crs(4326))
    desk.text("parcels.kml", kml_text(f"<Folder><name>外</name><Folder><name>甲</name>{''.join(marks[:2])}</Folder><Folder><name>乙</name>{''.join(marks[2:])}</Folder></Folder>"))


@case()
def kmz(desk: Desk) -> None:
    kml(desk)
    zipped(desk, "parcels.kmz", {"doc.kml": desk.folder / "parcels.kml"})


@case(refused="container.link_inside")
def kml_with_a_network_link(desk: Desk) -> None:
    desk.text("parcels.kml", kml_text("<NetworkLink><Link><href>http://canary.example/a.kml</href></Link></NetworkLink>" + "".join(placemarks(in_crs(4326)))))


@case(refused="container.link_inside")
def kml_with_entities(desk: Desk) -> None:
    bomb = '<!DOCTYPE kml [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">]>'
    desk.text("parcels.kml", kml_text("".join(placemarks(in_crs(4326)))).replace("<kml", bomb + "<kml"))


@case(refused="container.damaged")
def kml_cut(desk: Desk) -> None:
    desk.text("parcels.kml", kml_text("".join(placemarks(in_crs(4326))))[:-60])


def dxf_text(shapes: Any, *, closed: bool = True, flag: bool = True, elevation: str = "", extra: str = "") -> str:
    """Lightweight polylines; closed by their flag, or by repeating the first point."""
    out = ["0", "SECTION", "2", "HEADER", "9", "$ACADVER", "1", "AC1015", "9", "$DWGCODEPAGE", "3", "ANSI_936", "0", "ENDSEC", "0", "SECTION", "2", "ENTITIES"]
    for i, shape in enumerate(shapes):
        points = list(shape.exterior.coords)[: -1 if flag or not closed else None]
        out += ["0", "LWPOLYLINE", "5", f"{i + 16:X}", "100", "AcDbEntity", "8", "宗地", "100", "AcDbPolyline", "90", str(len(points)), "70", "1" if flag and closed else "0"]
        for x, y in points:
            out += ["10", f"{x:.4f}", "20", f"{y:.4f}"]
    return "\n".join([*out, *([extra] if extra else []), "0", "ENDSEC", "0", "EOF", ""])


DXF = Truth(keys=("10", "11", "12", "13"), plane_m2=(40_000.0, 20_000.0, 39_000.0, 10_000.0), inside_m2=(40_000.0, 5_000.0, 0.0, 0.0), codes=None)
DXF_KEYS = 'crs = "EPSG:4549"\n[layers.parcels.columns]\nparcel_id = "EntityHandle"'


@case(truth=DXF, codes="container.closed_lines")
def dxf_closed_by_flag(desk: Desk) -> None:
    desk.text("parcels.dxf", dxf_text(SHAPES[:4]), "gbk")
    desk.layer = DXF_KEYS


@case(truth=DXF, codes="container.closed_lines")
def dxf_closed_by_its_points(desk: Desk) -> None:
    desk.text("parcels.dxf", dxf_text(SHAPES[:4], flag=False), "gbk")
    desk.layer = DXF_KEYS


ROUND_M2 = 40_000.0 + math.pi * 100**2 / 2
ROUNDED = Truth(keys=DXF.keys, plane_m2=(ROUND_M2, *DXF.plane_m2[1:]), inside_m2=(ROUND_M2, *DXF.inside_m2[1:]), codes=None)


def _block(name: str, flags: int = 0) -> str:
    return "\n".join(["0", "SECTION", "2", "BLOCKS", "0", "BLOCK", "8", "0", "2", name, "70", str(flags), "10", "0", "20", "0", "30", "0", "3", name, "0", "ENDBLK", "8", "0", "0", "ENDSEC", ""])


def _inserted(desk: Desk, block: str) -> None:
    text = dxf_text(SHAPES[:4], extra=f"0\nINSERT\n5\nFF\n100\nAcDbEntity\n8\n宗地\n100\nAcDbBlockReference\n2\n图廓\n10\n{X}\n20\n{Y}\n30\n0")
    desk.text("parcels.dxf", text.replace("0\nSECTION\n2\nENTITIES", block + "0\nSECTION\n2\nENTITIES"), "gbk")
    desk.layer = DXF_KEYS


@case(truth=DXF, codes="container.missing_blocks")
def dxf_with_an_insert_of_a_block_that_is_missing(desk: Desk) -> None:
    _inserted(desk, "")


@case(truth=DXF, codes="container.missing_blocks")
def dxf_with_an_insert_of_another_drawing(desk: Desk) -> None:
    _inserted(desk, _block("图廓", 4))


@case(truth=DXF, absent="container.missing_blocks")
def dxf_with_an_insert_of_an_empty_block(desk: Desk) -> None:
    _inserted(desk, _block("图廓"))


@case(truth=ROUNDED, codes="container.linearised")
def dxf_with_an_arc(desk: Desk) -> None:
    """The eastern side of the first parcel, 200 m long, bulges out in a half circle."""
    before, corner, after = dxf_text(SHAPES[:4]).partition(f"10\n{X + 200:.4f}\n20\n{Y:.4f}\n")
    desk.text("parcels.dxf", before + corner + "42\n1.0\n" + after, "gbk")
    desk.layer = DXF_KEYS


@case(truth=DXF, absent="container.linearised")
def dxf_with_a_bulge_of_nothing(desk: Desk) -> None:
    before, corner, after = dxf_text(SHAPES[:4]).partition(f"10\n{X + 200:.4f}\n20\n{Y:.4f}\n")
    desk.text("parcels.dxf", before + corner + "42\n0.0\n" + after, "gbk")
    desk.layer = DXF_KEYS


@case(refused="geometry.not_polygon")
def dxf_open_lines(desk: Desk) -> None:
    desk.text("parcels.dxf", dxf_text(SHAPES[:4], closed=False, flag=False), "gbk")
    desk.layer = DXF_KEYS


@case(refused="crs.none")
def dxf_without_a_system(desk: Desk) -> None:
    desk.text("parcels.dxf", dxf_text(SHAPES[:4]), "gbk")
    desk.layer = '[layers.parcels.columns]\nparcel_id = "EntityHandle"'


@case(refused="container.damaged")
def dxf_cut(desk: Desk) -> None:
    desk.text("parcels.dxf", dxf_text(SHAPES[:4])[:-60], "gbk")


@case(refused="container.damaged")
def dxf_with_a_broken_pair_in_its_middle(desk: Desk) -> None:
    """The format's reader stops at the pair and gives the parcels before it."""
    text = dxf_text(SHAPES[:4])
    at = text.index("LWPOLYLINE", text.index("LWPOLYLINE") + 1)
    desk.text("parcels.dxf", text[:at] + "\n" + text[at:], "gbk")


@case(refused="container.damaged")
def dxf_with_a_corner_fewer_than_stated(desk: Desk) -> None:
    desk.text("parcels.dxf", dxf_text(SHAPES[:4]).replace("90\n4\n", "90\n5\n", 1), "gbk")


@case(truth=DXF, codes="container.unread_entities")
def dxf_with_objects_of_another_program(desk: Desk) -> None:
    desk.text("parcels.dxf", dxf_text(SHAPES[:4], extra="0\nTCH_WALL\n5\n40\n8\n墙"), "gbk")
    desk.layer = DXF_KEYS


HEAD = """[属性描述]
格式版本号=1.01版本
数据产生单位=某测绘院
数据产生日期=2022-06-30
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=40
精度=0.001
转换参数=,,,,,,"""


@case(codes="container.swapped_by_format")
def corner_file(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(in_crs(4528), header=HEAD), "gbk")


@case(codes="container.swapped_by_format", truth=BARE)
def corner_file_without_prefix(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(SHAPES, header=HEAD), "utf-8-sig")


@case(codes=("container.swapped_by_format", "container.unclosed_rings"), truth=BARE)
def corner_file_of_open_rings(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(in_crs(4528), header=HEAD, close=False), "gbk")


@case(refused="crs.none")
def corner_file_without_a_heading(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(in_crs(4528)), "gbk")


@case(codes="crs.taken_from_coordinates", truth=BARE)
def corner_file_without_a_heading_on_a_stated_datum(desk: Desk) -> None:
    corner_file_without_a_heading(desk)
    desk.study_keys = 'datum = "CGCS2000"'


@case(codes="container.swapped_by_format", truth=BARE)
def corner_file_with_full_width_commas(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(in_crs(4528), header=HEAD, comma="，"), "gbk")


@case(codes="container.swapped_by_format", truth=BARE)
def corner_file_with_tabs(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(in_crs(4528), header=HEAD, comma="\t"), "gbk")


@case(codes="container.corner_kilometres", truth=BARE)
def corner_file_in_kilometres(desk: Desk) -> None:
    small = [shapely.transform(shape, lambda xy: xy / 1000) for shape in in_crs(4528)]
    desk.text("parcels.txt", corner_text(small, header=HEAD.replace("=米", "=千米"), places=9), "gbk")


@case(refused="container.corner_unit")
def corner_file_in_a_unit_of_its_own(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(in_crs(4528), header=HEAD.replace("=米", "=度")), "gbk")


@case(codes="container.swapped_by_format", truth=BARE)
def corner_file_with_blanks_about_its_commas(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(in_crs(4528), header=HEAD, comma=" , ") + "\n\n\x1a", "gbk")


@case(refused="crs.old_datum")
def corner_file_of_xian_80(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(in_crs(2364), header=HEAD.replace("2000国家大地坐标系", "80国家大地坐标系")), "gbk")


@case(refused="container.wrong_line")
def corner_file_with_a_broken_line(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(in_crs(4528), header=HEAD).replace("J2,1,", "J2,1,,", 1), "gbk")


@case(refused="container.corner_lost")
def corner_file_that_lost_a_corner(desk: Desk) -> None:
    """The first plot, a square of 4 ha by its stated figures in m², without its second corner: a triangle of half the ground."""
    desk.text("parcels.txt", re.sub(r"(?m)^J2,1,.*\r\n", "", corner_text(in_crs(4528), header=HEAD), count=1), "gbk")


@case(codes="container.stated_count", truth=BARE)
def corner_file_that_states_another_count(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(in_crs(4528), header=HEAD).replace("5,40000.00,", "7,40000.00,"), "gbk")


@case(refused=("row.blank_key", "row.no_geometry"))
def corner_file_with_a_plot_of_two_corners(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(in_crs(4528), header=HEAD) + "2,0,,孤点,面,,,,@\nJ1,1,3340000.0,40520000.0\nJ2,1,3340100.0,40520000.0\n", "gbk")


@case(refused="crs.swapped_axes")
def corner_file_with_east_first(desk: Desk) -> None:
    swapped = shapely.transform(in_crs(4528), lambda xy: xy[:, ::-1])
    desk.text("parcels.txt", corner_text(swapped, header=HEAD), "gbk")




@case(absent=("container.corner_area", "unit.left_out", "area.registered_differs"), truth=Truth(codes=None))
def corner_file_in_degrees_with_areas_in_hectares(desk: Desk) -> None:
    """What the format says: the areas are of the ground, not of the numbers."""
    lines = corner_text(in_crs(4490), places=9).split("\r\n")
    areas = iter(PLANE_M2)
    told = [",".join([*line.split(",")[:1], f"{next(areas) / 10_000:.4f}", *line.split(",")[2:]]) if line.endswith("@") else line for line in lines]
    desk.text("parcels.txt", "\r\n".join(told))
    desk.study_keys = 'datum = "CGCS2000"'


def _of_system(desk: Desk, words: str, zone: str = "带号=40") -> None:
    desk.text("parcels.txt", corner_text(in_crs(4528), header=HEAD.replace("2000国家大地坐标系", words).replace("带号=40", zone)), "gbk")
    desk.study_keys = 'datum = "CGCS2000"'


@case(refused="crs.unreadable")
def corner_file_of_a_citys_own_frame(desk: Desk) -> None:
    """The study's datum is for files that state none."""
    _of_system(desk, "杭州独立坐标系")


@case(refused="crs.unreadable")
def corner_file_of_a_citys_own_frame_named_for_2000(desk: Desk) -> None:
    _of_system(desk, "杭州2000坐标系")


@case(refused="crs.old_datum")
def corner_file_of_xian_80_without_its_zone(desk: Desk) -> None:
    _of_system(desk, "1980西安坐标系", "带号=")


@case(codes="crs.taken_from_coordinates", absent="crs.unreadable_replaced", truth=BARE)
def corner_file_whose_zone_is_in_its_coordinates_alone(desk: Desk) -> None:
    _of_system(desk, "CGCS2000", "带号=")
    desk.study_keys = ""


@case(refused="container.one_page")
def geojson_of_the_first_page(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4490), **_crs("EPSG:4490"), exceededTransferLimit=True))


@case(refused="container.one_page")
def geojson_of_five_features_out_of_eight(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4490), **_crs("EPSG:4490"), numberMatched=8, numberReturned=5))


@case(codes="container.quantised", tolerance=0.05)
def topojson_quantised_to_four_metres(desk: Desk) -> None:
    desk.text("parcels.json", json.dumps(topology(in_crs(4490), steps=200)))
    desk.layer = 'crs = "EPSG:4490"'


@case(absent="container.one_page")
def geojson_of_the_only_page(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4490), **_crs("EPSG:4490"), numberMatched=5, numberReturned=5, totalFeatures="unknown", exceededTransferLimit=False))


def _reply(**members_: Any) -> str:
    return json.dumps({"code": 0, "msg": "成功", **members_}, ensure_ascii=False)


def _whole_collection() -> Any:
    return json.loads(collection(in_crs(4490), **_crs("EPSG:4490")))


@case(codes="container.unwrapped")
def geojson_in_the_reply_of_an_interface(desk: Desk) -> None:
    desk.text("parcels.json", _reply(data={"page": {"total": 5}, "geo": _whole_collection()}))


@case(codes="container.unwrapped")
def geojson_in_a_reply_that_states_the_system(desk: Desk) -> None:
    desk.text("parcels.json", _reply(**_crs("EPSG:4528"), data={"type": "FeatureCollection", "features": features(in_crs(4528))}))


@case(refused="container.one_page")
def geojson_in_a_reply_of_the_first_page(desk: Desk) -> None:
    desk.text("parcels.json", _reply(page={"total": 8, "pageSize": 5}, data=_whole_collection()))


@case(refused="container.one_page")
def features_beside_the_code_of_a_reply(desk: Desk) -> None:
    desk.text("parcels.json", _reply(total=8, features=features(in_crs(4490))))


@case()
def a_collection_with_a_total_of_its_own(desk: Desk) -> None:
    """No reply: what its author calls a total may be of anything."""
    desk.text("parcels.geojson", collection(in_crs(4490), **_crs("EPSG:4490"), total=146_500))


@case(refused="container.several_collections")
def a_reply_of_two_collections(desk: Desk) -> None:
    desk.text("parcels.json", _reply(before=_whole_collection(), after=_whole_collection()))


@case(codes="container.unwrapped")
def a_list_of_features(desk: Desk) -> None:
    desk.text("parcels.json", json.dumps(features(in_crs(4326)), ensure_ascii=False))


@case(refused="container.no_features")
def a_list_of_records(desk: Desk) -> None:
    desk.text("parcels.json", json.dumps([{"宗地代码": key, "geom": shape.wkt} for key, shape in zip(KEYS, SHAPES, strict=True)], ensure_ascii=False))


@case(refused="container.no_layer_file")
def a_layer_definition(desk: Desk) -> None:
    desk.text("parcels.lyrx", json.dumps({"type": "CIMLayerDocument", "version": "2.6.0", "layers": ["CIMPATH=map/parcels.xml"]}))


def _second(desk: Desk, before: str, second: str) -> None:
    ring = "<outerBoundaryIs><LinearRing><coordinates>120.3,30.18 120.31,30.18 120.31,30.19 120.3,30.18</coordinates></LinearRing></outerBoundaryIs>"
    desk.text("parcels.kml", kml_text("".join(placemarks(in_crs(4326)))).replace(before, second.format(ring=ring), 1))


@case(refused="row.no_geometry", codes="container.unreadable_geometry")
def kml_with_two_polygons_in_one_placemark(desk: Desk) -> None:
    _second(desk, "</Polygon></Placemark>", "</Polygon><Polygon>{ring}</Polygon></Placemark>")


@case(refused="row.no_geometry", codes="container.unreadable_geometry")
def kml_with_two_outer_rings(desk: Desk) -> None:
    _second(desk, "</outerBoundaryIs></Polygon>", "</outerBoundaryIs>{ring}</Polygon>")


@case(refused="container.repeated_key")
def kml_that_says_one_name_twice(desk: Desk) -> None:
    _second(desk, "<ExtendedData>", '<ExtendedData><Data name="宗地代码"><value>330109001001GB00009</value></Data>')
