"""Cells of a window in physical values: masks, alpha, nodata, scale and offset, and the indices made of several bands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio._err import CPLE_BaseError
from rasterio.enums import ColorInterp
from rasterio.windows import Window

from spatial.errors import Refused, found
from spatial.read.raster_classes import cover_classes, slope_classes
from spatial.schema.raster import Cells as Values
from spatial.schema.raster import Window as Box

CACHE_MB = 64
FAILURES = (rasterio.errors.RasterioError, CPLE_BaseError, ValueError, OverflowError, MemoryError)  # an error of GDAL itself reaches the caller as it is where a tag is damaged


@dataclass(frozen=True, slots=True)
class Cells:
    """What to read: the bands of one layer and how they become one value a cell."""

    path: Path
    bands: tuple[int, ...]
    index: str
    nodata: Any  # of the study: a number, "none", or None where it says nothing
    empty_border: bool
    limits: Mapping[str, Any]
    geographic: bool = False
    role: str = ""


def reason_of(problem: BaseException, path: Path) -> str:
    """What a library says of a file, without the place where the file lies."""
    said = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
    return said.replace(str(path), path.name).replace(str(path.parent), "")[:200]


def reader_of(cells: Cells) -> Callable[[Box], Values]:
    """A function that reads windows; the file is opened when the first is asked for and stays open until the function is dropped."""
    held: list[Any] = []

    def read(window: Box) -> Values:
        try:
            with rasterio.Env(GDAL_CACHEMAX=CACHE_MB):
                if not held:
                    held.append(rasterio.open(cells.path, driver="GTiff"))
                return _values(held[0], cells, window)
        except FAILURES as problem:
            raise Refused([found("raster.corrupt", role=cells.role, path=cells.path.name, reason=reason_of(problem, cells.path))]) from None

    return read


def _values(source: Any, cells: Cells, window: Box) -> Values:
    if cells.index == "slope":
        return _slope(source, cells, window)
    layers = [band_values(source, band, window, cells.nodata) for band in cells.bands]
    if cells.empty_border:
        _blank(source, window, layers)
    if cells.index == "cover":
        return cover_classes(cells.limits["cover"], *layers)
    if cells.index:
        high, low = layers
        total = high + low
        return np.divide(high - low, total, out=np.full(total.shape, np.nan), where=total > 0)
    return layers[0]


def band_values(source: Any, band: int, window: Box, nodata: Any) -> Values:
    """One band as physical values, nan where the file or the study says that there is none."""
    box = Window(*window)
    raw = source.read(band, window=box)
    valid = _valid(source, band, box, raw, nodata)
    values = raw.astype(np.float64)
    scale, offset = source.scales[band - 1], source.offsets[band - 1]
    if scale not in (None, 1.0) or offset not in (None, 0.0):
        values = values * (1.0 if scale is None else scale) + (0.0 if offset is None else offset)
    values[~(valid & np.isfinite(values))] = np.nan
    return values


def _valid(source: Any, band: int, box: Window, raw: NDArray[Any], nodata: Any) -> NDArray[np.bool_]:
    """Cells that are valid by every sign there is: nodata of the band or the study, mask, alpha."""
    valid = np.ones(raw.shape, dtype=bool)
    own = source.nodatavals[band - 1]
    if nodata == "none":
        own = None
    elif nodata is not None:
        valid &= raw != np.asarray(nodata).astype(raw.dtype) if _holds(raw.dtype, nodata) else True
    flags = {flag.name for flag in source.mask_flag_enums[band - 1]}
    if "all_valid" not in flags and not (nodata == "none" and flags == {"nodata"}):
        valid &= source.read_masks(band, window=box) != 0
    if own is not None and "nodata" not in flags and _holds(raw.dtype, own):
        valid &= raw != np.asarray(own).astype(raw.dtype)
    if ColorInterp.alpha in source.colorinterp and "alpha" not in flags:
        valid &= source.read(source.colorinterp.index(ColorInterp.alpha) + 1, window=box) != 0
    return valid


def _holds(dtype: Any, value: float) -> bool:
    """Whether cells of a type can hold a value."""
    if np.issubdtype(dtype, np.floating):
        return True
    limits = np.iinfo(dtype)
    return float(value).is_integer() and limits.min <= value <= limits.max


def _blank(source: Any, window: Box, layers: list[Values]) -> None:
    """Cells in which every band is 0 hold no image."""
    empty = ~source.read(window=Window(*window)).any(axis=0)
    for layer in layers:
        layer[empty] = np.nan


def _slope(source: Any, cells: Cells, window: Box) -> Values:
    """Slope classes of a window of heights; one row and column more is read on every side."""
    column, row, wide, high = window
    left, top = min(column, 1), min(row, 1)
    right, bottom = min(source.width - column - wide, 1), min(source.height - row - high, 1)
    heights = band_values(source, cells.bands[0], (column - left, row - top, wide + left + right, high + top + bottom), cells.nodata)
    padded = np.pad(heights, ((1 - top, 1 - bottom), (1 - left, 1 - right)), mode="edge")
    return slope_classes(padded, tuple(source.transform)[:6], (column, row), cells.limits["slope"]["limits"], geographic=cells.geographic)
