"""What answers for the parcels' geometry where no one process holds it: the same steps, taken in partitions."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from spatial.normalise.layer import Layer
from spatial.normalise.places import Hint, Place
from spatial.schema.raw import Source
from spatial.schema.study import LayerSpec, Study

Rows = NDArray[np.int64]
"""Source rows of the parcels asked about; answers come in their order."""


class Shapes(Protocol):
    """The geometry of the parcels, kept in partitions; a parcel is known by its source row."""

    def boxes(self) -> NDArray[np.float64]:
        """As `places.boxes_of`: of the parcels as they stand in the file, in the order of rows."""

    def place(self, layer: Layer, source: Source, spec: LayerSpec, study: Study, *, hint: Hint, key: str, polygons: bool) -> Place | None:
        """As `places.place`; the geometry of the answer is missing throughout."""

    def move(self, target: CRS, rows: Rows) -> NDArray[np.float64]:
        """Bring the parcels of these source rows to the working CRS; they are the parcels of the run from now on. Returns the bounds of each."""

    def overlaps(self, min_area_m2: float) -> pd.DataFrame:
        """As `overlap.overlapping_pairs`, across partitions too."""

    def counted_twice(self, pairs: pd.DataFrame) -> float:
        """As `overlap.counted_twice`."""

    def fetch(self, positions: Rows) -> NDArray[Any]:
        """Geometries of some parcels of the run in the working CRS, by position."""

    def arrange(self, order: Rows) -> None:
        """The parcels of the run stand in another order from now on: the first is the one that was at `order[0]`."""

    def planar(self, rows: Rows) -> NDArray[np.float64]:
        """Plane area of each parcel in the working CRS, m²."""
