"""The indicators of a run: derived columns on the tables, then the registry over every zone, then per parcel."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from spatial.errors import Finding, Several, found
from spatial.indicators.accounts import WORKING, account_findings
from spatial.indicators.contradictions import status_differs
from spatial.indicators.demands import demand_findings
from spatial.indicators.derive import parcel_flags, parcel_status, supply_facts, year_of
from spatial.indicators.efficiency import by_trade, industry_told, land_measure, trades_known, under_firms
from spatial.indicators.evaluate import evaluate
from spatial.indicators.inefficient import Ruleset, flag
from spatial.indicators.lacking import not_positive, years_lacking
from spatial.indicators.land_check import check_findings, land_check, lease_residuals
from spatial.indicators.leases import firms_of_leases, land_words, lease_columns, with_leases
from spatial.indicators.population import population_of
from spatial.indicators.privacy import counts_of, masked_values, public_columns
from spatial.indicators.redevelop import parcel_tax, redeveloped
from spatial.indicators.registry import BY_ID, INDICATORS, PER_PARCEL
from spatial.indicators.standard_land import compliance, judged, plain_industry, rechecked, results_differ, strangers, unmeasured
from spatial.indicators.starts import start_findings
from spatial.indicators.statistics import (
    as_enterprises,
    beside_enterprises,
    carriers_missing,
    not_of_carriers,
    parts_beyond,
    said_twice,
    shared_ground,
    unknown_zones,
    without_whole,
)
from spatial.indicators.status import STATUS, reasons
from spatial.indicators.supply import new_by_vintage, oversupplied, uncategorised, unknown_new_land
from spatial.indicators.terms import Book, Facts, Indicator, used_rows
from spatial.schema.columns import beside, each
from spatial.schema.joined import GROUP_KINDS, Joined
from spatial.schema.keys import match_keys
from spatial.schema.shares import Shares
from spatial.schema.study import Study


def book_of(joined: Joined, study: Study, ruleset: Ruleset | None, *, worded: bool = True) -> tuple[Book, list[Finding]]:
    """The joined tables with what indicators need on them, by the rules of a study: everything that comes before a sum.

    Without `worded` the sentences that explain each status are left out.
    """
    parcels = joined.parcels.copy(deep=False)
    if "land_use" not in parcels:
        parcels["land_use"] = pd.Series(None, index=parcels.index, dtype=object)
    tables, shares = dict(joined.ledgers), dict(joined.shares)
    findings: list[Finding] = []
    supply, pairs = tables.get("supply"), None
    if supply is not None:
        keyed = joined.placed["supply"].match
        pairs = keyed.pairs if keyed is not None else pd.DataFrame({"row": pd.Series(dtype="int64"), "parcel": pd.Series(dtype="int64")})
        known = supply["contract_date"].le(pd.Timestamp(study.as_of)) | supply["contract_date"].isna() if "contract_date" in supply else pd.Series(True, index=supply.index)
        pairs = pairs[known.to_numpy()[pairs["row"].to_numpy()]].reset_index(drop=True)
        supply, problems = supply_facts(supply, parcels, pairs, joined.placed["supply"].located.inside, tables.get("projects"), study)
        findings += problems
        tables["supply"] = supply
        parcels["land_use"] = _use_of_supply(parcels, supply, pairs)
    status, problems = parcel_status(parcels, supply, pairs, study)
    findings += [*problems, *status_differs(parcels, status)]
    parcels = parcels.drop(columns=[name for name in ("land_status", "land_status_word") if name in parcels])
    parcels = beside(parcels, status.drop(columns=["word"]), parcel_flags(parcels, status, study))
    findings += account_findings(parcels) if parcels["classed"].any() else []
    parcels["status_reason"] = reasons(status, study.language) if worded else ""
    parcels["status_name"] = each(parcels["land_status"], {code: names[0 if study.language == "zh" else 1] for code, names in STATUS.items()}.get)
    if joined.before is not None:
        parcels["is_new"] = ~parcels["parcel_id"].isin(set(joined.before["parcel_id"].dropna()))
    if "enterprises" in tables and "statistics" in tables:
        findings += beside_enterprises(tables["statistics"], tables["enterprises"])
    if "enterprises" not in tables and "statistics" in tables and (told := as_enterprises(tables["statistics"], joined.members, joined.carriers, study)) is not None:
        tables["enterprises"], shares["enterprises"] = told
        findings += [*carriers_missing(tables["statistics"], joined.zones), *shared_ground(tables["statistics"], joined.carriers, study),
                     *not_of_carriers(tables["statistics"], joined.zones, study), *said_twice(tables["statistics"], joined.zones, study)]
    elif "enterprises" not in tables and "statistics" in tables:
        findings += without_whole(tables["statistics"], study)
    year = year_of(tables["enterprises"], study) if "enterprises" in tables else None
    leased = year is not None and bool(lease_columns(tables["enterprises"], tables.get("leases")))
    if year is not None:
        if "leases" in tables and "enterprise_id" in tables["enterprises"]:
            tables["leases"], problems = firms_of_leases(tables["leases"], tables["enterprises"])
            findings += problems
        tables["enterprises"], problems = with_leases(tables["enterprises"], tables.get("leases"), year, study)
        findings += problems
    findings += _yearly(tables, year, study)
    if year is not None and "enterprises" in joined.placed and "enterprise_id" in tables["enterprises"]:
        located, firms = joined.placed["enterprises"].located, tables["enterprises"]
        tables["enterprises"] = firms.join(land_check(firms, located, parcels, supply, pairs, tables.get("leases"), year, study))
        findings += check_findings(tables["enterprises"], parcels, located, year)
    if ruleset is not None:
        parcels["inefficient"], parcels["inefficient_rule"], problems = flag(ruleset, parcels, tables.get("enterprises"), joined.placed.get("enterprises"), year)
        findings += problems
        held = parcel_tax(parcels, tables.get("enterprises"), joined.placed.get("enterprises"), year)
        parcels["parcel_tax_wanyuan"], parcels["parcel_land_m2"] = held["tax_wanyuan"], held["land_m2"]
        if any(name.startswith("redevelop") for name in study.whatif):
            parcels["inefficient"], problems = redeveloped(parcels, study.whatif)
            findings += problems
    elif any(name.startswith("redevelop") for name in study.whatif):
        findings.append(found("whatif.nothing_inefficient", role="study", field="rules.inefficient"))  # no rule says what is inefficient: nothing is redeveloped
    if "standard_land" in tables:
        built, ledger = _built_for(tables["standard_land"], joined), judged(tables["standard_land"], study.as_of)
        findings += [*demand_findings(ledger.rows, ledger.asked, ledger.met), *strangers(ledger.rows, built), *results_differ(ledger), *rechecked(ledger), *unmeasured(ledger)]
        tables["standard_land"], shares["standard_land"] = _placed(compliance(ledger, built), joined)
    if "statistics" in tables:
        findings += [*unknown_zones(tables["statistics"], joined.zones, study), *parts_beyond(tables["statistics"], study)]
    if (told_people := population_of(tables.get("statistics"), joined.zones, study)) is not None:
        tables["population"], shares["population"], problems = told_people
        findings += problems
    if "main_industry" in joined.carriers:
        tables["carriers"], shares["carriers"] = _industries(joined)
    tables["parcels"] = parcels
    return Book(Facts(tables, study, year, leased), shares, joined.zones), findings


def reallocated(book: Book, joined: Joined, study: Study) -> Book:
    """The same book with its rows where another join puts them: statuses and flags do not hang on the allocation."""
    tables, shares = dict(book.facts.tables), dict(joined.shares)
    tables["parcels"] = tables["parcels"].assign(inside=joined.members.inside)
    for name in set(tables) & set(joined.placed) - {"standard_land", "approvals"}:
        tables[name] = tables[name].assign(inside=joined.ledgers[name]["inside"].to_numpy())
    if "standard_land" in tables:
        tables["standard_land"], shares["standard_land"] = _placed(tables["standard_land"], joined)
    if "population" in tables:
        shares["population"] = book.shares["population"]
    if "carriers" in tables:
        tables["carriers"], shares["carriers"] = _industries(joined)
    if "enterprises" in tables and "enterprises" not in shares and (said := as_enterprises(tables["statistics"], joined.members, joined.carriers, study)) is not None:
        tables["enterprises"], shares["enterprises"] = said
    return Book(replace(book.facts, tables=tables, study=study), shares, joined.zones)


def indicators_of(book: Book) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, list[Finding]]:
    """Tables with the per-parcel indicators, and the value of every indicator in every zone."""
    facts, study, findings = book.facts, book.facts.study, []
    values = values_of(book, INDICATORS)
    new = values[(values["indicator"] == "new_land_area") & (values["zone"] == "study_area")].iloc[0]
    if study.period[1] > study.as_of:
        findings.append(found("study.period_open", role="study", field="study.period", value_seen=study.period[1].isoformat(), value_used=study.as_of.isoformat()))
    if "supply" in facts.tables and new["status"] == "ok" and new["n"] == 0:
        findings.append(found("supply.period_empty", role="supply", field="study.period", value_seen=f"{study.period[0]} – {study.period[1]}"))
    findings += [*_figures_without_land(facts), *_trade_findings(facts, values), *_no_yards(facts.tables["parcels"])]
    findings += [*unknown_new_land(facts), *oversupplied(facts), *start_findings(facts), *years_lacking(facts), *not_positive(values),
                 *lease_residuals(values, book.zones), *new_by_vintage(facts), *uncategorised(facts)]
    tables = {**facts.tables, "parcels": _per_parcel(facts.tables["parcels"], facts)}
    if study.audience == "public":
        tables["parcels"] = public_columns(tables["parcels"])
        findings.append(found("privacy.masked", role="enterprises", field="study.audience", **counts_of(values)))
    return tables, values, findings


def values_of(book: Book, indicators: Iterable[Indicator]) -> pd.DataFrame:
    """The value of some indicators in every zone; in a public edition masked as it asks for."""
    listed = tuple(indicators)
    values = without_strangers(evaluate(listed, book.facts, book.shares, book.zones), listed, book)
    return masked_values(values, book, listed) if book.facts.study.audience == "public" else values


def without_strangers(values: pd.DataFrame, indicators: Iterable[Indicator], book: Book) -> pd.DataFrame:
    """Zones of a ledger alone (cities, task forces) keep what is counted on projects; of land and firms nothing is known there."""
    groups = set(book.zones.loc[book.zones["kind"].isin(GROUP_KINDS), "id"])
    if not groups:
        return values
    terms = {row.id: row.terms(book.facts) for row in indicators}
    on_projects = {name for name, said in terms.items() if said is not None and said.numerator.table == "projects"}
    return values[~values["zone"].isin(groups) | values["indicator"].isin(on_projects)].reset_index(drop=True)


def _use_of_supply(parcels: gpd.GeoDataFrame, supply: pd.DataFrame, pairs: pd.DataFrame) -> pd.Series:
    """A parcel without a land use of its own takes that of its supply contract."""
    own = parcels["land_use"]
    said = pd.Series(supply["land_use"].to_numpy(object)[pairs["row"]], index=parcels.index[pairs["parcel"]])
    return own.where(own.notna(), said[~said.index.duplicated()].reindex(parcels.index))


def _yearly(tables: dict[str, pd.DataFrame], year: int | None, study: Study) -> list[Finding]:
    """What a reader must know of the yearly ledger: its year, missing lease columns, firms that moved within the district."""
    if "enterprises" not in tables:
        return []
    rows = tables["enterprises"]
    if year is None:
        return [found("enterprise.no_year", role="enterprises", field="year", value_seen=study.as_of.year)]
    findings = [found("enterprise.year_used", role="enterprises", field="year", value_used=year, value_seen=study.as_of.isoformat())]
    absent = [name for name in ("land_other", "land_leased_in", "land_leased_out") if f"{name}_m2" not in rows]
    if absent and "land_registered_m2" in rows:
        findings.append(found("enterprise.no_lease_columns", role="enterprises", fields=land_words(absent)))
    if "moved_in_from_district" in rows:
        moved = rows["moved_in_from_district"].fillna(False).astype(bool) & rows["year"].eq(year) & rows["inside"].gt(0)
        if moved.any():
            findings.append(found("enterprise.moved_in", role="enterprises", field="moved_in_from_district", count=int(moved.sum())))
    return findings


def _figures_without_land(facts: Facts) -> list[Finding]:
    """Money by parcel where the land of a per-mu figure is that of enterprises: without a ledger of them it cannot be told, with one the two are not of the same ground."""
    parcels = facts.tables["parcels"]
    given = [name for name in ("tax_wanyuan", "value_added_wanyuan", "output_wanyuan", "fixed_investment_wanyuan") if name in parcels and parcels[name].notna().any()]
    if facts.study.rules["per_mu_land"] != "evaluated_enterprises" or not given:
        return []
    if facts.has("enterprises", "year"):
        mixed = [name for name in given if name not in facts.tables["enterprises"]]
        if not mixed:
            return []
        land = land_measure(facts, "evaluated_enterprises")
        without = parcels[mixed].notna().any(axis=1) & ~under_firms(facts, land) if land is not None else pd.Series(False, index=parcels.index)
        return [found("enterprise.figures_mixed", role="parcels", field="rules.per_mu_land", count=int(parcels[mixed].notna().any(axis=1).sum()), without=int(without.sum()),
                      fields=Several(name.removesuffix("_wanyuan") for name in mixed))]
    return [found("enterprise.figures_by_parcel", role="parcels", field="rules.per_mu_land", value_seen="evaluated_enterprises", fields=Several(name.removesuffix("_wanyuan") for name in given))]


def _no_yards(parcels: pd.DataFrame) -> list[Finding]:
    """Industrial parcels whose building coefficient is open for want of their yards alone."""
    if "footprint_area_m2" not in parcels:
        return []
    known = parcels["yard_area_m2"].notna() if "yard_area_m2" in parcels else pd.Series(False, index=parcels.index)
    lacking = parcels["footprint_area_m2"].notna() & ~known & parcels["built_or_unknown"].astype(bool) & (parcels["built_industrial"] | parcels["industrial"]).astype(bool)
    return [found("area.no_yards", role="parcels", field="yard_area", count=int(lacking.sum()), key=str(parcels["parcel_id"][lacking].iloc[0]))] if lacking.any() else []


def _trade_findings(facts: Facts, values: pd.DataFrame) -> list[Finding]:
    """Enterprises that figures per hectare of industrial or built land cannot place in an industry."""
    told = values[values["indicator"].isin(("industrial_tax_intensity", "industrial_investment_intensity", "industrial_output_intensity", "overall_tax_intensity"))]
    if not facts.has("enterprises", "year"):
        return []
    rows = facts.tables["enterprises"]
    if not trades_known(facts):
        asked = bool({"tax_wanyuan", "fixed_investment_wanyuan", "revenue_wanyuan"} & set(rows)) and facts.tables["parcels"]["built"].notna().any()
        return [] if not asked else [found("enterprise.no_industry", role="enterprises" if "enterprise_id" in rows else "statistics", field="industry", value_seen=facts.year)]
    if told["rule"].str.contains("year=").sum() == 0 or not industry_told(facts):
        return []  # these figures are not of enterprises here, or all of them are industrial
    _, unknown, _ = by_trade(facts, industrial=True)
    if not unknown.any():
        return []
    first = rows[unknown].sort_values("row", kind="stable").iloc[0]
    return [found("enterprise.trade_unknown", role="enterprises", field="industry", count=int(unknown.sum()), row=int(first["row"]), key=str(first["enterprise_id"]),
                  value_seen=first["industry"] if isinstance(first["industry"], str) else "")]


def _placed(verdict: pd.DataFrame, joined: Joined) -> tuple[pd.DataFrame, Shares]:
    """The 标准地 ledger as one row a parcel, in the place of the parcel's first row."""
    standard, shares = joined.ledgers["standard_land"], joined.shares["standard_land"]
    first = standard.reset_index().drop_duplicates("parcel_id").set_index("parcel_id")["index"]
    positions = {int(old): new for new, old in enumerate(first.reindex(verdict["parcel_id"]))}
    keep = np.isin(shares.row, list(positions))
    moved = np.array([positions[row] for row in shares.row[keep].tolist()], dtype=np.int64)
    inside = standard["inside"].to_numpy(float)[first.reindex(verdict["parcel_id"]).to_numpy(np.int64)]
    return verdict.assign(inside=inside), Shares(moved, shares.zone[keep], shares.share[keep], shares.inside[keep])


