"""The map for a web server: what the archive holds, and the page in a browser, from servers that know range requests and from such that do not."""

from __future__ import annotations

import base64
import functools
import gzip
import http.server
import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pmtiles.reader import MemorySource, Reader, all_tiles

from spatial import pipeline
from spatial.render.map_mvt import Attribute, tiles, varints
from tests.browsers import PIXELS, Hand, becomes, until
from tests.flow.conftest import SHAPES, District
from tests.maps.test_map import HOSTILE

FRONT = Path(__file__).resolve().parents[2] / "frontend"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """The plain server of the standard library: it sends whole files only."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Ranged(Quiet):
    """Sends the part of a file that is asked for."""

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        path = Path(self.translate_path(self.path))
        if not wanted or not path.is_file():
            super().do_GET()
            return
        first, last = (int(part) for part in wanted.removeprefix("bytes=").split("-"))
        data = path.read_bytes()
        part = data[first:last + 1]
        self.send_response(206)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(data)}")
        self.end_headers()
        self.wfile.write(part)


@pytest.fixture
def served() -> Iterator[Callable[..., str]]:
    servers = []

    def serve(folder: Path, handler: type[Quiet]) -> str:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> pipeline.Run:
    """Four lots and four hundred more."""
    district = District(tmp_path_factory.mktemp("tiles"))
    lots = [shapely.box(521_000 + 30 * (i % 20), 3_340_000 + 30 * (i // 20), 521_020 + 30 * (i % 20), 3_340_025 + 30 * (i // 20)) for i in range(400)]
    district.layer("parcels.gpkg", {"parcel_id": [*SHAPES, *(f"N{i}" for i in range(400))], "land_use": ["1001"] * 404}, [*SHAPES.values(), *lots])
    district.ledger("supply", [{"宗地代码": "A", "约定开工时间": "2017-03-01", "签订日期": "2016-03-01"}])
    return district.run()


@pytest.fixture(scope="module")
def tiled(finished: pipeline.Run) -> Path:
    page, findings = pipeline.map_tiles(finished.folder)
    assert not findings
    return page.parent


def test_integers_are_written_as_varints() -> None:
    data, at = varints(np.array([0, 127, 128, 300, 1 << 40]))
    assert data.tobytes() == bytes([0, 127, 128, 1, 172, 2, 128, 128, 128, 128, 128, 32])
    assert at.tolist() == [0, 1, 2, 4, 6]


def test_a_square_is_the_tile_that_the_specification_gives() -> None:
    """By hand: zoom 0, extent 8; the western half of the world's tile from row 2 to row 6, a hole in it."""
    lat = {row: float(np.degrees(np.arctan(np.sinh(np.pi * (1 - row / 4))))) for row in (2, 3, 5, 6)}
    square = shapely.Polygon([(-180, lat[6]), (0, lat[6]), (0, lat[2]), (-180, lat[2])], [[(-135, lat[5]), (-135, lat[3]), (-45, lat[3]), (-45, lat[5])]])
    (x, y, data), = tiles(np.array([square], dtype=object), [Attribute("k", ["v"], np.zeros(1, dtype=np.int64))], 0, 8, 0.0)
    body = gzip.decompress(data)
    assert (x, y) == (0, 0)
    start = body.index(b"\x18\x03\x22") + 4
    geometry = list(body[start:start + body[start - 1]])
    # shell (0,6) (0,2) (4,2) (4,6) clockwise on the screen, then the hole against it; any corner may be the first
    rings: list[list[tuple[int, ...]]] = []
    cursor, read = np.zeros(2, int), iter(geometry)
    for command in read:
        if command & 7 == 7:
            continue
        for _ in range(command >> 3):
            cursor = cursor + [(v >> 1) ^ -(v & 1) for v in (next(read), next(read))]
            if command & 7 == 1:
                rings.append([])
            rings[-1].append(tuple(int(v) for v in cursor))
    assert [set(ring) for ring in rings] == [{(0, 6), (0, 2), (4, 2), (4, 6)}, {(1, 5), (1, 3), (3, 3), (3, 5)}]
    turns = [sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) for ring in rings]
    assert turns == [32, -8]


