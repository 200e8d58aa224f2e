"""Times that state their zone are the days that they are in China, whatever file they stand in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely.geometry import box

from spatial.normalise.dates import parse_date
from spatial.read.vector import read_vector

TIMES = {"UTC": pd.to_datetime(["2022-12-31 16:00", None]).tz_localize("UTC"), "China": pd.to_datetime(["2023-01-01 00:00", None]).tz_localize("Asia/Shanghai"),
         "none": pd.to_datetime(["2022-12-31 20:00", None])}
DAYS = {"UTC": "2023-01-01", "China": "2023-01-01", "none": "2022-12-31"}  # 16:00 in Greenwich is midnight in China


def _written(path: Path, times: Any) -> Path:
    frame = gpd.GeoDataFrame({"批准日期": times}, geometry=[box(120, 30, 120.1, 30.1)] * 2, crs=4490)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, engine="pyogrio")
    return path


@pytest.mark.parametrize("suffix", ["gpkg", "fgb", "geojson", "parquet"])
@pytest.mark.parametrize("zone", list(TIMES))
@pytest.mark.filterwarnings("ignore")
def test_a_midnight_in_china_is_its_day(zone: str, suffix: str, tmp_path: Path) -> None:
    raw = read_vector(_written(tmp_path / f"a.{suffix}", TIMES[zone]), role="parcels", shown_path="a")
    first, none = (parse_date(cell)[0] for cell in sorted(raw.frame["批准日期"], key=pd.isna))
    assert (str(first)[:10], none) == (DAYS[zone], None)


def test_times_finer_than_a_microsecond_and_texts_that_nobody_marked_as_such_are_read(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.parquet", TIMES["none"])
    table = pq.read_table(path)
    fine = pa.array([1_656_518_400_000_000_001, None], pa.timestamp("ns", "UTC"))  # 2022-06-29T16:00:00.000000001Z
    table = table.append_column("时刻", fine).append_column("编号", pa.array(["甲01".encode(), None], pa.binary())).append_column("字节", pa.array([b"\x00\xff", b"A"], pa.binary()))
    pq.write_table(table, path)
    frame = read_vector(path, role="parcels", shown_path="a").frame
    assert str(parse_date(frame["时刻"][0])[0])[:10] == "2022-06-30"
    assert (frame["编号"].tolist(), frame["字节"].tolist()) == (["甲01", None], ["00ff", "41"])
