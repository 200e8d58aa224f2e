"""The cases of the rule book for idle land, by hand."""

from datetime import date

import pandas as pd
import pytest

from spatial.indicators.status import supply_status


def status(as_of: str, **row: object) -> pd.Series:
    frame = pd.DataFrame([{k: pd.Timestamp(v) if k.endswith("_date") and v else v for k, v in row.items()}])
    return supply_status(frame, as_of=date.fromisoformat(as_of)).iloc[0]


def test_on_the_anniversary_the_year_is_not_full() -> None:
    assert status("2020-03-01", agreed_start_date="2019-03-01").land_status == "supplied_overdue"


def test_the_day_after_the_anniversary_it_is_and_the_fee_is_a_fifth_of_the_price() -> None:
    row = status("2020-03-02", agreed_start_date="2019-03-01", price_wanyuan=1150.0)
    assert (row.land_status, row.fee_wanyuan, row.days_overdue) == ("suspected_idle_1y", 230.0, 367)


@pytest.mark.parametrize(("as_of", "expected"), [("2019-05-10", "supplied_not_due"), ("2020-05-10", "supplied_overdue"),
                                                 ("2020-05-11", "suspected_idle_1y"), ("2021-05-10", "suspected_idle_1y"),
                                                 ("2021-05-11", "suspected_idle_2y")])
def test_without_an_agreed_start_it_is_one_year_after_handover(as_of: str, expected: str) -> None:
    assert status(as_of, handover_date="2018-05-10").land_status == expected


def test_leap_day_ends_on_the_last_day_of_february() -> None:
    assert status("2021-02-28", agreed_start_date="2020-02-29").land_status == "supplied_overdue"
    assert status("2021-03-01", agreed_start_date="2020-02-29").land_status == "suspected_idle_1y"


@pytest.mark.parametrize(("as_of", "expected"), [("2022-01-15", "under_construction"), ("2022-01-16", "suspected_idle_suspended")])
def test_suspended_with_three_of_ten_hectares(as_of: str, expected: str) -> None:
    assert status(as_of, actual_start_date="2020-01-01", suspended_date="2021-01-15", developed_area_m2=30_000.0,
                  developable_area_m2=100_000.0).land_status == expected


def test_a_third_and_a_quarter_exactly_are_not_idle() -> None:
    same = dict(actual_start_date="2020-01-01", suspended_date="2021-01-15")
    assert status("2023-01-01", **same, developed_area_m2=33_400.0, developable_area_m2=100_000.0, invested_wanyuan=30.0,
                  total_investment_wanyuan=100.0).land_status == "under_construction"
    assert status("2023-01-01", **same, developed_area_m2=10.0, developable_area_m2=30.0, invested_wanyuan=25.0,
                  total_investment_wanyuan=100.0).land_status == "under_construction"
    assert status("2023-01-01", **same, developed_area_m2=9.99, developable_area_m2=30.0).land_status == "suspected_idle_suspended"


def test_suspended_with_nothing_known_cannot_be_determined() -> None:
    assert status("2023-01-01", actual_start_date="2020-01-01", suspended_date="2021-01-15").land_status == "undetermined"


def test_a_supplement_counts_only_once_signed() -> None:
    same = dict(agreed_start_date="2019-03-01", supplement_start_date="2020-03-01", supplement_signed_date="2019-12-01")
    assert status("2019-11-30", **same).start_basis == "agreed"
    assert status("2020-12-01", **same).land_status == "supplied_overdue"


def test_what_happened_after_the_day_is_not_known() -> None:
    assert status("2020-06-01", agreed_start_date="2019-03-01", actual_start_date="2020-06-02").land_status == "suspected_idle_1y"


def test_government_cause_stays_idle_without_fee_or_reclaim() -> None:
    row = status("2022-01-01", agreed_start_date="2019-03-01", price_wanyuan=100.0, delay_cause="政府原因：未按期交地")
    assert (row.land_status, row.government_caused, row.consequence) == ("suspected_idle_2y", True, "disposal")
    assert pd.isna(row.fee_wanyuan)


def test_an_official_determination_is_told_apart() -> None:
    assert status("2022-01-01", agreed_start_date="2019-03-01", determination_no="慈土闲认〔2015〕112号").land_status == "certified_idle"


def test_no_dates_cannot_be_determined() -> None:
    row = status("2022-01-01", contract_date="2019-03-01")
    assert (row.land_status, row.idle_known) == ("undetermined", False)
