"""What is struck out, raised behind a number or merged over columns is no number to count: each format of ledger, and its clean twin."""

from __future__ import annotations

import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Color, Font, PatternFill

from spatial.errors import Refused
from spatial.read.ledger import read_ledger
from spatial.read.ledger.scan import hides
from spatial.schema.raw import RawLayer, Unreadable
from tests.corpus.ledgers.files import compound, ods, xlsb

HEAD, ROWS = ["宗地代码", "面积(亩)", "税收(万元)"], [["A", 60, 100], ["B", 30, 200], ["C", 15, 30]]


def _workbook(path: Path, change: Any) -> RawLayer:
    book = openpyxl.Workbook()
    for row in [HEAD, *ROWS]:
        book.active.append(row)
    change(book.active)
    book.save(path)
    return read_ledger(path, role="x", shown_path=path.name)


def _marked(raw: RawLayer) -> dict[str, tuple[str, str]]:
    return {cell.cell: (cell.text, cell.reason) for cell in raw.frame.to_numpy().ravel() if isinstance(cell, Unreadable)}


def _runs(text: str, behind: str, **font: Any) -> CellRichText:
    return CellRichText(TextBlock(InlineFont(**font), text), behind)


def test_a_row_struck_out_is_marked_cell_by_cell(tmp_path: Path) -> None:
    def strike(sheet: Any) -> None:
        for cell in sheet[3]:
            cell.font = Font(strike=True)
    raw = _workbook(tmp_path / "a.xlsx", strike)
    assert _marked(raw) == {"A3": ("B", "struck"), "B3": ("30", "struck"), "C3": ("200", "struck")}
    assert [(f.code, f.count) for f in raw.findings] == [("ledger.bad_cells", 3)]


@pytest.mark.parametrize(("text", "expected"), [
    (_runs("100", "120", strike=True), {"C2": ("100120", "struck")}),
    (CellRichText("120", TextBlock(InlineFont(vertAlign="superscript"), "1")), {"C2": ("1201", "raised")}),
    (CellRichText("3000 m", TextBlock(InlineFont(vertAlign="superscript"), "2")), {}),
    (_runs("1", "20", b=True), {}),
], ids=["struck", "footnote", "square metres", "bold"])
def test_a_text_in_runs_is_read_as_one_only_where_it_is_one(text: CellRichText, expected: dict[str, Any], tmp_path: Path) -> None:
    assert _marked(_workbook(tmp_path / "a.xlsx", lambda sheet: sheet.__setitem__("C2", text))) == expected


def test_a_struck_total_is_still_a_total(tmp_path: Path) -> None:
    def add(sheet: Any) -> None:
        sheet.append(["合计", 105, 330])
        for cell in sheet[5]:
            cell.font = Font(strike=True)
    raw = _workbook(tmp_path / "a.xlsx", add)
    assert raw.set_aside.loc[raw.set_aside["row"] == 5, "reason"].tolist() == ["total"] and not _marked(raw)


@pytest.mark.parametrize("span", ["B3:C3", "B3:C4"])
def test_a_number_merged_over_columns_belongs_to_none(span: str, tmp_path: Path) -> None:
    marks = _marked(_workbook(tmp_path / "a.xlsx", lambda sheet: sheet.merge_cells(span)))
    assert set(marks.values()) == {("30", "merged_across")}


def test_words_merged_over_columns_stay(tmp_path: Path) -> None:
    def merge(sheet: Any) -> None:
        sheet["B3"] = "未报"
        sheet.merge_cells("B3:C3")
    assert not _marked(_workbook(tmp_path / "a.xlsx", merge))


def test_a_hidden_column_is_told(tmp_path: Path) -> None:
    raw = _workbook(tmp_path / "a.xlsx", lambda sheet: setattr(sheet.column_dimensions["C"], "hidden", True))
    assert [(f.code, f.value_seen) for f in raw.findings] == [("ledger.hidden_columns", "税收(万元)")]


def test_a_row_struck_out_in_an_xls(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import xlwt
    book = xlwt.Workbook(encoding="utf-8")
    sheet, line = book.add_sheet("a"), xlwt.easyxf("font: struck_out on")
    for r, row in enumerate([HEAD, *ROWS]):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell, *((line,) if r == 2 else ()))
    book.save(str(tmp_path / "a.xls"))
    assert set(_marked(read_ledger(tmp_path / "a.xls", role="x", shown_path="a.xls"))) == {"A3", "B3", "C3"}


