"""Whether a value went the way its target wants, against the frozen result before it."""

import pytest

from spatial.schema.policy import Target
from spatial.scorecard.beside import _trend

RULE = "denominator=supplied; year=2020"


@pytest.mark.parametrize(("indicator", "comparison", "wanted", "was", "value", "trend"), [
    ("new_land_share", ">=", 0.8, 0.70, 0.75, "improved"), ("new_land_share", ">=", 0.8, 0.75, 0.70, "worsened"),
    ("low_efficiency_share", "<=", 0.3, 0.40, 0.35, "improved"), ("low_efficiency_share", "<=", 0.3, 0.35, 0.40, "worsened"),
    ("low_efficiency_share", "<=", 0.3, 0.20, 0.25, "worsened"),  # still met
    ("project_start_rate", "rank", None, 0.5, 0.6, "improved"), ("project_start_rate", "rank", None, 0.6, 0.5, "worsened"),
    ("idle_land_share", "rank", None, 0.2, 0.1, "improved"), ("idle_land_share", "rank", None, 0.1, 0.2, "worsened"),
    ("idle_land_share", "rank", None, 0.1, 0.1, "unchanged"),
])
def test_the_trend_follows_the_direction_of_the_target_or_of_the_indicator(indicator, comparison, wanted, was, value, trend):
    row = {"value": value, "unit": "ratio"}
    told = _trend(row, RULE, Target("X-01", indicator, comparison, wanted, "ratio", "share"), {"value": was, "unit": "ratio", "rule": RULE}, "2019-12-31")
    assert (told["trend"], told["change"]) == (trend, pytest.approx(value - was))
