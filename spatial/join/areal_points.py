"""Points x zones: in which zones a point lies, with one rule for points on edges."""

from __future__ import annotations

import numpy as np
import shapely

from spatial.join.areal_edges import Geometries, Integers

ON_EDGE_M = 1e-6
"""A point this near to a zone's boundary lies on it."""


def locate(points: Geometries, zones: Geometries) -> tuple[Integers, Integers]:
    """Positions of point and zone, sorted by point, then zone; `zones` are in the order of their ids.

    A point strictly inside several zones lies in all of them. Of the zones on whose boundary it lies, it goes to the first only:
    on an edge between zones to the smallest id, on an outer edge to the zone itself.
    """
    solid = shapely.from_wkb(shapely.to_wkb(zones))  # own copies: what is prepared here must not be shared
    edges = np.asarray(shapely.boundary(solid), dtype=object)
    shapely.prepare(solid)
    shapely.prepare(edges)
    box = shapely.bounds(solid)
    point, zone = shapely.STRtree(shapely.box(*(box + np.array([-1, -1, 1, 1]) * ON_EDGE_M).T)).query(points)
    on_edge = shapely.dwithin(edges[zone], points[point], ON_EDGE_M)
    held = np.flatnonzero(on_edge | shapely.contains(solid[zone], points[point]))
    held = held[np.lexsort((zone[held], on_edge[held], point[held]))]
    point, zone, on_edge = point[held], zone[held], on_edge[held]
    first = np.ones(len(point), dtype=bool)  # of the point's edges; interiors come before
    first[1:] = (point[1:] != point[:-1]) | (on_edge[1:] != on_edge[:-1])
    kept = np.flatnonzero(~on_edge | first)
    kept = kept[np.lexsort((zone[kept], point[kept]))]
    return point[kept], zone[kept]
