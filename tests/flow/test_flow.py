"""The whole flow: efficiency by hand, allocation rules, the balance, the output files and their schema."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import jsonschema
import openpyxl
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import box

from spatial import cli, pipeline
from tests.flow.conftest import SHAPES, District, X, Y

ENTERPRISES = [  # two firms in the carrier, one outside; the second leases 10 mu out to the third
    {"统一社会信用代码": "E1", "年度": 2020, "宗地代码": "A", "税收(万元)": 300, "登记用地面积(亩)": 30, "出租用地面积(亩)": 0, "承租用地面积(亩)": 0, "是否参评": "是"},
    {"统一社会信用代码": "E2", "年度": 2020, "宗地代码": "A", "税收(万元)": 100, "登记用地面积(亩)": 20, "出租用地面积(亩)": 10, "承租用地面积(亩)": 0, "是否参评": "是"},
    {"统一社会信用代码": "E3", "年度": 2020, "宗地代码": "C", "税收(万元)": 20, "登记用地面积(亩)": 0, "出租用地面积(亩)": 0, "承租用地面积(亩)": 10, "是否参评": "是"},
    {"统一社会信用代码": "E4", "年度": 2020, "宗地代码": "C", "税收(万元)": 999, "登记用地面积(亩)": 99, "出租用地面积(亩)": 0, "承租用地面积(亩)": 0, "是否参评": "否"},
    {"统一社会信用代码": "E1", "年度": 2018, "宗地代码": "A", "税收(万元)": 100, "登记用地面积(亩)": 30, "出租用地面积(亩)": 0, "承租用地面积(亩)": 0, "是否参评": "是"},
]


def test_tax_per_mu_is_a_ratio_of_sums_over_evaluated_enterprises(district: District, value: Callable[..., Any]) -> None:
    district.ledger("enterprises", ENTERPRISES)
    run = district.analyse()
    assert value(run, "tax_per_mu") == pytest.approx(420 / 50)  # (300 + 100 + 20) / (30 + 10 + 10), the mean of ratios would be 22/3
    assert value(run, "tax_per_mu", zone="甲园") == pytest.approx(400 / 40)
    assert value(run, "tax_per_mu", zone="type:开发区") == pytest.approx(400 / 40)
    assert value(run, "tax_per_mu", zone="outside") == pytest.approx(20 / 10)
    assert value(run, "tax_per_mu", key="n") == 3
    assert value(run, "value_added_per_mu", key="status") == "no_data"


def test_the_latest_year_before_the_day_is_used_and_told(district: District, value: Callable[..., Any]) -> None:
    district.ledger("enterprises", ENTERPRISES)
    run = district.analyse(sets=["study.as_of=2019-06-30", "study.period=[2018-01-01, 2019-06-30]"])
    assert value(run, "tax_per_mu") == pytest.approx(100 / 30)
    assert [f.value_used for f in run.result.findings if f.code == "enterprise.year_used"] == ["2018"]


def test_ground_in_two_carriers_counts_once_in_totals(district: District) -> None:
    whole = box(X - 10, Y - 10, X + 210, Y + 210)
    half = box(X + 100, Y - 10, X + 210, Y + 210)
    district.layer("carriers.gpkg", {"carrier_id": ["大", "小"], "carrier_type": ["新城", "小镇"]}, [whole, half])
    result = district.analyse().result
    areas = result.zones.set_index("id")["area_m2"]
    assert areas["大"] == pytest.approx(result.balance["inside_m2"], rel=1e-12)
    assert areas["小"] == pytest.approx(areas["大"] / 2, rel=1e-9)
    assert result.balance["overlap_m2"] == pytest.approx(areas["小"], rel=1e-9)
    assert result.balance["closure_relative"] <= 1e-12
    assert areas["type:新城"] == pytest.approx(areas["大"], rel=1e-12)


@pytest.mark.parametrize(("rule", "inside"), [("area", 45_000), ("largest", 40_000), ("point", 40_000)])
def test_the_balance_closes_under_every_rule(district: District, rule: str, inside: float) -> None:
    balance = district.analyse(sets=[f"join.allocation={rule}"]).result.balance
    assert balance["inside_m2"] == pytest.approx(inside, rel=2e-5)
    assert balance["inside_m2"] + balance["outside_m2"] == pytest.approx(balance["parcels_m2"], rel=1e-12)
    assert balance["parcels_union_m2"] == pytest.approx(balance["parcels_m2"], rel=1e-9)


@pytest.mark.parametrize("crs", [4490, 3857, 4528])
def test_the_same_parcels_in_another_crs_have_the_same_area(district: District, crs: int) -> None:
    plain = district.analyse().result
    shapes = gpd.GeoSeries(list(SHAPES.values()), crs=4549)
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4}, shapes.to_crs(crs).tolist(), crs=crs)
    moved = district.analyse().result
    assert moved.parcels["area_m2"].to_numpy() == pytest.approx(plain.parcels["area_m2"].to_numpy(), rel=1e-6)
    assert moved.working_crs == "EPSG:4549"


def test_without_carriers_everything_is_outside_and_a_warning_says_so(district: District) -> None:
    study = district.write()
    study.write_text(study.read_text(encoding="utf-8").replace('[layers.carriers]\npath = "carriers.gpkg"', ""), encoding="utf-8")
    result = pipeline.run(study).result
    assert result.balance["inside_m2"] == 0
    assert "join.no_carriers" in {f.code for f in result.findings if f.severity == "warning"}


def test_every_output_is_there_in_its_real_format(district: District) -> None:
    district.ledger("enterprises", ENTERPRISES)
    done = district.run()
    names = {path.relative_to(done.folder).as_posix() for path in done.folder.rglob("*") if path.is_file()}
    assert {"results.json", "scorecard.csv", "findings.csv", "run.lock.json", "parcels.parquet", "layers.gpkg", "tables.xlsx", "map.html"} <= names
    results = json.loads((done.folder / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(results, pipeline.json_schema("results"))
    assert results["schema"] == "spatial-results/1"
    assert "CGCS2000" in results["study"]["area_rule"]
    parcels = gpd.read_parquet(done.folder / "parcels.parquet")
    assert {"parcel_id", "area_m2", "carrier_id", "carrier_share", "land_use", "land_status", "status_reason", "tax_per_mu", "floor_area_ratio"} <= set(parcels)
    assert parcels.set_index("parcel_id").loc["B", "carrier_share"] == pytest.approx(0.25)
    assert set(pyogrio.list_layers(done.folder / "layers.gpkg")[:, 0]) >= {"parcels", "carriers"}
    book = openpyxl.load_workbook(done.folder / "tables.xlsx")
    assert book.sheetnames[0] == "总表"
    assert book["总表"].freeze_panes is not None
    assert "口径说明" in book.sheetnames
    lock = json.loads((done.folder / "run.lock.json").read_text(encoding="utf-8"))
    assert all(len(row["sha256"]) == 64 for row in lock["inputs"])
    assert {row["path"] for row in lock["outputs"]} == names - {"run.lock.json"}
    with (done.folder / "findings.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert next(csv.reader(stream))[:3] == ["code", "severity", "role"]


def test_two_runs_give_the_same_bytes(district: District) -> None:
    district.ledger("enterprises", ENTERPRISES)
    first = district.run(out=district.folder / "one")
    second = district.run(out=district.folder / "two")
    for path in (path for path in first.folder.rglob("*") if path.is_file()):
        assert path.read_bytes() == (second.folder / path.relative_to(first.folder)).read_bytes(), path.name


def test_only_files_of_an_earlier_run_are_replaced(district: District) -> None:
    done = district.run()
    (done.folder / "mine.txt").write_text("keep", encoding="utf-8")
    district.run()
    assert (done.folder / "mine.txt").read_text(encoding="utf-8") == "keep"


def test_the_command_gives_its_exit_codes(district: District, capsys: pytest.CaptureFixture[str]) -> None:
    study = district.write()
    findings = district.folder / "f.json"
    assert cli.main(["run", str(study), "--quiet", "--findings", str(findings)]) == 0
    assert isinstance(json.loads(findings.read_text(encoding="utf-8")), list)
    assert cli.main(["run", str(study), "--set", "join.allocation=near", "--findings", str(findings), "--lang", "en"]) == 1
    listed = json.loads(findings.read_text(encoding="utf-8"))
    assert [row["code"] for row in listed if row["severity"] == "error"] == ["study.wrong_value"]
    assert "join.allocation" in capsys.readouterr().err
    with pytest.raises(SystemExit) as wrong:
        cli.main(["fly"])
    assert wrong.value.code == 2
    assert cli.main(["check", str(study)]) == 0


def test_a_formula_in_the_data_stays_text(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": ["=1+1", "B", "C", "D"], "land_use": ["1001"] * 4}, list(SHAPES.values()))
    done = district.run()
    cells = [cell for row in openpyxl.load_workbook(done.folder / "tables.xlsx")["地块"].iter_rows() for cell in row]
    [cell] = [cell for cell in cells if cell.value == "=1+1"]
    assert cell.data_type == "s"


def test_supply_rows_with_a_point_are_where_the_point_is(district: District, value: Callable[..., Any]) -> None:
    rows = [{"电子监管号": "S1", "x": X + 5, "y": Y + 5, "出让面积(平方米)": 300, "合同签订日期": "2020-02-01", "土地用途": "工业用地"},
            {"电子监管号": "S2", "x": X + 3000, "y": Y, "出让面积(平方米)": 100, "合同签订日期": "2020-02-01", "土地用途": "工业用地"}]
    district.ledger("supply", rows, 'crs = "EPSG:4549"')
    assert value(district.analyse(), "new_land_to_carriers_share") == pytest.approx(0.75)


def test_increments_compare_the_end_of_the_period_with_the_year_before_it(district: District, value: Callable[..., Any]) -> None:
    rows = [{"统一社会信用代码": key, "年度": year, "宗地代码": parcel, "税收(万元)": tax} for key, parcel, year, tax in
            [("E1", "A", 2019, 100), ("E1", "A", 2020, 190), ("E2", "C", 2019, 50), ("E2", "C", 2020, 60)]]
    district.ledger("enterprises", rows)
    assert value(district.analyse(), "tax_increment_share") == pytest.approx(0.9)
    falling = [{**row, "税收(万元)": -row["税收(万元)"] + 200} for row in rows]
    district.parts["layers"] = ""
    district.ledger("enterprises", falling)
    assert value(district.analyse(), "tax_increment_share", key="status") == "not_applicable"


def test_values_do_not_depend_on_the_order_of_rows(district: District) -> None:
    district.ledger("enterprises", ENTERPRISES)
    first = district.analyse().result.values
    district.parts["layers"] = ""
    district.ledger("enterprises", ENTERPRISES[::-1])
    keys, shapes = list(SHAPES)[::-1], list(SHAPES.values())[::-1]
    district.layer("parcels.gpkg", {"parcel_id": keys, "land_use": ["1001"] * 4}, shapes)
    pd.testing.assert_frame_equal(first, district.analyse().result.values)


def test_a_public_edition_holds_no_figures_of_single_enterprises(district: District, value: Callable[..., Any]) -> None:
    district.ledger("enterprises", ENTERPRISES)
    district.ledger("attributes.money", [{"宗地代码": "A", "税收(万元)": 777.25}])
    run = district.run(sets=["study.audience=public"])
    assert value(run, "tax_per_mu", key="status") == "ok"  # three firms in all
    assert value(run, "tax_per_mu", zone="outside", key="status") == "masked"  # one firm
    assert value(run, "tax_per_mu", zone="甲园", key="status") == "masked"  # two firms, and what the total would give away
    for path in (path for path in run.folder.rglob("*") if path.is_file()):
        assert b"777.25" not in path.read_bytes(), path.name
    assert "tax_per_mu" not in gpd.read_parquet(run.folder / "parcels.parquet")


def test_a_zone_s_own_figures_stand_in_for_a_ledger_of_enterprises(district: District, value: Callable[..., Any]) -> None:
    rows = [{"区域": zone, "年度": year, "税收(万元)": tax} for zone, year, tax in
            [("全区", 2019, 1000), ("甲园", 2019, 300), ("全区", 2020, 1100), ("甲园", 2020, 390)]]
    district.ledger("statistics", rows)
    run = district.analyse()
    assert value(run, "tax_increment_share") == pytest.approx(0.9)
    assert value(run, "tax_growth") == pytest.approx(0.1)
    assert value(run, "tax_growth", zone="甲园") == pytest.approx(0.3)
    assert value(run, "tax_increment_share", key="denominator") == pytest.approx(100)
