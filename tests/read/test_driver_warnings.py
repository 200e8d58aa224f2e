"""What a driver says while it reads reaches the user, whatever its words."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio.raw
import pytest
import shapely

from spatial.read.vector import gdal
from spatial.read.vector.draft import Place


@pytest.mark.parametrize("said", ["", "Value 'x' of field DJMJ parsed incompletely to real 0."])
def test_a_warning_of_the_driver_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    path = tmp_path / "parcels.gpkg"
    gpd.GeoDataFrame({"ZDDM": ["1"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4490).to_file(path)
    read = pyogrio.raw.read_arrow

    def speaking(*args: Any, **options: Any) -> Any:
        if said:
            warnings.warn(said, RuntimeWarning, stacklevel=1)
        return read(*args, **options)

    monkeypatch.setattr(pyogrio.raw, "read_arrow", speaking)
    _, _, findings = gdal._arrow(path, "GPKG", None, Place("parcels", "parcels.gpkg"))
    assert [(f.code, f.value_seen) for f in findings] == ([("container.driver_warning", said)] if said else [])
