"""标准地 checks by hand: what was promised, at completion and in production, for the industry that was built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from spatial import pipeline
from spatial.errors import Refused
from spatial.render.sheets.themes import parcels_of
from tests.flow.conftest import District, analysed

Value = Callable[..., Any]
OVERALL, COMPLETION, PRODUCTION = "standard_land_compliance_share", "standard_land_completion_share", "standard_land_production_share"
INTENSITY, TAX = "投资强度(万元/亩)", "亩均税收(万元/亩)"


def check(parcel: str, measure: str, committed: float, actual: Any, **more: Any) -> dict[str, Any]:
    return {"宗地代码": parcel, "指标名称": measure, "比较符": "≥", "承诺值": committed, "实测值": actual, **more}


def counts(district: District, value: Value, indicator: str) -> tuple[float, float]:
    run = district.analyse()
    return value(run, indicator, key="numerator"), value(run, indicator, key="denominator")


def staged() -> list[dict[str, Any]]:
    return [check("A", INTENSITY, 270, 300, 阶段="竣工"), check("A", TAX, 22, 20, 阶段="达产"),
            check("B", INTENSITY, 270, 270, 阶段="竣工"), check("B", TAX, 22, 25, 阶段="达产"),
            check("C", INTENSITY, 270, 200, 阶段="竣工"), check("C", TAX, 22, "", 阶段="达产"), check("D", TAX, 22, "", 阶段="达产")]


@pytest.mark.parametrize(("indicator", "kept", "checked"), [(OVERALL, 1, 3), (COMPLETION, 2, 3), (PRODUCTION, 1, 2)])
def test_completion_and_production_are_two_checks(district: District, value: Value, indicator: str, kept: int, checked: int) -> None:
    """A builds what it promised and pays too little; B keeps both; C fails at completion and does not produce yet; D is not checked."""
    district.ledger("standard_land", staged())
    assert counts(district, value, indicator) == (kept, checked)


def test_without_a_stage_column_the_measure_says_which_check_it_is(district: District, value: Value) -> None:
    district.ledger("standard_land", [{key: cell for key, cell in row.items() if key != "阶段"} for row in staged()])
    run = district.run()
    assert [value(run, name, key="numerator") for name in (COMPLETION, PRODUCTION)] == [2, 1]


def test_a_check_after_the_data_date_is_not_known(district: District, value: Value) -> None:
    """As of 2020-12-31 the tax of A, checked in 2021, is open: A complies so far."""
    district.ledger("standard_land", [check("A", INTENSITY, 270, 300, 阶段="竣工", 核查日期="2020-12-31"), check("A", TAX, 22, 20, 阶段="达产", 核查日期="2021-01-01"),
                                      check("B", TAX, 22, 25, 阶段="达产", 核查日期="2021-03-01")])
    run = district.analyse()
    assert [(value(run, name, key="numerator"), value(run, name, key="denominator")) for name in (OVERALL, COMPLETION)] == [(1, 1), (1, 1)]
    assert value(run, PRODUCTION, key="status") == "not_applicable"


def options(measured: float) -> list[dict[str, Any]]:
    """The three admissible industries of a published notice with their own thresholds, the one figure measured set against each."""
    return [check("A", TAX, bound, measured, 行业代码=code, 阶段="达产") for code, bound in (("C38", 33.2), ("C34", 22.6), ("C36", 32.5))]


def project(industry: str) -> dict[str, Any]:
    return {"项目代码": "P1", "项目名称": "甲", "宗地代码": "A", "行业": industry}


@pytest.mark.parametrize(("industry", "kept"), [("3489", 1), ("C3489", 1), ("3670", 0), ("3821", 0), ("2669", 1), ("", 1)])
def test_a_parcel_is_judged_by_the_industry_it_was_built_for(district: District, value: Value, industry: str, kept: int) -> None:
    """25 万元/亩 is enough for 34 (22.6) and too little for 38 and 36; where what was built is not listed or not known, any option will do."""
    district.ledger("standard_land", options(25))
    district.ledger("projects", [project(industry)])
    assert counts(district, value, OVERALL) == (kept, 1)


def test_an_industry_that_is_not_admitted_is_told(district: District) -> None:
    district.ledger("standard_land", [*options(25), check("B", TAX, 22, 25, 行业代码="C34", 阶段="达产")])
    district.ledger("projects", [project("2669"), {**project("3489"), "项目代码": "P2", "宗地代码": "B"}])
    told = [(f.key, f.value_seen, f.count, f.row, f.params["admitted"]) for f in district.analyse().result.findings if f.code == "standard_land.inadmissible"]
    assert told == [("A", "2669", 1, 2, "34、36、38")]


def test_every_parcel_with_an_industry_that_is_not_admitted_is_named_by_its_row(district: District) -> None:
    """A is admitted for 34, 36 and 38 in rows 2 to 4, B for 34 in row 5; both were built for 2669."""
    district.ledger("standard_land", [*options(25), check("B", TAX, 22, 25, 行业代码="C34", 阶段="达产")])
    district.ledger("projects", [project("2669"), {**project("2669"), "项目代码": "P2", "宗地代码": "B"}])
    told = next(f for f in district.analyse().result.findings if f.code == "standard_land.inadmissible")
    assert (told.key, told.count) == ("A", 2) and "第 2、5 行" in told.message("zh") and "2, 5" in told.message("en")


def test_a_threshold_for_all_industries_holds_beside_that_of_each(district: District, value: Value) -> None:
    """The floor area ratio is the same for every option; failing it, no industry passes."""
    district.ledger("standard_land", [*options(25), check("A", "容积率", 1.5, 1.2, 行业代码="", 阶段="竣工")])
    district.ledger("projects", [project("3489")])
    run = district.analyse()
    assert [value(run, name, key="numerator") for name in (OVERALL, COMPLETION, PRODUCTION)] == [0, 0, 1]
    assert value(run, OVERALL, key="denominator") == 1


def test_keeping_the_common_threshold_does_not_save_a_parcel_whose_industry_fails(district: District, value: Value) -> None:
    district.ledger("standard_land", [*options(10), check("A", "容积率", 1.0, 1.2, 行业代码="", 阶段="竣工")])
    assert counts(district, value, OVERALL) == (0, 1)


def test_a_result_that_the_measured_value_does_not_give_is_told(district: District) -> None:
    """A: 250 against 300, written 通过; B: 20 against 20, written 通过; C: 25 against 20, written 不通过. A and C contradict themselves; the values decide."""
    district.ledger("standard_land", [check("A", INTENSITY, 300, 250, 核查结论="通过"), check("B", TAX, 20, 20, 核查结论="通过"), check("C", TAX, 20, 25, 核查结论="不通过")])
    result = analysed(district)
    told = [finding for finding in result.findings if finding.code == "standard_land.result_differs"]
    assert [(finding.row, finding.key, finding.value_seen, finding.count, finding.params["actual"]) for finding in told] == [(2, "A", "通过", 2, "250")]
    assert told[0].params["rows"] == "2、4"
    assert result.lists["commitments"][["row", "kept", "differs"]].to_numpy().tolist() == [[2, False, True], [3, True, False], [4, True, True]]
    share = result.values.set_index(["indicator", "zone"]).loc[("standard_land_compliance_share", "study_area")]
    assert (share["numerator"], share["denominator"]) == (2, 3)


def demand(parcel: str, measure: str, **cells: Any) -> dict[str, Any]:
    return {"宗地代码": parcel, "指标名称": measure, "比较符": "", "标准值": "", "承诺值": "", "实测值": "", **cells}


@pytest.mark.parametrize(("cells", "kept"), [
    ({"比较符": "≥", "标准值": 1.5, "实测值": 1.5}, 1), ({"比较符": "＞", "标准值": 1.5, "实测值": 1.5}, 0), ({"比较符": "大于", "标准值": 1.5, "实测值": 1.51}, 1),
    ({"比较符": "<", "标准值": 1.5, "实测值": 1.5}, 0), ({"比较符": "不高于", "标准值": 1.5, "实测值": 1.5}, 1), ({"标准值": ">1.5", "实测值": 1.5}, 0),
    ({"标准值": "≤2.5", "实测值": 2.6}, 0), ({"标准值": "2.5以下", "实测值": 2.5}, 1), ({"标准值": "1.5-2.5", "实测值": 2.6}, 0), ({"标准值": "1.5-2.5", "实测值": 1.4}, 0),
    ({"标准值": "1.5-2.5", "实测值": 2.5}, 1), ({"比较符": "区间", "标准值": "1.5~2.5", "实测值": 2.6}, 0), ({"比较符": "≥", "标准值": "1.5-2.5", "实测值": 2.6}, 0),
    ({"标准值": "≤2.5", "承诺值": 2.0, "实测值": 1.9}, 1), ({"标准值": "≤2.5", "承诺值": 2.0, "实测值": 2.1}, 0), ({"标准值": "1.5-2.5", "承诺值": 2.0, "实测值": 2.6}, 0),
    ({"标准值": "1.5-2.5", "承诺值": 2.0, "实测值": 2.2}, 1), ({"标准值": "1.5-2.5", "承诺值": 2.0, "实测值": 1.8}, 0)])
def test_a_demand_is_judged_by_its_own_sign_whether_or_not_other_rows_state_an_operator(district: District, value: Value, cells: dict[str, Any], kept: int) -> None:
    """Another row of the ledger states ≥, as most do; the row in question keeps its own sign, beside the figure or in the operator's column."""
    district.ledger("standard_land", [demand("A", "容积率", **cells), check("B", INTENSITY, 270, 100)])
    assert counts(district, value, OVERALL) == (kept, 2)


