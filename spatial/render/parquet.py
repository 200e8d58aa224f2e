"""parcels.parquet of a very large run: written one partition at a time, so that no more than one is held with its geometry."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from spatial.schema.result import Result

Parts = Callable[[], Iterable[tuple[NDArray[np.int64], NDArray[Any]]]]
BLOCK = 200_000


def write_parcels(result: Result, path: Path, parts: Parts | None) -> None:
    """GeoParquet with every parcel, its fields, its carrier pieces as JSON, its status and indicators; a row group a partition."""
    parcels = result.parcels
    plain = pd.DataFrame(parcels.drop(columns="geometry"))
    schema = _schema(plain, parcels.crs)
    carriers = result.zones.loc[result.zones["kind"] == "carrier", "id"]
    pieces = result.pieces[result.pieces["zone"].isin(set(carriers))]
    parcel = pieces["parcel"].to_numpy(np.int64)
    order = np.argsort(parcel, kind="stable")
    starts = np.searchsorted(parcel[order], np.arange(len(plain) + 1))
    zone, share, area = (pieces[name].to_numpy()[order] for name in ("zone", "share", "area_m2"))

    def held(i: int) -> str:
        own = range(starts[i], starts[i + 1])
        return json.dumps([{"carrier_id": zone[k], "share": float(share[k]), "area_m2": float(area[k])} for k in own], ensure_ascii=False)

    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for places, shapes in parts() if parts else blocks(parcels):
            if not len(places):
                continue
            table = plain.iloc[places]
            columns = [pa.array(list(table[name]) if table[name].dtype == object else table[name], type=schema.field(name).type, from_pandas=True)
                       for name in plain.columns]
            writer.write_table(pa.table([*columns, pa.array([held(i) for i in places.tolist()]), pa.array(shapely.to_wkb(shapes), type=pa.binary())], schema=schema))


def blocks(parcels: gpd.GeoDataFrame) -> Iterable[tuple[NDArray[np.int64], NDArray[Any]]]:
    """Positions and geometries of a frame, some at a time."""
    for start in range(0, len(parcels), BLOCK):
        places = np.arange(start, min(start + BLOCK, len(parcels)))
        yield places, parcels.geometry.to_numpy()[places]


def _schema(plain: pd.DataFrame, crs: Any) -> pa.Schema:
    """One type a column for all partitions: of texts and numbers in object columns the first known value decides."""
    fields = []
    for name in plain.columns:
        column = plain[name]
        if column.dtype == object:
            first = column.first_valid_index()
            kind = pa.string() if first is None else pa.array([column.loc[first]]).type
        else:
            kind = pa.Schema.from_pandas(plain[[name]].iloc[:0], preserve_index=False).field(0).type
        fields.append(pa.field(str(name), kind))
    sample = io.BytesIO()
    gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=crs).to_parquet(sample, schema_version="1.1.0")
    geo = json.loads(pq.read_metadata(sample).metadata[b"geo"])
    geo["columns"]["geometry"].pop("bbox", None)
    geo["columns"]["geometry"]["geometry_types"] = []
    return pa.schema([*fields, pa.field("pieces", pa.string()), pa.field("geometry", pa.binary())], metadata={"geo": json.dumps(geo)})
