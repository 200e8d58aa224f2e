"""What indicators need on the tables before they sum: land status, industrial use, built land, new land."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, Several, found, lines_of
from spatial.indicators.accounts import with_accounts
from spatial.indicators.contract_area import contract_area
from spatial.indicators.contradictions import use_differs
from spatial.indicators.status import IDLE, supply_status
from spatial.schema.columns import in_file
from spatial.schema.study import Study
from spatial.schema.sums import weighed, zone_sums

_BLANK: dict[str, Any] = {"land_status": None, "idle": pd.NA, "idle_known": False, "start_due": pd.NaT, "start_basis": "", "days_overdue": np.nan, "government_caused": False,
          "fee_wanyuan": np.nan, "consequence": "", "reason": "", "suspended_date": pd.NaT, "determination_no": None, "word": None, "status_row": np.nan, "status_share": np.nan}
AREA_SOURCES = {"geometry": {"zh": "图形面积", "en": "computed area"}, "registered": {"zh": "登记面积(没有登记的用图形面积)", "en": "registered area (the computed one where none is registered)"}}
_WORST = ("certified_idle", "suspected_idle_2y", "suspected_idle_1y", "suspected_idle_suspended")


def parcel_status(parcels: pd.DataFrame, supply: pd.DataFrame | None, pairs: pd.DataFrame | None, study: Study) -> tuple[pd.DataFrame, list[Finding]]:
    """Status of every parcel: from the supply ledger's dates, else from a status column, else unknown.

    Parameters
    ----------
    parcels : `land_status` (code, or None) where a status column was mapped, with `land_status_word` as written
    supply : normalised supply rows, or None without a ledger
    pairs : row, parcel (positions) of the supply rows on parcels

    Returns
    -------
    DataFrame on the parcels' index: land_status, idle (boolean, missing where unknown), supplied, and what explains them
    """
    findings: list[Finding] = []
    count, columns = len(parcels), {name: _nothing(blank, len(parcels)) for name, blank in _BLANK.items()}  # arrays: a million parcels are not asked one by one
    columns |= {name: columns[name].copy() for name in ("land_status", "word", "reason", "status_row", "status_share")}  # these are written below
    known = np.zeros(count, dtype=bool)
    mapped = parcels["land_status"] if "land_status" in parcels else None
    if supply is not None and pairs is not None and len(supply):
        rows = supply_status(_with_ratio(supply, parcels, pairs), as_of=study.as_of, anniversary=study.rules["anniversary"])
        chosen, problems = _one_row(rows, weighed(pairs, parcels["area_m2"].to_numpy(float), len(supply)), parcels, supply, study)
        findings += [*problems, *_unsigned(supply.iloc[np.unique(pairs["row"].to_numpy(np.int64))])]
        on, row = chosen["parcel"].to_numpy(np.int64), chosen["row"].to_numpy(np.int64)
        known[on] = True
        for name in set(rows.columns) & set(columns):
            columns[name] = _brought(rows[name].iloc[row], on, columns[name])
        columns["status_row"][on] = row
        columns["status_share"][on] = chosen["weight"].to_numpy(float)
        columns["fee_wanyuan"] = columns["fee_wanyuan"] * columns["status_share"]  # one price for all parcels of a contract
    idle_known = np.where(known, columns["idle_known"].astype(bool), False)
    if mapped is not None:
        stated = mapped.notna().to_numpy() & ~known
        words = parcels["land_status_word"] if "land_status_word" in parcels else mapped
        columns["land_status"][stated], columns["word"][stated], columns["reason"][stated] = mapped[stated].to_numpy(object), words[stated].to_numpy(object), "stated"
        idle_known |= stated
        known = known | stated
    has_source = mapped is not None or supply is not None
    columns["land_status"][~known], columns["reason"][~known] = ("undetermined", "no_ledger") if not has_source else ("not_supplied", "no_word" if supply is None else "no_row")
    idle_known |= ~known & has_source
    status = pd.DataFrame({name: pd.Series(held, index=parcels.index, dtype=held.dtype, copy=False) for name, held in columns.items() if name not in ("idle", "idle_known")}, copy=False)
    idle = status["land_status"].isin(IDLE).astype("boolean").mask(~idle_known)
    supplied = (known if has_source else np.zeros(count, dtype=bool)) & status["land_status"].ne("not_supplied").to_numpy(bool)
    return status.assign(idle=idle, supplied=pd.Series(supplied, index=parcels.index).astype("boolean").mask(np.full(count, not has_source))), findings


def _unsigned(supply: pd.DataFrame) -> list[Finding]:
    """Supplementary agreements that move the day to start and do not say when they were signed."""
    if "supplement_start_date" not in supply:
        return []
    signed = supply["supplement_signed_date"].notna() if "supplement_signed_date" in supply else pd.Series(False, index=supply.index)
    rows = supply["row"][supply["supplement_start_date"].notna() & ~signed]
    return [found("status.supplement_unsigned", role="supply", field="supplement_signed_date", row=int(rows.min()), count=len(rows), rows=lines_of(rows))] if len(rows) else []


def _nothing(blank: Any, count: int) -> NDArray[Any]:
    """A column in which nothing is known yet: one cell, seen from every row, not to be written to."""
    if blank is pd.NaT:
        return np.broadcast_to(np.datetime64("NaT", "us"), count)
    kind = {bool: bool, float: np.float64}.get(type(blank), object)
    return np.broadcast_to(np.array(blank, dtype=kind), count)


def _brought(values: pd.Series, on: NDArray[np.int64], blank: NDArray[Any]) -> NDArray[Any]:
    """Values of ledger rows on the positions of their parcels, the blank on the rest."""
    held = values.to_numpy() if blank.dtype.kind in "Mf" else values.to_numpy(object)
    if len(blank) and pd.isna(blank[0]) and pd.isna(held).all():
        return np.broadcast_to(blank[:1].astype(held.dtype), len(blank)) if blank.dtype.kind == "M" else blank
    out = blank.astype(held.dtype) if blank.dtype.kind == "M" else blank.copy()
    out[on] = held
    return out


def industrial_rows(codes: pd.Series, study: Study) -> pd.Series:
    """Whether each land-use code is industrial, asked once for each distinct code."""
    place, distinct = pd.factorize(codes)
    said = np.array([*(study.industrial(code) for code in distinct), False], dtype=bool)
    return pd.Series(said[place], index=codes.index)


def _with_ratio(supply: pd.DataFrame, parcels: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Supply rows with the floor area ratio of the parcels they are on, all together; unknown where that of one is."""
    if "floor_area_m2" not in parcels:
        return supply
    row, parcel = pairs["row"].to_numpy(np.int64), pairs["parcel"].to_numpy(np.int64)
    floor, ground = (zone_sums(np.nan_to_num(parcels[name].to_numpy(float)[parcel]), row, len(supply)) for name in ("floor_area_m2", "area_m2"))
    open_ = np.bincount(row, np.isnan(parcels["floor_area_m2"].to_numpy(float)[parcel]), minlength=len(supply)) > 0
    return supply.assign(floor_area_ratio=np.divide(floor, ground, out=np.full(len(supply), np.nan), where=~open_ & (ground > 0)))


