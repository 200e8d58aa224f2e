"""The unit of a column whose header states none and whose every cell states its own: 60亩, 1.2亿元."""

from __future__ import annotations

import pandas as pd

from spatial.normalise.cells import is_null
from spatial.normalise.noted import parse_noted
from spatial.normalise.numbers import SCALE_WORDS
from spatial.schema.fields import Field
from spatial.units import UNITS, is_foreign


def stated_by_cells(field: Field, cells: pd.Series) -> str:
    """The unit that most cells of a quantity state, where each that holds something states one of its kind; "" where a number stands alone, or nothing can be told."""
    if field.type != "quantity" or not field.unit:
        return ""
    filled = cells[[not is_null(cell) for cell in cells.tolist()]]
    if not len(filled) or not all(isinstance(cell, str) for cell in filled):
        return ""
    parsed, written = parse_noted(filled)
    dimension = UNITS[field.unit].dimension
    words = {"万": "wanyuan", "亿": "yiyuan"} if dimension == "money" else {}
    told = written.map(lambda unit: words.get(unit, unit) if isinstance(unit, str) else None)
    abroad = dimension == "money" and told.nunique() == 1
    if parsed.bad.any() or told.isna().any() or any(unit in SCALE_WORDS or UNITS[unit].dimension != dimension and not (abroad and is_foreign(unit)) for unit in told.unique()):
        return ""
    times = told.value_counts()
    return str(min(times.index[times.eq(times.max())]))
