"""Land check by enterprise (企业用地核查): registered against drawn and approved ground, over-occupation, leases in and out, several firms on a parcel."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, Several, found
from spatial.indicators.efficiency import LAND, enterprise_land
from spatial.indicators.leases import lease_weight, leased_land
from spatial.schema.joined import Located
from spatial.schema.study import Study
from spatial.schema.sums import total, zone_sums

Floats = NDArray[np.float64]
COLUMNS = ("drawn_m2", "approved_m2", "over_occupied_m2", "sharing_count", "lease_in_told_m2", "lease_out_told_m2")
MU = 2000 / 3


def land_check(enterprises: pd.DataFrame, located: Located, parcels: pd.DataFrame, supply: pd.DataFrame | None, pairs: pd.DataFrame | None, leases: pd.DataFrame | None,
               year: int, study: Study) -> pd.DataFrame:
    """COLUMNS of the year's enterprises on the ledger's index; nan where something needed is not known, and in other years.

    drawn_m2, approved_m2 : ground of the firm's parcels, as drawn and as supplied by contract; several firms on a parcel share it by the land each
        has of its own there (registered + other, over several parcels by their area)
    over_occupied_m2 : registered + other land beyond the approved ground, 0 within the tolerance
    sharing_count : the most firms that stand on one of its parcels
    lease_in_told_m2, lease_out_told_m2 : what the lease ledger says on the day
    """
    count, now = len(enterprises), enterprises["year"].eq(year).fillna(False).to_numpy(bool)
    own = _own(enterprises)
    links = located.parcels[(located.how[located.parcels["row"].to_numpy(np.int64)] == "parcel") & now[located.parcels["row"].to_numpy(np.int64)]]
    row, parcel = links["row"].to_numpy(np.int64), links["parcel"].to_numpy(np.int64)
    area = parcels["area_m2"].to_numpy(float)
    told, firms = np.full((len(COLUMNS), count), np.nan), np.bincount(parcel, minlength=len(parcels))
    if len(row):
        claim = own[row] * area[parcel] / zone_sums(area[parcel], row, count)[row]
        unknown = np.bincount(parcel, np.isnan(claim), minlength=len(parcels))[parcel] > 0
        whole = zone_sums(np.nan_to_num(claim), parcel, len(parcels))[parcel]
        alone = firms[parcel] == 1
        part = np.where(alone, 1.0, np.divide(claim, whole, out=np.full(len(row), np.nan), where=~unknown & (whole > 0)))
        for column, ground in enumerate((area, _approved(parcels, supply, pairs))):
            amount = ground[parcel] * part
            told[column] = np.where(np.bincount(row, np.isnan(amount), minlength=count) > 0, np.nan, zone_sums(np.nan_to_num(amount), row, count))
        told[3] = pd.Series(firms[parcel]).groupby(row).max().reindex(range(count)).to_numpy(float)
        told[:2, np.bincount(row, minlength=count) == 0] = np.nan
    beyond = own - told[1]
    told[2] = np.where(np.isnan(beyond), np.nan, np.where(beyond > study.area_tolerance * told[1], beyond, 0.0))
    if leases is not None and {"lessee_id", "lessor_id", "area_m2"} <= set(leases.columns):
        weight = lease_weight(leases, study.rules["lease_land"], pd.Timestamp(study.as_of), year)
        for column, side in ((4, "lessee_id"), (5, "lessor_id")):
            told[column] = np.nan_to_num(leased_land(leases, enterprises["enterprise_id"], side, weight))
    told[:, ~now] = np.nan
    return pd.DataFrame(dict(zip(COLUMNS, told, strict=True)), index=enterprises.index)


def check_findings(enterprises: pd.DataFrame, parcels: pd.DataFrame, located: Located, year: int) -> list[Finding]:
    """Over-occupation, firms without land, built industrial land without firms, firms that share a parcel, and leases that two ledgers tell differently."""
    now = enterprises[enterprises["year"].eq(year).fillna(False)]
    land = enterprise_land(now).to_numpy(float)
    findings = _blanks(now, land)
    listed: tuple[tuple[str, NDArray[np.bool_], Floats, str], ...] = (
        ("landcheck.over_occupied", now["over_occupied_m2"].gt(0).to_numpy(bool), now["over_occupied_m2"].to_numpy(float), "land_registered"),
        ("landcheck.no_land", ~(land > 0), land, "land_registered"),
        ("landcheck.shared", now["sharing_count"].gt(1).to_numpy(bool), now["sharing_count"].to_numpy(float), "parcel_id"),
        *((f"landcheck.lease_{side}_differs", (np.abs(_column(now, f"land_leased_{side}_m2") - now[f"lease_{side}_told_m2"]) > MU / 10).to_numpy(bool),
           (_column(now, f"land_leased_{side}_m2") - now[f"lease_{side}_told_m2"]).to_numpy(float), f"land_leased_{side}") for side in ("in", "out") if f"land_leased_{side}_m2" in now),
    )
    for code, which, amount, field in listed:
        if which.any():
            at = int(np.flatnonzero(which)[np.argmax(np.nan_to_num(np.abs(amount[which])))])
            first, size = now.iloc[at], amount[at]
            findings.append(found(code, role="enterprises", field=field, count=int(which.sum()), key=first["enterprise_id"], row=first["row"] if "row" in now else None,
                                  value_seen="" if np.isnan(size) else f"{size:g}" if field == "parcel_id" else f"{size / MU:,.2f} mu", mu=f"{size / MU:,.2f}"))
    held = np.zeros(len(parcels), dtype=bool)
    rows = located.parcels["row"].to_numpy(np.int64)
    held[located.parcels["parcel"].to_numpy(np.int64)[enterprises["year"].eq(year).fillna(False).to_numpy(bool)[rows]]] = True
    empty = parcels["built_industrial"].to_numpy(bool) & ~held
    if empty.any() and len(rows):
        first = parcels.iloc[int(np.flatnonzero(empty)[0])]
        findings.append(found("landcheck.no_firm", role="parcels", field="parcel_id", count=int(empty.sum()), key=first["parcel_id"],
                              value_seen=f"{(whole := total(parcels['area_m2'].to_numpy(float)[empty]) / MU):,.2f} mu", mu=f"{whole:,.2f}"))
    unsupplied = parcels["land_status"].eq("not_supplied").to_numpy(bool) & held
    if unsupplied.any():
        first = parcels.iloc[int(np.flatnonzero(unsupplied)[0])]
        findings.append(found("landcheck.unsupplied", role="parcels", field="land_status", count=int(unsupplied.sum()), key=first["parcel_id"], row=first["row"] if "row" in parcels else None,
                              mu=f"{total(parcels['area_m2'].to_numpy(float)[unsupplied]) / MU:,.2f}"))
    return [*findings, *_unbuilt(now, enterprises, parcels, located)]


def _unbuilt(now: pd.DataFrame, enterprises: pd.DataFrame, parcels: pd.DataFrame, located: Located) -> list[Finding]:
    """Firms that pay tax and stand on ground of which none is built: sums over built land count what they make and not their land."""
    if "tax_wanyuan" not in now or parcels["built"].isna().all():
        return []
    row, parcel = located.parcels["row"].to_numpy(np.int64), located.parcels["parcel"].to_numpy(np.int64)
    there = parcels["built"].fillna(True).to_numpy(bool)[parcel]
    stands, built = np.bincount(row, minlength=len(enterprises)) > 0, np.bincount(row, there, minlength=len(enterprises)) > 0
    which = pd.Series(stands & ~built, index=enterprises.index)[now.index] & now["tax_wanyuan"].gt(0)
    if not which.any():
        return []
    firms = now[which.to_numpy(bool)]
    at = int(parcel[np.flatnonzero(row == enterprises.index.get_loc(firms.index[0]))[0]])
    return [found("landcheck.not_built", role="enterprises", field="parcel_id", count=len(firms), key=firms.iloc[0]["enterprise_id"], row=firms.iloc[0]["row"] if "row" in now else None,
                  value_seen=parcels["parcel_id"].iloc[at], share=f"{100 * float(firms['tax_wanyuan'].sum()) / float(now['tax_wanyuan'].sum()):.1f}")]


def _blanks(now: pd.DataFrame, land: Floats) -> list[Finding]:
    """Firms whose land is told in part: a blank cell beside a filled one counts as zero, as a missing column does."""
    known = ~np.isnan(land)
    counts = {name.removesuffix("_m2"): (now[name].isna().to_numpy(bool) & known) for name in LAND if name in now}
    some = np.logical_or.reduce(list(counts.values())) if counts else np.zeros(len(now), dtype=bool)
    if not some.any():
        return []
    first = now.iloc[int(np.flatnonzero(some)[0])]
    told = Several(f"{name} {int(which.sum())}" for name, which in counts.items() if which.any())
    return [found("enterprise.land_blank", role="enterprises", field="land_registered", count=int(some.sum()), key=first["enterprise_id"], row=first["row"] if "row" in now else None, fields=told)]


def lease_residuals(values: pd.DataFrame, zones: pd.DataFrame) -> list[Finding]:
    """Carriers whose firms lease in more, or less, than their firms lease out: the residual comes from beyond the carrier, or from a ledger that is wrong."""
    told = values[values["indicator"].eq("lease_residual_area") & values["zone"].isin(set(zones.loc[zones["kind"].eq("carrier"), "id"])) & values["status"].eq("ok")]
    off = told[told["value"].abs() > 0.1]
    if not len(off):
        return []
    most = off.loc[off["value"].abs().idxmax()]
    return [found("landcheck.lease_residual", role="enterprises", field="land_leased_in", count=len(off), key=most["zone"], value_seen=f"{most['value']:+,.2f} mu", mu=f"{most['value']:+,.2f}")]


def _own(enterprises: pd.DataFrame) -> Floats:
    """Registered and other land; nan where neither is known."""
    given = [enterprises[name] for name in ("land_registered_m2", "land_other_m2") if name in enterprises]
    if not given:
        return np.full(len(enterprises), np.nan)
    return np.asarray(pd.concat(given, axis=1).sum(axis=1, min_count=1), dtype=float)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name].fillna(0.0).astype(float) if name in frame else pd.Series(0.0, index=frame.index)


def _approved(parcels: pd.DataFrame, supply: pd.DataFrame | None, pairs: pd.DataFrame | None) -> Floats:
    """Ground of each parcel as its contracts supplied it, a contract over several parcels by their area; nan where there is none."""
    if supply is None or pairs is None or not len(pairs):
        return np.full(len(parcels), np.nan)
    row, parcel = pairs["row"].to_numpy(np.int64), pairs["parcel"].to_numpy(np.int64)
    area = parcels["area_m2"].to_numpy(float)[parcel]
    contract = supply["land_area_m2"].to_numpy(float)[row]
    given = contract * area / zone_sums(area, row, len(supply))[row]
    return np.where(np.bincount(parcel, minlength=len(parcels)) > 0, zone_sums(given, parcel, len(parcels)), np.nan)
