"""Codes whose meaning stands in the file beside the layer: in the constraints of a GeoPackage, in the domains and subtypes of a FileGDB."""

from __future__ import annotations

import re
import sqlite3
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest

from spatial import pipeline
from spatial.errors import Finding
from spatial.read.study import load_study
from spatial.read.vector import read_vector
from tests.flow.conftest import SHAPES, District, analysed, district

__all__ = ["district"]

USES = {1: "工业用地", 2: "城镇住宅用地", 3: "3-物流仓储用地"}
TABLES = """
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT);
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT, constraint_type TEXT, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT);
"""


def constrained(path: Path, column: str, codes: dict[Any, str], title: str | None = None) -> None:
    with sqlite3.connect(path) as base:
        base.executescript(TABLES)
        base.execute("INSERT INTO gpkg_data_columns VALUES (?, ?, NULL, ?, NULL, NULL, 'c')", (path.stem, column, title))
        base.executemany("INSERT INTO gpkg_data_column_constraints VALUES ('c', 'enum', ?, NULL, NULL, NULL, NULL, ?)", [(str(code), said) for code, said in codes.items()])
    base.close()


def coded(district: District, column: str, values: list[Any], codes: dict[Any, str], **more: list[Any]) -> None:
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), column: values, **more}, list(SHAPES.values()))
    constrained(district.folder / "parcels.gpkg", column, codes)


def told(findings: list[Finding], code: str) -> list[tuple[str, int]]:
    return [(finding.field, finding.count) for finding in findings if finding.code == code]


ODD = {"1001": "产业甲类", "0701": "住"}  # words that the tool does not know, of codes it knows


@pytest.mark.parametrize(("values", "codes", "read", "count"), [
    ([1, 2, 1, 3], USES, ["1001", "0701", "1001", "1101"], 4),
    (["01", "02", "01", None], {"01": "工业", "02": "住宅用地"}, ["1001", "0701", "1001", None], 3),  # 01 by itself would be farmland
    (["1001", "0701", "1001", "1001"], ODD, ["1001", "0701", "1001", "1001"], 0),
    (["1001", "0701", "1001", "1001"], {"1001": "工业用地", "0701": "城镇住宅用地"}, ["1001", "0701", "1001", "1001"], 4),
])
def test_a_land_use_code_of_a_geopackage_is_read_as_what_it_means(district: District, values: list[Any], codes: dict[Any, str], read: list[str | None], count: int) -> None:
    coded(district, "land_use", values, codes)
    result = analysed(district)
    assert [code if isinstance(code, str) else None for code in result.parcels["land_use"]] == read
    assert told(result.findings, "value.coded") == ([("land_use", count)] if count else [])
    assert told(result.findings, "value.coded_kept") == ([] if count else [("land_use", 4)])


def test_a_filter_may_name_the_code_or_its_meaning(district: District) -> None:
    coded(district, "状态", [1, 2, 1, 1], {1: "有效", 2: "注销"}, land_use=["1001"] * 4)
    for words in ('["有效"]', "[1]"):
        district.parts["parcels"] = f'where = {{ column = "状态", in = {words} }}'
        assert analysed(district).parcels["parcel_id"].tolist() == ["A", "C", "D"]


def test_a_code_of_an_area_is_told_and_the_number_stays(district: District) -> None:
    coded(district, "登记面积(平方米)", [40_000, 20_000, 30_000, 10_000], {"40000": "四万"}, land_use=["1001"] * 4)
    result = analysed(district)
    assert result.parcels["registered_area_m2"].tolist() == [40_000, 20_000, 30_000, 10_000] and told(result.findings, "value.coded_kept") == [("registered_area", 1)]


def test_a_long_table_of_codes_is_read_too(district: District) -> None:
    """Ten thousand and more, as a list of all villages or of all industries has; such tables were left out without a word."""
    coded(district, "land_use", [90_001, 90_002, 90_001, 90_001], {90_001: "工业用地", 90_002: "城镇住宅用地"} | {code: f"第{code}" for code in range(12_000)})
    assert analysed(district).parcels["land_use"].tolist() == ["1001", "0701", "1001", "1001"]


