"""What a table file is, by its content: the extension decides nothing."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from pathlib import Path

HEAD_BYTES = 65_536
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Kind(StrEnum):
    XLSX = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    XLS = "xls"
    TEXT = "text"
    EMPTY = "empty"
    HTML = "HTML"
    XML = "XML"
    XML_2003 = "XML Spreadsheet 2003"
    MHT = "MHT"
    NUMBERS = "Apple Numbers"
    OFFICE = "Word / PowerPoint"
    PDF = "PDF"
    JSON = "JSON"
    ARCHIVE = "zip"
    BINARY = "binary"


FOREIGN = (Kind.MHT, Kind.NUMBERS, Kind.OFFICE)  # tables for certain, and none that is read
WORKBOOKS = (Kind.XLSX, Kind.XLSB, Kind.ODS, Kind.XLS, Kind.XML_2003)
READABLE = (*WORKBOOKS, Kind.TEXT, Kind.HTML)


def sniff(path: Path) -> Kind:
    """The kind of a file; a zip is judged by its members, everything that is no container and holds no control bytes is text."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return Kind.EMPTY
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(path)
    if head.startswith(OLE2) or re.match(rb"\x09[\x00\x02\x04\x08]\x06\x00|\x09\x08\x08\x00", head):  # BIFF without its container too
        return Kind.XLS
    if head.startswith(b"%PDF"):
        return Kind.PDF
    if head.startswith((b"SQLite format 3\x00", b"PAR1", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"\x89PNG", b"\xff\xd8\xff")):
        return Kind.BINARY
    return kind_of_text(head)


def _archive(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower().replace("\\", "/") for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return Kind.XLSX if path.suffix.lower() in (".xlsx", ".xlsm", ".csv", ".xls") else Kind.ARCHIVE
    for member, kind in (("xl/workbook.xml", Kind.XLSX), ("xl/workbook.bin", Kind.XLSB), ("content.xml", Kind.ODS)):
        if member in names:
            return kind
    if "[content_types].xml" in names and any(re.fullmatch(r"(.*/)?workbook\d*\.xml", name) for name in names):
        return Kind.XLSX
    if any(name.endswith(".iwa") for name in names):
        return Kind.NUMBERS
    return Kind.OFFICE if {"word/document.xml", "ppt/presentation.xml"} & names else Kind.ARCHIVE


def kind_of_text(head: bytes) -> Kind:
    """The kind of a file that is no container, by how it begins."""
    if head[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\x00" in head and utf16_without_mark(head) is None:
        return Kind.BINARY
    codec = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else utf16_without_mark(head) or "latin-1"
    start = head.decode(codec, "ignore").lstrip("\ufeff\u00ef\u00bb\u00bf \t\r\n").lower()
    if re.match(r"<!doctype html|<html|<table|<head|<meta|<style|<body|<div", start):
        return Kind.HTML
    if re.match(r"mime-version:|from: <?saved by", start) and "content-type:" in start:
        return Kind.MHT
    if "urn:schemas-microsoft-com:office:spreadsheet" in start[:4000] and re.search(r"<(?:\w+:)?workbook[\s>]", start):
        return Kind.XML_2003
    if start.startswith("<?xml"):
        return Kind.HTML if "<html" in start else Kind.XML
    if re.match(r"[\[{]\s*[\"{\[]", start) and re.search(r'"\s*:', start):
        return Kind.JSON
    control = sum(start.count(chr(c)) for c in (*range(1, 9), *range(14, 27), 28, 29, 30, 31))
    return Kind.BINARY if control > max(4, len(start) // 200) else Kind.TEXT


def utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 that carries no byte order mark shows zero bytes at every other place of its delimiters and digits."""
    zeros_even, zeros_odd = head[0::2].count(0), head[1::2].count(0)
    if zeros_odd > 20 * zeros_even and zeros_odd * 25 > len(head):
        return "utf-16-le"
    if zeros_even > 20 * zeros_odd and zeros_even * 25 > len(head):
        return "utf-16-be"
    return None
