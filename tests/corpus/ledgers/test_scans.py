"""The scan that vouches for a workbook's cells is never empty because it did not find the sheet."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from spatial.errors import Refused
from spatial.read.ledger import biff, odf, ooxml, read_ledger
from spatial.read.ledger.scan import Damaged, Styles, TooLarge, shown_unit
from tests.corpus.ledgers.cases import HEAD, ROWS
from tests.corpus.ledgers.files import ods

BEGIN, END = struct.pack("<HHHH", 0x809, 4, 0x600, 0x10), struct.pack("<HH", 0x0A, 0)
ERROR = struct.pack("<HHHHHBB", 0x205, 8, 3, 1, 0, 0x17, 1)


def test_a_sheet_of_an_xls_is_scanned_from_its_beginning_to_its_end() -> None:
    scan = biff.scan_sheet(b"junk" + BEGIN + ERROR + END, 4, Styles())
    assert scan.unreadable[3, 1].text == "#REF!"


@pytest.mark.parametrize(("stream", "at"), [(BEGIN + ERROR, 0), (BEGIN + ERROR + END, len(BEGIN)), (BEGIN + END, 500)], ids=["no end", "no beginning", "beyond the file"])
def test_a_sheet_that_is_not_where_the_workbook_says_is_refused(stream: bytes, at: int) -> None:
    with pytest.raises(Damaged):
        biff.scan_sheet(stream, at, Styles())


def test_a_sheet_that_the_scan_of_an_ods_does_not_know_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ods(tmp_path / "a.ods", [HEAD, *ROWS])
    assert zipfile.is_zipfile(tmp_path / "a.ods")
    monkeypatch.setattr("spatial.read.ledger.odf.scan_book", lambda archive: {})
    with pytest.raises(Refused) as refused:
        read_ledger(tmp_path / "a.ods", role="supply", shown_path="a.ods")
    assert [finding.code for finding in refused.value.findings] == ["ledger.damaged"]


@pytest.mark.parametrize(("code", "unit"), [('0.00"亿元"', "亿元"), ('#,##0"公顷"', "公顷"), ('0.00\\㎡', "平方米"), ("0.00亩", "亩"), ('0"万元";[Red]-0"万元";0"万元"', "万元"), ('0.0_ "亩"', "亩"),
                                            ('G/General"亩"', "亩"), ("0.00", ""), ('"¥"#,##0.00', ""), ('0.00"年"', ""), ('yyyy"年"m"月"', ""), ("[>1]0\"亩\";0\"公顷\"", ""), ("0.0E+00", "")])
def test_the_unit_that_a_number_format_writes(code: str, unit: str) -> None:
    assert shown_unit(code) == unit


@pytest.mark.parametrize(("shown", "unit"), [("4.00公顷", {(1, 0): "公顷"}), ("4.00", {}), ("4年", {})])
def test_the_unit_that_an_ods_shows(shown: str, unit: dict[tuple[int, int], str], tmp_path: Path) -> None:
    ods(tmp_path / "a.ods", [["面积"], [4.0]], shown={4.0: shown})
    with zipfile.ZipFile(tmp_path / "a.ods") as archive:
        assert odf.scan_book(archive)["台账"].units == unit


@pytest.mark.parametrize("far", ['<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', '<row\nr="9000000"><c r="A9000000"><v>1</v></c></row>', '<row r="2000000"><c\r\nr="B2"><v>1</v></c></row>',
                                 "<row r='2'><c\tr='ZZZ2'><v>1</v></c></row>", '<row r = "99000000"/>', '<row r="2"><c r  =  "ZZZ2"><v>1</v></c></row>',
                                 '<x:row r="2"><x:c r="XFE2"><x:v>1</x:v></x:c></x:row>'])
def test_a_cell_far_out_is_seen_before_a_reader_makes_room_for_it(far: str, tmp_path: Path) -> None:
    sheet = f'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>{far}</sheetData></worksheet>'
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("sheet.xml", sheet)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive, pytest.raises(TooLarge):
        ooxml.sized(archive, "sheet.xml")


def test_cells_within_reach_are_scanned_without_counting_them(tmp_path: Path) -> None:
    sheet = '<?xml version="1.0"?>\n<worksheet><sheetData><row r="999999"><c r="Z999999" t="e"><v>#REF!</v></c></row></sheetData></worksheet>'
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("sheet.xml", sheet)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {place: mark.text for place, mark in ooxml.scan_sheet(archive, "sheet.xml", ooxml.Book({}, 1900)).unreadable.items()} == {(999_998, 25): "#REF!"}
