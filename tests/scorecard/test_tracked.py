"""The tracked ledger: every row is used or a finding says why not."""

from datetime import date

import pandas as pd
import pytest

from spatial.schema.policy import Policy, Target, Text
from spatial.scorecard.figures import figure_of, layer_figures, tracked_figures
from spatial.scorecard.tracked import check_tracked, in_target_units

END = date(2022, 12, 31)
POLICY = Policy("S1", Text("萧山", "Xiaoshan"), (
    Target("S1-08", "tracked", ">=", 3000.0, "家", "cumulative", deadline=END),
    Target("S1-27", "tracked", ">=", 0.5, "ratio", "share", deadline=END),
    Target("S1-01", "new_land_to_carriers_or_projects_share", ">=", 0.8, "ratio", "share", deadline=END),
))
ZONES = pd.DataFrame([{"id": "study_area", "name": "示范区", "kind": "study_area"}, {"id": "A", "name": "图灵小镇", "kind": "carrier"}])
VALUES = pd.DataFrame([{"indicator": "new_land_to_carriers_or_projects_share", "zone": "study_area", "value": 0.75, "unit": "ratio",
                        "numerator": 3.0, "denominator": 4.0, "status": "ok", "as_of": END}])


def codes(*rows):
    ledger = pd.DataFrame(rows, columns=["target", "zone", "as_of", "value"]).assign(row=range(2, 2 + len(rows)))
    return [(finding.code, finding.row) for finding in check_tracked([POLICY], ledger, ZONES, VALUES, END)]


def test_a_good_row_is_silent():
    assert codes(("S1-08", "示范区", END, 3100), ("S1-27", None, END, 0.55)) == []


def test_an_unknown_target_is_named_with_the_nearest():
    ledger = pd.DataFrame([("S1-28", "", END, 6.0)], columns=["target", "zone", "as_of", "value"])
    finding, = check_tracked([POLICY], ledger, ZONES, VALUES, END)
    assert finding.code == "policy.tracked_unknown_target"
    assert "S1-2" in finding.remedy("en") or "S1-08" in finding.remedy("en")


def test_a_zone_that_is_not_judged_is_named():
    assert codes(("S1-08", "A", END, 3100)) == [("policy.tracked_unknown_zone", 2)]


def test_a_share_written_as_55_is_refused():
    assert codes(("S1-27", None, END, 55)) == [("policy.tracked_share", 2)]


def test_rows_after_the_data_date_are_counted():
    assert codes(("S1-08", None, date(2023, 1, 1), 1), ("S1-08", None, date(2023, 2, 1), 2)) == [("policy.tracked_later", None)]


def test_two_values_for_one_day_contradict_each_other():
    assert codes(("S1-08", None, END, 1), ("S1-08", "study_area", END, 2)) == [("policy.tracked_conflict", 3)]


def test_what_layers_show_goes_before_the_ledger_and_is_said():
    assert codes(("S1-01", None, END, 0.9)) == [("policy.tracked_not_used", 2)]


@pytest.mark.parametrize(("figures", "deadline", "every_year", "rows", "told"), [
    ("official_first", date(2022, 12, 31), False, [(END, 50.0)], [("policy.tracked_used", 2)]),
    ("official_first", date(2021, 12, 31), False, [(date(2021, 12, 31), 50.0)], [("policy.tracked_for_year", 2)]),  # the layers' 40 is of 2022
    ("layers", date(2021, 12, 31), False, [(date(2021, 12, 31), 50.0)], [("policy.tracked_for_year", 2)]),  # and the row stands for 2021, whatever goes first
    ("layers", date(2022, 12, 31), False, [(END, 50.0)], [("policy.tracked_not_used", 2)]),
    ("official_first", None, True, [(date(2021, 12, 31), 50.0)], [("policy.tracked_past", 2)]),
    ("official_first", None, True, [(date(2021, 12, 31), 50.0), (END, 60.0)], [("policy.tracked_used", 3)]),
])
def test_what_is_said_of_a_row_is_what_the_verdict_goes_by(figures, deadline, every_year, rows, told):
    target = Target("S0-08", "started_project_count_year", ">=", 59.0, "个", "annual", deadline=deadline, every_year=every_year, figures=figures)
    ledger = pd.DataFrame([("S0-08", None, day, value, 2 + i) for i, (day, value) in enumerate(rows)], columns=["target", "zone", "as_of", "value", "row"])
    values = VALUES.assign(indicator="started_project_count_year", value=40.0, unit="个", rule="year=2022")
    findings = check_tracked([Policy("S0", Text("试行"), (target,))], ledger, ZONES, values, END)
    assert [(f.code, f.row) for f in findings] == told
    used = figure_of(target, "study_area", layer_figures(values), tracked_figures(ledger, {}, END), END)
    assert used.value == (rows[-1][1] if told[0][0] in ("policy.tracked_used", "policy.tracked_for_year") else 40.0)
    if told[0][0] == "policy.tracked_for_year":
        assert "2021 年的目标，图层只有 2022 年的数" in findings[0].message("zh") and "请保留该行" in findings[0].remedy("zh")


def test_a_target_asked_for_each_year_says_that_the_ledger_ends_before():
    policy = Policy("S0", Text("试行"), (Target("S0-08", "tracked", ">=", 59.0, "个", "annual", every_year=True),))
    ledger = pd.DataFrame([("S0-08", None, date(2021, 12, 31), 50.0, 2)], columns=["target", "zone", "as_of", "value", "row"])
    assert [f.code for f in check_tracked([policy], ledger, ZONES, VALUES, END)] == ["policy.tracked_past"]


@pytest.mark.parametrize(("unit", "written", "value", "expected"), [
    ("亿元", "yiyuan", 1801.0, 1801.0), ("亿元", "wanyuan", 18_010_000.0, 1801.0), ("亿元", "亿", 1801.0, 1801.0), ("万平方米", "wan_m2", 301.0, 301.0), ("万平方米", "ha", 301.0, 301.0),
    ("家", "count", 41.0, 41.0), ("万美元", "万美元", 5.0, 5.0), ("亿元", "mu", 5.0, None), ("万美元", "yiyuan", 5.0, None), ("亿元", "万美元", 5.0, None)])
def test_a_value_with_its_own_unit_is_brought_to_that_of_its_target(unit, written, value, expected):
    """301 公顷 are 301 万平方米, 18,010,000 万元 are 1,801 亿元; what is no such measure is refused."""
    policy = Policy("S1", Text("试行"), (Target("S1-06", "tracked", ">", 1800.0, unit, "cumulative", deadline=END),))
    ledger = pd.DataFrame([("S1-06", None, END, value, written, 2)], columns=["target", "zone", "as_of", "value", "value_unit", "row"])
    told, findings = in_target_units([policy], ledger)
    if expected is None:
        assert [(f.code, f.severity, f.row) for f in findings] == [("policy.tracked_unit", "error", 2)]
    else:
        assert told["value"].tolist() == [expected]
        assert [f.code for f in findings] == ([] if value == expected else ["policy.tracked_converted"])
