"""Tables against the parcels they speak of: ids by unit code, mistyped codes, and areas in a unit that the ground contradicts."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from spatial.errors import Finding, Several, found, lines_of
from spatial.normalise.parcel_codes import by_unit, check_codes
from spatial.normalise.telltale import all_off, telltale_factor, telltale_rows
from spatial.schema.sums import group_sums
from spatial.units import MU_M2

AREAS = {"supply": ("area",), "enterprises": ("land_registered",), "attributes": ("registered_area",)}
ROWS_NEEDED = 3  # one or two rows may be a coincidence
LISTED = 50
MONEY_ROLES = ("supply", "projects", "enterprises")
FEW_AMOUNTS, GAP = 4, 1000.0
MOST_LAND = 3.0  # times the ground of its parcels that a firm registers, or a third of it
ANOTHER_UNIT = 100.0  # times the ground that no contract is over: 平方米 under a header of 亩
MOST_TIMES = 300.0  # a year's money over the plan: what is more is 亿元 beside 万元
MOST_YEARS = 1000.0  # the whole investment over a year's plan, by the middle of the column
FIRMS = (("revenue", "tax", 20_000.0), ("output", "tax", 20_000.0), ("value_added", "tax", 20_000.0), ("tax", "revenue", 10.0), ("tax", "output", 10.0), ("value_added", "revenue", 50.0),
         ("value_added", "output", 50.0), ("revenue", "value_added", 5_000.0), ("output", "value_added", 5_000.0), ("revenue", "output", MOST_TIMES), ("output", "revenue", MOST_TIMES),
         ("rd", "revenue", 10.0), ("rd", "output", 10.0))  # a firm sells for ten to two hundred times its tax; in a column of another unit it is ten thousand times that
MOST_WANYUAN_A_MU = {"price": 30_000.0, "total_investment": 100_000.0}  # the dearest city land was sold at some 27,000; a chip factory costs some 15,000


def by_codes(frame: pd.DataFrame, parcels: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """The table with its parcels found by unit codes too, and codes that are odd; where the rules of Chinese codes hold."""
    if "parcel_id" not in parcels:
        return frame, []
    findings = check_codes(frame)
    frame, notes = by_unit(frame, parcels["parcel_id"])
    return frame, findings + notes


def agree(role: str, frame: pd.DataFrame, parcels: gpd.GeoDataFrame, stated: frozenset[str] = frozenset()) -> list[Finding]:
    """What of a table does not agree with the parcels.

    Parameters
    ----------
    role : role of the table in the study
    frame : of supply each contract in one row: an area over several parcels is no other unit
    parcels : with parcel_id and geometry_area_m2 (ellipsoidal)
    stated : fields whose unit the study itself states
    """
    findings: list[Finding] = []
    for name in AREAS.get(role.split(".")[0], ()):
        findings += area_unit(name, frame, parcels)
    if role == "projects":
        findings += _errors_or(paid_beyond(frame, stated), frame, parcels)
    if role == "enterprises":
        findings += earned_beyond(frame, stated)
    if role == "enterprises" and not any(finding.severity == "error" for finding in findings):
        findings += land_beyond(frame, parcels)
    if role == "supply" and not any(finding.code.startswith("unit.") for finding in findings):  # areas in another unit would make land look dear
        findings += [*contract_beyond(frame, parcels), *money_unit(frame, parcels)]
    if role in MONEY_ROLES and not any(finding.code.startswith("unit.money") and finding.severity == "error" for finding in findings):
        findings += money_beyond_all(frame)
    return findings


def area_unit(name: str, frame: pd.DataFrame, parcels: gpd.GeoDataFrame) -> list[Finding]:
    """An error where an area column, or single rows of it, are off from the ground by a factor between units."""
    column = f"{name}_m2"
    if column not in frame or "parcel_id" not in frame or "parcel_id" not in parcels or "geometry_area_m2" not in parcels:
        return []
    reference = ground_of(frame["parcel_id"], parcels)
    values = frame[column].astype(float)
    return factor_findings(name, values, reference, frame["row"])


def money_unit(frame: pd.DataFrame, parcels: gpd.GeoDataFrame) -> list[Finding]:
    """An error where amounts over their land are beyond what any land costs, and what land costs if they are 元 under a header of 万元."""
    if "parcel_id" not in frame or "parcel_id" not in parcels or "geometry_area_m2" not in parcels:
        return []
    ground = ground_of(frame["parcel_id"], parcels)
    land_mu = (frame["area_m2"].astype(float).fillna(ground) if "area_m2" in frame else ground) / float(MU_M2)
    findings = []
    for name, most in MOST_WANYUAN_A_MU.items():
        if f"{name}_wanyuan" not in frame:
            continue
        a_mu = (frame[f"{name}_wanyuan"].astype(float) / land_mu).where(land_mu.gt(0))
        a_mu = a_mu[a_mu.gt(0)]
        if len(a_mu) >= ROWS_NEEDED and a_mu.median() > most:
            first = a_mu.index[a_mu.gt(most).to_numpy().argmax()]
            findings.append(found("unit.money_factor", field=name, row=int(frame["row"][first]), count=int(a_mu.gt(most).sum()),
                                  value_seen=f"{a_mu[first]:,.0f} 万元/亩", most=f"{most:,.0f}"))
    return findings


def money_beyond_all(frame: pd.DataFrame) -> list[Finding]:
    """A warning for a few amounts that lie a thousand times above all others of their column: 元 under a header of 万元, or 万元 under 亿元."""
    findings: list[Finding] = []
    for column in [name for name in frame if name.endswith("_wanyuan") and pd.api.types.is_numeric_dtype(frame[name])]:
        amounts = frame[column].astype(float)
        amounts = amounts[np.isfinite(amounts) & amounts.gt(0)].sort_values(kind="stable")
        if len(amounts) < FEW_AMOUNTS:
            continue
        steps = amounts.to_numpy()[1:] / amounts.to_numpy()[:-1]
        above = len(amounts) - 1 - int(np.argmax(steps))  # amounts beyond the widest gap
        if steps.max() >= GAP and above * 3 <= len(amounts):
            beyond = amounts.iloc[-above:]
            findings.append(found("unit.money_outlier", field=column.removesuffix("_wanyuan"), row=int(frame["row"][beyond.index[-1]]), count=above, value_seen=f"{beyond.iloc[-1]:,.2f} 万元",
                                  value_used=f"{amounts.iloc[-above - 1]:,.2f} 万元", rows=lines_of(frame["row"][beyond.index])))
    return findings


def land_beyond(frame: pd.DataFrame, parcels: gpd.GeoDataFrame) -> list[Finding]:
    """A warning for firms whose registered land is several times, or a small part of, the ground of the parcels that they alone name."""
    if "land_registered_m2" not in frame or "parcel_id" not in frame or "parcel_id" not in parcels or "geometry_area_m2" not in parcels:
        return []
    stated = frame["land_registered_m2"].astype(float)
    alone = frame.groupby("year")["parcel_id"].transform(lambda ids: ids.map(str).duplicated(keep=False)).eq(False) if "year" in frame else pd.Series(True, index=frame.index)
    ground = _ground(frame["parcel_id"], parcels).where(alone)
    apart = np.flatnonzero((stated.gt(0) & ground.gt(0) & (np.abs(np.log(stated.where(stated.gt(0)) / ground)) > np.log(MOST_LAND))).to_numpy(bool))
    if not len(apart):
        return []
    first = int(apart[np.argmax(np.abs(np.log(stated.iloc[apart] / ground.iloc[apart])).to_numpy())])
    key = str(frame["enterprise_id"].iloc[first]) if "enterprise_id" in frame else ""
    return [found("enterprise.land_departs", field="land_registered", row=int(frame["row"].iloc[first]), key=key, count=len(apart),
                  value_seen=f"{stated.iloc[first] / float(MU_M2):,.2f}", value_used=f"{ground.iloc[first] / float(MU_M2):,.2f}")]


def contract_beyond(frame: pd.DataFrame, parcels: gpd.GeoDataFrame) -> list[Finding]:
    """A warning for contracts over several times the ground of the parcels that they alone name; an error where only another unit explains it."""
    if "area_m2" not in frame or "parcel_id" not in frame or "parcel_id" not in parcels or "geometry_area_m2" not in parcels:
        return []
    stated = frame["area_m2"].astype(float)
    times = (stated / ground_of(frame["parcel_id"], parcels)).where(lambda ratio: np.isfinite(ratio))
    findings = []
    for severity, over in (("error", times.ge(ANOTHER_UNIT)), ("warning", times.gt(MOST_LAND) & times.lt(ANOTHER_UNIT))):
        if over.any():
            most = times[over].idxmax()
            findings.append(found("supply.area_departs", severity=severity, field="area", row=int(frame["row"][most]), key=_named(frame["parcel_id"][most]), count=int(over.sum()),
                                  value_seen=f"{stated[most] / float(MU_M2):,.2f}", value_used=f"{stated[most] / times[most] / float(MU_M2):,.2f}"))
    return findings


def _errors_or(told: list[Finding], frame: pd.DataFrame, parcels: gpd.GeoDataFrame) -> list[Finding]:
    """What was found of pairs of amounts, and where that is no error what the land says of them."""
    return told if any(finding.severity == "error" for finding in told) else [*told, *money_unit(frame, parcels)]


def paid_beyond(frame: pd.DataFrame, stated: frozenset[str] = frozenset()) -> list[Finding]:
    """An error where projects spent hundreds of times what they planned, or would take a thousand years at the pace of their plan: one of the two columns is
    in another unit than its header says."""
    return _pair_beyond(frame, (("year_done", "year_plan", MOST_TIMES), ("year_done", "total_investment", MOST_TIMES), ("year_plan", "total_investment", MOST_TIMES),
                                ("total_investment", "year_plan", MOST_YEARS)), stated)


def earned_beyond(frame: pd.DataFrame, stated: frozenset[str] = frozenset()) -> list[Finding]:
    """An error where firms, by the middle of the column, sell for what no such tax goes with, or pay several times in tax what they sell for."""
    return _pair_beyond(frame, FIRMS, stated)


def _pair_beyond(frame: pd.DataFrame, pairs: tuple[tuple[str, str, float], ...], stated: frozenset[str]) -> list[Finding]:
    """An error for the first pair of columns of which the former is, by its middle, more than so many times the latter; where the study states the units of both, they are so, on record."""
    findings: list[Finding] = []
    for name, plan, most in pairs:
        if f"{name}_wanyuan" not in frame or f"{plan}_wanyuan" not in frame:
            continue
        times = frame[f"{name}_wanyuan"].astype(float) / frame[f"{plan}_wanyuan"].astype(float)
        times = times[np.isfinite(times) & times.gt(0)]
        told = "unit.money_pair_stated" if {name, plan} <= stated else "unit.money_pair"
        if len(times) > 1 and times.median() > most and not any(finding.code == told for finding in findings):
            first = times.index[times.gt(most).to_numpy().argmax()]
            findings.append(found(told, field=name, row=int(frame["row"][first]), count=int(times.gt(most).sum()), value_seen=f"{times[first]:,.0f}", value_used=plan))
    return findings


def factor_findings(name: str, values: pd.Series, reference: pd.Series, rows: pd.Series) -> list[Finding]:
    """Findings for a column, else for single rows, that differ from the reference by a factor between units."""
    known = int((values.gt(0) & reference.gt(0)).sum())
    if known < ROWS_NEEDED and not all_off(values, reference):
        return []
    whole = telltale_factor(values, reference)
    if whole is not None:
        shown, mask = whole
        first = int(np.flatnonzero(mask)[0])
        return [found("unit.factor", field=name, count=int(mask.sum()), factor=shown, row=int(rows.iloc[first]), value_seen=f"{values.iloc[first]:,.2f} m²")]
    return [found("unit.mixed_rows", field=name, row=int(rows.iloc[i]), value_seen=f"{values.iloc[i]:,.2f} m²", value_used=f"{reference.iloc[i]:,.2f} m²", factor=shown)
            for i, shown in telltale_rows(values, reference)[:LISTED]]


def unfilled(frame: pd.DataFrame) -> list[Finding]:
    """Registered areas of zero made blank, on record: drawn ground has an area, and programs fill a column of numbers with zeros."""
    zero = frame["registered_area_m2"].eq(0).fillna(False).to_numpy(bool)
    if not zero.any():
        return []
    frame["registered_area_m2"] = frame["registered_area_m2"].astype(float).mask(zero)
    return [found("area.registered_zero", field="registered_area", row=int(frame["row"].to_numpy()[zero].min()), count=int(zero.sum()), value_seen="0")]


def departures(role: str, keys: pd.Series, rows: pd.Series, registered: pd.Series, ground: pd.Series, tolerance: float) -> tuple[list[Finding], list[dict[str, Any]]]:
    """Parcels whose registered area departs from the ground beyond a tolerance: a finding with their count, one for each of the widest, and a ledger row for all."""
    known = registered.gt(0) & ground.gt(0)
    apart = np.flatnonzero((known & ((registered / ground - 1).abs() > tolerance)).to_numpy(bool))
    if not len(apart):
        return [], []
    said, seen = registered.to_numpy(float), ground.to_numpy(float)
    listed: list[dict[str, Any]] = [{"role": role, "kind": "registered", "row": int(rows.iloc[i]), "key": _named(keys.iloc[i]), "what": f"registered area departs by {said[i] / seen[i] - 1:+.1%}",
               "ground_m2": abs(said[i] - seen[i]), "area_before_m2": said[i], "area_after_m2": seen[i], "loser": "", "applied": False} for i in apart.tolist()]
    first = int(apart[0])
    shown = {"field": "registered_area", "tolerance": f"{tolerance:.1%}"}
    findings = [found("area.registered_differs", **shown, count=len(apart), row=int(rows.iloc[first]),
                      key=_named(keys.iloc[first]), value_seen=f"{said[first]:,.1f}", value_used=f"{seen[first]:,.1f}")]
    widest = sorted(apart[np.argsort(-np.abs(said[apart] / seen[apart] - 1), kind="stable")[:LISTED]].tolist())
    findings += [found("area.registered_parcel", **shown, row=int(rows.iloc[i]), key=_named(keys.iloc[i]), value_seen=f"{said[i]:,.1f} m²", value_used=f"{seen[i]:,.1f} m²",
                       change=f"{said[i] / seen[i] - 1:+.1%}") for i in widest]
    return findings, sorted(listed, key=lambda line: (line["key"], line["area_before_m2"]))


def _named(key: Any) -> str:
    return Several(key) if isinstance(key, tuple) else str(key)


def ground_of(ids: pd.Series, parcels: gpd.GeoDataFrame) -> pd.Series:
    """Ground of the parcels each row names, several in one cell together; unknown where a parcel is missing or named by several rows."""
    several = np.array([isinstance(key, tuple) and len(key) > 1 for key in ids], dtype=bool)
    return _ground(ids, parcels).where(~ids.map(_named).duplicated(keep=False) | several)


def _ground(ids: pd.Series, parcels: gpd.GeoDataFrame) -> pd.Series:
    """Ground of the parcels each row names, whoever else names them."""
    several = np.flatnonzero([isinstance(key, tuple) for key in ids])
    named = parcels["parcel_id"].isin({one for key in ids for one in (key if isinstance(key, tuple) else (key,)) if isinstance(one, str)})
    area = group_sums(parcels.loc[named, "geometry_area_m2"], parcels.loc[named, "parcel_id"])  # of many parcels few are named
    ground = ids.map(lambda key: key if isinstance(key, str) else None).map(area).astype(float)
    if len(several):
        ground.iloc[several] = [math.fsum(area.reindex(list(key)).tolist()) for key in ids.iloc[several]]
    return ground
