"""Sheets without a theme of parcels: the index of an atlas, and the table of statistics."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from spatial.indicators.registry import BY_ID, names_of
from spatial.render.fonts import Font
from spatial.render.sheets import furniture
from spatial.render.sheets.canvas import MM, Canvas
from spatial.render.sheets.frame import layout, view
from spatial.render.sheets.inset import inset
from spatial.render.sheets.kinds import Kind
from spatial.render.sheets.labels import place_labels
from spatial.render.sheets.page import QUIET, Panel, bounds_of, carrier_labels
from spatial.render.sheets.pdf import Page
from spatial.render.sheets.settings import Settings
from spatial.render.sheets.themes import STUDY_AREA, Sources
from spatial.render.sheets.words import LAYERS, texts_of, value_text
from spatial.units import label as unit_name
from spatial.units import mu, parse_unit

ROW = 6.4  # mm of a row of the table on A3


def draw_index(title: str, entries: Sequence[tuple[int, str, str, int]], sources: Sources, fonts: tuple[Font, ...], settings: Settings, total: int) -> Page:
    """The first page of an atlas: carriers with their page numbers, and the list of pages (number, carrier id, name, scale)."""
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
        room = (panel.notes[0], panel.notes[1], panel.legend[2], panel.legend[3]) if lay.landscape else panel.legend
        _contents(page, room, entries, lay.k, pick)
    return _page(page, title)


def _contents(page: Canvas, box: tuple[float, float, float, float], entries: Sequence[tuple[int, str, str, int]], k: float, pick: int) -> None:
    x0, y0, x1, y1 = box
    furniture.heading(page, x0, y1, ("图 幅 目 录", "Sheets")[pick], k)
    high = y1 - y0 - 14 * k
    columns = 1 if len(entries) * 3.4 * k <= high else 2
    per = math.ceil(len(entries) / columns)
    step = max(min(5.4 * k, high / max(per, 1)), 2.9)
    fits = int(high / step)
    size = min(7.4 * k, step * MM * 0.62)
    wide = (x1 - x0) / columns
    for c in range(columns):
        left, right = x0 + c * wide, x0 + (c + 1) * wide - (3 * k if columns > 1 and c == 0 else 0)
        for i, (number, _, name, scale) in enumerate(entries[c * per : (c + 1) * per][:fits]):
            y = y1 - 12 * k - i * step
            told = f"1:{scale:,}".replace(",", " ")
            page.text(left + 5 * k, y, str(number), size, align="right", bold=True)
            page.text(left + 7 * k, y, page.fitted(name, size, right - left - 9 * k - page.width_of(told, size)), size)
            page.text(right, y, told, size, align="right", colour=furniture.DIM)
    if per > fits:
        page.text(x0, y0, ("其余图幅见书签", "further sheets: see the bookmarks")[pick], 6.4 * k, colour=furniture.DIM)


def draw_tables(kind: Kind, title: str, sources: Sources, fonts: tuple[Font, ...], settings: Settings) -> list[Page]:
    """The statistics table, on as many pages as its rows take; the figures are those of results.json."""
    pick = 0 if sources.result.language == "zh" else 1
    lay = layout(settings.size, settings.orientation)
    zones = sources.result.zones
    known = [i for i in kind.said.get("columns", ()) if i in BY_ID]
    known = known[: 10 if lay.landscape else 6]
    kinds = {"carrier": 0, "carrier_type": 1, "outside": 2, "study_area": 3}
    rows = sorted((row for row in zones.itertuples(index=False) if row.kind in kinds), key=lambda row: kinds[row.kind])
    names: Mapping[str, str] = {"study_area": ("全区合计", "study area")[pick], "outside": ("载体以外", "outside carriers")[pick]}
    heads = [("序号", "no.")[pick], ("名称", "name")[pick], ("宗数", "parcels")[pick], ("面积(亩)", "area (mu)")[pick], *(f"{names_of(pick)[i]}{_unit(BY_ID[i].unit, pick)}" for i in known)]
    step = ROW * lay.k
    top, low = lay.head[1] - 20 * lay.k, lay.foot[3] + 4 * lay.k
    per = max(int((top - low) / step), 1)
    total = math.ceil(len(rows) / per)
    pages = []
    for number in range(total):
        page = Canvas(lay.width, lay.height, fonts)
        with page.layer(LAYERS["furniture"][pick]):
            texts = texts_of(title, STUDY_AREA, None, sources, settings, None, (number + 1, total))
            furniture.frame(page, lay, None, coordinates=False, pick=pick)
            furniture.head(page, lay, texts)
            furniture.foot(page, lay, texts)
            lines = []
            for i, row in enumerate(rows[number * per : (number + 1) * per]):
                cells = [value_text(sources, name, row.id, pick).removesuffix(f" {_plain_unit(BY_ID[name].unit, pick)}").strip() for name in known]
                lines.append(([str(number * per + i + 1), names.get(row.id) or (("类型：", "type: ")[pick] if row.kind == "carrier_type" else "") + str(row.name or row.id),
                               f"{int(row.parcel_count):,}", f"{mu(float(row.area_m2)):,.1f}", *cells], row.kind != "carrier"))
            _grid(page, (lay.outer[0] + 4 * lay.k, low, lay.outer[2] - 4 * lay.k, lay.head[1] - 3 * lay.k), heads, lines, step, lay.k)
        pages.append(_page(page, title))
    return pages


def _plain_unit(unit: str, pick: int) -> str:
    known = parse_unit(unit)
    return unit_name(known, ("zh", "en")[pick]) if known else unit


def _unit(unit: str, pick: int) -> str:
    return "" if unit == "ratio" else f"({_plain_unit(unit, pick)})"


def _grid(page: Canvas, box: tuple[float, float, float, float], heads: Sequence[str], rows: Sequence[tuple[list[str], bool]], step: float, k: float) -> None:
    """A ruled table: the second column is wide and left-aligned, numbers stand at the right."""
    x0, _, x1, y1 = box
    shares = [0.45, 2.6, 0.7, 1.0, *([1.0] * (len(heads) - 4))]
    unit = (x1 - x0) / sum(shares)
    edges = [x0 + unit * sum(shares[:i]) for i in range(len(shares) + 1)]
    tall, size = 15 * k, 7.4 * k
    page.box(x0, y1 - tall, x1 - x0, tall, fill="#E8EDF3")
    for i, name in enumerate(heads):
        parts = page.wrapped(name, 7 * k, edges[i + 1] - edges[i] - 2 * k)[:4]
        for j, part in enumerate(parts):
            page.text((edges[i] + edges[i + 1]) / 2, y1 - tall / 2 + (len(parts) / 2 - j - 0.75) * 3.4 * k, part, 7 * k, align="center", bold=True)
    for r, (cells, strong) in enumerate(rows):
        y = y1 - tall - (r + 1) * step
        if strong:
            page.box(x0, y, x1 - x0, step, fill="#F5F6F8")
        for i, cell in enumerate(cells):
            shown = page.fitted(cell, size, edges[i + 1] - edges[i] - 2 * k)
            page.text(edges[i] + 1.2 * k if i == 1 else edges[i + 1] - 1.2 * k, y + step * 0.33, shown, size, align="left" if i == 1 else "right", bold=strong)
    bottom = y1 - tall - len(rows) * step
    page.lines([[(x0, y), (x1, y)] for y in [y1, *(y1 - tall - r * step for r in range(len(rows) + 1))]], line="#8A94A0", width=0.12)
    page.lines([[(x, y1), (x, bottom)] for x in edges], line="#8A94A0", width=0.12)
    page.box(x0, bottom, x1 - x0, y1 - bottom, line=furniture.INK, width=0.4)


def _page(page: Canvas, title: str) -> Page:
    return Page(page.width, page.height, page.stream(), {n: frozenset(chars) for n, chars in page.used.items()}, tuple(page.layers), title, None, frozenset(page.missing), tuple(page.texts))
