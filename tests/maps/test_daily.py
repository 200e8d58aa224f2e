"""The map through a planner's day, in a headless Chromium: draw, hover, keys, print, a phone, every legend, contrast, commitments, the key of a basemap."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from spatial import pipeline
from spatial.render.map_states import STATES
from tests.browsers import AT_REST, becomes, touched, until
from tests.flow.conftest import District
from tests.maps.test_map import HOSTILE, Page, demo_run, opened

__all__ = ["demo_run", "opened"]
MU = 2000 / 3


@pytest.fixture(scope="module")
def page(demo_run: pipeline.Run, browser: Any) -> Any:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield Page(context.new_page(), demo_run.folder / "map.html")
    context.close()


@pytest.fixture(autouse=True)
def fresh(request: pytest.FixtureRequest) -> None:
    if "page" in request.fixturenames:
        here = request.getfixturevalue("page").page
        here.emulate_media(media="screen")
        becomes(here, AT_REST, True)
        here.evaluate("spatialMap.app.cancel(); spatialMap.state.clear(); spatialMap.state.select([]); spatialMap.state.open(-1); spatialMap.app.home(false)")


def place(page: Any, x: float, y: float) -> list[float]:
    return list(page.evaluate(f"(() => {{ const p = spatialMap.map.containerPointToLatLng([{x}, {y}]); return [p.lng, p.lat]; }})()"))


@pytest.mark.chromium
def test_a_polygon_drawn_with_the_mouse_sums_the_parcels_inside_it(page: Page, demo_run: pipeline.Run) -> None:
    here = page.page
    corners = [(800, 300), (1050, 330), (1000, 520), (820, 480)]
    page.hand.press("button[data-tool=polygon]")
    for x, y in corners[:-1]:
        page.hand.click(x, y)
    page.hand.dblclick(*corners[-1])
    ring = shapely.Polygon([place(here, x, y) for x, y in corners])
    taken = until(here, "spatialMap.state.selection.map((i) => { const c = spatialMap.app.data.columns.get('parcel_id'); return c.words.at(c.codes[i] - 1); })", bool)
    ground = demo_run.parcels.to_crs(4490).set_index("parcel_id")
    inside = set(ground.index[ground.geometry.within(ring)])
    assert len(inside) > 50 and inside <= set(taken) <= set(ground.index[ground.geometry.intersects(ring)])
    assert float(here.get_attribute(".selection .sums", "data-m2")) == pytest.approx(ground.loc[taken, "area_m2"].sum(), abs=0.01 * len(taken))
    said = here.inner_text(".selection .sums b:nth-child(2)")
    assert float(said.split()[0].replace(",", "")) == pytest.approx(ground.loc[taken, "area_m2"].sum() / MU, abs=0.01)
    here.wait_for_timeout(200)
    assert here.evaluate("[spatialMap.app.tool, spatialMap.state.opened]") == ["", -1]  # the closing double click opens no card


@pytest.mark.chromium
def test_what_is_done_on_a_panel_does_not_reach_the_map(page: Page) -> None:
    here = page.page
    before = here.evaluate("[spatialMap.map.getZoom(), spatialMap.map.getCenter().lat]")
    for selector in (".legend", ".spatial-overlays", ".tools"):
        page.hand.over(selector)
        page.hand.wheel(0, 240)
    box = here.locator(".side").bounding_box()
    page.hand.dblclick(box["x"] + box["width"] / 2, box["y"] + 20)
    page.hand.move(box["x"] + 100, box["y"] + 20)
    page.hand.down()
    page.hand.move(box["x"] + 600, box["y"] + 200)
    page.hand.up()
    here.wait_for_timeout(300)
    assert here.evaluate("[spatialMap.map.getZoom(), spatialMap.map.getCenter().lat]") == before
    assert here.evaluate("spatialMap.state.opened") == -1
    page.hand.press("button[data-tool=rectangle]")
    page.hand.move(900, 500)
    page.hand.down()
    page.hand.move(700, 400)
    page.hand.move(200, 300)  # released over the panel
    page.hand.up()
    becomes(here, "[spatialMap.app.tool, spatialMap.state.selection.length > 100, spatialMap.state.opened]", ["", True, -1])


@pytest.mark.chromium
def test_the_pointer_tells_what_it_is_over(page: Page, demo_run: pipeline.Run) -> None:
    here = page.page
    parcels = demo_run.parcels.to_crs(4490)
    row = int(parcels["area_m2"].to_numpy().argmax())
    inner = parcels.geometry.iloc[row].representative_point()
    here.evaluate(f"void spatialMap.map.setView([{inner.y}, {inner.x}], 16, {{animate: false}})")
    spot = here.evaluate(f"spatialMap.map.latLngToContainerPoint([{inner.y}, {inner.x}])")
    page.hand.move(spot["x"] - 3, spot["y"])
    page.hand.move(spot["x"], spot["y"])
    becomes(here, lambda: here.inner_text(".tip").splitlines()[:2], [parcels["parcel_id"].iloc[row], f"{parcels['area_m2'].iloc[row] / MU:,.1f} 亩"])
    page.hand.over(".side h1")
    becomes(here, "getComputedStyle(document.querySelector('.tip')).display", "none")


@pytest.mark.chromium
def test_every_view_has_a_legend_that_counts_every_parcel_or_carrier(page: Page, demo_run: pipeline.Run) -> None:
    here, parcels, carriers = page.page, demo_run.parcels, len(demo_run.carriers)
    listed = here.evaluate("spatialMap.payload.views.map((v) => [v.id, v.label, v.scope])")
    assert set(STATES) <= {one[0] for one in listed} and "land_use" in {one[0] for one in listed}
    for name, label, scope in listed:
        here.evaluate(f"spatialMap.state.setView({json.dumps(name)})")
        keys = here.locator(".legend .key").all_inner_texts()
        counts = [int(key.split("\n")[1].replace(",", "")) for key in keys]
        assert sum(counts) == (len(parcels) if scope == "parcel" else carriers), name
        assert scope == "carrier" or here.inner_text(".legend-head").startswith(label)
    here.evaluate("spatialMap.state.setView('invest_view')")
    offers = demo_run.result.lists["offers"].drop_duplicates("parcel_id")
    said = {key.split("\n")[0]: int(key.split("\n")[1].replace(",", "")) for key in here.locator(".legend .key").all_inner_texts()}
    wanted = {STATES["invest_view"].classes[kind][0][0]: count for kind, count in offers[offers["parcel_id"].isin(parcels["parcel_id"])]["kind"].value_counts().items()}
    assert {name: count for name, count in said.items() if name != "其他"} == wanted
    here.evaluate("spatialMap.state.setView('land_status')")


@pytest.mark.chromium
def test_table_and_legend_follow_the_filter_and_the_table_leads_the_map(page: Page, demo_run: pipeline.Run) -> None:
    here = page.page
    page.hand.press(".tab[data-page=views]")
    page.hand.press(".legend .key:has-text('疑似闲置(满一年)')")
    parcels = demo_run.parcels[demo_run.parcels["land_status"].eq("suspected_idle_1y")]
    becomes(here, "spatialMap.state.shownCount.count", len(parcels))
    page.hand.press(".tab[data-page=carriers]")
    rows = {cells[0]: int(cells[2]) for cells in (row.split("\t") for row in here.locator("table.carriers tbody tr").all_inner_texts())}
    most = parcels["carrier_name"].value_counts()
    assert rows[most.index[0]] >= most.iloc[0] and sum(1 for count in rows.values() if count) >= len(most)
    faint = {name for name, count in rows.items() if not count}
    page.hand.press(".tab[data-page=targets]")
    listed = here.locator("table.scores tr").all_inner_texts()
    seen = here.locator("table.scores tr:visible").all_inner_texts()
    assert 0 < len(seen) < len(listed) and here.is_visible("text=目标值始终按全部数据计算")
    assert not [text for text in seen for name in faint if f"· {name}" in text]  # targets of carriers without a shown parcel are not listed
    page.hand.press(".tab[data-page=carriers]")
    page.hand.press(f"table.carriers .link:has-text('{most.index[0]}')")
    carrier = demo_run.carriers.to_crs(4490).set_index("carrier_name").geometry[most.index[0]]
    until(here, "(() => { const b = spatialMap.map.getBounds(); return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; })()",
          lambda seen: shapely.box(*seen).contains(carrier) and carrier.area / shapely.box(*seen).area > 0.03)
    page.hand.press(".tab[data-page=views]")


@pytest.mark.chromium
def test_the_keyboard_reaches_everything_in_order(page: Page) -> None:
    here = page.page
    here.evaluate("document.activeElement.blur(); spatialMap.map.getContainer().focus()")
    page.hand.key("/")
    becomes(here, "document.activeElement.className", "find")
    page.hand.key("Escape")
    here.evaluate("void spatialMap.map.setView([30.2, 120.3], 17, {animate: false})")
    here.evaluate("spatialMap.map.getContainer().focus()")
    page.hand.key("0")
    until(here, "spatialMap.map.getZoom()", lambda zoom: zoom < 15)
    here.evaluate("spatialMap.state.open(3)")
    page.hand.key("Escape")
    becomes(here, "spatialMap.state.opened", -1)
    page.hand.press("button[data-tool=length]")
    page.hand.key("Escape")
    becomes(here, "spatialMap.app.tool", "")
    here.evaluate("spatialMap.map.getContainer().focus()")
    order = []
    for _ in range(40):
        page.hand.key("Tab")
        order.append(here.evaluate("(() => { const e = document.activeElement; return e.closest('.side') ? 'side' : e.closest('.tools') ? 'tools' : e.className; })()"))
        if order[-1] == "side" and here.evaluate("document.activeElement.dataset.widget") == "view":
            break
    assert here.evaluate("document.activeElement.dataset.widget") == "view"  # from the map to the view in a few steps
    assert order.index("tools") < order.index("side")
    page.hand.key("ArrowDown")
    until(here, "spatialMap.state.view.id", lambda view: view != "land_status")
    becomes(here, "getComputedStyle(document.activeElement).outlineStyle", "solid")
    here.evaluate("spatialMap.state.setView('land_status')")


CONTRAST = """() => {
  const parse = (text) => { const v = text.match(/[\\d.]+/g).map(Number); return v.length > 3 ? v : [...v, 1]; };
  const over = (top, under) => [0, 1, 2].map((k) => top[k] * top[3] + under[k] * (1 - top[3])).concat(1);
  const behind = (e) => { const stack = []; for (let at = e; at; at = at.parentElement) stack.push(parse(getComputedStyle(at).backgroundColor));
    return stack.reverse().reduce((all, one) => over(one, all), [255, 255, 255, 1]); };
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !e.getClientRects().length || e.closest('script, style, noscript, .faint, .off')) continue;
    seen++;
    const back = behind(e), ink = over(parse(getComputedStyle(e).color), back);
    const [a, b] = [light(ink), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) bad.push([e.className, e.textContent.slice(0, 20), ratio]);
  }
  return [seen, bad];
}"""


@pytest.mark.chromium
def test_every_text_has_the_contrast_of_wcag_aa(page: Page) -> None:
    here = page.page
    here.evaluate("spatialMap.state.open(3)")
    here.evaluate("spatialMap.state.select([1, 2, 3])")
    page.hand.press("button[data-tool=rectangle]")
    for tab in ("views", "filter", "carriers", "targets", "notes"):
        page.hand.press(f".tab[data-page={tab}]")
        until(here, CONTRAST, lambda given: given[0] > 20 and not given[1])  # colours may be on their way
    page.hand.press(".tab[data-page=views]")


@pytest.mark.chromium
def test_a_print_shows_map_legend_and_title_and_no_tools(page: Page, demo_run: pipeline.Run) -> None:
    here = page.page
    here.evaluate("spatialMap.state.setView('idle_view')")
    here.emulate_media(media="print")
    becomes(here, "matchMedia('print').matches", True)
    for selector in (".tools", ".toggle", ".leaflet-control-zoom", ".tabs", ".search", ".spatial-overlays"):
        assert not here.is_visible(selector), selector
    for selector in (".side h1", ".stamp", ".legend", ".spatial-canvas", ".leaflet-control-scale"):
        assert here.is_visible(selector), selector
    size = here.evaluate("spatialMap.map.getSize()")
    here.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    corner = here.evaluate("(() => { const b = spatialMap.app.painter.bounds(), p = spatialMap.map.latLngToContainerPoint(b.getSouthEast()), "
                           "s = spatialMap.map.getSize(); return [p.x, p.y, s.x, s.y]; })()")
    assert corner[0] <= corner[2] <= 277 / 25.4 * 96 and corner[1] <= corner[3] <= 190 / 25.4 * 96  # nothing of the district falls off an A4 sheet
    assert here.evaluate("spatialMap.drawnCount") == len(demo_run.parcels)
    here.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert here.evaluate("spatialMap.map.getSize()") == size
    here.emulate_media(media="screen")
    here.evaluate("spatialMap.state.setView('land_status')")


@pytest.mark.chromium
def test_on_a_phone_the_map_is_seen_and_touched(demo_run: pipeline.Run, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2)
    here = Page(context.new_page(), demo_run.folder / "map.html").page
    assert here.evaluate("document.documentElement.scrollWidth") <= 390
    side = here.locator(".side").bounding_box()
    assert side["y"] > 844 * 0.45 and side["width"] == 390
    whole = here.evaluate("(() => { const b = spatialMap.app.painter.bounds(), a = spatialMap.map.latLngToContainerPoint(b.getNorthWest()), "
                          "z = spatialMap.map.latLngToContainerPoint(b.getSouthEast()); return [a.x, a.y, z.x, z.y]; })()")
    assert whole[0] >= 0 and whole[1] >= 50 and whole[2] <= 390 and whole[3] <= side["y"]  # the whole district is seen above the panel
    touched(here, lambda: here.tap("button[data-tool=rectangle]"), "document.querySelector('button[data-tool=rectangle]').ariaPressed === 'true'")
    finger = context.new_cdp_session(here)
    for kind, places in (("touchStart", [(120, 180)]), ("touchMove", [(170, 240)]), ("touchMove", [(230, 300)]), ("touchEnd", [])):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in places]})
    corners = [here.evaluate(f"(() => {{ const p = spatialMap.map.containerPointToLatLng([{x}, {y}]); return [p.lng, p.lat]; }})()") for x, y in ((120, 180), (230, 300))]
    box = shapely.box(*np.min(corners, axis=0), *np.max(corners, axis=0))
    ground = demo_run.parcels.to_crs(4490).geometry
    least, most = ground.within(box).sum(), ground.intersects(box).sum()
    assert least > 20
    until(here, "spatialMap.state.selection.length", lambda taken: least <= taken <= most)  # drawn with a finger
    here.evaluate("spatialMap.state.select([])")
    inner = demo_run.parcels.to_crs(4490).geometry.iloc[10].representative_point()
    touched(here, lambda: here.tap(".toggle"), "document.querySelector('.toggle').ariaExpanded === 'false'")
    here.wait_for_selector(".side h1", state="hidden")  # it slides away, as fast as the machine draws
    assert not here.is_visible(".side h1")
    here.evaluate(f"void spatialMap.map.setView([{inner.y}, {inner.x}], 17, {{animate: false}})")
    spot = here.evaluate(f"spatialMap.map.latLngToContainerPoint([{inner.y}, {inner.x}])")
    touched(here, lambda: here.touchscreen.tap(spot["x"], spot["y"]), "!!document.querySelector('.card')")
    until(here, lambda: here.inner_text(".card"), lambda told: demo_run.parcels["parcel_id"].iloc[10] in told)
    until(here, lambda: here.locator(".spatial-popup").bounding_box(), lambda box: box["x"] >= 0 and box["x"] + box["width"] <= 390)  # moved into sight
    context.close()


@pytest.mark.chromium
def test_the_card_sets_commitments_against_what_was_measured(district: District, opened: Callable[[Path], Page]) -> None:
    district.ledger("standard_land", [
        {"宗地代码": "A", "指标": "亩均税收(万元/亩)", "承诺值": "25", "实际值": "30", "阶段": "production"},
        {"宗地代码": "A", "指标": "容积率", "承诺值": "1.5", "实际值": "1.1", "阶段": "completion"}])
    here = opened(district.run().folder / "map.html").page
    at = here.evaluate("(() => { const c = spatialMap.app.data.columns.get('parcel_id'); for (let i = 0; i < 4; i++) if (c.words.at(c.codes[i] - 1) === 'A') return i; })()")
    here.evaluate(f"spatialMap.state.open({at})")
    rows = [row.split("\t") for row in here.inner_text(".commitments").splitlines() if "\t" in row]
    assert rows == [["指标", "承诺值", "实际值", "达标"], ["容积率", "1.50", "1.10", "否"], ["亩均税收(万元/亩)", "25.00", "30.00", "是"]]
    assert "未达标" in here.inner_text(".card")  # one broken promise is enough


@pytest.mark.chromium
def test_the_card_names_the_planned_use_as_it_names_the_use(page: Page, demo_run: pipeline.Run) -> None:
    key = demo_run.parcels.loc[demo_run.parcels["planned_use"].eq("0701"), "parcel_id"].iloc[0]
    page.page.evaluate(f"(() => {{ const c = spatialMap.app.data.columns.get('parcel_id'); spatialMap.state.open(c.codes.findIndex((code) => c.words.at(code - 1) === '{key}')); }})()")
    until(page.page, lambda: page.page.inner_text(".card"), lambda told: key in told)
    rows = dict(row.split("\t") for row in page.page.inner_text(".card").splitlines() if row.count("\t") == 1)
    assert rows["规划用途"] == "0701 城镇住宅用地"


@pytest.mark.chromium
def test_hostile_texts_in_ledgers_are_shown_as_written_and_run_nowhere(district: District, opened: Callable[[Path], Page]) -> None:
    names = list("ABCD")
    attack = [text for text in HOSTILE if text[0] not in "'`" and "\u2028" not in text]  # readers take an apostrophe at the front for a spreadsheet's mark of text

    def rows(column: str, **more: str) -> list[dict[str, str]]:
        return [{"宗地代码": names[k % 4], column: text, **more} for k, text in enumerate(attack)]

    district.ledger("supply", [{"宗地代码": names[k], "合同编号": text, "供应方式": text, "约定开工时间": "2019-03-01"} for k, text in enumerate(attack[:4])])
    district.ledger("projects", [{**row, "项目代码": f"P{k}"} for k, row in enumerate(rows("项目名称", 备案日期="2020-03-01"))])
    district.ledger("enterprises", [{**row, "统一社会信用代码": f"91330109MA{k:07d}X", "年度": "2020"} for k, row in enumerate(rows("企业名称"))])
    district.ledger("standard_land", [{**row, "承诺值": "1", "实际值": "2"} for row in rows("指标")])
    path = district.run().folder / "map.html"
    here = opened(path)
    seen = ""
    for i in range(4):
        here.page.evaluate(f"spatialMap.state.open({i})")
        seen += here.page.evaluate("document.querySelector('.card').textContent")
    assert {text: seen.count(text) for text in attack if seen.count(text) < 3} == {}
    for text in attack:
        here.page.fill(".find", text)
        until(here.page, "document.querySelector('.found').textContent", lambda told, text=text: text in told)
    assert here.page.evaluate("window.ran") is None
    assert here.quiet(path)


@pytest.mark.chromium
def test_tianditu_asks_for_the_key_and_the_page_holds_none(district: District, browser: Any) -> None:
    path = pipeline.run(district.write(), sets=['map.basemaps=["tianditu"]']).folder / "map.html"
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/*", lambda route: route.continue_() if route.request.url == path.as_uri() else route.abort())
    page.goto(path.as_uri())
    page.wait_for_function("() => window.spatialMap && spatialMap.drawnCount > 0")
    page.click(".section:has(select[aria-label=底图]) summary")
    page.select_option("select[aria-label=底图]", "tianditu")
    assert asked == [path.as_uri()]  # nothing is asked for before there is a key
    field = page.locator("input[placeholder*=密钥]")
    assert field.get_attribute("type") == "password" and field.input_value() == ""
    field.fill("k3y&x=1")
    page.click("text=使用")
    page.wait_for_function("() => document.body.innerText.includes('底图不可用')")
    tiles = [url for url in asked if url.startswith("https:")]
    assert tiles and all(re.search(r"^https://t\d\.tianditu\.gov\.cn/\w+_w/wmts\?.*tk=k3y%26x%3D1$", url) for url in tiles)
    assert "k3y" not in path.read_text(encoding="utf-8") and "k3y" not in page.evaluate("location.href + JSON.stringify({...localStorage})")
    page.close()


@pytest.mark.chromium
def test_tiles_in_the_page_and_beside_it_are_shown_without_a_network(district: District, browser: Any) -> None:
    import io
    import math

    from PIL import Image
    from pmtiles.tile import Compression, TileType, zxy_to_tileid
    from pmtiles.writer import Writer

    green = io.BytesIO()
    Image.new("RGB", (256, 256), (0, 200, 0)).save(green, "PNG")
    n, tiles = 1 << 14, []
    column, row = int((120.2 + 180) / 360 * n), int((1 - math.asinh(math.tan(math.radians(30.18))) / math.pi) / 2 * n)
    tiles = sorted((zxy_to_tileid(14, x, y), x, y) for x in range(column - 3, column + 5) for y in range(row - 3, row + 4))
    with (district.folder / "底图.pmtiles").open("wb") as stream:
        writer = Writer(stream)
        for tile, _, _ in tiles:
            writer.write_tile(tile, green.getvalue())
        writer.finalize({"tile_type": TileType.PNG, "tile_compression": Compression.NONE, "min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 0, "max_lat_e7": 0,
                         "center_zoom": 14, "center_lon_e7": 0, "center_lat_e7": 0}, {})
    run = pipeline.run(district.write(), sets=['map.basemaps=[{ name = "里", path = "底图.pmtiles" }, { name = "旁", url = "tiles-beside/{z}/{x}/{y}.png", deepest = 14 }]'])
    path = run.folder / "map.html"
    for _, x, y in tiles:
        beside = run.folder / "tiles-beside" / "14" / str(x) / f"{y}.png"
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(green.getvalue())
    context = browser.new_context(viewport={"width": 900, "height": 700}, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_function("() => window.spatialMap && spatialMap.drawnCount > 0")
    page.evaluate("spatialMap.state.shown.parcels = spatialMap.state.shown.carriers = false; spatialMap.map.setView([30.18, 120.2], 14, {animate: false})")

    def painted_green() -> float:
        picture = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)[100:600, 420:800]
        return float(((picture[:, :, 1] > 180) & (picture[:, :, 0] < 60)).mean())

    for option in ("own1", "own2"):
        for value, wanted in (("", lambda share: share == 0), (option, lambda share: share > 0.9)):
            page.evaluate("(value) => { const s = document.querySelector('select[aria-label=底图]'); s.value = value; s.dispatchEvent(new Event('change')); }", value)
            until(page, painted_green, wanted)
    context.close()
