"""Bad figures by hand: years that are missing, denominators of zero or below, money in mixed units, a policy for carriers that are not there."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from spatial import pipeline
from spatial.errors import Refused
from tests.flow.conftest import SHAPES, District, analysed

Value = Callable[..., Any]


def firm(key: str, year: int, **more: Any) -> dict[str, Any]:
    return {"统一社会信用代码": key, "年度": year, "宗地代码": "A", "登记用地面积(亩)": 10, "税收(万元)": 100, "工业增加值(万元)": 300, **more}


def told(district: District, *sets: str) -> Any:
    """The result alone: nothing is drawn."""
    return pipeline.analyse(pipeline.load_study(district.write(), sets=sets), sensitivity=False)


def codes_of(result: Any) -> set[str]:
    return {finding.code for finding in result.findings}


def bare(district: District) -> Any:
    """What a run has as its result, and no folder."""
    return SimpleNamespace(result=told(district))


def codes(run: Any) -> list[str]:
    return [finding.code for finding in run.result.findings]


def test_an_increment_without_its_first_year_is_no_data(district: District, value: Value) -> None:
    """The period is 2020: it needs 2019 and 2020."""
    district.ledger("enterprises", [firm("F1", 2020), firm("F2", 2018)])
    run = bare(district)
    assert value(run, "tax_increment_share", key="status") == "no_data"
    assert (value(run, "tax_per_mu"), value(run, "tax_per_mu", key="n")) == (pytest.approx(10.0), 1)


def test_a_ledger_of_later_years_alone_says_nothing(district: District, value: Value) -> None:
    district.ledger("enterprises", [firm("F1", 2021)])
    run = bare(district)
    assert "enterprise.no_year" in codes(run)
    assert value(run, "tax_per_mu", key="status") in ("no_data", "not_applicable")
    assert pd.isna(value(run, "tax_per_mu"))


@pytest.mark.parametrize(("employees", "status"), [(0, "not_applicable"), ("", "no_data"), (20, "ok")])
def test_a_denominator_of_zero_and_a_missing_one_are_two_things(district: District, value: Value, employees: Any, status: str) -> None:
    district.ledger("enterprises", [firm("F1", 2020, **{"年平均职工人数(人)": employees})])
    run = bare(district)
    assert value(run, "labour_productivity", key="status") == status
    assert value(run, "labour_productivity") == 15.0 if status == "ok" else pd.isna(value(run, "labour_productivity"))


def test_a_district_that_shrinks_has_no_share_of_its_growth(district: District, value: Value) -> None:
    district.ledger("enterprises", [firm("F1", 2019, **{"税收(万元)": 200}), firm("F1", 2020)])
    run = bare(district)
    assert (value(run, "tax_increment_share", key="status"), value(run, "tax_increment_share", key="denominator")) == ("not_applicable", -100.0)


def test_a_firm_without_land_leaves_both_sides(district: District, value: Value) -> None:
    district.ledger("enterprises", [firm("F1", 2020), firm("F2", 2020, **{"登记用地面积(亩)": ""}), firm("F3", 2020, **{"登记用地面积(亩)": 0})])
    run = bare(district)
    assert (value(run, "tax_per_mu"), value(run, "tax_per_mu", key="n")) == (pytest.approx(10.0), 1)
    said = next(finding for finding in run.result.findings if finding.code == "landcheck.no_land")
    assert (said.count, said.key in ("F2", "F3")) == (2, True)


def test_money_in_mixed_units_is_read_cell_by_cell(district: District, value: Value) -> None:
    """1.2 亿元, 3,500 万元 and 800 of the header's 万元."""
    district.ledger("enterprises", [firm("F1", 2020, **{"税收(万元)": "1.2亿元"}), firm("F2", 2020, **{"税收(万元)": "3,500万元"}), firm("F3", 2020, **{"税收(万元)": "800"})])
    run = bare(district)
    assert value(run, "tax_per_mu", key="numerator") == pytest.approx(12_000 + 3_500 + 800)


