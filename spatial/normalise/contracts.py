"""Supply rows that are one contract over several parcels, each parcel in a row of its own: the contract's area and price count once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spatial.errors import Finding, found, lines_of
from spatial.normalise.keys import CLEAR
from spatial.schema.sums import group_sums

NUMBERS = ("supply_id", "contract_no")  # what a contract goes by; the first that the ledger has
OF_THE_PARCEL = ("row", "parcel_id", "parcel_no", "supply_no", "carrier_id", "location", "x", "y", "unit_id")  # what may differ from row to row of one contract


def one_contract(frame: pd.DataFrame, parcels: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Rows of one contract as one row on all of its parcels, where the ground says that the area is the whole's.

    The area stands in one of the rows, or in each of them alike; where it is near the ground of all parcels together it is the contract's, where
    it is near that of its own parcel it is the parcel's and the rows stay. Where it is near neither, nobody can tell, and the rows are refused;
    so are rows of different areas that all state one price.
    """
    key = next((name for name in NUMBERS if name in frame), None)
    if key is None or "area_m2" not in frame or "parcel_id" not in frame or "geometry_area_m2" not in parcels or "parcel_id" not in parcels:
        return frame, []
    same = frame[frame[key].notna() & frame[key].duplicated(keep=False)]
    if not len(same):
        return frame, []
    ground = group_sums(parcels["geometry_area_m2"], parcels["parcel_id"])
    own = same["parcel_id"].map(lambda held: held if isinstance(held, str) else None).map(ground).astype(float)
    area, by = same["area_m2"].astype(float), same[key]
    figures = [name for name in same if name not in (key, *OF_THE_PARCEL) and pd.api.types.is_numeric_dtype(same[name]) and not pd.api.types.is_bool_dtype(same[name])]
    words = [name for name in same if name not in (key, *OF_THE_PARCEL, *figures)]
    groups = same.groupby(key, sort=True)
    count, stated, kinds = groups.size(), groups[figures].count(), groups[figures].nunique()
    once, alike = stated.le(1), stated.eq(count, axis=0) & kinds.eq(1)
    alone = groups["parcel_id"].nunique().eq(count)
    if words:
        alone &= groups[words].nunique(dropna=False).eq(1).all(axis=1)
    asked = alone & own.notna().groupby(by).all() & (once | alike).all(axis=1) & stated["area_m2"].gt(0)
    of_all = _apart(area.groupby(by).max(), group_sums(own, by))
    of_each = _apart(area, own).groupby(by).max()
    whole = asked & of_all.lt(CLEAR) & of_all.lt(of_each)
    larger = (area / own).groupby(by).max().gt(np.exp(CLEAR))
    doubtful = asked & ~whole & of_each.ge(CLEAR) & (alike["area_m2"] | larger)
    paid = alone & alike["price_wanyuan"] & groups["price_wanyuan"].max().gt(0) & stated["area_m2"].eq(count) & kinds["area_m2"].eq(count) if "price_wanyuan" in figures else asked & False
    findings = [found(code, field=key, key=str(flags.index[flags][0]), row=int(rows.iloc[1]), count=int(flags.sum()), rows=lines_of(rows),
                      value_seen=f"{area[rows.index].max():,.1f} m²", value_used=f"{own[rows.index].sum():,.1f} m²")
                for code, flags in (("supply.one_contract", whole), ("supply.whole_or_part", doubtful), ("supply.price_repeated", paid)) if flags.any()
                for rows in (same.loc[by.eq(flags.index[flags][0]), "row"],)]
    merged = same[by.map(whole).astype(bool)]
    if not len(merged):
        return frame, findings
    into = merged.index[~merged[key].duplicated()]
    kept = frame.drop(index=merged.index.difference(into)).astype({"parcel_id": object})
    order = merged.loc[into, key]
    of = merged.groupby(key)
    kept.loc[into, "parcel_id"] = pd.Series(of["parcel_id"].agg(tuple).reindex(order).to_numpy(object), index=into)
    for name in figures:
        kept.loc[into, name] = of[name].max().reindex(order).to_numpy()
    return kept, findings


def _apart(stated: pd.Series, ground: pd.Series) -> pd.Series:
    """How far a stated area is from the ground, as a logarithm; not a number where either is none."""
    return pd.Series(np.log(stated.where(stated.gt(0)) / ground.where(ground.gt(0)))).abs()
