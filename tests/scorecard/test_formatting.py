"""Printed values: one decimal, more where a miss would read as met, words of the policy's units."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatial.scorecard.formatting import MISSING, adding_up, display, display_margin, display_target
from spatial.scorecard.verdict import meets


def test_a_miss_never_prints_as_met():
    assert display(0.7996, "ratio") == "80.0 %"
    assert display(0.7996, "ratio", 0.8, ">=") == "79.96 %"
    assert display(0.799996, "ratio", 0.8, ">=") == "79.9996 %"


def test_a_clear_miss_keeps_one_decimal():
    assert display(0.75, "ratio", 0.8, ">=") == "75.0 %"
    assert display(0.8, "ratio", 0.8, ">=") == "80.0 %"


def test_too_much_never_prints_as_within_the_limit():
    assert display(0.3004, "ratio", 0.3, "<=") == "30.04 %"
    assert display(0.2996, "ratio", 0.3, "<=") == "30.0 %"


def test_more_than_never_prints_as_the_limit_itself():
    assert display(0.50001, "ratio", 0.5, ">") == "50.001 %"
    assert display(0.5, "ratio", 0.5, ">") == "50.0 %"


def test_a_floor_area_ratio_is_no_percentage():
    assert display(1.2345, "ratio", indicator="floor_area_ratio") == "1.23"


def test_percentages_lie_percentage_points_apart():
    assert [display_margin(value, "ratio") for value in (-0.05, 0.0194476742, -0.0007, 0.00004, 0.0)] == ["-5.0 百分点", "1.9 百分点", "-0.07 百分点", "0.004 百分点", "0.0 百分点"]
    assert display_margin(-0.05, "ratio", "en") == "-5.0 percentage points"
    assert display_margin(-0.05, "ratio", indicator="floor_area_ratio") == "-0.05", "a floor area ratio is no percentage"
    assert (display_margin(-100.0, "亿元"), display_margin(None, "ratio")) == ("-100 亿元", MISSING)


def test_counts_money_and_land_carry_their_units():
    assert display(60, "个") == "60 个"
    assert display(60, "个", language="en") == "60"
    assert display(1800, "亿元") == "1,800 亿元"
    assert display(112.5, "mu") == "112.5 亩"
    assert display(112.5, "mu", language="en") == "112.5 mu"
    assert display(18.9037, "万元/亩") == "18.90 万元/亩"


def test_nothing_prints_as_a_dash_and_not_as_zero():
    assert display(None, "ratio") == MISSING
    assert display(float("nan"), "ratio") == MISSING
    assert display(0.0, "ratio") == "0.0 %"
    assert display(-0.00001, "ratio") == "0.0 %"
    assert display(1e300, "ratio").endswith(" %")


def test_the_line_itself_is_printed():
    assert display_target(0.8, ">=", "ratio") == "≥ 80.0 %"
    assert (display_target(0.0255, "=", "ratio"), display(0.0248, "ratio", 0.0255, "=")) == ("≥ 2.55 %", "2.48 %"), "a line of two decimals is not rounded to 2.6 %"
    assert display_target(12.345, ">=", "亿元") == "≥ 12.345 亿元"
    assert display_target((1.0, 3.0), "between", "个") == "1–3 个"
    assert display_target([8000, 10000], "between", "人", "en") == "8,000–10,000 persons"
    assert display_target(None, "rank", "ratio") == "排名"


def test_a_goal_that_a_policy_writes_with_an_equals_sign_is_shown_as_it_is_judged():
    """1,512.6 against `= 1500` is met: the line reads ≥ 1,500; `=` stands where a value must be exactly that."""
    assert display_target(1500.0, "=", "亿元") == "≥ 1,500 亿元"
    assert display_target(1500.0, "=", "亿元", exact=True) == "= 1,500 亿元"
    assert meets(1512.6, "=", 1500.0) and not meets(1512.6, "=", 1500.0, exact=True)


@given(st.floats(0, 2), st.sampled_from([0.3, 0.5, 0.8, 1.0]), st.sampled_from([">=", ">", "<=", "<"]))
def test_what_is_printed_reads_as_the_verdict(value, target, comparison):
    printed = float(display(value, "ratio", target, comparison).removesuffix(" %").replace(",", "")) / 100
    assert meets(printed, comparison, target) == meets(value, comparison, target)


@pytest.mark.parametrize("met", [True, False])
def test_the_callers_verdict_goes_before_the_computed_one(met):
    assert display(0.8000000000001, "ratio", 0.8, ">=", met=met).endswith("%")


def test_thirds_of_one_add_up_to_one_by_largest_remainders():
    assert adding_up([1 / 3, 1 / 3, 1 / 3], 1.0, 1) == [Decimal("0.4"), Decimal("0.3"), Decimal("0.3")]
    assert adding_up([0.26, 0.26, 0.48], 1.0, 1) == [Decimal("0.3"), Decimal("0.2"), Decimal("0.5")]


def test_parts_that_miss_their_total_are_not_bent_to_it():
    assert adding_up([0.31, 0.31], 1.0, 1) == [Decimal("0.3"), Decimal("0.3")]


@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=40), st.integers(0, 4))
def test_rounded_parts_add_up_to_the_rounded_total(parts: list[float], decimals: int) -> None:
    printed = adding_up(parts, math.fsum(parts), decimals)
    assert sum(printed) == adding_up([math.fsum(parts)], math.fsum(parts), decimals)[0]
    assert all(abs(float(shown) - part) < 10.0 ** -decimals * (1 + 1e-9) for shown, part in zip(printed, parts, strict=True))
