"""Files that were read wrong, hung or broke the run when a stranger tried them: each is answered right or refused by name."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import shapely
import xlsxwriter
from pyproj import CRS

from spatial import pipeline
from spatial.errors import Refused
from spatial.normalise.geometry import kept, mended, told
from spatial.read.ledger import read_ledger
from spatial.schema.raw import Unreadable
from tests.flow.conftest import CARRIER, SHAPES, District, X, Y


def errors(district: District, **options: object) -> list[str]:
    with pytest.raises(Refused) as caught:
        district.run(**options)
    return [finding.code for finding in caught.value.findings if finding.severity == "error"]


@pytest.mark.parametrize("name", ["study_area", "outside", "type:开发区"])
def test_a_carrier_cannot_have_the_name_of_a_zone_of_the_results(district: District, name: str) -> None:
    district.layer("carriers.gpkg", {"carrier_id": [name]}, [CARRIER])
    assert "key.reserved" in errors(district)


@pytest.mark.parametrize("shape", [None, shapely.Polygon()])
def test_a_layer_without_any_shape_is_refused_also_where_bad_rows_are_set_aside(district: District, shape: object) -> None:
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * len(SHAPES)}, [shape] * len(SHAPES))
    assert "layer.empty" in errors(district, sets=["join.on_bad_rows=set_aside"])


def test_an_outline_whose_corners_are_in_no_order_is_refused_and_a_bow_tie_is_mended() -> None:
    corners = np.random.default_rng(4286).uniform(0, 500, (600, 2)) + [X, Y]
    bow_tie = shapely.Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
    twice = shapely.MultiPolygon([shapely.box(X, Y, X + 10, Y + 10).segmentize(0.05)] * 2)  # one shape drawn twice crosses nothing
    shapes, receipt = mended(np.array([shapely.Polygon(corners), bow_tie, twice], dtype=object), CRS.from_epsg(4549))
    receipt, keys = receipt.assign(row=receipt["at"] + 1), np.array(["a", "b", "c"], dtype=object)[receipt["at"]]
    assert [(f.code, f.row) for f in told(receipt, keys, 1.0) if f.severity == "error"] == [("geometry.tangled", 1)]
    assert kept(receipt, keys)["key"].tolist() == ["b", "c"] and shapes[1].area == pytest.approx(5000)


def test_text_in_a_column_of_numbers_is_read_as_the_text_it_is(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * len(SHAPES), "floor_area": [1.0] * len(SHAPES)}, list(SHAPES.values()))
    with contextlib.closing(sqlite3.connect(district.folder / "parcels.gpkg")) as base, base:
        for trigger, in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("UPDATE parcels SET floor_area = '60,000' WHERE parcel_id = ?", (next(iter(SHAPES)),))
    district.parts["parcels"] = '[layers.parcels.columns]\nparcel_id = "parcel_id"\nland_use = "land_use"\nfloor_area = { column = "floor_area", unit = "m2" }'
    result = pipeline.analyse(pipeline.load_study(district.write()))
    assert result.parcels["floor_area_m2"].tolist() == [60_000.0] + [1.0] * (len(SHAPES) - 1)
    assert "container.text_in_numbers" in [finding.code for finding in result.findings]


@pytest.mark.parametrize(("shown", "refused"), [('0!.0,"万"', True), ("#,##0,", True), ("0.0,,", True), ("#,##0.00", False), ('0"," ', False), ("0_,", False)])
def test_a_number_format_that_shows_another_number_than_is_stored_is_told(tmp_path: Path, shown: str, refused: bool) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet, style = book.add_worksheet("台账"), book.add_format({"num_format": shown})
    for row, (name, amount) in enumerate((("项目代码", "总投资(万元)"), ("P1", 100_000_000), ("P2", 50_000_000))):
        sheet.write(row, 0, name)
        sheet.write(row, 1, amount, style)
    book.close()
    read = read_ledger(tmp_path / "a.xlsx", role="projects", shown_path="a.xlsx")
    assert [isinstance(cell, Unreadable) for cell in read.frame.iloc[:, 1]] == [refused, refused]
    assert ("ledger.bad_cells" in [finding.code for finding in read.findings]) == refused


HEAD = "项目代码,项目名称,总投资(万元),年度投资(万元)"


@pytest.mark.parametrize("rows", [['P1,"甲,1,2', 'P2,乙",3,4', "P3,丙,5,6"], ["P1,甲,1,2", 'P2,乙,3,"4', "P3,丙,5,6", 'P4,丁,7,8"']])
def test_a_quote_that_swallows_rows_is_refused(tmp_path: Path, rows: list[str]) -> None:
    (tmp_path / "a.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        read_ledger(tmp_path / "a.csv", role="projects", shown_path="a.csv")
    assert [f.code for f in caught.value.findings] == ["ledger.open_quote"]


def test_a_note_of_several_lines_is_no_swallowed_row_and_a_blank_before_a_quote_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f'{HEAD}\nP1, "one, two, three,\nand four, five", 1, "2"\n', encoding="utf-8")
    cells = read_ledger(tmp_path / "a.csv", role="projects", shown_path="a.csv").frame.iloc[0].tolist()
    assert cells[0] == "P1" and cells[2:] == ["1", "2"]
