"""A cell that a printed table broke in two: its end alone in the next row is refused by name, headings and signatures are set aside as before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from spatial.normalise.layer import normalise_table
from spatial.read.declarations import code_tables, kinds
from spatial.read.ledger import read_ledger
from tests.corpus.ledgers.combined_run import study_of
from tests.corpus.ledgers.files import text, xlsx

HEAD = ["序号", "企业名称", "项目名称", "所属载体", "总投资(万元)"]
ROWS = [[1, "江海机械有限公司", "年产轴承项目", "甲园", 1000], [2, "江山纺织有限公司", "高端化纤项目", "甲园", 2000], [3, "河川化工有限公司", "智能阀门项目", "乙园", 3000]]
HEAD_OF_GROUP = ["", "", "重大项目", "", ""]


def told(rows: list[list[Any]], folder: Path) -> tuple[list[tuple[int | None, str, str]], list[str]]:
    """(row, field and text of the errors; reasons of the rows set aside)."""
    text(folder / "项目.csv", rows)
    raw = read_ledger(folder / "项目.csv", role="projects", shown_path="项目.csv")
    return [(f.row, f.field, f.value_seen) for f in raw.findings if f.code == "ledger.wrapped_word"], raw.set_aside["reason"].tolist()


@pytest.mark.parametrize(("row", "column", "word"), [(2, 2, "轴承项目"), (4, 3, "乙园产业平台"), (4, 1, "有限公司")])
def test_the_end_of_a_cell_in_a_row_of_its_own_is_refused(row: int, column: int, word: str, tmp_path: Path) -> None:
    rows = [HEAD, *[list(line) for line in ROWS]]
    rows.insert(row, ["" if at != column else word for at in range(5)])
    assert told(rows, tmp_path)[0] == [(row + 1, HEAD[column], word)]


@pytest.mark.parametrize("rows", [
    [HEAD, HEAD_OF_GROUP, *ROWS[:2], ["", "", "一般项目", "", ""], ROWS[2]],  # headings in the column of names, one of them above the first record
    [HEAD, *ROWS[:2], ["", "", "乙镇小计", "", ""], ROWS[2], ["", "", "合 计", "", ""]], [HEAD, *ROWS, ["", "", "Total", "", ""]],  # totals whose figures were left out
    [HEAD, *ROWS[:2], ["乙镇", "", "", "", ""], ROWS[2]], [HEAD, *ROWS[:2], ["", "乙镇", "", "", ""], ROWS[2]],  # in the first column, or the first after the running number
    [HEAD, *ROWS, ["", "", "", "某区发展和改革局", ""]], [HEAD, *ROWS, ["", "", "", "", ""], ["", "", "某区重大项目专班", "", ""]],  # signed below
    [[*HEAD, "备注"], [*ROWS[0], "分期"], ["", "", "", "", "", "建设"], *[[*row, ""] for row in ROWS[1:]]]])  # a column that few rows fill
def test_headings_signatures_and_remarks_are_set_aside_as_before(rows: list[list[Any]], tmp_path: Path) -> None:
    errors, reasons = told(rows, tmp_path)
    assert errors == []
    assert set(reasons) - {"header", "blank"} <= {"heading", "note", "total"}
    assert len(reasons) > 1


@pytest.mark.parametrize(("key", "more"), [("", "C28"), ("330109001001GB00002", "C28")])
def test_a_row_of_a_wide_ledger_without_parcel_and_measure_is_refused(key: str, more: str, tmp_path: Path) -> None:
    head = ["宗地代码", "行业代码", "核查日期", "投资强度承诺值", "投资强度实测值"]
    xlsx(tmp_path / "标准地.xlsx", [head, ["330109001001GB00001", "C2821", dt.date(2021, 3, 1), 300, 310], [key, more, None, None, None]])
    raw = read_ledger(tmp_path / "标准地.xlsx", role="standard_land", shown_path="标准地.xlsx")
    study = study_of("standard_land")
    done = normalise_table(raw, study.layers["standard_land"], kinds()["standard_land"], study, {}, code_tables())
    assert [(f.code, f.row) for f in done.findings if f.severity == "error"] == ([] if key else [("row.blank_key", 3)])
    assert done.frame["row"].tolist() == [2]
