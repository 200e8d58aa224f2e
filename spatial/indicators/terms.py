"""What an indicator is made of: a row of the registry, and the additive terms a pure function gives for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.facts import facts_html
from spatial.schema.keys import match_keys
from spatial.schema.shares import Shares
from spatial.schema.study import Study


@dataclass(frozen=True)
class Facts:
    """The normalised tables of a run by role, and the rules they are read by.

    tables : role -> frame; ledgers carry `inside` (share in carriers, nan where a row could not be located)
    study : the rules
    year : the year that stands for `as_of` in the yearly ledger, None without one
    leased : whether the land of firms takes in leases from their own ledger, which the rule `lease_land` weighs
    """

    tables: Mapping[str, pd.DataFrame]
    study: Study
    year: int | None = None
    leased: bool = False

    def has(self, table: str, *columns: str) -> bool:
        if table == "enterprises" and self.year is None:
            return False  # later years alone say nothing of the day
        return table in self.tables and all(column in self.tables[table] for column in columns)

    def ruled(self, rules: Iterable[str]) -> tuple[str, ...]:
        """Those of an indicator's rules that its value hangs on in this run: the weight of leases is one where they are in the land that is divided by."""
        named = tuple(rules)
        weighs = self.leased and ("per_mu_land" not in named or self.study.rules["per_mu_land"] == "evaluated_enterprises")
        return tuple(name for name in named if name != "lease_land" or weighs)

    @cached_property
    def standing(self) -> pd.DataFrame:
        """On which parcels the rows of the ledger of firms stand, by the codes that they name: pairs of positions, `row` and `parcel`."""
        rows = self.tables["enterprises"]
        if "parcel_id" not in rows:
            return pd.DataFrame({"row": [], "parcel": []}, dtype="int64")
        named = rows["parcel_id"].reset_index(drop=True).explode().dropna()
        firms = pd.DataFrame({"key": match_keys(named).to_numpy(object), "row": named.index.to_numpy(np.int64)}).dropna()
        keys = match_keys(self.tables["parcels"]["parcel_id"])
        at = np.flatnonzero(keys.isin(set(firms["key"])).to_numpy(bool))
        return firms.merge(pd.DataFrame({"key": keys.to_numpy(object)[at], "parcel": at}), on="key")[["row", "parcel"]]


@dataclass(frozen=True)
class Book:
    """Everything an indicator is summed from: the tables by their rules, where their rows lie, and the zones (id, name, kind)."""

    facts: Facts
    shares: Mapping[str, Shares]
    zones: pd.DataFrame


@dataclass(frozen=True)
class Measure:
    """An additive quantity over the rows of a table: nan is unknown, `scope` says which rows are meant at all.

    outside : for shares of a district total, what a row's ground outside carriers contributes (default nothing)
    void : rows left unknown here although their value is known, and zero or less: nothing can be divided by it
    whole : a row without a figure leaves its zone's sum open, where rows are years of a zone itself
    """

    table: str
    values: pd.Series
    scope: pd.Series
    outside: pd.Series | None = None
    void: pd.Series | None = None
    whole: bool = False


@dataclass(frozen=True)
class Terms:
    """Numerator and denominator of one indicator in a run; `note` joins the rule that is printed with the value."""

    numerator: Measure
    denominator: Measure | None = None
    note: str = ""


Status = Literal["ok", "no_data", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: its names, unit and definition, and the pure function that gives its terms (None: no data)."""

    id: str
    zh: str
    en: str
    unit: str
    terms: Callable[[Facts], Terms | None]
    numerator: str
    denominator: str = ""
    needs: tuple[str, ...] = ()
    direction: Literal["+", "-", ""] = ""
    source: str = ""
    evidence: str = ""
    district: bool = False  # the denominator is the district's; zones show what they contribute
    scale: float = 1.0  # from base units (m², 万元, count) to `unit`
    rules: tuple[str, ...] = ()  # keys of study.rules that change it
    extra: Mapping[str, Any] = field(default_factory=dict)


class Indicators(tuple[Indicator, ...]):
    """The rows of a registry, which print as a list of their ids and show themselves in a notebook as a table of names, units and definitions."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} indicators: {', '.join(one.id for one in self)}>"

    def _repr_html_(self) -> str:
        return facts_html(f"{len(self)} 项指标 / indicators", [(one.id, f"{one.zh} / {one.en} · {one.unit} · {one.numerator}{f' ÷ ({one.denominator})' if one.denominator else ''}") for one in self])


def ones(frame: pd.DataFrame) -> pd.Series:
    return pd.Series(1.0, index=frame.index)


def where(values: pd.Series, mask: pd.Series) -> pd.Series:
    """Values where the mask holds, 0 where it is False, nan where it is unknown."""
    known = mask.notna()
    return values.where(mask.fillna(False).astype(bool), 0.0).where(known)


def used_rows(measure: Measure, other: Measure | None) -> NDArray[np.bool_]:
    """Rows that take part: in scope, with a value, and with the other side of the ratio where it is on the same table."""
    used = measure.scope.to_numpy(bool) & measure.values.notna().to_numpy()
    if other is not None and other.table == measure.table:
        used &= other.scope.to_numpy(bool) & other.values.notna().to_numpy()
    return used