def _same_key(pairs: pd.DataFrame, parcels: pd.DataFrame) -> pd.DataFrame:
    """The pairs with the parcels of one id the largest first, as the file may have them in any order; ids stay as the ledger names them."""
    if not parcels["parcel_id"].duplicated().any():
        return pairs
    at = pairs["parcel"].to_numpy(np.int64)
    told = pairs.assign(_key=parcels["parcel_id"].astype(str).to_numpy(object)[at], _place=np.arange(len(pairs)), _area=-parcels["area_m2"].to_numpy(float)[at],
                        _use=parcels["land_use"].map(str).to_numpy(object)[at] if "land_use" in parcels else "")
    told["_place"] = told.groupby(["row", "_key"])["_place"].transform("min")
    return told.sort_values(["row", "_place", "_area", "_use"], kind="stable")[list(pairs.columns)]


def _one_row(rows: pd.DataFrame, pairs: pd.DataFrame, parcels: pd.DataFrame, supply: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, list[Finding]]:
    """One supply row a parcel: the only one, or by the stated any/all; first takes the first of the ledger."""
    pairs = pairs.sort_values(["parcel", "row"], kind="stable")
    many = pairs[pairs["parcel"].duplicated(keep=False)]
    if not len(many):
        return pairs, []
    rule = study.rows_rule("land_status")
    count = many["parcel"].nunique()
    parcel = int(many["parcel"].iloc[0])
    key = str(parcels["parcel_id"].iloc[parcel])
    if rule not in ("any", "all", "first"):
        seen = lines_of(supply["row"].iloc[many.loc[many["parcel"] == parcel, "row"].to_numpy(np.int64)])
        return pairs.drop_duplicates("parcel"), [found("join.many_rows_status", role="supply", field="land_status", count=count, key=key, rows=seen)]
    note = [found("join.many_rows_ruled", role="supply", field="land_status", count=count, value_used=rule)]
    if rule == "first":
        lines = supply["row"].to_numpy(np.int64)[pairs["row"].to_numpy(np.int64)]
        return pairs.iloc[np.lexsort((lines, pairs["parcel"].to_numpy(np.int64)))].drop_duplicates("parcel"), note
    order = {code: i for i, code in enumerate(_WORST if rule == "any" else ())}
    codes = rows["land_status"].to_numpy(object)[pairs["row"].to_numpy()]
    idle = np.isin(codes, IDLE)
    if rule == "any":  # an idle row wins, the gravest first
        rank = np.array([order.get(code, len(order)) for code in codes])
    else:  # a row that is not idle wins
        rank = np.where(idle, 1, 0)
    said = pd.Series("", index=range(len(rows)))
    several = np.unique(many["row"].to_numpy(np.int64))
    said.iloc[several] = _said(supply.iloc[several]).to_numpy(object)
    pairs = pairs.assign(rank=rank, said=said.to_numpy(object)[pairs["row"].to_numpy(np.int64)])  # of equals what they say decides, not the order of rows
    return pairs.sort_values(["parcel", "rank", "said", "row"], kind="stable").drop_duplicates("parcel").drop(columns=["rank", "said"]), note


