"""The map as Folium elements: a Folium map whose libraries are inside the page, and a parcel layer for any Folium map.

branca compiles rendered text a second time as a template, so nothing from data goes through one: the layer renders
constant code and base64, and the page's own texts are put in after the last template has run.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import branca.element
import folium

ASSETS = Path(__file__).resolve().parent / "assets"
_MARKS = ("{{", "{%", "{#")
POLICY = ("default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; connect-src 'none'; "
          "object-src 'none'; base-uri 'none'; form-action 'none'")


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
    packed : the JSON that `map_payload.packed` gives: base64 values only
    inline : put the client into the page beside the layer; an OfflineMap has it already
    """

    def __init__(self, packed: str, *, inline: bool = True):
        super().__init__()
        self._name = "ParcelLayer"
        if not re.fullmatch(r'\{"meta":"[A-Za-z0-9+/=]*","parcels":"[A-Za-z0-9+/=]*","carriers":"[A-Za-z0-9+/=]*","panel":(?:true|false)\}', packed):
            raise ValueError("a packed layer holds base64 values only")
        self.packed = packed
        self.inline = inline

    def render(self, **kwargs: Any) -> str:
        figure: Any = self.get_root()
        parent: Any = self._parent
        name = parent.get_name()
        if self.inline and not isinstance(figure, OfflineFigure):
            figure.header.add_child(branca.element.Element(f"<style>{asset('spatial-map.css')}</style>"), name="spatial_css")
            figure.script.add_child(branca.element.Element(asset("spatial-map.js")), name="spatial_js")
        figure.script.add_child(branca.element.Element(f"spatial.mount({name}, {self.packed});"), name=self.get_name())
        return ""


class OfflineFigure(branca.element.Figure):
    """A page that asks for nothing: the client's script and style stand in it, and a policy forbids the rest."""

    def __init__(self, *, title: str = "", lead: str = "", **options: Any):
        super().__init__(**options)
        self.lead = lead
        self.page_title = title

    def render(self, **kwargs: Any) -> str:
        text: str = super().render(**kwargs)
        head = (f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n<title>{_plain(self.page_title)}</title>\n'
                f"<style>{asset('spatial-map.css')}</style>\n<script>{asset('spatial-map.js')}</script>\n")
        text = text.replace("<head>", f"<head>\n{head}", 1)
        return text.replace("<body>", f"<body>\n{self.lead}", 1)


class OfflineMap(folium.Map):
    """A Folium map that draws without a network; other Folium elements can be added to it.

    Elements that load files of their own from elsewhere are stopped by the page's policy; `remote_files` names them.
    """

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []

    def __init__(self, *, title: str = "", lead: str = "", **options: Any):
        super().__init__(**{"tiles": None, "control_scale": False, **options})
        OfflineFigure(title=title, lead=lead).add_child(self)

    def remote_files(self) -> list[str]:
        """Addresses that elements added to this map would load."""
        wanted = []
        for element in _all(self):
            for kind in ("default_js", "default_css"):
                wanted += [str(address) for _, address in getattr(element, kind, [])]
        return sorted(set(wanted))


def _all(element: Any) -> list[Any]:
    return [element, *itertools.chain.from_iterable(_all(child) for child in element._children.values())]


def _plain(text: str) -> str:
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
