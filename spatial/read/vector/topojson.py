"""TopoJSON: arcs decoded and stitched to rings; one object is one layer. The format states no reference system."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.errors import Finding
from spatial.read.vector.draft import Draft, Place, choose
from spatial.read.vector.geojson import ABSENT, Features, damaged, once, stated_crs, text_of, whole_characters

Arc = NDArray[np.float64]
COARSE = 0.0025  # of the side of a shape: areas are then off by a thousandth or so


def read_topojson(path: Path, place: Place) -> Draft:
    """The object that the study names, or the only one."""
    text, encoding = text_of(path, place, "TopoJSON")
    try:
        whole_characters(text)
        topology = json.loads(text, object_pairs_hook=once)
        objects = topology.get("objects")
        if not isinstance(objects, dict):
            raise ValueError("there is no objects member")
        layer = choose([str(name) for name in objects], place)
        features = _features(topology, objects[layer])
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise damaged(place, "TopoJSON", text, error) from None
    draft = features.draft("TopoJSON", layer, place)
    if topology.get("transform"):
        draft.findings += _too_coarse(draft, float(np.abs(_transform(topology)[0]).max()), place)
    member = topology.get("crs", ABSENT)
    draft.crs, draft.crs_from = ("", "") if member is ABSENT else stated_crs(member, place)
    draft.encoding, draft.encoding_from = encoding.shown, encoding.evidence
    return draft


def _too_coarse(draft: Draft, step: float, place: Place) -> list[Finding]:
    """A warning where the grid that corners were rounded to is wide beside the shapes: their areas are off by a share of it."""
    sizes = shapely.area(draft.geometry)
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    share = step / float(np.median(np.sqrt(sizes))) if len(sizes) else 0.0
    return [place.finding("container.quantised", field="transform", value_seen=f"{share:.1%}", count=len(sizes))] if share > COARSE else []


def layer_names(path: Path, place: Place) -> list[str]:
    text, _ = text_of(path, place, "TopoJSON")
    try:
        return [str(name) for name in json.loads(text)["objects"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(place, "TopoJSON", text, error) from None


def _features(topology: dict[str, Any], layer: Any) -> Features:
    arcs = decode_arcs(topology)
    scale, shift = _transform(topology)
    features = Features()
    for item in _items(layer):
        _add(features, item, arcs, scale, shift)
        features.properties.append(item.get("properties") or {})
        features.ids.append(item.get("id", ABSENT))
    return features


def _items(held: dict[str, Any], top: bool = True) -> list[dict[str, Any]]:
    """The features below an object: a collection with properties or an id is one itself, any other only groups those in it."""
    if held.get("type") != "GeometryCollection" or (not top and (held.get("properties") or "id" in held)):
        return [held]
    return [item for one in held.get("geometries") or [] for item in _items(one, False)]


def _collection(item: dict[str, Any], arcs: list[Arc], scale: NDArray[np.float64], shift: NDArray[np.float64]) -> Any:
    """The shapes of a collection as one; polygons alone are a multipolygon."""
    inner = Features()
    for one in item.get("geometries") or []:
        for part in _items({**one, "properties": None}):
            _add(inner, part, arcs, scale, shift)
    if inner.builder.problems:
        raise ValueError(inner.builder.problems[0][1])
    parts = [shape for shape in inner.builder.finish() if shape is not None]
    if all(shape.geom_type == "Polygon" for shape in parts):
        return shapely.MultiPolygon(parts) if len(parts) != 1 else parts[0]
    return shapely.GeometryCollection(parts)


def _transform(topology: dict[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    given = topology.get("transform") or {"scale": [1.0, 1.0], "translate": [0.0, 0.0]}
    return np.array(given["scale"], dtype=float), np.array(given["translate"], dtype=float)


def decode_arcs(topology: dict[str, Any]) -> list[Arc]:
    """Arcs in layer coordinates; quantised arcs are differences, to be summed before they are scaled."""
    quantised = bool(topology.get("transform"))
    scale, shift = _transform(topology)
    arcs = []
    for positions in topology.get("arcs") or []:
        arc = np.array([p[:2] for p in positions], dtype=float).reshape(-1, 2)
        arcs.append(np.cumsum(arc, axis=0) * scale + shift if quantised else arc)
    return arcs


def _stitch(indices: list[int], arcs: list[Arc]) -> Arc:
    """Arcs one after the other, each beginning where the one before ends; a jump between them is no edge of anything."""
    pieces: list[Arc] = []
    last = np.zeros(2)
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        if pieces and not (len(arc) and _meet(*last.tolist(), *arc[0].tolist())):
            raise ValueError("the arcs of a ring do not meet")
        last = arc[-1] if len(arc) else last
        pieces.append(arc[1:] if pieces else arc)
    return np.concatenate(pieces) if pieces else np.empty((0, 2))


def _meet(x: float, y: float, u: float, v: float) -> bool:
    """Whether two ends are one point but for the last digits of adding up quantised steps; plain numbers, as there are very many ends."""
    return (x == u or abs(x - u) <= 1e-12 + 1e-9 * abs(u)) and (y == v or abs(y - v) <= 1e-12 + 1e-9 * abs(v))


def _add(features: Features, item: dict[str, Any], arcs: list[Arc], scale: NDArray[np.float64], shift: NDArray[np.float64]) -> None:
    builder, kind, indices = features.builder, item.get("type"), item.get("arcs")
    try:
        if kind == "Polygon":
            builder.add(*_polygonal([indices or []], arcs))
        elif kind == "MultiPolygon":
            builder.add(*_polygonal(indices or [], arcs))
        elif kind == "LineString":
            builder.add("LineString", _stitch(indices or [], arcs))
        elif kind == "MultiLineString":
            builder.add("MultiLineString", [_stitch(line, arcs) for line in indices or []])
        elif kind in ("Point", "MultiPoint"):
            points = np.array(item["coordinates"], dtype=float)[..., :2] * scale + shift
            builder.add(kind, points.tolist())
        elif kind == "GeometryCollection":
            builder.add("ready", _collection(item, arcs, scale, shift))
        elif kind is None:
            builder.add(None, None)
        else:
            raise ValueError(f"unknown geometry type {kind!r}")
    except (IndexError, ValueError, TypeError, KeyError) as error:
        builder.problems.append((builder.count, str(error)[:120]))
        builder.add(None, None)


def _polygonal(polygons: list[list[list[int]]], arcs: list[Arc]) -> tuple[str, Any]:
    """Rings of the polygons of one feature; rings and polygons without any position are left out."""
    built = []
    for polygon in polygons:
        rings = [ring for ring in (_stitch(indices, arcs) for indices in polygon) if len(ring)]
        if rings:
            built.append(rings)
    if not built:
        return "ready", shapely.Polygon()
    return ("Polygon", built[0]) if len(built) == 1 else ("MultiPolygon", built)
