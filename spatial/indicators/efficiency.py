"""Land efficiency: what enterprises (or parcels) give for each mu of land, always a ratio of sums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from spatial.indicators.derive import industrial_rows
from spatial.indicators.land import built_land, uses_told
from spatial.indicators.terms import Facts, Measure, Terms, ones, where

LAND = ("land_registered_m2", "land_other_m2", "land_leased_in_m2", "land_leased_out_m2")


def enterprise_land(enterprises: pd.DataFrame) -> pd.Series:
    """Land an enterprise uses: registered + other + leased in - leased out, m²; lease and other columns that are missing count as zero."""
    land = _signed_land(enterprises)
    return land.where(land > 0)


def _signed_land(enterprises: pd.DataFrame) -> pd.Series:
    """The same, whatever its sign."""
    given = [enterprises[name] for name in LAND if name in enterprises]
    if not given:
        return pd.Series(float("nan"), index=enterprises.index)
    known = pd.concat(given, axis=1).notna().any(axis=1)
    signed = [enterprises[name].fillna(0.0) * (-1 if name == "land_leased_out_m2" else 1) for name in LAND if name in enterprises]
    land = sum(signed[1:], start=signed[0])
    return land.where(known)


def evaluated(facts: Facts) -> tuple[pd.Series, pd.Series]:
    """Enterprises of the year that take part in the evaluation, or may, and those of them of which the ledger does not say; all take part where it says so of none."""
    rows = facts.tables["enterprises"]
    of_year, no = rows["year"].eq(facts.year), pd.Series(False, index=rows.index)
    if "evaluated" not in rows or rows.loc[of_year, "evaluated"].isna().all():
        return of_year, no
    blank = of_year & rows["evaluated"].isna()
    return of_year & rows["evaluated"].fillna(True).astype(bool), blank


def land_measure(facts: Facts, reading: str) -> Measure | None:
    """The land under a per-mu figure, by the study's reading."""
    if reading == "evaluated_enterprises":
        if not facts.has("enterprises", "year"):
            return None
        scope, blank = evaluated(facts)
        land = _signed_land(facts.tables["enterprises"]).mask(blank)
        return Measure("enterprises", land.where(land > 0), scope, void=land.le(0))
    parcels = facts.tables["parcels"]
    if reading == "parcels":
        return Measure("parcels", parcels["area_m2"], pd.Series(True, index=parcels.index))
    if reading == "planned_industrial":
        if "planned_use" not in parcels or parcels["planned_use"].isna().all():
            return None
        return Measure("parcels", parcels["area_m2"], industrial_rows(parcels["planned_use"], facts.study))
    if not facts.has("parcels", "built") or parcels["built"].isna().all() or not uses_told(parcels):
        return None
    return built_land(facts, industrial=True)


def per_mu(column: str) -> Callable[[Facts], Terms | None]:
    """Terms of `column` (万元) over land, by the study's reading of the land."""

    def terms(facts: Facts) -> Terms | None:
        reading = facts.study.rules["per_mu_land"]
        land = land_measure(facts, reading)
        if land is None:
            return None
        if facts.has("enterprises", column, "year"):
            rows = facts.tables["enterprises"]
            scope = land.scope if reading == "evaluated_enterprises" else rows["year"].eq(facts.year).fillna(False).astype(bool)
            if land.table == "enterprises":
                return Terms(Measure("enterprises", rows[column], scope), land, f"year={facts.year}")
            unknown = _on_land_without_figure(facts, land)
            return Terms(Measure("enterprises", rows[column].mask(unknown), scope), _told(facts, land, column, scope, unknown), f"year={facts.year}")
        if not facts.has("parcels", column):
            return None
        figures = facts.tables["parcels"][column]
        if land.table == "parcels":
            return Terms(Measure("parcels", figures, land.scope), land)
        return Terms(Measure("parcels", figures, figures.notna() & under_firms(facts, land)), land, f"figures=by_parcel; year={facts.year}")  # no firm tells it

    return terms


