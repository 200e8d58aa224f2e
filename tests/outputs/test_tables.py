"""The workbook: its sheets, real dates in the calendar, ranks with their steps, and links from a score to the rows behind it."""

from __future__ import annotations

import csv
import json
from typing import Any

import openpyxl
import pytest
from docx import Document

from spatial import pipeline
from spatial.errors import SEVERITIES
from tests.flow.conftest import SHAPES, District
from tests.flow.test_new_land import PROJECTS, SUPPLY
from tests.flow.test_rule_sensitivity import policy


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The workbook of one run, for the tests that only read it."""
    district = District(tmp_path_factory.mktemp("tables"))
    district.ledger("supply", [row | {"约定开工时间": day} for row, day in zip(SUPPLY, ("2020-11-01", "2021-02-01", "2019-06-01", "2015-01-01"), strict=True)])
    district.ledger("projects", PROJECTS)
    policy(district, "new_land_to_carriers_or_projects_share", ">=", 0.8)
    return openpyxl.load_workbook(district.run().folder / "tables.xlsx")


def table(sheet: Any) -> list[dict[str, Any]]:
    rows = list(sheet.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_the_calendar_holds_dates_that_a_spreadsheet_can_sort(book: Any) -> None:
    rows = table(book["预警日历"])
    assert [(row["地块"], str(row["下一节点日期"])[:10], row["目前阶段"]) for row in rows] == [
        ("B", "2021-02-01", "即将到约定开工日"), ("C", "2021-06-02", "满一年未动工"), ("A", "2021-11-02", "已过约定开工日"), ("D", "None", "满两年未动工")]
    assert rows[0]["下一节点日期"].year == 2021


def test_a_score_leads_to_the_rows_behind_it(book: Any) -> None:
    sheet = book["目标评价"]
    link = sheet["C2"].hyperlink
    assert link is not None and "溯源" in link.location
    begin = int(link.location.rsplit("A", 1)[1])
    rows = list(book["溯源"].iter_rows(min_row=begin, max_row=begin, values_only=True))[0]
    assert rows[2] == "分子" and rows[4] == "A" and rows[10] == pytest.approx(40_000)


def test_shares_are_percentages_and_their_differences_percentage_points(book: Any) -> None:
    """75 % of the new land against 80 %: 5 points short."""
    sheet = book["目标评价"]
    heads = [cell.value for cell in sheet[1]]
    value, margin = (sheet.cell(2, heads.index(name) + 1) for name in ("现值", "差额"))
    assert (value.value, value.number_format) == (pytest.approx(0.75), "0.00%")
    assert (margin.value, margin.number_format) == (pytest.approx(-5.0), '0.00"百分点"')


def test_the_way_to_the_target_and_the_other_readings_have_sheets(book: Any) -> None:
    assert [(row["地块"], row["面积(亩)"]) for row in table(book["达标路径"])] == [("B", pytest.approx(22.5))]
    assert {row["另一口径"]: row["值"] for row in table(book["口径敏感"])}["跨界分配：归最大部分"] == pytest.approx(0.7)


def test_every_internal_sheet_is_stamped(book: Any) -> None:
    assert {sheet.oddHeader.right.text for sheet in book.worksheets} == {"内部资料"}


def test_ranks_are_listed_best_first_with_their_steps(district: District) -> None:
    district.parts["study"] = 'snapshots = "快照"\npolicies = ["shandong-new-drivers"]'

    def projects(**done: int) -> None:
        (district.folder / "projects.csv").unlink(missing_ok=True)
        district.parts["layers"] = ""
        district.ledger("projects", [{"project_id": name, "task_force": name, "year_plan(万元)": 100, "year_done(万元)": amount} for name, amount in done.items()])

    projects(甲=50, 乙=80, 丙=60)
    pipeline.snapshot(district.run(out=district.folder / "nov", sets=["study.as_of=2020-11-30"]).folder, district.folder / "快照")
    projects(甲=90, 乙=70, 丙=90)
    rows = table(openpyxl.load_workbook(district.run().folder / "tables.xlsx")["排名"])
    told = [(row["名次"], row["区域"], row["上期名次"], row["升降"]) for row in rows if row["条款"] == "S3-02" and row["排名范围"] == "专班"]
    assert told == [(1, "丙", 2, "↑1"), (1, "甲", 3, "↑2"), (3, "乙", 1, "↓2")]


def test_rules_and_layers_of_the_workbook_are_told_in_words(book: Any) -> None:
    """The key that sets a rule stands behind its words; layers are called as a reader calls them."""
    said = {row["项目"]: row["内容"] for row in table(book["口径说明"])}
    assert said["跨界分配 (allocation)"] == "按面积分割" and said["亩均用地口径 (per_mu_land)"] == "参评企业用地"
    assert "合计：载体内(平方米)" in said and any(name == "输入：供地台账" for name in said)
    assert {row["口径"].split("；")[0] for row in table(book["总表"])} == {"跨界分配：按面积分割"}
    assert {row["图层"] for row in table(book["逐行去向"])} == {"地块", "产业载体", "供地台账", "项目台账"}


def test_findings_stand_gravest_first_for_people_and_as_they_were_made_for_programs(district: District) -> None:
    """Within a severity the order is that of results.json, which findings.csv keeps row for row."""
    words = ["错误", "警告", "已修复", "提示"]
    district.ledger("supply", [{"宗地代码": key, "合同签订日期": day, "土地用途": "1001", "供地面积(亩)": "60"} for key, day in (("A", "2020-03-01"), ("B", "2020年5月"), ("X", "2020-06-01"))])
    district.layer("carriers.gpkg", {"carrier_id": ["甲园", "乙园"]}, [SHAPES["A"], SHAPES["A"]])
    folder = district.run().folder
    made = [(words[SEVERITIES.index(one["severity"])], one["code"]) for one in json.loads((folder / "results.json").read_text(encoding="utf-8"))["findings"]]
    with (folder / "findings.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["code"] for row in csv.DictReader(stream)] == [code for _, code in made]
    ranked = [row for word in words for row in made if row[0] == word]
    assert ranked != made and len({word for word, _ in made}) > 1
    assert [(row["级别"], row["代码"]) for row in table(openpyxl.load_workbook(folder / "tables.xlsx")["数据问题"])] == ranked
    rows = next(table.rows for table in Document(str(folder / "report.docx")).tables if table.rows[0].cells[0].text == "级别")
    assert [row.cells[0].text for row in rows[1:]] == [word for word, _ in ranked if word in ("警告", "已修复")] and {"警告", "已修复"} <= {row.cells[0].text for row in rows}
