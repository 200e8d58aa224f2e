"""Files as offices make them: workbooks of every format, text tables, locked and damaged containers, written from rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
import struct
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

Rows = Sequence[Sequence[Any]]


def xlsx(path: Path, rows: Rows, *, merges: Iterable[str] = (), sheet: str = "台账", others: dict[str, Rows] | None = None, hidden: Iterable[str] = (),
         formats: dict[str, str] | None = None, hidden_rows: Iterable[int] = (), hidden_columns: Iterable[str] = (), epoch_1904: bool = False) -> None:
    """A workbook; `formats` are number formats by cell address, `others` further sheets."""
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    first = book.active
    first.title = sheet
    for name, content in {sheet: rows, **(others or {})}.items():
        page = first if name == sheet else book.create_sheet(name)
        for r, row in enumerate(content, 1):
            for c, cell in enumerate(row, 1):
                if cell is not None:
                    page.cell(r, c, cell)
        page.sheet_state = "hidden" if name in hidden else "visible"
    for span in merges:
        first.merge_cells(span)
    for address, style in (formats or {}).items():
        first[address].number_format = style
    for number in hidden_rows:
        first.row_dimensions[number].hidden = True
    for letters in hidden_columns:
        first.column_dimensions[letters].hidden = True
    book.save(path)


def xls(path: Path, rows: Rows, *, merges: Iterable[tuple[int, int, int, int]] = (), sheet: str = "台账",
        formats: dict[tuple[int, int], str] | None = None) -> None:
    """A workbook of Excel 97; merges are first row, last row, first column, last column from 0, `formats` number formats by row and column."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import xlwt
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell is not None:
                page.write(r, c, cell, *((day,) if isinstance(cell, dt.date) else (xlwt.easyxf(num_format_str=formats[r, c]),) if formats and (r, c) in formats else ()))
    for r0, r1, c0, c1 in merges:
        page.merge(r0, r1, c0, c1)
    book.save(str(path))


