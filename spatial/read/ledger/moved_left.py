"""Rows that lost a cell, so that their last figures stand one column too far left: told by figures that fit the next column and not their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial.errors import Finding, found
from spatial.normalise.numbers import parse_number
from spatial.read.ledger.grid import Grid
from spatial.read.ledger.header import Header

LEAST_ROWS, COMPARED_ROWS = 6, 2000
USUALLY, FIGURES = 0.8, 0.9  # of the rows fill the last column; of its cells are figures where a column is one of figures
BEYOND, NEAR = 100.0, 10.0  # times beyond all others of its column; times that a figure may lie beyond them and fit


def moved_left(grid: Grid, header: Header, reasons: dict[int, str], full: NDArray[np.bool_], place: dict[str, str]) -> list[Finding]:
    """One error for the rows that lack the last figure of the table, where one before it is a hundred times beyond its column and all fit if moved one to the right."""
    kept = np.ones(len(grid.cells), bool)
    kept[: header.data] = False
    kept[list(reasons)] = False
    rows = np.flatnonzero(kept)
    filled = full[np.ix_(rows, np.array(header.columns, np.int64))]
    usual = np.flatnonzero(filled.mean(axis=0) >= USUALLY) if len(rows) >= LEAST_ROWS else np.empty(0, np.int64)
    if len(usual) < 2:
        return []
    last = int(usual[-1])
    short = rows[~filled[:, last:].any(axis=1)][:COMPARED_ROWS]
    if not len(short):
        return []
    others = np.setdiff1d(rows, short)[:COMPARED_ROWS]
    low: list[float] = []
    high: list[float] = []
    columns: list[int] = []
    for column in reversed(header.columns[: last + 1]):
        figures = [parse_number(cell)[0] for cell in grid.cells[others, column] if cell is not None]
        known = np.array([figure for figure in figures if figure > 0])
        if not len(known) or len(known) < FIGURES * len(figures):
            break
        columns.insert(0, column)
        low.insert(0, known.min())
        high.insert(0, known.max())
    told = [(row, at) for row in short.tolist() if (at := _odd_figure(np.array([parse_number(cell)[0] for cell in grid.cells[row, columns]]), np.array(low), np.array(high))) is not None]
    if not told:
        return []
    row, at = told[0]
    return [found("ledger.moved_left", **place, row=int(grid.row_numbers[row]), field=header.headers[header.columns.index(columns[at])],
                  value_seen=str(grid.cells[row, columns[at]])[:80], count=len(told))]


def _odd_figure(line: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> int | None:
    """The place of a figure beyond its column in a run that fits the columns to its right, None where there is no such run before the blank end of the row."""
    for at in range(len(line) - 2, -1, -1):
        if not low[at + 1] / NEAR <= line[at] <= high[at + 1] * NEAR and not np.isnan(line[at]):
            return None  # it was in its place, and so were those before it
        if line[at] > high[at] * BEYOND or 0 < line[at] < low[at] / BEYOND:
            return at
    return None
