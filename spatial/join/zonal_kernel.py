"""Exact coverage: how much of each shape lies on the valid cells of a window, and the sum of their values; exactextract does the cutting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from exactextract._exactextract import Feature
from exactextract.feature import FeatureSource
from exactextract.operation import Operation
from exactextract.processor import FeatureSequentialProcessor
from exactextract.raster import NumPyRasterSource
from exactextract.writer import Writer
from numpy.typing import NDArray

from spatial.schema.raster import Cells, Window


class _Shape(Feature):  # type: ignore[misc]
    """A shape as bytes, and the results that are written to it."""

    def __init__(self, wkb: bytes = b""):
        Feature.__init__(self)
        self.wkb = wkb
        self.held: dict[str, Any] = {}

    def geometry(self) -> bytes:
        return self.wkb

    def set(self, name: str, value: Any) -> None:
        self.held[name] = value

    def get(self, name: str) -> Any:
        return self.held.get(name)

    def fields(self) -> list[str]:
        return []

    def set_geometry(self, wkb: Any) -> None:
        pass

    def set_geometry_format(self) -> str:
        return "wkb"


class _Shapes(FeatureSource):  # type: ignore[misc]
    def __init__(self, wkb: list[bytes]):
        super().__init__()
        self.wkb = wkb

    def count(self) -> int:
        return len(self.wkb)

    def srs_wkt(self) -> None:
        return None

    def __iter__(self) -> Iterator[_Shape]:
        for wkb in self.wkb:
            yield _Shape(wkb)


class _Rows(Writer):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, Any]] = []

    def add_operation(self, operation: Any) -> None:
        pass

    def add_column(self, name: str) -> None:
        pass

    def add_geometry(self) -> None:
        pass

    def write(self, feature: Any) -> None:
        row = _Shape()
        feature.copy_to(row)
        self.rows.append(row.held)

    def finish(self) -> None:
        pass


def cut(shapes: NDArray[Any], cells: Cells, window: Window, operations: tuple[str, ...]) -> list[dict[str, Any]]:
    """Results of exactextract's operations for shapes in pixel coordinates (x = column, y = minus row), one row a shape.

    Cells that are nan are no cells; what lies outside the window is left out, so the windows of a raster add up.
    """
    column, row, wide, high = window
    # exactextract keeps bare pointers: source, writer, operations and shapes stay referenced here until it is done
    source = NumPyRasterSource(cells, column, -(row + high), column + wide, -row)
    asked = [Operation(name, name, source) for name in operations]
    given, rows = _Shapes(shapely.to_wkb(shapes).tolist()), _Rows()
    FeatureSequentialProcessor(given, rows, asked).process()
    return rows.rows


def numbers(rows: list[dict[str, Any]], name: str) -> NDArray[np.float64]:
    """One result as numbers; nothing covered is zero."""
    values = np.array([row.get(name) for row in rows], dtype=np.float64)
    return np.where(np.isfinite(values), values, 0.0)