@pytest.mark.parametrize("cell", ["$5", "5美元", "5USD", "US$5", "€5", "5万美元"])
def test_money_of_another_currency_in_a_column_of_yuan_is_refused(district: District, cell: str) -> None:
    """Nobody knows the rate: five dollars are neither five yuan nor fifty thousand."""
    district.ledger("enterprises", [firm("F1", 2020, **{"税收(万元)": cell})])
    with pytest.raises(Refused) as refused:
        told(district)
    assert [(f.code, f.field, f.row, f.value_seen) for f in refused.value.findings if f.severity == "error"] == [("row.bad_cell", "tax", 2, cell)]


def test_a_column_of_dollars_at_home_needs_a_rate(district: District) -> None:
    """The district pays in yuan: 1,000,000 dollars without a rate are no 100 of the 10,000 yuan beside them."""
    district.ledger("enterprises", [firm("F1", 2020, **{"产值(美元)": 1_000_000})])
    with pytest.raises(Refused) as refused:
        told(district)
    assert [(f.code, f.field, f.role, f.value_seen) for f in refused.value.findings if f.severity == "error"] == [("unit.currency", "output", "enterprises", "产值(美元)")]


def test_a_day_that_systems_write_for_none_is_blank_and_told(district: District) -> None:
    district.ledger("supply", [{"宗地代码": "A", "合同签订日期": "2015-02-01", "约定开工时间": "1900-01-01"}])
    result = told(district)
    assert of(result, "idle_land_share", "status") == ("no_data",)
    assert [(f.field, f.row, f.value_seen, f.count) for f in result.findings if f.code == "row.no_day"] == [("agreed_start_date", 2, "1900-01-01", 1)]


def test_a_policy_for_other_carriers_is_told(district: District) -> None:
    district.parts["study"] = 'policies = ["xiaoshan-4286"]'
    said = [(finding.severity, finding.count) for finding in told(district).findings if finding.code == "policy.carriers_absent"]
    assert said == [("warning", 20)]


def test_a_policy_that_finds_some_of_its_carriers_names_the_others(district: District) -> None:
    from shapely.geometry import box

    from tests.flow.conftest import X, Y

    district.layer("carriers.gpkg", {"carrier_id": ["桥南区块"], "carrier_type": ["产业基地"]}, [box(X - 10, Y - 10, X + 450, Y + 210)])
    district.parts["study"] = 'policies = ["xiaoshan-4286"]'
    said = [(finding.code, finding.count) for finding in told(district).findings if finding.code.startswith("policy.carriers")]
    assert said == [("policy.carriers_missing", 19)]


def of(result: Any, indicator: str, *keys: str, zone: str = "study_area") -> tuple[Any, ...]:
    row = result.values[(result.values["indicator"] == indicator) & (result.values["zone"] == zone)].iloc[0]
    return tuple(row[key] for key in keys)


def test_one_year_of_a_firm_alone_is_no_growth(district: District) -> None:
    """F2 pays 500 and nobody knows what it paid before: it is left out. F1 (inside) grows by 10, F3 (outside) is new and pays 20."""
    district.ledger("enterprises", [firm("F1", 2019), firm("F1", 2020, **{"税收(万元)": 110}), firm("F2", 2019, **{"税收(万元)": ""}), firm("F2", 2020, **{"宗地代码": "C", "税收(万元)": 500}),
                                    firm("F3", 2020, **{"宗地代码": "C", "税收(万元)": 20})])
    result = told(district)
    assert of(result, "tax_increment_share", "value", "numerator", "denominator", "n", "coverage") == pytest.approx((1 / 3, 10, 30, 3, 0.6))
    assert of(result, "tax_growth", "numerator", "denominator") == pytest.approx((30, 100))


def test_a_zone_whose_own_figure_is_blank_has_no_share_in_the_growth_of_the_district(district: District) -> None:
    district.ledger("statistics", [{"区域": zone, "年度": year, "税收(万元)": tax} for zone, year, tax in (("全区", 2019, 1000), ("甲园", 2019, ""), ("全区", 2020, 1100), ("甲园", 2020, 390))])
    result = told(district)
    assert of(result, "tax_increment_share", "status") == ("no_data",)
    assert all(pd.isna(of(result, "tax_growth", "value", zone=zone)[0]) for zone in ("甲园", "outside"))
    assert of(result, "tax_growth", "value", "denominator") == pytest.approx((0.1, 1000)), "the district's own row is whole"


