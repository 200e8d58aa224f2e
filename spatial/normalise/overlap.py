"""Polygons of one layer that share ground: the pairs, and the ground they cover together, counted once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.edges import covered, open_edged
from spatial.linked import groups
from spatial.rings import combined, each_span, united

NOISE_M2 = 1e-4  # what rounding makes of a shared boundary
MANY_PAIRS = 20_000  # above this, neighbours that share their edges are told apart before they are compared


def overlapping_pairs(geometry: NDArray[Any], *, min_area_m2: float = 1.0, edged: NDArray[np.bool_] | None = None) -> pd.DataFrame:
    """Pairs of polygons whose interiors meet in more than `min_area_m2`.

    Parameters
    ----------
    geometry : array of valid Polygon or MultiPolygon in plane metres; missing and empty ones share nothing
    edged : `edges.open_edged`, where it is at hand; of a layer from which polygons that share ground with none were left out, that of the whole layer

    Returns
    -------
    DataFrame: left, right (positions, left < right) and area in m², in order of position
    """
    usable = np.flatnonzero(~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    shapes = geometry[usable]
    left, right = _candidates(shapes, shapely.STRtree(shapes))
    asked = _asked(shapes, left, right, None if edged is None else edged[usable])
    meet = np.zeros(len(left), bool)
    meet[asked] = _meet(shapes, *_turned(shapes, left[asked], right[asked]))
    if not asked.all():  # what overlaps one polygon may overlap others that nothing gave away
        hit = np.zeros(len(shapes), bool)
        hit[left[meet]] = hit[right[meet]] = True
        more = ~asked & (hit[left] | hit[right])
        meet[more] = _meet(shapes, *_turned(shapes, left[more], right[more]))
    left, right = _turned(shapes, left[meet], right[meet])
    area = _shared(shapes[left], shapes[right])
    kept = area > min_area_m2
    left, right = usable[left[kept]], usable[right[kept]]
    low, high, area = np.fmin(left, right), np.fmax(left, right), area[kept]
    order = np.lexsort((high, low))
    return pd.DataFrame({"left": low[order], "right": high[order], "area": area[order]})


def _candidates(shapes: NDArray[Any], tree: shapely.STRtree) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs whose boxes share ground."""
    tree.query(shapes[:1])  # a tree is built when it is first asked; threads find it built
    west, south, east, north = shapely.bounds(shapes).T.copy()

    def met(own: slice) -> NDArray[np.int64]:
        """The pairs of the polygons of a span with those after them."""
        left, right = tree.query(shapes[own])
        left += own.start
        once = left < right
        left, right = left[once], right[once]
        wide = np.fmin(east[left], east[right]) - np.fmax(west[left], west[right])
        high = np.fmin(north[left], north[right]) - np.fmax(south[left], south[right])
        return np.stack([left, right])[:, wide * high > NOISE_M2].astype(np.int64)

    found_ = each_span(met, len(shapes))
    left, right = np.concatenate(found_, axis=1) if found_ else np.empty((2, 0), dtype=np.int64)
    return left, right


def _turned(shapes: NDArray[Any], left: NDArray[np.int64], right: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs with the one of more vertices first; of as many the place decides, not the row: the last bits of an area hang on which is first."""
    ahead = np.sign(shapely.get_num_coordinates(shapes[left]) - shapely.get_num_coordinates(shapes[right])).astype(np.int64)
    box, other = shapely.bounds(shapes[left]), shapely.bounds(shapes[right])
    for side in (3, 2, 1, 0):
        ahead = np.where(ahead == 0, np.sign(other[:, side] - box[:, side]).astype(np.int64), ahead)
    ahead = np.where(ahead == 0, right - left, ahead)
    return np.where(ahead > 0, left, right), np.where(ahead > 0, right, left)


def _asked(shapes: NDArray[Any], left: NDArray[np.int64], right: NDArray[np.int64], edged: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """The pairs to compare: of few pairs all, of many those in which one polygon has an edge of its own or is covered by another.

    Every polygon that overlaps any is in one of these pairs with a polygon it overlaps; see `edges`.
    """
    if len(left) <= MANY_PAIRS:
        return np.ones(len(left), bool)
    suspect = covered(shapes, left, right, open_edged(shapes) if edged is None else edged)
    return np.asarray(suspect[left] | suspect[right], dtype=bool)


def _meet(shapes: NDArray[Any], left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the interiors of two polygons meet."""
    shapely.prepare(shapes[np.unique(left)])
    return np.asarray(shapely.relate_pattern(shapes[left], shapes[right], "T********"), dtype=bool)


def counted_twice(geometry: NDArray[Any], pairs: pd.DataFrame) -> float:
    """Plane area in m² by which the areas of polygons exceed the ground they cover, from the pairs that overlap."""
    return math.fsum(math.fsum(shapely.area(geometry[members]).tolist()) - float(shapely.area(_merged(geometry[members]))) for members in _clusters(pairs))


def _shared(one: NDArray[Any], two: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(shapely.area(combined(shapely.intersection, one, two)), dtype=float)


def _merged(shapes: NDArray[Any]) -> Any:
    try:
        return united(shapes)
    except shapely.errors.GEOSException:
        return united(shapely.make_valid(shapes), grid_size=1e-6)


def _clusters(pairs: pd.DataFrame) -> list[NDArray[np.int64]]:
    """Positions that hang together by pairs, group by group."""
    met, place = np.unique(pairs[["left", "right"]].to_numpy(np.int64), return_inverse=True)
    one, two = place.reshape(-1, 2).T
    return [met[group] for group in groups(one, two, len(met))]
