"""Workbooks in: size checked before anything is parsed, the sheet chosen, cells read fast, and what the cell reader loses put back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import os
import re
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import python_calamine

from spatial.errors import Refused, Several, first_of, found
from spatial.normalise.cells import REASONS
from spatial.read.ledger import biff, odf, ooxml, xlsb, xml2003
from spatial.read.ledger.grid import Grid, address, as_cells
from spatial.read.ledger.scan import WHITE, Damaged, SheetScan, TooLarge
from spatial.read.ledger.sniff import Kind
from spatial.schema.fields import same_header
from spatial.schema.raw import Unreadable

TOTAL_LIMIT_BYTES = 2_000_000_000
OLD_KIND = "Excel 5.0/95"
HEADER_ROWS = 10  # in which a header stands
LOOKED_AT_BYTES = 3_000_000  # of a workbook whose other sheets are looked at
RATIO_LIMIT, SMALL_BYTES, MEMBER_LIMIT = 150, 50_000_000, 20_000
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError, IndexError, OverflowError, MemoryError)


@dataclass
class Sheets:
    """A workbook opened twice: by the cell reader, and by a scan of its records.

    `scan` looks at how far a sheet reaches, before the cell reader may; what it gives tells, when called, what that reader loses.
    """

    book: Any
    names: list[str]
    hidden: set[str]
    scan: Callable[[str], Callable[[], SheetScan]]
    date_epoch: int
    small: bool = False  # whether all of its sheets may be looked at


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the cell reader writes to standard error when a damaged file makes it panic; the refusal says it better."""
    try:
        kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:
        yield
        return
    try:
        if sys.stderr is not None:
            sys.stderr.flush()
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def read_workbook(data: bytes, kind: Kind, layer: str | None, place: dict[str, str]) -> Grid:
    """The named sheet, or the only one that holds a table, as a grid; refused where it cannot be read whole."""
    try:
        with _quiet():
            if kind is Kind.XLS:
                sheets = _open_xls(data)
            elif kind is Kind.XML_2003:
                sheets = _open_xml(data)
            else:
                _check_archive(data, place)
                sheets = _open_zip(data, kind, place)
            name, cells, start, notes = _choose(sheets, layer, place)
            return _grid(sheets, name, cells, start, place, notes)
    except Refused:
        raise
    except biff.Locked:
        raise Refused([found("ledger.locked", **place)]) from None
    except biff.Old:
        raise Refused([found("ledger.unknown_kind", **place, value_seen=OLD_KIND)]) from None
    except TooLarge as error:
        raise Refused([found("ledger.too_large", **(place | {"layer": error.sheet or layer or ""}), rows=error.rows, columns=error.columns)]) from None
    except python_calamine.PasswordError:
        raise Refused([found("ledger.locked", **place)]) from None
    except (Damaged, python_calamine.CalamineError, *BROKEN) as error:
        raise Refused([found("ledger.damaged", **place, what=kind.value, reason=str(error) or type(error).__name__)]) from None
    except BaseException as error:  # a panic of the cell reader is no Exception
        if type(error).__name__ == "PanicException":
            raise Refused([found("ledger.damaged", **place, what=kind.value, reason="the cells cannot be read")]) from None
        raise


def _check_archive(data: bytes, place: dict[str, str]) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    total, packed = sum(i.file_size for i in members), max(sum(i.compress_size for i in members), 1)
    if total > TOTAL_LIMIT_BYTES or (total > SMALL_BYTES and total > RATIO_LIMIT * packed) or len(members) > MEMBER_LIMIT:
        raise Refused([found("ledger.bomb", **place, value_seen=f"{packed:,} -> {total:,} B, {len(members)}")])
    if any(i.flag_bits & 1 for i in members):
        raise Refused([found("ledger.locked", **place)])


def _book(data: bytes) -> Any:
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))


def _tables(book: Any) -> tuple[list[str], set[str]]:
    sheets = [m for m in book.sheets_metadata if m.typ == python_calamine.SheetTypeEnum.WorkSheet]
    return [m.name for m in sheets], {m.name for m in sheets if m.visible != python_calamine.SheetVisibleEnum.Visible}


