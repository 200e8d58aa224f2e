"""Density surfaces: what the cells hold is what the parcels hold, worked by hand and to the last digits; and they open as what they claim."""

from __future__ import annotations

import base64
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely

from spatial.join.grid import Grid, shares_on, smoothed, summed
from tests.browsers import until
from tests.flow.conftest import District, X, Y
from tests.maps.test_map import HOSTILE


def test_a_parcel_over_four_cells_gives_each_its_part() -> None:
    grid = Grid(0.0, 2000.0, 1000.0, 2, 2)
    pieces = shares_on(grid, np.array([shapely.box(900, 800, 1300, 1300), shapely.box(0, 0, 10, 10), shapely.Polygon()], dtype=object))
    assert pieces[pieces["shape"] == 0]["share"].tolist() == pytest.approx([100 * 300 / 2e5, 300 * 300 / 2e5, 100 * 200 / 2e5, 300 * 200 / 2e5])
    assert pieces[pieces["shape"] == 0]["cell"].tolist() == [0, 1, 2, 3] and pieces[pieces["shape"] == 1]["share"].tolist() == [1.0]
    assert summed(grid, pieces, np.array([2000.0, 7.0, np.nan])).tolist() == [[300.0, 900.0], [207.0, 600.0]]


def test_the_grid_keeps_the_total_of_any_parcels_to_1e_9() -> None:
    rng = np.random.default_rng(3)
    middles, sizes = rng.uniform(0, 20_000, (3000, 2)), rng.uniform(5, 900, 3000)
    shapes = shapely.buffer(shapely.points(middles), sizes, quad_segs=3)
    amounts = rng.lognormal(3, 3, 3000)
    grid = Grid.over(tuple(shapely.total_bounds(shapes)), 1000.0)
    pieces = shares_on(grid, shapes)
    assert np.abs(pieces.groupby("shape")["share"].sum() - 1).max() < 1e-12 and pieces["shape"].nunique() == 3000
    assert summed(grid, pieces, amounts).sum() == pytest.approx(math.fsum(amounts), rel=1e-12)


def test_a_shape_over_many_cells_gives_each_its_part_as_one_over_few_does() -> None:
    whole = shapely.Polygon([(250, 500), (30_250, 500), (30_250, 25_500), (250, 25_500)], [[(4000, 4000), (4000, 8000), (8000, 8000), (8000, 4000)]])
    grid = Grid.over(whole.bounds, 1000.0)
    pieces = shares_on(grid, np.array([whole, shapely.box(100, 100, 300, 200)], dtype=object))
    ground = 30_000 * 25_000 - 4000 * 4000
    land = summed(grid, pieces, np.array([float(ground), 0.0]))
    assert land.shape == (26, 31) and land.sum() == pytest.approx(ground, rel=1e-12)
    assert land[5, 10] == pytest.approx(1e6) and land[20, 6] == 0.0  # a cell inside, and one in the hole
    assert land[-1, 0] == pytest.approx(750 * 500) and land[0, -1] == pytest.approx(250 * 500)  # the corners at lower left and upper right


def test_a_kernel_keeps_its_mass_inside_and_tells_what_it_loses() -> None:
    grid = Grid(0.0, 10_000.0, 100.0, 100, 100)
    mass = np.zeros((100, 100))
    mass[50, 50] = 8.0
    cells, lost = smoothed(grid, mass, 500.0)
    assert cells.sum() == pytest.approx(8.0, rel=1e-12) and abs(lost) < 1e-12 and cells[50, 50] == cells.max()
    assert cells[50, 55] / cells[50, 50] == pytest.approx(math.exp(-0.5))
    corner = np.zeros((100, 100))
    corner[0, 0] = 8.0
    cells, lost = smoothed(grid, corner, 500.0)
    inside = (1 + 1 / sum(math.exp(-0.5 * (k / 5) ** 2) for k in range(-20, 21))) / 2  # half of a symmetric kernel and its middle, along each axis
    assert cells.sum() + lost == pytest.approx(8.0, rel=1e-12) and cells.sum() == pytest.approx(8.0 * inside**2, rel=1e-12)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    district = District(tmp_path_factory.mktemp("surfaces"))
    district.parts["parcels"] = '[layers.parcels.columns]\nland_status = "status"\n[layers.parcels.values.land_status]\nused = ["投产"]\nsuspected_idle_1y = ["空置"]\n'
    shapes = [shapely.box(X, Y, X + 200, Y + 200), shapely.box(X + 400, Y, X + 600, Y + 100), shapely.box(X + 900, Y + 400, X + 1300, Y + 500), shapely.box(X + 400, Y + 400, X + 500, Y + 500)]
    district.layer("parcels.gpkg", {"parcel_id": ["A", "B", HOSTILE[0], "D"], "land_use": ["1001"] * 4, "status": ["投产", "空置", "空置", "投产"]}, shapes)
    district.ledger("enterprises", [{"enterprise_id": f"E{i}", "year": 2020, "parcel_id": key, "tax": tax} for i, (key, tax) in enumerate((("A", 30), ("B", 50), ("A;D", 20), ("", 7)))],
                    '[layers.enterprises.columns]\ntax = { column = "tax", unit = "万元" }')
    return district.run()