def under_firms(facts: Facts, land: Measure) -> pd.Series:
    """The parcels that firms with known land name: what stands elsewhere has no land under it. All of them where firms name no parcel."""
    if "parcel_id" not in facts.tables["enterprises"]:
        return pd.Series(True, index=facts.tables["parcels"].index)
    return _named(facts, land.scope & land.values.notna())


def _told(facts: Facts, land: Measure, column: str, scope: pd.Series, unknown: pd.Series | None = None) -> Measure:
    """Land of parcels without that of the firms that do not tell the figure: a firm without it leaves its land out as well."""
    told = scope & facts.tables["enterprises"][column].notna() & (True if unknown is None else ~unknown)
    if not (scope & ~told).any():
        return land
    silent = _named(facts, scope & ~told) & ~_named(facts, told)
    return replace(land, values=land.values.mask(silent))


def _on_land_without_figure(facts: Facts, land: Measure) -> pd.Series:
    """Firms of which every known parcel is meant and has no figure: their land is not in the sum below, so what they make is not in the one above."""
    rows, pairs = facts.tables["enterprises"], facts.standing
    row, silent = pairs["row"].to_numpy(), (land.scope & land.values.isna()).to_numpy(bool)[pairs["parcel"].to_numpy()]
    stands, elsewhere = (np.bincount(row[which], minlength=len(rows)) > 0 for which in (silent, ~silent))
    return pd.Series(stands & ~elsewhere, index=rows.index)


def _named(facts: Facts, firms: pd.Series) -> pd.Series:
    """The parcels that these rows of the ledger of firms name."""
    parcels, pairs = facts.tables["parcels"], facts.standing
    named = np.zeros(len(parcels), dtype=bool)
    named[pairs["parcel"].to_numpy()[firms.to_numpy(bool)[pairs["row"].to_numpy()]]] = True
    return pd.Series(named, index=parcels.index)


def per_quantity(column: str, below: str) -> Callable[[Facts], Terms | None]:
    """Terms of one yearly quantity over another, over the evaluated enterprises that have both."""

    def terms(facts: Facts) -> Terms | None:
        if not facts.has("enterprises", column, below, "year"):
            return None
        rows = facts.tables["enterprises"]
        scope, blank = evaluated(facts)
        chosen = "" if scope.equals(rows["year"].eq(facts.year)) else "firms=evaluated; "  # some firms of the year are left out
        return Terms(Measure("enterprises", rows[column].mask(blank), scope), Measure("enterprises", rows[below], scope), f"{chosen}year={facts.year}")

    return terms


def intensity(column: str, *, industrial: bool) -> Callable[[Facts], Terms | None]:
    """Terms of a yearly quantity (万元) over built land (万元/公顷).

    Industrial: of industrial (and logistics) enterprises over industrial land (A2); else of the secondary and tertiary industries over all built land (A).
    A firm whose industry cannot be told is meant and has no figure, and its land leaves the denominator as that of a firm without
    the amount does; a firm that stands on nothing but land of which nobody knows whether it is built
    leaves the numerator as its land leaves the denominator; where no firm has one, nobody knows what is industrial, while a ledger of firms is one of
    the secondary and tertiary industries as a whole (浙政发〔2018〕5号). By parcel, all that stands on the land counts.
    """

    def terms(facts: Facts) -> Terms | None:
        parcels = facts.tables["parcels"]
        if parcels["built"].isna().all() or industrial and not uses_told(parcels):
            return None
        land = built_land(facts, industrial=industrial)
        if facts.has("enterprises", column, "year"):
            rows = facts.tables["enterprises"]
            if industrial and not trades_known(facts):
                return None
            scope, unknown, note = by_trade(facts, industrial=industrial)
            unknown |= _on_land_without_figure(facts, land)
            return Terms(Measure("enterprises", rows[column].mask(unknown), scope), _told(facts, land, column, scope, unknown), f"{note}year={facts.year}")
        return Terms(Measure("parcels", parcels[column], land.scope), land) if column in parcels else None

    return terms