def _said(supply: pd.DataFrame) -> pd.Series:
    """What each row says in one text, its number and date first."""
    first = [name for name in ("supply_id", "contract_date") if name in supply]
    return supply[[*first, *sorted(name for name in supply if name not in (*first, "row", "geometry"))]].map(str).agg("\x1f".join, axis=1)


def parcel_flags(parcels: pd.DataFrame, status: pd.DataFrame, study: Study) -> pd.DataFrame:
    """industrial, the land accounts (built is missing where unknown) and built_or_unknown of each parcel."""
    industrial = industrial_rows(parcels["land_use"], study)
    by_status = status["land_status"]
    built = by_status.isin(("used", "part_used")).astype("boolean")
    open_question = by_status.isin(("not_supplied", "undetermined"))
    footing = [parcels[name] for name in ("floor_area_m2", "footprint_area_m2") if name in parcels]
    seen = pd.concat(footing, axis=1).max(axis=1, skipna=True) if footing else pd.Series(np.nan, index=parcels.index)
    built = built.mask(open_question & seen.isna()).mask(open_question & seen.notna(), seen > 0)
    accounts = with_accounts(parcels, status, industrial.to_numpy(bool), built)
    nothing_said = bool(open_question.all()) and not accounts["classed"].any()
    known = True if nothing_said else accounts["built"].fillna(False).astype(bool)
    return accounts.assign(industrial=industrial, built_or_unknown=known)


