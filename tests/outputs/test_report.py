"""report.docx: what it says, and that it is set as Chinese offices set their documents."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from docx import Document
from docx.oxml.ns import qn

from spatial import pipeline
from spatial.messages import ROLE_WORDS, role_name
from spatial.render.docx_parts import Report, _chinese_number, _set
from spatial.render.docx_widths import holding
from spatial.render.report_targets import LISTED
from spatial.schema.study import NAMED_ROLES, ROLES
from tests.flow.conftest import SHAPES, District
from tests.flow.test_new_land import PROJECTS, SUPPLY
from tests.flow.test_rule_sensitivity import policy

HOSTILE = '=cmd|" /C calc"!A1 <script>&\x0b{{x}}'


def with_idle_land(district: District) -> District:
    district.ledger("supply", [row | {"约定开工时间": day} for row, day in zip(SUPPLY, ("2019-06-01", "2021-02-01", "2015-01-01", "2020-11-01"), strict=True)])
    district.ledger("projects", PROJECTS)
    policy(district, "new_land_to_carriers_or_projects_share", ">=", 0.8)
    return district


@pytest.fixture
def district_with_idle_land(district: District) -> District:
    return with_idle_land(district)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report of one run, for the tests that only read it."""
    district = with_idle_land(District(tmp_path_factory.mktemp("report")))
    return Document(str(district.run().folder / "report.docx"))


def text_of(document: Any) -> str:
    return "\n".join([p.text for p in document.paragraphs] + [cell.text for table in document.tables for row in table.rows for cell in row.cells])


def test_every_section_is_there_in_order_and_numbered(document: Any) -> None:
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert heads == ["一、总体情况", "二、目标完成情况", "三、分载体情况", "四、空间分布", "五、达标路径", "六、闲置及疑似闲置土地清单", "七、今后180天预警",
                     "八、可供招商资源", "九、口径、方法与数据质量"]
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 2"] == ["（一）口径与方法", "（二）资料", "（三）数据质量"]
    captions = [int(found.group(1)) for p in document.paragraphs if p.style.name == "Caption" and (found := re.match(r"表(\d+)", p.text))]
    assert captions == list(range(1, len(captions) + 1)) and len(captions) >= 6


def test_printed_areas_of_carriers_add_up_to_the_printed_total(document: Any) -> None:
    rows = next([[cell.text for cell in row.cells] for row in table.rows] for table in document.tables if table.rows[0].cells[1].text == "载体")
    *parts, total = [(row[1], round(float(row[3].replace(",", "")) * 10)) for row in rows[1:]]
    assert parts[-1][0] == "载体外" and total[0] == "全区" and len(parts) > 1
    assert sum(area for _, area in parts) == total[1]
    assert "最大余数法" in text_of(document)


def test_the_targets_the_gap_and_what_hangs_on_a_reading_are_told(document: Any) -> None:
    said = text_of(document)
    assert "75.0%" in said and "≥ 80.0%" in said and "未达标" in said and "还差 7.5 亩" in said
    assert "换用其他合理口径，全区目标的结论均不改变。" in said


def test_idle_parcels_are_listed_with_the_article_that_applies(document: Any) -> None:
    [table] = [t for t in document.tables if t.rows[0].cells[-1].text.startswith("依据")]
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [(row[1], row[2], row[5], row[7]) for row in rows] == [("C", "载体外", "2015-01-01", "第14条第2项：报批后无偿收回"), ("A", "甲园", "2019-06-01", "第14条第1项：征缴闲置费20%")]


def test_tables_repeat_their_head_and_rows_do_not_break(document: Any) -> None:
    lined = [table for table in document.tables if table.style.name == "Table Grid"]
    assert len(lined) >= 6
    for table in lined:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        width = sum(int(cell._tc.tcPr.find(qn("w:tcW")).get(qn("w:w"))) for cell in table.rows[0].cells)
        assert width <= (21.0 - 4.4) / 2.54 * 1440 + 30, "a table stays inside the margins"


