"""What `spatial init` and `spatial inspect` tell of a folder before anything is run."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import rasterio
from affine import Affine
from shapely import box

from spatial import cli
from spatial.pipeline import analyse, check, init, inspect
from spatial.read.first_study import taken
from spatial.read.study import load_study
from tests.corpus.ledgers.files import xml2003


def _parcels(folder: Path, count: int = 3) -> None:
    shapes = [box(480_000 + 100 * i, 3_330_000, 480_090 + 100 * i, 3_330_090) for i in range(count)]
    gpd.GeoDataFrame({"地块编号": [f"P{i}" for i in range(count)], "用地面积（亩）": [12.15] * count}, geometry=shapes, crs=4549).to_file(folder / "地块.gpkg", layer="dk")


def _book(path: Path, *rows: list[object]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_codes_that_lost_digits_are_told_before_a_run(tmp_path: Path) -> None:
    """Each column once, with the first cell and the number of the others; and none of them is called blank."""
    _book(tmp_path / "供地.xlsx", ["宗地代码", "合同签订日期", "出让面积(平方米)"], *([3201140010009999872 + 4096 * i, "2021-03-01", 10000] for i in range(22)))
    findings = inspect([tmp_path / "供地.xlsx"])[0].findings
    assert [(f.code, f.row, f.count) for f in findings] == [("row.bad_cell", 2, 1), ("row.more_bad", None, 21)]
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert "# 疑问：第 2 行 parcel_id 的值“3.20114001001e+18”读不出来：超过 15 位" in text
    assert "# 疑问：另有 21 个坏单元格" in text


def test_a_cell_that_cannot_be_read_is_not_also_called_blank(tmp_path: Path) -> None:
    _parcels(tmp_path)
    _book(tmp_path / "供地.xlsx", ["宗地代码", "合同签订日期", "出让面积(平方米)"], [3201140010009999872, "2021-03-01", 10000], [None, "2021-03-01", 10000])
    study = tmp_path / "study.toml"
    study.write_text('[study]\nas_of = 2022-12-31\nperiod = [2020-01-01, 2022-12-31]\n[layers.parcels]\npath = "地块.gpkg"\n[layers.supply]\npath = "供地.xlsx"\n', encoding="utf-8")
    assert [(f.code, f.row) for f in check(study) if f.role == "supply" and f.severity == "error"] == [("row.bad_cell", 2), ("row.blank_key", 3)]


def test_figures_that_fit_no_field_are_asked_about(tmp_path: Path) -> None:
    """A column with a unit or a figure's name is a question; words and remarks are only listed."""
    _parcels(tmp_path)
    _book(tmp_path / "台账.xlsx", ["地块编号", "入库税收（万元）", "从业人数（人）", "留抵退税（万元）", "绿化占地", "备注"], ["P0", 120, 30, 5, 1, "x"], ["P1", 80, 20, 2, 1, "y"])
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert 'tax = "入库税收(万元)"' in text
    assert 'employees = "从业人数(人)"' in text
    assert 'registered_area = "用地面积(亩)"' in text
    assert "# 疑问：这些列像是数据，却对不上已知字段，运行时不用：留抵退税(万元)。" in text
    assert "# 未用的列：绿化占地、备注" in text
    assert '# per_mu_land = "parcels"   # 疑问' in text  # the tax is told by parcel, and there is no ledger of enterprises


def test_a_study_file_that_is_not_there_is_named_as_it_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (told,) = check(Path("某区") / "study.toml")
    assert told.code == "study.not_there"
    assert "某区/study.toml" in told.message()
    assert "当前文件夹" in told.remedy()


def _lots(path: Path, count: int = 12, **columns: list[object]) -> None:
    shapes = [box(480_000 + 100 * i, 3_330_000, 480_090 + 100 * i, 3_330_090) for i in range(count)]
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4549).to_file(path)


