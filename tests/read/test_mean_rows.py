"""A row of means that does not say so is asked about; a row of data that happens to lie near the mean is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spatial.read.ledger import read_ledger
from tests.corpus.ledgers.files import text

HEAD = ["企业代码", "企业名称", "宗地代码", "税收(万元)", "用地面积(亩)"]
ROWS: list[list[Any]] = [["E1", "甲", "A", 10.5, 60], ["E2", "乙", "B", 20.25, 35], ["E3", "丙", "C", 31, 20]]


@pytest.mark.parametrize(("row", "asked"), [
    (["全镇", "一般水平", "", 20.583, 38.33], True),
    (["全镇", "一般水平", "", 20.58, 38.3], True),
    (["全镇", "一般水平", "", 20.58, 39], False),  # 39 is no rounding of 38.33
    (["E4", "丁", "", 20.6, 5], False),  # one column may be chance
    (["E4", "丁", "D", 20.6, 38.3], False),  # a row with all its words, and few digits
    (["E4", "丁", "D", 20.583333, 38.333333], True),  # no chance any more
])
def test_a_row_of_means(row: list[Any], asked: bool, tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [HEAD, *ROWS, row])
    errors = [(f.code, f.row, f.key) for f in read_ledger(tmp_path / "a.csv", role="enterprises", shown_path="a.csv").findings if f.severity == "error"]
    assert errors == ([("ledger.row_is_mean", 5, row[0])] if asked else [])


def test_equal_rows_are_no_means(tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [HEAD, *[[f"E{i}", "甲", "" if i == 3 else "A", 10, 60] for i in range(5)]])
    assert not [f for f in read_ledger(tmp_path / "a.csv", role="enterprises", shown_path="a.csv").findings if f.severity == "error"]


@pytest.mark.parametrize("label", ["上年同期", "比上年增减", "增长率(%)", "计划数", "全年预计", "差额", "Σ"])
def test_rows_of_other_periods_and_targets_are_no_firms(label: str, tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [HEAD, *ROWS, [label, "—", "", 60, 115]])
    raw = read_ledger(tmp_path / "a.csv", role="enterprises", shown_path="a.csv")
    assert raw.frame["企业代码"].tolist() == ["E1", "E2", "E3"] and raw.set_aside.iloc[-1].to_dict() == {"row": 5, "reason": "total" if label == "Σ" else "statistic"}


def test_a_firm_with_such_a_word_in_its_name_stays(tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [HEAD, *ROWS, ["E4", "同期电子", "", 60, 115], ["E5", "目标", "D", 6, 11]])
    assert read_ledger(tmp_path / "a.csv", role="enterprises", shown_path="a.csv").frame["企业代码"].tolist() == ["E1", "E2", "E3", "E4", "E5"]
