"""Text tables in: encoding by evidence, delimiter by consistency, quoted line breaks, and the line on which each row begins."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from spatial.errors import Finding, Refused, found
from spatial.read.encoding import Encoding, decide, known_name
from spatial.read.ledger.grid import Grid, as_cells
from spatial.read.ledger.sniff import utf16_without_mark

DELIMITERS = {",": ",", "\t": "Tab", ";": ";", "|": "|", "，": "，"}  # as they are told
SAMPLE_BYTES = 200_000
HEADING = "XML: its heading"  # which states an encoding
SAMPLE_ROWS = 60
CELL_LIMIT = 1_000_000
CELLS_LIMIT = 40_000_000


@dataclass
class Decoded:
    text: str
    encoding: Encoding


def decode(data: bytes, asked: str | None, place: dict[str, str], stated: str = "") -> Decoded:
    """The text, and how its encoding was decided; refused where no encoding fits. `stated` is what the text says of itself."""
    encoding = _encoding(data, asked, stated)
    if not encoding.name:
        raise Refused([found("container.encoding_unknown", **place, reason=encoding.reason, value_seen=encoding.contradicts or "—")])
    try:
        return Decoded(data.decode(encoding.name).removeprefix("\ufeff"), encoding)
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4:
            raise Refused([found("ledger.cut_text", **place)]) from None
        raise Refused([found("container.encoding_unknown", **place, reason=str(error), value_seen=encoding.name)]) from None


def _encoding(data: bytes, asked: str | None, stated: str) -> Encoding:
    told: dict[str, Any] = {"asked": asked, "stated": stated or None, "stated_by": HEADING if stated else ""}
    wide = None if data[:2] in (b"\xff\xfe", b"\xfe\xff") else utf16_without_mark(data[:65_536])
    if wide:
        return Encoding(wide, "zero bytes at every other place", asked if asked and known_name(asked) not in (wide, "utf-16") else "")
    if data.isascii():
        return Encoding("utf-8", "ASCII only")
    if len(data) <= SAMPLE_BYTES:
        return decide([data], **told)
    lines = data.splitlines(keepends=True)
    sample, size = [], 0
    for line in lines:
        if not line.isascii():
            sample.append(line)
            size += len(line)
            if size > SAMPLE_BYTES:
                break
    whole = b"".join(sample)
    first = decide([data[:4] + whole if data[:3] == b"\xef\xbb\xbf" else whole], **told) if data[:2] not in (b"\xff\xfe", b"\xfe\xff") else decide([data], **told)
    try:
        data.decode(first.name or "ascii")
    except UnicodeDecodeError as error:
        return first if error.start >= len(data) - 4 else decide([data], **told)
    return first


def encoding_findings(encoding: Encoding, place: dict[str, str]) -> list[Finding]:
    if encoding.contradicts:
        return [found("container.encoding_lie", **place, value_seen=encoding.contradicts, value_used=encoding.shown, reason=encoding.reason)]
    if encoding.name in ("utf-8", "utf-8-sig") or encoding.evidence in ("study", "byte order mark", HEADING):
        return []
    return [found("container.encoding_decided", **place, value_used=encoding.shown, reason=encoding.reason)]


def delimiter_of(text: str) -> str:
    """The delimiter under which the first rows agree best on their number of cells; `sep=;` in the first line is believed."""
    first = text[:64].split("\n", 1)[0].strip("\r\"' ").lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    if first == "sep=":
        return "\t"
    scores: dict[str, float] = {}
    for delimiter in DELIMITERS:
        rows = _sample(text, delimiter)
        widths = Counter(len(row) for row in rows if any(row))
        if not widths:
            continue
        width, times = max(widths.items(), key=lambda pair: (pair[1] * min(pair[0], 2), pair[0]))
        scores[delimiter] = 0.0 if width < 2 else times / sum(widths.values()) + min(width, 20) * 0.01
    best = max(scores, key=lambda d: scores[d], default=",")
    return best if scores.get(best, 0) > 0 else ","


def _sample(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) >= SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return rows


def read_text(data: bytes, asked: str | None, place: dict[str, str]) -> tuple[Grid, Encoding]:
    """A text table as a grid of texts; `row_numbers` are the lines on which the rows begin."""
    decoded = decode(data, asked, place)
    text = re.sub(r"\x1a\s*$", "", decoded.text)  # the end of a file, as DOS programs write it
    if "\x00" in text:
        raise Refused([found("ledger.damaged", **place, what="text", reason="zero bytes in the text")])
    delimiter = delimiter_of(text)
    rows, lines = _rows(text, delimiter, place)
    if rows and len(rows[0]) <= 2 and "".join(rows[0]).lower().startswith("sep="):
        rows, lines = rows[1:], lines[1:]
    opened = _out_of_quotes(text, rows, place)
    if opened is not None:
        rows, delimiter = opened
    width = max(map(len, rows), default=0)
    if width * len(rows) > CELLS_LIMIT:
        raise Refused([found("ledger.too_large", **place, rows=len(rows), columns=width)])
    widths = np.fromiter(map(len, rows), np.int64, len(rows))
    for row in rows:
        if len(row) < width:
            row += [""] * (width - len(row))
    grid = Grid(as_cells(rows, width), np.asarray(lines, np.int64), widths=widths)
    grid.findings += encoding_findings(decoded.encoding, place)
    if opened is not None:
        grid.findings.append(found("ledger.quoted_lines", **place, count=len(rows), value_used=DELIMITERS.get(delimiter, delimiter)))
    if delimiter not in (",", "\t"):
        grid.findings.append(found("ledger.delimiter", **place, value_used=DELIMITERS.get(delimiter, delimiter)))
    return grid, decoded.encoding


def _out_of_quotes(text: str, rows: list[list[str]], place: dict[str, str]) -> tuple[list[list[str]], str] | None:
    """The rows where every line stands in quotes as one cell, as a table is saved that was opened under another delimiter; None where it is none such."""
    if not text.lstrip("\ufeff").startswith('"') or len(rows) < 2 or any(len(row) > 1 or "\n" in "".join(row) for row in rows):
        return None
    inner = "\n".join("".join(row) for row in rows)
    delimiter = delimiter_of(inner)
    try:
        opened, _ = _rows(inner, delimiter, place)
    except Refused:
        return None
    widths = {len(row) for row in opened if any(row)}
    return (opened, delimiter) if len(opened) == len(rows) and len(widths) == 1 and widths.pop() > 2 else None


def _rows(text: str, delimiter: str, place: dict[str, str]) -> tuple[list[list[str]], list[int]]:
    csv.field_size_limit(CELL_LIMIT)
    blanks = f'{delimiter} "' in text  # a blank before a quote: without it the quote would be no quote
    for strict in (True, False):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict, skipinitialspace=blanks)
        rows: list[list[str]] = []
        lines: list[int] = []
        start = 1
        try:
            for row in reader:
                rows.append(row)
                lines.append(start)
                start = reader.line_num + 1
        except csv.Error as error:
            if "unexpected end" in str(error) or "field larger" in str(error):
                raise Refused([found("ledger.open_quote", **place, row=start)]) from None
            if not strict:
                raise Refused([found("ledger.damaged", **place, what="text", reason=str(error))]) from None
            continue
        if not strict and text.rstrip().count('"') % 2:
            raise Refused([found("ledger.open_quote", **place, row=lines[-1] if lines else 1)])
        _no_row_in_a_cell(rows, lines, delimiter, place)
        return rows, lines
    return [], []


def _no_row_in_a_cell(rows: list[list[str]], lines: list[int], delimiter: str, place: dict[str, str]) -> None:
    """A quote that is opened in one row and closed in a later one swallows the rows between: a cell with as many delimiters as a row gives it away."""
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    apart = re.compile(re.escape(delimiter) + r"(?! )")  # a list in a note has blanks after its commas
    for i in [*np.flatnonzero(np.diff(lines) > 1).tolist(), len(lines) - 1] if lines else []:
        for cell in rows[i]:
            if "\n" in cell and len(apart.findall(cell)) >= max(2, width - 1):
                raise Refused([found("ledger.open_quote", **place, row=lines[i])])
