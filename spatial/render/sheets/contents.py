"""The index of an atlas: carriers with the numbers of their sheets, and the list of sheets, on as many pages as it takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np

from spatial.render.fonts import Font
from spatial.render.sheets import furniture
from spatial.render.sheets.canvas import MM, Canvas
from spatial.render.sheets.frame import Box, Layout, layout, view
from spatial.render.sheets.inset import inset
from spatial.render.sheets.labels import place_labels
from spatial.render.sheets.page import QUIET, Panel, bounds_of, carrier_labels
from spatial.render.sheets.pdf import Page
from spatial.render.sheets.plain import finished, plain_page
from spatial.render.sheets.settings import Settings
from spatial.render.sheets.themes import STUDY_AREA, Sources
from spatial.render.sheets.words import LAYERS, texts_of

LEAST, USUAL = 3.45, 5.4  # mm of a line: no less on any paper, and on A3


def draw_index(title: str, entries: Sequence[tuple[int, str, str, int]], sources: Sources, fonts: tuple[Font, ...], settings: Settings, total: int) -> list[Page]:
    """The first pages of an atlas: carriers with their page numbers, and the list of sheets (number, carrier id, name, scale)."""
    pick = 0 if sources.result.language == "zh" else 1
    lay = layout(settings.size, settings.orientation)
    seen, _ = view(lay.map, bounds_of(sources, STUDY_AREA), sources.parcels.crs)
    page, panel = Canvas(lay.width, lay.height, fonts), Panel.of(lay)
    where = (seen.left, seen.bottom), (seen.box[0], seen.box[1]), seen.scale
    with page.layer(LAYERS["parcels"][pick]), page.clipped(lay.map):
        page.paths(sources.outlines(np.arange(len(sources.shapes)), seen), fill=QUIET, line="#DDDFE2", width=0.03)
    if settings.coordinates:
        with page.layer(LAYERS["grid"][pick]):
            furniture.grid_lines(page, lay, seen)
    with page.layer(LAYERS["carriers"][pick]), page.clipped(lay.map):
        page.areas(sources.carrier_shapes, *where, fill="#C9DAEA", line=furniture.DARK, width=0.35 * lay.k)
    with page.layer(LAYERS["names"][pick]), page.clipped(lay.map):
        place_labels(page, carrier_labels(sources, STUDY_AREA, seen, ground=lay.map, numbers={key: number for number, key, _, _ in entries}), lay.map, 8.6 * lay.k)
    with page.layer(LAYERS["furniture"][pick]):
        texts = texts_of(title, STUDY_AREA, None, sources, settings, seen, (1, total))
        furniture.frame(page, lay, seen, coordinates=settings.coordinates, pick=pick)
        furniture.head(page, lay, texts)
        furniture.foot(page, lay, texts)
        inset(page, panel.inset, sources, STUDY_AREA, seen, lay.k, settings.coordinates, pick)
        furniture.north(page, panel.north, seen.convergence(), settings.wind_rose, lay.k, pick)
        furniture.scale_bar(page, panel.scale, seen.scale, lay.k, pick)
        room = _first_room(lay)
        _contents(page, room, entries[: _fits(room, lay.k)], lay.k, pick)
    pages, rest, per = [finished(page, title)], entries[_fits(room, lay.k):], _fits(_whole(lay), lay.k, _columns(lay))
    for start in range(0, len(rest), per):
        fill = partial(_contents, box=_whole(lay), entries=rest[start : start + per], k=lay.k, pick=pick, columns=_columns(lay))
        pages.append(plain_page(title, len(pages) + 1, total, lay, sources, fonts, settings, fill))
    return pages


def index_pages(count: int, settings: Settings) -> int:
    """How many pages the index of `count` sheets takes."""
    lay = layout(settings.size, settings.orientation)
    rest = count - _fits(_first_room(lay), lay.k)
    return 1 + max(0, math.ceil(rest / _fits(_whole(lay), lay.k, _columns(lay))))


def _first_room(lay: Layout) -> Box:
    """Where the list stands on the page with the map: below the scale on a landscape sheet, in the legend's place on a portrait one."""
    panel = Panel.of(lay)
    return (panel.notes[0], panel.notes[1], panel.legend[2], panel.legend[3]) if lay.landscape else panel.legend


def _whole(lay: Layout) -> Box:
    return (lay.outer[0] + 6 * lay.k, lay.foot[3] + 4 * lay.k, lay.outer[2] - 6 * lay.k, lay.head[1] - 6 * lay.k)


def _columns(lay: Layout) -> int:
    return 4 if lay.landscape else 2


def _fits(box: Box, k: float, columns: int = 2) -> int:
    """The most entries that a box holds."""
    return columns * int((box[3] - box[1] - 14 * k) / LEAST) if columns == 2 else columns * int((box[3] - box[1] - 14 * k) / (USUAL * k))


def _contents(page: Canvas, box: Box, entries: Sequence[tuple[int, str, str, int]], k: float, pick: int, columns: int = 2) -> None:
    x0, y0, x1, y1 = box
    furniture.heading(page, x0, y1, ("图 幅 目 录", "Sheets")[pick], k)
    high = y1 - y0 - 14 * k
    if columns == 2 and len(entries) * 3.4 * k <= high:
        columns = 1
    per = math.ceil(len(entries) / columns)
    step = max(min(USUAL * k, high / max(per, 1)), LEAST)
    size = min(7.4 * k, step * MM * 0.62)
    wide = (x1 - x0) / columns
    for c in range(columns):
        left, right = x0 + c * wide, x0 + (c + 1) * wide - ((3 if columns == 2 else 9) * k if c < columns - 1 else 0)
        for i, (number, _, name, scale) in enumerate(entries[c * per : (c + 1) * per]):
            y = y1 - 12 * k - i * step
            told = f"1:{scale:,}".replace(",", " ")
            page.text(left + 5 * k, y, str(number), size, align="right", bold=True)
            _entry(page, name, left + 7 * k, y, right - left - 9 * k - page.width_of(told, size), size, step)
            page.text(right, y, told, size, align="right", colour=furniture.DIM)


def _entry(page: Canvas, name: str, x: float, y: float, room: float, size: float, step: float) -> None:
    """A name in its line of the list; one that is too long stands in two lines of smaller type where there is room, else it is shortened."""
    small = max(6.0, size * 0.82)
    lines = page.wrapped(name, small, room)
    if page.width_of(name, size) > room and len(lines) == 2 and step >= 2.1 * small / MM:
        page.text(x, y + small / MM * 0.55, lines[0], small)
        page.text(x, y - small / MM * 0.55, lines[1], small)
    else:
        page.text(x, y, page.fitted(name, size, room), size)
