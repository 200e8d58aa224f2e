"""The table of a web page that office systems hand out as .xls: cells as text, spans as merged ranges."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial.errors import Refused, first_of, found
from spatial.read.ledger.grid import Grid, Merge, as_cells
from spatial.read.ledger.html_ink import Inks
from spatial.read.ledger.text import decode, encoding_findings

SPAN_LIMIT, CELLS_LIMIT = 1_000, 5_000_000
_CELLS, _BREAKS = ("td", "th"), ("br", "p", "div")
_STRUCK = ("s", "strike", "del")
_NOT_SHOWN, _VOID = ("script", "template", "noscript", "select"), ("br", "img", "input", "hr", "col", "wbr", "meta", "link", "area", "base", "embed", "source", "track", "param")
_LINE, _HIDDEN = re.compile(r"line-through", re.I), re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.I)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")


class _Table(NamedTuple):
    cells: dict[tuple[int, int], str]
    merges: list[Merge]
    marks: dict[tuple[int, int], str]  # struck or raised text -> reason
    hidden: set[int]
    unseen: set[tuple[int, int]]  # cells that a browser leaves out


class _Tables(HTMLParser):
    """Every outermost table with its cells in their places; a table inside a cell is the text of that cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self.depth = 0
        self.cells: dict[tuple[int, int], str] = {}
        self.merges: list[Merge] = []
        self.marks: dict[tuple[int, int], str] = {}
        self.hidden: set[int] = set()
        self.unseen: set[tuple[int, int]] = set()
        self.lined: list[str] = []  # open tags that strike out what is in them
        self.raised = self.style = False
        self.veils: list[str] = []  # open tags inside a cell of which a browser shows nothing, and what is open in the first of them
        self.classes: dict[str, str] = {}  # of the page's own style sheet -> what they say
        self.kinds: dict[str, str] = {}  # tags of the style sheet -> what it says of all of them
        self.inks = Inks()
        self.taken: set[tuple[int, int]] = set()
        self.row = self.column = -1
        self.span = (1, 1)
        self.text: list[str] | None = None
        self.number = ""  # what a spreadsheet keeps beside the text of the open cell

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        if self.veils and tag in (*_CELLS, "tr") and "table" not in self.veils:
            self.veils.clear()  # a tag that nobody closed ends with its cell
        if self.veils:
            self.veils += [] if tag in _VOID else [tag]
            return
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.inks.enter(tag, said, self._coat(tag, said))
                self.cells, self.merges, self.taken, self.row, self.marks, self.hidden, self.unseen, self.lined = {}, [], set(), -1, {}, set(), set(), []
        elif tag == "style":
            self.style = True
        elif tag == "body" or self.depth == 1 and tag in ("thead", "tbody", "tfoot"):
            self.inks.enter(tag, said, self._coat(tag, said))
        elif self.depth == 1 and tag == "tr":
            self._close()
            self.row, self.column, self.lined = self.row + 1, -1, []
            self.inks.enter(tag, said, self._coat(tag, said))
            if _hidden(said, self._look(said)):
                self.hidden.add(self.row)
        elif self.depth == 1 and tag in _CELLS and self.row >= 0:
            self._close()
            self.column += 1
            while (self.row, self.column) in self.taken:
                self.column += 1
            self.number = said.get("x:num") or ""
            self.span, self.text = (_count(said.get("rowspan")), _count(said.get("colspan"))), []
            self.inks.enter(tag, said, self._coat(tag, said))
            if _hidden(said, self._look(said)):
                self.unseen.add((self.row, self.column))
        elif self.text is not None and tag == "input":
            self._field(said)
        elif self.text is not None and tag not in _VOID and (tag in _NOT_SHOWN or _hidden(said, self._look(said))):
            self.veils.append(tag)
            if tag == "select":
                self.marks[self.row, self.column] = "form_field"
        elif tag == "sup":
            self.raised = True
        if self.text is not None and tag not in (*_CELLS, *_VOID):
            self.inks.enter_in(tag, said, self._coat(tag, said))
        if self.depth == 1 and (tag in _STRUCK or _LINE.search(self._look(said))):
            self.lined.append(tag)
        if self.text is not None and tag in _BREAKS and self.text:
            self.text.append("\n")

    def _field(self, said: dict[str, str | None]) -> None:
        """What a field of a form holds is what the page shows in it; of a tick or a button there is no telling what it says."""
        kind = (said.get("type") or "text").lower()
        assert self.text is not None
        if kind in ("text", "number", "date", "search", "tel") and not _hidden(said, self._look(said)):
            self.text.append(said.get("value") or "")
        elif kind in ("checkbox", "radio"):
            self.marks[self.row, self.column] = "form_field"

    def handle_endtag(self, tag: str) -> None:
        if self.veils:
            if tag in self.veils:
                del self.veils[len(self.veils) - 1 - self.veils[::-1].index(tag):]
                return
            if tag not in (*_CELLS, "tr", "table"):
                return
            self.veils.clear()  # the cell ends before the tag inside it does
        if tag == "table":
            if self.depth == 1:
                self._close()
                self.tables.append(_Table(self.cells, self.merges, self.marks, self.hidden, self.unseen))
            self.depth = max(self.depth - 1, 0)
        elif self.depth == 1 and tag in (*_CELLS, "tr"):
            self._close()
        if self.text is not None:
            self.inks.close_in(tag)
        self.raised, self.style = self.raised and tag != "sup", self.style and tag != "style"
        if tag in self.lined:
            del self.lined[len(self.lined) - 1 - self.lined[::-1].index(tag):]

    def handle_data(self, data: str) -> None:
        if self.style:
            self.kinds |= {name: self.kinds.get(name, "") + ";" + rule for names, rule in _RULE.findall(data) for name in re.findall(r"(?:^|,)\s*(\w+)\s*(?=,|$)", names.lower().replace("<!--", ""))}
            self.classes |= {name: self.classes.get(name, "") + rule for names, rule in _RULE.findall(data) for name in re.findall(r"\.([\w-]+)", names)}
        if self.text is None or self.veils:
            return
        if self.lined and data.strip():
            self.marks[self.row, self.column] = "struck"
        elif self.raised and data.strip().isdigit() and "".join(self.text).rstrip()[-1:].isdigit():
            self.marks[self.row, self.column] = "raised"
        self.inks.write(data)
        self.text.append(data)

    def _look(self, said: dict[str, str | None]) -> str:
        """What the style and the classes of a tag say."""
        return " ".join([said.get("style") or "", *(self.classes.get(name, "") for name in (said.get("class") or "").split())])

    def _coat(self, tag: str, said: dict[str, str | None]) -> str:
        """What the style sheet says of all tags of a kind, of the classes of this one, and its own style: the last word holds."""
        return ";".join([self.kinds.get(tag, ""), *(self.classes.get(name, "") for name in (said.get("class") or "").split()), said.get("style") or ""])

    def _close(self) -> None:
        """End the open cell: its text stands in its first place, its range is taken."""
        if self.text is None:
            return
        high, wide = self.span
        text = "".join(self.text).replace("\xa0", " ").strip()
        self.cells[self.row, self.column] = _kept(self.number, text)
        if self.inks.hides(text):
            self.marks.setdefault((self.row, self.column), "white_number")
        if high * wide > 1:
            self.merges.append((self.row, self.column, self.row + high - 1, self.column + wide - 1))
            self.taken.update((self.row + r, self.column + c) for r in range(high) for c in range(wide))
        self.column += wide - 1
        self.text = None


