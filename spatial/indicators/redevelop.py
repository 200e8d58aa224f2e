"""What if: the worst low-efficiency parcels are redeveloped; and the order that says which are the worst."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spatial.errors import Finding, first_of, found
from spatial.indicators.efficiency import enterprise_land
from spatial.schema.joined import Placed
from spatial.schema.sums import zone_sums

WORST = ("tax_per_mu_of_parcel", "area_m2", "parcel_id")  # the lowest tax a mu first, among equals the largest, then the smallest id


def parcel_tax(parcels: pd.DataFrame, enterprises: pd.DataFrame | None, placed: Placed | None, year: int | None) -> pd.DataFrame:
    """Tax (万元) and land (m²) of the year's enterprises on each parcel; missing where none is known.

    An enterprise on several parcels counts on each by area, several on one parcel add up.
    """
    nothing = pd.DataFrame({"tax_wanyuan": np.nan, "land_m2": np.nan}, index=parcels.index)
    if enterprises is None or placed is None or year is None or "tax_wanyuan" not in enterprises or not len(placed.located.parcels):
        if "tax_wanyuan" in parcels:
            return pd.DataFrame({"tax_wanyuan": parcels["tax_wanyuan"], "land_m2": parcels["area_m2"]}, index=parcels.index)
        return nothing
    links = placed.located.parcels.astype({"row": "int64", "parcel": "int64"})
    tax, land = enterprises["tax_wanyuan"].to_numpy(float), enterprise_land(enterprises).to_numpy(float)
    now = (enterprises["year"].eq(year)).to_numpy() & ~np.isnan(tax) & ~np.isnan(land)
    links = links[now[links["row"]]]
    row, parcel, weight = links["row"].to_numpy(), links["parcel"].to_numpy(), links["weight"].to_numpy(float)
    held = np.bincount(parcel, minlength=len(parcels)) > 0
    sums = {name: zone_sums(amount[row] * weight, parcel, len(parcels)) for name, amount in (("tax_wanyuan", tax), ("land_m2", land))}
    return pd.DataFrame({name: np.where(held, amount, np.nan) for name, amount in sums.items()}, index=parcels.index)


def worst_first(parcels: pd.DataFrame) -> pd.Index:
    """Index of the low-efficiency parcels, the worst first."""
    low = parcels[parcels["inefficient"].fillna(False).astype(bool)]
    ratio = low["parcel_tax_wanyuan"] / (low["parcel_land_m2"] * 3 / 2000) if "parcel_tax_wanyuan" in low else pd.Series(np.nan, index=low.index)
    order = low.assign(tax_per_mu_of_parcel=ratio).sort_values(list(WORST), ascending=[True, False, True], kind="stable", na_position="last")
    return order.index


def redeveloped(parcels: pd.DataFrame, whatif: Mapping[str, Any]) -> tuple[pd.Series, list[Finding]]:
    """`inefficient` with the named and the worst N parcels no longer so; `whatif.redevelop_in` narrows to one carrier."""
    flags = parcels["inefficient"].copy()
    named = flags.index[parcels["parcel_id"].isin(whatif.get("redevelop", ()))]
    missing = set(whatif.get("redevelop", ())) - set(parcels["parcel_id"])
    findings = [found("whatif.unknown_parcel", role="study", field="whatif.redevelop", value_seen=parcel, suggestion="") for parcel in sorted(missing)]
    worst = worst_first(parcels)
    if place := whatif.get("redevelop_in"):
        names = [parcels[name].eq(place) for name in ("carrier_id", "carrier_name") if name in parcels]
        worst = worst[np.logical_or.reduce([said[worst].to_numpy(bool) for said in names])] if names else worst[:0]
    chosen = named.union(worst[: int(whatif.get("redevelop_worst", 0))], sort=False)
    chosen = chosen[flags[chosen].fillna(False).to_numpy(bool)]
    if not len(chosen):
        return flags, [*findings, found("whatif.nothing_inefficient", role="study", field="whatif.redevelop_worst")]
    flags[chosen] = False
    shown = first_of(parcels.loc[chosen, "parcel_id"], 5)
    return flags, [*findings, found("whatif.redeveloped", role="study", field="whatif.redevelop_worst", count=len(chosen), value_used=shown)]
