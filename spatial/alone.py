"""Small functions that work on any frame, without a study: areas, allocation, idle status, figures per mu."""

from __future__ import annotations

from datetime import date
from typing import get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from spatial.crs import CGCS2000, contradiction, ellipsoidal_area, reproject, working_crs
from spatial.errors import CrsError, Language, UsageError, first_of, nearest
from spatial.indicators.status import DATES, NUMBERS, STATUS, reasons, supply_status
from spatial.join.areal import Rule
from spatial.join.areal import allocate as allocate_ground
from spatial.schema.joined import OUTSIDE
from spatial.schema.sums import group_sums
from spatial.units import MU_M2

STARTS = ("agreed_start_date", "supplement_start_date", "agreed_handover_date", "handover_date", "determination_date", "determination_no", "actual_start_date", "completion_date")


def area_m2(layer: gpd.GeoDataFrame) -> pd.Series:
    """Ellipsoidal area of polygons.

    Parameters
    ----------
    layer : GeoDataFrame of polygons in any CRS; it must state one

    Returns
    -------
    Series of float, m², on the index of `layer`

    Raises
    ------
    CrsError
        Where the layer states no CRS (metres cannot be told from degrees, nor one zone from the next), or one its coordinates cannot be in.

    References
    ----------
    国土调查办发〔2008〕32号, on the CGCS2000 ellipsoid.
    """
    return pd.Series(ellipsoidal_area(_shapes(layer, "layer"), layer.crs), index=layer.index, name="area_m2")


def allocate(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, *, zone_id: str, rule: Rule = "area") -> pd.DataFrame:
    """Share the ground of parcels out among zones, the ground outside being a zone of its own.

    Parameters
    ----------
    parcels, zones : GeoDataFrames of valid polygons, each with a CRS; they are brought to one local plane
    zone_id : the column of `zones` that names them; names are distinct
    rule : "area" (by shared area), "largest" (whole, to the zone with most of it), "point" (whole, by a point inside)

    Returns
    -------
    DataFrame
        parcel (label of the index), zone, share (0 to 1), area_m2 (ellipsoidal); one row a piece. Side by side zones and the ground
        outside add up to the parcel; of zones that overlap each has its full piece.

    Raises
    ------
    CrsError, UsageError
        For a missing CRS or one that the coordinates cannot be in, invalid or missing geometry, a missing or repeated name of a zone, a label of
        the index of `parcels` that stands twice, an unknown rule.
    """
    if rule not in get_args(Rule):
        raise UsageError(f"rule: {rule}: {nearest(str(rule), get_args(Rule))}")
    if parcels.index.has_duplicates:
        raise UsageError("parcels: 行标签重复，分块无法对回地块，请先 reset_index / labels of the index stand twice, so that pieces cannot be told apart; call reset_index first")
    if zone_id not in zones or zones[zone_id].isna().any() or zones[zone_id].duplicated().any():
        hint = "" if zone_id in zones else f"; {nearest(zone_id, [str(name) for name in zones.columns])}"
        raise UsageError(f"zones: 列 {zone_id} 缺失、为空或重复 / the column {zone_id} is missing, blank or repeated; name every zone once{hint}")
    ground, areas = _shapes(parcels, "parcels"), _shapes(zones, "zones")
    plane = working_crs(tuple(shapely.total_bounds(reproject(ground, parcels.crs, CGCS2000)))) if len(ground) else CGCS2000
    local = gpd.GeoDataFrame(geometry=reproject(ground, parcels.crs, plane), crs=plane)
    beside = gpd.GeoDataFrame({"zone_id": zones[zone_id].to_numpy()}, geometry=reproject(areas, zones.crs, plane), crs=plane)
    done = allocate_ground(local, beside, rule=rule)
    rest = 1 - done.inside_share
    left = np.flatnonzero(rest > 0)
    pieces = pd.DataFrame({
        "position": np.r_[done.pieces["parcel"].to_numpy(np.int64), left],
        "zone": np.r_[zones[zone_id].to_numpy(object)[done.pieces["zone"].to_numpy(np.int64)], np.full(len(left), OUTSIDE, dtype=object)],
        "share": np.r_[done.pieces["share"].to_numpy(float), rest[left]]}).sort_values("position", kind="stable", ignore_index=True)
    whole = ellipsoidal_area(ground, parcels.crs)
    pieces["area_m2"] = whole[pieces["position"].to_numpy()] * pieces["share"]
    pieces.insert(0, "parcel", parcels.index.to_numpy()[pieces["position"].to_numpy()])
    return pieces.drop(columns="position")


