"""A file that is no layer is named for what it is, with what to ask for instead; a layer beside it in content or name is read as before."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from spatial.errors import Refused
from spatial.read.layers import is_table
from spatial.read.vector import Kind, read_vector, sniff
from tests.corpus.desk import Desk
from tests.corpus.ground import in_crs
from tests.corpus.writers import collection

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
FILES: dict[str, tuple[str, bytes, str, str]] = {  # what it is: its name, its beginning, words of the message, words of the remedy
    "login": ("parcels.geojson", b'<!DOCTYPE html>\n<html lang="zh"><head><title>login</title></head><body><form></form></body></html>', "web page", "sign in"),
    "osm": ("parcels.osm", f'{XML}<osm version="0.6"><node id="1" lat="30" lon="120"/></osm>'.encode(), "OpenStreetMap XML", "osmium"),
    "nas": ("alkis.xml", f'{XML}<AX_Bestandsdatenauszug xmlns="http://www.adv-online.de/namespaces/adv/gid/6.0" xmlns:gml="http://www.opengis.net/gml/3.2"/>'.encode(), "NAS", "AX_Flurstueck"),
    "ows": ("parcels.shp", f'{XML}<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1"><ows:Exception/></ows:ExceptionReport>'.encode(), "error message", "download"),
    "metadata": ("parcels.shp.xml", f'{XML}<metadata xml:lang="zh"><Esri/></metadata>'.encode(), "metadata", "describes"),
    "script": ("parcels.js", b'var parcels = {"type":"FeatureCollection","features":[]};', "JavaScript", ".geojson"),
    "lfs": ("parcels.gpkg", b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "Git LFS", "git lfs pull"),
    "rar": ("parcels.rar", b"Rar!\x1a\x07\x01\x00" + bytes(64), "RAR", "unpack"),
    "gzip": ("parcels.geojson.gz", gzip.compress(b"{}"), "compressed", "unpack"),
    "pdf": ("parcels.shp", b"%PDF-1.6\n" + bytes(64), "PDF", "vector layer"),
    "tiff": ("parcels.shp", b"II*\x00" + bytes(64), "TIFF", "layers.imagery"),
    "lyr": ("parcels.lyr", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "layer file", "points to"),
    "gdbtable": ("a00000009.gdbtable", b"\x03\x00\x00\x00" + bytes(64), "FileGDB", ".gdb folder"),
    "e00": ("parcels.e00", b"EXP  0 C:\\GIS\\PARCEL.E00\nARC  2\n", "E00", "export"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_is_and_what_to_ask_for(name: str, tmp_path: Path) -> None:
    file, data, what, remedy = FILES[name]
    path = tmp_path / file
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        read_vector(path, role="parcels", shown_path=file)
    (finding,) = refused.value.findings
    assert finding.code == "container.no_layer_file"
    assert what in finding.message("en")
    assert remedy in finding.remedy("en")
    assert file in finding.message("zh")
    assert finding.remedy("zh")
    assert not is_table(path)


@pytest.mark.parametrize("prefix", ["", "\ufeff", "\n"])
def test_a_layer_is_none_of_them(prefix: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    path = desk.text("parcels.geojson", prefix + collection(in_crs(4490)))
    assert len(read_vector(path, role="parcels", shown_path=path.name).frame) == 5


@pytest.mark.parametrize(("name", "text"), [("供地.csv", "宗地代码,面积(亩)\nA1,3\n"), ("a.txt", "name=value\nA1,3\n"), ("供地.xls", "<html><table><tr><td>宗地代码</td></tr></table></html>")])
def test_tables_stay_tables(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert is_table(path)


def test_index_of_another_program_is_a_part_of_a_shapefile(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sbn"
    path.write_bytes(b"\x00\x00\x27\x0a\xff\xff\xfe\x70" + bytes(100))
    assert sniff(path) is Kind.SHAPEFILE_PART


def test_dump_that_begins_with_a_transaction_is_sql(tmp_path: Path) -> None:
    path = tmp_path / "zd.sql"
    path.write_text('SET CLIENT_ENCODING TO UTF8;\nBEGIN;\nCREATE TABLE "zd" (gid serial, "zddm" varchar(19));\n', encoding="utf-8")
    assert sniff(path) is Kind.SQL