def _open_zip(data: bytes, kind: Kind, place: dict[str, str]) -> Sheets:
    archive = zipfile.ZipFile(io.BytesIO(data))
    epoch = 1900
    scan: Callable[[str], Callable[[], SheetScan]]
    if kind is Kind.XLSX:
        parts = ooxml.open_book(archive)
        epoch = parts.date_epoch
        scan = lambda name: partial(ooxml.marks, ooxml.sized(archive, parts.sheets.get(name, "")), parts)  # noqa: E731
    elif kind is Kind.XLSB:
        by_name, styles, epoch = xlsb.open_book(archive)
        scan = lambda name: _all_at_once(xlsb.scan_sheet(archive, by_name.get(name, ""), styles))  # noqa: E731
    else:
        if odf.is_locked(archive):
            raise Refused([found("ledger.locked", **place)])
        scans = odf.scan_book(archive)
        scan = lambda name: _all_at_once(_scanned(scans, name))  # noqa: E731
    book = _book(data)
    names, hidden = _tables(book)
    return Sheets(book, names, hidden, scan, epoch, len(data) < LOOKED_AT_BYTES)


def _sound_xls(data: bytes) -> tuple[bytes, list[int], Any, int]:
    """The records of an .xls, places of its sheets, styles, epoch: looked at before the cell reader is, which a chain in a circle or an impossible size would end with the process."""
    stream = biff.workbook_stream(data)
    places, styles, epoch = biff.open_book(stream)
    biff.check_extents(stream, places)
    return stream, places, styles, epoch


def _open_xls(data: bytes) -> Sheets:
    stream, places, styles, epoch = _sound_xls(data)
    book = _book(data)
    names, hidden = _tables(book)
    every = book.sheet_names
    at = dict(zip(every, places, strict=True)) if len(every) == len(places) else {}
    return Sheets(book, names, hidden, lambda name: _all_at_once(biff.scan_sheet(stream, _scanned(at, name), styles)), epoch, len(data) < LOOKED_AT_BYTES)


def _open_xml(data: bytes) -> Sheets:
    book = xml2003.open_book(data)
    return Sheets(book, list(book.sheets), {name for name, sheet in book.sheets.items() if sheet.hidden}, lambda name: _all_at_once(book.sheets[name].scan), book.epoch,
                  len(data) < LOOKED_AT_BYTES)


def _all_at_once(scan: SheetScan) -> Callable[[], SheetScan]:
    """A scan that was made together with the look at the size."""
    return lambda: scan


def _scanned(found: Mapping[str, Any], name: str) -> Any:
    """What the scan holds of a sheet; a sheet that it does not know cannot be vouched for, whatever the cell reader makes of it."""
    if name not in found:
        raise Damaged(f"the sheet {name} is not where the workbook says")
    return found[name]


Read = tuple[SheetScan, Any]  # scan, sheet of the cell reader


def _load(sheets: Sheets, name: str) -> Read:
    try:
        return _loaded(sheets, name)
    except TooLarge as error:
        error.sheet = error.sheet or name
        raise


def _loaded(sheets: Sheets, name: str) -> Read:
    marks = sheets.scan(name)
    with ThreadPoolExecutor(1) as hand:  # the cell reader lets go of the interpreter
        reading = hand.submit(sheets.book.get_sheet_by_name, name)
        scan = marks()
        sheet = reading.result()
    if sheet.total_height * sheet.total_width > 2 * 30_000_000:
        raise TooLarge(sheet.total_height, sheet.total_width)
    return scan, sheet


def _choose(sheets: Sheets, layer: str | None, place: dict[str, str]) -> tuple[str, Read, tuple[int, int], list[Any]]:
    """The sheet asked for, or the only one that holds a table (more than one column); empty and hidden ones do not count."""
    if layer:
        name = next((n for n in sheets.names if n == layer), None) or next((n for n in sheets.names if same_header(n) == same_header(layer)), None)
        if name is None:
            raise Refused([found("ledger.no_such_sheet", **(place | {"layer": layer}), value_seen=Several(sheets.names))])
        read = _load(sheets, name)
        return name, read, read[1].start or (0, 0), _going_on(sheets, name, read, place)
    loaded = {name: _load(sheets, name) for name in sheets.names}
    content = [name for name, (scan, sheet) in loaded.items() if sheet.height or scan.unreadable]
    shown = [name for name in content if name not in sheets.hidden] or content
    tables = [name for name in shown if loaded[name][1].width > 1] or shown
    if not tables:
        raise Refused([found("ledger.empty", **place)])
    if len(tables) > 1:
        raise Refused([found("ledger.several_sheets", **place, value_seen=Several(tables), count=len(tables))])
    name = tables[0]
    left = [n for n in content if n != name]
    notes = [found("ledger.skipped_sheets", **place, value_seen=Several(left), count=len(left), reason_zh="隐藏或没有表格", reason_en="hidden, or no table")] if left else []
    return name, loaded[name], loaded[name][1].start or (0, 0), notes


