"""New land against constraints and slope: which newly supplied parcels reach into a red line, a buffer, or steep ground."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, found
from spatial.indicators.supply import supplied_land_scope
from spatial.indicators.terms import Facts
from spatial.schema.joined import Joined
from spatial.schema.raster import Raster

Floats = NDArray[np.float64]
NAMED_AT_MOST = 20


def new_parcels(facts: Facts, joined: Joined) -> NDArray[np.bool_]:
    """Parcels that are new land of the period: those of its supply contracts, or those an earlier vintage does not know."""
    new = np.zeros(len(facts.tables["parcels"]), dtype=bool)
    told = supplied_land_scope(facts)
    if told is None:
        return new
    table, area, scope = told
    scope = scope & area.notna()
    if table == "parcels":
        return np.asarray(scope, dtype=bool)
    match = joined.placed["supply"].match if "supply" in joined.placed else None
    if match is not None:
        pairs = match.pairs
        new[pairs["parcel"].to_numpy()[scope.to_numpy(bool)[pairs["row"].to_numpy()]]] = True
    return new


def constraint_findings(parcels: pd.DataFrame, new: NDArray[np.bool_], shares: Mapping[str, Floats]) -> list[Finding]:
    """New parcels that reach into a constraint area, one finding a parcel and kind, the largest first; the rest as a count."""
    findings = []
    for kind, share in shares.items():
        area = share * parcels["area_m2"].to_numpy(float)
        rows = np.flatnonzero(new & (share > 0))
        rows = rows[np.argsort(-area[rows], kind="stable")]
        for i in rows[:NAMED_AT_MOST].tolist():
            findings.append(found("constraint.new_land", role="parcels", field="constraint_share", row=parcels["row"].iloc[i] if "row" in parcels else None,
                                  key=parcels["parcel_id"].iloc[i], value_seen=f"{share[i]:.1%}", kind=kind, area=f"{area[i]:,.0f}"))
        if len(rows) > NAMED_AT_MOST:
            findings.append(found("constraint.new_land_more", role="parcels", field="constraint_share", count=len(rows) - NAMED_AT_MOST, kind=kind))
    return findings


def slope_findings(parcels: pd.DataFrame, new: NDArray[np.bool_], rasters: Iterable[Raster], limits: Mapping[str, Any]) -> tuple[pd.DataFrame, list[Finding]]:
    """The share of each parcel on steep ground, and the new parcels that have any to speak of."""
    columns, findings = {}, []
    ends = limits["slope"]["limits"]
    steep = limits["slope"]["steep"]
    for raster in rasters:
        if raster.measure != "slope" or raster.kind != "classes":
            continue
        codes = [code for code in range(1, len(ends) + 2) if (0.0, *ends)[code - 1] >= steep and f"{raster.name}_share_{code}" in parcels]
        known = parcels[f"{raster.name}_coverage"].to_numpy(float) > 0
        share = np.where(known, sum((parcels[f"{raster.name}_share_{code}"].fillna(0).to_numpy(float) for code in codes), np.zeros(len(parcels))), np.nan)
        columns[f"{raster.name}_steep_share"] = share
        rows = np.flatnonzero(new & known & (np.nan_to_num(share) >= limits["slope"]["least_share"]))
        if len(rows):
            first = rows[np.argmax(share[rows])]
            findings.append(found("constraint.new_land_steep", role="parcels", field=f"{raster.name}_steep_share", count=len(rows), key=parcels["parcel_id"].iloc[int(first)],
                                  row=parcels["row"].iloc[int(first)] if "row" in parcels else None, value_seen=f"{share[first]:.1%}", value_used=f"{steep:g}°"))
    return pd.DataFrame(columns, index=parcels.index), findings
