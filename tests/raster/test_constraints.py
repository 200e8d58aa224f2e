"""Constraint areas, buffers and slope on parcels: shares worked by hand, and what is said of new land."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from shapely.geometry import box

from tests.flow.conftest import X, Y
from tests.raster.conftest import LEFT, TOP, Scene

LINES = {"永久基本农田": box(X, Y, X + 50, Y + 200), "生态保护红线": box(X + 400, Y + 400, X + 500, Y + 450), "河道管理范围": box(X + 150, Y - 50, X + 200, Y + 20)}


def with_lines(scene: Scene, more: str = "") -> None:
    scene.layer("lines.gpkg", {"kind": list(LINES)}, list(LINES.values()))
    scene.parts["layers"] += f'[layers.constraints]\npath = "lines.gpkg"\n{more}\n'
    scene.ledger("supply", [{"parcel_id": key, "contract_date": day, "area": 10_000, "land_use": "1001"} for key, day in (("A", "2020-05-01"), ("D", "2019-05-01"))],
                 '[layers.supply.columns]\narea = { column = "area", unit = "m2" }')


def test_shares_of_red_lines_and_buffers_are_those_of_the_drawing(scene: Scene) -> None:
    with_lines(scene, 'buffers = { "河道管理范围" = 10 }')
    parcels = scene.parcels()
    assert parcels["farmland_redline_share"].to_dict() == pytest.approx({"A": 0.25, "B": 0, "C": 0, "D": 0}, abs=1e-9)
    assert parcels["ecological_redline_share"].to_dict() == pytest.approx({"A": 0, "B": 0, "C": 0, "D": 0.5}, abs=1e-9)
    assert parcels.loc["A", "constraint_share"] == pytest.approx(0.25 + 50 * 20 / 40_000)
    # 10 m around the river zone, on A: a strip of 10 x 20, one of 50 x 10, and a quarter of a round corner
    assert parcels.loc["A", "constraint_buffer_share"] == pytest.approx((200 + 500 + np.pi * 25) / 40_000, rel=1e-2)
    assert parcels.loc["A", "constraint_kinds"].startswith("永久基本农田 25.0%") and "河道管理范围 +10 m" in parcels.loc["A", "constraint_kinds"]


def test_new_land_in_a_red_line_is_told_and_old_land_is_not(scene: Scene) -> None:
    with_lines(scene)
    scene.parcels()
    said = {(finding.key, finding.params["kind"]): finding for finding in scene.result.findings if finding.code == "constraint.new_land"}
    assert set(said) == {("A", "永久基本农田"), ("A", "河道管理范围")}
    assert said["A", "永久基本农田"].severity == "warning" and "25.0%" in said["A", "永久基本农田"].message("zh")


def test_a_buffer_of_an_unknown_kind_or_size_is_refused(scene: Scene) -> None:
    with_lines(scene, 'buffers = { "河道" = 10, "河道管理范围" = "ten" }')
    assert {"constraint.unknown_buffer", "study.wrong_value"} <= set(scene.codes())


def plane(east: float, north: float, where: Affine, size: int) -> np.ndarray:
    """Heights of a plane that rises by `east` and `north` for each metre."""
    rows, columns = np.mgrid[0:size, 0:size] + 0.5
    x, y = where @ (columns, rows)
    return (east * (np.asarray(x) - LEFT) + north * (np.asarray(y) - TOP)).astype("float32")


@pytest.mark.parametrize("where", [Affine(10, 0, LEFT, 0, -10, TOP), Affine(10, 0, LEFT, 0, 10, TOP - 1000), Affine(0, 10, LEFT, 10, 0, TOP - 1000)])
def test_a_plane_has_one_slope_however_its_grid_lies(scene: Scene, where: Affine) -> None:
    scene.raster(plane(0.3, 0.4, where, 100), transform=where)  # rises by 0.5 a metre: 26.6 degrees
    scene.imagery('index = "slope"', name="slope")
    parcels = scene.parcels()
    assert (parcels["slope_share_5"] == 1).all() and (parcels["slope_steep_share"] == 1).all()


def test_slope_classes_part_a_parcel_and_new_land_on_them_is_told(scene: Scene) -> None:
    where = Affine(10, 0, LEFT, 0, -10, TOP)
    heights = plane(0.05, 0, where, 100)  # 2.9 degrees: class 2
    ramp = np.maximum(np.arange(100) * 10 + 5 - 300, 0) * 0.6  # from x = LEFT + 300 on it rises by 0.65 a metre: 33 degrees
    scene.raster(heights + ramp[None, :].astype("float32"), transform=where)
    scene.imagery('index = "slope"', name="slope")
    with_lines(scene)
    parcels = scene.parcels()
    # A lies from 200 to 400; the cell at the foot takes half of the ramp and is steep as well or class 4
    assert parcels.loc["A", "slope_share_2"] == pytest.approx(0.45) and parcels.loc["A", "slope_share_5"] == pytest.approx(0.5)
    said = [finding for finding in scene.result.findings if finding.code == "constraint.new_land_steep"]
    assert len(said) == 1 and said[0].key == "A" and said[0].count == 1


def test_slope_in_degrees_is_measured_on_the_ground(scene: Scene) -> None:
    from pyproj import Transformer

    west, north = Transformer.from_crs("EPSG:4549", "EPSG:4490", always_xy=True).transform(LEFT - 100, TOP + 100)
    where = Affine(0.0001, 0, west, 0, -0.0001, north)  # about 9.6 m by 11.1 m
    columns = np.arange(140) * 0.0001 * 111_194.9 * np.cos(np.radians(north)) * 0.3  # 0.3 a metre to the east: 16.7 degrees, class 4
    scene.raster(np.repeat(columns[None, :], 140, axis=0).astype("float64"), crs="EPSG:4490", transform=where)
    scene.imagery('index = "slope"', name="slope")
    assert (scene.parcels()["slope_share_4"] == 1).all()