@pytest.mark.parametrize(("measure", "kept"), [("绿地率", 0), ("行政办公及生活服务设施用地比例", 0), ("单位工业增加值能耗(吨标煤/万元)", 0), ("容积率", 1), ("单位能耗增加值(万元/吨标煤)", 1)])
def test_where_nobody_states_a_sign_the_usual_one_is_taken_and_told(district: District, value: Value, measure: str, kept: int) -> None:
    """0.21 measured against a bare 0.2: more than what is allowed of green, offices and consumption, enough of what is promised."""
    district.ledger("standard_land", [demand("A", measure, 标准值=0.2, 实测值=0.21)])
    assert counts(district, value, OVERALL) == (kept, 1)
    told = [finding for finding in analysed(district).findings if finding.code == "standard_land.operator_assumed"]
    assert len(told) == 1 and measure in told[0].value_used and (">=" if kept else "<=") in told[0].value_used


def test_a_measured_range_decides_only_where_both_its_ends_do(district: District, value: Value) -> None:
    district.ledger("standard_land", [demand(parcel, "容积率", 标准值="≥1.5", 实测值=measured) for parcel, measured in (("A", "1.6-1.8"), ("B", "1.4-1.8"), ("C", "1.2-1.4"))])
    assert counts(district, value, OVERALL) == (1, 2)


