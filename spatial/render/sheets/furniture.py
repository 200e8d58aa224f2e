"""What stands around a map: frame and grid, title, legend with numbers, scale, north, inset, figures, notes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from spatial.render.sheets.canvas import MM, Canvas
from spatial.render.sheets.frame import Box, Layout, View, bar_length
from spatial.render.sheets.themes import Legend
from spatial.scorecard.formatting import adding_up
from spatial.units import mu

INK, DIM, RULE, DARK = "#111111", "#4A5560", "#9AA4AF", "#1B2A41"


@dataclass(frozen=True)
class Texts:
    """The words of one sheet, in its language."""

    title: str
    study: str
    dates: str
    stamp: str
    legend_head: tuple[str, str, str, str]
    legend_note: list[str]
    notes: list[str]
    foot: list[str]
    page: str
    pick: int
    zone: str


def frame(page: Canvas, lay: Layout, view: View | None, *, coordinates: bool, pick: int) -> None:
    """The double neat line with the grid's coordinates between its lines, and the corners' coordinates."""
    page.box(*_sized(lay.outer), line=INK, width=0.5 * lay.k)
    if view is None:
        return
    page.box(*_sized(lay.neat), line=INK, width=0.6 * lay.k)
    page.box(*_sized(lay.map), line=INK, width=0.15 * lay.k)
    if not coordinates:
        return
    step, (west, south, east, north) = view.grid(), view.ground
    size, gap = 6.0 * max(lay.k, 1), lay.neat[3] - lay.map[3]
    top, low = lay.map[3] + gap * 0.28, lay.neat[1] + gap * 0.28
    names = [f"X {south:.0f}  Y {west:.0f}", f"X {north:.0f}  Y {east:.0f}"]  # X north, Y east, as surveyors here write
    width = max(page.width_of(name, size) for name in names) + 2
    corners = ((lay.map[0], low, south, west, "left"), (lay.map[2], low, south, east, "right"), (lay.map[0], top, north, west, "left"), (lay.map[2], top, north, east, "right"))
    for x, y, northing, easting, align in corners:
        page.text(x, y, f"X {northing:.0f}  Y {easting:.0f}", size, align=align, colour=DIM)
    for metres in range(math.ceil(west / step) * step, int(east) + 1, step):
        x = view.place(metres, 0)[0]
        page.lines([[(x, lay.map[1]), (x, lay.map[1] - gap * 0.25)], [(x, lay.map[3]), (x, lay.map[3] + gap * 0.25)]], line=INK, width=0.12)
        if lay.map[0] + width < x - 6 and x + 6 < lay.map[2] - width:
            for y in (top, low):
                page.text(x + 0.6, y, f"{metres}", size, align="center", colour=DIM)
    for metres in range(math.ceil(south / step) * step, int(north) + 1, step):
        y = view.place(0, metres)[1]
        page.lines([[(lay.map[0], y), (lay.map[0] - gap * 0.25, y)], [(lay.map[2], y), (lay.map[2] + gap * 0.25, y)]], line=INK, width=0.12)
        if lay.map[1] + 8 < y < lay.map[3] - 8:
            page.text(lay.neat[0] + gap * 0.72, y, f"{metres}", size, align="center", colour=DIM, turn=90)
            page.text(lay.map[2] + gap * 0.72, y, f"{metres}", size, align="center", colour=DIM, turn=90)


def grid_lines(page: Canvas, lay: Layout, view: View) -> None:
    """Grid lines at their true coordinates."""
    step, (west, south, east, north) = view.grid(), view.ground
    lines = [[(view.place(m, 0)[0], lay.map[1]), (view.place(m, 0)[0], lay.map[3])] for m in range(math.ceil(west / step) * step, int(east) + 1, step)]
    lines += [[(lay.map[0], view.place(0, m)[1]), (lay.map[2], view.place(0, m)[1])] for m in range(math.ceil(south / step) * step, int(north) + 1, step)]
    page.lines(lines, line="#8FB0C6", width=0.06)


def head(page: Canvas, lay: Layout, texts: Texts) -> None:
    """Title in the middle, with the line under it; the class of secrecy at the right."""
    x0, y0, x1, y1 = lay.head
    room, size = x1 - x0 - 70 * lay.k, 21.0 * lay.k
    spread = 0.8 * lay.k
    while size > 11 * lay.k and page.width_of(texts.title, size) + spread * len(texts.title) > room:
        size *= 0.94
        spread *= 0.8
    lines = page.wrapped(texts.title, size, room) if page.width_of(texts.title, size) > room else [texts.title]
    if len(lines) > 2:
        lines = [lines[0], page.fitted("".join(lines[1:]), size, room)]
    middle = (x0 + x1) / 2
    for i, line in enumerate(lines):
        y, points, apart = (9.2, size, spread) if len(lines) == 1 else (12.6 - i * 6, min(size, 14 * lay.k), 0.0)
        page.text(middle, y0 + y * lay.k, line, points, align="center", bold=True, spread=apart)
    size = 8.5 * lay.k
    name = page.fitted(texts.study, size, x1 - x0 - 20 - page.width_of(texts.dates, size))  # a long name gives way, the dates never
    page.text(middle, y0 + 2.6 * lay.k, f"{name}{texts.dates}".strip(), size, align="center", colour=DIM)
    wide = page.width_of(texts.stamp, 8.5 * lay.k) + 4 * lay.k
    page.box(x1 - wide - 3 * lay.k, y0 + 8 * lay.k, wide, 6 * lay.k, line="#A61B1B", width=0.25)
    page.text(x1 - wide / 2 - 3 * lay.k, y0 + 9.9 * lay.k, texts.stamp, 8.5 * lay.k, align="center", colour="#A61B1B", bold=True)


def foot(page: Canvas, lay: Layout, texts: Texts) -> None:
    """Reference system, dates, compiler and 审图号 under the map."""
    x0, y0, x1, y1 = lay.foot
    page.lines([[(x0, y1), (x1, y1)]], line=INK, width=0.2)
    wide = page.width_of(texts.page, 7.5 * lay.k) + 3 * lay.k
    page.text(x1 - 2 * lay.k, y0 + 3.6 * lay.k, texts.page, 7.5 * lay.k, align="right", colour=INK)
    size = 7.2 * lay.k
    lines = [part for line in texts.foot for part in page.wrapped(line, size, x1 - x0 - wide - 4 * lay.k)]
    step = min(4.2 * lay.k, (y1 - y0 - 1.6 * lay.k) / max(len(lines), 1))
    for i, line in enumerate(lines):
        page.text(x0 + 2.5 * lay.k, y1 - (i + 1) * step, line, size, colour=INK)


def scale_bar(page: Canvas, box: Box, scale: int, k: float, pick: int) -> None:
    """Numeric scale and a bar of four lengths, true on the paper."""
    length = bar_length(scale, (box[2] - box[0]) * 0.74)
    x, y, unit = box[0] + (box[2] - box[0] - length * 1000 / scale) / 2, box[1] + 5.2 * k, length * 1000 / scale / 4
    page.text((box[0] + box[2]) / 2, box[3] - 4.6 * k, f"{('比例尺', 'Scale')[pick]} 1:{scale:,}".replace(",", " "), 9.5 * k, align="center", bold=True)
    for i in range(4):
        page.box(x + i * unit, y, unit, 1.5 * k, fill=INK if i % 2 == 0 else "#FFFFFF", line=INK, width=0.15)
    long = length >= 2000
    for i in (0, 2, 4):
        metres = length * i / 4
        name = f"{metres / 1000:g}" if long else f"{metres:g}"
        page.text(x + i * unit, y - 3.2 * k, name + (f" {('千米', 'km')[pick]}" if long else f" {('米', 'm')[pick]}") * (i == 4), 6.8 * k, align="center")


def north(page: Canvas, box: Box, convergence: float, rose: Sequence[float], k: float, pick: int) -> None:
    """An arrow to true north; grid north is up the sheet. A wind rose only where one was given."""
    x, y, r = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2 - 1.2 * k, min(box[2] - box[0], box[3] - box[1]) * 0.31
    a = math.radians(convergence)

    def at(right: float, up: float) -> tuple[float, float]:
        return x + right * math.cos(a) - up * math.sin(a), y + right * math.sin(a) + up * math.cos(a)

    if rose:
        most = max(rose) or 1
        tips = [(x + r * 1.15 * v / most * math.sin(2 * math.pi * i / len(rose) - a), y + r * 1.15 * v / most * math.cos(2 * math.pi * i / len(rose) - a)) for i, v in enumerate(rose)]
        page.polygon(tips, fill="#DCE6EF", line="#2F6DB5", width=0.2)
    page.polygon([at(0, r), at(-r * 0.36, -r * 0.75), at(0, -r * 0.4)], fill=INK, line=INK, width=0.15)
    page.polygon([at(0, r), at(r * 0.36, -r * 0.75), at(0, -r * 0.4)], fill="#FFFFFF", line=INK, width=0.15)
    top = at(0, r + 1.2 * k)
    page.text(top[0], top[1], ("北", "N")[pick], 8.5 * k, align="center", bold=True)


def legend(page: Canvas, box: Box, rows: Sequence[Legend], texts: Texts, k: float, *, lines: bool) -> float:
    """Classes present with number, ground in mu and share, rounded by largest remainders; the total below. Rows shrink to the room there is; returns where it ends."""
    x0, y0, x1, y1 = box
    heading(page, x0, y1, ("图  例", "Legend")[texts.pick], k)
    total_count, total_area = sum(row.count for row in rows), math.fsum(row.area_m2 for row in rows)
    grounds = adding_up([mu(row.area_m2) for row in rows], mu(total_area), 1)  # what is printed adds up to the total below
    shares = adding_up([row.area_m2 / total_area * 100 for row in rows], 100.0, 1) if total_area else []
    said = [part for line in texts.legend_note for part in page.wrapped(line, 6.4 * k, x1 - x0)[:2]]
    room = y1 - y0 - legend_rest(k, len(said))
    columns = legend_columns(len(rows), room, k)
    per = math.ceil(len(rows) / columns)
    wide = (x1 - x0) / columns
    height = min(5.4 * k, room / max(per, 1))
    size = min(7.4 * k, height * MM * 0.62)
    top = y1 - 12.2 * k
    counts = max((page.width_of(f"{row.count:,}", size) for row in rows), default=0.0)
    name, number, ground, share = texts.legend_head
    for c in range(columns):
        left, right = x0 + c * wide, x0 + (c + 1) * wide - 2 * k * (columns > 1)
        ends = (right - 29 * k, right - 11.5 * k, right) if columns == 1 else (right - 12 * k, right, right)
        for text, x, align in ((name, left, "left"), (number, ends[0], "right"), (ground, ends[1], "right"), *(((share, right, "right"),) if columns == 1 else ())):
            page.text(x, top, text, 6.4 * k, align=align, colour=DIM)
        for i, row in enumerate(rows[c * per : (c + 1) * per]):
            at = c * per + i
            y = top - 1.6 * k - (i + 1) * height
            page.box(left, y + height * 0.14, 7 * k, height * 0.7, fill=row.shown.colour, line="#555555", width=0.1)
            page.text(left + 8.6 * k, y + height * 0.28, page.fitted(row.shown.names[texts.pick], size, ends[0] - left - 10 * k - counts), size)
            page.text(ends[0], y + height * 0.28, f"{row.count:,}", size, align="right")
            page.text(ends[1], y + height * 0.28, f"{grounds[at]:,}", size, align="right")
            if columns == 1:
                page.text(right, y + height * 0.28, f"{shares[at]}%" if total_area else "–", size, align="right")
    y = top - 2.2 * k - (per + 1) * height
    right = x1
    page.lines([[(x0, y + height * 0.98), (x1, y + height * 0.98)]], line=RULE, width=0.15)
    ends = (right - 29 * k, right - 11.5 * k, right)
    page.text(x0, y + height * 0.2, ("合  计", "Total")[texts.pick], size, bold=True)
    page.text(ends[0], y + height * 0.2, f"{total_count:,}", size, align="right", bold=True)
    page.text(ends[1], y + height * 0.2, f"{mu(total_area):,.1f}", size, align="right", bold=True)
    page.text(right, y + height * 0.2, "100%" if total_area else "–", size, align="right", bold=True)
    y -= 5.4 * k
    if lines:
        page.box(x0, y + 0.8 * k, 7 * k, 2.4 * k, line=DARK, width=0.45 * k)
        page.text(x0 + 8.6 * k, y + 1.1 * k, ("载体范围", "carrier")[texts.pick], 6.8 * k)
        page.box(x0 + 36 * k, y + 0.8 * k, 7 * k, 2.4 * k, fill="#F3F3F1", line="#C9CCD1", width=0.1)
        page.text(x0 + 44.6 * k, y + 1.1 * k, ("周边或主题外地块", "surroundings")[texts.pick], 6.8 * k)
        y -= 4.2 * k
    for part in said:
        page.text(x0, y + 1.1 * k, part, 6.4 * k, colour=DIM)
        y -= 3.2 * k
    return y


def legend_rest(k: float, note_lines: int = 4) -> float:
    """Height that a legend needs beside its rows."""
    return (26 + 3.2 * note_lines) * k


def _row_least(k: float) -> float:
    """The lowest a row may be for the smallest type."""
    return max(3.3 * k, 2.55)


def legend_columns(count: int, room: float, k: float) -> int:
    return 1 if count * _row_least(k) <= room else 2


def legend_most(box: Box, k: float) -> int:
    """Rows that fit at the smallest size of type."""
    return max(2, int((box[3] - box[1] - legend_rest(k)) / _row_least(k)) * 2 - 2)


def heading(page: Canvas, x: float, y: float, text: str, k: float) -> None:
    page.text(x, y - 5.2 * k, text, 10.5 * k, bold=True, colour=DARK)


def figures(page: Canvas, box: Box, rows: Sequence[tuple[str, str]], k: float, pick: int, title: str) -> None:
    """Indicators of the zone as a small table; nothing where there is none."""
    if not rows:
        return
    x0, y0, x1, y1 = box
    heading(page, x0, y1, title, k)
    step = min(5 * k, (y1 - y0 - 9 * k) / max(len(rows), 1))
    for i, (name, value) in enumerate(rows):
        y = y1 - 8 * k - (i + 1) * step
        held = page.width_of(value, 7.2 * k)
        page.text(x0, y + 1.3 * k, page.fitted(name, 7.2 * k, x1 - x0 - held - 2), 7.2 * k)
        page.text(x1, y + 1.3 * k, value, 7.2 * k, align="right", bold=True)
        page.lines([[(x0, y), (x1, y)]], line="#D7DBE0", width=0.1)


def figures_height(count: int, k: float) -> float:
    return (9 + 5 * count) * k if count else 0.0


def notes_height(page: Canvas, lines: Sequence[str], box: Box, k: float) -> float:
    return 10 * k + len(_note_lines(page, lines, box, k)) * 3.25 * max(k, 0.9)


def _note_lines(page: Canvas, lines: Sequence[str], box: Box, k: float) -> list[str]:
    return [part for number, line in enumerate(lines, start=1) for part in page.wrapped(f"{number}. {line}", max(6.3 * k, 6.0), box[2] - box[0])]


def notes(page: Canvas, box: Box, lines: Sequence[str], k: float, pick: int) -> None:
    """Numbered notes; where there are more than fit, the last that does ends in an ellipsis."""
    x0, y0, x1, y1 = box
    heading(page, x0, y1, ("说  明", "Notes")[pick], k)
    y, size, step = y1 - 9.6 * k, max(6.3 * k, 6.0), 3.25 * max(k, 0.9)
    parts = _note_lines(page, lines, box, k)
    fits = max(int((y - y0) / step) + 1, 1)
    if len(parts) > fits:
        parts = [*parts[: fits - 1], page.fitted(parts[fits - 1] + "…" * 9, size, x1 - x0)]
    for i, part in enumerate(parts):
        page.text(x0, y - i * step, part, size, colour=DIM)


def _sized(box: Box) -> tuple[float, float, float, float]:
    return box[0], box[1], box[2] - box[0], box[3] - box[1]
