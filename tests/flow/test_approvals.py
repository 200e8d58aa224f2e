"""Approved and not supplied land in the zones: batches cut along the boundaries, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from shapely.geometry import box

from tests.flow.conftest import CARRIER, SHAPES, District, X, Y, analysed

SHARE, AREA = "approved_unsupplied_share", "approved_unsupplied_area"


def batches(district: District, shapes: list[Any], **columns: list[Any]) -> None:
    """Drawn batches; A (200 m x 200 m, in the carrier) is supplied, by a contract of 2020."""
    district.layer("approvals.gpkg", {"batch_id": [f"第{i}批" for i in range(len(shapes))], "approval_date": ["2019-05-01"] * len(shapes), **columns}, shapes)
    district.parts["layers"] += '[layers.approvals]\npath = "approvals.gpkg"\n'
    district.ledger("supply", [{"宗地代码": "A", "土地用途": "1001", "合同签订日期": "2020-03-01", "出让面积(平方米)": 40_000}])


def told(result: Any, indicator: str, column: str) -> dict[str, Any]:
    return result.values[result.values["indicator"].eq(indicator)].set_index("zone")[column].to_dict()


def near(**values: float) -> Any:
    return pytest.approx(values, rel=2e-3)


@pytest.mark.parametrize("allocation", ["area", "largest", "point"])
def test_a_batch_across_a_boundary_is_told_in_each_zone(district: District, allocation: str) -> None:
    """Batch 0 is 600 m x 200 m, 450 m of it in 甲园, where A is supplied; batch 1 is C, 300 m x 100 m, outside. Left: 120,000 + 30,000 - 40,000."""
    batches(district, [box(X, Y, X + 600, Y + 200), SHAPES["C"]])
    result = analysed(district, sets=[f'join.allocation="{allocation}"'])
    assert told(result, AREA, "numerator") == near(study_area=110_000, 甲园=50_000, outside=60_000, **{"type:开发区": 50_000})
    assert told(result, SHARE, "denominator") == near(study_area=150_000, 甲园=90_000, outside=60_000, **{"type:开发区": 90_000})
    assert told(result, SHARE, "value") == near(study_area=110 / 150, 甲园=50 / 90, outside=1.0, **{"type:开发区": 50 / 90})
    assert told(result, SHARE, "n") == {"study_area": 2, "甲园": 1, "type:开发区": 1, "outside": 2}
    assert {rule.split("; ")[0] for name in (SHARE, AREA) for rule in told(result, name, "rule").values()} == {"allocation=area"}, "the rule is the one that was used"


def test_where_carriers_overlap_each_has_its_own_and_the_whole_counts_once(district: District) -> None:
    """乙园, of the same type, is the eastern 300 m of the carrier: 300 m of 450 m of the batch, and 50 of the 200 m of A."""
    district.layer("carriers.gpkg", {"carrier_id": ["甲园", "乙园"], "carrier_type": ["开发区"] * 2}, [CARRIER, box(X + 150, Y - 10, X + 450, Y + 210)])
    batches(district, [box(X, Y, X + 600, Y + 200)])
    left = told(analysed(district), AREA, "numerator")
    assert left == near(study_area=80_000, 甲园=50_000, 乙园=50_000, outside=30_000, **{"type:开发区": 50_000})


def test_the_stated_area_of_a_batch_is_shared_out_by_its_ground(district: District) -> None:
    """60,000 m² are stated for 120,000 m² of ground: 45,000 in 甲园, less A, and 15,000 outside."""
    batches(district, [box(X, Y, X + 600, Y + 200)], **{"批准面积(平方米)": [60_000.0]})
    result = analysed(district)
    assert told(result, SHARE, "denominator") == near(study_area=60_000, 甲园=45_000, outside=15_000, **{"type:开发区": 45_000})
    assert told(result, AREA, "numerator") == near(study_area=20_000, 甲园=5_000, outside=15_000, **{"type:开发区": 5_000})


def test_a_zone_without_a_batch_has_nothing_approved(district: District) -> None:
    batches(district, [SHAPES["A"], SHAPES["D"]])
    district.layer("carriers.gpkg", {"carrier_id": ["甲园", "乙园"]}, [SHAPES["D"], SHAPES["C"]])
    result = analysed(district)
    assert told(result, AREA, "numerator") == near(study_area=10_000, 甲园=10_000, 乙园=0.0, outside=0.0)
    assert {zone: told(result, SHARE, "status")[zone] for zone in ("甲园", "乙园", "outside")} == {"甲园": "ok", "乙园": "not_applicable", "outside": "ok"}


@pytest.mark.parametrize(("contracts", "left"), [
    ([("A", 4), ("B", 2)], 100_000),
    ([("A", 4), ("B", "")], 100_000),  # B is 2 ha of ground
    ([("A", ""), ("B", "")], 100_000),
    ([("A", 1), ("A", ""), ("B", "")], 100_000),  # what the first states of A is not counted again
    ([("A", 4), ("Z", "")], None),  # neither an area nor a parcel: nobody knows what was supplied
], ids=["stated", "one blank", "all blank", "two on one parcel", "nowhere"])
def test_a_contract_without_an_area_has_that_of_its_ground_against_batches_in_a_list(contracts: list[tuple[str, Any]], left: float | None, district: District) -> None:
    """Of 16 ha approved 6 are supplied; a blank area was taken for none."""
    district.ledger("supply", [{"宗地代码": code, "合同签订日期": "2020-02-01", "土地用途": "1001", "供地面积(公顷)": area} for code, area in contracts])
    district.ledger("approvals", [{"批次": "一", "批准面积(公顷)": 8}, {"批次": "二", "批准面积(公顷)": 8}])
    result = analysed(district, sets=['join.many_rows={land_status="any"}'])
    if left is None:
        assert told(result, AREA, "status")["study_area"] == "no_data" and told(result, SHARE, "status")["study_area"] == "no_data"
    else:
        assert told(result, AREA, "numerator")["study_area"] == pytest.approx(left, rel=2e-3) and told(result, SHARE, "value")["study_area"] == pytest.approx(0.625, rel=2e-3)
