"""The demo's ground: it looks like a town, adds up, and is the same bytes every time."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
import shapely

from spatial.crs import CGCS2000, reproject
from spatial.demo import DemoTruth, build_demo, write_demo
from spatial.demo.fabric import build_fabric
from spatial.demo.land import GROUND_CRS
from spatial.demo.plan import build_plan
from spatial.demo.truth import SEED


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_a_second_run_writes_the_same_bytes(demo_folder: Path, tmp_path: Path) -> None:
    write_demo(tmp_path, build_demo())
    assert _digests(tmp_path) == _digests(demo_folder)


def test_there_are_about_five_thousand_parcels_with_valid_codes(truth: DemoTruth) -> None:
    codes = truth.parcels["parcel_id"]
    assert 4_800 <= len(codes) <= 5_300
    assert codes.is_unique
    assert all(re.fullmatch(r"330199\d{6}(GB|JA|JC)\d{5}", code) for code in codes)


def test_parcels_are_valid_polygons_that_never_overlap(truth: DemoTruth) -> None:
    shapes = truth.parcels.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert set(shapely.get_type_id(shapes)) == {3}
    assert shapely.coverage_is_valid(shapes)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = left < right
    assert shapely.area(shapely.intersection(shapes[left[pairs]], shapes[right[pairs]])).max() < 1e-6


def test_lots_are_of_many_shapes(truth: DemoTruth) -> None:
    lots = truth.parcels.loc[truth.parcels["character"] != "water"].geometry.to_numpy()
    hollow = shapely.area(lots) / shapely.area(shapely.convex_hull(lots))
    assert (hollow < 0.88).sum() > 100  # L-shapes and bends
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(lots)).reshape(-1, 5, 2)
    bearing = np.degrees(np.arctan2(*(corners[:, 1] - corners[:, 0]).T[::-1])) % 90
    assert np.histogram(bearing, bins=9, range=(0, 90))[0].min() > 0.04 * len(lots)  # no grid: every direction is built in


def test_the_district_lies_in_its_window_of_zone_40(truth: DemoTruth) -> None:
    west, south, east, north = shapely.total_bounds(reproject(truth.parcels.geometry.to_numpy(), GROUND_CRS, CGCS2000))
    assert 120.2 < west < east < 120.45
    assert 30.05 < south < north < 30.25
    assert 40_500_000 < truth.parcels.total_bounds[0] < truth.parcels.total_bounds[2] < 40_600_000


def test_the_river_is_water_that_no_other_parcel_covers(truth: DemoTruth) -> None:
    parcels = truth.parcels
    water = parcels[parcels["land_use"].isin(["1701", "1702"])]
    assert 15 <= len(water) <= 40
    middle = reproject(water.geometry.to_numpy(), GROUND_CRS, CGCS2000)
    assert np.ptp(shapely.get_coordinates(shapely.centroid(middle))[:, 0]) > 0.1  # it runs through the whole district


def test_carriers_follow_streets_but_cut_some_parcels(truth: DemoTruth) -> None:
    assert len(truth.carriers) == 20
    assert truth.carriers["carrier_type"].value_counts().to_dict() == {"特色小镇": 8, "产业社区": 6, "产业新城": 4, "产业基地": 2}
    assert 40 <= truth.parcels["straddles"].sum() <= 150


def test_turing_town_lies_inside_the_new_city(truth: DemoTruth) -> None:
    shapes = truth.carriers.set_index("carrier_id").geometry
    town, city = shapes["图灵小镇"], shapes["智联科技城"]
    assert town.intersection(city).area / town.area > 0.999
    others = shapely.area(shapely.intersection(shapes.to_numpy()[:, None], shapes.to_numpy()[None, :]))
    overlaps = np.argwhere(np.triu(others, 1) > 1.0)
    assert len(overlaps) == 1


def test_registered_areas_agree_with_the_drawing_but_for_three(truth: DemoTruth) -> None:
    error = truth.parcels["registered_area_mu"] * 2000 / 3 / truth.parcels["area_m2"] - 1
    assert (error.abs() > 0.05).sum() == 3


def test_the_earlier_vintage_knows_no_parcel_supplied_since(truth: DemoTruth) -> None:
    new = truth.supply.loc[truth.supply["new"], "parcel_id"]
    assert not set(new) & set(truth.before["parcel_id"])
    assert truth.before["parcel_id"].is_unique
    assert truth.before.geometry.is_valid.all()


def test_the_last_bit_of_a_sine_moves_no_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    def ground() -> bytes:
        rng = np.random.default_rng(SEED)
        return b"".join(shapely.to_wkb(build_fabric(build_plan(rng), rng).lots))

    plain = ground()
    for name in ("sin", "cos", "arctan2", "hypot"):  # what processors and mathematical libraries do not agree on
        right = getattr(np, name)
        monkeypatch.setattr(np, name, lambda *given, right=right: np.nextafter(right(*given), np.inf))
    assert ground() == plain