def _built_for(standard: pd.DataFrame, joined: Joined) -> dict[str, frozenset[str]]:
    """Industries of what stands on the parcels of the 标准地 ledger: of the projects that name them, else of the enterprises."""
    distinct = standard["parcel_id"].drop_duplicates()
    keys: dict[str, list[str]] = {}
    for key, parcel in zip(match_keys(distinct).tolist(), distinct.tolist(), strict=True):
        if key is not None:
            keys.setdefault(key, []).append(parcel)
    built: dict[str, frozenset[str]] = {}
    for role in ("enterprises", "projects"):
        rows = joined.ledgers.get(role)
        if rows is None or "industry" not in rows or "parcel_id" not in rows:
            continue
        named = rows[["parcel_id", "industry"]].explode("parcel_id").dropna()
        places, trades = named["parcel_id"].tolist(), named["industry"].tolist()
        plain = {trade: plain_industry(trade) for trade in set(trades)}
        own: dict[str, set[str]] = {}
        for key, trade in zip(match_keys(pd.Series(places, dtype=object)).tolist(), trades, strict=True):
            if key in keys and plain[trade]:
                own.setdefault(key, set()).add(plain[trade])
        built |= {parcel: frozenset(several) for key, several in own.items() for parcel in keys[key]}
    return built


