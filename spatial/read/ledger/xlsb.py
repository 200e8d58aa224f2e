"""Scan of the binary records of an .xlsb: error values, per cent styles, texts struck out or raised, numbers in white, true extent."""

from __future__ import annotations

import dataclasses
import struct
import zipfile
from collections.abc import Iterator, Sequence

from spatial.read.ledger.biff_texts import FontMarks, reason_of
from spatial.read.ledger.grid import address
from spatial.read.ledger.ooxml import part as read_part
from spatial.read.ledger.ooxml import relations
from spatial.read.ledger.scan import ERROR_CODES, Damaged, SheetScan, Styles, styles_of
from spatial.schema.raw import Unreadable

ROW, CELL_FIRST, CELL_LAST = 0, 1, 11
CELL_ERROR, FORMULA_ERROR = 3, 11
NUMERIC = (2, 5, 9)  # RK, real, formula with a number
BUNDLE_SHEET, WORKBOOK_PROPERTIES, FORMAT, XF, CELL_XFS, CELL_XFS_END = 156, 153, 44, 47, 617, 618
FONT, STRUCK, RAISED = 43, 0x0008, 1
MERGED = 176
SHARED_CELL, SHARED_TEXT, RICH = 7, 19, 0x01
FILL, SOLID, INK_AT, GROUND_AT = 45, 1, 12, 4
PALETTE, RGB, THEME = 1, 2, 3  # how a colour is said
WHITES = (1, 9)  # of the palette


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, body) of each record; a record that runs past the end ends the part as damaged."""
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80:
            if at >= end:
                raise Damaged("a record is cut")
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            if at >= end or shift > 21:
                raise Damaged("a record is cut")
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if at + size > end:
            raise Damaged("a record is cut")
        yield kind, data[at:at + size]
        at += size


def wide_text(body: bytes, at: int) -> tuple[str, int]:
    """A counted UTF-16 text and the place after it."""
    if at + 4 > len(body):
        raise Damaged("a text is cut")
    size = struct.unpack_from("<I", body, at)[0]
    if size == 0xFFFFFFFF:
        return "", at + 4
    if at + 4 + 2 * size > len(body):
        raise Damaged("a text is cut")
    return body[at + 4:at + 4 + 2 * size].decode("utf-16-le", "replace"), at + 4 + 2 * size


def open_book(archive: zipfile.ZipFile) -> tuple[dict[str, str], Styles, int]:
    """Sheet name -> part, what the cell styles tell, epoch."""
    targets = relations(archive, "xl/_rels/workbook.bin.rels")
    sheets: dict[str, str] = {}
    epoch = 1900
    for kind, body in records(read_part(archive, "xl/workbook.bin")):
        if kind == BUNDLE_SHEET:
            relation, after = wide_text(body, 8)
            name, _ = wide_text(body, after)
            sheets[name] = targets.get(relation, "")
        elif kind == WORKBOOK_PROPERTIES and len(body) >= 4 and body[0] & 1:
            epoch = 1904
    names = {info.filename.lower() for info in archive.infolist()}
    texts = read_part(archive, "xl/sharedStrings.bin") if "xl/sharedstrings.bin" in names else b""
    styles, marks = _styles(read_part(archive, "xl/styles.bin")) if "xl/styles.bin" in names else (Styles(), [])
    return sheets, dataclasses.replace(styles, texts=_marked_texts(texts, marks)), epoch


def _marked_texts(data: bytes, fonts: Sequence[FontMarks]) -> dict[int, str]:
    """Number of a shared text -> `struck` or `raised`, for those whose runs do not read as one text."""
    if not any(font.struck or font.raised for font in fonts):
        return {}
    told: dict[int, str] = {}
    for i, body in enumerate(body for kind, body in records(data) if kind == SHARED_TEXT):
        text, at = wide_text(body, 1)
        if body[0] & RICH and at + 4 <= len(body):
            count = min(struct.unpack_from("<I", body, at)[0], (len(body) - at - 4) // 4)
            if reason := reason_of(text, [struct.unpack_from("<HH", body, at + 4 + 4 * run) for run in range(count)], fonts):
                told[i] = reason
    return told


def _styles(data: bytes) -> tuple[Styles, list[FontMarks]]:
    codes: dict[int, str] = {}
    formats: list[int] = []
    marks: list[FontMarks] = []  # of each font
    inks: list[bool] = []  # whether each font writes in white
    grounds: list[bool] = []  # whether each fill is of a colour
    fonts: list[int] = []  # of each cell style
    fills: list[int] = []
    inside = False
    for kind, body in records(data):
        if kind == FORMAT and len(body) > 6:
            codes[struct.unpack_from("<H", body)[0]] = wide_text(body, 2)[0]
        elif kind in (CELL_XFS, CELL_XFS_END):
            inside = kind == CELL_XFS
        elif kind == XF and inside:
            formats.append(struct.unpack_from("<H", body, 2)[0] if len(body) >= 4 else 0)
            fonts.append(struct.unpack_from("<H", body, 4)[0] if len(body) >= 6 else 0)
            fills.append(struct.unpack_from("<H", body, 6)[0] if len(body) >= 8 else 0)
        elif kind == FILL and len(body) >= 4:
            pattern = struct.unpack_from("<I", body)[0]
            grounds.append(pattern != 0 and not (pattern == SOLID and _is_white(body, GROUND_AT)))
        elif kind == FONT and len(body) >= 4:
            marks.append(FontMarks(bool(struct.unpack_from("<H", body, 2)[0] & STRUCK), len(body) >= 8 and struct.unpack_from("<H", body, 6)[0] == RAISED))
            inks.append(_is_white(body, INK_AT))
    white = [font < len(inks) and inks[font] and not (fill < len(grounds) and grounds[fill]) for font, fill in zip(fonts, fills, strict=True)]
    return styles_of(formats, codes, [font < len(marks) and marks[font].struck for font in fonts], white), marks


def _is_white(body: bytes, at: int) -> bool:
    """Whether the colour that stands here is white: by its three parts, by the palette, or as the first of the theme, not darkened."""
    if len(body) < at + 8:
        return False
    said, number, tint = struct.unpack_from("<BBh", body, at)
    told = said >> 1
    return told == RGB and body[at + 4:at + 7] == b"\xff\xff\xff" or told == PALETTE and number in WHITES or told == THEME and number == 0 and tint >= 0


def scan_sheet(archive: zipfile.ZipFile, part: str, styles: Styles) -> SheetScan:
    scan = SheetScan()
    row = 0
    for kind, body in records(read_part(archive, part)):
        if kind == ROW and len(body) >= 4:
            row = struct.unpack_from("<I", body)[0]
        elif kind == MERGED and len(body) >= 16:
            first_row, last_row, first_column, last_column = struct.unpack_from("<4I", body)
            scan.merges.append((first_row, first_column, last_row, last_column))
        elif CELL_FIRST <= kind <= CELL_LAST and len(body) >= 8:
            column = struct.unpack_from("<I", body)[0]
            if kind != CELL_FIRST:
                scan.reach(row, column)
                scan.strike(row, column, int.from_bytes(body[4:7], "little"), styles)
            if kind == SHARED_CELL and len(body) >= 12 and (reason := styles.texts.get(struct.unpack_from("<I", body, 8)[0])):
                scan.struck.setdefault((row, column), reason)
            if kind in (CELL_ERROR, FORMULA_ERROR) and len(body) >= 9:
                scan.unreadable[row, column] = Unreadable(ERROR_CODES.get(body[8], "#ERR"), "error_value", address(row, column))
            elif kind in NUMERIC:
                scan.style(row, column, int.from_bytes(body[4:7], "little"), styles)
    scan.check()
    return scan
