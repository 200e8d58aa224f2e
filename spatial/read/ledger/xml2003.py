"""Workbooks in XML Spreadsheet 2003 (.xls or .xml, as many systems export): cells by their types and places, and what styles strike out, hide or divide."""

from __future__ import annotations

import datetime as dt
import re
import xml.parsers.expat
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial.read.ledger.grid import address
from spatial.read.ledger.scan import COLUMNS_LIMIT, FIRST_OWN, ROWS_LIMIT, Damaged, SheetScan, Styles, TooLarge, styles_of
from spatial.schema.raw import Unreadable

SHEET, EXCEL = "urn:schemas-microsoft-com:office:spreadsheet", "urn:schemas-microsoft-com:office:excel"
NAMED = {"Percent": "0.00%", "Euro Currency": "[$€-2] #,##0.00"}  # of the formats with a name of their own those that say more than a number
STRUCK, RAISED = ("s", "strike", "del"), ("sup",)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d*)?)?")
_STATED = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")


def stated_encoding(data: bytes) -> str:
    """The encoding that the heading of the document states, "" where it states none."""
    heading = _STATED.match(data[:200])
    return heading[1].decode("ascii") if heading else ""


class Look(NamedTuple):
    """What a style says, its parent's words where it has none of its own."""

    format: str = ""
    struck: bool = False
    white: bool = False
    ground: bool = False


@dataclass
class Sheet:
    """The cells of one sheet, and what the cell reader of other workbooks tells of them."""

    name: str
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    merges: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    looks: list[tuple[int, int, str]] = field(default_factory=list)  # row, column, style of each cell with content
    scan: SheetScan = field(default_factory=SheetScan)
    hidden: bool = False

    @cached_property
    def start(self) -> tuple[int, int] | None:
        return (min(r for r, _ in self.cells), min(c for _, c in self.cells)) if self.cells else None

    @cached_property
    def total_height(self) -> int:
        return max((r for r, _ in self.cells), default=-1) + 1

    @cached_property
    def total_width(self) -> int:
        return max((c for _, c in self.cells), default=-1) + 1

    @property
    def height(self) -> int:
        return self.total_height - (self.start or (0, 0))[0]

    @property
    def width(self) -> int:
        return self.total_width - (self.start or (0, 0))[1]

    @property
    def merged_cell_ranges(self) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        return self.merges

    def to_python(self, *, skip_empty_area: bool = True, nrows: int | None = None) -> list[list[Any]]:
        """Rows of cells from the first filled one on; blank cells are empty texts."""
        top, left = self.start or (0, 0)
        height, width = self.height if nrows is None else min(self.height, nrows), self.width
        rows: list[list[Any]] = [[""] * width for _ in range(height)]
        for (r, c), cell in self.cells.items():
            if r - top < height:
                rows[r - top][c - left] = cell
        return rows


@dataclass
class Book:
    """All sheets by name, in their order."""

    sheets: dict[str, Sheet]
    epoch: int = 1900

    def get_sheet_by_name(self, name: str) -> Sheet:
        return self.sheets[name]


def _nowhere() -> NDArray[np.int64]:
    return np.full(COLUMNS_LIMIT, -1, np.int64)


