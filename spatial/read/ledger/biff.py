"""Scan of an .xls: its compound file, and the records of its sheets for error values, per cent styles and epoch."""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Iterator

from spatial.read.ledger.biff_texts import FontMarks, marked_texts
from spatial.read.ledger.grid import address
from spatial.read.ledger.scan import ERROR_CODES, Damaged, SheetScan, Styles, styles_of
from spatial.read.ledger.sniff import OLE2
from spatial.schema.raw import Unreadable

BOF, END, SHEET, FORMAT, XF, DATE_MODE, PASSWORD = (0x809, 0x009, 0x209, 0x409), 0x0A, 0x85, 0x41E, 0xE0, 0x22, 0x2F
FONT, TEXTS, STRUCK, RAISED = 0x31, (0xFD, 0x204, 0xD6), 0x0008, 1
SHARED_TEXT = 0xFD
WHITES = (1, 9)  # of the palette
FORMULA, NUMBER, RK, MULTIPLE_RK, ERROR = (0x06, 0x206, 0x406), 0x203, 0x27E, 0xBD, 0x205
DIMENSIONS = (0x000, 0x200)
MOST_ROWS, MOST_COLUMNS = 65_536, 256  # of a sheet of this format
FREE = 0xFFFFFFF0
EXCEL_97 = 0x600
OLDER_BEGINNINGS = (b"\x09\x00", b"\x09\x02", b"\x09\x04")


