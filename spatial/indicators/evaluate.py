"""Values of the registry for every zone: sums by zone, then ratios; numerator, denominator, n and coverage stay with each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.indicators.terms import Facts, Indicator, Terms, used_rows
from spatial.schema.joined import STUDY_AREA
from spatial.schema.shares import Shares
from spatial.schema.sums import Tally, total

CUT_BY_AREA = "approvals"  # batches are cut along the boundaries of zones, whatever the study's allocation of parcels
OWN_ROWS = ("carriers", "population")  # tables of one row a zone: a zone without one is unknown, not empty


def evaluate(indicators: Iterable[Indicator], facts: Facts, shares: Mapping[str, Shares], zones: pd.DataFrame) -> pd.DataFrame:
    """One row for each indicator and zone.

    Parameters
    ----------
    indicators : rows of the registry
    facts : normalised tables; ledgers with `inside`, parcels with `inside` and `area_m2`
    shares : for each table, the share of its rows in each zone (row and zone positions)
    zones : id, kind in the order of the zone positions

    Returns
    -------
    DataFrame with the keys of `values` in results.json
    """
    tallies: dict[str, Tally] = {}

    def tally(table: str) -> Tally:
        if table not in tallies:
            frame = facts.tables[table]
            weight = frame["area_m2"].fillna(0).to_numpy(float) if table == "parcels" else np.ones(len(frame))  # coverage is of land, or of rows
            tallies[table] = Tally(shares[table], weight, len(zones))
        return tallies[table]

    tables = []
    for indicator in indicators:
        terms = indicator.terms(facts)
        tables.append(_no_data(indicator, zones, facts) if terms is None else _values(indicator, terms, facts, tally, zones))
    return pd.DataFrame({name: np.concatenate([np.broadcast_to(table[name], len(zones)) for table in tables]) for name in tables[0]} if tables else {})


def _rule(indicator: Indicator, facts: Facts, note: str = "", table: str = "") -> str:
    said = [f"allocation={'area' if table == CUT_BY_AREA else facts.study.allocation}", f"area_source={facts.study.area_source}"]
    said += [f"{name}={_plain(facts.study.rules[name])}" for name in facts.ruled(indicator.rules)]
    return "; ".join(said + ([note] if note else []))


def _text(word: str) -> NDArray[np.object_]:
    return np.array(word, dtype=object)


def _plain(value: object) -> str:
    return "+".join(value) if isinstance(value, tuple) else str(value)


def _no_data(indicator: Indicator, zones: pd.DataFrame, facts: Facts) -> dict[str, Any]:
    return {"indicator": _text(indicator.id), "zone": zones["id"].to_numpy(object), "value": np.nan, "unit": _text(indicator.unit), "numerator": np.nan, "denominator": np.nan,
            "n": 0, "coverage": 0.0, "status": _text("no_data"), "rule": _text(_rule(indicator, facts)), "as_of": _text(facts.study.as_of.isoformat())}


def _nowhere(table: pd.DataFrame, meant: NDArray[np.bool_]) -> bool:
    """Whether rows are meant and not one of them could be located."""
    return "inside" in table and bool(meant.any() and np.isnan(table["inside"].to_numpy(float)[meant]).all())


def _counted_once(batch: NDArray[np.int64], shares: Shares, used: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
    """Distinct batches of each zone: a batch of several rows there is one."""
    here = used[shares.row]
    pairs = np.unique(np.stack([shares.zone[here].astype(np.int64), batch[shares.row[here]]]), axis=1)
    return np.bincount(pairs[0], minlength=count)


def _values(indicator: Indicator, terms: Terms, facts: Facts, tally: Callable[[str], Tally], zones: pd.DataFrame) -> dict[str, Any]:
    top, count = terms.numerator, len(zones)
    used, meant = used_rows(top, terms.denominator), top.scope.to_numpy(bool)
    sums = tally(top.table)
    amounts = np.where(used, top.values.to_numpy(float), 0.0)
    if indicator.district:  # only the ground inside carriers contributes, and what the measure says of the rest
        beside = None if top.outside is None else np.where(used, top.outside.fillna(0).to_numpy(float), 0.0)
        numerator = sums.contributions(amounts, beside)
    else:
        numerator = sums.amounts(amounts)
    n, covered, base = sums.rows(used).astype(np.int64), sums.weights(used), sums.weights(meant)
    if "batch" in facts.tables[top.table]:  # parts of one row of the file count as one
        n = _counted_once(facts.tables[top.table]["batch"].to_numpy(np.int64), sums.shares, used, count)
    below: NDArray[np.float64] | None = None
    landless = np.zeros(count, dtype=bool)  # every row is known, and none has a denominator
    if terms.denominator is not None:
        used_below = used_rows(terms.denominator, top)
        if indicator.district:
            below = np.full(count, total(terms.denominator.values.to_numpy(float)[used_below]))
        else:
            below = tally(terms.denominator.table).amounts(np.where(used_below, terms.denominator.values.to_numpy(float), 0.0))
    apart = terms.denominator is not None and terms.denominator.table != top.table and not indicator.district
    rule, day = _rule(indicator, facts, terms.note, top.table), facts.study.as_of.isoformat()
    blind = sums.rows(np.ones(len(used), dtype=bool)) == 0 if top.table == "enterprises" and "enterprise_id" not in facts.tables[top.table] else None
    if indicator.district:  # one district, one count of rows behind the denominator
        n, covered, base = np.full(count, n[0]), np.full(count, covered[0]), np.full(count, base[0])
    # ground without any row of the ledger: nothing is known of what it gives, and that is not zero
    unseen = (n == 0) & (apart or top.table in OWN_ROWS) & (True if below is None else below > 0)
    if _nowhere(facts.tables[top.table], meant):  # the district's sum is known, and of no zone what it has of it
        unseen |= (n == 0) & zones["id"].ne(STUDY_AREA).to_numpy(bool)
    if blind is not None:  # zones' own figures: of a zone without any nothing is known
        unseen |= blind
    no_data = unseen | (n == 0) & (base > 0)  # or rows are there, none of them has the figures
    if terms.denominator is not None and terms.denominator.void is not None:  # every row that is meant states a denominator, and none is above zero
        asked = tally(terms.denominator.table)
        landless = (n == 0) & (base > 0) & (asked.weights(terms.denominator.scope.to_numpy(bool) & ~terms.denominator.void.to_numpy(bool)) == 0)
        no_data &= ~landless
    if terms.denominator is not None and below is not None and not indicator.district and (apart or terms.denominator.whole):
        under = terms.denominator  # nothing positive is known under the line, and not all of it is known
        no_data |= (below <= 0) & (tally(under.table).rows(under.scope.to_numpy(bool) & under.values.isna().to_numpy()) > 0)
    if terms.denominator is not None and (void := terms.denominator.void) is not None:  # no row of the table tells what is divided by: a zone without rows has none either
        no_data |= bool(terms.denominator.values.isna().all() and not void.any() and terms.denominator.scope.any())
    no_ratio = np.zeros(count, bool) if below is None else ~no_data & (below <= 0)
    value = numerator if below is None else np.divide(numerator, below, out=np.full(count, np.nan), where=~(no_data | no_ratio))
    return {
        "indicator": _text(indicator.id), "zone": zones["id"].to_numpy(object), "value": np.where(no_data | no_ratio, np.nan, value * indicator.scale), "unit": _text(indicator.unit),
        "numerator": np.where(no_data | landless, np.nan, numerator), "denominator": np.nan if below is None else np.where(no_data & (not apart) | landless, np.nan, below),
        "n": n, "coverage": np.minimum(np.divide(covered, base, out=np.zeros(count), where=base > 0), 1.0),
        "status": np.select([no_data, no_ratio], ["no_data", "not_applicable"], "ok").astype(object), "rule": _text(rule), "as_of": _text(day),
    }
