"""Columns of large frames kept small: equal texts are one object, and a frame that is widened shares what it had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

AnyFrame = TypeVar("AnyFrame", bound=pd.DataFrame)


def each(texts: pd.Series, change: Callable[[Any], Any]) -> pd.Series:
    """`change` of every text, asked once for each distinct one; missing texts stay missing (None). Index as given, object cells."""
    place, distinct = pd.factorize(texts)
    answers = np.empty(len(distinct) + 1, dtype=object)
    for position, text in enumerate(distinct):
        answers[position] = change(text)
    return pd.Series(answers[place], index=texts.index, dtype=object)


def distinct(cells: pd.Series) -> list[Any]:
    """The different cells that say something, in the order in which they come."""
    return [cell for cell in cells.unique().tolist() if not pd.isna(cell)]


def in_file(frame: pd.DataFrame, positions: Any) -> NDArray[np.int64]:
    """Positions of rows in the order in which their file lists them: what a finding shows of many is the first there."""
    at = np.asarray(positions, dtype=np.int64)
    return at[np.argsort(frame["row"].to_numpy(np.int64)[at], kind="stable")] if "row" in frame else at


def beside(frame: AnyFrame, *others: pd.DataFrame) -> AnyFrame:
    """The frame with the columns of others beside its own; all have one index, and no column is copied."""
    new = {name: other[name] for other in others for name in other.columns}
    if set(new) & set(frame.columns) or not all(other.index.equals(frame.index) for other in others):
        raise ValueError("columns of the same name, or of another index")
    return frame.assign(**new)
