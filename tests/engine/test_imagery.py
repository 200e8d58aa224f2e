"""Imagery on parcels in partitions: the columns, values and findings of a local run, whatever the windows and the partitions are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from spatial import pipeline
from spatial.demo import write_demo
from spatial.engine.workers import Workers
from spatial.errors import Refused
from spatial.join import zonal as module
from tests.engine.study import write_study

pytestmark = pytest.mark.filterwarnings("ignore")  # what the workers' own libraries have to say
SAME = ("results.json", "findings.csv", "parcels.parquet", "map.html", "layers.gpkg", "tables.xlsx")


def raster(path: Path, cells: np.ndarray, size: float, west: float = 499_950.0, crs: str = "EPSG:4549", **more: Any) -> None:
    with rasterio.open(path, "w", driver="GTiff", width=cells.shape[1], height=cells.shape[0], count=1, dtype=cells.dtype, crs=crs,
                       transform=from_origin(west, 3_500_700, size, size), tiled=True, blockxsize=16, blockysize=16, **more) as file:
        file.write(cells, 1)


def study_of(folder: Path) -> Path:
    """The district of `write_study` with lights in cells of 25 m, which parcels of 900 m² fill but once, and classes in cells of 10 m over its western half."""
    study = write_study(folder)
    rng = np.random.default_rng(3)
    raster(folder / "lights.tif", rng.uniform(0, 60, (30, 32)).astype("float32"), 25)
    raster(folder / "cover.tif", rng.choice(np.array([50, 60, 30], dtype="uint8"), (75, 40)), 10, nodata=0)
    text = study.read_text(encoding="utf-8")
    study.write_text(text + '[layers.imagery.lights]\npath = "lights.tif"\n[layers.imagery.cover]\npath = "cover.tif"\nkind = "classes"\n', encoding="utf-8")
    return study


def test_imagery_says_what_it_says_in_a_local_run(tmp_path: Path, lent: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOGETHER", 7)
    study = study_of(tmp_path)
    for engine in ("local", "dask"):
        pipeline.run(study, out=tmp_path / engine, engine=engine, sets=["engine.partitions=33", "sheets.draw=no"])  # type: ignore[arg-type]
    assert [name for name in SAME if (tmp_path / "local" / name).read_bytes() != (tmp_path / "dask" / name).read_bytes()] == []
    done = pipeline.load(tmp_path / "dask")
    assert {"lights_mean", "lights_uncertainty", "cover_share_50", "cover_coverage"} <= set(done.parcels) and done.parcels["cover_coverage"].between(0.01, 0.99).any()


def test_an_image_on_which_no_parcel_lies_is_refused_as_in_a_local_run(tmp_path: Path, lent: Workers) -> None:
    study = study_of(tmp_path)
    raster(tmp_path / "lights.tif", np.ones((8, 8), dtype="float32"), 25, west=600_000)
    told = []
    for engine in ("local", "dask"):
        with pytest.raises(Refused) as refused:
            pipeline.run(study, out=tmp_path / engine, engine=engine)  # type: ignore[arg-type]
        told.append([finding.line("zh") for finding in refused.value.findings if finding.severity == "error"])
    assert told[0] == told[1] and len(told[0]) == 1


@pytest.mark.verify
def test_the_demo_in_partitions_is_the_demo(tmp_path: Path, lent: Workers) -> None:
    """Every file but the record of the run, which names its settings, and its state: from a shapefile of parcels, images and ledgers."""
    study = write_demo(tmp_path / "demo")
    for engine in ("local", "dask"):
        pipeline.run(study, out=tmp_path / engine, engine=engine)  # type: ignore[arg-type]
    names = sorted(str(path.relative_to(tmp_path / "local")) for path in (tmp_path / "local").rglob("*") if path.is_file() and path.name not in ("run.lock.json", "state.zip"))
    assert {"map.html", "layers.gpkg", "tables.xlsx", "report.docx", "parcels.parquet"} < set(names) and sum(name.startswith("rasters") for name in names) == 12
    assert [name for name in names if (tmp_path / "local" / name).read_bytes() != (tmp_path / "dask" / name).read_bytes()] == []
