"""Where ledger rows lie: by their point, then by the parcels they name, then by the carrier they name."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, Several, found, lines_of
from spatial.join.areal import locate_points
from spatial.join.attribute import match, near_misses
from spatial.join.membership import located_in_zones, located_on_parcels, merged
from spatial.schema.columns import in_file
from spatial.schema.joined import STUDY_AREA, KeyMatch, Located, Membership, Placed
from spatial.schema.keys import match_keys
from spatial.schema.shares import Shares

ALL_OF_IT = 0.999  # of a carrier's ground in one zone of another layer
_WAYS = {"point": ("坐标", "the point"), "parcel": ("地块编号", "the parcel"), "carrier": ("载体名称", "the carrier")}


def locate_rows(role: str, ledger: pd.DataFrame, parcels: pd.DataFrame, members: Membership, carriers: gpd.GeoDataFrame,
                zone_layers: Mapping[str, gpd.GeoDataFrame], points: NDArray[Any] | None, merged_here: pd.DataFrame | None = None) -> Placed:
    """Locate every row of a ledger.

    Parameters
    ----------
    ledger : `row` and any of parcel_id (text or a tuple of texts), carrier_id
    parcels : parcel_id, area_m2 in the order of the membership
    points : shapely points in the working CRS, None where a row has none; or None
    merged_here : rows of the file that were made one (row, into, parcel_id): the record of the join counts rows of the file

    Returns
    -------
    Placed
        `shares` also hold rows without a location, in the study area alone: they are the district's, nothing more is known.
    """
    count = len(ledger)
    findings: list[Finding] = []
    types = _types(members, carriers)
    ways: list[Located] = []
    if points is not None and any(point is not None for point in points):
        ways.append(_by_point(points, members, carriers, zone_layers, count, types))
    keyed = None
    if "parcel_id" in ledger:
        keyed = match(ledger["parcel_id"], parcels["parcel_id"])
        ways.append(located_on_parcels(keyed.pairs, parcels["area_m2"].to_numpy(float), members, count))
        findings += unmatched(role, ledger, keyed, parcels)
    if "carrier_id" in ledger and len(carriers):
        named, problems = _by_name(role, ledger, members, carriers, count, types)
        ways.append(named)
        findings += problems
    findings += _disagreements(role, ledger, ways, members)
    located = _nowhere(count)
    for way in ways:
        located = merged(located, way)
    beside, unsure = _in_other_layers(role, ledger, located, members, carriers, zone_layers)
    findings += unsure
    lost = in_file(ledger, np.flatnonzero(located.how == ""))
    if len(lost):
        findings.append(found("join.no_location", role=role, count=len(lost), row=int(ledger["row"].iloc[lost[0]])))
    findings += _by_words_alone(role, ledger, lost)
    home = members.index[STUDY_AREA]
    further = len(beside)
    shares = Shares(np.r_[located.shares.row, beside["row"], lost], np.r_[located.shares.zone, beside["zone"], np.full(len(lost), home)],
                    np.r_[located.shares.share, np.ones(further + len(lost))], np.r_[located.shares.inside, np.ones(further), np.zeros(len(lost))])
    record = None if keyed is None else join_record(role, *_in_file(ledger, merged_here), parcels["parcel_id"], keyed)
    return Placed(located, shares, record, findings, keyed)


def _in_other_layers(role: str, ledger: pd.DataFrame, located: Located, members: Membership, carriers: gpd.GeoDataFrame, zone_layers: Mapping[str, gpd.GeoDataFrame]
                     ) -> tuple[pd.DataFrame, list[Finding]]:
    """Rows (row, zone) known by their carrier alone in the zone of each other layer that holds all of it; a warning for those of which that is not known."""
    rows = np.flatnonzero(located.how == "carrier")
    none = pd.DataFrame({"row": pd.Series(dtype="int64"), "zone": pd.Series(dtype="int64")})
    if not len(rows) or not any(len(zones) for zones in zone_layers.values()):
        return none, []
    place = {members.index[key]: i for i, key in enumerate(carriers["carrier_id"])}
    held = {int(row): place[zone] for row, zone in zip(located.shares.row.tolist(), located.shares.zone.tolist(), strict=True) if zone in place}
    parts, unsure = [none], set[int]()
    for name, zones in zone_layers.items():
        home = _holding(carriers, zones)
        ids = [members.index.get(f"{name}:{key}", -1) for key in zones["carrier_id"]]
        found_in = {row: ids[home[held[row]]] for row in rows.tolist() if held.get(row) in home}
        unsure |= set(rows.tolist()) - set(found_in)
        parts.append(pd.DataFrame({"row": pd.Series(list(found_in), dtype="int64"), "zone": pd.Series(list(found_in.values()), dtype="int64")}))
    beside = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    doubtful = in_file(ledger, np.array(sorted(unsure), dtype=np.int64))
    if not len(doubtful):
        return beside, []
    return beside, [found("join.zone_unknown", role=role, field="carrier_id", row=int(ledger["row"].iloc[doubtful[0]]), count=len(doubtful), key=str(ledger["carrier_id"].iloc[doubtful[0]]),
                          value_seen=Several(zone_layers), rows=lines_of(ledger["row"].iloc[doubtful]))]


def _holding(carriers: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> dict[int, int]:
    """Carriers that lie in one zone of a layer all but for how they are drawn, and that zone, by their positions."""
    one, other = shapely.STRtree(zones.geometry.to_numpy()).query(carriers.geometry.to_numpy(), predicate="intersects")
    shapes, area = carriers.geometry.to_numpy()[one], shapely.area(carriers.geometry.to_numpy())[one]
    whole = shapely.area(shapely.intersection(shapes, zones.geometry.to_numpy()[other])) >= ALL_OF_IT * area
    return {int(i): int(j) for i, j in reversed(list(zip(one[whole], other[whole], strict=True)))}


def _by_words_alone(role: str, ledger: pd.DataFrame, lost: NDArray[np.int64]) -> list[Finding]:
    """Rows that say where they are in words only: a name of a road or a village is no place on the ground."""
    if "location" not in ledger:
        return []
    words = [i for i in lost.tolist() if isinstance(ledger["location"].iloc[i], str) and ledger["location"].iloc[i].strip()]
    if not words:
        return []
    return [found("join.location_in_words", role=role, field="location", row=int(ledger["row"].iloc[words[0]]), count=len(words), value_seen=ledger["location"].iloc[words[0]],
                  rows=lines_of(ledger["row"].iloc[words]))]


def join_record(role: str, lines: NDArray[np.int64], ids: pd.Series, parcel_ids: pd.Series, keyed: KeyMatch) -> dict[str, Any]:
    """The record of a join by code: rows of the file (`lines`, one or several to a row) that found a parcel, that found none, and parcels without one."""
    told = keyed if len(ids) == len(keyed.row_matched) else match(ids, parcel_ids)
    found_one = np.unique(lines[told.row_matched])
    several = told.one_to_many
    if len(np.unique(lines)) < len(lines):  # a row of the file that became several is one
        pairs = pd.DataFrame({"line": lines[told.pairs["row"].to_numpy(np.int64)], "key": match_keys(parcel_ids.iloc[told.pairs["parcel"].to_numpy(np.int64)]).to_numpy(object)})
        several = int((pairs.groupby("key")["line"].nunique() > 1).sum())
    return {"left": role, "right": "parcels", "key": "parcel_id", "matched": len(found_one), "left_only": len(np.unique(lines)) - len(found_one),
            "right_only": int((~told.parcel_matched).sum()), "one_to_many": several}


def _in_file(ledger: pd.DataFrame, merged_here: pd.DataFrame | None) -> tuple[NDArray[np.int64], pd.Series]:
    """Row numbers and ids of the rows as the file has them: those that were made one each with its own ids, where it found its parcel by them."""
    lines, ids = ledger["row"].to_numpy(np.int64), ledger["parcel_id"].reset_index(drop=True)
    if merged_here is None or not len(merged_here):
        return lines, ids
    ways = ledger["match_way"].to_numpy(object) if "match_way" in ledger else np.full(len(ledger), "parcel_id", dtype=object)
    by_row = {line: i for i, line in enumerate(lines.tolist())}
    into = np.array([by_row[line] for line in merged_here["into"].astype(np.int64).tolist()], dtype=np.int64)
    by_code = np.isin(ways[into], ("", "parcel_id"))
    own = merged_here["parcel_id"].reset_index(drop=True).where(pd.Series(by_code), ids.iloc[into].reset_index(drop=True))
    rest = ~np.isin(lines, merged_here["row"].to_numpy(np.int64))
    return np.r_[lines[rest], merged_here["row"].to_numpy(np.int64)], pd.concat([ids[rest], own], ignore_index=True).astype(object)


def _nowhere(count: int) -> Located:
    none = pd.DataFrame({"row": pd.Series(dtype="int64"), "zone": pd.Series(dtype="int64"), "share": pd.Series(dtype=float), "inside": pd.Series(dtype=float)})
    return Located(Shares.of(none), np.full(count, np.nan), np.full(count, "", dtype=object), pd.DataFrame({"row": [], "parcel": [], "weight": []}))


def _types(members: Membership, carriers: gpd.GeoDataFrame) -> dict[int, int]:
    """Carrier position -> position of its type, in the zone table."""
    if "carrier_type" not in carriers:
        return {}
    pairs = zip(carriers["carrier_id"], carriers["carrier_type"], strict=True)
    return {members.index[key]: members.index[f"type:{kind}"] for key, kind in pairs if isinstance(kind, str) and f"type:{kind}" in members.index}


def _by_point(points: NDArray[Any], members: Membership, carriers: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], count: int,
              types: Mapping[int, int]) -> Located:
    rows = np.flatnonzero([point is not None for point in points])
    parts = []
    for prefix, zones, key in [("", carriers, "carrier_id"), *((f"{name}:", layer, "carrier_id") for name, layer in layers.items())]:
        if not len(zones):
            continue
        pairs = locate_points(points[rows], zones.rename(columns={key: "zone_id"}))
        ids = zones[key].to_numpy(object)[pairs["zone"].to_numpy(np.int64)]
        positions = np.array([members.index[f"{prefix}{zone}"] for zone in ids], dtype=np.int64)
        parts.append(pd.DataFrame({"row": rows[pairs["point"].to_numpy(np.int64)], "zone": positions}))
        if prefix and f"{prefix}outside" in members.index:
            rest = np.setdiff1d(rows, parts[-1]["row"])
            parts.append(pd.DataFrame({"row": rest, "zone": members.index[f"{prefix}outside"]}))
    pairs = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"row": pd.Series(dtype="int64"), "zone": pd.Series(dtype="int64")})
    return located_in_zones(pairs, members, count, "point", rows=rows, types=types)


def _by_name(role: str, ledger: pd.DataFrame, members: Membership, carriers: gpd.GeoDataFrame, count: int, types: Mapping[int, int]
             ) -> tuple[Located, list[Finding]]:
    """Rows that name a carrier: by its key exactly, else by its name where that is one carrier's alone."""
    def plain(text: Any) -> str:
        return unicodedata.normalize("NFC", str(text)).strip()

    known, shared = {plain(key): members.index[key] for key in carriers["carrier_id"]}, dict[str, list[str]]()
    if "carrier_name" in carriers:
        names = carriers["carrier_name"].dropna().map(plain)
        for name, key in zip(names, carriers.loc[names.index, "carrier_id"], strict=True):
            if (names == name).sum() == 1:
                known.setdefault(name, members.index[key])
            elif name not in known:
                shared.setdefault(name, []).append(str(key))
    outside = {"载体外", "outside", "无"}
    said = ledger["carrier_id"].to_numpy(object)
    rows, zones, away, lost, unsure = [], [], [], [], []
    for i, text in enumerate(said):
        if text is None or text != text:
            continue
        name = plain(text)
        if name in known:
            rows.append(i)
            zones.append(known[name])
        elif name in outside:
            away.append(i)
        elif name in shared:
            unsure.append(i)
        elif name:
            lost.append(i)
    findings = []
    if unsure:
        unsure = in_file(ledger, unsure).tolist()
        findings.append(found("join.carrier_ambiguous", role=role, field="carrier_id", count=len(unsure), key=said[unsure[0]], row=int(ledger["row"].iloc[unsure[0]]),
                              value_seen=Several(sorted(shared[plain(said[unsure[0]])]))))
    if lost:
        first = int(in_file(ledger, lost)[0])
        findings.append(found("join.unknown_carrier", role=role, count=len(lost), key=said[first], row=int(ledger["row"].iloc[first])))
    pairs = pd.DataFrame({"row": pd.Series(rows, dtype="int64"), "zone": pd.Series(zones, dtype="int64")})
    return located_in_zones(pairs, members, count, "carrier", rows=np.array([*rows, *away], dtype=np.int64), types=types), findings


