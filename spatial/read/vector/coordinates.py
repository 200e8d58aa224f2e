"""Nested coordinate lists of JSON formats to shapely geometries, many at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

BATCH = 20_000


class Builder:
    """Collects geometries in order; `finish` gives them with what was wrong with some."""

    def __init__(self) -> None:
        self.done: list[NDArray[Any]] = []
        self.pending: list[Any] = []
        self.problems: list[tuple[int, str]] = []
        self.unclosed: list[int] = []
        self.flat: list[int] = []  # geometries with a ring of fewer than four positions, which has no area
        self.dimensions: int = 0
        self.count = 0

    def add(self, kind: str | None, coordinates: Any) -> None:
        """One geometry by its GeoJSON type; None for a feature without geometry; a shapely geometry under the type `ready`."""
        try:
            self.pending.append(self._parts(kind, coordinates))
        except (ValueError, TypeError, KeyError, OverflowError, shapely.errors.GEOSException) as error:
            self.problems.append((self.count, str(error)[:120]))
            self.pending.append(None)
        self.count += 1
        if len(self.pending) >= BATCH:
            self._flush()

    def finish(self) -> NDArray[Any]:
        self._flush()
        return np.concatenate(self.done) if self.done else np.empty(0, dtype=object)

    def _parts(self, kind: str | None, coordinates: Any) -> Any:
        if kind is None or kind == "ready":
            return coordinates
        if coordinates == []:
            return _empty(kind)
        if kind in ("Polygon", "MultiPolygon"):
            polygons = [self._polygon(polygon) for polygon in ([coordinates] if kind == "Polygon" else coordinates)]
            return [polygon for polygon in polygons if polygon] or _empty(kind)
        if kind == "Point":
            return shapely.Point(self._positions([coordinates])[0])
        if kind == "MultiPoint":
            return shapely.multipoints(self._positions(coordinates))
        if kind == "LineString":
            return shapely.linestrings(self._positions(coordinates))
        if kind == "MultiLineString":
            return shapely.multilinestrings([shapely.linestrings(self._positions(line)) for line in coordinates])
        raise ValueError(f"unknown geometry type {kind!r}")

    def _positions(self, positions: Any) -> NDArray[np.float64]:
        if isinstance(positions, np.ndarray):
            if not np.isfinite(positions).all():
                raise ValueError("a coordinate is not a finite number")
            return positions
        if not isinstance(positions, list) or not positions or not all(isinstance(p, list) for p in positions):
            raise ValueError("positions are not lists of numbers")
        try:
            array = np.array(positions)
        except ValueError:  # two and three dimensions mixed
            array = np.array([p[:2] for p in positions])
            self.dimensions += 1
        if array.ndim != 2 or array.shape[1] < 2 or array.dtype.kind not in "fiu":
            raise ValueError("positions are not pairs of numbers")
        self.dimensions += array.shape[1] > 2
        plane = array[:, :2].astype(np.float64, copy=False)
        if not np.isfinite(plane).all():
            raise ValueError("a coordinate is not a finite number")
        return plane

    def _polygon(self, rings: Any) -> list[NDArray[np.float64]]:
        """The rings of a polygon; a ring without area is left out, and with a shell without area its holes."""
        built = [self._ring(ring) for ring in rings]
        kept = [ring for ring in built if ring is not None]
        if len(kept) < len(built):
            self.flat.append(self.count)
        return kept if built and built[0] is not None else []

    def _ring(self, positions: Any) -> NDArray[np.float64] | None:
        ring = self._positions(positions)
        if len(ring) > 2 and not np.array_equal(ring[0], ring[-1]):
            self.unclosed.append(self.count)
            ring = np.vstack([ring, ring[:1]])
        return ring if len(ring) >= 4 else None

    def _flush(self) -> None:
        if not self.pending:
            return
        out = np.empty(len(self.pending), dtype=object)
        polygonal = [i for i, parts in enumerate(self.pending) if isinstance(parts, list)]
        for i, parts in enumerate(self.pending):
            if not isinstance(parts, list):
                out[i] = parts
        if polygonal:
            out[polygonal] = _polygons([self.pending[i] for i in polygonal])
        self.done.append(out)
        self.pending = []


def _polygons(features: list[list[list[NDArray[np.float64]]]]) -> NDArray[Any]:
    rings = [ring for feature in features for polygon in feature for ring in polygon]
    lengths = [len(ring) for ring in rings]
    linear = shapely.linearrings(np.concatenate(rings), indices=np.repeat(np.arange(len(rings)), lengths))
    per_polygon = [len(polygon) for feature in features for polygon in feature]
    polygons = shapely.polygons(linear, indices=np.repeat(np.arange(len(per_polygon)), per_polygon))
    per_feature = np.array([len(feature) for feature in features])
    first = np.cumsum(per_feature) - per_feature
    out = np.empty(len(features), dtype=object)
    single = per_feature == 1
    out[single] = polygons[first[single]]
    for i in np.flatnonzero(~single):
        out[i] = shapely.multipolygons(polygons[first[i] : first[i] + per_feature[i]])
    return out


def _empty(kind: str) -> Any:
    return shapely.from_wkt(f"{kind.upper()} EMPTY")
