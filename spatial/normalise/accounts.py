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


def account(role: str, raw: RawLayer, left: Sequence[tuple[str, Rows]], used: Rows) -> list[dict[str, Any]]:
    """Rows of the account for one layer; the counts of all outcomes add up to the total.

    Parameters
    ----------
    raw : the file as it was read, before any row was left out
    left : (reason, row numbers) of rows left out after reading, in order
    used : row numbers of the normalised frame
    """
    aside = raw.set_aside
    read = np.unique(raw.row_numbers)
    parts: list[tuple[str, str, Rows]] = [("set_aside", str(reason), rows.to_numpy(np.int64)) for reason, rows in aside.groupby("reason", sort=False)["row"]] if len(aside) else []
    rest = read
    for reason, rows in left:
        gone = np.intersect1d(rest, rows)
        in_part = np.intersect1d(gone, used)  # a wide row of which some measures could be read
        parts += [("part_used", reason, in_part), ("set_aside", reason, np.setdiff1d(gone, used))]
        rest = np.setdiff1d(rest, gone)
    parts.insert(0, ("used", "", np.intersect1d(rest, used)))
    parts.insert(1, ("merged", "", np.setdiff1d(rest, used)))  # one of several rows of one key that the study or the kind of ledger joins
    told = [(outcome, reason, np.unique(rows)) for outcome, reason, rows in parts if len(rows) or outcome == "used"]
    every = np.unique(np.concatenate([rows for _, _, rows in told]))
    assert len(every) == sum(len(rows) for _, _, rows in told), role  # no row twice
    return [{"role": role, "path": raw.source.path, "layer": raw.source.layer, "outcome": outcome, "reason": reason, "count": len(rows), "rows": ranges(rows)}
            for outcome, reason, rows in [*told, ("total", "", every)]]


def accounts_of(raw: Mapping[str, RawLayer], left: Mapping[str, Sequence[tuple[str, Rows]]], used: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The account of every layer that became a frame, in the order of the study."""
    rows = [line for role, layer in raw.items() if role in used and "row" in used[role]
            for line in account(role, layer, left.get(role, ()), np.unique(used[role]["row"].to_numpy(np.int64)))]
    return pd.DataFrame(rows, columns=list(ROW_COLUMNS))


def ranges(rows: Rows) -> str:
    """Row numbers as ranges: 2-5, 8."""
    if not len(rows):
        return ""
    breaks = np.flatnonzero(np.diff(rows) > 1)
    first, last = rows[np.r_[0, breaks + 1]], rows[np.r_[breaks, len(rows) - 1]]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(first.tolist(), last.tolist(), strict=True))
