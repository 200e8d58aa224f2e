"""The place of rasters among the layers: an old datum is refused, and so is a raster on which no parcel lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import reproject
from spatial.errors import Finding, found
from spatial.normalise.crs_windows import OLD, datum_of
from spatial.schema.raster import Raster


def place_findings(rasters: Iterable[Raster], parcels: NDArray[Any], crs: CRS) -> list[Finding]:
    """Errors of rasters that cannot be laid on the parcels (polygons in `crs`)."""
    findings = []
    for raster in rasters:
        datum = datum_of(raster.crs)
        if datum in OLD and datum is not None:
            findings.append(found("raster.old_datum", role=raster.role, path=raster.path, field="crs", value_seen=datum.name))
        elif len(parcels) and (apart := _apart(raster, parcels, crs)):
            findings.append(found("raster.elsewhere", role=raster.role, path=raster.path, field="crs", value_seen=apart[0], value_used=apart[1]))
    return findings


def footprint(raster: Raster) -> Any:
    """The raster's outline in its own CRS."""
    a, b, c, d, e, f = raster.transform
    corners = [(0, 0), (raster.width, 0), (raster.width, raster.height), (0, raster.height)]
    return shapely.Polygon([(a * column + b * row + c, d * column + e * row + f) for column, row in corners])


def _apart(raster: Raster, parcels: NDArray[Any], crs: CRS) -> tuple[str, str] | None:
    """Both extents as text where no parcel touches the raster."""
    ground = footprint(raster)
    moved = reproject(parcels, crs, raster.crs)
    bounds = shapely.bounds(moved)
    finite = np.isfinite(bounds).all(axis=1)
    if finite.any() and shapely.intersects(shapely.box(*bounds[finite].T), ground).any():
        return None
    held = bounds[finite]
    own = tuple(held[:, :2].min(axis=0)) + tuple(held[:, 2:].max(axis=0)) if len(held) else ()
    return _shown(ground.bounds), _shown(own)


def _shown(box: tuple[float, ...]) -> str:
    if not box:
        return "—"
    digits = 4 if max(abs(value) for value in box) <= 360 else 0
    return f"x {box[0]:.{digits}f}…{box[2]:.{digits}f}, y {box[1]:.{digits}f}…{box[3]:.{digits}f}"
