"""The worked example of the rule book: new industrial land of 100,000 m2, three defensible answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from shapely.geometry import box

from spatial import pipeline
from tests.flow.conftest import SHAPES, District, X, Y, analysed

SUPPLY = [{"宗地代码": key, "出让面积(平方米)": area, "合同签订日期": "2020-05-01", "项目代码": f"P{key}"}
          for key, area in {"A": 40_000, "B": 20_000, "C": 30_000, "D": 10_000}.items()]
PROJECTS = [{"项目代码": f"P{key}", "宗地代码": key, "列入名单": "是" if key == "C" else "否"} for key in "ABCD"]


@pytest.fixture
def new_land(district: District) -> District:
    district.ledger("supply", SUPPLY)
    district.ledger("projects", PROJECTS)
    return district


def test_by_area_45_percent_lies_in_carriers_and_75_with_listed_projects(new_land: District, value: Callable[..., Any]) -> None:
    run = new_land.analyse()
    assert value(run, "new_land_to_carriers_share") == pytest.approx(0.45, abs=1e-12)
    assert value(run, "new_land_to_carriers_or_projects_share") == pytest.approx(0.75, abs=1e-12)
    assert value(run, "new_land_to_carriers_or_projects_share", key="numerator") == pytest.approx(75_000, abs=1e-6)
    assert value(run, "new_land_to_carriers_share", key="denominator") == 100_000
    assert value(run, "new_land_to_carriers_share", zone="甲园") == pytest.approx(0.45, abs=1e-12)
    assert value(run, "new_land_to_carriers_or_projects_share", zone="outside") == pytest.approx(0.30, abs=1e-12)
    assert value(run, "new_land_to_carriers_share", zone="outside") == 0


def test_by_the_largest_share_the_straddling_parcel_is_outside(new_land: District, value: Callable[..., Any]) -> None:
    run = new_land.analyse(sets=["join.allocation=largest"])
    assert value(run, "new_land_to_carriers_or_projects_share") == pytest.approx(0.70, abs=1e-12)


def test_the_target_is_missed_by_five_points_and_seven_and_a_half_mu(new_land: District) -> None:
    new_land.parts["study"] = 'policies = ["xiaoshan-4286"]'
    score = new_land.analyse(sets=["study.as_of=2022-12-31"]).result.scorecard.set_index("clause").loc["S1-01"]
    assert (score["status"], score["target"]) == ("missed", 0.8)
    assert score["margin"] == pytest.approx(-0.05, abs=1e-12)
    assert (score["to_close"]["amount"], score["to_close"]["unit"]) == (pytest.approx(7.5, abs=1e-9), "mu")


def test_a_period_without_supply_is_a_warning_and_not_applicable(new_land: District, value: Callable[..., Any]) -> None:
    run = new_land.analyse(sets=["study.period=[2019-01-01, 2019-12-31]"])
    assert value(run, "new_land_to_carriers_share", key="status") == "not_applicable"
    assert pd.isna(value(run, "new_land_to_carriers_share"))
    assert [f.severity for f in run.result.findings if f.code == "supply.period_empty"] == ["warning"]


def test_without_a_supply_ledger_there_is_no_data(district: District, value: Callable[..., Any]) -> None:
    assert value(district.analyse(), "new_land_to_carriers_share", key="status") == "no_data"


def test_land_bought_after_the_day_does_not_count(new_land: District, value: Callable[..., Any]) -> None:
    assert value(new_land.analyse(sets=["study.as_of=2020-04-30"]), "new_land_to_carriers_share", key="status") == "not_applicable"


def test_approved_land_less_what_was_supplied(new_land: District, value: Callable[..., Any]) -> None:
    new_land.ledger("approvals", [{"批次": "一", "批准面积(公顷)": 20}, {"批次": "二", "批准面积(公顷)": 5}])
    assert value(new_land.analyse(), "approved_unsupplied_share") == pytest.approx(0.6)  # 25 ha approved, 10 ha supplied


def test_without_a_supply_ledger_nothing_is_said_of_approved_land(district: District, value: Callable[..., Any]) -> None:
    district.ledger("approvals", [{"批次": "一", "批准面积(公顷)": 20}])
    assert value(district.analyse(), "approved_unsupplied_share", key="status") == "no_data"


def test_a_township_contributes_the_ground_it_shares_with_carriers(new_land: District, value: Callable[..., Any]) -> None:
    # the township holds the first 30 m of the 200 m of B, all of which lie in the carrier (its first 50 m), and none of A
    new_land.layer("towns.gpkg", {"carrier_id": ["东镇"]}, [box(X + 400, Y, X + 430, Y + 100)])
    new_land.parts["layers"] += '[layers.zones.towns]\npath = "towns.gpkg"\n'
    run = new_land.analyse()
    assert value(run, "new_land_to_carriers_share", zone="towns:东镇", key="numerator") == pytest.approx(3_000, rel=1e-6)
    assert value(run, "new_land_to_carriers_share", zone="towns:outside", key="numerator") == pytest.approx(42_000, rel=1e-6)
    assert value(run, "new_land_to_carriers_or_projects_share", zone="towns:outside", key="numerator") == pytest.approx(72_000, rel=1e-6)
    areas = run.result.zones.set_index("id")["area_m2"]
    assert areas["towns:东镇"] == pytest.approx(3_000, rel=2e-5)


def test_supply_of_the_period_by_zone_use_and_mode(district: District) -> None:
    """All uses and modes count, what lies across the carrier's edge by ground; a contract of 2019 is not of the period."""
    rows = [{"宗地代码": "A", "合同签订日期": "2020-06-01", "土地用途": "1001", "供地方式": "挂牌", "供地面积(平方米)": 40_000, "是否标准地": "是"},
            {"宗地代码": "B", "合同签订日期": "2020-07-01", "土地用途": "1001", "供地方式": "挂牌", "供地面积(平方米)": 20_000, "是否标准地": "否"},
            {"宗地代码": "C", "合同签订日期": "2020-08-01", "土地用途": "0701", "供地方式": "划拨", "供地面积(平方米)": 30_000, "是否标准地": "否"},
            {"宗地代码": "D", "合同签订日期": "2019-08-01", "土地用途": "1001", "供地方式": "挂牌", "供地面积(平方米)": 10_000, "是否标准地": "是"}]
    district.ledger("supply", rows)
    told = district.analyse().result.lists["supply_structure"].set_index(["zone", "land_use", "supply_mode"])
    assert told.loc[("study_area", "1001", "挂牌")].tolist() == pytest.approx([2, 60_000, 40_000])
    assert told.loc[("study_area", "0701", "划拨")].tolist() == pytest.approx([1, 30_000, 0])
    assert told.loc[("甲园", "1001", "挂牌")].tolist() == pytest.approx([2, 45_000, 40_000], rel=1e-6)
    assert ("甲园", "0701", "划拨") not in told.index


