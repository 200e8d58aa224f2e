"""Files whose name or kind a reader stumbles over: read right, or refused by what they are."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
from shapely.geometry import box

from spatial.errors import Refused
from spatial.read.layers import is_table, read_layer
from spatial.read.ledger import read_ledger
from spatial.read.packed import packed
from spatial.read.propose import propose
from spatial.read.vector import read_vector
from spatial.read.vector.draft import Place
from spatial.read.vector.parquet import read_parquet
from spatial.read.vector.slices import geometries, slices
from spatial.read.vector.sniff import Kind, sniff
from spatial.schema.raw import RawLayer
from spatial.schema.study import LayerSpec
from tests.corpus.ledgers.files import xml2003

WEB = b'MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary="a"\r\n\r\n--a\r\nContent-Type: text/html\r\n\r\n<table></table>'


def _parcel(path: Path, name: str, side: int = 100) -> None:
    gpd.GeoDataFrame({"parcel_id": [name]}, geometry=[box(520_000, 3_340_000, 520_000 + side, 3_340_100)], crs=4549).to_file(path)


@pytest.mark.parametrize("suffix", ["gpkg", "fgb"])
@pytest.mark.parametrize("name", ["项目!重要", "甲;乙", "甲?乙"])
def test_signs_in_a_name_open_no_other_file(name: str, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without care `甲!乙.gpkg` opens `乙.gpkg` of the folder in which the tool was started."""
    monkeypatch.chdir(tmp_path)
    _parcel(tmp_path / f"right.{suffix}", "right")
    for other in ("重要", "乙", "甲"):
        _parcel(tmp_path / f"{other}.{suffix}", "wrong", 50)
    folder = tmp_path / f"dir {name}"
    folder.mkdir()
    path = folder / f"{name}.{suffix}"
    shutil.copy(tmp_path / f"right.{suffix}", path)
    raw = read_vector(path, role="parcels", shown_path=path.name)
    assert raw.frame["parcel_id"].tolist() == ["right"] and os.listdir(folder) == [path.name]