def test_contracts_without_a_day_or_a_use_are_not_counted_as_old_or_as_other_land(district: District) -> None:
    """A and Z are new (4 + 1 ha); B has no day and C no use, neither in the ledger nor on the parcel."""
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001", "1001", None, "1001"]}, list(SHAPES.values()))
    row = {"合同签订日期": "2020-05-01", "土地用途": "1001"}
    district.ledger("supply", [{**row, "宗地代码": "A", "供地面积(平方米)": 40_000}, {**row, "宗地代码": "B", "合同签订日期": "", "供地面积(平方米)": 20_000},
                               {**row, "宗地代码": "C", "土地用途": "", "供地面积(平方米)": 30_000}, {**row, "宗地代码": "D", "供地面积(平方米)": 10_000}])
    result = told(district)
    assert of(result, "new_land_to_carriers_share", "value", "denominator", "n", "coverage") == pytest.approx((0.8, 50_000, 2, 0.5))
    assert {(f.code, f.count, f.row) for f in result.findings if f.code in ("supply.undated", "supply.use_unknown")} == {("supply.undated", 1, 3), ("supply.use_unknown", 1, 4)}


def test_where_no_use_is_told_industrial_land_is_unknown_and_not_none(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "floor_area": [10_000.0] * 4}, list(SHAPES.values()))
    district.ledger("supply", [{"宗地代码": "A", "合同签订日期": "2020-05-01", "约定开工时间": "2020-11-01", "供地面积(平方米)": 40_000}])
    result = told(district)
    names = ("new_land_area", "new_land_to_carriers_share", "idle_land_share", "industrial_floor_area_ratio")
    assert [of(result, name, "status") for name in names] == [("no_data",)] * 4
    assert "supply.period_empty" not in codes_of(result), "the period is not empty: nobody knows"
    assert of(told(district, "rules.idle_denominator=supplied_all"), "idle_land_share", "status") == ("ok",)


def test_a_blank_land_cell_beside_a_filled_one_is_zero_and_told(district: District) -> None:
    """F1: 10 mu of its own and 5 leased; F2 leases 4 and has none; F3 leaves all cells blank and both sides: 200 on 19 mu."""
    district.ledger("enterprises", [firm("F1", 2020, **{"承租用地面积(亩)": 5, "出租用地面积(亩)": ""}), firm("F2", 2020, **{"登记用地面积(亩)": "", "承租用地面积(亩)": 4}),
                                    firm("F3", 2020, **{"登记用地面积(亩)": ""})])
    result = told(district)
    assert of(result, "tax_per_mu", "value", "numerator", "n", "coverage") == pytest.approx((200 / 19, 200, 2, 2 / 3))
    said = {f.code: (f.count, f.key, f.params.get("fields")) for f in result.findings if f.code in ("enterprise.land_blank", "landcheck.no_land", "enterprise.no_lease_columns")}
    assert said == {"enterprise.land_blank": (2, "F1", "land_registered 1、land_leased_out 2"), "landcheck.no_land": (1, "F3", None),
                    "enterprise.no_lease_columns": (1, "", {"zh": "其他用地面积 (land_other)", "en": "other land (land_other)"})}


def test_firms_of_which_nobody_says_that_they_are_evaluated_lower_the_coverage(district: District) -> None:
    district.ledger("enterprises", [firm("F1", 2020, 是否参评="是"), firm("F2", 2020, 是否参评="否"), firm("F3", 2020, **{"是否参评": "", "税收(万元)": 900})],
                    '[layers.enterprises.columns]\nevaluated = "是否参评"')
    result = told(district)
    assert of(result, "tax_per_mu", "value", "n", "coverage") == pytest.approx((10.0, 1, 0.5))


def test_a_figure_of_the_evaluated_firms_alone_says_so(district: District) -> None:
    """300 on 20 heads of the firm that is evaluated; the other is of the year and left out. Where all are, there is nothing to say."""
    district.ledger("enterprises", [firm("F1", 2020, 是否参评="是", **{"年平均职工人数(人)": 20}), firm("F2", 2020, 是否参评="否", **{"年平均职工人数(人)": 30})])
    value, rule = of(told(district), "labour_productivity", "value", "rule")
    assert (value, "firms=evaluated" in rule) == (15.0, True)
    district.parts["layers"] = ""
    district.ledger("enterprises", [firm("F1", 2020, 是否参评="是", **{"年平均职工人数(人)": 20})])
    assert "firms=" not in of(told(district), "labour_productivity", "rule")[0]


