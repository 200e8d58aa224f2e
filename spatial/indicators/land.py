"""Status and intensity of land: idle and inefficient shares, and the family of the 开发区 intensive-use evaluation."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from spatial.indicators.status import SUSPECTED
from spatial.indicators.terms import Facts, Measure, Terms, ones, where


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


def _accounts(facts: Facts) -> dict[str, pd.Series] | None:
    """The land accounts of each parcel (built A, B21 ready, B, high-tech H, supplied D): boolean, missing where no class is given.

    A ledger with one class a parcel writes the supply class (D, E, F, G) where land is not built: supplied and still suppliable land has
    reached the conditions of supply (B21), land that cannot be supplied is the rest of B; D and G are built where their status says so.
    """
    parcels = facts.tables["parcels"]
    if "land_class" not in parcels or parcels["land_class"].isna().all():
        return None
    code = parcels["land_class"].astype("string")
    supply_side = code.str.startswith(("D", "G")).astype("boolean")
    used = parcels["land_status"].isin(("used", "part_used")) if "land_status" in parcels else pd.Series(False, index=parcels.index)
    built = code.str.startswith(("A", "H")).astype("boolean") | (supply_side & used)
    ready = code.str.startswith(("B21", "D", "E", "G")).astype("boolean") & ~built
    rest = code.str.startswith(("B", "F")).astype("boolean") & ~ready
    supplied = parcels["supplied"].astype("boolean").mask(supply_side.fillna(False).astype(bool), True)
    return {"A": built, "B21": ready, "B": ready | rest, "H": code.str.startswith("H").astype("boolean"), "D": supplied}


def development_rate(facts: Facts) -> Terms | None:
    """(A + B21) / (A + B): land ready to be supplied over land that can be built on."""
    land = _accounts(facts)
    if land is None:
        return None
    area, scope = facts.tables["parcels"]["area_m2"], (land["A"] | land["B"]).fillna(False).astype(bool)
    return Terms(Measure("parcels", where(area, land["A"] | land["B21"]), scope), Measure("parcels", area, scope))


def supply_rate(facts: Facts) -> Terms | None:
    """D / (A + B21): supplied land over land ready to be supplied; D by accounting class, or by the supply ledger."""
    land = _accounts(facts)
    if land is None or land["D"].isna().all():
        return None
    area, scope = facts.tables["parcels"]["area_m2"], (land["A"] | land["B21"]).fillna(False).astype(bool)
    return Terms(Measure("parcels", where(area, land["D"]), scope), Measure("parcels", area, scope))


def high_tech_land(facts: Facts) -> Terms | None:
    """H / A: land of high-tech industry over built land."""
    land = _accounts(facts)
    if land is None or not land["H"].any():
        return None
    area, scope = facts.tables["parcels"]["area_m2"], land["A"].fillna(False).astype(bool)
    return Terms(Measure("parcels", where(area, land["H"]), scope), Measure("parcels", area, scope))


def class_area(*codes: str) -> Callable[[Facts], Terms | None]:
    """Land of some accounting classes, m²; no data where no parcel has a class."""

    def terms(facts: Facts) -> Terms | None:
        parcels = facts.tables["parcels"]
        if "land_class" not in parcels or parcels["land_class"].isna().all():
            return None
        chosen = parcels["land_class"].astype("string").str.startswith(codes).astype("boolean")
        return Terms(Measure("parcels", where(parcels["area_m2"], chosen), pd.Series(True, index=parcels.index)))

    return terms


def status_area(*statuses: str) -> Callable[[Facts], Terms | None]:
    """Land of parcels in some statuses, m²; parcels that cannot be judged have no figure."""

    def terms(facts: Facts) -> Terms | None:
        parcels = facts.tables["parcels"]
        if "idle" not in parcels or parcels["idle"].isna().all():
            return None
        chosen = parcels["land_status"].isin(statuses).astype("boolean").mask(parcels["idle"].isna())
        return Terms(Measure("parcels", where(parcels["area_m2"], chosen), parcels["supplied"].fillna(False).astype(bool)))

    return terms


def idle_count_share(facts: Facts) -> Terms | None:
    """Idle parcels over supplied parcels, by number: for checks of the ledger only."""
    parcels = facts.tables["parcels"]
    if "idle" not in parcels or parcels["idle"].isna().all():
        return None
    scope, one = supplied_base(facts, "supplied_all"), ones(parcels)
    return Terms(Measure("parcels", where(one, parcels["idle"]), scope), Measure("parcels", one.where(parcels["idle"].notna()), scope))


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
