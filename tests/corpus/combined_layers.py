"""Faithful ways to write a layer: formats, systems, encodings, names, keys, columns and drawing habits, several at once."""

from __future__ import annotations

import json
import random
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyproj import CRS
from shapely.geometry import MultiPolygon, Polygon, mapping

from spatial.normalise.web_datum import to_gcj02
from tests.corpus.combined_ground import MU, Ground
from tests.corpus.desk import Desk, wkt1
from tests.corpus.texts import HEAD, kml_text
from tests.corpus.writers import dbf, members, zipped

Spec = Mapping[str, Any]
# the first of each is the plain way, to which a failure is shrunk
CONTAINERS = ("gpkg", "shp", "shp", "shp", "zip", "zip", "gdb", "gdb.zip", "geojson", "geojson", "geojsonl", "topojson", "parquet", "fgb", "kml", "kmz", "txt", "txt", "dxf")
SYSTEMS = ("plain", "prefixed", "degrees", "wgs84", "six_plain", "six_prefixed", "mercator", "utm", "gcj")
SAID = ("file", "file", "file", "datum", "datum", "study")
TABLES = (("utf-8", "UTF-8", 0), ("gbk", "GBK", 0), ("gbk", None, 0), ("gbk", None, 0x4D), ("gbk", "936", 0), ("utf-8", None, 0), ("gbk", "UTF-8", 0), ("utf-8", "GBK", 0), ("utf-8", None, 0x4D),
          ("gbk", "ISO-8859-1", 0), ("big5", "BIG5", 0), ("big5", None, 0))
TEXTS = ("utf-8", "utf-8-sig", "gbk", "utf-16")
ZIPS = ("flat", "folder", "mixed", "gbk", "extra")
NOISE = ("reversed", "repeated", "unclosed", "z", "multi", "turned", "null")
IDS = ("as_is", "spaced", "wide", "lower", "hyphen", "mixed", "padded")
KEY_NAMES = ("宗地代码", "ZDDM", "宗地号", "预编宗地代码", "宗地编码", "地块编码", "parcel_id", "地块编号", "ZDBH", "宗地编号", "地籍号")
USE_NAMES = {"word": ("土地用途", "用途", "规划用途", "地类名称", "YDYHFLMC", "用地性质"), "2023": ("YDYHFLDM", "用地用海代码", "土地用途", "用地用海分类代码"),
             "survey": ("DLBM", "地类编码", "地类代码"), "urban": ("用地性质", "用地代码", "YT")}
USE_WORDS = {"word": {"1001": "工业用地", "1101": "物流仓储用地", "1401": "公园绿地", "1207": "城镇村道路用地"}, "2023": {}, "survey": {"1001": "0601", "1101": "0508", "1401": "0810", "1207": "1004"},
             "urban": {"1001": "M", "1101": "W", "1401": "G1", "1207": "S1"}}
AREA_NAMES = ("", "登记面积(平方米)", "面积(亩)", "面积(公顷)", "宗地面积(亩)", "ZDMJ", "登记面积(㎡)")
UNITS = {"平方米": 1.0, "㎡": 1.0, "亩": MU, "公顷": 10_000.0}
TRADITIONAL = str.maketrans("宗地代码预编号块籍规划用途类名称性质海分业物流仓储公园绿城镇村道路备注东侧临河新塘以北老厂区沿街含水积亩顷记",
                            "宗地代碼預編號塊籍規劃用途類名稱性質海分業物流倉儲公園綠城鎮村道路備註東側臨河新塘以北老廠區沿街含水積畝頃記")
NOTES = ("东侧临河", "新塘路以北", "老厂区", "沿街", "含水塘", "")
EXTRAS: dict[str, Callable[[int], Any]] = {
    "备注": lambda i: NOTES[i % 6], "OBJECTID": lambda i: i + 1, "序号": lambda i: i + 1, "Shape_Area": lambda i: 1234.5 + i, "=1+1": lambda i: "=cmd|'/C calc'!A0",
    "memo": lambda i: '<script>alert("1")</script>', "year": lambda i: 2022, "z": lambda i: None, "街道": lambda i: ("新塘街道", "衙前镇")[i % 2],
    "null": lambda i: ("NULL", "N/A", "-", "nan", "None")[i % 5], "text": lambda i: 'a,b;"c"\t\\n' + "长" * (i % 30), "flag": lambda i: i % 2,
    "BSM": lambda i: f"33010920220{i:07d}", "更新日期": lambda i: "2022-06-30", "wkt": lambda i: "MULTIPOLYGON", "path": lambda i: "../../etc/passwd", "编号": lambda i: f"A-{i:03d}"}