def supply_facts(supply: pd.DataFrame, parcels: pd.DataFrame, pairs: pd.DataFrame, inside: NDArray[np.float64], projects: pd.DataFrame | None,
                 study: Study) -> tuple[pd.DataFrame, list[Finding]]:
    """Supply rows with land_area_m2 (contract, else the parcels'), industrial, listed and inside."""
    rows, findings = supply.copy(), []
    signed_later = pd.to_datetime(rows["contract_date"]).gt(pd.Timestamp(study.as_of)) if "contract_date" in rows else pd.Series(False, index=rows.index)
    if signed_later.any():
        findings.append(found("supply.after_as_of", role="supply", field="contract_date", count=int(signed_later.sum())))
    contract = rows["area_m2"].to_numpy(float) if "area_m2" in rows else np.full(len(rows), np.nan)
    rows["land_area_m2"], geometry, shared = contract_area(rows, parcels, pairs, study)
    own_order = _same_key(pairs, parcels)
    use = pd.Series(parcels["land_use"].to_numpy(object)[own_order["parcel"]], index=own_order["row"]).groupby(level=0).first().reindex(range(len(rows)))
    own = rows["land_use"] if "land_use" in rows else pd.Series(None, index=rows.index, dtype=object)
    kinds = industrial_rows(parcels["land_use"], study).to_numpy(bool)[pairs["parcel"]]
    use = use.mask(pd.Series(kinds).groupby(pairs["row"].to_numpy()).nunique().reindex(range(len(rows))).gt(1))  # partly industrial: which part, nobody says
    unread = rows["land_use_unread"].fillna(False).to_numpy(bool) if "land_use_unread" in rows else np.zeros(len(rows), bool)
    findings += use_differs(rows, own, parcels, pairs, study)
    rows["land_use"] = own.where(own.notna() | unread, use.to_numpy(object))
    rows["industrial"] = industrial_rows(rows["land_use"], study)
    rows["use_wider"] = rows["land_use"].isin(_wider_uses(rows, study))
    rows["inside"] = inside
    rows["listed"] = _listed(rows, projects)
    missing = np.isnan(contract) & ~np.isnan(geometry) & rows["industrial"].to_numpy(bool)
    if missing.any():
        findings.append(found("supply.area_from_geometry", role="supply", field="area", count=int(missing.sum()), source=AREA_SOURCES[study.area_source],
                              row=int(rows["row"].to_numpy()[missing].min())))
    findings += [*shared, *_coarse(rows, study)]
    none = np.flatnonzero(contract == 0)
    if len(none):
        findings.append(found("supply.zero_area", role="supply", field="area", count=len(none), row=int(rows["row"].to_numpy()[none].min()), value_seen="0"))
    findings += _several_parcels(rows, pairs)
    if "stock_land" not in rows:
        findings.append(found("supply.no_stock_column", role="supply", field="stock_land"))
    return rows, findings


def _wider_uses(rows: pd.DataFrame, study: Study) -> set[str]:
    """Codes of the contracts that are wider than the industrial uses (11 where 1101 is meant): whether they are industrial, nobody says."""
    return {code for code in rows["land_use"].dropna().unique()
            if isinstance(code, str) and not study.industrial(code) and any(use.startswith(code) for use in study.rules["industrial_uses"])}


def _coarse(rows: pd.DataFrame, study: Study) -> list[Finding]:
    """A warning for contracts whose land use is wider than the industrial uses."""
    which = rows[rows["use_wider"]]
    if not len(which):
        return []
    return [found("land_use.wider", role="supply", field="land_use", row=int(which["row"].min()), count=len(which), value_seen=Several(sorted(_wider_uses(rows, study))),
                  value_used=Several(study.rules["industrial_uses"]))]


def _several_parcels(rows: pd.DataFrame, pairs: pd.DataFrame) -> list[Finding]:
    """A receipt for contracts over several parcels."""
    many = np.flatnonzero([isinstance(ids, tuple) and len(ids) > 1 for ids in rows["parcel_id"]]) if "parcel_id" in rows else np.array([], dtype=np.int64)
    many = many[np.isin(many, pairs["row"].to_numpy(np.int64))]
    if not len(many):
        return []
    many = in_file(rows, many)
    lines = rows["row"].iloc[many]
    return [found("supply.several_parcels", role="supply", field="parcel_id", row=int(lines.iloc[0]), count=len(many), key=Several(rows["parcel_id"].iloc[many[0]]),
                  rows=lines_of(lines))]


def _listed(supply: pd.DataFrame, projects: pd.DataFrame | None) -> pd.Series:
    """Whether a supply row's project is listed in the policy: by project id, else by the parcel the project names."""
    no = pd.Series(False, index=supply.index)
    if projects is None or "listed" not in projects:
        return no
    listed = projects[projects["listed"].fillna(False).astype(bool)]
    ids = set(listed["project_id"].dropna())
    by_id = _any_of(supply["project_id"], ids) if "project_id" in supply else no
    if "parcel_id" not in projects or "parcel_id" not in supply:
        return by_id
    named = set(listed["parcel_id"].explode().dropna())
    has_id = supply["project_id"].notna() if "project_id" in supply else no
    return by_id | (~has_id & _any_of(supply["parcel_id"], named))


def _any_of(said: pd.Series, wanted: set[Any]) -> pd.Series:
    """Whether a cell of one id, or of several, has one that is wanted."""
    return said.map(lambda ids: any(key in wanted for key in ids) if isinstance(ids, tuple) else ids in wanted).astype(bool)


def year_of(enterprises: pd.DataFrame, study: Study) -> int | None:
    """The year of `as_of`, or the latest before it that the ledger has."""
    years = enterprises["year"].dropna().astype(int)
    held = years[years <= study.as_of.year]
    return int(held.max()) if len(held) else None