def by_trade(facts: Facts, *, industrial: bool) -> tuple[pd.Series, pd.Series, str]:
    """Firms of the year of a kind of industry, or perhaps of it; those of them of which it cannot be told; and a note where the ledger tells it of none.

    Where no firm of the year has an industry all of them count as secondary or tertiary: that is a reading of its own, printed with the number.
    """
    rows = facts.tables["enterprises"]
    of_year, no = rows["year"].eq(facts.year).fillna(False).astype(bool), pd.Series(False, index=rows.index)
    chosen = facts.study.rules["industrial_trades"]
    if industrial and "*" in chosen:
        return of_year, no, ""
    if not industry_told(facts):
        return of_year, no, "trades=not_told; "
    answer = {trade: _of_trades(trade, chosen) if industrial else _secondary_or_tertiary(trade) for trade in rows["trade"].dropna().unique()}
    told = rows["trade"].map(answer).astype("boolean")
    return of_year & told.fillna(True).astype(bool), of_year & told.isna(), ""


def trades_known(facts: Facts) -> bool:
    """Whether it can be told which firms are industrial: the ledger says it of one, or the study that all of them are."""
    return "*" in facts.study.rules["industrial_trades"] or industry_told(facts)


def industry_told(facts: Facts) -> bool:
    """Whether any firm of the year has an industry, be it one that cannot be read."""
    rows = facts.tables["enterprises"]
    return "trade" in rows and bool(rows.loc[rows["year"].eq(facts.year).fillna(False).astype(bool), "industry"].notna().any())


def _of_trades(trade: str, chosen: tuple[str, ...]) -> bool | None:
    """Whether a trade (C38, or C alone) is among sections and divisions (C, G59 or 59); None where only its section is told and part of that is."""
    if any(trade.startswith(code) or trade[1:] == code for code in chosen):
        return True
    return None if len(trade) == 1 and any(code.startswith(trade) or code.isdigit() for code in chosen) else False


def _secondary_or_tertiary(trade: str) -> bool:
    """三次产业: the primary one is divisions 01-04; 05, services to it, is tertiary."""
    return not (trade == "A" or trade in ("A01", "A02", "A03", "A04"))


def main_industry(facts: Facts) -> Terms | None:
    """Output of enterprises of the main industry over the output of all (the denominator is not stated in the document)."""
    if not facts.has("enterprises", "output_wanyuan", "is_main_industry", "year"):
        return None
    rows = facts.tables["enterprises"]
    scope = rows["year"].eq(facts.year)
    return Terms(Measure("enterprises", where(rows["output_wanyuan"], rows["is_main_industry"]), scope),
                 Measure("enterprises", rows["output_wanyuan"], scope), f"year={facts.year}")


def main_industry_output(facts: Facts) -> Terms | None:
    """Output of enterprises of the main industry in the year."""
    share = main_industry(facts)
    return None if share is None else Terms(share.numerator, note=share.note)


def evaluation_coverage(facts: Facts) -> Terms | None:
    """Enterprises that were evaluated over all enterprises of the ledger in the year, by number."""
    if not facts.has("enterprises", "evaluated", "year"):
        return None
    rows = facts.tables["enterprises"]
    scope = rows["year"].eq(facts.year)
    return Terms(Measure("enterprises", where(ones(rows), rows["evaluated"]), scope), Measure("enterprises", ones(rows), scope), f"year={facts.year}")


