"""Very many parcels through `spatial run --engine dask`: python -m tests.benchmarks.bench_partitions --parcels 10000000.

Parcels of eight corners are written to a GeoPackage piece by piece, with 20 carriers and a supply ledger of a tenth of the parcels; the run is
the command itself. Memory is the sum over all its processes of what each holds alone and its part of what it shares (PSS, Linux).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from tests.benchmarks.bench_allocation import CELL_M, ORIGIN, carriers
from tests.benchmarks.bench_map import resident

RING = np.array([(0, 0), (0.5, 0.03), (1, 0), (0.97, 0.5), (1, 1), (0.5, 0.97), (0, 1), (0.03, 0.5), (0, 0)]) * CELL_M * 0.96
STUDY = """
[study]
name = "很多地块"
as_of = 2022-12-31
period = [2020-01-01, 2022-12-31]
[engine]
partitions = {partitions}
large = 100000
[rules]
per_mu_land = "parcels"
[layers.parcels]
path = "parcels.gpkg"
[layers.carriers]
path = "carriers.gpkg"
[layers.supply]
path = "supply.csv"
"""
SLICE = 250_000


def write(folder: Path, count: int, partitions: int) -> int:
    """The study's files; how many parcels there are."""
    side = int(round(count**0.5))
    for start in range(0, side * side, SLICE):
        i, j = np.divmod(np.arange(start, min(start + SLICE, side * side)), side)
        shapes = shapely.polygons(RING[None] + (np.stack([i, j], 1) * CELL_M + np.array(ORIGIN))[:, None])
        frame = gpd.GeoDataFrame({"parcel_id": [f"P{k:09d}" for k in range(start, start + len(i))], "land_use": np.where(j % 3 == 0, "1001", "0701")}, geometry=shapes, crs="EPSG:4549")
        pyogrio.write_dataframe(frame, folder / "parcels.gpkg", layer="parcels", append=start > 0)
    gpd.GeoDataFrame({"carrier_id": [f"载体{k:02d}" for k in range(20)]}, geometry=carriers(20, 400, CELL_M * side), crs="EPSG:4549").to_file(folder / "carriers.gpkg")
    at = np.arange(0, side * side, 10)
    random = np.random.default_rng(5)
    days = pd.Timestamp("2018-01-01") + pd.to_timedelta(random.integers(0, 1800, len(at)), "D")
    pd.DataFrame({"宗地代码": [f"P{k:09d}" for k in at], "合同签订日期": days.strftime("%Y-%m-%d"), "土地用途": "1001", "供应面积(平方米)": 800.0,
                  "约定开工日期": (days + pd.Timedelta(days=365)).strftime("%Y-%m-%d")}).to_csv(folder / "supply.csv", index=False)
    (folder / "study.toml").write_text(STUDY.format(partitions=partitions), encoding="utf-8")
    return side * side


def tree(root: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    own, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in own} - own
        own |= more
        grown = bool(more)
    return sorted(own)


def main() -> int:
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--parcels", type=int, default=10_000_000)
    reading.add_argument("--partitions", type=int, default=64)
    given = reading.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        began = time.perf_counter()
        count = write(folder, given.parcels, given.partitions)
        print(f"{count:,} parcels written in {time.perf_counter() - began:.0f} s, {(folder / 'parcels.gpkg').stat().st_size / 1e9:.2f} GB", flush=True)
        began, most, worker = time.perf_counter(), 0, 0
        run = subprocess.Popen([sys.executable, "-m", "spatial", "run", folder / "study.toml", "--engine", "dask", "--out", folder / "out", "--quiet"])
        while run.poll() is None:
            held = [resident(pid) for pid in tree(run.pid)]
            most, worker = max(most, sum(held)), max(worker, *held[1:], 0)
            time.sleep(1)
        print(f"run: {time.perf_counter() - began:.0f} s, exit {run.returncode}, most memory {most / 2**30:.2f} GiB in all, {worker / 2**30:.2f} GiB in the largest worker", flush=True)
        if run.returncode == 0:
            told = json.loads((folder / "out" / "results.json").read_text(encoding="utf-8"))
            print(f"closure {told['balance']['closure_relative']:.1e}, inside {told['balance']['inside_m2']:.1f} of {told['balance']['parcels_m2']:.1f} m2, "
                  f"findings {sorted({one['code'] for one in told['findings']})}")
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
