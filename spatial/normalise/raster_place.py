"""The place of rasters among the layers: an old datum is refused, and so is a raster on which no parcel lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from spatial.crs import reproject
from spatial.errors import Finding, found
from spatial.normalise.crs_windows import OLD, datum_of
from spatial.schema.blocks import Blocks
from spatial.schema.raster import Raster


def place_findings(rasters: Iterable[Raster], parcels: Blocks, crs: CRS) -> list[Finding]:
    """Errors of rasters that cannot be laid on the parcels (polygons in `crs`, some at a time)."""
    findings = []
    for raster in rasters:
        datum = datum_of(raster.crs)
        if datum in OLD and datum is not None:
            findings.append(found("raster.old_datum", role=raster.role, path=raster.path, field="crs", value_seen=datum.name))
        elif apart := _apart(raster, parcels, crs):
            findings.append(found("raster.elsewhere", role=raster.role, path=raster.path, field="crs", value_seen=apart[0], value_used=apart[1]))
    return findings


def footprint(raster: Raster) -> Any:
    """The raster's outline in its own CRS."""
    a, b, c, d, e, f = raster.transform
    corners = [(0, 0), (raster.width, 0), (raster.width, raster.height), (0, raster.height)]
    return shapely.Polygon([(a * column + b * row + c, d * column + e * row + f) for column, row in corners])


def _apart(raster: Raster, parcels: Blocks, crs: CRS) -> tuple[str, str] | None:
    """Both extents as text where no parcel touches the raster."""
    ground, reached, asked = footprint(raster), [np.zeros((0, 4))], False
    for _, shapes in parcels():
        bounds = shapely.bounds(reproject(shapes, crs, raster.crs))
        held = bounds[np.isfinite(bounds).all(axis=1)]
        asked |= len(shapes) > 0
        if len(held) and shapely.intersects(shapely.box(*held.T), ground).any():
            return None
        if len(held):
            reached.append(np.r_[held[:, :2].min(axis=0), held[:, 2:].max(axis=0)][None])
    if not asked:
        return None
    boxes = np.concatenate(reached)
    return _shown(ground.bounds), _shown((*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)) if len(boxes) else ())


def _shown(box: tuple[float, ...]) -> str:
    if not box:
        return "—"
    digits = 4 if max(abs(value) for value in box) <= 360 else 0
    return f"x {box[0]:.{digits}f}…{box[2]:.{digits}f}, y {box[1]:.{digits}f}…{box[3]:.{digits}f}"
