"""The ways by which ledger rows find their parcel: by code, by another number in one form, by location; every row says which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding
from spatial.join.ground import Ground
from spatial.join.way_checks import cardinality_findings, way_findings
from spatial.join.way_rows import NUMBERS, Row, note_numbers, rows_of, shared_numbers
from spatial.join.way_tables import match_table, records, without_row
from spatial.schema.joined import MATCH_COLUMNS
from spatial.schema.keys import match_keys
from spatial.schema.study import Study

POINT_ONLY = ("projects",)  # a point says where a project is, not that the parcel is its own: it is told, and no key is written
NOWHERE_OFF = pd.DataFrame({"row": [], "gap_m": [], "parcel_id": []})
NEAR_M, FAR_M = 1.0, 50.0  # of a point and its parcel: written digits, and a gate or a sign in the street


@dataclass
class Settled:
    """A ledger whose `parcel_id` names the parcels found and whose `match_way` says how, with what was found on the way."""

    ledger: pd.DataFrame
    joins: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    matches: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(MATCH_COLUMNS)))


def told_of(role: str) -> bool:
    """Whether parcels without a row of this ledger are told: of ledgers that are about parcels."""
    return role == "supply" or role.startswith("attributes.")


def settled(role: str, ledger: pd.DataFrame, parcels: gpd.GeoDataFrame, codes: pd.Series, points: NDArray[Any] | None, ground: Ground, study: Study,
            merged: pd.DataFrame | None = None) -> Settled:
    """Find the parcel of every row of a ledger, by the ways of the study in their order.

    Parameters
    ----------
    ledger : `row` and any of parcel_id (text or a tuple of texts), supply_id, supply_no, parcel_no, contract_no
    codes : `match_keys` of the parcels' ids
    points : a point a row in the working CRS, None where a row has none; or None
    ground : answers which parcels hold a point
    merged : rows of the file that were made one (row, into): records count rows of the file

    Returns
    -------
    Settled
        A row whose code is known keeps it. Another number is taken only where one parcel alone has it and no second number means
        another parcel. A point on an edge belongs to the parcel with the smallest id, a point in several parcels to none.
    """
    if points is None and (plain := _all_by_code(role, ledger, parcels, codes, study)) is not None:
        return plain
    wanted = set(match_keys(ledger["parcel_id"].explode()).dropna().tolist()) if "parcel_id" in ledger else set()
    named = codes.isin(wanted).to_numpy()
    known = dict(zip(codes[named].tolist(), parcels["parcel_id"][named].tolist(), strict=True))
    rows = rows_of(ledger, known)
    for way in study.match_by:
        if way in NUMBERS:
            note_numbers(way, rows, ledger, parcels)
    how = np.array(["parcel_id" if row.ids and not row.lost and "each" not in row.hits else "" for row in rows], dtype=object)
    apart = _apart(rows, how)
    for i in np.flatnonzero(how == "").tolist():
        way, ids = _taken(rows[i], study.match_by)
        how[i], rows[i].ids = way, ids if way else rows[i].ids
    off = NOWHERE_OFF
    if points is not None:
        holders = _holders(points, parcels, ground)
        if "location" in study.match_by:
            _by_location(rows, how, holders)
        off = _off(rows, how, points, holders, parcels, ground)
    unsure = [i for i, row in enumerate(rows) if row.several and (how[i] == "" or row.lost)]
    done = _written(role, ledger, rows, how)
    matched = [row.ids if way else () for row, way in zip(rows, how, strict=True)]
    free = without_row(parcels["parcel_id"], {key for ids in matched for key in ids}) if told_of(role) else (0, [])
    findings = way_findings(role, ledger, how, rows, apart, unsure, off, free, len(parcels))
    findings += cardinality_findings(role, ledger, matched, study.cardinality_of(role))
    return Settled(done, records(role, *_in_file(ledger, how, matched, merged), len(parcels)), findings, match_table(role, ledger, rows, how, parcels, codes, free[1], off))


def _in_file(ledger: pd.DataFrame, how: NDArray[Any], matched: list[tuple[str, ...]], merged: pd.DataFrame | None) -> tuple[NDArray[Any], list[tuple[str, ...]]]:
    """The way and the parcels of every row as the file has them: rows that were made one have those of the one."""
    place = pd.Series(np.arange(len(ledger)), index=ledger["row"].to_numpy(np.int64))
    at = place[~place.index.duplicated()].to_numpy()
    if merged is not None and len(merged):
        more = merged[~merged["row"].isin(ledger["row"])]
        at = np.r_[at, place.reindex(more["into"].astype(np.int64)).to_numpy(np.int64)]
    return how[at], [matched[i] for i in at.tolist()]


def _all_by_code(role: str, ledger: pd.DataFrame, parcels: pd.DataFrame, codes: pd.Series, study: Study) -> Settled | None:
    """The answer for a ledger of which every row names one known parcel, and nothing else that could tell: as most are; None for others."""
    if "parcel_id" not in ledger or study.cardinality_of(role) != "many_to_many" or any(shared_numbers(way, ledger, parcels) for way in NUMBERS):
        return None
    said = ledger["parcel_id"].to_numpy(object)
    if any(isinstance(ids, tuple) for ids in said):
        return None
    spoken = set(match_keys(ledger["parcel_id"]).tolist())
    met = codes.isin(spoken).to_numpy()
    if not spoken <= set(codes[met]):
        return None
    how = np.full(len(ledger), "parcel_id", dtype=object)
    free = without_row(parcels["parcel_id"][~met]) if told_of(role) else (0, [])
    findings = way_findings(role, ledger, how, (), (), (), NOWHERE_OFF, free, len(parcels))
    return Settled(ledger.assign(match_way=how), [], findings, match_table(role, ledger.iloc[:0], (), how[:0], parcels, codes, free[1], NOWHERE_OFF))


def _apart(rows: Sequence[Row], how: NDArray[Any]) -> list[int]:
    """Rows whose numbers mean another parcel than their code, or, without one, different parcels."""
    return [i for i, row in enumerate(rows) if row.hits and
            (bool(_meant(row) - set(row.ids)) if how[i] or "each" in row.hits else len(set(row.hits.values())) > 1)]


def _meant(row: Row) -> set[str]:
    """The parcels that any number of a row means."""
    return {key for ids in row.hits.values() for key in ids}


def _taken(row: Row, ways: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The first way that found a parcel, where no other found a different one."""
    if "each" in row.hits or row.ids:
        return "parcel_no" if "each" in row.hits else "parcel_id", tuple(dict.fromkeys(row.ids))
    meant = set(row.hits.values())
    if len(meant) != 1:
        return "", ()
    return next(way for way in ways if way in row.hits), next(iter(meant))


