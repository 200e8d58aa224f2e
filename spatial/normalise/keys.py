"""Keys that stand more than once: parcels by the study's rule, projects and enterprises by what their rows say."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import ellipsoidal_area, reproject
from spatial.errors import Finding, found

LISTED = 50
CLEAR = 0.3  # natural logarithm: a stated area within a third of the ground says which it is


def duplicate_parcels(parcels: gpd.GeoDataFrame, rule: str, source: CRS) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Parcel ids that stand twice: refused, kept as features of their own, or dissolved into one."""
    if "parcel_id" not in parcels:
        return parcels, []
    same = parcels["parcel_id"].duplicated(keep=False) & parcels["parcel_id"].notna()
    if not same.any():
        return parcels, []
    groups = parcels[same].groupby("parcel_id", sort=True)["row"].agg(list)
    if rule == "refuse":
        listed = [found("key.duplicate", row=int(rows[1]), key=key, field="parcel_id", count=len(rows), rows="、".join(str(int(r)) for r in rows[:10]))
                  for key, rows in list(groups.items())[:LISTED]]
        more = [found("key.duplicate_more", field="parcel_id", count=len(groups) - LISTED)] if len(groups) > LISTED else []
        return parcels, [*listed, *more]
    if rule == "keep":
        return parcels, [found("key.kept", field="parcel_id", key=groups.index[0], count=len(groups))]
    first = parcels[~parcels["parcel_id"].duplicated() | parcels["parcel_id"].isna()].copy()
    shapes = parcels[same].groupby("parcel_id")["geometry"].agg(lambda parts: shapely.union_all(parts.to_numpy()))
    hit = first["parcel_id"].isin(shapes.index)
    first.loc[hit, "geometry"] = gpd.GeoSeries(shapes.reindex(first.loc[hit, "parcel_id"]).to_numpy(), index=first.index[hit], crs=parcels.crs)
    merged = first.loc[hit, "geometry"].to_numpy()
    first.loc[hit, "area_m2"] = ellipsoidal_area(reproject(merged, parcels.crs, source), source)
    findings = [found("key.dissolved", field="parcel_id", key=groups.index[0], count=len(groups)), *_differing(parcels[same])]
    whole, problems = _stated_whole(parcels[same], first[hit].set_index("parcel_id")["area_m2"])
    for column in [name for name in parcels.columns if name.endswith("_m2") and name != "area_m2"]:
        parts = parcels[same].groupby("parcel_id")[column]
        once = whole & (parts.nunique() == 1).reindex(whole.index)
        summed = parts.sum(min_count=1)
        value = summed.where(~once.reindex(summed.index), parts.first())
        first.loc[hit, column] = value.reindex(first.loc[hit, "parcel_id"]).to_numpy()
    if whole.any():
        findings.append(found("key.dissolved_whole", field="registered_area", key=whole.index[whole][0], count=int(whole.sum())))
    return first.reset_index(drop=True), findings + problems


def _stated_whole(rows: pd.DataFrame, ground_m2: pd.Series) -> tuple[pd.Series, list[Finding]]:
    """Of each dissolved parcel whether its rows repeat the registered area of the whole: the same figure in each, nearer to the ground than their sum."""
    if "registered_area_m2" not in rows:
        return pd.Series(False, index=ground_m2.index), []
    stated = rows.groupby("parcel_id")["registered_area_m2"].agg(["nunique", "count", "first", "sum"]).reindex(ground_m2.index)
    repeated = (stated["nunique"] == 1) & (stated["count"] > 1) & (stated["first"] > 0)
    one, all_ = (np.log(stated[name].where(repeated) / ground_m2).abs() for name in ("first", "sum"))
    unclear = repeated & ~(np.minimum(one, all_) < CLEAR)
    return repeated & (one < all_), [found("key.dissolve_unclear", row=int(rows.loc[rows["parcel_id"] == key, "row"].iloc[1]), key=key, field="registered_area",
                                           value_seen=f"{stated.at[key, 'first']:,.1f} m²", value_used=f"{ground_m2[key]:,.1f} m²") for key in unclear.index[unclear][:LISTED]]


def _differing(rows: pd.DataFrame) -> list[Finding]:
    """Words in which the rows of one parcel differ, although one row is kept."""
    findings = []
    for column in ("land_use", "planned_use", "land_status"):
        if column not in rows:
            continue
        kinds = rows.groupby("parcel_id")[column].nunique()
        keys = kinds.index[kinds > 1]
        if len(keys):
            of_key = rows[rows["parcel_id"] == keys[0]]
            findings.append(found("key.dissolved_differs", field=column, key=keys[0], row=int(of_key["row"].iloc[1]), count=len(keys),
                                  value_seen="、".join(map(str, of_key[column].dropna().unique())), value_used=str(of_key[column].iloc[0])))
    return findings


def repeated_rows(role: str, frame: pd.DataFrame, points: NDArray[Any] | None) -> tuple[pd.DataFrame, list[Finding]]:
    """A ledger's rows with each key once where that is its meaning; the index keeps the rows' old positions.

    Projects whose rows differ only in the parcel become one row with all parcels; other differences are an error.
    An enterprise twice in a year, or a supply number twice, is a warning: both rows stay.
    """
    if role == "projects" and "project_id" in frame:
        return _projects(frame)
    key = {"enterprises": ["enterprise_id", "year"], "supply": ["supply_id"]}.get(role)
    if key is None or any(name not in frame for name in key):
        return frame, []
    known = frame[key].notna().all(axis=1)
    same = frame[known & frame.duplicated(key, keep=False)]
    if not len(same):
        return frame, []
    groups = same.groupby(key, sort=True)["row"].agg(list)
    name, rows = next(iter(groups.items()))
    shown = "、".join(str(part) for part in name) if isinstance(name, tuple) else str(name)
    return frame, [found("key.repeated_row", field=key[0], key=shown, row=int(rows[1]), count=len(rows), rows="、".join(str(int(r)) for r in rows[:10]))]


def _projects(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    same = frame["project_id"].duplicated(keep=False) & frame["project_id"].notna()
    if not same.any():
        return frame, []
    findings: list[Finding] = []
    others = [name for name in frame.columns if name not in ("row", "parcel_id", "project_id", "x", "y", "carrier_id")]
    for key, rows in frame[same].groupby("project_id", sort=True):
        differing = [name for name in others if rows[name].map(str).nunique() > 1]
        if differing and len(findings) < LISTED:
            findings.append(found("project.repeated_differs", row=int(rows["row"].iloc[1]), key=key, field="、".join(differing)))
    kept = frame[~frame["project_id"].duplicated() | frame["project_id"].isna()].copy()
    if "parcel_id" in frame:
        parcels = frame[same].groupby("project_id")["parcel_id"].agg(_all_ids)
        kept["parcel_id"] = [parcels.get(key, own) if key is not None and key == key else own
                             for key, own in zip(kept["project_id"], kept["parcel_id"], strict=True)]
    if not findings:
        findings.append(found("project.repeated", field="project_id", count=int(frame.loc[same, "project_id"].nunique())))
    return kept, findings


def _all_ids(values: pd.Series) -> tuple[str, ...]:
    ids: list[str] = []
    for value in values:
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and one not in ids:
                ids.append(one)
    return tuple(ids)
