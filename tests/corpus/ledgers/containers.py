"""Ledgers by container: every format, the wrong name, damaged, locked, oversized, several sheets, encodings and delimiters."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

from tests.corpus.ledgers.cases import HEAD, ROWS, Case, Refusal, Right
from tests.corpus.ledgers.files import compound, ods, text, xls, xlsb, xlsx, xml2003

TABLE = [HEAD, *ROWS]
ENCODED = ("container.encoding_decided",)


def _raw(content: bytes | str) -> object:
    return lambda p: p.write_bytes(content.encode() if isinstance(content, str) else content)


def _cut(path: Path, share: float) -> None:
    xlsx(path, TABLE)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


def _part(path: Path, name: str, old: bytes, new: bytes) -> None:
    """A workbook with one of its parts changed."""
    xlsx(path, TABLE)
    with zipfile.ZipFile(path) as archive:
        members = {i.filename: archive.read(i) for i in archive.infolist()}
    assert old in members[name]
    members[name] = members[name].replace(old, new, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, body in members.items():
            archive.writestr(member, body)


def _bomb(path: Path) -> None:
    xlsx(path, TABLE)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zero.bin", bytes(60_000_000))


def _zip(path: Path, member: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x" * 100)


def _lines(rows: list[list[object]] = TABLE, delimiter: str = ",") -> str:
    return "\r\n".join(delimiter.join(map(str, row)) for row in rows) + "\r\n"


HTML = "<html><head><meta charset='utf-8'></head><body><table><tr>" + "".join(f"<th>{h}</th>" for h in HEAD) + "</tr>" + "".join(
    "<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in ROWS) + "</table></body></html>"

DATED = [[*row[:4], dt.date.fromisoformat(str(row[4])), *row[5:]] for row in ROWS]


def _changed(path: Path, old: str, new: str, rows: list[list[object]] = TABLE, **said: object) -> None:
    """An XML workbook with one of its words changed."""
    xml2003(path, rows, **said)  # type: ignore[arg-type]
    words = path.read_text("utf-8")
    assert old in words
    path.write_text(words.replace(old, new, 1), encoding="utf-8")


CODED = [["项目代码", "总投资(万元)"], [1, 5], [12, 6]]
CASES = (
    Case("xls", lambda p: xls(p, TABLE), Right(), "台账.xls"),
    Case("xlsb", lambda p: xlsb(p, TABLE), Right(), "台账.xlsb"),
    Case("ods", lambda p: ods(p, TABLE), Right(), "台账.ods"),
    Case("XML 2003 called xls", lambda p: xml2003(p, TABLE), Right(), "台账.xls"),
    Case("XML 2003 called xml, real dates, a title over all columns and blanks left out",
         lambda p: xml2003(p, [["供地台账"], HEAD, *DATED[:1], [None, None, None, None, None, None, None], *DATED[1:]], merges={(0, 0): (0, 6)}), Right(codes=("ledger.header",)), "台账.xml"),
    Case("XML 2003 in GBK", lambda p: xml2003(p, TABLE, encoding="GBK"), Right(), "台账.xls"),
    Case("XML 2003 that says UTF-8 and is GBK", lambda p: p.write_bytes(_xml_of(p).encode("gbk")), Right(codes=("container.encoding_lie",)), "台账.xls"),
    Case("XML 2003 with a word merged down", lambda p: xml2003(p, [HEAD, *[[*r[:3], r[3] if i != 1 else None, *r[4:]] for i, r in enumerate(ROWS)]], merges={(1, 3): (1, 0)}),
         Right({"n": 4, "area_m2": 100_000.0, "supply_mode": ["挂牌出让"] * 4}, codes=("ledger.merged_down",)), "台账.xls"),
    Case("XML 2003 with a number merged down", lambda p: xml2003(p, [HEAD, *[[*r[:5], r[5] if i != 1 else None, r[6]] for i, r in enumerate(ROWS)]], merges={(1, 5): (1, 0)}),
         Refusal("row.bad_cell", row=2, field="area"), "台账.xls"),
    Case("XML 2003 with a cell inside a merged one", lambda p: xml2003(p, TABLE, merges={(1, 3): (1, 0)}), Refusal("ledger.damaged"), "台账.xls"),
    Case("XML 2003 of two sheets", lambda p: xml2003(p, TABLE, others={"2019年": TABLE}), Refusal("ledger.several_sheets", seen="2019年"), "台账.xls"),
    Case("XML 2003 with a hidden sheet", lambda p: xml2003(p, TABLE, others={"字典": [["a", "b"], [1, 2]]}, hidden=["字典"]), Right(), "台账.xls"),
    Case("XML 2003 merged down to its last row, and a hidden sheet as long", lambda p: xml2003(p, [HEAD, *[[*r[:3], r[3] if not i else None, *r[4:]] for i, r in enumerate(ROWS)]],
         merges={(1, 3): (3, 0)}, others={"字典": [["a", "b", "c", "d"]] * 6}, hidden=["字典"]), Right(codes=("ledger.merged_down",)), "台账.xls"),
    Case("XML 2003 with a cell in the last row of a merged one", lambda p: xml2003(p, TABLE, merges={(1, 3): (3, 0)}), Refusal("ledger.damaged"), "台账.xls"),
    Case("XML 2003 with a hidden row", lambda p: xml2003(p, TABLE, hidden_rows=[2]), Right(codes=("ledger.hidden_rows",)), "台账.xls"),
    Case("XML 2003 with a struck cell", lambda p: xml2003(p, TABLE, styles={(2, 5): "s"}, declared='<Style ss:ID="s"><Font ss:StrikeThrough="1"/></Style>'),
         Refusal("row.bad_cell", row=3, field="area"), "台账.xls"),
    Case("XML 2003 with a unit in a format", lambda p: xml2003(p, TABLE, styles={(2, 6): "s"}, declared='<Style ss:ID="s"><NumberFormat ss:Format="0.00&quot;亿元&quot;"/></Style>'),
         Right({"n": 4, "price_wanyuan": 5_000_000 + 2000.5}, codes=("unit.cell", "unit.money_outlier")), "台账.xls"),
    Case("XML 2003 with an error value", lambda p: _changed(p, '<Data ss:Type="Number">20000</Data>', '<Data ss:Type="Error">#REF!</Data>'), Refusal("row.bad_cell", row=3, field="area"), "台账.xls"),
    Case("XML 2003 with a formula without its result", lambda p: _changed(p, '<Cell><Data ss:Type="Number">20000</Data></Cell>', '<Cell ss:Formula="=R[-1]C/2"/>'),
         Refusal("row.bad_cell", row=3, field="area"), "台账.xls"),
    Case("XML 2003 with a formula and its result", lambda p: _changed(p, '<Cell><Data ss:Type="Number">20000', '<Cell ss:Formula="=R[-1]C/2"><Data ss:Type="Number">20000'), Right(), "台账.xls"),
    Case("XML 2003 with a remark at a cell", lambda p: _changed(p, "20000</Data>", '20000</Data><Comment><ss:Data>核对过 1</ss:Data></Comment>'), Right(), "台账.xls"),
    Case("XML 2003 with a document type", lambda p: _changed(p, "<Workbook", '<!DOCTYPE w [<!ENTITY a "b">]><Workbook'), Refusal("ledger.damaged"), "台账.xls"),
    Case("XML 2003 cut off", lambda p: (xml2003(p, TABLE), p.write_bytes(p.read_bytes()[:-400]))[0], Refusal("ledger.damaged"), "台账.xls"),
    Case("XML 2003 with a column far out", lambda p: _changed(p, "<Cell><Data", '<Cell ss:Index="999999"><Data'), Refusal("ledger.too_large"), "台账.xls"),
    Case("XML 2003 with ids kept as numbers", lambda p: xml2003(p, [HEAD, *[[r[0], 3301092020000000000 + i, *r[2:]] for i, r in enumerate(ROWS)]]),
         Refusal("row.bad_cell", row=2, field="supply_id"), "台账.xls"),
    Case("tsv", lambda p: text(p, TABLE, delimiter="\t"), Right(), "台账.tsv"),
    Case("an xlsx called csv", lambda p: xlsx(p, TABLE) if p.suffix == ".xlsx" else _named(p, xlsx), Right(), "台账.csv"),
    Case("an xlsx called xls", lambda p: _named(p, xlsx), Right(), "台账.xls"),
    Case("a csv called xlsx", lambda p: text(p, TABLE), Right(), "台账.xlsx"),
    Case("an ods called xlsx", lambda p: _named(p, ods), Right(), "台账.xlsx"),
    Case("an html table called xls", _raw(HTML), Right(codes=("ledger.html",)), "台账.xls"),
    Case("a web page without a table called xls", _raw("<html><body><p>请先登录</p></body></html>"), Refusal("ledger.unknown_kind"), "台账.xls"),
    Case("an html list in two tables", _raw(HTML.replace("</table>", "</table>" + HTML.split("<body>")[1].split("</body>")[0])), Refusal("ledger.several_tables"), "台账.xls"),
    Case("an html table beside a menu", _raw(HTML.replace("<table>", "<table><tr><td>首页</td><td>退出</td></tr></table><table>")), Right(codes=("ledger.html",)), "台账.xls"),
    Case("numbers of a web page that a spreadsheet rounded for show", _raw(HTML.replace("<td>1000.5</td>", "<td x:num='1000.5'>1,001</td>").replace("<td>40000</td>", "<td x:num=40000>40,000.0</td>")),
         Right(codes=("ledger.html",)), "台账.xls"),
    Case("a number of a web page beside another text", _raw(HTML.replace("<td>1000.5</td>", "<td x:num='0.5'>1000.5</td>")), Right(codes=("ledger.html",)), "台账.xls"),
    *(Case(f"ids shown with zeros before them, {file}", write, Right({"n": 2, "project_id": ["0001", "0012"]}, codes=("join.no_location",)), file, role="projects") for file, write in (
        ("项目.xlsx", lambda p: xlsx(p, CODED, formats={"A2": "0000", "A3": "0000"})), ("项目.xls", lambda p: xls(p, CODED, formats={(1, 0): "0000", (2, 0): "0000"})),
        ("项目.xlsb", lambda p: xlsb(p, CODED, formats={164: "0000"}, looks=((0, 0), (164, 0)), looked={(1, 0): 1, (2, 0): 1})), ("项目.ods", lambda p: ods(p, CODED, shown={1: "0001", 12: "0012"})))),
    Case("empty file", _raw(b""), Refusal("ledger.empty"), "台账.csv"),
    Case("only blanks", _raw(b"\r\n \r\n"), Refusal("ledger.empty"), "台账.csv"),
    Case("a PDF called xlsx", _raw(b"%PDF-1.7\n" + bytes(200)), Refusal("ledger.unknown_kind"), "台账.xlsx"),
    Case("cut in half", lambda p: _cut(p, 0.5), Refusal("ledger.damaged")),
    Case("cut at the end", lambda p: _cut(p, 0.99), Refusal("ledger.damaged")),
    Case("locked xlsx", lambda p: compound(p, {"EncryptionInfo": b"\x04\0\x04\0" + bytes(100), "EncryptedPackage": bytes(9000)}), Refusal("ledger.locked")),
    Case("zip bomb", _bomb, Refusal("ledger.bomb")),
    Case("a row number far out", lambda p: _part(p, "xl/worksheets/sheet1.xml", b'<row r="5"', b'<row r="1048570" hidden="0"'), Right()),
    Case("entities in the workbook", lambda p: _part(p, "xl/workbook.xml", b"<workbook", b'<!DOCTYPE w [<!ENTITY a "b">]><workbook'), Refusal("ledger.damaged")),
    Case("several sheets, none named", lambda p: xlsx(p, TABLE, others={"2019年": TABLE}), Refusal("ledger.several_sheets", seen="2019年")),
    Case("a named sheet that goes on in another", lambda p: xlsx(p, TABLE[:3], others={"台账(续)": [HEAD, *ROWS[2:]]}),
         Right({"n": 2, "area_m2": 60_000.0}, codes=("ledger.going_on",)), said='layer = "台账"'),
    Case("a named sheet that goes on in another without a header", lambda p: xlsx(p, TABLE[:3], others={"台账续表": ROWS[2:]}),
         Right({"n": 2, "area_m2": 60_000.0}, codes=("ledger.going_on",)), said='layer = "台账"'),
    Case("a named sheet that goes on in another, by number", lambda p: xlsx(p, TABLE[:3], sheet="台账1", others={"台账2": [["供地台账"], HEAD, *ROWS[2:]]}),
         Right({"n": 2, "area_m2": 60_000.0}, codes=("ledger.going_on",)), said='layer = "台账1"'),
    Case("a named sheet beside that of another town", lambda p: xlsx(p, TABLE[:3], sheet="甲镇", others={"乙镇": [HEAD, *ROWS[2:]]}),
         Right({"n": 2, "area_m2": 60_000.0}, codes=("ledger.same_columns",)), said='layer = "甲镇"'),
    Case("a document of words", lambda p: _zip(p, "word/document.xml"), Refusal("ledger.unknown_kind", seen="Word"), "台账.docx"),
    Case("a table of Numbers", lambda p: _zip(p, "Index/Document.iwa"), Refusal("ledger.unknown_kind", seen="Numbers"), "台账.numbers"),
    Case("the sheets of other years", lambda p: xlsx(p, TABLE, sheet="2020年", others={"2019年": [HEAD, *ROWS[2:]]}), Right(), said='layer = "2020年"'),
    Case("a sheet beside it of other columns", lambda p: xlsx(p, TABLE, sheet="Sheet1", others={"Sheet2": [["镇街", "面积"], ["甲镇", 5]]}), Right(), said='layer = "Sheet1"'),
    Case("a row that stands twice", lambda p: _part(p, "xl/worksheets/sheet1.xml", b'<row r="3"', b'<row r="2"'), Refusal("ledger.damaged")),
    Case("a cell that stands twice", lambda p: _part(p, "xl/worksheets/sheet1.xml", b'<c r="F3"', b'<c r="G3"'), Refusal("ledger.damaged")),
    Case("several sheets, one named", lambda p: xlsx(p, [["x", "y"], [1, 2]], sheet="说明", others={"台账": TABLE}), Right(), said='layer = "台账"'),
    Case("sheet that is not there", lambda p: xlsx(p, TABLE), Refusal("ledger.no_such_sheet", seen="台账"), said='layer = "2021"'),
    Case("hidden second sheet", lambda p: xlsx(p, TABLE, others={"字典": [["a", "b"], [1, 2]]}, hidden=["字典"]), Right()),
    Case("remarks on a second sheet", lambda p: xlsx(p, TABLE, others={"说明": [["本表数据截至2020年"], ["来源：系统导出"]]}), Right()),
    Case("empty second sheet", lambda p: xlsx(p, TABLE, others={"Sheet2": []}), Right()),
    Case("GBK csv", lambda p: text(p, TABLE, encoding="gbk"), Right(codes=ENCODED), "台账.csv"),
    Case("GB18030 csv with a rare character", lambda p: text(p, [HEAD, *[[*r[:3], "挂牌出让𠮷", *r[4:]] for r in ROWS]], encoding="gb18030"), Right(codes=ENCODED), "台账.csv"),
    Case("UTF-8 csv with a mark", lambda p: text(p, TABLE, encoding="utf-8-sig"), Right(), "台账.csv"),
    Case("UTF-16 text", lambda p: text(p, TABLE, encoding="utf-16", delimiter="\t"), Right(), "台账.txt.csv"),
    Case("UTF-16 without a mark", lambda p: text(p, TABLE, encoding="utf-16-le"), Right(codes=ENCODED), "台账.csv"),
    Case("Big5 csv", lambda p: text(p, [["宗地號", "電子監管號", "土地用途", "供應方式", "簽約日期", "供地面積(平方米)", "成交價(萬元)"],
                                        *[[*r[:2], "1001", "掛牌出讓", *r[4:]] for r in ROWS]], encoding="big5hkscs"),
         Right(codes=ENCODED), "台账.csv", said="""[layers.supply.columns]
