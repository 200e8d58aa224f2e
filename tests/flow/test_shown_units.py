"""Units that an Excel number format writes behind a number: they are meant, whatever the header says."""

from __future__ import annotations

import openpyxl
import pytest

from spatial import pipeline
from spatial.errors import Finding, Refused
from spatial.read.ledger.scan import shown_unit
from spatial.read.study import load_study
from tests.flow.conftest import District


def read(district: District, header: str, cells: list[tuple[float, str]]) -> tuple[list[float], list[Finding]]:
    """Tax of the firms as it is read, and the findings about it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["统一社会信用代码", "年度", "宗地代码", header])
    for number, (value, form) in enumerate(cells, start=2):
        sheet.append([f"E{number}", 2020, "A", value])
        sheet.cell(number, 4).number_format = form
    book.save(district.folder / "firms.xlsx")
    district.parts["layers"] = '[layers.enterprises]\npath = "firms.xlsx"\n'
    try:
        result = pipeline.analyse(load_study(district.write()), sensitivity=False)
    except Refused as refused:
        return [], refused.findings
    return result.ledgers["enterprises"]["tax_wanyuan"].tolist(), result.findings


@pytest.mark.parametrize(("header", "cells", "taxes", "code"), [
    ("税收(万元)", [(1.25, '0.00"亿元"'), (300.0, "0.00")], [12_500.0, 300.0], "unit.cell"),  # one cell says 亿元 under a header of 万元
    ("税收(万元)", [(125.0, '#,##0.00"万元"'), (300.0, "0.00")], [125.0, 300.0], ""),  # the format says what the header says
    ("税收", [(1.25, '0.00"亿元";-0.00"亿元"'), (3.0, "0.00亿元")], [12_500.0, 30_000.0], "ledger.unit_shown"),  # the header says nothing
    ("税收(万元)", [(125.0, '0.00"(估)"'), (300.0, "0.00")], [125.0, 300.0], ""),  # words that are no unit
])
def test_a_unit_that_a_number_format_shows_is_meant(district: District, header: str, cells: list[tuple[float, str]], taxes: list[float], code: str) -> None:
    values, findings = read(district, header, cells)
    assert values == pytest.approx(taxes)
    assert [f.code for f in findings if f.field in ("tax", header) and f.code in ("unit.cell", "ledger.unit_shown")] == [code] * bool(code)


def test_a_format_of_another_dimension_is_refused(district: District) -> None:
    values, findings = read(district, "税收(万元)", [(1.25, '0.00"公顷"'), (300.0, "0.00")])
    assert values == [] and any(f.severity == "error" and f.row == 2 and f.field == "tax" for f in findings)


@pytest.mark.parametrize(("form", "unit"), [('0.00"亿元"', "亿元"), ("0.00亿元", "亿元"), ('#,##0\\ "亩"', "亩"), ('[>=1]0.0"亩";0.0', "亩"), ('yyyy"年"m"月"', ""),
                                           ("0.00%", ""), ('"共"0"家企业"', ""), ("@", "")])
def test_the_unit_of_a_number_format(form: str, unit: str) -> None:
    assert shown_unit(form) == unit
