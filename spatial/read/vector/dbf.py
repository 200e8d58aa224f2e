"""The attribute table of a shapefile, read as the text it holds, so that 19-digit codes keep every digit."""

from __future__ import annotations

import datetime
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.errors import Finding
from spatial.read.encoding import Encoding, decide, decode_cell, decodes, first_fault, half_ends, heal_name, known_name
from spatial.read.vector.draft import Place, objects

LANGUAGE_BYTES = {
    **dict.fromkeys((0x4D, 0x7A), "gbk"), **dict.fromkeys((0x4F, 0x78), "big5"), **dict.fromkeys((0x4E, 0x79), "cp949"), **dict.fromkeys((0x13, 0x7B), "cp932"),
    **dict.fromkeys((0x01, 0x09, 0x0B, 0x0D, 0x0F, 0x11, 0x15, 0x18, 0x19, 0x1B), "cp437"), **dict.fromkeys((0x02, 0x0A, 0x0E, 0x10, 0x12, 0x14, 0x16, 0x1A, 0x1D, 0x25, 0x37), "cp850"),
    **dict.fromkeys((0x1F, 0x22, 0x23, 0x40, 0x64, 0x87), "cp852"), **dict.fromkeys((0x26, 0x65), "cp866"), **dict.fromkeys((0x03, 0x58, 0x59), "cp1252"),
    **dict.fromkeys((0x50, 0x7C), "cp874"), **dict.fromkeys((0x6A, 0x86), "cp737"), **dict.fromkeys((0x6B, 0x88), "cp857"), 0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254",
    0xCB: "cp1253", 0xCC: "cp1257", 0x7D: "cp1255", 0x7E: "cp1256"}
MANY_HALVES = 0.2
"""Of texts shorter than their field; more of them that end in half a character are no text in that encoding."""
WIDE_TEXT_BYTES = 250
_WHOLE = re.compile(r"-?\d+\.0+")


@dataclass(frozen=True, slots=True)
class Column:
    raw_name: bytes
    kind: str
    offset: int
    width: int


@dataclass(slots=True)
class Table:
    """Columns by name (names may repeat), the records that are not deleted, and how the text was decoded."""

    columns: list[tuple[str, NDArray[Any]]]
    alive: NDArray[np.bool_]
    encoding: Encoding
    findings: list[Finding]


def read_dbf(path: Path, place: Place, *, codepage: str | None) -> Table:
    """Read a DBF; `codepage` is what the .cpg says."""
    data = path.read_bytes()
    columns, records, language = _header(data, place)
    alive = records[:, 0] != ord("*") if records.shape[1] else np.ones(len(records), bool)
    cells = {column: _bytes(records, column) for column in columns}
    encoding = _encoding(columns, cells, place, codepage, language)
    if not encoding.name:
        raise place.refuse("container.encoding_unknown", reason=encoding.reason, value_seen=encoding.contradicts or "—")
    table = Table([], alive, encoding, [])
    for column in columns:
        _add(table, column, cells[column], place)
    if not alive.all():
        table.findings.append(place.finding("container.deleted_records", count=int((~alive).sum())))
    return table


def _header(data: bytes, place: Place) -> tuple[list[Column], NDArray[np.uint8], int]:
    if not data:
        raise place.refuse("container.missing_member", value_seen=".dbf (0 bytes)")
    if len(data) < 33:
        raise place.refuse("container.damaged", what=".dbf", reason="the header is cut")
    count, header_size, record_size = struct.unpack_from("<IHH", data, 4)
    columns, at, offset = [], 32, 1
    while at + 32 <= min(header_size, len(data)) and data[at] != 0x0D:
        kind, width, decimals = chr(data[at + 11]), data[at + 16], data[at + 17]
        if kind == "C" and decimals:
            width += decimals << 8
        columns.append(Column(data[at : at + 11].split(b"\x00", 1)[0], kind, offset, width))
        at, offset = at + 32, offset + width
    if offset > record_size or record_size == 0:
        raise place.refuse("container.damaged", what=".dbf", reason="the field list does not add up to the record length")
    expected = header_size + count * record_size
    if len(data) < expected:
        raise place.refuse("container.cut", value_seen=len(data), expected=expected)
    body = np.frombuffer(data, np.uint8, count * record_size, header_size).reshape(count, record_size)
    return columns, body, data[29]


def _bytes(records: NDArray[np.uint8], column: Column) -> NDArray[np.bytes_]:
    """The cells of a column as fixed-width byte strings, trailing zero bytes gone."""
    block = np.ascontiguousarray(records[:, column.offset : column.offset + column.width])
    if column.width == 0:
        return np.full(len(records), b"", dtype="S1")
    return block.view(f"S{column.width}").reshape(-1)


