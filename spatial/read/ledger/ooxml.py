"""Scan of the parts of an .xlsx: sheet names to parts, styles that show per cent, error values, formulas without result, true extent."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from spatial.read.ledger.grid import address, column_position
from spatial.read.ledger.scan import Damaged, SheetScan, Styles, TooLarge, styles_of
from spatial.schema.raw import Unreadable

LOOKED_AT_BYTES = 20_000_000  # of a sheet whose every address is looked at
PART_LIMIT_BYTES = 900_000_000
_PREFIX = re.compile(rb"<(/?)[A-Za-z_][\w.\-]*:(row|c|f|v|is|t|sheetData|worksheet|cols?|si|r|rPr|strike|vertAlign)\b")
_ROW = re.compile(rb"<row [^>]*?\br=\"(\d{1,12})\"")
_FAR = re.compile(rb" r *= *\"(?:[A-Za-z]\d{7,}|[A-Za-z]{2,}\d|\d{7,})")  # beyond row 999,999 or column Z: what stays within is small enough
_CELL = re.compile(rb"<c r=\"([A-Z]{1,3}\d{1,7})\"")
_REF = re.compile(rb" r=\"([A-Za-z]{1,8})(\d{1,9})\"")
_ERROR = re.compile(rb"<c\b([^>]* t=\"e\"[^>]*)>(?:\s*<f\b[^>]*(?:/>|>[^<]*</f>))?\s*(?:<v>([^<]*)</v>)?")
_FORMULA = re.compile(rb"<c\b([^>/]*)>\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v[^>]*></v>)?\s*</c>")
_ZERO = re.compile(rb"<c\b([^>/]*)>\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*<v>0</v>\s*</c>")
_ATTRIBUTE = re.compile(rb"\s+[\w:]+\s*=")
_ITEM = re.compile(rb"<si\b[^>]*(?:/>|>.*?</si>)", re.S)
_STRIKE = re.compile(rb"<strike\b(?! val=\"(?:0|false)\")")
_TOKEN = re.compile(rb"<row\b([^>]*)>|<c\b([^>]*?)(/?)>")


@dataclass
class Book:
    """Parts of a workbook: sheet name -> part, epoch, what its cell styles tell, and whether it was saved without being calculated."""

    sheets: dict[str, str]
    date_epoch: int
    styles: Styles = Styles()
    uncalculated: bool = False
    marked_texts: dict[int, str] = dataclasses.field(default_factory=dict)  # shared strings with struck or raised runs -> reason


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part by its name whatever its case; zipfile itself stops at the stated size, so a part that lies about it fails here."""
    wanted = name.lstrip("/").lower()
    for info in archive.infolist():
        if info.filename.replace("\\", "/").lower() == wanted:
            if info.file_size > PART_LIMIT_BYTES:
                raise TooLarge(info.file_size, 1)
            data = archive.read(info)
            if len(data) != info.file_size:
                raise Damaged(f"{name} is not as long as the archive states")
            return data
    raise Damaged(f"{name or 'the part of a sheet'} is missing")


def _xml(data: bytes, name: str) -> Element:
    try:
        root: Element = fromstring(data)
        return root
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Damaged(f"{name}: {error}") from None