@pytest.mark.parametrize(("name", "data", "kind"), [("c.xls", WEB, "MHT"), ("d.xlsx", b"%PDF-1.7 x", "PDF")])
def test_what_is_called_a_workbook_is_refused_by_what_it_is(name: str, data: bytes, kind: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    assert is_table(tmp_path / name)
    with pytest.raises(Refused) as refused:
        read_layer(LayerSpec(role="supply", path=tmp_path / name, shown_path=name), [])
    [finding] = refused.value.findings
    assert (finding.code, finding.value_seen) == ("ledger.unknown_kind", kind) and "xlsx" in finding.remedy("en")


def test_a_multipatch_is_refused_by_its_name(tmp_path: Path) -> None:
    _parcel(tmp_path / "a.shp", "A")
    data = bytearray((tmp_path / "a.shp").read_bytes())
    data[32] = 31
    (tmp_path / "a.shp").write_bytes(data)
    with pytest.raises(Refused) as refused:
        read_vector(tmp_path / "a.shp", role="parcels", shown_path="a.shp")
    assert [finding.code for finding in refused.value.findings] == ["container.multipatch"]


SQUARE = '{"type": "Polygon", "coordinates": [[[120.3, 30.2], [120.301, 30.2], [120.301, 30.201], [120.3, 30.2]]]}'
CLEAN = f'{{"type": "Feature", "properties": {{"parcel_id": "A", "land_use": "1001"}}, "geometry": {SQUARE}}}'


@pytest.mark.parametrize(("feature", "field", "seen"), [
    (CLEAN.replace('"1001"', '"1001", "land_use": "0701"'), "land_use", '"1001" / "0701"'), (CLEAN.replace(f'"geometry": {SQUARE}', f'"geometry": null, "geometry": {SQUARE}'), "geometry", None),
    (CLEAN.replace('"1001"', '"1001", "land_use": "1001"'), "", None)])
@pytest.mark.parametrize("lines", [False, True])
def test_an_object_that_says_two_things_under_one_name_is_refused(feature: str, field: str, seen: str | None, lines: bool, tmp_path: Path) -> None:
    path = tmp_path / "parcels.geojson"
    path.write_text(f"{CLEAN}\n{feature}\n" if lines else f'{{"type": "FeatureCollection", "features": [{CLEAN}, {feature}]}}', encoding="utf-8")
    if not field:  # the same value twice
        assert read_vector(path, role="parcels", shown_path=path.name).frame["land_use"].tolist() == ["1001", "1001"]
        return
    with pytest.raises(Refused) as refused:
        read_vector(path, role="parcels", shown_path=path.name)
    [finding] = refused.value.findings
    assert (finding.code, finding.field, finding.row) == ("container.repeated_key", field, 2) and (seen is None or finding.value_seen == seen)


def test_two_lists_of_features_in_one_collection_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "parcels.geojson"
    path.write_text(f'{{"type": "FeatureCollection", "features": [{CLEAN}], "features": [{CLEAN}]}}', encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_vector(path, role="parcels", shown_path=path.name)
    assert [(finding.code, finding.field) for finding in refused.value.findings] == [("container.repeated_key", "features")]


TABLE = "宗地代码,土地用途,出让面积(平方米)\nA,工业用地,100\nB,工业用地,200\n合计,,300\n"


def _supply(path: Path, layer: str = "") -> RawLayer:
    return read_layer(LayerSpec(role="supply", path=path, shown_path=path.name, layer=layer), ["宗地代码", "土地用途", "出让面积"])


def test_a_ledger_in_an_archive_is_read_and_of_several_the_one_that_is_named(tmp_path: Path) -> None:
    path = tmp_path / "台账.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2020/供地.csv", TABLE)
        archive.writestr("2020/~$供地.xlsx", "left behind by an open workbook")
    raw = _supply(path)
    assert raw.frame["宗地代码"].tolist() == ["A", "B"] and [f.value_used for f in raw.findings if f.code == "container.ledger_unpacked"] == ["2020/供地.csv"]
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("2021/其他.csv", TABLE.replace("A", "Z"))
    assert _supply(path, "其他").frame["宗地代码"].tolist() == ["Z", "B"]
    with pytest.raises(Refused) as refused:
        _supply(path)
    assert [(f.code, f.value_seen) for f in refused.value.findings] == [("container.several_layers", "2020/供地.csv、2021/其他.csv")]


@pytest.mark.parametrize("suffix", ["gpkg", "parquet"])
@pytest.mark.parametrize("end", ["open", "not finite"])
def test_a_ring_that_lacks_its_last_point_is_closed_on_record(suffix: str, end: str, tmp_path: Path) -> None:
    """The square of 100 m of the second row is written with four points; with a corner that is no number it has no shape."""
    corners = [(520_000.0, 3_340_000.0), (520_100.0, 3_340_000.0), (520_100.0, 3_340_100.0 if end == "open" else float("nan")), (520_000.0, 3_340_100.0)]
    wkb = struct.pack("<BIII", 1, 3, 1, 4) + b"".join(struct.pack("<dd", *corner) for corner in corners)
    path = tmp_path / f"a.{suffix}"
    frame = gpd.GeoDataFrame({"parcel_id": ["A", "B"]}, geometry=[box(520_200, 3_340_000, 520_300, 3_340_100)] * 2, crs=4549)
    if suffix == "gpkg":
        frame.to_file(path)
        with sqlite3.connect(path) as book:
            for (name,) in book.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                book.execute(f'DROP TRIGGER "{name}"')
            head = book.execute("SELECT geom FROM a").fetchone()[0][:40]  # with the box, 8 + 4 x 8 bytes
            book.execute("UPDATE a SET geom = ? WHERE fid = 2", (head + wkb,))
        book.close()
    else:
        frame.to_parquet(path)
        table = pq.read_table(path)
        shapes = [table["geometry"][0].as_py(), wkb]
        pq.write_table(pa.table({"parcel_id": ["A", "B"], "geometry": shapes}).replace_schema_metadata(table.schema.metadata), path, row_group_size=1)
    raw = read_vector(path, role="parcels", shown_path=path.name)
    assert raw.geometry is not None
    told = [(f.code, f.row) for f in raw.findings if f.code in ("container.unclosed_rings", "container.unreadable_geometry")]
    assert told == [("container.unclosed_rings" if end == "open" else "container.unreadable_geometry", 2)]
    assert [None if shape is None else shape.area for shape in raw.geometry] == [10_000, 10_000 if end == "open" else None]
    place = Place("parcels", path.name)
    assert [(f.code, f.row) for part in slices(path, place, tmp_path) or [] for f in geometries(part, place)[3]] == told


def test_a_table_of_dbase_is_a_ledger_and_no_parcel_layer(tmp_path: Path) -> None:
    rows = gpd.GeoDataFrame({"宗地代码": ["A", "B", "合计"], "土地用途": ["工业用地", "工业用地", None], "税收": [1.5, 2.5, 4.0]}, geometry=[box(0, 0, 1, 1)] * 3, crs=4549)
    rows.to_file(tmp_path / "台账.shp", encoding="gbk")
    (tmp_path / "台账.shp").unlink()
    raw = _supply(tmp_path / "台账.dbf")
    assert raw.frame["宗地代码"].tolist() == ["A", "B"] and raw.source.driver == "DBF" and raw.set_aside.to_dict("records") == [{"row": 3, "reason": "total"}]
    with pytest.raises(Refused) as refused:
        read_layer(LayerSpec(role="parcels", path=tmp_path / "台账.dbf", shown_path="台账.dbf"), [], drawn=True)
    assert [f.code for f in refused.value.findings] == ["container.missing_member"]


@pytest.mark.parametrize("total", [["合计"], ["全区合计"]])
def test_a_total_in_a_table_of_a_geopackage_is_no_firm(total: list[str], tmp_path: Path) -> None:
    frame = pd.DataFrame({"统一社会信用代码": ["E1", "E2", *total], "企业名称": ["甲", "乙", None], "税收(万元)": [10.0, 20.0, 30.0]})
    pyogrio.write_dataframe(frame, tmp_path / "a.gpkg", layer="企业")
    raw = read_layer(LayerSpec(role="enterprises", path=tmp_path / "a.gpkg", shown_path="a.gpkg"), [])
    assert raw.frame["统一社会信用代码"].tolist() == ["E1", "E2"] and raw.row_numbers.tolist() == [1, 2]


def test_inspect_lists_the_ledgers_of_an_archive_and_repeated_codes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("供地.csv", TABLE)
        archive.writestr("供地2.csv", TABLE)
    assert [proposal.layer for proposal in propose(tmp_path / "a.zip")] == ["供地.csv", "供地2.csv"]
    shapes = [box(520_000 + 100 * i, 3_340_000, 520_100 + 100 * i, 3_340_100) for i in range(2)]
    gpd.GeoDataFrame({"宗地代码": ["A", "A"], "land_use": ["1001"] * 2}, geometry=shapes, crs=4549).to_file(tmp_path / "p.gpkg")
    [proposal] = propose(tmp_path / "p.gpkg")
    assert [f.message("zh") for f in proposal.findings if f.code == "key.duplicate"] == ["编号 A 出现 2 次(第 1、2 行)"]


def test_a_code_kept_as_a_number_with_decimals_is_the_code(tmp_path: Path) -> None:
    shapes = [box(520_000 + 100 * i, 3_340_000, 520_100 + 100 * i, 3_340_100) for i in range(2)]
    gpd.GeoDataFrame({"ZDDM": [101.0, 102.0], "MJ": [1.5, 2.0]}, geometry=shapes, crs=4549).to_file(tmp_path / "a.shp")
    frame = read_vector(tmp_path / "a.shp", role="parcels", shown_path="a.shp").frame
    assert frame["ZDDM"].tolist() == ["101", "102"] and [float(cell) for cell in frame["MJ"]] == [1.5, 2.0]


def _stated(path: Path, number: int) -> None:
    """Write another reference system into the head of each geometry, as an edited table of layers leaves it."""
    with sqlite3.connect(path) as base:
        for name, kind in base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{name}"') if kind else None
        [(row, shape)] = base.execute("SELECT fid, geom FROM a").fetchall()
        base.execute("UPDATE a SET geom = ? WHERE fid = ?", (shape[:4] + struct.pack("<i", number) + shape[8:], row))
    base.close()


@pytest.mark.parametrize(("number", "crs"), [(4549, "EPSG:4549"), (0, "EPSG:4549"), (-1, "EPSG:4549"), (4548, "")])
def test_shapes_that_state_another_system_than_the_table_of_layers(number: int, crs: str, tmp_path: Path) -> None:
    _parcel(tmp_path / "a.gpkg", "A")
    _stated(tmp_path / "a.gpkg", number)
    raw = read_vector(tmp_path / "a.gpkg", role="parcels", shown_path="a.gpkg")
    told = [(f.code, f.count, f.value_seen, f.value_used) for f in raw.findings]
    assert raw.source.crs == crs and told == ([] if crs else [("container.srs_conflict", 1, "4548", "EPSG:4549")])


def test_edges_on_the_ellipsoid_and_a_second_column_of_shapes_are_told(tmp_path: Path) -> None:
    layer = gpd.GeoDataFrame({"parcel_id": ["A"]}, geometry=[box(119, 30, 119.001, 30.001)], crs=4490)
    layer["centre"] = layer.geometry.representative_point()
    layer.to_parquet(tmp_path / "plain.parquet")
    table = pq.read_table(tmp_path / "plain.parquet")
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"]["edges"] = "spherical"
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), tmp_path / "curved.parquet")
    for shapes in (True, False):  # the partitioned engine reads the cells alone
        told = {name:
                {(f.code, f.value_seen) for f in read_parquet(tmp_path / f"{name}.parquet", Place("parcels", name), asleep=None if shapes else tmp_path).findings} for name in ("plain", "curved")}
        assert told["plain"] == {("container.other_shapes", "centre")} and told["curved"] == told["plain"] | {("container.curved_edges", "spherical")}


