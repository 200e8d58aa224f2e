"""DXF: a drawing, checked before GDAL sees it; its closed polylines are parcels."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding, first_of
from spatial.read.encoding import Encoding, decode_text
from spatial.read.vector.draft import Draft, Place, objects
from spatial.read.vector.dxf_structure import BINARY, Bones, bones
from spatial.read.vector.dxf_texts import Stand
from spatial.read.vector.gdal import ARC_STEP, read_layer
from spatial.read.vector.geojson import with_encoding
from spatial.read.vector.nesting import from_rings

HEADING = 20_000  # bytes that hold the settings of a drawing
NEARLY = 1e-4  # of its length, between the ends of a polyline: rounding, no gap that anybody drew
PERHAPS = 0.05  # of its length: an open line that may well be meant as a parcel
_ESCAPES = re.compile(r"\\U\+([0-9A-Fa-f]{4})|\\M\+([1-5])([0-9A-Fa-f]{4})")
_UNIT = re.compile(rb"\$INSUNITS\s+70\s+(\d+)")
_UNITS = {1: ("英寸", "inches"), 2: ("英尺", "feet"), 3: ("英里", "miles"), 4: ("毫米", "millimetres"), 5: ("厘米", "centimetres"), 7: ("千米", "kilometres"), 21: ("美国测量英尺", "US survey feet")}
_PAGES = {"1": "cp932", "2": "cp950", "3": "cp949", "4": "johab", "5": "gb18030"}


def read_dxf(path: Path, place: Place) -> Draft:
    """The drawing's entities; closed polylines are parcels, so they become polygons."""
    data = path.read_bytes()
    if data.startswith(BINARY):
        raise place.refuse("container.refused_kind", value_seen="binary DXF")
    if not re.search(rb"(?m)^\s*0\s*\r?\n\s*EOF\s*$", data[-200:]):
        raise place.refuse("container.damaged", what="DXF", reason="the end mark (0 EOF) is missing")
    seen = bones(data, place)
    draft, encoding = _decoded(path, data, place)
    _check_read(draft, seen, place)
    _hidden_layers(draft, seen, place)
    if (unit := _UNIT.search(data[:HEADING])) and (names := _UNITS.get(int(unit[1]))):
        draft.findings.append(place.finding("container.drawing_unit", unit={"zh": names[0], "en": names[1]}, value_seen=names[1]))
    _paper_left_out(draft, place)
    draft.crs, draft.crs_from = "", ""
    if encoding.name:  # else every column of texts says for itself
        draft = with_encoding(draft, encoding, place)
    if draft.geometry is not None:
        draft.geometry = _closed(draft.geometry, draft.rows, draft.findings, place)
        _texts_inside(draft, seen.texts, place)
        _rings_inside(draft, place)
    return draft


def _rings_inside(draft: Draft, place: Place) -> None:
    """A polygon wholly inside another of its layer may be that one's hole or a parcel of its own: a drawing does not say which, so both count, and it is told."""
    layers = dict(draft.columns).get("Layer")
    if draft.geometry is None or layers is None:
        return
    areas = np.flatnonzero(np.isin(shapely.get_type_id(draft.geometry), (3, 6)) & shapely.is_valid(draft.geometry))
    outer, inner = shapely.STRtree(draft.geometry[areas]).query(draft.geometry[areas], predicate="contains_properly")
    pairs = [(int(areas[i]), int(areas[o])) for o, i in zip(outer, inner, strict=True) if o != i and layers[areas[o]] == layers[areas[i]]]
    if pairs:
        first, around = min(pairs)
        draft.findings.append(place.finding("container.ring_inside", row=int(draft.rows[first]), count=len({i for i, _ in pairs}), value_seen=str(draft.rows[around])))


