"""GeoJSON and GeoJSON Lines, parsed by our own reader: values stay as written, and no link in the data is followed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.crs_text import authority
from spatial.errors import first_of
from spatial.read.encoding import Encoding, decode_text
from spatial.read.vector.coordinates import Builder
from spatial.read.vector.draft import Draft, Place, objects

SIZE_LIMIT_BYTES = 2_000_000_000
_HALF = re.compile(r"(?<!\\)(?:\\\\)*(\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD])[c-fC-F][0-9a-fA-F]{2}))")
_LINES = re.compile(r"\r\n|[\r\n\x1e]")  # no other sign ends a line of JSON: U+2028 may stand in its texts
_BLANK = re.compile(r"[ \t\r\n]*")
ABSENT = object()
TOTALS = ("numberMatched", "totalFeatures")  # how many features of a service's layer there are, as OGC API and GeoServer say beside a page of them
REPLY_TOTALS = ("total", "totalCount", "totalNum", "totalElements", "total_count", "recordCount")  # the same in the reply of an office's own interface
REPLY_DEPTH = 4
SHAPES = ("Feature", "GeometryCollection", "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


class RepeatedKey(ValueError):
    """An object that says two things under one name; JSON readers keep the last of them without a word."""

    def __init__(self, name: str, values: list[Any], row: int | None = None):
        super().__init__(name)
        self.name, self.values, self.row = name, values, row


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of a JSON object, each name once."""
    held = dict(pairs)
    if len(held) < len(pairs):
        for name, last in held.items():
            values = [value for key, value in pairs if key == name]
            if any(value != last for value in values):
                raise RepeatedKey(name, values)
    return held


_DECODER = json.JSONDecoder(object_pairs_hook=once)


def text_of(path: Path, place: Place, what: str, stated: str = "") -> tuple[str, Encoding]:
    """The text of a file whose standard says UTF-8 (or that itself states another encoding), in the encoding its bytes are in."""
    if path.stat().st_size > SIZE_LIMIT_BYTES:
        raise place.refuse("container.too_large", reason=f"> {SIZE_LIMIT_BYTES} bytes")
    text, encoding = decode_text(path.read_bytes(), stated=stated or "utf-8", stated_by=f"{what}: its heading" if stated else f"{what}: UTF-8 by its standard",
                                 asked=place.encoding)
    if text is None:
        raise place.refuse("container.encoding_unknown", reason=encoding.reason, value_seen=encoding.contradicts or "—")
    if "\x00" in text:
        raise place.refuse("container.damaged", what=what, reason="NUL bytes inside")
    return text, encoding


def whole_characters(text: str) -> None:
    """A JSON escape for one half of a character makes a text that no file can hold: a program cut it."""
    if half := _HALF.search(text):
        raise json.JSONDecodeError(f"half a character ({half[1]})", text, half.start(1))


def damaged(place: Place, what: str, text: str, error: Exception, row: int | None = None) -> Exception:
    """The refusal for JSON that cannot be parsed, with the line; `row` is the feature it was met in."""
    if isinstance(error, json.JSONDecodeError):
        cut = " (the text ends too early)" if error.pos >= len(text.rstrip()) - 1 else ""
        return place.refuse("container.damaged", what=what, row=error.lineno, reason=f"line {error.lineno}, column {error.colno}: {error.msg}{cut}")
    if isinstance(error, RepeatedKey):
        seen = " / ".join(json.dumps(value, ensure_ascii=False)[:60] for value in error.values[:3])
        return place.refuse("container.repeated_key", what=what, field=error.name, value_seen=seen, row=row or error.row)
    return place.refuse("container.damaged", what=what, reason=f"{type(error).__name__}: {str(error)[:120]}")


