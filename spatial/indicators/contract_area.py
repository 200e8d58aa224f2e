"""The land of each contract: what it states, else the ground of its parcels, which no two contracts of the period count twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, Several, found, lines_of
from spatial.schema.columns import in_file
from spatial.schema.study import Study
from spatial.schema.sums import zone_sums

Floats = NDArray[np.float64]


def contract_area(rows: pd.DataFrame, parcels: pd.DataFrame, pairs: pd.DataFrame, study: Study) -> tuple[Floats, Floats, list[Finding]]:
    """(land of each row, the ground behind rows without a contract area, findings).

    Contracts of the period that name one parcel and state no area share the ground that those with an area leave of it: in their sum it
    counts once, whatever each of them is. Under `many_rows = {area = "first"}` only the first contract of a parcel has land.

    Parameters
    ----------
    rows : supply rows with row and what there is of area_m2 and contract_date
    parcels : with area_m2
    pairs : row and parcel positions
    """
    stated = rows["area_m2"].to_numpy(float) if "area_m2" in rows else np.full(len(rows), np.nan)
    row, parcel = pairs["row"].to_numpy(np.int64), pairs["parcel"].to_numpy(np.int64)
    held = parcels["area_m2"].to_numpy(float)[parcel]
    part, findings = _parted(rows, stated, row, parcel, held, study)
    ground = np.where(np.bincount(row, minlength=len(rows)) > 0, zone_sums(part, row, len(rows)), np.nan)
    land = np.where(np.isnan(stated), ground, stated)
    if study.rows_rule("area") == "first":
        later = _later(row, parcel, rows["row"].to_numpy(np.int64))
        if later.any():
            land = np.where(later, 0.0, land)
            findings.append(found("join.many_rows_ruled", role="supply", field="area", count=int(later.sum()), value_used="first"))
    return land, ground, findings


def _parted(rows: pd.DataFrame, stated: Floats, row: NDArray[np.int64], parcel: NDArray[np.int64], held: Floats, study: Study) -> tuple[Floats, list[Finding]]:
    """The ground of each pair, shared by the contracts of the period that meet on its parcel and state no area, less what the others state."""
    if "contract_date" not in rows:
        return held, []
    within = rows["contract_date"].between(*(pd.Timestamp(day) for day in study.period)).to_numpy(bool)
    alone = np.bincount(row, minlength=len(rows)) == 1
    open_, told = within & np.isnan(stated), within & ~np.isnan(stated) & alone
    size = int(parcel.max(initial=-1)) + 1
    sharing = np.bincount(parcel[open_[row]], minlength=size)
    taken = zone_sums(stated[row[told[row]]], parcel[told[row]], size)
    meets = open_[row] & ((sharing[parcel] > 1) | (taken[parcel] > 0))
    if not meets.any():
        return held, []
    part = np.where(meets, np.maximum(held - taken[parcel], 0.0) / np.maximum(sharing[parcel], 1), held)
    lines = rows["row"].iloc[np.unique(row[meets])]
    key = rows["parcel_id"].iloc[in_file(rows, np.unique(row[meets]))[0]] if "parcel_id" in rows else ""
    return part, [found("supply.ground_shared", role="supply", field="area", row=int(lines.min()), key=Several(key) if isinstance(key, tuple) else str(key), count=len(lines),
                        rows=lines_of(lines))]


def _later(row: NDArray[np.int64], parcel: NDArray[np.int64], lines: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Rows all of whose parcels a row names that stands before them in the file (`lines` are the numbers there)."""
    order, count = np.lexsort((lines[row], parcel)), len(lines)
    again = np.zeros(len(row), bool)
    again[order[1:]] = parcel[order[1:]] == parcel[order[:-1]]
    pairs, repeats = np.bincount(row, minlength=count), np.bincount(row, again, minlength=count)
    return np.asarray((pairs > 0) & (repeats == pairs))
