"""The map as Folium elements: a Folium map whose libraries are inside the page, and a parcel layer for any Folium map.

branca compiles rendered text a second time as a template, so nothing from data goes through one: the layer renders
constant code and base64, and the page's own texts are put in after the last template has run.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import branca.element
import folium

ASSETS = Path(__file__).resolve().parent / "assets"
_MARKS = ("{{", "{%", "{#")
_BASE64 = re.compile(r"[A-Za-z0-9+/=]*")


def policy(hosts: Sequence[str] = (), *, served: bool = False) -> str:
    """What the page may do: its own script and style, pictures it holds, and pictures of the basemaps the study names; nothing is sent.

    A served page may also fetch from its own server.
    """
    own = "'self'" if served else "'none'"
    return ("default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src " + " ".join(("data:", "blob:", *hosts))
            + f"; font-src data:; connect-src {own}; object-src 'none'; base-uri 'none'; form-action 'none'")


def asset(name: str) -> str:
    """A built asset of the map; it is inert under templates, or the build would have failed."""
    text = (ASSETS / name).read_text(encoding="utf-8")
    if any(mark in text for mark in _MARKS):
        raise ValueError(f"{name} holds template marks")
    return text


class ParcelLayer(branca.element.Element):
    """Parcels (and zones) of a run on a Folium map, drawn on one canvas and picked exactly.

    Parameters
    ----------
    data : the two texts that `map_codec.packed` gives: base64 only
    panel : show the panels and tools of the full map, or the parcels alone
    legend : without panels, the classes of the colours in a corner of the map
    """

    def __init__(self, data: Mapping[str, str], *, panel: bool = False, legend: bool = False):
        super().__init__()
        self._name = "ParcelLayer"
        if set(data) != {"head", "body"} or not all(_BASE64.fullmatch(text) for text in data.values()):
            raise ValueError("a packed layer holds base64 values only")
        self.data = dict(data)
        self.panel = panel
        self.legend = legend and not panel

    def blocks(self) -> str:
        """The layer's data as inert blocks of the page."""
        return "".join(f'<script type="application/octet-stream" id="{self.get_name()}_{key}">{text}</script>\n' for key, text in self.data.items())

    def render(self, **kwargs: Any) -> str:
        figure: Any = self.get_root()
        parent: Any = self._parent
        if not isinstance(figure, OfflineFigure):  # an OfflineFigure has the client, and puts the data in itself
            # the client has Leaflet in it and takes its place among Folium's scripts, so that the map draws without a network, and plug-ins find it
            figure.header.add_child(branca.element.Element(f"<style>{asset('spatial-map.css')}</style>"), name="leaflet_css")
            figure.header.add_child(branca.element.Element(f"<script>{asset('spatial-map.js')}</script>"), name="leaflet")
            figure.html.add_child(branca.element.Element(self.blocks()), name=f"{self.get_name()}_data")
        call = f'spatial.mount({parent.get_name()}, "{self.get_name()}", {"true" if self.panel else "false"}{", true" if self.legend else ""});'
        figure.script.add_child(branca.element.Element(call), name=self.get_name())
        return ""


class OfflineFigure(branca.element.Figure):
    """A page that asks for nothing: the client's script and style stand in it, and a policy forbids the rest."""

    def __init__(self, *, title: str = "", lead: str = "", hosts: Sequence[str] = (), served: bool = False, language: str = "zh", **options: Any):
        super().__init__(**options)
        self.served = served
        self.lead = lead
        self.page_title = title
        self.hosts = hosts
        self.language = language

    def render(self, **kwargs: Any) -> str:
        text: str = super().render(**kwargs)
        head = (f'<meta http-equiv="Content-Security-Policy" content="{policy(self.hosts, served=self.served)}">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
                f"<title>{plain(self.page_title)}</title>\n<style>{asset('spatial-map.css')}</style>\n<script>{asset('spatial-map.js')}</script>\n")
        text = text.replace("<html>", f'<html lang="{"zh-CN" if self.language == "zh" else "en"}">', 1).replace("<head>", f"<head>\n{head}", 1)
        data = "".join(element.blocks() for element in _all(self) if isinstance(element, ParcelLayer))
        return text.replace("<body>", f"<body>\n{self.lead}{data}", 1)


class OfflineMap(folium.Map):
    """A Folium map that draws without a network; other Folium elements can be added to it.

    Elements that load files of their own from elsewhere are stopped by the page's policy; `remote_files` names them.
    """

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []

    def __init__(self, *, title: str = "", lead: str = "", hosts: Sequence[str] = (), served: bool = False, language: str = "zh", **options: Any):
        super().__init__(**{"tiles": None, "control_scale": False, **options})
        OfflineFigure(title=title, lead=lead, hosts=hosts, served=served, language=language).add_child(self)

    def remote_files(self) -> list[str]:
        """Addresses that elements added to this map would load."""
        wanted = []
        for element in _all(self):
            for kind in ("default_js", "default_css"):
                wanted += [str(address) for _, address in getattr(element, kind, [])]
        return sorted(set(wanted))


def _all(element: Any) -> list[Any]:
    return [element, *itertools.chain.from_iterable(_all(child) for child in element._children.values())]


def plain(text: str) -> str:
    """Text as HTML text: markup and template marks lose their meaning."""
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;"), ("{", "&#123;"), ("}", "&#125;"), ("`", "&#96;"), ("$", "&#36;"), ("\\", "&#92;")):
        text = text.replace(mark, entity)
    return text


def steady(element: Any, names: Any = None) -> None:
    """Names instead of random ids, so that equal maps are equal pages."""
    counter = names or itertools.count(1)
    element._id = f"{next(counter):032x}"
    for child in list(element._children.values()):
        steady(child, counter)
