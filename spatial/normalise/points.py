"""Points of ledger rows: their x and y (or their point geometry) moved into the working CRS."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import reproject
from spatial.errors import Finding, placed
from spatial.normalise.layer import Layer
from spatial.normalise.places import Box, bad_geometry, brought, decide
from spatial.schema.raw import Source
from spatial.schema.study import LayerSpec, Study


def ledger_points(layer: Layer, source: Source, spec: LayerSpec, study: Study, hint: Box | None, target: CRS) -> tuple[NDArray[Any] | None, list[Finding]]:
    """One point a row in the working CRS, None where a row has none; None when the ledger has no coordinates at all.

    x and y are in the layer's crs; polygons count by their representative point.
    """
    points = np.full(len(layer.frame), None, dtype=object)
    if "x" in layer.frame and "y" in layer.frame:
        xy = layer.frame[["x", "y"]].to_numpy(float)
        known = np.isfinite(xy).all(axis=1)
        points[known] = shapely.points(xy[known])
    elif layer.geometry is not None and spec.role in ("supply", "projects"):
        usable = ~bad_geometry(layer.geometry)[0]
        points[usable] = shapely.point_on_surface(layer.geometry[usable])
        flat = np.isin(shapely.get_type_id(layer.geometry), (0,))
        points[usable & flat] = layer.geometry[usable & flat]
    known = np.array([point is not None for point in points], dtype=bool)
    if not known.any():
        return None, []
    usable = ~bad_geometry(points[known])[0]
    decided = decide(shapely.bounds(points[known][usable]), layer.frame["row"].to_numpy(np.int64)[known][usable], source, spec, study, hint)
    findings = list(decided.findings)
    moved, crs = brought(points[known], usable, decided) if decided.known else (points[known], None)
    if crs is None:
        return None, placed(findings, role=spec.role, path=spec.shown_path)
    points[known] = reproject(moved, crs, target)
    return points, placed(findings, role=spec.role, path=spec.shown_path)