@dataclass
class _Walker:
    """Walks the document; `path` are the open elements of the workbook's own name space, a comment's text is none of the cell's."""

    book: Book = field(default_factory=lambda: Book({}))
    looks: dict[str, Look] = field(default_factory=lambda: {"Default": Look()})
    path: list[str] = field(default_factory=list)
    sheet: Sheet | None = None
    style: str = ""
    row: int = -1
    column: int = -1
    last_column: int = -1  # of those with a style or a width of their own
    column_styles: dict[int, str] = field(default_factory=dict)
    row_style: str = ""
    row_hidden: bool = False
    cell: dict[str, str] | None = None
    kind: str | None = None  # the type of the open data
    text: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)  # open tags of the text that strike out or raise
    mark: str = ""
    comment: int = 0
    filled: bool = False  # whether the open cell has its value
    row_filled: bool = False
    span: int = 0  # further rows that the open one stands for
    reaches: NDArray[np.int64] = field(default_factory=_nowhere)  # the last row to which a merged range reaches down, by column
    begins: NDArray[np.int64] = field(default_factory=_nowhere)  # the place of that range among those of the sheet
    over: tuple[int, int] | None = None  # where the range of the rows above begins that the open cell stands in

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        said = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        self.path.append(name)
        if self.comment or name == "Comment":
            self.comment += 1
        elif self.kind is not None:
            self.marked += [name.lower()] if name.lower() in (*STRUCK, *RAISED) else []
        elif space == SHEET:
            self._opened(name, said)
        elif name == "Date1904":
            self.book.epoch = 1904

    def _opened(self, name: str, said: dict[str, str]) -> None:
        if name == "Style":
            self.style = said.get("ID", "")
            self.looks[self.style] = self.looks.get(said.get("Parent", "Default"), self.looks["Default"])
        elif name in ("NumberFormat", "Font", "Interior") and "Styles" in self.path:
            self._style(name, said)
        elif name == "Worksheet":
            self.sheet = Sheet(said.get("Name", f"Sheet{len(self.book.sheets) + 1}"))
            if self.sheet.name in self.book.sheets:
                raise Damaged(f"two sheets are called {self.sheet.name}")
            self.book.sheets[self.sheet.name] = self.sheet
            self.row, self.last_column, self.column_styles = -1, -1, {}
            self.reaches[:] = -1
        elif name == "Column" and self.sheet is not None:
            first = _place(said, self.last_column, COLUMNS_LIMIT)
            last = min(first + _count(said.get("Span")), COLUMNS_LIMIT - 1)
            self.last_column = last
            self.column_styles.update(dict.fromkeys(range(first, last + 1), said["StyleID"]) if said.get("StyleID") else {})
            self.sheet.scan.hidden_columns += range(first, last + 1) if said.get("Hidden") == "1" else ()
        elif name == "Row" and self.sheet is not None:
            self.row = _place(said, self.row, ROWS_LIMIT)
            self.column, self.row_style, self.row_hidden, self.span = -1, said.get("StyleID", ""), said.get("Hidden") == "1", _count(said.get("Span"))
            self.row_filled = False
        elif name == "Cell" and self.sheet is not None and self.row >= 0:
            self.column = _place(said, self.column, COLUMNS_LIMIT)
            self.cell, self.text, self.mark, self.marked, self.filled = said, [], "", [], False
            self.over = self.sheet.merges[self.begins[self.column]][0] if self.reaches[self.column] >= self.row else None
            self._merge(_count(said.get("MergeDown")), _count(said.get("MergeAcross")))
        elif name == "Data" and self.cell is not None:
            self.kind = said.get("Type", "String")

    def _style(self, name: str, said: dict[str, str]) -> None:
        look = self.looks[self.style] if self.style in self.looks else Look()
        if name == "NumberFormat":
            code = said.get("Format", "General")
            look = look._replace(format=NAMED.get(code, "" if re.fullmatch(r"[A-Z][a-z]+(?:[ /][A-Z][a-z]+)?", code) else code))
        elif name == "Font":
            look = look._replace(struck=said.get("StrikeThrough", "0") == "1", white=said.get("Color", "").lower() == "#ffffff")
        else:
            look = look._replace(ground=said.get("Pattern", "None") != "None" and said.get("Color", "#ffffff").lower() != "#ffffff")
        self.looks[self.style] = look

    def _merge(self, down: int, across: int) -> None:
        assert self.sheet is not None
        first, last = (self.row, self.column), (min(self.row + down, ROWS_LIMIT - 1), min(self.column + across, COLUMNS_LIMIT - 1))
        if first == last:
            return
        self.sheet.merges.append((first, last))
        if down:  # cells of the same row stand behind the range by themselves
            at = slice(first[1], last[1] + 1)
            longer = self.reaches[at] < last[0]
            self.reaches[at][longer], self.begins[at][longer] = last[0], len(self.sheet.merges) - 1

    def data(self, text: str) -> None:
        if self.kind is None or self.comment:
            return
        if text.strip() and any(tag in STRUCK for tag in self.marked):
            self.mark = "struck"
        elif text.strip().isdigit() and any(tag in RAISED for tag in self.marked) and "".join(self.text).rstrip()[-1:].isdigit():
            self.mark = "raised"
        self.text.append(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        self.path.pop()
        if self.comment:
            self.comment -= 1
        elif self.marked and name.lower() == self.marked[-1]:
            self.marked.pop()
        elif name == "Data" and self.kind is not None:
            self._keep(self.kind, "".join(self.text))
            self.kind = None
        elif name == "Cell" and self.cell is not None and self.sheet is not None:
            if "Formula" in self.cell and not self.filled:
                self._unreadable("", "no_result")
            self.column += _count(self.cell.get("MergeAcross"))
            self.cell = None
        elif name == "Row" and self.sheet is not None:
            self.sheet.scan.hidden_rows += self.row_filled and self.row_hidden
            self.row += self.span
        elif name == "Visible" and self.sheet is not None and "WorksheetOptions" in self.path:
            self.sheet.hidden = True  # it stands only where a sheet is not shown
        elif name == "Worksheet":
            self.sheet = None

    def _keep(self, kind: str, text: str) -> None:
        """The value of a cell by its type; a text that is none of its type stays a text, and whoever reads the column judges it."""
        assert self.sheet is not None and self.cell is not None
        if self.filled:
            raise Damaged(f"the cell {address(self.row, self.column)} has two values")
        if not text.strip():
            self.filled = kind == "String"
            return
        place = (self.row, self.column)
        if self.over is not None:
            raise Damaged(f"the cell {address(*place)} stands inside the merged cell {address(*self.over)}")
        self.filled = self.row_filled = True
        value = _value(kind, text)
        self.sheet.scan.reach(*place)
        self.sheet.scan.check()
        self.sheet.cells[place] = value
        if kind == "Error":
            self._unreadable(text.strip(), "error_value")
        if self.mark:
            self.sheet.scan.struck[place] = self.mark
        self.sheet.looks.append((*place, self._look()))

    def _unreadable(self, text: str, reason: str) -> None:
        assert self.sheet is not None
        self.filled = self.row_filled = True
        self.sheet.scan.reach(self.row, self.column)
        self.sheet.scan.check()
        self.sheet.cells.setdefault((self.row, self.column), text)
        self.sheet.scan.unreadable[self.row, self.column] = Unreadable(text, reason, address(self.row, self.column))

    def _look(self) -> str:
        """The style of a cell: its own, that of its row, or that of its column."""
        assert self.cell is not None
        own = self.cell.get("StyleID") or self.row_style
        return own or self.column_styles.get(self.column, "Default")


def _place(said: dict[str, str], before: int, limit: int) -> int:
    """The place of a row, column or cell from 0: where it says so, else behind the one before."""
    index = said.get("Index")
    if index is None:
        place = before + 1
    elif not re.fullmatch(r"\d{1,7}", index) or int(index) - 1 <= before:
        raise Damaged(f"the index {index[:20]} does not lie behind {before + 1}")
    else:
        place = int(index) - 1
    if place >= limit:
        raise TooLarge(place + 1, 1)
    return place


def _count(text: str | None) -> int:
    return min(int(text), ROWS_LIMIT) if text and re.fullmatch(r"\d{1,7}", text) else 0


def _value(kind: str, text: str) -> Any:
    if kind == "Number" and _NUMBER.fullmatch(text.strip()):
        return float(text)
    if kind == "Boolean" and text.strip() in ("0", "1"):
        return text.strip() == "1"
    if kind == "DateTime" and (match := _DAY.fullmatch(text.strip())):
        return _day(match, text)
    return text


def _day(match: re.Match[str], text: str) -> Any:
    """A day, a day with its time, or the time alone, which is written as one of the day before all days."""
    try:
        moment = dt.datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]
    except ValueError:
        return text
    if moment.date() in (dt.date(1899, 12, 31), dt.date(1904, 1, 1)) and moment.time() != dt.time(0):
        return moment.time()
    return moment.date() if moment.time() == dt.time(0) else moment


