"""One ledger as a raw layer: container, encoding, header, units, rows set aside, and a record of each decision."""

from __future__ import annotations

import dataclasses
import gc
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial import units
from spatial.errors import Finding, Refused, Several, first_of, found
from spatial.messages.ledger import SET_ASIDE
from spatial.normalise.cells import REASONS, is_null, plain_text
from spatial.normalise.numbers import parse_number
from spatial.read.ledger.grid import NOTHING, Grid, column_letter
from spatial.read.ledger.group_sums import Sum, added_rows, group_sums, label_of
from spatial.read.ledger.header import Header, find_header
from spatial.read.ledger.html import read_html
from spatial.read.ledger.instalments import instalments
from spatial.read.ledger.means import mean_rows
from spatial.read.ledger.merged import fill_ditto, fill_merged
from spatial.read.ledger.moved_left import moved_left
from spatial.read.ledger.rows import classify
from spatial.read.ledger.shown_units import shown_units
from spatial.read.ledger.sniff import READABLE, WORKBOOKS, Kind, sniff
from spatial.read.ledger.struck import mark_struck
from spatial.read.ledger.tables import several_tables
from spatial.read.ledger.text import decode, encoding_findings, read_text
from spatial.read.ledger.totals import check_totals, unmarked_totals
from spatial.read.ledger.units import spread
from spatial.read.ledger.workbook import read_workbook, sheet_names
from spatial.read.ledger.wrapped import wrapped_words
from spatial.read.ledger.xml2003 import stated_encoding
from spatial.schema.raw import RawLayer, Source, Unreadable

SIZE_LIMIT_BYTES = 1_500_000_000
ROWS_NAMED = 12
WHOLE_ROWS = 2000  # rows that tell what a column holds
USUALLY = 0.9  # a column that so many whole rows fill is missed where it is not there
DRIVERS = {Kind.XLSX: "XLSX", Kind.XLSB: "XLSB", Kind.XLS: "XLS", Kind.XML_2003: "XML 2003", Kind.ODS: "ODS", Kind.TEXT: "CSV", Kind.HTML: "HTML"}


