"""What is made of a finished run, or of an analysis that was not written: its outputs, its map and sheets again, a frozen result, one table as a file."""

from __future__ import annotations

import importlib.metadata
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from spatial.errors import Finding, UsageError, nearest
from spatial.read.results import read_results
from spatial.read.snapshots import SCHEMA, seal_of
from spatial.read.state import read_state
from spatial.read.study import load_sheet_keys
from spatial.render.folder import MANIFEST, amended_manifest, refuse_inputs, settled, staged
from spatial.render.map import write_map
from spatial.render.map_tiles import write_map_tiles
from spatial.render.outputs import write_outputs
from spatial.render.postgis import refuse_database, write_postgis
from spatial.render.records import csv_text, dump, write_json
from spatial.render.sheets.book import Tick, write_sheets
from spatial.render.single import refuse_unwritable, write_text
from spatial.render.snapshot import write_snapshot
from spatial.schema.result import Result


def write_run(result: Result, folder: Path) -> None:
    """Write the output folder of an analysis, as a run of its study would."""
    refuse_inputs(folder, [result.study.path, *(spec.path for spec in result.study.layers.values())])
    refuse_database(result.study)
    with staged(folder) as stage:
        write_outputs(result, stage, version=version())
        write_postgis(result, version=version())


def sheets(folder: Path | str, *, sets: Iterable[str] | str = (), maps: Path | None = None, tick: Tick = lambda done, total: None) -> tuple[Path, list[Finding]]:
    """Draw the sheets of a finished run again: `sets` are KEY=VALUE texts of the keys sheets.*, `maps` a folder with kinds of the user's own."""
    out = Path(folder)
    result = read_state(settled(out))
    changed = load_sheet_keys(result.study.sheets, sets)
    with staged(out, amend=True) as stage:
        found_there = write_sheets(replace(result, study=replace(result.study, sheets=changed)), stage / "sheets", maps=maps, tick=tick)
        write_text(stage / MANIFEST, dump(amended_manifest(out, stage)))
    return out / "sheets", found_there


def map_page(folder: Path | str) -> tuple[Path, list[Finding]]:
    """Make the map of a finished run again from its output folder; its path, and what it could not carry."""
    return _drawn_again(folder, write_map, "map.html", "map.html")


def map_tiles(folder: Path | str) -> tuple[Path, list[Finding]]:
    """Make the map of a finished run for a web server, in its folder tiles/: the path of the page, and what it could not carry."""
    return _drawn_again(folder, write_map_tiles, "tiles", "tiles/index.html")


def _drawn_again(folder: Path | str, write: Callable[[Result, Path], list[Finding]], target: str, page: str) -> tuple[Path, list[Finding]]:
    """Write one part of a finished run's outputs anew, all at once, and enter it in the manifest."""
    out = settled(Path(folder))
    result = read_state(out)
    with staged(out, amend=True) as stage:
        findings = write(result, stage / target)
        write_json(amended_manifest(out, stage), stage / MANIFEST)
    return out / page, findings


def snapshot(folder: Path | str, into: Path | str) -> Path:
    """Freeze the zones, values and scores of a finished run in a folder of snapshots; the path of the frozen result."""
    refuse_unwritable([Path(into) / "snapshot.json"])  # asked before anything is read: any file of the folder stands for the one to come
    return write_snapshot(read_results(settled(Path(folder))), Path(into), SCHEMA, seal_of)


FORMATS = (".gpkg", ".parquet", ".geojson", ".csv")


def write_frame(frame: pd.DataFrame, path: Path) -> Path:
    """A frame as a file of the kind that its suffix names: GeoPackage, GeoParquet or Parquet, GeoJSON (in degrees), or CSV (without the shapes); its path."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise UsageError(f"{path.name}: {nearest(suffix, FORMATS)}")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent}: 没有这个文件夹 / no such folder")
    drawn = isinstance(frame, gpd.GeoDataFrame)
    if suffix == ".csv":
        return write_table(pd.DataFrame(frame.drop(columns=frame.geometry.name)) if drawn else frame, path)
    if suffix != ".parquet" and not drawn:
        raise UsageError(f"{path.name}: 没有图形的表请写成 .csv 或 .parquet / a table without shapes goes to .csv or .parquet")
    plain = frame.assign(**{str(name): _told(frame[name]) for name in frame.columns if frame[name].dtype == object and name != (frame.geometry.name if drawn else "")})
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        part = Path(folder) / path.name
        if suffix == ".parquet":
            plain.to_parquet(part)
        elif suffix == ".gpkg":
            plain.to_file(part, driver="GPKG", engine="pyogrio")
        else:
            plain.to_crs(4490).to_file(part, driver="GeoJSON", engine="pyogrio")
        os.replace(part, path)
    return path


def _told(column: pd.Series) -> pd.Series:
    """Cells that hold several values as text, which every format can keep."""
    return column.map(lambda cell: "、".join(map(str, cell)) if isinstance(cell, (tuple, list, set, np.ndarray)) else cell)


def write_table(table: pd.DataFrame, path: Path) -> Path:
    """A frame as a CSV file that office programs open, written all at once; its path."""
    write_text(path, f"\ufeff{table_text(table)}")
    return path


def table_text(table: pd.DataFrame) -> str:
    """A frame as CSV text, with no cell that a spreadsheet would run."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return csv_text([{str(name): cell for name, cell in row.items()} for row in rows], tuple(str(name) for name in table.columns))


def version() -> str:
    """Version of the installed package."""
    return importlib.metadata.version("spatial-landuse")
