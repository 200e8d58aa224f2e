"""Where the parcel layer and the supply ledger say different things of one parcel: told, with what each figure follows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spatial.errors import Finding, found
from spatial.indicators.status import IDLE, STATUS
from spatial.schema.columns import in_file
from spatial.schema.study import Study


def status_differs(parcels: pd.DataFrame, status: pd.DataFrame) -> list[Finding]:
    """One finding for all parcels whose status column is not what the ledger gives, the first of them named; the ledger is what counts.

    parcels : with `land_status` (code, or None) and `land_status_word` where a status column was mapped; a word without a code says nothing
    status : as `derive.parcel_status` gives it, in the same order
    """
    if "land_status" not in parcels:
        return []
    stated, counted = parcels["land_status"].to_numpy(object), status["land_status"].to_numpy(object)
    said = parcels["land_status"].notna().to_numpy() & (stated != "undetermined") & (status["reason"] != "stated").to_numpy()
    apart = in_file(parcels, np.flatnonzero(said & (stated != counted) & status["status_row"].notna().to_numpy()))
    if not len(apart):
        return []
    first = int(apart[0])
    word = parcels["land_status_word"].iloc[first] if "land_status_word" in parcels else stated[first]
    names = STATUS[counted[first]]
    return [found("status.column_differs", role="parcels", field="land_status", count=len(apart), key=parcels["parcel_id"].iloc[first], row=_row(parcels, first), value_seen=word,
                  value_used=counted[first], computed={"zh": names[0], "en": names[1]}, idle=int((np.isin(stated[apart], IDLE) != np.isin(counted[apart], IDLE)).sum()))]


def use_differs(supply: pd.DataFrame, stated: pd.Series, parcels: pd.DataFrame, pairs: pd.DataFrame, study: Study) -> list[Finding]:
    """One finding for all contracts that are industrial where their parcel in the layer is not, or the other way round, the first of them named.

    supply : with the land use that each contract states or takes from its parcel; stated : the use that stands in the contract itself (None: none)
    pairs : row, parcel (positions) of the contracts on parcels
    """
    row, parcel = pairs["row"].to_numpy(np.int64), pairs["parcel"].to_numpy(np.int64)
    contract, layer = stated.to_numpy(object)[row], parcels["land_use"].to_numpy(object)[parcel]
    other = np.flatnonzero(pd.notna(contract) & pd.notna(layer) & (contract != layer))
    verdict = {code: study.industrial(code) for code in {*contract[other], *layer[other]}}
    at = np.array([i for i in other.tolist() if verdict[contract[i]] != verdict[layer[i]]], dtype=np.int64)
    if not len(at):
        return []
    row_of = supply["row"].to_numpy(np.int64)[row[at]]
    first = int(at[np.lexsort((parcel[at], row_of))[0]])
    return [found("supply.use_differs", role="supply", field="land_use", count=len(np.unique(row[at])), row=int(row_of.min()), key=parcels["parcel_id"].iloc[int(parcel[first])],
                  value_seen=contract[first], value_used=layer[first])]


def _row(frame: pd.DataFrame, at: int) -> int | None:
    return int(frame["row"].iloc[at]) if "row" in frame else None