def members(text: str, start: int = 0) -> Iterator[tuple[str, Any, int]]:
    """The members of the object that begins at `start`, with the elements of a `features` array one by one (key `features[]`)."""
    at = _skip(text, start)
    if text[at : at + 1] != "{":
        raise json.JSONDecodeError("Expecting an object", text, at)
    at = _skip(text, at + 1)
    if text[at : at + 1] == "}":
        return _end(text, at + 1)
    while True:
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting a member name", text, at)
        key, at = _DECODER.raw_decode(text, at)
        at = _expect(text, _skip(text, at), ":")
        if key == "features" and text[at : at + 1] == "[":
            at = _skip(text, at + 1)
            yield "features", None, at
            while text[at : at + 1] != "]":
                value, at = _DECODER.raw_decode(text, at)
                yield "features[]", value, at
                at = _skip(text, at)
                if text[at : at + 1] != "]":
                    at = _expect(text, at, ",")
            at += 1
        else:
            value, at = _DECODER.raw_decode(text, at)
            yield key, value, at
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            return _end(text, at + 1)
        at = _expect(text, at, ",")


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _expect(text: str, at: int, mark: str) -> int:
    if text[at : at + 1] != mark:
        raise json.JSONDecodeError(f"Expecting {mark!r}", text, at)
    return _skip(text, at + 1)


def _end(text: str, at: int) -> None:
    if _skip(text, at) != len(text):
        raise json.JSONDecodeError("Extra data", text, _skip(text, at))


class Features:
    """Features in order, as columns and geometries."""

    def __init__(self) -> None:
        self.builder = Builder()
        self.properties: list[dict[str, Any]] = []
        self.ids: list[Any] = []
        self.systems: dict[str, Any] = {}  # what features and geometries state of their own, each once

    def add(self, feature: Any) -> None:
        if not isinstance(feature, dict):
            raise ValueError(f"feature {len(self.properties) + 1} is not an object")
        bare = feature.get("type") not in ("Feature", None) and ("coordinates" in feature or "geometries" in feature)
        geometry = feature if bare else feature.get("geometry")
        for held in (feature, geometry):
            if isinstance(held, dict) and held.get("crs") is not None:
                self.systems.setdefault(json.dumps(held["crs"], sort_keys=True, ensure_ascii=False), held["crs"])
        self.add_geometry(geometry)
        properties = None if bare else feature.get("properties")
        if properties is not None and not isinstance(properties, dict):
            raise ValueError(f"the properties of feature {len(self.properties) + 1} are not an object")
        self.properties.append(properties or {})
        self.ids.append(feature.get("id", ABSENT))

    def add_geometry(self, geometry: Any) -> None:
        if geometry is None:
            self.builder.add(None, None)
        elif not isinstance(geometry, dict):
            self.add_unread("the geometry is not an object")
        elif geometry.get("type") == "GeometryCollection":
            self.builder.add("ready", _collection(geometry))
        else:
            self.builder.add(str(geometry.get("type")), geometry.get("coordinates"))

    def add_unread(self, reason: str) -> None:
        """A feature whose geometry is there and cannot be understood."""
        self.builder.problems.append((self.builder.count, reason))
        self.builder.add(None, None)

    def draft(self, driver: str, layer: str, place: Place) -> Draft:
        geometry = self.builder.finish()
        rows = np.arange(1, len(geometry) + 1, dtype=np.int64)
        draft = Draft(driver, layer, self._columns(), geometry, rows)
        report_geometry(draft, self.builder, place)
        return draft

    def _columns(self) -> list[tuple[str, NDArray[Any]]]:
        names: dict[str, None] = {}
        for properties in self.properties:
            names.update(dict.fromkeys(properties))
        columns = [(str(name), objects([_cell(p.get(name)) for p in self.properties])) for name in names]
        if "id" not in names and any(i is not ABSENT and i is not None for i in self.ids):
            columns.insert(0, ("id", objects([None if i is ABSENT else _cell(i) for i in self.ids])))
        return columns


def report_geometry(draft: Draft, builder: Builder, place: Place) -> None:
    """What the builder could not read or had to close, by row."""
    if builder.problems:
        first, reason = builder.problems[0]
        draft.findings.append(place.finding("container.unreadable_geometry", row=int(draft.rows[first]), reason=reason, count=len(builder.problems)))
    if builder.unclosed:
        draft.findings.append(place.finding("container.unclosed_rings", row=int(draft.rows[builder.unclosed[0]]), count=len(builder.unclosed)))
    if builder.flat:
        draft.findings.append(place.finding("container.flat_rings", row=int(draft.rows[builder.flat[0]]), count=len(builder.flat)))
    if builder.dimensions:
        draft.findings.append(place.finding("container.dropped_z", count=builder.dimensions))


