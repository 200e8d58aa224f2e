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

import spatial
from spatial import pipeline
from spatial.render.map_element import OfflineMap
from tests.browsers import PATIENCE, PIXELS, Hand, becomes, until
from tests.flow.conftest import SHAPES, District

HOSTILE = ["</script><script>window.ran=1</script>", "${window.ran=1}", '"><img src=x onerror="window.ran=1">', "`${window.ran=1}`", "{{7*7}}",
           "{% for x in y %}", "{{一期}}", "{# note #}", "C:\\2019\\x", "<b>粗</b>", "&amp;", "' onload='window.ran=1", "\u2028行", "{%}"]


class Page:
    """An open map, with what it asked for and what it complained of."""

    def __init__(self, page: Any, path: Path):
        self.page, self.hand, self.asked, self.said = page, Hand(page), [], []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.route("**/*", lambda route: route.continue_() if route.request.url == path.as_uri() else route.abort())
        page.set_default_timeout(PATIENCE)
        page.goto(path.as_uri())
        page.wait_for_function("() => window.spatialMap && window.spatialMap.drawnCount > 0")

    def quiet(self, path: Path) -> bool:
        return self.asked == [path.as_uri()] and not self.said


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[[Path], Page]]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield lambda path: Page(context.new_page(), path)
    context.close()


@pytest.fixture(scope="module")
def demo_run(shared_demo: Path) -> pipeline.Run:
    return pipeline.load(shared_demo / "demo")


@pytest.mark.chromium
def test_the_demo_map_opens_without_a_request_and_shows_every_parcel(demo_run: pipeline.Run, opened: Callable[[Path], Page]) -> None:
    path = demo_run.folder / "map.html"
    here = opened(path)
    count = len(demo_run.result.parcels)
    assert count >= 5000
    becomes(here.page, "[spatialMap.parcelCount, spatialMap.drawnCount]", [count, count])
    until(here.page, f"(() => {{ const d = ({PIXELS})(); let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n++; return n / (d.length / 4); }})()", lambda painted: painted > 0.15)
    here.page.wait_for_timeout(300)  # in which nothing is asked for
    assert here.quiet(path)


@pytest.mark.chromium
def test_a_click_opens_the_card_of_that_parcel(demo_run: pipeline.Run, opened: Callable[[Path], Page]) -> None:
    path = demo_run.folder / "map.html"
    here = opened(path)
    result = demo_run.result
    row = int(np.flatnonzero(result.parcels["land_status"].eq("suspected_idle_2y").to_numpy())[0])
    point = gpd.GeoSeries(result.parcels.geometry.iloc[[row]].representative_point(), crs=result.parcels.crs).to_crs(4490).iloc[0]
    here.page.evaluate(f"void spatialMap.map.setView([{point.y}, {point.x}], 17, {{animate: false}})")
    spot = here.page.evaluate(f"spatialMap.map.latLngToContainerPoint([{point.y}, {point.x}])")
    here.hand.move(spot["x"], spot["y"])
    here.hand.click(spot["x"], spot["y"])
    card = here.page.wait_for_selector(".card")
    text = card.inner_text()
    assert result.parcels["parcel_id"].iloc[row] in text
    assert "疑似闲置" in text
    assert result.parcels["status_reason"].iloc[row] in text
    assert here.quiet(path)


@pytest.mark.chromium
def test_switching_the_view_changes_the_legend_and_the_table(demo_run: pipeline.Run, opened: Callable[[Path], Page]) -> None:
    here = opened(demo_run.folder / "map.html")
    before = here.page.inner_text(".legend")
    here.page.select_option("select[data-widget=view]", "carrier:tax_per_mu")
    until(here.page, lambda: here.page.inner_text(".legend"), lambda told: told != before)
    here.hand.press(".tab[data-page=carriers]")
    values = demo_run.result.values.query("indicator == 'tax_per_mu'").set_index("zone")["value"].reindex(demo_run.result.carriers["carrier_id"])
    becomes(here.page, lambda: here.page.inner_text("table.carriers tbody tr:first-child").split("\t")[1:2], [f"{values.max():,.2f}"])


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
    assert here.page.text_content(".side h1") == "".join(HOSTILE)
    assert here.page.evaluate("[...document.querySelectorAll('table.carriers .link')].map(e => e.textContent).sort()") == sorted(
        done.result.carriers["carrier_id"], key=lambda name: name.encode("utf-16-be"))
    assert {name.strip() for name in HOSTILE} == set(done.result.carriers["carrier_id"])
    seen = set()
    for i in range(len(HOSTILE)):
        here.page.evaluate(f"void spatialMap.map.fire('spatial:open', {{parcel: {i}}})")
        seen.add(here.page.text_content(".card-head strong"))
    assert seen == set(done.result.parcels["parcel_id"])
    for option in here.page.evaluate("[...document.querySelectorAll('select[data-widget=view] option')].map(e => e.value)"):
        here.page.select_option("select[data-widget=view]", option)
    here.hand.move(640, 400)
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
    here.page.evaluate("void spatialMap.map.fire('spatial:open', {parcel: 0})")
    text = here.page.inner_text("body")
    assert "Four lots" in text
    assert not re.findall("[\u4e00-\u9fff]+", text)


