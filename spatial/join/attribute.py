"""Ledgers to parcels by key: matched pairs, what stayed alone on either side, and many rows made one by a stated rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.join.key_forms import one_edit_away
from spatial.schema.joined import KeyMatch
from spatial.schema.keys import match_keys
from spatial.schema.sums import group_sums

_ALIKE = {ord(a): b for a, b in zip("OIL([-_", ["0", "1", "1", "", "", "", ""], strict=True)} | {ord(c): "" for c in ")]〔〕"}
BLOCK = 500_000  # parcels whose keys are made at a time


def match(ledger_keys: pd.Series, parcel_keys: pd.Series) -> KeyMatch:
    """Match ledger rows to parcels by key.

    Parameters
    ----------
    ledger_keys : one id, or a tuple of ids, for each row; missing matches nothing
    parcel_keys : one id for each parcel; several parcels may share one
    """
    left = pd.DataFrame({"row": np.arange(len(ledger_keys)), "key": ledger_keys.to_numpy(object)})
    left = left.explode("key", ignore_index=True)
    left["key"] = match_keys(left["key"])
    left = left[left["key"].notna()].drop_duplicates()
    joined = left.merge(_holding(parcel_keys, set(left["key"])), on="key")
    pairs = joined[["row", "parcel"]].drop_duplicates(ignore_index=True)
    row_matched, parcel_matched = np.zeros(len(ledger_keys), bool), np.zeros(len(parcel_keys), bool)
    row_keyed = np.zeros(len(ledger_keys), bool)
    row_matched[pairs["row"]] = True
    parcel_matched[pairs["parcel"]] = True
    row_keyed[left["row"]] = True
    rows_per_key = joined.groupby("key")["row"].nunique()
    return KeyMatch(pairs, row_matched, row_keyed, parcel_matched, int((rows_per_key > 1).sum()))


def _holding(parcel_keys: pd.Series, wanted: set[str]) -> pd.DataFrame:
    """Positions and keys of the parcels whose key is wanted, some parcels looked at at a time."""
    found = []
    for first in range(0, len(parcel_keys), BLOCK):
        keys = match_keys(parcel_keys.iloc[first : first + BLOCK]).to_numpy(object)
        at = np.flatnonzero(np.fromiter((key in wanted for key in keys), dtype=bool, count=len(keys)))
        found.append(pd.DataFrame({"parcel": at + first, "key": pd.Series(keys[at], dtype=object)}))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame({"parcel": np.zeros(0, np.int64), "key": pd.Series(dtype=object)})


def one_row(values: pd.Series, groups: NDArray[Any], rule: str, yes: Callable[[Any], bool] | None = None, first: Sequence[Any] = ()) -> pd.Series:
    """Many ledger rows made one for each group, by the rule the study states for the field.

    Parameters
    ----------
    values : the field, one for each ledger row, in the order of the ledger
    groups : the parcel (position) of each row
    rule : sum (of the known values), first (known value), any, all
    yes : for any and all, whether a value counts as yes; the group keeps a value that does, or one that does not
    first : for any and all, the values that are kept before others, the first before all; among the rest the smallest as text
    """
    known = values[values.notna().to_numpy()]
    by = pd.Series(np.asarray(groups)[values.notna().to_numpy()], index=known.index)
    if rule == "sum":
        return group_sums(known.astype(float), by)
    if rule in ("any", "all"):
        is_yes = known.map(yes or bool).astype(bool)
        verdict = is_yes.groupby(by).any() if rule == "any" else is_yes.groupby(by).all()
        agreeing = known[is_yes.to_numpy() == by.map(verdict).to_numpy()]
        rank = {value: (place, "") for place, value in enumerate(first)}
        agreeing = agreeing.iloc[sorted(range(len(agreeing)), key=[rank.get(value, (len(rank), str(value))) for value in agreeing].__getitem__)]
        return agreeing.groupby(by[agreeing.index], sort=True).first()
    return known.groupby(by, sort=True).first()


def conflicting(values: pd.Series, groups: NDArray[Any]) -> NDArray[Any]:
    """Groups whose known values differ: those no rule-less join may decide."""
    known = values[values.notna().to_numpy()]
    by = pd.Series(np.asarray(groups)[values.notna().to_numpy()], index=known.index)
    distinct = known.groupby(by).nunique()
    return np.asarray(distinct.index[distinct > 1])


def near_misses(missing: list[str], known: Mapping[str, Any]) -> dict[str, str]:
    """For ids that found nothing, the one known id that differs by O/0 or I/1, by brackets, by zeros that a spreadsheet adds or drops, or by one character; a suggestion, never taken.

    Where several known ids are as near, none is said: which one stood first would decide.
    """
    swapped: dict[str, set[str]] = {}
    for key in known:
        swapped.setdefault(_alike(key), set()).add(key)
    alike = {key: swapped[_alike(key)] for key in missing if _alike(key) in swapped}
    near = {key: next(iter(keys)) for key, keys in alike.items() if len(keys) == 1}
    return near | one_edit_away([key for key in dict.fromkeys(missing) if key not in alike], known)


def _alike(key: str) -> str:
    return key.translate(_ALIKE).removesuffix(".0").lstrip("0")