def read_ledger(path: Path, *, role: str, shown_path: str, layer: str | None = None, encoding: str | None = None) -> RawLayer:
    """Read a workbook or a text table.

    Parameters
    ----------
    path : the file
    role, shown_path : how the study names it; they stand in every finding
    layer : sheet of a workbook; without it the only sheet that holds a table
    encoding : what the study says of a text table; believed where the bytes allow it

    Returns
    -------
    RawLayer
        Cells as they stand. Numbers shown as per cent are text such as "80%". A cell without a usable value is `Unreadable`.
        `set_aside` has every row of the sheet down to the last filled one that is not in `frame`.

    Raises
    ------
    Refused
        If the file cannot be read as one table: damaged, locked, oversized, several sheets, no header, no encoding that fits.
    """
    place = {"role": role, "path": shown_path}
    data, kind = _load(path, place)
    with _no_collection():
        grid, coding, why = _grid(data, kind, layer, encoding, place)
        source = Source(role, shown_path, grid.layer, DRIVERS[kind], encoding=coding, encoding_from=why, sha256=hashlib.sha256(data).hexdigest())
        return _raw(grid, source)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the search for circles among objects: the million cells of a table form none, and each search walks through all of them."""
    wanted = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if wanted:
            gc.enable()


def list_sheets(path: Path, *, role: str = "", shown_path: str = "") -> list[str]:
    """Names of the sheets of a workbook; empty for a text table."""
    place = {"role": role, "path": shown_path or path.name}
    data, kind = _load(path, place)
    if kind is Kind.XML_2003:
        data = decode(data, None, place, stated_encoding(data)).text.encode()
    return sheet_names(data, kind, place) if kind in WORKBOOKS else []


def _load(path: Path, place: dict[str, str]) -> tuple[bytes, Kind]:
    if not path.is_file():
        raise Refused([found("container.missing", **place)])
    try:
        if path.stat().st_size > SIZE_LIMIT_BYTES:
            raise Refused([found("ledger.bomb", **place, value_seen=f"{path.stat().st_size:,} B")])
        kind = sniff(path)
        data = path.read_bytes()
    except OSError as error:
        raise Refused([found("container.unreadable", **place, reason=error.strerror or str(error))]) from None
    if kind is Kind.EMPTY:
        raise Refused([found("ledger.empty", **place)])
    if kind not in READABLE:
        raise Refused([found("ledger.unknown_kind", **place, value_seen=kind.value)])
    return data, kind


def _grid(data: bytes, kind: Kind, layer: str | None, encoding: str | None, place: dict[str, str]) -> tuple[Grid, str, str]:
    if kind is Kind.XML_2003:
        decoded = decode(data, encoding, place, stated_encoding(data))
        grid = read_workbook(decoded.text.encode(), kind, layer, place)
        grid.findings += encoding_findings(decoded.encoding, place)
        return grid, decoded.encoding.shown, decoded.encoding.evidence
    if kind in WORKBOOKS:
        return read_workbook(data, kind, layer, place), "", ""
    if kind is Kind.HTML:
        return read_html(data, encoding, place)
    grid, decided = read_text(data, encoding, place)
    return grid, decided.shown, decided.evidence


def as_ledger(raw: RawLayer) -> RawLayer:
    """A table of a database as a ledger: its rows that are no data (totals, notes, examples) are set aside as those of a workbook are."""
    if not len(raw.frame.columns) or not len(raw.frame):
        return raw
    names = [str(name) for name in raw.frame.columns]
    cells = np.empty((len(raw.frame) + 1, len(names)), dtype=object)
    cells[0], cells[1:] = names, raw.frame.to_numpy(object)
    header = Header(0, 0, 1, list(range(len(names))), names, dict(raw.units), dict(raw.names), {0: "header"})
    done = _raw(Grid(cells, np.r_[0, raw.row_numbers], layer=raw.source.layer, date_epoch=raw.date_epoch), raw.source, header)
    aside = done.set_aside[done.set_aside["reason"] != "header"].reset_index(drop=True)
    return dataclasses.replace(done, findings=[*raw.findings, *done.findings], set_aside=pd.concat([raw.set_aside, aside], ignore_index=True) if len(raw.set_aside) else aside,
                               meanings=raw.meanings, geometry=None if raw.geometry is None else raw.geometry[np.isin(raw.row_numbers, done.row_numbers)])


def _raw(grid: Grid, source: Source, header: Header | None = None) -> RawLayer:
    place = {"role": source.role, "path": source.path, "layer": source.layer}
    header = header or find_header(grid)
    if header is None:
        raise Refused([*grid.findings, found("ledger.no_header" if grid.cells.size else "ledger.empty", **place)])
    reasons, full = classify(grid, header)
    struck = mark_struck(grid, header, reasons, place)
    reasons.update(dict.fromkeys(instalments(grid, header, reasons), "instalment"))
    silent = unmarked_totals(grid, header, reasons)
    reasons.update(dict.fromkeys(silent, "unmarked_total"))
    sums, doubts = group_sums(grid, header, reasons, full, place)
    reasons.update({one.row: "group_sum" for one in sums})
    doubts += mean_rows(grid, header, reasons, place)
    findings = [*grid.findings, *struck, *several_tables(grid, header, reasons, place), *wrapped_words(grid, header, reasons, place), *moved_left(grid, header, reasons, full, place),
                *(found("ledger.unmarked_total", **place, row=int(grid.row_numbers[row])) for row in silent), *doubts,
                *_sum_findings(sums, grid, header, place), *_header_findings(grid, header, reasons, full, place), *_width_findings(grid, header, reasons, place)]
    given = spread(header.table_units, header.headers, header.units)
    findings += _unit_findings(header, given, place)
    findings += check_totals(grid, header, reasons, place, given | header.units)
    findings += _merged_findings(grid, header, reasons, place)
    keep = np.ones(len(grid.cells), bool)
    keep[list(reasons)] = False
    aside = pd.DataFrame({"row": [int(grid.row_numbers[r]) for r in sorted(reasons)], "reason": [reasons[r] for r in sorted(reasons)]})
    if grid.row_numbers[:1].size and grid.row_numbers[0] > 1 and source.driver != "CSV":
        blank = pd.DataFrame({"row": range(1, int(grid.row_numbers[0])), "reason": "blank"})
        aside = pd.concat([blank, aside], ignore_index=True)
    findings += _aside_findings(aside, place)
    shown = shown_units(grid, header, header.units | given, keep, place)
    given |= shown.units
    findings += shown.findings
    cells = grid.cells[np.ix_(np.flatnonzero(keep), np.array(header.columns, np.int64))]
    frame = pd.DataFrame(cells, columns=pd.Index(header.headers, dtype=object), dtype=object)
    source.rows = len(frame)
    titles = tuple(plain_text(cell) for row in range(header.first) for cell in grid.cells[row] if isinstance(cell, str) and cell.strip())
    return RawLayer(frame, grid.row_numbers[keep].astype(np.int64), None, source, header.units | given, header.names, findings, aside, grid.date_epoch, titles=titles)


def _header_findings(grid: Grid, header: Header, reasons: dict[int, str], full: NDArray[np.bool_], place: dict[str, str]) -> list[Finding]:
    first, last = int(grid.row_numbers[header.first]), int(grid.row_numbers[header.last])
    findings = []
    if header.first or last > first:
        findings.append(found("ledger.header", **place, row=first, span=f"{first}–{last}" if last > first else str(first), count=len(header.headers)))
    times = Counter(header.headers)
    for name, count in times.items():
        if count > 1:
            letters = ", ".join(column_letter(c + grid.first_column) for c, h in zip(header.columns, header.headers, strict=True) if h == name)
            findings.append(found("ledger.repeated_header", **place, field=name, value_seen=letters, count=count))
    hidden = [name for name, c in zip(header.headers, header.columns, strict=True) if c in set(grid.hidden_columns)]
    if hidden:
        findings.append(found("ledger.hidden_columns", **place, value_seen=first_of(hidden, ROWS_NAMED), count=len(hidden)))
    held = {name for name, c in zip(header.headers, header.columns, strict=True) if name in header.unnamed and any(int(row) not in reasons for row in np.flatnonzero(full[:, c]))}
    if held:  # a cell of a note or a title beyond the table is no column
        findings.append(found("ledger.unnamed_column", **place, value_used=Several(sorted(held)), count=len(held)))
    return findings


def _width_findings(grid: Grid, header: Header, reasons: dict[int, str], place: dict[str, str]) -> list[Finding]:
    """Text rows with more or fewer cells than the header."""
    if grid.widths is None:
        return []
    width = int(grid.widths[header.first:header.last + 1].max())
    data = np.ones(len(grid.cells), bool)
    data[list(reasons)] = False
    longer = [c for c in header.columns if c >= width]
    findings = []
    if longer:
        rows = np.flatnonzero(data & np.not_equal(grid.cells[:, longer], NOTHING).astype(bool).any(axis=1))
        if len(rows):
            findings.append(found("ledger.ragged_rows", **place, row=int(grid.row_numbers[rows[0]]), count=len(rows),
                                  value_seen=f"{int(grid.widths[rows[0]])} > {width}"))
    short = np.flatnonzero(data & (grid.widths < width))
    if len(short):
        findings.append(found("ledger.short_rows", **place, row=int(grid.row_numbers[short[0]]), count=len(short)))
        full = np.flatnonzero(data & (grid.widths >= width))
        findings += _shifted(grid, header, short, full, place)
        unsure = _mark_unsure(grid, header, short, full)
        if unsure:
            findings.append(found("ledger.bad_cells", **place, count=len(unsure), value_seen=first_of((f"{m.cell} {m.text}".strip() for m in unsure), 8),
                                  reason_zh=REASONS["short_row"][0], reason_en=REASONS["short_row"][1]))
    return findings


def _shifted(grid: Grid, header: Header, short: NDArray[np.int64], full: NDArray[np.int64], place: dict[str, str]) -> list[Finding]:
    """An error for the short rows with words under numbers or numbers under words: a cell is missing in their middle, and all behind it stand in the wrong columns."""
    full, short = full[:WHOLE_ROWS], short[:WHOLE_ROWS]
    for column, name in zip(header.columns, header.headers, strict=True):
        said = [_is_number(cell) for cell in grid.cells[full, column] if cell is not None]
        if len(said) < 3 or not (all(said) or not any(said)):
            continue
        odd = [row for row in short.tolist() if grid.cells[row, column] is not None and not is_null(grid.cells[row, column]) and _is_number(grid.cells[row, column]) != said[0]]
        if odd:
            return [found("ledger.shifted_row", **place, row=int(grid.row_numbers[odd[0]]), field=name, value_seen=str(grid.cells[odd[0], column])[:80], count=len(odd))]
    return []


def _mark_unsure(grid: Grid, header: Header, short: NDArray[np.int64], full: NDArray[np.int64]) -> list[Unreadable]:
    """Mark the numbers of short rows where the first missing column and the one before it are both numbers that whole rows fill: which of them is missing cannot be told."""
    full = full[:WHOLE_ROWS]
    if len(full) < 2:
        return []
    numbers = {c: all(map(_is_number, grid.cells[full, c])) and np.mean([not is_null(cell) for cell in grid.cells[full, c]]) >= USUALLY for c in header.columns}
    marks = []
    for row in short.tolist():
        present = [c for c in header.columns if c < grid.widths[row]] if grid.widths is not None else []
        missing = next((c for c in header.columns if c not in present), None)
        run: list[int] = []
        while present and numbers[present[-1]]:
            run.append(present.pop())
        if missing is None or not numbers[missing] or not run:
            continue
        for column in sorted([*run, missing]):
            cell = grid.cells[row, column]
            marks.append(Unreadable("" if cell is None else str(cell)[:80], "short_row", f"{column_letter(column + grid.first_column)}{int(grid.row_numbers[row])}"))
            grid.cells[row, column] = marks[-1]
    return marks


def _is_number(cell: object) -> bool:
    return not parse_number(cell)[2]


def _sum_findings(sums: list[Sum], grid: Grid, header: Header, place: dict[str, str]) -> list[Finding]:
    """One receipt for all rows that are sums without saying so, with the first of them."""
    if not sums:
        return []
    listed = sorted(sums, key=lambda one: one.row)
    first = listed[0]
    return [found("ledger.group_sum", **place, row=int(grid.row_numbers[first.row]), key=label_of(grid, header, first.row), count=len(listed),
                  rows=first_of([int(grid.row_numbers[one.row]) for one in listed], ROWS_NAMED), value_seen=added_rows(grid, first))]


def _unit_findings(header: Header, given: dict[str, str], place: dict[str, str]) -> list[Finding]:
    findings = [found("ledger.unit_conflict", **place, field=name, value_seen=both) for name, both in header.conflicts]
    for unit in header.table_units:
        columns = [name for name, u in given.items() if u == unit]
        if columns:
            findings.append(found("ledger.table_unit", **place, value_seen=unit, unit={"zh": units.label(unit), "en": units.label(unit, "en")}, columns=Several(columns), count=len(columns)))
    findings += [found("ledger.unknown_table_unit", **place, value_seen=text) for text in header.unknown_units]
    return findings


def _merged_findings(grid: Grid, header: Header, reasons: dict[int, str], place: dict[str, str]) -> list[Finding]:
    done = fill_merged(grid, header, reasons)
    ditto = fill_ditto(grid, header, reasons)
    findings = [found(code, **place, count=filled.count, value_seen=filled.example) for code, filled in (("ledger.merged_down", done), ("ledger.ditto", ditto)) if filled.count]
    for reason in ("merged_number", "merged_across"):
        marks = [mark for mark in done.numbers if mark.reason == reason]
        if marks:
            zh, en = REASONS[reason]
            findings.append(found("ledger.bad_cells", **place, count=len(marks), value_seen=first_of((f"{m.cell} {m.text}" for m in marks), 8), reason_zh=zh, reason_en=en))
    return findings


def _aside_findings(aside: pd.DataFrame, place: dict[str, str]) -> list[Finding]:
    """One finding for each kind of row set aside; the header itself and blank rows need none."""
    findings = []
    for reason, rows in aside.groupby("reason", sort=True)["row"]:
        if reason in ("header", "blank", "unmarked_total", "group_sum"):
            continue
        numbers = rows.tolist()
        zh, en = SET_ASIDE[str(reason)]
        findings.append(found("ledger.set_aside", **place, row=numbers[0], count=len(numbers), rows=first_of(numbers, ROWS_NAMED), reason_zh=zh, reason_en=en))
    return findings
