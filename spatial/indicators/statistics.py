"""A zone's own yearly figures where no enterprise ledger is given: as rows that lie in carriers, and one for the rest of the district."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd

from spatial.schema.joined import OUTSIDE, STUDY_AREA, Membership
from spatial.schema.shares import Shares
from spatial.schema.study import Study

WHOLE = ("study_area", "全区", "全县", "全市", "合计")
QUANTITIES = ("_wanyuan", "_tce", "_t", "_wan_kwh", "employees")


def as_enterprises(statistics: pd.DataFrame, members: Membership, study: Study) -> tuple[pd.DataFrame, Shares] | None:
    """Rows of carriers and, by year, what the district has beyond them.

    Returns
    -------
    A table with `year`, `inside` and the quantities, and the shares of its rows; None unless the district's own row is there,
    for without it no share of the district can be told.
    """
    columns = [name for name in statistics.columns if name.endswith(QUANTITIES)]
    zone = statistics["zone"].map(lambda key: unicodedata.normalize("NFC", str(key)))
    whole = zone.isin((*WHOLE, study.name))
    named = members.zones[members.zones["kind"].eq("carrier")]
    known = {**dict(zip(named["name"], named.index, strict=True)), **dict(zip(named["id"], named.index, strict=True))}
    inside = zone.map(known).notna() & ~whole
    if not whole.any() or not columns:
        return None
    parts = statistics[inside].assign(position=zone[inside].map(known).astype(int))
    total = statistics[whole].groupby("year")[columns].first()
    held = parts.groupby("year")[columns].sum(min_count=1).reindex(total.index).fillna(0.0)
    rest = (total - held).reset_index().assign(position=members.index[OUTSIDE])
    rows = pd.concat([parts[["year", *columns, "position"]], rest], ignore_index=True)
    table = rows.drop(columns="position").assign(inside=np.where(rows["position"] == members.index[OUTSIDE], 0.0, 1.0))
    count, held_inside = len(rows), table["inside"].to_numpy(float)
    zone = np.r_[np.full(count, members.index[STUDY_AREA]), rows["position"].to_numpy(np.int64)]
    shares = Shares(np.r_[np.arange(count), np.arange(count)], zone, np.ones(2 * count), np.r_[held_inside, held_inside])
    return table, shares
