"""Status and intensity of land: idle and inefficient shares, and the family of the 开发区 intensive-use evaluation."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from spatial.indicators.status import SUSPECTED
from spatial.indicators.terms import Facts, Measure, Terms, where

BUILT_CLASSES, SUPPLIED_CLASSES = ("A",), ("D",)


def supplied_base(facts: Facts, reading: str) -> pd.Series | None:
    """The parcels that are the denominator of a share of idle or inefficient land, by the study's reading."""
    parcels = facts.tables["parcels"]
    if reading == "all_parcels":
        return pd.Series(True, index=parcels.index)
    supplied = parcels["supplied"].fillna(False).astype(bool)
    return supplied & parcels["industrial"].astype(bool) if reading == "supplied_industrial" else supplied


def _share_of_land(flag: str, rule: str) -> Callable[[Facts], Terms | None]:
    def terms(facts: Facts) -> Terms | None:
        parcels = facts.tables["parcels"]
        if flag not in parcels or parcels[flag].isna().all():
            return None
        scope = supplied_base(facts, facts.study.rules[rule])
        return Terms(Measure("parcels", where(parcels["area_m2"], parcels[flag]), scope), Measure("parcels", parcels["area_m2"], scope))

    return terms


idle_share = _share_of_land("idle", "idle_denominator")
inefficient_share = _share_of_land("inefficient", "inefficient_denominator")


def idle_rate(facts: Facts) -> Terms | None:
    """G/D: idle land over all supplied state-owned construction land."""
    parcels = facts.tables["parcels"]
    if "idle" not in parcels or parcels["idle"].isna().all():
        return None
    scope = supplied_base(facts, "supplied_all")
    return Terms(Measure("parcels", where(parcels["area_m2"], parcels["idle"]), scope), Measure("parcels", parcels["area_m2"], scope))


def suspected_idle(facts: Facts) -> Terms | None:
    """Land of parcels suspected idle; officially determined ones are not in it."""
    parcels = facts.tables["parcels"]
    if "idle" not in parcels or parcels["idle"].isna().all():
        return None
    suspected = parcels["land_status"].isin(SUSPECTED).where(parcels["idle"].notna())
    return Terms(Measure("parcels", where(parcels["area_m2"], suspected), parcels["supplied"].fillna(False).astype(bool)))


def over_area(*columns: str, industrial: bool = False) -> Callable[[Facts], Terms | None]:
    """Terms of building quantities (m²) over the ground of built parcels that have the first of them."""

    def terms(facts: Facts) -> Terms | None:
        parcels = facts.tables["parcels"]
        if not columns or columns[0] not in parcels or parcels[columns[0]].isna().all():
            return None
        scope = parcels["built_or_unknown"].astype(bool)
        if industrial:
            scope &= parcels["industrial"].astype(bool)
        quantity = parcels[columns[0]]
        for column in columns[1:]:
            if column in parcels:
                quantity = quantity + parcels[column].fillna(0.0)
        return Terms(Measure("parcels", quantity, scope), Measure("parcels", parcels["area_m2"], scope))

    return terms


def _classes(facts: Facts, top: tuple[str, ...], below: tuple[str, ...]) -> Terms | None:
    """Terms from the land accounting classes (A1 ... G): land of the classes `top` over land of the classes `below`."""
    parcels = facts.tables["parcels"]
    if "land_class" not in parcels or parcels["land_class"].isna().all():
        return None
    code = parcels["land_class"].astype("string")
    known = parcels["land_class"].notna()
    scope = code.str.startswith(below).fillna(False).astype(bool) | code.str.startswith(top).fillna(False).astype(bool)
    area = parcels["area_m2"].where(known)
    return Terms(Measure("parcels", where(area, code.str.startswith(top)), scope), Measure("parcels", where(area, code.str.startswith(below)), scope))


def development_rate(facts: Facts) -> Terms | None:
    """(A + B21) / (A + B): land ready to be supplied over land that can be built on."""
    return _classes(facts, ("A", "B21"), ("A", "B"))


def supply_rate(facts: Facts) -> Terms | None:
    """D / (A + B21): supplied land over land ready to be supplied; D by accounting class, or by the supply ledger."""
    parcels = facts.tables["parcels"]
    ready = _classes(facts, ("A", "B21"), ("A", "B21"))
    if ready is None or ready.denominator is None or "supplied" not in parcels:
        return None
    land = parcels["land_class"].astype("string").str.startswith(("A", "B21")).fillna(False).astype(bool)
    supplied = where(parcels["area_m2"], parcels["supplied"])
    return Terms(Measure("parcels", supplied, land), Measure("parcels", parcels["area_m2"], land))


def built_rate(facts: Facts) -> Terms | None:
    """A / D: built land over supplied land."""
    parcels = facts.tables["parcels"]
    if not facts.has("parcels", "built", "supplied") or not parcels["supplied"].fillna(False).any() or parcels["built"].isna().all():
        return None
    scope = parcels["supplied"].fillna(False).astype(bool)
    if not parcels.loc[scope, "built"].fillna(False).any() and parcels.loc[scope, "built"].isna().any():
        return None  # a status column that tells idle land only says nothing of what is built
    return Terms(Measure("parcels", where(parcels["area_m2"], parcels["built"]), scope), Measure("parcels", parcels["area_m2"], scope))


def industrial_land(facts: Facts) -> Terms | None:
    """A2 / A: built industrial land over built land."""
    parcels = facts.tables["parcels"]
    if parcels["land_use"].isna().all() or parcels["built"].isna().all():
        return None
    scope = parcels["built"].fillna(False).astype(bool)
    area = parcels["area_m2"].where(parcels["land_use"].notna())
    return Terms(Measure("parcels", where(area, parcels["industrial"].astype(bool)), scope), Measure("parcels", area, scope))
