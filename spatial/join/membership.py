"""Which share of every parcel, and of every ledger row, lies in which zone: one long table that all sums use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.schema.joined import OUTSIDE, STUDY_AREA, Layer, Located, Membership
from spatial.schema.shares import Shares
from spatial.schema.sums import weighed, zone_sums


def membership(count: int, carriers: Layer | None, others: Mapping[str, Layer], types: Iterable[str] = ()) -> Membership:
    """Put the resolved layers together: study area, carriers, their types (those of `types` that hold no ground too), outside, then the other layers in order."""
    rows: list[dict[str, Any]] = [{"id": STUDY_AREA, "name": "", "kind": "study_area", "layer": ""}]
    inside = carriers.inside if carriers else np.zeros(count)
    parts: list[pd.DataFrame] = [pd.DataFrame({"row": np.arange(count), "zone": np.zeros(count, np.int32), "share": np.ones(count), "inside": inside}, copy=False)]
    if carriers:
        parts.append(_shift(carriers.pieces, len(rows), carriers.pieces["share"]))
        rows += [{**row, "layer": ""} for row in carriers.zones.to_dict("records")]
        if carriers.groups is not None and (labels := sorted({*types, *carriers.groups["group"]})):
            codes = carriers.groups["group"].map({label: len(rows) + i for i, label in enumerate(labels)})
            parts.append(pd.DataFrame({"row": carriers.groups["parcel"], "zone": codes, "share": carriers.groups["share"], "inside": carriers.groups["share"]}))
            rows += [{"id": f"type:{label}", "name": label, "kind": "carrier_type", "layer": ""} for label in labels]
    parts.append(_rest(inside, np.zeros(count), len(rows)))
    rows.append({"id": OUTSIDE, "name": "", "kind": "outside", "layer": ""})
    for name, layer in others.items():
        within = layer.within if layer.within is not None else layer.pieces["share"].to_numpy(float) * inside[layer.pieces["parcel"].to_numpy(np.int64)]
        parts.append(_shift(layer.pieces, len(rows), within))
        rows += [{**row, "id": f"{name}:{row['id']}", "kind": name, "layer": name} for row in layer.zones.to_dict("records")]
        held = np.bincount(layer.pieces["parcel"].to_numpy(np.int64), within, minlength=count)
        rest = _rest(layer.inside, np.clip(inside - held, 0.0, 1.0 - layer.inside), len(rows))
        if len(rest):
            parts.append(rest)
            rows.append({"id": f"{name}:{OUTSIDE}", "name": "", "kind": name, "layer": name})
    zones = pd.DataFrame(rows)
    row, zone = (np.concatenate([part[name].to_numpy(np.int32) for part in parts]) for name in ("row", "zone"))  # the largest table of a run
    share, within = (np.concatenate([part[name].to_numpy(float) for part in parts]) for name in ("share", "inside"))
    shares = Shares(row, zone, share, within)
    return Membership(zones, shares, inside, {zone: i for i, zone in enumerate(zones["id"])})


def _shift(pieces: pd.DataFrame, by: int, inside: Any) -> pd.DataFrame:
    return pd.DataFrame({"row": pieces["parcel"].to_numpy(), "zone": pieces["zone"].to_numpy() + by, "share": pieces["share"].to_numpy(), "inside": np.asarray(inside)}, copy=False)


def _rest(inside: NDArray[np.float64], within: NDArray[np.float64], zone: int) -> pd.DataFrame:
    """The ground outside a layer as a zone of its own."""
    rest = 1.0 - inside
    rows = np.flatnonzero(rest > 0)
    return pd.DataFrame({"row": rows, "zone": np.full(len(rows), zone), "share": rest[rows], "inside": within[rows]}, copy=False)


def located_on_parcels(matches: pd.DataFrame, area_m2: NDArray[np.float64], members: Membership, count: int) -> Located:
    """Rows that name parcels take the shares of those parcels; several parcels weigh by area.

    matches : row, parcel (positions), each pair once
    """
    row, weights = matches["row"].to_numpy(np.int64), weighed(matches, area_m2, count)
    named = np.zeros(len(area_m2), dtype=bool)
    named[weights["parcel"].to_numpy(np.int64)] = True
    kept = np.flatnonzero(named[members.shares.row])  # of the parcels that no row names nothing is asked
    pieces = pd.DataFrame({"parcel": members.shares.row[kept], "zone": members.shares.zone[kept], "share": members.shares.share[kept], "inside": members.shares.inside[kept]})
    pairs = weights.merge(pieces, on="parcel")
    place, distinct = pd.factorize(pairs["row"].to_numpy(np.int64) * len(members.zones) + pairs["zone"].to_numpy(np.int64), sort=True)
    part = {name: zone_sums(pairs[name].to_numpy(float) * pairs["weight"].to_numpy(float), place, len(distinct)) for name in ("share", "inside")}
    shares = pd.DataFrame({"row": distinct // len(members.zones), "zone": distinct % len(members.zones), **part})
    named_rows = np.unique(row)
    inside = np.full(count, np.nan)
    inside[named_rows] = np.clip(zone_sums(members.inside[weights["parcel"].to_numpy(np.int64)] * weights["weight"].to_numpy(float), row, count)[named_rows], 0, 1)
    how = np.full(count, "", dtype=object)
    how[named_rows] = "parcel"
    return Located(Shares.of(shares), inside, how, weights)


def located_in_zones(pairs: pd.DataFrame, members: Membership, count: int, how: str, *, rows: NDArray[np.int64],
                     types: Mapping[int, int]) -> Located:
    """Rows known to lie in zones as a whole (a point, or a named carrier).

    pairs : row, zone (position in members.zones) for carriers and other layers; rows without a carrier are outside
    types : carrier position -> position of its type
    """
    carriers = members.zones["kind"].eq("carrier").to_numpy()
    in_carrier = pairs[carriers[pairs["zone"].to_numpy(np.int64)]] if len(pairs) else pairs
    typed = in_carrier.assign(zone=in_carrier["zone"].map(types)).dropna().drop_duplicates() if len(in_carrier) else in_carrier
    inside = np.full(count, np.nan)
    inside[rows] = 0.0
    inside[in_carrier["row"].to_numpy(np.int64)] = 1.0
    outside = pd.DataFrame({"row": rows[inside[rows] == 0], "zone": members.index[OUTSIDE]})
    whole = pd.DataFrame({"row": rows, "zone": 0})
    shares = pd.concat([whole, pairs[["row", "zone"]], typed[["row", "zone"]], outside], ignore_index=True).drop_duplicates()
    found = np.full(count, "", dtype=object)
    found[rows] = how
    shares = shares.assign(share=1.0, inside=inside[shares["row"].to_numpy(np.int64)]).astype({"row": "int64", "zone": "int64"})
    return Located(Shares.of(shares), inside, found,
                   pd.DataFrame({"row": [], "parcel": [], "weight": []}))


def merged(first: Located, second: Located) -> Located:
    """Two ways of locating the rows of one ledger: a row found by the first keeps it."""
    taken = first.how != ""
    keep = ~taken[second.shares.row]
    shares = Shares(np.r_[first.shares.row, second.shares.row[keep]], np.r_[first.shares.zone, second.shares.zone[keep]],
                    np.r_[first.shares.share, second.shares.share[keep]], np.r_[first.shares.inside, second.shares.inside[keep]])
    parcels = pd.concat([first.parcels, second.parcels], ignore_index=True) if len(second.parcels) or len(first.parcels) else first.parcels
    return Located(shares, np.where(taken, first.inside, second.inside), np.where(taken, first.how, second.how), parcels)