def test_no_page_begins_or_ends_with_a_row_of_a_table_alone() -> None:
    report = Report("试", "zh", "")
    report.table("长表", ["序号"], [[str(n)] for n in range(20)], [3.0])
    kept = [row._tr.find(f".//{qn('w:keepNext')}") is not None for row in report.document.tables[0].rows]
    assert kept == [True] * 3 + [False] * 15 + [True] * 2 + [False], "head and two rows to the third, and the last three together"


def test_parcels_of_a_way_stand_on_lines_of_their_own() -> None:
    zh = "还差 7.5 亩：现有 1.0 亩，需 8.5 亩；改造 2 宗共 50.0 亩即可达标(亩均税收由低到高)：P2(20.0亩)、P1(30.0亩)"
    en = "50 mu short: redevelop 2 parcels, 50.0 mu in all (lowest tax per mu first): P2(20.0 mu), P1(30.0 mu)"
    assert [LISTED.sub("\n", text).split("\n")[1:] for text in (zh, en)] == [["P2(20.0亩)", "P1(30.0亩)"], ["P2(20.0 mu)", "P1(30.0 mu)"]]
    report = Report("试", "zh", "")
    report.table("表", ["补足所需"], [[LISTED.sub("\n", zh)]], [8.0])
    assert report.document.tables[0].rows[1].cells[0].text.split("\n")[1:] == ["P2（20.0亩）", "P1（30.0亩）"]


def test_fields_of_findings_bear_the_heads_of_their_file_and_layers_their_names(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "登记面积(平方米)": [40_000, 20_000, 30_000, 12_000]}, list(SHAPES.values()))
    district.layer("carriers.gpkg", {"carrier_id": ["甲园", "乙园"]}, [SHAPES["A"], SHAPES["A"]])
    document = Document(str(district.run().folder / "report.docx"))
    rows = next([[cell.text for cell in row.cells] for row in table.rows] for table in document.tables if table.rows[0].cells[0].text == "级别")
    assert ("parcels.gpkg", "登记面积（平方米）") in [tuple(row[1:3]) for row in rows]
    assert any(row[3].startswith("产业载体：") for row in rows) and not any("carriers" in row[3] for row in rows)


def test_fonts_are_set_for_both_scripts_and_no_theme_goes_before_them(document: Any) -> None:
    faces = {}
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Caption", "Table Text"):
        fonts = document.styles[name].element.rPr.find(qn("w:rFonts"))
        faces[name] = fonts.get(qn("w:eastAsia"))
        assert fonts.get(qn("w:ascii")) == "Times New Roman" and not [key for key in fonts.attrib if key.endswith("Theme")]
    assert faces == {"Normal": "仿宋", "Title": "方正小标宋简体", "Heading 1": "黑体", "Heading 2": "楷体", "Caption": "黑体", "Table Text": "仿宋"}
    assert document.styles["Normal"].element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


@pytest.mark.parametrize(("given", "wanted"), [
    ("面积(亩)", "面积（亩）"), ("示范区(虚构) 2022", "示范区（虚构） 2022"), ("现有 1,074.1 亩,需 1,074.2 亩", "现有 1,074.1 亩，需 1,074.2 亩"), ("GB00004(41.0亩)", "GB00004（41.0亩）"),
    ("EPSG:4528 (x, y)", "EPSG:4528 (x, y)"), ("共3条;其中", "共3条；其中"), ("达标:是", "达标：是"),
    ("覆盖率(造基地(桥南区块))", "覆盖率（造基地（桥南区块））"), ("占比 81.9 %。", "占比 81.9%。"),
])
def test_punctuation_beside_chinese_is_chinese(given: str, wanted: str) -> None:
    assert _set(given) == wanted


def test_chinese_numerals_run_past_ten() -> None:
    assert [_chinese_number(n) for n in (1, 9, 10, 11, 20, 21)] == ["一", "九", "十", "十一", "二十", "二十一"]


