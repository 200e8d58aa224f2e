"""What can be offered to investors (招商地图): ready and available land, land that can be reclaimed, and vacant floor space, by carrier and industry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.indicators.accounts import Codes
from spatial.indicators.status import IDLE
from spatial.rings import combined
from spatial.schema.blocks import Blocks, blocks_of
from spatial.schema.columns import each
from spatial.schema.shares import Shares
from spatial.schema.sums import group_sums

KINDS: dict[str, tuple[str, str]] = {
    "ready": ("净地(可立即供应)", "ready (cleared, serviced)"), "available": ("可供(未达净地)", "available, not yet ready"), "constrained": ("受约束(须先核查)", "constrained, to be checked"),
    "reclaimable_idle": ("可盘活：闲置", "reclaimable: idle"), "reclaimable_inefficient": ("可盘活：低效", "reclaimable: low efficiency"), "expiring": ("可盘活：到期", "reclaimable: term ends"),
}
SUMMARY_COLUMNS = ("carrier_id", "carrier_name", "main_industry", "kind", "count", "area_mu")
VACANT_COLUMNS = ("carrier_id", "carrier_name", "main_industry", "use", "buildings", "floor_area_m2", "vacant_m2")
READY, EXPIRED = ("B21", "E"), "D22"  # 已达到供地条件 / 尚可供应; 有偿使用已到期未处置
TOUCH = 1e-3  # share of a parcel under which a constraint only brushes it
LEASE_DAYS = 365


def offers_of(parcels: gpd.GeoDataFrame, carriers: gpd.GeoDataFrame, industrial: Callable[[object], bool], constraints: tuple[pd.DataFrame, Any] | None,
              blocks: Blocks | None = None) -> pd.DataFrame:
    """Parcels that can be offered, one row each, with the first of KINDS that fits, and what stands in the way.

    Land not supplied is offered where its planned use (else its use) is industrial, or its accounting class says that it can be supplied:
    ready with class B21 or E and no constraint on more than a thousandth of it. Idle land comes before low-efficiency land; both are
    offered for what they are used for. Overlapping carriers: the one with the largest piece. `blocks` gives positions and geometries,
    some parcels at a time, where the frame has none.
    """
    rows = parcels.reset_index(drop=True)
    codes = Codes.of(rows)
    planned = rows["planned_use"] if "planned_use" in rows else pd.Series(None, index=rows.index, dtype=object)
    use = planned.where(planned.notna(), rows["land_use"])
    free = rows["land_status"].eq("not_supplied") & (each(planned, industrial).eq(True) | (planned.isna() & each(rows["land_use"], industrial).eq(True) & codes.any("E")))
    built = rows["built"].fillna(False).astype(bool) if "built" in rows else pd.Series(False, index=rows.index)
    free &= ~built
    stands = _constraints(free, constraints, blocks or (lambda: blocks_of(rows)))
    low = rows["inefficient"].fillna(False).astype(bool) if "inefficient" in rows else pd.Series(False, index=rows.index)
    idle = rows["land_status"].isin(IDLE) & rows["industrial"].astype(bool)
    tests = [(free & stands.ne(""), "constrained"), (free & codes.any(*READY), "ready"), (free, "available"), (idle, "reclaimable_idle"),
             (low, "reclaimable_inefficient"), (pd.Series(codes.any(EXPIRED), index=rows.index), "expiring")]
    kinds = np.full(len(rows), "", dtype=object)
    for test, name in reversed(tests):  # the first that fits is written last
        kinds[test.to_numpy(bool)] = name
    kind = pd.Series(kinds, index=rows.index, dtype=object)
    asked = [name for name in ("parcel_id", "carrier_id", "carrier_name", "status_reason", "area_m2") if name in rows]
    order = _in_order(rows, kinds)
    kept = pd.DataFrame({name: rows[name].iloc[order] for name in asked}, copy=False)  # column by column: a large frame is not copied to take a few rows of it
    note = kept["status_reason"].where(kind[kept.index].eq("reclaimable_idle"), "") if "status_reason" in kept else ""
    named = carriers.set_index("carrier_id") if len(carriers) else pd.DataFrame(columns=["main_industry"])
    offered = pd.DataFrame({
        "parcel_id": kept["parcel_id"], "carrier_id": kept["carrier_id"], "carrier_name": kept["carrier_name"] if "carrier_name" in kept else kept["carrier_id"],
        "main_industry": _industry(kept["carrier_id"], named), "kind": kind[kept.index], "use": use[kept.index], "area_mu": kept["area_m2"] * 3 / 2000,
        "constraints": stands[kept.index], "note": note})
    return offered.reset_index(drop=True)


def _in_order(rows: pd.DataFrame, kinds: NDArray[Any]) -> NDArray[np.int64]:
    """Positions of the rows that have a kind: by carrier, those without one last, then by kind, the largest first, then by id."""
    at = np.flatnonzero(kinds != "")
    at = at[rows["parcel_id"].iloc[at].reset_index(drop=True).sort_values(kind="stable").index.to_numpy()]
    carrier = rows["carrier_id"].iloc[at]
    place = {key: i for i, key in enumerate(sorted(carrier.dropna().unique()))}
    kind = {name: i for i, name in enumerate(KINDS)}
    keys = (-rows["area_m2"].to_numpy(float)[at], np.array([kind[name] for name in kinds[at]], dtype=np.int8), carrier.map(place).fillna(len(place)).to_numpy(np.int32))
    return np.asarray(at[np.lexsort(keys)])


def by_carrier(offers: pd.DataFrame) -> pd.DataFrame:
    """Number and mu of what can be offered, by carrier, its leading industry and kind."""
    if not len(offers):
        return pd.DataFrame(columns=list(SUMMARY_COLUMNS))
    keys = ["carrier_id", "carrier_name", "main_industry", "kind"]
    return offers.groupby(keys, sort=False, dropna=False).agg(count=("parcel_id", "size"), area_mu=("area_mu", "sum")).reset_index()[list(SUMMARY_COLUMNS)]


def vacant_of(buildings: tuple[pd.DataFrame, Any] | None, carriers: gpd.GeoDataFrame) -> pd.DataFrame:
    """Floor space and vacant floor space by carrier and use; a building lies in the carriers that hold its middle, else outside."""
    if buildings is None or "vacant_area_m2" not in buildings[0] or buildings[1] is None:
        return pd.DataFrame(columns=list(VACANT_COLUMNS))
    rows, shapes = buildings[0].reset_index(drop=True), np.asarray(buildings[1], dtype=object)
    known = np.flatnonzero(~shapely.is_missing(shapes))
    middles = shapely.point_on_surface(shapes[known])
    zones = carriers.geometry.to_numpy() if len(carriers) else np.array([], dtype=object)
    zone, at = shapely.STRtree(middles).query(zones, predicate="contains") if len(zones) else (np.array([], dtype=np.int64),) * 2
    held = pd.DataFrame({"row": known[at], "carrier_id": carriers["carrier_id"].to_numpy(object)[zone] if len(zones) else []})
    rest = pd.DataFrame({"row": np.setdiff1d(np.arange(len(rows)), held["row"].to_numpy(np.int64)), "carrier_id": None})
    pairs = pd.concat([held, rest.astype({"carrier_id": object})], ignore_index=True) if len(held) else rest
    found = rows.loc[pairs["row"].to_numpy(np.int64)].assign(carrier_id=pairs["carrier_id"].to_numpy(object))
    for name in ("floor_area_m2", "use"):
        if name not in found:
            found[name] = np.nan if name == "floor_area_m2" else ""
    found["use"] = found["use"].fillna("")
    by = [found["carrier_id"], found["use"]]
    told = pd.DataFrame({"buildings": found["vacant_area_m2"].gt(0).groupby(by, dropna=False, sort=True).sum().astype(int),
                         **{name: group_sums(found[column].astype(float), by, dropna=False).fillna(0.0) for name, column in (("floor_area_m2", "floor_area_m2"), ("vacant_m2", "vacant_area_m2"))}})
    told = told.reset_index()
    named = carriers.set_index("carrier_id") if len(carriers) else pd.DataFrame(columns=["main_industry"])
    told["main_industry"] = _industry(told["carrier_id"], named)
    told["carrier_name"] = told["carrier_id"].map(named["carrier_name"]) if "carrier_name" in named else told["carrier_id"]
    return told[told["vacant_m2"] > 0][list(VACANT_COLUMNS)].reset_index(drop=True)


def expiring_leases(leases: pd.DataFrame | None, enterprises: pd.DataFrame | None, shares: Shares | None, zones: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Leases that end within a year of the day: carrier of the lessor, area and end; nothing where there is no ledger of leases."""
    columns = ["carrier_name", "lessor_id", "area_mu", "ends"]
    if leases is None or "to" not in leases or "area_m2" not in leases:
        return pd.DataFrame(columns=columns)
    ends = pd.to_datetime(leases["to"])
    soon = leases[(ends >= pd.Timestamp(as_of)) & (ends <= pd.Timestamp(as_of + timedelta(days=LEASE_DAYS)))]
    place = _firm_carrier(enterprises, shares, zones)
    told = pd.DataFrame({"carrier_name": soon["lessor_id"].map(place), "lessor_id": soon["lessor_id"], "area_mu": soon["area_m2"] * 3 / 2000, "ends": pd.to_datetime(soon["to"])})
    return told.sort_values(["ends", "lessor_id", "area_mu"], kind="stable").reset_index(drop=True)


