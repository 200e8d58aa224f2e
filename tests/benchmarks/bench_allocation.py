"""Speed of the areal allocation against other engines: python -m tests.benchmarks.bench_allocation --parcels 1000000 --zones 20."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

CELL_M = 30.0
ORIGIN = (500_000.0, 3_500_000.0)


def fabric(count: int, seed: int = 1) -> NDArray[np.object_]:
    """A gapless fabric of about `count` eight-cornered parcels 30 m wide."""
    side = round(count**0.5)
    random = np.random.default_rng(seed)
    lattice = np.stack(np.meshgrid(np.arange(2 * side + 1), np.arange(2 * side + 1)), axis=-1) * (CELL_M / 2)
    lattice = lattice + random.uniform(-CELL_M / 8, CELL_M / 8, lattice.shape) + np.array(ORIGIN)
    ring = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1), (0, 0)]
    corners = np.stack([lattice[dy : dy + 2 * side : 2, dx : dx + 2 * side : 2] for dx, dy in ring], axis=2)
    return shapely.polygons(corners.reshape(-1, len(ring), 2))


def carriers(count: int, vertices: int, width_m: float, seed: int = 2) -> NDArray[np.object_]:
    """Wavy islands of `vertices` corners each, one in each cell of a square pattern over `width_m` metres."""
    side = int(np.ceil(count**0.5))
    step = width_m / side
    random = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    shapes = []
    for k in range(count):
        middle = np.array([k % side + 0.5, k // side + 0.5]) * step + np.array(ORIGIN)
        phase = random.uniform(0, 2 * np.pi, 3)
        radius = step * (0.38 + 0.05 * np.sin(3 * angle + phase[0]) + 0.03 * np.sin(7 * angle + phase[1]) + 0.01 * np.sin(31 * angle + phase[2]))
        shapes.append(shapely.Polygon(middle + radius[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))))
    return np.array(shapes)