parcel_id = "宗地號"
area = "供地面積(平方米)"
price = { column = "成交價(萬元)", unit = "wanyuan" }
contract_date = "簽約日期"
"""),
    Case("a header in GBK over rows in UTF-8", lambda p: p.write_bytes(_lines([HEAD]).encode("gbk") + _lines(ROWS).encode()), Refusal("container.encoding_unknown"), "台账.csv"),
    Case("rows in UTF-8 below rows in GBK", lambda p: p.write_bytes(_lines(TABLE[:3]).encode("gbk") + _lines(TABLE[3:]).encode()), Refusal("container.encoding_unknown"), "台账.csv"),
    Case("study's encoding is wrong", lambda p: text(p, TABLE, encoding="gbk"), Right(codes=("container.encoding_lie",)), "台账.csv", said='encoding = "utf-8"'),
    Case("Shift-JIS as the study says", lambda p: text(p, [["宗地番号", "供給方式", "面積(㎡)", "価格(万元)", "契約日"], *[[r[0], "せり売り", r[5], r[6], r[4]] for r in ROWS]], encoding="cp932"),
         Right(), "台账.csv", said="""encoding = "shift_jis"
[layers.supply.columns]
parcel_id = "宗地番号"
area = "面積(㎡)"
price = "価格(万元)"
contract_date = "契約日"
"""),
    Case("what psql prints", lambda p: p.write_text(" | ".join(HEAD) + "\n" + "+".join(["-----"] * 7) + "\n" + _lines(ROWS, " | ").replace("\r", "") + "(4 rows)\n", encoding="utf-8"),
         Right(codes=("key.normalised",), aside={"note": 1, "blank": 1}), "台账.csv"),
    Case("every line in quotes", lambda p: p.write_text("".join(f'"{line}"\r\n' for line in _lines().splitlines()), encoding="utf-8"), Right(codes=("ledger.quoted_lines",)), "台账.csv"),
    Case("one column in quotes with commas in it", lambda p: p.write_text('"项目代码"\r\n"P,1,2"\r\n"P,2,3"\r\n', encoding="utf-8"),
         Right({"n": 2, "project_id": ["P,1,2", "P,2,3"]}, codes=("join.no_location",)), "项目.csv", role="projects"),
    Case("semicolons", lambda p: text(p, TABLE, delimiter=";"), Right(), "台账.csv"),
    Case("sep= line", lambda p: p.write_text("sep=;\r\n" + _lines(delimiter=";"), encoding="utf-8"), Right(), "台账.csv"),
    Case("bars", lambda p: text(p, TABLE, delimiter="|"), Right(), "台账.csv"),
    Case("full-width commas", lambda p: text(p, TABLE, delimiter="，"), Right(), "台账.csv"),
    Case("old Mac line ends", lambda p: text(p, TABLE, end="\r"), Right(), "台账.csv"),
    Case("quoted line breaks", lambda p: text(p, [HEAD, *[[*r[:3], "挂牌\n出让，\"网上\"", *r[4:]] for r in ROWS]]), Right(), "台账.csv"),
    Case("quote left open", lambda p: p.write_text(_lines().replace("挂牌出让", '"挂牌出让', 1), encoding="utf-8"), Refusal("ledger.open_quote", row=2), "台账.csv"),
    Case("thousands marks without quotes", lambda p: p.write_text(_lines().replace("40000", "40,000", 1), encoding="utf-8"), Refusal("ledger.ragged_rows", row=2), "台账.csv"),
    Case("short row", lambda p: p.write_text(_lines().replace(",250\r\n", "\r\n"), encoding="utf-8"),
         Refusal("row.bad_cell"), "台账.csv"),
    Case("short row that lacks its remark", lambda p: p.write_text(_lines().replace("\r\n", ",无\r\n").replace("(万元),无", "(万元),备注").replace(",250,无", ",250"), encoding="utf-8"),
         Right(codes=("ledger.short_rows",)), "台账.csv"),
    Case("short row for want of a cell in its middle", lambda p: p.write_text(_lines().replace("挂牌出让,2020-04-15", "2020-04-15"), encoding="utf-8"),
         Refusal("ledger.shifted_row", row=3, field="合同签订日期", seen="20000"), "台账.csv"),
    Case("trailing commas on every line", lambda p: p.write_text(_lines().replace("\r\n", ",,\r\n"), encoding="utf-8"), Right(), "台账.csv"),
    Case("end of a file as DOS writes it", lambda p: p.write_bytes(_lines().encode() + b"\x1a"), Right(), "台账.csv"),
    Case("end of a file as DOS writes it, and a blank line", lambda p: p.write_bytes(_lines().encode() + b"\x1a\r\n"), Right(), "台账.csv"),
    Case("old tab text", lambda p: p.write_bytes(_lines(delimiter="\t").encode("gbk") + b"\x1a"), Right(codes=ENCODED), "台账.xls"),
    Case("zero bytes in a csv", lambda p: p.write_bytes(_lines().encode().replace(b"40000", b"40\x00000")), Refusal("ledger.unknown_kind"), "台账.csv"),
    Case("cut inside a character", lambda p: p.write_bytes((_lines() + "备注：完").encode()[:-1]), Refusal("ledger.cut_text"), "台账.csv"),
)


def _xml_of(path: Path) -> str:
    xml2003(path, TABLE)
    return path.read_text("utf-8")


def _named(path: Path, write: object) -> None:
    made = path.with_name("made" + (".ods" if write is ods else ".xlsx"))
    write(made, TABLE)  # type: ignore[operator]
    made.replace(path)
