"""DXF: a drawing, checked before GDAL sees it; its closed polylines are parcels."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import shapely

from spatial.errors import first_of
from spatial.read.vector.draft import Draft, Place
from spatial.read.vector.dxf_structure import BINARY, Bones, bones
from spatial.read.vector.gdal import ARC_STEP, read_layer


def read_dxf(path: Path, place: Place) -> Draft:
    """The drawing's entities; closed polylines are parcels, so they become polygons."""
    text = path.read_bytes()
    if not re.search(rb"(?m)^\s*0\s*\r?\n\s*EOF\s*$", text[-200:]):
        raise place.refuse("container.damaged", what="DXF", reason="the end mark (0 EOF) is missing")
    seen = None if text.startswith(BINARY) else bones(text, place)
    draft = read_layer(path, "DXF", place, layers=["entities"])
    if seen:
        _check_read(draft, seen, place)
        _hidden_layers(draft, seen, place)
    _paper_left_out(draft, place)
    draft.crs, draft.crs_from = "", ""
    page = re.search(rb"\$DWGCODEPAGE\s+3\s+(\w+)", text[:20_000])
    draft.encoding_from = f"$DWGCODEPAGE {page.group(1).decode()}" if page else "DXF"
    if draft.geometry is None:
        return draft
    lines = np.isin(shapely.get_type_id(draft.geometry), (1, 2))
    closed = lines & shapely.is_closed(draft.geometry) & (shapely.get_num_coordinates(draft.geometry) >= 4)
    if closed.any():
        draft.geometry = draft.geometry.copy()
        draft.geometry[closed] = shapely.polygons(_rings(draft.geometry[closed]))
        draft.findings.append(place.finding("container.closed_lines", count=int(closed.sum()), left=int((lines & ~closed).sum())))
    return draft


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
