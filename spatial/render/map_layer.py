"""Polygons of any frame as a layer for any Folium map: packed, drawn and picked as the map of a run is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from spatial.crs import CGCS2000, contradiction, ellipsoidal_area
from spatial.errors import CrsError, UsageError, nearest
from spatial.render.map_codec import STEP_DEGREES, Body, date_column, number_column, packed, shapes, text_column
from spatial.render.map_element import ParcelLayer
from spatial.render.map_payload import VERSION, degrees
from spatial.render.map_views import classes

PALETTE = ("#4F90BF", "#E0A83E", "#5B9A68", "#C2571A", "#8C6BB1", "#D1495B", "#2C8C7C", "#B8860B", "#7F8FA6", "#A0522D", "#6B8E23", "#C71585")
SHADES = ["#EDF3F8", "#C6DBEA", "#8FBBD9", "#4F90BF", "#1F5F99"]


def parcel_layer(parcels: gpd.GeoDataFrame, *, colour: str | None = None, columns: Sequence[str] | None = None, title: str = "", language: str = "zh", panel: bool = False,
                 legend: bool = True) -> ParcelLayer:
    """A Folium element that draws the polygons of `parcels`, by the million if need be.

    Parameters
    ----------
    parcels : GeoDataFrame of Polygon or MultiPolygon with a CRS; holes and several parts are kept
    colour : the column that colours them, by class; one colour where none is named
    columns : columns that the card of a polygon shows; all by default
    panel : with the panels and tools of the full map
    legend : a legend in the corner of the map where `colour` names a column; the panels have their own

    Raises
    ------
    CrsError
        Where the frame states no CRS, or one its coordinates cannot be in.
    UsageError
        Where a named column is not there.
    """
    if parcels.crs is None:
        raise CrsError("parcels: 没有坐标系，请先 set_crs / no CRS is stated; call set_crs with the one it is in first")
    if len(parcels) and (wrong := contradiction(tuple(parcels.total_bounds), parcels.crs)):
        raise CrsError(f"parcels: {wrong}; set_crs(…, allow_override=True)")
    shown = [name for name in (columns if columns is not None else parcels.columns) if name != parcels.geometry.name]
    for name in [*shown, *([colour] if colour else [])]:
        if name not in parcels:
            raise UsageError(f"{name}: 没有这一列 / no such column; {nearest(str(name), [str(c) for c in parcels.columns])}")
    ground = degrees(parcels)
    order = np.argsort(gpd.GeoSeries(ground).hilbert_distance().to_numpy(), kind="stable") if len(ground) else np.zeros(0, dtype=np.int64)
    ground, table = ground[order], pd.DataFrame(parcels.drop(columns=parcels.geometry.name)).iloc[order].reset_index(drop=True)
    body = Body()
    held = [_column(body, str(name), table[name]) for name in dict.fromkeys([*shown, *([colour] if colour else [])]) if name != "area_m2"]
    area = table["area_m2"].to_numpy(float) if "area_m2" in table else ellipsoidal_area(ground, CGCS2000)
    held.append(number_column(body, "area_m2", ("面积", "Area")[language != "zh"], np.nan_to_num(area), 2, "m²", group="parcel"))
    bounds = shapely.total_bounds(ground) if len(ground) else np.zeros(4)
    origin = (round(float(bounds[0]), 6), round(float(bounds[1]), 6))
    none = np.array([], dtype=object)
    head: dict[str, Any] = {
        "version": VERSION, "language": language, "title": title, "subtitle": "", "stamp": "", "notes": [], "origin": list(origin), "step": STEP_DEGREES, "coordinates": True, "grid": None,
        "parcels": {"count": len(ground), "shapes": shapes(body, ground, origin), "columns": held},
        "carriers": {"count": 0, "shapes": shapes(body, none, origin), "names": [], "pieces": {"parcel": body.add(np.zeros(0)), "carrier": body.add(np.zeros(0)), "area": body.add(np.zeros(0))}},
        "tables": [], "views": [_view(table, colour, held)], "scores": [], "basemaps": [],
    }
    return ParcelLayer(packed(head, body), panel=panel, legend=legend and colour is not None)


def _column(body: Body, name: str, values: pd.Series) -> dict[str, Any]:
    if pd.api.types.is_datetime64_any_dtype(values):
        return date_column(body, name, name, values, group="parcel")
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        digits = 0 if pd.api.types.is_integer_dtype(values) else 2
        return number_column(body, name, name, values.to_numpy(float, na_value=np.nan), digits, group="parcel", plain=digits == 0)
    return text_column(body, name, name, values, group="parcel")


def _view(table: pd.DataFrame, colour: str | None, held: list[dict[str, Any]]) -> dict[str, Any]:
    """One colour, a colour a word, or shades of a number."""
    name = colour or "area_m2"
    view: dict[str, Any] = {"id": name, "label": name, "group": "parcel", "scope": "parcel", "column": name}
    column = next(one for one in held if one["name"] == name)
    if not colour:
        return view | {"breaks": [], "colours": ["#8FBBD9"]}
    if column["kind"] == "text":
        return view | {"colours": [PALETTE[i % len(PALETTE)] for i in range(min(column["count"], 255))]}
    known = pd.to_numeric(table[name], errors="coerce").to_numpy(float) if column["kind"] == "number" else np.zeros(0)
    limits, shades = classes(known[np.isfinite(known)], SHADES)
    return view | {"breaks": limits.tolist(), "colours": shades}
