"""Scan of the content of an .ods: error values, per cents, and how far its repeated rows and cells reach."""

from __future__ import annotations

import re
import xml.parsers.expat
import zipfile

from spatial.read.ledger.grid import address
from spatial.read.ledger.ooxml import part
from spatial.read.ledger.scan import Damaged, SheetScan, shown_unit
from spatial.schema.raw import Unreadable

REPEAT_LIMIT = 10_000_000
MARKS_LIMIT = 200_000
SHOWN = re.compile(r"[^\d]{0,4}\d[\d.,\s]*\)?\s*(\D{1,12})")  # a number and what its format writes behind it


class _Sheets:
    """Walks the XML and keeps one scan a sheet; positions follow the repeat counts."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetScan] = {}
        self.scan = SheetScan()
        self.row = self.column = 0
        self.row_repeat = 1
        self.cell: dict[str, str] | None = None
        self.repeat = 1
        self.text: list[str] = []
        self.has_text = False
        self.row_cells: list[tuple[int, int, str]] = []  # column, repeat, what is special: "", percent, `unit:` and a unit, or an error text
        self.visible = True

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rsplit(":", 1)[-1]
        plain = {key.rsplit(":", 1)[-1]: value for key, value in attributes.items() if not key.startswith("calcext")}
        if tag == "table:table":
            self.scan = self.sheets.setdefault(plain.get("name", ""), SheetScan())
            self.row = 0
        elif tag == "table:table-row":
            self.column, self.row_repeat, self.row_cells = 0, _count(plain.get("number-rows-repeated")), []
            self.visible = plain.get("visibility", "visible") == "visible"
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.cell = plain | ({"error": "1"} if attributes.get("calcext:value-type") == "error" else {})
            self.repeat, self.text, self.has_text = _count(plain.get("number-columns-repeated")), [], False
        elif name == "p" and self.cell is not None:
            self.has_text = True

    def data(self, text: str) -> None:
        if self.cell is not None and sum(map(len, self.text)) < 200:
            self.text.append(text)

    def end(self, tag: str) -> None:
        if tag in ("table:table-cell", "table:covered-table-cell") and self.cell is not None:
            kind, text = self.cell.get("value-type", ""), "".join(self.text).strip()
            if kind or self.has_text:
                special = text or "#ERR" if "error" in self.cell else "percent" if kind == "percentage" else ""
                if kind in ("float", "currency") and not special and (shown := SHOWN.fullmatch(text)):
                    unit = shown_unit(f'0"{shown[1].strip()}"')
                    special = f"unit:{unit}" if unit else ""
                if "formula" in self.cell and not kind and not text:
                    special = "no_result"
                self.row_cells.append((self.column, self.repeat, special))
            elif "formula" in self.cell:
                self.row_cells.append((self.column, self.repeat, "no_result"))
            self.column += self.repeat
            self.cell = None
        elif tag == "table:table-row":
            self._close_row()

    def _close_row(self) -> None:
        if self.row_cells:
            last, repeat, _ = self.row_cells[-1]
            self.scan.reach(self.row + self.row_repeat - 1, last + repeat - 1)
            self.scan.check()
            self.scan.hidden_rows += 0 if self.visible else self.row_repeat
            for column, times, special in self.row_cells:
                if special:
                    self._mark(column, times, special)
        self.row += self.row_repeat

    def _mark(self, column: int, times: int, special: str) -> None:
        places = [(r, c) for r in range(self.row, self.row + self.row_repeat) for c in range(column, column + times)]
        if len(self.scan.percent) + len(self.scan.unreadable) + len(self.scan.units) + len(places) > MARKS_LIMIT * 10:
            raise Damaged("it repeats cells without end")
        for r, c in places:
            if special == "percent":
                self.scan.percent.append((r, c))
            elif special.startswith("unit:"):
                self.scan.units[r, c] = special[5:]
            else:
                self.scan.unreadable[r, c] = Unreadable("" if special == "no_result" else special, "no_result" if special == "no_result" else "error_value", address(r, c))


def _count(text: str | None) -> int:
    return min(int(text), REPEAT_LIMIT) if text and text.isdigit() and int(text) > 0 else 1


def scan_book(archive: zipfile.ZipFile) -> dict[str, SheetScan]:
    """One scan for each sheet by name."""
    data = part(archive, "content.xml")
    if b"<!ENTITY" in data[:100_000]:
        raise Damaged("content.xml declares entities")
    walker = _Sheets()
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = walker.start, walker.end, walker.data
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except (xml.parsers.expat.ExpatError, ValueError, LookupError) as error:
        raise Damaged(f"content.xml: {error}") from None
    return walker.sheets


def is_locked(archive: zipfile.ZipFile) -> bool:
    return "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in part(archive, "META-INF/manifest.xml")
