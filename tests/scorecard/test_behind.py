"""The rows behind a score, in lines for the map."""

from __future__ import annotations

from typing import Any

import pytest

from spatial.render.map_payload import _scores
from spatial.scorecard.explain import lines_behind
from tests.flow.conftest import District, district
from tests.flow.test_new_land import PROJECTS, SUPPLY
from tests.flow.test_rule_sensitivity import policy

__all__ = ["district"]


@pytest.fixture
def run(district: District) -> Any:  # noqa: F811
    district.ledger("supply", SUPPLY)
    district.ledger("projects", PROJECTS)
    policy(district, "new_land_to_carriers_or_projects_share", ">=", 0.8)
    return district.analyse()


def test_a_score_on_the_map_carries_its_largest_rows(run: Any) -> None:
    [score] = _scores(run.result, 0)
    assert score["behind"][0].startswith("分子 = 75,000") and score["behind"][1].startswith("· A: 40,000.00")
    assert any(line.startswith("分母 = 100,000") for line in score["behind"])


def test_more_rows_than_shown_are_counted(run: Any) -> None:
    lines = lines_behind(run.result.trail, "new_land_to_carriers_or_projects_share", "study_area", "en", limit=1)
    assert [line.split(" ")[0] for line in lines] == ["numerator", "·", "denominator", "·"] and "(3 rows)" in lines[0] and "(4 rows)" in lines[2]
    assert lines_behind(run.result.trail, "tax_per_mu", "study_area") == []
