"""What answers for the parcels' geometry where no one process holds it: the same steps, taken in partitions."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from spatial.normalise.fabric import Fabric
from spatial.normalise.layer import Layer
from spatial.normalise.places import Hint, Place
from spatial.schema.raw import Source
from spatial.schema.study import LayerSpec, Study

Rows = NDArray[np.int64]


class Shapes(Fabric, Protocol):
    """The geometry of the parcels, kept in partitions: known by source row until they are placed, then a fabric by position in the run."""

    def file_boxes(self) -> NDArray[np.float64]:
        """As `places.boxes_of`: of the parcels as they stand in the file, in the order of rows."""

    def place(self, layer: Layer, source: Source, spec: LayerSpec, study: Study, *, hint: Hint, key: str, polygons: bool) -> Place | None:
        """As `places.place`; the geometry of the answer is missing throughout."""

    def move(self, target: CRS, rows: Rows) -> NDArray[np.float64]:
        """Bring the parcels of these source rows to the working CRS; they are the parcels of the run from now on. Returns the bounds of each."""

    def arrange(self, order: Rows) -> None:
        """The parcels of the run stand in another order from now on: the first is the one that was at `order[0]`."""
