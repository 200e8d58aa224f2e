"""Columns asleep are the columns that a plain read gives, cell by cell and type by type; a run wakes what the rules know, one after another."""

from __future__ import annotations

import datetime as dt
import sqlite3
import weakref
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from numpy.typing import NDArray

from spatial.normalise.layer import normalise_table
from spatial.read.declarations import kinds
from spatial.read.study import load_study
from spatial.read.vector import gdal, geopackage, parquet
from spatial.read.vector.asleep import BATCH, Asleep
from spatial.read.vector.draft import Draft, Place
from spatial.read.vector.tidy import finish
from spatial.schema.fields import kind_of
from spatial.schema.raw import RawLayer, column_of

ROWS = 2 * BATCH + 17  # three batches
PLACE = Place("parcels", "parcels")
Read = Callable[[Path, Path | None], Draft]


def _geopackage(path: Path, scratch: Path | None) -> Draft:
    return geopackage.read_prepared(path, PLACE, immutable=True, asleep=scratch)


def _parquet(path: Path, scratch: Path | None) -> Draft:
    return parquet.read_parquet(path, PLACE, asleep=scratch)


def _layer(rows: int = ROWS) -> gpd.GeoDataFrame:
    k = np.arange(rows)
    return gpd.GeoDataFrame({
        "宗地代码": [f"330109001001GB{i:05d}" for i in k], "用途": np.where(k % 7 == 0, None, np.where(k % 2, "工业用地", "0701")), "备注": [None] * rows,
        "面积": np.where(k % 5 == 0, np.nan, k / 3), "号": k * 10**12, "建": k % 2 == 0, "日期": pd.Timestamp("2020-02-29") + pd.to_timedelta(k % 400, unit="D")},
        geometry=shapely.points(k, k), crs=4549)


def _equal(asleep: RawLayer, plain: RawLayer) -> None:
    assert list(asleep.frame.columns) == list(plain.frame.columns) and len(asleep.frame) == len(plain.frame) == len(asleep.row_numbers)
    for position in range(len(plain.frame.columns)):
        own, other = (column_of(layer.frame, position) for layer in (asleep, plain))
        assert own.dtype == other.dtype == object and own.index.equals(other.index)
        assert [(type(cell), cell) for cell in own.tolist()] == [(type(cell), cell) for cell in other.tolist()]


def _raw(read: Read, path: Path, scratch: Path | None) -> RawLayer:
    draft = read(path, scratch)
    draft.geometry = None
    return finish(draft, path, PLACE)


@pytest.mark.parametrize(("suffix", "read"), [("gpkg", _geopackage), ("parquet", _parquet)])
def test_a_column_asleep_has_the_cells_of_a_plain_one(tmp_path: Path, suffix: str, read: Read) -> None:
    path, scratch = tmp_path / f"parcels.{suffix}", tmp_path / "scratch"
    scratch.mkdir()
    layer = _layer()
    layer.to_file(path) if suffix == "gpkg" else layer.to_parquet(path)
    there, plain = _raw(read, path, scratch), _raw(read, path, None)
    assert all(isinstance(there.frame[name].array, Asleep) for name in layer.columns[:-1])
    _equal(there, plain)
    keep = np.arange(ROWS) % 3 == 1
    for layer_ in (there, plain):
        layer_.frame, layer_.row_numbers = layer_.frame[keep].reset_index(drop=True), layer_.row_numbers[keep]
    _equal(there, plain)
    assert there.frame.head(5)["宗地代码"].tolist() == plain.frame.head(5)["宗地代码"].tolist() and there.frame.iat[7, 3] == plain.frame.iat[7, 3]
    assert there.frame["用途"].isna().equals(plain.frame["用途"].isna())
    assert list(scratch.iterdir()) == []  # the file has no name: nothing is left behind


