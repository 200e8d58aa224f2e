"""Columns whose numbers are written with a decimal comma (0,87; 1.234,50), told for the whole column and read as such.

0,873 and 1.234,50 have a decimal comma for certain; 12,5 and 1,1506 too, unless thousands were mistyped: it takes several of them, and hardly a 1,234
beside them. Beside a 1.234 it takes one with both marks, or 0,5 may be mistyped among hectares of three decimals. What settles it for one column settles
it for the others of its table. Where a cell has a decimal point, or the cells do not settle it, the column is left as it stands and cells with such a comma are bad.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.normalise.cells import LONGEST, plain_text

_FIGURE = re.compile(r"\d{1,3}(?: \d{3})+,\d+|\d[\d.,]*[.,]\d+")
_CERTAIN = re.compile(r"\d{1,3}(?:[. ]\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}|0,\d+")
_BOTH = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}")  # its thousands have points
_LIKELY = re.compile(r"(?!\d{1,3},\d{3}$)\d+,\d+")
_EITHER = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # 1.234 is either number
_POINT = re.compile(r"\d+\.\d+|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}")
LEAST, MOSTLY = 2, 0.8


def decimal_commas(values: pd.Series, *, settled: bool = False) -> tuple[pd.Series, NDArray[np.bool_]]:
    """The column with points for its decimal commas, and which cells were so written; as it stands where it is not such a column.

    With `settled`, other columns of its table prove decimal commas: it is such a column unless its own cells speak against it.
    """
    none = np.zeros(len(values), bool)
    if values.dtype.kind in "fiubM":
        return values, none
    cells = values.tolist()
    if not any("," in cell or "，" in cell or (settled and "." in cell) for cell in cells if isinstance(cell, str)):
        return values, none
    if settled and any(_speaks_against(cell) for cell in cells if isinstance(cell, str)):
        return values, none  # most columns of figures have a decimal point in their first cells, and need not be read whole
    figures, count = _figures(cells)
    if not (settled and figures or _sure(count)) or count["point"]:
        return values, none
    read = {cell: plain_text(cell).replace(figure, figure.replace(" ", "").replace(".", "").replace(",", "."), 1) for cell, figure in figures.items()}
    return values.map(lambda cell: read.get(cell, cell) if isinstance(cell, str) else cell), np.array([isinstance(cell, str) and cell in read for cell in cells], bool)


def table_commas(columns: Iterable[tuple[pd.Series, bool]]) -> bool:
    """Whether one of the columns of figures proves decimal commas by several cells, and none speaks against them: by a decimal point, or by whole numbers such as 1,234.

    Each column comes with whether it holds whole numbers only (persons).
    """
    proven = False
    whole_table: Counter[str] = Counter()
    for values, whole in columns:
        if values.dtype.kind in "fiubM":
            continue
        _, count = _figures(values.tolist())
        if count["point"] or whole and count["comma"]:
            return False
        whole_table += count
        proven |= _sure(count) and count["certain"] + count["likely"] >= LEAST
    return proven and _thousands_clear(whole_table)


def _figures(cells: list[Any]) -> tuple[dict[str, str], Counter[str]]:
    """The figure of each distinct text that has a comma or a point in it, and how many cells are of which kind."""
    times = Counter(cell for cell in cells if isinstance(cell, str))
    figures = {cell: figure for cell in times if (figure := _figure(cell))}
    count: Counter[str] = Counter()
    for cell, figure in figures.items():
        count[_kind(figure)] += times[cell]
        count["both"] += times[cell] * bool(_BOTH.fullmatch(figure))
    count["point"] += sum(isinstance(cell, float) and cell % 1 > 0 for cell in cells) if figures else 0
    return figures, count


def _figure(cell: str) -> str:
    """The figure in a text that has a comma or a point in it; empty where there is none."""
    match = _FIGURE.search(plain_text(cell)) if len(cell) <= LONGEST else None
    return match[0] if match else ""


def _kind(figure: str) -> str:
    return next((kind for kind, form in (("certain", _CERTAIN), ("likely", _LIKELY), ("either", _EITHER), ("point", _POINT)) if form.fullmatch(figure)), "comma")


def _speaks_against(cell: str) -> bool:
    figure = _figure(cell)
    return bool(figure) and _kind(figure) == "point"


def _sure(count: Counter[str]) -> bool:
    return count["certain"] > 0 and _thousands_clear(count) or (count["likely"] >= LEAST and not count["either"] and count["likely"] >= MOSTLY * (count["likely"] + count["comma"]))


def _thousands_clear(count: Counter[str]) -> bool:
    """Whether no figure such as 1.234 is there, or one that tells what its point is."""
    return not count["either"] or count["both"] > 0