def test_polygons_with_a_land_use_are_the_parcels_whatever_their_codes_are_called(tmp_path: Path) -> None:
    """A land use and a limit of the floor-area ratio are two fields of supply; but a study without parcels is none, and the codes are asked for."""
    names = [f"C{i}" for i in range(12)]
    _lots(tmp_path / "地块2023.gpkg", 地块标识=names, 土地用途=["工业用地"] * 12, 证载亩数=[12.15] * 12, 总建面=[6000.0] * 12, 容积率上限=[2.0] * 12)
    _lots(tmp_path / "园区.gpkg", 2, 园区名称=["甲", "乙"])
    _book(tmp_path / "供地.xlsx", ["宗地编码", "签约时间", "出让面积(亩)"], *([name, "2021-03-01", 12.15] for name in names))
    assert inspect([tmp_path / "地块2023.gpkg"])[0].kind == "parcels"
    _book(tmp_path / "企业.xlsx", [*FIRMS[0], "地块标识", "年度"], *([*row, "C1", 2022] for row in FIRMS[1:]))
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    layers = tomllib.loads(text)["layers"]
    assert {role: layer["path"] for role, layer in layers.items()} == {"parcels": "地块2023.gpkg", "carriers": "园区.gpkg", "supply": "供地.xlsx", "enterprises": "企业.xlsx"}
    assert '# parcel_id = "地块标识"   # 疑问：与地块图层的列同名' in text.split("[layers.enterprises]")[1]
    assert layers["parcels"]["columns"] == {"land_use": "土地用途"}
    assert '# parcel_id = "地块标识"' in text
    assert "每行都有值且不重复的列：地块标识。" in text


def test_a_layer_with_known_codes_is_the_parcels_and_land_use_polygons_are_not(tmp_path: Path) -> None:
    _parcels(tmp_path)
    _lots(tmp_path / "规划.gpkg", 40, 规划用途=["工业用地"] * 40)
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert tomllib.loads(text)["layers"]["parcels"]["path"] == "地块.gpkg"
    assert "规划.gpkg : 看不出是什么" in text


def test_polygons_that_carry_the_supply_ledger_are_parcels_and_supply(tmp_path: Path) -> None:
    _lots(tmp_path / "供地.gpkg", 宗地代码=[f"C{i}" for i in range(12)], 土地用途=["工业用地"] * 12, 合同签订日期=["2021-03-01"] * 12, 约定开工时间=["2022-03-01"] * 12,
          供地方式=["挂牌"] * 12, 容积率上限=[2.0] * 12)
    layers = tomllib.loads(init(tmp_path)[0].read_text(encoding="utf-8"))["layers"]
    assert layers["parcels"]["columns"] == {"parcel_id": "宗地代码", "land_use": "土地用途"}
    assert layers["supply"]["path"] == "供地.gpkg"
    assert layers["supply"]["columns"]["agreed_start_date"] == "约定开工时间"


def test_init_offers_only_fields_that_the_layer_has(tmp_path: Path) -> None:
    """A limit of the floor-area ratio is a field of supply: it is told so, and the parcels' own free fields are named for the others."""
    _lots(tmp_path / "地块.gpkg", 宗地代码=[f"C{i}" for i in range(12)], 总建面=[6000.0] * 12, 容积率上限=[2.0] * 12)
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    figures = next(line for line in text.splitlines() if "总建面" in line)
    assert "容积率上限" not in figures
    assert figures.endswith("此类图层还可写的字段：registered_area、floor_area、footprint_area、yard_area")
    assert "# 疑问：这些列是别类图层的字段，parcels 没有：容积率上限 (supply.far_max)" in text


