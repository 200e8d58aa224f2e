"""The table of a web page that office systems hand out as .xls: cells as text, spans as merged ranges."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np

from spatial.errors import Refused, found
from spatial.read.ledger.grid import Grid, Merge, as_cells
from spatial.read.ledger.text import decode, encoding_findings

SPAN_LIMIT, CELLS_LIMIT = 1_000, 5_000_000
_CELLS, _BREAKS = ("td", "th"), ("br", "p", "div")


class _Tables(HTMLParser):
    """Every outermost table with its cells in their places; a table inside a cell is the text of that cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[dict[tuple[int, int], str], list[Merge]]] = []
        self.depth = 0
        self.cells: dict[tuple[int, int], str] = {}
        self.merges: list[Merge] = []
        self.taken: set[tuple[int, int]] = set()
        self.row = self.column = -1
        self.span = (1, 1)
        self.text: list[str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.cells, self.merges, self.taken, self.row = {}, [], set(), -1
        elif self.depth == 1 and tag == "tr":
            self._close()
            self.row, self.column = self.row + 1, -1
        elif self.depth == 1 and tag in _CELLS and self.row >= 0:
            self._close()
            self.column += 1
            while (self.row, self.column) in self.taken:
                self.column += 1
            self.span, self.text = (_count(said.get("rowspan")), _count(said.get("colspan"))), []
        elif self.text is not None and tag in _BREAKS and self.text:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            if self.depth == 1:
                self._close()
                self.tables.append((self.cells, self.merges))
            self.depth = max(self.depth - 1, 0)
        elif self.depth == 1 and tag in (*_CELLS, "tr"):
            self._close()

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def _close(self) -> None:
        """End the open cell: its text stands in its first place, its range is taken."""
        if self.text is None:
            return
        high, wide = self.span
        self.cells[self.row, self.column] = "".join(self.text).replace("\xa0", " ").strip()
        if high * wide > 1:
            self.merges.append((self.row, self.column, self.row + high - 1, self.column + wide - 1))
            self.taken.update((self.row + r, self.column + c) for r in range(high) for c in range(wide))
        self.column += wide - 1
        self.text = None


def _count(span: str | None) -> int:
    return min(max(int(span), 1), SPAN_LIMIT) if span and span.strip().isdigit() else 1


def read_html(data: bytes, asked: str | None, place: dict[str, str]) -> tuple[Grid, str, str]:
    """The largest table of a page as a grid, with the encoding and why; refused where there is none."""
    decoded = decode(data, asked, place)
    parser = _Tables()
    parser.feed(decoded.text)
    parser.close()
    if parser.depth:
        raise Refused([found("ledger.damaged", **place, what="HTML", reason="a table is not closed; the file may be cut")])
    if not any(len(cells) > 1 for cells, _ in parser.tables):
        raise Refused([found("ledger.unknown_kind", **place, value_seen="HTML")])
    large = [table for table in parser.tables if len(table[0]) > 1]
    cells, merges = max(large, key=lambda table: len(table[0]))
    height, width = max(r for r, _ in cells) + 1, max(c for _, c in cells) + 1
    if height * width > CELLS_LIMIT:
        raise Refused([found("ledger.too_large", **place, rows=height, columns=width)])
    rows = [[cells.get((r, c), "") for c in range(width)] for r in range(height)]
    grid = Grid(as_cells(rows, width), np.arange(1, height + 1, dtype=np.int64), [m for m in merges if m[2] < height and m[3] < width])
    grid.findings += encoding_findings(decoded.encoding, place)
    grid.findings.append(found("ledger.html", **place, count=len(parser.tables)))
    return grid, decoded.encoding.shown, decoded.encoding.evidence
