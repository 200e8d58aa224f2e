"""Shared area of parcels and zones by integration: no cutting, so nothing to go wrong where boundaries run together.

The ground of a polygon is the signed sum of the ground below its edges. So the area two polygons share is a signed sum, over pairs of
edges, of the ground below both. It is continuous in every coordinate: edges that coincide, touch or miss by a hair need no case of
their own. Only the zone's edges in a box around the parcel take part; the rest of the zone speaks through one point, the box's upper
left corner (in the zone or not), and through the places where its boundary crosses the box's upper side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatial.join.areal_edges import Edges, Floats, Integers, spread


@dataclass(frozen=True, slots=True)
class Lines:
    """Ground below straight lines y = level + slope (x - anchor) between x = start and x = stop, counted `sign` times, for `owner`."""

    start: Floats
    stop: Floats
    anchor: Floats
    level: Floats
    slope: Floats
    sign: Floats
    owner: Integers


def lines_of(edges: Edges, west: Floats, south: Floats) -> Lines:
    """Edges of parcels as lines from their own lower left corner; upright edges have no ground below."""
    keep = np.flatnonzero(edges.xa != edges.xb)
    owner = edges.owner[keep]
    xa, xb = edges.xa[keep] - west[owner], edges.xb[keep] - west[owner]
    ya, yb = edges.ya[keep] - south[owner], edges.yb[keep] - south[owner]
    return Lines(np.fmin(xa, xb), np.fmax(xa, xb), xa, ya, (yb - ya) / (xb - xa), np.where(xb < xa, 1.0, -1.0), owner)


def local_lines(xa: Floats, ya: Floats, xb: Floats, yb: Floats, pair: Integers, left: Floats, right: Floats, top: Floats) -> Lines:
    """A zone's edges in a box, in the parcel's coordinates: the parts below the top, and a level line right of each crossing of it.

    `left`, `right` and `top` are the box's sides, for each edge; what crosses the top left of the box is known to its corner.
    """
    low_a, low_b = ya <= top, yb <= top
    crosses = low_a != low_b
    with np.errstate(divide="ignore", invalid="ignore"):
        at = xa + (top - ya) * ((xb - xa) / (yb - ya))
        slope = (yb - ya) / (xb - xa)
    west, east = np.fmin(xa, xb), np.fmax(xa, xb)
    at = np.where(crosses, np.clip(at, west, east), 0.0)
    start = np.where(crosses, np.fmin(at, np.where(low_a, xa, xb)), west)
    stop = np.where(crosses, np.fmax(at, np.where(low_a, xa, xb)), east)
    below = np.flatnonzero((low_a | low_b) & (stop > start))
    over = np.flatnonzero(crosses & (at > left) & (at < right))
    level = np.zeros(len(over))
    return Lines(
        np.r_[start[below], at[over]], np.r_[stop[below], right[over]], np.r_[xa[below], level], np.r_[ya[below], top[over]],
        np.r_[slope[below], level], np.r_[np.where(xb < xa, 1.0, -1.0)[below], np.where(low_b, 1.0, -1.0)[over]],
        np.r_[pair[below], pair[over]])


def shared_below(parcels: Lines, zones: Lines, parcel_of: Integers, pair_count: int) -> Floats:
    """For each pair of parcel and zone the signed integral of what the zone's lines cut off the parcel from above.

    `parcels` is sorted by owner (the parcel), `zones` has the pair as owner, and `parcel_of` gives the parcel of each pair.
    """
    parcel = parcel_of[zones.owner]
    first = np.searchsorted(parcels.owner, parcel)
    count = np.searchsorted(parcels.owner, parcel, side="right") - first
    line, k = spread(count)
    edge = first[line] + k
    start = np.fmax(parcels.start[edge], zones.start[line])
    stop = np.fmin(parcels.stop[edge], zones.stop[line])
    common = np.flatnonzero(stop > start)
    line, edge, start, stop = line[common], edge[common], start[common], stop[common]
    anchor, level, slope = parcels.anchor[edge], parcels.level[edge], parcels.slope[edge]
    zone_anchor, zone_level, zone_slope = zones.anchor[line], zones.level[line], zones.slope[line]
    one = level + slope * (start - anchor) - (zone_level + zone_slope * (start - zone_anchor))
    two = level + slope * (stop - anchor) - (zone_level + zone_slope * (stop - zone_anchor))
    below, above = np.fmin(one, two), np.fmax(one, two)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(above > 0, below * below / (above - below), -(below + above))  # a triangle where the lines cross, else all
    part = np.where(below < 0, -0.5 * part * (stop - start), 0.0)
    return np.bincount(zones.owner[line], part * parcels.sign[edge] * zones.sign[line], minlength=pair_count)
