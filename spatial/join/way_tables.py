"""How the rows of a ledger met parcels, as tables: one record a way for results.json, and the rows of matches.csv."""

from __future__ import annotations

import heapq
from collections.abc import Sequence, Set
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.join.attribute import near_misses
from spatial.join.way_rows import NUMBERS, Row
from spatial.schema.joined import MATCH_COLUMNS
from spatial.schema.keys import match_keys

SUGGESTED = 200  # unmatched rows for which a near id is looked for
HELD = 10_000  # parcels without a row that are listed one by one


def without_row(ids: pd.Series, spoken: Set[str] = frozenset()) -> tuple[int, list[str]]:
    """How many parcels, of these ids, no row of the ledger speaks of, and the ids of the first of them."""
    free = ids[(ids.notna() & ~ids.isin(spoken)).to_numpy()].drop_duplicates()
    return len(free), heapq.nsmallest(HELD, free)


def records(role: str, how: NDArray[Any], matched: Sequence[Sequence[str]], parcels: int) -> list[dict[str, Any]]:
    """One record a way that found rows beyond their code, beside the record of the join as a whole."""
    records = []
    for way in (*NUMBERS, "location"):
        rows = np.flatnonzero(how == way)
        if len(rows):
            counts = pd.Series([key for i in rows.tolist() for key in matched[i]], dtype=object).value_counts()
            records.append({"left": role, "right": "parcels", "key": way, "matched": len(rows), "left_only": len(how) - len(rows),
                            "right_only": parcels - len(counts), "one_to_many": int((counts > 1).sum())})
    return records


def match_table(role: str, ledger: pd.DataFrame, rows: Sequence[Row], how: NDArray[Any], parcels: pd.DataFrame, codes: pd.Series, free: Sequence[str],
                off: pd.DataFrame) -> pd.DataFrame:
    """The rows a reader must look at: found by another way than their code, not found, in doubt; and the parcels without a row."""
    astray = {int(i): there for i, there in zip(off["row"], off["parcel_id"], strict=True)}
    told = [i for i, way in enumerate(how.tolist()) if way != "parcel_id" or rows[i].lost or i in astray]
    near = _near([text for i in told[:SUGGESTED] if how[i] == "" for text in rows[i].lost], parcels, codes)
    numbers = [ledger[name].tolist() for name in ("supply_no", "supply_id", "parcel_no", "contract_no") if name in ledger]
    lines: list[tuple[Any, ...]] = []
    for i, number in zip(told, ledger["row"].to_numpy(np.int64)[told].tolist(), strict=True):
        row = rows[i]
        doubt = sorted({key for keys in row.several.values() for key in keys} | ({key for ids in row.hits.values() for key in ids} if how[i] == "" else set()))
        said = [*map(str, row.lost), *(column[i] for column in numbers if isinstance(column[i], str))]
        hints = [near[text] for text in row.lost if text in near]
        lines.append((role, number, ";".join(said), how[i], ";".join(row.ids) if how[i] else "", ";".join(doubt), ";".join(hints), astray.get(i, "")))
    if len(free):
        lines += [(role, None, "", "", key, "", "", "") for key in free]
    return pd.DataFrame(lines, columns=list(MATCH_COLUMNS)).astype({"row": "Int64"})


def _near(lost: Sequence[str], parcels: pd.DataFrame, codes: pd.Series) -> dict[str, str]:
    """Ids that are no parcel's -> the id of the parcel that they may have been meant for."""
    texts = list(dict.fromkeys(lost))
    keys = match_keys(pd.Series(texts, dtype=object)).tolist()
    near = near_misses([key for key in keys if key is not None], dict.fromkeys(codes.dropna())) if keys else {}
    held = codes.isin(list(near.values()))
    ids = dict(zip(codes[held], parcels["parcel_id"][held], strict=True))
    return {text: ids[near[key]] for text, key in zip(texts, keys, strict=True) if key in near}
