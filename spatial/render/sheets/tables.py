"""The table of statistics, on as many pages as its rows take."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial

from spatial.indicators.registry import BY_ID, names_of
from spatial.render.fonts import Font
from spatial.render.sheets import furniture
from spatial.render.sheets.canvas import Canvas
from spatial.render.sheets.frame import layout
from spatial.render.sheets.kinds import Kind
from spatial.render.sheets.pdf import Page
from spatial.render.sheets.plain import plain_page
from spatial.render.sheets.settings import Settings
from spatial.render.sheets.themes import Sources
from spatial.render.sheets.words import value_text
from spatial.units import label as unit_name
from spatial.units import mu, parse_unit

ROW = 6.4  # mm of a row of the table on A3


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
    box = (lay.outer[0] + 4 * lay.k, low, lay.outer[2] - 4 * lay.k, lay.head[1] - 3 * lay.k)
    for number in range(total):
        lines = []
        for i, row in enumerate(rows[number * per : (number + 1) * per]):
            cells = [_bare(value_text(sources, name, row.id, pick), _plain_unit(BY_ID[name].unit, pick)) for name in known]
            lines.append(([str(number * per + i + 1), names.get(row.id) or (("类型：", "type: ")[pick] if row.kind == "carrier_type" else "") + str(row.name or row.id),
                           f"{int(row.parcel_count):,}", f"{mu(float(row.area_m2)):,.1f}", *cells], row.kind != "carrier"))
        fill = partial(_grid, box=box, heads=heads, rows=lines, step=step, k=lay.k)
        pages.append(plain_page(title, number + 1, total, lay, sources, fonts, settings, fill))
    return pages


def _bare(text: str, unit: str) -> str:
    """A value without its unit, which the column's head has."""
    return text.removesuffix(f" {unit}").removesuffix(" ×").strip()


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
