"""Parcels on a square grid: the share of each parcel in each cell, such that the shares of a parcel add up to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.join.areal_edges import spread
from spatial.join.pieces import shares
from spatial.schema.sums import zone_sums

Floats = NDArray[np.float64]
MANY_CELLS = 256
"""Shapes that reach over more cells are laid on them by the allocation, which cuts only where a boundary runs, CELLS_AT_ONCE at a time."""
CELLS_AT_ONCE = 200_000


@dataclass(frozen=True)
class Grid:
    """Square cells of `side` metres in the working CRS; the corner is the upper left one, on a round multiple of the side."""

    left: float
    top: float
    side: float
    columns: int
    rows: int

    @staticmethod
    def over(bounds: tuple[float, float, float, float], side: float) -> Grid:
        left, bottom = np.floor(bounds[0] / side) * side, np.floor(bounds[1] / side) * side
        columns, rows = (max(int(np.ceil((high - low) / side)), 1) for low, high in ((left, bounds[2]), (bottom, bounds[3])))
        return Grid(float(left), float(bottom + rows * side), side, columns, rows)

    @property
    def count(self) -> int:
        return self.columns * self.rows


def shares_on(grid: Grid, shapes: NDArray[Any]) -> pd.DataFrame:
    """Pieces of valid polygons on a grid that covers them: shape, cell (row by row from the upper left), share.

    A shape inside one cell is not cut. The planar shares of a cut one are divided by their sum, so that nothing is lost to rounding; an
    empty or missing shape has no pieces.
    """
    bounds = shapely.bounds(shapes)
    known = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    first_column, last_column = (_index(bounds[known, i] - grid.left, grid.side, grid.columns) for i in (0, 2))
    first_row, last_row = (_index(grid.top - bounds[known, i], grid.side, grid.rows) for i in (3, 1))
    whole = (first_column == last_column) & (first_row == last_row)
    single = pd.DataFrame({"shape": known[whole], "cell": first_row[whole] * grid.columns + first_column[whole], "share": 1.0})
    cut = known[~whole]
    wide, high = (last_column - first_column + 1)[~whole], (last_row - first_row + 1)[~whole]
    large = wide * high > MANY_CELLS
    broad = [_laid(grid, shapes, int(shape), tuple(window)) for shape, *window in zip(
        cut[large], first_column[~whole][large], first_row[~whole][large], wide[large], high[large], strict=True)]
    whole[np.flatnonzero(~whole)[large]] = True  # done with
    cut, wide, high = cut[~large], wide[~large], high[~large]
    each, step = spread(wide * high)
    column, row = first_column[~whole][each] + step % wide[each], first_row[~whole][each] + step // wide[each]
    west, north = grid.left + column * grid.side, grid.top - row * grid.side
    area = shapely.area(shapely.intersection(shapes[cut][each], shapely.box(west, north - grid.side, west + grid.side, north))) if len(each) else np.zeros(0)
    total = np.bincount(each, area, minlength=len(cut))
    share = np.divide(area, total[each], out=np.zeros(len(each)), where=total[each] > 0)
    pieces = pd.DataFrame({"shape": cut[each], "cell": row * grid.columns + column, "share": share})
    return pd.concat([single, pieces[pieces["share"] > 0], *broad], ignore_index=True).sort_values(["shape", "cell"], ignore_index=True)


def _laid(grid: Grid, shapes: NDArray[Any], shape: int, window: tuple[int, int, int, int]) -> pd.DataFrame:
    """The pieces of one large shape on the cells of a window: first column, first row, columns, rows."""
    first_column, first_row, wide, high = window
    own, parts = shapes[shape : shape + 1], []
    lines = max(CELLS_AT_ONCE // wide, 1)
    for top in range(0, high, lines):
        row, column = (axis.ravel() for axis in np.mgrid[first_row + top : first_row + min(top + lines, high), first_column : first_column + wide])
        west, north = grid.left + column * grid.side, grid.top - row * grid.side
        cell, _, share = shares(shapely.box(west, north - grid.side, west + grid.side, north), own)
        parts.append(pd.DataFrame({"shape": shape, "cell": (row * grid.columns + column)[cell], "share": share}))
    laid = pd.concat(parts, ignore_index=True)
    laid["share"] /= laid["share"].sum()
    return laid


def _index(distance: Floats, side: float, count: int) -> NDArray[np.int64]:
    return np.clip(np.floor(distance / side).astype(np.int64), 0, count - 1)


def summed(grid: Grid, pieces: pd.DataFrame, amounts: Floats) -> Floats:
    """Amounts of the shapes laid on the grid, rows x columns; a missing amount is none."""
    given = np.nan_to_num(amounts)[pieces["shape"].to_numpy(np.int64)] * pieces["share"].to_numpy(float)
    return zone_sums(given, pieces["cell"].to_numpy(np.int64), grid.count).reshape(grid.rows, grid.columns)


def smoothed(grid: Grid, mass: Floats, bandwidth: float) -> tuple[Floats, float]:
    """A Gaussian kernel over the grid, cut at four bandwidths and of mass one; and the mass that fell beyond the grid's border."""
    out = _spread(_spread(mass, bandwidth / grid.side).T, bandwidth / grid.side).T
    return out, float(mass.sum() - out.sum())


def _spread(mass: Floats, bandwidth: float) -> Floats:
    """The mass of each cell shared out along the first axis; the work grows with the cells, not with their square."""
    reach = int(np.ceil(4 * bandwidth))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / bandwidth) ** 2)
    kernel /= kernel.sum()
    out = np.zeros(mass.shape)
    for offset, weight in zip(range(-reach, reach + 1), kernel.tolist(), strict=True):
        start, end = max(0, -offset), min(len(mass), len(mass) - offset)
        if start < end:
            out[start + offset : end + offset] += weight * mass[start:end]
    return out