def _local(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def open_book(archive: zipfile.ZipFile) -> Book:
    """Read the small parts; every part that a reader would follow is unpacked once, within its stated size."""
    workbook = "xl/workbook.xml"
    root = _xml(part(archive, workbook), workbook)
    rels = relations(archive)
    sheets: dict[str, str] = {}
    epoch, uncalculated = 1900, False
    for element in root.iter():
        if _local(element) == "sheet":
            relation = next((v for k, v in element.attrib.items() if k.rsplit("}", 1)[-1] == "id"), "")
            sheets[element.attrib.get("name", "")] = rels.get(relation, "")
        elif _local(element) == "workbookPr" and element.attrib.get("date1904", "").lower() in ("1", "true", "on"):
            epoch = 1904
        elif _local(element) == "calcPr":
            uncalculated = element.attrib.get("fullCalcOnLoad") == "1"
    names = {info.filename.lower() for info in archive.infolist()}
    texts = _marked_texts(part(archive, "xl/sharedStrings.xml")) if "xl/sharedstrings.xml" in names else {}
    styles = _styles(_xml(part(archive, "xl/styles.xml"), "xl/styles.xml")) if "xl/styles.xml" in names else Styles()
    return Book(sheets, epoch, styles, uncalculated, texts)


def _marked_texts(xml: bytes) -> dict[int, str]:
    """Of shared strings in runs: those with a run that is struck out, or a raised figure behind a figure."""
    if b"strike" not in xml and b"superscript" not in xml:
        return {}
    xml = _plain(xml)
    return {i: reason for i, match in enumerate(_ITEM.finditer(xml)) if b"<r>" in match[0] and (reason := _marked_runs(match[0]))}


def _marked_runs(xml: bytes) -> str:
    """Why the runs of a text do not read as one text: `struck`, `raised`, or "" where they do."""
    before = b""
    for run in re.findall(rb"<r>.*?</r>", xml, re.S):
        text = b"".join(re.findall(rb"<t\b[^>]*>([^<]*)</t>", run))
        if _STRIKE.search(run) and text.strip():
            return "struck"
        if b'val="superscript"' in run and text.strip().isdigit() and before.rstrip()[-1:].isdigit():
            return "raised"
        before = text or before
    return ""


def relations(archive: zipfile.ZipFile, name: str = "xl/_rels/workbook.xml.rels") -> dict[str, str]:
    """Relation id -> part; a list of parts that is damaged or gone is damage to the workbook."""
    root = _xml(part(archive, name), name)
    targets: dict[str, str] = {}
    for element in root.iter():
        if _local(element) == "Relationship":
            target = element.attrib.get("Target", "")
            full = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            targets[element.attrib.get("Id", "")] = full
    return targets


def _styles(root: Element) -> Styles:
    """What the number formats of the cell styles tell."""
    codes = {int(element.attrib["numFmtId"]): element.attrib.get("formatCode", "") for element in root.iter()
             if _local(element) == "numFmt" and element.attrib.get("numFmtId", "").isdigit()}
    cells = [xf for parent in root.iter() if _local(parent) == "cellXfs" for xf in parent]
    formats = [int(number) if (number := xf.attrib.get("numFmtId", "")).isdigit() else 0 for xf in cells]
    fonts = [font for parent in root if _local(parent) == "fonts" for font in parent]
    lines = {str(i) for i, font in enumerate(fonts) for line in font if _local(line) == "strike" and line.attrib.get("val", "1").lower() not in ("0", "false")}
    pale = {str(i) for i, font in enumerate(fonts) if any(_local(said) == "color" and _is_white(said) for said in font)}
    fills = [fill for parent in root if _local(parent) == "fills" for fill in parent]
    bare = {"", *(str(i) for i, fill in enumerate(fills) if not _coloured(fill))}
    return styles_of(formats, codes, [xf.attrib.get("fontId", "") in lines for xf in cells],
                     [xf.attrib.get("fontId", "") in pale and xf.attrib.get("fillId", "") in bare for xf in cells])


def _is_white(colour: Element) -> bool:
    said = colour.attrib
    return said.get("rgb", "").upper()[-6:] == "FFFFFF" or said.get("indexed") in ("1", "9") or (said.get("theme") == "0" and not said.get("tint", "0").startswith("-"))


def _coloured(fill: Element) -> bool:
    """Whether cells with this fill have a ground other than white: a pattern, a gradient, or a colour."""
    pattern = next((part for part in fill if _local(part) == "patternFill"), None)
    if pattern is None:
        return len(fill) > 0
    kind = pattern.attrib.get("patternType", "none")
    return kind != "none" and not (kind == "solid" and any(_local(part) == "fgColor" and _is_white(part) for part in pattern))


def scan_sheet(archive: zipfile.ZipFile, name: str, book: Book) -> SheetScan:
    """Scan the XML of one sheet with patterns; cells are only walked one by one where they carry no address of their own."""
    return marks(sized(archive, name), book)


def sized(archive: zipfile.ZipFile, name: str) -> bytes:
    """The XML of one sheet, looked at for how far its cells reach; in plain spelling wherever the look at it needs that.

    Raises
    ------
    TooLarge
        Where a cell reader would make a table of more cells than is read.
    """
    xml = part(archive, name)
    if b"'" in xml or _lines(xml):  # an address could be spelled in a way that is not looked for
        xml = _plain(xml)
    first = re.search(rb"<(?:[A-Za-z_][\w.\-]*:)?c\b[^>]*>", xml)
    if first and not _REF.search(first[0]):
        xml = _addressed(_plain(xml))
    if _FAR.search(xml):
        xml = _plain(xml)
        _extent(xml).check()
    return xml


def marks(xml: bytes, book: Book) -> SheetScan:
    """What a cell reader loses of a sheet: error values, formulas without result, formats that say something of the number."""
    scan, xml = SheetScan(), _plain(xml)
    _each_once(xml)
    if b't="e"' in xml:
        for match in _ERROR.finditer(xml):
            _mark(scan, match[1], (match[2] or b"#").decode("utf-8", "replace"), "error_value")
    if b"<f" in xml:
        for match in _FORMULA.finditer(xml):
            text_result = b't="str"' in match[1] and (b"<v></v>" in match[0] or b"<v/>" in match[0])
            if not text_result and b't="e"' not in match[1]:
                _mark(scan, match[1], "", "no_result")
        if book.uncalculated:  # the program that wrote the book did not calculate: its zeros stand for nothing
            for match in _ZERO.finditer(xml):
                _mark(scan, match[1], "", "no_result")
    if book.styles.percent:
        for match in re.finditer(rb"<c\b[^>]*? s=\"(?:" + _any(book.styles.percent) + rb")\"[^>]*>", xml):
            place = _place(match[0])
            if place:
                scan.percent.append(place)
    if book.styles.units:
        for match in re.finditer(rb"<c\b[^>]*? s=\"(" + _any(book.styles.units) + rb")\"[^>]*>", xml):
            place = _place(match[0])
            if place:
                scan.units[place] = book.styles.units[int(match[1])]
    if book.styles.padded:
        for match in re.finditer(rb"<c\b[^>]*? s=\"(" + _any(book.styles.padded) + rb")\"[^>/]*>", xml):
            place = _place(match[0])
            if place:
                scan.padded[place] = book.styles.padded[int(match[1])]
    if book.styles.veiled:
        for match in re.finditer(rb"<c\b[^>]*? s=\"(" + _any(book.styles.veiled) + rb")\"[^>/]*>", xml):
            place = _place(match[0])
            if place:
                scan.veiled[place] = book.styles.veiled[int(match[1])]
    if book.styles.scaled:
        for match in re.finditer(rb"<c\b([^>]*? s=\"(?:" + _any(book.styles.scaled) + rb")\"[^>/]*)>\s*(?:<f\b[^>]*(?:/>|>[^<]*</f>)\s*)?<v>([^<]+)</v>", xml):
            if not re.search(rb" t=\"(?!n\")", match[1]) and match[2].strip() != b"0":
                _mark(scan, match[1], match[2].decode("utf-8", "replace"), "scaled_format")
    if book.styles.struck:
        for match in re.finditer(rb"<c\b[^>]*? s=\"(" + _any(book.styles.struck) + rb")\"[^>/]*>", xml):
            _strike(scan, match[0], "struck")
    if book.marked_texts:
        for match in re.finditer(rb"<c\b([^>]* t=\"s\"[^>]*)>\s*<v>(" + _any(book.marked_texts) + rb")</v>", xml):
            _strike(scan, match[1], book.marked_texts[int(match[2])])
    if b"<is>" in xml and (b"strike" in xml or b"superscript" in xml):
        for match in re.finditer(rb"<c\b([^>]* t=\"inlineStr\"[^>]*)>(.*?)</c>", xml, re.S):
            if reason := _marked_runs(match[2]):
                _strike(scan, match[1], reason)
    for match in re.finditer(rb"<col\b[^>]*>", xml[:max(xml.find(b"<sheetData"), 0)]):
        ends = re.search(rb" min=\"(\d{1,5})\"", match[0]), re.search(rb" max=\"(\d{1,5})\"", match[0])
        if re.search(rb" hidden=\"(?:1|true)\"", match[0]) and ends[0] and ends[1]:
            scan.hidden_columns += range(int(ends[0][1]) - 1, min(int(ends[1][1]), 16_384))
    scan.hidden_rows = len(re.findall(rb"<row\b[^>]* hidden=\"(?:1|true)\"", xml)) if b"hidden=" in xml else 0
    return scan


def _each_once(xml: bytes) -> None:
    """A row or a cell that stands twice is damage: a reader would take one of them and drop the other."""
    rows = _ROW.findall(xml)
    if len(set(rows)) < len(rows):
        raise Damaged(f"row {next(row for row, times in Counter(rows).items() if times > 1).decode()} stands twice")
    cells = _CELL.findall(xml) if len(xml) < LOOKED_AT_BYTES else []
    if len(set(cells)) < len(cells):
        raise Damaged(f"cell {next(cell for cell, times in Counter(cells).items() if times > 1).decode()} stands twice")


def _strike(scan: SheetScan, attributes: bytes, reason: str) -> None:
    place = _place(attributes)
    if place:
        scan.struck[place] = reason


def _any(styles: Iterable[int]) -> bytes:
    return b"|".join(str(style).encode() for style in sorted(styles))


def _plain(xml: bytes) -> bytes:
    """The same XML in the one spelling that the patterns know: no prefixes, double quotes, one blank before an attribute."""
    if b":row" in xml[:200_000] or b":sheetData" in xml[:200_000] or b":si>" in xml[:200_000]:
        xml = _PREFIX.sub(rb"<\1\2", xml)
    if b"'" in xml and b"='" in xml:
        xml = re.sub(rb"='([^'\"<>]*)'", rb'="\1"', xml)
    if _lines(xml) or b" =" in xml or b'= "' in xml:
        xml = re.sub(rb"\s+([\w:]+)\s*=\s*\"", rb' \1="', xml)
    return xml


def _lines(xml: bytes) -> bool:
    """Whether anything but blanks may stand before an attribute."""
    return b"\t" in xml or _broken(xml, b"\n") or _broken(xml, b"\r")


def _broken(xml: bytes, line: bytes) -> bool:
    """Whether more lines end here than the few around the outermost tags, or one of those few ends inside a tag."""
    at = -1
    for _ in range(4):
        at = xml.find(line, at + 1)
        if at < 0:
            return False
        if _ATTRIBUTE.match(xml, at):
            return True
    return True


def _extent(xml: bytes) -> SheetScan:
    """Rows and columns that the cells span, every address read."""
    scan = SheetScan()
    places = set(re.findall(rb" r=\"([A-Za-z]+)(\d+)\"", xml))
    scan.columns = max((column_position(letters.decode().upper()) + 1 for letters in {letters for letters, _ in places}), default=1)
    scan.rows = max(max((int(row) for _, row in places), default=0), max(map(int, _ROW.findall(xml)), default=0))
    return scan


def _place(attributes: bytes) -> tuple[int, int] | None:
    match = _REF.search(attributes)
    return (int(match[2]) - 1, column_position(match[1].decode().upper())) if match else None


def _mark(scan: SheetScan, attributes: bytes, text: str, reason: str) -> None:
    place = _place(attributes)
    if place:
        scan.unreadable[place] = Unreadable(text, reason, address(*place))


def _addressed(xml: bytes) -> bytes:
    """The same XML with an address on every row and cell, counted as a reader counts them."""
    row, column = -1, -1

    def numbered(match: re.Match[bytes]) -> bytes:
        nonlocal row, column
        if match[1] is not None:
            stated = re.search(rb" r=\"(\d{1,9})\"", match[1])
            row, column = (int(stated[1]) - 1 if stated else row + 1), -1
            return match[0] if stated else b'<row r="%d"%s>' % (row + 1, match[1])
        place = _place(match[2])
        column = place[1] if place else column + 1
        return match[0] if place else b'<c r="%s"%s%s>' % (address(max(row, 0), column).encode(), match[2], match[3])
    return _TOKEN.sub(numbered, xml)
