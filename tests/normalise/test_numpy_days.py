"""Days that a column keeps as numbers of numpy are read as the numbers of Python are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spatial.normalise.dates import parse_dates


@pytest.mark.parametrize("cells", [[43891, 44000], [20200301, 20210405], [2020.3, 2020.11], [2020.1, 2020.11], [1090315, 1090416], [109.5, 990315]])
def test_numbers_of_numpy_are_days_as_others_are(cells: list[float]) -> None:
    plain = parse_dates(pd.Series(cells, dtype=object))
    other = parse_dates(pd.Series([np.float64(cell) if isinstance(cell, float) else np.int64(cell) for cell in cells], dtype=object))
    assert other.values.equals(plain.values) and other.reasons.tolist() == plain.reasons.tolist() and other.republic.tolist() == plain.republic.tolist()
