"""KML: placemarks with their names, their extended data and their polygons; one folder is one layer.

Read by our own parser: GDAL's drivers make `____` of every field name beyond ASCII, so that two Chinese fields become one.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from xml.parsers import expat

from spatial.errors import first_of
from spatial.read.encoding import Encoding
from spatial.read.vector.draft import Draft, Place, choose
from spatial.read.vector.geojson import ABSENT, Features, RepeatedKey, damaged, once, text_of, with_encoding
from spatial.read.vector.kml_table import table_of

CONTAINERS = ("Document", "Folder")
SIMPLE = {"Point": "Point", "LineString": "LineString", "LinearRing": "LineString"}
PIECE = 1 << 16
UNREAD = ("Model", "Track", "MultiTrack")


@dataclass(slots=True)
class Group:
    """A folder, or the document itself, with the placemarks that stand directly in it."""

    trail: tuple[str, ...]
    features: Features = field(default_factory=Features)
    described: dict[str, int] = field(default_factory=dict)  # columns that the tables of descriptions tell, with how many do
    titles: dict[str, str] = field(default_factory=dict)  # column -> the name under which it is shown


def _text(path: Path, place: Place) -> tuple[str, Encoding]:
    """The document as text; its heading may state an encoding that the XML parser does not know, such as GBK."""
    with path.open("rb") as stream:
        heading = re.match(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""", stream.read(200))
    return text_of(path, place, "KML", heading[1].decode("ascii") if heading else "")


def check_xml(text: str, place: Place) -> None:
    """Whole, without a document type of its own, and without links to other documents."""
    def refuse_doctype(*_: object) -> None:
        raise place.refuse("container.link_inside", value_seen="<!DOCTYPE>")

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name.replace(":", "}")) == "NetworkLink":
            raise place.refuse("container.link_inside", value_seen="<NetworkLink>")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = start
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise place.refuse("container.damaged", what="KML", reason=str(error), row=getattr(error, "lineno", None)) from None


def read_kml(path: Path, place: Place) -> Draft:
    """The placemarks of the one folder there is, or of the one that the study names."""
    text, encoding = _text(path, place)
    groups = _groups(text, path, place)
    layer = choose(list(groups), place)
    group = groups[layer]
    draft = group.features.draft("KML", layer, place)
    draft.names = {name: (title,) for name, title in group.titles.items()}
    if group.described:
        draft.findings.append(place.finding("container.described", layer=layer, value_seen=first_of(group.described, 12), count=max(group.described.values())))
    draft.crs, draft.crs_from = "EPSG:4326", "KML"
    return with_encoding(draft, encoding, place)


def layer_names(path: Path, place: Place) -> list[str]:
    return list(_groups(_text(path, place)[0], path, place))


def _groups(text: str, path: Path, place: Place) -> dict[str, Group]:
    """Folders that hold placemarks, by name; by their whole path where two have one name."""
    check_xml(text, place)
    try:
        found = [group for group in _collected(text) if group.features.properties]
    except RepeatedKey as error:
        raise damaged(place, "KML", text, error) from None
    except (ET.ParseError, ValueError, LookupError) as error:
        raise place.refuse("container.damaged", what="KML", reason=str(error)[:200]) from None
    short = [group.trail[-1] or path.stem for group in found]
    names: dict[str, Group] = {}
    for name, group in zip(short, found, strict=True):
        own = name if short.count(name) == 1 else "/".join(part for part in group.trail if part) or path.stem
        while own in names:
            own += "#"
        names[own] = group
    return names


def _collected(text: str) -> Iterator[Group]:
    """Groups in the order in which they end; a name may stand after the placemarks."""
    open_: list[tuple[ET.Element, Group]] = []
    loose = Group(("",))
    for event, element in _events(text):
        tag = _local(element.tag)
        if event == "start":
            if tag in CONTAINERS:
                open_.append((element, Group(())))
        elif tag == "Placemark":
            _add(open_[-1][1] if open_ else loose, element)
            element.clear()
        elif tag in CONTAINERS and open_:
            trail = tuple(_child_text(folder, "name") for folder, _ in open_)
            group = open_.pop()[1]
            group.trail = trail
            yield group
    yield loose


