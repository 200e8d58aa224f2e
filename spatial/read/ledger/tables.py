"""More than one table on a sheet: a second header further down, or columns of their own beyond a blank column."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.errors import Finding, first_of, found
from spatial.read.ledger.grid import Grid, column_letter, filled
from spatial.read.ledger.header import Header, clean
from spatial.read.ledger.units import header_unit, without_unit

TOGETHER = 0.9  # of the rows of a table


def several_tables(grid: Grid, header: Header, reasons: dict[int, str], place: dict[str, str]) -> list[Finding]:
    """One error for a sheet whose rows belong to more than one table: what is data of one would be counted in the other."""
    row = _second_header(grid.cells, header, reasons)
    if row is not None:
        words = [clean(c)[:40] for c in grid.cells[row] if c is not None]
        return [found("ledger.several_tables", **place, row=int(grid.row_numbers[row]), value_seen=first_of(words, 8))]
    gap = _beside(grid, header, reasons)
    if gap is None:
        return []
    position, row = gap
    shown = f"{column_letter(position + grid.first_column)}: {header.headers[header.columns.index(position)]}"
    return [found("ledger.several_tables", **place, row=int(grid.row_numbers[row]), value_seen=shown)]


def _second_header(cells: NDArray[Any], header: Header, reasons: dict[int, str]) -> int | None:
    """A row of names that says a unit or repeats names of the header, where a table begins anew or a number should stand."""
    names = {without_unit(clean(name)) for name in header.headers} | {without_unit(clean(name.rsplit("/", 1)[-1])) for name in header.headers}
    numeric = _numeric_columns(cells, header, reasons)
    for row in _wordy_rows(cells, header):
        if row in reasons:
            continue
        said = {c: cells[row, c] for c in header.columns if cells[row, c] is not None}
        if len(said) < 2 or not all(cell.__class__ is str for cell in said.values()):
            continue
        if any(cell[:1].isdecimal() for cell in said.values()):
            continue
        texts = [clean(cell) for cell in said.values()]
        if any(re.match(r"[\d.+\-≥≤<>¥￥$]", text) for text in texts):
            continue
        known = sum(without_unit(text) in names for text in texts)
        anew = reasons.get(row - 1) in ("blank", "heading", "note", "total")
        if (known >= 2 or (any(header_unit(text) for text in texts) and len(texts) > 2)) and (anew or any(c in numeric for c in said)):
            return row
    return None


def _wordy_rows(cells: NDArray[Any], header: Header) -> list[int]:
    """Rows of the body that hold nothing but text, told column by column."""
    wordy = np.ones(len(cells) - header.data, bool)
    for c in header.columns:
        values = cells[header.data:, c].tolist()
        kinds = set(map(type, values))
        if not kinds & {str, type(None)}:
            return []
        if not kinds <= {str, type(None)}:
            wordy &= np.array([cell is None or cell.__class__ is str for cell in values], bool)
        if not wordy.any():
            return []
    return [int(row) + header.data for row in np.flatnonzero(wordy)]


def _numeric_columns(cells: NDArray[Any], header: Header, reasons: dict[int, str]) -> set[int]:
    data = [row for row in range(header.data, len(cells)) if row not in reasons][:400]
    found_there = set()
    for c in header.columns:
        values = [cells[row, c] for row in data if cells[row, c] is not None]
        if values and sum(not isinstance(v, str) or bool(re.match(r"[\d.,+\-]+$", v)) for v in values) * 2 > len(values):
            found_there.add(c)
    return found_there


def _beside(grid: Grid, header: Header, reasons: dict[int, str]) -> tuple[int, int] | None:
    """(first column beyond a blank one, a row that only the columns beyond it fill), where those before it are a table of their own."""
    if all(right == left + 1 for left, right in zip(header.columns[:-1], header.columns[1:], strict=True)):
        return None
    full = filled(grid.cells)
    for r0, c0, r1, c1 in grid.merges:
        full[r0 : r1 + 1, c0 : c1 + 1] |= full[r0, c0]
    data = np.array([row for row in range(header.data, len(grid.cells)) if row not in reasons], dtype=np.int64)
    for left, right in zip(header.columns[:-1], header.columns[1:], strict=True):
        if right == left + 1:
            continue
        before = [c for c in header.columns if c <= left]
        beyond = [c for c in header.columns if c >= right]
        there = full[data][:, before]
        lonely = np.asarray(~there.any(axis=1) & full[data][:, beyond].any(axis=1), bool)
        said = grid.cells[np.ix_(data, np.array(before, np.int64))]
        if lonely.any() and not _said_once(said, there, lonely) and _own_table(said, there, lonely):
            return right, int(data[np.argmax(lonely)])
    return None


def _said_once(cells: NDArray[Any], there: NDArray[np.bool_], lonely: NDArray[np.bool_]) -> bool:
    """Whether columns hold words in the first record alone, which is of the columns beyond too: a town, an office said once for the list."""
    return bool(there[0].any() and not there[1:].any() and lonely[1:].all()) and all(isinstance(cell, str) and re.search(r"\d", cell) is None for cell in cells[0, there[0]].tolist())


def _own_table(cells: NDArray[Any], there: NDArray[np.bool_], lonely: NDArray[np.bool_]) -> bool:
    """Whether columns that some rows lack are a table of their own, and not only filled here and there.

    A table ends before those rows, or its columns are there together or not at all; and figures alone, with nothing that says of what, are none.
    """
    if there.shape[1] == 1:
        words = any(isinstance(cell, str) and not re.fullmatch(r"[\d.,+\-\s]+", cell) for cell in cells[there[:, 0], 0].tolist())
        return words and bool(lonely[np.argmax(lonely):].all())
    together = bool(there[~lonely].all(axis=1).mean() >= TOGETHER) if not lonely.all() else True
    return together or bool(lonely[np.argmax(lonely):].all())