def _firm_carrier(enterprises: pd.DataFrame | None, shares: Shares | None, zones: pd.DataFrame) -> Mapping[str, str]:
    if enterprises is None or shares is None or "enterprise_id" not in enterprises:
        return {}
    carrier = zones["kind"].eq("carrier").to_numpy()[shares.zone]
    rows, at = shares.row[carrier], shares.zone[carrier]
    order = np.argsort(shares.share[carrier], kind="stable")
    names = zones["name"].where(zones["name"].ne(""), zones["id"]).to_numpy(object)
    ids = enterprises["enterprise_id"].to_numpy(object)
    return {str(ids[row]): str(names[zone]) for row, zone in zip(rows[order].tolist(), at[order].tolist(), strict=True)}


def _industry(carrier: pd.Series, named: pd.DataFrame) -> pd.Series:
    return carrier.map(named["main_industry"]).where(lambda said: said.notna(), "") if "main_industry" in named else pd.Series("", index=carrier.index)


def _constraints(free: pd.Series, constraints: tuple[pd.DataFrame, Any] | None, blocks: Blocks) -> pd.Series:
    """Kinds of the constraints that lie on more than a brush of each free parcel, joined; empty where none does."""
    said = pd.Series("", index=free.index, dtype=object)
    if constraints is None or constraints[1] is None or not free.any():
        return said
    shapes = np.asarray(constraints[1], dtype=object)
    kinds = constraints[0]["kind"].fillna("").to_numpy(object) if "kind" in constraints[0] else np.full(len(shapes), "", dtype=object)
    kinds = np.where(kinds == "", "约束要素", kinds)
    tree, asked = shapely.STRtree(shapes), free.to_numpy(bool)
    for places, geometry in blocks():
        at, ground = places[asked[places]], geometry[asked[places]]
        parcel, other = tree.query(ground, predicate="intersects")
        share = shapely.area(combined(shapely.intersection, ground[parcel], shapes[other])) / shapely.area(ground[parcel])
        hit = share > TOUCH
        held = pd.DataFrame({"parcel": at[parcel[hit]], "kind": kinds[other[hit]]}).drop_duplicates().sort_values(["parcel", "kind"])
        for row, names in held.groupby("parcel")["kind"]:
            said.iat[int(row)] = "、".join(names)
    return said
