"""One sheet drawn: the map of a theme over a zone, with everything the drawing rules ask for around it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, first_of, found
from spatial.render.fonts import Font
from spatial.render.sheets import furniture
from spatial.render.sheets.canvas import Canvas, outlines
from spatial.render.sheets.frame import Box, Layout, View, layout, view
from spatial.render.sheets.inset import inset
from spatial.render.sheets.kinds import Class, merged
from spatial.render.sheets.labels import Label, anchor, place_labels
from spatial.render.sheets.pdf import Ground, Page
from spatial.render.sheets.settings import Settings
from spatial.render.sheets.themes import STUDY_AREA, Legend, Sources, Theme
from spatial.render.sheets.words import LAYERS, figures_of, texts_of
from spatial.render.styles import PALETTES
from spatial.rings import combined

QUIET, EDGE = PALETTES["quiet"]["surroundings"][1], "#C9CCD1"
MANY_NAMES = 60  # an index of more carriers has their page numbers on the map, and the names in its list
TINY_MM = 0.9  # a parcel smaller than this on the paper gets a ring around it


@dataclass(frozen=True)
class Sheet:
    """What one page shows: a theme over a zone; `names` are the carriers of an index with their page numbers."""

    theme: Theme | None
    zone: str
    title: str
    number: int
    total: int
    scale: int = 0


def draw(sheet: Sheet, sources: Sources, fonts: tuple[Font, ...], settings: Settings) -> tuple[Page, list[Finding]]:
    """The page of a sheet and what there is to say about it."""
    assert sheet.theme is not None
    pick = 0 if sources.result.language == "zh" else 1
    bounds = bounds_of(sources, sheet.zone)
    lay = layout(settings.size, settings.orientation)
    seen, fits = view(lay.map, bounds, sources.parcels.crs, sheet.scale)
    page = Canvas(lay.width, lay.height, fonts)
    findings = [found("sheets.cropped", key=sheet.title, value_seen=f"1:{seen.scale}", value_used=f"1:{fits}")] if sheet.scale and sheet.scale < fits else []
    told = figures_of(sheet.theme.kind, sheet.zone, sources, pick)
    planned = texts_of(sheet.title, sheet.zone, sheet.theme, sources, settings, seen, (sheet.number, sheet.total), tiny=99)  # rings are counted when drawn; their note has its room
    panel = Panel.of(lay, furniture.figures_height(len(told), lay.k), furniture.notes_height(page, planned.notes, Panel.of(lay).notes, lay.k))
    theme, lost = _fitting(sheet.theme, sheet.zone, sources, furniture.legend_most(panel.legend, lay.k))
    if lost:
        findings.append(found("sheets.classes_merged", key=sheet.title, count=lost))
    rows = sources.legend(theme, sheet.zone)
    with page.layer(LAYERS["parcels"][pick]), page.clipped(lay.map):
        tiny = _parcels(page, sources, theme, sheet.zone, seen)
    with page.layer(LAYERS["grid"][pick]):
        if settings.coordinates:
            furniture.grid_lines(page, lay, seen)
    with page.layer(LAYERS["carriers"][pick]), page.clipped(lay.map):
        _carriers(page, sources, sheet.zone, seen, lay.k)
    with page.layer(LAYERS["names"][pick]), page.clipped(lay.map):
        lost_names = place_labels(page, carrier_labels(sources, sheet.zone, seen, ground=lay.map), lay.map, 8.6 * lay.k)
    if lost_names:
        findings.append(found("sheets.label_dropped", key=sheet.title, value_seen=first_of(lost_names, 5), count=len(lost_names)))
    with page.layer(LAYERS["furniture"][pick]):
        around(page, lay, panel, seen, sources, settings, rows, texts_of(sheet.title, sheet.zone, theme, sources, settings, seen, (sheet.number, sheet.total), tiny), told)
    corners = seen.degrees() if settings.coordinates else ()
    ground = Ground(lay.map, corners, sources.parcels.crs.to_epsg() or 0, sources.parcels.crs.to_wkt("WKT1_GDAL")) if corners else None
    done = Page(lay.width, lay.height, page.stream(), {n: frozenset(chars) for n, chars in page.used.items()}, tuple(page.layers), sheet.title, ground,
                frozenset(page.missing), tuple(page.texts))
    return done, findings


@dataclass(frozen=True)
class Panel:
    """Boxes of the furniture beside or below the map."""

    scale: Box
    north: Box
    inset: Box
    legend: Box
    figures: Box
    notes: Box

    @staticmethod
    def of(lay: Layout, figures: float = 0.0, notes: float = 0.0) -> Panel:
        """Boxes for a layout; figures and notes take the heights they need (mm), within reason, and the legend has the rest."""
        x0, y0, x1, y1 = lay.panel
        k = lay.k
        if lay.landscape:
            inset_top, low = y1, y1 - 52 * k
            top = low - 20 * k
            notes, figures = min(notes, (top - y0) * 0.3), min(figures, (top - y0) * 0.3)
            between = y0 + notes + 3 * k * (notes > 0)
            ends = between + figures + 3 * k * (figures > 0)
            return Panel((x0, low - 18 * k, x1, low - 2 * k), (x1 - 25 * k, low, x1, inset_top), (x0, low, x1 - 27 * k, inset_top), (x0, ends, x1, top), (x0, between, x1, between + figures),
                         (x0, y0, x1, y0 + notes))
        a, b = x0 + (x1 - x0) * 0.36, x0 + (x1 - x0) * 0.68
        g = 4 * k
        figures = min(figures, (y1 - y0) * 0.5)
        return Panel((b + g, y1 - 18 * k, x1, y1), (x1 - 24 * k, y1 - 62 * k, x1, y1 - 20 * k), (b + g, y1 - 62 * k, x1 - 26 * k, y1 - 20 * k), (x0, y0, a, y1),
                     (a + g, y1 - figures, b, y1), (a + g, y0, b, y1 - figures - 3 * k * (figures > 0)))


def around(page: Canvas, lay: Layout, panel: Panel, seen: View, sources: Sources, settings: Settings, rows: list[Legend], texts: furniture.Texts, told: list[tuple[str, str]]) -> None:
    """All furniture of a map sheet."""
    pick, k = texts.pick, lay.k
    furniture.frame(page, lay, seen, coordinates=settings.coordinates, pick=pick)
    furniture.head(page, lay, texts)
    furniture.foot(page, lay, texts)
    inset(page, panel.inset, sources, texts.zone, seen, k, settings.coordinates, pick)
    furniture.north(page, panel.north, seen.convergence(), settings.wind_rose, k, pick)
    furniture.scale_bar(page, panel.scale, seen.scale, k, pick)
    low = furniture.legend(page, panel.legend, rows, texts, k, lines=len(sources.carriers) > 0)
    figures, notes = panel.figures, panel.notes
    if lay.landscape:  # under a short legend they move up
        rise = max(low - 3 * k - figures[3], 0.0) if told else max(low - 3 * k - notes[3], 0.0)
        figures = (figures[0], figures[1] + rise, figures[2], figures[3] + rise)
        notes = (notes[0], notes[1], notes[2], notes[3] + rise)
    if told:
        furniture.figures(page, figures, told, k, pick, ("主要指标", "Figures")[pick])
    furniture.notes(page, notes, texts.notes, k, pick)


def _fitting(theme: Theme, zone: str, sources: Sources, most: int) -> tuple[Theme, int]:
    area = np.zeros(len(theme.code))
    if theme.on_carriers:
        area[(sources.carriers["carrier_id"].to_numpy(str) == zone) | (zone == STUDY_AREA)] = 1.0
    else:
        at, ground = sources.weights(zone)
        area[at] = ground
    classes, code, lost = merged(theme.classes, theme.code, area, most)
    return replace(theme, classes=classes, code=code), lost


def bounds_of(sources: Sources, zone: str) -> Box:
    """The ground a sheet has to show."""
    if zone == STUDY_AREA:
        shapes = np.r_[sources.shapes, sources.carrier_shapes] if len(sources.carriers) else sources.shapes
    else:
        shapes = sources.carrier_shapes[sources.carriers["carrier_id"].to_numpy(str) == zone]
    west, south, east, north = shapely.total_bounds(shapes)
    least = max(east - west, north - south, 50.0) * 0.004
    return float(west - least), float(south - least), float(east + least), float(north + least)


def _parcels(page: Canvas, sources: Sources, theme: Theme, zone: str, seen: View) -> int:
    """Parcels in view: those of the zone by class, cut at its edge, all others pale; how many got a ring for being tiny."""
    near = sources.tree.query(shapely.box(*seen.ground))
    near.sort()
    fine = 0.09 if len(near) < 3000 else 0.05 if len(near) < 30_000 else 0.02
    paths = dict(zip(near.tolist(), sources.outlines(near, seen).tolist(), strict=True))
    at, ground = sources.weights(zone)
    own = np.zeros(len(sources.shapes), dtype=bool)
    own[at] = True

    def of(chosen: NDArray[np.int64]) -> NDArray[np.object_]:
        return np.array([paths[i] for i in chosen.tolist()], dtype=object)

    pale = near if theme.on_carriers else near[~own[near]]
    page.paths(of(pale), fill=QUIET, line=EDGE, width=fine * 0.6)
    if theme.on_carriers:
        _shaded_carriers(page, sources, theme, zone, seen)
        page.paths(of(near[own[near]]), line="#8A94A0", width=fine * 0.5)
        return 0
    shown = np.isin(at, near)
    at, ground = at[shown], ground[shown]
    shapes, part = _cut(sources, zone, at, ground)
    outline = of(at)
    outline[part] = outlines(shapes[part], (seen.left, seen.bottom), (seen.box[0], seen.box[1]), seen.scale)
    for number, kind in enumerate(theme.classes):
        page.paths(outline[theme.code[at] == number], fill=kind.colour, line="#FFFFFF", width=fine)
    return _rings(page, shapes, theme.code[at], theme.classes, seen)


def _cut(sources: Sources, zone: str, at: NDArray[np.int64], ground: NDArray[np.float64]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Shapes of a zone's parcels; one that lies in it only in part is cut at the edge, and marked."""
    shapes = sources.shapes[at].copy()
    part = np.zeros(len(at), dtype=bool)
    edge = np.array([], dtype=object)
    if zone != STUDY_AREA:
        edge = sources.carrier_shapes[sources.carriers["carrier_id"].to_numpy(str) == zone]
    if len(edge):
        part = ground < sources.area[at] * (1 - 1e-9)
        shapes[part] = [shapely.multipolygons([p for p in shapely.get_parts(inner) if shapely.get_type_id(p) == 3]) for inner in combined(shapely.intersection, shapes[part], edge[0])]
    return shapes, part