def test_a_slice_whose_pages_are_not_as_they_were_written_is_refused(tmp_path: Path) -> None:
    """One bit of a coordinate: a page that states its checksum tells it, also to the partitioned engine."""
    path = tmp_path / "a.parquet"
    gpd.GeoDataFrame({"parcel_id": ["A"]}, geometry=[box(520_000, 3_340_000, 520_100, 3_340_100)], crs=4549).to_parquet(path, write_page_checksum=True, compression=None, use_dictionary=False)
    place = Place("parcels", "a.parquet")
    [part] = slices(path, place, tmp_path) or []
    assert geometries(part, place)[0][0].area == 10_000
    whole = path.read_bytes()
    codes = set()
    for found in re.finditer(re.escape(struct.pack("<d", 520_100.0)), whole):  # in the page, and in what its head and the footer say of it
        path.write_bytes(whole[: found.start() + 5] + bytes([whole[found.start() + 5] ^ 1]) + whole[found.start() + 6 :])
        try:
            assert geometries(part, place)[0][0].area == 10_000
        except Refused as refused:
            codes |= {finding.code for finding in refused.findings}
    assert codes == {"container.damaged"}


@pytest.mark.parametrize(("name", "head", "kind"), [
    ("projects.csv", "id,value,x,y\n", Kind.UNKNOWN), ("plot.csv", "点号,圈号,X坐标,Y坐标\n", Kind.CORNERS), ("plot.csv", "", Kind.CORNERS), ("plot.txt", "id,value,x,y\n", Kind.CORNERS)])