class Compound:
    """Streams of an OLE2 compound file, read within its own size."""

    def __init__(self, data: bytes):
        if len(data) < 512:
            raise Damaged("the header is cut")
        self.data = data
        self.sector = 1 << min(struct.unpack_from("<H", data, 30)[0], 16)
        self.mini = 1 << min(struct.unpack_from("<H", data, 32)[0], 16)
        if self.sector < 128 or self.mini > self.sector:
            raise Damaged("the header is not sound")
        count, first_directory = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
        self.cutoff, first_mini = struct.unpack_from("<I", data, 56)[0], struct.unpack_from("<I", data, 60)[0]
        sectors = list(struct.unpack_from("<109I", data, 76))
        further, per = struct.unpack_from("<I", data, 68)[0], self.sector // 4
        for _ in range(len(data) // self.sector + 1):
            if further >= FREE:
                break
            block = self._sector(further)
            sectors += block[: per - 1]
            further = block[per - 1]
        self.fat: list[int] = []
        for number in sectors[:count]:
            if number < FREE:
                self.fat += self._sector(number)
        directory = self._chain(first_directory, self.fat, self.sector, self.sector)
        self.entries: dict[str, tuple[int, int]] = {}
        root = (FREE, 0)
        for at in range(0, len(directory) - 127, 128):
            size = min(struct.unpack_from("<H", directory, at + 64)[0], 64)
            name = directory[at:at + max(size - 2, 0)].decode("utf-16-le", "replace")
            place = (struct.unpack_from("<I", directory, at + 116)[0], struct.unpack_from("<I", directory, at + 120)[0])
            if directory[at + 66] == 5:
                root = place
            elif directory[at + 66] == 2:
                self.entries[name.lower()] = place
        mini = self._chain(first_mini, self.fat, self.sector, self.sector) if first_mini < FREE else b""
        self.mini_fat = list(struct.unpack(f"<{len(mini) // 4}I", mini[: len(mini) // 4 * 4]))
        self.mini_stream = self._chain(root[0], self.fat, self.sector, self.sector)[: root[1]] if root[0] < FREE else b""

    def _sector(self, number: int) -> list[int]:
        at = (number + 1) * self.sector
        block = self.data[at:at + self.sector]
        if len(block) < self.sector:
            raise Damaged("a sector lies beyond the end")
        return list(struct.unpack(f"<{self.sector // 4}I", block))

    def _chain(self, number: int, table: list[int], size: int, offset: int, source: bytes | None = None) -> bytes:
        data = self.data if source is None else source
        pieces: list[bytes] = []
        for _ in range(len(table) + 1):
            if number >= FREE:
                return b"".join(pieces)
            at = number * size + offset
            if at >= len(data) or number >= len(table):
                raise Damaged("a sector lies beyond the end")
            pieces.append(data[at:at + size])
            number = table[number]
        raise Damaged("its sectors run in a circle")

    def stream(self, *names: str) -> bytes | None:
        for name in names:
            if name in self.entries:
                first, size = self.entries[name]
                if size < self.cutoff:
                    return self._chain(first, self.mini_fat, self.mini, 0, self.mini_stream)[:size]
                return self._chain(first, self.fat, self.sector, self.sector)[:size]
        return None


def records(data: bytes, at: int = 0) -> Iterator[tuple[int, bytes, int]]:
    """(type, body, place) of each record."""
    end = len(data)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", data, at)
        if at + 4 + size > end:
            raise Damaged("a record is cut")
        yield kind, data[at + 4:at + 4 + size], at
        at += 4 + size


class Locked(Exception):
    """The workbook is encrypted."""


class Old(Exception):
    """The workbook is older than Excel 97: its Chinese texts are bytes, which the cell reader garbles."""


def workbook_stream(data: bytes) -> bytes:
    """The records of the workbook; a file of bare records is its own stream."""
    stream = data if not data.startswith(OLE2) else _compound_stream(data)
    if len(stream) >= 6 and (stream[:2] in OLDER_BEGINNINGS or stream[:2] == b"\x09\x08" and struct.unpack_from("<H", stream, 4)[0] < EXCEL_97):
        raise Old
    return stream


def _compound_stream(data: bytes) -> bytes:
    compound = Compound(data)
    if "encryptedpackage" in compound.entries:
        raise Locked
    stream = compound.stream("workbook", "book")
    if stream is None:
        raise Damaged("it holds no workbook")
    return stream


def open_book(stream: bytes) -> tuple[list[int], Styles, int]:
    """Places of the sheets in their order, what the cell styles tell, epoch."""
    sheets: list[int] = []
    codes: dict[int, str] = {}
    formats: list[int] = []
    marks: list[FontMarks] = []  # of each font
    inks: list[int] = []  # of each font
    fonts: list[int] = []  # of each cell style
    grounds: list[bool] = []  # whether each cell style has a ground of a colour
    epoch = 1900
    for kind, body, _ in records(stream):
        if kind == END:
            break
        if kind == PASSWORD and len(body) >= 2 and (len(body) > 6 or body[:2] != b"\x00\x00"):
            raise Locked
        if kind == SHEET and len(body) >= 8:
            sheets.append(struct.unpack_from("<I", body)[0])
        elif kind == FORMAT and len(body) > 4:
            codes[struct.unpack_from("<H", body)[0]] = _format_text(body)
        elif kind == XF and len(body) >= 4:
            formats.append(struct.unpack_from("<H", body, 2)[0])
            font = struct.unpack_from("<H", body)[0]
            fonts.append(font - (font > 4))  # there is no font 4
            pattern, ground = (struct.unpack_from("<I", body, 14)[0] >> 26, struct.unpack_from("<H", body, 18)[0] & 0x7F) if len(body) >= 20 else (0, 0)
            grounds.append(pattern != 0 and not (pattern == 1 and ground in WHITES))
        elif kind == FONT and len(body) >= 4:
            inks.append(struct.unpack_from("<H", body, 4)[0] if len(body) >= 6 else 0)
            marks.append(FontMarks(bool(struct.unpack_from("<H", body, 2)[0] & STRUCK), len(body) >= 10 and struct.unpack_from("<H", body, 8)[0] == RAISED))
        elif kind == DATE_MODE and len(body) >= 2 and body[0] == 1:
            epoch = 1904
    styles = styles_of(formats, codes, [font < len(marks) and marks[font].struck for font in fonts],
                       [font < len(inks) and inks[font] in WHITES and not ground for font, ground in zip(fonts, grounds, strict=True)])
    return sheets, dataclasses.replace(styles, texts=marked_texts(records(stream), marks)), epoch


def _format_text(body: bytes) -> str:
    wide = len(body) > 4 and bool(body[4] & 1)
    return body[5:].decode("utf-16-le" if wide else "latin-1", "replace")


def check_extents(stream: bytes, places: list[int]) -> None:
    """What each sheet says of its own size, before a cell reader makes room for it: one that asked for terabytes would end the process."""
    for at in places:
        for kind, body, _ in records(stream, at):
            if kind == END:
                break
            if kind in DIMENSIONS and len(body) >= 8:
                top, bottom, left, right = struct.unpack_from("<IIHH" if kind and len(body) >= 14 else "<HHHH", body)
                if not (top <= bottom <= MOST_ROWS and left <= right <= MOST_COLUMNS):
                    raise Damaged("a sheet states a size that it cannot have")


def scan_sheet(stream: bytes, at: int, styles: Styles) -> SheetScan:
    """Scan one sheet's records from its beginning to its end; embedded charts are skipped."""
    scan, depth = SheetScan(), 0
    for kind, body, place in records(stream, at):
        if place == at and kind not in BOF:
            raise Damaged("a sheet does not begin where the workbook says")
        if kind in BOF:
            depth += 1
        elif kind == END:
            depth -= 1
            if depth == 0:
                break
        elif depth == 1 and len(body) >= 6 and (kind in FORMULA or kind in TEXTS or kind in (NUMBER, RK, MULTIPLE_RK, ERROR)):
            _cell(scan, kind, body, styles)
    else:
        raise Damaged("a sheet is cut")  # its end is not there
    scan.check()
    return scan


def _cell(scan: SheetScan, kind: int, body: bytes, styles: Styles) -> None:
    row, column, style = struct.unpack_from("<HHH", body)
    scan.reach(row, column)
    if kind in TEXTS or kind in FORMULA or kind == NUMBER or kind == RK:
        scan.strike(row, column, style, styles)
    if kind == SHARED_TEXT and styles.texts and len(body) >= 10 and (reason := styles.texts.get(struct.unpack_from("<I", body, 6)[0])):
        scan.struck.setdefault((row, column), reason)
    if kind == ERROR and len(body) >= 8 and body[7] == 1:
        scan.unreadable[row, column] = Unreadable(ERROR_CODES.get(body[6], "#ERR"), "error_value", address(row, column))
    elif kind in FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff":
        if body[6] == 2:
            scan.unreadable[row, column] = Unreadable(ERROR_CODES.get(body[8], "#ERR"), "error_value", address(row, column))
    elif kind == MULTIPLE_RK:
        count = (len(body) - 6) // 6
        scan.reach(row, column + max(count - 1, 0))
        for i in range(count):
            scan.style(row, column + i, struct.unpack_from("<H", body, 4 + 6 * i)[0], styles)
            scan.strike(row, column + i, struct.unpack_from("<H", body, 4 + 6 * i)[0], styles)
    elif kind != ERROR and kind not in TEXTS:
        scan.style(row, column, style, styles)
