"""What `spatial init` and `spatial inspect` tell of a folder before anything is run."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from shapely import box

from spatial.pipeline import check, init, inspect


def _parcels(folder: Path, count: int = 3) -> None:
    shapes = [box(480_000 + 100 * i, 3_330_000, 480_090 + 100 * i, 3_330_090) for i in range(count)]
    gpd.GeoDataFrame({"地块编号": [f"P{i}" for i in range(count)], "用地面积（亩）": [12.15] * count}, geometry=shapes, crs=4549).to_file(folder / "地块.gpkg", layer="dk")


def _book(path: Path, *rows: list[object]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_codes_that_lost_digits_are_told_before_a_run(tmp_path: Path) -> None:
    """Each column once, with the first cell and the number of the others; and none of them is called blank."""
    _book(tmp_path / "供地.xlsx", ["宗地代码", "合同签订日期", "出让面积(平方米)"], *([3201140010009999872 + 4096 * i, "2021-03-01", 10000] for i in range(22)))
    findings = inspect([tmp_path / "供地.xlsx"])[0].findings
    assert [(f.code, f.row, f.count) for f in findings] == [("row.bad_cell", 2, 1), ("row.more_bad", None, 21)]
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert "# 疑问：第 2 行 parcel_id 的值“3.20114001001e+18”读不出来：超过 15 位" in text
    assert "# 疑问：另有 21 个坏单元格" in text


def test_a_cell_that_cannot_be_read_is_not_also_called_blank(tmp_path: Path) -> None:
    _parcels(tmp_path)
    _book(tmp_path / "供地.xlsx", ["宗地代码", "合同签订日期", "出让面积(平方米)"], [3201140010009999872, "2021-03-01", 10000], [None, "2021-03-01", 10000])
    study = tmp_path / "study.toml"
    study.write_text('[study]\nas_of = 2022-12-31\nperiod = [2020-01-01, 2022-12-31]\n[layers.parcels]\npath = "地块.gpkg"\n[layers.supply]\npath = "供地.xlsx"\n', encoding="utf-8")
    assert [(f.code, f.row) for f in check(study) if f.role == "supply" and f.severity == "error"] == [("row.bad_cell", 2), ("row.blank_key", 3)]


def test_figures_that_fit_no_field_are_asked_about(tmp_path: Path) -> None:
    """A column with a unit or a figure's name is a question; words and remarks are only listed."""
    _parcels(tmp_path)
    _book(tmp_path / "台账.xlsx", ["地块编号", "入库税收（万元）", "从业人数（人）", "留抵退税（万元）", "绿化占地", "备注"], ["P0", 120, 30, 5, 1, "x"], ["P1", 80, 20, 2, 1, "y"])
    text = init(tmp_path)[0].read_text(encoding="utf-8")
    assert 'tax = "入库税收(万元)"' in text
    assert 'employees = "从业人数(人)"' in text
    assert 'registered_area = "用地面积(亩)"' in text
    assert "# 疑问：这些列像是数据，却对不上已知字段，运行时不用：留抵退税(万元)。" in text
    assert "# 未用的列：绿化占地、备注" in text
    assert '# per_mu_land = "parcels"   # 疑问' in text  # the tax is told by parcel, and there is no ledger of enterprises


def test_a_study_file_that_is_not_there_is_named_as_it_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (told,) = check(Path("某区") / "study.toml")
    assert told.code == "study.not_there"
    assert "某区/study.toml" in told.message()
    assert "当前文件夹" in told.remedy()