def written_key(key: str, style: str, i: int) -> str:
    """A parcel code as offices write it."""
    style = ("spaced", "wide", "lower", "hyphen", "as_is")[i % 5] if style == "mixed" else style
    if style in ("spaced", "hyphen"):
        mark = " " if style == "spaced" else "-"
        return mark.join((key[:6], key[6:12], key[12:]))
    if style == "wide":
        return key.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
    return {"lower": key.lower(), "padded": f" {key}  "}.get(style, key)


def codes_of(ground: Ground, spec: Spec) -> tuple[int, str]:
    """EPSG code of the coordinates, and the words of the study for it."""
    n = ground.six
    code = {"plain": ground.plain, "prefixed": ground.three_prefixed, "degrees": 4490, "wgs84": 4326, "gcj": 4326, "six_plain": 4489 + n, "six_prefixed": 4478 + n, "mercator": 3857,
            "utm": 32601 + int((ground.degrees[0] + 180) // 6)}[spec["system"]]
    return code, "GCJ-02" if spec["system"] == "gcj" else f"EPSG:{code}"


def drawn(ground: Ground, shapes: Any, spec: Spec, epsg: int) -> list[Any]:
    """Shapes in a system, drawn as the noise says: ground and parts are the same."""
    out = ground.moved(epsg, shapes)
    if spec["system"] == "gcj":
        out = np.asarray(shapely.transform(out, lambda xy: np.column_stack(to_gcj02(xy[:, 0], xy[:, 1]))))
    noise = spec["noise"]
    turned = [_rewritten(shape, noise) for shape in out]
    return list(shapely.force_3d(np.array(turned, dtype=object), 7.5)) if "z" in noise else turned


def _rewritten(shape: Any, noise: Sequence[str]) -> Any:
    def ring(points: Any) -> Any:
        points = list(points.coords)[:-1]
        points = points[::-1] if "reversed" in noise else points
        points = points[2:] + points[:2] if "turned" in noise else points
        points = [p for q in points for p in ((q, q, q) if "repeated" in noise and hash(q) % 3 == 0 else (q,))]
        return [*points, points[0]]

    parts = [Polygon(ring(part.exterior), [ring(hole) for hole in part.interiors]) for part in getattr(shape, "geoms", [shape])]
    return MultiPolygon(parts) if len(parts) > 1 or "multi" in noise else parts[0]


def parcels(ground: Ground, spec: Spec, chance: random.Random) -> dict[str, list[Any]]:
    """The table of the parcels, columns and all."""
    known = ground.uses
    words = USE_WORDS[spec["use"]]
    table: dict[str, list[Any]] = {spec["key"]: [written_key(key, spec["id"], i) for i, key in enumerate(ground.keys)], spec["use_name"]: [words.get(use, use) for use in known]}
    if spec["area"]:
        unit = next((UNITS[word] for word in UNITS if word in spec["area"]), 1.0)
        unit = unit * 15 if "unit" in spec["lies"] else unit
        table[spec["area"]] = [round(float(area) / unit, 6 if unit > 1 else 2) for area in ground.area]
    return _more(table, spec, chance)


def carriers(ground: Ground, spec: Spec, chance: random.Random) -> dict[str, list[Any]]:
    return _more({spec["key"]: list(ground.carriers), spec["type"]: list(ground.kinds)}, spec, chance)


def _more(table: dict[str, list[Any]], spec: Spec, chance: random.Random) -> dict[str, list[Any]]:
    count = len(next(iter(table.values())))
    table |= {name: [EXTRAS[name](i) for i in range(count)] for name in spec["extras"] if name not in table and name not in ("编号",) * (spec["role"] == "carriers")}
    names = list(table)
    chance.shuffle(names)
    return {name: table[name] for name in names}


def write(desk: Desk, role: str, ground: Ground, spec: Spec, seed: int) -> tuple[str, str, str]:
    """Write a layer; its path, the keys of its table in the study, and the datum that the study has to state."""
    chance = random.Random(f"{role} {seed}")
    table = (parcels if role == "parcels" else carriers)(ground, spec, chance)
    epsg, words = codes_of(ground, spec)
    shapes = drawn(ground, ground.shapes if role == "parcels" else ground.bounds, spec, epsg)
    if "null" in spec["noise"]:
        shapes.append(None)
        keyed = {spec["key"]: "330109009009GB99999" if role == "parcels" else "空行", "OBJECTID": len(shapes)}
        table = {name: [*cells, keyed.get(name, cells[0])] for name, cells in table.items()}
    order = list(range(len(shapes)))
    chance.shuffle(order)
    shapes, table = [shapes[i] for i in order], {name: [cells[i] for i in order] for name, cells in table.items()}
    stated = spec["said"] == "file"
    if "duplicate" in spec["lies"]:
        first, *_, last = (i for i, shape in enumerate(shapes) if shape is not None)  # a row that is set aside is no twin
        table[spec["key"]][last] = table[spec["key"]][first]
    if "swapped" in spec["lies"]:
        shapes = [None if shape is None else shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in shapes]
    if "prefix" in spec["lies"]:
        epsg = ground.plain if spec["system"] == "prefixed" else ground.three_prefixed
    if "zone" in spec["lies"]:
        epsg += 1  # the meridian beside: 3 degrees away, or a prefix that the coordinates do not have
    path = WRITERS[spec["container"]](desk, role, shapes, table, spec, epsg if stated else None)
    keys = [f'crs = "{words}"'] if spec["said"] == "study" or spec["system"] == "gcj" else []
    if spec["container"] == "dxf":
        columns = {"parcel_id": spec["key"], "land_use": spec["use_name"]} if role == "parcels" else {"carrier_id": spec["key"], "carrier_type": spec["type"]}
        keys += ['geometry_type = "polygon"', f"[layers.{role}.columns]", *(f'{field} = "Text@{name}"' for field, name in columns.items())]
    datum = "" if stated or spec["said"] == "study" else "WGS84" if spec["system"] in ("wgs84",) else "CGCS2000"
    return path.relative_to(desk.folder).as_posix(), "\n".join(keys), datum


def _frame(shapes: list[Any], table: dict[str, list[Any]], epsg: int | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(table, geometry=shapes, crs=epsg)


def _written(frame: gpd.GeoDataFrame, path: Path, **options: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a layer without a system, and of names that a format changes
        several = any(shape is not None and shape.geom_type == "MultiPolygon" for shape in frame.geometry)
        solid = any(shape is not None and shape.has_z for shape in frame.geometry)
        pyogrio.write_dataframe(frame, path, geometry_type=f"{'2.5D ' if solid else ''}{'MultiPolygon' if several else 'Polygon'}", promote_to_multi=several, **options)


def _gdal(driver: str, suffix: str, **options: Any) -> Callable[..., Path]:
    def made(desk: Desk, role: str, shapes: list[Any], table: dict[str, list[Any]], spec: Spec, epsg: int | None) -> Path:
        path = desk.folder / f"{role}.{suffix}"
        _written(_frame(shapes, table, epsg), path, driver=driver, **options)
        return path

    return made


def _shp(desk: Desk, role: str, shapes: list[Any], table: dict[str, list[Any]], spec: Spec, epsg: int | None) -> Path:
    path = desk.folder / "图" / f"{role}.shp"
    path.parent.mkdir(exist_ok=True)
    encoding, cpg, language = spec["table"]
    _written(_frame(shapes, {"n": list(range(len(shapes)))}, epsg), path, driver="ESRI Shapefile")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if encoding == "big5":
        table = {name.translate(TRADITIONAL): [cell.translate(TRADITIONAL) if isinstance(cell, str) else cell for cell in cells] for name, cells in table.items()}
    path.with_suffix(".dbf").write_bytes(dbf({name: [cell if not isinstance(cell, str) else cell.encode(encoding, "ignore").decode(encoding) for cell in cells] for name, cells in table.items()},
                                             encoding=encoding, language=language))
    if epsg is not None:
        path.with_suffix(".prj").write_text(wkt1(epsg) if spec["prj"] == "esri" else CRS.from_epsg(epsg).to_wkt("WKT1_GDAL"), encoding="utf-8")
    if cpg:
        path.with_suffix(".cpg").write_text(cpg)
    if not spec["shx"]:
        path.with_suffix(".shx").unlink()
    return path


def _zip(desk: Desk, role: str, shapes: list[Any], table: dict[str, list[Any]], spec: Spec, epsg: int | None) -> Path:
    files = members(_shp(desk, role, shapes, table, spec, epsg))
    how = spec["zip"]
    folder = {"flat": "", "folder": "数据/2022/", "mixed": "Data/", "gbk": "宗地数据/", "extra": "成果/"}[how]
    cases = (str, str.upper, str.title, str.lower)
    names = {f"{folder}{(cases[i % 4](role + suffix) if how == 'mixed' else role + suffix)}": file for i, (suffix, file) in enumerate(sorted(files.items()))}
    if how == "extra":
        note = desk.folder / "图" / "说明.txt"
        note.write_text("数据说明：2022年", encoding="utf-8")
        names |= {"说明.txt": note, f"__MACOSX/._{role}.shp": note, f"成果/{role}.shp.xml": note}
    return zipped(desk, f"{role}.zip", names, raw_gbk_names=how == "gbk")


def _gdb(desk: Desk, role: str, shapes: list[Any], table: dict[str, list[Any]], spec: Spec, epsg: int | None) -> Path:
    path = desk.folder / f"{role}.gdb"
    epsg = epsg or (4490 if spec["system"] in ("degrees", "wgs84", "gcj") else None)  # without a system it keeps four decimals: metres would do, degrees do not
    _written(_frame(shapes, table, epsg), path, driver="OpenFileGDB", layer="ZD")
    if spec["container"] == "gdb":
        return path
    return zipped(desk, f"{role}.zip", {f"成果/{role}.gdb/{p.name}": p for p in path.iterdir()})


def _rows(shapes: list[Any], table: dict[str, list[Any]], spec: Spec, epsg: int | None) -> list[dict[str, Any]]:
    rows = []
    for i, shape in enumerate(shapes):
        body = None if shape is None else json.loads(json.dumps(mapping(shape)))
        if body and "unclosed" in spec["noise"]:
            for part in [body["coordinates"]] if body["type"] == "Polygon" else body["coordinates"]:
                for ring in part:
                    ring[-1][0] += 1e-8 if spec["system"] in ("degrees", "wgs84", "gcj") else 0.001
        rows.append({"type": "Feature", "properties": {name: cells[i] for name, cells in table.items()}, "geometry": body})
    return rows


def _geojson(desk: Desk, role: str, shapes: list[Any], table: dict[str, list[Any]], spec: Spec, epsg: int | None) -> Path:
    member = {"crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}} if epsg not in (None, 4326) else {}
    whole = {"type": "FeatureCollection", "name": role, **member, "features": _rows(shapes, table, spec, epsg)}
    path = desk.folder / f"{role}.{spec['suffix']}"
    path.write_bytes(json.dumps(whole, ensure_ascii=False).encode(spec["text"], "replace"))
    return path


def _geojsonl(desk: Desk, role: str, shapes: list[Any], table: dict[str, list[Any]], spec: Spec, epsg: int | None) -> Path:
    path = desk.folder / f"{role}.geojsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(shapes, table, spec, epsg)), encoding="utf-8")
    return path


def _topojson(desk: Desk, role: str, shapes: list[Any], table: dict[str, list[Any]], spec: Spec, epsg: int | None) -> Path:
    arcs: list[Any] = []

    def ring(points: Any) -> list[int]:
        arcs.append([list(point) for point in points.coords])
        return [len(arcs) - 1]

    geometries = []
    for i, shape in enumerate(shapes):
        parts = [[ring(line) for line in (part.exterior, *part.interiors)] for part in getattr(shape, "geoms", [shape])]
        geometries.append({"type": "MultiPolygon" if shape.geom_type == "MultiPolygon" else "Polygon", "arcs": parts if shape.geom_type == "MultiPolygon" else parts[0],
                           "properties": {name: cells[i] for name, cells in table.items()}})
    path = desk.folder / f"{role}.topojson"
    path.write_text(json.dumps({"type": "Topology", "objects": {role: {"type": "GeometryCollection", "geometries": geometries}}, "arcs": arcs}, ensure_ascii=False), encoding="utf-8")
    return path


def _parquet(desk: Desk, role: str, shapes: list[Any], table: dict[str, list[Any]], spec: Spec, epsg: int | None) -> Path:
    path = desk.folder / f"{role}.parquet"
    gpd.GeoDataFrame(table, geometry=shapes, crs=epsg).to_parquet(path)
    return path


def _kml(desk: Desk, role: str, shapes: list[Any], table: dict[str, list[Any]], spec: Spec, epsg: int | None) -> Path:
    from xml.sax.saxutils import escape, quoteattr

    def ring(line: Any) -> str:
        points = [list(point[:2]) for point in line.coords]
        points[-1][0] += 1e-8 if "unclosed" in spec["noise"] else 0
        return f"<LinearRing><coordinates>{' '.join(f'{x!r},{y!r},0' for x, y in points)}</coordinates></LinearRing>"

    def polygon(part: Any) -> str:
        return f"<Polygon><outerBoundaryIs>{ring(part.exterior)}</outerBoundaryIs>{''.join(f'<innerBoundaryIs>{ring(hole)}</innerBoundaryIs>' for hole in part.interiors)}</Polygon>"

    marks = []
    for i, shape in enumerate(shapes):
        body = f"<MultiGeometry>{''.join(map(polygon, shape.geoms))}</MultiGeometry>" if shape.geom_type == "MultiPolygon" else polygon(shape)
        data = "".join(f"<Data name={quoteattr(name)}><value>{escape('' if cells[i] is None else str(cells[i]))}</value></Data>" for name, cells in table.items())
        marks.append(f"<Placemark><ExtendedData>{data}</ExtendedData>{body}</Placemark>")
    text = kml_text("".join(marks))
    encoding = "gbk" if spec["text"] == "gbk" else "utf-8"
    path = desk.folder / f"{role}.kml"
    path.write_bytes(text.replace("UTF-8", encoding.upper()).encode(encoding, "xmlcharrefreplace"))
    return path if spec["container"] == "kml" else zipped(desk, f"{role}.kmz", {"doc.kml": path})


def _txt(desk: Desk, role: str, shapes: list[Any], table: dict[str, list[Any]], spec: Spec, epsg: int | None) -> Path:
    name, use = (table[spec["key"]], table[spec["use_name"] if role == "parcels" else spec["type"]])
    degrees = epsg in (4490, 4326) or spec["system"] in ("degrees", "wgs84", "gcj")
    lines = []
    if epsg is not None and not degrees:
        turns = "6" if spec["system"].startswith("six") else "3"
        zone = spec["zones"][turns]
        lines.append(HEAD.replace("几度分带=3", f"几度分带={turns}").replace("带号=40", f"带号={zone}"))
    lines.append("[地块坐标]")
    for key, word, shape in zip(name, use, shapes, strict=True):
        rings = [list(line.coords) for part in getattr(shape, "geoms", [shape]) for line in (part.exterior, *part.interiors)]
        close = "unclosed" not in spec["noise"]
        rings = [ring if close else ring[:-1] for ring in rings]
        lines.append(",".join([str(sum(map(len, rings))), "" if degrees else f"{shapely.area(shape):.2f}", key, "", "面", "", word, "", "@"]))
        for number, ring in enumerate(rings, start=1):
            lines += [f"J{1 if close and i == len(ring) else i},{number},{point[1]:.{9 if degrees else 4}f},{point[0]:.{9 if degrees else 4}f}" for i, point in enumerate(ring, start=1)]
    path = desk.folder / f"{role}.txt"
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gbk" if spec["text"] in ("gbk", "utf-16") else spec["text"]))
    return path


def _dxf(desk: Desk, role: str, shapes: list[Any], table: dict[str, list[Any]], spec: Spec, epsg: int | None) -> Path:
    out = ["0", "SECTION", "2", "HEADER", "9", "$ACADVER", "1", "AC1015", "9", "$DWGCODEPAGE", "3", "ANSI_936", "0", "ENDSEC", "0", "SECTION", "2", "ENTITIES"]
    texts = [name for name in table if name in (spec["key"], spec.get("use_name"), spec.get("type"))]
    for i, shape in enumerate(shapes):
        points = list(getattr(shape, "geoms", [shape])[0].exterior.coords)[:-1]
        out += ["0", "LWPOLYLINE", "5", f"{i + 16:X}", "100", "AcDbEntity", "8", "ZD", "100", "AcDbPolyline", "90", str(len(points)), "70", "1"]
        out += [part for point in points for part in ("10", f"{point[0]:.5f}", "20", f"{point[1]:.5f}")]
        middle = shape.representative_point()
        for n, name in enumerate(texts):
            out += ["0", "TEXT", "5", f"{4096 + 4 * i + n:X}", "100", "AcDbEntity", "8", name, "100", "AcDbText", "10", f"{middle.x:.4f}", "20", f"{middle.y:.4f}", "30", "0.0", "40", "2.5"]
            out += ["1", str(table[name][i]).strip()]
    path = desk.folder / f"{role}.dxf"
    path.write_bytes("\n".join([*out, "0", "ENDSEC", "0", "EOF", ""]).encode("gbk"))
    return path


WRITERS: dict[str, Callable[..., Path]] = {
    "gpkg": _gdal("GPKG", "gpkg"), "fgb": _gdal("FlatGeobuf", "fgb", SPATIAL_INDEX="NO"), "shp": _shp, "zip": _zip, "gdb": _gdb, "gdb.zip": _gdb, "geojson": _geojson, "geojsonl": _geojsonl,
    "topojson": _topojson, "parquet": _parquet, "kml": _kml, "kmz": _kml, "txt": _txt, "dxf": _dxf}