def ods(path: Path, rows: Rows, *, sheet: str = "台账", shown: dict[float, str] | None = None, merges: Iterable[tuple[int, int, int, int]] = ()) -> None:
    """An OpenDocument spreadsheet; `shown` is what is seen of a number, merges are first row and column, last row and column from 0."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    table = Table(name=sheet)
    spans = {(r0, c0): {"numberrowsspanned": r1 - r0 + 1, "numbercolumnsspanned": c1 - c0 + 1} for r0, c0, r1, c1 in merges}
    covered = {(r, c) for r0, c0, r1, c1 in merges for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)} - set(spans)
    for r, row in enumerate(rows):
        line = TableRow()
        for c, cell in enumerate([*row, *[None] * (max((at for line, at in covered if line == r), default=-1) + 1 - len(row))]):
            span = spans.get((r, c), {})
            if (r, c) in covered:
                line.addElement(CoveredTableCell())
            elif cell is None:
                line.addElement(TableCell())
            elif isinstance(cell, dt.date):
                made = TableCell(valuetype="date", datevalue=cell.isoformat())
                made.addElement(P(text=cell.isoformat()))
                line.addElement(made)
            elif isinstance(cell, (int, float)):
                made = TableCell(valuetype="float", value=repr(cell), **span)
                made.addElement(P(text=(shown or {}).get(cell, str(cell))))
                line.addElement(made)
            else:
                made = TableCell(valuetype="string", **span)
                made.addElement(P(text=str(cell)))
                line.addElement(made)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(path))


def xml2003(path: Path, rows: Rows, *, sheet: str = "台账", others: dict[str, Rows] | None = None, hidden: Iterable[str] = (), encoding: str = "utf-8",
            merges: dict[tuple[int, int], tuple[int, int]] | None = None, styles: dict[tuple[int, int], str] | None = None, declared: str = "", hidden_rows: Iterable[int] = ()) -> None:
    """A workbook in XML Spreadsheet 2003: blank cells are left out, what stands behind them has an index; `merges` are (down, across) by row and column from 0,
    `styles` what is in the style of a cell, `declared` the styles of all."""
    merges, styles, written = merges or {}, styles or {}, []
    for name, content in {sheet: rows, **(others or {})}.items():
        first, lines = name == sheet, []
        for r, row in enumerate(content):
            cells, before = "", -1
            for c, cell in enumerate(row):
                down, across = merges.get((r, c), (0, 0)) if first else (0, 0)
                if cell is None:
                    continue
                number = ("Number", repr(cell)) if isinstance(cell, (int, float)) else ("String", escape(str(cell)))
                day = cell.isoformat() if isinstance(cell, dt.datetime) else f"{cell.isoformat()}T00:00:00" if isinstance(cell, dt.date) else ""
                kind, value = ("DateTime", f"{day}.000") if day else number
                said = (f' ss:Index="{c + 1}"' if c != before + 1 else "") + (f' ss:MergeDown="{down}"' if down else "") + (f' ss:MergeAcross="{across}"' if across else "")
                said += f' ss:StyleID="{styles[r, c]}"' if first and (r, c) in styles else ""
                cells, before = cells + f'<Cell{said}><Data ss:Type="{kind}">{value}</Data></Cell>', c + across
            lines.append(f"<Row ss:Hidden='{int(first and r in hidden_rows)}'>{cells}</Row>")
        shown = '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>' if name in hidden else ""
        written.append(f'<Worksheet ss:Name="{name}"><Table>{"".join(lines)}</Table>{shown}</Worksheet>')
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    path.write_bytes((f'<?xml version="1.0" encoding="{encoding}"?>\r\n<?mso-application progid="Excel.Sheet"?>\r\n<Workbook xmlns="{space}" xmlns:ss="{space}">'
                      f'<Styles>{declared}</Styles>{"".join(written)}</Workbook>').encode(encoding))


def html(path: Path, rows: Rows, *, merges: Iterable[tuple[int, int, int, int]] = (), heads: Iterable[int] = (), shown: dict[tuple[int, int], str] | None = None,
         office: bool = False, encoding: str = "utf-8") -> None:
    """A web page that is called a workbook, as office systems export it: merges are first row and column, last row and column from 0, `heads` rows of header cells, `shown` the text of a cell
    that is not its plain value; `office` as a spreadsheet saves a page (its names for tags, the number beside the text)."""
    spans = {(r0, c0): (r1 - r0 + 1, c1 - c0 + 1) for r0, c0, r1, c1 in merges}
    covered = {(r, c) for (r0, c0), (high, wide) in spans.items() for r in range(r0, r0 + high) for c in range(c0, c0 + wide)} - set(spans)
    heads, shown, lines, width = set(heads), shown or {}, [], max(map(len, rows))
    for r, row in enumerate(rows):
        cells = ""
        for c, cell in enumerate([*row, *[None] * (width - len(row))]):
            if (r, c) in covered:
                continue
            high, broad = spans.get((r, c), (1, 1))
            said = (f' rowspan="{high}"' if high > 1 else "") + (f' colspan="{broad}"' if broad > 1 else "")
            said += f' x:num="{cell!r}"' if office and isinstance(cell, (int, float)) else ""
            words = shown.get((r, c)) or ("&nbsp;" if cell is None else escape(str(cell)).replace("\n", "<br>"))
            cells += f"<{'th' if r in heads else 'td'}{said}>{words}</{'th' if r in heads else 'td'}>"
        lines.append(f"<tr>{cells}</tr>")
    names = ' xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns="http://www.w3.org/TR/REC-html40"' if office else ""
    page = "\r\n".join((f"<html{names}><head><meta http-equiv='Content-Type' content='text/html; charset={encoding}'></head><body><table border=1>", *lines, "</table></body></html>"))
    path.write_bytes(page.encode(encoding))


def text(path: Path, rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",", end: str = "\r\n") -> None:
    """A delimited text; cells are quoted where they must be."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows([["" if cell is None else cell for cell in row] for row in rows])
    path.write_bytes(stream.getvalue().encode(encoding))


