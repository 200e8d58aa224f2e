"""The demo district through the whole flow against the truth it was generated from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from spatial import pipeline
from spatial.demo import DemoTruth, build_demo
from spatial.schema.result import Result


@pytest.fixture(scope="module")
def truth() -> DemoTruth:
    return build_demo()


@pytest.fixture(scope="module")
def result(shared_demo: Path) -> Result:
    return pipeline.load(shared_demo / "demo").result


def test_no_error_and_few_warnings(result: Result) -> None:
    assert not [f for f in result.findings if f.severity == "error"]
    told = [f.code for f in result.findings if f.severity == "warning"]
    story = [code for code in told if code.startswith(("evidence.", "constraint.", "standard_land."))]  # planted: imagery that contradicts, new land on red lines, strange trades
    assert len(story) >= 5
    # registered areas and firms beyond their land are planted too; projects that name a carrier astride two townships lie in neither
    assert sorted(set(told) - set(story)) == ["area.registered_differs", "join.zone_unknown", "landcheck.over_occupied"] and len(told) == len(story) + 3


def value(result: Result, indicator: str, zone: str = "study_area", key: str = "value") -> float:
    rows = result.values
    return float(rows[(rows["indicator"] == indicator) & (rows["zone"] == zone)].iloc[0][key])


def test_every_parcel_has_the_status_its_story_gives_it(result: Result, truth: DemoTruth) -> None:
    told = result.parcels.set_index("parcel_id")["land_status"]
    meant = truth.parcels.set_index("parcel_id")["land_status"]
    differing = told[told != meant.reindex(told.index)]
    assert len(told) == len(meant) == truth.figures["parcel_count"]
    assert differing.empty, differing.head().to_dict()


@pytest.mark.parametrize("indicator", ["new_land_to_carriers_share", "new_land_to_carriers_or_projects_share", "standard_land_share", "new_project_share", "new_investment_share",
                                       "project_start_rate", "investment_completion_rate", "idle_land_share", "value_added_increment_share", "tax_increment_share", "tax_per_mu",
                                       "benefit_evaluation_coverage", "standard_land_compliance_share"])
def test_the_district_figures_are_those_of_the_truth(indicator: str, result: Result, truth: DemoTruth) -> None:
    assert value(result, indicator) == pytest.approx(truth.figures[indicator], rel=2e-4)


def test_every_carrier_has_the_figures_of_the_truth(result: Result, truth: DemoTruth) -> None:
    for carrier, row in truth.by_carrier.iterrows():
        assert value(result, "new_land_to_carriers_share", carrier, "numerator") == pytest.approx(row["new_land_m2"], rel=2e-4, abs=1.0)
        if row["evaluated_land_mu"] > 0:
            assert value(result, "tax_per_mu", carrier) == pytest.approx(row["tax_per_mu"], rel=2e-4)
        if row["supplied_industrial_m2"] > 0:
            assert value(result, "idle_land_share", carrier) == pytest.approx(row["idle_land_share"], rel=2e-4, abs=1e-6)


def test_the_ground_is_that_of_the_truth(result: Result, truth: DemoTruth) -> None:
    for name in ("parcels_m2", "inside_m2", "overlap_m2"):
        assert result.balance[name] == pytest.approx(truth.figures[name], rel=2e-4)
    assert result.balance["closure_relative"] < 1e-12


def test_some_lines_are_met_and_some_missed(result: Result) -> None:
    lines = result.scorecard[result.scorecard["clause"].isin([f"S1-0{i}" for i in range(1, 6)])]
    assert set(lines["status"]) == {"met", "missed"}


def test_every_policy_shows_targets_met_and_missed_and_those_with_a_deadline_to_come_not_due(result: Result) -> None:
    """The data are of 2022-12-31; only the Hangzhou draft (S2) asks for anything after that day."""
    shown = result.scorecard.groupby(result.scorecard["clause"].str[:2])["status"].agg(set)
    assert set(shown.index) == {"S0", "S1", "S2", "S3", "S4"}
    assert {policy for policy, statuses in shown.items() if {"met", "missed"} <= statuses} == set(shown.index)
    assert {policy for policy, statuses in shown.items() if "not_due" in statuses} == {"S2"}


def test_on_its_way_every_policy_showed_targets_met_missed_and_not_yet_due(result: Result) -> None:
    """As of each reporting day: half-way through its year a target is not due, at the end of it met or missed."""
    now, course = result.scorecard, result.lists["course"]
    shown = pd.concat([now[["policy", "status"]], course[["policy", "status"]]]).groupby("policy")["status"].agg(set)
    assert {policy for policy, statuses in shown.items() if {"met", "missed", "not_due"} <= statuses} == {"S0", "S1", "S2", "S3", "S4"}
    line = course[course["clause"].eq("S3-11")].set_index("as_of")["status"]
    assert line.to_dict() == {"2020-06-30": "not_due", "2020-12-31": "met"}
