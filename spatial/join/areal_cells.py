"""A grid over the zones that settles the parcels no boundary comes near: wholly inside known zones, or outside all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.join.areal_edges import Edges, Flags, Floats, Integers, spread

CELLS_PER_PARCEL = 3
MOST_CELLS = 12_000_000
MOST_STEPS = 8_000_000
LABELLED_WINDOW = 64
MOST_LABELLED = 4096
"""Zones whose window has fewer cells, or beyond this number, are not filled; their windows count as boundary."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of `width` x `height` metres from (west, south)."""

    west: float
    south: float
    width: float
    height: float
    columns: int
    rows: int

    def column(self, x: Floats) -> Floats:
        return (x - self.west) / self.width

    def row(self, y: Floats) -> Floats:
        return (y - self.south) / self.height


@dataclass(frozen=True, slots=True)
class Settled:
    """Parcels near a boundary, and for the others the zones that hold them whole, as pairs sorted by parcel, then zone."""

    near: Integers
    parcel: Integers
    zone: Integers


def settle(boxes: Floats, edges: Edges, zone_count: int) -> Settled:
    """Tell the parcels (by their boxes: west, south, east, north) that no boundary can touch from those that must be measured."""
    grid = _grid(boxes, edges)
    if grid is None:
        none = np.zeros(0, dtype=np.int64)
        return Settled(none, none, none)
    boundary = np.zeros((grid.rows, grid.columns), dtype=bool)
    _mark(boundary, grid, edges)
    filled = _fill_list(boundary, grid, edges, zone_count)
    label, sets = _labels(boundary, grid, edges, filled)
    return _look_up(boxes, grid, boundary, label, sets)