def _in_both(values: pd.Series, scope: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """The values of firms whose every row of the two years is known: one year of a firm alone would pass for growth. A firm without a row in one of them is new, or gone."""
    unknown = scope & values.isna()
    if not unknown.any() or "enterprise_id" not in rows:
        return values
    return values.mask(scope & rows["enterprise_id"].isin(set(rows.loc[unknown, "enterprise_id"])))


def _whole_known(values: pd.Series, scope: pd.Series, rows: pd.DataFrame) -> bool:
    """Whether zones' own figures tell the whole district in every year of the scope: what lies outside the carriers, or what may lie in one of them, is known."""
    if "enterprise_id" in rows:
        return True
    rest = scope & ~rows["inside"].eq(1)
    return bool(values[rest].notna().groupby(rows.loc[rest, "year"]).any().all())


def increment_share(column: str) -> Callable[[Facts], Terms | None]:
    """Share of carriers in the growth of a yearly quantity: the year of the period's end against the year before its start."""

    def terms(facts: Facts) -> Terms | None:
        if not facts.has("enterprises", column, "year"):
            return None
        first, last = facts.study.period[0].year - 1, facts.study.period[1].year
        rows = facts.tables["enterprises"]
        if not {first, last} <= set(rows["year"].dropna().astype(int)):
            return None
        sign = rows["year"].map({first: -1.0, last: 1.0})
        values = (rows[column] * sign).where(rows["inside"].notna())
        if "enterprise_id" not in rows and values[sign.notna()].isna().any():
            return None  # a zone's own figures: without one of them the growth cannot be shared out
        values = _in_both(values, sign.notna(), rows)
        measure = Measure("enterprises", values, sign.notna())
        return Terms(measure, measure, f"{last}-{first}")

    return terms


def growth(column: str) -> Callable[[Facts], Terms | None]:
    """Growth of a yearly quantity: the year of the figures against the year before."""

    def terms(facts: Facts) -> Terms | None:
        if not facts.has("enterprises", column, "year") or facts.year is None:
            return None
        rows = facts.tables["enterprises"]
        if not {facts.year - 1, facts.year} <= set(rows["year"].dropna().astype(int)):
            return None
        sign = rows["year"].map({facts.year - 1: -1.0, facts.year: 1.0})
        if not _whole_known(rows[column], sign.notna(), rows):
            return None
        before = rows["year"].eq(facts.year - 1)
        return Terms(Measure("enterprises", _in_both(rows[column] * sign, sign.notna(), rows), sign.notna()),
                     Measure("enterprises", rows[column].where(before, 0.0), sign.notna(), whole="enterprise_id" not in rows), f"{facts.year}/{facts.year - 1}")

    return terms


def lease_residual(facts: Facts) -> Terms | None:
    """Land leased in less land leased out by the firms of the year: within a carrier the two net to zero but for leases across its edge."""
    if not facts.has("enterprises", "land_leased_in_m2", "land_leased_out_m2", "year"):
        return None
    rows = facts.tables["enterprises"]
    return Terms(Measure("enterprises", rows["land_leased_in_m2"].fillna(0.0) - rows["land_leased_out_m2"].fillna(0.0), rows["year"].eq(facts.year)), note=f"year={facts.year}")


def over_occupied(facts: Facts) -> Terms | None:
    """Registered and other land of firms beyond the ground that was supplied to them by contract."""
    if not facts.has("enterprises", "over_occupied_m2", "year") or facts.tables["enterprises"]["over_occupied_m2"].isna().all():
        return None
    rows = facts.tables["enterprises"]
    return Terms(Measure("enterprises", rows["over_occupied_m2"], rows["year"].eq(facts.year)), note=f"year={facts.year}")


def leased(column: str) -> Callable[[Facts], Terms | None]:
    """Terms of land that the firms of the year lease in, or out."""

    def terms(facts: Facts) -> Terms | None:
        if not facts.has("enterprises", column, "year"):
            return None
        rows = facts.tables["enterprises"]
        return Terms(Measure("enterprises", rows[column].fillna(0.0), rows["year"].eq(facts.year)), note=f"year={facts.year}")

    return terms
