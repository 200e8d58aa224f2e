"""A finished run as plain values and frames, and back: what lets maps, sheets and notebooks start from an output folder.

Only the classes named here are ever built from a file; nothing in a state runs code.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from spatial.errors import Finding
from spatial.schema.address import masked
from spatial.schema.result import Result
from spatial.schema.study import ColumnSpec, LayerSpec, Study

CLASSES: dict[str, type] = {kind.__name__: kind for kind in (Result, Study, LayerSpec, ColumnSpec, Finding)}
ELSEWHERE = {("Result", "parcels"), ("Result", "trail")}  # in parcels.parquet and trail.zip already
CONFIDENTIAL_LEDGERS = ("enterprises", "projects", "leases", "standard_land", "statistics")  # rows of firms; a public edition keeps none


def public_view(result: Result) -> Result:
    """The result as a public edition may keep it: without the rows of enterprises, projects and leases."""
    return dataclasses.replace(result, ledgers={role: frame for role, frame in result.ledgers.items() if role.split(".")[0] not in CONFIDENTIAL_LEDGERS})


def pack(value: Any, frames: dict[str, pd.DataFrame], place: str = "run") -> Any:
    """A value as JSON; frames met on the way are put into `frames` under the place where they stood."""
    if isinstance(value, pd.DataFrame):
        frames[place] = value
        return {"$frame": place}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        name = type(value).__name__
        held = {f.name: pack(_portable(name, value, f.name), frames, f"{place}.{f.name}") for f in dataclasses.fields(value) if (name, f.name) not in ELSEWHERE}
        return {"$class": name, "fields": held}
    if isinstance(value, Mapping):
        return {"$pairs": [[pack(key, frames, place), pack(item, frames, f"{place}.{number}")] for number, (key, item) in enumerate(value.items())]}
    if isinstance(value, (tuple, list)):
        items = [pack(item, frames, f"{place}.{number}") for number, item in enumerate(value)]
        return {"$tuple": items} if isinstance(value, tuple) else items
    if isinstance(value, (datetime, date)):
        return {"$day" if type(value) is date else "$time": value.isoformat()}
    if isinstance(value, Path):
        return {"$path": value.name}
    if isinstance(value, np.generic):
        return pack(value.item(), frames, place)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _portable(kind: str, value: Any, field: str) -> Any:
    """A layer's path is kept as the study wrote it: the folder it lay in is nobody's business, and moves. No password is kept."""
    held = getattr(value, field)
    if (kind, field) in (("LayerSpec", "options"), ("Study", "output")):
        return {name: masked(item) if name in ("url", "postgis") else item for name, item in held.items()}
    return Path(value.shown_path) if kind == "LayerSpec" and field == "path" else held


def unpack(value: Any, frames: Mapping[str, pd.DataFrame], **elsewhere: Any) -> Any:
    """The value that `pack` was given; `elsewhere` are the fields of the result that stand in files of their own."""
    if isinstance(value, list):
        return [unpack(item, frames) for item in value]
    if not isinstance(value, dict):
        return value
    if "$frame" in value:
        return frames[value["$frame"]]
    if "$class" in value:
        kind = CLASSES[value["$class"]]
        known = {f.name for f in dataclasses.fields(kind)}
        held = {name: unpack(item, frames) for name, item in value["fields"].items() if name in known}
        return kind(**held, **(elsewhere if kind is Result else {}))
    if "$pairs" in value:
        return {unpack(key, frames): unpack(item, frames) for key, item in value["$pairs"]}
    if "$tuple" in value:
        return tuple(unpack(item, frames) for item in value["$tuple"])
    if "$day" in value:
        return date.fromisoformat(value["$day"])
    return datetime.fromisoformat(value["$time"]) if "$time" in value else Path(value["$path"])


@dataclasses.dataclass(frozen=True)
class Types:
    """How the columns of a frame were typed, where a file format does not say: object columns, those held as JSON, and the unit of times."""

    objects: tuple[str, ...]
    held: tuple[str, ...]
    times: Mapping[str, str]


def to_table(frame: pd.DataFrame) -> tuple[pd.DataFrame, Types]:
    """A frame that Parquet can hold: object columns that are not plain text become JSON."""
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    objects = tuple(name for name in frame.columns if name != geometry and frame[name].dtype == object)
    held = tuple(name for name in objects if not frame[name].map(lambda cell: cell is None or isinstance(cell, str)).all())
    times = {str(name): str(kind) for name, kind in frame.dtypes.items() if kind.kind == "M"}
    table = frame.reset_index(drop=True)
    for name in held:
        table[name] = [json.dumps(pack(_cell(cell), {}), ensure_ascii=False) for cell in frame[name]]
    return table, Types(objects, held, times)


def of_table(table: pd.DataFrame, types: Types) -> pd.DataFrame:
    """The frame that `to_table` was given."""
    frame = table.copy()
    for name in types.objects:
        cells = [unpack(json.loads(cell), {}) for cell in table[name]] if name in types.held else [None if cell is None or cell != cell else cell for cell in table[name]]
        frame[name] = pd.Series(cells, index=frame.index, dtype=object)
    return frame.astype(dict(types.times))


def _cell(cell: Any) -> Any:
    """Missing values of every library as null."""
    return None if cell is pd.NA or cell is pd.NaT else cell