def test_contracts_that_lie_nowhere_are_no_zero_in_a_carrier(district: District) -> None:
    """2 ha and 1 ha told by 坐落 alone: 45 mu in the district, and nobody knows how much of it in the carrier."""
    district.ledger("supply", [{"坐落": place, "合同签订日期": "2020-05-01", "供地面积(平方米)": area, "土地用途": "工业用地"} for place, area in (("甲镇", 20_000), ("甲园", 10_000))])
    result = analysed(district)
    told = result.values[result.values["indicator"].eq("new_land_area")].set_index("zone")
    assert told.loc["study_area", "value"] == pytest.approx(45) and told.loc["甲园", "status"] == "no_data" and told.loc["outside", "status"] == "no_data"
    assert "join.no_location" in {finding.code for finding in result.findings}


def contracts(*rows: tuple[str, Any]) -> list[dict[str, Any]]:
    return [{"宗地代码": key, "出让面积(平方米)": area, "合同签订日期": "2020-05-01", "土地用途": "1001"} for key, area in rows]


@pytest.mark.parametrize(("rows", "new"), [
    ([("A", ""), ("A", ""), ("D", 10_000)], 50_000), ([("A", 15_000), ("A", ""), ("D", 10_000)], 50_000), ([("A", 45_000), ("A", ""), ("D", 10_000)], 55_000), ([("A", 15_000), ("A", 5_000)], 20_000)])
