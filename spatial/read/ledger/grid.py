"""A sheet as a grid of cells before anybody knows which row is the header."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.errors import Finding

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column; from 0

NOTHING: Any = np.array(None, dtype=object)  # what an empty cell is compared with


@dataclass
class Grid:
    """Cells from the first row and column of the sheet on; blank cells are None.

    cells : object array, rows x columns
    row_numbers : row in the sheet, or line in the text, of each row of `cells`
    merges : merged ranges, as positions in `cells`
    widths : cells that each row of a text or of a web page really has (workbooks: None)
    """

    cells: NDArray[Any]
    row_numbers: NDArray[np.int64]
    merges: list[Merge] = dataclasses.field(default_factory=list)
    widths: NDArray[np.int64] | None = None
    layer: str = ""
    first_column: int = 0  # of the sheet
    date_epoch: int = 1900
    units: dict[tuple[int, int], str] = dataclasses.field(default_factory=dict)  # units that number formats add to cells
    struck: dict[tuple[int, int], str] = dataclasses.field(default_factory=dict)  # cells with struck or raised text -> reason
    hidden_columns: list[int] = dataclasses.field(default_factory=list)  # positions in `cells`
    findings: list[Finding] = dataclasses.field(default_factory=list)


def column_letter(position: int) -> str:
    """0 -> A, 26 -> AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_position(letters: str) -> int:
    """A -> 0, AA -> 26."""
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - 64
    return position - 1


def address(row: int, column: int) -> str:
    """Cell address of positions from 0."""
    return f"{column_letter(column)}{row + 1}"


def is_text(cell: Any) -> bool:
    return isinstance(cell, str) and bool(cell.strip())


def filled(cells: NDArray[Any]) -> NDArray[np.bool_]:
    """Which cells hold something; a text of blanks only does not."""
    mask: NDArray[np.bool_] = np.not_equal(cells, NOTHING).astype(bool)
    return mask


def as_cells(rows: list[list[Any]], width: int) -> NDArray[Any]:
    """Rows as an object array; empty texts become None."""
    cells = np.empty((len(rows), width), dtype=object)
    if len(rows) and width:
        cells[:] = rows
    if any("" in row for row in rows):
        cells[np.equal(cells, "").astype(bool)] = None
    return cells