def test_the_files_hold_the_parcels_totals_and_say_what_they_are(run: Any) -> None:
    parcels = run.result.parcels
    expected = {"land_density_grid": parcels["area_m2"].sum(), "idle_density_grid": parcels.loc[parcels["idle"].fillna(False).astype(bool), "area_m2"].sum(), "tax_density_grid": 100.0}
    for name, total in expected.items():
        with rasterio.open(run.folder / "rasters" / f"{name}.tif") as image:
            cells = image.read(1, masked=True)
            assert image.dtypes == ("float64",) and image.nodata == -9999 and image.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG" and image.res == (1000, 1000)
            assert cells.sum() == pytest.approx(total, rel=1e-9) and float(image.tags()["PARCELS_TOTAL"]) == pytest.approx(total, rel=1e-12)
            assert image.units[0] in ("m2/km2", "10^4 CNY/km2") and image.crs.to_epsg() == 4549 and image.tags()["AS_OF"] == "2020-12-31"
        with rasterio.open(run.folder / "rasters" / f"{name}_classes.tif") as image:
            classes = image.read(1)
            assert image.nodata == 0 and (classes == 0).tolist() == np.ma.getmaskarray(cells).tolist() and image.colormap(1)[1][3] == 255 and "CLASS_1" in image.tags()


def test_a_kernel_file_holds_the_whole_mass_of_a_small_district(run: Any) -> None:
    with rasterio.open(run.folder / "rasters" / "idle_density_kernel.tif") as image:
        held, tags = image.read(1, masked=True).sum() * 0.01, image.tags()
    total, lost = float(tags["PARCELS_TOTAL"]), float(tags["LOST_AT_BORDER"])
    assert held == pytest.approx(total, rel=1e-9) and abs(lost) < 1e-9 * total and total > 0
    assert not [finding for finding in run.result.findings if finding.code == "surface.kernel_lost"]


def test_surfaces_are_the_same_bytes_again(run: Any, tmp_path: Path) -> None:
    from spatial.render.rasters import write_surfaces

    write_surfaces(run.result, tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {p.name: p.read_bytes() for p in (run.folder / "rasters").iterdir()}


def test_surfaces_that_would_be_too_large_are_left_out_with_a_finding(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from spatial.render import rasters

    written = {path.name for path in (run.folder / "rasters").glob("*_kernel.tif")}
    assert written
    monkeypatch.setitem(rasters.MOST_CELLS, rasters.FINE_M, rasters.Grid.over(tuple(run.result.parcels.total_bounds), rasters.FINE_M).count - 1)
    told = [finding for finding in rasters.write_surfaces(run.result, tmp_path) if finding.code == "surface.too_wide"]
    assert [finding.params["cell"] for finding in told] == ["100"]
    assert not list(tmp_path.glob("*_kernel.tif")) and list(tmp_path.glob("*_grid.tif"))


def test_pictures_lie_where_the_parcels_lie(run: Any) -> None:
    from spatial.render.raster_overlay import overlays

    extra = overlays(run.result, 0)
    assert extra is not None
    content = json.loads(base64.b64decode(extra.packed))
    west, south, east, north = run.result.parcels.to_crs(4326).total_bounds
    for image in content["images"]:
        (low, left), (high, right) = image["bounds"]
        assert left <= west + 0.002 and right >= east - 0.002 and low <= south + 0.002 and high >= north - 0.002 and right - left < 0.06
        assert base64.b64decode(image["png"]).startswith(b"\x89PNG") and len(image["keys"]) >= 1


@pytest.mark.chromium
def test_overlays_are_shown_in_the_map_and_run_nothing(run: Any, browser: Any) -> None:
    path = run.folder / "map.html"
    said: list[str] = []
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/*", lambda route: route.continue_() if route.request.url == path.as_uri() else route.abort())
    page.goto(path.as_uri())
    page.wait_for_function("() => window.spatialMap && window.spatialMap.drawnCount > 0")
    page.check("input[data-overlay=idle_density_grid]")
    page.wait_for_function("() => document.querySelector('.leaflet-image-layer') && document.querySelector('.leaflet-image-layer').naturalWidth > 10")
    until(page, lambda: page.inner_text(".spatial-overlay-legend"), lambda told: "闲置土地密度" in told)
    page.uncheck("input[data-overlay=idle_density_grid]")
    page.wait_for_selector(".leaflet-image-layer", state="detached")
    assert said == [] and page.evaluate("window.ran") is None
    page.context.close()
