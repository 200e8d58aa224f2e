"""Approval batches that overlap: ground approved twice counts once, with the batch that was approved first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, Several, found
from spatial.normalise.overlap import overlapping_pairs
from spatial.rings import combined


def approved_once(rows: pd.DataFrame, shapes: NDArray[Any] | None) -> tuple[tuple[pd.DataFrame, NDArray[Any] | None], list[Finding]]:
    """The batches without the ground of those approved before them, and a warning that names those that shared ground.

    Parameters
    ----------
    rows : approval_date, area_m2 (as stated, else measured), row; a batch keeps the share of its area that its ground keeps
    shapes : valid polygons in the working CRS, or None where batches are a table
    """
    if shapes is None or len(rows) < 2:
        return (rows, shapes), []
    pairs = overlapping_pairs(shapes)
    if not len(pairs):
        return (rows, shapes), []
    day = rows["approval_date"].to_numpy("datetime64[ns]").astype(np.int64) if "approval_date" in rows else np.zeros(len(rows), np.int64)
    day = np.where(day == np.iinfo(np.int64).min, np.iinfo(np.int64).max, day)  # no day comes last
    name = rows["batch_id"].astype(str).to_numpy() if "batch_id" in rows else np.full(len(rows), "")
    place = np.empty(len(rows), np.int64)
    place[np.lexsort((-shapely.area(shapes), name, day))] = np.arange(len(rows))
    kept = shapes.copy()
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    for later in np.unique(np.where(place[left] > place[right], left, right)).tolist():
        partners = np.r_[right[left == later], left[right == later]]
        kept[later] = combined(shapely.difference, shapes[later], shapely.union_all(shapes[partners[place[partners] < place[later]]]))
    size = shapely.area(shapes)
    share = np.divide(shapely.area(kept), size, out=np.ones(len(rows)), where=size > 0)
    first = pairs.iloc[int(pairs["area"].to_numpy().argmax())]
    both = sorted((int(first["left"]), int(first["right"])), key=lambda at: int(place[at]))
    lines = rows["row"].to_numpy(np.int64)[both]
    told = found("supply.batches_overlap", field="geometry", row=int(lines.min()), count=len(pairs), key=Several(name[both] if "batch_id" in rows else lines),
                 value_seen=f"{first['area']:,.1f} m²", value_used=f"{float(size.sum() - shapely.area(kept).sum()):,.1f} m²")
    return (rows.assign(area_m2=rows["area_m2"].to_numpy(float) * share), kept), [told]
