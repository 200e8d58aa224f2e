"""The map against Folium's GeoJson: python -m tests.benchmarks.bench_map --parcels 100000.

The same parcels with the same eight attributes; a headless Chromium without a network and without a GPU opens each page. Times to the first full
picture run from navigation to the frame after every parcel was drawn; a zoom or pan has settled when the picture stands again. Folium's
libraries are put into its page from the packages of this project's own front end, since there is no network.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np

import spatial
from spatial.render.map_element import OfflineMap, asset
from tests.benchmarks.bench_allocation import fabric
from tests.browsers import CHROMIUM, CHROMIUM_QUIET

FRONT = Path(__file__).resolve().parents[2] / "frontend"


def layer(count: int) -> gpd.GeoDataFrame:
    """Parcels with a code, two classes, a date and four figures."""
    ground = fabric(count)
    random = np.random.default_rng(3)
    n = len(ground)
    return gpd.GeoDataFrame({
        "parcel_id": [f"330109{i // 5000 % 1000:03d}{i // 500 % 1000:03d}GB{i % 100000:05d}" for i in range(n)],
        "status": random.choice(["未供应", "已供已用", "在建", "疑似闲置"], n, p=[0.2, 0.6, 0.15, 0.05]),
        "land_use": random.choice(["1001 工业用地", "0701 城镇住宅用地", "1401 公园绿地", "0901 商业用地", "1207 城镇村道路用地"], n),
        "contract_date": [f"{2000 + d // 365:04d}-{1 + d % 12:02d}-{1 + d % 28:02d}" for d in random.integers(0, 8000, n)],
        "area_m2": np.round(random.gamma(2, 450, n), 2), "floor_area_ratio": np.round(random.gamma(2, 0.8, n), 2),
        "tax_per_mu": np.round(random.gamma(1.5, 12, n), 2), "output_per_mu": np.round(random.gamma(1.5, 300, n), 1),
    }, geometry=ground, crs="EPSG:4549").to_crs(4490)


def ours(parcels: gpd.GeoDataFrame, path: Path) -> float:
    began = time.perf_counter()
    page = OfflineMap(location=[31.6, 120.0], zoom_start=12, prefer_canvas=True)
    page.add_child(spatial.parcel_layer(parcels, colour="status", title="bench", panel=True))
    path.write_text(page.get_root().render(), encoding="utf-8")
    return time.perf_counter() - began


def usual(parcels: gpd.GeoDataFrame, path: Path) -> float:
    """Folium's GeoJson with prefer_canvas, a tooltip and a style by class; its libraries put inside afterwards."""
    colours = dict(zip(sorted(set(parcels["status"])), ("#4F90BF", "#E0A83E", "#5B9A68", "#C2571A"), strict=True))
    began = time.perf_counter()
    page = folium.Map(location=[31.6, 120.0], zoom_start=12, prefer_canvas=True, tiles=None)
    west, south, east, north = parcels.total_bounds
    folium.GeoJson(parcels, style_function=lambda row: {"fillColor": colours[row["properties"]["status"]], "color": "#333", "weight": 0.5, "fillOpacity": 0.9},
                   tooltip=folium.GeoJsonTooltip([c for c in parcels.columns if c != "geometry"])).add_to(page)
    page.fit_bounds([[south, west], [north, east]])
    page.save(str(path))
    seconds = time.perf_counter() - began
    text = re.sub(r'<(?:script|link)[^>]*(?:src|href)="https?:[^>]*>(?:</script>)?', "", path.read_text(encoding="utf-8"))
    leaflet = (FRONT / "node_modules" / "leaflet" / "dist" / "leaflet.js").read_text(encoding="utf-8")
    inside = f"<head><style>{asset('spatial-map.css')}</style><script>{leaflet}</script>"
    path.write_text(text.replace("<head>", inside, 1), encoding="utf-8")
    return seconds


SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0))))"


def opened(path: Path, count: int, own: bool, minutes: float = 20) -> dict[str, float]:
    """Seconds to the first full picture, of a zoom and of a pan, and the browser's memory."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        browser = playwright.chromium.launch_persistent_context(profile, executable_path=CHROMIUM, viewport={"width": 1280, "height": 800},
                                                                args=list(CHROMIUM_QUIET), offline=True)
        page = browser.new_page()
        page.set_default_timeout(minutes * 60_000)
        began = time.perf_counter()
        page.goto(path.as_uri(), wait_until="load", timeout=minutes * 60_000)
        if own:
            page.wait_for_function(f"() => window.spatialMap && spatialMap.drawnCount === {count}", polling=50)
        page.evaluate(SETTLED)
        first = time.perf_counter() - began
        name = "spatialMap.map" if own else page.evaluate("Object.keys(window).find(k => /^map_[0-9a-f]{32}$/.test(k))")
        times = {}
        for act, call in (("zoom", f"{name}.setZoom({name}.getZoom() + 2, {{animate: false}})"), ("pan", f"{name}.panBy([500, 300], {{animate: false}})"),
                          ("zoom out", f"{name}.setZoom({name}.getZoom() - 2, {{animate: false}})")):
            began = time.perf_counter()
            page.evaluate(f"() => {{ {call}; return ({SETTLED})(); }}")
            times[act] = time.perf_counter() - began
        memory = sum(resident(pid) for pid in family(browser, profile))
        browser.close()
    return {"first": first, **times, "memory_mb": memory / 1e6}


def family(browser: Any, profile: str) -> list[int]:
    """Processes of this browser, told by its profile folder, and their children."""
    parents, own = {}, set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command, status = (entry / "cmdline").read_bytes(), (entry / "stat").read_text()
        except OSError:
            continue
        parents[int(entry.name)] = int(status.rsplit(")", 1)[1].split()[1])
        if profile.encode() in command:
            own.add(int(entry.name))
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in own} - own
        own |= more
        grown = bool(more)
    return sorted(own)


def resident(pid: int) -> int:
    """Memory of a process that it shares with none, and its part of what it shares (PSS), in bytes."""
    try:
        return sum(int(line.split()[1]) * 1024 for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    except OSError:
        return 0


def main() -> int:
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--parcels", type=int, nargs="+", default=[100_000, 1_000_000])
    reading.add_argument("--folium", type=int, default=100_000, help="largest layer that Folium is asked to draw")
    given = reading.parse_args()
    if CHROMIUM is None:
        print("no Chromium on this machine")
        return 1
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for count in given.parcels:
            parcels = layer(count)
            for name, make in (("spatial", ours), ("folium", usual)):
                if name == "folium" and count > given.folium:
                    continue
                path = Path(folder) / f"{name}-{count}.html"
                built = make(parcels, path)
                rows.append({"map": name, "parcels": len(parcels), "build s": built, "MB": path.stat().st_size / 1e6, **opened(path, len(parcels), name == "spatial")})
                print(json.dumps({key: round(value, 3) if isinstance(value, float) else value for key, value in rows[-1].items()}, ensure_ascii=False), flush=True)
    pairs = [(own, other) for own in rows for other in rows if own["map"] == "spatial" and other["map"] == "folium" and own["parcels"] == other["parcels"]]
    for own, other in pairs:
        print(f"{own['parcels']:,} parcels, folium / spatial: " + ", ".join(f"{key} {other[key] / own[key]:.1f}" for key in ("MB", "build s", "first", "zoom", "pan")))
    print(f"cores {os.cpu_count()}, python {sys.version.split()[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
