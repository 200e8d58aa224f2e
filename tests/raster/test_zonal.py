"""Zonal evidence against answers worked by hand: cell (row r, column c) of the ramp holds 10 r + c."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import rasterio
from affine import Affine
from rasterio.enums import Resampling

from spatial.render.map_codec import Body
from spatial.render.map_columns import parcel_columns
from tests.raster.conftest import CELL, LEFT, TOP, Scene, ramp

A = (62 + 63 + 72 + 73) / 4  # A covers the cells of rows 6-7 and columns 2-3; the ground of the district is X.. X+200, Y.. Y+200
B = (76 + 77) / 2
C = (32 + 33 + 34) / 3
D = 36.0


def test_means_of_parcels_and_zones_are_those_of_the_cells(scene: Scene, value: Any) -> None:
    scene.raster(ramp())
    scene.imagery()
    parcels = scene.parcels()
    assert parcels["imagery_mean"].to_dict() == pytest.approx({"A": A, "B": B, "C": C, "D": D})
    assert (parcels["imagery_coverage"] == 1).all() and parcels["imagery_cells"].to_dict() == pytest.approx({"A": 4, "B": 2, "C": 3, "D": 1})
    # the carrier is its own polygon, x -10..450, y -10..210: 460 x 220 m of the ramp
    columns = {1: 10, 2: 100, 3: 100, 4: 100, 5: 100, 6: 50}
    rows = {5: 10, 6: 100, 7: 100, 8: 10}
    weight = {(r, c): h * w for r, h in rows.items() for c, w in columns.items()}
    assert value(scene.result, "imagery_mean", "甲园") == pytest.approx(sum((10 * r + c) * w for (r, c), w in weight.items()) / sum(weight.values()))
    assert value(scene.result, "imagery_mean") == pytest.approx((4 * A + 2 * B + 3 * C + D) / 10)
    assert value(scene.result, "imagery_mean", "outside") == pytest.approx((76 * 0.5 + 77 + 3 * C + D) / 5.5)
    assert value(scene.result, "imagery_mean", "type:开发区") == value(scene.result, "imagery_mean", "甲园")
    assert value(scene.result, "imagery_coverage") == 1.0
    numerator, denominator = (value(scene.result, "imagery_mean", "study_area", key) for key in ("numerator", "denominator"))
    assert numerator / denominator == value(scene.result, "imagery_mean")


def test_nodata_leaves_the_mean_and_shows_in_the_coverage(scene: Scene, value: Any) -> None:
    cells = ramp()
    cells[7, 2] = -1
    scene.raster(cells, nodata=-1)
    scene.imagery(name="ntl")
    parcels = scene.parcels()
    assert parcels.loc["A", "ntl_mean"] == pytest.approx((62 + 63 + 73) / 3) and parcels.loc["A", "ntl_coverage"] == pytest.approx(0.75)
    assert value(scene.result, "ntl_coverage") == pytest.approx(9 / 10)
    assert value(scene.result, "ntl_mean") == pytest.approx((62 + 63 + 73 + 2 * B + 3 * C + D) / 9)


def test_a_raster_smaller_than_the_district_covers_its_part(scene: Scene, value: Any) -> None:
    scene.raster(ramp()[:, :3])
    scene.imagery()
    parcels = scene.parcels()
    assert parcels.loc["A", "imagery_mean"] == pytest.approx((62 + 72) / 2) and parcels.loc["A", "imagery_coverage"] == pytest.approx(0.5)
    assert np.isnan(parcels.loc["D", "imagery_mean"]) and parcels.loc["D", "imagery_coverage"] == 0
    assert value(scene.result, "imagery_coverage") == pytest.approx(3 / 10)
    assert "raster.partly_covered" in scene.told()


def test_scale_and_offset_give_physical_values(scene: Scene) -> None:
    def scaled(out: Any) -> None:
        out.scales, out.offsets, out.units = (0.1,), (-5.0,), ("degC",)

    cells = ramp().astype("int16")
    cells[7, 2] = -999
    scene.raster(cells, nodata=-999, write=scaled)
    scene.imagery()
    parcels = scene.parcels()
    assert parcels.loc["D", "imagery_mean"] == pytest.approx(-1.4)
    assert parcels.loc["A", "imagery_mean"] == pytest.approx((62 + 63 + 73) / 30 - 5)
    rows = scene.result.values
    assert set(rows.loc[rows["indicator"] == "imagery_mean", "unit"]) == {"degC"}


def test_an_alpha_band_hides_cells(scene: Scene) -> None:
    alpha = np.full((10, 10), 255, dtype="float32")
    alpha[6, 2] = 0

    scene.raster(np.stack([ramp(), alpha]), ALPHA="YES")
    scene.imagery()
    assert scene.parcels().loc["A", "imagery_mean"] == pytest.approx((63 + 72 + 73) / 3)
    scene.parts["layers"] = ""
    scene.imagery("band = 2")
    assert "raster.alpha_band" in scene.codes()


def test_nodata_and_alpha_hold_together(scene: Scene) -> None:
    alpha = np.full((10, 10), 255, dtype="float32")
    alpha[6, 2] = 0
    cells = ramp()
    cells[7, 3] = -9

    scene.raster(np.stack([cells, alpha]), nodata=-9, ALPHA="YES")
    scene.imagery()
    assert scene.parcels().loc["A", "imagery_mean"] == pytest.approx((63 + 72) / 2)


def test_an_internal_mask_hides_cells(scene: Scene) -> None:
    def masked(out: Any) -> None:
        mask = np.full((10, 10), 255, dtype="uint8")
        mask[6:8, 2] = 0
        out.write_mask(mask)

    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        scene.raster(ramp(), write=masked)
    scene.imagery()
    assert scene.parcels().loc["A", "imagery_mean"] == pytest.approx((63 + 73) / 2)


def test_overviews_of_other_values_change_nothing(scene: Scene) -> None:
    path = scene.raster(np.kron(ramp(), np.ones((8, 8), dtype="float32")), transform=Affine(CELL / 8, 0, LEFT, 0, -CELL / 8, TOP))
    with rasterio.open(path, "r+") as out:
        out.build_overviews([2, 4], Resampling.mode)
    scene.imagery()
    assert scene.parcels()["imagery_mean"].to_dict() == pytest.approx({"A": A, "B": B, "C": C, "D": D})


def test_a_south_up_raster_reads_the_same(scene: Scene) -> None:
    scene.raster(ramp()[::-1], transform=Affine(CELL, 0, LEFT, 0, CELL, TOP - 10 * CELL))
    scene.imagery()
    assert scene.parcels()["imagery_mean"].to_dict() == pytest.approx({"A": A, "B": B, "C": C, "D": D})


def test_a_rotated_raster_reads_the_ground_and_not_its_box(scene: Scene) -> None:
    # columns run north, rows run east: cell (row r, column c) of the turned grid is cell (9 - c, r) of the ramp
    turned = np.array([[ramp()[9 - c, r] for c in range(10)] for r in range(10)], dtype="float32")
    scene.raster(turned, transform=Affine(0, CELL, LEFT, CELL, 0, TOP - 10 * CELL))
    scene.imagery()
    assert scene.parcels()["imagery_mean"].to_dict() == pytest.approx({"A": A, "B": B, "C": C, "D": D})


def test_a_raster_turned_by_thirty_degrees_keeps_a_plane(scene: Scene) -> None:
    # cells hold a linear function of their middle's position; its mean over a parcel is close to its value at the parcel's middle
    turned = Affine.translation(LEFT + 200, TOP + 300) @ Affine.rotation(-30) @ Affine.scale(10, -10)
    rows, columns = np.mgrid[0:250, 0:250] + 0.5
    x, _ = turned @ (columns, rows)
    scene.raster((x - LEFT).astype("float64"), transform=turned)
    scene.imagery()
    parcels = scene.parcels()
    assert parcels.loc["A", "imagery_mean"] == pytest.approx(300, abs=0.5) and parcels.loc["D", "imagery_mean"] == pytest.approx(650, abs=0.5)
    assert (parcels["imagery_coverage"] > 1 - 1e-9).all()


def test_pixel_is_point_means_the_middle_of_the_cell(scene: Scene) -> None:
    scene.raster(ramp(), write=lambda out: out.update_tags(AREA_OR_POINT="Point"))
    scene.imagery()
    assert scene.parcels()["imagery_mean"].to_dict() == pytest.approx({"A": A, "B": B, "C": C, "D": D})


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:32650", "EPSG:3857", "EPSG:4528"])
def test_zones_go_to_the_raster_in_whatever_crs_it_is(scene: Scene, crs: str) -> None:
    # a raster of fine cells in another CRS that holds easting in EPSG:4549: each parcel's mean is its middle's easting
    from pyproj import Transformer
    from rasterio.warp import transform_bounds

    west, south, east, north = transform_bounds("EPSG:4549", crs, LEFT, TOP - 1000, LEFT + 1000, TOP)
    where = Affine((east - west) / 400, 0, west, 0, (south - north) / 400, north)
    rows, columns = np.mgrid[0:400, 0:400] + 0.5
    x, _ = Transformer.from_crs(crs, "EPSG:4549", always_xy=True).transform(*(where @ (columns, rows)))
    scene.raster(np.asarray(x) - LEFT, crs=crs, transform=where)
    scene.imagery()
    parcels = scene.parcels()
    assert parcels["imagery_mean"].to_dict() == pytest.approx({"A": 300, "B": 700, "C": 350, "D": 650}, abs=0.1)
    assert (parcels["imagery_coverage"] == 1).all()


def test_a_geostationary_raster_is_read_where_it_lies(scene: Scene) -> None:
    from pyproj import CRS, Transformer

    crs = CRS.from_proj4("+proj=geos +lon_0=104.7 +h=35785863 +a=6378137 +b=6356752.3 +sweep=x +units=m")
    x, y = Transformer.from_crs("EPSG:4549", crs, always_xy=True).transform(LEFT + 500, TOP - 500)
    scene.raster(np.full((3, 3), 7, dtype="float32"), crs=crs.to_wkt(), transform=Affine(4000, 0, x - 6000, 0, -4000, y + 6000))
    scene.imagery()
    parcels = scene.parcels()
    assert (parcels["imagery_mean"] == 7).all() and (parcels["imagery_coverage"] == 1).all()
    assert "raster.smaller_than_cell" in scene.told()


def test_classes_are_counted_and_never_averaged(scene: Scene, value: Any) -> None:
    cells = np.full((10, 10), 10, dtype="uint8")
    cells[6, 2], cells[7, 2], cells[7, 3] = 50, 50, 0
    scene.raster(cells, nodata=0)
    scene.imagery('kind = "classes"', name="cover")
    parcels = scene.parcels()
    assert "cover_mean" not in parcels
    assert parcels.loc["A", ["cover_share_10", "cover_share_50", "cover_coverage"]].tolist() == pytest.approx([1 / 3, 2 / 3, 0.75])
    assert parcels.loc["D", ["cover_share_10", "cover_share_50"]].tolist() == [1, 0]
    assert value(scene.result, "cover_share_50") == pytest.approx(2 / 9)
    assert value(scene.result, "cover_share_10", "outside") == 1.0


def test_a_palette_without_a_word_is_classes(scene: Scene) -> None:
    cells = np.ones((10, 10), dtype="uint8")
    cells[:, 3] = 2
    scene.raster(cells, write=lambda out: out.write_colormap(1, {1: (255, 0, 0, 255), 2: (0, 255, 0, 255)}))
    scene.imagery()
    parcels = scene.parcels()
    assert parcels.loc["A", ["imagery_share_1", "imagery_share_2"]].tolist() == pytest.approx([0.5, 0.5])
    assert "raster.palette" in scene.told()


def test_a_parcel_smaller_than_a_cell_tells_its_uncertainty(scene: Scene) -> None:
    # a chequered raster of 0 and 10 in cells of 400 m: neighbours differ by 10, so s² = 50; D is a sixteenth of one cell
    cells = np.array([[0, 10, 0], [10, 0, 10], [0, 10, 0]], dtype="float32")
    scene.raster(cells, transform=Affine(400, 0, LEFT, 0, -400, TOP))
    scene.imagery()
    parcels = scene.parcels()
    assert parcels.loc["D", "imagery_cells"] == pytest.approx(1 / 16)
    assert parcels.loc["D", "imagery_uncertainty"] == pytest.approx(np.sqrt(50 * 15 / 16))
    assert {"raster.smaller_than_cell", "raster.looks_like_classes"} & set(scene.told()) == {"raster.smaller_than_cell", "raster.looks_like_classes"}


def test_windows_add_up_to_the_whole(scene: Scene) -> None:
    from spatial.join.zonal import zonal
    from spatial.read.raster import open_raster
    from spatial.read.study import load_study

    scene.raster(np.kron(ramp(), np.ones((16, 16), dtype="float32")), transform=Affine(CELL / 16, 0, LEFT, 0, -CELL / 16, TOP), tiled=True, blockxsize=16, blockysize=16)
    scene.imagery()
    raster, _, _ = open_raster(load_study(scene.write()).layers["imagery"], {})
    import dataclasses

    import geopandas as gpd

    frame = gpd.read_file(scene.folder / "parcels.gpkg")
    shapes = frame.geometry.to_numpy()
    whole = zonal(shapes, frame.crs, raster)
    parts = zonal(shapes, frame.crs, dataclasses.replace(raster, block=(16, 16)))
    assert whole.mean.tolist() == pytest.approx([A, B, C, D]) and parts.mean.tolist() == pytest.approx(whole.mean.tolist(), rel=1e-12)
    assert parts.valid.tolist() == pytest.approx(whole.valid.tolist(), rel=1e-12)


@pytest.mark.parametrize(("pick", "labels"), [(0, ["影像 green：均值", "影像 green：覆盖"]), (1, ["Imagery green: mean", "Imagery green: covered"])])
def test_the_card_of_a_parcel_calls_imagery_by_words(scene: Scene, pick: int, labels: list[str]) -> None:
    scene.raster(ramp())
    scene.imagery(name="green")
    parcels = scene.parcels()
    columns = parcel_columns(Body(), scene.result, pick, pd.DataFrame(index=parcels.index), False)
    shown = [column for column in columns if column["group"] == "imagery"]
    assert [column["label"] for column in shown] == labels and [column.get("percent", False) for column in shown] == [False, True]