def test_a_field_of_another_kind_of_layer_is_told_as_such(tmp_path: Path) -> None:
    _parcels(tmp_path)
    study = tmp_path / "study.toml"
    study.write_text('[study]\nas_of = 2022-12-31\n[layers.parcels]\npath = "地块.gpkg"\n[layers.parcels.columns]\nfar_max = "x"\nyard_aera = "y"\n', encoding="utf-8")
    told = {finding.field: finding for finding in check(study)}
    assert "有的是：supply" in told["layers.parcels.columns.far_max"].line("zh")
    assert "yard_area" not in told["layers.parcels.columns.far_max"].line("zh").split("；可用")[0]
    assert "是否应为 layers.parcels.columns.yard_area？" in told["layers.parcels.columns.yard_aera"].line("zh")


def test_a_column_whose_unit_is_asked_for_is_not_also_called_unknown(tmp_path: Path) -> None:
    _lots(tmp_path / "地块.gpkg", 宗地代码=[f"C{i}" for i in range(12)], 宗地面积=[8100.0] * 12)
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert '# registered_area = { column = "宗地面积", unit = "..." }' in text
    assert "对不上已知字段" not in text
    assert "未用的列" not in text


def _supply(path: Path, names: list[str], *rows: list[object]) -> None:
    """A ledger of supply whose days stand below one merged header."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["宗地编码", "签约时间", "开竣工情况", *[None] * (len(names) - 1)])
    sheet.append([None, None, *names])
    sheet.merge_cells(start_row=1, end_row=1, start_column=3, end_column=2 + len(names))
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:B2")
    for row in rows:
        sheet.append(row)
    book.save(path)


def test_days_below_a_merged_header_are_read_whether_their_names_end_in_day_or_not(tmp_path: Path) -> None:
    day = date(2021, 3, 1)
    _supply(tmp_path / "供地.xlsx", ["约定开工", "约定竣工", "实际开工", "实际竣工"], ["C0", day, day, date(2023, 3, 1), day, None], ["C1", day, "2021年4月", day, None, "2023.5.6"])
    played = {name: column.header for name, column in inspect([tmp_path / "供地.xlsx"])[0].mapped.items()}
    assert played == {"parcel_id": "宗地编码", "contract_date": "签约时间", "agreed_start_date": "开竣工情况/约定开工", "agreed_completion_date": "开竣工情况/约定竣工",
                      "actual_start_date": "开竣工情况/实际开工", "completion_date": "开竣工情况/实际竣工"}


def test_a_column_named_like_a_day_that_holds_none_is_not_read_as_one(tmp_path: Path) -> None:
    """实际开工 with yes and no says whether, not when; a number that could be a serial day may be an area."""
    _supply(tmp_path / "供地.xlsx", ["实际开工", "约定开工"], ["C0", "2021-03-01", "是", 43000], ["C1", "2021-03-01", "否", 52000.5])
    assert list(inspect([tmp_path / "供地.xlsx"])[0].mapped) == ["parcel_id", "contract_date"]


def test_days_that_play_no_field_are_asked_about_and_warned_of(tmp_path: Path) -> None:
    _parcels(tmp_path)
    _supply(tmp_path / "供地.xlsx", ["破土", "投产"], ["P0", "2021-03-01", "2022-03-01", None], ["P1", "2021-03-01", "2022/4/1", "2023-03-01"])
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert "# 疑问：2 列多为日期，却不对应任何字段，没有采用：开竣工情况/破土、开竣工情况/投产；尚缺的日期字段：agreed_start_date、actual_start_date、completion_date" in text
    path = tmp_path / "study.toml"
    path.write_text('[study]\nas_of = 2022-12-31\n[layers.parcels]\npath = "地块.gpkg"\n[layers.supply]\npath = "供地.xlsx"\n', encoding="utf-8")
    assert [(f.severity, f.role, f.count) for f in check(path) if f.code == "schema.unread_days"] == [("warning", "supply", 2)]


def test_a_ledger_with_all_its_days_says_nothing_of_a_further_one(tmp_path: Path) -> None:
    day = date(2021, 3, 1)
    _supply(tmp_path / "供地.xlsx", ["约定开工", "实际开工", "实际竣工", "录入"], *(["C0", day, day, day, day, day] for _ in range(3)))
    assert "schema.unread_days" not in [f.code for f in inspect([tmp_path / "供地.xlsx"])[0].findings]


FIRMS = (["企业名称", "统一社会信用代码", "实缴税金(万元)", "用地面积(亩)"], ["甲厂", "91330521MA28000008", 100, 10], ["乙厂", "91330521MA28000016", 50, 20])


def _firms_study(folder: Path, more: str) -> Path:
    path = folder / "s.toml"
    path.write_text(f'[study]\nas_of = 2022-12-31\n[layers.parcels]\npath = "地块.gpkg"\n[layers.enterprises]\npath = "企业.xlsx"\n{more}\n', encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "title", "year", "place"), [
    ("企业.xlsx", "某区2022年规上企业亩均台账", "2022", "表题"), ("企业2021.xlsx", "某区规上企业亩均台账(填报日期：2022年3月)", "2021", "文件名"), ("企业.xlsx", "2020年-2022年台账", "", "")])
def test_a_ledger_of_firms_without_a_column_of_years_is_proposed_and_its_year_asked_for(tmp_path: Path, name: str, title: str, year: str, place: str) -> None:
    """The year of a title is proposed where it tells one, never that of the day of filling in; a run takes none by itself."""
    _parcels(tmp_path)
    _book(tmp_path / name, [title], *FIRMS)
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    layer = tomllib.loads(text)["layers"]["enterprises"]
    assert layer["columns"]["tax"] == "实缴税金(万元)"
    assert "year" not in layer
    told = next(line for line in text.splitlines() if line.startswith("# year = "))
    assert (f"没有年度列，{place}中有 {year} 年" in told) if year else ("没有年度列；写明全表所属的年度" in told)


def test_the_year_of_a_whole_ledger_is_stated_once(tmp_path: Path) -> None:
    """Two firms, 150 of tax on 30 mu: five for each mu in 2022; the refusal without the year names the key that states it."""
    _parcels(tmp_path)
    _book(tmp_path / "企业.xlsx", ["某区2022年规上企业亩均台账"], *FIRMS)
    (missing,) = [f for f in check(_firms_study(tmp_path, "")) if f.severity == "error"]
    assert (missing.code, missing.field) == ("schema.missing_field", "year")
    assert "[layers.enterprises] year = 2022" in missing.remedy("zh")
    result = analyse(load_study(_firms_study(tmp_path, "year = 2022")), sensitivity=False)
    values = result.values.set_index(["indicator", "zone"])
    assert values.loc[("tax_per_mu", "study_area"), "value"] == pytest.approx(5)
    assert [(f.value_used, f.count) for f in result.findings if f.code == "schema.year_stated"] == [("2022", 2)]


def test_a_year_is_stated_or_a_column_not_both_and_only_where_rows_have_years(tmp_path: Path) -> None:
    _parcels(tmp_path)
    _book(tmp_path / "企业.xlsx", [*FIRMS[0], "年度"], *([*row, 2021] for row in FIRMS[1:]))
    assert [(f.code, f.value_seen) for f in check(_firms_study(tmp_path, "year = 2022")) if f.severity == "error"] == [("schema.year_twice", "年度")]
    path = tmp_path / "p.toml"
    path.write_text('[study]\nas_of = 2022-12-31\n[layers.parcels]\npath = "地块.gpkg"\nyear = 2022\n', encoding="utf-8")
    assert [(f.code, f.field) for f in check(path) if f.severity == "error"] == [("study.unknown_key", "layers.parcels.year")]


def test_units_in_the_bracket_of_a_title_are_those_of_its_columns(tmp_path: Path) -> None:
    """15 mu are 10,000 m²; a word for one column alone (税收) says nothing of the others."""
    _parcels(tmp_path)
    _book(tmp_path / "供地.xlsx", ["某县2022年土地供应一览表（面积：亩；金额：万元）"], ["宗地编码", "签约时间", "出让面积", "成交价款"], ["P0", "2022-03-01", 15, 300], ["P1", "2022-03-02", 30, 500])
    _book(tmp_path / "other.xlsx", ["一览表（用地面积：亩；税收：万元）"], ["宗地编码", "签约时间", "出让面积", "成交价款"], ["P0", "2022-03-01", 15, 300], ["P1", "2022-03-02", 30, 500])
    one, other = (inspect([tmp_path / name])[0] for name in ("供地.xlsx", "other.xlsx"))
    assert {name: one.mapped[name].unit for name in ("area", "price")} == {"area": "mu", "price": "wanyuan"}
    assert [f.code for f in one.findings] == []
    assert sorted(f.field for f in other.findings if f.code == "unit.missing") == ["area", "price"]


def test_an_office_ledger_of_supply_is_known_by_its_short_headers(tmp_path: Path) -> None:
    """地块编码 names parcels, 用地(亩) is the area supplied, and the header of two lines is said as offices say it."""
    _lots(tmp_path / "地块.gpkg", 地块编码=[f"P{i}" for i in range(12)], 土地用途=["工业用地"] * 12)
    _book(tmp_path / "产业项目.xlsx", ["序号", "项目名称", "地块编码", "用地(亩)", "合同签订日期", "约定开工日期"], *([i, f"项目{i}", f"P{i}", 12.15, "2021-03-01", "2022-03-01"] for i in range(3)))
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    supply = text.split("[layers.supply]")[1]
    assert 'parcel_id = "地块编码"' in supply and 'area = "用地(亩)"' in supply and 'parcel_id = "地块编码"' in text.split("[layers.supply]")[0]


def test_a_table_that_fits_two_kinds_as_well_is_the_one_its_name_tells(tmp_path: Path) -> None:
    """Five columns of this table are fields of supply and five are fields of projects."""
    table = ["项目代码", "项目名称", "宗地代码", "用地面积(亩)", "实际开工时间", "竣工时间"], ["X1", "甲", "P1", 12, "2021-03-01", "2022-03-01"]
    for name, kind in (("项目台账.xlsx", "projects"), ("供地台账.xlsx", "supply")):
        _book(tmp_path / name, *table)
        assert [one.kind for one in inspect([tmp_path / name])] == [kind]


def test_a_file_that_fits_no_kind_is_told_what_it_is_most_like_and_what_it_lacks(tmp_path: Path) -> None:
    _parcels(tmp_path)
    _book(tmp_path / "进度.xlsx", ["项目名称", "总投资(万元)", "开工日期"], ["甲", 100, "2021-03-01"])
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert "看不出是什么；最像项目台账 (projects)：认出 项目名称、开工日期、总投资(万元)；缺 项目代码 (project_id)。" in text
    [proposal] = inspect([tmp_path / "进度.xlsx"])
    assert "lacks Project id (project_id)" in proposal.nearest_told("en") and not proposal.kind


@pytest.mark.parametrize("head", ["社会信用代码", "企业统一社会信用代码", "统一信用代码"])
def test_firms_are_told_by_any_usual_name_of_their_code(tmp_path: Path, head: str) -> None:
    """With parcels and an area alone such a table was taken for a supply ledger; its platform is its carrier."""
    _book(tmp_path / "企业.xlsx", [head, "企业名称", "地块编号", "所属平台", "年度", "用地面积(亩)", "税收(万元)"], ["91330521MA28000008", "甲厂", "P0", "东园", 2022, 10, 100])
    proposal = inspect([tmp_path / "企业.xlsx"])[0]
    assert proposal.kind == "enterprises"
    assert {name: proposal.mapped[name].header for name in ("enterprise_id", "carrier_id", "land_registered")} == {"enterprise_id": head, "carrier_id": "所属平台", "land_registered": "用地面积(亩)"}


def test_a_wide_table_of_standard_land_is_told_as_one(tmp_path: Path) -> None:
    """Promised and measured side by side below the measure; a table of projects with one of them is not."""
    _book(tmp_path / "履约.xlsx", ["地块编号", "项目名称", "投资强度（万元/亩）", None, "容积率", None], [None, None, "承诺值", "实际值", "承诺值", "实际值"],
          ["P0", "甲", 300, 320, 1.5, 1.6], ["P1", "乙", 300, None, 1.5, None])
    _parcels(tmp_path)
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert "履约.xlsx : 看不出是什么；像标准地台账 (standard_land) 的宽表，每项指标各占几列：投资强度(万元/亩)、容积率。是的话请加 [layers.standard_land] 写明 path" in text
    _book(tmp_path / "别的.xlsx", ["地块编号", "项目名称", "投资强度（万元/亩）"], ["P0", "甲", 300])
    assert "宽表" not in inspect([tmp_path / "别的.xlsx"])[0].nearest_told("zh")


def test_a_workbook_saved_as_xml_is_a_ledger_and_the_record_of_a_layer_is_none(tmp_path: Path) -> None:
    """XML Spreadsheet 2003 under .xml is proposed; a .shp.xml beside it, which tells about a layer, is passed over."""
    _parcels(tmp_path)
    xml2003(tmp_path / "供地.xml", [["地块编号", "合同签订日期", "出让面积(平方米)"], ["P0", date(2021, 3, 1), 8100], ["P1", date(2021, 4, 1), 8100]])
    (tmp_path / "地块.shp.xml").write_text('<?xml version="1.0"?><metadata><idinfo/></metadata>', encoding="utf-8")
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert "[layers.supply]" in text and '"供地.xml"' in text and ".shp.xml" not in text


def test_what_is_not_looked_into_is_named(tmp_path: Path) -> None:
    """A subfolder of ledgers and a drawing are no part of the study, and its file says so; what the system leaves in a folder is not told."""
    _parcels(tmp_path)
    (tmp_path / "台账" / "2021").mkdir(parents=True)
    _book(tmp_path / "台账" / "2021" / "供地.xlsx", ["宗地代码", "合同签订日期"], ["P0", "2021-03-01"])
    (tmp_path / "空").mkdir()
    for name in ("总图.dwg", "Thumbs.db", "~$供地.xlsx", "地块.gpkg-wal", "通知.pdf"):
        (tmp_path / name).write_bytes(b"x")
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert '#   台账/ : 子文件夹没有看；其中有 1 个可读的文件(供地.xlsx)' in text
    assert "#   总图.dwg、通知.pdf : 格式不读；CAD 图请另存为 DXF\n" in text
    assert not any(word in text for word in ("Thumbs", "~$", "空/", "wal"))


def test_of_several_that_play_one_part_the_latest_original_is_taken_and_the_others_are_asked_about(tmp_path: Path) -> None:
    for name in ("地块2021", "地块2023", "地块2023 - 副本", "备份地块2024"):
        shapes = [box(480_000 + 100 * i, 3_330_000, 480_090 + 100 * i, 3_330_090) for i in range(3)]
        gpd.GeoDataFrame({"地块编号": ["P0", "P1", "P2"]}, geometry=shapes, crs=4549).to_file(tmp_path / f"{name}.gpkg", layer="dk")
    book = openpyxl.Workbook()
    for year in (2021, 2022, 2023):
        sheet = book.create_sheet(f"{year}年")
        sheet.append(["统一社会信用代码", "企业名称", "税收(万元)"])
        sheet.append(["91330000MA00000001", "甲", year])
    book.save(tmp_path / "企业.xlsx")
    path, proposals = init(tmp_path)
    text = path.read_text(encoding="utf-8")
    layers = tomllib.loads(text)["layers"]
    assert layers["parcels"]["path"] == "地块2023.gpkg" and layers["enterprises"]["layer"] == "2023年"
    assert "# 疑问：同类的还有 地块2021.gpkg、地块2023 - 副本.gpkg、备份地块2024.gpkg，只能采用一个；要用另一个请改 path\n" in text
    assert "# 疑问：同类的还有 企业.xlsx 2021年、企业.xlsx 2022年，只能采用一个；要用另一个请改 path；分在几张表的(例如各年一张)请先合成一张" in text
    assert [p.path.name for p in taken(proposals)] == ["地块2023.gpkg", "企业.xlsx"]


def test_only_what_the_study_reads_is_counted_as_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty sheet beside the ledger, a note and a copy of the parcels without a reference system stop no run."""
    _parcels(tmp_path)
    gpd.GeoDataFrame({"ZDDM": ["P0"]}, geometry=[box(480_000, 3_330_000, 480_090, 3_330_090)], crs=4549).to_file(tmp_path / "地块副本.shp", encoding="utf-8")
    (tmp_path / "地块副本.prj").unlink()
    book = openpyxl.Workbook()
    book.active.append(["宗地代码", "合同签订日期"])
    book.active.append(["P0", "2021-03-01"])
    book.create_sheet("Sheet2")
    book.save(tmp_path / "供地.xlsx")
    (tmp_path / "说明.txt").write_text("说明：数据由各科室提供，仅供内部使用\n联系人：张三\n", encoding="gb18030")
    assert cli.main(["init", str(tmp_path)]) == 0
    told = capsys.readouterr().err
    assert "拒绝" not in told and "读不了" not in told and "Sheet2" not in told and "说明.txt" not in told and "副本" not in told
    text = (tmp_path / "study.toml").read_text(encoding="utf-8")
    assert "#   说明.txt : 看不出是什么" in text and "Sheet2: 供地.xlsx" in text


