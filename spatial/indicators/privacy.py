"""Figures of enterprises in a public edition: small groups are masked, and so is every sum that would give one away together with others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.indicators.disclosure import disclosed, equations_of
from spatial.indicators.terms import Book, Indicator, Measure, Terms, used_rows

SMALL_GROUP = 3
MOST_KINDS = 3_000  # kinds of firms that the audit can take; above it only the district's own figures are published
QUANTITIES = ("tax_wanyuan", "value_added_wanyuan", "output_wanyuan", "revenue_wanyuan", "fixed_investment_wanyuan", "rd_wanyuan", "energy_tce", "emissions_t",
              "electricity_wan_kwh", "employees", "parcel_tax_wanyuan", "parcel_land_m2")
VERDICTS = ("inefficient", "inefficient_rule")  # say on which side of a line a firm's tax lies
PARCEL_COLUMNS = (*QUANTITIES, *VERDICTS, "tax_per_mu", "value_added_per_mu", "output_per_mu", "investment_per_mu")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Published:
    """One sum over rows of enterprises that a value gives away: of which quantity, with which weights of rows, for which value."""

    base: str
    kind: int  # position among the distinct weights of its base
    zone: int
    whole: bool  # the district's own, whatever the zone
    value: tuple[str, str]  # indicator, zone


def confidential(terms: Terms, book: Book) -> tuple[Measure, ...]:
    """The sides of an indicator that add up figures of single enterprises: their ledger, their figures brought to parcels, the money of
    their projects, and whether their land kept what was promised for it."""
    sides = [measure for measure in (terms.numerator, terms.denominator) if measure is not None]
    return tuple(measure for measure in sides if _of_firms(measure, book))


def masked_values(values: pd.DataFrame, book: Book, indicators: tuple[Indicator, ...]) -> pd.DataFrame:
    """Values with every enterprise figure masked that is of fewer than three firms, or from which one of those could be worked out.

    A masked row keeps its unit, rule and status `masked`; value, numerator and denominator are missing, n and coverage 0. All published sums
    of one quantity are held against each other: no combination of them (zones, types, overlaps, totals, years, evaluated and all firms) may
    come down to fewer than three firms.
    """
    out = values.copy()
    told = {(i, z): n for n, (i, z) in enumerate(zip(out["indicator"], out["zone"], strict=True))}
    hidden: set[tuple[str, str]] = set()
    systems = _Systems(book)
    for indicator in indicators:
        terms = indicator.terms(book.facts)
        if terms is None or not confidential(terms, book):
            continue
        for position, zone in enumerate(book.zones["id"]):
            row = told.get((indicator.id, zone))
            if row is not None and out["status"].iat[row] in ("ok", "not_applicable"):
                hidden |= systems.add(indicator, terms, position, zone)
                if out["status"].iat[row] == "not_applicable" and pd.isna(out["denominator"].iat[row]):
                    hidden.add((indicator.id, zone))  # it would say of each of its firms that it has no land
    for system in systems.all():
        hidden |= system.audit(hidden)
    at = [told[place] for place in hidden if place in told]
    out.loc[out.index[at], ["value", "numerator", "denominator"]] = np.nan
    out.loc[out.index[at], ["n", "coverage"]] = [0, 0.0]
    out.loc[out.index[at], "status"] = "masked"
    return out


def _of_firms(measure: Measure, book: Book) -> bool:
    table = book.facts.tables[measure.table]
    if measure.table == "enterprises":
        return "enterprise_id" in table  # a zone's own yearly figures stand in for the ledger: no firm is behind a row
    if measure.table == "projects":
        return _base_of(measure, table) != "count"  # how many there are is no secret, the money of one is its firm's
    if measure.table == "standard_land":
        return True
    if measure.table != "parcels":
        return False
    return _base_of(measure, table) in (*QUANTITIES, *VERDICTS)


def _base_of(measure: Measure, table: pd.DataFrame) -> str:
    """The column that a measure adds up, "count" where it counts rows, else a mark of its own."""
    held = measure.values.to_numpy(float)
    known = ~np.isnan(held) & (held != 0)
    names = QUANTITIES if measure.table == "parcels" else [name for name in table.columns if pd.api.types.is_numeric_dtype(table[name].dtype) and name not in ("row", "year", "inside")]
    for name in names:
        if name in table and known.any() and np.array_equal(np.abs(held[known]), np.abs(table[name].to_numpy(float)[known])):
            return str(name)
    if measure.table == "parcels" and "inefficient" in table and "area_m2" in table:
        flag = table["inefficient"].fillna(False).to_numpy(bool)
        if known.any() and np.array_equal(known, flag & (table["area_m2"].to_numpy(float) != 0)):
            return "inefficient"
    return "count" if measure.table != "standard_land" and np.isin(held[known], (1.0,)).all() else hashlib.sha256(held.tobytes()).hexdigest()


class _Systems:
    """The published sums by quantity, each with its own system of equations."""

    def __init__(self, book: Book):
        self.book = book
        self.held: dict[tuple[str, str], System] = {}
        self.sides: dict[int, list[tuple[System, int, bool]]] = {}

    def all(self) -> list[System]:
        return list(self.held.values())

    def add(self, indicator: Indicator, terms: Terms, position: int, zone: str) -> set[tuple[str, str]]:
        """Take in what a value would publish; the value itself where it is of too few firms."""
        sides = self._sides(indicator, terms)
        small = False
        for system, kind, whole in sides:
            count = system.firms(kind, position, whole)
            small |= 0 < count < SMALL_GROUP
            if system.base != "count":
                system.published.append(Published(system.base, kind, position, whole, (indicator.id, zone)))
        return {(indicator.id, zone)} if small else set()

    def _sides(self, indicator: Indicator, terms: Terms) -> list[tuple[System, int, bool]]:
        key = id(indicator)
        if key not in self.sides:
            self.sides[key] = []
            for measure in (terms.numerator, terms.denominator):
                if measure is None or not _of_firms(measure, self.book):
                    continue
                table = self.book.facts.tables[measure.table]
                base = _base_of(measure, table)
                system = self.held.setdefault((measure.table, base), System(base, self.book, measure.table))
                other = terms.denominator if measure is terms.numerator else terms.numerator
                used = used_rows(measure, other)
                held = np.where(used, measure.values.to_numpy(float), 0.0)
                weight = np.where(used, np.where(held != 0, np.sign(held), 1.0), 0.0)
                if base in table:  # a row that gives nothing although its figure is not nothing is left out of the sum
                    weight = np.where((held == 0) & (np.nan_to_num(table[base].to_numpy(float)) != 0), 0.0, weight)
                whole = indicator.district and measure is terms.denominator and len(self.sides[key]) > 0
                self.sides[key].append((system, system.kind(weight, contributes=indicator.district and not whole), whole))
        return self.sides[key]


class System:
    """All published sums of one quantity: weights of rows by kind, times shares of rows in zones."""

    def __init__(self, base: str, book: Book, table: str):
        self.base, self.shares, self.zones = base, book.shares[table], book.zones
        frame = book.facts.tables[table]
        firm = frame["enterprise_id"].astype(str) if "enterprise_id" in frame else pd.Series(np.arange(len(frame)))
        self.firm: NDArray[np.int64] = pd.factorize(firm.to_numpy(object) if firm.dtype == object else firm.to_numpy())[0].astype(np.int64)
        self.years = frame["year"].fillna(0).to_numpy(np.int64) if "year" in frame else np.zeros(len(frame), dtype=np.int64)
        self.weights: list[tuple[Floats, bool]] = []
        self.published: list[Published] = []
        self.counted: dict[tuple[int, int, bool], int] = {}

    def kind(self, weight: Floats, *, contributes: bool) -> int:
        """Position of these weights, added where they are new; `contributes`: only the share inside carriers counts."""
        for i, (known, inside) in enumerate(self.weights):
            if inside == contributes and np.array_equal(known, weight):
                return i
        self.weights.append((weight, contributes))
        return len(self.weights) - 1

    def row(self, kind: int, zone: int, whole: bool) -> tuple[NDArray[np.int64], Floats]:
        """Rows with their coefficients in one published sum."""
        weight, contributes = self.weights[kind]
        if whole:
            rows = np.flatnonzero(weight)
            return rows, weight[rows]
        here = self.shares.zone == zone
        rows = self.shares.row[here]
        amount = weight[rows] * (self.shares.inside if contributes else self.shares.share)[here]
        kept = amount != 0
        return rows[kept], amount[kept]

    def firms(self, kind: int, zone: int, whole: bool) -> int:
        place = kind, zone, whole
        if place not in self.counted:
            self.counted[place] = len(np.unique(self.firm[self.row(*place)[0]]))
        return self.counted[place]

    def _distinct(self, sums: dict[tuple[int, int, bool], list[tuple[str, str]]]) -> list[tuple[int, int, bool]]:
        """One place for each equation, with the values of all that say the same: what is masked is masked everywhere, and nothing else for it."""
        first: dict[tuple[bytes, bytes, bool], tuple[int, int, bool]] = {}
        for place in list(sums):
            if self.firms(*place) > 0:
                rows, amounts = self.row(*place)
                known = first.setdefault((rows.tobytes(), np.round(amounts, 12).tobytes(), place[1] <= 0), place)
                if known != place:
                    sums[known] += sums[place]
        return list(first.values())

    def audit(self, hidden: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """Values to mask as well, so that what stays published gives no group of fewer than three firms away."""
        sums: dict[tuple[int, int, bool], list[tuple[str, str]]] = {}
        for said in self.published:
            sums.setdefault((said.kind, -1 if said.whole else said.zone, said.whole), []).append(said.value)
        places = self._distinct(sums)
        equations = equations_of([self.row(*place) for place in places], self.firm, self.years)
        order = {name: i for i, name in enumerate(dict.fromkeys(said.value[0] for said in self.published))}
        # masked first: zones before the district, what the registry names last, small groups before large ones
        ranked = [(place[1] <= 0, -min(order[value[0]] for value in sums[place]), self.firms(*place), place) for place in places]
        more: set[tuple[str, str]] = set()
        if len(equations.sizes) > MOST_KINDS:
            return {value for place in places if not place[2] and place[1] != 0 for value in sums[place]}
        while True:
            kept = [i for i, place in enumerate(places) if any(value not in hidden | more for value in sums[place])]
            groups = disclosed(equations, kept, small=SMALL_GROUP)
            if not groups:
                return more
            chosen = {min((kept[i] for i in group), key=ranked.__getitem__) for group in groups}
            more |= {value for i in chosen for value in sums[places[i]]}


def public_columns(frame: pd.DataFrame, *, supply: bool = False) -> pd.DataFrame:
    """A table without the columns that are an enterprise's own figures."""
    names = (*PARCEL_COLUMNS, *(("total_investment_wanyuan", "invested_wanyuan") if supply else ()))
    return frame.drop(columns=[name for name in names if name in frame])


def counts_of(values: pd.DataFrame) -> Mapping[str, Any]:
    """How many values of a public edition are masked."""
    return {"count": int(values["status"].eq("masked").sum())}