def test_a_ledger_of_whole_numbers_and_places_is_no_list_of_corners(tmp_path: Path, name: str, head: str, kind: Kind) -> None:
    (tmp_path / name).write_text(head + "1,1,500000,3340000\n2,1,500100,3340100\n3,1,500000,3340200\n", encoding="utf-8")
    assert sniff(tmp_path / name) is kind


def test_a_table_without_columns_is_told_of_what_it_lacks(tmp_path: Path) -> None:
    pyogrio.write_dataframe(gpd.GeoDataFrame({"n": [1]}, geometry=[box(120, 30, 120.1, 30.1)], crs=4490), tmp_path / "bare.shp")
    (tmp_path / "bare.dbf").write_bytes(bytes([3, 122, 1, 1, 1, 0, 0, 0, 33, 0, 1, 0]) + bytes(20) + b"\r \x1a")
    assert [f.code for f in propose(tmp_path / "bare.shp")[0].findings if f.severity == "error"] == []


def test_a_placemark_keeps_its_own_name_beside_data_called_so(tmp_path: Path) -> None:
    ring = "<Polygon><outerBoundaryIs><LinearRing><coordinates>120,30 120.001,30 120.001,30.001 120,30</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    marks = "".join(f'<Placemark><name>{own}</name><ExtendedData><Data name="name"><value>{data}</value></Data></ExtendedData>{ring}</Placemark>' for own, data in (("甲", "K1"), ("乙", "乙")))
    (tmp_path / "a.kml").write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>', encoding="utf-8")
    frame = read_vector(tmp_path / "a.kml", role="parcels", shown_path="a.kml").frame
    assert frame["name"].tolist() == ["K1", "乙"] and frame["placemark_name"].tolist() == ["甲", None]


