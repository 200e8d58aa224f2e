"""parcels.parquet and layers.gpkg: the run's parcels and carriers for other tools, with colours for desktop GIS."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from spatial.render.cells import internal
from spatial.render.checks import LAYER, field_checks
from spatial.render.qgis_style import categorized_qml
from spatial.render.styles import STATUS_COLOURS
from spatial.schema.result import Result

_STAMP = "2020-01-01T00:00:00.000Z"  # GeoPackages carry a change time; a fixed one keeps equal runs equal


def write_parquet(result: Result, path: Path) -> None:
    """GeoParquet: every parcel with its fields, its carrier pieces as JSON, its status and indicators."""
    parcels = result.parcels.copy()
    carriers = set(result.zones.loc[result.zones["kind"] == "carrier", "id"])
    pieces = result.pieces[result.pieces["zone"].isin(carriers)]
    held: dict[int, list[dict[str, object]]] = {}
    for parcel, zone, share, area in zip(pieces["parcel"].tolist(), pieces["zone"], pieces["share"].tolist(), pieces["area_m2"].tolist(), strict=True):
        held.setdefault(parcel, []).append({"carrier_id": zone, "share": share, "area_m2": area})
    parcels["pieces"] = [json.dumps(held.get(i, []), ensure_ascii=False) for i in range(len(parcels))]
    parcels.to_parquet(path, index=False, schema_version="1.1.0")


def write_geopackage(result: Result, path: Path) -> None:
    """GeoPackage with the layers parcels, carriers and field_checks, styled for desktop GIS by the same colours as the map."""
    os.environ["OGR_CURRENT_DATE"] = _STAMP
    try:
        parcels = result.parcels.rename(columns={"row": "source_row"})
        parcels = parcels.drop(columns=[name for name in parcels if name in ("industrial", "built_or_unknown")])
        _write(parcels, path, "parcels", append=False)
        if len(result.carriers):
            _write(result.carriers.rename(columns={"row": "source_row"}), path, "carriers", append=True)
        if (checks := field_checks(result)) is not None:
            _write(checks, path, LAYER, append=True)
    finally:
        os.environ.pop("OGR_CURRENT_DATE", None)
    pick = 0 if result.language == "zh" else 1
    _describe(path, internal(result, pick))
    _style(path, "parcels", categorized_qml("land_status", {code: (names[pick], colour) for code, (names, colour) in STATUS_COLOURS.items()}))


def _write(frame: gpd.GeoDataFrame, path: Path, layer: str, *, append: bool) -> None:
    frame = frame.copy()
    for name in frame.columns:
        if frame[name].dtype == object:
            frame[name] = frame[name].map(lambda v: v if v is None or isinstance(v, str) else None if pd.isna(v) else str(v))
    pyogrio.write_dataframe(frame, str(path), layer=layer, driver="GPKG", append=append, geometry_type="MultiPolygon", promote_to_multi=True)


def _describe(path: Path, stamp: str) -> None:
    """The stamp of an internal edition in the layers' description, where desktop GIS shows it."""
    with sqlite3.connect(path) as base:
        base.execute("UPDATE gpkg_contents SET description = ? WHERE table_name IN ('parcels', 'carriers')", (stamp,))
    base.close()


def _style(path: Path, layer: str, qml: str) -> None:
    """Desktop GIS reads its default style from the table layer_styles inside the file."""
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256), "
                     "f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, "
                     "description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)")
        base.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id) VALUES ('layer_styles', 'attributes', 'layer_styles', ?, 0)",
                     (_STAMP,))
        base.execute("INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, "
                     "description, owner, ui, update_time) VALUES ('', '', ?, 'geom', 'land_status', ?, '', 1, '', '', '', ?)", (layer, qml, _STAMP))
    base.close()
