"""Reading a million parcels: from GeoPackage to the normalised frame, against the bare read of pyogrio with Arrow.

    python -m tests.benchmarks.bench_read [parcels]
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from spatial.normalise.assemble import normalise_layers
from spatial.read.declarations import code_tables, kinds
from spatial.read.layers import read_layers
from spatial.read.study import load_study

USES = np.array(["工业用地", "物流仓储用地", "商业用地", "城镇住宅用地"], dtype=object)
TARGET = 3.0
STUDY = '[study]\nname = "bench"\nas_of = {day}\nperiod = [2020-01-01, {day}]\n[layers.parcels]\npath = "parcels.gpkg"\n'


def fabric(count: int) -> gpd.GeoDataFrame:
    """A fabric of parcels of nine vertices that share their edges, with five fields, in the 3-degree zone of 120 degrees."""
    side = int(np.ceil(np.sqrt(count)))
    rng = np.random.default_rng(4286)
    corner = np.stack(np.meshgrid(np.arange(side + 1) * 30.0, np.arange(side + 1) * 30.0, indexing="ij"), axis=-1) + rng.uniform(-5, 5, (side + 1, side + 1, 2))
    corner += [480_000.0, 3_330_000.0]
    middle_x = (corner[1:] + corner[:-1]) / 2 + rng.uniform(-2, 2, (side, side + 1, 2))
    middle_y = (corner[:, 1:] + corner[:, :-1]) / 2 + rng.uniform(-2, 2, (side + 1, side, 2))
    i, j = (axis.ravel()[:count] for axis in np.meshgrid(np.arange(side), np.arange(side), indexing="ij"))
    ring = np.stack([corner[i, j], middle_x[i, j], corner[i + 1, j], middle_y[i + 1, j], corner[i + 1, j + 1], middle_x[i, j + 1], corner[i, j + 1], middle_y[i, j],
                     corner[i, j]], axis=1)
    shapes = shapely.polygons(ring)
    number = np.arange(count)
    keys = [f"330109{k // 99_999 % 1000:03d}001GB{k % 99_999 + 1:05d}" for k in number]
    return gpd.GeoDataFrame({"宗地代码": keys, "土地用途": USES[number % 4], "登记面积(平方米)": np.round(shapely.area(shapes), 2), "权利人": [f"企业{k % 5000}" for k in number],
                             "备注": [None if k % 3 else "已核" for k in number]}, geometry=shapes, crs=4549)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "parcels.gpkg")
        pyogrio.write_dataframe(fabric(count), path)
        study_file = Path(folder, "study.toml")
        study_file.write_text(STUDY.format(day=date(2022, 12, 31)), encoding="utf-8")
        bare = min(_timed(lambda: pyogrio.read_dataframe(path, use_arrow=True)) for _ in range(3))
        study, known, codes = load_study(study_file), kinds(), code_tables()
        rounds = []
        for _ in range(2):
            began = time.perf_counter()
            raw, _inputs = read_layers(study, known)
            between = time.perf_counter()
            layers = normalise_layers(raw, study, known, codes)
            rounds.append((time.perf_counter() - began, between - began))
            assert len(layers.parcels) == count, [f.line("en") for f in layers.findings]
            del raw, layers
        whole, read = min(rounds)
    print(f"{count:,} parcels of 9 vertices and 5 fields from GeoPackage")
    print(f"  pyogrio with Arrow, to a frame        {bare:8.2f} s")
    print(f"  to the raw layer, everything decided  {read:8.2f} s   x {read / bare:.2f}")
    print(f"  to the normalised frame               {whole:8.2f} s   x {whole / bare:.2f}   target x {TARGET}: {'met' if whole <= TARGET * bare else 'missed'}")


def _timed(call: object) -> float:
    began = time.perf_counter()
    call()  # type: ignore[operator]
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
