"""The order of rows in a run is that of what they say: by key, then shape, then every other column."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
import shapely

from spatial.normalise.order import order_of


def test_texts_go_by_code_points_and_what_is_missing_is_last() -> None:
    ids = ["中", None, "a10", "Z", "a9", "é"]
    frame = pd.DataFrame({"row": range(2, 8), "parcel_id": pd.Series(ids, dtype=object)})
    assert [ids[i] for i in order_of(frame)] == ["Z", "a10", "a9", "é", "中", None]


def test_of_one_key_the_shape_decides_and_then_the_other_columns_by_name() -> None:
    west, east = shapely.Point(1, 1), shapely.Point(2, 2)
    rows = [("k", east, 1.0, "x"), ("k", west, 2.0, "x"), ("k", west, float("nan"), "x"), ("k", west, 2.0, "b"), ("a", east, 9.0, "z")]
    expected = ["a", "east", "b", "x", "nan"]  # bytes of 2.0 (…00 40) stand before those of 1.0 (…F0 3F); then 2.0 b, 2.0 x, and the row without a figure
    named = dict(zip([4, 0, 3, 1, 2], expected, strict=True))
    for turned in permutations(range(5)):
        held = np.array([rows[i][1] for i in turned], dtype=object)
        frame = pd.DataFrame({"row": np.arange(5), "use": [rows[i][3] for i in turned], "area_m2": [rows[i][2] for i in turned], "parcel_id": [rows[i][0] for i in turned]})
        order = order_of(frame, lambda at, held=held: held[at])
        assert [named[turned[i]] for i in order] == expected


def test_the_row_number_decides_between_equals_alone() -> None:
    frame = pd.DataFrame({"row": [9, 3, 5], "project_id": ["p", "p", "o"], "year": [2022, 2022, 2021]})
    assert order_of(frame).tolist() == [2, 1, 0]


@pytest.mark.parametrize("cells", [[("A1", "A2"), "A1", None], [date(2022, 1, 1), date(2021, 1, 1), None], [True, False, None], ["\ud800", "b", None]])
def test_cells_of_any_kind_have_one_order(cells: list[object]) -> None:
    orders = set()
    for turned in permutations(range(3)):
        frame = pd.DataFrame({"parcel_id": pd.Series([cells[i] for i in turned], dtype=object)})
        orders.add(tuple(turned[i] for i in order_of(frame)))
    assert len(orders) == 1 and orders.pop()[-1] == 2


def test_nothing_has_an_order_too() -> None:
    assert order_of(pd.DataFrame({"row": [], "parcel_id": []})).tolist() == []
