"""The demo's files: written as offices write them, and readable as such."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pandas as pd
import pyogrio
from python_calamine import CalamineWorkbook

from spatial.demo import DemoTruth


def _sheet(path: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def test_the_shapefile_is_gbk_without_cpg_and_prj(demo_folder: Path, truth: DemoTruth) -> None:
    assert not list(demo_folder.glob("宗地.cpg")) + list(demo_folder.glob("宗地.prj"))
    header = (demo_folder / "宗地.dbf").read_bytes()[:300]
    assert "宗地代码".encode("gbk") in header
    assert "宗地代码".encode() not in header
    read = pyogrio.read_dataframe(demo_folder / "宗地.shp", encoding="GBK")
    assert list(read.columns) == ["宗地代码", "用途", "规划用途", "面积", "建筑面积", "基底面积", "坐落", "geometry"]
    assert read["宗地代码"].tolist() == truth.parcels["parcel_id"].tolist()
    assert all(len(name.encode("gbk")) <= 10 for name in read.columns[:-1])
    assert read.crs is None


def test_the_study_file_maps_columns_that_exist(demo_folder: Path) -> None:
    study = tomllib.loads((demo_folder / "study.toml").read_text(encoding="utf-8"))
    layers = dict(study["layers"])
    named = {f"{group}.{name}": spec for group in ("zones", "attributes", "imagery") for name, spec in layers.pop(group).items()}
    for role, spec in {**layers, **named}.items():
        path = demo_folder / spec["path"]
        if path.suffix in (".tif", ".vrt"):
            continue  # images have bands, no columns
        if path.suffix == ".xlsx":
            rows = _sheet(path)
            headers = {str(cell) for row in rows[1:3] for cell in row if cell}
        elif path.suffix == ".csv":
            encoding = spec.get("encoding", "utf-8-sig")
            headers = set(path.read_text(encoding=encoding).splitlines()[0].split(","))
        else:
            declared = "GBK" if path.suffix == ".shp" else None  # the shapefile leaves its encoding to be found
            headers = set(pyogrio.read_info(path, encoding=spec.get("encoding", declared))["fields"])
        columns = {column if isinstance(column, str) else column["column"] for column in spec["columns"].values()}
        assert columns <= headers, role


def test_every_file_is_either_named_by_the_study_or_explains_it(demo_folder: Path) -> None:
    text = (demo_folder / "study.toml").read_text(encoding="utf-8")
    others = {path.name for path in demo_folder.iterdir() if path.name not in text}
    assert others == {"study.toml", "说明.txt", "宗地.dbf", "宗地.shx"}
    assert "虚构" in (demo_folder / "说明.txt").read_text(encoding="utf-8")


def test_the_supply_ledger_has_title_merged_header_total_and_note(demo_folder: Path, truth: DemoTruth) -> None:
    rows = _sheet(demo_folder / "供地台账.xlsx")
    assert "虚构" in str(rows[0][0])
    assert rows[1][4] == "出让情况"
    assert rows[2][6] == "出让面积(平方米)"
    assert rows[-2][0] == "合计"
    assert str(rows[-1][0]).startswith("注：")
    body = rows[3:-2]
    assert len(body) == len(truth.supply)
    assert all(isinstance(row[0], str) and len(row[0]) == 19 for row in body)
    assert abs(sum(float(row[6]) for row in body) - float(rows[-2][6])) < 0.01  # type: ignore[arg-type]
    kinds = {type(row[5]) for row in body}
    assert dt.date in kinds or dt.datetime in kinds
    written = [str(row[5]) for row in body if isinstance(row[5], str)]
    assert any("年" in text for text in written)
    assert any(text.count(".") == 2 for text in written)


def test_the_project_ledger_mixes_units_and_holds_several_ids_in_a_cell(demo_folder: Path) -> None:
    rows = _sheet(demo_folder / "项目台账.xlsx")
    headers = [lower or upper for upper, lower in zip(rows[1], rows[2], strict=True)]
    assert {"总投资(亿元)", "年度计划投资(万元)"} <= set(headers)
    body = [dict(zip(headers, row, strict=True)) for row in rows[3:-1]]
    assert any("、" in str(row["宗地代码"]) for row in body)
    assert {row["项目类别"] for row in body} == {"实施类", "准备类"}
    codes = pd.Series([row["项目代码"] for row in body])
    assert codes.duplicated().sum() == 1  # one project stands in two rows that differ only in the parcel


def test_the_enterprise_ledger_is_gb18030_of_two_years(demo_folder: Path, truth: DemoTruth) -> None:
    table = pd.read_csv(demo_folder / "企业亩均台账.csv", encoding="gb18030", dtype=str)
    assert set(table["年度"]) == {"2019", "2022"}
    assert len(table) == len(truth.enterprises)
    assert not table.duplicated(["统一社会信用代码", "年度"]).any()
