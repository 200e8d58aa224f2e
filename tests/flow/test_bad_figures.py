"""Bad figures by hand: years that are missing, denominators of zero or below, money in mixed units, a policy for carriers that are not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from tests.flow.conftest import District

Value = Callable[..., Any]


def firm(key: str, year: int, **more: Any) -> dict[str, Any]:
    return {"统一社会信用代码": key, "年度": year, "宗地代码": "A", "登记用地面积(亩)": 10, "税收(万元)": 100, "工业增加值(万元)": 300, **more}


def codes(run: Any) -> list[str]:
    return [finding.code for finding in run.result.findings]


def test_an_increment_without_its_first_year_is_no_data(district: District, value: Value) -> None:
    """The period is 2020: it needs 2019 and 2020."""
    district.ledger("enterprises", [firm("F1", 2020), firm("F2", 2018)])
    run = district.run()
    assert value(run, "tax_increment_share", key="status") == "no_data"
    assert (value(run, "tax_per_mu"), value(run, "tax_per_mu", key="n")) == (pytest.approx(10.0), 1)


def test_a_ledger_of_later_years_alone_says_nothing(district: District, value: Value) -> None:
    district.ledger("enterprises", [firm("F1", 2021)])
    run = district.run()
    assert "enterprise.no_year" in codes(run)
    assert value(run, "tax_per_mu", key="status") in ("no_data", "not_applicable")
    assert pd.isna(value(run, "tax_per_mu"))


@pytest.mark.parametrize(("employees", "status"), [(0, "not_applicable"), ("", "no_data"), (20, "ok")])
def test_a_denominator_of_zero_and_a_missing_one_are_two_things(district: District, value: Value, employees: Any, status: str) -> None:
    district.ledger("enterprises", [firm("F1", 2020, **{"年平均职工人数(人)": employees})])
    run = district.run()
    assert value(run, "labour_productivity", key="status") == status
    assert value(run, "labour_productivity") == 15.0 if status == "ok" else pd.isna(value(run, "labour_productivity"))


def test_a_district_that_shrinks_has_no_share_of_its_growth(district: District, value: Value) -> None:
    district.ledger("enterprises", [firm("F1", 2019, **{"税收(万元)": 200}), firm("F1", 2020)])
    run = district.run()
    assert (value(run, "tax_increment_share", key="status"), value(run, "tax_increment_share", key="denominator")) == ("not_applicable", -100.0)


def test_a_firm_without_land_leaves_both_sides(district: District, value: Value) -> None:
    district.ledger("enterprises", [firm("F1", 2020), firm("F2", 2020, **{"登记用地面积(亩)": ""}), firm("F3", 2020, **{"登记用地面积(亩)": 0})])
    run = district.run()
    assert (value(run, "tax_per_mu"), value(run, "tax_per_mu", key="n")) == (pytest.approx(10.0), 1)
    told = next(finding for finding in run.result.findings if finding.code == "landcheck.no_land")
    assert (told.count, told.key in ("F2", "F3")) == (2, True)


def test_money_in_mixed_units_is_read_cell_by_cell(district: District, value: Value) -> None:
    """1.2 亿元, 3,500 万元 and 800 of the header's 万元."""
    district.ledger("enterprises", [firm("F1", 2020, **{"税收(万元)": "1.2亿元"}), firm("F2", 2020, **{"税收(万元)": "3,500万元"}), firm("F3", 2020, **{"税收(万元)": "800"})])
    run = district.run()
    assert value(run, "tax_per_mu", key="numerator") == pytest.approx(12_000 + 3_500 + 800)


def test_a_policy_for_other_carriers_is_told(district: District) -> None:
    district.parts["study"] = 'policies = ["xiaoshan-4286"]'
    told = [(finding.severity, finding.count) for finding in district.run().result.findings if finding.code == "policy.carriers_absent"]
    assert told == [("warning", 20)]


def test_a_policy_that_finds_some_of_its_carriers_names_the_others(district: District) -> None:
    from shapely.geometry import box

    from tests.flow.conftest import X, Y

    district.layer("carriers.gpkg", {"carrier_id": ["桥南区块"], "carrier_type": ["产业基地"]}, [box(X - 10, Y - 10, X + 450, Y + 210)])
    district.parts["study"] = 'policies = ["xiaoshan-4286"]'
    told = [(finding.code, finding.count) for finding in district.run().result.findings if finding.code.startswith("policy.carriers")]
    assert told == [("policy.carriers_missing", 19)]
