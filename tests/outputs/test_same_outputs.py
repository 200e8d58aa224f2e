"""Same inputs, same outputs, bit for bit: whatever the locale, the time zone, the hash seed, the number of threads or workers, and the order of rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from tests.engine.study import CRS, write_study
from tests.outputs.conftest import listing

MACHINES: dict[str, dict[str, str]] = {
    "plain": {"LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"},
    "other": {"LC_ALL": "C", "LANG": "tr_TR.UTF-8", "LANGUAGE": "de", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4242", "OMP_NUM_THREADS": "7", "GDAL_NUM_THREADS": "4",
              "PYTHONUTF8": "1", "COLUMNS": "40", "PYTHONOPTIMIZE": "1"},
}
ROWS = ("row", "status_row")  # where a row stands in its file
MANY_ON_ONE = """
[rules]
per_mu_land = "parcels"
inefficient = "huzhou-2021"
[layers.attributes.meters]
path = "meters.csv"
[layers.approvals]
path = "approvals.gpkg"
[layers.buildings]
path = "buildings.gpkg"
[layers.leases]
path = "leases.csv"
"""
ORDERED = ("zones", "values", "scorecard", "readings", "course", "balance")


def ran(study: Path, out: Path, machine: dict[str, str], *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "spatial", "run", str(study), "--out", str(out), "--quiet", *options]
    return subprocess.Popen(command, env={**os.environ, **machine}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=out.parent)


def settle(runs: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, run in runs.items():
        said = run.communicate(timeout=600)[0]
        assert run.returncode == 0, f"{name}: {said.decode(errors='replace')[-2000:]}"


def crowded(folder: Path) -> Path:
    """The district of the engine's tests with many rows for one thing: firms on a parcel, parcels of a firm, meters, batches, floors, leases."""
    study = write_study(folder)
    text = study.read_text(encoding="utf-8").replace('many_rows = { land_status = "any" }', 'many_rows = { land_status = "any", output = "sum" }')
    study.write_text(text.replace('[rules]\nper_mu_land = "parcels"\n', MANY_ON_ONE), encoding="utf-8")
    random = np.random.default_rng(11)
    ids = gpd.read_file(folder / "parcels.gpkg", ignore_geometry=True)["宗地代码"].drop_duplicates().sort_values().tolist()
    firms = 60
    places = [";".join(ids[k] for k in [100 + i % 12, *random.integers(200, 400, 4 * (i % 3))]) for i in range(firms)]
    pd.DataFrame({"统一社会信用代码": [f"E{i:03d}" for i in range(firms)], "年度": 2022, "宗地代码": places, "税收(万元)": random.uniform(0.1, 90, firms).round(3),
                  "工业增加值(万元)": random.uniform(0.1, 90, firms).round(3), "登记用地面积(亩)": random.uniform(5, 30, firms).round(3),
                  "是否规上": ["是" if i % 5 else "否" for i in range(firms)]}).to_csv(folder / "enterprises.csv", index=False)
    supply = pd.read_csv(folder / "supply.csv", dtype=str)
    more = pd.DataFrame({"宗地代码": [ids[150 + k // 2] for k in range(80)], "电子监管号": [f"3301002020B{k:05d}" for k in range(80)], "土地用途": "工业用地", "供地方式": "挂牌",
                         "合同签订日期": "2020-07-01", "供地面积(平方米)": random.uniform(400, 900, 80).round(2).astype(str), "约定开工日期": "2020-10-01"})
    pd.concat([supply, more], ignore_index=True).to_csv(folder / "supply.csv", index=False)
    pd.DataFrame({"宗地代码": [ids[k] for k in range(20, 50) for _ in range(4)], "产值(万元)": random.uniform(0.1, 90, 120).round(3)}).to_csv(folder / "meters.csv", index=False)
    pd.DataFrame({"出租方代码": ["E001"] * 9, "承租方代码": [f"E{i % 3 + 2:03d}" for i in range(9)],
                  "租赁面积(平方米)": random.uniform(100, 900, 9).round(3)}).to_csv(folder / "leases.csv", index=False)
    span = shapely.box(500_000, 3_500_000, 500_700, 3_500_700)
    gpd.GeoDataFrame({"批次号": ["P1", "P2", "P3"], "批准日期": ["2020-05-01"] * 3}, crs=CRS,
                     geometry=[span, span.buffer(-100.3), shapely.affinity.rotate(span, 10)]).to_file(folder / "approvals.gpkg", layer="approvals")
    west, south = random.uniform(500_000, 500_600, 40), random.uniform(3_500_000, 3_500_600, 40)
    gpd.GeoDataFrame({"用途": ["厂房"] * 40, "建筑面积(平方米)": random.uniform(100, 900, 40), "空置面积(平方米)": random.uniform(10, 99, 40)}, crs=CRS,
                     geometry=shapely.box(west, south, west + 9, south + 9)).to_file(folder / "buildings.gpkg", layer="buildings")
    kinds = gpd.read_file(folder / "constraints.gpkg")
    more = gpd.GeoDataFrame({"类型": ["河道"] * 12}, geometry=shapely.buffer(shapely.points(west[:12], south[:12]), 41.7), crs=CRS)
    (folder / "constraints.gpkg").unlink()
    pd.concat([kinds, more], ignore_index=True).to_file(folder / "constraints.gpkg", layer="constraints")
    return study


def shuffled(study: Path, seed: int) -> None:
    """The rows of every layer and ledger in another order."""
    random = np.random.default_rng(seed)
    for path in (*study.parent.glob("*.gpkg"), *study.parent.glob("*.csv")):
        frame: Any = gpd.read_file(path) if path.suffix == ".gpkg" else pd.read_csv(path, dtype=str, keep_default_na=False)
        frame = frame.iloc[random.permutation(len(frame))].reset_index(drop=True)
        if path.suffix == ".gpkg":
            path.unlink()
            frame.to_file(path, layer=path.stem)
        else:
            frame.to_csv(path, index=False)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs on two machines as unlike as can be, and one with every row elsewhere."""
    base = tmp_path_factory.mktemp("same")
    study = crowded(base / "in")
    moved = crowded(base / "moved")
    shuffled(moved, 5)
    settle({name: ran(study, base / name, machine, "--set", "sheets.draw=no") for name, machine in MACHINES.items()})
    settle({"rows": ran(moved, base / "rows", MACHINES["plain"], "--set", "sheets.draw=no")})
    return {name: base / name for name in (*MACHINES, "rows")}


def test_the_machine_changes_no_bit_of_any_file(folders: dict[str, Path]) -> None:
    plain, other = listing(folders["plain"]), listing(folders["other"])
    assert len(plain) > 10 and {name for name in plain if plain[name] != other.get(name)} == set() and plain.keys() == other.keys()


def test_the_order_of_rows_changes_no_bit_of_a_result(folders: dict[str, Path]) -> None:
    one, two = (json.loads((folders[name] / "results.json").read_text(encoding="utf-8")) for name in ("plain", "rows"))
    for part in ORDERED:
        assert one[part] == two[part], part
    assert (folders["plain"] / "scorecard.csv").read_bytes() == (folders["rows"] / "scorecard.csv").read_bytes()


def test_the_order_of_rows_changes_no_bit_of_a_parcel(folders: dict[str, Path]) -> None:
    one, two = (parcels_by_id(folders[name]) for name in ("plain", "rows"))
    assert one["inefficient_rule"].nunique() > 2 and one["enterprise_tax_wanyuan"].gt(0).sum() > 12  # there is something to get wrong
    assert list(one) == list(two) and one["row"].tolist() != two["row"].tolist()
    assert {name for name in one if name not in ROWS and not one[name].equals(two[name])} == set()


def test_the_order_of_rows_changes_no_bit_of_a_raster(folders: dict[str, Path]) -> None:
    names = sorted(path.name for path in (folders["plain"] / "rasters").glob("*.tif"))
    assert {"land_density_grid.tif", "tax_density_grid.tif", "tax_per_mu_kernel.tif"} <= set(names)
    for name in names:
        with rasterio.open(folders["plain"] / "rasters" / name) as one, rasterio.open(folders["rows"] / "rasters" / name) as two:
            assert one.read().tobytes() == two.read().tobytes() and one.tags() == two.tags(), name


def parcels_by_id(folder: Path) -> pd.DataFrame:
    """The parcels of a run in an order of their own, their shapes as bytes."""
    parcels = gpd.read_parquet(folder / "parcels.parquet")
    frame = pd.DataFrame(parcels.drop(columns="geometry")).assign(shape=shapely.to_wkb(parcels.geometry.to_numpy()))
    return frame.sort_values(["parcel_id", "shape"], ignore_index=True)


@pytest.mark.verify
def test_sheets_and_workers_change_no_bit_either(tmp_path: Path) -> None:
    study = crowded(tmp_path / "in")
    settle({name: ran(study, tmp_path / name, machine) for name, machine in MACHINES.items()})
    assert listing(tmp_path / "plain") == listing(tmp_path / "other")
    for workers in (1, 3):
        settle({"dask": ran(study, tmp_path / f"dask{workers}", MACHINES["other"], "--engine", "dask", "--set", "sheets.draw=no", "--set", f"engine.workers={workers}")})
    one, three = listing(tmp_path / "dask1"), listing(tmp_path / "dask3")
    told = [json.loads((tmp_path / name / "results.json").read_text(encoding="utf-8")) for name in ("plain", "dask3")]
    assert all(told[0][part] == told[1][part] for part in ORDERED)
    assert {name for name in one if one[name] != three.get(name)} <= {"run.lock.json", "state.zip"}
    with zipfile.ZipFile(tmp_path / "dask1" / "state.zip") as first, zipfile.ZipFile(tmp_path / "dask3" / "state.zip") as second:
        assert first.namelist() == second.namelist()
        for name in first.namelist():  # the study is kept as it was asked for, the number of workers among it
            assert first.read(name).replace(b'["workers", 1]', b'["workers", 3]') == second.read(name), name
