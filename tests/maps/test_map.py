"""The map in a real browser with every request blocked: it opens, shows every parcel, answers a click, and runs nothing from the data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from spatial import pipeline
from spatial.render.map_element import OfflineMap, ParcelLayer
from spatial.render.map_payload import STEP_DEGREES, pack_shapes, packed, varints, zigzag
from tests.flow.conftest import SHAPES, District

HOSTILE = ["</script><script>window.ran=1</script>", "${window.ran=1}", '"><img src=x onerror="window.ran=1">', "`${window.ran=1}`", "{{7*7}}",
           "{% for x in y %}", "{{一期}}", "{# note #}", "C:\\2019\\x", "<b>粗</b>", "&amp;", "' onload='window.ran=1", "\u2028行", "{%}"]


class Page:
    """An open map, with what it asked for and what it complained of."""

    def __init__(self, page: Any, path: Path):
        self.page, self.asked, self.said = page, [], []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.route("**/*", lambda route: route.continue_() if route.request.url == path.as_uri() else route.abort())
        page.goto(path.as_uri())
        page.wait_for_function("window.spatialMap && window.spatialMap.drawnCount > 0", timeout=30_000)

    def quiet(self, path: Path) -> bool:
        return self.asked == [path.as_uri()] and not self.said


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[[Path], Page]]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield lambda path: Page(context.new_page(), path)
    context.close()


@pytest.fixture(scope="module")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> pipeline.Run:
    return pipeline.demo(tmp_path_factory.mktemp("demo") / "out")


@pytest.mark.chromium
def test_the_demo_map_opens_without_a_request_and_shows_every_parcel(demo_run: pipeline.Run, opened: Callable[[Path], Page]) -> None:
    path = demo_run.folder / "map.html"
    here = opened(path)
    here.page.wait_for_timeout(300)
    count = len(demo_run.result.parcels)
    assert count >= 5000
    assert here.page.evaluate("[spatialMap.parcelCount, spatialMap.drawnCount]") == [count, count]
    painted = here.page.evaluate("""() => { const c = document.querySelector('.spatial-canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n++; return n / (d.length / 4); }""")
    assert painted > 0.15
    assert here.quiet(path)


@pytest.mark.chromium
def test_a_click_opens_the_card_of_that_parcel(demo_run: pipeline.Run, opened: Callable[[Path], Page]) -> None:
    path = demo_run.folder / "map.html"
    here = opened(path)
    result = demo_run.result
    row = int(np.flatnonzero(result.parcels["land_status"].eq("suspected_idle_2y").to_numpy())[0])
    point = gpd.GeoSeries(result.parcels.geometry.iloc[[row]].representative_point(), crs=result.parcels.crs).to_crs(4490).iloc[0]
    here.page.evaluate(f"spatialMap.map.setView([{point.y}, {point.x}], 17, {{animate: false}})")
    here.page.wait_for_timeout(400)
    spot = here.page.evaluate(f"spatialMap.map.latLngToContainerPoint([{point.y}, {point.x}])")
    here.page.mouse.move(spot["x"], spot["y"])
    here.page.mouse.click(spot["x"], spot["y"])
    card = here.page.wait_for_selector(".card")
    text = card.inner_text()
    assert result.parcels["parcel_id"].iloc[row] in text
    assert "疑似闲置" in text
    assert result.parcels["status_reason"].iloc[row] in text
    assert here.quiet(path)


@pytest.mark.chromium
def test_switching_the_indicator_changes_the_legend_and_the_table(demo_run: pipeline.Run, opened: Callable[[Path], Page]) -> None:
    here = opened(demo_run.folder / "map.html")
    before = here.page.inner_text("table.carriers")
    here.page.select_option(".side select", index=4)
    assert here.page.inner_text("table.carriers") != before
    assert here.page.get_attribute("button[data-view=indicator]", "aria-pressed") == "true"
    drawn = here.page.evaluate("spatialMap.drawnCount")
    here.page.click("label:has-text('已供已用') input")
    here.page.wait_for_timeout(200)
    assert here.page.evaluate("spatialMap.drawnCount") < drawn


def test_every_carrier_is_named_in_the_page_and_the_demo_map_is_small(demo_run: pipeline.Run) -> None:
    path = demo_run.folder / "map.html"
    text = path.read_text(encoding="utf-8")
    assert len(demo_run.result.carriers) == 20
    assert all(name in text for name in demo_run.result.carriers["carrier_name"])
    assert path.stat().st_size < 2_500_000
    assert not re.search(r'<(?:script|link|img|iframe)[^>]*(?:src|href)=["\']?https?:', text)


@pytest.mark.chromium
def test_hostile_names_are_shown_as_they_are_and_run_nowhere(district: District, opened: Callable[[Path], Page]) -> None:
    shapes = [box(520_000 + 120 * i, 3_340_000, 520_100 + 120 * i, 3_340_100) for i in range(len(HOSTILE))]
    ids = [f"{i}{text}" for i, text in enumerate(HOSTILE)]
    district.layer("parcels.gpkg", {"parcel_id": ids, "land_use": HOSTILE}, shapes)
    district.layer("carriers.gpkg", {"carrier_id": HOSTILE, "carrier_type": HOSTILE}, shapes)
    study = district.write()
    study.write_text(study.read_text(encoding="utf-8").replace('"四块地"', "'''" + "".join(HOSTILE) + "'''"), encoding="utf-8")
    done = pipeline.run(study)
    path = done.folder / "map.html"
    here = opened(path)
    assert here.page.evaluate("window.ran") is None
    assert here.page.inner_text(".side h1").replace("\n", "") == "".join(HOSTILE).replace("\u2028", "\u2028")
    names = here.page.evaluate("[...document.querySelectorAll('table.carriers .link, .found .link')].map(e => e.textContent)")
    assert names == [] or set(names) <= set(HOSTILE)
    for i, key in enumerate(done.result.parcels["parcel_id"]):
        here.page.evaluate(f"spatialMap.map.fire('spatial:open', {{parcel: {i}}})")
        assert here.page.text_content(".card-head strong") == key
    here.page.mouse.move(640, 400)
    assert here.page.evaluate("window.ran") is None
    assert here.quiet(path)


@pytest.mark.chromium
def test_an_english_map_has_no_chinese_of_its_own(district: District, opened: Callable[[Path], Page]) -> None:
    district.layer("carriers.gpkg", {"carrier_id": ["North Park"], "carrier_type": ["park"]}, [SHAPES["A"].buffer(5)])
    district.ledger("supply", [{"宗地代码": "A", "约定开工时间": "2019-03-01", "成交价格(万元)": "1150"}])
    study = district.write()
    study.write_text(study.read_text(encoding="utf-8").replace("四块地", "Four lots"), encoding="utf-8")
    done = pipeline.run(study, language="en")
    here = opened(done.folder / "map.html")
    here.page.evaluate("spatialMap.map.fire('spatial:open', {parcel: 0})")
    text = here.page.inner_text("body")
    assert "Four lots" in text
    assert not re.findall("[\u4e00-\u9fff]+", text)


@pytest.mark.chromium
def test_folium_elements_still_draw_on_the_map_and_the_layer_on_any_folium_map(tmp_path: Path, opened: Callable[[Path], Page]) -> None:
    shapes = np.array([box(120.3, 30.2, 120.31, 30.21)], dtype=object)
    meta = {"version": 1, "language": "zh", "title": "t", "subtitle": "", "stamp": "", "origin": [120.3, 30.2], "step": STEP_DEGREES, "coordinates": True,
            "columns": [], "categories": [], "status": [-1], "carriers": {"names": [], "themes": [], "rows": []}, "scores": [], "labels": {}, "notes": []}
    layer = packed(meta, shapes, np.array([], dtype=object), panel=False)
    offline = OfflineMap(location=[30.2, 120.3], zoom_start=13)
    offline.add_child(ParcelLayer(layer))
    group = folium.FeatureGroup(name="g").add_to(offline)
    folium.Marker([30.205, 120.305], icon=folium.Icon(color="red")).add_to(group)
    folium.Circle([30.2, 120.3], radius=50).add_to(group)
    path = tmp_path / "folium.html"
    offline.save(str(path))
    assert offline.remote_files() == []
    here = opened(path)
    assert here.page.evaluate("document.querySelectorAll('img.leaflet-marker-icon').length") == 1
    assert here.page.evaluate("document.querySelector('img.leaflet-marker-icon').naturalWidth") > 0
    assert here.quiet(path)
    plain = folium.Map(location=[30.2, 120.3], tiles=None)
    plain.add_child(ParcelLayer(layer))
    text = plain.get_root().render()
    assert "spatial.mount(map_" in text


def test_a_plugin_that_wants_remote_files_is_named() -> None:
    from folium.plugins import MarkerCluster

    offline = OfflineMap(location=[30.2, 120.3])
    MarkerCluster().add_to(offline)
    assert any("markercluster" in address for address in offline.remote_files())


def test_packed_positions_are_within_a_tenth_of_a_metre() -> None:
    rng = np.random.default_rng(1)
    shapes = np.array([box(120 + x, 30 + y, 120.001 + x, 30.001 + y) for x, y in rng.random((50, 2))], dtype=object)
    data = pack_shapes(shapes, (120.0, 30.0))
    numbers, value, scale = [], 0, 1
    for byte in data:
        value += (byte & 127) * scale
        scale *= 128
        if byte < 128:
            numbers.append(value)
            value, scale = 0, 1
    count, rings, points = numbers[:3]
    assert (count, rings, points) == (50, 50, 200)
    moves = np.array([n // 2 if n % 2 == 0 else -(n + 1) // 2 for n in numbers[3 + count + rings:]]).reshape(-1, 2)
    degrees = np.cumsum(moves, axis=0) * STEP_DEGREES + np.array([120.0, 30.0])
    truth = np.vstack([np.array(shape.exterior.coords)[:-1] for shape in shapes])
    assert np.abs(degrees - truth).max() * 111_320 < 0.1


def test_varints_are_groups_of_seven_bits() -> None:
    assert varints(np.array([0, 127, 128, 300], dtype=np.uint64)) == bytes([0, 127, 128, 1, 172, 2])
    assert zigzag(np.array([0, -1, 1, -2])).tolist() == [0, 1, 2, 3]


def test_a_layer_takes_base64_only() -> None:
    with pytest.raises(ValueError, match="base64"):
        ParcelLayer('{"meta":"{{7*7}}","parcels":"","carriers":"","panel":true}')