def test_the_ground_of_contracts_without_an_area_counts_once(district: District, value: Callable[..., Any], rows: list[tuple[str, Any]], new: float) -> None:
    """A has 40,000 m2: two contracts share it, one has what the other leaves, none is left beyond it; stated areas stay as they are."""
    district.ledger("supply", contracts(*rows))
    district.parts["join"] = 'many_rows = "any"'
    run = district.analyse()
    assert value(run, "new_land_area", key="numerator") == pytest.approx(new, rel=1e-4)  # ellipsoidal against planar
    assert len([finding for finding in run.result.findings if finding.code == "supply.ground_shared"]) == any(area == "" for _, area in rows)


def test_a_contract_before_the_period_takes_no_ground_from_a_new_one(district: District, value: Callable[..., Any]) -> None:
    district.ledger("supply", [*contracts(("A", "")), {**contracts(("A", ""))[0], "合同签订日期": "2010-05-01"}])
    district.parts["join"] = 'many_rows = "any"'
    assert value(district.analyse(), "new_land_area", key="numerator") == pytest.approx(40_000, rel=1e-4)


@pytest.mark.parametrize(("first", "second", "expected"), [(15_000, 25_000, 25_000), (25_000, 15_000, 35_000)])
def test_by_area_first_only_the_first_contract_of_a_parcel_has_land(first: int, second: int, expected: int, district: District, value: Callable[..., Any]) -> None:
    district.ledger("supply", contracts(("A", first), ("A", second), ("D", 10_000)))
    district.parts["join"] = 'many_rows = { area = "first", land_status = "any" }'
    run = district.analyse()
    assert value(run, "new_land_area", key="numerator") == expected
    assert [(finding.field, finding.count, finding.value_used) for finding in run.result.findings if finding.code == "join.many_rows_ruled"].count(("area", 1, "first")) == 1


@pytest.mark.parametrize(("area", "severity"), [(15, None), (45_000, "error"), (200, "warning")])
def test_a_contract_far_beyond_its_ground_is_told_and_one_in_another_unit_refused(district: District, area: float, severity: str | None) -> None:
    """D has 10,000 m2, 15 mu: 200 mu is thirteen times it, 45,000 is square metres written under mu."""
    district.ledger("supply", [{"宗地代码": "D", "出让面积(亩)": area, "合同签订日期": "2020-05-01", "土地用途": "1001"}])
    told = [finding for finding in pipeline.check(district.write()) if finding.code == "supply.area_departs"]
    assert [(finding.severity, finding.row) for finding in told] == ([(severity, 2)] if severity else [])


def test_a_land_use_wider_than_industrial_land_is_told(district: District, value: Callable[..., Any]) -> None:
    """11 holds 1101, which is industrial, and 1102, which is not: the contract does not count, and this is said and lowers coverage to one row of two; with 11 in the rule it does."""
    district.ledger("supply", [{**row, "土地用途": use} for row, use in zip(contracts(("A", 40_000), ("D", 10_000)), ("11", "1001"), strict=True)])
    run = district.run()
    assert value(run, "new_land_area", key="numerator") == 10_000
    assert [value(run, "new_land_area", key=key) for key in ("coverage", "n")] == [0.5, 1]
    assert [(finding.severity, finding.row, finding.value_seen) for finding in run.result.findings if finding.code == "land_use.wider"] == [("warning", 2, "11")]
    again = district.analyse(sets=['rules.industrial_uses=["1001", "11"]'])
    assert [value(again, "new_land_area", key=key) for key in ("numerator", "coverage", "n")] == [50_000, 1.0, 2]


