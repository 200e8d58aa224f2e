"""Points x zones: in which zones a point lies, with one rule for points on edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from spatial.join.pieces import Geometries, Integers

ON_EDGE_M = 1e-6
"""A point this near to a zone's boundary lies on it."""


def locate(points: Geometries, zones: Geometries, rank: Integers) -> tuple[Integers, Integers]:
    """Positions of point and zone, sorted by point, then by `rank`, the order of the zones' ids.

    A point strictly inside several zones lies in all of them. Of the zones on whose boundary it lies, it goes to the first by
    rank only: on an edge between zones to the smallest id, on an outer edge to the zone itself.
    """
    solid = zones.copy()
    edges = np.asarray(shapely.boundary(zones))
    shapely.prepare(edges)
    point, zone = shapely.STRtree(solid).query(points, predicate="dwithin", distance=ON_EDGE_M)
    on_edge = shapely.dwithin(edges[zone], points[point], ON_EDGE_M)
    order = np.lexsort((rank[zone], point, ~on_edge))
    point, zone, on_edge = point[order], zone[order], on_edge[order]
    first = np.r_[True, point[1:] != point[:-1]] if len(point) else np.zeros(0, dtype=bool)
    keep = ~on_edge | first
    point, zone = point[keep], zone[keep]
    order = np.lexsort((rank[zone], point))
    return point[order], zone[order]


def frame(point: Integers, zone: Integers) -> pd.DataFrame:
    return pd.DataFrame({"point": point, "zone": zone})
