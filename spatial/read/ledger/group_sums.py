"""Rows that are the sum of the rows under or above them and do not say so: a town's or a park's name with the figures of its group.

A row is looked at where it fills at most half of the words that rows of its table usually fill, or where the table has no words but
names. It is a sum where one block of neighbours gives every one of its numbers. Sums within sums are found from the inside out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.errors import Finding, Several, found
from spatial.read.ledger.grid import Grid
from spatial.read.ledger.header import Header, clean
from spatial.read.ledger.totals import adds_up, column_numbers, mostly_text

ROUNDS = 4  # sums of sums of sums
CERTAIN_DIGITS = 6  # significant digits that agree in two columns and more: no chance
STATES_ZONES = ("statistics", "tracked")  # a zone's own figures: that of the district is a row like the others
LISTED = 20


@dataclass(frozen=True, slots=True)
class Sum:
    row: int  # position in the grid
    first: int  # of the rows that it adds up
    last: int
    rows: int
    columns: int
    digits: int
    bare: bool  # it lacks words that others have


def group_sums(grid: Grid, header: Header, reasons: dict[int, str], full: NDArray[np.bool_], place: dict[str, str]) -> tuple[list[Sum], list[Finding]]:
    """Rows that are sums of their neighbours, and an error for each of which nobody can be sure."""
    left = np.ones(len(grid.cells), bool)
    left[[row for row in reasons if row < len(left)]] = False
    left[:header.data] = False
    data = np.flatnonzero(left)
    named = dict(zip(header.columns, header.headers, strict=True))
    words = [c for c in header.columns if not adds_up(named[c]) or mostly_text(grid.cells[data, c])]
    amounts = [c for c in header.columns if c not in words]
    if len(data) < 3 or not amounts or not words or place.get("role") in STATES_ZONES:
        return [], []
    bare = _bare(grid.cells, full, data, words, header)
    asked = bare if len(words) > 1 else np.ones(len(data), bool)
    if not asked.any():
        return [], []
    numbers = np.column_stack([column_numbers(grid.cells[data, c])[0] for c in amounts])
    sums = _search(data, numbers, asked, bare)
    sure = _sure(sums, len(data))
    unsure = [s for s in sums if s not in sure and s.rows > 1 and s.digits >= (3 if s.bare else CERTAIN_DIGITS)]
    alive = ~np.isin(data, [s.row for s in sums])
    rounded = [Sum(int(data[alive][at]), int(data[alive][first]), int(data[alive][end - 1]), end - first, columns, digits, bare=True)
               for at, first, end, columns, digits in _blocks(numbers[alive], bare[alive], rounded=True)] if bare[alive].any() else []
    unsure += [s for s in rounded if s.rows > 1 and s.columns > 1 and s.digits >= CERTAIN_DIGITS]
    return sure, [_doubt(s, grid, header, named, amounts, place) for s in unsure[:LISTED]]


def _bare(cells: NDArray[Any], full: NDArray[np.bool_], data: NDArray[np.int64], words: list[int], header: Header) -> NDArray[np.bool_]:
    """Rows that fill at most half of the words that rows usually fill, and lack one that most rows have."""
    said = full[data][:, words]
    if words[0] == header.columns[0]:  # a group has 一 or (2) where its rows are numbered 1, 2, 3
        lead = cells[data, words[0]].tolist()
        if sum(map(_serial, lead[:400])) * 2 > len(lead[:400]):
            said[:, 0] &= [_serial(cell) for cell in lead]
    usual = said.mean(axis=0) > 0.5
    if not usual.any():
        return np.zeros(len(data), bool)
    counts = said.sum(axis=1)
    return np.asarray((counts * 2 <= np.median(counts)) & ~said[:, usual].all(axis=1))


def _serial(cell: Any) -> bool:
    return isinstance(cell, (int, float)) or (isinstance(cell, str) and cell.strip().isdigit())


def _search(data: NDArray[np.int64], numbers: NDArray[np.float64], asked: NDArray[np.bool_], bare: NDArray[np.bool_]) -> list[Sum]:
    """Sums from the inside out: a row that is one no longer counts among those that others may add up."""
    alive = np.ones(len(data), bool)
    sums: list[Sum] = []
    for _ in range(ROUNDS):
        places = np.flatnonzero(alive)
        hits = [hit for hit in _blocks(numbers[places], asked[places]) if _one_of(hit, asked[places])]
        if not hits:
            break
        inner = {at for at, *_ in hits}
        hits = [h for h in hits if h[2] - h[1] == 1 or not inner & set(range(h[1], h[2]))] or hits
        for at, first, end, columns, digits in hits:
            row = places[at]
            sums.append(Sum(int(data[row]), int(data[places[first]]), int(data[places[end - 1]]), end - first, columns, digits, bool(bare[row])))
        alive[places[[at for at, *_ in hits]]] = False
    return sums


def _one_of(hit: tuple[int, int, int, int, int], asked: NDArray[np.bool_]) -> bool:
    """A sum of one row is that of a whole row, not of another row that lacks its words."""
    return hit[2] - hit[1] > 1 or not asked[hit[1]]


def _blocks(numbers: NDArray[np.float64], asked: NDArray[np.bool_], *, rounded: bool = False) -> list[tuple[int, int, int, int, int]]:
    """(row, first, end, columns, digits) of each asked row that a block right under it, right above it, or all other rows give; `rounded` to the decimals that the row shows."""
    known = np.nan_to_num(numbers)
    totals = np.vstack([np.zeros(known.shape[1]), np.cumsum(known, axis=0)])
    size = np.abs(totals).max(axis=0)
    grows = (known >= 0).min(axis=0, initial=True).tolist()
    hits = []
    for at in np.flatnonzero(asked).tolist():
        own = numbers[at]
        use = np.flatnonzero(~np.isnan(own) & (own != 0))
        drive = next((c for c in use[np.argsort(-np.abs(own[use]))] if grows[c]), None)
        if drive is None:
            continue
        room = 1e-6 * np.abs(own) + 1e-12 * size + (np.array([half_unit(v) for v in own]) if rounded else 0.0)
        slack = room[drive]
        below = np.searchsorted(totals[:, drive], totals[at + 1, drive] + own[drive] + np.array([-slack, slack]), side="left")
        above = np.searchsorted(totals[:, drive], totals[at, drive] - own[drive] + np.array([-slack, slack]), side="left")
        spans = [(at + 1, end) for end in range(max(below[0], at + 2), min(below[1] + 1, below[0] + 8, len(numbers) + 1))]
        spans += [(first, at) for first in range(above[0], min(above[1] + 1, above[0] + 8, at))]
        for first, end in sorted(spans, key=lambda span: span[0] - span[1]):
            got = totals[end] - totals[first]
            if np.all(np.abs(got[use] - own[use]) <= room[use]):
                hits.append((at, int(first), int(end), len(use), sum(significant(v) for v in own[use])))
                break
    return hits


def half_unit(value: float) -> float:
    """Half a unit of the last decimal that a number shows: what rounding may have taken from it."""
    shown = f"{value:.6f}".rstrip("0") if math.isfinite(value) else ""
    return float(0.5 * 10.0 ** -len(shown.partition(".")[2])) if shown else 0.0


def significant(value: float) -> int:
    return len(f"{abs(value):.6g}".replace(".", "").strip("0").split("e")[0]) if math.isfinite(value) else 0


def _sure(sums: list[Sum], rows: int) -> list[Sum]:
    """Those that no chance explains: many digits in two columns, or several groups that make up the whole table; and groups of one row beside them."""
    bare = [s for s in sums if s.bare]
    grouped = [s for s in bare if s.rows > 1]
    covered = len({row for s in bare for row in range(s.first, s.last + 1)} | {s.row for s in bare})
    tiled = bool(grouped) and len(bare) > 1 and covered >= rows
    sure = [s for s in grouped if tiled or (s.columns > 1 and (s.digits >= CERTAIN_DIGITS or s.rows >= max(3, rows - 1)))]
    return sure + [s for s in bare if s.rows == 1 and (s.columns > 1 or tiled)] if sure else []


def _doubt(one: Sum, grid: Grid, header: Header, named: dict[int, str], amounts: list[int], place: dict[str, str]) -> Finding:
    shown = [(named[c], clean(grid.cells[one.row, c])) for c in amounts if grid.cells[one.row, c] is not None][:4]
    return found("ledger.row_is_sum", **place, row=int(grid.row_numbers[one.row]), key=label_of(grid, header, one.row), rows=added_rows(grid, one),
                 field=Several(name for name, _ in shown), value_seen=Several(text for _, text in shown))


def label_of(grid: Grid, header: Header, row: int) -> str:
    """The first text of a row."""
    return next((clean(grid.cells[row, c]) for c in header.columns if isinstance(grid.cells[row, c], str)), "")


def added_rows(grid: Grid, one: Sum) -> str:
    """First and last row of the file that a sum adds up."""
    return f"{int(grid.row_numbers[one.first])}–{int(grid.row_numbers[one.last])}"
