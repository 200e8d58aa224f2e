"""Random layouts of parcels and zones by kind: touching, nested, overlapping, holed, multipart, slivers, and a fabric with all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import affinity

Shapes = NDArray[Any]
ORIGIN = (500_000.0, 3_340_000.0)


def squares(random: np.random.Generator, count: int, most: int) -> Shapes:
    low = random.integers(0, 12, (count, 2)) * 30.0
    high = low + random.integers(1, most, (count, 2)) * 30.0
    return np.asarray(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))


def blobs(random: np.random.Generator, count: int, most: float = 180.0) -> Shapes:
    return np.array([shapely.Point(*random.uniform(0, 600, 2)).buffer(random.uniform(15, most), int(random.integers(1, 9))) for _ in range(count)])


def touching(random: np.random.Generator) -> tuple[Shapes, Shapes]:
    """Cells of one tessellation, zones made of whole cells and of halves: every border is shared."""
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(random.uniform(0, 400, (30, 2))), extend_to=shapely.box(0, 0, 400, 400)))
    cells = shapely.intersection(cells, shapely.box(0, 0, 400, 400))
    group = random.integers(0, 4, len(cells))
    zones = [shapely.union_all(cells[group == k]) for k in range(3)]
    return cells, np.array([zone for zone in zones if not zone.is_empty])


def nested(random: np.random.Generator) -> tuple[Shapes, Shapes]:
    """Zones one inside the other, some sharing a stretch of border, over parcels that are nested too."""
    centre = shapely.Point(*random.uniform(200, 400, 2))
    rings = [centre.buffer(radius, 6) for radius in np.sort(random.uniform(20, 250, 4))]
    zones = [*rings, shapely.intersection(rings[-1], shapely.box(0, 0, 300, 600))]
    parcels = [*blobs(random, 8, 60), *(affinity.scale(ring, 0.9, 0.9) for ring in rings), *squares(random, 10, 4)]
    return np.array(parcels), np.array([zone for zone in zones if zone.area > 0])


def overlapping(random: np.random.Generator) -> tuple[Shapes, Shapes]:
    return squares(random, 25, 5), np.concatenate([squares(random, 4, 9), blobs(random, 3)])


def holed(random: np.random.Generator) -> tuple[Shapes, Shapes]:
    parcels = shapely.difference(blobs(random, 20), blobs(random, 20, 50))
    zones = shapely.difference(blobs(random, 4), blobs(random, 4, 50))
    return parcels[shapely.area(parcels) > 0], zones[shapely.area(zones) > 0]


def multipart(random: np.random.Generator) -> tuple[Shapes, Shapes]:
    def many(count: int, parts: int) -> Shapes:
        return np.array([shapely.union_all(blobs(random, parts, 60)) for _ in range(count)])
    return many(15, 3), many(4, 4)


def slivers(random: np.random.Generator) -> tuple[Shapes, Shapes]:
    """Strips of a centimetre and of a metre, zones whose borders run along theirs or miss them by a millimetre."""
    west = np.round(random.uniform(0, 500, 20), 2)
    wide = random.choice([0.01, 1.0, 120.0], 20)
    high = random.choice([0.5, 40.0], 20)
    parcels = np.asarray(shapely.box(west, 0, west + wide, high))
    edge = np.sort(np.r_[random.choice(west, 3, replace=False), random.choice(west + wide, 3, replace=False) + 0.001])
    return parcels, np.asarray(shapely.box(edge[:-1], -5, edge[1:], 50))[np.diff(edge) > 0]


def turned(random: np.random.Generator) -> tuple[Shapes, Shapes]:
    parcels, zones = overlapping(random)
    angle = random.uniform(0, 360)
    return tuple(np.array([affinity.rotate(g, angle, origin=(0, 0)) for g in shapes]) for shapes in (parcels, zones))  # type: ignore[return-value]


KINDS: tuple[Callable[[np.random.Generator], tuple[Shapes, Shapes]], ...] = (touching, nested, overlapping, holed, multipart, slivers, turned)


def layout(seed: int) -> tuple[Shapes, Shapes]:
    """Parcels and zones of a seed, where parcels of a 3-degree zone lie."""
    parcels, zones = KINDS[seed % len(KINDS)](np.random.default_rng(seed))
    return tuple(shapely.transform(shapes, lambda xy: xy + ORIGIN) for shapes in (parcels, zones))  # type: ignore[return-value]


def layer(shapes: Any, ids: list[str] | None = None) -> gpd.GeoDataFrame:
    geometry = np.asarray(shapes, dtype=object)
    return gpd.GeoDataFrame({"area_m2": shapely.area(geometry)} if ids is None else {"zone_id": ids}, geometry=geometry, crs="EPSG:4549")


def names(count: int) -> list[str]:
    return [f"z{k}" for k in range(count)]
