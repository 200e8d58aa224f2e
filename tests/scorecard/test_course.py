"""The course of reported targets by hand: a target of 2020 at mid-year, at its end, and after it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from spatial.schema.policy import Policy, Target, Text
from spatial.scorecard.course import course_of

ZONES = pd.DataFrame({"id": ["study_area"], "name": ["甲县"], "kind": ["study_area"]})
POLICY = Policy("S9", Text("试"), (Target("S9-01", "tracked", ">=", 100.0, "个", "annual", deadline=date(2020, 12, 31), title=Text("项目", "projects")),
                                  Target("S9-02", "tracked", ">=", 5.0, "家", "annual", every_year=True)))


def ledger(*rows: tuple[str, str | None, float]) -> pd.DataFrame:
    told = pd.DataFrame(rows, columns=["target", "as_of", "value"])
    return told.assign(as_of=pd.to_datetime(told["as_of"]), zone="")


def test_each_report_is_judged_as_of_its_own_day() -> None:
    course = course_of([POLICY], ledger(("S9-01", "2020-12-31", 99), ("S9-01", "2020-06-30", 40), ("s9-02", "2020-06-30", 5), ("S9-01", None, 70)), ZONES, date(2022, 12, 31))
    assert course[["clause", "as_of", "value", "status", "deadline"]].values.tolist() == [
        ["S9-01", "2020-06-30", 40.0, "not_due", "2020-12-31"], ["S9-01", "2020-12-31", 99.0, "missed", "2020-12-31"], ["S9-02", "2020-06-30", 5.0, "met", "2020-12-31"]]


def test_reports_after_the_data_date_are_not_known() -> None:
    course = course_of([POLICY], ledger(("S9-01", "2020-06-30", 40), ("S9-01", "2020-12-31", 99)), ZONES, date(2020, 6, 30))
    assert course["as_of"].tolist() == ["2020-06-30"]
    assert course_of([POLICY], None, ZONES, date(2020, 6, 30)).empty


def test_a_ledger_without_days_has_no_course() -> None:
    assert course_of([POLICY], ledger(("S9-01", None, 40)).drop(columns="as_of"), ZONES, date(2020, 12, 31)).empty
