"""A frame with columns asleep is the frame it was made of: whoever asks for a column has it, in every cell and type."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from spatial.engine import parked
from spatial.engine.frames import Ground, Table, awake
from spatial.engine.parked import Parking
from spatial.read.vector.asleep import Asleep

ROWS = 300
pytestmark = pytest.mark.skipif(os.name != "posix", reason="columns lie in files where a mapped file can be unlinked")


@pytest.fixture
def layer() -> gpd.GeoDataFrame:
    at = np.arange(ROWS)
    texts = {"parcel_id": [f"宗{i}" for i in at], "land_use": [("1001", "0701", None)[i % 3] for i in at], "blank": [None] * ROWS, "nan": [(np.nan, "a")[i % 2] for i in at],
             "half": ["\ud800"] * ROWS, "uses": [("1001", "0701")] * ROWS}
    return gpd.GeoDataFrame({name: pd.Series(cells, dtype=object) for name, cells in texts.items()} | {"area_m2": at / 3}, geometry=gpd.points_from_xy(at, at), crs=4549)


@pytest.fixture
def there(tmp_path: Path, layer: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch) -> gpd.GeoDataFrame:
    monkeypatch.setattr(parked, "LEAST_BYTES", 1)
    monkeypatch.setattr(parked, "WORDS", 10)
    return Parking(tmp_path).frame(layer)


def test_texts_sleep_and_cells_of_other_kinds_stay(there: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> None:
    assert isinstance(there, Ground) and there.crs == layer.crs
    assert [name for name, kind in there.dtypes.items() if str(kind) == "asleep"] == ["parcel_id", "land_use", "blank"]
    for name in layer.columns:
        assert there[name].dtype == layer[name].dtype
        pd.testing.assert_series_equal(there[name], layer[name])
    assert there["land_use"][2] is None and len({id(cell) for cell in there["land_use"]}) == 3  # words come back each held once


def test_rows_and_columns_are_chosen_without_waking_any(there: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, plain = np.arange(ROWS)[::-7], layer.drop(columns="geometry")
    with monkeypatch.context() as asleep:
        asleep.setattr(Asleep, "awake", lambda self: pytest.fail("it was woken"))
        some, table = there.iloc[rows].reset_index(drop=True), there.drop(columns="geometry")
        wide = there.copy(deep=False).assign(more=1.0)
    assert isinstance(table, Table)
    assert some["parcel_id"].tolist() == layer["parcel_id"].iloc[rows].tolist() and wide["land_use"].equals(layer["land_use"])
    assert table["land_use"].equals(plain["land_use"]) and table[["land_use", "blank"]]["blank"].isna().all()
    assert there.loc[rows, "land_use"].tolist() == layer.loc[rows, "land_use"].tolist() and there[there["area_m2"] > 50]["parcel_id"].iloc[0] == "宗151"
    assert [name for name, cells in there.items() if cells.dtype == object] == [name for name, cells in layer.items() if cells.dtype == object]
    assert [row.parcel_id for row in there.itertuples()] == layer["parcel_id"].tolist()


def test_an_awake_frame_is_its_owners_to_change(there: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> None:
    own = awake(there)
    assert type(own) is gpd.GeoDataFrame
    pd.testing.assert_frame_equal(pd.DataFrame(own), pd.DataFrame(layer))
    own.loc[0, ["parcel_id", "area_m2"]] = ["another", 1.0]
    assert there["parcel_id"][0] == "宗0" and there["area_m2"][0] == 0.0