def test_kinds_of_parquet_that_no_other_format_has(tmp_path: Path) -> None:
    table = pa.table({
        "分类": pa.array(["工业", None, "住宅"]).dictionary_encode(), "金额": pa.array([Decimal("1.50"), None, Decimal("2.25")]), "名": pa.array([["甲", "乙"], [], None]),
        "日": pa.array([dt.date(2020, 2, 29), None, dt.date(1900, 1, 1)]), "时": pa.array([dt.datetime(2020, 1, 1, 8), None, dt.datetime(2021, 1, 1)], pa.timestamp("us", tz="Asia/Shanghai")),
        "码": pa.array([b"\x01\xff", None, b""]), "小": pa.array([1.5, float("nan"), None], pa.float32())})
    pq.write_table(table, tmp_path / "parcels.parquet", row_group_size=2)
    _equal(_raw(_parquet, tmp_path / "parcels.parquet", tmp_path), _raw(_parquet, tmp_path / "parcels.parquet", None))


def test_text_that_is_no_utf8_and_text_among_numbers_are_read_as_in_a_plain_layer(tmp_path: Path) -> None:
    path = tmp_path / "parcels.gpkg"
    _layer(40).to_file(path, layer_options={"SPATIAL_INDEX": "NO"})
    with sqlite3.connect(path) as base:
        base.execute("UPDATE parcels SET 备注 = CAST(? AS TEXT) WHERE fid = 3", ("萧山经济技术开发区".encode("gb18030"),))
        base.execute("UPDATE parcels SET 面积 = '六十亩' WHERE fid = 5")
    base.close()
    there, plain = _raw(_geopackage, path, tmp_path), _raw(_geopackage, path, None)
    _equal(there, plain)
    assert [f.code for f in there.findings] == [f.code for f in plain.findings] == ["container.encoding_lie", "container.text_in_numbers"]
    assert plain.frame["备注"].iloc[2] == "萧山经济技术开发区" and there.frame["面积"].iloc[4] == "六十亩"


def test_a_layer_without_any_column_keeps_its_rows(tmp_path: Path) -> None:
    for suffix, read in (("gpkg", _geopackage), ("parquet", _parquet)):
        path = tmp_path / f"bare.{suffix}"
        bare = gpd.GeoDataFrame(geometry=shapely.points(np.arange(5), np.arange(5)), crs=4549)
        bare.to_file(path) if suffix == "gpkg" else bare.to_parquet(path)
        assert len(read(path, tmp_path).rows) == len(read(path, None).rows) == 5


def test_columns_that_no_rule_knows_stay_asleep_and_the_others_wake_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty columns of which three are mapped: the process never holds the table."""
    layer = _layer(3_000).rename(columns={"面积": "登记面积(平方米)"})
    for k in range(40):
        layer[f"杂{k}"] = [f"{k}/{i}" for i in range(len(layer))]
    layer.to_parquet(tmp_path / "parcels.parquet")
    (tmp_path / "study.toml").write_text('[study]\nname = "w"\nas_of = 2022-12-31\nperiod = [2020-01-01, 2022-12-31]\n[layers.parcels]\npath = "parcels.parquet"\n', encoding="utf-8")
    study, kind = load_study(tmp_path / "study.toml"), kind_of("parcels", kinds())
    assert kind is not None
    raw = _raw(_parquet, tmp_path / "parcels.parquet", tmp_path)
    woken: list[weakref.ref[NDArray[Any]]] = []
    most = 0
    plain = gdal.cells_of

    def seen(column: pa.ChunkedArray, place: Place) -> NDArray[Any]:
        nonlocal most
        cells = plain(column, place)
        if len(cells) == len(layer):
            woken.append(weakref.ref(cells))
            most = max(most, sum(one() is not None for one in woken))
        return cells

    for held in (raw.frame[name].array for name in raw.frame.columns):
        assert isinstance(held, Asleep)
        held._bed.cells = lambda _, column: seen(column, PLACE)
    done = normalise_table(raw, study.layers["parcels"], kind, study, {})
    assert {"parcel_id", "land_use", "registered_area_m2"} <= set(done.frame.columns)
    assert 3 <= len(woken) <= 12 and most <= 3