@pytest.mark.chromium
def test_verdicts_stay_inside_the_panel_in_english(district: District, opened: Callable[[Path], Page]) -> None:
    """Long words of titles and parcel codes of the way to a target are broken before the verdict is pushed out of sight."""
    codes = [f"330199002006GB0001{i}" for i in range(4)]
    district.layer("parcels.gpkg", {"parcel_id": codes, "land_use": ["1001"] * 4}, list(SHAPES.values()))
    district.parts["study"] = 'policies = ["xiaoshan-4286"]'
    district.ledger("supply", [{"宗地代码": code, "土地用途": "1001", "合同签订日期": "2020-03-01", "是否标准地": "否"} for code in codes])
    district.ledger("tracked", [{"目标编号": "S1-06", "截至日期": "2020-12-31", "数值": "1862.4"}, {"目标编号": "S1-08", "截至日期": "2020-12-31", "数值": "2874"}])
    here = opened(pipeline.run(district.write(), language="en").folder / "map.html")
    here.page.evaluate("void document.querySelector('.tab[data-page=targets]').click()")
    said = here.page.inner_text(".scores")
    assert codes[0] in said and "1,862.4 × 10⁸ CNY" in said
    assert here.page.evaluate("(() => { const box = document.querySelector('.scores').parentElement; return box.scrollWidth - box.clientWidth; })()") <= 0


@pytest.mark.chromium
def test_folium_elements_still_draw_on_the_map_and_the_layer_on_any_folium_map(tmp_path: Path, opened: Callable[[Path], Page]) -> None:
    frame = gpd.GeoDataFrame({"parcel_id": ["甲"]}, geometry=[box(120.3, 30.2, 120.31, 30.21)], crs=4490)
    offline = OfflineMap(location=[30.2, 120.3], zoom_start=13)
    offline.add_child(spatial.parcel_layer(frame))
    group = folium.FeatureGroup(name="g").add_to(offline)
    folium.Marker([30.205, 120.305], icon=folium.Icon(color="red")).add_to(group)
    folium.Circle([30.2, 120.3], radius=50).add_to(group)
    path = tmp_path / "folium.html"
    offline.save(str(path))
    assert offline.remote_files() == []
    here = opened(path)
    assert here.page.evaluate("document.querySelectorAll('img.leaflet-marker-icon').length") == 1
    until(here.page, "document.querySelector('img.leaflet-marker-icon').naturalWidth", lambda width: width > 0)
    assert here.quiet(path)
    plain = folium.Map(location=[30.2, 120.3], tiles=None)
    plain.add_child(spatial.parcel_layer(frame))
    path = tmp_path / "plain.html"
    plain.save(str(path))
    text = path.read_text(encoding="utf-8")
    assert "spatial.mount(map_" in text and 'type="application/octet-stream"' in text and "dist/leaflet" not in "".join(re.findall(r'(?:src|href)="([^"]+)"', text))
    assert opened(path).page.evaluate("document.querySelectorAll('canvas.spatial-canvas').length") == 1  # what Folium asks of other hosts is out of reach here


@pytest.mark.chromium
def test_a_layer_with_colours_has_a_legend_on_a_folium_map_of_either_kind(tmp_path: Path, opened: Callable[[Path], Page]) -> None:
    """Two uses on three lots: two rows of a colour, a name and a count; none without a column, none where it is not wanted."""
    frame = gpd.GeoDataFrame({"use": ["工业", "商业", "工业"]}, geometry=[box(120.3 + i / 100, 30.2, 120.308 + i / 100, 30.21) for i in range(3)], crs=4490)
    for name, page, options, rows in (("offline", OfflineMap, {"colour": "use"}, ["工业 2", "商业 1"]), ("folium", folium.Map, {"colour": "use"}, ["工业 2", "商业 1"]),
                                      ("plain", OfflineMap, {}, []), ("bare", OfflineMap, {"colour": "use", "legend": False}, [])):
        there = page(location=[30.2, 120.3], tiles=None)
        there.add_child(spatial.parcel_layer(frame, **options))
        path = tmp_path / f"{name}.html"
        there.save(str(path))
        shown = opened(path).page
        told = shown.evaluate("[...document.querySelectorAll('.spatial-legend .key')].map((row) => "
                              "[row.querySelector('.grow'), row.querySelector('.figure')].map((part) => part.textContent).join(' '))")
        assert sorted(told) == sorted(rows), name
    colours = opened(tmp_path / "offline.html").page.evaluate("[...document.querySelectorAll('.spatial-legend .swatch')].map((one) => getComputedStyle(one).backgroundColor)")
    assert len(set(colours)) == 2


def test_a_plugin_that_wants_remote_files_is_named() -> None:
    from folium.plugins import MarkerCluster

    offline = OfflineMap(location=[30.2, 120.3])
    MarkerCluster().add_to(offline)
    assert any("markercluster" in address for address in offline.remote_files())


