"""The ground of the demo district: streets, blocks and lots as one clean coverage, bent into place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.demo.plan import FAR_M, Plan, fixed

Geometries = NDArray[Any]
FALSE_EAST_M, FALSE_NORTH_M = 40_531_600.0, 3_336_900.0  # middle of the district in EPSG:4528, about 120.33 E, 30.15 N


@dataclass(frozen=True)
class Fabric:
    """Lots, water and neighbourhoods of the district; coordinates in EPSG:4528 metres."""

    lots: Geometries
    lot_neighbourhood: NDArray[np.int64]  # index into the plan's neighbourhoods; -1 for water
    lot_block: NDArray[np.int64]  # running number of the block; -1 for water
    water: NDArray[np.bool_]
    lake: NDArray[np.bool_]
    river: Any


def bend(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Plan metres to EPSG:4528: the straight plan is bent smoothly, so that roads curve and no two lots cross."""
    x, y = xy[:, 0], xy[:, 1]
    east = x + 150 * np.sin(y / 830 + 0.6) + 55 * np.sin((x + 1.3 * y) / 520)
    north = y + 170 * np.sin(x / 900 - 0.4) + 50 * np.sin((x - 0.8 * y) / 470 + 1.1)
    return fixed(np.column_stack([east + FALSE_EAST_M, north + FALSE_NORTH_M]))


def bent(geometry: Any) -> Any:
    """A geometry of the plan, with vertices every 60 m, in EPSG:4528."""
    return shapely.transform(shapely.segmentize(geometry, 60.0), bend)


