"""The join of a run: zones on parcels, attributes and ledgers by key and place, and the balance that must close."""

from __future__ import annotations

import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from spatial.errors import Finding, found
from spatial.join.approvals import approvals_of, in_zones_of
from spatial.join.attributes import with_attributes
from spatial.join.ground import Frame, Ground
from spatial.join.groups import with_groups
from spatial.join.locate import locate_rows
from spatial.join.membership import membership
from spatial.join.quota import quota_of
from spatial.join.resolve import largest_piece, resolve
from spatial.join.ways import Settled, settled
from spatial.join.whatif import moved
from spatial.schema.columns import each
from spatial.schema.joined import MATCH_COLUMNS, OUTSIDE, STUDY_AREA, Joined, Layer, Membership, Placed
from spatial.schema.keys import match_keys
from spatial.schema.layers import Normalised
from spatial.schema.study import Study
from spatial.schema.sums import total, zone_sums

LOCATED = ("supply", "projects", "enterprises", "standard_land")


def join_layers(layers: Normalised, study: Study, ground: Ground | None = None) -> Joined:
    """Join every normalised layer of a study; `ground` answers for the parcels' geometry where the frame has none."""
    ground = ground or Frame(layers.parcels)
    parcels, findings, joins = layers.parcels.copy(deep=False), [], []
    carriers, layer, problems = _carriers(layers, parcels, study, ground)
    findings += problems
    members, problems = _members(layers, parcels, carriers, layer, study, ground)
    findings += problems
    none = pd.DataFrame({"carrier_id": np.full(len(parcels), None, dtype=object), "carrier_share": np.zeros(len(parcels))})
    best = _moved_best(largest_piece(layer, len(parcels)), members, parcels, study) if layer else none
    parcels["carrier_id"], parcels["carrier_share"] = best["carrier_id"].to_numpy(object), best["carrier_share"].to_numpy(float)
    names = dict(zip(carriers["carrier_id"], carriers["carrier_name"], strict=True)) if "carrier_name" in carriers else {}
    parcels["carrier_name"] = each(parcels["carrier_id"], lambda key: names.get(key, key))
    parcels["inside"] = members.inside
    layers, ways = _settled(layers, parcels, ground, study)
    findings += [finding for way in ways.values() for finding in way.findings]
    parcels, records, problems = with_attributes(parcels, layers.attributes, study)
    joins += records
    findings += problems
    parcels, union_m2, problems = _registered(parcels, layers, study)
    findings += problems
    ledgers, placed = _located(layers, parcels, carriers, members)
    for role in placed:
        findings += placed[role].findings
        joins += [kept for kept in (placed[role].join,) if kept]
    joins += [record for way in ways.values() for record in way.joins]
    if "approvals" in layers.areas:
        ledgers["approvals"], placed["approvals"] = approvals_of(layers, members, parcels, carriers, study, ground)
        if (quota := quota_of(*layers.areas["approvals"], members, carriers, layers.zone_layers, study)) is not None:
            ledgers["quota"], placed["quota"] = quota
    zones, pieces = _zones(members, parcels)
    if "projects" in placed:
        placed["projects"], zones = with_groups(ledgers["projects"], placed["projects"], zones)
    balance = _balance(parcels, members, zones, union_m2)
    return Joined(parcels, carriers, dict(layers.zone_layers), members, zones, pieces, balance, ledgers, placed, joins, findings, layers.before,
                  pd.concat([way.matches for way in ways.values()], ignore_index=True) if ways else pd.DataFrame(columns=list(MATCH_COLUMNS)))


def _carriers(layers: Normalised, parcels: gpd.GeoDataFrame, study: Study, ground: Ground) -> tuple[gpd.GeoDataFrame, Layer | None, list[Finding]]:
    carriers = layers.carriers
    if carriers is None:
        empty = gpd.GeoDataFrame({"carrier_id": pd.Series(dtype=object)}, geometry=gpd.GeoSeries([], crs=parcels.crs))
        return empty, None, [found("join.no_carriers", role="carriers")]
    layer, _, findings = resolve(parcels, carriers, study.allocation, role="carriers", ground=ground)
    return carriers, layer, findings