def idle_status(supply: pd.DataFrame, *, as_of: date, language: Language = "zh") -> pd.DataFrame:
    """Land status of supplied parcels on a day, by 闲置土地处置办法 (Order 53 of the Ministry of Land and Resources).

    Parameters
    ----------
    supply : one row a contract; dates as dates, areas in m², money in 万元, under the canonical names of the supply ledger
        (agreed_start_date, handover_date, actual_start_date, completion_date, developed_area_m2, price_wanyuan, ...); any may be missing,
        but not all dates that a start can be told from
    as_of : what happened after this day is not known

    Returns
    -------
    DataFrame on the same index
        land_status and its name, status_reason (a sentence), start_due, days_overdue, fee_wanyuan, consequence, idle, idle_known,
        government_caused. "Suspected" is never a finding of law; a determination recorded in the ledger is `certified_idle`.

    Raises
    ------
    UsageError
        Where no column is there that a start falls due by, or a date or number cannot be read.

    References
    ----------
    国土资源部令第53号, arts. 2, 8, 14, 22, 30.
    """
    if not set(STARTS) & set(supply.columns):
        columns = first_of(supply.columns, 8).told("en")
        raise UsageError(f"supply: 没有任何可以确定应动工日的列 / no column that a start falls due by: {', '.join(STARTS)}; 现有 / there are: {columns}")
    supply = supply.copy()
    for name in [name for name in DATES if name in supply]:
        try:
            if pd.api.types.is_numeric_dtype(supply[name]) and supply[name].notna().any():
                raise TypeError("numbers")
            supply[name] = pd.to_datetime(supply[name], format="ISO8601")
        except (ValueError, TypeError) as error:
            raise UsageError(f"supply: {name}: 日期读不出，请写成日期或 2019-03-01 的样子 / a date cannot be read; give dates, or text like 2019-03-01 ({error})") from None
    for name in [name for name in NUMBERS if name in supply and supply[name].notna().any()]:
        if not pd.api.types.is_numeric_dtype(supply[name]):
            raise _no_numbers(f"supply: {name}")
    status = supply_status(supply, as_of=as_of)
    pick = 0 if language == "zh" else 1
    status.insert(1, "status_name", status["land_status"].map({code: names[pick] for code, names in STATUS.items()}))
    status.insert(2, "status_reason", reasons(status, language))
    return status.drop(columns=["reason"])


def per_mu(frame: pd.DataFrame, amount: str, *, land: str = "land_m2", by: str | None = None) -> pd.Series:
    """Amount for each mu of land, as a ratio of sums: never a mean of ratios.

    Parameters
    ----------
    frame : one row an enterprise or parcel
    amount : column of the amount, e.g. tax_wanyuan
    land : column of the land, m²
    by : column to group by; without it one figure for all

    Returns
    -------
    Series of float, unit of `amount` per mu
        Rows that lack either side leave both; land of zero or below gives a missing value. Rows without a group are a group of their own.

    Raises
    ------
    UsageError
        For a column that is not there, or that holds no numbers.
    """
    for name in (amount, land, *([by] if by else [])):
        if name not in frame:
            raise UsageError(f"{name}: 没有这一列 / no such column; {nearest(name, map(str, frame.columns))}")
    for name in (amount, land):
        if not pd.api.types.is_numeric_dtype(frame[name]) or pd.api.types.is_bool_dtype(frame[name]):
            raise _no_numbers(name)
    known = frame[frame[amount].notna() & frame[land].notna()]
    groups = known[by] if by else pd.Series("all", index=known.index)
    sums = pd.DataFrame({name: group_sums(known[name].astype(float), groups, dropna=False) for name in (amount, land)})
    ratio = sums[amount] / sums[land].where(sums[land] > 0) * float(MU_M2)
    return ratio.rename(f"{amount}_per_mu")


def _no_numbers(where: str) -> UsageError:
    return UsageError(f"{where}: 不是数值列，请先转换(如 pd.to_numeric) / not a column of numbers; convert it first, e.g. pd.to_numeric")


def _shapes(layer: gpd.GeoDataFrame, name: str) -> np.ndarray:
    """The polygons of a layer that states a CRS, lies in it, and holds nothing else."""
    if not isinstance(layer, (gpd.GeoDataFrame, gpd.GeoSeries)):
        raise UsageError(f"{name}: 须为 GeoDataFrame / a GeoDataFrame is asked for, not {type(layer).__name__}")
    if layer.crs is None:
        raise CrsError(f"{name}: 没有坐标系，请先 set_crs / no CRS is stated; call set_crs with the one it is in first")
    shapes = np.asarray(layer.geometry.array, dtype=object)
    bad = shapely.is_missing(shapes) | ~shapely.is_valid(shapes) | ~np.isin(shapely.get_type_id(shapes), (3, 6))
    if bad.any():
        where = first_of(layer.index[bad], 5).told("en")
        raise UsageError(f"{name}: {int(bad.sum())} 行不是有效的面({where}) / rows without a valid polygon; repair them first, e.g. make_valid, and look at what their areas become")
    if len(shapes) and (wrong := contradiction(tuple(shapely.total_bounds(shapes)), layer.crs)):
        raise CrsError(f"{name}: {wrong}; set_crs(…, allow_override=True)")
    return shapes