def test_an_undated_project_is_neither_new_nor_old(district: District) -> None:
    row = {"宗地代码": "A", "备案日期": "2020-03-01", "年度累计完成投资(万元)": 500}
    district.ledger("projects", [{**row, "项目代码": "P1"}, {**row, "项目代码": "P2", "宗地代码": "C"}, {**row, "项目代码": "P3", "备案日期": ""}])
    result = told(district)
    assert of(result, "new_project_share", "value", "denominator", "coverage") == pytest.approx((0.5, 2, 2 / 3))
    assert of(result, "new_investment_share", "denominator") == (1000,)


def test_money_by_parcel_is_set_over_built_land_and_not_over_the_land_of_a_ledger_that_is_not_there(district: District) -> None:
    """Tax of A (4 ha, built) and of C (3 ha, not built): 100 over 4 ha."""
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "floor_area": [40_000.0, 0.0, 0.0, 0.0]}, list(SHAPES.values()))
    district.ledger("supply", [{"宗地代码": "A", "合同签订日期": "2015-05-01", "约定开工时间": "2016-01-01", "实际竣工时间": "2017-01-01"}])
    district.ledger("attributes.money", [{"parcel_id": "A", "税收(万元)": 100}, {"parcel_id": "C", "税收(万元)": 50}])
    result = told(district)
    assert of(result, "industrial_tax_intensity", "value", "numerator") == pytest.approx((25.0, 100.0), rel=2e-3)
    assert of(result, "tax_per_mu", "status") == ("no_data",) and "enterprise.figures_by_parcel" in codes_of(result)


def test_investment_by_parcel_counts_where_the_ledger_of_firms_has_none(district: District) -> None:
    """900 + 450 over 90 mu of firms is 15 a mu; in the carrier 900 + half of 450 over 60 + half of 30 mu is 15. The 90 of a parcel without a firm have no land and are left out, told."""
    unit = 'columns = { tax = { column = "tax", unit = "wanyuan" }, land_registered = { column = "land", unit = "mu" } }'
    district.ledger("enterprises", [{"enterprise_id": f"E{key}", "year": 2020, "parcel_id": key, "tax": 10, "land": land} for key, land in (("A", 60), ("B", 30))], unit)
    district.ledger("attributes.more", [{"parcel_id": key, "固定资产投资(万元)": money} for key, money in (("A", 900), ("B", 450), ("C", 90))],
                    'columns = { fixed_investment = "固定资产投资(万元)" }')
    result = analysed(district)
    per_mu = result.values[result.values["indicator"].eq("investment_per_mu")].set_index("zone")
    assert per_mu.loc[["study_area", "甲园"], "value"].tolist() == pytest.approx([15, 15])
    assert "figures=by_parcel" in per_mu.loc["study_area", "rule"]
    told = next(finding for finding in result.findings if finding.code == "enterprise.figures_mixed")
    assert (told.count, told.params["without"], told.params["fields"]) == (3, 1, "fixed_investment")


def test_more_land_supplied_than_approved_is_told(district: District) -> None:
    """6 ha supplied, 3 ha approved: nothing is left, and one of the ledgers is wrong."""
    district.ledger("supply", [{"宗地代码": key, "合同签订日期": "2020-05-01", "供地面积(平方米)": area} for key, area in (("A", 40_000), ("B", 20_000))])
    district.ledger("approvals", [{"批次": "一", "批准面积(公顷)": 3}])
    result = told(district)
    assert of(result, "approved_unsupplied_share", "value", "denominator") == (0.0, 30_000)
    assert [(f.severity, f.key, f.value_seen) for f in result.findings if f.code == "supply.beyond_approval"] == [("warning", "一", "60,000 m²")]


