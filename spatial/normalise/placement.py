"""Where parcels and the points of ledgers lie, and how finely corners are written: what is far from the rest, and corners on a coarse grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, found

CELL_M = 10_000.0  # parcels of one place touch cells that touch
AWAY_M = 5_000.0  # a row of the district lies within this of its parcels and carriers
FEW = 0.25  # of all parcels: what is more is a second part of the study
DECIMALS = (2, 3, 4)  # of a degree: about 1 km, 100 m, 10 m
DEGREE_M = 111_000.0
MOST = 0.0125  # of the side of a parcel: an area is then off by half a per cent or so
SAMPLE = 20_000
GRID = 0.01  # of a step


def far_parcels(boxes: NDArray[np.float64], ids: NDArray[Any], rows: NDArray[np.int64]) -> list[Finding]:
    """A warning where a few parcels lie tens of kilometres from all others, by their boxes in metres."""
    known = np.flatnonzero(np.isfinite(boxes).all(axis=1))
    if len(known) < 3:
        return []
    middle = np.column_stack([(boxes[known, 0] + boxes[known, 2]) / 2, (boxes[known, 1] + boxes[known, 3]) / 2])
    west, south = np.floor(middle / CELL_M).astype(np.int64).T
    place, names = pd.factorize((west - west.min()) * (int(np.ptp(south)) + 1) + (south - south.min()), sort=True)
    first_in = np.zeros(len(names), np.int64)
    first_in[place[::-1]] = np.arange(len(place))[::-1]
    cells, counts = np.column_stack([west[first_in], south[first_in]]), np.bincount(place)
    if len(cells) < 2 or len(cells) > SAMPLE:
        return []
    group = _groups(cells)
    sizes = np.bincount(group, weights=counts)
    away = np.flatnonzero(group[place] != int(np.argmax(sizes)))
    if not len(away) or len(away) > FEW * len(known):
        return []
    home = middle[group[place] == int(np.argmax(sizes))]
    first = int(away[0])
    gap = float(np.sqrt(((home - middle[first]) ** 2).sum(axis=1)).min())
    return [found("geometry.far_parcels", field="geometry", row=int(rows[known[first]]), key=str(ids[known[first]]), count=len(away), value_seen=f"{gap / 1000:.0f} km")]


def points_elsewhere(points: NDArray[Any], bounds: NDArray[np.float64], rows: NDArray[np.int64], *, alone: bool) -> list[Finding]:
    """Points of a ledger (metres, None where a row has none) far outside the bounds of parcels and carriers: a warning, and an error where all of them are
    and they `alone` tell where the rows lie."""
    known = np.flatnonzero([point is not None for point in points])
    if not len(known) or not np.isfinite(bounds).all():
        return []
    xy = shapely.get_coordinates(points[known])
    off = np.maximum(np.maximum(bounds[:2] - xy, xy - bounds[2:]), 0)
    gap = np.hypot(off[:, 0], off[:, 1])
    away = np.flatnonzero(gap > AWAY_M)
    if not len(away):
        return []
    whole = alone and len(away) == len(known)
    return [found("join.points_elsewhere", severity="error" if whole else "warning", field="x", row=int(rows[known[away[0]]]), count=len(away), total=len(known),
                  value_seen=f"{gap[away[0]] / 1000:.0f} km")]


def _groups(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which cells hang together, corner to corner with at most one empty cell between."""
    at = {(int(x), int(y)): i for i, (x, y) in enumerate(cells)}
    group = np.full(len(cells), -1, dtype=np.int64)
    steps = [(dx, dy) for dx in range(-2, 3) for dy in range(-2, 3)]
    number = 0
    for start in range(len(cells)):
        if group[start] >= 0:
            continue
        group[start], open_cells = number, [start]
        while open_cells:
            x, y = cells[open_cells.pop()]
            for dx, dy in steps:
                near = at.get((int(x) + dx, int(y) + dy))
                if near is not None and group[near] < 0:
                    group[near] = number
                    open_cells.append(near)
        number += 1
    return group


def coarse_corners(geometry: NDArray[Any], count: int | None = None) -> list[Finding]:
    """A warning where corners in degrees are written with so few decimals that areas suffer; upright rectangles may well stand on such a grid.

    The first `SAMPLE` polygons are looked at, of `count` geometries where not all are given.
    """
    shapes = geometry[np.isin(shapely.get_type_id(geometry), (3, 6)) & ~shapely.is_empty(geometry)][:SAMPLE]
    if not len(shapes) or np.median(shapely.area(shapes) / np.maximum(shapely.area(shapely.envelope(shapes)), 1e-300)) > 0.999:
        return []
    xy = shapely.get_coordinates(shapes)
    side = DEGREE_M * float(np.median(np.sqrt(shapely.area(shapes))))
    for decimals in DECIMALS:
        if np.abs(xy - np.round(xy, decimals)).max() < GRID * 10.0 ** -decimals:  # a grid of integers from a corner of its own (FileGDB) is off it by a hair
            step = DEGREE_M * 10.0 ** -decimals
            return [found("crs.coarse_corners", field="geometry", count=count or len(geometry), value_seen=decimals, value_used=f"{step:,.0f} m")] if step > MOST * side else []
    return []
