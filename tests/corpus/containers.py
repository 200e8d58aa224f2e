"""Cases of the container gate: what a file is, whether it is whole, and which layer is meant."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import struct
import zipfile
from pathlib import Path

import pyogrio
import shapely
from pyproj import CRS

from tests.corpus.cases import case
from tests.corpus.desk import Desk
from tests.corpus.ground import KEYS, METRIC, in_crs
from tests.corpus.writers import collection, dbf, members, shapefile, zipped


@case()
def geopackage(desk: Desk) -> None:
    desk.write("parcels.gpkg")


@case()
def geopackage_in_degrees(desk: Desk) -> None:
    desk.write("parcels.gpkg", epsg=4490)


@case()
def geopackage_under_another_name(desk: Desk) -> None:
    desk.named(desk.write("parcels.gpkg").rename(desk.folder / "地块.shp"))


@case(refused="container.several_layers")
def geopackage_of_two_layers(desk: Desk) -> None:
    desk.write("parcels.gpkg", layer="dk")
    desk.write("parcels.gpkg", layer="old", append=True)


@case()
def geopackage_of_two_layers_with_one_named(desk: Desk) -> None:
    geopackage_of_two_layers(desk)
    desk.layer = 'layer = "dk"'


@case(refused="container.no_such_layer")
def geopackage_layer_that_is_not_there(desk: Desk) -> None:
    geopackage_of_two_layers(desk)
    desk.layer = 'layer = "DK2"'


@case()
def geopackage_with_a_journal_of_its_own(desk: Desk) -> None:
    path = desk.write("parcels.gpkg")
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def _counted(desk: Desk, features: int) -> None:
    with contextlib.closing(sqlite3.connect(desk.write("parcels.gpkg"))) as connection, connection:
        connection.execute("UPDATE gpkg_ogr_contents SET feature_count = ?", (features,))


@case(codes="container.stale_count")
def geopackage_whose_count_was_not_kept(desk: Desk) -> None:
    """Rows put in by a program that does not keep the number beside them: none is missing."""
    _counted(desk, 2)


@case(refused="container.row_count")
def geopackage_that_lost_rows(desk: Desk) -> None:
    _counted(desk, 9)


@case(refused="container.cut")
def geopackage_cut(desk: Desk) -> None:
    path = desk.write("parcels.gpkg")
    path.write_bytes(path.read_bytes()[:60_000])


@case(refused="container.refused_kind")
def sqlite_without_layers(desk: Desk) -> None:
    with contextlib.closing(sqlite3.connect(desk.folder / "parcels.gpkg")) as connection, connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()


@case(refused="container.images_only")
def geopackage_of_images_alone(desk: Desk) -> None:
    path = desk.write("parcels.gpkg")
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE gpkg_geometry_columns")
        connection.execute("UPDATE gpkg_contents SET data_type = 'tiles'")


@case(absent="container.srs_conflict")
def geopackage_with_a_number_of_its_own_for_its_system(desk: Desk) -> None:
    """The system of EPSG:4528 under number 100001 of the file, as some exports write it; the shapes state 4528."""
    path = desk.write("parcels.gpkg", epsg=4528)
    words = CRS.from_epsg(4528).to_wkt("WKT1_GDAL").replace('AUTHORITY["EPSG","4528"]', 'AUTHORITY["NONE","1"]')
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, definition) "
                           "VALUES ('CGCS2000 GK 40', 100001, 'NONE', 100001, ?)", (words,))
        for table in ("gpkg_contents", "gpkg_geometry_columns"):
            connection.execute(f"UPDATE {table} SET srs_id = 100001")


@case(refused="schema.shapes_in_words")
def table_with_shapes_as_wkt(desk: Desk) -> None:
    """What a query prints of a layer; the study reads layers, and a table does not state its system."""
    desk.text("parcels.csv", "宗地代码,geom\r\n" + "".join(f'{key},"{shape.wkt}"\r\n' for key, shape in zip(KEYS, in_crs(4549), strict=True)))


@case(refused="schema.shapes_in_words")
def table_with_shapes_as_ewkb(desk: Desk) -> None:
    lines = (f"{key},{shapely.to_wkb(shapely.set_srid(shape, 4549), hex=True, include_srid=True)}\r\n" for key, shape in zip(KEYS, in_crs(4549), strict=True))
    desk.text("parcels.csv", "宗地代码,geom\r\n" + "".join(lines))


@case(refused="container.refused_kind")
def mapinfo_table(desk: Desk) -> None:
    desk.text("parcels.tab", '!table\n!version 300\n!charset WindowsSimpChinese\n\nDefinition Table\n  Type NATIVE Charset "WindowsSimpChinese"\n  Fields 1\n    ID Integer ;\n')


@case(refused="container.refused_kind")
def mapinfo_exchange(desk: Desk) -> None:
    desk.text("parcels.mif", 'Version 300\nCharset "WindowsSimpChinese"\nDelimiter ","\nColumns 1\n  ID Integer\nData\n')


@case(refused="container.refused_kind")
def mapgis(desk: Desk) -> None:
    desk.bytes("parcels.wp", b"WMAP`D22" + bytes(500))


@case(refused="container.refused_kind")
def personal_geodatabase(desk: Desk) -> None:
    desk.bytes("parcels.mdb", b"\x00\x01\x00\x00Standard Jet DB\x00" + bytes(5000))


@case(refused="container.refused_kind")
def dump_of_a_database(desk: Desk) -> None:
    desk.text("parcels.sql", "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\nCOPY public.dk (gid, geom) FROM stdin;\n1\t0103\n\\.\n")


@case()
def shapefile_in_utf8(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", encoding="utf-8", cpg="UTF-8")


@case()
def shapefile_named_by_its_table(desk: Desk) -> None:
    desk.named(shapefile(desk, "parcels.shp", encoding="utf-8", cpg="UTF-8").with_suffix(".dbf"))


@case()
def shapefile_zipped(desk: Desk) -> None:
    files = members(shapefile(desk, "in/parcels.shp", encoding="utf-8", cpg="UTF-8"))
    zipped(desk, "parcels.zip", {f"parcels{suffix}": file for suffix, file in files.items()})


@case()
def shapefile_zipped_in_mixed_case_and_a_folder(desk: Desk) -> None:
    files = members(shapefile(desk, "in/parcels.shp", encoding="utf-8", cpg="UTF-8"))
    names = {".shp": "数据/2022/Parcels.SHP", ".dbf": "数据/2022/PARCELS.dbf", ".shx": "数据/2022/parcels.Shx", ".prj": "数据/2022/Parcels.PRJ", ".cpg": "数据/2022/Parcels.CPG"}
    zipped(desk, "parcels.zip", {names[suffix]: file for suffix, file in files.items()})


@case(codes="container.encoding_decided")
def shapefile_zipped_by_chinese_windows(desk: Desk) -> None:
    files = members(shapefile(desk, "in/parcels.shp"))
    zipped(desk, "parcels.zip", {f"宗地/宗地图{suffix}": file for suffix, file in files.items()}, raw_gbk_names=True)


@case(refused="container.several_layers")
def zip_of_two_shapefiles(desk: Desk) -> None:
    files = members(shapefile(desk, "in/parcels.shp", encoding="utf-8", cpg="UTF-8"))
    zipped(desk, "parcels.zip", {f"{stem}{suffix}": file for suffix, file in files.items() for stem in ("宗地2021", "宗地2022")})


@case()
def zip_of_two_shapefiles_with_one_named(desk: Desk) -> None:
    zip_of_two_shapefiles(desk)
    desk.layer = 'layer = "宗地2022"'


@case(refused="container.several_layers")
def zip_with_the_same_name_in_two_folders(desk: Desk) -> None:
    files = members(shapefile(desk, "in/parcels.shp", encoding="utf-8", cpg="UTF-8"))
    zipped(desk, "parcels.zip", {f"{folder}/宗地{suffix}": file for suffix, file in files.items() for folder in ("2021", "2022")})


@case()
def zip_with_the_same_name_in_two_folders_and_one_named(desk: Desk) -> None:
    zip_with_the_same_name_in_two_folders(desk)
    desk.layer = 'layer = "2022/宗地"'


@case()
def zip_of_a_shapefile_and_its_readme(desk: Desk) -> None:
    files = members(shapefile(desk, "in/parcels.shp", encoding="utf-8", cpg="UTF-8"))
    readme = desk.folder / "说明.txt"
    readme.write_text("宗地数据说明\n数据来源：区自然资源局\n坐标系：CGCS2000\n", encoding="utf-8")
    zipped(desk, "parcels.zip", {f"parcels{suffix}": file for suffix, file in files.items()} | {"说明.txt": readme, "__MACOSX/._parcels.shp": readme})


@case()
def folder_with_one_shapefile(desk: Desk) -> None:
    shapefile(desk, "宗地/parcels.shp", encoding="utf-8", cpg="UTF-8")
    desk.path = "宗地"


@case(refused="container.damaged")
def zip_cut(desk: Desk) -> None:
    shapefile_zipped(desk)
    path = desk.folder / "parcels.zip"
    path.write_bytes(path.read_bytes()[:-200])


@case(refused="container.missing_member")
def zip_without_the_shp(desk: Desk) -> None:
    files = members(shapefile(desk, "in/parcels.shp"))
    zipped(desk, "parcels.zip", {f"parcels{suffix}": file for suffix, file in files.items() if suffix != ".shp"})


@case(refused="container.refused_kind")
def zip_of_a_mapinfo_table(desk: Desk) -> None:
    """Refused by what is in it; it was called a shapefile without its .shp."""
    desk.text("in/parcels.TAB", "!table\n!version 300\n!charset WindowsSimpChinese\n")
    zipped(desk, "parcels.zip", {"parcels.TAB": desk.folder / "in/parcels.TAB"})


@case(refused="container.no_layer_inside")
def zip_of_a_readme(desk: Desk) -> None:
    desk.text("in/readme.txt", "成果说明")
    zipped(desk, "parcels.zip", {"说明.txt": desk.folder / "in/readme.txt"})


@case(refused="container.no_layer_inside")
def zip_of_a_lone_prj(desk: Desk) -> None:
    """Was called a shapefile without its .shp."""
    desk.text("in/a.prj", CRS.from_epsg(METRIC).to_wkt("WKT1_ESRI"))
    desk.text("in/readme.txt", "成果说明")
    zipped(desk, "parcels.zip", {"坐标.prj": desk.folder / "in/a.prj", "说明.txt": desk.folder / "in/readme.txt"})


@case(refused="container.escaping_member")
def zip_that_climbs_out(desk: Desk) -> None:
    files = members(shapefile(desk, "in/parcels.shp"))
    zipped(desk, "parcels.zip", {f"../parcels{suffix}": file for suffix, file in files.items()})


@case(refused="container.bomb")
def zip_bomb(desk: Desk) -> None:
    path = desk.folder / "parcels.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("parcels.geojson", "w", force_zip64=True) as sink:
        for _ in range(80):
            sink.write(b" " * 1_000_000)
    desk.named(path)


@case(codes="container.rebuilt_index")
def shapefile_without_index(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", encoding="utf-8", cpg="UTF-8").with_suffix(".shx").unlink()


@case(codes="container.rebuilt_index")
def shapefile_with_a_cut_index(desk: Desk) -> None:
    path = shapefile(desk, "parcels.shp", encoding="utf-8", cpg="UTF-8").with_suffix(".shx")
    path.write_bytes(path.read_bytes()[:-9])


@case(refused="container.missing_member")
def shapefile_without_table(desk: Desk) -> None:
    shapefile(desk, "parcels.shp").with_suffix(".dbf").unlink()


@case(refused="container.missing_member")
def table_without_shapes(desk: Desk) -> None:
    path = shapefile(desk, "parcels.shp")
    path.unlink()
    desk.named(path.with_suffix(".dbf"))


@case(refused="container.cut")
def shapes_cut_at_half(desk: Desk) -> None:
    path = shapefile(desk, "parcels.shp")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@case(refused="container.cut")
def shapes_cut_at_the_end(desk: Desk) -> None:
    path = shapefile(desk, "parcels.shp")
    path.write_bytes(path.read_bytes()[:-3])


@case(refused="container.cut")
def table_cut(desk: Desk) -> None:
    path = shapefile(desk, "parcels.shp").with_suffix(".dbf")
    path.write_bytes(path.read_bytes()[:-80])


@case()
def another_table_of_the_same_name_in_capitals(desk: Desk) -> None:
    """parcels.shp belongs to parcels.dbf, not to PARCELS.DBF beside it."""
    shapefile(desk, "parcels.shp", cpg="GBK")
    (desk.folder / "PARCELS.DBF").write_bytes(dbf({"宗地代码": ["X1", "X2", "X3", "X4", "X5"], "土地用途": ["商业用地"] * 5}))


@case(refused="container.record_mismatch")
def table_of_another_layer(desk: Desk) -> None:
    path = shapefile(desk, "parcels.shp")
    other = shapefile(desk, "other.shp", {"宗地代码": ["A", "B"]}, in_crs(METRIC)[:2])
    shutil.copyfile(other.with_suffix(".dbf"), path.with_suffix(".dbf"))
    desk.named(path)


@case(codes="container.deleted_records")
def table_with_deleted_records(desk: Desk) -> None:
    from tests.corpus.ground import COLUMNS

    doubled = {name: [*values, values[0]] for name, values in COLUMNS.items()}
    shapefile(desk, "parcels.shp", doubled, [*in_crs(METRIC), in_crs(METRIC)[0]], encoding="utf-8", cpg="UTF-8", deleted=(5,))


@case(refused="container.empty")
def nothing_in_the_file(desk: Desk) -> None:
    desk.bytes("parcels.gpkg", b"")


@case(refused="container.unknown_kind")
def not_a_layer_at_all(desk: Desk) -> None:
    desk.bytes("parcels.gpkg", bytes(range(256)) * 40)


@case(refused="container.no_layer_file")
def rar_archive(desk: Desk) -> None:
    desk.bytes("parcels.rar", b"Rar!\x1a\x07\x01\x00" + bytes(range(256)) * 8)


@case()
def file_geodatabase_folder(desk: Desk) -> None:
    desk.write("parcels.gdb", driver="OpenFileGDB", layer="宗地")


@case()
def file_geodatabase_zipped(desk: Desk) -> None:
    path = desk.write("in/parcels.gdb", driver="OpenFileGDB", layer="ZD")
    zipped(desk, "parcels.zip", {f"成果/宗地.gdb/{p.name}": p for p in path.iterdir()})


@case(refused="container.several_layers")
def file_geodatabase_of_two_layers(desk: Desk) -> None:
    desk.write("parcels.gdb", driver="OpenFileGDB", layer="ZD")
    desk.write("parcels.gdb", driver="OpenFileGDB", layer="DLTB", append=True)


@case()
def file_geodatabase_zipped_with_one_layer_named(desk: Desk) -> None:
    file_geodatabase_of_two_layers(desk)
    zipped(desk, "parcels.zip", {f"宗地.gdb/{p.name}": p for p in (desk.folder / "parcels.gdb").iterdir()})
    desk.layer = 'layer = "ZD"'


@case(refused="container.damaged")
def file_geodatabase_without_its_catalogue(desk: Desk) -> None:
    path = desk.write("parcels.gdb", driver="OpenFileGDB", layer="ZD")
    (path / "a00000001.gdbtable").unlink()


@case()
def flatgeobuf(desk: Desk) -> None:
    desk.write("parcels.fgb", driver="FlatGeobuf")


@case(refused="container.row_count")
def flatgeobuf_cut(desk: Desk) -> None:
    path = desk.write("parcels.fgb", driver="FlatGeobuf")
    path.write_bytes(path.read_bytes()[:-50])


def _streamed(desk: Desk) -> Path:
    """Written as a stream: the number of its features, 8 bytes in the header, was not known when that was written."""
    path = desk.write("parcels.fgb", driver="FlatGeobuf", SPATIAL_INDEX="NO")
    data = path.read_bytes()
    at = data.index(struct.pack("<Q", len(KEYS)), 64)  # behind the table of the places of its fields
    path.write_bytes(data[:at] + bytes(8) + data[at + 8 :])
    return path


@case()
def flatgeobuf_of_a_stream(desk: Desk) -> None:
    _streamed(desk)


@case(refused="container.row_count")
def flatgeobuf_of_a_stream_cut(desk: Desk) -> None:
    path = _streamed(desk)
    path.write_bytes(path.read_bytes()[:-50])


@case()
def parquet(desk: Desk) -> None:
    desk.frame().to_parquet(desk.named(desk.folder / "parcels.parquet"))


@case()
def parquet_of_native_coordinates(desk: Desk) -> None:
    desk.frame().to_parquet(desk.named(desk.folder / "parcels.parquet"), geometry_encoding="geoarrow")


def _in_parts(desk: Desk, names: tuple[str, str], epsg: tuple[int, int] = (METRIC, METRIC)) -> None:
    for i, (name, code) in enumerate(zip(names, epsg, strict=True)):
        path = desk.folder / "parcels" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        desk.frame().iloc[i::2].to_crs(code).to_parquet(path)
    desk.path = "parcels"


@case(codes="container.parts")
def parquet_in_parts(desk: Desk) -> None:
    _in_parts(desk, ("part.0.parquet", "part.1.parquet"))


@case(codes="container.parts")
def parquet_in_folders_of_a_column(desk: Desk) -> None:
    _in_parts(desk, ("街道=新塘/data_0.parquet", "街道=%E8%A1%99%E5%89%8D/data_0.parquet"))
    desk.layer = 'where = { column = "街道", in = ["新塘", "衙前"] }'


@case(refused="container.several_layers")
def parquet_of_two_years_in_a_folder(desk: Desk) -> None:
    _in_parts(desk, ("2021.parquet", "2022.parquet"))


@case(refused="container.several_layers")
def parquet_in_parts_of_two_systems(desk: Desk) -> None:
    _in_parts(desk, ("part.0.parquet", "part.1.parquet"), (METRIC, 4490))


@case(refused="container.damaged")
def parquet_cut(desk: Desk) -> None:
    parquet(desk)
    path = desk.folder / "parcels.parquet"
    path.write_bytes(path.read_bytes()[:-20])


@case()
def parquet_with_two_geometry_columns(desk: Desk) -> None:
    frame = desk.frame()
    frame["middle"] = frame.geometry.centroid
    frame.to_parquet(desk.named(desk.folder / "parcels.parquet"))


@case(refused=("schema.no_geometry", "unit.missing"))
def parquet_without_geometry(desk: Desk) -> None:
    desk.frame().drop(columns="geometry").to_parquet(desk.named(desk.folder / "parcels.parquet"))


@case(refused="schema.points_in_columns")
def table_of_corner_points(desk: Desk) -> None:
    lines = [f"{key},J{i},{north:.3f},{east:.3f}\r\n" for key, shape in zip(KEYS, in_crs(4528), strict=True) for i, (east, north) in enumerate(shape.exterior.coords[:-1], start=1)]
    desk.text("parcels.csv", "宗地代码,点号,X坐标,Y坐标\r\n" + "".join(lines), "gbk")


@case(refused=("schema.no_geometry", "unit.missing"))
def table_instead_of_a_layer(desk: Desk) -> None:
    desk.text("parcels.csv", desk.frame().drop(columns="geometry").to_csv(index=False))


@case(refused="container.refused_kind")
def virtual_file_named_geojson(desk: Desk) -> None:
    other = desk.write("secret.gpkg")
    desk.text("parcels.geojson", f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{other}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>')


@case(refused="container.refused_kind")
def virtual_file_named_shp(desk: Desk) -> None:
    virtual_file_named_geojson(desk)
    desk.named((desk.folder / "parcels.geojson").rename(desk.folder / "parcels.shp"))


@case(refused="container.refused_kind")
def virtual_file_named_gpkg_after_a_comment(desk: Desk) -> None:
    virtual_file_named_geojson(desk)
    text = (desk.folder / "parcels.geojson").read_text(encoding="utf-8")
    desk.text("parcels.gpkg", '<?xml version="1.0"?>\n<!-- <kml> -->\n' + text)


@case(refused="container.refused_kind")
def virtual_file_zipped(desk: Desk) -> None:
    virtual_file_named_geojson(desk)
    zipped(desk, "parcels.zip", {"parcels.geojson": desk.folder / "parcels.geojson"})


@case(refused="container.refused_kind")
def service_description(desk: Desk) -> None:
    desk.text("parcels.gpkg", "<OGRWFSDataSource><URL>http://canary.example/wfs</URL></OGRWFSDataSource>")


@case(refused="container.refused_kind")
def gml(desk: Desk) -> None:
    pyogrio.write_dataframe(desk.frame(), desk.named(desk.folder / "parcels.gml"), driver="GML")
    (desk.folder / "parcels.xsd").unlink(missing_ok=True)


@case(refused="container.link_inside")
def geopackage_that_reads_another_file(desk: Desk) -> None:
    path = desk.write("parcels.gpkg")
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE VIEW v AS SELECT readfile('/etc/passwd') AS a")
    connection.close()


@case(refused="container.refused_kind")
def esri_json(desk: Desk) -> None:
    rings = [[list(p) for p in shape.exterior.coords] for shape in in_crs(METRIC)]
    body = {"geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": METRIC}, "features": [{"attributes": {"a": 1}, "geometry": {"rings": [r]}} for r in rings]}
    desk.text("parcels.json", json.dumps(body))


@case(refused=("study.network_path",))
def path_on_the_network(desk: Desk) -> None:
    desk.path = "https://canary.example/parcels.geojson"


@case(refused=("study.network_path",))
def path_in_a_virtual_file_system(desk: Desk) -> None:
    desk.text("parcels.geojson", collection(in_crs(4326)))
    desk.path = "/vsizip/parcels.zip/parcels.geojson"


@case(refused=("study.missing_file",))
def path_to_nothing(desk: Desk) -> None:
    desk.path = "没有.shp"
