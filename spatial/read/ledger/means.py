"""Rows that are the mean of the others and do not say so: 一般水平, or a town's name, with every number the mean of its column."""

from __future__ import annotations

import numpy as np

from spatial.errors import Finding, Several, found
from spatial.read.ledger.grid import Grid, filled
from spatial.read.ledger.group_sums import CERTAIN_DIGITS, LISTED, STATES_ZONES, half_unit, label_of, mostly_text, significant
from spatial.read.ledger.header import Header, clean
from spatial.read.ledger.totals import adds_up, column_numbers

FEWEST = 3  # rows that a mean is of
MOST_ROWS = 20_000  # a table so long has its means elsewhere
CLOSE = 1e-3  # of a rounded mean


def mean_rows(grid: Grid, header: Header, reasons: dict[int, str], place: dict[str, str]) -> list[Finding]:
    """An error for each row whose numbers, in two columns and more, are the means of all other rows: it may be no row of data.

    Asked are rows that lack a word which rows usually have, and those of which so many digits agree that chance is out of the question.
    """
    data = np.array([row for row in range(header.data, len(grid.cells)) if row not in reasons], dtype=np.int64)
    if not FEWEST < len(data) <= MOST_ROWS or place.get("role") in STATES_ZONES:
        return []
    words = [c for c, name in zip(header.columns, header.headers, strict=True) if not adds_up(name) or mostly_text(grid.cells[data, c])]
    amounts = [c for c in header.columns if c not in words]
    if len(amounts) < 2 or not words:
        return []
    said = filled(grid.cells[data][:, words])
    lacks = np.asarray(~said[:, said.mean(axis=0) > 0.5].all(axis=1), dtype=bool)
    numbers = np.column_stack([column_numbers(grid.cells[data, c])[0] for c in amounts])
    known = ~np.isnan(numbers)
    others = known.sum(axis=0) - known
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (np.nansum(numbers, axis=0) - np.nan_to_num(numbers)) / others
    varied = np.nanmax(np.where(known, numbers, -np.inf), axis=0) > np.nanmin(np.where(known, numbers, np.inf), axis=0)
    asked = known & varied & (others >= FEWEST) & (numbers != 0)
    near = np.abs(numbers - means) <= CLOSE * np.abs(means)
    findings = []
    for at in np.flatnonzero((asked.sum(axis=1) >= 2) & (near | ~asked).all(axis=1)).tolist():
        own, mean = numbers[at, asked[at]], means[at, asked[at]]
        if (np.abs(own - mean) > [1.001 * half_unit(v) + 1e-9 * abs(v) for v in own]).any():
            continue  # near, but not what rounding makes of the mean
        if not lacks[at] and sum(map(significant, own)) < 2 * CERTAIN_DIGITS:
            continue
        row = int(data[at])
        shown = [(name, clean(grid.cells[row, c])) for c, name in zip(header.columns, header.headers, strict=True) if c in amounts and grid.cells[row, c] is not None][:4]
        findings.append(found("ledger.row_is_mean", **place, row=int(grid.row_numbers[row]), key=label_of(grid, header, row), field=Several(name for name, _ in shown),
                              value_seen=Several(text for _, text in shown), count=int(others[at].max())))
    return findings[:LISTED]