def test_a_workbook_in_xml_is_a_packed_ledger_and_a_description_is_none(tmp_path: Path) -> None:
    xml2003(tmp_path / "供地.xml", [["地块编号", "合同签订日期", "出让面积(平方米)"], ["P0", "2021-03-01", 8100], ["P1", "2021-04-01", 8100]])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "供地.xml", "供地.xml")
        archive.writestr("说明.xml", "<?xml version='1.0'?><metadata/>")
    raw = read_layer(LayerSpec(role="supply", path=tmp_path / "a.zip", shown_path="a.zip"), [])
    assert raw.frame["地块编号"].tolist() == ["P0", "P1"] and raw.source.driver == "XML 2003"
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("说明.xml", "<?xml version='1.0'?><metadata/>")
    assert packed(tmp_path / "b.zip", Place("", "b.zip")) == []


def test_the_results_of_a_run_below_a_folder_are_not_read_and_told_of(tmp_path: Path) -> None:
    shapes = gpd.GeoDataFrame({"宗地代码": ["A"], "land_use": ["1001"]}, geometry=[box(520_000, 3_340_000, 520_100, 3_340_100)], crs=4549)
    for folder in ("out", "地图"):
        (tmp_path / "资料" / folder).mkdir(parents=True)
        shapes.to_file(tmp_path / "资料" / folder / "layers.gpkg")
    shapes.to_file(tmp_path / "资料" / "地块.gpkg")
    assert [proposal.layer for proposal in propose(tmp_path / "资料")] == ["out/layers", "地图/layers", "地块"]
    for name in ("run.lock.json", "results.json"):
        (tmp_path / "资料" / "out" / name).write_text("{}")
    first, second = propose(tmp_path / "资料")
    assert [first.layer, second.layer] == ["layers", "地块"]
    assert [f.value_seen for f in first.findings if f.code == "container.run_skipped"] == ["out"]
    raw = read_layer(LayerSpec(role="parcels", path=tmp_path / "资料", shown_path="资料", layer="地块"), [])
    assert raw.frame["宗地代码"].tolist() == ["A"] and "container.run_skipped" in [f.code for f in raw.findings]
    assert propose(tmp_path / "资料" / "out")[0].raw is not None


def test_the_sheet_that_is_too_large_is_named(tmp_path: Path) -> None:
    path = tmp_path / "台账.xls"
    xml2003(path, [["宗地代码", "面积"], ["a", 1]], sheet="供地")
    path.write_text(path.read_text("utf-8").replace("<Cell><Data", '<Cell ss:Index="999999"><Data', 1), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_ledger(path, role="supply", shown_path=path.name)
    assert [(f.code, f.layer) for f in refused.value.findings] == [("ledger.too_large", "供地")]


def test_the_results_of_a_run_are_no_layer_of_its_own_folder(tmp_path: Path) -> None:
    """Its layers are; and a results.json that no run wrote is a file like another."""
    gpd.GeoDataFrame({"宗地代码": ["A"]}, geometry=[box(520_000, 3_340_000, 520_100, 3_340_100)], crs=4549).to_file(tmp_path / "layers.gpkg")
    (tmp_path / "results.json").write_text('{"type": "FeatureCollection", "features": []}')
    assert [proposal.layer for proposal in propose(tmp_path)] == ["layers", "results"]
    (tmp_path / "run.lock.json").write_text("{}")
    assert [proposal.raw is not None for proposal in propose(tmp_path)] == [True]
