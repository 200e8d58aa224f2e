"""Parcel ids that stand more than once, by the study's rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from spatial.crs import ellipsoidal_area, reproject
from spatial.errors import Finding, Several, found, lines_of
from spatial.normalise.texts import matching, text_column
from spatial.rings import united
from spatial.schema.sums import group_sums

LISTED = 50
_TOTAL = re.compile(r"(?:全区|全市|全县|全镇)?(?:合计|总计|小计|汇总|总和)|TOTAL|SUM")
CLEAR = 0.3  # natural logarithm: a stated area within a third of the ground says which it is


def duplicate_parcels(parcels: gpd.GeoDataFrame, rule: str, source: CRS, written: Mapping[int, Any] | None = None) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Parcel ids that stand twice: refused, kept as features of their own, or dissolved into one; `written` is the cell of each row as the file has it."""
    if "parcel_id" not in parcels:
        return parcels, []
    same = parcels["parcel_id"].duplicated(keep=False) & parcels["parcel_id"].notna()
    if not same.any():
        return parcels, []
    groups = parcels[same].groupby("parcel_id", sort=True)["row"].agg(list)
    if rule == "refuse":
        listed = [found("key.duplicate", row=int(rows[1]), key=key, field="parcel_id", count=len(rows), rows=lines_of(rows), value_seen=_spelled(rows, written),
                        spelled=f" ({seen})" if (seen := _spelled(rows, written)) else "")
                  for key, rows in list(groups.items())[:LISTED]]
        more = [found("key.duplicate_more", field="parcel_id", count=len(groups) - LISTED)] if len(groups) > LISTED else []
        return parcels, [*listed, *more]
    if rule == "keep":
        return parcels, [found("key.kept", field="parcel_id", key=groups.index[0], count=len(groups)), *_one_key(groups, written)]
    words = parcels[same].drop(columns=["geometry", "row"], errors="ignore").map(str).agg("\x1f".join, axis=1)  # which row speaks for all does not hang on their order
    speaking = parcels[same].assign(_words=words).sort_values(["parcel_id", "_words"], kind="stable").drop_duplicates("parcel_id").index
    first = parcels[~same | parcels.index.isin(speaking)].copy()
    shapes = parcels[same].groupby("parcel_id")["geometry"].agg(lambda parts: united(parts.to_numpy()))
    hit = first["parcel_id"].isin(shapes.index)
    first.loc[hit, "geometry"] = gpd.GeoSeries(shapes.reindex(first.loc[hit, "parcel_id"]).to_numpy(), index=first.index[hit], crs=parcels.crs)
    merged = first.loc[hit, "geometry"].to_numpy()
    first.loc[hit, "area_m2"] = ellipsoidal_area(reproject(merged, parcels.crs, source), source)
    findings = [found("key.dissolved", field="parcel_id", key=groups.index[0], count=len(groups)), *_one_key(groups, written), *_differing(parcels[same])]
    whole, parts_told, problems = _stated_whole(parcels[same], first[hit].set_index("parcel_id")["area_m2"])
    for column in [name for name in parcels.columns if name.endswith("_m2") and name != "area_m2"]:
        parts = parcels[same].groupby("parcel_id")[column]
        if column != "registered_area_m2":
            problems += _repeated(parcels[same], column, whole | parts_told, first[hit].set_index("parcel_id")["area_m2"])
        once = whole & (parts.nunique() == 1).reindex(whole.index)
        summed = group_sums(parcels.loc[same, column].astype(float), parcels.loc[same, "parcel_id"])
        value = summed.where(~once.reindex(summed.index), parts.first())
        first.loc[hit, column] = value.reindex(first.loc[hit, "parcel_id"]).to_numpy()
    if whole.any():
        findings.append(found("key.dissolved_whole", field="registered_area", key=whole.index[whole][0], count=int(whole.sum())))
    return first.reset_index(drop=True), findings + problems


def named_total(parcels: pd.DataFrame) -> list[Finding]:
    """An error for parcels that bear the word of a total: the outline of all of them, or their sum, is no parcel."""
    ids, texts = parcels["parcel_id"].to_numpy(object), text_column(parcels["parcel_id"])
    asked = np.arange(len(ids)) if texts is None else np.flatnonzero(~matching(texts, "[0-9]"))  # a word that has no figure in it
    which = asked[np.array([isinstance(key, str) and _TOTAL.fullmatch(key) is not None for key in ids[asked]], dtype=bool)]
    if not len(which):
        return []
    first = parcels.iloc[int(which[0])]
    return [found("key.total", field="parcel_id", row=int(first["row"]), key=first["parcel_id"], count=len(which))]


def _spelled(rows: list[Any], written: Mapping[int, Any] | None) -> str:
    """The spellings of one key, where its rows have more than one: `a1 = A1`."""
    texts = list(dict.fromkeys(str(written[int(row)]) for row in rows if int(row) in written)) if written is not None else []
    return " = ".join(texts[:5]) if len(texts) > 1 else ""


def _one_key(groups: pd.Series, written: Mapping[int, Any] | None) -> list[Finding]:
    """A warning for ids that are one only in the form in which they are compared, and count as such."""
    told = [(key, rows, seen) for key, rows in groups.items() if (seen := _spelled(rows, written))]
    return [found("key.spelled_apart", field="parcel_id", key=told[0][0], row=int(told[0][1][1]), count=len(told), value_seen=told[0][2])] if told else []


def _repeated(rows: pd.DataFrame, column: str, told: pd.Series, ground_m2: pd.Series) -> list[Finding]:
    """An error for each dissolved parcel whose rows all state the same figure, where no registered area tells whether it is that of the whole."""
    stated = rows.groupby("parcel_id")[column].agg(["nunique", "count", "size", "first"]).reindex(ground_m2.index)
    unclear = (stated["nunique"] == 1) & (stated["count"] == stated["size"]) & (stated["first"] > 0) & ~told.reindex(ground_m2.index)
    return [found("key.dissolve_unclear", row=int(rows.loc[rows["parcel_id"] == key, "row"].iloc[1]), key=key, field=column.removesuffix("_m2"),
                  value_seen=f"{stated.at[key, 'first']:,.1f} m²", value_used=f"{ground_m2[key]:,.1f} m²") for key in unclear.index[unclear][:LISTED]]


def _stated_whole(rows: pd.DataFrame, ground_m2: pd.Series) -> tuple[pd.Series, pd.Series, list[Finding]]:
    """Of each dissolved parcel whether its rows repeat the registered area of the whole (the same figure in each, nearer to the ground than their sum), and
    whether they state the same for each part."""
    if "registered_area_m2" not in rows:
        return pd.Series(False, index=ground_m2.index), pd.Series(False, index=ground_m2.index), []
    stated = rows.groupby("parcel_id")["registered_area_m2"].agg(["nunique", "count", "first", "sum"]).reindex(ground_m2.index)
    repeated = (stated["nunique"] == 1) & (stated["count"] > 1) & (stated["first"] > 0)
    one, all_ = (np.log(stated[name].where(repeated) / ground_m2).abs() for name in ("first", "sum"))
    unclear = repeated & ~(np.minimum(one, all_) < CLEAR)
    return repeated & (one < all_), repeated & ~unclear & ~(one < all_), [found("key.dissolve_unclear", row=int(rows.loc[rows["parcel_id"] == key, "row"].iloc[1]), key=key, field="registered_area",
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
                                  value_seen=Several(map(str, of_key[column].dropna().unique())), value_used=str(of_key[column].iloc[0])))
    return findings