def _texts_inside(draft: Draft, stands: Mapping[tuple[float, float], Stand], place: Place) -> None:
    """Texts are how a drawing names its parcels: a column for each layer of texts, with the one that stands inside a polygon; of several none is its name."""
    held = dict(draft.columns)
    if draft.geometry is None or not {"Text", "Layer"} <= set(held):
        return
    areas = np.flatnonzero(np.isin(shapely.get_type_id(draft.geometry), (3, 6)) & shapely.is_valid(draft.geometry))
    texts = np.array([i for i in np.flatnonzero(shapely.get_type_id(draft.geometry) == 0).tolist() if isinstance(held["Text"][i], str) and held["Text"][i].strip()], np.int64)
    if not len(areas) or not len(texts):
        return
    begins = [(float(x), float(y)) for x, y in zip(shapely.get_x(draft.geometry[texts]), shapely.get_y(draft.geometry[texts]), strict=True)]
    places = np.array([stands.get(begin, Stand(*begin, *begin)) for begin in begins])
    area, text = shapely.STRtree(shapely.points(places[:, :2])).query(draft.geometry[areas], predicate="contains")
    _texts_astride(draft, draft.geometry[areas], texts, places, set(zip(area.tolist(), text.tolist(), strict=True)), place)
    layers = np.array([str(held["Layer"][i]) for i in texts], dtype=object)
    named: list[str] = []
    for layer in sorted(set(layers[text].tolist())):
        of_layer = layers[text] == layer
        counts = np.bincount(area[of_layer], minlength=len(areas))
        cells = np.full(len(draft.geometry), None, dtype=object)
        once = of_layer & (counts[area] == 1)
        cells[areas[area[once]]] = held["Text"][texts[text[once]]]
        if once.any():
            draft.columns.append((f"Text@{layer}", cells))
            named.append(f"Text@{layer} {int(once.sum())}")
    if named:
        draft.findings.append(place.finding("container.texts_inside", value_seen=first_of(named, 12), count=len(areas)))


def _texts_astride(draft: Draft, areas: NDArray[Any], texts: NDArray[np.int64], places: NDArray[np.float64], inside: set[tuple[int, int]], place: Place) -> None:
    """A warning for texts that stand in one polygon and have their middle in another."""
    named = {text: area for area, text in inside}
    middle = zip(*shapely.STRtree(shapely.points(places[:, 2:])).query(areas, predicate="contains").tolist(), strict=True)
    astride = sorted({text for area, text in middle if text in named and (area, text) not in inside})
    if astride:
        draft.findings.append(place.finding("container.text_astride", row=int(draft.rows[texts[astride[0]]]), count=len(astride), value_seen=str(dict(draft.columns)["Text"][texts[astride[0]]])))


def _decoded(path: Path, data: bytes, place: Place) -> tuple[Draft, Encoding]:
    """The entities with their texts in the encoding that the bytes are in, whatever the code page of the heading says; GDAL gets a copy in UTF-8."""
    page = re.search(rb"\$DWGCODEPAGE\s+3\s+(\w+)", data[:HEADING])
    version = re.search(rb"\$ACADVER\s+1\s+AC(\d+)", data[:HEADING])
    unicode = version is not None and int(version[1]) >= 1021  # since AutoCAD 2007
    stated = "utf-8" if unicode else re.sub(r"\D*", "", page[1].decode("ascii", "replace")) if page else ""
    text, encoding = decode_text(data, stated=stated or None, stated_by="$ACADVER" if unicode else f"$DWGCODEPAGE {page[1].decode()}" if page else "DXF", asked=place.encoding)
    with tempfile.TemporaryDirectory(prefix="spatial-") as folder:
        if text is not None and encoding.name != "utf-8" and not data.isascii():
            path = Path(folder) / path.name
            path.write_bytes(text.encode("utf-8"))
        draft = read_layer(path, "DXF", place, layers=["entities"])
    draft.columns = [(name, _unescaped(cells)) for name, cells in draft.columns]
    return draft, encoding


def _unescaped(cells: NDArray[Any]) -> NDArray[Any]:
    """Characters that a drawing program wrote by their number, since its code page has them not."""
    def one(found: re.Match[str]) -> str:
        return chr(int(found[1], 16)) if found[1] else bytes.fromhex(found[3]).decode(_PAGES[found[2]], "replace")

    written = {cell for cell in cells.tolist() if isinstance(cell, str) and "\\" in cell}
    words = {cell: _ESCAPES.sub(one, cell) for cell in written}
    return objects([words.get(cell, cell) if isinstance(cell, str) else cell for cell in cells.tolist()]) if words else cells


