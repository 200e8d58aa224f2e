"""Low-efficiency land (低效用地): a versioned set of predicates, joined by or; every parcel keeps the rule that hit it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spatial.errors import Finding, found
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


def flag(rules: Ruleset, parcels: pd.DataFrame, enterprises: pd.DataFrame | None, placed: Placed | None, year: int | None) -> tuple[pd.Series, pd.Series, list[Finding]]:
    """Whether each parcel is inefficient (missing where that cannot be told), by which rule, and what could not be told.

    The rules are joined by or: one that hits decides, and one that cannot be judged leaves a parcel unknown where none hits. Only used
    land is judged; idle land is never inefficient as well. Where several rules hit, by one firm or by several on the parcel, the
    one that stands first in the set is named; figures of the parcel itself come after those of its firms.
    """
    verdict = pd.Series(pd.NA, index=parcels.index, dtype="boolean")
    names, open_ = pd.Series("", index=parcels.index, dtype=object), np.zeros(len(parcels), dtype=bool)
    if enterprises is not None and placed is not None and year is not None and len(placed.located.parcels):
        hit, low = _enterprises(rules, enterprises)
        links = placed.located.parcels.astype({"row": "int64", "parcel": "int64"})
        links = links[enterprises["year"].eq(year).fillna(False).to_numpy(bool)[links["row"]]]
        links = links.assign(low=low.array[links["row"]], hit=hit[links["row"]])
        rank = {predicate.id: place for place, predicate in reversed(list(enumerate(rules.predicates)))}
        hits = links[links["hit"].ne("")].assign(rank=lambda of: of["hit"].map(rank))
        hits = hits.sort_values(["parcel", "rank"], kind="stable").drop_duplicates("parcel")  # of several firms the rule that stands first in the set
        verdict.iloc[links["parcel"].unique()] = False
        open_[links.loc[links["low"].isna(), "parcel"].unique()] = True
        verdict = verdict.mask(open_)
        verdict.iloc[hits["parcel"].to_numpy()] = True
        names.iloc[hits["parcel"].to_numpy()] = hits["hit"].to_numpy(object)
    firms = verdict.notna() | open_
    for predicate in rules.predicates:
        if predicate.measure == "floor_area_ratio":
            ratio = parcels["floor_area_m2"] / parcels["area_m2"] if "floor_area_m2" in parcels else pd.Series(np.nan, index=parcels.index)
            low = parcels["industrial"].astype("boolean") & parcels["area_m2"].ge(predicate.min_area_mu * 2000 / 3).astype("boolean") & _known(ratio.lt(predicate.below or 0.0), ratio)
            verdict = (verdict | low).where(firms, low.mask(ratio.isna()))
            names = names.mask(low.fillna(False) & names.eq(""), predicate.id)
            firms |= verdict.notna()
    used = ~parcels["land_status"].isin((*IDLE, "supplied_not_due", "supplied_overdue", "under_construction"))
    unjudged = np.flatnonzero((used & firms & verdict.isna()).to_numpy(bool))
    findings = [found("enterprise.unjudged", role="enterprises", field="rules.inefficient", key=parcels["parcel_id"].iloc[unjudged[0]], count=len(unjudged),
                      value_used=rules.name)] if unjudged.size else []
    return verdict.where(used, False), names.where(used, ""), findings


def _known(answer: pd.Series, of: pd.Series) -> pd.Series:
    """An answer, missing where what it is about is."""
    return answer.astype("boolean").mask(of.isna())


def _enterprises(rules: Ruleset, enterprises: pd.DataFrame) -> tuple[np.ndarray[Any, Any], pd.Series]:
    """By enterprise row: the first rule that hits it, and whether any does, missing where that cannot be told."""
    land = enterprise_land(enterprises) * 3 / 2000
    above = enterprises["above_scale"].astype("boolean") if "above_scale" in enterprises else pd.Series(pd.NA, index=enterprises.index, dtype="boolean")
    hit = pd.Series("", index=enterprises.index, dtype=object)
    any_low = pd.Series(False, index=enterprises.index, dtype="boolean")
    for predicate in rules.predicates:
        group = {"above_scale": above, "below_scale": ~above}.get(predicate.group, pd.Series(True, index=enterprises.index, dtype="boolean"))
        large = _known(land.ge(predicate.min_area_mu), land)
        if predicate.measure == "size_below_scale":
            low = ~above & large
        elif predicate.measure in ("tax_per_mu", "value_added_per_mu"):
            column = f"{predicate.measure.removesuffix('_per_mu')}_wanyuan"
            ratio = enterprises[column] / land if column in enterprises else pd.Series(np.nan, index=enterprises.index)
            low = group & large & _known(ratio.lt(predicate.below or 0.0), ratio)
        else:
            continue
        any_low |= low
        hit = hit.mask(low.fillna(False).astype(bool) & hit.eq(""), predicate.id)
    return hit.to_numpy(object), any_low
