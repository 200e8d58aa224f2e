"""Parts of a Word document as Chinese offices set them: fonts by script, numbered headings, tables that break well, page numbers, a stamp."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from spatial.render.docx_widths import holding

LATIN = "Times New Roman"
BODY, HEAD, SUBHEAD, TITLE = "仿宋", "黑体", "楷体", "方正小标宋简体"  # office faces; a machine without one shows its own for the script
SHORT = 6  # rows of a table that is kept on one page
TOGETHER = 3  # rows that stay together at either end of a longer one, so that no page begins or ends with a row alone
PROPERTY = 255  # characters of a core property
NUMERALS = "一二三四五六七八九十"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FULL_WIDTH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_MARK = re.compile(r"(?<=[\u4e00-\u9fff）”])[,;:?!]|[,;:?!](?=[\u4e00-\u9fff“])")
_BRACKETS = re.compile(r"(?<=[\u4e00-\u9fff])\(([^()]*)\)|\(([^()]*[\u4e00-\u9fff][^()]*)\)")
_PER_CENT = re.compile(r"(?<=\d) %")


class Report:
    """A Word document on A4 with the margins of an official document, to which headings, paragraphs, tables and pictures are added in order."""

    def __init__(self, title: str, language: str, stamp: str):
        self.document = Document()
        self.chinese = language == "zh"
        self.section, self.tables, self.figures = 0, 0, 0
        self._page()
        self._styles()
        self._header_footer(stamp)
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments, properties.keywords = _property(title), "spatial", _property(stamp), ""

    # ---- text

    def title(self, text: str, lead: str) -> None:
        self._paragraph(text, "Title", keep=True)
        self._paragraph(lead, "Subtitle", keep=True)

    def heading(self, text: str) -> None:
        """A numbered heading: 一、二、… in Chinese, 1. 2. … in English; numbering starts again at nothing."""
        self.section += 1
        number = f"{_chinese_number(self.section)}、" if self.chinese else f"{self.section}. "
        self._paragraph(number + text, "Heading 1", keep=True)

    def subheading(self, text: str, number: int) -> None:
        self._paragraph((f"（{_chinese_number(number)}）" if self.chinese else f"{self.section}.{number} ") + text, "Heading 2", keep=True)

    def text(self, text: str, *, keep: bool = False) -> None:
        """A paragraph; `keep` holds it on the page of what follows."""
        self._paragraph(text, "Normal", keep=keep)

    def items(self, texts: Iterable[str]) -> None:
        for number, text in enumerate(texts, 1):
            self._paragraph(f"{number}{'．' if self.chinese else '. '}{text}", "Normal")

    # ---- tables and pictures

    def table(self, caption: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[float], *, right: Iterable[int] = (),
              colours: Mapping[tuple[int, int], str] | None = None) -> None:
        """A table under its caption: the head repeats on every page, a row never breaks over two and none is left alone, text wraps inside its column.

        widths : of the columns in cm; right : columns of numbers; colours : (row, column) -> RRGGBB of the text
        """
        self.tables += 1
        widths = widths if self.chinese else holding(heads, rows, widths)
        self._paragraph(f"{'表' if self.chinese else 'Table '}{self.tables}{'　' if self.chinese else '  '}{caption}", "Caption", keep=True)
        made = self.document.add_table(rows=0, cols=len(heads))
        made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        _cell_margins(made, 0.1)
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Cm(width)
        numbers, short = set(right), len(rows) <= SHORT  # a short table stays on one page
        lines = [self._line([(head, "center", "", True) for head in heads], widths, head=True, keep=True)]
        for i, row in enumerate(rows):
            cells = [("" if isinstance(value, Bar) else str(value), "right" if column in numbers else "left", (colours or {}).get((i, column), ""), False)
                     for column, value in enumerate(row)]
            near = short or i + 1 < TOGETHER or i >= len(rows) - TOGETHER
            lines.append(self._line(cells, widths, head=False, keep=near and i + 1 < len(rows)))
        made._tbl.extend(parse_xml(f"<w:tbl {nsdecls('w')}>{''.join(lines)}</w:tbl>"))
        bars = [(i, column, value) for i, row in enumerate(rows) for column, value in enumerate(row) if isinstance(value, Bar)]
        if bars:
            places = [line.findall(f"{qn('w:tc')}/{qn('w:p')}") for line in made._tbl.findall(qn("w:tr"))]
            for i, column, value in bars:
                value.draw(Paragraph(places[i + 1][column], made))
        _gap(self.document.add_paragraph())

    def picture(self, image: bytes, caption: str, legend: Sequence[tuple[str, str]], *, width: float = 15.0) -> None:
        """A picture, its legend as native text (colour and words), its caption below."""
        self.figures += 1
        place = self.document.add_paragraph()
        place.alignment, place.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
        place.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        _indent(place, 0)
        place.add_run().add_picture(io.BytesIO(image), width=Cm(width))
        self._legend(legend)
        self._paragraph(f"{'图' if self.chinese else 'Figure '}{self.figures}{'　' if self.chinese else '  '}{caption}", "Caption")

    def _legend(self, legend: Sequence[tuple[str, str]], columns: int = 4) -> None:
        """Colours and words in a grid without lines, so that no entry breaks."""
        columns = min(columns, max(len(legend), 1))
        grid = self.document.add_table(rows=-(-len(legend) // columns), cols=columns)
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        for number, (colour, words) in enumerate(legend):
            paragraph = grid.rows[number // columns].cells[number % columns].paragraphs[0]
            paragraph.style = self.document.styles["Table Text"]
            mark = paragraph.add_run("■ ")
            mark.font.color.rgb = RGBColor.from_string(colour.lstrip("#"))
            paragraph.add_run(_set(words) if self.chinese else _plain(words))
        for row in grid.rows:
            _row(row, head=False)
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True

    def save(self, path: Path) -> None:
        """Write the document; equal content gives equal bytes."""
        held = io.BytesIO()
        self.document.save(held)
        with zipfile.ZipFile(held) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as fixed:
            for name in made.namelist():
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                fixed.writestr(info, made.read(name))

    # ---- inside

    def _paragraph(self, text: str, style: str, *, keep: bool = False) -> Any:
        made = self.document.add_paragraph(_set(text) if self.chinese else _plain(text), style=style)
        if keep:
            made.paragraph_format.keep_with_next = True
        return made

    def _line(self, cells: Sequence[tuple[str, str, str, bool]], widths: Sequence[float], *, head: bool, keep: bool) -> str:
        """A table row as XML, since a long table cell by cell takes minutes: text, side, colour and weight of each cell."""
        said = []
        for (text, side, colour, bold), width in zip(cells, widths, strict=True):
            shade = '<w:shd w:val="clear" w:color="auto" w:fill="E8EDF3"/>' if head else ""
            face = ("<w:b/>" if bold else "") + (f'<w:color w:val="{colour}"/>' if colour else "")
            shown = escape(_set(text) if self.chinese else _plain(text)).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
            said.append(f'<w:tc><w:tcPr><w:tcW w:w="{round(width * 567)}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{self.cell_style}"/>'
                        f'{"<w:keepNext/>" if keep else ""}<w:jc w:val="{side}"/></w:pPr><w:r><w:rPr>{face}</w:rPr><w:t xml:space="preserve">{shown}</w:t></w:r></w:p></w:tc>')
        return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{''.join(said)}</w:tr>"

    def _page(self) -> None:
        page = self.document.sections[0]
        page.orientation, page.page_width, page.page_height = WD_ORIENT.PORTRAIT, Cm(21.0), Cm(29.7)
        page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(3.0), Cm(2.6), Cm(2.2), Cm(2.2)

    def _styles(self) -> None:
        styles = self.document.styles
        cell_style = styles.add_style("Table Text", 1)
        cell_style.base_style, self.cell_style = None, cell_style.style_id
        indent = 2 if self.chinese else 0
        for name, face, size, bold, spacing, before, chars in (
                ("Normal", BODY, *((14, False, 26) if self.chinese else (11, False, 16)), 0, indent),
                ("Title", TITLE, *((22, False, 34) if self.chinese else (18, True, 24)), 12, 0), ("Subtitle", SUBHEAD, *((12, False, 24) if self.chinese else (11, False, 18)), 0, 0),
                ("Heading 1", HEAD, *((15, False, 28) if self.chinese else (14, True, 22)), 10, indent),
                ("Heading 2", SUBHEAD, *((14, False, 26) if self.chinese else (12, True, 18)), 4, indent), ("Caption", HEAD, 10.5, False, 18, 4, 0), ("Table Text", BODY, 9, False, 13, 0, 0)):
            style = styles[name]
            style.font.name, style.font.size, style.font.bold, style.font.italic = LATIN, Pt(size), bold, False
            style.font.color.rgb = RGBColor(0, 0, 0)
            _fonts(style, face)
            shape = style.paragraph_format
            shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(spacing)
            shape.space_before, shape.space_after = Pt(before), Pt(2 if name == "Caption" else 0)
            shape.widow_control = True
            shape.alignment = WD_ALIGN_PARAGRAPH.CENTER if name in ("Title", "Subtitle", "Caption") else WD_ALIGN_PARAGRAPH.JUSTIFY if name == "Normal" else WD_ALIGN_PARAGRAPH.LEFT
            _indent(style, chars)
        edges = styles["Title"].element.get_or_add_pPr().find(qn("w:pBdr"))
        if edges is not None:
            edges.getparent().remove(edges)

    def _header_footer(self, stamp: str) -> None:
        section = self.document.sections[0]
        if stamp:
            head = section.header.paragraphs[0]
            head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _indent(head, 0)
            run = head.add_run(stamp)
            run.font.size, run.bold = Pt(12), True
            run.font.color.rgb = RGBColor(0xB4, 0x23, 0x18)
            _fonts(run, HEAD)
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _indent(foot, 0)
        foot.add_run("— ").font.size = Pt(12)
        _field(foot, "PAGE")
        foot.add_run(" —").font.size = Pt(12)


class Bar:
    """A cell that holds a bar as long as its share of the column."""

    def __init__(self, share: float, image: bytes, widest_cm: float):
        self.share, self.image, self.widest = max(0.0, min(share, 1.0)), image, widest_cm

    def draw(self, paragraph: Any) -> None:
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        if self.share > 0:
            paragraph.add_run().add_picture(io.BytesIO(self.image), width=Cm(max(self.widest * self.share, 0.05)), height=Cm(0.28))


def _set(text: str) -> str:
    """Chinese text with the punctuation of Chinese text: half-width marks and brackets beside characters become full-width, and no blank stands before a per cent sign."""
    told = _MARK.sub(lambda found: _FULL_WIDTH[found.group()], _PER_CENT.sub("%", _plain(text)))
    while (wide := _BRACKETS.sub(lambda found: f"（{found.group(1) if found.group(1) is not None else found.group(2)}）", told)) != told:
        told = wide  # brackets within brackets, from the inside out
    return told


def _property(text: str) -> str:
    """A text as a property of the document holds it; the title page has the whole."""
    return _plain(text) if len(text) <= PROPERTY else _plain(text)[: PROPERTY - 1] + "…"


def _plain(text: str) -> str:
    return _CONTROL.sub("\ufffd", text)


def _chinese_number(number: int) -> str:
    """1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    return (NUMERALS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (NUMERALS[ones - 1] if ones else "")


def _fonts(holder: Any, east_asian: str) -> None:
    """Latin and East Asian faces of a style or run, without the theme's, which would go before them."""
    properties = holder.element.get_or_add_rPr() if hasattr(holder.element, "get_or_add_rPr") else holder._element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for script, face in (("w:ascii", LATIN), ("w:hAnsi", LATIN), ("w:cs", LATIN), ("w:eastAsia", east_asian)):
        fonts.set(qn(script), face)
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")


def _indent(holder: Any, characters: int) -> None:
    """First-line indent in characters, which follows the size of the type."""
    properties = holder.element.get_or_add_pPr() if hasattr(holder, "element") else holder._p.get_or_add_pPr()
    indent = properties.find(qn("w:ind"))
    if indent is None:
        indent = OxmlElement("w:ind")
        properties.append(indent)
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    indent.set(qn("w:firstLine"), str(characters * 280))


def _row(row: Any, *, head: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(["w:tblHeader"] if head else [])):
        properties.append(OxmlElement(name))


def _cell_margins(table: Any, side_cm: float) -> None:
    """Room left and right of the text in every cell of a table."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("w:left", "w:right"):
        edge = OxmlElement(side)
        edge.set(qn("w:w"), str(round(side_cm * 567)))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    table._tbl.tblPr.append(margins)


def _gap(paragraph: Any) -> None:
    paragraph.paragraph_format.line_spacing_rule, paragraph.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(8)


def _field(paragraph: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(12)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
