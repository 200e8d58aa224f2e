"""Idle land through a run: shares by each denominator, mapped status columns, many rows on one parcel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from spatial.errors import Refused
from tests.flow.conftest import District, analysed

# areas 4, 2, 3 and 1 ha; as of 2020-12-31
SUPPLY = [
    {"宗地代码": "A", "约定开工时间": "2019-03-01", "成交价格(万元)": "1150"},  # not started for over a year
    {"宗地代码": "B", "约定开工时间": "2019-03-01", "实际开工时间": "2019-02-01"},  # under construction
    {"宗地代码": "C", "约定开工时间": "2020-06-01"},  # overdue
]


def test_the_share_is_idle_over_supplied_industrial_land(district: District, value: Callable[..., Any]) -> None:
    district.ledger("supply", SUPPLY)
    run = district.run()
    assert run.result.parcels["land_status"].tolist() == ["suspected_idle_1y", "under_construction", "supplied_overdue", "not_supplied"]
    assert value(run, "idle_land_share") == pytest.approx(4 / 9, rel=1e-6)
    assert value(run, "suspected_idle_area") == pytest.approx(60, rel=2e-5)
    assert value(run, "idle_land_share", zone="甲园") == pytest.approx(4 / 4.5, rel=1e-6)
    assert "230.00" in run.result.parcels["status_reason"].iloc[0]


def test_all_parcels_may_be_the_denominator(district: District, value: Callable[..., Any]) -> None:
    district.ledger("supply", SUPPLY)
    assert value(district.analyse(sets=["rules.idle_denominator=all_parcels"]), "idle_land_share") == pytest.approx(0.4, rel=1e-6)


def test_a_parcel_without_dates_leaves_both_sides(district: District, value: Callable[..., Any]) -> None:
    district.ledger("supply", [*SUPPLY, {"宗地代码": "D"}])
    run = district.analyse()
    assert value(run, "idle_land_share") == pytest.approx(4 / 9, rel=1e-6)
    assert value(run, "idle_land_share", key="coverage") == pytest.approx(0.9, rel=1e-6)


def test_two_supply_rows_on_one_parcel_are_refused_without_a_rule(district: District, value: Callable[..., Any]) -> None:
    district.ledger("supply", [*SUPPLY, {"宗地代码": "A", "约定开工时间": "2020-12-01"}])
    with pytest.raises(Refused) as caught:
        district.run()
    assert "join.many_rows_status" in {f.code for f in caught.value.findings}
    any_idle = district.analyse(sets=['join.many_rows={ land_status = "any" }'])
    assert value(any_idle, "idle_land_share") == pytest.approx(4 / 9, rel=1e-6)
    all_idle = district.analyse(sets=['join.many_rows={ land_status = "all" }'])
    assert value(all_idle, "idle_land_share") == 0


def test_a_status_column_may_stand_in_for_dates(district: District, value: Callable[..., Any]) -> None:
    district.ledger("attributes.state", [{"宗地代码": "A", "现状": "空置"}, {"宗地代码": "B", "现状": "在用"}],
                    '[layers.attributes.state.columns]\nland_status = "现状"\n[layers.attributes.state.values.land_status]\nsuspected_idle_1y = ["空置"]')
    run = district.analyse(sets=["rules.idle_denominator=all_parcels"])
    assert run.result.parcels["land_status"].tolist() == ["suspected_idle_1y", "used", "not_supplied", "not_supplied"]
    assert value(run, "idle_land_share") == pytest.approx(0.4, rel=1e-6)


def test_what_is_not_known_is_no_data(district: District, value: Callable[..., Any]) -> None:
    assert value(district.analyse(), "idle_land_share", key="status") == "no_data"


def test_idle_land_caused_by_government_has_a_total_of_its_own(district: District) -> None:
    """A (60 mu) is two years late by the government's change of plan, C (45 mu) by the firm's own doing, B (30 mu) has started: 60 of the 105 idle mu."""
    late = {"land_use": "1001", "contract_date": "2017-01-10", "agreed_start_date": "2017-06-01"}
    district.ledger("supply", [{"parcel_id": "A", **late, "delay_cause": "政府规划调整"}, {"parcel_id": "C", **late, "delay_cause": "企业资金"},
                               {"parcel_id": "B", **late, "actual_start_date": "2017-05-01"}])
    result = analysed(district)
    values = result.values[result.values["zone"].eq("study_area")].set_index("indicator")
    area = dict(zip(result.parcels["parcel_id"], result.parcels["area_m2"], strict=True))
    assert values.loc["government_idle_area", "value"] == pytest.approx(area["A"] * 3 / 2000, rel=1e-12)
    assert values.loc["idle_land_share", "numerator"] == pytest.approx(area["A"] + area["C"], rel=1e-12)


def test_without_causes_the_land_idle_by_government_is_unknown(district: District) -> None:
    district.ledger("supply", [{"parcel_id": "A", "land_use": "1001", "contract_date": "2017-01-10", "agreed_start_date": "2017-06-01"}])
    values = analysed(district).values.set_index(["indicator", "zone"])
    assert values.loc[("government_idle_area", "study_area"), "status"] == "no_data"


@pytest.mark.parametrize(("signed", "status", "told"), [("", "supplied_overdue", ["2"]), ("2020-02-01", "supplied_overdue", []), ("2021-01-05", "suspected_idle_1y", [])])
def test_a_supplement_that_does_not_say_when_it_was_signed_moves_the_start_and_is_told(signed: str, status: str, told: list[str], district: District) -> None:
    """A was to start on 2019-03-01, by a supplement on 2020-06-01: on 2020-12-31 that is not yet a year; a supplement signed after that day does not count."""
    district.ledger("supply", [{**SUPPLY[0], "补充协议开工时间": "2020-06-01", "补充协议签订日期": signed}, SUPPLY[1]])
    result = analysed(district)
    assert result.parcels["land_status"].iloc[0] == status
    assert [finding.params["rows"] for finding in result.findings if finding.code == "status.supplement_unsigned"] == told