def _encoding(columns: list[Column], cells: dict[Column, NDArray[np.bytes_]], place: Place, codepage: str | None, language: int) -> Encoding:
    pieces = [column.raw_name for column in columns]
    for column in columns:
        if column.kind == "C" and len(cells[column]) and cells[column].view(np.uint8).max() > 127:
            pieces += [cell.rstrip() for cell in np.unique(cells[column]).tolist()]
    stated, by = (codepage, ".cpg") if codepage else (LANGUAGE_BYTES.get(language), f"language byte 0x{language:02X}")
    decided = decide(pieces, stated=stated, stated_by=by, asked=place.encoding)
    if (decided.evidence.startswith("valid") and decided.name in ("gb18030", "big5hkscs")) or (decided.name == "utf-8" and decided.evidence != "study"):
        short = [cell.rstrip() for column in columns if column.kind == "C" for cell in np.unique(cells[column]).tolist() if len(cell.rstrip()) < column.width]
        if half_ends(short, decided.name) > MANY_HALVES:
            told = known_name(stated)
            return Encoding(told, by) if told not in (None, decided.name) and decodes(pieces, told) else Encoding("", first_fault(pieces), stated or "")
    return decided


def encoding_finding(encoding: Encoding, place: Place, codepage: str | None) -> Finding | None:
    """The record of an encoding that the file does not state, or states wrongly."""
    if encoding.contradicts:
        return place.finding("container.encoding_lie", value_seen=encoding.contradicts, value_used=encoding.shown, reason=encoding.reason)
    if encoding.evidence in ("ASCII only", "study", ".cpg") or encoding.evidence.startswith("language byte") or (codepage and known_name(codepage) == encoding.name):
        return None
    return place.finding("container.encoding_decided", value_used=encoding.shown, reason=encoding.reason)


def _add(table: Table, column: Column, cells: NDArray[np.bytes_], place: Place) -> None:
    name, healed = heal_name(column.raw_name, table.encoding.name, place.known_names)
    if healed:
        seen = column.raw_name.decode(table.encoding.name, "replace")
        table.findings.append(place.finding("container.healed_name", field=name, value_seen=seen, value_used=name))
    values = _values(column, cells, table.encoding.name)
    wide = [i for i, cell in enumerate(cells.tolist()) if len(cell.rstrip()) == column.width] \
        if column.kind == "C" and column.width >= WIDE_TEXT_BYTES else []
    if wide:
        table.findings.append(place.finding("container.cut_text", field=name, row=wide[0] + 1, count=len(wide)))
    stars = [i for i, cell in enumerate(cells.tolist()) if cell.strip().startswith(b"*")] if column.kind in "NF" else []
    if stars:
        table.findings.append(place.finding("container.null_number", field=name, row=stars[0] + 1, value_seen="***", count=len(stars)))
    bad = [i for i, cell in enumerate(cells.tolist()) if column.kind == "C" and not decodes([cell], table.encoding.name)]
    if bad:
        table.findings.append(place.finding("container.unreadable_number", field=name, row=bad[0] + 1, value_seen=values[bad[0]], count=len(bad)))
    table.columns.append((name, values))


def _values(column: Column, cells: NDArray[np.bytes_], encoding: str) -> NDArray[Any]:
    if column.kind in "IOBT@+" and column.width in (4, 8) and column.kind != "M":
        return _binary(column, cells)
    if len(cells) and cells.view(np.uint8).max() < 128:
        text = [cell.strip(" \t\r\n\x00") for cell in cells.astype(f"U{max(column.width, 1)}").tolist()]
    else:
        text = [decode_cell(cell, encoding).strip(" \t\r\n\x00") for cell in cells.tolist()]
    if column.kind == "D":
        return objects([_date(value) for value in text])
    if column.kind == "L":
        return objects([None if value in ("?", "") else value for value in text])
    if column.kind in "NF":
        told = [None if not value or value.startswith("*") else value for value in text]
        if all(value is None or _WHOLE.fullmatch(value) for value in told):  # a code that some program kept as a number with decimals: 12.00000 is 12
            told = [None if value is None else value.split(".")[0] for value in told]
        return objects(told)
    return objects([value or None for value in text])


def _date(text: str) -> datetime.date | str | None:
    if not text.strip("0"):
        return None
    try:
        return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 and text.isdigit() else text
    except ValueError:
        return text  # for the date reader to refuse, with its row


def _binary(column: Column, cells: NDArray[np.bytes_]) -> NDArray[Any]:
    """Binary numbers of newer table versions; the trailing zero bytes that numpy takes off are put back."""
    form = "<i" if column.width == 4 else "<d"
    if column.kind in "T@":
        return objects([None if not cell.strip(b"\x00 ") else _moment(cell.ljust(8, b"\x00")) for cell in cells.tolist()])
    return objects([struct.unpack(form, cell.ljust(column.width, b"\x00"))[0] for cell in cells.tolist()])


def _moment(cell: bytes) -> datetime.datetime | str:
    day, milliseconds = struct.unpack("<ii", cell)
    try:
        return datetime.datetime.fromordinal(day - 1_721_425) + datetime.timedelta(milliseconds=milliseconds)
    except (ValueError, OverflowError):
        return f"{day}/{milliseconds}"