@pytest.mark.parametrize(("parts", "expected"), [
    ([("90", "font: struck_out on"), ("100", "")], {"C2": ("90100", "struck")}),
    ([("100", ""), ("旧90", "font: struck_out on")], {"C2": ("100旧90", "struck")}),
    ([("120", ""), ("1", "font: escapement superscript")], {"C2": ("1201", "raised")}),
    ([("3000 m", ""), ("2", "font: escapement superscript")], {}),
    ([("1", "font: bold on"), ("00", "")], {}),
], ids=["struck", "struck behind", "footnote", "square metres", "bold"])
@pytest.mark.parametrize("before", ["", "很长的说明" * 3000], ids=["short", "cut over records"])
def test_a_text_in_runs_in_an_xls(parts: list[tuple[str, str]], expected: dict[str, Any], before: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import xlwt
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("a")
    for r, row in enumerate([HEAD, *ROWS]):
        for c, cell in enumerate(row):
            if (r, c) != (1, 2):
                sheet.write(r, c, cell)
    sheet.write(1, 3, before)
    sheet.write_rich_text(1, 2, [(text, xlwt.easyxf(font).font) if font else text for text, font in parts])
    book.save(str(tmp_path / "a.xls"))
    assert _marked(read_ledger(tmp_path / "a.xls", role="x", shown_path="a.xls")) == expected


PAGE = '<html><style>.old {{text-decoration:line-through}}</style><table>{}</table></html>'


@pytest.mark.parametrize(("cell", "expected"), [
    ("<td><s>90</s>100</td>", {"C2": ("90100", "struck")}),
    ("<td><span style='text-decoration: line-through'>90</span>100</td>", {"C2": ("90100", "struck")}),
    ("<td class=old>100</td>", {"C2": ("100", "struck")}),
    ("<td>100<sup>1</sup></td>", {"C2": ("1001", "raised")}),
    ("<td><b>1</b>00</td>", {}),
    ("<td><span style='display:none'>9</span>100</td>", {}),
    ("<td><span hidden>9<b>9</b><br></span>100</td>", {}),
    ("<td><script>var a=9</script>100</td>", {}),
    ("<td>100<i hidden>9</td>", {}),
    ("<td><input value=100></td>", {}),
    ("<td><input type=hidden value=9>100</td>", {}),
    ("<td><select><option>90<option selected>100</select></td>", {"C2": ("", "form_field")}),
    ("<td style='display:none'>9</td><td>100</td>", {"C2": ("9", "hidden_text")}),
], ids=["tag", "style", "class", "footnote", "bold", "span not shown", "span with tags not shown", "script", "never closed", "field", "hidden field", "choice", "cell not shown"])
def test_a_web_page_called_xls(cell: str, expected: dict[str, Any], tmp_path: Path) -> None:
    rows = ["".join(f"<td>{text}</td>" for text in row) for row in [HEAD, *ROWS]]
    body = "".join(f"<tr>{row}</tr>" for row in rows).replace("<td>100</td>", cell)
    (tmp_path / "a.xls").write_text(PAGE.format(body), encoding="utf-8")
    raw = read_ledger(tmp_path / "a.xls", role="x", shown_path="a.xls")
    assert _marked(raw) == expected and (expected or raw.frame["税收(万元)"].tolist() == ["100", "200", "30"])


def test_a_column_that_a_web_page_does_not_show_is_told_as_a_hidden_one(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td style='display:none'>{i}</td>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for i, row in enumerate([HEAD, *ROWS]))
    (tmp_path / "a.xls").write_text(PAGE.format(rows.replace(">0<", ">序<")), encoding="utf-8")
    raw = read_ledger(tmp_path / "a.xls", role="x", shown_path="a.xls")
    assert not _marked(raw) and raw.frame["税收(万元)"].tolist() == ["100", "200", "30"]
    assert [f.value_seen for f in raw.findings if f.code == "ledger.hidden_columns"] == ["序"]


@pytest.mark.parametrize(("ink", "ground", "expected"), [
    (Color(rgb="FFFFFFFF"), None, {"C2": ("100", "white_number")}),
    (Color(theme=0), None, {"C2": ("100", "white_number")}),
    (Color(theme=0), "FFFFFF", {"C2": ("100", "white_number")}),
    (Color(theme=0, tint=-0.5), None, {}),
    (Color(rgb="FFFFFFFF"), "1F4E78", {}),
    (Color(rgb="FF000000"), None, {}),
], ids=["white", "white of the theme", "white on white", "grey of the theme", "white on blue", "black"])
def test_a_white_number_without_a_ground_is_seen_as_a_blank(ink: Color, ground: str | None, expected: dict[str, Any], tmp_path: Path) -> None:
    def paint(sheet: Any) -> None:
        sheet.append(["D", 15, 0])
        for cell in (sheet["A2"], sheet["C2"], sheet["C5"]):  # words in white are a way to show a repeated name once; zeros often hide
            cell.font = Font(color=ink)
            cell.fill = PatternFill("solid", fgColor=ground) if ground else PatternFill()
    raw = _workbook(tmp_path / "a.xlsx", paint)
    assert _marked(raw) == expected and raw.frame["宗地代码"].tolist() == ["A", "B", "C", "D"]


@pytest.mark.parametrize(("ground", "expected"), [("", {"C3": ("200", "white_number")}), ("; pattern: pattern solid, fore_colour dark_blue", {})], ids=["bare", "on blue"])
def test_a_white_number_of_an_xls(ground: str, expected: dict[str, Any], tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import xlwt
    book = xlwt.Workbook(encoding="utf-8")
    sheet, white = book.add_sheet("a"), xlwt.easyxf("font: colour white" + ground)
    for r, row in enumerate([HEAD, *ROWS]):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell, *((white,) if (r, c) == (2, 2) else ()))
    book.save(str(tmp_path / "a.xls"))
    assert _marked(read_ledger(tmp_path / "a.xls", role="x", shown_path="a.xls")) == expected


@pytest.mark.parametrize(("ink", "ground", "expected"), [
    ((2, 0, 0, "ffffff"), None, {"C3": ("200", "white_number")}),
    ((3, 0, 0, ""), None, {"C3": ("200", "white_number")}),
    ((1, 9, 0, ""), (1, (2, 0, 0, "ffffff")), {"C3": ("200", "white_number")}),
    ((3, 0, -16_000, ""), None, {}),
    ((2, 0, 0, "ffffff"), (1, (2, 0, 0, "1f4e78")), {}),
    ((2, 0, 0, "000000"), None, {}),
], ids=["white", "white of the theme", "white on white", "grey of the theme", "white on blue", "black"])
def test_a_white_number_of_an_xlsb(ink: Any, ground: Any, expected: dict[str, Any], tmp_path: Path) -> None:
    place = {(2, 2): 1, (2, 0): 1}
    xlsb(tmp_path / "a.xlsb", [HEAD, *ROWS], looks=((0, 0), (0, 1)), looked=place, inks=(None, ink), grounds=(None, ground))
    assert _marked(read_ledger(tmp_path / "a.xlsb", role="x", shown_path="a.xlsb")) == expected


@pytest.mark.parametrize(("cell", "row", "expected"), [
    ("<td style='color:#FFF'>200</td>", "<tr>", {"C3": ("200", "white_number")}),
    ("<td><font color=white>200</font></td>", "<tr>", {"C3": ("200", "white_number")}),
    ("<td>200</td>", "<tr style='color: rgb(255, 255, 255)'>", {"B3": ("30", "white_number"), "C3": ("200", "white_number")}),
    ("<td class=pale>200</td>", "<tr>", {"C3": ("200", "white_number")}),
    ("<td class=head>200</td>", "<tr>", {}),
    ("<td style='color:#fff'>200</td>", "<tr bgcolor='#336699'>", {}),
    ("<td style='background:#336699'><b style='color:#fff'>200</b></td>", "<tr>", {}),
    ("<td style='background-color:#fff;color:white'>200</td>", "<tr bgcolor='#336699'>", {"C3": ("200", "white_number")}),
    ("<td style='color:#000'>200</td>", "<tr style='color:#fff'>", {"B3": ("30", "white_number")}),
    ("<td><i style='color:#fff'>*</i>200</td>", "<tr>", {}),
], ids=["cell", "font", "row", "class", "class with a ground", "row with a ground", "cell with a ground", "white on white", "black again", "a mark in white"])
def test_a_white_number_of_a_web_page(cell: str, row: str, expected: dict[str, Any], tmp_path: Path) -> None:
    rows = ["".join(f"<td>{text}</td>" for text in told) for told in [HEAD, *ROWS]]
    body = "".join(f"<tr>{told}</tr>" for told in rows).replace("<tr><td>B", f"{row}<td>B").replace("<td>200</td>", cell)
    page = PAGE.format(body).replace("<style>", "<style>td {color:black} .pale {color:white} .head {color:white;background:#4472C4} ") if "class" in cell else PAGE.format(body)
    (tmp_path / "a.xls").write_text(page, encoding="utf-8")
    marked = _marked(read_ledger(tmp_path / "a.xls", role="x", shown_path="a.xls"))
    assert marked == expected


def test_a_number_of_a_web_page_that_spans_rows_is_nobody_s_and_hidden_rows_are_told(tmp_path: Path) -> None:
    rows = "<tr><td>宗地代码</td><td>税收(万元)</td></tr><tr><td>001</td><td rowspan=2>100</td></tr><tr style='display:none'><td>002</td></tr><tr><td>003</td><td>5</td></tr>"
    (tmp_path / "a.xls").write_text(PAGE.format(rows), encoding="utf-8")
    raw = read_ledger(tmp_path / "a.xls", role="x", shown_path="a.xls")
    assert _marked(raw) == {"B2": ("100", "merged_number")} and raw.frame["宗地代码"].tolist() == ["001", "002", "003"]
    assert ("ledger.hidden_rows", 1) in [(f.code, f.count) for f in raw.findings]


NAMES = ('xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
         'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" '
         'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"')
MANIFEST = ('<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>')
LINE = '<style:text-properties style:text-line-through-style="solid"/>'
STYLES = (f'<number:number-style style:name="N"><number:number number:display-factor="10000"/></number:number-style><style:style style:name="wan" style:data-style-name="N"/>'
          f'<style:style style:name="old">{LINE}</style:style><style:style style:name="T">{LINE}</style:style>'
          '<style:style style:name="pale"><style:table-cell-properties fo:background-color="transparent"/><style:text-properties fo:color="#FFFFFF"/></style:style>'
          '<style:style style:name="heir" style:parent-style-name="pale"/><style:style style:name="on" style:parent-style-name="pale"><style:table-cell-properties fo:background-color="#1f4e78"/>'
          '</style:style><style:style style:name="auto" style:parent-style-name="pale"><style:text-properties fo:color="#ffffff" style:use-window-font-color="true"/></style:style>')


def _float(style: str) -> str:
    return f'<table:table-cell table:style-name="{style}" office:value-type="float" office:value="100"><text:p>100</text:p></table:table-cell>'


@pytest.mark.parametrize(("cell", "columns", "expected"), [
    ('<table:table-cell table:style-name="wan" office:value-type="float" office:value="1000000"><text:p>100</text:p></table:table-cell>', "", {"B2": ("1000000", "scaled_format")}),
    ('<table:table-cell office:value-type="float" office:value="1000000"><text:p>100</text:p></table:table-cell>',
     '<table:table-column/><table:table-column table:default-cell-style-name="wan"/>', {"B2": ("1000000", "scaled_format")}),
    ('<table:table-cell table:style-name="old" office:value-type="float" office:value="100"><text:p>100</text:p></table:table-cell>', "", {"B2": ("100", "struck")}),
    ('<table:table-cell office:value-type="string"><text:p><text:span text:style-name="T">90</text:span>100</text:p></table:table-cell>', "", {"B2": ("90100", "struck")}),
    ('<table:table-cell office:value-type="float" office:value="0" table:formula="of:=1/0"><text:p>#DIV/0!</text:p></table:table-cell>', "", {"B2": ("#DIV/0!", "error_value")}),
    ('<table:table-cell office:value-type="string" office:string-value="" table:formula="of:=X"><text:p>Err:508</text:p></table:table-cell>', "", {"B2": ("Err:508", "error_value")}),
    ('<table:table-cell office:value-type="float" office:value="100"><text:p>100</text:p></table:table-cell>', "", {}),
    (_float("pale"), "", {"B2": ("100", "white_number")}),
    (_float("heir"), "", {"B2": ("100", "white_number")}),
    (_float("on"), "", {}),
    (_float("auto"), "", {}),
    ('<table:table-cell table:style-name="pale" office:value-type="string"><text:p>甲</text:p></table:table-cell>', "", {}),
], ids=["display factor", "display factor of the column", "struck", "struck in part", "zero beside an error", "nothing beside an error", "plain", "white", "white of the parent style",
        "white on blue", "in the colour of the window", "words in white"])
def test_an_ods(cell: str, columns: str, expected: dict[str, Any], tmp_path: Path) -> None:
    said = "".join(f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in ("宗地代码", "税收(万元)"))
    key = '<table:table-cell office:value-type="string"><text:p>A</text:p></table:table-cell>'
    content = (f'<office:document-content {NAMES}><office:automatic-styles>{STYLES}</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="S">{columns}'
               f"<table:table-row>{said}</table:table-row><table:table-row>{key}{cell}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>")
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    assert _marked(read_ledger(tmp_path / "a.ods", role="x", shown_path="a.ods")) == expected


def test_a_row_struck_out_in_an_xlsb(tmp_path: Path) -> None:
    xlsb(tmp_path / "a.xlsb", [HEAD, *ROWS], fonts=[(0, 0), (8, 0)], looks=[(0, 0), (0, 1)], looked={(2, 0): 1, (2, 1): 1, (2, 2): 1})
    assert _marked(read_ledger(tmp_path / "a.xlsb", role="x", shown_path="a.xlsb")) == {"A3": ("B", "struck"), "B3": ("30", "struck"), "C3": ("200", "struck")}


@pytest.mark.parametrize(("text", "runs", "expected"), [
    ("90100", [(0, 1), (2, 0)], {"C2": ("90100", "struck")}),
    ("1201", [(0, 0), (3, 2)], {"C2": ("1201", "raised")}),
    ("3000 m2", [(0, 0), (6, 2)], {}),
    ("100", [(0, 0), (1, 3)], {}),
], ids=["struck", "footnote", "square metres", "bold"])
def test_a_text_in_runs_in_an_xlsb(text: str, runs: list[tuple[int, int]], expected: dict[str, Any], tmp_path: Path) -> None:
    xlsb(tmp_path / "a.xlsb", [HEAD, ["A", 60, text], *ROWS[1:]], fonts=[(0, 0), (8, 0), (0, 1), (1, 0)], runs={(1, 2): runs})
    raw = read_ledger(tmp_path / "a.xlsb", role="x", shown_path="a.xlsb")
    assert _marked(raw) == expected and (expected or raw.frame["税收(万元)"].tolist() == [text, 200.0, 30.0])


HIDDEN = {"C2": ("100", "hidden_number"), "C3": ("-200", "hidden_number")}


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "xlsb", "ods"])
def test_a_number_that_its_format_hides_is_no_number_and_a_hidden_zero_is_one(suffix: str, tmp_path: Path) -> None:
    rows = [HEAD, ["A", 60, 100], ["B", 30, -200], ["C", 15, 0], ["D", 15, 7]]
    path = tmp_path / f"a.{suffix}"
    if suffix == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        for cell in ("C2", "C3", "C4"):
            book.active[cell].number_format = ";;;"
        book.active["C5"].number_format = "0;;;"
        book.save(path)
    elif suffix == "xls":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import xlwt
        old = xlwt.Workbook(encoding="utf-8")
        sheet, veil = old.add_sheet("a"), xlwt.easyxf(num_format_str=";;;")
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                sheet.write(r, c, cell, *((veil,) if c == 2 and 0 < r < 4 else ()))
        old.save(str(path))
    elif suffix == "xlsb":
        xlsb(path, rows, formats={164: ";;;"}, looks=[(0, 0), (164, 0)], looked={(r, 2): 1 for r in (1, 2, 3)})
    else:
        ods(path, rows, shown={100: "", -200: "", 0: ""})
    raw = read_ledger(path, role="x", shown_path=path.name)
    assert _marked(raw) == HIDDEN and [float(cell) for cell in raw.frame["税收(万元)"][2:]] == [0, 7]
    assert [(f.code, f.count) for f in raw.findings if f.severity == "warning"] == [("ledger.bad_cells", 2)]


