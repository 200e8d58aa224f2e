"""The account of rows: what became of every row of every file: used, merged into another, or set aside, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.schema.raw import RawLayer
from spatial.schema.result import ROW_COLUMNS

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


def account(role: str, raw: RawLayer, left: Sequence[tuple[str, Rows]], used: Rows) -> list[dict[str, Any]]:
    """Rows of the account for one layer; the counts of all outcomes add up to the total.

    Parameters
    ----------
    raw : the file as it was read, before any row was left out
    left : (reason, row numbers) of rows left out after reading, in order
    used : row numbers of the normalised frame
    """
    aside = raw.set_aside
    size = 1 + max(int(rows.max(initial=0)) for rows in (raw.row_numbers, aside["row"].to_numpy(np.int64)))
    rest, kept = _mask(raw.row_numbers, size), _mask(used, size)
    told: list[tuple[str, str, Flags]] = []
    for reason, rows in left:
        gone = rest & _mask(rows, size)
        rest &= ~gone
        told += [("part_used", reason, gone & kept), ("set_aside", reason, gone & ~kept)]  # in part: a wide row of which some measures could be read
    told = [("used", "", rest & kept), ("merged", "", rest & ~kept), *told]  # merged: one of several rows of one key that are joined into one
    told += [("set_aside", str(reason), _mask(rows.to_numpy(np.int64), size)) for reason, rows in aside.groupby("reason", sort=False)["row"]] if len(aside) else []
    listed = [(outcome, reason, np.flatnonzero(flags)) for outcome, reason, flags in told if outcome == "used" or flags.any()]
    every = np.flatnonzero(np.logical_or.reduce([flags for _, _, flags in told]))
    assert len(every) == sum(len(rows) for _, _, rows in listed), role  # no row twice
    return [{"role": role, "path": raw.source.path, "layer": raw.source.layer, "outcome": outcome, "reason": reason, "count": len(rows), "rows": ranges(rows)}
            for outcome, reason, rows in [*listed, ("total", "", every)]]


def _mask(rows: Rows, size: int) -> Flags:
    """Row numbers as flags; those beyond the file are none of its rows."""
    flags = np.zeros(size, bool)
    flags[rows[rows < size]] = True
    return flags


def accounts_of(raw: Mapping[str, RawLayer], left: Mapping[str, Sequence[tuple[str, Rows]]], used: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The account of every layer that became a frame, in the order of the study."""
    rows = [line for role, layer in raw.items() if role in used and "row" in used[role]
            for line in account(role, layer, left.get(role, ()), used[role]["row"].to_numpy(np.int64))]
    return pd.DataFrame(rows, columns=list(ROW_COLUMNS))


def rows_used(accounts: pd.DataFrame) -> dict[str, int]:
    """How many rows of each file count, alone or made one with others, by role."""
    if not len(accounts):
        return {}
    kept = accounts[accounts["outcome"].isin(("used", "merged", "part_used"))]
    return {str(role): int(count) for role, count in kept.groupby("role", sort=False)["count"].sum().items()}


def ranges(rows: Rows) -> str:
    """Row numbers as ranges: 2-5, 8."""
    if not len(rows):
        return ""
    breaks = np.flatnonzero(np.diff(rows) > 1)
    first, last = rows[np.r_[0, breaks + 1]], rows[np.r_[breaks, len(rows) - 1]]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(first.tolist(), last.tolist(), strict=True))
