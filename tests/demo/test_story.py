"""The demo's story, computed again from the truth tables with plain pandas and shapely."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import shapely

from spatial.demo import DemoTruth

AS_OF = pd.Timestamp("2022-12-31")
IDLE = ["suspected_idle_1y", "suspected_idle_2y", "suspected_idle_suspended", "certified_idle"]


def _later(day: pd.Timestamp, years: int) -> pd.Timestamp:
    try:
        return pd.Timestamp(dt.date(day.year + years, day.month, day.day))
    except ValueError:  # 29 February
        return pd.Timestamp(dt.date(day.year + years, 2, 28))


def _status(row: pd.Series) -> str:
    """Order No. 53, read row by row."""
    if row["determination_no"] and row["determination_date"] <= AS_OF:
        return "certified_idle"
    if pd.notna(row["completion_date"]) and row["completion_date"] <= AS_OF:
        return "part_used" if row["far"] < row["far_min"] else "used"
    if pd.notna(row["actual_start_date"]) and row["actual_start_date"] <= AS_OF:
        stopped = pd.notna(row["suspended_date"]) and not (pd.notna(row["resumed_date"]) and row["resumed_date"] <= AS_OF)
        little = 3 * row["developed_area_m2"] < row["developable_area_m2"] or 4 * row["invested_wanyuan"] < row["total_investment_wanyuan"]
        return "suspected_idle_suspended" if stopped and _later(row["suspended_date"], 1) < AS_OF and little else "under_construction"
    due = row["agreed_start_date"]
    if pd.notna(row["supplement_start_date"]) and row["supplement_signed_date"] <= AS_OF:
        due = row["supplement_start_date"]
    if pd.isna(due):
        if pd.isna(row["handover_date"]):
            return "undetermined"
        due = _later(row["handover_date"], 1)
    if due >= AS_OF:
        return "supplied_not_due"
    return "suspected_idle_2y" if _later(due, 2) < AS_OF else "suspected_idle_1y" if _later(due, 1) < AS_OF else "supplied_overdue"


def test_every_status_follows_from_the_dates_in_the_ledger(truth: DemoTruth) -> None:
    found = truth.supply.apply(_status, axis=1)
    different = truth.supply.assign(found=found)[found != truth.supply["status"]]
    assert different[["parcel_id", "status", "found"]].to_dict("records") == []


def test_every_status_occurs(truth: DemoTruth) -> None:
    counts = truth.parcels["land_status"].value_counts()
    assert len(counts) == 11
    assert counts.min() >= 4
    assert truth.supply["delay_cause"].str.startswith("政府原因").sum() >= 8


def test_days_follow_one_another(truth: DemoTruth) -> None:
    supply = truth.supply
    for earlier, later in (("contract_date", "handover_date"), ("contract_date", "actual_start_date"), ("actual_start_date", "completion_date"),
                           ("actual_start_date", "suspended_date"), ("contract_date", "agreed_start_date")):
        both = supply[[earlier, later]].dropna()
        assert (both[earlier] < both[later]).all(), (earlier, later)
    assert supply["contract_date"].max() <= AS_OF
    assert supply["completion_date"].max() <= AS_OF


def test_idle_land_gathers_in_three_rivers_city(truth: DemoTruth) -> None:
    supply = truth.supply[truth.supply["industrial"]]
    idle = supply["status"].isin(IDLE)
    rate = supply["ground_m2"].where(idle, 0.0).groupby(supply["carrier_id"]).sum() / supply.groupby("carrier_id")["ground_m2"].sum()
    assert rate["三江智慧城"] > 0.2
    assert 0.03 < idle.mean() < 0.09
    assert rate.median() < 0.05


def _inside(truth: DemoTruth) -> np.ndarray:
    """Planar share of every parcel in the union of the carriers, by a plain overlay."""
    union = shapely.union_all(truth.carriers.geometry.to_numpy())
    shapes = truth.parcels.geometry.to_numpy()
    return shapely.area(shapely.intersection(shapes, union)) / shapely.area(shapes)


def test_new_land_misses_by_location_and_meets_with_listed_projects(truth: DemoTruth) -> None:
    share = pd.Series(_inside(truth), index=truth.parcels.index)
    supply = truth.supply
    new = supply[supply["contract_date"].between("2020-01-01", "2022-12-31") & supply["land_use"].str.match("1001|1101") & ~supply["stock_land"]]
    by_place = (new["area_m2"] * share[new.index]).sum() / new["area_m2"].sum()
    listed = new["project_id"].isin(truth.projects.loc[truth.projects["listed"], "project_id"])
    with_projects = (new["area_m2"] * np.where(listed, 1.0, share[new.index])).sum() / new["area_m2"].sum()
    assert 0.76 < by_place < 0.79
    assert 0.80 < with_projects < 0.84
    assert truth.figures["new_land_to_carriers_share"] == pytest.approx(by_place, abs=1e-9)
    assert truth.figures["new_land_to_carriers_or_projects_share"] == pytest.approx(with_projects, abs=1e-9)


def test_the_overlap_of_the_nested_pair_is_known(truth: DemoTruth) -> None:
    parcels = truth.parcels
    inside = (parcels["area_m2"] * _inside(truth)).sum()
    assert truth.figures["inside_m2"] == pytest.approx(inside, rel=1e-9)
    town = truth.carriers.set_index("carrier_id").geometry["图灵小镇"]
    in_town = shapely.area(shapely.intersection(parcels.geometry.to_numpy(), town)) / parcels.geometry.area
    assert truth.figures["overlap_m2"] == pytest.approx((parcels["area_m2"] * in_town).sum(), rel=1e-6)


@pytest.mark.parametrize(("name", "low", "high"), [
    ("new_project_share", 0.82, 0.86), ("new_investment_share", 0.80, 0.84), ("project_start_rate", 0.88, 0.94),
    ("investment_completion_rate", 0.94, 0.96), ("standard_land_share", 0.90, 0.94), ("standard_land_compliance_share", 0.5, 0.8),
    ("value_added_increment_share", 0.82, 0.84), ("tax_increment_share", 0.77, 0.79), ("benefit_evaluation_coverage", 0.95, 0.98),
    ("idle_land_share", 0.03, 0.08), ("tax_per_mu", 15, 25),
])
def test_the_figures_are_those_of_the_story(truth: DemoTruth, name: str, low: float, high: float) -> None:
    assert low < truth.figures[name] < high


def test_increments_come_from_the_enterprise_rows(truth: DemoTruth) -> None:
    share = pd.Series(_inside(truth), index=truth.parcels.index)
    firms = truth.enterprises.assign(inside=[share[group].iloc[0] for group in truth.enterprises["parcels"]])
    for name in ("value_added", "tax"):
        grown = firms[firms["year"] == 2022][name].sum() - firms[firms["year"] == 2019][name].sum()
        weighted = (firms[name] * firms["inside"]).groupby(firms["year"]).sum()
        assert (weighted[2022] - weighted[2019]) / grown == pytest.approx(truth.figures[f"{name}_increment_share"], abs=1e-6)


def test_leases_net_to_zero_in_every_carrier(truth: DemoTruth) -> None:
    now = truth.enterprises[truth.enterprises["year"] == 2022]
    net = (now["land_leased_in"] - now["land_leased_out"]).groupby(now["carrier_id"].fillna("outside")).sum()
    assert net.abs().max() < 0.01
    assert now["land_leased_in"].sum() == pytest.approx(truth.leases["area_mu"].sum(), abs=0.1)


def test_levels_are_those_of_a_county(truth: DemoTruth) -> None:
    now = truth.enterprises[truth.enterprises["year"] == 2022]
    sums = now.groupby("carrier_id")[["tax", "land_mu", "value_added", "output"]].sum()
    per_mu = sums["tax"] / sums["land_mu"]
    assert per_mu.idxmax() in ("湘湖金融小镇", "钱塘江金融城")
    assert per_mu.idxmin() == "杭州新材料产业园"
    assert 40 < per_mu["湘湖金融小镇"] < 65
    assert 3 < per_mu["杭州新材料产业园"] < 9
    assert (now[["tax", "value_added", "output", "energy", "emissions", "employees"]] > 0).all().all()
    assert now["enterprise_id"].is_unique


def test_projects_keep_to_one_side_of_every_boundary(truth: DemoTruth) -> None:
    share = pd.Series(_inside(truth), index=truth.parcels.index).round(9)
    for group, inside in zip(truth.projects["parcels"], truth.projects["inside_share"], strict=True):
        assert (share[group] == inside).all()


def test_tracked_targets_are_targets_of_the_plans(truth: DemoTruth) -> None:
    assert {"S1-06", "S1-07", "S1-30"} <= set(truth.tracked["target"])
    assert not truth.tracked.duplicated(["target", "as_of"]).any()


def test_carriers_add_up_to_the_district_but_for_the_nested_one(truth: DemoTruth) -> None:
    rows = truth.by_carrier
    assert rows["area_m2"].sum() == pytest.approx(truth.figures["inside_m2"] + truth.figures["overlap_m2"], rel=1e-9)
    new = truth.figures["new_land_m2"] * truth.figures["new_land_to_carriers_share"]
    assert new * (1 - 1e-9) <= rows["new_land_m2"].sum() <= new * 1.05
    assert rows.loc["三江智慧城", "idle_land_share"] > 0.2
    assert ((rows["tax_per_mu"] > 5) & (rows["tax_per_mu"] < 60)).sum() >= 18
