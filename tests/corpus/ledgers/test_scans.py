"""The scan that vouches for a workbook's cells is never empty because it did not find the sheet."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from spatial.errors import Refused
from spatial.read.ledger import biff, read_ledger
from spatial.read.ledger.scan import Damaged
from tests.corpus.ledgers.cases import HEAD, ROWS
from tests.corpus.ledgers.files import ods

BEGIN, END = struct.pack("<HHHH", 0x809, 4, 0x600, 0x10), struct.pack("<HH", 0x0A, 0)
ERROR = struct.pack("<HHHHHBB", 0x205, 8, 3, 1, 0, 0x17, 1)


def test_a_sheet_of_an_xls_is_scanned_from_its_beginning_to_its_end() -> None:
    scan = biff.scan_sheet(b"junk" + BEGIN + ERROR + END, 4, frozenset())
    assert scan.unreadable[3, 1].text == "#REF!"


@pytest.mark.parametrize(("stream", "at"), [(BEGIN + ERROR, 0), (BEGIN + ERROR + END, len(BEGIN)), (BEGIN + END, 500)], ids=["no end", "no beginning", "beyond the file"])
def test_a_sheet_that_is_not_where_the_workbook_says_is_refused(stream: bytes, at: int) -> None:
    with pytest.raises(Damaged):
        biff.scan_sheet(stream, at, frozenset())


def test_a_sheet_that_the_scan_of_an_ods_does_not_know_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ods(tmp_path / "a.ods", [HEAD, *ROWS])
    assert zipfile.is_zipfile(tmp_path / "a.ods")
    monkeypatch.setattr("spatial.read.ledger.odf.scan_book", lambda archive: {})
    with pytest.raises(Refused) as refused:
        read_ledger(tmp_path / "a.ods", role="supply", shown_path="a.ods")
    assert [finding.code for finding in refused.value.findings] == ["ledger.damaged"]
