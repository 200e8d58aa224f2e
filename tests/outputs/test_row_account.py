"""Every row of every file is accounted for, and the counts add up to what a person counts in the file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from shapely.geometry import box

from spatial import pipeline
from spatial.normalise.accounts import ranges
from spatial.read.study import load_study
from tests.flow.conftest import SHAPES, District, X, Y, district

__all__ = ["district"]

SUPPLY = """供地台账,,,
单位:公顷,,,
宗地号,合同号,面积,合同签订日期
A,C1,4,2020-03-01
B,C2,2,2020-04-01
,小计,6,
C,C3,三公顷多,2020-05-01
,,,
D,C4,1,2020-06-01
,合计,7,
注：C3 待核,,,
"""


def account(study: Path) -> dict[tuple[str, str, str], tuple[int, str]]:
    rows = pipeline.analyse(load_study(study), sensitivity=False).rows
    for _, one in rows.groupby("role"):
        assert one.loc[one["outcome"] != "total", "count"].sum() == one.loc[one["outcome"] == "total", "count"].item()
    return {(r.role, r.outcome, r.reason): (r.count, r.rows) for r in rows.itertuples(index=False)}


def test_ledger_rows_filtered_parcels_and_merged_projects_add_up(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": [*SHAPES, "E", "F"], "land_use": ["1001"] * 6, "状态": ["有效"] * 4 + ["注销", "有效"]},
                   [*SHAPES.values(), box(X + 700, Y, X + 800, Y + 100), None])
    district.parts["join"] = 'on_bad_rows = "set_aside"\nmany_rows = "first"'
    district.parts["parcels"] = 'where = { column = "状态", in = ["有效"] }'
    (district.folder / "supply.csv").write_text(SUPPLY, encoding="utf-8")
    columns = 'parcel_id = "宗地号"\nsupply_id = "合同号"\narea = "面积"\ncontract_date = "合同签订日期"'
    district.parts["layers"] += f'[layers.supply]\npath = "supply.csv"\n[layers.supply.columns]\n{columns}\n'
    district.ledger("projects", [{"project_id": "P1", "parcel_id": "A"}, {"project_id": "P1", "parcel_id": "B"}, {"project_id": "P2", "parcel_id": "C"}])
    told = account(district.write())
    assert told["parcels", "used", ""] == (4, "1-4")
    assert told["parcels", "set_aside", "filtered"] == (1, "5")
    assert told["parcels", "set_aside", "bad_row"] == (1, "6")
    assert told["parcels", "total", ""] == (6, "1-6")
    assert told["carriers", "total", ""] == (1, "1")
    assert told["supply", "used", ""] == (3, "4-5, 9")
    assert told["supply", "set_aside", "bad_row"] == (1, "7")
    assert told["supply", "set_aside", "total"] == (2, "6, 10")
    assert told["supply", "set_aside", "blank"] == (1, "8")
    assert told["supply", "total", ""][0] == len(SUPPLY.splitlines())
    assert told["projects", "used", ""] == (2, "2, 4")
    assert told["projects", "merged", ""] == (1, "3")


def test_wide_rows_are_used_in_part_or_lack_every_measure(district: District) -> None:
    district.parts["join"] = 'on_bad_rows = "set_aside"'
    rows = [{"宗地号": "A", "投资强度(万元/亩)标准": "300", "投资强度(万元/亩)实际": "310", "亩均税收(万元/亩)标准": "20", "亩均税收(万元/亩)实际": "二十多"},
            {"宗地号": "B", "投资强度(万元/亩)标准": "", "投资强度(万元/亩)实际": "", "亩均税收(万元/亩)标准": "", "亩均税收(万元/亩)实际": ""}]
    district.ledger("standard_land", rows, '[layers.standard_land.columns]\nparcel_id = "宗地号"')
    told = account(district.write())
    assert told["standard_land", "part_used", "bad_row"] == (1, "2")
    assert told["standard_land", "set_aside", "no_measure"] == (1, "3")


def test_parcels_whose_registered_area_departs_are_listed_one_by_one(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "登记面积(平方米)": [40_100.0, 26_000.0, 30_000.0, 7_000.0]}, list(SHAPES.values()))
    district.parts["parcels"] = '[layers.parcels.columns]\nregistered_area = "登记面积(平方米)"'
    result = pipeline.analyse(load_study(district.write()), sensitivity=False)
    listed = result.topology[result.topology["kind"] == "registered"]
    assert listed["key"].tolist() == ["B", "D"]
    assert listed["area_before_m2"].tolist() == [26_000, 7_000]
    assert listed["area_after_m2"].tolist() == pytest.approx([20_000, 10_000], rel=1e-3)
    told = [(f.key, f.row) for f in result.findings if f.code == "area.registered_parcel"]
    assert told == [("B", 2), ("D", 4)]
    [summary] = [f for f in result.findings if f.code == "area.registered_differs"]
    assert summary.count == 2


def test_a_registered_area_from_another_table_is_held_against_the_ground_too(district: District) -> None:
    rows = [{"宗地号": "A", "登记面积(平方米)": "40000"}, {"宗地号": "B", "登记面积(平方米)": "26000"}, {"宗地号": "C", "登记面积(平方米)": "30000"}]
    district.ledger("attributes.register", rows, '[layers.attributes.register.columns]\nparcel_id = "宗地号"\nregistered_area = "登记面积(平方米)"')
    result = pipeline.analyse(load_study(district.write()), sensitivity=False)
    assert [(f.role, f.key, f.row) for f in result.findings if f.code == "area.registered_parcel"] == [("attributes.register", "B", 3)]


def test_the_account_is_a_file_of_the_output_folder(district: District) -> None:
    run = district.run()
    with (run.folder / "rows.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["role"], row["outcome"], row["count"], row["rows"]) for row in rows] == [
        ("parcels", "used", "4", "1-4"), ("parcels", "total", "4", "1-4"), ("carriers", "used", "1", "1"), ("carriers", "total", "1", "1")]
    assert pipeline.load(run.folder).result.rows["count"].tolist() == [4, 4, 1, 1]


def test_row_numbers_are_told_as_ranges() -> None:
    import numpy as np

    assert ranges(np.array([2, 3, 4, 7, 9, 10])) == "2-4, 7, 9-10"
