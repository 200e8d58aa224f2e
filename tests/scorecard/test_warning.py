"""The calendar of the idle-land rule: stage today and the day of the next threshold, by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from spatial.scorecard.warning import calendar_of


def parcel(key: str, status: str, due: str | None, *, suspended: str | None = None, row: float = float("nan"), government: bool = False) -> dict[str, object]:
    return {"parcel_id": key, "carrier_name": "甲园", "area_m2": 2000.0, "land_status": status, "start_due": pd.Timestamp(due) if due else pd.NaT, "start_basis": "agreed",
            "suspended_date": pd.Timestamp(suspended) if suspended else pd.NaT, "status_row": row, "government_caused": government}


def one(day: date, row: dict[str, object], supply: pd.DataFrame | None = None, **options: object) -> dict[str, object]:
    told = calendar_of(pd.DataFrame([row]), supply, day, **options)  # type: ignore[arg-type]
    return told.iloc[0].to_dict() if len(told) else {}


@pytest.mark.parametrize(("day", "status", "stage", "event", "reached"), [
    (date(2018, 11, 1), "supplied_not_due", "not_due", "start_due", "2019-03-01"),
    (date(2018, 12, 1), "supplied_not_due", "due_soon", "start_due", "2019-03-01"),  # 90 days
    (date(2019, 3, 1), "supplied_not_due", "due_soon", "start_due", "2019-03-01"),
    (date(2019, 3, 2), "supplied_overdue", "past_due", "one_year", "2020-03-02"),  # full on the day after its anniversary
    (date(2020, 3, 1), "supplied_overdue", "past_due", "one_year", "2020-03-02"),
    (date(2020, 3, 2), "suspected_idle_1y", "one_year", "two_years", "2021-03-02"),
    (date(2021, 3, 1), "suspected_idle_1y", "one_year", "two_years", "2021-03-02"),
])
def test_each_threshold_is_named_with_its_day(day: date, status: str, stage: str, event: str, reached: str) -> None:
    row = one(day, parcel("A", status, "2019-03-01"))
    assert (row["stage"], row["next_event"], row["next_date"]) == (stage, event, pd.Timestamp(reached))
    assert row["days_to_next"] == (pd.Timestamp(reached) - pd.Timestamp(day)).days
    assert (row["one_year_date"], row["two_years_date"]) == (pd.Timestamp("2020-03-02"), pd.Timestamp("2021-03-02"))


def test_two_years_past_has_no_further_threshold() -> None:
    row = one(date(2021, 3, 2), parcel("A", "suspected_idle_2y", "2019-03-01"))
    assert row["stage"] == "two_years" and pd.isna(row["next_date"]) and pd.isna(row["fee_wanyuan"])


def test_on_the_day_itself_where_the_study_counts_so() -> None:
    row = one(date(2019, 3, 2), parcel("A", "supplied_overdue", "2019-03-01"), anniversary=">=")
    assert row["next_date"] == pd.Timestamp("2020-03-01")


def test_29_february_is_full_on_the_day_after_28_february() -> None:
    row = one(date(2020, 6, 1), parcel("A", "supplied_overdue", "2020-02-29"))
    assert (row["one_year_date"], row["two_years_date"]) == (pd.Timestamp("2021-03-01"), pd.Timestamp("2022-03-01"))


def test_the_fee_is_a_fifth_of_the_price_and_none_where_the_government_caused_the_delay() -> None:
    supply = pd.DataFrame({"price_wanyuan": [1150.0]})
    assert one(date(2019, 6, 1), parcel("A", "supplied_overdue", "2019-03-01", row=0.0), supply)["fee_wanyuan"] == pytest.approx(230.0)
    assert pd.isna(one(date(2019, 6, 1), parcel("A", "supplied_overdue", "2019-03-01", row=0.0, government=True), supply)["fee_wanyuan"])


def test_a_suspension_comes_due_after_a_year_unless_work_went_on() -> None:
    stopped = parcel("C", "under_construction", "2018-01-01", suspended="2021-01-15", row=0.0)
    row = one(date(2021, 6, 1), stopped)
    assert (row["stage"], row["next_event"], row["next_date"]) == ("suspended", "suspended_year", pd.Timestamp("2022-01-16"))
    assert one(date(2022, 1, 16), stopped)["stage"] == "suspended_year"
    assert one(date(2021, 6, 1), stopped, pd.DataFrame({"resumed_date": [pd.Timestamp("2021-03-01")]})) == {}


@pytest.mark.parametrize(("developed", "invested", "listed"), [
    (3333.0, 5000.0, True),  # under a third of 10,000 m²
    (3334.0, 2500.0, False),  # a third and more, 25 % of 10,000 万元
    (9000.0, 2499.0, True),  # under 25 %
    (9000.0, None, False), (None, None, True)])
def test_suspended_land_beyond_both_limits_of_article_2_never_comes_due(developed: float | None, invested: float | None, listed: bool) -> None:
    supply = pd.DataFrame({"developed_area_m2": [developed], "developable_area_m2": [10_000.0], "invested_wanyuan": [invested], "total_investment_wanyuan": [10_000.0]})
    row = one(date(2021, 6, 1), parcel("C", "under_construction", "2018-01-01", suspended="2021-01-15", row=0.0), supply)
    assert bool(row) == listed


def test_used_land_and_land_without_a_date_are_not_in_the_calendar_and_the_next_day_comes_first() -> None:
    rows = [parcel("A", "supplied_overdue", "2020-06-01"), parcel("B", "used", "2019-01-01"), parcel("C", "undetermined", None), parcel("D", "suspected_idle_2y", "2015-01-01"),
            parcel("E", "supplied_not_due", "2021-01-01")]
    assert calendar_of(pd.DataFrame(rows), None, date(2020, 12, 31))["parcel_id"].tolist() == ["E", "A", "D"]