@pytest.mark.parametrize(("cells", "code", "words"), [
    ({"比较符": "左右", "标准值": 1.5, "实测值": 1.5}, "standard_land.operator_unread", "左右"), ({"比较符": "≥", "标准值": "≤20", "实测值": 1.5}, "standard_land.operators_clash", "≥、<=")])
def test_an_operator_that_is_none_or_contradicts_the_figure_is_refused_by_row(district: District, cells: dict[str, Any], code: str, words: str) -> None:
    district.ledger("standard_land", [check("B", INTENSITY, 270, 300), demand("A", "绿地率", **cells)])
    with pytest.raises(Refused) as refusal:
        district.run()
    refused = [finding for finding in refusal.value.findings if finding.code == code]
    assert [(finding.row, finding.severity) for finding in refused] == [(3, "error")] and words in refused[0].line("zh")


def test_the_last_of_several_dated_checks_decides_and_is_told(district: District, value: Value) -> None:
    """A fails in 2018 and passes in 2019; B passes in 2018 and fails in 2019; C fails in 2018 and passes after the as-of day, which nobody knows yet."""
    rows = [("A", 200, "2018-01-01"), ("A", 275, "2019-01-01"), ("B", 275, "2018-01-01"), ("B", 200, "2019-01-01"), ("C", 200, "2018-01-01"), ("C", 275, "2021-01-01")]
    district.ledger("standard_land", [check(parcel, INTENSITY, 270, actual, 核查日期=day) for parcel, actual, day in rows])
    assert counts(district, value, OVERALL) == (1, 3)
    assert [(finding.count, finding.row) for finding in analysed(district).findings if finding.code == "standard_land.rechecked"] == [(2, 2)]


def told(district: District, code: str) -> list[Any]:
    return [finding for finding in analysed(district).findings if finding.code == code]