def _collection(geometry: dict[str, Any]) -> Any:
    inner = Features()
    for part in geometry.get("geometries") or []:
        inner.add_geometry(part)
    if inner.builder.problems:
        return None
    return shapely.geometrycollections([g for g in inner.builder.finish() if g is not None])


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict | list) else value


def stated_crs(member: Any, place: Place) -> tuple[str, str]:
    """What the `crs` member of the 2008 format states; a link to another file or server is refused."""
    if member is ABSENT:
        return "EPSG:4326", "RFC 7946"
    if member is None:
        return "", ""
    if not isinstance(member, dict):
        raise place.refuse("container.damaged", what="GeoJSON", reason="the crs member is not an object")
    properties = member.get("properties")
    if member.get("type") == "name" and isinstance(properties, dict) and isinstance(properties.get("name"), str):
        return authority(properties["name"]), "crs member"
    if member.get("type") == "EPSG" and isinstance(properties, dict):
        return authority(f"EPSG:{properties.get('code')}"), "crs member"
    raise place.refuse("container.link_inside", field="crs", value_seen=json.dumps(member, ensure_ascii=False)[:200])


def in_degrees(geometry: NDArray[Any]) -> bool:
    """Whether every finite coordinate could be longitude and latitude."""
    bounds = shapely.bounds(geometry[~shapely.is_missing(geometry) & ~shapely.is_empty(geometry)])
    bounds = bounds[np.isfinite(bounds).all(axis=1)] if len(bounds) else np.empty((0, 4))
    return not len(bounds) or bool(
        bounds[:, 0].min() >= -180.0001 and bounds[:, 2].max() <= 180.0001 and bounds[:, 1].min() >= -90.0001 and bounds[:, 3].max() <= 90.0001)


def read_geojson(path: Path, place: Place) -> Draft:
    """One feature collection, feature or geometry; also the one collection inside the reply of an interface, and a bare array of features."""
    text, encoding = text_of(path, place, "GeoJSON")
    features, listed = Features(), False
    top: dict[str, Any] = {}
    wrapped, reply = "", dict[str, int]()
    try:
        whole_characters(text)
        listing = _DECODER.decode(text) if text.lstrip("\ufeff \t\r\n").startswith("[") else None
        for key, value, _ in members(text) if listing is None else ():
            if key == "features[]":
                features.add(value)
            elif key == "features":
                if listed:
                    raise RepeatedKey(key, ["[…]", "[…]"])
                listed = True
            else:
                top = once([*top.items(), (key, value)])
        if not listed and top.get("type") == "FeatureCollection":
            raise ValueError("there is no features array")
        if not listed and top.get("type") not in SHAPES:
            reply = _totals(top)
            wrapped, top = _collection_in(top if listing is None else listing, place)
            for feature in top["features"]:
                features.add(feature)
        elif not listed:
            features.add(top)
    except (ValueError, RecursionError, TypeError) as error:
        raise damaged(place, "GeoJSON", text, error, features.builder.count + 1 if listed and getattr(error, "name", "") not in top else None) from None
    _whole(top, reply or _totals(top), features.builder.count, place)
    draft = features.draft("GeoJSON", path.stem, place)
    if wrapped:
        draft.findings.append(place.finding("container.unwrapped", field=wrapped, count=features.builder.count))
    return _with_crs(draft, _one_system(features, top.get("crs", ABSENT), place), encoding, place)


def _collection_in(reply: Any, place: Place) -> tuple[str, dict[str, Any]]:
    """The one feature collection below a JSON value, and its path; an array of features is one as it stands."""
    if isinstance(reply, list) and reply and all(isinstance(one, dict) and one.get("type") == "Feature" for one in reply):
        return "[]", {"type": "FeatureCollection", "features": reply}
    found = list(_collections(reply, ""))
    if len(found) > 1:
        raise place.refuse("container.several_collections", value_seen=first_of((path for path, _ in found), 10), count=len(found))
    if not found:
        names = list(reply if isinstance(reply, dict) else reply[0] if reply and isinstance(reply[0], dict) else {})
        raise place.refuse("container.no_features", value_seen=first_of((str(name)[:30] for name in names), 10) if names else "—")
    return found[0]


