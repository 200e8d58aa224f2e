"""Tables that give parcels further fields by key: many rows on one parcel, one row on many parcels, and layers that contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, Several, found, lines_of
from spatial.join.attribute import conflicting, match, one_row
from spatial.join.locate import unmatched
from spatial.join.way_rows import NUMBERS
from spatial.messages import role_name
from spatial.schema.columns import in_file
from spatial.schema.joined import KeyMatch
from spatial.schema.keys import match_keys
from spatial.schema.study import Study
from spatial.schema.sums import group_sums, weighed

UNITS = ("_m2", "_wanyuan", "_tce", "_wan_kwh", "_t")  # of what adds up
IDLE_CODES = ("certified_idle", "suspected_idle_2y", "suspected_idle_1y", "suspected_idle_suspended")  # the gravest first
BESIDE = {"land_status_word": "land_status", "land_uses": "land_use", "land_use_years": "land_use"}  # columns that say more of another: taken with it
ROUNDING = 1e-3  # relative: 30 mu written as 20,000 m2 or 2.00 ha
Said = dict[str, tuple[NDArray[Any], NDArray[np.int64]]]  # column -> role and row that each parcel's value is from


def with_attributes(parcels: gpd.GeoDataFrame, tables: Mapping[str, pd.DataFrame], study: Study) -> tuple[gpd.GeoDataFrame, list[dict[str, Any]], list[Finding]]:
    """The parcels with the fields of every attribute table, the records of these joins, and what was found on the way.

    What an earlier layer says of a parcel stays, the parcel layer before all; a later one that says something else is refused unless the study
    takes the first. A quantity of a row that names several parcels, or one id with several features, is shared out among them by area.
    """
    records: list[dict[str, Any]] = []
    findings: list[Finding] = []
    said: Said = {}
    for name, table in tables.items():
        parcels, record, problems = _one_table(parcels, table, f"attributes.{name}", study, said)
        records.append(record)
        findings += problems
    return parcels, records, findings


def _one_table(parcels: gpd.GeoDataFrame, table: pd.DataFrame, role: str, study: Study, said: Said) -> tuple[gpd.GeoDataFrame, dict[str, Any], list[Finding]]:
    """Bring the fields of one table to the parcels by key; many rows on one parcel only by the stated rule."""
    keyed = match(table["parcel_id"], parcels["parcel_id"])
    listed = keyed.pairs.assign(line=table["row"].to_numpy(np.int64)[keyed.pairs["row"]]).sort_values(["parcel", "line", "row"], kind="stable")
    pairs = weighed(listed, parcels["area_m2"].to_numpy(float), len(table))
    groups, at = pairs["parcel"].to_numpy(), pairs["row"].to_numpy(np.int64)
    several = pd.Series(groups).duplicated(keep=False).any()
    repeated = match_keys(parcels["parcel_id"]).duplicated(keep=False).to_numpy()
    columns = [name for name in table.columns if name not in ("row", "parcel_id", "match_way", *NUMBERS)]
    findings = [*unmatched(role, table, keyed, parcels), *_shared_out(role, table, keyed, columns)]
    parcels = parcels.copy()
    for column in [name for name in columns if name not in BESIDE]:
        values = table[column].iloc[at].reset_index(drop=True)
        name, adds = field_of(column)
        if adds:
            values = values.astype(float) * pairs["weight"].to_numpy(float)
        rule = study.rows_rule(name)
        if rule not in _rules_for(table[column], adds, status=column == "land_status"):  # codes do not add up, and no figure is any of them
            rule = "refuse"
        if several and rule == "refuse":
            differing = conflicting(values, groups)
            if len(differing):
                key = parcels["parcel_id"].iloc[int(differing[0])]
                example = "sum" if adds else "any" if column == "land_status" else "first"
                findings.append(found("join.many_rows", role=role, field=name, count=len(differing), key=key, example=example))
                continue
        status = column == "land_status"
        one = one_row(values, groups, rule, (lambda v: v in IDLE_CODES) if status else None, IDLE_CODES if status else ()).reindex(range(len(parcels)))
        one = one.set_axis(parcels.index)
        if adds and repeated[one.notna().to_numpy()].any():
            findings.append(found("join.spread", role=role, field=name, count=int((one.notna().to_numpy() & repeated).sum())))
        rows = pd.Series(table["row"].to_numpy(np.int64)[at]).groupby(groups).first().reindex(range(len(parcels))).fillna(0).to_numpy(np.int64)
        findings += _against_earlier(parcels, column, one, rows, role, study, said)
        taken = (one.notna() & parcels[column].isna() if column in parcels else one.notna()).to_numpy(bool)
        parcels[column] = parcels[column].where(~taken, one) if column in parcels else one
        for more in [more for more, of in BESIDE.items() if of == column and more in table]:
            words = table[more].iloc[at].reset_index(drop=True)
            words = words.where(values.eq(pd.Series(one.to_numpy(object)[groups])))  # of the rows that say what is kept
            words = one_row(words, groups, "first" if rule == "first" else "any").reindex(range(len(parcels))).to_numpy(object)
            before = parcels[more].to_numpy(object) if more in parcels else np.full(len(parcels), None, dtype=object)
            parcels[more] = np.where(taken, words, before)
        if several and rule != "refuse":
            findings.append(found("join.many_rows_ruled", severity="info", role=role, field=name, count=int(pd.Series(groups[pd.Series(groups).duplicated()]).nunique()), value_used=rule))
    record = {"left": role, "right": "parcels", "key": "parcel_id", "matched": int(keyed.row_matched.sum()), "left_only": int((~keyed.row_matched).sum()),
              "right_only": int((~keyed.parcel_matched).sum()), "one_to_many": keyed.one_to_many}
    return parcels, record, findings


def _rules_for(values: pd.Series, adds: bool, *, status: bool) -> tuple[str, ...]:
    """The rules by which several rows can say one thing of a field."""
    yes_no = status or pd.api.types.is_bool_dtype(values.dtype)
    return ("sum", "first") if adds else ("any", "all", "first") if yes_no else ("first",)


def field_of(column: str) -> tuple[str, bool]:
    """The field of a column of a normalised table, and whether its values add up."""
    unit = next((unit for unit in UNITS if column.endswith(unit)), "")
    return column.removesuffix(unit), bool(unit) or column == "employees"


def _shared_out(role: str, table: pd.DataFrame, keyed: KeyMatch, columns: list[str]) -> list[Finding]:
    """A receipt for rows that name several parcels, if anything of them is shared out."""
    many = np.flatnonzero([isinstance(ids, tuple) and len(ids) > 1 for ids in table["parcel_id"]])
    many = in_file(table, many[keyed.row_matched[many]])
    fields = [name for column in columns for name, adds in (field_of(column),) if adds and table[column].iloc[many].notna().any()]
    if not len(many):
        return []
    rows = table["row"].iloc[many]
    return [found("join.shared_out", role=role, field="parcel_id", row=int(rows.iloc[0]), count=len(many), key=Several(table["parcel_id"].iloc[many[0]]), fields=Several(fields) or "-",
                  rows=lines_of(rows))]


def _against_earlier(parcels: pd.DataFrame, column: str, one: pd.Series, rows: NDArray[np.int64], role: str, study: Study, said: Said) -> list[Finding]:
    """What this table says of a field against what the parcel layer or an earlier table said; and a note of who said what."""
    name, adds = field_of(column)
    count = len(parcels)
    roles, lines = said.setdefault(column, (np.full(count, "parcels", dtype=object), parcels["row"].to_numpy(np.int64) if "row" in parcels else np.zeros(count, np.int64)))
    new = one.notna().to_numpy(bool)
    held = parcels[column].notna().to_numpy(bool) if column in parcels else np.zeros(count, bool)
    said[column] = np.where(new & ~held, role, roles), np.where(new & ~held, rows, lines)
    both = np.flatnonzero(new & held)
    if not len(both):
        return []
    own, other = one.iloc[both], parcels[column].iloc[both]
    if pd.api.types.is_numeric_dtype(other.dtype) and pd.api.types.is_numeric_dtype(own.dtype) and not pd.api.types.is_bool_dtype(other.dtype):
        if adds:  # features of one id: each has its part, and only the wholes can be compared
            codes = match_keys(parcels["parcel_id"].iloc[both])
            own, other = (group_sums(part.astype(float), codes).reindex(codes).set_axis(part.index) if codes.duplicated().any() else part for part in (own, other))
        gap = (own.astype(float) - other.astype(float)).abs().to_numpy(float)
        size = np.maximum(own.astype(float).abs(), other.astype(float).abs()).to_numpy(float)
        apart, near = gap > ROUNDING * size, (gap > 1e-12 * size) & (gap <= ROUNDING * size)
    else:
        apart = own.to_numpy(object) != other.to_numpy(object)
        near = np.zeros(len(both), bool)
    findings = []
    for which, code in ((apart, "join.tables_first" if study.rows_rule(name) == "first" else "join.tables_contradict"), (near, "join.tables_rounded")):
        if which.any():
            hit = both[which]
            i = int(hit[0])
            shown = (f"{one.iloc[i]:,.6g}", f"{parcels[column].iloc[i]:,.6g}") if adds else (str(one.iloc[i]), str(parcels[column].iloc[i]))
            findings.append(found(code, role=role, field=name, row=int(rows[i]), count=len(hit), key=parcels["parcel_id"].iloc[i], value_seen=shown[0], value_used=shown[1],
                                  other={"zh": role_name(str(roles[i]), 0), "en": role_name(str(roles[i]), 1)}, other_row=int(lines[i]), rows=lines_of(rows[hit])))
    return findings

