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


def uses_told(parcels: pd.DataFrame) -> bool:
    """Whether anything says which parcels are industrial: a land use, or an accounting class."""
    return bool(parcels["land_use"].notna().any() or parcels["classed"].any())


def built_land(facts: Facts, *, industrial: bool) -> Measure:
    """Built land (A), or of industry (A2), by accounting class, else by use and by status or floor area; parcels that may be such land are meant, without a figure."""
    parcels = facts.tables["parcels"]
    unknown = parcels["built"].isna()
    if not industrial:
        return Measure("parcels", parcels["area_m2"].mask(unknown), parcels["built"].fillna(True).astype(bool))
    no_use = parcels["land_use"].isna() & ~parcels["classed"]
    unknown = ~parcels["built_industrial"] & (unknown & (no_use | parcels["industrial"].astype(bool)) | no_use & parcels["built"].fillna(True).astype(bool))
    return Measure("parcels", parcels["area_m2"].mask(unknown), parcels["built_industrial"] | unknown)


def _share_of_land(flag: str, rule: str) -> Callable[[Facts], Terms | None]:
    def terms(facts: Facts) -> Terms | None:
        parcels = facts.tables["parcels"]
        if flag not in parcels or parcels[flag].isna().all():
            return None
        reading, area = facts.study.rules[rule], parcels["area_m2"]
        scope = supplied_base(facts, reading)
        if reading == "supplied_industrial":  # land whose use nobody tells may be industrial: meant, and without a figure
            unknown = parcels["supplied"].fillna(False).astype(bool) & parcels["land_use"].isna()
            scope, area = scope | unknown, area.mask(unknown)
        return Terms(Measure("parcels", where(area, parcels[flag]), scope), Measure("parcels", area, scope))

    return terms


idle_share = _share_of_land("idle", "idle_denominator")
inefficient_share = _share_of_land("inefficient", "inefficient_denominator")


def idle_rate(facts: Facts) -> Terms | None:
    """G/D: idle land, by status or accounting class, over all supplied state-owned construction land."""
    parcels = facts.tables["parcels"]
    if parcels["idle_class"].isna().all():
        return None
    scope = parcels["supplied_class"].fillna(False).astype(bool)
    return Terms(Measure("parcels", where(parcels["area_m2"], parcels["idle_class"]), scope), Measure("parcels", parcels["area_m2"], scope))


def suspected_idle(facts: Facts) -> Terms | None:
    """Land of parcels suspected idle; officially determined ones are not in it."""
    parcels = facts.tables["parcels"]
    if "idle" not in parcels or parcels["idle"].isna().all():
        return None
    suspected = parcels["land_status"].isin(SUSPECTED).where(parcels["idle"].notna())
    return Terms(Measure("parcels", where(parcels["area_m2"], suspected), parcels["supplied"].fillna(False).astype(bool)))


def government_idle(facts: Facts) -> Terms | None:
    """Idle land, suspected or determined, whose ledger row gives government or force majeure as the cause; only a ledger of supply with causes can tell."""
    parcels, supply = facts.tables["parcels"], facts.tables.get("supply")
    if "idle" not in parcels or parcels["idle"].isna().all() or supply is None or "delay_cause" not in supply:
        return None
    caused = (parcels["idle"] & parcels["government_caused"].astype("boolean").fillna(False)).where(parcels["idle"].notna())
    return Terms(Measure("parcels", where(parcels["area_m2"], caused), parcels["supplied"].fillna(False).astype(bool)))


def over_area(*columns: str, industrial: bool = False) -> Callable[[Facts], Terms | None]:
    """Terms of building quantities (m²) over the ground of built parcels that have all of them; none is taken for zero."""

    def terms(facts: Facts) -> Terms | None:
        parcels = facts.tables["parcels"]
        if any(column not in parcels or parcels[column].isna().all() for column in columns) or industrial and not uses_told(parcels):
            return None
        scope = parcels["built_or_unknown"].astype(bool)
        if industrial:  # A2; by use alone where nothing is known of what is built
            scope &= parcels["built_industrial"] | parcels["industrial"].astype(bool) & ~parcels["built"].fillna(False).astype(bool)
        quantity = parcels[list(columns)].sum(axis=1, skipna=False)
        return Terms(Measure("parcels", quantity, scope), Measure("parcels", parcels["area_m2"], scope))

    return terms


def _accounts(facts: Facts) -> pd.DataFrame | None:
    """The parcels with their land accounts; None where no parcel has a class."""
    parcels = facts.tables["parcels"]
    return parcels if parcels["classed"].any() else None


