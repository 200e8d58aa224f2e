"""Polygons of one layer that share ground: the pairs, and the ground they cover together, counted once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

NOISE_M2 = 1e-4  # what rounding makes of a shared boundary


def overlapping_pairs(geometry: NDArray[Any], *, min_area_m2: float = 1.0) -> pd.DataFrame:
    """Pairs of polygons whose interiors meet in more than `min_area_m2`.

    Parameters
    ----------
    geometry : array of valid Polygon or MultiPolygon in plane metres; missing and empty ones share nothing

    Returns
    -------
    DataFrame: left, right (positions, left < right) and area in m², in order of position

    Notes
    -----
    Neighbours that share their edges are the rule, and are told apart at the cost of one pass over the edges; only polygons
    that do not fit their neighbours like that are cut with them.
    """
    usable = np.flatnonzero(~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    shapes = geometry[usable]
    if len(shapes) < 2:
        return _pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    suspect = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes)))
    left, right = shapely.STRtree(shapes).query(shapes[suspect], predicate="intersects")
    left = suspect[left]
    low, high = np.fmin(left, right), np.fmax(left, right)
    pairs = np.unique(np.column_stack((low, high))[low < high], axis=0)
    area = _shared(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    kept = area > min_area_m2
    return _pairs(usable[pairs[kept, 0]], usable[pairs[kept, 1]], area[kept])


def union_area(geometry: NDArray[Any], pairs: pd.DataFrame | None = None) -> float:
    """Plane area in m² of the ground that polygons cover, where they overlap counted once.

    `pairs` are those of `overlapping_pairs` down to `NOISE_M2`, if they are known already. Only polygons that hang
    together by overlaps are merged; the rest adds up.
    """
    known = overlapping_pairs(geometry, min_area_m2=NOISE_M2) if pairs is None else pairs
    total = float(np.nansum(shapely.area(geometry)))
    for members in _clusters(known):
        total -= float(shapely.area(geometry[members]).sum()) - float(shapely.area(_merged(geometry[members])))
    return total


def _pairs(left: NDArray[np.int64], right: NDArray[np.int64], area: NDArray[np.float64]) -> pd.DataFrame:
    return pd.DataFrame({"left": left, "right": right, "area": area})


def _shared(one: NDArray[Any], two: NDArray[Any]) -> NDArray[np.float64]:
    try:
        return np.asarray(shapely.area(shapely.intersection(one, two)), dtype=float)
    except shapely.errors.GEOSException:
        return np.array([_shared_one(a, b) for a, b in zip(one, two, strict=True)])


def _shared_one(one: Any, two: Any) -> float:
    """One intersection; where the engine fails on the coordinates as they are, on a grid of a micrometre."""
    try:
        return float(shapely.area(shapely.intersection(one, two)))
    except shapely.errors.GEOSException:
        return float(shapely.area(shapely.intersection(shapely.make_valid(one), shapely.make_valid(two), grid_size=1e-6)))


def _merged(shapes: NDArray[Any]) -> Any:
    try:
        return shapely.union_all(shapes)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapely.make_valid(shapes), grid_size=1e-6)


def _clusters(pairs: pd.DataFrame) -> list[NDArray[np.int64]]:
    """Positions that hang together by pairs, smallest first."""
    parent: dict[int, int] = {}

    def root(at: int) -> int:
        while parent.setdefault(at, at) != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for left, right in zip(pairs["left"].tolist(), pairs["right"].tolist(), strict=True):
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    groups: dict[int, list[int]] = {}
    for member in sorted(parent):
        groups.setdefault(root(member), []).append(member)
    return [np.array(members, dtype=np.int64) for _, members in sorted(groups.items())]
