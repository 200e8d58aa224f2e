"""Lines that no value can meet or miss, shares of the district asked of a zone, and places that are not there."""

from pathlib import Path

import pandas as pd
import pytest

from spatial.read.policy import load_policy, packaged_policies
from spatial.schema.policy import Policy, Target, Text
from spatial.scorecard.beside import with_beside
from spatial.scorecard.evaluate import evaluate
from spatial.scorecard.possible import check_places, check_possible
from tests.scorecard.test_evaluate import END, ZONES, value


def told(target: Target) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in check_possible([Policy("T", Text("测试", "test"), (target,))])]


@pytest.mark.parametrize(("indicator", "comparison", "bound", "unit", "code"), [
    ("idle_land_share", ">=", 1.5, "ratio", "policy.never_met"), ("idle_land_share", "<", 0.0, "ratio", "policy.never_met"), ("idle_land_share", ">", 1.0, "ratio", "policy.never_met"),
    ("suspected_idle_area", "<=", -5.0, "mu", "policy.never_met"), ("idle_land_share", "<=", 1.5, "ratio", "policy.always_met"), ("started_project_count", ">=", 0.0, "个", "policy.always_met"),
    ("idle_land_share", "between", (0.0, 1.0), "ratio", "policy.always_met"), ("benefit_evaluation_coverage", "=", 1.0, "ratio", ""), ("late_start_project_count", "<=", 0.0, "个", ""),
    ("investment_completion_rate", ">=", 1.2, "ratio", ""), ("tax_increment_share", ">=", 1.2, "ratio", ""), ("tax_growth", ">=", -0.1, "ratio", ""), ("tax_per_mu", ">=", 0.0, "万元/亩", ""),
    ("suspected_idle_area", "<=", 2.0, "ha", ""), ("project_start_rate", "rank", None, "ratio", ""),
])
def test_a_line_beyond_what_an_indicator_can_be_is_found(indicator, comparison, bound, unit, code):
    severity = {"policy.never_met": "error", "policy.always_met": "warning"}
    assert told(Target("T-01", indicator, comparison, bound, unit, "stock")) == ([(code, severity[code])] if code else [])


def test_a_share_of_the_district_is_not_asked_of_a_carrier():
    assert told(Target("T-01", "new_project_share", ">=", 0.8, "ratio", "share", scope=("carrier",))) == [("policy.district_share", "warning")]
    assert told(Target("T-01", "new_project_share", ">=", 0.8, "ratio", "share")) == []


def test_the_packaged_documents_ask_for_nothing_impossible():
    assert check_possible(load_policy(name, Path())[0] for name in packaged_policies()) == []


def test_a_place_that_is_not_there_is_not_the_district():
    """The district has 0.1, Qingdao 0.4; a county that does not exist has nothing, and the line says so."""
    figures = pd.DataFrame([value("idle_land_share", "study_area", 0.1), value("idle_land_share", "cities:q", 0.4)])
    lines = {place: Target(f"T-{place}", "idle_land_share", "<=", 0.3, "ratio", "share", place=place) for place in ("青岛", "青鸟", "示范区")}
    policy = Policy("T", Text("测试", "test"), tuple(lines.values()))
    card = evaluate(policy, figures, None, ZONES, END).set_index("clause")
    assert [card.at[f"T-{place}", "value"] for place in lines] == [0.4, None, 0.1] and card.at["T-青鸟", "status"] == "no_data"
    assert [(finding.code, finding.key) for finding in check_places([policy], ZONES)] == [("policy.place_absent", "T-青鸟")]
    beside = with_beside(card.reset_index(), [policy], figures, pd.DataFrame(columns=["indicator", "zone", "rule", "value", "unit", "status"])).set_index("clause")
    assert beside["coverage"].tolist() == [1.0, None, 1.0], "nothing of the district stands beside a line that has no figure"
