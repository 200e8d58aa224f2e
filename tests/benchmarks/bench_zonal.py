"""Speed and memory of zonal evidence beside exactextract called directly, and rasterstats: python -m tests.benchmarks.bench_zonal.

100,000 parcels on a raster of 10,000 x 10,000 cells, made afresh from fixed seeds. Every engine runs in a process of its own, with the
parcels in memory; the clock covers reading the raster and the means, the memory is the process's peak. rasterstats gets a sample of the
parcels and its time is scaled up.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from pyproj import CRS
from rasterio.transform import Affine
from rasterio.windows import Window

from tests.benchmarks.bench_allocation import CELL_M, ORIGIN, fabric

ENGINES = ("spatial", "exactextract", "exactextract by raster", "rasterstats")
MOST_RATIO, MOST_GIB = 1.3, 1.5


def write_raster(path: Path, side: int, width_m: float) -> None:
    """A float32 raster in tiles, deflated, with nodata, over the whole fabric."""
    rng = np.random.default_rng(7)
    cell = width_m / side
    with rasterio.open(path, "w", driver="GTiff", width=side, height=side, count=1, dtype="float32", crs="EPSG:4549", nodata=-9999, tiled=True, blockxsize=512, blockysize=512,
                       compress="deflate", zlevel=1, transform=Affine(cell, 0, ORIGIN[0], 0, -cell, ORIGIN[1] + width_m)) as out:
        for row in range(0, side, 512):
            high = min(512, side - row)
            cells = rng.integers(0, 255, (high, side)).astype("float32")
            cells[:, :37] = -9999
            out.write(cells, 1, window=Window(0, row, side, high))


def measure(engine: str, path: Path, parcels: int, sample: int) -> dict[str, Any]:
    """Seconds (of all parcels), peak memory and the sum of the means of the first `sample` parcels."""
    shapes = fabric(parcels)
    used = shapes[:sample] if engine == "rasterstats" else shapes
    start = time.perf_counter()
    if engine == "spatial":
        means = _spatial(used, path)
    elif engine == "rasterstats":
        from rasterstats import zonal_stats

        with rasterio.open(path) as source:  # as an array: it reads files through VRT, which this package shuts out
            cells, where, missing = source.read(1), source.transform, source.nodata
        means = np.array([row["mean"] for row in zonal_stats(list(used), cells, affine=where, nodata=missing, stats=["mean"])], dtype=float)
    else:
        means = _direct(used, path, "raster-sequential" if "raster" in engine else "feature-sequential")
    seconds = (time.perf_counter() - start) * len(shapes) / len(used)
    return {"engine": engine, "seconds": seconds, "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, "sum": float(np.nansum(means[:sample]))}


def _spatial(shapes: Any, path: Path) -> Any:
    import spatial  # noqa: F401
    from spatial.join.zonal import zonal
    from spatial.read.raster import open_raster
    from spatial.schema.study import LayerSpec

    raster, _, _ = open_raster(LayerSpec("imagery", path, path.name), {})
    return zonal(shapes, CRS.from_epsg(4549), raster).mean


def _direct(shapes: Any, path: Path, strategy: str) -> Any:
    import geopandas as gpd
    from exactextract import exact_extract

    frame = gpd.GeoDataFrame({"i": np.arange(len(shapes))}, geometry=shapes, crs="EPSG:4549")
    with rasterio.open(path) as source:
        found = exact_extract(source, frame, ["mean"], strategy=strategy, include_cols=["i"], output="pandas")
    return found.sort_values("i")["mean"].to_numpy(float)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--side", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=2_000)
    parser.add_argument("--engine", default="")
    parser.add_argument("--raster", type=Path)
    options = parser.parse_args()
    if options.engine:
        print(json.dumps(measure(options.engine, options.raster, options.parcels, options.sample)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.tif"
        write_raster(path, options.side, round(options.parcels**0.5) * CELL_M)
        rows = []
        for engine in ENGINES:
            command = [sys.executable, "-m", "tests.benchmarks.bench_zonal", "--engine", engine, "--raster", str(path), "--parcels", str(options.parcels), "--sample", str(options.sample)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{engine}: not measured ({(done.stderr.strip().splitlines() or ['?'])[-1]})")
                continue
            rows.append(json.loads(done.stdout.splitlines()[-1]))
    return report(rows, options)


def report(rows: list[dict[str, Any]], options: Any) -> int:
    print(f"{options.parcels:,} parcels, raster of {options.side:,} x {options.side:,} cells")
    for row in rows:
        note = f"   (from {options.sample:,} parcels)" if row["engine"] == "rasterstats" else ""
        print(f"{row['engine']:<24}{row['seconds']:9.1f} s {row['gib']:7.2f} GiB   sum of {options.sample:,} means {row['sum']:.4f}{note}")
    held = {row["engine"]: row for row in rows}
    own, direct = held["spatial"], held["exactextract"]
    ratio = own["seconds"] / direct["seconds"]
    same = abs(own["sum"] / direct["sum"] - 1) < 1e-6
    print(f"against exactextract {ratio:.2f} x (at most {MOST_RATIO}), memory {own['gib']:.2f} GiB (at most {MOST_GIB}), means {'agree' if same else 'DIFFER'}")
    return 0 if ratio <= MOST_RATIO and own["gib"] <= MOST_GIB and same else 1


if __name__ == "__main__":
    sys.exit(main())
