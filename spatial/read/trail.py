"""The trail of an earlier run, read back from trail.zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from spatial.errors import UsageError
from spatial.schema.shares import Shares
from spatial.schema.trail import TERM_COLUMNS, Trail


def read_trail(run: Path, zones: Sequence[str]) -> Trail:
    """The trail beside a results.json; empty where the run kept none, a UsageError where it cannot be read."""
    path = (run if run.is_dir() else run.parent) / "trail.zip"
    if not path.is_file():
        return Trail(pd.DataFrame(columns=list(TERM_COLUMNS)), {}, {}, tuple(zones))
    try:
        with zipfile.ZipFile(path) as archive:
            terms = _frame(archive, "terms")
            names = [str(name) for name in terms["table"].unique()]
            return Trail(terms, {name: _frame(archive, name) for name in names},
                         {name: Shares.of(_frame(archive, f"{name}.shares")) for name in names}, tuple(zones))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as problem:
        raise UsageError(f"{path}: 读不出溯源表 / the trail cannot be read ({problem})") from None


def _frame(archive: zipfile.ZipFile, name: str) -> pd.DataFrame:
    frame: pd.DataFrame = pq.read_table(io.BytesIO(archive.read(f"{name}.parquet"))).to_pandas()
    return frame
