"""parcels.parquet and layers.gpkg: the run's parcels and carriers for other tools, with colours for desktop GIS."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from spatial.render.cells import internal
from spatial.render.checks import LAYER, field_checks
from spatial.render.qgis_style import categorized_qml, categorized_sld
from spatial.render.styles import PALETTES, STATUS_COLOURS
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
            _write(with_ground(result).rename(columns={"row": "source_row"}), path, "carriers", append=True)
        if (checks := field_checks(result)) is not None:
            _write(checks, path, LAYER, append=True)
    finally:
        os.environ.pop("OGR_CURRENT_DATE", None)
    pick = 0 if result.language == "zh" else 1
    _describe(path, internal(result, pick))
    for layer, column, classes in style_rows(result):
        _style(path, layer, column, categorized_qml(column, classes), categorized_sld(layer, column, classes))


def with_ground(result: Result) -> gpd.GeoDataFrame:
    """The carriers with area_m2, the parcel ground allotted to each as in results.json, and boundary_area_m2, their polygon's own."""
    carriers = result.carriers.rename(columns={"area_m2": "boundary_area_m2"})
    own = result.zones[result.zones["kind"].eq("carrier")]
    return carriers.assign(area_m2=carriers["carrier_id"].map(dict(zip(own["id"], own["area_m2"], strict=True))).astype(float))


def style_rows(result: Result) -> list[tuple[str, str, dict[str, tuple[str, str]]]]:
    """Styles of a run: layer, column, and code -> (label, colour) from the palettes that the sheets and the map use; a layer's first is its default."""
    pick = 0 if result.language == "zh" else 1
    rows = [("parcels", "land_status", {code: (names[pick], colour) for code, (names, colour) in STATUS_COLOURS.items()})]
    used = result.parcels["land_use"].dropna().astype(str).unique() if "land_use" in result.parcels else ()
    official = PALETTES["land_use"]
    known = {code: next(official[code[:n]] for n in (6, 4, 2) if code[:n] in official) for code in sorted(used) if any(code[:n] in official for n in (6, 4, 2))}
    if known:
        rows.append(("parcels", "land_use", {code: (f"{code} {names[pick]}", colour) for code, (names, colour) in known.items()}))
    if len(result.carriers) and "carrier_type" in result.carriers:
        spare = [colour for _, colour in PALETTES["spare"].values()]
        kinds = sorted(result.carriers["carrier_type"].dropna().astype(str).unique())
        rows.append(("carriers", "carrier_type", {kind: (kind, PALETTES["carrier_type"].get(kind, ((kind, kind), spare[i % len(spare)]))[1]) for i, kind in enumerate(kinds)}))
    return rows


def write_styles(result: Result, folder: Path) -> None:
    """The same styles as files: styles/<layer>-<column>.qml and .sld."""
    folder.mkdir(parents=True, exist_ok=True)
    for layer, column, classes in style_rows(result):
        (folder / f"{layer}-{column}.qml").write_text(categorized_qml(column, classes), encoding="utf-8", newline="\n")
        (folder / f"{layer}-{column}.sld").write_text(categorized_sld(layer, column, classes), encoding="utf-8", newline="\n")


def _write(frame: gpd.GeoDataFrame, path: Path, layer: str, *, append: bool) -> None:
    frame = frame.copy()
    for name in frame.columns:
        if frame[name].dtype == object:
            frame[name] = frame[name].map(lambda v: v if v is None or isinstance(v, str) else None if pd.isna(v) else str(v))
    pyogrio.write_dataframe(frame, str(path), layer=layer, driver="GPKG", append=append, geometry_type="MultiPolygon", promote_to_multi=True)


def _describe(path: Path, stamp: str) -> None:
    """The stamp of an internal edition in the layers' description, where desktop GIS shows it."""
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute("UPDATE gpkg_contents SET description = ? WHERE table_name IN ('parcels', 'carriers')", (stamp,))


def _style(path: Path, layer: str, column: str, qml: str, sld: str) -> None:
    """Desktop GIS reads its styles from the table layer_styles inside the file, the first of a layer by default."""
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        if not base.execute("SELECT count(*) FROM sqlite_master WHERE name = 'layer_styles'").fetchone()[0]:
            base.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256), "
                         "f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, "
                         "description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)")
            base.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id) VALUES ('layer_styles', 'attributes', 'layer_styles', ?, 0)",
                         (_STAMP,))
        first = not base.execute("SELECT count(*) FROM layer_styles WHERE f_table_name = ?", (layer,)).fetchone()[0]
        base.execute("INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, "
                     "description, owner, ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, ?, ?, '', '', '', ?)", (layer, column, qml, sld, int(first), _STAMP))
