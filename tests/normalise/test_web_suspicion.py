"""Boundaries that came from a web map give themselves away by their offset; clean, rough and otherwise displaced ones do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.affinity import rotate, translate
from shapely.geometry import box

from spatial import pipeline
from spatial.crs import CGCS2000, reproject
from spatial.normalise.fabric import Whole
from spatial.normalise.web_datum import to_bd09, to_gcj02
from spatial.normalise.web_suspicion import web_shift
from tests.flow.conftest import District, district

__all__ = ["district"]
PLANE = CRS(4549)
Shapes = NDArray[Any]


def town(seed: int, size: int = 12) -> tuple[Shapes, Shapes]:
    """Blocks of two parcels with streets of 12 m between them, and three parks that run along the middle of streets."""
    rng = np.random.default_rng(seed)
    xs, ys = 525_000 + np.cumsum(rng.uniform(60, 260, size)), 3_340_000 + np.cumsum(rng.uniform(60, 260, size))
    parcels = []
    for i in range(size - 1):
        for j in range(size - 1):
            west, east, south, north = xs[i] + 6, xs[i + 1] - 6, ys[j] + 6, ys[j + 1] - 6
            middle = west + rng.uniform(0.3, 0.7) * (east - west)
            parcels += [box(west, south, middle, north), box(middle, south, east, north)]
    return np.array(parcels), np.array([box(xs[2], ys[2], xs[6], ys[5]), box(xs[7], ys[6], xs[10], ys[11]), box(xs[1], ys[8], xs[5], ys[11])])


def on_the_web(shapes: Shapes, system: str) -> Shapes:
    """Shapes as a web map gives them, taken for what they are not."""

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        there = to_gcj02(xy[:, 0], xy[:, 1])
        return np.column_stack(to_bd09(*there) if system == "BD-09" else there)

    degrees = reproject(shapely.segmentize(shapes, 20), PLANE, CGCS2000)
    return reproject(np.asarray(shapely.transform(degrees, moved), dtype=object), CGCS2000, PLANE)


@pytest.mark.parametrize(("system", "metres"), [("GCJ-02", 508), ("BD-09", 1124)])
def test_boundaries_of_a_web_map_are_suspected_with_their_offset(system: str, metres: float) -> None:
    parcels, parks = town(1)
    seen = web_shift(on_the_web(parks, system), Whole(parcels), PLANE)
    assert seen is not None
    assert (seen.system, seen.of_parcels) == (system, False)
    assert seen.metres == pytest.approx(metres, abs=2)
    assert seen.fit_shifted > 0.85 > 0.5 > seen.fit_as_is


def test_parcels_of_a_web_map_are_told_from_boundaries_of_one() -> None:
    parcels, parks = town(2)
    seen = web_shift(parks, Whole(on_the_web(parcels, "GCJ-02")), PLANE)
    assert seen is not None
    assert (seen.system, seen.of_parcels) == ("GCJ-02", True)
    assert seen.azimuth == pytest.approx(122, abs=1)


@pytest.mark.parametrize("seed", range(4))
def test_clean_rough_and_otherwise_displaced_boundaries_are_not_suspected(seed: int) -> None:
    parcels, parks = town(seed)
    rng = np.random.default_rng(seed)
    assert web_shift(parks, Whole(parcels), PLANE) is None
    assert web_shift(np.array([translate(park, -300, 400) for park in parks]), Whole(parcels), PLANE) is None
    assert web_shift(np.array([rotate(park, rng.uniform(10, 80)) for park in parks]), Whole(parcels), PLANE) is None


def test_a_fabric_that_looks_alike_everywhere_tells_nothing() -> None:
    squares = np.array([box(x, y, x + 100, y + 100) for x in range(525_000, 527_500, 100) for y in range(3_340_000, 3_342_500, 100)])
    park = np.array([box(526_050, 3_341_050, 526_450, 3_341_450)])
    assert web_shift(on_the_web(park, "GCJ-02"), Whole(squares), PLANE) is None


def test_a_run_tells_the_suspicion_and_moves_nothing(district: District) -> None:
    parcels, parks = town(1)
    district.layer("parcels.gpkg", {"parcel_id": [f"P{i}" for i in range(len(parcels))], "land_use": ["1001"] * len(parcels)}, list(parcels))
    names = {"carrier_id": ["甲", "乙", "丙"], "carrier_type": ["开发区"] * 3}
    district.layer("carriers.gpkg", names, list(reproject(on_the_web(parks, "GCJ-02"), PLANE, CGCS2000)), crs=4490)
    findings = {f.code: f for f in pipeline.check(district.write())}
    told = findings["crs.web_suspected"]
    assert (told.severity, told.role, told.path, told.value_used) == ("warning", "carriers", "carriers.gpkg", "GCJ-02")
    assert told.value_seen == "508 m, 122°"
    text = district.write().read_text(encoding="utf-8").replace('path = "carriers.gpkg"', 'path = "carriers.gpkg"\ncrs = "GCJ-02"')
    (district.folder / "study.toml").write_text(text, encoding="utf-8")
    codes = {f.code for f in pipeline.check(district.folder / "study.toml")}
    assert "crs.web_shifted" in codes
    assert "crs.web_suspected" not in codes


def test_shapes_that_are_missing_or_not_finite_are_passed_over() -> None:
    parcels, parks = town(1)
    with np.errstate(invalid="ignore"):
        broken = shapely.Polygon([(525_000, 3_340_000), (525_100, float("nan")), (525_100, 3_340_100), (525_000, 3_340_000)])
    seen = web_shift(np.append(on_the_web(parks, "GCJ-02"), [None, broken]), Whole(np.append(parcels, [None, broken])), PLANE)
    assert seen is not None
    assert seen.system == "GCJ-02"