def _grid(boxes: Floats, edges: Edges) -> Grid | None:
    """Cells about half a parcel wide over the ground that both layers reach; None where they do not meet."""
    if not len(boxes) or not len(edges):
        return None
    west, south, east, north = edges.boxes()
    zones = np.array([west.min(), south.min(), east.max(), north.max()])
    parcels = np.r_[boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)]
    if (zones[:2] > parcels[2:]).any() or (parcels[:2] > zones[2:]).any():
        return None
    sample = boxes[:: max(1, len(boxes) // 10_000)]
    step = np.spacing(np.abs(np.r_[zones, parcels]).max()) * 1e5
    size = np.fmax(np.median(sample[:, 2:] - sample[:, :2], axis=0) / 2, step)
    low, high = np.fmax(parcels[:2], zones[:2] - size), np.fmin(parcels[2:], zones[2:] + size)
    extent = np.fmax(high - low, size)
    limit = min(MOST_CELLS, 4096 + CELLS_PER_PARCEL * len(boxes))
    size = size * max(1.0, float(np.sqrt((extent / size).prod() / limit)))
    steps = (np.fmax((east - west) / size[0], (north - south) / size[1]) + 1).sum()
    size = np.fmin(size * max(1.0, steps / (MOST_STEPS + 4.0 * len(edges))), extent)
    low, high = np.fmax(parcels[:2], zones[:2] - size), np.fmin(parcels[2:], zones[2:] + size)
    columns, rows = (np.floor((high - low) / size) + 1).astype(int)
    return Grid(float(low[0]), float(low[1]), float(size[0]), float(size[1]), int(columns), int(rows))


def _clipped(grid: Grid, edges: Edges) -> tuple[Floats, Floats, Floats, Floats]:
    """The parts of edges within a cell of the grid, in cells."""
    x, y = grid.column(edges.xa), grid.row(edges.ya)
    dx, dy = grid.column(edges.xb) - x, grid.row(edges.yb) - y
    start, stop = np.zeros(len(x)), np.ones(len(x))
    with np.errstate(divide="ignore", invalid="ignore"):
        for at, along, far in ((x, dx, grid.columns + 1.0), (y, dy, grid.rows + 1.0)):
            one, two = (-1.0 - at) / along, (far - at) / along
            flat = along == 0
            start = np.fmax(start, np.where(flat, np.where((at < -1) | (at > far), 2.0, 0.0), np.fmin(one, two)))
            stop = np.fmin(stop, np.where(flat, 1.0, np.fmax(one, two)))
    reach = np.flatnonzero(start <= stop)
    x, y, dx, dy, start, stop = x[reach], y[reach], dx[reach], dy[reach], start[reach], stop[reach]
    return x + start * dx, y + start * dy, x + stop * dx, y + stop * dy


def _mark(boundary: Flags, grid: Grid, edges: Edges) -> None:
    """Set every cell that an edge touches, and at most a few beside it: edges are walked in steps shorter than a cell."""
    xa, ya, xb, yb = _clipped(grid, edges)
    steps = np.ceil(1.01 * np.fmax(np.abs(xb - xa), np.abs(yb - ya))).astype(np.int64) + (xa == xb) * (ya == yb)
    edge, k = spread(steps)
    dx, dy = ((xb - xa) / np.fmax(steps, 1))[edge], ((yb - ya) / np.fmax(steps, 1))[edge]
    x0, y0 = xa[edge] + k * dx, ya[edge] + k * dy
    x1, y1 = x0 + dx, y0 + dy
    slack = 1e-4
    columns = [np.floor(np.fmin(x0, x1) - slack).astype(np.int64), np.floor(np.fmax(x0, x1) + slack).astype(np.int64)]
    rows = [np.floor(np.fmin(y0, y1) - slack).astype(np.int64), np.floor(np.fmax(y0, y1) + slack).astype(np.int64)]
    flat = boundary.reshape(-1)
    for column in columns:
        for row in rows:
            on = (column >= 0) & (column < grid.columns) & (row >= 0) & (row < grid.rows)
            flat[row[on] * grid.columns + column[on]] = True


def _fill_list(boundary: Flags, grid: Grid, edges: Edges, zone_count: int) -> list[tuple[int, int, int, int, int]]:
    """Zones worth filling with their windows (zone, first and last column, first and last row); the others become boundary."""
    west, south, east, north = edges.boxes()
    start = np.flatnonzero(np.r_[True, edges.owner[1:] != edges.owner[:-1]])
    zone = edges.owner[start]
    c0 = np.clip(np.floor(grid.column(np.minimum.reduceat(west, start))), 0, grid.columns).astype(np.int64)
    c1 = np.clip(np.floor(grid.column(np.maximum.reduceat(east, start))) + 1, 0, grid.columns).astype(np.int64)
    r0 = np.clip(np.floor(grid.row(np.minimum.reduceat(south, start))), 0, grid.rows).astype(np.int64)
    r1 = np.clip(np.floor(grid.row(np.maximum.reduceat(north, start))) + 1, 0, grid.rows).astype(np.int64)
    size = (c1 - c0) * (r1 - r0)
    order = np.argsort(-size, kind="stable")
    large = order[:MOST_LABELLED][size[order[:MOST_LABELLED]] >= LABELLED_WINDOW]
    small = np.setdiff1d(np.flatnonzero(size > 0), large)
    whose, k = spread(size[small])
    wide = (c1 - c0)[small][whose]
    boundary[r0[small][whose] + k // np.fmax(wide, 1), c0[small][whose] + k % np.fmax(wide, 1)] = True
    large = np.sort(large)
    return list(zip(zone[large].tolist(), c0[large].tolist(), c1[large].tolist(), r0[large].tolist(), r1[large].tolist(), strict=True))


def _labels(boundary: Flags, grid: Grid, edges: Edges,
            filled: list[tuple[int, int, int, int, int]]) -> tuple[NDArray[np.int32], list[tuple[int, ...]]]:
    """For each cell off the boundaries the number of a set of zones, and the sets; a cell's middle speaks for it."""
    label = np.zeros((grid.rows, grid.columns), dtype=np.int32)
    sets: list[tuple[int, ...]] = [()]
    number: dict[tuple[int, ...], int] = {(): 0}
    for zone, c0, c1, r0, r1 in filled:
        own = slice(*np.searchsorted(edges.owner, [zone, zone + 1]))
        inside = _winding(grid, edges.xa[own], edges.ya[own], edges.xb[own], edges.yb[own], c0, c1, r0, r1) > 0
        inside &= ~boundary[r0:r1, c0:c1]
        window = label[r0:r1, c0:c1]
        before = window[inside]
        after = np.zeros(len(sets), dtype=np.int32)
        for old in np.flatnonzero(np.bincount(before, minlength=len(sets))).tolist():
            held = (*sets[old], zone)
            number.setdefault(held, len(sets))
            if number[held] == len(sets):
                sets.append(held)
            after[old] = number[held]
        window[inside] = after[before]
    return label, sets


def _winding(grid: Grid, xa: Floats, ya: Floats, xb: Floats, yb: Floats, c0: int, c1: int, r0: int, r1: int) -> NDArray[np.int64]:
    """How often the edges wind round the middle of each cell of a window."""
    first = np.clip(np.ceil(grid.row(ya) - 0.5), r0, r1).astype(np.int64)
    last = np.clip(np.ceil(grid.row(yb) - 0.5), r0, r1).astype(np.int64)
    edge, k = spread(np.abs(last - first))
    row = np.fmin(first, last)[edge] + k
    y = grid.south + (row + 0.5) * grid.height
    x = xa[edge] + (y - ya[edge]) * ((xb[edge] - xa[edge]) / (yb[edge] - ya[edge]))
    column = np.clip(np.ceil(grid.column(x) - 0.5), c0, c1).astype(np.int64)
    wide = c1 - c0 + 1
    turns = np.bincount((row - r0) * wide + column - c0, np.where(first > last, 1.0, -1.0)[edge], minlength=(r1 - r0) * wide)
    return np.cumsum(turns.reshape(r1 - r0, wide), axis=1)[:, :-1].astype(np.int64)


def _look_up(boxes: Floats, grid: Grid, boundary: Flags, label: NDArray[np.int32], sets: list[tuple[int, ...]]) -> Settled:
    """Parcels whose cells hold no boundary take the set of their first cell; the number of boundary cells comes from running sums."""
    running = np.zeros((grid.rows + 1, grid.columns + 1), dtype=np.int32)
    np.cumsum(boundary, axis=0, out=running[1:, 1:])
    np.cumsum(running[1:, 1:], axis=1, out=running[1:, 1:])
    c0, c1 = np.floor(grid.column(boxes[:, 0])), np.floor(grid.column(boxes[:, 2]))
    r0, r1 = np.floor(grid.row(boxes[:, 1])), np.floor(grid.row(boxes[:, 3]))
    meets = np.flatnonzero((c1 >= 0) & (r1 >= 0) & (c0 < grid.columns) & (r0 < grid.rows))
    west, east = np.fmax(c0[meets], 0).astype(np.int32), np.fmin(c1[meets], grid.columns - 1).astype(np.int32) + 1
    south, north = np.fmax(r0[meets], 0).astype(np.int32), np.fmin(r1[meets], grid.rows - 1).astype(np.int32) + 1
    near = (running[north, east] - running[south, east] - running[north, west] + running[south, west]) > 0
    far = meets[~near]
    held = label[south[~near], west[~near]]
    size = np.array([len(zones) for zones in sets], dtype=np.int64)
    start = np.cumsum(size) - size
    flat = np.array([zone for zones in sets for zone in zones], dtype=np.int64)
    inside = np.flatnonzero(held)
    whose, k = spread(size[held[inside]])
    return Settled(meets[near], far[inside][whose], flat[start[held[inside]][whose] + k])
