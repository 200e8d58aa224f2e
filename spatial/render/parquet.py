"""parcels.parquet of a very large run: written one partition at a time, so that no more than one is held with its geometry."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from spatial.join.areal_edges import spread
from spatial.schema.blocks import Blocks, blocks_of
from spatial.schema.result import Result


def write_parcels(result: Result, path: Path, parts: Blocks | None) -> None:
    """GeoParquet with every parcel, its fields, its carrier pieces as JSON, its status and indicators; a row group a partition."""
    parcels = result.parcels
    names = [name for name in parcels.columns if name != "geometry"]
    schema = _schema(parcels, names)
    carriers = result.zones.loc[result.zones["kind"] == "carrier", "id"]
    own = result.pieces.iloc[np.flatnonzero(result.pieces["zone"].isin(set(carriers)).to_numpy())]
    if not own["parcel"].is_monotonic_increasing:
        own = own.sort_values("parcel", kind="stable")

    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for places, shapes in parts() if parts else blocks_of(parcels):
            if not len(places):
                continue
            own_rows = parcels.iloc[places]
            columns = [own_rows[name] for name in names]
            arrays = [pa.array(list(column) if column.dtype == object else column, type=schema.field(name).type, from_pandas=True) for name, column in zip(names, columns, strict=True)]
            writer.write_table(pa.table([*arrays, pa.array(_told(own, places)), pa.array(shapely.to_wkb(shapes), type=pa.binary())], schema=schema))


def _told(pieces: pd.DataFrame, places: NDArray[np.int64]) -> list[str]:
    """The pieces of some parcels as JSON, in the order of the parcels; `pieces` are sorted by parcel."""
    parcel = pieces["parcel"].to_numpy()
    first, stop = (np.searchsorted(parcel, places.astype(parcel.dtype), side=side) for side in ("left", "right"))
    whose, k = spread(stop - first)
    chosen = pieces.iloc[first[whose] + k]
    said: list[list[dict[str, Any]]] = [[] for _ in range(len(places))]
    for position, zone, share, area in zip(whose.tolist(), chosen["zone"], chosen["share"].tolist(), chosen["area_m2"].tolist(), strict=True):
        said[position].append({"carrier_id": zone, "share": share, "area_m2": area})
    return [json.dumps(rows, ensure_ascii=False) if rows else "[]" for rows in said]


def _schema(parcels: gpd.GeoDataFrame, names: list[str]) -> pa.Schema:
    """One type a column for all partitions: of texts and numbers in object columns the first known value decides."""
    fields = []
    for name in names:
        column = parcels[name]
        if column.dtype == object:
            first = column.first_valid_index()
            kind = pa.string() if first is None else pa.array([column.loc[first]]).type
        else:
            kind = pa.Schema.from_pandas(column.iloc[:0].to_frame(), preserve_index=False).field(0).type
        fields.append(pa.field(str(name), kind))
    sample = io.BytesIO()
    gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=parcels.crs).to_parquet(sample, schema_version="1.1.0")
    geo = json.loads(pq.read_metadata(sample).metadata[b"geo"])
    geo["columns"]["geometry"].pop("bbox", None)
    geo["columns"]["geometry"]["geometry_types"] = []
    return pa.schema([*fields, pa.field("pieces", pa.string()), pa.field("geometry", pa.binary())], metadata={"geo": json.dumps(geo)})
