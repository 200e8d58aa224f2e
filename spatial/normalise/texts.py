"""A column of texts as Arrow holds it, for questions that are asked of a million cells at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

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
    return np.asarray(pc.match_substring_regex(texts, pattern).fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)
