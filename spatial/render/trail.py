"""The trail as one file, trail.zip: terms.parquet, and for each table its rows and their shares in zones."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from spatial.schema.trail import Trail


def write_trail(trail: Trail, path: Path) -> None:
    """Write the trail of a run; equal trails give equal bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        _put(archive, "terms.parquet", trail.terms)
        for name, table in trail.tables.items():
            _put(archive, f"{name}.parquet", table)
            _put(archive, f"{name}.shares.parquet", trail.shares[name].frame().astype({"row": "int32", "zone": "int32"}))


def _put(archive: zipfile.ZipFile, name: str, frame: pd.DataFrame) -> None:
    held = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), held, compression="zstd")
    archive.writestr(zipfile.ZipInfo(name), held.getvalue())  # a fixed date: equal runs are equal files
