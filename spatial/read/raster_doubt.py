"""Missing values that a file does not declare: sentinels such as -9999, and borders of zeros."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import ColorInterp
from rasterio.windows import Window

from spatial.errors import Finding, found

SENTINELS = (-9999.0, -99999.0, -999999.0, -32768.0, -3.4028234663852886e38, -1.7976931348623157e308, 3.4028234663852886e38, 1.7976931348623157e308, 1e20)
FULL_EDGE = 0.99


def doubts_of(source: Any, band: int, nodata: Any) -> tuple[tuple[float, ...], float | None, list[Finding]]:
    """Values that may stand for missing, in physical values, the one of them that is the largest of its type (255, 65535), and what the edges
    of the file show; nothing where missing values are declared."""
    if nodata is not None or _declared(source, band):
        return (), None, []
    dtype = np.dtype(source.dtypes[band - 1])
    scale, offset = source.scales[band - 1] or 1.0, source.offsets[band - 1] or 0.0
    possible = tuple(float(value) * scale + offset for value in SENTINELS if _fits(dtype, value))
    if not np.issubdtype(dtype, np.integer) or dtype.itemsize > 2:
        return possible, None, _border(source, band)
    ceiling = float(np.iinfo(dtype).max) * scale + offset
    return (*possible, ceiling), ceiling, _border(source, band)


def _declared(source: Any, band: int) -> bool:
    flags = {flag.name for flag in source.mask_flag_enums[band - 1]}
    return source.nodatavals[band - 1] is not None or "all_valid" not in flags or ColorInterp.alpha in source.colorinterp


def _fits(dtype: Any, value: float) -> bool:
    if np.issubdtype(dtype, np.floating):
        return abs(value) <= float(np.finfo(dtype).max)
    limits = np.iinfo(dtype)
    return float(value).is_integer() and limits.min <= value <= limits.max


def _border(source: Any, band: int) -> list[Finding]:
    """Four edges of zeros: a border without an image where every one of several bands is 0, a question where there is one band.

    An edge is read only as long as the ones before it are of zeros: in a file of one strip the last row costs as much as the whole.
    """
    wide, high = source.width, source.height
    if wide < 4 or high < 4:
        return []
    several, count = source.count >= 3, 0
    for edge in (Window(0, 0, wide, 1), Window(0, high - 1, wide, 1), Window(0, 0, 1, high), Window(wide - 1, 0, 1, high)):
        zeros = _zeros(source.read(None if several else [band], window=edge))
        if not ((zeros[0] and zeros[-1]) if several else zeros.mean() >= FULL_EDGE):
            return []
        count += int(zeros.sum())
    return [found("raster.empty_border" if several else "raster.zero_border", field="nodata", value_seen="0", count=count)]


def _zeros(bands: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray(~bands.any(axis=0).ravel())
