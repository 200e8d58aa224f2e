"""A verdict says which other defensible readings would turn it; answers worked by hand on the four parcels of the rule book."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box

from spatial.render.records import dump, results
from tests.flow.conftest import SHAPES, District, X, Y
from tests.flow.test_known_on_the_day import LEASES
from tests.flow.test_new_land import PROJECTS, SUPPLY

POLICY = """
[policy]
id = "T"
name = {{ zh = "测试", en = "test" }}
[[target]]
clause = "T-01"
indicator = "{indicator}"
comparison = "{comparison}"
value = {value}
unit = "{unit}"
kind = "share"
scope = {scope}
"""


def policy(district: District, indicator: str, comparison: str, value: float, *, unit: str = "ratio", scope: str = '"study_area"') -> None:
    (district.folder / "policy.toml").write_text(POLICY.format(indicator=indicator, comparison=comparison, value=value, unit=unit, scope=scope), encoding="utf-8")
    district.parts["study"] += '\npolicies = ["policy.toml"]'


def only(run: Any, clause: str = "T-01", zone: str = "study_area") -> dict[str, Any]:
    """The row of results.json, or of what that would hold where no file was written."""
    told = (run.folder / "results.json").read_text(encoding="utf-8") if run.written else dump(results(run.result))
    rows = [row for row in json.loads(told)["scorecard"] if row["clause"] == clause and row["zone"] == zone]
    assert len(rows) == 1
    return rows[0]


@pytest.fixture
def new_land(district: District) -> District:
    district.ledger("supply", SUPPLY)
    district.ledger("projects", PROJECTS)
    return district


def test_75_percent_by_area_is_70_by_the_largest_share_and_45_by_location_alone(new_land: District) -> None:
    policy(new_land, "new_land_to_carriers_or_projects_share", ">=", 0.72)
    row = only(new_land.analyse())
    assert row["status"] == "met" and row["value"] == pytest.approx(0.75)
    assert set(row["flips_under"]) == {"allocation=largest", "allocation=point", "counting=location"}
    assert (row["low"], row["high"]) == (pytest.approx(0.45), pytest.approx(0.75))
    assert row["rule"].startswith("allocation=area") and (row["coverage"], row["n"]) == (1.0, 4)


def test_no_verdict_flips_where_every_reading_agrees(new_land: District) -> None:
    policy(new_land, "new_land_to_carriers_or_projects_share", ">=", 0.80)
    assert only(new_land.analyse())["flips_under"] == [], "75, 70 and 45 % all miss"


def test_under_the_largest_share_the_area_split_is_the_other_reading(new_land: District) -> None:
    policy(new_land, "new_land_to_carriers_or_projects_share", ">=", 0.72)
    row = only(new_land.analyse(sets=["join.allocation=largest"]))
    assert row["status"] == "missed" and row["flips_under"] == ["allocation=area"]


def test_by_quota_new_land_is_the_ground_of_the_batches_approved_in_the_period(new_land: District) -> None:
    # two batches of 200 x 200 m in 2020: one in the carrier, one outside; one in the carrier approved before the period
    shapes = [SHAPES["A"], box(X, Y + 400, X + 200, Y + 600), box(X + 210, Y, X + 390, Y + 200)]
    new_land.layer("batches.gpkg", {"batch_id": ["一", "二", "三"], "approval_date": ["2020-02-01", "2020-03-01", "2019-05-01"]}, shapes)
    new_land.parts["layers"] += '[layers.approvals]\npath = "batches.gpkg"\n'
    policy(new_land, "new_land_to_carriers_or_projects_share", ">=", 0.6)
    row = only(new_land.analyse())
    assert row["value"] == pytest.approx(0.75) and "new_land=quota" in row["flips_under"]
    chosen = only(new_land.analyse(sets=["rules.new_land=quota"]))
    assert chosen["value"] == pytest.approx(0.5, rel=1e-6) and chosen["status"] == "missed" and "new_land=quota" in chosen["rule"]
    assert "new_land=contract" in chosen["flips_under"]


def test_by_quota_without_drawn_batches_there_is_no_data(new_land: District, value: Callable[..., Any]) -> None:
    assert value(new_land.analyse(sets=["rules.new_land=quota"]), "new_land_to_carriers_share", key="status") == "no_data"


def test_the_idle_share_flips_with_its_denominator(district: District) -> None:
    # A (40,000 m2) idle, B (20,000) in use, both industry; C (30,000) in use, housing. By industry 2/3, by all supplied land 4/9, by all parcels 4/10
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001", "1001", "0701", "0701"]}, list(SHAPES.values()))
    district.ledger("supply", [{"parcel_id": "A", "contract_date": "2015-01-01", "agreed_start_date": "2016-01-01"},
                               {"parcel_id": "B", "contract_date": "2015-01-01", "actual_start_date": "2016-01-01", "completion_date": "2017-01-01"},
                               {"parcel_id": "C", "contract_date": "2015-01-01", "actual_start_date": "2016-01-01", "completion_date": "2017-01-01"}])
    policy(district, "idle_land_share", "<=", 0.42)
    row = only(district.analyse())
    assert row["value"] == pytest.approx(2 / 3, rel=1e-4) and row["status"] == "missed"
    assert row["flips_under"] == ["idle_denominator=all_parcels"]
    assert (row["low"], row["high"]) == (pytest.approx(0.4, rel=1e-4), pytest.approx(2 / 3, rel=1e-4))


def test_a_year_full_on_the_day_or_after_it_turns_the_verdict_of_that_day(district: District) -> None:
    district.ledger("supply", [{"parcel_id": "A", "contract_date": "2015-01-01", "agreed_start_date": "2019-12-31"},
                               {"parcel_id": "B", "contract_date": "2015-01-01", "actual_start_date": "2016-01-01"}])
    policy(district, "idle_land_share", "<=", 0.3)
    row = only(district.analyse())
    assert (row["value"], row["status"], row["flips_under"]) == (0.0, "met", ["anniversary=>="])


@pytest.mark.parametrize(("rule", "other", "value", "status"), [("as_of", "months", 160 / 88, "met"), ("months", "as_of", 160 / 99.25, "missed")])
def test_tax_a_mu_flips_with_the_weight_of_leases(rule: str, other: str, value: float, status: str, district: District) -> None:
    """E1 has 60 mu and E2 40. On the day E1 lets 10 + 12 and E2 takes 10: 38 + 50. By months E1 lets 10 + 12 / 2 and E2 takes 10 + 6 x 10.5 / 12: 44 + 55.25."""
    district.ledger("enterprises", [{"统一社会信用代码": name, "年度": 2020, "宗地代码": place, "税收(万元)": tax, "登记用地面积(亩)": land}
                                    for name, place, tax, land in (("E1", "A", 120, 60), ("E2", "C", 40, 40))])
    district.ledger("leases", LEASES)
    policy(district, "tax_per_mu", ">=", 1.7, unit="万元/亩")
    row = only(district.analyse(sets=[f"rules.lease_land={rule}"]))
    assert (row["value"], row["status"]) == (pytest.approx(value), status)
    assert f"lease_land={other}" in row["flips_under"] and f"lease_land={rule}" in row["rule"]


@pytest.mark.parametrize(("columns", "sets"), [({"承租用地面积(亩)": 0, "出租用地面积(亩)": 20}, []), ({}, ["rules.per_mu_land=parcels"])])
def test_leases_that_no_land_is_taken_from_are_no_other_reading(columns: dict[str, int], sets: list[str], district: District) -> None:
    """The ledger of firms has the columns itself, or land is that of the parcels."""
    district.ledger("enterprises", [{"统一社会信用代码": "E1", "年度": 2020, "宗地代码": "A", "税收(万元)": 120, "登记用地面积(亩)": 60, **columns}])
    district.ledger("leases", LEASES)
    policy(district, "tax_per_mu", ">=", 1.7, unit="万元/亩")
    run = district.analyse(sets=sets)
    assert "lease_land" not in only(run)["rule"] and not any(rule.startswith("lease_land") for rule in run.result.readings["rule"])


def test_the_other_readings_are_listed_in_the_results(new_land: District) -> None:
    policy(new_land, "new_land_to_carriers_or_projects_share", ">=", 0.72)
    results = json.loads((new_land.run().folder / "results.json").read_text(encoding="utf-8"))
    told = {row["rule"]: row["value"] for row in results["readings"] if row["zone"] == "study_area"}
    assert told["allocation=largest"] == pytest.approx(0.7) and told["counting=location"] == pytest.approx(0.45) and told["stock_land=include"] == pytest.approx(0.75)


def test_scorecard_csv_has_coverage_and_the_range_beside_every_value(new_land: District) -> None:
    policy(new_land, "new_land_to_carriers_or_projects_share", ">=", 0.72)
    folder: Path = new_land.run().folder
    head = (folder / "scorecard.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert {"value", "target", "margin", "status", "coverage", "rule", "low", "high", "trend", "flips_under"} <= set(head)
