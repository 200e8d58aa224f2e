"""Pages without a theme of parcels: their frame, head and foot, and what goes into the file."""

from __future__ import annotations

from collections.abc import Callable

from spatial.render.fonts import Font
from spatial.render.sheets import furniture
from spatial.render.sheets.canvas import Canvas
from spatial.render.sheets.frame import Layout
from spatial.render.sheets.pdf import Page
from spatial.render.sheets.settings import Settings
from spatial.render.sheets.themes import STUDY_AREA, Sources
from spatial.render.sheets.words import LAYERS, texts_of


def plain_page(title: str, number: int, total: int, lay: Layout, sources: Sources, fonts: tuple[Font, ...], settings: Settings, fill: Callable[[Canvas], None]) -> Page:
    """A page of frame, head and foot without a map; `fill` writes what stands between."""
    pick = 0 if sources.result.language == "zh" else 1
    page = Canvas(lay.width, lay.height, fonts)
    with page.layer(LAYERS["furniture"][pick]):
        texts = texts_of(title, STUDY_AREA, None, sources, settings, None, (number, total))
        furniture.frame(page, lay, None, coordinates=False, pick=pick)
        furniture.head(page, lay, texts)
        furniture.foot(page, lay, texts)
        fill(page)
    return finished(page, title)


def finished(page: Canvas, title: str) -> Page:
    """A page without a map of its own, as it goes into the file."""
    return Page(page.width, page.height, page.stream(), {n: frozenset(chars) for n, chars in page.used.items()}, tuple(page.layers), title, None, frozenset(page.missing), tuple(page.texts))
