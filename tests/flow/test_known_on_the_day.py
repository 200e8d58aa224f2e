"""What was signed, registered, approved or reported after the as-of day is not known; it is left out on record."""

from __future__ import annotations

from typing import Any

import pytest

from spatial.errors import Refused
from spatial.schema.result import Result
from tests.flow.conftest import District, analysed


def told(result: Result, indicator: str, zone: str = "study_area") -> tuple[float | None, str]:
    row = result.values[result.values["indicator"].eq(indicator) & result.values["zone"].eq(zone)].iloc[0]
    return (None if row["status"] != "ok" else float(row["value"])), str(row["status"])


def late(result: Result, role: str) -> list[tuple[str, int]]:
    return [(f.field, f.count) for f in result.findings if f.code == "row.after_as_of" and f.role == role]


def test_an_approval_after_the_day_approves_nothing(district: District) -> None:
    district.ledger("supply", [{"宗地代码": "A", "合同签订日期": "2020-02-01", "土地用途": "1001", "供地面积(公顷)": 4}])
    district.ledger("approvals", [{"批次": "一", "批准面积(公顷)": 8, "批准日期": "2020-12-31"}, {"批次": "二", "批准面积(公顷)": 8, "批准日期": "2021-01-01"}])
    result = analysed(district)
    assert told(result, "approved_unsupplied_share") == (pytest.approx(0.5), "ok")  # 8 ha approved by the day, 4 supplied
    assert late(result, "approvals") == [("approval_date", 1)]


def test_approved_land_is_told_for_the_whole_and_not_as_nothing_elsewhere(district: District) -> None:
    """What of a batch lies in a carrier is not reckoned: a zero there would say that nothing is left."""
    district.ledger("supply", [{"宗地代码": "A", "合同签订日期": "2020-02-01", "土地用途": "1001", "供地面积(公顷)": 4}])
    district.ledger("approvals", [{"批次": "一", "批准面积(公顷)": 8}])
    result = analysed(district)
    assert [told(result, "approved_unsupplied_area", zone)[1] for zone in ("study_area", "甲园", "outside")] == ["ok", "no_data", "no_data"]
    assert [told(result, "approved_unsupplied_share", zone)[1] for zone in ("甲园", "outside")] == ["no_data", "no_data"]


def test_a_project_registered_after_the_day_is_in_no_rate(district: District) -> None:
    district.ledger("projects", [
        {"项目代码": "P1", "宗地代码": "A", "登记日期": "2020-03-01", "实际开工时间": "2020-05-01", "年度计划投资(万元)": 100, "年度完成投资(万元)": 50},
        {"项目代码": "P2", "宗地代码": "B", "登记日期": "2021-01-01", "实际开工时间": "", "年度计划投资(万元)": 100, "年度完成投资(万元)": 0},
    ], '[layers.projects.columns]\nregistered_date = "登记日期"\nstart_date = "实际开工时间"\nyear_plan = "年度计划投资(万元)"\nyear_done = "年度完成投资(万元)"')
    result = analysed(district)
    assert told(result, "project_start_rate") == (1.0, "ok") and told(result, "investment_completion_rate") == (0.5, "ok")
    assert late(result, "projects") == [("registered_date", 1)]


def test_growth_does_not_reach_beyond_the_day(district: District) -> None:
    """The period ends in 2021, the data in 2020: the year of its end is not known, whatever the ledger holds."""
    firms = [{"统一社会信用代码": "E1", "年度": year, "宗地代码": "A", "税收(万元)": tax, "登记用地面积(亩)": 60} for year, tax in ((2019, 10), (2020, 20), (2021, 90))]
    district.ledger("enterprises", firms)
    result = analysed(district, sets=["study.period=[2020-01-01, 2021-12-31]"])
    assert told(result, "tax_increment_share") == (None, "no_data")
    assert late(result, "enterprises") == [("year", 1)]
    assert told(result, "tax_per_mu") == (pytest.approx(20 / 60), "ok")


@pytest.mark.parametrize(("land", "status"), [((0, 0), "not_applicable"), ((0, ""), "no_data"), (("", ""), "no_data"), ((0, 40), "ok")])
def test_no_land_is_no_denominator_and_unknown_land_is_no_data(land: tuple[Any, Any], status: str, district: District) -> None:
    district.ledger("enterprises", [{"统一社会信用代码": f"E{i}", "年度": 2020, "宗地代码": "A", "税收(万元)": 10, "登记用地面积(亩)": mu} for i, mu in enumerate(land)])
    assert told(analysed(district), "tax_per_mu")[1] == status


