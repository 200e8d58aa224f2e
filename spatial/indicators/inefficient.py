"""Low-efficiency land (低效用地): a versioned set of predicates, joined by or; every parcel keeps the rule that hit it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spatial.indicators.efficiency import enterprise_land
from spatial.indicators.status import IDLE
from spatial.schema.joined import Placed


@dataclass(frozen=True, slots=True)
class Predicate:
    """One test on an enterprise and its land: measure below `below`, for a group, from a minimum area on."""

    id: str
    measure: str  # tax_per_mu | value_added_per_mu | floor_area_ratio | size_below_scale
    below: float | None
    group: str  # above_scale | below_scale | all
    min_area_mu: float
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A named set of predicates with its source and evidence mark."""

    name: str
    zh: str
    en: str
    source: str
    evidence: str
    predicates: tuple[Predicate, ...]


def flag(rules: Ruleset, parcels: pd.DataFrame, enterprises: pd.DataFrame | None, placed: Placed | None, year: int | None) -> tuple[pd.Series, pd.Series]:
    """Whether each parcel is inefficient (missing where nothing is known of it), and by which rule.

    Only used land is judged; idle land is never inefficient as well. Where several rules hit, by one firm or by several on the parcel, the
    one that stands first in the set is named; figures of the parcel itself come after those of its firms.
    """
    verdict = pd.Series(pd.NA, index=parcels.index, dtype="boolean")
    names = pd.Series("", index=parcels.index, dtype=object)
    if enterprises is not None and placed is not None and year is not None and len(placed.located.parcels):
        hit, known = _enterprises(rules, enterprises, year)
        links = placed.located.parcels.astype({"row": "int64", "parcel": "int64"})
        links = links.assign(known=known[links["row"]], hit=hit[links["row"]])
        links = links[links["known"]]
        rank = {predicate.id: place for place, predicate in reversed(list(enumerate(rules.predicates)))}
        hits = links[links["hit"].ne("")].assign(rank=lambda of: of["hit"].map(rank))
        hits = hits.sort_values(["parcel", "rank"], kind="stable").drop_duplicates("parcel")  # of several firms the rule that stands first in the set
        verdict.iloc[links["parcel"].unique()] = False
        verdict.iloc[hits["parcel"].to_numpy()] = True
        names.iloc[hits["parcel"].to_numpy()] = hits["hit"].to_numpy(object)
    for predicate in rules.predicates:
        if predicate.measure == "floor_area_ratio" and "floor_area_m2" in parcels:
            ratio = parcels["floor_area_m2"] / parcels["area_m2"]
            low = ratio.lt(predicate.below) & parcels["area_m2"].ge(predicate.min_area_mu * 2000 / 3) & parcels["industrial"]
            verdict = verdict.mask(ratio.notna() & verdict.isna(), False).mask(low, True)
            names = names.mask(low & names.eq(""), predicate.id)
    excluded = parcels["land_status"].isin((*IDLE, "not_supplied")) & parcels["land_status"].isin(IDLE)
    unused = parcels["land_status"].isin(("supplied_not_due", "supplied_overdue", "under_construction"))
    known_false = excluded | unused
    return verdict.mask(known_false, False), names.mask(known_false, "")


def _enterprises(rules: Ruleset, enterprises: pd.DataFrame, year: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """By enterprise row: the first rule that hits it, and whether it could be judged at all."""
    land = enterprise_land(enterprises) * 3 / 2000
    this_year = enterprises["year"].eq(year)
    above = enterprises["above_scale"].astype("boolean") if "above_scale" in enterprises else pd.Series(pd.NA, index=enterprises.index, dtype="boolean")
    hit = pd.Series("", index=enterprises.index, dtype=object)
    known = pd.Series(False, index=enterprises.index)
    for predicate in rules.predicates:
        group = {"above_scale": above, "below_scale": ~above}.get(predicate.group, pd.Series(True, index=enterprises.index, dtype="boolean"))
        if predicate.measure == "size_below_scale":
            value_known = above.notna() & land.notna()
            low = (~above).fillna(False) & land.ge(predicate.min_area_mu)
        elif predicate.measure in ("tax_per_mu", "value_added_per_mu"):
            column = f"{predicate.measure.removesuffix('_per_mu')}_wanyuan"
            if column not in enterprises:
                continue
            ratio = enterprises[column] / land
            value_known = ratio.notna() & group.notna()
            low = ratio.lt(predicate.below) & group.fillna(False) & land.ge(predicate.min_area_mu)
        else:
            continue
        known |= (value_known & this_year).astype(bool)
        hit = hit.mask((low & this_year).astype(bool) & hit.eq(""), predicate.id)
    return hit.to_numpy(object), known.to_numpy(bool)