def test_columns_are_found_by_the_titles_of_a_geopackage(district: District) -> None:
    district.layer("parcels.gpkg", {"F1": list(SHAPES), "land_use": ["1001"] * 4}, list(SHAPES.values()))
    constrained(district.folder / "parcels.gpkg", "F1", {}, "宗地代码")
    assert analysed(district).parcels["parcel_id"].tolist() == list(SHAPES)


DOMAIN = """<typens:GPCodedValueDomain2 xmlns:typens="http://www.esri.com/schemas/ArcGIS/10.3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xsi:type="typens:GPCodedValueDomain2"><DomainName>用途代码</DomainName><FieldType>esriFieldTypeDouble</FieldType><CodedValues xsi:type="typens:ArrayOfCodedValue">{values}</CodedValues>
</typens:GPCodedValueDomain2>"""


def geodatabase(folder: Path, kinds: str = "") -> Path:
    """A FileGDB whose column `use` has a domain: its catalogue is written again, byte for byte as long as before."""
    path = folder / "parcels.gdb"
    columns = {"parcel_id": list(SHAPES), "use": [1.0, 2.0, 1.0, 3.0]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for layer, held in (("ZD", columns), ("domain", {"a": [1.0] * 4})):
            frame = gpd.GeoDataFrame(held, geometry=list(SHAPES.values()), crs=4549)
            pyogrio.write_dataframe(frame, path, layer=layer, driver="OpenFileGDB", append=path.exists(), layer_options={"LAYER_ALIAS": "X" * 2000})
    catalogue = path / "a00000004.gdbtable"
    data = catalogue.read_bytes()
    for definition in re.findall(rb"<\?xml[^>]*\?>\s*<typens:DEFeatureClassInfo.*?</typens:DEFeatureClassInfo>", data, re.S):
        if b"<Name>domain</Name>" in definition:
            new = DOMAIN.format(values="".join(f"<CodedValue><Name>{said}</Name><Code>{code}</Code></CodedValue>" for code, said in USES.items())).encode()
        else:
            named = b"" if kinds else "<DomainName>用途代码</DomainName>".encode()
            new = definition.replace(b"<Name>use</Name>", b"<Name>use</Name>" + named + "<AliasName>土地用途</AliasName>".encode())
            new = new.replace(b"X" * 2000, b"").replace(b"<CLSID>", kinds.encode() + b"<CLSID>")
        data = data.replace(definition, new + b" " * (len(definition) - len(new)))
    assert len(data) == catalogue.stat().st_size
    catalogue.write_bytes(data)
    return path


SUBTYPES = "<SubtypeFieldName>use</SubtypeFieldName><Subtypes>" + "".join(
    f"<Subtype><SubtypeName>{said}</SubtypeName><SubtypeCode>{code}</SubtypeCode></Subtype>" for code, said in USES.items()) + "</Subtypes>"


@pytest.mark.parametrize("kinds", ["", SUBTYPES])
def test_domains_subtypes_and_aliases_of_a_filegdb_are_read(district: District, kinds: str) -> None:
    path = geodatabase(district.folder, kinds)
    raw = read_vector(path, role="parcels", shown_path="parcels.gdb", layer="ZD")
    assert raw.meanings == {"use": {str(code): said for code, said in USES.items()}}
    district.parts["parcels"] = 'layer = "ZD"'
    (district.folder / "study.toml").write_text(district.write().read_text(encoding="utf-8").replace("parcels.gpkg", "parcels.gdb"), encoding="utf-8")
    result = pipeline.analyse(load_study(district.folder / "study.toml"), sensitivity=False)
    assert result.parcels["land_use"].tolist() == ["1001", "0701", "1001", "1101"]