def _shaded_carriers(page: Canvas, sources: Sources, theme: Theme, zone: str, seen: View) -> None:
    held = sources.carriers["carrier_id"].to_numpy(str)
    shapes = sources.carrier_shapes
    for number, kind in enumerate(theme.classes):
        chosen = (theme.code == number) & ((held == zone) | (zone == STUDY_AREA))
        page.areas(shapes[chosen], (seen.left, seen.bottom), (seen.box[0], seen.box[1]), seen.scale, fill=kind.colour)


def _rings(page: Canvas, shapes: NDArray[np.object_], code: NDArray[np.int64], classes: list[Class], seen: View) -> int:
    """Rings around parcels of the theme that would be too small to see, where they are few."""
    loud = np.array([not kind.quiet for kind in classes])[code] if len(code) else np.array([], dtype=bool)
    bounds = shapely.bounds(shapes[loud])
    size = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) * 1000 / seen.scale
    small = np.flatnonzero(size < TINY_MM)
    if not 0 < len(small) <= 60:
        return 0
    for i in small.tolist():
        x, y = seen.place((bounds[i, 0] + bounds[i, 2]) / 2, (bounds[i, 1] + bounds[i, 3]) / 2)
        turn = np.linspace(0, 2 * np.pi, 17)[:-1]
        page.polygon(list(zip(x + 1.3 * np.cos(turn), y + 1.3 * np.sin(turn), strict=True)), line=classes[code[loud][i]].colour, width=0.4)
    return len(small)


