"""map.html: the whole run in one page that opens by double click and asks for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spatial.errors import Finding, Several, found
from spatial.render.map_basemaps import absent, hosts
from spatial.render.map_codec import packed
from spatial.render.map_element import OfflineMap, ParcelLayer, plain, steady
from spatial.render.map_payload import carrier_names, payload
from spatial.render.raster_overlay import overlays
from spatial.schema.result import Result


def write_map(result: Result, path: Path) -> list[Finding]:
    """Write the map of a run; returns what it could not carry."""
    page, findings = build_map(result)
    steady(page.get_root())
    path.write_text(page.get_root().render(), encoding="utf-8", newline="\n")
    return findings


def build_map(result: Result) -> tuple[OfflineMap, list[Finding]]:
    """The map of a run as a Folium map, to add to before it is saved."""
    pick = 0 if result.language == "zh" else 1
    head, body = payload(result, pick)
    return page_of(result, packed(head, body), head, pick)


def page_of(result: Result, data: Mapping[str, str], head: Mapping[str, Any], pick: int, *, served: bool = False) -> tuple[OfflineMap, list[Finding]]:
    """The page around a packed payload; a served one may fetch its data from beside itself."""
    page = OfflineMap(title=result.study.name, lead=_lead(result, pick), hosts=hosts(result.study), served=served, language=result.language,
                      location=[head["origin"][1], head["origin"][0]], zoom_start=12, zoom_control=False, max_zoom=20, prefer_canvas=True, attr="")
    page.add_child(ParcelLayer(data, panel=True))
    if (extra := overlays(result, pick)) is not None:
        page.add_child(extra)
    findings = [found("map.basemap_absent", role="study", field="map.basemaps", value_seen=path) for path in absent(result.study)]
    remote = page.remote_files()
    if remote:
        findings.append(found("map.remote_files", value_seen=Several(remote), count=len(remote)))
    return page, findings


def _lead(result: Result, pick: int) -> str:
    """What a reader without scripts gets: the title, the carriers by name, and why there is no map."""
    names = "".join(f"<li>{plain(name)}</li>" for name in carrier_names(result.carriers))
    why = ("此地图需要浏览器启用脚本。请用较新的 Chrome、Edge 或 Firefox 打开。", "This map needs scripts. Open it in a recent Chrome, Edge or Firefox.")[pick]
    return f"<noscript><h1>{plain(result.study.name)}</h1><p>{why}</p><ul>{names}</ul></noscript>\n<ul hidden>{names}</ul>\n"