def _stem(name: str) -> str:
    """A sheet's name without what tells one part of a table from the next: numbers, 续, 第2页; "" where that is a year or a month."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    if re.search(r"(?:19|20)\d{2}|\d\s*(?:年|月|季|q)|q\d", plain):
        return ""
    return re.sub(r"[\s\d()\[\]_\-.]|第?[一二三四五六七八九十\d]+[页部]分?|续表?|[上下]$", "", plain) or "-"


def _going_on(sheets: Sheets, name: str, read: Read, place: dict[str, str]) -> list[Any]:
    """Sheets that by their names and columns go on with the one that was asked for, or are a copy of it; and, told quietly, others that have its columns."""
    stem, words = _stem(name), _rows_of_words(read[1])
    going_on: list[tuple[str, int]] = []
    alike: list[tuple[str, int]] = []
    for other in sheets.names:
        same = bool(stem) and _stem(other) == stem
        if other == name or other in sheets.hidden or not (same or sheets.small):
            continue
        try:
            sheet = _load(sheets, other)[1]
        except (TooLarge, Damaged, python_calamine.CalamineError):
            if same:
                raise
            continue  # nobody asked for it
        if sheet.height and sheet.width > 1 and (same and "续" in other or _rows_of_words(sheet) & words):
            (going_on if same else alike).append((other, sheet.height))
    return [found(code, **(place | {"layer": name}), value_seen=Several([other for other, _ in told]), count=len(told), rows=sum(n for _, n in told))
            for code, told in (("ledger.going_on", going_on), ("ledger.same_columns", alike)) if told]


def _rows_of_words(sheet: Any) -> set[tuple[str, ...]]:
    """The first rows of a sheet that hold words alone, as its header does."""
    rows = [[cell for cell in row if cell not in ("", None)] for row in sheet.to_python(skip_empty_area=True, nrows=HEADER_ROWS)]
    return {tuple(row) for row in rows if len(row) > 1 and all(isinstance(cell, str) for cell in row)}


def _grid(sheets: Sheets, name: str, read: Read, start: tuple[int, int], place: dict[str, str], notes: list[Any]) -> Grid:
    scan, sheet = read
    rows = sheet.to_python(skip_empty_area=True)
    top, left = start
    width = max((len(row) for row in rows[:1]), default=0)
    cells = as_cells(rows, width)
    cells, top, left = _grow(cells, top, left, scan)
    place = place | {"layer": name}
    findings = list(notes)
    _scaled(scan, cells, top, left)
    _veiled(scan, cells, top, left)
    for (row, column), mark in scan.unreadable.items():
        cells[row - top, column - left] = mark
    _zeros_before(cells, {(r - top, c - left): digits for (r, c), digits in scan.padded.items()})
    _percents(cells, [(r - top, c - left) for r, c in scan.percent])
    for reason in sorted({mark.reason for mark in scan.unreadable.values()}):
        marks = [mark for mark in scan.unreadable.values() if mark.reason == reason]
        shown = first_of((f"{m.cell} {m.text}".strip() for m in marks), 8)
        findings.append(found("ledger.bad_cells", **place, value_seen=shown, count=len(marks), reason_zh=REASONS[reason][0], reason_en=REASONS[reason][1]))
    if scan.hidden_rows:
        findings.append(found("ledger.hidden_rows", **place, count=scan.hidden_rows))
    if sheets.date_epoch == 1904:
        findings.append(found("ledger.epoch_1904", **place))
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or []] or scan.merges
    merges = [(r0 - top, c0 - left, r1 - top, c1 - left) for r0, c0, r1, c1 in merged if r0 >= top and c0 >= left]
    numbers = np.arange(top + 1, top + 1 + len(cells), dtype=np.int64)
    return Grid(cells, numbers, [m for m in merges if m[0] < len(cells) and m[1] < cells.shape[1]], layer=name, first_column=left, date_epoch=sheets.date_epoch,
                findings=findings, units={(r - top, c - left): word for (r, c), word in scan.units.items() if r >= top and c >= left},
                struck={(r - top, c - left): why for (r, c), why in scan.struck.items() if 0 <= r - top < len(cells) and 0 <= c - left < cells.shape[1]},
                hidden_columns=[c - left for c in scan.hidden_columns if 0 <= c - left < cells.shape[1]])


def _scaled(scan: SheetScan, cells: Any, top: int, left: int) -> None:
    """A format that divides by a thousand hides nothing of a zero or a text; the others are named with the number that is kept."""
    for place, mark in list(scan.unreadable.items()):
        if mark.reason == "scaled_format" and not mark.text:
            number = cells[place[0] - top, place[1] - left]
            if isinstance(number, (int, float)) and number != 0:
                scan.unreadable[place] = dataclasses.replace(mark, text=f"{number:.15g}")
            else:
                del scan.unreadable[place]


def _veiled(scan: SheetScan, cells: Any, top: int, left: int) -> None:
    """A number that its format or its colour does not show, or a day that its colour does not, is nobody's: who reads the sheet sees a blank. A zero may hide, as zeros often do."""
    for (row, column), signs in scan.veiled.items():
        if 0 <= row - top < cells.shape[0] and 0 <= column - left < cells.shape[1]:
            number = cells[row - top, column - left]
            if isinstance(number, dt.date) and signs == WHITE:
                scan.unreadable.setdefault((row, column), Unreadable(str(number), "white_number", address(row, column)))
            elif isinstance(number, (int, float)) and not isinstance(number, bool) and (number > 0 and "+" in signs or number < 0 and "-" in signs):
                scan.unreadable.setdefault((row, column), Unreadable(f"{number:.15g}", "white_number" if signs == WHITE else "hidden_number", address(row, column)))


