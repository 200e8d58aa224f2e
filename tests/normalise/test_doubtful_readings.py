"""Cells that look like something they need not be: each beside its twin that is beyond doubt."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spatial.normalise.cells import as_ids, days_among_ids
from spatial.normalise.decimal_comma import decimal_commas
from spatial.normalise.noted import parse_noted
from spatial.normalise.numbers import cell_factor


@pytest.mark.parametrize("note", ["公亩", "KRW", "w", "亏损", "目标", "法郎"])
def test_a_note_that_is_a_unit_or_takes_the_figure_back_is_no_note(note: str) -> None:
    parsed, _ = parse_noted(pd.Series([f"1200({note})", "1200(含税)"], dtype=object))
    assert parsed.bad.tolist() == [True, False] and parsed.values.iloc[1] == 1200


@pytest.mark.parametrize(("cells", "commas"), [
    (["1.234", "2.345", "0,5"], 0),  # hectares of three decimals and one mistyped
    (["1.234", "1.234,50", "0,5"], 3),  # thousands with points for certain
    (["0,5", "0,873"], 2),
])
def test_a_point_before_three_digits_marks_thousands_only_beside_one_that_must(cells: list[str], commas: int) -> None:
    assert int(np.sum(decimal_commas(pd.Series(cells, dtype=object))[1])) == commas


def test_no_factor_is_known_between_two_currencies() -> None:
    assert cell_factor("wan_eur", "wan_usd") is None and cell_factor("wan_usd", "wanyuan") is None
    assert cell_factor("wan_eur", "eur") == 10_000


@pytest.mark.parametrize(("cell", "day"), [("2020-11-5", False), ("2020-11-05", True), ("2020/11/5", True)])
def test_ids_with_bare_months_are_ids_and_days_as_a_spreadsheet_writes_them_are_not(cell: str, day: bool) -> None:
    values = pd.Series([cell, "甲-15", "乙-16"], dtype=object)
    done = as_ids(values)
    days_among_ids(values, done)
    assert done.bad.tolist() == [day, False, False]