def _collections(held: Any, path: str, depth: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every feature collection below an object, with a reference system that an object about it states."""
    if not isinstance(held, dict):
        return
    if held.get("type") == "FeatureCollection" and isinstance(held.get("features"), list):
        yield path, held
    elif depth < REPLY_DEPTH:
        for name, value in held.items():
            for place, one in _collections(value, f"{path}.{name}" if path else str(name), depth + 1):
                yield place, {"crs": held["crs"], **one} if "crs" in held else one


def _totals(held: Any, depth: int = 0) -> dict[str, int]:
    """What the reply of an interface says of how many there are, wherever it says it; the largest where it says it twice."""
    if not isinstance(held, dict) or held.get("type") == "FeatureCollection" or depth > REPLY_DEPTH:
        return {}
    told = {name: held[name] for name in REPLY_TOTALS if type(held.get(name)) is int}
    for value in held.values():
        for name, total in _totals(value, depth + 1).items():
            told[name] = max(total, told.get(name, 0))
    return told


def _whole(top: dict[str, Any], reply: dict[str, int], count: int, place: Place) -> None:
    """Services answer in pages and say so beside the features; one page is not the layer."""
    beside = top.get("properties")
    said = {**(beside if isinstance(beside, dict) else {}), **reply, **top}
    names = (*TOTALS, *reply)
    total = next((said[name] for name in names if type(said.get(name)) is int), count)
    if total > count or said.get("exceededTransferLimit") is True:
        name = next(name for name in (*names, "exceededTransferLimit") if name in said)
        raise place.refuse("container.one_page", field=name, value_seen=count, expected=total if total > count else f"> {count}")


def read_geojson_lines(path: Path, place: Place) -> Draft:
    """One feature a line; the row number is the feature's number."""
    text, encoding = text_of(path, place, "GeoJSON Lines")
    features = Features()
    try:
        whole_characters(text)
    except json.JSONDecodeError as error:
        raise damaged(place, "GeoJSON Lines", text, error) from None
    for number, line in enumerate(_LINES.split(text), start=1):
        plain = line.strip(" \t\r\n\x1e")
        if not plain:
            continue
        try:
            feature = json.loads(plain, object_pairs_hook=once)
            features.add(feature)
        except (ValueError, RecursionError, TypeError) as error:
            if isinstance(error, RepeatedKey):
                raise damaged(place, "GeoJSON Lines", text, error, number) from None
            raise place.refuse("container.damaged", what="GeoJSON Lines", row=number, reason=f"line {number}: {str(error)[:120]}") from None
    return _with_crs(features.draft("GeoJSONSeq", path.stem, place), _one_system(features, ABSENT, place), encoding, place)


def _one_system(features: Features, member: Any, place: Place) -> Any:
    """The `crs` member of the collection, or the one that all its features and geometries state; refused where they differ."""
    stated = {system: one for one in ([] if member is ABSENT or member is None else [member]) + list(features.systems.values()) for system in [stated_crs(one, place)[0]]}
    if len(stated) > 1:
        raise place.refuse("container.several_systems", field="crs", value_seen=first_of(stated, 10), count=len(stated))
    return next(iter(stated.values())) if stated else member


def _with_crs(draft: Draft, member: Any, encoding: Encoding, place: Place) -> Draft:
    crs, by = stated_crs(member, place)
    if by == "RFC 7946" and draft.geometry is not None and not in_degrees(draft.geometry):
        crs, by = "", ""  # the standard's WGS 84 cannot be meant
    draft.crs, draft.crs_from = crs, by
    return with_encoding(draft, encoding, place)


def with_encoding(draft: Draft, encoding: Encoding, place: Place) -> Draft:
    """The draft with the record of how its text was read, and a finding where the file said otherwise."""
    draft.encoding, draft.encoding_from = encoding.shown, encoding.evidence
    if encoding.contradicts:
        draft.findings.append(place.finding("container.encoding_lie", value_seen=encoding.contradicts, value_used=encoding.shown,
                                            reason=encoding.reason))
    return draft
