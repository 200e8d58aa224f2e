"""Geometries of a large layer some at a time: positions and shapes, whether a frame holds them or partitions do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

Blocks = Callable[[], Iterable[tuple[NDArray[np.int64], NDArray[Any]]]]
BLOCK = 200_000


@dataclass(frozen=True)
class Held:
    """Shapes that lie elsewhere: all of them, some at a time, or those at some positions in the order asked for."""

    count: int
    blocks: Blocks
    fetch: Callable[[NDArray[np.int64]], NDArray[Any]]


def blocks_of(frame: gpd.GeoDataFrame) -> Iterable[tuple[NDArray[np.int64], NDArray[Any]]]:
    """Positions and geometries of a frame, some at a time."""
    for start in range(0, len(frame), BLOCK):
        places = np.arange(start, min(start + BLOCK, len(frame)))
        yield places, frame.geometry.to_numpy()[places]
