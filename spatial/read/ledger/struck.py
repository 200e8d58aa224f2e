"""Cells that are struck out, or whose number has a raised figure behind it: what stands there is not what is meant."""

from __future__ import annotations

from spatial.errors import Finding, first_of, found
from spatial.normalise.cells import REASONS
from spatial.read.ledger.grid import Grid, address
from spatial.read.ledger.header import Header, clean
from spatial.schema.raw import Unreadable


def mark_struck(grid: Grid, header: Header, reasons: dict[int, str], place: dict[str, str]) -> list[Finding]:
    """Mark such cells of the rows of data as unreadable, so that the rule for bad rows decides; one finding for each reason."""
    columns = set(header.columns)
    marks: dict[str, list[Unreadable]] = {}
    for (row, column), reason in sorted(grid.struck.items()):
        cell = grid.cells[row, column]
        if row < header.data or row in reasons or column not in columns or isinstance(cell, Unreadable) or (cell is None and reason != "form_field"):
            continue
        mark = Unreadable(clean(cell), reason, address(int(grid.row_numbers[row]) - 1, column + grid.first_column))
        grid.cells[row, column] = mark
        marks.setdefault(reason, []).append(mark)
    return [found("ledger.bad_cells", **place, count=len(cells), value_seen=first_of((f"{m.cell} {m.text}" for m in cells), 8),
                  reason_zh=REASONS[reason][0], reason_en=REASONS[reason][1]) for reason, cells in sorted(marks.items())]
