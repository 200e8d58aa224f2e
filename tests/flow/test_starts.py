"""Projects that have started, by their day or by the word of the ledger: counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from spatial.schema.result import Result
from tests.flow.conftest import District, analysed

WORD = {"项目代码": "", "宗地代码": "A", "是否开工": ""}


def counted(result: Result, *names: str) -> list[tuple[Any, ...]]:
    rows = result.values.set_index(["indicator", "zone"])
    return [tuple(rows.loc[(name, "study_area"), ["status", "numerator", "denominator", "coverage"]].astype(object).where(lambda cell: cell.notna(), None)) for name in names]


def told(result: Result) -> dict[str, Any]:
    return {finding.code: finding for finding in result.findings if finding.code.startswith("project.")}


def test_a_ledger_that_says_yes_and_no_alone_has_a_start_rate_and_no_starts_of_the_year(district: District) -> None:
    """Of five: three yes, one no, one blank beside a no: unknown, and left out."""
    district.ledger("projects", [{**WORD, "项目代码": f"P{n}", "是否开工": word} for n, word in enumerate(("是", "已开工", "是", "否", ""))])
    result = analysed(district)
    assert counted(result, "project_start_rate", "started_project_count", "started_project_count_year") == [
        ("ok", 3.0, 4.0, pytest.approx(0.8)), ("ok", 3.0, None, pytest.approx(0.8)), ("no_data", None, None, 0.0)]
    receipt = told(result)["project.started_by_word"]
    assert (receipt.severity, receipt.count, receipt.row, receipt.key) == ("repaired", 4, 2, "P0")
    assert {name: receipt.params[name] for name in ("yes", "no", "unknown")} == {"yes": 3, "no": 1, "unknown": 1}


def test_a_day_goes_before_the_word_and_a_contradiction_is_told(district: District) -> None:
    """P0 started in 2020, and in the word; P1 has a day to come: not started; P2 no day, yes: started, in what year nobody knows; P3 says no and has a day: it has started."""
    days = (("2020-05-01", "是"), ("2021-03-01", "是"), ("", "是"), ("2020-06-01", "否"), ("", "否"))
    district.ledger("projects", [{**WORD, "项目代码": f"P{n}", "开工日期": day, "是否开工": word, "计划开工日期": "2020-01-01"} for n, (day, word) in enumerate(days)])
    result = analysed(district)
    assert counted(result, "project_start_rate", "started_project_count_year", "late_start_project_count") == [
        ("ok", 3.0, 5.0, 1.0), ("ok", 2.0, None, pytest.approx(0.8)), ("ok", 2.0, None, 1.0)]
    assert {code: (finding.count, finding.key) for code, finding in told(result).items()} == {"project.started_by_word": (2, "P2"), "project.started_contradicts": (1, "P3")}


def test_a_ledger_without_either_says_which_columns_would_settle_it(district: District) -> None:
    district.ledger("projects", [{"项目代码": "P0", "宗地代码": "A"}, {"项目代码": "P1", "宗地代码": "B"}])
    result = analysed(district)
    assert counted(result, "project_start_rate")[0][0] == "no_data"
    hint = told(result)["project.no_starts"]
    assert hint.count == 2 and "start_date" in hint.remedy("zh") and "started" in hint.remedy("en")


def test_words_that_are_no_yes_or_no_refuse_nobody(district: District) -> None:
    district.ledger("projects", [{**WORD, "项目代码": f"P{n}", "是否开工": word} for n, word in enumerate(("是", "否", "前期"))])
    result = analysed(district)
    assert counted(result, "project_start_rate") == [("ok", 1.0, 2.0, pytest.approx(2 / 3))]
    assert (told(result)["project.started_unread"].row, told(result)["project.started_unread"].value_seen) == (4, "前期")


def test_a_project_without_a_category_is_left_out_of_figures_of_implementation_projects_and_shown(district: District) -> None:
    """Of four that started one is to be implemented, one prepared, one blank and one of a word nobody knows; one to be implemented has not: 1 of 2, with half of the meant known."""
    district.ledger("projects", [{"项目代码": f"P{i}", "宗地代码": "A", "备案日期": "2020-01-01", "项目类别": kind, "开工日期": day}
                                 for i, (kind, day) in enumerate([("实施类", "2020-05-01"), ("准备类", "2020-05-01"), ("", "2020-05-01"), ("续建", "2020-05-01"), ("实施类", "")])])
    result = analysed(district)
    assert counted(result, "project_start_rate") == [("ok", 1.0, 2.0, 0.5)]
    receipt = told(result)["project.category_unknown"]
    assert (receipt.severity, receipt.count, receipt.row, receipt.key) == ("warning", 2, 4, "P2")
