"""A raster as the core sees it: a grid in its own CRS, read window by window in physical values, and what its cells mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

Window = tuple[int, int, int, int]  # first column, first row, columns, rows
Transform = tuple[float, float, float, float, float, float]  # x = a column + b row + c, y = d column + e row + f
Cells = NDArray[np.float64]

MEASURES = ("built_fraction", "cover", "ndvi", "ndbi", "mndwi", "night_light", "elevation", "slope")
COVER = {1: "built", 2: "bare", 3: "vegetation", 4: "water"}


@dataclass(frozen=True)
class Raster:
    """One band, or one index of several bands, of a raster file.

    name : of the layer in the study file; begins the names of its columns
    kind : continuous values are averaged, classes never are
    measure : what the cells say of the ground ("" where the study does not say), one of MEASURES
    groups : class code -> built | bare | vegetation | water, for land cover
    block : columns and rows in which the file is best read
    read : window -> values as float, rows x columns, physical (scale and offset applied), nan where there is no valid value
    doubts : values that stand for missing in all likelihood, though the file declares none
    ceiling : the one of them that is the largest value of its type: an image may reach it, so it must lie well apart from the rest
    """

    role: str
    name: str
    path: str
    band: str
    kind: Literal["continuous", "classes"]
    day: date | None
    unit: str
    crs: CRS
    transform: Transform
    width: int
    height: int
    block: tuple[int, int]
    read: Callable[[Window], Cells]
    measure: str = ""
    groups: Mapping[int, str] = field(default_factory=dict)
    doubts: tuple[float, ...] = ()
    ceiling: float | None = None

    @property
    def cell_m(self) -> float:
        """Length of a cell's side (root of its area), in the units of the CRS."""
        a, b, _, d, e, _ = self.transform
        return float(np.sqrt(abs(a * e - b * d)))
