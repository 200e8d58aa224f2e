"""Rows that lost a cell, so that their last figures stand one column too far left: told by figures that fit the next column and not their own."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
    """One error for the rows that lack the last figure of the table, where one before it is a hundred times beyond its column and all behind it fit better if moved one to the right; one
    warning for those where some fit either column."""
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
    columns: list[int] = []
    forms: list[_Form] = []
    for column in reversed(header.columns[: last + 1]):
        figures = [parse_number(cell)[0] for cell in grid.cells[others, column] if cell is not None]
        known = np.array([figure for figure in figures if figure > 0])
        if not len(known) or len(known) < FIGURES * len(figures):
            break
        columns.insert(0, column)
        forms.insert(0, _Form(float(known.min()), float(known.max()), bool((known % 1 == 0).all())))
    told = [(row, *odd) for row in short.tolist() if (odd := _odd_figure([parse_number(cell)[0] for cell in grid.cells[row, columns]], forms)) is not None]
    return [found(code, **place, row=int(grid.row_numbers[such[0][0]]), field=header.headers[header.columns.index(columns[such[0][1]])],
                  value_seen=str(grid.cells[such[0][0], columns[such[0][1]]])[:80], count=len(such))
            for code, sure in (("ledger.moved_left", True), ("ledger.maybe_moved_left", False)) if (such := [one for one in told if one[2] is sure])]


@dataclass(frozen=True, slots=True)
class _Form:
    """What the figures of a column look like: the least, the greatest, and whether all are whole."""

    low: float
    high: float
    whole: bool

    def misfit(self, figure: float) -> tuple[float, bool]:
        """How far a figure lies beyond the column, in powers of ten and 0 where it is near; whether it is none of its kind."""
        beyond = max(figure / self.high, self.low / figure) if figure > 0 else math.inf
        return (math.log10(beyond) if beyond > NEAR else 0.0), self.whole and figure % 1 != 0


def _odd_figure(line: list[float], forms: list[_Form]) -> tuple[int, bool] | None:
    """The place of a figure beyond its column in a run that fits the columns to its right, None where there is no such run before the blank end of the row; and whether all of a
    whole run fit those better than their own: else the figure may as well be what it says."""
    sure = True
    for at in range(len(line) - 2, -1, -1):
        if math.isnan(line[at]):
            sure = False  # one lost cell does not explain two blank ones
            continue
        own, right = forms[at].misfit(line[at]), forms[at + 1].misfit(line[at])
        if right[0] > 0:
            return None  # it was in its place, and so were those before it
        sure &= right < own and not right[1]
        if own[0] > math.log10(BEYOND):
            return at, sure
    return None
