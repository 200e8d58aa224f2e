"""A finished run read back from its output folder: state.zip, parcels.parquet and trail.zip make the result again."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from spatial.errors import UsageError
from spatial.read.trail import read_trail
from spatial.schema.result import Result
from spatial.schema.state import Types, of_table, unpack

MOST_BYTES = 8 << 30  # unpacked; a run of ten million parcels keeps its parcels elsewhere


def read_state(folder: Path) -> Result:
    """The result of a finished run.

    Raises
    ------
    UsageError
        Where the folder holds no run of this tool, or one whose files do not belong together.
    """
    path = folder / "state.zip"
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise ValueError("too large")
            content = json.loads(archive.read("run.json"))
            if content.get("schema") != "spatial-state/1":
                raise ValueError("schema")
            frames = {place: _frame(archive, told) for place, told in content["frames"].items() if place != "parcels"}
        parcels = _parcels(folder / "parcels.parquet", content["frames"]["parcels"])
        zones = unpack(content["run"]["fields"]["zones"], frames)
        result: Result = unpack(content["run"], frames, parcels=parcels, trail=read_trail(folder, zones["id"].tolist()))
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as problem:
        raise UsageError(f"{path}: 读不出这次运行，请重新运行研究 / this run cannot be read back; run the study again ({type(problem).__name__}: {problem})") from None
    return result


def _types(told: dict[str, Any]) -> Types:
    return Types(tuple(told["objects"]), tuple(told["held"]), told["times"])


def _frame(archive: zipfile.ZipFile, told: dict[str, Any]) -> pd.DataFrame:
    held = io.BytesIO(archive.read(told["file"]))
    table = gpd.read_parquet(held) if told["geometry"] else pd.read_parquet(held)
    return of_table(table, _types(told))


def _parcels(path: Path, told: dict[str, Any]) -> pd.DataFrame:
    table = gpd.read_parquet(path)
    if "row" in table and not table["row"].is_monotonic_increasing:  # a very large run writes its partitions one after the other
        table = table.sort_values("row", kind="stable", ignore_index=True)
    return of_table(table.drop(columns=["pieces"], errors="ignore"), _types(told))