def _events(text: str) -> Iterator[tuple[str, ET.Element]]:
    """Starts and ends of elements, a piece of the text at a time."""
    parser: ET.XMLPullParser[Any] = ET.XMLPullParser(("start", "end"))
    for at in range(0, len(text), PIECE):
        parser.feed(text[at : at + PIECE])
        yield from cast(Iterator[tuple[str, ET.Element]], parser.read_events())
    parser.close()
    yield from cast(Iterator[tuple[str, ET.Element]], parser.read_events())


def _add(group: Group, mark: ET.Element) -> None:
    """One placemark as a feature; what a table in its description tells goes behind its data, and its own name or description beside data so called that differ."""
    features = group.features
    own = {name: text for name in ("name", "description") if (text := _child_text(mark, name))}
    data = _data(mark, len(features.properties) + 1)
    properties: dict[str, Any] = own | data | {f"placemark_{name}": text for name, text in own.items() if data.get(name, text) != text}
    for name, cell in table_of(str(properties.get("description", ""))).items():
        if name not in properties:
            properties[name] = cell
            group.described[name] = group.described.get(name, 0) + 1
    group.titles |= {stated: title for data in mark.iter() if _local(data.tag) == "Data" and (stated := data.get("name")) and (title := _child_text(data, "displayName"))}
    shapes = [shape for child in mark if (shape := _geometry(child)) is not None]
    if len(shapes) > 1:  # one is allowed; which of several is meant nobody can tell
        features.add_unread(f"{len(shapes)} geometries in one placemark")
    else:
        features.add_geometry(shapes[0] if shapes else None)
    features.properties.append(properties)
    features.ids.append(mark.get("id", ABSENT))


def _data(mark: ET.Element, row: int) -> dict[str, Any]:
    """The extended data of a placemark, each name once."""
    pairs: list[tuple[str, Any]] = []
    for element in mark.iter():
        tag, stated = _local(element.tag), element.get("name")
        if stated and tag == "Data":
            pairs.append((stated, _child_text(element, "value") or None))
        elif stated and tag == "SimpleData":
            pairs.append((stated, (element.text or "").strip() or None))
    try:
        return once(pairs)
    except RepeatedKey as twice:
        twice.row = row
        raise


def _geometry(element: ET.Element) -> dict[str, Any] | None:
    """A KML geometry in the words of GeoJSON; None for what is no geometry."""
    tag = _local(element.tag)
    if tag == "MultiGeometry":
        parts = [shape for child in element if (shape := _geometry(child)) is not None]
        if parts and all(part["type"] in ("Polygon", "MultiPolygon") for part in parts):
            return {"type": "MultiPolygon", "coordinates": [polygon for part in parts for polygon in ([part["coordinates"]] if part["type"] == "Polygon" else part["coordinates"])]}
        return {"type": "GeometryCollection", "geometries": parts}
    if tag == "Polygon":
        rings = [(_local(edge.tag), ring) for edge in element for ring in edge if _local(ring.tag) == "LinearRing"]
        outer = [_positions(ring) for side, ring in rings if side == "outerBoundaryIs"]
        if len(outer) > 1:
            return {"type": f"Polygon with {len(outer)} outer rings", "coordinates": None}
        return {"type": "Polygon", "coordinates": [*outer, *(_positions(ring) for side, ring in rings if side == "innerBoundaryIs")] if outer else "no outer ring"}
    if tag in SIMPLE:
        positions = _positions(element)
        one = tag == "Point" and isinstance(positions, list) and positions
        return {"type": SIMPLE[tag], "coordinates": positions[0] if one else positions}
    return {"type": tag, "coordinates": None} if tag in UNREAD else None


def _positions(element: ET.Element) -> list[list[float]] | str:
    """Positions of a `coordinates` element; text that holds none is handed on, for the builder to report with its row."""
    text = _child_text(element, "coordinates")
    try:
        positions = [[float(part) for part in position.split(",")] for position in re.sub(r"\s*,\s*", ",", text).split()]
    except ValueError:
        return text
    return positions if all(len(position) in (2, 3) for position in positions) else text


def _child_text(element: ET.Element, name: str) -> str:
    return next(("".join(child.itertext()).strip() for child in element if _local(child.tag) == name), "")


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
