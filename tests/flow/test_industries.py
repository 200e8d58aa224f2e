"""Firms by their industry: what counts as industrial (logistics included), as secondary or tertiary, and what cannot be told."""

from __future__ import annotations

import math
from typing import Any

import pytest

from spatial.normalise.trades import trade_of
from spatial.read.declarations import code_tables
from tests.flow.conftest import SHAPES, District, analysed

TABLE = code_tables().trades


@pytest.mark.parametrize(("text", "trade"), [
    ("C3811", "C38"), ("3811", "C38"), ("c38", "C38"), ("Ｃ３８１１ 电机制造", "C38"), ("G5990", "G59"), ("0111", "A01"), ("C", "C"), ("制造业", "C"), ("软件业", "I65"),
    ("汽车制造业", "C"), ("通用设备制造", "C"), ("农、林、牧、渔业", "A"), ("非制造业", None), ("G3811", None), ("9911", None), ("38111", None), ("高端装备", None), ("制造业研究所", None)])
def test_an_industry_is_read_by_its_code_or_by_a_name_of_the_table(text: str, trade: str | None) -> None:
    """38 is of section C, 59 of G, 01 of A, 65 of I; a letter that contradicts the digits tells nothing."""
    assert trade_of(text, TABLE) == trade


def figures(district: District, industries: dict[str, str], **options: Any) -> tuple[dict[str, tuple[float, int, float]], set[str]]:
    """Value, firms and coverage of the figures per hectare, and the codes of what was found. A: 4 ha industrial, C: 3 ha commercial; both built."""
    district.layer("parcels.gpkg", {"parcel_id": ["A", "C"], "land_use": ["1001", "0901"], "建筑面积(平方米)": [1.0, 1.0]}, [SHAPES["A"], SHAPES["C"]])
    firms = {"F1": ("A", 100, 300), "F2": ("A", 10, 60), "F3": ("C", 40, 20), "F4": ("C", 5, 2)}
    district.ledger("enterprises", [{"统一社会信用代码": key, "年度": 2020, "宗地代码": on, "税收(万元)": tax, "固定资产投资(万元)": money,
                                     **({"行业代码": industries[key]} if industries else {})} for key, (on, tax, money) in firms.items()])
    result = analysed(district, **options)
    rows = result.values[result.values["zone"] == "study_area"].set_index("indicator")
    names = ("industrial_tax_intensity", "industrial_investment_intensity", "overall_tax_intensity")
    return {name: (round(rows.loc[name, "value"], 1), rows.loc[name, "n"], rows.loc[name, "coverage"]) for name in names}, {f.code for f in result.findings}


CODED = {"F1": "C3811", "F2": "G5990", "F3": "I6510", "F4": "A0111"}


def test_tax_per_hectare_is_of_the_firms_it_speaks_of(district: District) -> None:
    """Industry and logistics (100 + 10) / 4 ha, their investment (300 + 60) / 4; all but the farm (150) over the 7 built hectares."""
    told, codes = figures(district, CODED)
    assert told == {"industrial_tax_intensity": (27.5, 2, 1.0), "industrial_investment_intensity": (90.0, 2, 1.0), "overall_tax_intensity": (21.4, 3, 1.0)}
    assert not codes & {"enterprise.trade_unknown", "enterprise.no_industry"}


def test_a_firm_whose_industry_cannot_be_told_is_left_out_and_shown(district: District) -> None:
    """F2 is blank: one of two that are or may be industrial is known; three of the four may be taxed in 二、三产业, two of them known."""
    told, codes = figures(district, {**CODED, "F2": ""})
    assert told == {"industrial_tax_intensity": (25.0, 1, 0.5), "industrial_investment_intensity": (75.0, 1, 0.5), "overall_tax_intensity": (20.0, 2, pytest.approx(2 / 3))}
    assert "enterprise.trade_unknown" in codes


def test_without_industries_nobody_knows_which_firms_are_industrial(district: District) -> None:
    """No data over industrial land, not the tax of all firms; over all built land a ledger of firms is of 二、三产业: 155 / 7 ha."""
    told, codes = figures(district, {})
    assert "enterprise.no_industry" in codes and told["overall_tax_intensity"] == (22.1, 4, 1.0)
    assert all(math.isnan(told[name][0]) and told[name][1:] == (0, 0.0) for name in ("industrial_tax_intensity", "industrial_investment_intensity"))