def open_book(data: bytes) -> Book:
    """The sheets of a document in UTF-8, whatever its heading says; with a document type of its own it is refused."""
    def refuse(*_: object) -> None:
        raise Damaged("it declares a document type")

    walker = _Walker()
    parser = xml.parsers.expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = walker.start, walker.end, walker.data
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except xml.parsers.expat.ExpatError as error:
        raise Damaged(str(error)) from None
    except TooLarge as error:
        error.sheet = walker.sheet.name if walker.sheet else ""
        raise
    styles, numbers = _styles(walker.looks)
    for sheet in walker.book.sheets.values():
        for row, column, name in sheet.looks:
            number = numbers.get(name, 0)
            if isinstance(sheet.cells[row, column], float) and (row, column) not in sheet.scan.unreadable:
                sheet.scan.style(row, column, number, styles)
            elif isinstance(sheet.cells[row, column], dt.date) and number in styles.veiled:
                sheet.scan.veiled[row, column] = styles.veiled[number]
            sheet.scan.strike(row, column, number, styles)
    return walker.book


def _styles(looks: dict[str, Look]) -> tuple[Styles, dict[str, int]]:
    """What the styles tell, and the number of each by its name."""
    said = list(looks.values())
    codes = {FIRST_OWN + i: look.format for i, look in enumerate(said)}
    return (styles_of(codes, codes, [look.struck for look in said], [look.white and not look.ground for look in said]), {name: i for i, name in enumerate(looks)})