@pytest.mark.parametrize(("marks", "code", "share", "coverage"), [
    (("是", "", ""), "flag.ticked", 0.5, 1.0),  # ticked where it holds: 4 of 4 + 3 + 1 ha
    (("是", "否", ""), "flag.blank", 4 / 7, 2 / 3),  # one is unknown and leaves both sides
    (("是", "否", "否"), "", 0.5, 1.0),
])
def test_a_blank_beside_yes_is_no_only_where_the_column_never_says_no(district: District, marks: tuple[str, ...], code: str, share: float, coverage: float) -> None:
    district.ledger("supply", [{"宗地代码": parcel, "土地用途": "1001", "合同签订日期": "2020-05-01", "供地面积(平方米)": area, "是否标准地": mark}
                               for parcel, area, mark in zip("ACD", (40_000, 30_000, 10_000), marks, strict=True)])
    result = told(district)
    assert of(result, "standard_land_share", "value", "coverage") == pytest.approx((share, coverage))
    assert [f.code for f in result.findings if f.code.startswith("flag.")] == [code] * bool(code)


@pytest.mark.parametrize(("land", "status"), [(("0", "-5"), "not_applicable"), (("0", ""), "no_data"), (("", ""), "no_data"), (("0", "10"), "ok")])
def test_land_of_firms_that_is_none_is_not_applicable_and_land_nobody_tells_is_no_data(district: District, land: tuple[str, str], status: str) -> None:
    """-5 mu: a firm that lets out more than it has. In both no figure stands, and the outside, where no firm is, has none either."""
    held, let = [("0", "5") if mu == "-5" else (mu, "0" if mu else "") for mu in land], "出租用地面积(亩)"
    district.ledger("enterprises", [firm(f"F{i}", 2020, **{"登记用地面积(亩)": own, let: out}) for i, (own, out) in enumerate(held)])
    result = told(district)
    for name in ("tax_per_mu", "value_added_per_mu"):
        assert of(result, name, "status") == of(result, name, "status", zone="甲园") == (status,), name
    value = of(result, "tax_per_mu", "value")[0]
    assert value == pytest.approx(10.0) if status == "ok" else pd.isna(value)


@pytest.mark.parametrize(("floor", "status"), [([0.0, 0.0], "not_applicable"), ([None, 0.0], "no_data"), ([9_000.0, None], "ok")])
def test_ground_of_which_nobody_says_that_it_is_built_is_unknown_under_the_line(district: District, floor: list[Any], status: str) -> None:
    """A and B lie in the carrier, and the firm on A pays tax; C is built, so that built land is known somewhere. Where nobody knows A, its tax is not that of C's land."""
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "建筑面积(平方米)": [*floor, 9_000.0, 0.0]}, list(SHAPES.values()))
    district.ledger("enterprises", [firm("F1", 2020, 行业代码="C3811")])
    result = told(district, "rules.per_mu_land=built_industrial")
    assert {of(result, name, "status", zone="甲园")[0] for name in ("industrial_tax_intensity", "overall_tax_intensity", "tax_per_mu")} == {status}
    assert of(result, "overall_tax_intensity", "status") == ("no_data" if floor[0] is None else "ok",)


@pytest.mark.parametrize("blank", [True, False])
def test_growth_of_a_carrier_without_its_earlier_year_is_unknown(district: District, blank: bool) -> None:
    """A blank cell, or no row at all, of 2019: not growth from nothing, and what the carrier had is not what lies outside."""
    rows = [("全区", 2019, 1000), ("甲园", 2019, ""), ("全区", 2020, 1100), ("甲园", 2020, 390)]
    district.ledger("statistics", [{"区域": zone, "年度": year, "税收(万元)": tax} for zone, year, tax in rows if blank or tax != ""])
    result = told(district)
    assert of(result, "tax_growth", "status", zone="甲园") == of(result, "tax_growth", "status", zone="outside") == ("no_data",)
    assert of(result, "tax_increment_share", "status") == ("no_data",)
    assert of(result, "tax_growth", "value") == pytest.approx((0.1,))


def test_growth_from_a_known_zero_is_not_applicable(district: District) -> None:
    district.ledger("statistics", [{"区域": zone, "年度": year, "税收(万元)": tax} for zone, year, tax in (("全区", 2019, 1000), ("甲园", 2019, 0), ("全区", 2020, 1100), ("甲园", 2020, 390))])
    assert of(told(district), "tax_growth", "status", zone="甲园") == ("not_applicable",)