def _kept(number: str, text: str) -> str:
    """The number that a spreadsheet saved with a cell, where the text of the cell is that number rounded; else the text."""
    shown = re.fullmatch(r"-?[\d,]+(?:\.(\d+))?", text)
    if shown is None or not re.fullmatch(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", number):
        return text
    return number if abs(float(number) - float(text.replace(",", ""))) <= 0.5000001 * 10.0 ** -len(shown[1] or "") else text


def _hidden(said: dict[str, str | None], look: str) -> bool:
    """Whether a browser shows nothing of a tag."""
    return "hidden" in said or _HIDDEN.search(look) is not None


def _size(table: _Table) -> tuple[int, int]:
    """Rows and columns that the cells of a table reach over."""
    return max((r for r, _ in table.cells), default=-1) + 1, max((c for _, c in table.cells), default=-1) + 1


def _widths(table: _Table, height: int) -> NDArray[np.int64]:
    """How far each row reaches, cells that reach into it from above included."""
    widths = np.zeros(height, np.int64)
    for r, c in table.cells:
        widths[r] = max(widths[r], c + 1)
    for top, _, bottom, right in table.merges:
        widths[top : bottom + 1] = np.maximum(widths[top : bottom + 1], right + 1)
    return widths


def _unseen(table: _Table) -> tuple[list[int], dict[tuple[int, int], str]]:
    """(columns of which a browser shows no cell, cells of other columns that it leaves out -> reason): what stands behind those is shown under another header."""
    columns = sorted({c for _, c in table.unseen} - {c for place, text in table.cells.items() for c in (place[1],) if text and place not in table.unseen})
    return columns, {place: "hidden_text" for place in table.unseen if place[1] not in columns}


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
    if not any(len(table.cells) > 1 for table in parser.tables):
        raise Refused([found("ledger.unknown_kind", **place, value_seen="HTML")])
    largest = max(parser.tables, key=lambda table: len(table.cells))
    cells, merges = largest.cells, largest.merges
    height, width = _size(largest)
    pages = [table for table in parser.tables if table is not largest and width > 2 and _size(table)[1] == width and _size(table)[0] > 1]
    if pages:  # a list in several tables, one a page: the largest alone would lose rows
        words = [text for (_, _), text in sorted(pages[0].cells.items())[:width] if text]
        raise Refused([found("ledger.several_tables", **place, value_seen=first_of(words, 8))])
    if height * width > CELLS_LIMIT:
        raise Refused([found("ledger.too_large", **place, rows=height, columns=width)])
    rows = [[cells.get((r, c), "") for c in range(width)] for r in range(height)]
    columns, marks = _unseen(largest)
    grid = Grid(as_cells(rows, width), np.arange(1, height + 1, dtype=np.int64), [m for m in merges if m[2] < height and m[3] < width], struck=largest.marks | marks,
                widths=_widths(largest, height), hidden_columns=columns)
    grid.findings += encoding_findings(decoded.encoding, place)
    if largest.hidden:
        grid.findings.append(found("ledger.hidden_rows", **place, count=len(largest.hidden)))
    grid.findings.append(found("ledger.html", **place, count=len(parser.tables)))
    return grid, decoded.encoding.shown, decoded.encoding.evidence
