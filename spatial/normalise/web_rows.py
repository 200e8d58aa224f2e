"""Parcels that seem to come from a web map among others that do not: they lie over other parcels, and fit between them once GCJ-02 or BD-09 is undone.

Only a suspicion; nothing is moved. It is asked of parcels that share ground with others, and only where the layer can tell: the place that the shift
leads to is free, along edges of other parcels, and no place that far away in another direction is so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import CGCS2000, reproject
from spatial.errors import Finding, first_of, found
from spatial.normalise.fabric import Fabric, widened
from spatial.normalise.web_datum import from_web

OVERLAID = 0.1  # of a parcel's area that others share, before it is asked about
FREE = 0.03  # of its area that others may share at the place where it should lie
NEAR_M = 1.5  # from an edge of another parcel: edges that two parcels share
TOUCHES = 0.15  # of its outline that runs along others there
CORNERS = 2  # of its corners that are corners of others there: the ends of a shared edge
ALONG = 64  # points of an outline
DIRECTIONS = 12
MOST = 5_000  # a layer in which more parcels lie over others has another trouble
LISTED = 20


def rows_from_web(fabric: Fabric, pairs: pd.DataFrame, crs: CRS, keys: NDArray[Any], rows: NDArray[np.int64]) -> list[Finding]:
    """A warning for the parcels that fit the layer once the shift of a web map is undone.

    Parameters
    ----------
    fabric : the parcels, in China
    pairs : which of them share ground, as `overlap.overlapping_pairs` tells
    """
    area = fabric.plane_m2
    shared = np.bincount(pairs["left"], pairs["area"], len(area)) + np.bincount(pairs["right"], pairs["area"], len(area))
    asked = np.flatnonzero(shared >= OVERLAID * np.fmax(area, 1e-9))
    if not 0 < len(asked) <= MOST:
        return []
    shapes, findings = fabric.fetch(asked), []
    for system in ("GCJ-02", "BD-09"):
        moved = _undone(shapes, crs, system)
        shift = shapely.get_coordinates(shapely.centroid(moved)) - shapely.get_coordinates(shapely.centroid(shapes))
        turns = [shift @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) for a in (np.arange(1, DIRECTIONS) * 2 * np.pi / DIRECTIONS).tolist()]
        box = shapely.bounds(shapes)
        layer = _Layer(fabric, np.concatenate([shapely.bounds(moved), *(box + np.tile(away, 2) for away in turns)]))
        fits = layer.fits(moved, asked)
        for away in turns:
            at = np.flatnonzero(fits)
            if not len(at):
                break
            fits[at[layer.fits(_carried(shapes[at], away[at]), asked[at])]] = False
        if fits.any():
            told = asked[fits]
            findings.append(found("crs.web_rows", field="crs", row=int(rows[told].min()), count=len(told), key=first_of(sorted(str(key) for key in keys[told]), LISTED),
                                  value_seen=f"{float(np.hypot(*shift[fits].T).mean()):.0f} m", value_used=system))
    return findings


def _undone(shapes: NDArray[Any], crs: CRS, system: str) -> NDArray[Any]:
    """Shapes with the shift of a web map undone."""
    def plain(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(from_web(xy[:, 0], xy[:, 1], system))

    return np.asarray(reproject(np.asarray(shapely.transform(reproject(shapes, crs, CGCS2000), plain), dtype=object), CGCS2000, crs), dtype=object)


def _carried(shapes: NDArray[Any], away: NDArray[np.float64]) -> NDArray[Any]:
    """Each shape moved by a step of its own."""
    xy, index = shapely.get_coordinates(shapes, return_index=True)
    return np.asarray(shapely.set_coordinates(shapes.copy(), xy + away[index]), dtype=object)


class _Layer:
    """The parcels near some boxes, asked whether a shape lies free among them and along their edges."""

    def __init__(self, fabric: Fabric, boxes: NDArray[np.float64]):
        self.place = fabric.near(widened(boxes, NEAR_M))
        self.shapes = fabric.fetch(self.place)
        self.tree = shapely.STRtree(self.shapes)

    def fits(self, moved: NDArray[Any], own: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each shape, in the place of parcel `own`, is free and touches others."""
        one, other = self.tree.query(moved, predicate="dwithin", distance=NEAR_M)
        others = self.place[other] != own[one]
        one, other = one[others], other[others]
        taken = np.bincount(one, shapely.area(shapely.intersection(moved[one], self.shapes[other])), len(moved))
        free = taken <= FREE * shapely.area(moved)
        at = np.flatnonzero(free & (np.bincount(one, minlength=len(moved)) > 0))
        fits = np.zeros(len(moved), bool)
        for i in at.tolist():
            near = self.shapes[other[one == i]]
            ring = _outline(moved[i])
            dots = shapely.line_interpolate_point(ring, (np.arange(ALONG) + 0.5) / ALONG, normalized=True)
            along = shapely.dwithin(dots[:, None], near[None, :], NEAR_M).any(axis=1).mean()
            corners = shapely.dwithin(shapely.points(shapely.get_coordinates(ring)[:-1]), shapely.multipoints(shapely.get_coordinates(near)), NEAR_M).sum()
            fits[i] = along >= TOUCHES and corners >= CORNERS
        return fits


def _outline(shape: Any) -> Any:
    """The longest ring of a shape."""
    rings = shapely.get_rings(shape)
    return rings[int(np.argmax(shapely.length(rings)))]