def _carriers(page: Canvas, sources: Sources, zone: str, seen: View, k: float) -> None:
    """Outlines: the sheet's own carrier strong, neighbours thin and grey."""
    if not len(sources.carriers):
        return
    shapes = sources.carrier_shapes
    own = (sources.carriers["carrier_id"].to_numpy(str) == zone) | (zone == STUDY_AREA)
    where = (seen.left, seen.bottom), (seen.box[0], seen.box[1]), seen.scale
    page.areas(shapes[~own], *where, line="#8A94A0", width=0.25 * k, dash=(2 * k, 1 * k))
    page.areas(shapes[own], *where, line="#FFFFFF", width=(0.9 if zone != STUDY_AREA else 0.6) * k)
    page.areas(shapes[own], *where, line=furniture.DARK, width=(0.5 if zone != STUDY_AREA else 0.3) * k)


def carrier_labels(sources: Sources, zone: str, seen: View, *, ground: Box, numbers: dict[str, int] | None = None) -> list[Label]:
    """Names of the carriers in view; on a sheet of one carrier only the neighbours are named, in grey, as its own name stands in the title."""
    labels = []
    window = shapely.box(*seen.ground)
    for key, name, shape in zip(sources.carriers.get("carrier_id", []), sources.carriers.get("label", []), sources.carriers.geometry if len(sources.carriers) else [], strict=True):
        if key == zone or not window.intersects(shape):
            continue
        inside = combined(shapely.intersection, shape, window)
        polygons = [part for part in shapely.get_parts(inside) if shapely.get_type_id(part) == 3]
        if not polygons:
            continue
        seen_part = shapely.multipolygons(polygons)
        x, y = seen.place(*anchor(seen_part))
        west, south, east, north = shapely.bounds(max(polygons, key=shapely.area))
        room = (*seen.place(west, south), *seen.place(east, north))
        quiet = zone != STUDY_AREA
        text = name if not numbers else f"{numbers[key]} {name}" if len(numbers) <= MANY_NAMES else str(numbers[key])
        labels.append(Label(text, x, y, room, float(shapely.area(seen_part)), bold=not quiet, colour="#6B7580" if quiet else furniture.DARK))
    return labels