LEASES = [{"出租方代码": "E1", "承租方代码": "E2", "出租用地面积(亩)": 10, "租期起": "2018-01-01", "租期止": ""},
          {"出租方代码": "E1", "承租方代码": "E9", "出租用地面积(亩)": 12, "租期起": "2020-07-01", "租期止": "2021-06-30"},
          {"出租方代码": "E9", "承租方代码": "E2", "出租用地面积(亩)": 6, "租期起": "2019-01-01", "租期止": "2020-11-15"}]


@pytest.mark.parametrize(("rule", "mu"), [
    ("as_of", (60 - 10 - 12) + (40 + 10)),  # E9's lease to E2 has ended by the day
    ("months", (60 - 10 - 12 * 6 / 12) + (40 + 10 + 6 * 10.5 / 12)),  # July to December, and January to the middle of November
])
def test_leases_stand_in_for_the_columns_that_the_ledger_of_firms_lacks(rule: str, mu: float, district: District) -> None:
    district.ledger("enterprises", [{"统一社会信用代码": name, "年度": 2020, "宗地代码": place, "税收(万元)": tax, "登记用地面积(亩)": land}
                                    for name, place, tax, land in (("E1", "A", 120, 60), ("E2", "C", 40, 40))])
    district.ledger("leases", LEASES)
    result = analysed(district, sets=[f"rules.lease_land={rule}"])
    assert told(result, "tax_per_mu") == (pytest.approx(160 / mu), "ok")
    note = next(f for f in result.findings if f.code == "enterprise.leases_used")
    assert note.value_used == rule and "承租用地面积 (land_leased_in)、出租用地面积 (land_leased_out)" in note.message() and note.message().endswith("未经核实)")


def test_columns_of_the_ledger_of_firms_go_before_the_leases(district: District) -> None:
    district.ledger("enterprises", [{"统一社会信用代码": "E1", "年度": 2020, "宗地代码": "A", "税收(万元)": 120, "登记用地面积(亩)": 60, "承租用地面积(亩)": 0, "出租用地面积(亩)": 20}])
    district.ledger("leases", LEASES)
    result = analysed(district)
    assert told(result, "tax_per_mu") == (3.0, "ok")  # 120 over 60 - 20
    assert {"landcheck.lease_out_differs"} <= {f.code for f in result.findings} and not any(f.code == "enterprise.leases_used" for f in result.findings)


def test_registered_areas_of_an_attribute_table_count_where_the_study_says_so(district: District) -> None:
    """Mu by the ledger: A 60, B 30, C 45; D has none and counts by its ground, on record."""
    district.ledger("attributes.reg", [{"宗地代码": name, "登记面积(亩)": mu} for name, mu in (("A", 60), ("B", 30), ("C", 45))])
    result = analysed(district, sets=["study.area_source=registered"])
    ground = result.parcels.set_index("parcel_id")["geometry_area_m2"]["D"]
    assert result.balance["parcels_m2"] == pytest.approx(135 * 2000 / 3 + ground, rel=1e-12)
    assert result.balance["parcels_union_m2"] == pytest.approx(result.balance["parcels_m2"], rel=1e-9)
    assert [(f.code, f.count) for f in result.findings if f.code == "area.registered_missing"] == [("area.registered_missing", 1)]


def test_registered_areas_that_nobody_gives_are_told(district: District) -> None:
    assert [(f.code, f.count) for f in analysed(district, sets=["study.area_source=registered"]).findings if f.code == "area.registered_missing"] == [("area.registered_missing", 4)]


def test_a_supply_sheet_without_rows_is_empty_and_no_more(district: District) -> None:
    (district.folder / "supply.csv").write_text("宗地代码,合同签订日期,土地用途,供地面积(平方米)\n", encoding="utf-8")
    district.parts["layers"] += '[layers.supply]\npath = "supply.csv"\n'
    assert told(district.analyse().result, "new_land_to_carriers_share") == (None, "not_applicable")


@pytest.mark.parametrize("code", ["EPSG:4326", "EPSG:3857", "EPSG:2263", "no such"])
def test_a_working_crs_is_one_to_measure_in(code: str, district: District) -> None:
    with pytest.raises(Refused) as refused:
        analysed(district, sets=[f'study.working_crs="{code}"'])
    assert [(f.code, f.field) for f in refused.value.findings] == [("study.wrong_value", "study.working_crs")]
