"""The scorecard on small tables with answers worked by hand."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from spatial.schema.policy import Policy, Target, Text
from spatial.schema.result import SCORE_COLUMNS
from spatial.scorecard import evaluate

END = date(2022, 12, 31)
NEW_LAND = Target("T-01", "new_land_to_carriers_or_projects_share", ">=", 0.8, "ratio", "share", deadline=END)
ZONES = pd.DataFrame([
    {"id": "study_area", "name": "示范区", "kind": "study_area"}, {"id": "outside", "name": "载体外", "kind": "outside"},
    {"id": "A", "name": "图灵小镇", "kind": "carrier"}, {"id": "B", "name": "空港小镇", "kind": "carrier"},
    {"id": "type:特色小镇", "name": "特色小镇", "kind": "carrier_type"},
    {"id": "cities:j", "name": "济南", "kind": "cities"}, {"id": "cities:q", "name": "青岛", "kind": "cities"},
    {"id": "cities:y", "name": "烟台", "kind": "cities"}, {"id": "cities:z", "name": "淄博", "kind": "cities"},
])


def value(indicator, zone, number, numerator=None, denominator=None, unit="ratio", status="ok", as_of=END):
    return {"indicator": indicator, "zone": zone, "value": number, "unit": unit, "numerator": numerator, "denominator": denominator,
            "n": 1, "coverage": 1.0, "status": status, "rule": "", "as_of": as_of}


def score(targets, values=(), tracked=None, as_of=END, **options):
    policy = Policy("T", Text("测试", "test"), tuple(targets))
    ledger = None if tracked is None else pd.DataFrame(tracked, columns=["target", "zone", "as_of", "value"])
    columns = list(value("", "", 0))
    return evaluate(policy, pd.DataFrame(list(values), columns=columns), ledger, ZONES, as_of, **options)


def only(frame):
    assert len(frame) == 1
    return frame.iloc[0].to_dict()


def test_75_percent_of_100_000_m2_is_a_miss_by_5_000_m2_or_7_5_mu():
    row = only(score([NEW_LAND], [value(NEW_LAND.indicator, "study_area", 0.75, 75_000.0, 100_000.0)]))
    assert row == {
        "policy": "T", "clause": "T-01", "indicator": "new_land_to_carriers_or_projects_share", "zone": "study_area", "value": 0.75,
        "comparison": ">=", "target": 0.8, "unit": "ratio", "status": "missed", "rank": None, "margin": -0.05, "flips_under": [],
        "to_close": {"text": "还差 7.5 亩：现有 112.5 亩，需 120.0 亩", "amount": 7.5, "unit": "mu"},
    }


def test_the_columns_are_those_of_the_results():
    assert tuple(score([NEW_LAND]).columns) == SCORE_COLUMNS


def test_the_gap_is_told_in_the_language_of_the_run():
    row = only(score([NEW_LAND], [value(NEW_LAND.indicator, "study_area", 0.75, 75_000.0, 100_000.0)], language="en"))
    assert row["to_close"]["text"] == "7.5 mu short: 112.5 mu of 120.0 mu needed"
    started = Target("T-02", "project_start_rate", ">=", 0.9, "ratio", "share", deadline=END)
    row = only(score([started], [value("project_start_rate", "study_area", 0.5, 5.0, 10.0)], language="en"))
    assert row["to_close"]["text"] == "4 short: 5 of 9 needed", "things counted have no unit in English"


def test_79_96_percent_is_a_miss_and_its_gap_is_not_nothing():
    row = only(score([NEW_LAND], [value(NEW_LAND.indicator, "study_area", 0.7996, 79_960.0, 100_000.0)]))
    assert row["status"] == "missed"
    assert row["to_close"]["amount"] == 0.06  # 40 m²
    assert row["to_close"]["text"] == "还差 0.06 亩：现有 119.94 亩，需 120.00 亩"


def test_a_gap_smaller_than_a_decimal_is_printed_with_more():
    row = only(score([NEW_LAND], [value(NEW_LAND.indicator, "study_area", 0.79999, 79_999.0, 100_000.0)]))
    assert row["to_close"]["text"].startswith("还差 0.0015 亩：现有 119.9985 亩")  # 1 m²


def test_exactly_80_percent_is_met_and_leaves_nothing_to_close():
    row = only(score([NEW_LAND], [value(NEW_LAND.indicator, "study_area", 0.8, 80_000.0, 100_000.0)]))
    assert (row["status"], row["margin"], row["to_close"]) == ("met", 0.0, None)


def test_before_its_deadline_a_target_is_not_due_unless_met():
    early = date(2021, 12, 31)
    below = [value(NEW_LAND.indicator, "study_area", 0.75, 75_000.0, 100_000.0)]
    above = [value(NEW_LAND.indicator, "study_area", 0.85, 85_000.0, 100_000.0)]
    assert only(score([NEW_LAND], below, as_of=early))["status"] == "not_due"
    assert only(score([NEW_LAND], below, as_of=early))["to_close"]["amount"] == 7.5
    assert only(score([NEW_LAND], above, as_of=early))["status"] == "met"
    assert only(score([NEW_LAND], below, as_of=date(2022, 12, 30)))["status"] == "not_due"
    assert only(score([NEW_LAND], below, as_of=END))["status"] == "missed"


def test_a_line_without_deadline_is_always_due():
    low = Target("T-02", "inefficient_land_share", "<=", 0.3, "ratio", "share")
    row = only(score([low], [value(low.indicator, "study_area", 0.35, 35_000.0, 100_000.0)], as_of=date(2010, 1, 1)))
    assert (row["status"], row["margin"]) == ("missed", -0.05)
    assert row["to_close"] == {"text": "须减少 7.5 亩：现有 52.5 亩，上限 45.0 亩", "amount": 7.5, "unit": "mu"}


def test_a_yearly_target_is_due_at_each_year_end():
    yearly = Target("T-03", "tracked", "=", 3.0, "家", "annual", every_year=True)
    rows = [("T-03", None, date(2020, 6, 30), 2.0)]
    assert only(score([yearly], tracked=rows, as_of=date(2020, 6, 30)))["status"] == "not_due"
    assert only(score([yearly], tracked=rows, as_of=date(2020, 12, 31)))["status"] == "missed"
    assert only(score([yearly], tracked=rows, as_of=date(2021, 12, 31)))["status"] == "no_data"


def test_missing_and_undefined_pass_through_and_are_not_zero():
    share = replace(NEW_LAND, clause="T-04", indicator="tax_increment_share")
    rows = score([NEW_LAND, share], [value(share.indicator, "study_area", None, 10.0, -5.0, status="not_applicable")])
    assert list(rows["status"]) == ["no_data", "not_applicable"]
    assert list(rows["value"]) == [None, None] and list(rows["margin"]) == [None, None] and list(rows["to_close"]) == [None, None]


def test_missing_stays_missing_before_the_deadline():
    assert only(score([NEW_LAND], as_of=date(2020, 1, 1)))["status"] == "no_data"


def test_a_masked_value_gives_away_nothing():
    row = only(score([NEW_LAND], [value(NEW_LAND.indicator, "study_area", None, 75_000.0, 100_000.0, status="masked")]))
    assert (row["status"], row["value"], row["margin"], row["rank"], row["to_close"]) == ("no_data", None, None, None, None), "the list of verdicts is closed"


def test_a_count_is_missing_whole_projects():
    share = Target("T-05", "new_project_share", ">=", 0.8, "ratio", "share")
    row = only(score([share], [value(share.indicator, "study_area", 10 / 13, 10.0, 13.0)]))  # 80 % of 13 is 10.4: eleven
    assert (row["to_close"]["amount"], row["to_close"]["unit"]) == (1.0, "count")
    assert row["to_close"]["text"] == "还差 1 个：现有 10 个，需 11 个"
    most = Target("T-05", "new_project_share", "<=", 0.8, "ratio", "share")  # at most 10.4 of 13: ten
    assert only(score([most], [value(share.indicator, "study_area", 12 / 13, 12.0, 13.0)]))["to_close"]["text"] == "须减少 2 个：现有 12 个，上限 10 个"


def test_more_than_30_takes_31():
    row = only(score([Target("T-06", "tracked", ">", 30.0, "家", "cumulative", deadline=END)], tracked=[("T-06", "", END, 30)]))
    assert (row["status"], row["margin"]) == ("missed", 0.0)
    assert row["to_close"] == {"text": "还差 1 家：现有 30 家，需超过 30 家", "amount": 1.0, "unit": "家"}


def test_a_share_of_the_tracked_ledger_is_short_in_percentage_points():
    row = only(score([Target("T-07", "tracked", ">=", 0.5, "ratio", "share")], tracked=[("T-07", "study_area", END, 0.45)]))
    assert row["to_close"] == {"text": "还差 5.0 百分点：现有 45.0 %，需 50.0 %", "amount": 5.0, "unit": "百分点"}


def test_equal_is_a_goal_for_counts_and_exact_for_design():
    goal, design = Target("T-08", "tracked", "=", 6.0, "个", "stock"), Target("T-09", "tracked", "=", 6.0, "个", "design")
    rows = score([goal, design], tracked=[("T-08", None, END, 7), ("T-09", None, END, 7)])
    assert list(rows["status"]) == ["met", "missed"]
    assert rows.iloc[1]["to_close"]["text"] == "高出 1 个：现有 7 个，应为 6 个"
    below = only(score([design], tracked=[("T-09", None, END, 5)], language="en"))
    assert (below["margin"], below["to_close"]["text"]) == (-1.0, "1 below: 5, should be 6")


def test_a_range_is_judged_in_each_carrier():
    industries = Target("T-10", "main_industry_count", "between", (1.0, 3.0), "个", "design", scope=("carrier",), deadline=date(2019, 12, 31))
    rows = score([industries], [value("main_industry_count", "A", 2, unit="count"), value("main_industry_count", "B", 5, unit="count")])
    assert list(rows["zone"]) == ["A", "B"]
    assert list(rows["status"]) == ["met", "missed"]
    assert rows.iloc[1]["target"] == [1.0, 3.0]
    assert rows.iloc[1]["to_close"]["amount"] == 2.0


def test_ranks_run_within_a_kind_of_zones_with_ties_and_gaps():
    start = Target("T-11", "project_start_rate", "rank", None, "ratio", "ranking", scope=("zones.*", "carrier"))
    rates = [value(start.indicator, "cities:j", 0.8), value(start.indicator, "cities:q", 0.95), value(start.indicator, "cities:y", 0.8),
             value(start.indicator, "cities:z", None, 0.0, 0.0, status="not_applicable"), value(start.indicator, "A", 0.1)]
    rows = score([start], rates).set_index("zone")
    assert rows.loc[["cities:q", "cities:j", "cities:y", "A"], "rank"].tolist() == [1, 2, 2, 1]
    assert rows.loc["cities:z", ["status", "rank"]].tolist() == ["not_applicable", None]
    assert rows.loc["B", ["status", "rank"]].tolist() == ["no_data", None]
    assert rows.loc["cities:q", ["status", "target", "margin"]].tolist() == ["ranked", None, None]


def test_a_scope_that_the_study_lacks_stands_once_without_data():
    parks = Target("T-12", "tracked", ">=", 1.0, "个", "stock", scope=("zones.parks",))
    row = only(score([parks]))
    assert (row["zone"], row["status"]) == ("study_area", "no_data")


def test_a_place_is_judged_in_the_zone_of_its_name():
    listed = Target("T-13", "tracked", ">", 55.0, "家", "stock", place="青岛")
    row = only(score([listed], tracked=[("T-13", "青岛", END, 60)]))
    assert (row["zone"], row["status"]) == ("cities:q", "met")
    assert only(score([listed], tracked=[("T-13", None, END, 60)]))["value"] == 60


def test_the_latest_tracked_row_not_after_the_data_date_counts():
    total = Target("T-14", "tracked", ">", 1800.0, "亿元", "cumulative", deadline=END)
    rows = [("T-14", None, date(2021, 12, 31), 900), ("T-14", None, END, 1700), ("T-14", None, date(2023, 6, 30), 1900), ("T-14", None, None, 5000)]
    row = only(score([total], tracked=rows))
    assert (row["value"], row["status"]) == (1700.0, "missed")
    assert row["to_close"]["text"] == "还差 100.0 亿元：现有 1,700.0 亿元，需超过 1,800.0 亿元"


def test_money_is_brought_to_the_unit_of_the_target():
    done = Target("T-15", "project_investment_year", ">", 200.0, "亿元", "annual", deadline=END, figures="official_first")
    row = only(score([done], [value(done.indicator, "study_area", 2_412_100.0, 2_412_100.0, unit="万元")]))
    assert (row["value"], row["unit"], row["status"]) == (pytest.approx(241.21), "亿元", "met")


def test_the_figure_of_another_year_does_not_answer_for_a_year():
    done = Target("T-15", "project_investment_year", ">", 200.0, "亿元", "annual", deadline=date(2019, 12, 31))
    assert only(score([done], [value(done.indicator, "study_area", 2_412_100.0, unit="万元")]))["status"] == "no_data"


def test_an_official_figure_goes_first_only_where_the_policy_says_so():
    started = Target("T-16", "started_project_count", ">=", 60.0, "个", "annual", deadline=END, figures="official_first")
    shown, told = [value(started.indicator, "study_area", 58, unit="count")], [("T-16", None, END, 61)]
    assert only(score([started], shown, told))["value"] == 61
    assert only(score([replace(started, figures="layers")], shown, told))["value"] == 58
    assert only(score([replace(started, figures="layers")], [], told))["value"] == 61


def test_rules_that_turn_the_verdict_are_listed():
    others = pd.DataFrame([
        {"indicator": NEW_LAND.indicator, "zone": "study_area", "rule": "join.allocation=largest", "value": 0.82},
        {"indicator": NEW_LAND.indicator, "zone": "study_area", "rule": "join.allocation=point", "value": 0.70},
        {"indicator": NEW_LAND.indicator, "zone": "study_area", "rule": "rules.stock_land=include", "value": None},
        {"indicator": NEW_LAND.indicator, "zone": "A", "rule": "rules.industrial_uses=1001", "value": 0.99},
    ])
    row = only(score([NEW_LAND], [value(NEW_LAND.indicator, "study_area", 0.75, 75_000.0, 100_000.0)], alternatives=others))
    assert row["flips_under"] == ["join.allocation=largest"]


def test_per_mu_gaps_are_money_and_units_of_land_are_turned():
    tax = Target("T-17", "tax_per_mu", ">=", 600.0, "万元/公顷", "share")  # 40 万元/亩
    row = only(score([tax], [value("tax_per_mu", "study_area", 30.0, 3000.0, 200_000 / 3, unit="万元/亩")]))  # 100 mu
    assert row["value"] == pytest.approx(450.0)
    assert row["to_close"]["amount"] == pytest.approx(1000.0)
    assert row["to_close"]["unit"] == "万元"


def test_a_ranking_of_what_should_be_low_begins_with_the_lowest():
    idle = Target("T-18", "idle_land_share", "rank", None, "ratio", "ranking", scope=("carrier",))
    rows = score([idle], [value(idle.indicator, "A", 0.3), value(idle.indicator, "B", 0.1)]).set_index("zone")
    assert rows["rank"].to_dict() == {"A": 2, "B": 1}