def test_a_contract_that_is_located_in_words_alone_counts_for_the_district_and_says_what_would_place_it(district: District) -> None:
    row = {"合同签订日期": "2020-05-01", "土地用途": "1001"}
    district.ledger("supply", [{**row, "宗地代码": "A", "坐落": "一号路", "出让面积(平方米)": 40_000}, {**row, "宗地代码": "", "坐落": "某村二组", "出让面积(平方米)": 10_000}])
    result = analysed(district)
    told = next(finding for finding in result.findings if finding.code == "join.location_in_words")
    assert (told.row, told.count, told.value_seen) == (3, 1, "某村二组") and "x、y" in told.remedy("zh")
    rows = result.values.set_index(["indicator", "zone"])
    assert rows.loc[("new_land_area", "study_area"), "numerator"] == 50_000
    assert tuple(rows.loc[("new_land_to_carriers_share", "study_area"), ["numerator", "denominator", "coverage"]]) == (40_000, 40_000, 0.5)


def test_of_the_parcels_that_an_earlier_layer_does_not_know_industrial_ones_are_new_industrial_land(district: District, value: Callable[..., Any]) -> None:
    """B was there; A (40,000 m2 in the carrier), C (30,000 outside, no use told) and D (housing) are new: A counts, C is unknown and D is not industrial."""
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001", "1001", None, "0701"]}, list(SHAPES.values()))
    district.layer("before.gpkg", {"parcel_id": ["B"]}, [SHAPES["B"]])
    district.parts["layers"] += '[layers.parcels_before]\npath = "before.gpkg"\n'
    run = district.analyse()
    assert value(run, "new_land_area", key="numerator") == pytest.approx(40_000, rel=1e-4)
    assert value(run, "new_land_to_carriers_share") == 1
    assert "new_parcels=industrial" in value(run, "new_land_area", key="rule")
    assert [(finding.count, finding.params["new"], finding.params["left"]) for finding in run.result.findings if finding.code == "supply.new_by_vintage"] == [(1, 3, 2)]


@pytest.mark.parametrize("turned", [False, True])
def test_ground_approved_twice_counts_once_with_the_batch_approved_first(district: District, value: Callable[..., Any], turned: bool) -> None:
    """Two batches of 100,000 m2 share 50,000: 150,000 approved, A's 40,000 supplied out of it; what is left is 110,000 whichever batch stands first in the file."""
    batches = {"二": ("2020-01-01", box(X - 500, Y, X + 500, Y + 100)), "一": ("2019-05-01", box(X, Y, X + 1000, Y + 100))}
    names = list(batches)[:: -1 if turned else 1]
    district.layer("parcels.gpkg", {"parcel_id": ["A", "Z"], "land_use": ["1001"] * 2}, [box(X, Y, X + 400, Y + 100), box(X, Y + 500, X + 100, Y + 600)])
    district.layer("approvals.gpkg", {"batch_id": names, "approval_date": [batches[name][0] for name in names]}, [batches[name][1] for name in names])
    district.parts["layers"] += '[layers.approvals]\npath = "approvals.gpkg"\n'
    district.ledger("supply", contracts(("A", 40_000)))
    run = district.analyse()
    assert value(run, "approved_unsupplied_share", key="numerator") == pytest.approx(110_000, rel=1e-4)
    assert value(run, "approved_unsupplied_share", key="denominator") == pytest.approx(150_000, rel=1e-4)
    told = [finding for finding in run.result.findings if finding.code == "supply.batches_overlap"]
    assert [(finding.severity, finding.count, finding.value_seen) for finding in told] == [("warning", 1, "50,000.0 m²")]
