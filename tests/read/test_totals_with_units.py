"""Totals of columns in which cells have units of their own: 1.2亿元 among 万元 is 12,000."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spatial.read.ledger import read_ledger
from tests.corpus.ledgers.files import text


def codes(head: str, cells: list[Any], total: Any, path: Path) -> list[tuple[str, str, str]]:
    text(path / "a.csv", [["企业名称", head], *([f"企业{i}", cell] for i, cell in enumerate(cells)), ["合计", total]])
    findings = read_ledger(path / "a.csv", role="enterprises", shown_path="a.csv").findings
    return [(f.code.removeprefix("ledger.total_"), f.value_seen, f.value_used) for f in findings if f.code.startswith("ledger.total_")]


@pytest.mark.parametrize(("head", "cells", "total", "expected"), [
    ("税收(万元)", ["1,200", 200, 300, "1.2亿元"], "13,700", [("agrees", "", "")]),
    ("税收(万元)", [1200, 200, 300, "1.2亿元"], "1.37亿元", [("agrees", "", "")]),
    ("税收(万元)", [1200, 200, 300, "1.2亿元"], 1701.2, [("differs", "1701.2", "13700")]),
    ("用地面积(亩)", [15, 7.5, "10亩", 20], 52.5, [("agrees", "", "")]),
    ("用地面积(亩)", [15, "1公顷", 20], 50, [("agrees", "", "")]),
    ("金额", ["10万元", "20万元"], "30万元", [("agrees", "", "")]),  # one unit throughout: nothing to bring to another
    ("金额", [10, 20, "1亿元"], 31, [("other_unit", "1亿元", "")]),  # in which unit the others are, nobody says
    ("税收(万元)", [10, 20, "30亩"], 60, [("other_unit", "30亩", "")]),
])
def test_cells_with_their_own_unit_are_added_in_that_of_the_column(head: str, cells: list[Any], total: Any, expected: list[tuple[str, str, str]], tmp_path: Path) -> None:
    assert codes(head, cells, total, tmp_path) == expected


YEARS = [["城东", 2022, 1500], ["城西", 2022, 900], ["城东", 2021, 1400], ["城西", 2021, 800]]


@pytest.mark.parametrize(("rows", "expected"), [
    ([*YEARS, ["合计", 2022, 2400]], [("agrees", "", "")]),
    ([*YEARS, ["合计", "2022年度", 2400]], [("agrees", "", "")]),
    ([*YEARS, ["合计", 2022, 2300]], [("differs", "2300", "2400")]),
    ([*YEARS, ["合计", "", 2400]], [("differs", "2400", "4600")]),  # of which year, nobody says
    ([*YEARS, ["合计", "", 4600]], [("agrees", "", "")]),
    ([*YEARS[:2], ["合计", 2022, 2400]], [("agrees", "", "")]),
    ([*YEARS, ["合计", 2022, 2400], ["合计", 2021, 2200]], [("agrees", "", "")]),
])
def test_a_total_that_states_its_year_is_of_the_rows_of_that_year(rows: list[list[Any]], expected: list[tuple[str, str, str]], tmp_path: Path) -> None:
    """1500 + 900 = 2400 in 2022, 1400 + 800 = 2200 in 2021, 4600 in both."""
    text(tmp_path / "a.csv", [["区域", "年度", "税收(万元)"], *rows])
    findings = read_ledger(tmp_path / "a.csv", role="statistics", shown_path="a.csv").findings
    assert [(f.code.removeprefix("ledger.total_"), f.value_seen, f.value_used) for f in findings if f.code.startswith("ledger.total_")] == expected