def test_firms_of_one_name_under_two_codes_are_told(district: District) -> None:
    district.ledger("enterprises", [firm("E1", 2020, 企业名称="甲公司"), firm("E2", 2020, 企业名称="甲公司", 宗地代码="B"), firm("E3", 2019, 企业名称="甲公司", 宗地代码="C")])
    [finding] = [f for f in told(district).findings if f.code == "enterprise.namesakes"]
    assert (finding.row, finding.count, finding.key, finding.value_seen) == (3, 1, "甲公司", "E1、E2")


@pytest.mark.parametrize(("mu", "departs"), [(60, False), (170, False), (190, True), (19, True)])  # A has 60 mu
def test_land_of_a_firm_far_from_the_ground_of_its_parcels_is_told(district: District, mu: float, departs: bool) -> None:
    district.ledger("enterprises", [firm("E1", 2020, **{"登记用地面积(亩)": mu}), firm("E2", 2020, 宗地代码="B"), firm("E3", 2020, 宗地代码="B")])
    findings = [(f.row, f.key, f.count) for f in told(district).findings if f.code == "enterprise.land_departs"]
    assert findings == ([(2, "E1", 1)] if departs else [])  # B's two firms share it: nothing can be said of either


def test_an_outline_that_bears_the_word_of_a_total_is_no_parcel(district: District) -> None:
    outline = SHAPES["A"].union(SHAPES["D"]).envelope
    district.layer("parcels.gpkg", {"parcel_id": [*SHAPES, "全区合计"], "land_use": ["1001"] * 5}, [*SHAPES.values(), outline])
    with pytest.raises(Refused) as refused:
        told(district)
    assert [(f.code, f.row, f.key) for f in refused.value.findings if f.severity == "error"] == [("key.total", 5, "全区合计")]


def test_a_code_and_a_name_of_another_use_beside_it_are_told(district: District) -> None:
    district.layer("parcels.gpkg", {"ZDDM": list(SHAPES), "YDYHFLDM": ["1001", "0701", "100101", "1001"], "YDYHFLMC": ["工业用地", "工业用地", "工业用地", "未知"]}, list(SHAPES.values()))
    [finding] = [f for f in told(district).findings if f.code == "value.code_and_name"]
    assert (finding.row, finding.count, finding.value_seen, finding.params["name"]) == (2, 1, "0701", "工业用地")


@pytest.mark.parametrize(("taxes", "outlier"), [
    ([120, 90, 1_200_000, 40], (4, 1)), ([120, 90, 110_000, 40], None), ([0.01, 90, 120, 40], None), ([120, 90, 1_200_000], None), ([1_300_000, 90, 1_200_000, 40], None)])
def test_an_amount_a_thousand_times_above_all_others_is_told(district: District, taxes: list[float], outlier: tuple[int, int] | None) -> None:
    district.ledger("enterprises", [firm(f"E{i}", 2020, **{"税收(万元)": tax, "宗地代码": "ABCD"[i]}) for i, tax in enumerate(taxes)])
    findings = [(f.row, f.count) for f in told(district).findings if f.code == "unit.money_outlier"]
    assert findings == ([outlier] if outlier else [])  # half of the rows are no few, three rows tell nothing


def test_days_in_the_wrong_order_are_told(district: District) -> None:
    row = {"合同签订日期": "2020-05-01", "土地用途": "工业用地", "出让面积(平方米)": 40_000}
    days = (("A", "2020-10-01", "2019-10-01"), ("C", "2020-06-01", "2020-10-01"))
    district.ledger("supply", [{"宗地代码": parcel, **row, "实际开工时间": start, "实际竣工时间": end} for parcel, start, end in days])
    assert [(f.row, f.count, f.field) for f in told(district).findings if f.code == "supply.days_reversed"] == [(2, 1, "completion_date")]


def test_a_zone_with_more_than_the_whole_district_is_told(district: District) -> None:
    district.ledger("statistics", [{"区域": "全区", "年度": 2020, "税收(万元)": 500}, {"区域": "甲园", "年度": 2020, "税收(万元)": 600}, {"区域": "全区", "年度": 2019, "税收(万元)": 700}])
    assert [(f.row, f.key) for f in told(district).findings if f.code == "statistics.part_exceeds"] == [(3, "甲园")]


