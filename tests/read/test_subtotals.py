"""A sub-total that its rows do not give: an error where the table says which rows they are, and else a warning that says why it is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spatial.read.ledger import read_ledger
from tests.corpus.ledgers.files import text

HEAD = ["宗地代码", "所在镇", "用途", "面积(平方米)"]
A, B, C, D = (["A", "甲镇", "工业", 10], ["B", "甲镇", "工业", 20], ["C", "乙镇", "商业", 40], ["D", "乙镇", "商业", 80])


def sub(word: str, value: float) -> list[Any]:
    return [word, "", "", value]


def told(rows: list[list[Any]], path: Path) -> list[tuple[Any, ...]]:
    text(path / "a.csv", [HEAD, *rows])
    findings = [f for f in read_ledger(path / "a.csv", role="supply", shown_path="a.csv").findings if f.code == "ledger.total_differs"]
    return [(f.row, f.key, f.value_seen, f.value_used, f.params["rows"]) for f in findings]


@pytest.mark.parametrize(("rows", "expected"), [
    ([A, B, sub("小计", 31), C, D, sub("小计", 120)], (4, "小计", "31", "30", "2、3")),  # under its rows
    ([A, B, sub("小计", 30), C, D, sub("小计", 121), sub("合计", 150)], (7, "小计", "121", "120", "5、6")),
    ([sub("小计", 31), A, B, sub("小计", 120), C, D], (2, "小计", "31", "30", "3、4")),  # above them
    ([A, B, C, D, sub("小计", 149)], (6, "小计", "149", "150", "2、3、4、5")),
    ([A, C, B, D, sub("甲镇小计", 31), sub("乙镇小计", 120)], (6, "甲镇小计", "31", "30", "2、4")),  # by its name, wherever the rows stand
    ([A, B, sub("甲镇 小计(2宗)", 31), C, D, sub("乙镇小计：", 120)], (4, "甲镇小计(2宗)", "31", "30", "2、3")),
])
def test_one_reading_alone(rows: list[list[Any]], expected: tuple[Any, ...], tmp_path: Path) -> None:
    assert told(rows, tmp_path) == [expected]


@pytest.mark.parametrize(("rows", "doubt"), [
    ([A, B, sub("小计", 31), C, D], "之上还是之下"),  # rows before it and behind it
    ([A, sub("小计", 10), B, sub("小计", 21), sub("甲镇合计", 30), C, D, sub("乙镇合计", 120)], "不止一级"),
    ([A, B, sub("累计", 31), C, D, sub("累计", 150)], "逐行累计"),
    ([A, C, sub("甲镇小计", 11), B, D, sub("乙镇小计", 120)], "名称所指"),  # beside it 10 + 40, of its name 10 + 20
    ([A, sub("小计", 10), B, sub("小计", 20), C, sub("小计", 60.0), D, sub("小计", 80)], "另有一段"),  # 20 + 40: B belongs to two of them
    ([A, B, sub("小计", 31), C, D, sub("小计", 120), sub("小计", 150)], "紧邻处没有"),
])
def test_more_than_one_reading(rows: list[list[Any]], doubt: str, tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [HEAD, *rows])
    findings = [f for f in read_ledger(tmp_path / "a.csv", role="supply", shown_path="a.csv").findings if f.code == "ledger.total_differs"]
    assert len(findings) == 1 and findings[0].severity == "warning" and findings[0].params["rows"] == "" and doubt in findings[0].params["why_zh"]