def unmatched(role: str, ledger: pd.DataFrame, keyed: KeyMatch, parcels: pd.DataFrame) -> list[Finding]:
    """Rows that name parcels of which there is none, with the ids that they may have been meant for."""
    lost = in_file(ledger, np.flatnonzero(keyed.row_keyed & ~keyed.row_matched))
    if not len(lost):
        return []
    first = ledger["parcel_id"].iloc[lost[0]]
    wanted = match_keys(ledger["parcel_id"].iloc[lost[:200]].explode()).dropna().tolist()
    near = near_misses(wanted, dict.fromkeys(match_keys(parcels["parcel_id"]).dropna()))
    said = "；".join(f"{a} → {b}?" for a, b in list(near.items())[:3])
    return [found("join.ledger_unmatched", role=role, count=len(lost), total=len(ledger), row=int(ledger["row"].iloc[lost[0]]),
                  rows=lines_of(ledger["row"].iloc[lost]), key=first if isinstance(first, str) else Several(map(str, first)),
                  hint_zh=f"疑似笔误：{said}" if said else "请核对编号", hint_en=f"perhaps: {said}" if said else "check the ids")]


def _disagreements(role: str, ledger: pd.DataFrame, ways: list[Located], members: Membership) -> list[Finding]:
    """Rows whose point, parcel and carrier do not agree on the carriers they lie in."""
    carrier = members.zones["kind"].isin(("carrier", "outside")).to_numpy() & members.zones["layer"].eq("").to_numpy()
    names = members.zones["id"].to_numpy(object)
    sets: list[tuple[str, dict[int, set[str]]]] = []
    for way in ways:
        kept = carrier[way.shares.zone]
        held: dict[int, set[str]] = {}
        for row, zone in zip(way.shares.row[kept].tolist(), way.shares.zone[kept].tolist(), strict=True):
            held.setdefault(row, set()).add(names[zone])
        label = next((how for how in way.how if how), "")
        sets.append((label, held))
    findings = []
    for later in range(1, len(sets)):
        for earlier in range(later):
            (used, first), (seen, second) = sets[earlier], sets[later]
            rows = [row for row, zones in second.items() if row in first and not zones & first[row]]
            if rows:
                row = int(in_file(ledger, rows)[0])
                findings.append(found("join.location_disagrees", role=role, row=int(ledger["row"].iloc[row]), count=len(rows),
                                      seen_zh=_WAYS[seen][0], used_zh=_WAYS[used][0], seen_en=_WAYS[seen][1], used_en=_WAYS[used][1],
                                      value_seen="/".join(sorted(second[row])), value_used="/".join(sorted(first[row]))))
    return findings