def test_a_batch_entered_twice_counts_once_and_equal_leases_are_told(district: District) -> None:
    batch = {"批次": "B1", "批准日期": "2020-03-01", "批准面积(平方米)": 60_000}
    district.ledger("approvals", [batch, {**batch, "批次": "B2", "批准面积(平方米)": 20_000}, batch])
    district.ledger("supply", [{"宗地代码": "A", "合同签订日期": "2020-05-01", "土地用途": "工业用地", "出让面积(平方米)": 40_000}])
    district.ledger("enterprises", [firm("E1", 2020), firm("E2", 2020, 宗地代码="B")])
    district.ledger("leases", [{"出租方代码": "E1", "承租方代码": "E2", "area_m2": 1000}] * 2)
    result = told(district)
    own = result.values[result.values["zone"].eq("study_area")].set_index("indicator")
    assert own.at["approved_unsupplied_share", "value"] == pytest.approx(0.5)  # 40,000 of 80,000 m2; with the copy 100,000 of 140,000
    assert [(f.code, f.row) for f in result.findings if f.code in ("key.row_copied", "enterprise.leases_equal")] == [("key.row_copied", 4), ("enterprise.leases_equal", 3)]


def test_firms_above_scale_are_told_by_their_own_words(district: District) -> None:
    district.ledger("enterprises", [firm("E1", 2020, 是否规上="规上"), firm("E2", 2020, 宗地代码="B", 是否规上="规下")])
    assert told(district).ledgers["enterprises"]["above_scale"].tolist() == [True, False]


CONTRACT = {"合同签订日期": "2020-05-01", "土地用途": "工业用地"}


def test_a_use_that_cannot_be_read_is_not_that_of_the_parcel(district: District) -> None:
    rows = [{**CONTRACT, "宗地代码": "A", "出让面积(平方米)": 40_000}, {**CONTRACT, "宗地代码": "B", "出让面积(平方米)": 20_000, "土地用途": "综合用地"},
            {**CONTRACT, "宗地代码": "C", "出让面积(平方米)": 30_000, "土地用途": ""}]
    district.ledger("supply", rows)
    result = told(district)
    own = result.values[result.values["zone"].eq("study_area")].set_index("indicator")
    assert own.at["new_land_area", "value"] == 70_000 * 3 / 2000 and own.at["new_land_area", "coverage"] < 1  # the blank one is of its parcel, which is industrial
    assert [(f.row, f.count) for f in result.findings if f.code == "supply.use_unknown"] == [(3, 1)]


def test_columns_of_yes_and_no_in_their_own_words(district: District) -> None:
    words = (("A", "存量", "标准地"), ("C", "新增", "非标准地"), ("D", "增量用地", "标准地"))
    district.ledger("supply", [{**CONTRACT, "宗地代码": key, "出让面积(平方米)": 10_000, "是否存量": stock, "是否标准地": standard} for key, stock, standard in words])
    rows = told(district).ledgers["supply"]
    assert rows["stock_land"].tolist() == [True, False, False] and rows["is_standard_land"].tolist() == [True, False, True]


def test_a_use_with_its_term_in_brackets_is_one_use(district: District) -> None:
    district.ledger("supply", [{**CONTRACT, "宗地代码": "A", "出让面积(平方米)": 10_000, "土地用途": "工业用地（50年）"}])
    result = told(district)
    assert "land_use.compound" not in codes_of(result) and result.ledgers["supply"]["land_use"].tolist() == ["1001"]


def test_statistics_beside_a_ledger_of_firms_are_not_used_and_that_is_told(district: District) -> None:
    district.ledger("enterprises", [{"统一社会信用代码": "E1", "年度": 2020, "宗地代码": "A", "税收(万元)": 10}])
    district.ledger("statistics", [{"区域": "全区", "年度": 2020, "税收(万元)": 500, "增加值(万元)": 900}])
    findings = [finding for finding in told(district).findings if finding.code == "statistics.beside_enterprises"]
    assert [(f.severity, f.field, f.params["lacking_en"], f.count) for f in findings] == [("warning", "tax_wanyuan、value_added_wanyuan", "; of it the ledger lacks: value_added_wanyuan", 1)]


