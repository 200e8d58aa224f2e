"""The plan of the demo district before its roads are bent: outline, waters, neighbourhoods, carriers and townships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.demo.resources import parameters

Geometries = NDArray[Any]
FAR_M = 40_000.0
TOWNSHIPS = (
    ("望江街道", -0.4, 0.4), ("城北街道", 0.6, 3.4), ("临湖街道", -3.1, -1.6), ("科创街道", -3.0, 2.6), ("东岸街道", 2.6, 0.9), ("南苑街道", 0.7, -2.2),
    ("新港镇", 4.7, 2.2), ("沙地镇", 5.0, -1.2), ("河庄镇", 2.7, -3.8), ("丘山镇", -1.4, -4.3), ("云栖镇", -5.2, 0.2),
)
OLD_WORKS = ((2.1, -3.1), (1.9, -4.0), (3.0, -0.8))  # old industrial belts outside the carriers


@dataclass(frozen=True)
class Plan:
    """Plan coordinates: metres from the middle of the district, straight roads."""

    outline: Any
    river: Any
    canal: Any
    lake: Any
    cells: Geometries  # neighbourhoods; they tile the outline
    centres_km: NDArray[np.float64]
    character: NDArray[np.str_]  # of each neighbourhood: finance, tech, works, ...
    carrier_names: tuple[str, ...]
    carriers: Geometries
    cell_carrier: NDArray[np.int64]  # index of the carrier a neighbourhood mainly belongs to, -1 outside
    townships: Geometries


def fixed(xy: Any) -> NDArray[np.float64]:
    """Coordinates to the millimetre: sines differ in their last bit from processor to processor, and the district may not."""
    return np.round(np.asarray(xy, dtype=float), 3)


def largest(geometry: Any) -> Any:
    """The largest part of a geometry."""
    parts = shapely.get_parts(geometry)
    return parts[int(np.argmax(shapely.area(parts)))]


def _outline() -> Any:
    turn = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    radius = 1 + 0.06 * np.sin(3 * turn + 0.5) + 0.05 * np.sin(5 * turn + 2) + 0.03 * np.sin(9 * turn)
    return shapely.Polygon(fixed(np.column_stack([6200 * radius * np.cos(turn), 5250 * radius * np.sin(turn)])))


def _ribbon(x: NDArray[np.float64], y: NDArray[np.float64], width: NDArray[np.float64]) -> Any:
    """A band of changing width along a line."""
    along = np.column_stack([np.gradient(x), np.gradient(y)])
    normal = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(along[:, 0], along[:, 1])[:, None]
    middle, half = np.column_stack([x, y]), (width / 2)[:, None]
    return shapely.make_valid(shapely.Polygon(fixed(np.vstack([middle + normal * half, (middle - normal * half)[::-1]]))))


def _waters(outline: Any) -> tuple[Any, Any, Any]:
    """The river that winds from south-west to north-east, a canal that joins it, and the lake."""
    x = np.linspace(-7500, 7500, 240)
    y = 0.16 * x - 250 + 880 * np.sin(x / 1500 + 0.4) + 280 * np.sin(x / 610)
    river = _ribbon(x, y, 140 + 50 * np.sin(x / 1100))
    s = np.linspace(-6500, 300, 100)
    canal = shapely.difference(_ribbon(1500 + 380 * np.sin(s / 900) + 0.12 * s, s, np.full(s.shape, 38.0)), shapely.buffer(river, 1.0))
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    wave = 1 + 0.22 * np.sin(2 * turn + 1) + 0.13 * np.sin(3 * turn)
    lake = shapely.Polygon(fixed(np.column_stack([-3550 + 560 * wave * np.cos(turn), -2350 + 400 * wave * np.sin(turn)])))
    return shapely.intersection(river, outline), largest(shapely.intersection(canal, outline)), lake


def _cells(outline: Any, rng: np.random.Generator) -> tuple[Any, Geometries]:
    """Neighbourhoods between the main roads: Voronoi cells of a loose lattice; crumbs at the rim are left out of the district."""
    rows, columns = np.meshgrid(np.arange(-6, 7), np.arange(-7, 8), indexing="ij")
    seeds = np.column_stack([(columns + 0.5 * (rows % 2)).ravel() * 1210.0, rows.ravel() * 1060.0])
    seeds = fixed(seeds + rng.normal(0, 215, seeds.shape))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=outline.buffer(3000), ordered=True))
    cells = shapely.intersection(cells, outline)
    keep = shapely.area(cells) > 300_000
    return largest(shapely.union_all(cells[keep])), cells[keep]


def _grow(at: tuple[float, float], count: int, free: NDArray[np.bool_], cells: Geometries, centres: NDArray[np.float64]) -> list[int]:
    """The free neighbourhood nearest to a place, and then its free neighbours nearest to it."""
    distance = np.hypot(centres[:, 0] - at[0], centres[:, 1] - at[1])
    chosen = [int(np.argmin(np.where(free, distance, np.inf)))]
    while len(chosen) < count:
        touching = free & shapely.intersects(cells, shapely.union_all(cells[chosen]))
        touching[chosen] = False
        if not touching.any():
            break
        chosen.append(int(np.argmin(np.where(touching, distance, np.inf))))
    return chosen


def _keep_share(polygon: Any, bearing: float, share: float) -> Any:
    """The part of a polygon left of a straight line with that bearing, so placed that the share of its area is kept."""
    angle = np.radians(bearing)
    ahead, aside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    offsets = shapely.get_coordinates(polygon) @ aside
    low, high = float(offsets.min()), float(offsets.max())
    part = polygon
    for _ in range(24):
        middle = (low + high) / 2
        base = aside * middle
        quad = [base - ahead * FAR_M, base + ahead * FAR_M, base + (ahead - aside) * FAR_M, base - (ahead + aside) * FAR_M]
        part = shapely.intersection(polygon, shapely.Polygon(fixed(quad)))
        low, high = (middle, high) if part.area < share * polygon.area else (low, middle)
    return largest(part)


def build_plan(rng: np.random.Generator) -> Plan:
    """The whole plan; the carriers' places come from layers/demo/carriers.toml."""
    outline, cells = _cells(_outline(), rng)
    river, canal, lake = _waters(outline)
    centres = shapely.get_coordinates(shapely.centroid(cells)) / 1000
    from_middle = np.hypot(centres[:, 0] * 0.9, centres[:, 1] * 1.1)
    character = np.select([from_middle < 2.3, from_middle < 3.7, from_middle < 4.9], ["town", "suburb", "village"], "farm").astype("<U9")
    rows = parameters("carriers")["carrier"]
    free = np.ones(len(cells), dtype=bool)
    cell_carrier = np.full(len(cells), -1)
    shapes: list[Any] = []
    for number, row in enumerate(rows):
        if "within" in row:  # half of a neighbourhood of the carrier around it: the nested pair
            host = [other["name"] for other in rows].index(row["within"])
            chosen = _grow(tuple(row["at"]), 1, cell_carrier == host, cells, centres)
            shapes.append(_keep_share(cells[chosen[0]], 62.0, 0.72))
        else:
            chosen = _grow(tuple(row["at"]), row["cells"], free, cells, centres)
            free[chosen] = False
            cell_carrier[chosen] = number
            character[chosen] = row["character"]
            whole = shapely.union_all(cells[chosen])
            shapes.append(_keep_share(whole, *row["cut"]) if "cut" in row else whole)
    for place in OLD_WORKS:
        character[_grow(place, 1, free, cells, centres)] = "old_works"
    places = np.array([place[1:] for place in TOWNSHIPS])
    nearest = np.argmin(np.hypot(centres[:, None, 0] - places[:, 0], centres[:, None, 1] - places[:, 1]), axis=1)
    towns = np.array([shapely.union_all(cells[nearest == i]) for i in range(len(places))], dtype=object)
    return Plan(outline, river, canal, lake, cells, centres, character, tuple(row["name"] for row in rows),
                np.array(shapes, dtype=object), cell_carrier, towns)
