"""Zonal evidence: what the valid cells of a raster say of each shape, by exact coverage, in windows so that memory does not grow with the raster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from spatial.errors import Finding, Refused, Several, found
from spatial.join.zonal_kernel import cut, numbers
from spatial.join.zonal_move import Laid, laid
from spatial.schema.blocks import Held
from spatial.schema.raster import Cells, Raster, Window

SMALL_CELLS = 4.0
MAX_CLASSES = 256
SATURATED = 0.05  # an image that is bright enough reaches the largest value of its type
FEW_VALUES = 20
TOGETHER = 50_000  # shapes laid on a window at a time
WHOLE = 1e-6  # exactextract keeps the covered part of a cell in 32 bits
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Zonal:
    """One row a shape, in the order given.

    cells : size of the shape in cells (its own, wherever the raster ends); 0 for a shape without a place in the raster's CRS
    valid : cells of it that hold a value; coverage = valid / cells
    total : sum of the values over `valid` (continuous)
    by_class : code -> cells of that class (classes)
    uncertainty : for shapes of fewer than SMALL_CELLS cells, the standard uncertainty of the mean (see `_uncertainty`), else nan
    """

    cells: Floats
    valid: Floats
    total: Floats
    by_class: dict[int, Floats]
    uncertainty: Floats
    findings: list[Finding] = field(default_factory=list)

    @property
    def coverage(self) -> Floats:
        share = np.clip(np.divide(self.valid, self.cells, out=np.zeros_like(self.valid), where=self.cells > 0), 0.0, 1.0)
        return np.where(share > 1 - WHOLE, 1.0, np.where(share < WHOLE, 0.0, share))

    @property
    def mean(self) -> Floats:
        return np.divide(self.total, self.valid, out=np.full(self.valid.shape, np.nan), where=self.valid > 0)

    def share(self, code: int) -> Floats:
        """Share of the valid cells that are of one class."""
        return np.divide(self.by_class[code], self.valid, out=np.full(self.valid.shape, np.nan), where=self.valid > 0)


@dataclass
class _Seen:
    """What the windows showed: range of the values, cells of each doubtful value, distinct small integers, local differences."""

    low: float = np.inf
    high: float = -np.inf
    doubtful: dict[float, int] = field(default_factory=dict)
    codes: set[int] | None = field(default_factory=set)
    squares: float = 0.0
    pairs: int = 0


def zonal(shapes: NDArray[Any] | Held, crs: CRS, raster: Raster) -> Zonal:
    """Statistics of one raster over polygons.

    Parameters
    ----------
    shapes : valid polygons in `crs` (metres); they are moved into the raster's cells, the raster is not resampled
    raster : read in windows, each once; undeclared missing values are left out where the other values lie far from them

    Raises
    ------
    Refused
        When a raster of classes holds no classes, or the file turns out to be damaged.
    """
    placed = laid(shapes, crs, raster)
    result, seen = _pass(placed, raster)
    findings, real = _doubts(raster, seen)
    if real:
        result, again = _pass(placed, replace(raster, doubts=tuple(set(raster.doubts) - real)))
        seen.codes = again.codes
    if raster.kind == "continuous" and seen.codes is not None and 1 < len(seen.codes) <= FEW_VALUES and max(seen.codes) > 1:
        findings.append(found("raster.looks_like_classes", role=raster.role, path=raster.path, field="kind", count=len(seen.codes),
                              value_seen=Several(str(code) for code in sorted(seen.codes))))
    return replace(result, findings=findings)


def windows(raster: Raster) -> Iterator[Window]:
    """Windows that tile the raster, row by row."""
    wide, high = raster.block
    for row in range(0, raster.height, high):
        for column in range(0, raster.width, wide):
            yield column, row, min(wide, raster.width - column), min(high, raster.height - row)


def _pass(placed: Laid, raster: Raster) -> tuple[Zonal, _Seen]:
    count = len(placed.cells)
    result = Zonal(placed.cells, np.zeros(count), np.zeros(count), {}, np.full(count, np.nan))
    bounds, seen = placed.bounds, _Seen()
    small: list[tuple[NDArray[np.int64], list[dict[str, Any]]]] = []
    operations = ("count", "sum") if raster.kind == "continuous" else ("count", "unique", "frac")
    for window in windows(raster):
        column, row, wide, high = window
        with np.errstate(invalid="ignore"):
            here = np.flatnonzero((bounds[:, 0] < column + wide) & (bounds[:, 2] > column) & (-bounds[:, 3] < row + high) & (-bounds[:, 1] > row))
        if not len(here):
            continue
        cells = raster.read(window)
        _look(cells, raster, seen)
        for first in range(0, len(here), TOGETHER):
            some = here[first : first + TOGETHER]
            shapes = placed.at(some)
            rows = cut(shapes, cells, window, operations)
            result.valid[some] += numbers(rows, "count")
            if raster.kind == "continuous":
                result.total[some] += numbers(rows, "sum")
            else:
                _count_classes(result, some, rows, raster)
            little = result.cells[some] < SMALL_CELLS
            if little.any() and raster.kind == "continuous":
                small.append((some[little], cut(shapes[little], cells, window, ("coverage",))))
    _uncertainty(result, small, seen)
    return result, seen


def _look(cells: Cells, raster: Raster, seen: _Seen) -> None:
    """Note what a window holds; doubtful values are made missing in place."""
    for value in raster.doubts:
        same = cells == value
        if (times := int(same.sum())):
            seen.doubtful[value] = seen.doubtful.get(value, 0) + times
            cells[same] = np.nan
    held = np.isfinite(cells)
    if not held.any():
        return
    seen.low, seen.high = min(seen.low, float(np.nanmin(cells))), max(seen.high, float(np.nanmax(cells)))
    if seen.codes is not None and raster.kind == "continuous":
        seen.codes = _codes(cells[held], seen.codes)
    if raster.kind == "continuous":
        steps = cells[:, 1:] - cells[:, :-1]
        known = np.isfinite(steps)
        seen.squares += float(np.square(steps[known]).sum())
        seen.pairs += int(known.sum())


def _codes(values: Floats, before: set[int]) -> set[int] | None:
    """The few whole numbers that a band holds; None once there are many, or others."""
    sample = values[:: max(len(values) // 1000, 1)]
    if (sample != np.round(sample)).any() or len(np.unique(sample)) > FEW_VALUES:
        return None
    distinct = np.unique(values)
    if (distinct != np.round(distinct)).any() or len(distinct) > FEW_VALUES:
        return None
    together = before | {int(value) for value in distinct}
    return together if len(together) <= FEW_VALUES else None


def _count_classes(result: Zonal, here: NDArray[np.int64], rows: list[dict[str, Any]], raster: Raster) -> None:
    """Cells of every class, from the share that exactextract gives of each value."""
    given = [(position, value, share * row["count"]) for position, row in zip(here.tolist(), rows, strict=True) if row.get("count") and row.get("unique") is not None
             for value, share in zip(row["unique"].tolist(), row["frac"].tolist(), strict=True)]
    if not given:
        return
    position, value, amount = (np.array(part, dtype=np.float64) for part in zip(*given, strict=True))
    odd = value[value != np.round(value)]
    if len(odd):
        raise Refused([found("raster.not_classes", role=raster.role, path=raster.path, field="kind", value_seen=f"{odd[0]:g}")])
    for code in np.unique(value):
        held = value == code
        into = result.by_class.setdefault(int(code), np.zeros(len(result.cells)))
        into += np.bincount(position[held].astype(np.int64), amount[held], minlength=len(into))
    if len(result.by_class) > MAX_CLASSES:
        raise Refused([found("raster.not_classes", role=raster.role, path=raster.path, field="kind", value_seen=f"> {MAX_CLASSES}")])


def _uncertainty(result: Zonal, small: list[tuple[NDArray[np.int64], list[dict[str, Any]]]], seen: _Seen) -> None:
    """Standard uncertainty of the means of shapes that are few cells large.

    A cell that is covered to the fraction f tells of the covered part only as far as the ground in a cell is alike. With s² the
    variance between neighbouring cells, the mean of weights w = f / sum(f) has the variance s² sum(w² (1 - f)): none for whole
    cells, nearly s² for a shape that is a crumb of one cell.
    """
    if not small or not seen.pairs:
        return
    spread = seen.squares / seen.pairs / 2
    weight, part = np.zeros(len(result.cells)), np.zeros(len(result.cells))
    for where, rows in small:
        for position, row in zip(where.tolist(), rows, strict=True):
            share = np.asarray(row.get("coverage", ()), dtype=np.float64)
            weight[position] += share.sum()
            part[position] += (share**2 * (1 - share)).sum()
    known = weight > 0
    result.uncertainty[known] = np.sqrt(spread * np.maximum(part[known], 0.0)) / weight[known]


def _doubts(raster: Raster, seen: _Seen) -> tuple[list[Finding], set[float]]:
    """What to say of undeclared missing values, and those that are real since the other values reach near them."""
    findings, real = [], set()
    spread = seen.high - seen.low
    for value, count in sorted(seen.doubtful.items()):
        distance = seen.low - value if value < seen.low else value - seen.high
        others = f"{seen.low:g} … {seen.high:g}" if np.isfinite(spread) else "—"
        lonely = not np.isfinite(spread) or distance > 0.5 * spread
        if value == raster.ceiling and np.isfinite(spread):
            lonely = 0 < spread < distance  # a mask of 0 and 255, or of 0, 128 and 255, is whole
            if 0 < distance <= SATURATED * spread:
                real.add(value)
                continue
        code = "raster.undeclared_nodata" if lonely else "raster.suspicious_value"
        findings.append(found(code, role=raster.role, path=raster.path, field="nodata", value_seen=f"{value:g}", value_used=others, count=count))
        if not lonely:
            real.add(value)
    return findings, real