def xlsb(path: Path, rows: Rows, *, sheet: str = "台账", fonts: Iterable[tuple[int, int]] = (), formats: dict[int, str] | None = None,
         looks: Iterable[tuple[int, int]] = ((0, 0),), looked: dict[tuple[int, int], int] | None = None, runs: dict[tuple[int, int], list[tuple[int, int]]] | None = None,
         merges: Iterable[tuple[int, int, int, int]] = (), inks: Iterable[tuple[int, int, int, str] | None] = (), grounds: Iterable[tuple[int, tuple[int, int, int, str]] | None] = ()) -> None:
    """A binary workbook of texts and numbers: the records that a reader needs, no more ([MS-XLSB]).

    `fonts` are (marks, raised), `looks` the cell styles as (format, font), `looked` the style of a cell, `runs` a text in runs as (first character, font),
    `merges` first row and column, last row and column from 0, `inks` the colours of fonts as (how it is said, number, tint, rgb), and `grounds` the pattern and colour of the fill of each style.
    """
    looked, runs, shared, inks, grounds = looked or {}, runs or {}, b"", list(inks), list(grounds)
    fonts = list(fonts) or [(0, 0) for _ in inks]
    numbers = {place: i for i, place in enumerate(runs)}
    cells = record(129) + record(148, struct.pack("<4I", 0, max(len(rows) - 1, 0), 0, max(map(len, rows), default=1) - 1)) + record(145)
    for r, row in enumerate(rows):
        cells += record(0, struct.pack("<IIHHBI", r, 0, 300, 0, 0, 0))
        for c, cell in enumerate(row):
            if isinstance(cell, (int, float)):
                cells += record(5, struct.pack("<IId", c, looked.get((r, c), 0), float(cell)))
            elif (r, c) in runs:
                cells += record(7, struct.pack("<III", c, looked.get((r, c), 0), numbers[r, c]))
                shared += record(19, b"\x01" + wide(str(cell)) + struct.pack("<I", len(runs[r, c])) + b"".join(struct.pack("<HH", *run) for run in runs[r, c]))
            elif cell is not None:
                cells += record(6, struct.pack("<II", c, looked.get((r, c), 0)) + wide(str(cell)))
    cells += record(146)
    if merges := list(merges):
        cells += record(177, struct.pack("<I", len(merges))) + b"".join(record(176, struct.pack("<4I", r0, r1, c0, c1)) for r0, c0, r1, c1 in merges) + record(178)
    cells += record(130)
    book = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide(sheet)) + record(144) + record(132)
    styles = record(278) + b"".join(record(44, struct.pack("<H", number) + wide(code)) for number, code in (formats or {}).items())
    styles += b"".join(record(43, struct.pack("<4H", 200, marks, 400, raised) + bytes(4) + colour(inks[i] if i < len(inks) else None) + b"\0")
                       for i, (marks, raised) in enumerate(fonts))
    styles += b"".join(record(45, struct.pack("<I", ground[0] if ground else 0) + colour(ground[1] if ground else None) + bytes(56)) for ground in grounds)
    styles += record(617, struct.pack("<I", 1)) + b"".join(record(47, struct.pack("<4H", 0, *look, min(i, max(len(grounds) - 1, 0))) + bytes(8)) for i, look in enumerate(looks))
    styles += record(618) + record(279)
    space = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{space}/content-types"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
                         '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>')
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{space}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.bin"/></Relationships>')
        archive.writestr("xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{space}/relationships"><Relationship Id="rId1" Type="{office}/worksheet" '
                         f'Target="worksheets/sheet1.bin"/><Relationship Id="rId2" Type="{office}/styles" Target="styles.bin"/></Relationships>')
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/styles.bin", styles)
        if shared:
            archive.writestr("xl/sharedStrings.bin", record(159, struct.pack("<II", len(numbers), len(numbers))) + shared + record(160))
        archive.writestr("xl/worksheets/sheet1.bin", cells)


def record(kind: int, body: bytes = b"") -> bytes:
    """One record of a binary workbook."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, shown = len(body), b""
    while True:
        shown += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + shown + body


def colour(said: tuple[int, int, int, str] | None) -> bytes:
    """A colour of a binary workbook: how it is said, number, tint, rgb."""
    return bytes(8) if said is None else struct.pack("<BBh", said[0] << 1 | 1, said[1], said[2]) + (bytes.fromhex(said[3]) if said[3] else bytes(3)) + b"\xff"


def wide(words: str) -> bytes:
    raw = words.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def compound(path: Path, streams: dict[str, bytes]) -> None:
    """A compound file (OLE2) of the streams, as a locked workbook is one."""
    padded = {name: body.ljust(4096, b"\0") for name, body in streams.items()}
    sectors, starts = b"", {}
    table: list[int] = []
    for name, body in padded.items():
        count = -(-len(body) // 512)
        starts[name] = len(table)
        table += [*range(len(table) + 1, len(table) + count), 0xFFFFFFFE]
        sectors += body.ljust(count * 512, b"\0")
    directory_at = len(table)
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0), *((name, 2, starts[name], len(padded[name])) for name in streams)]
    directory = b""
    for i, (name, kind, start, size) in enumerate(entries):
        raw = name.encode("utf-16-le") + b"\0\0"
        right = i + 1 if 0 < i < len(entries) - 1 else 0xFFFFFFFF
        directory += raw.ljust(64, b"\0") + struct.pack("<HBB3I", len(raw), kind, 1, 0xFFFFFFFF, right, 1 if i == 0 else 0xFFFFFFFF) + bytes(36) + struct.pack("<IQ", start, size)
    directory = directory.ljust(-(-len(directory) // 512) * 512, b"\0")
    count = len(directory) // 512
    table += [*range(directory_at + 1, directory_at + count), 0xFFFFFFFE]
    fat_at = len(table)
    table.append(0xFFFFFFFD)
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    assert len(fat) == 512
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6) + struct.pack(
        "<10I", 0, 1, directory_at, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, fat_at) + b"\xff" * 432
    path.write_bytes(head + sectors + directory + fat)
