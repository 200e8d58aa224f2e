"""Rows that hold from one day to another: a span that ends before it begins has no day at all."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spatial.errors import Finding, found, lines_of

SPANS = {"leases": ("from", "to"), "carriers": ("valid_from", "valid_to")}  # by the kind of layer


def spans_reversed(kind: str, frame: pd.DataFrame) -> list[Finding]:
    """A warning for rows whose last day lies before their first: they count on no day, and nobody meant that."""
    first, last = SPANS.get(kind, ("", ""))
    if first not in frame or last not in frame:
        return []
    wrong = np.flatnonzero((frame[last] < frame[first]).to_numpy(bool))
    if not len(wrong):
        return []
    i = int(wrong[0])
    return [found("row.span_reversed", field=last, row=int(frame["row"].iloc[i]), count=len(wrong), value_seen=str(frame[last].iloc[i])[:10], value_used=str(frame[first].iloc[i])[:10],
                  rows=lines_of(frame["row"].iloc[wrong]))]