def split(polygons: Geometries, where: NDArray[np.float64], tilt: NDArray[np.float64], gap: NDArray[np.float64]) -> tuple[Geometries, NDArray[np.int64]]:
    """Cut every polygon across its longer side; `where` 0 to 1 along it, `tilt` in radians, `gap` is the street's width in metres."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(polygons)).reshape(-1, 5, 2)
    a, b = corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]
    longer = np.where((np.hypot(a[:, 0], a[:, 1]) >= np.hypot(b[:, 0], b[:, 1]))[:, None], a, b)
    length = np.hypot(longer[:, 0], longer[:, 1])[:, None]
    middle = corners[:, :4].mean(axis=1) + longer * (where - 0.5)[:, None]
    angle = np.arctan2(longer[:, 1], longer[:, 0]) + tilt
    ahead = np.column_stack([np.cos(angle), np.sin(angle)])
    aside = np.column_stack([-ahead[:, 1], ahead[:, 0]])
    reach = length * 2 + 100
    halves = []
    for sign in (-1.0, 1.0):
        near = middle + sign * ahead * (gap / 2)[:, None]
        far = near + sign * ahead * reach
        quad = np.stack([near - aside * reach, near + aside * reach, far + aside * reach, far - aside * reach], axis=1)
        halves.append(shapely.intersection(polygons, shapely.polygons(fixed(quad))))
    parts, source = shapely.get_parts(np.concatenate(halves), return_index=True)
    keep = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 1.0)
    return parts[keep], source[keep] % len(polygons)


def subdivide(
    polygons: Geometries, target_m2: NDArray[np.float64], rng: np.random.Generator, *, gaps_m: tuple[float, ...], tilt_rad: float,
) -> tuple[Geometries, NDArray[np.int64]]:
    """Split again and again until every piece is near its target area; returns the pieces and the polygon each came from."""
    pieces, origin = polygons, np.arange(len(polygons))
    done: list[Geometries] = []
    done_origin: list[NDArray[np.int64]] = []
    for level in range(14):
        limit = target_m2[origin] * rng.uniform(0.75, 1.65, len(pieces))
        ready = shapely.area(pieces) <= limit
        done.append(pieces[ready])
        done_origin.append(origin[ready])
        pieces, origin = pieces[~ready], origin[~ready]
        if not len(pieces):
            break
        where = np.clip(rng.normal(0.5, 0.085, len(pieces)), 0.3, 0.7)
        gap = np.full(len(pieces), gaps_m[min(level, len(gaps_m) - 1)])
        parts, source = split(pieces, where, rng.normal(0.0, tilt_rad, len(pieces)), gap)
        pieces, origin = parts, origin[source]
    return np.concatenate(done), np.concatenate(done_origin)


def _join_some(lots: Geometries, block: NDArray[np.int64], rng: np.random.Generator, share: float) -> NDArray[np.int64]:
    """Group numbers of lots: a few neighbours of one block are joined where that gives an L or a T."""
    group = np.arange(len(lots))
    left, right = shapely.STRtree(lots).query(lots, predicate="touches")
    near = (left < right) & (block[left] == block[right])
    left, right = left[near], right[near]
    both = shapely.union(lots[left], lots[right], grid_size=0.01)
    fill = shapely.area(both) / shapely.area(shapely.convex_hull(both))
    good = (shapely.get_type_id(both) == 3) & (fill > 0.62) & (fill < 0.88)
    taken = np.zeros(len(lots), dtype=bool)
    for i, j in rng.permutation(np.column_stack([left[good], right[good]]))[: int(share * len(lots))]:
        if not (taken[i] or taken[j]):
            group[j], taken[i], taken[j] = i, True, True
    return group


GRAIN = {"farm": (4.6, 2.2), "village": (2.0, 1.4), "old_works": (1.25, 1.2), "works": (1.1, 1.15), "growing": (1.0, 1.1)}  # lots, blocks


def build_fabric(plan: Plan, rng: np.random.Generator) -> Fabric:
    """The plan cut into blocks and lots: fine in the middle, coarse at the rim."""
    river, canal, lake, cells = plan.river, plan.canal, plan.lake, plan.cells
    banks = shapely.union_all([shapely.buffer(river, 28), shapely.buffer(canal, 14), shapely.buffer(lake, 35)])
    dry, cell_of = shapely.get_parts(shapely.difference(shapely.buffer(cells, -19, join_style="mitre"), banks), return_index=True)
    dry, cell_of = dry[shapely.area(dry) > 4000], cell_of[shapely.area(dry) > 4000]
    from_middle = np.hypot(plan.centres_km[:, 0], plan.centres_km[:, 1] * 1.2)
    grain = np.array([GRAIN.get(kind, (1.0, 1.0)) for kind in plan.character])
    block_m2 = (27_000 + 13_500 * from_middle) * rng.uniform(0.65, 1.45, len(cells)) * grain[:, 1]
    lot_m2 = (5_600 + 3_050 * from_middle) * rng.uniform(0.72, 1.32, len(cells)) * grain[:, 0]
    blocks, dry_of = subdivide(dry, block_m2[cell_of], rng, gaps_m=(28, 24, 18, 15, 12, 10), tilt_rad=0.08)
    block_cell = cell_of[dry_of]
    whole = _thick(blocks, 1500, 22)
    blocks, block_cell = blocks[whole], block_cell[whole]
    lots, lot_block = subdivide(blocks, lot_m2[block_cell], rng, gaps_m=(0.0,), tilt_rad=0.055)
    whole = _thick(lots, 800, 16)
    lots, lot_block = lots[whole], lot_block[whole]
    group = _join_some(lots, lot_block, rng, 0.06)

    reaches = [shapely.intersection(water, shapely.box(x, -FAR_M, x + step, FAR_M))
               for water, step in ((river, 780.0), (canal, 5000.0), (lake, 5000.0)) for x in np.arange(-8000.0, 8000.0, step)]
    water = np.array([part for reach in reaches for part in shapely.get_parts(reach) if shapely.area(part) > 500], dtype=object)
    pieces = np.concatenate([lots, water])
    cell = np.concatenate([block_cell[lot_block], np.full(len(water), -1)])
    block = np.concatenate([lot_block, np.full(len(water), -1)])
    number = np.concatenate([group, np.arange(len(lots), len(pieces))])
    faces, source = _coverage(pieces)
    joined = number[source]
    by_number = np.argsort(joined, kind="stable")
    order, starts = np.unique(joined[by_number], return_index=True)
    shapes = np.array([shapely.union_all(part) if len(part) > 1 else part[0] for part in np.split(faces[by_number], starts[1:])], dtype=object)
    single = (shapely.get_type_id(shapes) == 3)
    order, shapes = order[single], shapely.normalize(shapes[single])
    is_water = order >= len(lots)
    in_lake = is_water & shapely.intersects(pieces[order], lake)
    return Fabric(
        lots=shapes, lot_neighbourhood=cell[order], lot_block=block[order], water=is_water, lake=in_lake,
        river=bent(shapely.union_all([river, canal])),
    )


def _thick(polygons: Geometries, least_m2: float, least_m: float) -> NDArray[np.bool_]:
    """Pieces large and broad enough to be used; the rest stays verge."""
    return (shapely.area(polygons) >= least_m2) & ~shapely.is_empty(shapely.buffer(polygons, -least_m / 2, quad_segs=2))


def bend_zones(plan: Plan, zones: Geometries) -> Geometries:
    """Zones of the plan bent into place through one net of edges, so that neighbours share theirs to the millimetre."""
    net = shapely.union_all(np.concatenate([shapely.boundary(plan.cells), shapely.boundary(zones)]), grid_size=0.01)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))
    moved, source = _coverage(faces)
    zone, face = shapely.STRtree(shapely.point_on_surface(faces)).query(zones, predicate="contains")
    members = [moved[np.isin(source, face[zone == number])] for number in range(len(zones))]
    return np.array([shapely.normalize(shapely.coverage_union_all(shapely.get_parts(part))) for part in members], dtype=object)


def _coverage(pieces: Geometries) -> tuple[Geometries, NDArray[np.int64]]:
    """The pieces bent into place with shared edges vertex for vertex, and which piece each face is."""
    edges = shapely.get_parts(shapely.union_all(shapely.boundary(pieces), grid_size=0.01))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(bent(edges))))
    inside = shapely.transform(shapely.point_on_surface(pieces), bend)
    point, face = shapely.STRtree(faces).query(inside, predicate="within")
    return faces[face], point
