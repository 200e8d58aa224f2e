"""One layer that was written in parts: a folder of GeoParquet files of one schema, named as the programs that divide their output name them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pyarrow.parquet as pq

from spatial.read.vector.draft import Draft, Place, objects
from spatial.read.vector.gdal import FAILURES
from spatial.read.vector.parquet import geo_of, read_parquet

NAMED = re.compile(r"(?:part|data)[-_.]?\d", re.IGNORECASE)  # Spark, Dask, DuckDB
FOLDER = re.compile(r"([^=]+)=(.*)")
NOTHING = "__HIVE_DEFAULT_PARTITION__"


def parts_of_one(files: list[Path]) -> bool:
    """Whether files are the parts of one layer: named as parts or in folders `name=value`, with the same columns, primary geometry and reference system."""
    if len(files) < 2 or not all(file.suffix.lower() in (".parquet", ".geoparquet") and (NAMED.match(file.stem) or FOLDER.fullmatch(file.parent.name)) for file in files):
        return False
    try:
        return len({_said(file) for file in files}) == 1
    except (*FAILURES, KeyError, TypeError, AttributeError):
        return False


def _said(file: Path) -> str:
    with pq.ParquetFile(file) as source:
        primary, described = geo_of(source)
        return json.dumps([str(source.schema_arrow.remove_metadata()), primary, described.get("crs", "absent"), described.get("encoding")], sort_keys=True)


def read_parts(files: list[Path], root: Path, name: str, place: Place) -> Draft:
    """The rows of all parts, one behind the other in the order of their names; folders `name=value` are a column."""
    drafts = [read_parquet(file, place) for file in files]
    sizes = [len(draft.rows) for draft in drafts]
    columns: list[tuple[str, Any]] = [(column, np.concatenate([draft.columns[i][1] for draft in drafts])) for i, (column, _) in enumerate(drafts[0].columns)]
    for folder in dict.fromkeys(key for file in files for key in _values(file, root)):
        if folder not in dict(columns):
            cells = [_values(file, root).get(folder) for file in files]
            columns.append((folder, objects([cell for cell, size in zip(cells, sizes, strict=True) for _ in range(size)])))
    geometry = None if drafts[0].geometry is None else np.concatenate([draft.geometry for draft in drafts])
    first = drafts[0]
    findings = list({(finding.code, str(finding.value_seen)): finding for draft in drafts for finding in draft.findings}.values())
    findings.append(place.finding("container.parts", count=len(files), value_seen=sum(sizes)))
    return Draft(first.driver, name, columns, geometry, np.arange(1, sum(sizes) + 1, dtype=np.int64), crs=first.crs, crs_from=first.crs_from, encoding=first.encoding,
                 encoding_from=first.encoding_from, findings=findings)


def _values(file: Path, root: Path) -> dict[str, str | None]:
    """What the folders between the root and a part say."""
    said = [match for folder in file.relative_to(root).parts[:-1] if (match := FOLDER.fullmatch(folder))]
    return {match[1]: None if match[2] == NOTHING else unquote(match[2]) for match in said}
