"""An amount in a column of codes is of another column and refused by row; a plot that is numbered 2.1 is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spatial.normalise.layer import normalise_table
from spatial.read.declarations import code_tables, kinds
from spatial.read.ledger import read_ledger
from spatial.read.study import load_study
from tests.corpus.ledgers.files import html, text

STUDY = '[study]\nname = "a"\nas_of = 2022-12-31\n[layers.parcels]\npath = "p.gpkg"\n[layers.supply]\npath = "a.csv"\n'
CODES = [f"330109001001GB{n:05d}" for n in range(1, 7)]


@pytest.mark.parametrize(("ids", "bad"), [
    ([*CODES, "9.636"], "9.636"), ([*CODES, "3.8989亿"], "3.8989亿"), ([*CODES, "15亩"], "15亩"),
    ([*CODES, "2.0"], ""),  # a whole number: an id of another kind
    ([*CODES, "A2.1"], ""), ([*CODES, "330109001001.1"], ""),
    (["1", "2", "2.1", "2.2", "3"], ""), (["3号", "4号", "5号", "6号", "7号"], "")])
def test_an_amount_among_codes_is_refused(ids: list[str], bad: str, tmp_path: Path) -> None:
    text(tmp_path / "a.csv", [["宗地代码", "土地用途", "出让面积(亩)"], *[[one, "工业用地", 20] for one in ids]])
    (tmp_path / "p.gpkg").touch()
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    study, tables = load_study(tmp_path / "study.toml"), code_tables()
    raw = read_ledger(tmp_path / "a.csv", role="supply", shown_path="a.csv")
    findings = normalise_table(raw, study.layers["supply"], kinds()["supply"], study, {"land_use": tables.plan}, tables).findings
    assert [f.value_seen for f in findings if f.code == "row.bad_cell" and f.field == "parcel_id"] == ([bad] if bad else [])


HEAD = ["区域", "年度", "税收(万元)", "从业人员(人)", "备注"]
ROWS: list[list[Any]] = [[f"{name}园区", 2021, 1000 + n, 50 + n, "已核"] for n, name in enumerate("甲乙丙丁戊己")]


@pytest.mark.parametrize(("change", "codes"), [
    (("<td>1003</td>", ""), ["ledger.short_rows", "ledger.shifted_row"]),  # a cell less: words stand under the staff
    (("<td>1003</td>", '<td colspan="2">1003</td>'), ["ledger.ragged_rows"]),  # one more
    (("<td>1003</td>", "<td></td>"), []), (("", ""), [])])
def test_rows_of_a_page_with_another_number_of_cells_are_told(change: tuple[str, str], codes: list[str], tmp_path: Path) -> None:
    html(tmp_path / "a.xls", [HEAD, *ROWS], heads=[0])
    (tmp_path / "a.xls").write_bytes((tmp_path / "a.xls").read_bytes().replace(change[0].encode(), change[1].encode(), 1) if change[0] else (tmp_path / "a.xls").read_bytes())
    raw = read_ledger(tmp_path / "a.xls", role="statistics", shown_path="a.xls")
    assert [(f.code, f.row) for f in raw.findings if f.code in ("ledger.short_rows", "ledger.shifted_row", "ledger.ragged_rows")] == [(code, 5) for code in codes]
