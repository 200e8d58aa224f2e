"""Verdicts, margins and ranks: unrounded, with the meaning of `=` and of the ends of a range."""

import pytest

from spatial.schema.policy import Target
from spatial.scorecard.verdict import competition_ranks, margin, meets


def target(comparison, value, kind="share", unit="ratio"):
    return Target("X-01", "tracked", comparison, value, unit, kind)


def test_79_96_percent_misses_80_percent():
    assert not meets(0.7996, ">=", 0.8)


def test_the_boundary_itself_is_met_for_at_least_and_missed_for_more_than():
    assert meets(0.8, ">=", 0.8)
    assert not meets(0.8, ">", 0.8)
    assert meets(0.3, "<=", 0.3)
    assert not meets(0.3, "<", 0.3)


def test_two_routes_to_the_same_share_give_the_same_verdict():
    assert 0.1 + 0.2 != 0.3
    assert meets(0.1 + 0.7, ">=", 0.8)
    assert not meets(0.1 + 0.2, ">", 0.3)


def test_a_typed_value_has_no_allowance():
    assert not meets(1799.9999999999, ">=", 1800.0, noise=0.0)
    assert meets(40.00000001, ">", 40.0, noise=0.0)


def test_equal_is_at_or_above_for_goals_and_exact_for_design():
    assert meets(7, "=", 6) and meets(6, "=", 6) and not meets(5, "=", 6)
    assert not meets(7, "=", 6, exact=True) and meets(6, "=", 6, exact=True)
    assert target("=", 6.0, "stock").exact is False
    assert target("=", 6.0, "design").exact is True


@pytest.mark.parametrize(("value", "met"), [(0, False), (1, True), (2, True), (3, True), (4, False)])
def test_a_range_takes_in_both_ends(value, met):
    assert meets(value, "between", (1.0, 3.0)) is met


def test_room_is_positive_and_a_gap_negative_in_both_directions():
    assert margin(0.75, target(">=", 0.8)) == -0.05
    assert margin(0.25, target("<=", 0.3)) == 0.05
    assert margin(0.35, target("<=", 0.3)) == -0.05
    assert margin(4, target("between", (1.0, 3.0), "design", "个")) == -1
    assert margin(7, target("=", 6.0, "design", "个")) == -1
    assert margin(0.5, target("rank", None, "ranking")) is None


def test_ties_share_the_better_rank_and_the_next_one_is_skipped():
    assert competition_ranks([0.8, 0.95, 0.8, 0.5]) == [2, 1, 2, 4]


def test_an_entity_without_a_value_has_no_rank():
    assert competition_ranks([None, 0.0, 0.4, None]) == [None, 2, 1, None]
