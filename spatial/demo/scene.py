"""The demo district seen from above: a four-band scene of 10 m cells at two dates, true to its story, with planted contradictions.

It shares nothing with the readers and rules that judge it: reflectances, compositions and plants are its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.features import rasterize
from rasterio.transform import Affine

from spatial.crs import reproject
from spatial.demo.land import GROUND_CRS
from spatial.demo.truth import DemoTruth

SCENE_CRS = CRS.from_epsg(32651)
DAYS = ("2020-10-20", "2022-10-18")
BANDS = ("green", "red", "nir", "swir1")
CELL_M, FINE = 10.0, 2  # cells, and the finer grid in which the ground is laid out
MARGIN_M = 300.0
LEVELS = 64
# reflectance of the ground in BANDS
SURFACES: dict[str, tuple[float, float, float, float]] = {
    "roof": (0.150, 0.165, 0.205, 0.205), "blue_roof": (0.165, 0.135, 0.215, 0.195), "paved": (0.120, 0.135, 0.165, 0.165), "soil": (0.130, 0.180, 0.250, 0.350),
    "lawn": (0.085, 0.060, 0.360, 0.185), "weeds": (0.095, 0.090, 0.290, 0.225), "crop": (0.080, 0.055, 0.400, 0.190), "stubble": (0.115, 0.150, 0.235, 0.305),
    "wood": (0.055, 0.038, 0.330, 0.135), "water": (0.075, 0.050, 0.032, 0.020),
}
NAMES = tuple(SURFACES)
PLANTS = {"built_but_bare": 14, "idle_but_built": 8, "started_without_record": 12, "changed_to_built": 8, "changed_to_bare": 6}
DECOYS = {"lawn": 12, "pond": 12, "yard": 12}  # used parcels that look open, and are not
LEAST_M2 = 4_000.0
GARDENS = ("0701", "0703", "0801", "0802", "0804", "0806")
Codes = NDArray[np.uint8]


@dataclass(frozen=True)
class Scene:
    """Reflectance x 10 000, bands x rows x columns, at each date; 0 where there is no image. What was planted, by parcel."""

    bands: tuple[NDArray[np.uint16], ...]
    transform: Affine
    planted: pd.DataFrame  # parcel_id, kind: a rule's id, or decoy_<what>


def build_scene(truth: DemoTruth, seed: int = 8) -> Scene:
    """The scene of a demo district; the same cells for the same seed."""
    rng = np.random.default_rng([seed, len(truth.parcels)])
    planted = _plant(truth, rng)
    shapes = reproject(truth.parcels.geometry.to_numpy(), GROUND_CRS, SCENE_CRS)
    roofs = reproject(truth.buildings.geometry.to_numpy(), GROUND_CRS, SCENE_CRS)
    west, south, east, north = shapely.total_bounds(shapes)
    left, top = np.floor((west - MARGIN_M) / CELL_M) * CELL_M, np.ceil((north + MARGIN_M) / CELL_M) * CELL_M
    columns, rows = int(np.ceil((east + MARGIN_M - left) / CELL_M)), int(np.ceil((top - south + MARGIN_M) / CELL_M))
    fine = Affine(CELL_M / FINE, 0, left, 0, -CELL_M / FINE, top)
    size = (rows * FINE, columns * FINE)
    owner, building = (_burnt(layer, size, fine) for layer in (shapes, roofs))
    patches = _patches(size, rng)
    draw = rng.random((len(shapes), 2))
    bands = tuple(_image(_cover(truth, planted, day, owner, building, patches, draw), rng) for day in (0, 1))
    return Scene(bands, Affine(CELL_M, 0, left, 0, -CELL_M, top), pd.DataFrame({"parcel_id": truth.parcels["parcel_id"].iloc[list(planted)].to_numpy(object), "kind": list(planted.values())}))


def _burnt(shapes: NDArray[Any], size: tuple[int, int], transform: Affine) -> NDArray[np.int32]:
    """Number (from 1) of the shape that holds the middle of each fine cell; 0 for none."""
    rings, owner = shapely.get_rings(shapes, return_index=True)  # parcels and buildings of the demo are single polygons without holes
    first = np.r_[True, owner[1:] != owner[:-1]]
    xy, ring = shapely.get_coordinates(rings[first], return_index=True)
    parts = np.split(xy, np.flatnonzero(np.diff(ring)) + 1)
    told = (({"type": "Polygon", "coordinates": [part.tolist()]}, int(number) + 1) for part, number in zip(parts, owner[first], strict=True))
    return np.asarray(rasterize(told, out_shape=size, transform=transform, dtype="int32"))


def _plant(truth: DemoTruth, rng: np.random.Generator) -> dict[int, str]:
    """Parcels, by position, that the image contradicts or that only seem to contradict."""
    parcels = truth.parcels
    status, large = parcels["land_status"], (parcels["area_m2"] > LEAST_M2) & (shapely.area(shapely.buffer(parcels.geometry.to_numpy(), -15.0)) > LEAST_M2 / 4)
    plant = parcels["industrial"] & (status == "used") & (parcels["floor_area_m2"] > 0)
    long_used = plant & truth.supply["completion_date"].reindex(parcels.index).lt(pd.Timestamp("2019-06-30")).fillna(False)
    pools = {"built_but_bare": plant, "idle_but_built": status.isin(["suspected_idle_1y", "suspected_idle_2y", "certified_idle"]),
             "started_without_record": status.isin(["supplied_not_due", "supplied_overdue"]), "changed_to_built": (status == "not_supplied") & parcels["land_use"].isin(["0101", "0201"]),
             "changed_to_bare": long_used, **{f"decoy_{name}": plant for name in DECOYS}}
    counts = {**PLANTS, **{f"decoy_{name}": count for name, count in DECOYS.items()}}
    planted: dict[int, str] = {}
    for kind, pool in pools.items():
        free = [position for position in np.flatnonzero((pool & large).to_numpy()).tolist() if position not in planted]
        for position in sorted(rng.choice(free, min(counts[kind], len(free)), replace=False).tolist()):
            planted[position] = kind
    return planted


def _patches(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.int32]:
    """Even draws in patches of 20 m, by which a parcel's mixture is laid out on the ground."""
    side = 2 * FINE
    small = rng.integers(0, LEVELS, (size[0] // side + 1, size[1] // side + 1), dtype=np.int32)
    return np.repeat(np.repeat(small, side, axis=0), side, axis=1)[: size[0], : size[1]]


def _cover(truth: DemoTruth, planted: dict[int, str], day: int, owner: NDArray[np.int32], building: NDArray[np.int32], patches: NDArray[np.int32], draw: NDArray[np.float64]) -> Codes:
    """Surface of every fine cell at one date."""
    mixtures, roofed = _mixtures(truth, planted, day, draw)
    bounds = np.cumsum(np.vstack([_mixture(paved=0.8, lawn=0.2), mixtures]), axis=1, dtype=np.float64)[:, :-1]  # row 0: roads and verges between the parcels
    level = (np.arange(LEVELS) + 0.5) / LEVELS
    which = (level[None, :, None] >= bounds[:, None, :]).sum(axis=2).astype(np.uint8)  # surface by parcel and level
    surface = np.asarray(which.ravel()[owner * LEVELS + patches])
    has_roof = np.r_[False, roofed]
    blue = np.r_[False, (truth.parcels["industrial"] & (truth.parcels.index.to_numpy() % 3 == 0)).to_numpy()]
    roofs = (building > 0) & has_roof[owner]
    surface[roofs] = NAMES.index("roof")
    surface[roofs & blue[owner]] = NAMES.index("blue_roof")
    return surface


def _mixture(**parts: float) -> NDArray[np.float32]:
    row = np.zeros(len(NAMES), dtype=np.float32)
    for name, share in parts.items():
        row[NAMES.index(name)] = share
    return row / row.sum()


def _mixtures(truth: DemoTruth, planted: dict[int, str], day: int, draw: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """What the open ground of each parcel is made of at one date, and whether its buildings stand."""
    parcels, date = truth.parcels, pd.Timestamp(DAYS[day])
    started = truth.supply["actual_start_date"].reindex(parcels.index)
    done = truth.supply["completion_date"].reindex(parcels.index)
    rows, roofed = np.zeros((len(parcels), len(NAMES)), dtype=np.float32), np.zeros(len(parcels), dtype=bool)
    for position, (use, status, reserve, start, end) in enumerate(zip(parcels["land_use"], parcels["land_status"], parcels["reserve"], started, done, strict=True)):
        kind = planted.get(position, "")
        a, b = draw[position]
        rows[position], roofed[position] = _planted(kind, day, a) if kind else _plain(use, status, bool(reserve), start, end, date, a, b)
    return rows, roofed


def _planted(kind: str, day: int, a: float) -> tuple[NDArray[np.float32], bool]:
    late = day == 1
    if kind == "built_but_bare":
        return _mixture(soil=0.35 + 0.4 * a, weeds=0.6 - 0.4 * a, paved=0.01), False
    if kind == "idle_but_built":
        return (_mixture(roof=0.55, paved=0.35, lawn=0.1), False) if late else (_mixture(soil=0.3, weeds=0.7), False)
    if kind == "started_without_record":
        return (_mixture(soil=0.65, paved=0.25 * a, roof=0.15), False) if late else (_mixture(lawn=0.35, crop=0.62, soil=0.03), False)
    if kind == "changed_to_built":
        return (_mixture(roof=0.6, paved=0.32, soil=0.08), False) if late else (_mixture(crop=1.0), False)
    if kind == "changed_to_bare":
        return (_mixture(soil=0.8, weeds=0.2), False) if late else (_mixture(paved=0.85, lawn=0.15), True)
    mixed = {"decoy_lawn": _mixture(lawn=0.85, paved=0.15), "decoy_pond": _mixture(water=0.55, lawn=0.25, paved=0.2), "decoy_yard": _mixture(soil=0.75, paved=0.25)}
    return mixed[kind], True


def _plain(use: str, status: str, reserve: bool, start: Any, end: Any, date: pd.Timestamp, a: float, b: float) -> tuple[NDArray[np.float32], bool]:
    """Ground as the ledgers say it is."""
    if use in ("1701", "1702", "1704"):
        return _mixture(water=0.97, lawn=0.03), False
    if use == "0301":
        return _mixture(wood=1.0), False
    if use in ("0101", "0201"):
        return (_mixture(stubble=0.9, crop=0.1) if b < 0.12 else _mixture(crop=0.95, stubble=0.05)), False
    if reserve:
        return _mixture(weeds=0.6, lawn=0.25, soil=0.15), False
    if use == "1401":
        return _mixture(wood=0.5, lawn=0.4, paved=0.1), False
    if status in ("supplied_not_due", "supplied_overdue", "suspected_idle_1y", "suspected_idle_2y", "certified_idle"):
        soil = 0.15 + 0.5 * a  # the same at both dates
        return _mixture(soil=soil, weeds=1 - soil), False
    if status == "suspected_idle_suspended":
        return _mixture(roof=0.18, soil=0.4, weeds=0.42), False
    before_start = pd.notna(start) and start > date
    if status == "under_construction" or (pd.notna(end) and end > date):
        return (_mixture(soil=0.2, weeds=0.8) if before_start else _mixture(roof=0.3 + 0.2 * a, paved=0.15, soil=0.5)), False
    gardens = 0.45 if use in GARDENS else 0.22
    return _mixture(paved=1 - gardens - 0.08 * b, lawn=gardens, soil=0.08 * b), True


def _image(surface: Codes, rng: np.random.Generator) -> NDArray[np.uint16]:
    """Reflectance of the cells: the mean of the fine cells in each, a common brightness and noise of each band, in steps of 0.002."""
    table = np.array([SURFACES[name] for name in NAMES], dtype=np.float32)
    rows, columns = surface.shape[0] // FINE, surface.shape[1] // FINE
    light = 1 + 0.05 * rng.standard_normal((rows, columns), dtype=np.float32)
    bands = []
    for band in range(len(BANDS)):
        fine = table[:, band][surface]
        mean = np.asarray(sum(fine[i::FINE, j::FINE] for i in range(FINE) for j in range(FINE))) / np.float32(FINE * FINE)
        noisy = mean * light * (1 + 0.03 * rng.standard_normal((rows, columns), dtype=np.float32))
        bands.append(np.maximum(np.rint(noisy * 500) * 20, 20).astype(np.uint16))
    return np.stack(bands)