def _closed(geometry: NDArray[Any], rows: NDArray[np.int64], findings: list[Finding], place: Place) -> NDArray[Any]:
    """Closed lines as polygons: those of several closed lines (an inserted block) as one shape, those whose ends nearly meet closed on record."""
    geometry = geometry.copy()
    kinds, sizes = shapely.get_type_id(geometry), shapely.get_num_coordinates(geometry)
    single = np.isin(kinds, (1, 2)) & (sizes >= 4)
    with np.errstate(invalid="ignore"):  # corners that are not finite are named by the geometry gate
        gap = np.where(single, shapely.distance(shapely.get_point(geometry, 0), shapely.get_point(geometry, -1)), np.nan) / np.maximum(shapely.length(geometry), 1e-300)
    nearly = single & (gap > 0) & (gap <= NEARLY)
    for i in np.flatnonzero(nearly):
        corners = shapely.get_coordinates(geometry[i])
        geometry[i] = shapely.LinearRing([*corners[:-1], corners[0]])
    closed = single & (nearly | shapely.is_closed(geometry))
    several = np.array([kind == 5 and all(shapely.is_closed(part) and shapely.get_num_coordinates(part) >= 4 for part in shapely.get_parts(one))
                        for kind, one in zip(kinds.tolist(), geometry, strict=True)], bool)
    open_ = np.isin(kinds, (1, 2, 5)) & ~closed & ~several
    if closed.any():
        geometry[closed] = shapely.polygons(_rings(geometry[closed]))
    for i in np.flatnonzero(several):
        geometry[i] = from_rings([shapely.LinearRing(part.coords) for part in shapely.get_parts(geometry[i])])
    if closed.any() or several.any():
        findings.append(place.finding("container.closed_lines", count=int((closed | several).sum()), left=int(open_.sum())))
    if nearly.any():
        findings.append(place.finding("container.ends_joined", row=int(rows[np.argmax(nearly)]), count=int(nearly.sum())))
    if several.any():
        findings.append(place.finding("container.block_of_rings", row=int(rows[np.argmax(several)]), count=int(several.sum())))
    if (perhaps := open_ & single & (gap <= PERHAPS)).any():
        first = int(np.argmax(perhaps))
        findings.append(place.finding("container.nearly_closed", row=int(rows[first]), count=int(perhaps.sum()), value_seen=f"{gap[first]:.2%}"))
    return geometry


def _check_read(draft: Draft, seen: Bones, place: Place) -> None:
    """Every polyline of the drawing is a shape of the layer; entities that nobody reads are told."""
    shapes = 0 if draft.geometry is None else int((~shapely.is_missing(draft.geometry)).sum())
    if shapes < seen.polylines:
        raise place.refuse("container.row_count", expected=seen.polylines, value_seen=shapes)
    if seen.curved:
        draft.findings.append(place.finding("container.linearised", count=seen.curved, value_used=ARC_STEP))
    if seen.missing:
        shown = first_of((f"{name} {count}" for name, count in sorted(seen.missing.items())), 12)
        draft.findings.append(place.finding("container.missing_blocks", value_seen=shown, count=seen.missing.total()))
    if seen.unread:
        shown = first_of((f"{name} {count}" for name, count in sorted(seen.unread.items())), 12)
        draft.findings.append(place.finding("container.unread_entities", value_seen=shown, count=seen.unread.total()))


def _hidden_layers(draft: Draft, seen: Bones, place: Place) -> None:
    """Shapes on layers that the drawing does not show: read like the others, and told."""
    known = {name.casefold() for name in seen.hidden}
    layers = Counter(str(name) for name in dict(draft.columns).get("Layer", ()) if name is not None and str(name).casefold() in known)
    if layers:
        draft.findings.append(place.finding("container.hidden_layers", value_seen=first_of((f"{name} {count}" for name, count in sorted(layers.items())), 12), count=layers.total()))


def _paper_left_out(draft: Draft, place: Place) -> None:
    """Frames and signatures of the printed sheet lie on paper, not on the ground."""
    paper = dict(draft.columns).get("PaperSpace")
    if paper is None or draft.geometry is None:
        return
    on_paper = np.array([bool(cell) and cell == cell for cell in paper], bool)
    if on_paper.any():
        draft.columns = [(name, cells[~on_paper]) for name, cells in draft.columns]
        draft.geometry, draft.rows = draft.geometry[~on_paper], draft.rows[~on_paper]
        draft.findings.append(place.finding("container.paper_space", count=int(on_paper.sum())))


def _rings(lines: np.ndarray) -> np.ndarray:
    coordinates, index = shapely.get_coordinates(lines, return_index=True)
    return np.asarray(shapely.linearrings(coordinates, indices=index), dtype=object)
