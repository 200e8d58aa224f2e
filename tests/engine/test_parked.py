"""Columns at rest are the columns that were parked, in every cell and type, and nobody writes into them."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from spatial.engine import parked
from spatial.engine.parked import Parking
from spatial.indicators.terms import Book, Facts
from spatial.schema.shares import Shares
from spatial.schema.trail import Trail

ROWS = 20_000
posix = pytest.mark.skipif(os.name != "posix", reason="columns are parked where a mapped file can be unlinked")


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    days = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(ROWS) % 400, unit="D")).where(np.arange(ROWS) % 7 != 0)
    return gpd.GeoDataFrame({
        "area_m2": np.where(np.arange(ROWS) % 5 == 0, np.nan, np.arange(ROWS) / 3), "row": np.arange(ROWS, dtype=np.int64), "due": days, "built": np.arange(ROWS) % 2 == 0,
        "parcel_id": [f"P{i}" for i in range(ROWS)], "idle": pd.array([None, True] * (ROWS // 2), dtype="boolean")},
        geometry=gpd.points_from_xy(np.arange(ROWS), np.zeros(ROWS)), crs=4549).assign(open=pd.Series(np.broadcast_to(np.nan, ROWS), copy=False))


def test_a_parked_frame_is_the_frame(tmp_path: Path, frame: gpd.GeoDataFrame) -> None:
    parking = Parking(tmp_path)
    there = parking.frame(frame)
    parking.rest()
    pd.testing.assert_frame_equal(pd.DataFrame(there), pd.DataFrame(frame))
    assert there.crs == frame.crs and list(there.columns) == list(frame.columns)
    assert there["area_m2"].sum() == frame["area_m2"].sum()
    boxes = np.arange(4.0 * ROWS).reshape(ROWS, 4)
    assert np.array_equal(parking.array(boxes[:, ::-1]), boxes[:, ::-1])
    assert list(tmp_path.iterdir()) == []  # the files have no name: nothing is left behind


@posix
def test_numbers_days_and_flags_are_mapped_and_nothing_twice(tmp_path: Path, frame: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parked, "LEAST_BYTES", 1)
    parking = Parking(tmp_path)
    there = parking.frame(frame.drop(columns="parcel_id"))
    assert sum(len(held) for held in parking.maps) == ROWS * (8 + 8 + 8 + 1)  # area_m2, row, due, built; the column of one cell stays as it is
    again = parking.frame(there.assign(more=1.5 * there["area_m2"]))
    assert len(parking.maps) == 5 and again["more"].equals(1.5 * frame["area_m2"])


@posix
def test_texts_are_mapped_in_every_cell_and_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parked, "LEAST_BYTES", 1)
    texts = pd.DataFrame({"name": pd.Series([f"甲{i}" if i % 3 else None for i in range(ROWS)], dtype="str"), "size": np.arange(ROWS)})
    trail = Trail(pd.DataFrame(), {"parcels": texts}, {"parcels": Shares(np.arange(3), np.arange(3), np.ones(3), np.zeros(3))}, ("study_area",))
    parking = Parking(tmp_path)
    there = parking.trail(trail)
    assert parking.frame(there.tables["parcels"]).equals(texts) and len(parking.maps) == 2 + 4  # what rests is left
    parking.rest()
    pd.testing.assert_frame_equal(there.tables["parcels"], trail.tables["parcels"])
    assert there.shares["parcels"].share.tolist() == [1.0, 1.0, 1.0] and there.zones == trail.zones


@posix
def test_pages_go_back_while_a_step_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parked, "OFTEN", 0.01)
    given: list[int] = []
    parking = Parking(tmp_path)
    monkeypatch.setattr(Parking, "rest", lambda self: given.append(1))
    with parking.resting():
        time.sleep(0.2)
    count = len(given)
    time.sleep(0.05)
    assert 2 <= count == len(given)


@posix
def test_writing_into_a_parked_column_is_stopped(tmp_path: Path, frame: gpd.GeoDataFrame) -> None:
    there = Parking(tmp_path).frame(frame)
    with pytest.raises(ValueError, match="read-only"):
        there["area_m2"].to_numpy()[0] = 1.0
    there["area_m2"] = there["area_m2"] + 1  # a column in its place is another matter
    assert there["area_m2"].iloc[1] == 1 / 3 + 1 and frame["area_m2"].iloc[1] == 1 / 3


def test_a_book_keeps_all_but_where_its_columns_lie(tmp_path: Path, frame: gpd.GeoDataFrame) -> None:
    before = Book(Facts({"parcels": frame, "leases": frame.head(3)}, cast(Any, "the study"), 2020, leased=True), {}, frame.head(2))
    after = Parking(tmp_path).book(before)
    assert (after.facts.study, after.facts.year, after.facts.leased) == ("the study", 2020, True)
    assert after.facts.tables["leases"] is before.facts.tables["leases"] and after.zones is before.zones
    pd.testing.assert_frame_equal(pd.DataFrame(after.facts.tables["parcels"]), pd.DataFrame(frame))
