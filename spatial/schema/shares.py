"""Shares of rows in zones: the long table that joins make and sums use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Shares:
    """Share (0 to 1) of row positions in zone positions; a row may be in several zones, or in none.

    inside : the part of `share` that lies in carriers as well, so that what a zone contributes to carriers can be told
    """

    row: NDArray[np.signedinteger[Any]]
    zone: NDArray[np.signedinteger[Any]]
    share: NDArray[np.float64]
    inside: NDArray[np.float64]

    @staticmethod
    def of(frame: pd.DataFrame) -> Shares:
        return Shares(frame["row"].to_numpy(np.int64), frame["zone"].to_numpy(np.int64), frame["share"].to_numpy(float), frame["inside"].to_numpy(float))

    def frame(self) -> pd.DataFrame:
        return pd.DataFrame({"row": self.row, "zone": self.zone, "share": self.share, "inside": self.inside})
