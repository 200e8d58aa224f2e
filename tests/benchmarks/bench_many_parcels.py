"""A run past one machine's frame: make bench-ten-million, or python -m tests.benchmarks.bench_many_parcels --parcels 10000000.

Parcels are generated strip by strip into GeoParquet, with carriers and ledgers beside them; `spatial run --engine dask` then runs as a
process of its own, and the memory of it and of every process under it is sampled twice a second. One table is printed: seconds, the most
memory of the driver, of each worker and of all together, against the limit. The exit code is 1 where the limit is passed or the run fails.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from tests.benchmarks.bench_allocation import CELL_M, ORIGIN, carriers

STRIP = 100_000  # parcels of a row group
GIB = 1024.0**3
STUDY = """
[study]
name = "many parcels"
as_of = 2022-12-31
period = [2020-01-01, 2022-12-31]
[join]
many_rows = {{ land_status = "any" }}
[rules]
per_mu_land = "parcels"
[engine]
workers = {workers}
[layers.parcels]
path = "parcels.parquet"
[layers.carriers]
path = "carriers.gpkg"
[layers.supply]
path = "supply.csv"
[layers.enterprises]
path = "enterprises.csv"
"""


def codes(first: int, count: int) -> NDArray[np.object_]:
    """Parcel codes of 19 characters, in order."""
    k = np.arange(first, first + count)
    return np.array([f"330109{district:06d}GB{number:05d}" for district, number in zip(k // 90_000, k % 90_000 + 1, strict=True)], dtype=object)


def strips(count: int) -> Iterator[tuple[int, NDArray[np.object_]]]:
    """A gapless fabric of eight-cornered parcels, some rows of it at a time; neighbouring strips share their corners."""
    side = round(count**0.5)
    tall = max(1, STRIP // side)
    across = np.arange(2 * side + 1) * (CELL_M / 2)
    ring = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1), (0, 0)]
    for south in range(0, side, tall):
        rows = np.arange(2 * south, 2 * min(south + tall, side) + 1)
        lattice = np.stack([np.column_stack((across, np.full(len(across), row * CELL_M / 2))) for row in rows])
        lattice += np.stack([np.random.default_rng(int(row)).uniform(-CELL_M / 8, CELL_M / 8, (len(across), 2)) for row in rows]) + np.array(ORIGIN)
        corners = np.stack([lattice[dy: lattice.shape[0] - 2 + dy: 2, dx: 2 * side - 1 + dx: 2] for dx, dy in ring], axis=2)
        yield south * side, shapely.polygons(corners.reshape(-1, len(ring), 2))


def generate(folder: Path, count: int, workers: int, wide: int = 0) -> tuple[Path, int]:
    """The study and its files; the path of the study file and how many parcels it has. `wide`: columns that no rule knows, texts and numbers by turns."""
    written, writer, uses = 0, None, np.array(["1001", "0701", "0901"], dtype=object)
    for first, shapes in strips(count):
        held = codes(first, len(shapes))
        frame = gpd.GeoDataFrame({"parcel_id": held, "land_use": uses[np.arange(first, first + len(shapes)) % 3], "floor_area_m2": np.full(len(shapes), 400.0)},
                                 geometry=shapes, crs="EPSG:4549")
        for k in range(wide):
            frame[f"杂项{k}"] = [f"第{number}宗的第{k}项" for number in range(first, first + len(shapes))] if k % 2 else np.arange(first, first + len(shapes)) / 7
        part = folder / "part.parquet"
        frame.to_parquet(part, schema_version="1.1.0")
        table = pq.read_table(part)
        writer = writer or pq.ParquetWriter(folder / "parcels.parquet", table.schema, compression="zstd")
        writer.write_table(table, row_group_size=len(shapes))
        written += len(shapes)
    assert writer is not None
    writer.close()
    (folder / "part.parquet").unlink()
    wide = CELL_M * round(count**0.5)
    gpd.GeoDataFrame({"carrier_id": [f"载体{k:02d}" for k in range(20)], "carrier_type": "园区"}, geometry=carriers(20, 400, wide), crs="EPSG:4549").to_file(folder / "carriers.gpkg")
    supplied = codes(0, written)[::50] if written <= 1_000_000 else np.concatenate([codes(first, 1) for first in range(0, written, 50)])
    pd.DataFrame({"宗地代码": supplied, "电子监管号": [f"3301092021B{k:06d}" for k in range(len(supplied))], "土地用途": "工业用地", "合同签订日期": "2021-03-01",
                  "供地面积(平方米)": 900, "约定开工日期": "2021-06-01"}).to_csv(folder / "supply.csv", index=False)
    firms = supplied[::2]
    pd.DataFrame({"统一社会信用代码": [f"E{k:07d}" for k in range(len(firms))], "年度": 2022, "宗地代码": firms, "税收(万元)": np.arange(len(firms)) % 97 + 0.5}
                 ).to_csv(folder / "enterprises.csv", index=False)
    study = folder / "study.toml"
    study.write_text(STUDY.format(workers=workers), encoding="utf-8")
    return study, written


def measured(command: list[str]) -> tuple[int, float, float, dict[str, float]]:
    """Exit code, seconds, the most memory of all processes together at one time, and of each, in GiB (resident, shared pages counted in each)."""
    import psutil

    began = time.perf_counter()
    process = psutil.Popen(command)
    together, each = 0.0, {}
    while process.poll() is None:
        held = 0.0
        try:
            for number, one in enumerate([process, *process.children(recursive=True)]):
                size = one.memory_info().rss / GIB
                held += size
                name = "driver" if number == 0 else f"pid {one.pid}"
                each[name] = max(each.get(name, 0.0), size)
        except psutil.Error:
            pass  # it ended while it was looked at
        together = max(together, held)
        time.sleep(0.5)
    return process.returncode, time.perf_counter() - began, together, each


def main(arguments: list[str] | None = None) -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--parcels", type=int, default=10_000_000)
    words.add_argument("--wide", type=int, default=0, help="columns more than the rules know")
    words.add_argument("--workers", type=int, default=2)
    words.add_argument("--limit", type=float, default=8.0, help="GiB that all processes together may hold")
    words.add_argument("--folder", type=Path, default=None, help="where to keep the files; a temporary folder without it")
    given = words.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="many-parcels-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        study, count = generate(folder, given.parcels, given.workers, given.wide)
        made = time.perf_counter() - began
        large = min(1_000_000, count - 1)  # the outputs of a very large run at any size
        command = [sys.executable, "-m", "spatial", "run", str(study), "--out", str(folder / "out"), "--engine", "dask", "--set", f"engine.large={large}", "--set", f"engine.scratch={folder}"]
        code, seconds, together, each = measured(command)
        ended = folder / "out" / "results.json"
        balance = json.loads(ended.read_text(encoding="utf-8"))["balance"] if ended.is_file() else {}
    workers = sorted((size for name, size in each.items() if name != "driver"), reverse=True)[:given.workers]
    print("\n| parcels | seconds | driver GiB | workers GiB | all GiB | limit GiB | closure | exit |\n|---|---|---|---|---|---|---|---|")
    print(f"| {count:,} | {seconds:.0f} (generated in {made:.0f}) | {each.get('driver', 0):.2f} | {', '.join(f'{size:.2f}' for size in workers)} | {together:.2f} | {given.limit:g} "
          f"| {balance.get('closure_relative', float('nan')):.1e} | {code} |")
    return 0 if code == 0 and together <= given.limit else 1


if __name__ == "__main__":
    subprocess.run([sys.executable, "-c", "import distributed"], check=True)
    raise SystemExit(main())