def test_promised_measures_that_were_not_measured_are_told(district: District, value: Value) -> None:
    """A keeps its intensity and its floor area ratio was not measured: it counts as keeping, on record. Production of A is not due: nothing of it was measured. B is whole, C not checked."""
    district.ledger("standard_land", [check("A", INTENSITY, 270, 300), check("A", "容积率", 1.5, ""), check("A", TAX, 22, ""),
                                      check("B", INTENSITY, 270, 300), check("B", "容积率", 1.5, 1.5), check("C", INTENSITY, 270, ""), check("C", "容积率", 1.5, "")])
    assert [(f.severity, f.count, f.key, f.row, f.params["parcels"], f.params["measure"], f.params["rows"]) for f in told(district, "standard_land.unmeasured")] == [
        ("warning", 1, "A", 3, 1, "容积率", "3")]
    assert counts(district, value, OVERALL) == (2, 2)


def test_options_that_were_not_built_need_no_measuring_and_a_check_to_come_is_none(district: District) -> None:
    """C34 was built and measured, C38 not; a measure that is measured again next year is measured."""
    district.ledger("standard_land", [check("A", TAX, 22, 25, 行业代码="C34"), check("A", TAX, 33, "", 行业代码="C38"), check("A", "亩均增加值(万元/亩)", 100, "", 行业代码="C38"),
                                      check("B", INTENSITY, 270, 300, 核查日期="2020-06-01"), check("B", INTENSITY, 270, 310, 核查日期="2021-06-01"),
                                      check("B", "容积率", 1.5, 2.0, 核查日期="2021-06-01")])
    assert [(f.count, f.key, f.row) for f in told(district, "standard_land.unmeasured")] == [(1, "B", 7)]


@pytest.mark.parametrize(("cells", "weak"), [
    ({"比较符": "≥", "标准值": 270, "承诺值": 250}, True), ({"比较符": "≥", "标准值": 270, "承诺值": 270}, False), ({"比较符": "≤", "标准值": 20, "承诺值": 25}, True),
    ({"比较符": "≤", "标准值": 20, "承诺值": 15}, False), ({"标准值": "1.5-2.5", "承诺值": 2.6}, True), ({"标准值": "1.5-2.5", "承诺值": 1.4}, True), ({"标准值": "1.5-2.5", "承诺值": 2.0}, False),
    ({"比较符": ">=", "标准值": "1.2", "承诺值": "1.2-2.0"}, False), ({"标准值": "1.2", "承诺值": "1.2-2.0"}, False), ({"标准值": "1.2", "承诺值": "1.0-2.0"}, True),
    ({"比较符": "≤", "标准值": 2.0, "承诺值": "1.2-2.2"}, True), ({"比较符": "≤", "标准值": 2.0, "承诺值": "1.2-2.0"}, False),
    ({"标准值": "≥1.5", "承诺值": "≤2.5"}, False), ({"标准值": "≤20", "承诺值": "≤22"}, True), ({"比较符": "≥", "标准值": "", "承诺值": 250}, False)])
def test_a_commitment_weaker_than_the_standard_is_told(district: District, cells: dict[str, Any], weak: bool) -> None:
    district.ledger("standard_land", [demand("A", "容积率", **cells, 实测值=2.0), check("B", INTENSITY, 270, 300)])
    assert [(f.severity, f.count, f.key, f.row) for f in told(district, "standard_land.promised_less")] == [("warning", 1, "A", 2)] * weak


def test_a_ledger_without_parcel_codes_is_refused_by_the_name_of_the_column(district: District) -> None:
    district.ledger("standard_land", [{"电子监管号": "S1", "指标": "亩均税收", "标准值": 20, "承诺值": 20, "实测值": 30}])
    assert [(finding.code, finding.field) for finding in pipeline.check(district.write()) if finding.severity == "error"] == [("schema.missing_field", "parcel_id")]


@pytest.mark.parametrize("supplied", [False, True])
def test_the_sheet_of_standard_land_needs_no_flag_in_the_supply_ledger(district: District, supplied: bool) -> None:
    """A pays too little, B keeps what it promised, D is not checked; the supply ledger, where there is one, says of none that it is 标准地."""
    if supplied:
        district.ledger("supply", [{"宗地代码": name, "合同签订日期": "2019-03-01", "供地面积(平方米)": 10000, "土地用途": "工业用地"} for name in "ABCD"])
    district.ledger("standard_land", [check("A", TAX, 22, 20), check("B", TAX, 22, 25), check("D", TAX, 22, "")])
    parcels = parcels_of(analysed(district))
    drawn = parcels.set_index("parcel_id")["standard_land"].dropna().to_dict()
    assert drawn == {"A": "broken", "B": "kept", "D": "unchecked"}
