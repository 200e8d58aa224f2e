"""An A3 atlas of 20 carriers and its index over 100,000 parcels of 8 corners, beside QGIS: `python -m tests.benchmarks.bench_sheets`."""

from __future__ import annotations

import argparse
import dataclasses
import os
import resource
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from spatial.demo import write_demo
from spatial.pipeline import analyse
from spatial.read.study import load_study
from spatial.render.qgis_style import categorized_qml
from spatial.render.sheets.book import cores, write_sheets
from spatial.render.sheets.themes import carriers_of
from spatial.render.styles import STATUS_COLOURS

QGIS_PYTHON = "/usr/bin/python3"
PARCELS = 100_000


def fabric(result: Any, count: int = PARCELS) -> Any:
    """The result with a regular fabric of parcels over its carriers in the place of its own."""
    west, south, east, north = shapely.total_bounds(result.carriers.geometry.to_numpy())
    side = int(np.ceil(np.sqrt(count)))
    i, j = np.divmod(np.arange(side * side), side)
    wide, high = (east - west) / side, (north - south) / side
    corners = np.array([(0, 0), (0.5, 0.02), (1, 0), (0.98, 0.5), (1, 1), (0.5, 0.98), (0, 1), (0.02, 0.5), (0, 0)]) * (wide * 0.94, high * 0.94)
    shapes = shapely.polygons(corners[None] + np.stack([west + i * wide, south + j * high], 1)[:, None])
    areas = shapely.area(shapes)
    parcel, carrier = shapely.STRtree(result.carriers.geometry.to_numpy()).query(shapely.centroid(shapes), predicate="intersects")
    status = np.random.default_rng(1).choice(["used", "part_used", "under_construction", "not_supplied", "suspected_idle_1y", "suspected_idle_2y"], len(shapes))
    parcels = gpd.GeoDataFrame({"parcel_id": [f"P{n}" for n in range(len(shapes))], "land_use": "1001", "area_m2": areas, "land_status": status}, geometry=shapes, crs=result.parcels.crs)
    pieces = pd.DataFrame({"parcel": parcel, "zone": result.carriers["carrier_id"].to_numpy()[carrier], "share": 1.0, "area_m2": areas[parcel]})
    return dataclasses.replace(result, parcels=parcels, pieces=pieces, lists={}, ledgers={})


def measured(atlases: tuple[str, ...]) -> None:
    """Draw the atlas in this process, which did nothing else before; seconds and memory above what the run itself holds."""
    with tempfile.TemporaryDirectory() as folder:
        result = fabric(analyse(load_study(write_demo(Path(folder) / "demo"))))
        study = dataclasses.replace(result.study, sheets={"png": "none", "kinds": ("none",), "atlas": atlases})
        held = peak()
        begin, work = time.perf_counter(), time.process_time()
        write_sheets(dataclasses.replace(result, study=study), Path(folder) / "sheets")
        wall, cpu = time.perf_counter() - begin, time.process_time() - work
        count = 21 * len(atlases)
        size = sum(path.stat().st_size for path in (Path(folder) / "sheets").glob("*.pdf")) / count / 1024
        print(f"spatial        {wall:6.1f} s  processor {cpu:5.1f} s  {wall / count:.2f} s and {size:.0f} kB a sheet  memory +{peak() - held:.0f} MB  "
              f"({len(result.parcels):,} parcels, {cores()} cores, {count} sheets)")
        if atlases == ("status",):
            beside(result, Path(folder), wall, cpu)


def beside(result: Any, folder: Path, wall: float, cpu: float) -> None:
    """The same parcels, carriers and colours as an atlas of QGIS, where the system's Python has it."""
    result.parcels.to_file(folder / "layers.gpkg", layer="parcels")
    carriers_of(result)[["carrier_id", "label", "geometry"]].to_file(folder / "layers.gpkg", layer="carriers")
    style = folder / "parcels.qml"
    style.write_text(categorized_qml("land_status", {code: (names[0], colour) for code, (names, colour) in STATUS_COLOURS.items()}), encoding="utf-8")
    (folder / "qgis").mkdir()
    script = Path(__file__).with_name("qgis_atlas.py")
    quiet = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": ""}
    done = subprocess.run([QGIS_PYTHON, script, folder / "layers.gpkg", style, folder / "qgis"], env=quiet, capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout.strip():
        print("QGIS           not measured (apt-get install --no-install-recommends python3-qgis):", done.stderr.strip().splitlines()[-1:])
        return
    theirs, work, version = done.stdout.split()[-3:]
    sheets = list((folder / "qgis").glob("*.pdf"))
    size = sum(path.stat().st_size for path in sheets) / len(sheets) / 1024
    print(f"QGIS {version:9} {float(theirs):6.1f} s  processor {float(work):5.1f} s  {float(theirs) / len(sheets):.2f} s and {size:.0f} kB a sheet  ({len(sheets)} sheets)")
    print(f"ratio          {wall / float(theirs):6.2f} of the time, {cpu / float(work):.2f} of the processor")


def peak() -> float:
    """Most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--atlas", nargs="+", default=["status"], help="themes; several show how memory grows with the number of sheets")
    measured(tuple(reading.parse_args().atlas))
