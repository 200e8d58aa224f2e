"""A column of texts as Arrow holds it, for questions that are asked of a million cells at once."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from spatial.rings import by_threads

_RAISED = re.compile("(?<![A-Za-z])[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]|[\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf]")
FEW = 64  # cells that are read one by one


def text_column(values: pd.Series) -> pa.Array | None:
    """The cells as an Arrow array where all are text or nothing; None where one is of another kind."""
    if len(values) < FEW or not (values.dtype == object or isinstance(values.dtype, pd.StringDtype)):
        return None
    try:
        return pa.array(values.to_numpy(), type=pa.string(), from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        return None


def matching(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    """Whether a pattern is found in each text; never in nothing."""
    return by_threads(lambda own: np.asarray(pc.match_substring_regex(texts[own], pattern).fill_null(False).to_numpy(zero_copy_only=False), dtype=bool), len(texts))


def raised_figure(text: str) -> bool:
    """Whether a footnote mark (①, ⑴, ¹) stands in a text where it would be read as a digit; the 2 of m² and km² is none."""
    return not text.isascii() and _RAISED.search(text) is not None
