"""What can be offered: which kind each parcel is, what stands in its way, vacant floor space by carrier, leases that end."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from spatial.schema.shares import Shares
from spatial.scorecard.offers import by_carrier, expiring_leases, offers_of, vacant_of

SQUARE = 100.0
CARRIERS = gpd.GeoDataFrame({"carrier_id": ["甲"], "carrier_name": ["甲园"], "main_industry": ["机器人"]}, geometry=[box(0, 0, 1000, 100)], crs=4528)


def parcels(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    base = {"carrier_id": "甲", "carrier_name": "甲园", "land_use": "2301", "planned_use": None, "land_class": None, "land_status": "not_supplied", "built": False, "industrial": False,
            "inefficient": False, "area_m2": 20_000 / 3, "status_reason": "逾期"}
    frame = [base | {"parcel_id": f"P{i}"} | row for i, row in enumerate(rows)]
    return gpd.GeoDataFrame(frame, geometry=[box(i * SQUARE, 0, i * SQUARE + SQUARE, SQUARE) for i in range(len(rows))], crs=4528)


def industrial(code: object) -> bool:
    return isinstance(code, str) and code.startswith(("1001", "1101"))


def test_each_parcel_is_offered_as_the_first_kind_that_fits() -> None:
    ground = parcels([
        {"planned_use": "100101", "land_class": "B21"}, {"planned_use": "100101", "land_class": "B22"}, {"planned_use": "100101", "land_class": "B21"}, {"planned_use": "0701", "land_class": "B21"},
        {"land_status": "suspected_idle_2y", "industrial": True, "inefficient": True}, {"land_status": "used", "industrial": True, "inefficient": True},
        {"land_status": "used", "land_class": "D22"}, {"land_status": "used", "industrial": True}, {"planned_use": "100101", "built": True}])
    river = (pd.DataFrame({"kind": ["河道管理范围"]}), np.array([box(2 * SQUARE + 90, 0, 3 * SQUARE, SQUARE)], dtype=object))  # a tenth of P2
    told = offers_of(ground, CARRIERS, industrial, river).set_index("parcel_id")
    assert told["kind"].to_dict() == {"P0": "ready", "P1": "available", "P2": "constrained", "P4": "reclaimable_idle", "P5": "reclaimable_inefficient", "P6": "expiring"}
    assert told.loc["P2", "constraints"] == "河道管理范围" and told.loc["P0", "main_industry"] == "机器人" and told.loc["P4", "note"] == "逾期"
    summed = by_carrier(told.reset_index()).set_index("kind")
    assert summed.loc["ready", ["count", "area_mu"]].tolist() == [1, pytest.approx(10.0)]


def test_a_constraint_that_only_brushes_a_parcel_does_not_stand_in_its_way() -> None:
    ground = parcels([{"planned_use": "100101", "land_class": "B21"}])
    brush = (pd.DataFrame({"kind": ["河道管理范围"]}), np.array([box(SQUARE - 0.05, 0, 200, SQUARE)], dtype=object))
    assert offers_of(ground, CARRIERS, industrial, brush)["kind"].tolist() == ["ready"]


def test_without_any_of_it_nothing_is_offered() -> None:
    ground = parcels([{"land_status": "undetermined"}]).drop(columns=["planned_use", "land_class", "inefficient", "status_reason"])
    assert len(offers_of(ground, CARRIERS.iloc[:0], industrial, None)) == 0 and len(by_carrier(offers_of(ground, CARRIERS, industrial, None))) == 0


def test_vacant_floor_space_lies_where_the_middle_of_the_building_does() -> None:
    rows = pd.DataFrame({"use": ["厂房", "厂房", "办公", "厂房"], "floor_area_m2": [500.0, 300.0, 200.0, 100.0], "vacant_area_m2": [120.0, 0.0, 50.0, 30.0]})
    shapes = np.array([box(0, 0, 10, 10), box(20, 0, 30, 10), box(40, 0, 50, 10), box(2000, 0, 2010, 10)], dtype=object)
    told = vacant_of((rows, shapes), CARRIERS)
    assert {(r.carrier_name, r.use): (r.buildings, r.vacant_m2, r.floor_area_m2) for r in told.itertuples() if r.carrier_name == "甲园"} == {
        ("甲园", "厂房"): (1, 120.0, 800.0), ("甲园", "办公"): (1, 50.0, 200.0)}
    assert told["vacant_m2"].sum() == 200.0 and len(vacant_of(None, CARRIERS)) == 0


def test_leases_that_end_within_a_year_are_told_with_the_lessors_carrier() -> None:
    leases = pd.DataFrame({"lessor_id": ["E1", "E1", "E2"], "area_m2": [2000.0, 2000.0, 4000.0], "to": pd.to_datetime(["2023-06-30", "2024-01-01", "2022-12-30"])})
    firms, zones = pd.DataFrame({"enterprise_id": ["E1", "E2"]}), pd.DataFrame({"id": ["study_area", "甲"], "name": ["", "甲园"], "kind": ["study_area", "carrier"]})
    shares = Shares(np.array([0, 0, 1]), np.array([0, 1, 0]), np.ones(3), np.ones(3))
    told = expiring_leases(leases, firms, shares, zones, date(2022, 12, 31))
    assert told.values.tolist() == [["甲园", "E1", pytest.approx(3.0), pd.Timestamp("2023-06-30")]]
