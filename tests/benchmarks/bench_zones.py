"""Allocation where zones are as many or as small as the parcels, against geopandas.overlay: python -m tests.benchmarks.bench_zones.

Towns over villages, villages over towns (each other's borders cross at every crinkle), and 10,000 parcels over 99,856 zones; ours is the
better of three calls, overlay that of one.
"""

from __future__ import annotations

import time
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.join.areal import allocate

EXTENT_M = 100_000.0
ORIGIN = np.array([500_000.0, 3_300_000.0])


def crinkled(side: int, seed: int, steps: int) -> NDArray[Any]:
    """side x side areas that share their borders, each border of `steps` uneven stretches."""
    random, cell = np.random.default_rng(seed), EXTENT_M / side
    corner = np.stack(np.meshgrid(np.arange(side + 1) * cell, np.arange(side + 1) * cell, indexing="ij"), -1) + ORIGIN
    corner += random.uniform(-0.2 * cell, 0.2 * cell, corner.shape)
    at = np.linspace(0, 1, steps + 1)[:-1, None]

    def border(one: NDArray[np.float64], two: NDArray[np.float64]) -> NDArray[np.float64]:
        line = one[..., None, :] * (1 - at) + two[..., None, :] * at
        line[..., 1:, :] += random.normal(0, cell / steps / 3, line[..., 1:, :].shape)
        return np.concatenate([line, two[..., None, :]], axis=-2)

    along, up = border(corner[:-1], corner[1:]), border(corner[:, :-1], corner[:, 1:])
    rings = np.concatenate([along[:, :-1], up[1:], along[:, 1:, ::-1], up[:-1, :, ::-1]], axis=2)
    return np.asarray(shapely.make_valid(shapely.polygons(rings.reshape(-1, rings.shape[2], 2))))


def layer(shapes: NDArray[Any], column: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({column: [f"{k:06d}" for k in range(len(shapes))]}, geometry=shapes, crs=4549)


def main() -> None:
    towns, villages, parcels, fine = crinkled(19, 1, 100), crinkled(88, 2, 12), crinkled(100, 3, 2), crinkled(316, 4, 1)
    print("| parcels x zones | ours s | overlay s | ratio | pairs | total off by |\n|---|---|---|---|---|---|")
    for name, left, right in (("towns x villages", towns, villages), ("villages x towns", villages, towns), ("parcels x small zones", parcels, fine)):
        ground, zones = layer(left, "parcel_id"), layer(right, "zone_id")
        seconds = []
        for _ in range(3):
            began = time.perf_counter()
            done = allocate(ground, zones, rule="area")
            seconds.append(time.perf_counter() - began)
        began = time.perf_counter()
        cut = gpd.overlay(ground, zones, how="intersection", keep_geom_type=True)
        peer = time.perf_counter() - began
        area = shapely.area(left)
        ours, theirs = float(done.pieces["share"].to_numpy() @ area[done.pieces["parcel"]]), float(cut.area.sum())
        print(f"| {name}: {len(left):,} x {len(right):,} | {min(seconds):.2f} | {peer:.2f} | {min(seconds) / peer:.2f} | {len(done.pieces):,} / {len(cut):,} | {ours / theirs - 1:.0e} |")


if __name__ == "__main__":
    main()
