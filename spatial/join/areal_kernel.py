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
    weight: Floats = part * parcels.sign[edge] * zones.sign[line]
    return np.bincount(zones.owner[line], weight, minlength=pair_count).astype(np.float64)


def shared_in_slabs(parcel: Lines, zone: Lines, at_once: int) -> float:
    """The same integral for one pair with very many lines, slab by upright slab, so that the work grows with lines and not with pairs."""
    borders = _borders(parcel, zone)
    left, right = _in_slabs(parcel, borders), _in_slabs(zone, borders)
    slabs = np.arange(len(borders) + 1)
    work = np.bincount(left.owner, minlength=len(slabs)) * np.bincount(right.owner, minlength=len(slabs))
    stops = np.searchsorted(right.owner, np.flatnonzero(np.diff(np.cumsum(work) // at_once)) + 1).tolist()
    return float(sum(shared_below(left, part_of(right, slice(start, stop)), slabs, len(slabs)).sum()
                     for start, stop in zip([0, *stops], [*stops, len(right.owner)], strict=True)))


def _borders(parcel: Lines, zone: Lines) -> Floats:
    """Borders between slabs of equally many lines; as many slabs as leave the fewest pairs of lines."""
    ends = np.sort(np.r_[parcel.start, zone.start])
    choices = [ends[step::step] for step in (len(ends), 1024, 128, 16, 4) if step <= len(ends)]
    return min(choices, key=lambda borders: float(_per_slab(parcel, borders) @ _per_slab(zone, borders)))


def _per_slab(lines: Lines, borders: Floats) -> Floats:
    """How many lines each slab holds a part of."""
    count = len(borders) + 2
    enter = np.bincount(np.searchsorted(borders, lines.start, side="right"), minlength=count)
    leave = np.bincount(np.searchsorted(borders, lines.stop, side="left") + 1, minlength=count)
    return np.cumsum(enter[:count] - leave[:count]).astype(np.float64)


def _in_slabs(lines: Lines, borders: Floats) -> Lines:
    """Lines cut at the borders between slabs, with the slab as owner, sorted by slab."""
    first, last = np.searchsorted(borders, lines.start, side="right"), np.searchsorted(borders, lines.stop, side="left")
    line, k = spread(np.fmax(last - first, 0) + 1)
    slab = first[line] + k
    order = np.argsort(slab, kind="stable")
    line, slab = line[order], slab[order]
    west, east = np.r_[-np.inf, borders], np.r_[borders, np.inf]
    return Lines(np.fmax(lines.start[line], west[slab]), np.fmin(lines.stop[line], east[slab]), lines.anchor[line], lines.level[line],
                 lines.slope[line], lines.sign[line], slab)


def part_of(lines: Lines, part: slice) -> Lines:
    """Some of the lines."""
    return Lines(lines.start[part], lines.stop[part], lines.anchor[part], lines.level[part], lines.slope[part], lines.sign[part],
                 lines.owner[part])
