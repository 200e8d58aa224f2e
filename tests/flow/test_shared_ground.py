"""Through a run: leased land, firms and projects on several parcels, points on shared edges, and bad ground; answers worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import box

from spatial import pipeline
from spatial.read.study import load_study
from spatial.schema.result import Result
from tests.flow.conftest import SHAPES, District, X, Y

WEST, EAST = box(X - 10, Y - 10, X + 100, Y + 600), box(X + 100, Y - 10, X + 700, Y + 600)


def analysed(district: District, *sets: str) -> Result:
    return pipeline.analyse(load_study(district.write(), sets=sets), sensitivity=False)


def cell(result: Result, indicator: str, zone: str = "study_area", key: str = "value") -> Any:
    rows = result.values
    return rows[(rows["indicator"] == indicator) & (rows["zone"] == zone)].iloc[0][key]


def areas(result: Result) -> dict[str, float]:
    return dict(zip(result.zones["id"], result.zones["area_m2"], strict=True))


def test_leased_land_and_firms_on_several_parcels(district: District) -> None:
    """E1 lies on A (40 000 m², whole inside) and B (20 000 m², a quarter inside): three quarters of it are inside."""
    firm = {"年度": 2020, "是否参评": "是"}
    district.ledger("enterprises", [
        {**firm, "统一社会信用代码": "E1", "宗地代码": "A;B", "税收(万元)": 100, "登记用地面积(亩)": 30, "其他用地面积(亩)": 6, "承租用地面积(亩)": 10, "出租用地面积(亩)": 4},
        {**firm, "统一社会信用代码": "E2", "宗地代码": "A", "税收(万元)": 50, "登记用地面积(亩)": 8, "其他用地面积(亩)": 0, "承租用地面积(亩)": 0, "出租用地面积(亩)": 0}])
    result = analysed(district)
    assert cell(result, "tax_per_mu") == pytest.approx(150 / (30 + 6 + 10 - 4 + 8))
    assert cell(result, "tax_per_mu", "甲园") == pytest.approx((75 + 50) / (42 * 0.75 + 8), rel=1e-6)
    assert cell(result, "tax_per_mu", "outside") == pytest.approx(100 / 42, rel=1e-6)  # both sides of E1 by the same quarter
    assert result.ledgers["enterprises"]["match_way"].tolist() == ["parcel_id", "parcel_id"]


def test_a_project_of_several_parcels_counts_once(district: District) -> None:
    rows = [{"项目代码": key, "项目名称": key, "宗地代码": parcel, "备案日期": "2020-03-01"} for key, parcel in (("P1", "A"), ("P1", "D"), ("P2", "C"), ("P3", "A"))]
    district.ledger("projects", rows)
    result = analysed(district)
    assert cell(result, "new_project_share", key="denominator") == 3
    assert cell(result, "new_project_share", key="numerator") == pytest.approx(1 + 40_000 / 50_000, rel=1e-6)  # P3, and P1 by the ground of A in A and D


@pytest.mark.parametrize("names", [("甲园", "乙园"), ("乙园", "甲园")])
def test_a_project_on_the_edge_between_two_carriers_belongs_to_one(district: District, names: tuple[str, str]) -> None:
    district.layer("carriers.gpkg", {"carrier_id": list(names), "carrier_type": ["开发区"] * 2}, [WEST, EAST])
    district.ledger("projects", [{"项目代码": "P1", "备案日期": "2020-03-01", "x": X + 100, "y": Y + 300}], 'crs = "EPSG:4549"')
    result = analysed(district)
    assert {name: cell(result, "new_project_share", name, "numerator") for name in names} == {"乙园": 1, "甲园": 0}  # the smaller id, 乙 before 甲
    assert cell(result, "new_project_share", key="numerator") == 1


def test_parcels_that_overlap_count_each_in_sums_and_the_ground_once(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": ["A", "B"], "land_use": ["1001"] * 2}, [box(X, Y, X + 100, Y + 100), box(X + 50, Y, X + 150, Y + 100)])
    balance = analysed(district).balance
    assert balance["parcels_m2"] == pytest.approx(20_000, rel=2e-5)
    assert balance["parcels_union_m2"] == pytest.approx(15_000, rel=2e-5)
    assert balance["inside_m2"] == pytest.approx(balance["parcels_m2"], rel=1e-12)


def test_a_carrier_with_a_hole_and_an_island_and_one_that_covers_everything(district: District) -> None:
    ring = box(X - 10, Y - 10, X + 210, Y + 210).difference(box(X + 50, Y + 50, X + 150, Y + 150))
    isle = box(X + 80, Y + 80, X + 120, Y + 120)
    district.layer("carriers.gpkg", {"carrier_id": ["环园", "全域"], "carrier_type": ["园区", "新城"]}, [shapely.union(ring, isle), box(X - 1e5, Y - 1e5, X + 1e5, Y + 1e5)])
    result = analysed(district)
    assert areas(result)["环园"] == pytest.approx(40_000 - 10_000 + 1_600, rel=2e-5)
    assert areas(result)["全域"] == pytest.approx(result.balance["parcels_m2"], rel=1e-12)
    assert (areas(result)["outside"], result.balance["closure_relative"]) == (0, 0)


def test_a_carrier_whose_ring_crosses_itself_is_mended_with_a_record_or_refused(district: District) -> None:
    bow = shapely.Polygon([(X, Y), (X + 200, Y + 200), (X + 200, Y), (X, Y + 200)])  # two triangles of 10 000 m² that meet in a point
    district.layer("carriers.gpkg", {"carrier_id": ["甲园"], "carrier_type": ["开发区"]}, [bow])
    result = analysed(district, "join.repair_tolerance=1")
    assert any(finding.code.startswith("geometry.") and finding.role == "carriers" for finding in result.findings)
    assert areas(result)["甲园"] == pytest.approx(20_000, rel=2e-5)


def test_a_parcel_larger_than_all_carriers_and_slivers_of_a_millimetre_far_out(district: District) -> None:
    """The zone's false easting is written with its number (x near 4e7); carriers are 1 mm apart from the edges of a parcel."""
    shift = 40_000_000
    big, small = box(shift + X, Y, shift + X + 2_000, Y + 2_000), box(shift + X + 3_000, Y, shift + X + 3_100, Y + 100)
    district.layer("parcels.gpkg", {"parcel_id": ["A", "B"], "land_use": ["1001"] * 2}, [big, small], crs=4528)
    carriers = [box(shift + X + 100, Y + 100, shift + X + 200, Y + 200), box(shift + X + 3_000.001, Y - 1, shift + X + 3_200, Y + 101)]
    district.layer("carriers.gpkg", {"carrier_id": ["甲", "乙"], "carrier_type": ["园区"] * 2}, carriers, crs=4528)
    result = analysed(district)
    assert areas(result)["甲"] == pytest.approx(10_000, rel=2e-3)
    shares = dict(zip(result.pieces["zone"], result.pieces["share"], strict=True))
    assert shares["甲"] == pytest.approx(10_000 / 4_000_000, rel=1e-6)
    assert 1 - shares["乙"] == pytest.approx(1e-5, rel=1e-2)  # a strip of 1 mm of 100 m
    assert result.balance["closure_relative"] <= 1e-12


def test_parcels_in_no_carrier_are_refused_with_a_finding(district: District) -> None:
    district.layer("carriers.gpkg", {"carrier_id": ["甲"], "carrier_type": ["园区"]}, [box(X + 5_000, Y, X + 6_000, Y + 1_000)])
    refused = pipeline.check(district.write())
    assert [finding.severity for finding in refused if finding.role == "carriers" and finding.severity == "error"] == ["error"]


def test_the_order_of_overlapping_parcels_changes_no_total(district: District) -> None:
    shapes = np.array([*SHAPES.values(), box(X + 50, Y + 50, X + 450, Y + 450)], dtype=object)
    keys = np.array([*SHAPES, "E"], dtype=object)
    totals = []
    for order in (range(5), range(4, -1, -1)):
        district.layer("parcels.gpkg", {"parcel_id": keys[list(order)].tolist(), "land_use": ["1001"] * 5}, shapes[list(order)].tolist())
        totals.append(areas(analysed(district)))
    assert totals[0] == totals[1]