def _industries(joined: Joined) -> tuple[pd.DataFrame, Shares]:
    """Number of main industries each carrier names, in the carrier's own zone."""
    carriers = joined.carriers
    counts = carriers["main_industry"].map(lambda text: len({p.strip() for p in re.split("[;；、,，]", str(text)) if p.strip()}) or np.nan if isinstance(text, str) else np.nan)
    zone = np.array([joined.members.index[key] for key in carriers["carrier_id"]], dtype=np.int64)
    table = pd.DataFrame({"carrier_id": carriers["carrier_id"], "main_industry_count": counts.astype(float), "inside": 1.0})
    return table, Shares(np.arange(len(table)), zone, np.ones(len(table)), np.ones(len(table)))


def _per_parcel(parcels: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Indicators of the single parcel, where both of their sides are on the parcel; and the enterprises' figures brought to it."""
    columns: dict[str, Any] = {}
    unknown = pd.Series(np.broadcast_to(np.nan, len(parcels)), index=parcels.index, copy=False)  # one cell, however many parcels
    for name in PER_PARCEL:
        indicator = BY_ID[name]
        terms = indicator.terms(facts)
        if terms is None or terms.denominator is None or terms.numerator.table != "parcels" or terms.denominator.table != "parcels":
            columns[name] = unknown
            continue
        used = used_rows(terms.numerator, terms.denominator)
        below = terms.denominator.values.to_numpy(float)
        ratio = np.divide(terms.numerator.values.to_numpy(float), below, out=np.full(len(parcels), np.nan), where=used & (below > 0))
        columns[name] = ratio * indicator.scale
    out = parcels.drop(columns=list(WORKING)).assign(**columns)
    out["area_mu"] = out["area_m2"] * 3 / 2000
    return out
