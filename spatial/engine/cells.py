"""The partitions: a plane cut into cells of equally many parcels, each parcel in the cell of its box's middle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PER_PARTITION = 60_000
LEAST = 32


def partitions_for(count: int, asked: int) -> int:
    """How many partitions a layer of `count` parcels gets."""
    return max(1, min(asked or max(LEAST, -(-count // PER_PARTITION)), count))


def cells(bounds: NDArray[np.float64], partitions: int) -> NDArray[np.int32]:
    """The partition of each parcel: strips of equal count from west to east, each cut into cells of equal count from south to north.

    Parcels without finite bounds go to the first. Ties go by row, so the answer depends on nothing else.
    """
    part = np.zeros(len(bounds), dtype=np.int32)
    known = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    middle = (bounds[known, :2] + bounds[known, 2:]) / 2
    strips = max(1, round(partitions**0.5))
    ranks = np.empty(len(known), dtype=np.int64)
    ranks[np.argsort(middle[:, 0], kind="stable")] = np.arange(len(known))
    strip = ranks * strips // max(len(known), 1)
    first = 0
    for number in range(strips):
        own = np.flatnonzero(strip == number)
        height = (number + 1) * partitions // strips - number * partitions // strips
        rank = np.empty(len(own), dtype=np.int64)
        rank[np.argsort(middle[own, 1], kind="stable")] = np.arange(len(own))
        part[known[own]] = first + rank * height // max(len(own), 1)
        first += height
    return part


def reach(bounds: NDArray[np.float64], part: NDArray[np.int32], partitions: int) -> NDArray[np.float64]:
    """The box that each partition's parcels reach."""
    boxes = np.tile([np.inf, np.inf, -np.inf, -np.inf], (partitions, 1))
    for side, pick in enumerate((np.minimum, np.minimum, np.maximum, np.maximum)):
        known = np.isfinite(bounds[:, side])
        pick.at(boxes[:, side], part[known], bounds[known, side])
    return boxes


def astride(bounds: NDArray[np.float64], part: NDArray[np.int32], boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Parcels whose box enters what another partition reaches: only they can share ground across partitions."""
    found = np.zeros(len(bounds), dtype=bool)
    for number, box in enumerate(boxes):
        meets = (bounds[:, 0] <= box[2]) & (bounds[:, 2] >= box[0]) & (bounds[:, 1] <= box[3]) & (bounds[:, 3] >= box[1])
        found |= meets & (part != number)
    return found
