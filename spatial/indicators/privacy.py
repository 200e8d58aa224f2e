"""Figures of enterprises in a public edition: groups under three firms are masked, and so is what subtraction would give away."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

SMALL_GROUP = 3
PARCEL_COLUMNS = ("tax_wanyuan", "value_added_wanyuan", "output_wanyuan", "revenue_wanyuan", "fixed_investment_wanyuan", "rd_wanyuan", "tax_per_mu", "value_added_per_mu",
                  "output_per_mu", "investment_per_mu")


def masked_values(values: pd.DataFrame, zones: pd.DataFrame, tables: Mapping[str, str]) -> pd.DataFrame:
    """Values with enterprise figures of small groups masked.

    Parameters
    ----------
    values, zones : frames of results.json
    tables : indicator -> table its numerator sums over; those over enterprises are masked

    Returns
    -------
    DataFrame
        A masked row keeps its unit, rule and status `masked`; value, numerator, denominator are missing and n and coverage 0. Within each layer
        of zones one masked zone alone could be had by subtracting the others from the total, so the next smallest is masked with it.
    """
    out = values.copy()
    kinds = zones.set_index("id")["kind"]
    layer = out["zone"].map(kinds).replace({"outside": "carrier"})
    confidential = out["indicator"].map(tables).eq("enterprises") & out["status"].isin(("ok", "not_applicable"))
    small = confidential & out["n"].between(1, SMALL_GROUP - 1)
    for _, rows in out[confidential & layer.ne("study_area")].groupby(["indicator", layer[confidential]], sort=False):
        hidden = rows.index[small[rows.index]]
        if len(hidden) == 1:
            others = rows.drop(hidden)
            others = others[others["n"] > 0].sort_values(["n", "zone"])
            small.loc[others.index[:1]] = True
    out.loc[small, ["value", "numerator", "denominator"]] = np.nan
    out.loc[small, "n"] = 0
    out.loc[small, "coverage"] = 0.0
    out.loc[small, "status"] = "masked"
    return out
