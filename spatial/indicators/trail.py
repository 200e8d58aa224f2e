"""The trail: which rows gave what to every numerator and denominator, kept small, and told again for one zone."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.indicators.privacy import confidential
from spatial.indicators.terms import Book, Indicator, Measure, Terms, used_rows
from spatial.schema.columns import beside, each
from spatial.schema.sums import total
from spatial.schema.trail import GROUND, LABELS, TERM_COLUMNS, Trail

KEYS: dict[str, tuple[str, str]] = {  # table -> its key and name columns
    "parcels": ("parcel_id", "status_name"), "supply": ("parcel_id", "supply_id"), "projects": ("project_id", "project_name"),
    "enterprises": ("enterprise_id", "enterprise_name"), "standard_land": ("parcel_id", ""), "approvals": ("batch_id", ""), "quota": ("batch_id", ""), "carriers": ("carrier_id", ""),
    "population": ("zone", ""),
}
GROUNDS = {"parcels": "area_m2", "supply": "land_area_m2", "approvals": "area_m2", "quota": "area_m2"}
PER: dict[str, tuple[str, str]] = {  # what an indicator's unit says of its two sides
    "mu": ("m2", ""), "ha": ("m2", ""), "m2": ("m2", ""), "count": ("count", ""), "万元": ("万元", ""), "万元/亩": ("万元", "m2"),
    "万元/公顷": ("万元", "m2"), "万元/吨标煤": ("万元", "tce"), "万元/吨": ("万元", "t"), "万元/人": ("万元", "person"), "人/公顷": ("person", "m2"), "万元/万千瓦时": ("万元", "wan_kwh"),
}
Floats = NDArray[np.float64]


@dataclass
class _Shelf:
    """The vectors of one table, each kept once."""

    frame: pd.DataFrame
    bases: dict[str, Floats]
    held: dict[bytes, tuple[str, str]] = field(default_factory=dict)
    vectors: dict[str, NDArray[Any]] = field(default_factory=dict)

    def put(self, amounts: Floats) -> tuple[str, str]:
        """Vector and what it selects from: rows whose amounts are all their ground, or all one, are kept as yes or no."""
        given = amounts != 0
        times = next((name for name, base in self.bases.items() if np.array_equal(amounts[given], base[given])), "")
        vector: NDArray[Any] = given if times else amounts
        mark = hashlib.sha256(times.encode() + vector.tobytes()).digest()
        if mark not in self.held:
            self.held[mark] = f"v{len(self.held)}", times
            self.vectors[self.held[mark][0]] = vector
        return self.held[mark]


def trail_of(book: Book, indicators: Iterable[Indicator], *, whole: bool = False) -> Trail:
    """The trail of some indicators; in a public edition only what counts land or parcels, nothing of enterprises or their money, but for checks that nobody sees (`whole`)."""
    shelves: dict[str, _Shelf] = {}
    rows: list[tuple[Any, ...]] = []
    public = book.facts.study.audience == "public" and not whole
    for indicator in indicators:
        terms = indicator.terms(book.facts)
        if terms is None or (public and _confidential(indicator, terms, book)):
            continue
        for side, measure, amounts in _sides(terms):
            if measure.table not in shelves:
                shelves[measure.table] = _shelf(book, measure.table)
            vector, times = shelves[measure.table].put(amounts)
            rows.append((indicator.id, side, measure.table, vector, times, _unit(indicator, side, measure, times), indicator.district))
    tables = {name: beside(shelf.frame, pd.DataFrame(shelf.vectors, index=shelf.frame.index, copy=False)) for name, shelf in shelves.items()}
    return Trail(pd.DataFrame(rows, columns=list(TERM_COLUMNS)), tables, {name: book.shares[name] for name in tables}, tuple(book.zones["id"]))


def rows_behind(trail: Trail, indicator: str, zone: str, side: str = "numerator") -> pd.DataFrame:
    """The rows behind one side of a value in one zone, largest first.

    Returns
    -------
    DataFrame
        LABELS, `amount` (of the whole row), `share` (of it that counts) and `contribution`; the contributions sum (math.fsum) to the
        numerator or denominator of results.json to the last bit. Empty where the indicator has no such side or no rows.
    """
    terms = trail.terms[trail.terms["indicator"] == indicator].set_index("side")
    if side not in terms.index:
        return pd.DataFrame(columns=[*LABELS, "amount", "share", "contribution"])
    term = terms.loc[side]
    table = trail.tables[term["table"]]
    amounts = _amounts(table, term)
    if term["district"] and side == "denominator":
        row, given, share = np.flatnonzero(amounts), amounts[amounts != 0], np.ones(int((amounts != 0).sum()))
    else:
        shares, position = trail.shares[term["table"]], trail.zones.index(zone)
        here = shares.zone == position
        row, share = shares.row[here], (shares.inside if term["district"] else shares.share)[here]
        given = amounts[row] * share
        if "outside" in terms.index and side == "numerator":
            given = given + _amounts(table, terms.loc["outside"])[row] * (shares.share - shares.inside)[here]
    out = table[list(LABELS)].iloc[row].assign(amount=amounts[row], share=np.divide(given, amounts[row], out=share.copy(), where=amounts[row] != 0), contribution=given)
    out = out[out["contribution"] != 0]
    return out.reindex(out["contribution"].abs().sort_values(ascending=False, kind="stable").index) if out.index.is_unique else out


def total_of(rows: pd.DataFrame) -> float:
    """The exact sum of contributions: the numerator or denominator that the run printed."""
    return math.fsum(rows["contribution"].tolist())


@dataclass(frozen=True, slots=True)
class SideTotal:
    """A side over all rows of its table, without the sums by zone: `total`, what of it is `placed` in some zones, each row once for each
    zone that it lies in, and `size`, the same without signs."""

    total: float
    placed: float
    size: float


def side_total(trail: Trail, indicator: str, side: str, zones: Iterable[str]) -> SideTotal | None:
    """The sums of a side; None where the trail has no such side, or its rows belong to zones only."""
    terms = trail.terms[(trail.terms["indicator"] == indicator) & (trail.terms["side"] == side)]
    if not len(terms) or terms["table"].iloc[0] in ("carriers", "population"):
        return None
    table = terms["table"].iloc[0]
    amounts, shares, meant = _amounts(trail.tables[table], terms.iloc[0]), trail.shares[table], set(zones)
    here = np.array([zone in meant for zone in trail.zones], dtype=bool)[shares.zone]
    held = np.bincount(shares.row[here], shares.share[here], minlength=len(amounts))
    return SideTotal(total(amounts), total(amounts * held), total(np.abs(amounts) * np.maximum(held, 1.0)))


def _sides(terms: Terms) -> Iterable[tuple[str, Measure, Floats]]:
    top, below = terms.numerator, terms.denominator
    used = used_rows(top, below)
    yield "numerator", top, np.where(used, top.values.to_numpy(float), 0.0)
    if top.outside is not None:
        yield "outside", top, np.where(used, top.outside.fillna(0).to_numpy(float), 0.0)
    if below is not None:
        yield "denominator", below, np.where(used_rows(below, top), below.values.to_numpy(float), 0.0)


def _amounts(table: pd.DataFrame, term: Any) -> Floats:
    vector = table[term["vector"]].to_numpy()
    if not term["times"]:
        return np.asarray(vector, dtype=float)
    base = np.ones(len(table)) if term["times"] == "1" else table[term["times"]].to_numpy(float)
    return np.where(vector.astype(bool), base, 0.0)


def _shelf(book: Book, name: str) -> _Shelf:
    rows = book.facts.tables[name]
    key, title = KEYS.get(name, ("", ""))
    labels = {"key": _text(rows, key), "name": _text(rows, title), "place": _carrier(book, name),
              "line": pd.Series(rows["row"] if "row" in rows else np.arange(1, len(rows) + 1)).to_numpy(float)}
    frame = pd.DataFrame({name: pd.Series(said, copy=False) for name, said in labels.items()}, index=pd.RangeIndex(len(rows)), copy=False)
    bases = {"1": np.ones(len(rows))}
    if GROUNDS.get(name) in rows:
        frame[GROUND] = rows[GROUNDS[name]].to_numpy(float)
        bases = {GROUND: frame[GROUND].to_numpy(float), **bases}
    return _Shelf(frame, bases)


def _carrier(book: Book, name: str) -> NDArray[Any]:
    """Name of the carrier that holds most of each row; empty where none does."""
    shares, zones = book.shares[name], book.zones
    said = np.full(len(book.facts.tables[name]), "", dtype=object)
    kept = np.flatnonzero(zones["kind"].eq("carrier").to_numpy()[shares.zone])
    kept = kept[np.argsort(shares.share[kept], kind="stable")]  # the largest is written last
    said[shares.row[kept]] = zones["name"].where(zones["name"].ne(""), zones["id"]).to_numpy(object)[shares.zone[kept]]
    return said


def _text(rows: pd.DataFrame, column: str) -> NDArray[Any]:
    if column not in rows:
        return np.full(len(rows), "", dtype=object)
    held = rows[column]
    known = held.notna().to_numpy()
    if held.dtype == object and known.all() and all(type(cell) is str for cell in held):
        return np.asarray(held.to_numpy(), dtype=object)  # texts already, and not held twice
    if held.dtype != object:
        return each(held, str).where(known, "").to_numpy(object)
    said = np.full(len(rows), "", dtype=object)
    said[known] = np.fromiter(("、".join(map(str, cell)) if isinstance(cell, (list, tuple)) else cell if type(cell) is str else str(cell)
                               for cell in held.to_numpy()[known]), dtype=object, count=int(known.sum()))
    return said


def _unit(indicator: Indicator, side: str, measure: Measure, times: str) -> str:
    """Base unit of a side: what the indicator's unit says, else what the rows show."""
    if indicator.unit in PER:
        return PER[indicator.unit][1 if side == "denominator" else 0]
    if times:
        return "count" if times == "1" else "m2"
    return "万元" if measure.table in ("enterprises", "projects") else "m2"


def _confidential(indicator: Indicator, terms: Terms, book: Book) -> bool:
    tables = {measure.table for measure in (terms.numerator, terms.denominator) if measure is not None}
    return bool(tables & {"enterprises", "projects"}) or "万元" in indicator.unit or bool(confidential(terms, book))