def test_a_raster_is_a_block_to_uncomment(tmp_path: Path) -> None:
    _parcels(tmp_path)
    with rasterio.open(tmp_path / "ndvi 2022.tif", "w", driver="GTiff", width=4, height=4, count=1, dtype="float32", crs="EPSG:4549", transform=Affine(100, 0, 480_000, 0, -100, 3_330_100)) as out:
        out.write(np.full((1, 4, 4), 0.5, "float32"))
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    block = "\n".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith(("# [layers.imagery", "# path", "# date")))
    assert tomllib.loads(block)["layers"]["imagery"] == {"ndvi_2022": {"path": "ndvi 2022.tif", "date": date(2022, 1, 1)}}


def test_the_columns_of_a_wide_ledger_that_a_run_unfolds_are_not_called_unused(tmp_path: Path) -> None:
    _parcels(tmp_path)
    _book(tmp_path / "标准地.xlsx", ["地块编号", "亩均税收（万元/亩）", None, "容积率", None, "验收阶段", "验收日期"], [None, "承诺值", "实测值", "承诺值", "实测值", None, None],
          ["P0", 20, 21, "≥1.0", 1.2, "竣工验收", "2023-01-11"], ["P1", 20, 19, "≥1.0", 1.3, "竣工验收", "2023-02-11"])
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert "# 宽表，每项指标各占几列，运行时自动展开：亩均税收(万元/亩)、容积率" in text
    assert "承诺值" not in text


def test_a_datum_is_asked_for_where_a_file_states_no_reference_system_and_nowhere_else(tmp_path: Path) -> None:
    shapes = [box(480_000 + 100 * i, 3_330_000, 480_090 + 100 * i, 3_330_090) for i in range(3)]
    gpd.GeoDataFrame({"地块编号": ["P0", "P1", "P2"]}, geometry=shapes, crs="EPSG:2385").to_file(tmp_path / "地块.gpkg", layer="dk")
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert "疑问：图层采用 Xian 1980" in text and "datum = " not in text
