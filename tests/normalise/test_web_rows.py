"""A few parcels of a web map among those of a survey give themselves away where the fabric is dense enough to tell; other overlaps do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely.affinity import translate

from spatial.normalise.fabric import Whole
from spatial.normalise.overlap import overlapping_pairs
from spatial.normalise.web_rows import rows_from_web
from tests.flow.conftest import District, analysed, district
from tests.normalise.test_web_suspicion import PLANE, on_the_web, town

__all__ = ["district"]


def told(shapes: NDArray[Any]) -> list[tuple[Any, ...]]:
    at = np.arange(1, len(shapes) + 1)
    return [(f.value_used, f.count, f.row, f.value_seen) for f in rows_from_web(Whole(shapes), overlapping_pairs(shapes), PLANE, at.astype(str).astype(object), at)]


@pytest.mark.parametrize(("system", "metres"), [("GCJ-02", "508 m"), ("BD-09", "1124 m")])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_parcels_of_a_web_map_among_others_are_told(seed: int, system: str, metres: str) -> None:
    parcels, _ = town(seed, 24)
    strays = [5, 230, 231, 400]
    parcels[strays] = on_the_web(parcels[strays], system)
    seen = told(parcels)
    assert [(used, row) for used, _, row, _ in seen] == [(system, 6)]
    assert seen[0][1] in (2, 3, 4)  # one that lies in a street or beyond the fabric cannot be told
    assert abs(int(seen[0][3].split()[0]) - int(metres.split()[0])) <= 3


@pytest.mark.parametrize("seed", range(4))
def test_clean_fabrics_and_other_overlaps_are_not(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parcels, _ = town(seed, 20)
    assert told(parcels) == []
    carried = parcels.copy()
    for i in rng.choice(len(parcels), 30, replace=False):
        angle, away = rng.uniform(0, 2 * np.pi), rng.uniform(20, 600)
        carried[i] = translate(parcels[i], away * np.cos(angle), away * np.sin(angle))
    assert told(carried) == []
    twice = np.concatenate([parcels, parcels[:40]])  # one shape under two keys
    assert told(twice) == []


def test_a_fabric_that_is_the_same_everywhere_tells_nothing() -> None:
    grid = np.array([shapely.box(525_000 + 100 * i, 3_340_000 + 100 * j, 525_100 + 100 * i, 3_340_100 + 100 * j) for i in range(30) for j in range(30) if (i + j) % 2])
    grid[100] = on_the_web(grid[100:101], "GCJ-02")[0]
    assert told(grid) == []


def test_a_run_tells_it_and_moves_nothing(district: District) -> None:
    parcels, _ = town(5, 16)
    stray = on_the_web(parcels[200:201], "GCJ-02")[0]
    parcels[200] = stray
    district.layer("parcels.gpkg", {"parcel_id": [f"P{i}" for i in range(len(parcels))], "land_use": ["1001"] * len(parcels)}, list(parcels))
    district.layer("carriers.gpkg", {"carrier_id": ["甲园"], "carrier_type": ["开发区"]}, [shapely.box(*shapely.total_bounds(parcels))])
    result = analysed(district)
    told = next(f for f in result.findings if f.code == "crs.web_rows")
    assert (told.severity, told.role, told.path, told.row, told.value_used) == ("warning", "parcels", "parcels.gpkg", 201, "GCJ-02")
    assert str(told.key) == "P200"
    kept = result.parcels.set_index("parcel_id").geometry["P200"]
    assert kept.symmetric_difference(stray).area < 1