def test_a_study_whose_ledger_holds_industry_alone_says_so(district: District) -> None:
    told, codes = figures(district, {}, sets=['rules.industrial_trades=["*"]'])
    assert told["industrial_tax_intensity"] == (38.8, 4, 1.0) and "enterprise.no_industry" not in codes  # 155 / 4 ha


def test_which_industries_are_industrial_is_the_studys_to_say(district: District) -> None:
    """Manufacturing alone: 100 / 4 ha."""
    assert figures(district, CODED, sets=['rules.industrial_trades=["C"]'])[0]["industrial_tax_intensity"] == (25.0, 1, 1.0)


def test_a_building_coefficient_needs_the_yards(district: District) -> None:
    """A: (3 000 + 1 000) over 4 ha; B's yard is blank and B leaves; without the column there is nothing to tell."""
    def told() -> tuple[Any, ...]:
        result = analysed(district)
        row = result.values[(result.values["zone"] == "study_area") & (result.values["indicator"] == "industrial_building_coefficient")].iloc[0]
        return row["status"], row["value"], row["n"], "area.no_yards" in {finding.code for finding in result.findings}

    columns = {"parcel_id": ["A", "B"], "land_use": ["1001", "1001"], "建筑基底面积(平方米)": [3_000.0, 4_000.0]}
    district.layer("parcels.gpkg", {**columns, "堆场面积(平方米)": [1_000.0, None]}, [SHAPES["A"], SHAPES["B"]])
    assert told() == ("ok", pytest.approx(0.1, rel=2e-3), 1, True)
    district.layer("parcels.gpkg", columns, [SHAPES["A"], SHAPES["B"]])
    assert told()[::3] == ("no_data", True)


@pytest.mark.parametrize(("silent", "value", "coverage"), [("F3", 27.5, 0.5), ("F2", 20.0, 0.5)])
def test_the_land_of_a_firm_without_a_figure_leaves_with_it(district: District, silent: str, value: float, coverage: float) -> None:
    """F3 alone stands on C: without its tax C's 3 ha leave too, 110 over A's 4. F2 shares A with F1, whose tax is known: A stays, 140 over 7 ha."""
    district.layer("parcels.gpkg", {"parcel_id": ["A", "C"], "land_use": ["1001", "0901"], "建筑面积(平方米)": [1.0, 1.0]}, [SHAPES["A"], SHAPES["C"]])
    firms = {"F1": ("A", 100), "F2": ("A", 10), "F3": ("C", 40)}
    district.ledger("enterprises", [{"统一社会信用代码": key, "年度": 2020, "宗地代码": on, "行业代码": CODED[key], "税收(万元)": "" if key == silent else tax} for key, (on, tax) in firms.items()])
    rows = analysed(district).values.set_index(["indicator", "zone"]).loc[("overall_tax_intensity", "study_area")]
    assert (round(rows["value"], 1), rows["n"], round(rows["coverage"], 1)) == (value, 2, round(2 / 3 if coverage else 0, 1))


def test_per_mu_of_built_industrial_land_leaves_out_the_land_of_a_firm_without_the_figure(district: District) -> None:
    """A (40,000 m2, 60 mu) and C (30,000 m2) are built industrial land; the firm on C does not tell its tax: 60 over A's 60 mu."""
    district.layer("parcels.gpkg", {"parcel_id": ["A", "C"], "land_use": ["1001", "1001"], "建筑面积(平方米)": [1.0, 1.0]}, [SHAPES["A"], SHAPES["C"]])
    district.ledger("enterprises", [{"统一社会信用代码": key, "年度": 2020, "宗地代码": on, "行业代码": "C3811", "税收(万元)": tax} for key, on, tax in (("F1", "A", 60), ("F2", "C", ""))])
    rows = analysed(district, sets=["rules.per_mu_land=built_industrial"]).values.set_index(["indicator", "zone"]).loc[("tax_per_mu", "study_area")]
    assert (round(rows["value"], 3), rows["n"]) == (1.0, 1)
