"""Rows that name their carrier alone, in the zones of other layers; answers worked by hand."""

from __future__ import annotations

from typing import Any

from shapely.geometry import box

from spatial.schema.result import Result
from tests.flow.conftest import SHAPES, District, X, Y, analysed

WEST, EAST = box(X - 50, Y - 50, X + 350, Y + 700), box(X + 350, Y - 50, X + 700, Y + 700)


def of(result: Result, indicator: str, zone: str, key: str = "numerator") -> Any:
    rows = result.values
    return rows[(rows["indicator"] == indicator) & (rows["zone"] == zone)].iloc[0][key]


def test_a_row_known_by_its_carrier_lies_in_the_township_that_holds_all_of_it(district: District) -> None:
    """甲 (A) lies in 西 and 乙 (from 300 to 420 m east) across the edge at 350: of E3, 5 in 乙, nobody knows the township. E2 names A: it is in 西, as E1 of 甲 is."""
    district.layer("carriers.gpkg", {"carrier_id": ["甲", "乙"]}, [SHAPES["A"], box(X + 300, Y, X + 420, Y + 100)])
    district.layer("towns.gpkg", {"carrier_id": ["西", "东"]}, [WEST, EAST])
    district.parts["layers"] = '[layers.zones.towns]\npath = "towns.gpkg"\n'
    district.ledger("enterprises", [{"年度": 2020, "统一社会信用代码": firm, "税收(万元)": tax, "登记用地面积(亩)": 10, "所属载体": carrier, "宗地代码": parcel}
                                    for firm, tax, carrier, parcel in (("E1", 20, "甲", ""), ("E2", 30, "", "A"), ("E3", 5, "乙", ""))])
    district.ledger("projects", [{"项目代码": "P1", "备案日期": "2020-03-01", "所属载体": "甲"}])
    result = analysed(district)
    assert [of(result, "tax_per_mu", zone) for zone in ("study_area", "甲", "乙", "towns:西", "towns:东")] == [55, 50, 5, 50, 0]
    assert [of(result, "new_project_share", zone) for zone in ("study_area", "甲", "towns:西", "towns:东")] == [1, 1, 1, 0]
    assert [(f.role, f.row, f.count, f.key, f.value_seen) for f in result.findings if f.code == "join.zone_unknown"] == [("enterprises", 4, 1, "乙", "towns")]