def _over(parcels: pd.DataFrame, part: pd.Series, whole: pd.Series) -> Terms:
    """Ground of `part` over ground of `whole`: two accounts, either may reach beyond the other."""
    area, scope = parcels["area_m2"], (part.fillna(False) | whole.fillna(False)).astype(bool)
    return Terms(Measure("parcels", where(area, part), scope), Measure("parcels", where(area, whole), scope))


def development_rate(facts: Facts) -> Terms | None:
    """(A + B21) / (A + B): land ready to be supplied over land that can be built on."""
    land = _accounts(facts)
    if land is None:
        return None
    reached = land["built"].fillna(False).astype(bool) | land["class_ready"]
    return _over(land, reached, reached | land["class_rest"])


def supply_rate(facts: Facts) -> Terms | None:
    """D / (A + B21): supplied land over land ready to be supplied; D by accounting class, or by the supply ledger."""
    land = _accounts(facts)
    if land is None or land["supplied_class"].isna().all():
        return None
    area, scope = land["area_m2"], land["built"].fillna(False).astype(bool) | land["class_ready"]
    return Terms(Measure("parcels", where(area, land["supplied_class"]), scope), Measure("parcels", area, scope))


def high_tech_land(facts: Facts) -> Terms | None:
    """H / A: land of high-tech industry over built land."""
    land = _accounts(facts)
    if land is None or not land["class_high_tech"].any():
        return None
    return _over(land, land["class_high_tech"], land["built"].fillna(False).astype(bool))


def potential(account: str, *, idle: bool = False) -> Callable[[Facts], Terms | None]:
    """Terms of the ground of an account, m², with idle land (G) where asked; no data where no parcel has a class."""

    def terms(facts: Facts) -> Terms | None:
        land = _accounts(facts)
        if land is None:
            return None
        chosen = land[account].astype("boolean").mask(~land["classed"])
        if idle:
            chosen = chosen | land["idle_class"]
        return Terms(Measure("parcels", where(land["area_m2"], chosen), pd.Series(True, index=land.index)))

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
    """A / D: built land over supplied land. By accounting class each side is its whole account, as the three rates must multiply to A/(A+B)."""
    parcels = facts.tables["parcels"]
    if parcels["built"].isna().all() or not parcels["supplied_class"].fillna(False).any():
        return None
    if parcels["classed"].any():
        return _over(parcels, parcels["built"].fillna(False), parcels["supplied_class"].fillna(False))
    scope = parcels["supplied"].fillna(False).astype(bool)
    if not parcels.loc[scope, "built"].fillna(False).any() and parcels.loc[scope, "built"].isna().any():
        return None  # a status column that tells idle land only says nothing of what is built
    return Terms(Measure("parcels", where(parcels["area_m2"], parcels["built"]), scope), Measure("parcels", parcels["area_m2"], scope))


def industrial_land(facts: Facts) -> Terms | None:
    """A2 / A: built industrial land, by accounting class or by use, over built land."""
    parcels = facts.tables["parcels"]
    told = parcels["land_use"].notna() | parcels["classed"]
    if not told.any() or parcels["built"].isna().all():
        return None
    scope = parcels["built"].fillna(False).astype(bool)
    area = parcels["area_m2"].where(told)
    return Terms(Measure("parcels", where(area, parcels["built_industrial"]), scope), Measure("parcels", area, scope))


def housing_land(facts: Facts) -> Terms | None:
    """A1 / A: built housing land over built land; it says which type of zone an evaluation is made for."""
    parcels = facts.tables["parcels"]
    if not (parcels["land_use"].notna() | parcels["classed"]).any() or parcels["built"].isna().all():
        return None
    return _over(parcels, parcels["built_housing"], parcels["built"].fillna(False).astype(bool))


def population_density(facts: Facts) -> Terms | None:
    """Residents, as the zone's own statistics report them, over built land (A)."""
    if not facts.has("population", "population") or facts.tables["parcels"]["built"].isna().all():
        return None
    rows = facts.tables["population"]
    return Terms(Measure("population", rows["population"], pd.Series(True, index=rows.index)), built_land(facts, industrial=False), f"year={rows['year'].iloc[0]}")


def idle_disposal(facts: Facts) -> Terms | None:
    """Idle land that was disposed of (determined, and idle no more) over that and the land that is idle now."""
    parcels = facts.tables["parcels"]
    if "determination_no" not in parcels or parcels["idle"].isna().all() or not parcels["determination_no"].notna().any():
        return None
    disposed = parcels["determination_no"].notna() & parcels["idle"].eq(False).fillna(False).astype(bool)
    return _over(parcels, disposed, disposed | parcels["idle"].fillna(False).astype(bool))
