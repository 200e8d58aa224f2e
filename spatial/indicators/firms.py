"""Figures of enterprises brought to the parcels they stand on, for density surfaces."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spatial.indicators.terms import Facts
from spatial.schema.joined import Joined
from spatial.schema.sums import zone_sums

FIGURES = ("tax_wanyuan",)


def firms_on_parcels(facts: Facts, joined: Joined) -> pd.DataFrame:
    """enterprise_tax_wanyuan and the like: what the year's firms report, shared out to their parcels by area.

    All of what they report counts, with or without a figure for their land, so that the parcels hold the ledger's total. Firms that are known by a
    carrier or a point only stand on no parcel and are left out; nothing in a public edition.
    """
    parcels = facts.tables["parcels"]
    none = pd.DataFrame(index=parcels.index)
    if facts.study.audience == "public" or facts.year is None or "enterprises" not in joined.placed:
        return none
    rows, pairs = facts.tables["enterprises"], joined.placed["enterprises"].located.parcels
    if not len(pairs):
        return none
    row, parcel = pairs["row"].to_numpy(np.int64), pairs["parcel"].to_numpy(np.int64)
    current = rows["year"].eq(facts.year).to_numpy(bool)[row]
    columns = {}
    for name in FIGURES:
        if name in rows:
            given = np.nan_to_num(rows[name].to_numpy(float))[row] * pairs["weight"].to_numpy(float)
            columns[f"enterprise_{name}"] = zone_sums(given[current], parcel[current], len(parcels))
    return pd.DataFrame(columns, index=parcels.index)