def test_the_stamp_stands_on_internal_pages_only_and_pages_are_numbered(document: Any, district_with_idle_land: District) -> None:
    internal = document.sections[0]
    public = Document(str(district_with_idle_land.run(sets=["study.audience=public"]).folder / "report.docx")).sections[0]
    assert internal.header.paragraphs[0].text == "内部资料" and "内部" not in "".join(p.text for p in public.header.paragraphs)
    assert "PAGE" in internal.footer._element.xml


def test_equal_runs_give_equal_documents_and_names_from_files_stay_text(district_with_idle_land: District) -> None:
    district = district_with_idle_land
    one: Path = district.run(out=district.folder / "one").folder / "report.docx"
    two: Path = district.run(out=district.folder / "two").folder / "report.docx"
    assert one.read_bytes() == two.read_bytes()
    carriers = gpd.read_file(district.folder / "carriers.gpkg")
    carriers["carrier_name"] = HOSTILE.replace("\x0b", "")
    carriers.to_file(district.folder / "carriers.gpkg")
    said = text_of(Document(str(district.run(out=district.folder / "three").folder / "report.docx")))
    assert "<script>&{{x}}" in said


def test_a_study_without_carriers_policies_or_ledgers_has_a_report_too(district: District) -> None:
    run = district.run()
    said = text_of(Document(str(run.folder / "report.docx")))
    assert "本研究未指定政策文件。" in said and "未发现闲置或疑似闲置土地。" in said and "无到期事项。" in said
    (district.folder / "carriers.gpkg").unlink()
    path = district.write()
    path.write_text(path.read_text(encoding="utf-8").replace('[layers.carriers]\npath = "carriers.gpkg"', ""), encoding="utf-8")
    without = pipeline.run(path, out=district.folder / "bare")
    assert "本研究没有产业载体图层。" in text_of(Document(str(without.folder / "report.docx")))


def test_the_english_report_has_no_chinese_of_its_own(district_with_idle_land: District) -> None:
    run = district_with_idle_land.run(language="en", sets=['study.name="Four parcels"'])
    said = text_of(Document(str(run.folder / "report.docx")))
    left = set(re.findall("[\u4e00-\u9fff]+", said)) - {"甲园", "万元"}
    assert "1. Overview" in said and left == set(), left


def test_the_map_is_a_picture_with_a_native_legend(document: Any) -> None:
    pictures = [part for part in document.part.package.iter_parts() if str(part.partname).startswith("/word/media/")]
    assert pictures and any("■ " in cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_layers_are_named_in_the_language_of_the_report(document: Any) -> None:
    rows = next([[cell.text for cell in row.cells] for row in table.rows] for table in document.tables if table.rows[0].cells[0].text == "图层")
    assert [row[0] for row in rows[1:]] == ["地块", "产业载体", "供地台账", "项目台账"]
    assert set(ROLE_WORDS) == {*ROLES, *NAMED_ROLES} and role_name("zones.townships", 0) == "分区 townships" and role_name("parcels", 1) == "parcels"


def test_columns_of_an_english_table_hold_their_words_and_the_table_keeps_its_width() -> None:
    """9 letters of 0.64 em at 9 points (0.3175 cm) with 0.3 cm of margins are 2.13 cm; a parcel code of 17 digits and 2 capitals takes 4.21 cm."""
    widths = holding(["Trend", "Parcel", "What"], [["unchanged", "330199006005GB00080", "one two"]], [1.4, 3.4, 8.0])
    assert sum(widths) == pytest.approx(12.8) and widths[0] == pytest.approx(9 * 0.64 * 9 * 2.54 / 72 + 0.3, abs=1e-6)
    assert widths[1] == pytest.approx((17 * 0.64 + 2 * 0.72) * 9 * 2.54 / 72 + 0.3) and widths[2] == pytest.approx(12.8 - widths[0] - widths[1])
    assert holding(["a", "b"], [["一二三四五六七八", "x"]], [3.0, 3.0]) == [3.0, 3.0], "Chinese goes on in the next line anywhere"
    crowded = holding(["w" * 30, "w" * 10], [], [2.0, 2.0])
    assert sum(crowded) == pytest.approx(4.0) and crowded[0] > crowded[1]
