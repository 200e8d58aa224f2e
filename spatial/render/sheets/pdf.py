"""Pages into one PDF file: subsets of the fonts with their Unicode tables, layers, metadata, and where on the ground each map lies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from spatial.render.fonts import Font, embedded
from spatial.render.sheets.canvas import MM


@dataclass(frozen=True)
class Ground:
    """A map frame on its page: corners of the frame in mm, the same corners as latitude and longitude, and the reference system."""

    box: tuple[float, float, float, float]
    degrees: tuple[tuple[float, float], ...]  # lower left, upper left, upper right, lower right: latitude, longitude
    epsg: int
    wkt: str


@dataclass(frozen=True)
class Page:
    """A finished page: compressed operators and what they refer to."""

    width: float
    height: float
    stream: bytes
    used: Mapping[int, frozenset[str]]
    layers: tuple[str, ...]
    title: str
    ground: Ground | None = None
    missing: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()


Programs = dict[tuple[str, frozenset[str]], tuple[bytes, str]]


def write_pdf(path: Path, pages: Sequence[Page], fonts: Sequence[Font], chars: Mapping[int, frozenset[str]], *, title: str, author: str, subject: str, keywords: str, programs: Programs) -> None:
    """Write pages to a file; `chars` are the characters of the whole set, so that one subset of a font (kept in
    `programs`) serves all its files.
    """
    pdf = pikepdf.new()
    held = {number: _font(pdf, fonts[number], frozenset(chars[number]), programs) for number in sorted({n for page in pages for n in page.used})}
    names = list(dict.fromkeys(name for page in pages for name in page.layers))
    groups = {name: pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in names}
    for page in pages:
        content = pdf.make_stream(b"")
        content.write(page.stream, filter=Name.FlateDecode)
        scale = pdf.make_stream(f"{MM:.8f} 0 0 {MM:.8f} 0 0 cm".encode())
        leaf = Dictionary(Type=Name.Page, MediaBox=Array([0, 0, round(page.width * MM, 4), round(page.height * MM, 4)]), Contents=Array([scale, content]),
                          Resources=Dictionary(Font=Dictionary({f"/F{n}": held[n] for n in sorted(page.used)}),
                                               Properties=Dictionary({f"/L{i}": groups[name] for i, name in enumerate(page.layers)})))
        if page.ground is not None:
            leaf.VP = Array([_viewport(page.ground)])
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(leaf)))
    everything = Array(list(groups.values()))
    pdf.Root.OCProperties = Dictionary(OCGs=everything, D=Dictionary(Order=Array(list(groups.values())), ON=Array(list(groups.values())), Name=String("layers")))
    pdf.Root.Lang = String("zh-CN")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True, PrintScaling=Name("/None"))  # printed at its size, or the scale is wrong
    if len(pages) > 1:
        with pdf.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(page.title, number) for number, page in enumerate(pages))
    for name, value in (("Title", title), ("Author", author), ("Subject", subject), ("Keywords", keywords), ("Creator", "spatial"), ("Producer", "spatial")):
        if value:
            pdf.docinfo[Name("/" + name)] = String(value)
    pdf.save(path, deterministic_id=True, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _font(pdf: pikepdf.Pdf, font: Font, chars: frozenset[str], programs: Programs) -> Any:
    if (font.name, chars) not in programs:
        programs[font.name, chars] = embedded(font, chars)
    program, kind = programs[font.name, chars]
    codes = sorted((code, width, char) for char in chars if (held := font.code(char)) is not None for code, width in [held])
    file = pdf.make_stream(program)
    head, metrics = font.tt["head"], font.tt["hhea"]
    to_em = 1000 / head.unitsPerEm
    name = Name(f"/{_tag(chars)}+{font.name}")
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=name, Flags=4, ItalicAngle=0, StemV=80, FontBBox=Array([round(v * to_em) for v in (head.xMin, head.yMin, head.xMax, head.yMax)]),
                            Ascent=round(metrics.ascent * to_em), Descent=round(metrics.descent * to_em), CapHeight=700)
    if kind == "TrueType":
        descriptor.FontFile2 = file
    else:
        file.Subtype = Name.CIDFontType0C
        descriptor.FontFile3 = file
    widths = Array()
    for code, width in sorted({(code, width) for code, width, _ in codes}):
        widths.append(code)
        widths.append(Array([round(width, 2)]))
    below = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2 if kind == "TrueType" else Name.CIDFontType0, BaseFont=name, FontDescriptor=pdf.make_indirect(descriptor), DW=1000, W=widths,
                       CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0))
    if kind == "TrueType":
        below.CIDToGIDMap = Name.Identity
    return pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=name, Encoding=Name("/Identity-H"), DescendantFonts=Array([pdf.make_indirect(below)]),
                                        ToUnicode=pdf.make_stream(_to_unicode(codes))))


def _tag(chars: frozenset[str]) -> str:
    """Six letters that mark a subset, from what is in it."""
    digest = hashlib.sha256("".join(sorted(chars)).encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _to_unicode(codes: Iterable[tuple[int, float, str]]) -> bytes:
    """The table by which a viewer searches and copies text."""
    lines = sorted({code: char for code, _, char in codes}.items())
    parts = ["/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def /CMapType 2 def",
             "1 begincodespacerange <0000> <FFFF> endcodespacerange"]
    for start in range(0, len(lines), 100):
        block = lines[start : start + 100]
        parts.append(f"{len(block)} beginbfchar")
        parts += [f"<{code:04X}> <{char.encode('utf-16-be').hex().upper()}>" for code, char in block]
        parts.append("endbfchar")
    parts.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(parts).encode("ascii")


def _viewport(ground: Ground) -> Dictionary:
    """The map frame as a geospatial viewport (ISO 32000-2, 12.10): the sheet opens in its place in desktop GIS."""
    x0, y0, x1, y1 = (Decimal(f"{v * MM:.5f}") for v in ground.box)
    system: dict[str, Any] = {"/Type": Name.PROJCS, "/WKT": String(ground.wkt)}
    if ground.epsg:
        system["/EPSG"] = ground.epsg
    measure = Dictionary(Type=Name.Measure, Subtype=Name.GEO, Bounds=Array([0, 0, 0, 1, 1, 1, 1, 0]), LPTS=Array([0, 0, 0, 1, 1, 1, 1, 0]),
                         GPTS=Array([Decimal(f"{v:.10f}") for corner in ground.degrees for v in corner]), GCS=Dictionary(system))
    return Dictionary(Type=Name.Viewport, BBox=Array([x0, y0, x1, y1]), Name=String("map"), Measure=measure)