def rejoined(layers: Normalised, joined: Joined, study: Study, ground: Ground | None = None) -> Joined:
    """The same join with straddling parcels shared out by the study's allocation: where rows lie is new, all else as it was."""
    parcels = joined.parcels
    ground = ground or Frame(parcels)
    carriers, layer, _ = _carriers(layers, parcels, study, ground)
    members, _ = _members(layers, parcels, carriers, layer, study, ground)
    ledgers, placed = _located(replace(layers, tables={role: joined.ledgers[role] for role in layers.tables}), parcels, carriers, members)
    for role in ("approvals",):
        if role in joined.placed:
            ledgers[role], placed[role] = joined.ledgers[role], in_zones_of(members, joined.placed[role], joined.members)
    if "approvals" in layers.areas and (quota := quota_of(*layers.areas["approvals"], members, carriers, layers.zone_layers, study)) is not None:
        ledgers["quota"], placed["quota"] = quota
    zones = members.zones.assign(parcel_count=0, area_m2=0.0)
    if "projects" in placed:
        placed["projects"], zones = with_groups(ledgers["projects"], placed["projects"], zones)
    return replace(joined, members=members, zones=zones, ledgers=ledgers, placed=placed)


def _members(layers: Normalised, parcels: gpd.GeoDataFrame, carriers: gpd.GeoDataFrame, layer: Layer | None, study: Study, ground: Ground
             ) -> tuple[Membership, list[Finding]]:
    """Every zone layer on the parcels, with what the study supposes to lie elsewhere."""
    others: dict[str, Layer] = {}
    for name, zones in layers.zone_layers.items():
        resolved, _, _ = resolve(parcels, zones, study.allocation, role=f"zones.{name}", ground=ground)
        others[name] = replace(resolved, within=ground.share_within(zones, carriers, resolved.pieces, layer.inside)) if layer else resolved
    types = _type_zones(carriers)
    return moved(membership(len(parcels), layer, others, {zone.removeprefix("type:") for zone in types.values()}), parcels, study.whatif.get("move", {}), types)


def _located(layers: Normalised, parcels: gpd.GeoDataFrame, carriers: gpd.GeoDataFrame, members: Membership) -> tuple[dict[str, pd.DataFrame], dict[str, Placed]]:
    """The ledgers whose rows lie somewhere, with the share of each row inside carriers."""
    ledgers, placed = dict(layers.tables), {}
    for role in LOCATED:
        if role in ledgers:
            placed[role] = locate_rows(role, ledgers[role], parcels, members, carriers, layers.zone_layers, layers.points.get(role), layers.merged.get(role))
            ledgers[role] = ledgers[role].assign(inside=placed[role].located.inside)
    return ledgers, placed


def _settled(layers: Normalised, parcels: gpd.GeoDataFrame, ground: Ground, study: Study) -> tuple[Normalised, dict[str, Settled]]:
    """The ledgers and attribute tables with the parcels of their rows found, by role."""
    parcels = parcels.assign(parcel_id=parcels["parcel_id"])  # read once, where it lies in a file
    codes = match_keys(parcels["parcel_id"])
    ways = {role: settled(role, layers.tables[role], parcels, codes, layers.points.get(role), ground, study, layers.merged.get(role)) for role in LOCATED if role in layers.tables}
    ways |= {f"attributes.{name}": settled(f"attributes.{name}", table, parcels, codes, None, ground, study) for name, table in layers.attributes.items()}
    tables = {role: ways[role].ledger if role in ways else table for role, table in layers.tables.items()}
    return replace(layers, tables=tables, attributes={name: ways[f"attributes.{name}"].ledger for name in layers.attributes}), ways


