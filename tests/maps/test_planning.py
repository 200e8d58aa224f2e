"""What a planner does on the map, in a headless Chromium: filters, selections with sums, files, measuring, periods, links, basemaps, a public edition."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

import spatial
from spatial import pipeline
from spatial.normalise.web_datum import to_gcj02
from tests.browsers import AT_REST, becomes, until
from tests.flow.conftest import District
from tests.maps.test_map import Page, demo_run, opened

__all__ = ["demo_run", "opened"]
MU = 2000 / 3
AROUND = [[119.0, 29.0], [122.0, 29.0], [122.0, 32.0], [119.0, 32.0]]


@pytest.fixture(scope="module")
def page(demo_run: pipeline.Run, browser: Any) -> Any:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    yield Page(context.new_page(), demo_run.folder / "map.html")
    context.close()


@pytest.fixture(autouse=True)
def fresh(request: pytest.FixtureRequest) -> None:
    if "page" in request.fixturenames:
        here = request.getfixturevalue("page").page
        becomes(here, AT_REST, True)
        here.evaluate("spatialMap.state.clear(); spatialMap.state.select([]); spatialMap.state.open(-1); spatialMap.app.home(false)")


def number(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.mark.chromium
def test_a_selection_of_everything_sums_to_the_results(page: Page, demo_run: pipeline.Run) -> None:
    page.page.evaluate(f"spatialMap.state.select(spatialMap.within({json.dumps(AROUND)}))")
    sums = page.page.query_selector(".selection .sums")
    assert sums is not None
    results = json.loads((demo_run.folder / "results.json").read_text(encoding="utf-8"))
    assert int(sums.get_attribute("data-count")) == len(demo_run.parcels)
    assert float(sums.get_attribute("data-m2")) == pytest.approx(results["balance"]["parcels_m2"], abs=1)
    zones = {zone["name"]: zone["area_m2"] for zone in results["zones"] if zone["kind"] == "carrier"}
    rows = [row.split("\t") for row in page.page.inner_text(".selection table").splitlines() if row.strip()]
    listed = {row[0]: number(row[-1].split()[0]) for row in rows[:-1]}
    assert listed == {name: pytest.approx(m2 / MU, abs=0.02) for name, m2 in zones.items()}
    assert number(rows[-1][-1].split()[0]) == pytest.approx(results["balance"]["outside_m2"] / MU, abs=0.1)


@pytest.mark.chromium
def test_a_rectangle_drawn_with_the_mouse_takes_the_parcels_inside_it(page: Page, demo_run: pipeline.Run) -> None:
    page.hand.press("button[data-tool=rectangle]")
    corners = [(800, 300), (1000, 450)]
    page.hand.move(*corners[0])
    page.hand.down()
    page.hand.move(900, 400)
    page.hand.move(*corners[1])
    page.hand.up()
    places = [page.page.evaluate(f"(() => {{ const p = spatialMap.map.containerPointToLatLng([{x}, {y}]); return [p.lng, p.lat]; }})()") for x, y in corners]
    west, east = sorted(place[0] for place in places)
    south, north = sorted(place[1] for place in places)
    ground = demo_run.parcels.to_crs(4490).geometry
    inside, touching = ground.within(shapely.box(west, south, east, north)).sum(), ground.intersects(shapely.box(west, south, east, north)).sum()
    assert inside > 20
    until(page.page, "spatialMap.state.selection.length", lambda taken: inside <= taken <= touching)
    becomes(page.page, "spatialMap.app.tool", "")
    page.page.wait_for_timeout(200)
    assert page.page.evaluate("spatialMap.state.opened") == -1  # the release of the mouse opens no card
    page.page.wait_for_selector(".spatial-popup", state="detached")  # one of before may be fading still


@pytest.mark.chromium
def test_filters_leave_what_they_say_and_the_table_follows(page: Page, demo_run: pipeline.Run) -> None:
    page.hand.press(".tab[data-page=filter]")
    parcels = demo_run.parcels
    page.hand.press(".facet[data-facet=carrier_name] label:has-text('空港小镇') input")
    mine = parcels[parcels["carrier_name"] == "空港小镇"]
    becomes(page.page, lambda: page.page.inner_text(".filters .told"), f"显示 {len(mine):,} 宗 · {mine['area_m2'].sum() / MU:,.1f} 亩")
    page.page.evaluate("spatialMap.state.range('floor_area_ratio', [1, Infinity])")
    both = mine[mine["floor_area_ratio"].round(2) >= 1]
    assert 0 < len(both) < len(mine)
    assert page.page.evaluate("spatialMap.state.shownCount.count") == len(both)
    page.hand.press(".tab[data-page=carriers]")
    becomes(page.page, lambda: page.page.inner_text("table.carriers tbody tr:first-child").split("\t")[0:3:2], ["空港小镇", f"{len(both):,}"])
    page.hand.press(".tab[data-page=filter]")
    page.hand.press("text=清除筛选")
    becomes(page.page, "spatialMap.state.shownCount.count", len(parcels))


@pytest.mark.chromium
def test_years_of_supply_filter_and_two_periods_stand_side_by_side(page: Page, demo_run: pipeline.Run) -> None:
    supply, parcels = demo_run.result.ledgers["supply"], demo_run.parcels
    row = parcels["status_row"].dropna().astype(int)
    years = supply["contract_date"].dt.year.to_numpy()[row]
    page.page.evaluate("spatialMap.state.years([2019, 2021])")
    assert page.page.evaluate("spatialMap.state.shownCount.count") == int(((years >= 2019) & (years <= 2021)).sum())
    page.page.evaluate("spatialMap.state.years(null)")
    page.hand.press("button[data-tool=compare]")
    page.page.wait_for_selector(".second .spatial-canvas", state="attached")
    page.page.evaluate("void spatialMap.map.setView([30.18, 120.3], 14, {animate: false})")
    supplied = int(np.flatnonzero(parcels["status_row"].notna().to_numpy())[0])  # of the latest year or before: on the right side
    inner = parcels.to_crs(4490).geometry.iloc[supplied].representative_point()
    page.page.evaluate(f"void spatialMap.map.setView([{inner.y}, {inner.x}], 16, {{animate: false}})")
    right = page.page.locator(".second").bounding_box()
    page.hand.click(right["x"] + right["width"] / 2, right["y"] + right["height"] / 2)
    until(page.page, lambda: page.page.inner_text(".card"), lambda told: parcels["parcel_id"].iloc[supplied] in told)
    page.page.evaluate("spatialMap.state.open(-1)")
    page.hand.press("button[data-tool=compare]")
    page.page.wait_for_selector(".second", state="detached")


@pytest.mark.chromium
def test_the_file_of_a_selection_holds_its_rows_and_no_formula(district: District, opened: Callable[[Path], Page]) -> None:
    district.layer("parcels.gpkg", {"parcel_id": ["=1+1", "+A", "-B", "@C"], "land_use": ["1001"] * 4}, [shapely.box(520_000 + 200 * i, 3_340_000, 520_100 + 200 * i, 3_340_100) for i in range(4)])
    here = opened(pipeline.run(district.write()).folder / "map.html")
    here.page.evaluate("spatialMap.state.select([0, 1, 2, 3])")
    with here.page.expect_download() as got:
        here.page.click("text=导出 CSV")
    text = Path(got.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["宗地代码"] for row in rows} == {"'=1+1", "'+A", "'-B", "'@C"}
    assert sum(float(row["面积(m²)"]) for row in rows) == pytest.approx(40_000, rel=1e-3)


@pytest.mark.chromium
def test_lengths_and_areas_are_measured_on_the_ellipsoid(page: Page) -> None:
    from pyproj import Geod

    page.hand.press("button[data-tool=area]")
    places = []
    for x, y in ((700, 300), (900, 300), (900, 500)):
        place = page.page.evaluate(f"(() => {{ const p = spatialMap.map.containerPointToLatLng([{x}, {y}]); return [p.lng, p.lat]; }})()")
        places.append(place)
        page.hand.click(x, y)
    page.hand.dblclick(700, 500)
    places.append(page.page.evaluate("(() => { const p = spatialMap.map.containerPointToLatLng([700, 500]); return [p.lng, p.lat]; })()"))
    told = until(page.page, lambda: page.page.get_attribute(".tools", "data-measured"), bool)
    area, _ = Geod(a=6378137, rf=298.257222101).polygon_area_perimeter([p[0] for p in places], [p[1] for p in places])
    assert number(told.split(" ")[0]) == pytest.approx(abs(area) / MU, rel=1e-3)
    page.hand.key("Escape")
    page.page.evaluate("spatialMap.app.cancel()")


@pytest.mark.chromium
def test_coordinates_are_read_in_degrees_and_in_the_grid(page: Page) -> None:
    from pyproj import Transformer

    page.hand.move(900, 450)
    place = page.page.evaluate("(() => { const p = spatialMap.map.containerPointToLatLng([900, 450]); return [p.lng, p.lat]; })()")
    east, north = Transformer.from_crs(4490, 4528 if page.page.evaluate("spatialMap.payload.grid.easting") > 1e6 else 4549, always_xy=True).transform(*place)
    told = until(page.page, lambda: page.page.inner_text(".place"), lambda told: f"{place[0]:.6f}°E" in told)
    figures = [number(word) for word in told.replace("X", " ").replace("Y", " ").split() if "," in word]
    assert figures == [pytest.approx(north, abs=0.2), pytest.approx(east, abs=0.2)]


@pytest.mark.chromium
def test_the_read_out_follows_the_view_under_a_pointer_that_rests(page: Page, demo_run: pipeline.Run) -> None:
    """The middle of the view is told as the place it is set to, to the pixel; and no parcel is named that lies elsewhere."""
    inner = demo_run.parcels.to_crs(4490).geometry.iloc[10].representative_point()
    page.page.evaluate(f"void spatialMap.map.setView([{inner.y}, {inner.x}], 16, {{animate: false}})")
    page.hand.move(720, 450)
    becomes(page.page, lambda: page.page.inner_text(".tip").splitlines()[0], demo_run.parcels["parcel_id"].iloc[10])
    page.page.evaluate("void spatialMap.map.setView([30.5, 120.9], 16, {animate: false})")
    east, north = (float(word.rstrip("°EN")) for word in page.page.inner_text(".place").split()[:2])
    assert (east, north) == (pytest.approx(120.9, abs=3e-5), pytest.approx(30.5, abs=3e-5))  # a pixel is 360 / 256 / 2^16 = 0.00002 degrees
    assert page.page.evaluate("[getComputedStyle(document.querySelector('.tip')).display, spatialMap.state.hovered]") == ["none", -1]
    page.hand.over(".side h1")
    page.page.evaluate("void spatialMap.map.setView([30.4, 120.8], 16, {animate: false})")
    assert float(page.page.inner_text(".place").split("°")[0]) == pytest.approx(120.9, abs=3e-5)  # what was pointed at last stays to be read when the pointer is on the panel


@pytest.mark.chromium
def test_a_link_brings_the_state_back(page: Page, demo_run: pipeline.Run, opened: Callable[[Path], Page]) -> None:
    page.page.evaluate("spatialMap.state.setView('land_use'); spatialMap.state.years([2018, 2020]); spatialMap.map.setView([30.17, 120.28], 15, {animate: false})")
    page.hand.press("button[data-tool=link]")
    kept = until(page.page, "location.hash", bool)
    other = opened(demo_run.folder / "map.html").page
    other.goto("about:blank")
    other.unroute_all()
    other.goto((demo_run.folder / "map.html").as_uri() + kept)
    other.wait_for_function("() => window.spatialMap && spatialMap.drawnCount > 0")
    assert other.evaluate("[spatialMap.state.view.id, spatialMap.state.filters.years, spatialMap.map.getZoom()]") == ["land_use", [2018, 2020], 15]
    assert other.evaluate("spatialMap.map.getCenter().lat") == pytest.approx(30.17, abs=1e-4)
    other.goto((demo_run.folder / "map.html").as_uri() + "#%7B%22v%22:%22<img onerror=x>%22,%22f%22:[[1,2]],%22p%22:[1]}")


@pytest.mark.chromium
def test_search_finds_parcels_carriers_and_enterprises(page: Page, demo_run: pipeline.Run) -> None:
    firm = demo_run.result.ledgers["enterprises"].query("year == 2022")
    row = firm[firm["parcel_id"].map(lambda key: isinstance(key, str))].iloc[0]  # on one parcel
    page.page.fill(".find", row["enterprise_name"])
    page.page.wait_for_selector(".hit")
    page.page.press(".find", "Enter")
    until(page.page, lambda: page.page.inner_text(".card"), lambda told: row["parcel_id"] in told and row["enterprise_name"] in told)
    page.page.fill(".find", "图灵")
    page.page.wait_for_selector(".hit:has-text('图灵小镇')")
    page.page.fill(".find", "")


@pytest.mark.chromium
@pytest.mark.parametrize("taken", ["Enter", "click", "Escape"])
def test_a_hit_taken_at_once_does_not_open_the_list_again(taken: str, district: District, opened: Callable[[Path], Page]) -> None:
    """Typed and taken in one go: whatever the typing had put off is due before a pause twice as long, set later, is over."""
    here = opened(pipeline.run(district.write()).folder / "map.html")
    left = here.page.evaluate("""async (taken) => {
        const field = document.querySelector('.find'), hits = () => document.querySelectorAll('.found > *').length;
        const told = (word) => { field.value = word; field.dispatchEvent(new Event('input')); };
        const press = (key) => field.dispatchEvent(new KeyboardEvent('keydown', {key, cancelable: true}));
        told('甲');
        if (taken === 'click') { press('ArrowDown'); told('甲园'); document.querySelector('.hit').click(); } else press(taken);
        const now = hits();
        await new Promise((done) => setTimeout(done, 240));
        return [now, hits()];
    }""", taken)
    assert left == [0, 0]
    here.page.fill(".find", "甲")
    here.page.wait_for_selector(".hit:has-text('甲园')")  # and the next search lists as before


@pytest.mark.chromium
def test_a_public_map_shows_no_coordinates_and_no_firms(district: District, opened: Callable[[Path], Page]) -> None:
    district.ledger("enterprises", [{"统一社会信用代码": "91330109MA2000001X", "年度": "2020", "企业名称": "秘密公司", "宗地代码": "A", "税收(万元)": "123.45"}])
    study = district.write()
    run = pipeline.run(study, sets=["study.audience=public"])
    here = opened(run.folder / "map.html")
    here.hand.move(700, 400)
    assert here.page.query_selector(".place") is None
    assert here.page.inner_text(".stamp") == "公开"
    here.page.evaluate("void spatialMap.map.fire('spatial:open', {parcel: 0})")
    held = here.page.evaluate("JSON.stringify(spatialMap.payload) + document.body.innerText + [...spatialMap.app.data.ledgers].map(l => l.head.name)")
    assert "秘密公司" not in held and "enterprises" not in held and "123.45" not in held


@pytest.mark.chromium
def test_a_gcj_tile_lies_where_the_parcels_are(district: District, browser: Any) -> None:
    study = district.write()
    study.write_text(study.read_text(encoding="utf-8") + '\n[map]\nbasemaps = [{ name = "影像", url = "http://127.0.0.1:9/{z}/{x}/{y}.png", datum = "GCJ-02" }]\n', encoding="utf-8")
    run = pipeline.run(study)
    path = run.folder / "map.html"
    text = path.read_text(encoding="utf-8")
    assert "img-src data: blob: http://127.0.0.1:9;" in text and "autonavi" not in text
    corner = shapely.get_coordinates(run.parcels.to_crs(4490).geometry.iloc[0])[0]
    zoom = 17
    there = [float(v[0]) for v in to_gcj02(np.array([corner[0]]), np.array([corner[1]]))]
    size = 256 * 2**zoom
    x = (there[0] + 180) / 360 * size
    y = (1 - math.asinh(math.tan(math.radians(there[1]))) / math.pi) / 2 * size
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    page = context.new_page()

    def tile(route: Any) -> None:
        if not route.request.url.startswith("http://127.0.0.1:9/"):
            route.continue_() if route.request.url == path.as_uri() else route.abort()
            return
        column, row = (int(part.removesuffix(".png")) for part in route.request.url.split("/")[-2:])
        route.fulfill(body=mark(x - 256 * column, y - 256 * row), content_type="image/png", headers={"Access-Control-Allow-Origin": "*"})

    page.route("**/*", tile)
    page.goto(path.as_uri())
    page.wait_for_function("() => window.spatialMap && spatialMap.drawnCount > 0")
    page.evaluate(f"spatialMap.state.shown.parcels = spatialMap.state.shown.carriers = false; spatialMap.map.setView([{corner[1]}, {corner[0]}], {zoom}, {{animate: false}})")
    page.evaluate("(() => { const s = document.querySelector('select[aria-label=底图]'); s.value = 'own1'; s.dispatchEvent(new Event('change')); })()")
    spot = page.evaluate(f"spatialMap.map.latLngToContainerPoint([{corner[1]}, {corner[0]}])")
    from io import BytesIO

    from PIL import Image

    metres = 156543.034 * math.cos(math.radians(corner[1])) / 2**zoom

    def apart() -> float:
        """Metres from the middle of what is red to where the corner lies; tiles come one by one."""
        picture = np.asarray(Image.open(BytesIO(page.screenshot())).convert("RGB")).astype(int)
        red = np.argwhere((picture[:, :, 0] > 200) & (picture[:, :, 1] < 80) & (picture[:, :, 2] < 80))
        middle = red.mean(axis=0) + 0.5 if len(red) >= 4 else (math.inf, math.inf)
        return math.hypot(middle[1] - spot["x"], middle[0] - spot["y"]) * metres

    until(page, apart, lambda far: far < 1.0)
    context.close()


def mark(x: float, y: float) -> bytes:
    """A white tile with a red square of four pixels around a position, which may lie on another tile."""
    from io import BytesIO

    from PIL import Image, ImageDraw

    tile = Image.new("RGB", (256, 256), "white")
    left, top = round(x) - 2, round(y) - 2
    ImageDraw.Draw(tile).rectangle((left, top, left + 3, top + 3), fill=(255, 0, 0))
    out = BytesIO()
    tile.save(out, "PNG")
    return out.getvalue()


def test_only_basemaps_that_the_study_names_are_let_in(district: District) -> None:
    study = district.write()
    assert "img-src data: blob:;" in (pipeline.run(study).folder / "map.html").read_text(encoding="utf-8")
    text = (pipeline.run(study, sets=['map.basemaps=["tianditu"]']).folder / "map.html").read_text(encoding="utf-8")
    assert "https://t0.tianditu.gov.cn" in text and "openstreetmap" not in text
    for wrong in ('["google"]', '[{ url = "javascript:alert(1)" }]', '[{ url = "file:///etc/passwd" }]', '[{ name = "x" }]'):
        with pytest.raises(spatial.UsageError, match="map.basemaps"):
            pipeline.run(study, sets=[f"map.basemaps={wrong}"])


def test_tiles_of_a_file_travel_in_the_page(district: District) -> None:
    import sqlite3

    link = sqlite3.connect(district.folder / "底图.mbtiles")
    link.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
    place = (120.2, 30.18)
    n = 1 << 12
    column, row = int((place[0] + 180) / 360 * n), int((1 - math.asinh(math.tan(math.radians(place[1]))) / math.pi) / 2 * n)
    link.executemany("INSERT INTO tiles VALUES (12, ?, ?, ?)", [(column, n - 1 - row, mark(9, 9)), (5, 5, mark(1, 1))])
    link.commit()
    link.close()
    run = pipeline.run(district.write(), sets=['map.basemaps=[{ name = "底图", path = "底图.mbtiles" }]'])
    from spatial.render.map_payload import payload

    head, _ = payload(run.result, 0)
    assert list(head["basemaps"][0]["tiles"]) == [f"12/{column}/{row}"]
    assert head["basemaps"][0]["type"] == "image/png"
    (district.folder / "底图.mbtiles").unlink()
    again = pipeline.run(district.write(), sets=['map.basemaps=[{ name = "底图", path = "底图.mbtiles" }]'])
    assert [found.code for found in again.result.findings if found.code.startswith("map.")] == ["map.basemap_absent"]


def test_the_map_of_a_finished_run_is_made_again_as_it_was(district: District) -> None:
    run = pipeline.run(district.write())
    path = run.folder / "map.html"
    before = path.read_bytes()
    path.unlink()
    assert pipeline.map_page(run.folder) == (path, [])
    assert path.read_bytes() == before
