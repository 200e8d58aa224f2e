"""Every text field of every kind of layer, as the declarations list them, holds hostile text: a browser runs none of it, and workbooks show it as text."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from shapely.geometry import box

from spatial import pipeline
from spatial.read.declarations import kinds
from tests.flow.conftest import District, X, Y
from tests.maps.test_map import Page, opened

__all__ = ["opened"]

ATTACKS = ['<img src=x onerror="window.ran=1">', '"><svg/onload=window.ran=1>', "</script><script>window.ran=1</script>", "${window.ran=1}", "`${window.ran=1}`",
           "{{7*7}}{% for x in y %}", '=HYPERLINK("http://canary.example/","x")', "@SUM(1+1)", "' onmouseover='window.ran=1", "[x](javascript:window.ran=1)", "javascript:window.ran=1"]
TEXTS = ("text", "id", "ids", "category")
CLOSED = ("land_status", "land_class", "supply_class", "high_tech_class", "stage", "operator", "category")  # words that are refused where they are unknown
OTHER_KEYS = ("supply_no", "parcel_no", "contract_no", "unit_id", "carrier_id", "project_id")  # other ways to a parcel: the rows have one
FIGURES = {
    "supply": {"land_use": "1001", "contract_date": "2020-03-01", "agreed_start_date": "2020-06-01", "area(m2)": 10_000, "price(万元)": 5},
    "projects": {"registered_date": "2020-02-01", "total_investment(万元)": 100},
    "enterprises": {"year": 2020, "tax(万元)": 10, "land_registered(m2)": 10_000},
    "standard_land": {"operator": "≥", "standard(万元/亩)": 300, "commitment(万元/亩)": 320, "actual(万元/亩)": 310},
    "leases": {"area(m2)": 100, "from": "2020-01-01", "to": "2021-01-01"},
    "approvals": {"approval_date": "2019-03-01", "area(m2)": 20_000},
}


def said(role: str, field: str, i: int) -> str:
    return f"{ATTACKS[i]}#{role}.{field}"


def columns(role: str, left_out: tuple[str, ...]) -> list[dict[str, str]]:
    fields = [field for field in kinds()[role].fields if field.type in TEXTS and (field.required or field.name not in (*CLOSED, *left_out))]
    return [{field.name: said("parcels", "parcel_id", i) if field.name == "parcel_id" else said(role, field.name, i) for field in fields} for i in range(len(ATTACKS))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run in which every text of every layer is hostile."""
    district = District(tmp_path_factory.mktemp("fields"))
    shapes = [box(X + 120 * i, Y, X + 100 + 120 * i, Y + 100) for i in range(len(ATTACKS))]
    for role in ("parcels", "carriers", "buildings", "constraints"):
        rows = columns(role, ())
        district.layer(f"{role}.gpkg", {name: [row[name] for row in rows] for name in rows[0]}, shapes)
        district.parts["layers"] += f'[layers.{role}]\npath = "{role}.gpkg"\n' if role in ("buildings", "constraints") else ""
    district.layer("towns.gpkg", {name: [said("zones", name, i) for i in range(len(ATTACKS))] for name in ("carrier_id", "carrier_name")}, shapes)
    district.parts["layers"] += '[layers.zones.towns]\npath = "towns.gpkg"\n'
    for role, figures in FIGURES.items():
        district.ledger(role, [row | figures for row in columns(role, OTHER_KEYS)])
    study = district.write()
    study.write_text(study.read_text(encoding="utf-8").replace('"四块地"', json.dumps("".join(ATTACKS), ensure_ascii=False)), encoding="utf-8")
    return pipeline.run(study, out=district.folder / "out").folder


def marks(text: str) -> set[str]:
    return {mark.lower() for mark in re.findall(r"#(\w+\.\w+)", text)}


@pytest.mark.chromium
def test_a_browser_runs_nothing_and_asks_for_nothing(folder: Path, opened: Callable[[Path], Page]) -> None:
    here = opened(folder / "map.html")
    page, seen = here.page, [here.page.inner_text("body")]
    for i in range(page.evaluate("spatialMap.parcelCount")):
        page.evaluate(f"void spatialMap.map.fire('spatial:open', {{parcel: {i}}})")
        seen.append(page.inner_text("body"))
    for view in page.evaluate("[...document.querySelectorAll('select[data-widget=view] option')].map(e => e.value)"):
        page.select_option("select[data-widget=view]", view)
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    for button in page.query_selector_all("button, .link, [role=tab], input[type=checkbox]"):
        button.evaluate("e => e.click()")
        seen.append(page.inner_text("body"))
    for x in range(60, 1280, 240):
        here.hand.move(x, 400)
    assert page.evaluate("window.ran") is None and here.quiet(folder / "map.html")
    assert {"parcels.parcel_id", "carriers.carrier_name", "supply.supply_mode", "projects.project_name", "enterprises.enterprise_name", "standard_land.result"} <= marks("\n".join(seen))


def test_the_workbook_shows_them_as_text(folder: Path) -> None:
    cells = [cell for sheet in openpyxl.load_workbook(folder / "tables.xlsx").worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink is not None and cell.hyperlink.target]
    assert {"carriers.main_industry", "constraints.kind", "approvals.batch_id", "leases.lessee_id", "supply.land_source", "zones.carrier_name"} <= marks("\n".join(str(cell.value) for cell in cells))


@pytest.mark.verify
@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice on this machine")
def test_libreoffice_keeps_them_as_text(folder: Path, tmp_path: Path) -> None:
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path / 'office'}", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path),
                    str(folder / "tables.xlsx")], check=True, capture_output=True, timeout=1200)
    own, other = (openpyxl.load_workbook(path).worksheets for path in (folder / "tables.xlsx", tmp_path / "tables.xlsx"))
    for one, two in zip(own, other, strict=True):
        texts = [[(cell.coordinate, cell.value, cell.data_type) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)] for sheet in (one, two)]
        assert texts[0] == texts[1]
