"""Rows of one key that stand twice: counted once, joined, kept as parts, or refused; never added up in silence."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from spatial.errors import Refused
from spatial.normalise import assemble
from spatial.normalise.contracts import one_contract
from tests.flow.conftest import SHAPES, District, analysed

FIRM = {"统一社会信用代码": "E1", "年度": 2020, "宗地代码": "A", "税收(万元)": 120, "登记用地面积(亩)": 60, "企业名称": "甲公司"}
OTHER = {"统一社会信用代码": "E2", "年度": 2020, "宗地代码": "C", "税收(万元)": 40, "登记用地面积(亩)": 40, "企业名称": "乙公司"}


def outcome(district: District, rows: list[dict[str, Any]], role: str = "enterprises") -> tuple[dict[str, Any], dict[str, Any]]:
    """Values of the district and findings, by their ids."""
    district.ledger(role, rows)
    try:
        result = analysed(district)
    except Refused as refused:
        return {}, {finding.code: finding for finding in refused.findings}
    own = result.values[result.values["zone"].eq("study_area")]
    return dict(zip(own["indicator"], own["value"], strict=True)), {finding.code: finding for finding in result.findings}


def test_a_firm_entered_twice_counts_once_and_the_account_says_so(district: District) -> None:
    district.ledger("enterprises", [FIRM, OTHER, FIRM])
    run = district.run()
    told = next(finding for finding in run.result.findings if finding.code == "key.row_copied")
    assert (told.severity, told.row, told.count) == ("repaired", 4, 1)
    own = run.result.values.set_index(["indicator", "zone"])["value"]
    assert own["tax_per_mu", "study_area"] == pytest.approx(160 / 100)  # 120 + 40 over 60 + 40 mu; with the copy 280 / 160
    with (run.folder / "rows.csv").open(encoding="utf-8-sig", newline="") as stream:
        account = {row["outcome"]: row["rows"] for row in csv.DictReader(stream) if row["role"] == "enterprises"}
    assert account["used"] == "2-3" and account["merged"] == "4"


@pytest.mark.parametrize(("second", "code", "tax_per_mu"), [
    ({"宗地代码": "B"}, "enterprise.repeated", 160 / 100),  # every figure repeated for another parcel
    ({"宗地代码": "B", "税收(万元)": "", "登记用地面积(亩)": 20}, "enterprise.joined", 160 / 120),  # the firm's tax in one row, land by parcel
    ({"宗地代码": "B", "税收(万元)": 30, "登记用地面积(亩)": 20}, "enterprise.parts", 190 / 120),  # each parcel with its own
])
def test_a_firm_on_several_parcels_is_one_firm(district: District, second: dict[str, Any], code: str, tax_per_mu: float) -> None:
    values, findings = outcome(district, [FIRM, {**FIRM, **second}, OTHER])
    assert findings[code].row == 3 and findings[code].count == 1
    assert values["tax_per_mu"] == pytest.approx(tax_per_mu)


@pytest.mark.parametrize(("second", "code", "field"), [
    ({"税收(万元)": 130}, "key.contradicts", "tax_wanyuan"),  # one place, two figures
    ({"宗地代码": "B", "登记用地面积(亩)": 20}, "enterprise.whole_or_part", "tax_wanyuan"),  # the firm's tax, or each parcel's?
    ({"宗地代码": "", "税收(万元)": 130}, "key.contradicts", "parcel_id、tax_wanyuan"),  # a place of its own that is not told
    ({"企业名称": "甲公司(二期)"}, "key.contradicts", "enterprise_name"),
])
def test_rows_that_cannot_both_hold_are_refused(district: District, second: dict[str, Any], code: str, field: str) -> None:
    values, findings = outcome(district, [FIRM, {**FIRM, **second}, OTHER])
    assert values == {} and findings[code].row == 3 and findings[code].field == field


def test_parcels_of_a_joined_firm_are_all_its_own(district: District) -> None:
    district.ledger("enterprises", [FIRM, {**FIRM, "宗地代码": "C"}])
    frame = analysed(district).ledgers["enterprises"]
    assert list(frame["parcel_id"]) == [("A", "C")]


def test_a_supply_row_entered_twice_counts_once(district: District) -> None:
    row = {"宗地代码": "A", "电子监管号": "3301092020B00011", "合同签订日期": "2020-05-01", "土地用途": "工业用地", "出让面积(平方米)": 40_000}
    values, findings = outcome(district, [row, row, {**row, "宗地代码": "C", "电子监管号": "3301092020B00022", "出让面积(平方米)": 30_000}], "supply")
    assert findings["key.row_copied"].row == 3
    assert values["new_land_area"] == pytest.approx(70_000 * 3 / 2_000)


def test_the_rows_of_a_contract_are_joined_once_a_run_its_number_written_in_two_ways(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """One contract of 90,000 m2 over A, B and C (40,000, 20,000 and 30,000), its number in every row: 90,000 on B's 20,000 is no wrong unit and no odd area."""
    asked: list[int] = []
    monkeypatch.setattr(assemble, "one_contract", lambda frame, parcels: asked.append(len(frame)) or one_contract(frame, parcels))
    row = {"电子监管号": "3301092020B09", "合同签订日期": "2020-05-01", "土地用途": "工业用地", "出让面积(平方米)": 90_000}
    values, findings = outcome(district, [{**row, "宗地代码": "A"}, {**row, "宗地代码": "B", "电子监管号": "3301092020-B09"}, {**row, "宗地代码": "C"}], "supply")
    assert asked == [3]
    assert {"key.spelled_apart", "supply.one_contract"} <= set(findings) and "supply.area_departs" not in findings
    assert values["new_land_area"] == pytest.approx(90_000 * 3 / 2_000)