def _type_zones(carriers: gpd.GeoDataFrame) -> dict[str, str]:
    if "carrier_type" not in carriers:
        return {}
    return {key: f"type:{kind}" for key, kind in zip(carriers["carrier_id"], carriers["carrier_type"], strict=True) if isinstance(kind, str)}


def _moved_best(best: pd.DataFrame, members: Membership, parcels: gpd.GeoDataFrame, study: Study) -> pd.DataFrame:
    """The carrier of each parcel, for those that a what-if moves the one they are moved to."""
    if not study.whatif.get("move"):
        return best
    shares, zones = members.shares, members.zones
    carrier = zones["kind"].eq("carrier").to_numpy()[shares.zone]
    moves = match_keys(pd.Series(list(study.whatif["move"]), dtype=object)).tolist()
    touched = match_keys(parcels["parcel_id"]).isin(moves).to_numpy()
    best = best.copy()
    best.loc[touched, "carrier_id"], best.loc[touched, "carrier_share"] = None, 0.0
    held = np.flatnonzero(carrier & touched[shares.row])
    best.loc[shares.row[held], "carrier_id"] = zones["id"].to_numpy(object)[shares.zone[held]]
    best.loc[shares.row[held], "carrier_share"] = shares.share[held]
    return best


def _registered(parcels: gpd.GeoDataFrame, layers: Normalised, study: Study) -> tuple[gpd.GeoDataFrame, float, list[Finding]]:
    """The parcels with their registered areas where these came from attributes and the study counts by them, and the ground they cover; what has none counts by its geometry, on record."""
    if study.area_source != "registered" or (not layers.attributes and "registered_area_m2" in layers.parcels):
        return parcels, layers.union_m2, []
    registered = parcels["registered_area_m2"] if "registered_area_m2" in parcels else pd.Series(np.nan, index=parcels.index)
    missing = int(registered.isna().sum())
    findings = [found("area.registered_missing", role="parcels", field="registered_area", count=missing)] if missing else []
    before = total(parcels["area_m2"].to_numpy(float))
    parcels = parcels.assign(area_m2=registered.astype(float).fillna(parcels["geometry_area_m2"]))
    after = total(parcels["area_m2"].to_numpy(float))
    return parcels, layers.union_m2 * (after / before if before > 0 else 1.0), findings


def _zones(members: Membership, parcels: gpd.GeoDataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The zone table with counts and areas, and every piece by zone id."""
    shares = members.shares
    area = parcels["area_m2"].to_numpy(float)[shares.row] * shares.share
    zones = members.zones.copy()
    zones["parcel_count"] = np.bincount(shares.zone, minlength=len(zones))
    zones["area_m2"] = zone_sums(area, shares.zone, len(zones))
    ids = members.zones["id"].to_numpy(object)
    rank = np.argsort(np.argsort(ids.astype(str), kind="stable"), kind="stable").astype(np.int32)
    order = np.flatnonzero(ids[shares.zone] != STUDY_AREA)
    order = order[np.lexsort((rank[shares.zone[order]], shares.row[order]))]
    return zones, pd.DataFrame({"parcel": shares.row[order], "zone": pd.Series(ids[shares.zone[order]], dtype=object), "share": shares.share[order], "area_m2": area[order]}, copy=False)


def _balance(parcels: gpd.GeoDataFrame, members: Membership, zones: pd.DataFrame, union_m2: float) -> dict[str, float]:
    """The line that must close: inside + outside = whole."""
    area = parcels["area_m2"].to_numpy(float)
    whole, inside = total(area), total(area * members.inside)
    outside = float(zones.loc[zones["id"] == OUTSIDE, "area_m2"].iloc[0])
    rows = math.fsum(zones.loc[zones["kind"] == "carrier", "area_m2"].tolist())
    closure = abs(inside + outside - whole) / whole if whole > 0 else 0.0
    return {"parcels_m2": whole, "parcels_union_m2": union_m2, "inside_m2": inside, "outside_m2": outside, "overlap_m2": max(rows - inside, 0.0),
            "closure_relative": closure}
