"""Projects that stand in several rows: one row with all their parcels; where they lie does not hang on which row stands first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, Several, found, lines_of
from spatial.normalise.repeats import LISTED, PARCEL_WORDS, PLACES, all_ids, names_parcels

SAME_M = 1.0  # points as near as this are one, written with other digits


def one_project(frame: pd.DataFrame, points: NDArray[Any] | None) -> tuple[pd.DataFrame, NDArray[Any] | None, list[Finding]]:
    """A ledger of projects with each project once, and its points; the index keeps the rows' old positions.

    Rows that differ only in where they lie become one row with all parcels and numbers. Where each row names a parcel, the parcels say where
    the project lies, and points or carriers that are not one for all rows are left out, on record; where rows without parcels lie at several
    points or in several carriers, nobody knows how much lies where: an error, as any other difference is.
    """
    same = frame["project_id"].duplicated(keep=False) & frame["project_id"].notna() if "project_id" in frame else pd.Series(False, index=frame.index)
    if not same.any():
        return frame, points, []
    kept = frame[~frame["project_id"].duplicated() | frame["project_id"].isna()].copy()
    at = None if points is None else points.copy()
    others = [name for name in frame.columns if name not in ("row", "project_id", *PLACES)]
    findings: list[Finding] = []
    by_parcels: list[tuple[Any, pd.Series]] = []
    told: dict[str, dict[Any, Any]] = {name: {} for name in (*PARCEL_WORDS, "carrier_id") if name in frame}
    for key, rows in frame[same].groupby("project_id", sort=True):
        differing = [name for name in others if rows[name].map(str).nunique() > 1]
        named = bool(names_parcels(rows).all())
        where = _one_point(rows, at)
        if where is None:
            if named:
                by_parcels.append((key, rows["row"]))
            else:
                differing += [name for name in ("x", "y") if name in rows] or ["geometry"]
        carriers = [] if "carrier_id" not in rows else list(dict.fromkeys(rows["carrier_id"].dropna()))
        if len(carriers) > 1 and not named:
            differing.append("carrier_id")
        if differing and len(findings) < LISTED:
            findings.append(found("project.repeated_differs", row=int(rows["row"].iloc[1]), key=key, field=Several(differing)))
        first = rows.index[0]
        if at is not None:
            at[first] = None if where is None else where[0]
        for name in told:
            cells = all_ids(rows[name])
            told[name][first] = cells if name == "parcel_id" else (carriers[0] if len(carriers) == 1 else None) if name == "carrier_id" else "、".join(cells) or None
    for name, held in told.items():
        kept[name] = kept[name].astype(object)
        kept.loc[list(held), name] = pd.Series(held, dtype=object)
    if not findings:
        findings.append(found("project.repeated", field="project_id", count=int(frame.loc[same, "project_id"].nunique())))
        if by_parcels:
            key, lines = by_parcels[0]
            findings.append(found("project.by_parcels", field="x", key=key, row=int(lines.iloc[0]), count=len(by_parcels), rows=lines_of(pd.concat([lines for _, lines in by_parcels]))))
    return kept, at, findings


def _one_point(rows: pd.DataFrame, points: NDArray[Any] | None) -> tuple[Any] | None:
    """The point of a project (None where it has none), in a tuple; None where its rows do not agree on one.

    A point of one row is not that of the others where each names parcels of its own.
    """
    held = [] if points is None else [point for point in points[rows.index.to_numpy()] if point is not None]
    if not held:
        return (None,)
    xy = shapely.get_coordinates(held)
    order = np.lexsort((xy[:, 1], xy[:, 0]))
    if np.ptp(xy, axis=0).max() > SAME_M or len(held) < len(rows) and names_parcels(rows).all() and _apart(rows):
        return None
    return (held[int(order[0])],)


def _apart(rows: pd.DataFrame) -> bool:
    return any(rows[name].map(str).nunique() > 1 for name in PARCEL_WORDS if name in rows)