@pytest.mark.parametrize(("code", "signs"), [(";;;", "+-"), (";;", "+-"), ("[Red];;", "+-"), ("0;;", "-"), (";-0", "+"), ("0", ""), ("General", ""), ("", ""), ("0;-0;;@", ""), ('";";0', ""),
                                             ('"";"";""', "+-"), ("* ;* ;* ", "+-"), ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', ""), ('"亏";0', ""),
                                             ("[>0];0", "")])
def test_the_numbers_that_a_format_hides(code: str, signs: str) -> None:
    assert hides(code) == signs


@pytest.mark.parametrize("inside", [True, False])
def test_a_workbook_of_excel_95_is_refused_by_name(inside: bool, tmp_path: Path) -> None:
    """Its texts are GBK bytes that the cell reader garbles."""
    stream = struct.pack("<HHHHHH", 0x809, 8, 0x500, 5, 0, 0) + struct.pack("<HHH", 0x42, 2, 936) + struct.pack("<HH", 0x0A, 0)
    if inside:
        compound(tmp_path / "a.xls", {"Book": stream})
    else:
        (tmp_path / "a.xls").write_bytes(stream)
    with pytest.raises(Refused) as refused:
        read_ledger(tmp_path / "a.xls", role="x", shown_path="a.xls")
    assert [(f.code, f.value_seen) for f in refused.value.findings] == [("ledger.unknown_kind", "Excel 5.0/95")] and "xlsx" in refused.value.findings[0].remedy("en")