def test_a_zone_s_figures_entered_twice_with_a_difference_are_refused(district: District) -> None:
    rows = [{"区域": "全区", "年度": 2020, "税收(万元)": 500}, {"区域": "甲园", "年度": 2020, "税收(万元)": 300}]
    values, findings = outcome(district, [*rows, {**rows[1], "税收(万元)": 310}], "statistics")
    assert values == {} and findings["key.contradicts"].row == 4


def test_growth_with_an_unknown_earlier_year_is_no_data(district: District) -> None:
    district.ledger("enterprises", [{**FIRM, "年度": 2019, "税收(万元)": ""}, FIRM])
    own = analysed(district).values.set_index(["indicator", "zone"])
    assert own.loc[("tax_growth", "study_area"), "status"] == "no_data"


def test_growth_of_a_district_with_an_unknown_earlier_year_is_no_data(district: District) -> None:
    rows = [{"区域": "全区", "年度": 2019, "税收(万元)": ""}, {"区域": "全区", "年度": 2020, "税收(万元)": 500},
            {"区域": "甲园", "年度": 2019, "税收(万元)": 200}, {"区域": "甲园", "年度": 2020, "税收(万元)": 300}]
    district.ledger("statistics", rows)
    own = analysed(district).values.set_index(["indicator", "zone"])
    assert own.loc[("tax_growth", "study_area"), "status"] == "no_data"  # and not the growth of 甲园


@pytest.mark.parametrize(("land", "refused"), [(105.1, True), (108.1, False)])  # 60.03 + 45.04 = 105.07, which a sum of one decimal shows as 105.1
def test_a_row_that_is_the_rounded_sum_of_others_is_asked_about(district: District, land: float, refused: bool) -> None:
    group = {**FIRM, "统一社会信用代码": "甲镇", "企业名称": "", "宗地代码": "", "税收(万元)": 30.1, "登记用地面积(亩)": land}
    rows = [group, {**FIRM, "税收(万元)": 10.04, "登记用地面积(亩)": 60.03}, {**OTHER, "税收(万元)": 20.04, "登记用地面积(亩)": 45.04}, {**OTHER, "统一社会信用代码": "E3", "宗地代码": "D"}]
    values, findings = outcome(district, rows)
    assert ("ledger.row_is_sum" in findings) is refused and (values == {}) is refused
    assert not refused or findings["ledger.row_is_sum"].row == 2


@pytest.mark.parametrize("cells", [
    [{"电子监管号": "S1"}, {"电子监管号": "S4"}],
    [{"宗地代码": "A", "电子监管号": "S1"}, {"宗地代码": "D", "电子监管号": "S4"}],
])
def test_a_firm_whose_rows_name_its_parcels_by_another_number_is_one_firm(district: District, cells: list[dict[str, str]]) -> None:
    """A (40,000 m2) is in the carrier, D (10,000 m2) is not: of the 100 of tax over 30 mu four fifths are inside."""
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "电子监管号": ["S1", "S2", "S3", "S4"]}, list(SHAPES.values()))
    district.ledger("enterprises", [{"年度": 2020, "统一社会信用代码": "E1", "税收(万元)": 100, "登记用地面积(亩)": 30, **row} for row in cells])
    result = analysed(district)
    values = result.values[result.values["indicator"] == "tax_per_mu"].set_index("zone")
    assert (values.at["study_area", "numerator"], values.at["甲园", "numerator"]) == (100, pytest.approx(80, rel=1e-6))
    assert values.at["study_area", "value"] == pytest.approx(100 / 30)
    assert "enterprise.repeated" in {finding.code for finding in result.findings}


@pytest.mark.parametrize(("kinds", "told"), [(("增值税", "企业所得税"), True), (("增值税", "增值税"), False), (("增值税", ""), False)])
def test_copies_that_differ_where_nothing_is_read_are_told(district: District, kinds: tuple[str, str], told: bool) -> None:
    """One kind of tax a row, both of 120: what counts as a copy may be the other half."""
    _, findings = outcome(district, [{**FIRM, "序号": 1, "税种": kinds[0]}, {**FIRM, "序号": 2, "税种": kinds[1]}, {**OTHER, "序号": 3, "税种": "增值税"}])
    assert findings["key.row_copied"].row == 3 and ("key.copies_apart" in findings) == told
    if told:
        apart = findings["key.copies_apart"]
        assert (apart.severity, apart.field, apart.value_seen, apart.count) == ("warning", "税种", "增值税、企业所得税", 1)
