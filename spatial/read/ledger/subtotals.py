"""Which rows a sub-total adds up: a sure answer where the table allows one reading alone, and else the reason for the doubt.

Sub-totals of one kind, each under its rows (or each above them), share the rows of a table out among them where the first row stands before the
first of them and none behind the last; then each adds up the rows since the one before. A sub-total that bears the name of a group
(甲镇小计) adds up the rows that have this name in one of their columns; where these are not the rows beside it, nobody can say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spatial.read.ledger.grid import Grid
from spatial.read.ledger.header import Header, clean

_WORD = re.compile(r"(?:本页|以上|分类)?(小计|合计|总计|共计|累计|总和|汇总|总数|总共|合共|(?:sub)?[ -]?total|sum|[Σ∑])(?:数|值)?(?:[(\[].*[)\]]|\d+[宗个家户项块处].*)?[:：]?$", re.I)
DOUBTS = {
    "running": ("可能是逐行累计", "it may be a running total"),
    "levels": ("表中小计不止一级", "the table has totals of several levels"),
    "sides": ("看不出小计在所计各行之上还是之下", "nothing says whether a sub-total stands above its rows or below them"),
    "beside": ("有的小计紧邻处没有所计的行", "beside some sub-totals there are no rows"),
    "named": ("名称所指的行与紧邻的行不一致", "the rows of its name are not those beside it"),
    "block": ("另有一段行相加恰为此数", "another run of rows adds up to it"),
}
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows (positions in the grid) that a sub-total adds up, or why that is in doubt (a key of DOUBTS); and the rows that bear its name, if any."""

    rows: Rows
    doubt: str = ""
    named: Rows = field(default_factory=lambda: np.zeros(0, np.int64))


def readings(grid: Grid, header: Header, data: Rows, totals: Sequence[int], labels: Mapping[int, str], words: Sequence[int]) -> dict[int, Reading]:
    """The reading of each sub-total.

    Parameters
    ----------
    data : positions of the rows that are data, ascending
    totals : positions of all totals, ascending
    labels : the words of each sub-total, by its position
    words : columns that hold words, in which the name of a group may stand
    """
    if not labels:
        return {}
    said = {row: re.sub(r"\s+", "", label) for row, label in labels.items()}
    kinds = {row: _kind(label) for row, label in said.items()}
    names = {row: _WORD.sub("", label) for row, label in said.items()}
    groups = _groups(grid, data, words, {name for name in names.values() if name})
    beside = _beside(data, np.array(totals), sorted(labels), set(kinds.values()))
    return {row: _reading(beside[row], groups.get(names[row], data[:0]), kinds[row]) for row in labels}


def other_block(row: int, data: Rows, numbers: NDArray[np.float64], gaps: Rows, value: float, tolerance: float, own: Rows) -> bool:
    """Whether a run of rows other than its own that ends right above it, or begins right below it, gives its value; runs begin and end where no data stand."""
    known = np.concatenate([[0.0], np.cumsum(np.nan_to_num(numbers))])
    here = np.searchsorted(data, row)
    borders = np.unique(np.searchsorted(data, np.r_[-1, gaps, data[-1] + 1]))
    taken = {(int(np.searchsorted(data, own[0])), int(np.searchsorted(data, own[-1])) + 1)} if len(own) else set()
    runs = [(int(at), int(here)) for at in borders if at < here] + [(int(here), int(at)) for at in borders if at > here]
    return any(abs(known[end] - known[first] - value) <= tolerance for first, end in runs if (first, end) not in taken)


def _kind(label: str) -> str:
    said = _WORD.search(label)
    return said[1].lower() if said else ""


def _beside(data: Rows, totals: Rows, subs: Sequence[int], kinds: set[str]) -> dict[int, Reading]:
    """The rows since the total before each sub-total, or up to the one behind it, where the table says which."""
    none = data[:0]
    under = data[0] < subs[0] and data[-1] < subs[-1]  # each sub-total stands under its rows
    over = data[0] > subs[0] and data[-1] > subs[-1]
    doubt = "levels" if len(kinds) > 1 else "" if under or over else "sides"
    if doubt:
        return {row: Reading(none, doubt) for row in subs}
    ends = np.r_[-1, totals, max(int(data[-1]), int(totals[-1])) + 1]
    told = {}
    for row in subs:
        place = int(np.searchsorted(ends, row))
        first, last = (ends[place - 1], row) if under else (row, ends[place + 1])
        rows = data[np.searchsorted(data, first):np.searchsorted(data, last)]
        told[row] = Reading(rows)
    return told if all(len(one.rows) for one in told.values()) else {row: Reading(none, "beside") for row in subs}


def _groups(grid: Grid, data: Rows, words: Sequence[int], names: set[str]) -> dict[str, Rows]:
    """The rows that bear a name in a column, of names that one column alone has."""
    held: dict[str, list[Rows]] = {}
    for column in words if names else ():
        cells = grid.cells[data, column].tolist()
        plain = {cell: re.sub(r"\s+", "", clean(cell)) for cell in {cell for cell in cells if isinstance(cell, str)}}
        named: dict[str, list[int]] = {}
        for place, cell in enumerate(cells):
            if isinstance(cell, str) and plain[cell] in names:
                named.setdefault(plain[cell], []).append(place)
        for name, places in named.items():
            held.setdefault(name, []).append(data[places])
    return {name: rows[0] for name, rows in held.items() if len(rows) == 1}


def _reading(beside: Reading, named: Rows, kind: str) -> Reading:
    if kind == "累计":
        return Reading(named[:0], "running", named)
    if not len(named):
        return beside
    if len(beside.rows) and not np.array_equal(beside.rows, named):
        return Reading(named[:0], "named", named)
    return Reading(named, "", named)
