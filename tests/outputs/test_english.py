"""With `--lang en` and data in English, what a run writes is in English; what stays Chinese is listed here, with why."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from spatial import cli
from tests.flow.conftest import CARRIER, SHAPES, District

CHINESE = re.compile("[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]+")  # its marks too
UNITS = {"万元", "亩", "吨标煤", "吨", "人", "公顷", "分", "万千瓦时"}  # units of results.json are its contract, the same in both languages
TARGETS = {"个", "亿元", "家"}  # and those of a policy's targets
SOURCE = {"国土调查办发〔", "〕", "号"}  # the title of a rule
FONTS = re.compile(r"word/(styles|fontTable|header\d|theme/theme1)\.xml|xl/(styles|theme/theme1)\.xml")  # names of typefaces


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("english")
    district = District(home)
    district.layer("carriers.gpkg", {"carrier_id": ["East Park"], "carrier_type": ["park"]}, [CARRIER])
    district.ledger("supply", [{"parcel_id": "A", "contract_date": "2017-02-01", "agreed_start_date": "2017-06-01", "land_use": "1001"},
                               {"parcel_id": "B", "contract_date": "2020-02-01", "agreed_start_date": "2020-06-01", "actual_start_date": "2020-06-02", "land_use": "1001"}])
    district.ledger("enterprises", [{"enterprise_id": "E1", "enterprise_name": "Works", "year": "2020", "parcel_id": "A", "tax_wanyuan": "300"}])
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "DLDM": ["A2", "A2", "A1", "A2"], "GYDM": ["D22", "D22", "D1", "G"]}, list(SHAPES.values()))
    district.parts |= {"study": 'policies = ["hangzhou-one-park-one-industry"]', "rules": 'intensive_use = "heilongjiang-example"\nbenefit = "huangyan-2022"'}
    study = district.write()
    study.write_text(study.read_text(encoding="utf-8").replace("四块地", "Four plots"), encoding="utf-8")
    assert cli.main(["run", str(study), "--out", str(home / "out"), "--lang", "en", "--quiet"]) == 0
    assert cli.main(["sheets", str(home / "out"), "--lang", "en"]) == 0
    return home / "out"


def texts(out: Path) -> Iterator[tuple[str, str]]:
    """Every text of every output but the map, whose page holds the words of both languages for its switch."""
    for path in sorted(path for path in out.rglob("*") if path.is_file() and path.suffix not in (".html",)):
        name = path.relative_to(out).as_posix()
        yield "names", name
        if path.suffix == ".pdf":
            document = pypdfium2.PdfDocument(path)
            yield from ((name, page.get_textpage().get_text_bounded()) for page in document)
            document.close()
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{name}/{member}", archive.read(member).decode("utf-8", "replace")) for member in archive.namelist()
                            if member.endswith((".xml", ".json", ".csv")) and not FONTS.fullmatch(member))
        elif path.suffix in (".json", ".csv", ".qml", ".sld"):
            yield name, path.read_text(encoding="utf-8")


def test_no_output_in_english_holds_chinese_beyond_what_is_listed(out: Path) -> None:
    allowed = {"results.json": UNITS | TARGETS | SOURCE, "scorecard.csv": UNITS | TARGETS, "names": set[str]()}
    left = {(name, word) for name, text in texts(out) for word in CHINESE.findall(text) if word not in allowed.get(name, set())}
    assert not left, sorted(left)[:40]


def test_the_outputs_that_are_looked_at_are_there(out: Path) -> None:
    names = {name.split("/")[0] for name, _ in texts(out)}
    assert {"results.json", "tables.xlsx", "report.docx", "findings.csv", "sheets", "styles"} <= names


def test_headers_of_the_workbook_have_the_lines_they_need(out: Path) -> None:
    """62 letters in a column of 16 are no two lines; short headers keep the height of two."""
    book = openpyxl.load_workbook(out / "tables.xlsx")
    head = {str(cell.value): sheet.row_dimensions[1].height for sheet in book.worksheets for cell in sheet[1] if cell.value}
    long = next(header for header in head if header.startswith("Share of new industrial land in carriers or listed projects"))
    assert head[long] >= 4 * 15 and head["Rule"] == pytest.approx(32, abs=1)
