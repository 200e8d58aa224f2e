"""Scan of the content of an .ods: error values, per cents, what styles strike out, divide or write in white, and how far its repeated rows and cells reach."""

from __future__ import annotations

import re
import xml.parsers.expat
import zipfile

from spatial.read.ledger.grid import address
from spatial.read.ledger.ooxml import part
from spatial.read.ledger.scan import WHITE, Damaged, SheetScan, TooLarge, shown_unit
from spatial.schema.raw import Unreadable

REPEAT_LIMIT = 10_000_000
MARKS_LIMIT = 200_000
ERROR_TEXT = re.compile(r"#(?:REF|DIV/0|VALUE|NAME|NULL|NUM|SPILL|CALC)[!?]|#N/A|Err:\d{3}")
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
        self.style = ""  # the style that is being declared
        self.factors: set[str] = set()  # number styles that show a part of what is kept
        self.struck: set[str] = set()  # styles that strike out
        self.raised: set[str] = set()
        self.scaled: set[str] = set()  # cell styles with such a number style
        self.pale: set[str] = set()  # styles that write in white
        self.coloured: set[str] = set()  # cell styles with a ground of a colour
        self.defaults: list[tuple[int, str, bool]] = []  # columns: how many, their style, hidden
        self.row_style = ""
        self.spans: list[str] = []
        self.mark = ""

    def declare(self, tag: str, plain: dict[str, str]) -> None:
        """Note what a style strikes out, raises or divides; a style is like its parent."""
        if tag == "style:style" or tag.startswith("number:") and tag.endswith("-style"):
            self.style = plain.get("name", "")
            for held in (self.struck, self.pale, self.coloured):
                if plain.get("parent-style-name") in held:
                    held.add(self.style)
            if plain.get("data-style-name") in self.factors:
                self.scaled.add(self.style)
        elif tag == "number:number" and plain.get("display-factor", "1") not in ("1", "1.0"):
            self.factors.add(self.style)
        elif tag == "style:table-cell-properties" and (ground := plain.get("background-color")):
            (self.coloured.discard if ground.lower() in ("transparent", "#ffffff") else self.coloured.add)(self.style)
        elif tag == "style:text-properties":
            if plain.get("use-window-font-color") == "true":
                self.pale.discard(self.style)
            elif ink := plain.get("color"):
                (self.pale.add if ink.lower() == "#ffffff" else self.pale.discard)(self.style)
            line = plain.get("text-line-through-style") or plain.get("text-line-through-type")
            if line:
                (self.struck.discard if line == "none" else self.struck.add)(self.style)
            if plain.get("text-position", "").split(" ")[0].lstrip("+") not in ("", "0%") and not plain["text-position"].startswith(("sub", "-")):
                self.raised.add(self.style)

    def look(self, cell: dict[str, str]) -> str:
        """The style of a cell: its own, that of its row, or that of its column."""
        if own := cell.get("style-name") or self.row_style:
            return own
        at = 0
        for count, name, _ in self.defaults:
            at += count
            if self.column < at:
                return name
        return ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rsplit(":", 1)[-1]
        plain = {key.rsplit(":", 1)[-1]: value for key, value in attributes.items() if not key.startswith("calcext")}
        if self.cell is None and tag.startswith(("style:", "number:")):
            self.declare(tag, plain)
        elif tag == "table:table":
            self.scan = self.sheets.setdefault(plain.get("name", ""), SheetScan())
            self.row, self.defaults = 0, []
        elif tag == "table:table-column":
            at, count = sum(n for n, *_ in self.defaults), _count(plain.get("number-columns-repeated"))
            self.defaults.append((count, plain.get("default-cell-style-name", ""), False))
            if plain.get("visibility", "visible") != "visible":
                self.scan.hidden_columns += range(at, min(at + count, 16_384))
        elif tag == "table:table-row":
            self.row_style = plain.get("default-cell-style-name", "")
            self.column, self.row_repeat, self.row_cells = 0, _count(plain.get("number-rows-repeated")), []
            self.visible = plain.get("visibility", "visible") == "visible"
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.cell = plain | ({"error": "1"} if attributes.get("calcext:value-type") == "error" else {})
            self.repeat, self.text, self.has_text, self.mark, self.spans = _count(plain.get("number-columns-repeated")), [], False, "", []
            high, wide = _count(plain.get("number-rows-spanned")), _count(plain.get("number-columns-spanned"))
            if (high > 1 or wide > 1) and len(self.scan.merges) < MARKS_LIMIT:
                self.scan.merges.append((self.row, self.column, self.row + high - 1, self.column + wide - 1))
        elif name == "p" and self.cell is not None:
            self.has_text = True
        elif tag == "text:span" and self.cell is not None:
            self.spans.append(plain.get("style-name", ""))

    def data(self, text: str) -> None:
        if self.cell is not None and sum(map(len, self.text)) < 200:
            if text.strip() and self.struck.intersection(self.spans):
                self.mark = "struck"
            elif text.strip().isdigit() and self.raised.intersection(self.spans) and "".join(self.text).rstrip()[-1:].isdigit():
                self.mark = "raised"
            self.text.append(text)

    def end(self, tag: str) -> None:
        if tag == "text:span" and self.spans:
            self.spans.pop()
        elif tag in ("table:table-cell", "table:covered-table-cell") and self.cell is not None:
            kind, text = self.cell.get("value-type", ""), "".join(self.text).strip()
            if kind or self.has_text:
                special = text or "#ERR" if "error" in self.cell else "percent" if kind == "percentage" else ""
                if kind in ("float", "currency") and not special and (shown := SHOWN.fullmatch(text)):
                    unit = shown_unit(f'0"{shown[1].strip()}"')
                    special = f"unit:{unit}" if unit else ""
                if kind == "float" and not special and len(text) < 16 and text[:1] == "0" and text.isdigit() and self.cell.get("value", "").lstrip("0") != "":
                    special = f"zeros:{len(text)}"
                if not special and text[:1] in "#E" and ERROR_TEXT.fullmatch(text) and (kind != "string" or "formula" in self.cell):
                    special = text  # a program that keeps a zero or nothing beside the error it shows
                if "formula" in self.cell and not kind and not text:
                    special = "no_result"
                look = self.look(self.cell)
                if kind in ("float", "currency") and look in self.scaled:
                    special = "scaled"
                if kind in ("float", "currency", "percentage") and self.has_text and not text:
                    special = "veiled"
                elif kind in ("float", "currency", "percentage", "date") and look in self.pale and look not in self.coloured:
                    self.row_cells.append((self.column, self.repeat, "white"))
                if reason := "struck" if look in self.struck else self.mark:
                    self.row_cells.append((self.column, self.repeat, reason))
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
        if len(self.scan.percent) + len(self.scan.unreadable) + len(self.scan.units) + len(self.scan.struck) + len(self.scan.veiled) + len(places) > MARKS_LIMIT * 10:
            raise Damaged("it repeats cells without end")
        for r, c in places:
            if special in ("struck", "raised"):
                self.scan.struck[r, c] = special
            elif special == "scaled":
                self.scan.unreadable[r, c] = Unreadable("", "scaled_format", address(r, c))
            elif special == "veiled":
                self.scan.veiled[r, c] = "+-"
            elif special == "white":
                self.scan.veiled[r, c] = WHITE
            elif special == "percent":
                self.scan.percent.append((r, c))
            elif special.startswith("zeros:"):
                self.scan.padded[r, c] = int(special[6:])
            elif special.startswith("unit:"):
                self.scan.units[r, c] = special[5:]
            else:
                self.scan.unreadable[r, c] = Unreadable("" if special == "no_result" else special, "no_result" if special == "no_result" else "error_value", address(r, c))


def _count(text: str | None) -> int:
    return min(int(text), REPEAT_LIMIT) if text and text.isdigit() and int(text) > 0 else 1


def scan_book(archive: zipfile.ZipFile) -> dict[str, SheetScan]:
    """One scan for each sheet by name."""
    data = part(archive, "content.xml")
    walker = _Sheets()
    if "styles.xml" in archive.namelist():
        _parse(walker, part(archive, "styles.xml"), "styles.xml")
    _parse(walker, data, "content.xml")
    return walker.sheets


def _parse(walker: _Sheets, data: bytes, name: str) -> None:
    if b"<!ENTITY" in data[:100_000]:
        raise Damaged(f"{name} declares entities")
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = walker.start, walker.end, walker.data
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except (xml.parsers.expat.ExpatError, ValueError, LookupError) as error:
        raise Damaged(f"{name}: {error}") from None
    except TooLarge as error:
        error.sheet = next((sheet for sheet, scan in walker.sheets.items() if scan is walker.scan), "")
        raise


def is_locked(archive: zipfile.ZipFile) -> bool:
    return "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in part(archive, "META-INF/manifest.xml")
