"""What the names and outlines of carriers leave in doubt: one name under several ids, ids that differ in form only, carriers that are the parcels."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, first_of, found

FEW = 3  # below, carriers of one parcel each are nothing to ask about


def doubtful_names(frame: pd.DataFrame) -> list[Finding]:
    """Warnings for a layer whose parts of one id are not yet put together; nothing is changed, ids are compared exactly."""
    findings = []
    frame = frame[frame["carrier_id"].notna()]  # a row without an id is refused by its row
    keys = frame["carrier_id"].astype(str)
    alike = keys.groupby(keys.map(_plain)).unique()
    alike = alike[alike.map(len) > 1]
    if len(alike):
        findings.append(found("join.ids_alike", field="carrier_id", key=alike.iloc[0][0], value_seen=first_of(sorted(alike.iloc[0]), 5), count=len(alike)))
    if "carrier_name" not in frame or frame["carrier_name"].equals(frame["carrier_id"]):
        return findings
    named = frame[frame["carrier_name"].notna()]
    for code, one, other in (("join.several_names", "carrier_id", "carrier_name"), ("join.several_ids", "carrier_name", "carrier_id")):
        said = named.groupby(one, sort=True)[other].unique()
        said = said[said.map(len) > 1]
        if len(said):
            findings.append(found(code, field=other, key=str(said.index[0]), value_seen=first_of(sorted(map(str, said.iloc[0])), 5), count=len(said)))
    return findings


def _plain(key: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", key)).casefold()


def drawn_as_parcels(carriers: NDArray[np.float64], parcels: NDArray[np.float64]) -> list[Finding]:
    """A warning where every carrier is one of the parcels by its box, and most parcels are carriers: the layer may be the parcels themselves, or their firms."""
    if not FEW <= len(carriers) <= len(parcels) or len(carriers) * 2 < len(parcels):
        return []
    known = set(map(tuple, np.round(parcels, 2).tolist()))
    same = all(tuple(box) in known for box in np.round(carriers, 2).tolist())
    return [found("join.carriers_are_parcels", count=len(carriers), expected=len(parcels))] if same else []
