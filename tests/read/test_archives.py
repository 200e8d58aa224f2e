"""Archives whose directory has lost what a member is packed in: the member would come out empty without a word."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt

from spatial.errors import Refused
from spatial.read.ledger import list_sheets, read_ledger
from spatial.read.ledger.odf import scan_book
from spatial.read.ledger.ooxml import open_book, part
from spatial.read.ledger.scan import Damaged
from spatial.read.vector import read_vector
from spatial.read.vector.archive import unpack


def emptied(path: Path) -> Path:
    """An archive of two members; in the directory at its end the checksum and the packed size of the second are zero."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.shp", "shapes" * 20)
        archive.writestr("good.prj", "PROJCS" * 20)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 16:at + 24] = bytes(8)  # CRC-32 and compressed size of a central directory header
    path.write_bytes(data)
    return path


def test_a_member_that_comes_out_short_is_damage(tmp_path: Path) -> None:
    path = emptied(tmp_path / "layer.zip")
    with zipfile.ZipFile(path) as archive:
        assert archive.read("good.prj") == b""  # what the library does
        with pytest.raises(Damaged):
            part(archive, "good.prj")
    (tmp_path / "out").mkdir()
    with pytest.raises(Refused) as refused:
        unpack(path, tmp_path / "out", role="parcels", shown_path="layer.zip")
    assert refused.value.findings[0].code == "container.damaged" and "good.prj" in refused.value.findings[0].message("en")


@pytest.mark.parametrize("encoding", ["UTF-4", "rot13", "utf-7", "punycode"])
def test_a_part_in_an_encoding_that_is_none_is_damage(encoding: str) -> None:
    said = f"<?xml version='1.0' encoding='{encoding}'?><a>\u5730</a>".encode()
    for name, read in (("content.xml", scan_book), ("xl/workbook.xml", open_book)):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr(name, said)
        with zipfile.ZipFile(held) as archive, pytest.raises(Damaged):
            read(archive)


def test_a_parquet_footer_that_states_fewer_rows_than_its_columns_hold_is_damage(tmp_path: Path) -> None:
    """The counts of rows in a footer are under no checksum; read as they stand, the last row would be missing."""
    path = tmp_path / "five.parquet"
    pq.write_table(pa.table({"parcel_id": list("ABCDE")}), path, compression="none", use_dictionary=False)
    data = bytearray(path.read_bytes())
    group = data.rindex(b"\x16\x0a", 0, data.index(b"ARROW:schema"))  # zigzag 5: rows of the row group, the last count before the metadata
    data[group + 1] = 8  # 4
    path.write_bytes(data)
    assert pq.ParquetFile(path).metadata.row_group(0).num_rows == 4
    with pytest.raises(Refused) as refused:
        read_vector(path, role="attributes.x", shown_path=path.name)
    assert "rows" in refused.value.findings[0].message("en")


def test_a_sheet_of_an_xls_that_states_an_impossible_size_is_damage(tmp_path: Path) -> None:
    """The cell reader makes room for the size a sheet states: 6.5 million rows ask for more than a terabyte and end the process."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    for row, cells in enumerate((("宗地代码", "面积(亩)"), ("A", 1.0), ("B", 2.0))):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    path = tmp_path / "ledger.xls"
    book.save(str(path))
    assert len(read_ledger(path, role="supply", shown_path=path.name).frame) == 2
    data = bytearray(path.read_bytes())
    dimensions = data.index(b"\x00\x02\x0e\x00" + bytes(4))
    data[dimensions + 10] = 100  # the last row, 100 x 65,536 more
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        read_ledger(path, role="supply", shown_path=path.name)
    assert refused.value.findings[0].code == "ledger.damaged"
    with pytest.raises(Refused):  # and so for who asks for its sheets alone, as spatial inspect and init do
        list_sheets(path, role="supply", shown_path=path.name)
