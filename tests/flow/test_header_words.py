"""Headers whose unit has a multiple before it, and two-row headers that say a name the other way round."""

from __future__ import annotations

import openpyxl
import pytest

from spatial.read.ledger.units import header_unit
from tests.flow.conftest import District, analysed


@pytest.mark.parametrize(("header", "unit"), [
    ("tax (thousand yuan)", "qianyuan"), ("revenue (RMB million)", "baiwanyuan"), ("tax thousand yuan", "qianyuan"), ("tax hundred yuan", None), ("tax (million USD)", None), ("tax 1,000 yuan", None),
    ("area thousand m2", None), ("tax yuan", "yuan"), ("area m2", "m2"), ("floor area (m2)", "m2"), ("用地 公顷", "ha"),
])
def test_a_multiple_before_a_unit_is_part_of_it_or_makes_it_unknown(header: str, unit: str | None) -> None:
    assert header_unit(header) == unit


def test_a_group_of_columns_may_say_the_name_before_its_kind(district: District) -> None:
    book = openpyxl.Workbook()
    for row in (("宗地代码", "合同签订日期", "土地用途", "供地面积(平方米)", "开工时间", None), (None, None, None, None, "约定", "实际"),
                ("A", "2020-01-05", "工业用地", 40_000, "2020-06-01", "2020-07-01"), ("C", "2020-02-05", "工业用地", 30_000, "2020-08-01", None)):
        book.active.append(row)
    for span in ("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"):
        book.active.merge_cells(span)
    book.save(district.folder / "supply.xlsx")
    district.parts["layers"] = '[layers.supply]\npath = "supply.xlsx"\n'
    rows = analysed(district).ledgers["supply"]
    assert rows["agreed_start_date"].dt.strftime("%m").tolist() == ["06", "08"]
    assert rows["actual_start_date"].isna().tolist() == [False, True]