def test_the_archive_holds_every_parcel_and_is_the_same_each_time(tiled: Path, finished: pipeline.Run) -> None:
    data = (tiled / "parcels.pmtiles").read_bytes()
    head = Reader(MemorySource(data)).header()
    assert (head["tile_type"].name, head["tile_compression"].name, head["max_zoom"]) == ("MVT", "GZIP", 15)
    held = {place: content for place, content in all_tiles(MemorySource(data)) if place[0] == 15}
    ids = [str(name).encode() for name in finished.parcels["parcel_id"]]
    whole = b"".join(gzip.decompress(one) for one in held.values())
    assert all(name in whole for name in ids)
    before = {path.name: path.read_bytes() for path in tiled.iterdir()}
    pipeline.map_tiles(finished.folder)
    assert {path.name: path.read_bytes() for path in tiled.iterdir()} == before
    listed = {row["path"] for row in json.loads((finished.folder / "run.lock.json").read_text(encoding="utf-8"))["outputs"]}
    assert {"tiles/index.html", "tiles/parcels.pmtiles", "tiles/parcels.bin", "map.html"} <= listed


@pytest.mark.skipif(shutil.which("node") is None or not (FRONT / "node_modules" / "@mapbox").is_dir(), reason="node and the packages of the front end are not here")
def test_an_independent_reader_finds_the_areas(tmp_path: Path) -> None:
    """The vector-tile package of npm reads the deepest level; the areas of what it reads are those of the parcels."""
    random = np.random.default_rng(5)
    shapes = np.array([shapely.Polygon(shapely.get_coordinates(shapely.Point(120 + 0.002 * (i % 12), 30 + 0.002 * (i // 12)).buffer(0.0009))[: 12 + i % 21],
                                       ) for i in range(100)] + [shapely.box(119.9, 30.1, 120.2, 30.2).difference(shapely.box(120, 30.15, 120.01, 30.16))], dtype=object)
    sums: dict[int, float] = {}
    script = """import { VectorTile } from "@mapbox/vector-tile"; import { PbfReader } from "pbf"; import { readFileSync } from "node:fs"; import { gunzipSync } from "node:zlib";
const out = {}; for (const [x, y, text] of JSON.parse(readFileSync(0))) { const layer = new VectorTile(new PbfReader(gunzipSync(Buffer.from(text, "base64")))).layers.parcels;
for (let k = 0; k < layer.length; k++) { const f = layer.feature(k); let twice = 0; for (const ring of f.loadGeometry())
for (let i = 0; i + 1 < ring.length; i++) twice += ring[i].x * ring[i + 1].y - ring[i + 1].x * ring[i].y;
(out[f.id] ??= []).push([twice / 2 / layer.extent ** 2, f.properties.n]); } } console.log(JSON.stringify(out));"""


    numbers = Attribute("n", [float(v) for v in random.permutation(len(shapes))], np.arange(len(shapes)))
    made = [[x, y, base64.b64encode(data).decode()] for x, y, data in tiles(shapes, [numbers], 15, 16384, 0.0)]
    done = subprocess.run(["node", "--input-type=module", "-e", script], input=json.dumps(made), capture_output=True, text=True, cwd=FRONT, check=True)
    read = json.loads(done.stdout)
    mercator = gpd.GeoSeries(shapes, crs=4326).to_crs(3857).area.to_numpy() * (2**15 / 40075016.68557849) ** 2
    for i in range(len(shapes) - 1):
        assert all(n == numbers.values[i] for _, n in read[str(i)])
        sums[i] = read[str(i)][0][0]
        assert sums[i] == pytest.approx(mercator[i], rel=2e-3, abs=1e-5)
    large = sum(area for area, _ in read[str(len(shapes) - 1)])  # cut to its tiles, with a margin of 1/32 on each side
    assert mercator[-1] < large < mercator[-1] * (1 + 2 / 32) ** 2 * 1.01


@pytest.mark.chromium
@pytest.mark.parametrize("handler", [Quiet, Ranged])
def test_the_served_page_draws_the_parcels_and_a_click_gives_the_card(tiled: Path, finished: pipeline.Run, browser: Any, served: Callable[..., str], handler: type[Quiet]) -> None:
    address = served(tiled, handler)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    page.wait_for_function("() => window.spatialMap && spatialMap.drawnCount > 0")
    count = len(finished.parcels)
    becomes(page, "[spatialMap.parcelCount, spatialMap.drawnCount, spatialMap.state.shownCount.count]", [count, count, count])
    point = finished.parcels.geometry[finished.parcels["parcel_id"].eq("A")].representative_point().to_crs(4490).iloc[0]
    page.evaluate(f"void spatialMap.map.setView([{point.y}, {point.x}], 17, {{animate: false}})")
    becomes(page, f"spatialMap.app.painter.pick(L.latLng({point.y}, {point.x})) >= 0", True)  # its tile has come
    spot = page.evaluate(f"spatialMap.map.latLngToContainerPoint([{point.y}, {point.x}])")
    Hand(page).click(spot["x"], spot["y"])
    text = page.wait_for_selector(".card").inner_text()
    assert text.startswith("A") and "疑似闲置" in text and "2017-03-01" in text
    page.evaluate("spatialMap.state.open(-1); spatialMap.state.shown.carriers = false; spatialMap.state.tell('layers')")
    until(page, lambda: page.evaluate(f"(point) => {{ const c = document.querySelector('.spatial-canvas'), g = ({PIXELS})();" """
        const p = spatialMap.map.latLngToContainerPoint([point[1], point[0]]), m = spatialMap.map.getSize().multiplyBy(0.15).floor(), r = c.width / parseFloat(c.style.width);
        return g[4 * (Math.round((p.y + m.y) * r) * c.width + Math.round((p.x + m.x) * r)) + 3]; }""", [point.x, point.y]), lambda painted: painted > 200)
    ring = [[119, 29], [122, 29], [122, 32], [119, 32]]
    page.evaluate(f"spatialMap.state.select(spatialMap.within({json.dumps(ring)}))")
    assert int(page.get_attribute(".selection .sums", "data-count")) == count
    assert {url.split("?")[0].removeprefix(address) for url in asked if not url.endswith("favicon.ico")} == {"", "parcels.bin", "parcels.pmtiles"}
    assert not [line for line in said if "favicon" not in line and "404" not in line]
    context.close()


@pytest.mark.chromium
def test_without_a_server_the_page_says_what_it_needs(tiled: Path, browser: Any) -> None:
    page = browser.new_page()
    page.goto((tiled / "index.html").as_uri())
    assert "http.server" in page.wait_for_selector(".fatal").inner_text()
    page.close()


@pytest.mark.chromium
def test_hostile_names_in_tiles_run_nowhere(district: Any, browser: Any, served: Callable[..., str]) -> None:
    shapes = [shapely.box(520_000 + 120 * i, 3_340_000, 520_100 + 120 * i, 3_340_100) for i in range(len(HOSTILE))]
    district.layer("parcels.gpkg", {"parcel_id": [f"{i}{text}" for i, text in enumerate(HOSTILE)], "land_use": HOSTILE}, shapes)
    run = pipeline.run(district.write())
    folder = pipeline.map_tiles(run.folder)[0].parent
    page = browser.new_page()
    page.goto(served(folder, Ranged))
    page.wait_for_function("() => window.spatialMap && spatialMap.drawnCount > 0")
    page.evaluate("void spatialMap.map.fire('spatial:open', {parcel: 1})")
    assert page.text_content(".card-head strong") in set(run.parcels["parcel_id"])
    assert page.evaluate("window.ran") is None
    page.close()
