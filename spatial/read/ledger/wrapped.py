"""Words alone in a row below a record: the end of a cell that a printed table broke in two, where nothing speaks for a heading."""

from __future__ import annotations

import re

from spatial.errors import Finding, found
from spatial.read.ledger.grid import Grid
from spatial.read.ledger.header import Header
from spatial.read.ledger.rows import is_bare_word, is_serial

USUALLY = 0.8  # of the records fill the column
_OFFICE = re.compile(r"(?:局|委|委员会|办|办公室|中心|政府|科|处|站|部)$")  # who made a table may sign it at its end


def wrapped_words(grid: Grid, header: Header, reasons: dict[int, str], place: dict[str, str]) -> list[Finding]:
    """One error for the rows that hold the end of a word of the row above.

    A heading stands above the first record of its table, or in the first column; in any column, what ends other names of it is no heading.
    """
    data = [row for row in range(header.data, len(grid.cells)) if row not in reasons]
    lone = [(row, columns[0]) for row, why in sorted(reasons.items()) if why in ("heading", "note") and row > header.last
            if len(columns := [c for c in header.columns if grid.cells[row, c] is not None]) == 1 and is_bare_word(grid.cells[row, columns[0]])]
    if len(data) < 2 or not lone:
        return []
    headed = {c for row, c in lone if row < data[0]}
    told = []
    for row, c in lone:
        word = grid.cells[row, c].strip()
        words = [cell for r in data if isinstance(cell := grid.cells[r, c], str)]
        if row - 1 in reasons or row - 1 < header.data or len(words) < USUALLY * len(data) or any(r0 <= row <= r1 and c1 > c0 for r0, c0, r1, c1 in grid.merges):
            continue
        ends = any(cell.endswith(word) and cell != word for cell in words)
        first = c == header.columns[0] or c == header.columns[1] and is_serial(header.headers[0])
        signed = row > data[-1] and _OFFICE.search(word)
        if ends and word not in words or not (first or signed or c in headed):
            told.append((row, c))
    if not told:
        return []
    row, c = told[0]
    return [found("ledger.wrapped_word", **place, row=int(grid.row_numbers[row]), field=header.headers[header.columns.index(c)], value_seen=grid.cells[row, c], count=len(told))]
