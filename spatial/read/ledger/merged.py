"""Cells merged over several rows of the data, and cells that say "as above": words and dates hold for each row, a number cannot be told apart."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from spatial.read.ledger.grid import Grid, Merge, address
from spatial.read.ledger.header import Header, clean
from spatial.schema.raw import Unreadable

_DITTO = frozenset(("同上", "同 上", "同前", "〃", "″", "”", "〞", '"', "''", "ditto", "Ditto", "do."))
_LABEL_COLUMN = re.compile(r"年份|年度$|年度[(/]|^年$|^year$|序号|编号|代码|编码|期$", re.I)


@dataclass
class Filled:
    """Merged cells that were filled down, an example of them, and those that hold a number."""

    count: int = 0
    example: str = ""
    numbers: tuple[Unreadable, ...] = ()


def fill_merged(grid: Grid, header: Header, reasons: dict[int, str]) -> Filled:
    """Fill the cells of `grid` in place; a number merged over rows is marked unreadable in each, except years and the like."""
    names = dict(zip(header.columns, header.headers, strict=True))
    done = Filled()
    marked: list[Unreadable] = []
    for r0, c0, r1, c1 in grid.merges:
        marked += _across(grid, header, names, reasons, (r0, c0, r1, c1))
        rows = [r for r in range(max(r0, header.data), min(r1, len(grid.cells) - 1) + 1) if r not in reasons]
        if r1 == r0 or c0 not in names or c1 != c0 or not rows or r0 < header.data:
            continue
        value = grid.cells[r0, c0]
        if value is None or len(rows) < 2:
            continue
        if _is_amount(value, names[c0], header) and not _LABEL_COLUMN.search(names[c0]):
            mark = Unreadable(_shown(value), "merged_number", address(int(grid.row_numbers[r0]) - 1, c0 + grid.first_column))
            marked.append(mark)
            value = mark
        else:
            done.count += 1
            done.example = done.example or f"{names[c0]} {value}"
        for row in rows:
            grid.cells[row, c0] = value
    done.numbers = tuple(marked)
    return done


def fill_ditto(grid: Grid, header: Header, reasons: dict[int, str]) -> Filled:
    """Fill cells that say 同上 with the words or the day of the row of data above, in place; over a number they stay, for whose it is nobody can tell."""
    done = Filled()
    saying = [(column, name) for column, name in zip(header.columns, header.headers, strict=True) if not _DITTO.isdisjoint(grid.cells[header.data :, column].tolist())]
    rows = [row for row in range(header.data, len(grid.cells)) if row not in reasons] if saying else []
    for column, name in saying:
        cells = grid.cells[rows, column].tolist()
        for place, cell in enumerate(cells):
            if place and isinstance(cell, str) and cell in _DITTO:
                above = cells[place - 1]
                if isinstance(above, str) and clean(above) and above not in _DITTO and not _is_amount(above, name, header) or isinstance(above, (dt.date, dt.datetime)):
                    cells[place] = grid.cells[rows[place], column] = above
                    done.count += 1
                    done.example = done.example or f"{name} {address(int(grid.row_numbers[rows[place]]) - 1, column + grid.first_column)} = {_shown(above)}"
    return done


def _is_amount(value: Any, name: str, header: Header) -> bool:
    """A number, or a text that is one in a column with a unit: a web page has nothing but texts."""
    if isinstance(value, str):
        return name in header.units and re.fullmatch(r"[-+]?[\d,]+(?:\.\d+)?", clean(value)) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else clean(value)


def _across(grid: Grid, header: Header, names: dict[int, str], reasons: dict[int, str], merge: Merge) -> list[Unreadable]:
    """A number merged over several columns of a row of data: whose it is cannot be told; each of them is marked."""
    r0, c0, r1, c1 = merge
    columns = [c for c in range(c0, c1 + 1) if c in names]
    value = grid.cells[r0, c0]
    if c1 == c0 or r0 < header.data or len(columns) < 2 or not any(_is_amount(value, names[c], header) for c in columns):
        return []
    mark = Unreadable(_shown(value), "merged_across", address(int(grid.row_numbers[r0]) - 1, c0 + grid.first_column))
    rows = [r for r in range(r0, min(r1, len(grid.cells) - 1) + 1) if r not in reasons]
    for row in rows:
        for column in columns:
            grid.cells[row, column] = mark
    return [mark] if rows else []
