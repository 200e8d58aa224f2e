"""Sentences of the interface that no other file checks, by hand on four parcels: locations, codes, dates, ids, stock land, one project on several rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from shapely.geometry import box

from spatial.errors import Refused
from tests.flow.conftest import SHAPES, District, X, Y, analysed

Value = Callable[..., Any]


def codes(run: Any) -> list[str]:
    return [finding.code for finding in run.result.findings]


def test_a_zone_has_the_ground_that_is_allotted_to_it_and_overlap_is_about_carriers(district: District) -> None:
    """Two carriers over A; a zone's area is parcel ground, not its polygon; overlap = the carriers' rows less what is inside."""
    district.layer("carriers.gpkg", {"carrier_id": ["甲", "乙"], "carrier_type": ["园", "园"]}, [box(X - 500, Y - 500, X + 200, Y + 200), box(X, Y, X + 100, Y + 200)])
    result = district.run().result
    area = result.zones.set_index("id")["area_m2"]
    a = result.parcels.set_index("parcel_id")["area_m2"]["A"]
    assert (area["甲"], area["乙"]) == (pytest.approx(a), pytest.approx(a / 2, rel=1e-9))
    assert area["type:园"] == pytest.approx(a)
    assert result.balance["overlap_m2"] == pytest.approx(area["甲"] + area["乙"] - result.balance["inside_m2"])
    assert set(area.index) == {"study_area", "outside", "甲", "乙", "type:园"}


def test_other_zone_layers_have_ids_with_the_layer_before_the_key(district: District) -> None:
    district.layer("towns.gpkg", {"carrier_id": ["北镇"]}, [box(X - 10, Y + 390, X + 310, Y + 510)])
    district.parts["layers"] += '[layers.zones.townships]\npath = "towns.gpkg"\n'
    zones = district.analyse().result.zones.set_index("id")
    assert zones.loc["townships:北镇", "area_m2"] == pytest.approx(30_000, rel=2e-3)


def test_rows_that_differ_in_the_parcel_only_are_one_project(district: District, value: Value) -> None:
    row = {"项目代码": "P1", "项目名称": "甲", "备案日期": "2020-03-01", "年度累计完成投资(万元)": 500}
    district.ledger("projects", [{**row, "宗地代码": "A"}, {**row, "宗地代码": "C"}, {**row, "项目代码": "P2", "宗地代码": "C"}])
    run = district.analyse()
    assert (value(run, "new_project_share", key="denominator"), value(run, "new_investment_share", key="denominator")) == (2, 1_000)


def test_a_project_lies_where_its_point_is_before_its_parcel_and_its_carrier(district: District, value: Value) -> None:
    """P1's point is in the carrier and its parcel C is not: the point counts, and the disagreement is told; P2 has its parcel, P3 its carrier alone."""
    district.ledger("projects", [{"项目代码": "P1", "宗地代码": "C", "x": X + 50, "y": Y + 50, "备案日期": "2020-03-01", "所属载体": ""},
                                 {"项目代码": "P2", "宗地代码": "C", "x": "", "y": "", "备案日期": "2020-03-01", "所属载体": ""},
                                 {"项目代码": "P3", "宗地代码": "", "x": "", "y": "", "备案日期": "2020-03-01", "所属载体": "甲园"}],
                    'crs = "EPSG:4549"\n[layers.projects.columns]\nx = "x"\ny = "y"\ncarrier_id = "所属载体"')
    run = district.analyse()
    assert (value(run, "new_project_share", key="numerator"), value(run, "new_project_share", key="denominator")) == (2, 3)
    assert any(finding.severity == "warning" and finding.role == "projects" for finding in run.result.findings)


@pytest.mark.parametrize(("stock", "area"), [("exclude", 10_000), ("include", 30_000)])
def test_stock_land_is_left_out_unless_the_study_sets_it_in(district: District, value: Value, stock: str, area: float) -> None:
    """All modes of supply count; a contract without an area takes that of its parcel, and says so."""
    district.ledger("supply", [{"宗地代码": "D", "合同签订日期": "2020-05", "供地方式": "划拨", "是否存量": "否", "供地面积(平方米)": ""},
                               {"宗地代码": "B", "合同签订日期": "2020-06-01", "供地方式": "挂牌", "是否存量": "是", "供地面积(平方米)": 20_000}])
    run = district.analyse(sets=[f"rules.stock_land={stock}"])
    assert value(run, "new_land_area", key="numerator") == pytest.approx(area, rel=2e-3)
    assert "supply.area_from_geometry" in codes(run)
    assert any("month" in code for code in codes(run))  # 2020-05 is its first day, flagged


def test_a_blank_among_stock_land_is_none_and_counts_as_the_message_says(district: District) -> None:
    """1 ha stated no, 2 ha blank, 3 ha of stock: 3 ha are new."""
    district.ledger("supply", [{"宗地代码": key, "合同签订日期": "2020-05-01", "是否存量": stock, "供地面积(平方米)": area}
                               for key, stock, area in (("D", "否", 10_000), ("B", "", 20_000), ("C", "是", 30_000))])
    result = analysed(district)
    new = result.values[(result.values["indicator"] == "new_land_area") & (result.values["zone"] == "study_area")].iloc[0]
    assert (new["numerator"], new["n"], new["coverage"]) == (30_000, 2, 1.0)
    assert "flag.blank_no" in {finding.code for finding in result.findings}


def test_a_parcel_id_is_free_text_unless_the_study_demands_the_pattern(district: District) -> None:
    assert not [finding for finding in district.analyse().result.findings if finding.severity == "error"]
    with pytest.raises(Refused):
        district.run(sets=["rules.parcel_code=strict"])


def test_parcels_that_overlap_are_named_both_with_the_shared_area(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": ["A", "B"], "land_use": ["1001"] * 2}, [SHAPES["A"], box(X + 190, Y, X + 300, Y + 200)])
    told = [finding for finding in district.analyse().result.findings if "overlap" in finding.code and finding.role == "parcels"]
    assert told and all(finding.severity == "warning" for finding in told)
    assert {"A", "B"} <= set(" ".join(str(part) for part in (told[0].key, told[0].value_seen, *told[0].params.values())).replace("、", " ").split())


def test_money_of_parcels_may_come_from_attributes(district: District, value: Value) -> None:
    """investment_per_mu over the parcels of per_mu_land = parcels, with no ledger of enterprises."""
    district.parts["layers"] += '[layers.attributes.extra]\npath = "extra.csv"\n'
    (district.folder / "extra.csv").write_text("宗地代码,固定资产投资(万元)\nA,6000\nB,3000\nC,0\nD,0\n", encoding="utf-8")
    run = district.analyse(sets=["rules.per_mu_land=parcels"])
    assert value(run, "investment_per_mu") == pytest.approx(9_000 / (100_000 * 3 / 2000), rel=2e-3)


def test_a_share_of_the_district_is_told_for_every_zone(district: District, value: Value) -> None:
    """What a zone contributes over the district's denominator; the carrier and the ground outside make up the whole."""
    district.ledger("supply", [{"宗地代码": key, "合同签订日期": "2020-06-01", "供地面积(平方米)": area} for key, area in (("A", 40_000), ("B", 20_000))])
    run = district.analyse()
    assert value(run, "new_land_to_carriers_share", "甲园") == pytest.approx(45_000 / 60_000, rel=1e-6)
    assert value(run, "new_land_to_carriers_share", "outside", "denominator") == pytest.approx(60_000)
    assert value(run, "new_land_to_carriers_share", "outside", "numerator") == 0
