"""What a run tells of the figures it used: which area, until which day, which of two carriers, and zones that have nothing."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box

from spatial.errors import Finding, Refused
from spatial.render.report_targets import _cells
from spatial.schema.result import Result
from tests.flow.conftest import SHAPES, District, X, Y, analysed

CONTRACT = {"土地用途": "1001", "合同签订日期": "2020-03-01", "约定开工时间": "2020-04-01"}


def told(findings: list[Finding], code: str) -> list[Finding]:
    return [finding for finding in findings if finding.code == code]


@pytest.mark.parametrize(("end", "count"), [("2021-06-30", 1), ("2020-12-31", 0)])
def test_a_period_that_ends_after_the_data_is_told(district: District, end: str, count: int) -> None:
    """As of 2020-12-31 nothing of 2021 is known."""
    findings = analysed(district, sets=[f"study.period=[2020-01-01, {end}]"]).findings
    assert [(f.severity, f.value_seen, f.value_used) for f in told(findings, "study.period_open")] == [("warning", end, "2020-12-31")] * count


def test_a_name_that_two_carriers_bear_is_ambiguous_and_an_unknown_one_is_unknown(district: District) -> None:
    district.layer("carriers.gpkg", {"carrier_id": ["1", "2"], "carrier_name": ["甲园", "甲园"]}, [SHAPES["A"], SHAPES["D"]])
    district.ledger("projects", [{"项目代码": f"P{i}", "项目名称": f"项目{i}", "所属载体": name} for i, name in enumerate(("甲园", "2", "甲园", "乙园"))])
    findings = analysed(district).findings
    assert [(f.count, f.row, f.key, f.value_seen) for f in told(findings, "join.carrier_ambiguous")] == [(2, 2, "甲园", "1、2")]
    assert [(f.count, f.row, f.key) for f in told(findings, "join.unknown_carrier")] == [(1, 5, "乙园")]


@pytest.mark.parametrize(("source", "word", "area"), [("geometry", "图形面积", None), ("registered", "登记面积", 6000.0)])
def test_a_contract_without_area_says_which_area_of_the_parcel_was_taken(district: District, source: str, word: str, area: float | None) -> None:
    """A is 200 m x 200 m and registered with 9 亩 = 6,000 m²."""
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "登记面积(亩)": [9.0, 30.0, 45.0, 15.0]}, list(SHAPES.values()))
    district.ledger("supply", [{"宗地代码": "A", **CONTRACT}])
    result = analysed(district, sets=[f'study.area_source="{source}"'])
    assert word in told(result.findings, "supply.area_from_geometry")[0].message("zh")
    taken = result.values.set_index(["indicator", "zone"]).loc[("new_land_area", "study_area"), "numerator"]
    assert taken == pytest.approx(area or result.parcels["geometry_area_m2"].iloc[0])


def test_a_blank_status_without_a_ledger_speaks_of_no_ledger(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "土地状态": ["used", None, None, None]}, list(SHAPES.values()))
    reason = analysed(district).parcels.set_index("parcel_id")["status_reason"]
    assert reason["B"] == "状态列为空，未提供供地台账"
    district.ledger("supply", [{"宗地代码": "A", **CONTRACT}])
    assert analysed(district).parcels.set_index("parcel_id")["status_reason"]["B"] == "供地台账中无此地块"


@pytest.mark.parametrize("allocation", ["area", "largest", "point"])
def test_a_type_of_carriers_without_ground_stands_in_the_zones_as_its_carrier_does(district: District, allocation: str) -> None:
    """乙园, the only 小镇, covers 40 of the 200 m of A, 甲园 all of it: by the largest piece and by the point 乙园 has nothing."""
    district.layer("carriers.gpkg", {"carrier_id": ["甲园", "乙园"], "carrier_type": ["开发区", "小镇"]}, [box(X - 10, Y - 10, X + 250, Y + 210), box(X - 10, Y - 10, X + 40, Y + 210)])
    zones = analysed(district, sets=[f'join.allocation="{allocation}"']).zones.set_index("id")
    assert {"type:小镇", "乙园"} <= set(zones.index)
    assert zones.loc["type:小镇", "area_m2"] == pytest.approx(zones.loc["乙园", "area_m2"])
    assert (zones.loc["乙园", "area_m2"] > 0) == (allocation == "area")


def test_a_zone_without_statistics_has_no_figure_per_mu_where_no_land_of_firms_is_given_at_all(district: District) -> None:
    """甲园 has a row and 乙园 none; no table tells land of firms: no data in every zone, not a division by zero."""
    district.layer("carriers.gpkg", {"carrier_id": ["甲园", "乙园"]}, [SHAPES["A"], SHAPES["D"]])
    district.ledger("statistics", [{"区域": zone, "年度": 2020, "税收(万元)": tax} for zone, tax in (("全区", 900), ("甲园", 500))])
    values = analysed(district).values
    status = values[values["indicator"].eq("tax_per_mu")].set_index("zone")["status"].to_dict()
    assert status == dict.fromkeys(("study_area", "甲园", "乙园", "outside"), "no_data")


def test_carriers_of_the_geopackage_state_the_allotted_ground_and_their_own_boundary(district: District) -> None:
    """甲园 is 460 m x 220 m and holds A (200 x 200) and a quarter of B (50 x 100)."""
    run = district.run()
    carrier = gpd.read_file(run.folder / "layers.gpkg", layer="carriers").iloc[0]
    zones = run.result.zones.set_index("id")
    assert carrier["area_m2"] == zones.loc["甲园", "area_m2"] == pytest.approx(45_000, rel=1e-3)
    assert carrier["boundary_area_m2"] == pytest.approx(460 * 220, rel=1e-3)


def test_a_margin_that_misses_by_little_is_not_printed_as_nothing(district: District) -> None:
    class Row:
        clause, title, zone, trend, rank, coverage, status, comparison = "T-1", "占比", "study_area", "", None, 1.0, "missed", ">="
        indicator, unit, value, target, margin = "new_land_to_carriers_share", "ratio", 0.7996, 0.8, -0.0004

    result = analysed(district)
    assert _cells(result, Row, {}, True)[2:5] == ["79.96 %", "≥ 80.0 %", "-0.04 百分点"]
    Row.value, Row.margin = 0.8, 0.0
    assert _cells(result, Row, {}, True)[4] == "0.0 百分点"


def test_the_unit_above_a_table_is_not_that_of_its_yes_and_no(district: District) -> None:
    text = "单位：万元,,,,,\n统一社会信用代码,年度,宗地代码,是否参评,税收,用地面积(亩)\nE1,2020,A,是,100,10\n"
    (district.folder / "enterprises.csv").write_text(text, encoding="utf-8")
    district.parts["layers"] += '[layers.enterprises]\npath = "enterprises.csv"\n'
    finding: Any = told(analysed(district).findings, "ledger.table_unit")[0]
    assert finding.params["columns"] == "税收"
    assert "“万元”" in finding.message("zh")


def test_a_tracked_value_may_state_the_unit_of_its_target_or_another_of_the_same_measure(district: District) -> None:
    """S1-06 asks for more than 1,800 亿元, S1-07 for 300 万平方米: 18,010,000 万元 are 1,801 亿元."""
    district.parts["study"] = 'policies = ["xiaoshan-4286"]'
    rows = [("S1-06", "2019-12-31", "1,801亿元"), ("S1-06", "2020-12-31", "18,020,000万元"), ("S1-07", "2020-12-31", "301万平方米"), ("S1-08", "2020-12-31", "41家")]
    district.ledger("tracked", [{"目标编号": clause, "截至日期": day, "数值": cell} for clause, day, cell in rows])
    result = analysed(district)
    values = result.scorecard.set_index("clause")["value"]
    assert values[["S1-06", "S1-07", "S1-08"]].tolist() == [1802.0, 301.0, 41.0]
    assert [(f.count, f.row, f.value_used) for f in told(result.findings, "policy.tracked_converted")] == [(1, 3, "1,802 亿元")]
    district.parts["layers"] = district.parts["layers"].replace("tracked.csv", "other.csv")
    (district.folder / "other.csv").write_text("目标编号,截至日期,数值\nS1-06,2020-12-31,18亩\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        analysed(district)
    assert [(f.row, f.value_seen, f.value_used) for f in told(refused.value.findings, "policy.tracked_unit")] == [(2, "亩", "亿元")]


def _tracked(district: District, text: str) -> Result:
    district.parts["study"] = 'policies = ["xiaoshan-4286", "shangyu-2017"]'
    district.parts["layers"] = '[layers.tracked]\npath = "tracked.csv"\n'
    (district.folder / "tracked.csv").write_text(text, encoding="utf-8")
    return analysed(district)


def test_a_header_states_the_unit_of_tracked_values_and_a_cell_goes_before_it(district: District) -> None:
    """18,010,000 万元 are 1,801 亿元; 41家 below the same header are 41 家."""
    result = _tracked(district, "目标编号,截至日期,完成值(万元)\nS1-06,2020-12-31,18010000\nS1-08,2020-12-31,41家\nS1-29,2020-12-31,1900亿元\n")
    values = result.scorecard.set_index("clause")["value"]
    assert values[["S1-06", "S1-08", "S1-29"]].tolist() == [1801.0, 41.0, 1900.0]
    finding = told(result.findings, "policy.tracked_converted")[0]
    assert (finding.count, finding.row, finding.value_seen, finding.value_used) == (1, 2, "18,010,000 万元", "1,801 亿元")


def test_a_header_that_measures_something_else_than_the_target_is_refused_by_row(district: District) -> None:
    with pytest.raises(Refused) as refused:
        _tracked(district, "目标编号,截至日期,数值(万元)\nS1-06,2020-12-31,18010000\nS1-08,2020-12-31,41\nS1-30,2020-12-31,5\n")
    assert [(f.row, f.key, f.value_seen, f.value_used) for f in told(refused.value.findings, "policy.tracked_unit")] == [(3, "S1-08", "万元", "家"), (4, "S1-30", "万元", "亿美元")]
    with pytest.raises(Refused) as refused:
        _tracked(district, "目标编号,截至日期,数值(万美元)\nS1-06,2020-12-31,5\n")
    assert [(f.row, f.value_seen, f.value_used) for f in told(refused.value.findings, "policy.tracked_unit")] == [(2, "万美元", "亿元")]


def test_per_cent_is_a_share_or_percentage_points_and_no_count(district: District) -> None:
    """S1-27 is a share, S4-03 asks for 3 percentage points more, S1-08 for enterprises."""
    result = _tracked(district, "目标编号,截至日期,数值\nS1-27,2020-12-31,52.5%\nS4-03,2017-12-31,3.5%\n")
    scores = result.scorecard.set_index("clause")
    assert scores.loc[["S1-27", "S4-03"], "value"].tolist() == [0.525, 3.5] and scores.loc["S4-03", "status"] == "met"
    under = _tracked(district, "目标编号,截至日期,数值(%)\nS1-27,2020-12-31,52.5\nS4-03,2017-12-31,3.5\n").scorecard.set_index("clause")["value"]
    assert under[["S1-27", "S4-03"]].tolist() == [0.525, 3.5]
    with pytest.raises(Refused) as refused:
        _tracked(district, "目标编号,截至日期,数值\nS1-08,2020-12-31,41%\n")
    assert [(f.row, f.value_seen, f.value_used) for f in told(refused.value.findings, "policy.tracked_unit")] == [(2, "%", "家")]


def _output_of_main_industries(district: District, year: int) -> Any:
    district.parts["study"], district.parts["layers"] = 'policies = ["wanmu-qianyi"]', ""
    firms = (("E1", "是", 1_500_000), ("E2", "否", 9_000_000), ("E3", "是", 600_000))
    district.ledger("enterprises", [{"统一社会信用代码": name, "年度": year, "宗地代码": "A", "是否主导产业": main, "工业总产值(万元)": amount} for name, main, amount in firms])
    return analysed(district).scorecard.set_index("clause").loc["S0-04"]


def test_the_output_of_main_industries_answers_for_its_year_alone(district: District) -> None:
    """150 + 60 亿元 in 2020 against 2,000; output of 2019, which stands for 2020 elsewhere, is no figure of 2020."""
    score = _output_of_main_industries(district, 2020)
    assert (score["value"], score["status"], score["margin"]) == (pytest.approx(210.0), "missed", pytest.approx(-1790.0))
    score = _output_of_main_industries(district, 2019)
    assert (score["value"], score["status"]) == (None, "no_data")