def _grow(cells: Any, top: int, left: int, scan: SheetScan) -> tuple[Any, int, int]:
    """The grid with room for marked cells that stand outside the range of readable ones."""
    if not scan.unreadable:
        return cells, top, left
    rows, columns = zip(*scan.unreadable, strict=True)
    if not cells.size:
        top, left = min(rows), min(columns)
        cells = np.empty((0, 0), object)
    first_row, first_column = min(top, *rows), min(left, *columns)
    last_row, last_column = max(top + cells.shape[0] - 1, *rows), max(left + cells.shape[1] - 1, *columns)
    shape = (last_row - first_row + 1, last_column - first_column + 1)
    if shape == cells.shape:
        return cells, top, left
    grown = np.full(shape, None, dtype=object)
    grown[top - first_row:top - first_row + cells.shape[0], left - first_column:left - first_column + cells.shape[1]] = cells
    return grown, first_row, first_column


def _zeros_before(cells: Any, places: Mapping[tuple[int, int], int]) -> None:
    """Whole numbers shown with zeros before them become the text that is shown, such as 0001: they are codes."""
    height, width = cells.shape
    for (row, column), digits in places.items():
        number = cells[row, column] if 0 <= row < height and 0 <= column < width else None
        if isinstance(number, (int, float)) and not isinstance(number, bool) and float(number).is_integer() and 0 < number < 10 ** (digits - 1):
            cells[row, column] = f"{int(number):0{digits}d}"


def _percents(cells: Any, places: list[tuple[int, int]]) -> None:
    """Numbers shown as per cent become the text that is shown, such as 80%: their scale is then beyond doubt."""
    known: dict[float, str] = {}
    height, width = cells.shape
    for row, column in places:
        if not (0 <= row < height and 0 <= column < width):
            continue
        number = cells[row, column]
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            if number not in known:
                known[number] = f"{Decimal(repr(number)) * 100:f}%"
            cells[row, column] = known[number]


def sheet_names(data: bytes, kind: Kind, place: dict[str, str]) -> list[str]:
    """Names of the sheets that hold cells, hidden ones last."""
    try:
        if kind is Kind.XML_2003:
            sheets = _open_xml(data)
            names, hidden = sheets.names, sheets.hidden
        else:
            if kind is Kind.XLS:
                _sound_xls(data)
            else:
                _check_archive(data, place)
            with _quiet():
                names, hidden = _tables(_book(data))
    except Refused:
        raise
    except (python_calamine.PasswordError, biff.Locked):
        raise Refused([found("ledger.locked", **place)]) from None
    except biff.Old:
        raise Refused([found("ledger.unknown_kind", **place, value_seen=OLD_KIND)]) from None
    except (Damaged, python_calamine.CalamineError, *BROKEN) as error:
        raise Refused([found("ledger.damaged", **place, what=kind.value, reason=str(error) or type(error).__name__)]) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise Refused([found("ledger.damaged", **place, what=kind.value, reason="the cells cannot be read")]) from None
        raise
    return [n for n in names if n not in hidden] + [n for n in names if n in hidden]
