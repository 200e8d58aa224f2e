"""What if: parcels that are supposed to lie in another carrier, moved whole before anything is summed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from spatial.errors import Finding, Several, found, nearest
from spatial.schema.joined import OUTSIDE, STUDY_AREA, Membership
from spatial.schema.keys import match_keys
from spatial.schema.shares import Shares


def moved(members: Membership, parcels: pd.DataFrame, moves: Mapping[str, str], types: Mapping[str, str]) -> tuple[Membership, list[Finding]]:
    """The membership with the named parcels whole in the named carriers; other zone layers keep them where they are.

    moves : parcel id -> carrier id, or `outside`
    types : carrier id -> its type's zone id
    """
    if not moves:
        return members, []
    keys = pd.Series(np.arange(len(parcels)), index=match_keys(parcels["parcel_id"])).groupby(level=0).apply(list)
    findings: list[Finding] = []
    shares, inside = members.shares.frame(), members.inside.copy()
    own = members.zones["layer"].eq("").to_numpy() & members.zones["id"].ne(STUDY_AREA).to_numpy()
    carriers = [*members.zones.loc[members.zones["kind"].eq("carrier"), "id"], OUTSIDE]
    parts = []
    for parcel, carrier in moves.items():
        rows = keys.get(match_keys(pd.Series([parcel], dtype=object)).iloc[0])
        if rows is None or carrier not in carriers:
            code = "whatif.unknown_parcel" if rows is None else "whatif.unknown_carrier"
            findings.append(found(code, role="study", field="whatif.move", value_seen=parcel if rows is None else carrier,
                                  suggestion=nearest(carrier, carriers) if rows is not None else nearest(parcel, parcels["parcel_id"].dropna().astype(str))))
            continue
        share = 0.0 if carrier == OUTSIDE else 1.0
        inside[rows] = share
        gone = shares["row"].isin(rows)
        shares.loc[gone, "inside"] = shares.loc[gone, "share"] * share
        shares = shares[~(gone & own[shares["zone"].to_numpy()])]
        zones = [carrier, *([types[carrier]] if carrier in types else [])]
        parts += [pd.DataFrame({"row": rows, "zone": members.index[zone], "share": 1.0, "inside": share}) for zone in zones]
    if parts:
        findings.append(found("whatif.moved", role="study", field="whatif.move", count=len(parts), value_used=Several(f"{p}→{c}" for p, c in moves.items())))
    return replace(members, shares=Shares.of(pd.concat([shares, *parts], ignore_index=True)), inside=inside), findings
