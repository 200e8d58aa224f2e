"""Headers whose unit has a multiple before it, and two-row headers that say a name the other way round."""

from __future__ import annotations

import openpyxl
import pytest

from spatial import pipeline
from spatial.read.ledger.units import header_unit
from tests.flow.conftest import District, analysed


@pytest.mark.parametrize(("header", "unit"), [
    ("tax (thousand yuan)", "qianyuan"), ("revenue (RMB million)", "baiwanyuan"), ("tax thousand yuan", "qianyuan"), ("tax hundred yuan", None), ("tax (million USD)", None), ("tax 1,000 yuan", None),
    ("area thousand m2", None), ("tax yuan", "yuan"), ("area m2", "m2"), ("floor area (m2)", "m2"), ("用地 公顷", "ha"),
    ("成交价格(RMB 万元)", "wanyuan"), ("成交价格(含税 万元)", "wanyuan"), ("成交价格(万元 含税)", "wanyuan"), ("成交价格(10K RMB)", None), ("成交价格(10k yuan)", None), ("成交价格(x10^4 元)", None),
    ("成交价格(千 元)", "qianyuan"), ("成交价格-万元", "wanyuan"), ("成交价格:万元", "wanyuan"), ("成交价格「万元」", "wanyuan"), ("成交价格《亿元》", "yiyuan"), ("出让面积 m²", "m2"),
    ("出让面积(亩)(平方米)", None), ("出让面积(亩)(净)", "mu"), ("亩均税收(万元/亩)(元)", None),
])
def test_a_multiple_before_a_unit_is_part_of_it_or_makes_it_unknown(header: str, unit: str | None) -> None:
    assert header_unit(header) == unit


def test_a_group_of_columns_may_say_the_name_before_its_kind(district: District) -> None:
    book = openpyxl.Workbook()
    for row in (("宗地代码", "合同签订日期", "土地用途", "供地面积(平方米)", "开工时间", None), (None, None, None, None, "约定", "实际"),
                ("A", "2020-01-05", "工业用地", 40_000, "2020-06-01", "2020-07-01"), ("C", "2020-02-05", "工业用地", 30_000, "2020-08-01", None)):
        book.active.append(row)
    for span in ("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"):
        book.active.merge_cells(span)
    book.save(district.folder / "supply.xlsx")
    district.parts["layers"] = '[layers.supply]\npath = "supply.xlsx"\n'
    rows = analysed(district).ledgers["supply"]
    assert rows["agreed_start_date"].dt.strftime("%m").tolist() == ["06", "08"]
    assert rows["actual_start_date"].isna().tolist() == [False, True]


def firms(**columns: list[object]) -> list[dict[str, object]]:
    return [{"统一社会信用代码": f"E{i}", "年度": 2020, "宗地代码": parcel, "是否参评": "是", **{name: cells[i] for name, cells in columns.items()}} for i, parcel in enumerate("AB")]


def test_a_second_column_by_the_names_of_a_field_is_told_where_it_says_other_than_the_first(district: District) -> None:
    """税收 and 税收总额 both are names of tax: 100 against 900 in the second row of the ledger; equal columns are no news."""
    district.ledger("enterprises", firms(**{"税收(万元)": [80, 100], "税收总额(万元)": [80, 900], "登记用地面积(亩)": [10, 20], "用地面积(亩)": [10, 20]}))
    told = [finding for finding in analysed(district).findings if finding.code == "schema.ambiguous_alias"]
    assert [(finding.field, finding.severity, finding.row, finding.count, finding.value_used, finding.value_seen) for finding in told] == [("tax", "warning", 3, 1, "税收(万元)", "税收总额(万元)")]
    assert "100、900" in told[0].line("zh")


def test_the_same_amount_in_two_units_under_two_names_is_the_same(district: District) -> None:
    district.ledger("enterprises", firms(**{"税收(万元)": [80, 100], "税收总额(元)": [800_000, 1_000_000], "登记用地面积(亩)": [10, 20]}))
    assert not [finding for finding in analysed(district).findings if finding.code == "schema.ambiguous_alias"]


@pytest.mark.parametrize(("more", "mapping", "refused"), [
    ({}, "", True), ({"承租面积(亩)": [1, 1]}, "", True), ({"承租面积(亩)": [1, 1], "出租面积(亩)": [0, 0]}, "", False),
    ({}, '[layers.enterprises.columns]\nland_leased_in = "租赁面积(亩)"', False)])
def test_a_bare_lease_column_is_asked_about(district: District, more: dict[str, list[object]], mapping: str, refused: bool) -> None:
    """租赁面积 may be leased in or leased out; with both under their own names, or stated in the study, nothing is open."""
    district.ledger("enterprises", firms(**{"税收(万元)": [80, 100], "登记用地面积(亩)": [10, 20], "租赁面积(亩)": [1, 2], **more}), mapping)
    asked = [finding for finding in pipeline.check(district.write()) if finding.code == "schema.which_field"]
    assert [finding.severity for finding in asked] == (["error"] if refused else [])


@pytest.mark.parametrize(("land", "more", "mapping", "registered"), [
    ("用地(亩)", {}, "", [10, 20]), ("用地/亩", {}, "", [10, 20]), ("占地面积(亩)", {}, "", [10, 20]),
    ("用地(亩)", {"承租用地面积(亩)": [1, 1]}, "", None), ("用地面积(亩)", {"出租用地面积(亩)": [1, 1]}, "", None), ("登记用地面积(亩)", {"承租用地面积(亩)": [1, 1]}, "", [10, 20]),
    ("用地(亩)", {"承租用地面积(亩)": [1, 1]}, '[layers.enterprises.columns]\nland_registered = "用地(亩)"', [10, 20])])
def test_land_used_is_the_land_of_a_firm_where_it_cannot_hold_another_column(district: District, land: str, more: dict[str, list[object]], mapping: str, registered: list[int] | None) -> None:
    """用地(亩) is 用地面积 written short. Beside leased land it may be the sum that holds it already: one of the two readings counts the lease twice, so it is asked."""
    district.ledger("enterprises", firms(**{"税收(万元)": [80, 100], land: [10, 20], **more}), mapping)
    if registered is None:
        asked = [finding for finding in pipeline.check(district.write()) if finding.severity == "error"]
        assert [(finding.code, finding.field, finding.value_seen) for finding in asked] == [("schema.may_hold", "land_registered", land)]
        assert next(iter(more)) in asked[0].line("zh") and f'land_registered = "{land}"' in asked[0].line("en")
    else:
        told = analysed(district).values.set_index(["zone", "indicator"]).loc[("study_area", "tax_per_mu")]
        assert float(told["numerator"]) == 180 and float(told["denominator"]) * 3 / 2000 == pytest.approx(sum(registered) + sum(next(iter(more.values()), [])))


def test_a_bare_word_without_a_unit_of_area_is_no_land(district: District) -> None:
    """用地 without 亩 may hold anything, a use for one; it is neither read nor asked for a unit."""
    district.ledger("enterprises", firms(**{"税收(万元)": [80, 100], "用地": ["工业", "仓储"], "登记用地面积(亩)": [10, 20]}))
    assert not [finding for finding in analysed(district).findings if finding.severity == "error" or "用地、" in finding.line("zh")]