def _holders(points: NDArray[Any], parcels: pd.DataFrame, ground: Ground) -> dict[int, list[str]]:
    """Row -> ids of the parcels its point lies in; on an edge the smallest id alone."""
    at = np.flatnonzero([point is not None for point in points])
    if not len(at) or not len(parcels):
        return {}
    pairs = ground.holding(points[at])
    within = ground.within(points[at][pairs["point"].to_numpy(np.int64)], pairs["parcel"].to_numpy(np.int64))
    ids = parcels["parcel_id"].to_numpy(object)[pairs["parcel"].to_numpy(np.int64)]
    held: dict[int, tuple[set[str], set[str]]] = {}
    for row, key, deep in zip(at[pairs["point"].to_numpy(np.int64)].tolist(), ids.tolist(), within.tolist(), strict=True):
        if isinstance(key, str):
            held.setdefault(row, (set(), set()))[0 if deep else 1].add(key)
    return {row: sorted(inner) if inner else [min(edge)] for row, (inner, edge) in held.items()}


def _by_location(rows: Sequence[Row], how: NDArray[Any], holders: Mapping[int, list[str]]) -> None:
    """Rows that no key found take the parcel their point lies in, unless a number names others."""
    for at, ids in holders.items():
        row = rows[at]
        named = {*_meant(row), *(key for keys in row.several.values() for key in keys)}
        if how[at] == "" and len(ids) == 1 and (not named or ids[0] in named):
            how[at], row.ids = "location", tuple(ids)
        elif how[at] == "" and len(ids) > 1 and not named:
            row.may_mean("location", ids)


def _off(rows: Sequence[Row], how: NDArray[Any], points: NDArray[Any], holders: Mapping[int, list[str]], parcels: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Rows whose point lies in another parcel than their key says, or far from it."""
    at = [i for i, way in enumerate(how) if way not in ("", "location") and points[i] is not None and not set(rows[i].ids) & set(holders.get(i, ()))]
    wanted = {key for i in at for key in rows[i].ids}
    places = parcels["parcel_id"][parcels["parcel_id"].isin(wanted)]
    by_id = pd.Series(np.flatnonzero(parcels["parcel_id"].isin(wanted)), index=places.to_numpy(object)).groupby(level=0).agg(list)
    pairs = [(i, place) for i in at for key in rows[i].ids for place in by_id.get(key, [])]
    if not pairs:
        return NOWHERE_OFF
    gaps = ground.gap_m(points[[i for i, _ in pairs]], np.array([place for _, place in pairs], dtype=np.int64))
    gap = pd.Series(gaps, index=[i for i, _ in pairs]).groupby(level=0).min()
    there = [";".join(holders.get(int(i), ())) for i in gap.index]
    off = pd.DataFrame({"row": gap.index.to_numpy(np.int64), "gap_m": gap.to_numpy(float), "parcel_id": there})
    return off[(off["gap_m"] > FAR_M) | ((off["gap_m"] > NEAR_M) & (off["parcel_id"] != ""))].reset_index(drop=True)


def _written(role: str, ledger: pd.DataFrame, rows: Sequence[Row], how: NDArray[Any]) -> pd.DataFrame:
    """The ledger with the parcels that its rows found beyond their code written as their `parcel_id`."""
    out = ledger.assign(match_way=how)
    found_here = [i for i, way in enumerate(how) if way not in ("", "parcel_id") and not (way == "location" and role in POINT_ONLY)]
    if not found_here and ("parcel_id" in ledger or not role.startswith("attributes.")):
        return out
    ids = ledger["parcel_id"].to_numpy(object).copy() if "parcel_id" in ledger else np.full(len(ledger), None, dtype=object)
    several = any(isinstance(key, tuple) for key in ids)
    for i in found_here:
        held = tuple(dict.fromkeys(rows[i].ids))
        ids[i] = held if several or len(held) > 1 else held[0]
    return out.assign(parcel_id=pd.Series(ids, index=ledger.index, dtype=object))
