"""Units that are wrong by a known factor: a column compared with a reference by the median of its ratios."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

# what the ratio of a written to a true value is when two units were mixed up
FACTORS: tuple[tuple[float, str], ...] = (
    (15.0, "15"), (2000 / 3, "666.67"), (10_000.0, "10,000"), (100.0, "100"), (1000.0, "1,000"), (150_000.0, "150,000"), (1_000_000.0, "1,000,000"),
    (100_000_000.0, "100,000,000"),
)
TOLERANCE = 0.08  # of a ratio about a factor; land registers differ from geometry by less


def telltale_factor(values: pd.Series, reference: pd.Series) -> tuple[str, Any] | None:
    """The factor by which most of a column is off from its reference, or None.

    Parameters
    ----------
    values, reference : Series of the same unit on the same index; rows without both, or not above zero, say nothing

    Returns
    -------
    (factor, mask) or None
        "15", "666.67", "10,000" or "1/15", ...; the mask marks the rows that are off by it. Reported when over half of the rows that can be compared are.
    """
    ratio = (values.astype("float64") / reference.astype("float64")).to_numpy(copy=True)
    usable = np.isfinite(ratio) & (ratio > 0)
    if not usable.any():
        return None
    best: tuple[int, str, Any] | None = None
    for size, name in FACTORS:
        for true, shown in ((size, name), (1 / size, f"1/{name}")):
            near = usable & (np.abs(np.log(np.where(usable, ratio, 1.0)) - math.log(true)) < math.log1p(TOLERANCE))
            if near.sum() * 2 > usable.sum() and (best is None or near.sum() > best[0]):
                best = (int(near.sum()), shown, near)
    return None if best is None else (best[1], best[2])


ROW_FACTORS = ((15.0, "15"), (2000 / 3, "666.67"), (10_000.0, "10,000"))  # 亩-公顷, 亩-平方米, 公顷-平方米
ROW_TOLERANCE = 0.02


def telltale_rows(values: pd.Series, reference: pd.Series) -> list[tuple[int, str]]:
    """(position, factor) of single rows off by a factor between area units, where the column as a whole agrees with its reference."""
    ratio = (values.astype("float64") / reference.astype("float64")).to_numpy(copy=True)
    usable = np.isfinite(ratio) & (ratio > 0)
    if usable.sum() < 3 or (np.abs(ratio[usable] - 1) <= 0.1).sum() * 4 < usable.sum() * 3:
        return []
    rows: list[tuple[int, str]] = []
    for i in np.flatnonzero(usable & (np.abs(np.where(usable, ratio, 1.0) - 1) > 0.1)):
        for size, name in ROW_FACTORS:
            for true, shown in ((size, name), (1 / size, f"1/{name}")):
                if abs(ratio[i] / true - 1) <= ROW_TOLERANCE:
                    rows.append((int(i), shown))
    return rows


def all_off(values: pd.Series, reference: pd.Series) -> bool:
    """Whether two rows are all that can be compared, and both are off by the same factor between area units: that is no coincidence."""
    ratio = (values.astype("float64") / reference.astype("float64")).to_numpy()
    ratio = ratio[np.isfinite(ratio) & (ratio > 0)]
    return len(ratio) == 2 and any((np.abs(ratio / true - 1) <= ROW_TOLERANCE).all() for size, _ in ROW_FACTORS for true in (size, 1 / size))
