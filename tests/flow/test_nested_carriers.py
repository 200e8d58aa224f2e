"""Yearly figures where carriers lie in one another or overlap: once in totals, in full in each carrier's own; answers worked by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from shapely.geometry import box

from spatial.schema.result import Result
from tests.flow.conftest import SHAPES, District, X, Y, analysed

ALL, WEST, AROUND_A = box(X - 50, Y - 50, X + 700, Y + 700), box(X - 50, Y - 50, X + 350, Y + 700), box(X - 10, Y - 10, X + 210, Y + 210)


def carriers(district: District, **shapes: Any) -> None:
    district.layer("carriers.gpkg", {"carrier_id": list(shapes), "carrier_type": ["新城" if key == "大" else "园区" for key in shapes]}, list(shapes.values()))


def statistics(district: District, years: dict[str, tuple[Any, Any]]) -> Result:
    district.ledger("statistics", [{"区域": zone, "年度": year, "税收(万元)": tax} for zone, both in years.items() for year, tax in zip((2019, 2020), both, strict=True)])
    return analysed(district)


def of(result: Result, indicator: str, zone: str = "study_area", key: str = "numerator") -> Any:
    rows = result.values
    return rows[(rows["indicator"] == indicator) & (rows["zone"] == zone)].iloc[0][key]


def told(result: Result, code: str) -> list[str]:
    return [finding.value_seen for finding in result.findings if finding.code == code]


def test_firms_of_two_years_in_nested_carriers_count_in_each_and_once_in_all(district: District) -> None:
    """E1 (in A, in both carriers) pays 10 and then 30, E2 (in D, in the large one) 50 and then 40: 10 more in all and in the large one, 20 more in the small one."""
    carriers(district, 大=ALL, 小=AROUND_A)
    district.ledger("enterprises", [{"年度": year, "统一社会信用代码": firm, "宗地代码": parcel, "税收(万元)": tax}
                                    for firm, parcel, year, tax in (("E1", "A", 2019, 10), ("E1", "A", 2020, 30), ("E2", "D", 2019, 50), ("E2", "D", 2020, 40))])
    result = analysed(district)  # the sums of the zones, 10 + 20, are not those of the district, and need not be
    assert [of(result, "tax_growth", zone) for zone in ("study_area", "大", "小", "type:新城", "type:园区")] == [10, 10, 20, 10, 20]
    assert [of(result, "tax_increment_share", zone) for zone in ("study_area", "大", "小", "outside")] == [10, 10, 20, 0]


def test_a_type_has_the_figures_of_its_carriers_and_a_township_none(district: District) -> None:
    """The district grows by 100, 甲 by 40 and 乙 by 10: 园区 by 50. What of it lies in a township nobody knows, whatever is written of its own growth."""
    carriers(district, 甲=SHAPES["A"], 乙=SHAPES["C"])
    district.layer("towns.gpkg", {"carrier_id": ["东", "西"]}, [WEST, box(X + 350, Y - 50, X + 700, Y + 700)])
    district.parts["layers"] = '[layers.zones.towns]\npath = "towns.gpkg"\n'
    result = statistics(district, {"甲": (60, 100), "乙": (40, 50), "全区": (200, 300), "towns:东": (1, 90)})
    assert [of(result, "tax_increment_share", zone) for zone in ("study_area", "甲", "乙", "type:园区", "outside")] == [50, 40, 10, 50, 0]
    assert [of(result, "tax_growth", zone) for zone in ("study_area", "type:园区", "outside")] == [100, 50, 50]
    assert [of(result, indicator, zone, "status") for indicator in ("tax_increment_share", "tax_growth") for zone in ("towns:东", "towns:西")] == ["no_data"] * 4
    assert told(result, "statistics.other_zones") == ["towns:东"]


def test_the_figures_of_a_carrier_within_another_are_part_of_that_ones(district: District) -> None:
    """小 lies in 大: of the district's 100 more 40 are those of 大, 10 of them of 小; 60 lie outside."""
    carriers(district, 大=WEST, 小=AROUND_A)
    result = statistics(district, {"大": (60, 100), "小": (40, 50), "全区": (200, 300)})
    assert [of(result, "tax_increment_share", zone) for zone in ("study_area", "大", "小", "type:新城", "type:园区")] == [40, 40, 10, 40, 10]
    assert of(result, "tax_increment_share", key="denominator") == 100
    assert [of(result, "tax_growth", zone) for zone in ("study_area", "大", "小", "outside")] == [100, 40, 10, 60]
    assert told(result, "statistics.nested") == ["小 ⊂ 大"]


def test_a_large_carrier_keeps_its_figure_where_that_of_the_small_one_is_blank(district: District) -> None:
    carriers(district, 大=WEST, 小=AROUND_A)
    district.ledger("statistics", [{"区域": "大", "年度": 2020, "税收(万元)": 100}, {"区域": "小", "年度": 2020, "税收(万元)": ""}, {"区域": "全区", "年度": 2020, "税收(万元)": 300}])
    result = analysed(district, sets=["rules.per_mu_land=parcels"])
    assert [of(result, "tax_per_mu", zone) for zone in ("study_area", "大")] == [300, 100]
    assert pd.isna(of(result, "tax_per_mu", "小")) and of(result, "tax_per_mu", "outside") == 200


def test_of_carriers_that_overlap_each_has_its_own_and_their_sum_is_unknown(district: District) -> None:
    carriers(district, 甲=WEST, 乙=box(X + 100, Y - 50, X + 700, Y + 700))
    result = statistics(district, {"甲": (60, 100), "乙": (40, 50), "全区": (200, 300)})
    assert [of(result, "tax_increment_share", zone, "status") for zone in ("study_area", "甲", "outside")] == ["no_data"] * 3
    assert [of(result, "tax_growth", zone) for zone in ("study_area", "甲", "乙")] == [100, 40, 10]
    assert [of(result, "tax_growth", zone, "status") for zone in ("outside", "type:园区")] == ["no_data"] * 2
    assert len(told(result, "statistics.overlap")) == 1 and not told(result, "statistics.nested")


@pytest.mark.parametrize("other", [True, False])
def test_one_carrier_under_its_id_and_its_name_with_two_figures_is_unknown(district: District, other: bool) -> None:
    district.layer("carriers.gpkg", {"carrier_id": ["K1"], "carrier_name": ["甲园"]}, [SHAPES["A"]])
    rows = [{"区域": zone, "年度": 2020, "税收(万元)": tax} for zone, tax in (("K1", 100), ("甲园", 120 if other else 100), ("全区", 300))]
    district.ledger("statistics", rows)
    result = analysed(district, sets=["rules.per_mu_land=parcels"])
    assert of(result, "tax_per_mu") == 300
    assert pd.isna(of(result, "tax_per_mu", "K1")) if other else of(result, "tax_per_mu", "K1") == 100
    assert told(result, "statistics.said_twice") == (["K1、甲园"] if other else [])
