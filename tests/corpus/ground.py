"""The ground that every case of the corpus describes: five parcels and a carrier near Xiaoshan, and what a right answer says of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely.geometry import Polygon, box

METRIC = 4549  # CGCS2000, 3 degrees, central meridian 120, no prefix
X, Y = 520_000.0, 3_340_000.0
SHAPES: tuple[Polygon, ...] = (
    box(X, Y, X + 200, Y + 200),
    box(X + 400, Y, X + 600, Y + 100),
    Polygon([(X, Y + 400), (X + 300, Y + 400), (X + 300, Y + 500), (X + 150, Y + 560), (X, Y + 500)]),
    box(X + 400, Y + 400, X + 500, Y + 500),
    Polygon(box(X + 600, Y + 400, X + 800, Y + 600).exterior, [box(X + 650, Y + 450, X + 700, Y + 500).exterior]),
)
PLANE_M2 = (40_000.0, 20_000.0, 39_000.0, 10_000.0, 37_500.0)  # worked by hand: 300 x 100 + 300 x 60 / 2, and 200 x 200 - 50 x 50
INSIDE_M2 = (40_000.0, 5_000.0, 0.0, 0.0, 0.0)  # of the carrier, which holds all of the first parcel and 50 of the 200 m of the second
CARRIER = box(X - 10, Y - 10, X + 450, Y + 210)
KEYS = tuple(f"330109001001GB{i:05d}" for i in range(1, 6))
USES = ("工业用地", "工业用地", "物流仓储用地", "商业用地", "工业用地")
CODES = ("1001", "1001", "1101", "0901", "1001")
NOTES = ("东侧临河", "新塘路以北", "老厂区", "沿街", "含水塘")
COLUMNS: dict[str, list[Any]] = {"宗地代码": list(KEYS), "土地用途": list(USES), "登记面积": list(PLANE_M2), "备注": list(NOTES)}


@lru_cache
def _from_metric(epsg: int | CRS) -> Transformer:
    return Transformer.from_crs(CRS.from_epsg(METRIC), CRS.from_user_input(epsg), always_xy=True)


def in_crs(epsg: int | CRS, shapes: Any = SHAPES) -> np.ndarray:
    """The ground in another system, x east and y north."""
    move = _from_metric(epsg)
    return shapely.transform(np.asarray(shapes, dtype=object), lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1])))


@dataclass(frozen=True, slots=True)
class Truth:
    """The right numbers: parcel keys, their plane areas and the part of each inside the carrier, and their land-use codes."""

    keys: tuple[str, ...] = KEYS
    plane_m2: tuple[float, ...] = PLANE_M2
    inside_m2: tuple[float, ...] = INSIDE_M2
    codes: tuple[str, ...] | None = CODES


# at 120.21 E the 3-degree zone of 120 is 0.9999897 to 1.0000103 of the ellipsoid in area: the plane figures hold to 3e-5
SCALE_TOLERANCE = 3e-5
