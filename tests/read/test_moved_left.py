"""A row that lost a cell and moved left is refused where a figure is far beyond its column and fits the next; a small zone that lacks its last figure is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spatial.read.ledger import read_ledger
from tests.corpus.ledgers.files import text, xlsx

HEAD = ["区域", "年度", "税收(万元)", "工业增加值(亿元)", "从业人员(人)"]
ROWS: list[list[Any]] = [[f"{name}园区", 2021, tax, value, staff] for name, tax, value, staff in zip(
    "甲乙丙丁戊己庚", (30354, 89331, 74233, 46705, 43675, 8331, 66280), (16.2, 13.9, 27.2, 23.1, 17.5, 11.2, 10.1), (1117, 9788, 1137, 11135, 13510, 4301, 6788), strict=True)]


@pytest.mark.parametrize(("row", "field"), [
    (["辛园区", 2021, 1.0451, 12481, None], "工业增加值(亿元)"),  # without its tax
    (["辛园区", 2021, 20451, 12481, None], "工业增加值(亿元)"),  # without its value added
    (["辛园区", 2021, 20451, None, None], ""), (["辛园区", 2021, 450, 1.2, None], ""),  # a small zone whose staff nobody counted
    (["辛园区", 2021, 3.2, 14.1, None], ""),  # a tiny tax, with what would not fit to the right of the value added
    (["辛园区", 2021, 20451, 12481, 9100], "")])  # nothing is missing: another matter
def test_figures_one_column_too_far_left(row: list[Any], field: str, tmp_path: Path) -> None:
    for write, name in ((text, "a.csv"), (xlsx, "a.xlsx")):
        write(tmp_path / name, [HEAD, *ROWS[:3], row, *ROWS[3:]])
        raw = read_ledger(tmp_path / name, role="statistics", shown_path=name)
        assert [(f.code, f.row, f.field, f.severity) for f in raw.findings if f.code == "ledger.moved_left"] == ([("ledger.moved_left", 5, field, "error")] if field else [])


def test_a_table_whose_last_column_few_fill_has_not_moved(tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [[*HEAD, "其中外籍(人)"], *[[*row, 12 if n == 0 else None] for n, row in enumerate(ROWS)], ["辛园区", 2021, 0.45, 12481, 9, None]])
    assert not [f for f in read_ledger(tmp_path / "a.csv", role="statistics", shown_path="a.csv").findings if f.code == "ledger.moved_left"]


LAND = ["宗地代码", "出让面积(亩)", "成交价款(万元)", "已投资额(万元)", "从业人员(人)", "备注"]
PLOTS: list[list[Any]] = [[f"330109001001GB{n:05d}", area, price, done, staff, "已核"] for n, (area, price, done, staff) in enumerate(
    [(12.5, 820, 700, 40), (33.1, 2100, 2200, 85), (48.2, 3300, 1500, 120), (20.7, 1400, 900, 60), (61.4, 4800, 5000, 200), (15.3, 990, 610, 35), (28.8, 1750, 1300, 90)], 1)]


@pytest.mark.parametrize(("figures", "note", "code", "field"), [
    ([8000, 900, 1000, 50], None, "", ""),  # a true outlier whose remark is blank: no figure is missing
    ([8000, 900, 1000, None], "已核", "ledger.maybe_moved_left", "出让面积(亩)"),  # 900 and 1000 fit either column
    ([2000, 310, 310, None], "已核", "", ""),  # thirty times beyond
    ([61250, 3300, 9100, None], "已核", "", ""),  # beyond the next column too
    ([8000.5, None, None, None], "已核", "ledger.maybe_moved_left", "出让面积(亩)"),  # no price has a fraction
    ([8000, None, None, None], "已核", "ledger.maybe_moved_left", "出让面积(亩)"),  # one lost cell leaves one blank
    ([20.5, 1500, 9, None], "已核", "", ""),
])
def test_only_figures_that_all_fit_better_have_moved(figures: list[Any], note: str | None, code: str, field: str, tmp_path: Path) -> None:
    xlsx(tmp_path / "a.xlsx", [LAND[:-1], *[row[:-1] for row in PLOTS], ["330109001001GB00099", *figures]] if note else [LAND, *PLOTS, ["330109001001GB00099", *figures, note]])
    raw = read_ledger(tmp_path / "a.xlsx", role="supply", shown_path="a.xlsx")
    assert [(f.code, f.row, f.field) for f in raw.findings if "moved_left" in f.code] == ([(code, 9, field)] if code else [])
    assert len(raw.frame) == 8