def test_years_that_a_comparison_lacks_are_named(district: District) -> None:
    """The period is 2020: increments compare 2020 with 2019, growth too; the ledger has 2018 and 2020."""
    district.ledger("enterprises", [firm("F1", 2018), firm("F1", 2020)])
    result = told(district)
    assert of(result, "tax_increment_share", "status") == of(result, "tax_growth", "status") == ("no_data",)
    lacking = {f.code: (f.value_seen, f.value_used, f.params["lacking"]) for f in result.findings if f.code in ("enterprise.no_increment", "enterprise.no_growth")}
    assert lacking == {"enterprise.no_increment": ("2018、2020", "2019、2020", "2019"), "enterprise.no_growth": ("2018、2020", "2019、2020", "2019")}
    district.ledger("enterprises", [firm("F1", 2019), firm("F1", 2020)])
    district.parts["layers"] = district.parts["layers"].split("[layers.enterprises]")[0] + '[layers.enterprises]\npath = "enterprises.csv"\n'
    assert not codes_of(told(district)) & {"enterprise.no_increment", "enterprise.no_growth"}


def test_denominators_that_are_not_positive_are_told_and_are_no_zero(district: District) -> None:
    """Tax fell from 100 to 80: the share of the increment is over -20 in every zone."""
    district.ledger("enterprises", [firm("F1", 2019), firm("F1", 2020, **{"税收(万元)": 80})])
    result = told(district)
    assert of(result, "tax_increment_share", "status", "denominator") == ("not_applicable", -20.0)
    note = next(f for f in result.findings if f.code == "indicator.not_positive")
    rows = result.values[result.values["status"].eq("not_applicable") & result.values["denominator"].le(0)]
    assert (note.key, note.field, note.count) == ("study_area", "tax_increment_share", len(rows))
    assert note.params["negative"] == int(rows["denominator"].lt(0).sum()) >= 4


def test_a_carrier_without_a_row_of_statistics_is_unknown_and_so_is_the_ground_outside(district: District) -> None:
    """The district has 900, 甲园 500; of 乙园 nobody knows: the 400 left may be its own or lie outside. Written as 0 it is nothing, and 400 lies outside."""
    district.layer("carriers.gpkg", {"carrier_id": ["甲园", "乙园"], "carrier_type": ["开发区"] * 2}, [SHAPES["A"], SHAPES["C"]])
    rows = [{"区域": "甲园", "年度": 2020, "税收(万元)": 500}, {"区域": "study_area", "年度": 2020, "税收(万元)": 900}]
    district.ledger("statistics", rows)
    result = analysed(district, sets=["rules.per_mu_land=parcels"])
    told = result.values.set_index(["indicator", "zone"])["numerator"].loc["tax_per_mu"]
    assert (told["study_area"], told["甲园"]) == (900, 500) and told[["乙园", "outside"]].isna().all()
    assert [finding.value_seen for finding in result.findings if finding.code == "statistics.zone_missing"] == ["乙园"]
    district.parts["layers"] = ""
    district.ledger("statistics", [*rows, {"区域": "乙园", "年度": 2020, "税收(万元)": 0}])
    result = analysed(district, sets=["rules.per_mu_land=parcels"])
    assert result.values.set_index(["indicator", "zone"])["numerator"].loc["tax_per_mu"][["study_area", "甲园", "乙园", "outside"]].tolist() == [900, 500, 0, 400]
    assert not [finding for finding in result.findings if finding.code == "statistics.zone_missing"]


def test_statistics_without_a_row_of_the_district_are_not_used_and_that_is_told(district: District) -> None:
    district.ledger("statistics", [{"区域": "甲园", "年度": 2020, "税收(万元)": 500}])
    result = analysed(district, sets=["rules.per_mu_land=parcels"])
    assert of(result, "tax_per_mu", "status", zone="甲园") == ("no_data",)
    assert [(finding.severity, finding.count) for finding in result.findings if finding.code == "statistics.no_whole"] == [("warning", 1)]
