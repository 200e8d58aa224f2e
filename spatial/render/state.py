"""state.zip: a finished run kept whole, so that maps, sheets and notebooks can be made from the output folder alone."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

from spatial.schema.result import Result
from spatial.schema.state import pack, public_view, to_table


def write_state(result: Result, path: Path) -> None:
    """Write the run; equal runs give equal bytes, and a public edition holds no row of an enterprise."""
    frames: dict[str, pd.DataFrame] = {}
    kept = public_view(result) if result.study.audience == "public" else result
    run = pack(dataclasses.replace(kept, findings=[finding.told(result.language) for finding in kept.findings]), frames)
    types = {"parcels": dataclasses.asdict(to_table(result.parcels.iloc[:0])[1])}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, (place, frame) in enumerate(frames.items()):
            table, kinds = to_table(frame)
            types[place] = dataclasses.asdict(kinds) | {"file": f"{number}.parquet", "geometry": isinstance(frame, gpd.GeoDataFrame)}
            archive.writestr(zipfile.ZipInfo(f"{number}.parquet"), _parquet(table))
        archive.writestr(zipfile.ZipInfo("run.json"), json.dumps({"schema": "spatial-state/1", "run": run, "frames": types}, ensure_ascii=False))


def _parquet(table: pd.DataFrame) -> bytes:
    held = io.BytesIO()
    table.to_parquet(held, index=False, compression="zstd")
    return held.getvalue()


