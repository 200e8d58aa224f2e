"""KML and DXF: formats of other trades, checked before GDAL sees them and brought to parcels after."""

from __future__ import annotations

import re
from pathlib import Path
from xml.parsers import expat

import numpy as np
import shapely

from spatial.read.vector.draft import Draft, Place
from spatial.read.vector.gdal import layer_names as gdal_layer_names
from spatial.read.vector.gdal import read_layer

KML_PLUMBING = ("timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet")
CODEPAGES = {"ANSI_936": "gb18030", "ANSI_950": "big5hkscs", "GB2312": "gb18030", "BIG5": "big5hkscs"}


def check_xml(path: Path, place: Place) -> None:
    """Whole, without a document type of its own, and without links to other documents."""
    def refuse_doctype(*_: object) -> None:
        raise place.refuse("container.link_inside", value_seen="<!DOCTYPE>")

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rsplit(":", 1)[-1] == "NetworkLink":
            raise place.refuse("container.link_inside", value_seen="<NetworkLink>")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = start
    try:
        with path.open("rb") as stream:
            parser.ParseFile(stream)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise place.refuse("container.damaged", what="KML", reason=str(error), row=getattr(error, "lineno", None)) from None


def read_kml(path: Path, place: Place) -> Draft:
    """Placemarks with their names and extended data; the columns that only say how to draw them are left out if unused."""
    check_xml(path, place)
    draft = read_layer(path, "KML", place)
    draft.columns = [(name, values) for name, values in draft.columns if name not in KML_PLUMBING]
    draft.crs, draft.crs_from = "EPSG:4326", "KML"
    return draft


def read_dxf(path: Path, place: Place) -> Draft:
    """The drawing's entities; closed polylines are parcels, so they become polygons."""
    text = path.read_bytes()
    if not re.search(rb"(?m)^\s*0\s*\r?\n\s*EOF\s*$", text[-200:]):
        raise place.refuse("container.damaged", what="DXF", reason="the end mark (0 EOF) is missing")
    draft = read_layer(path, "DXF", place, layers=["entities"])
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


def _rings(lines: np.ndarray) -> np.ndarray:
    coordinates, index = shapely.get_coordinates(lines, return_index=True)
    return np.asarray(shapely.linearrings(coordinates, indices=index), dtype=object)


def layer_names(path: Path, place: Place, kind: str) -> list[str]:
    if kind == "KML":
        check_xml(path, place)
        return gdal_layer_names(path, "KML", place)
    return ["entities"]
