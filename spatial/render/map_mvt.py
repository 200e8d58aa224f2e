"""Polygons as Mapbox vector tiles (specification 2.1), a zoom level at a time from flat arrays.

GDAL's own writer is shut together with the drivers that follow links (`spatial.read.doors`), needs minutes for a hundred thousand parcels and
orders them differently from run to run; so the few messages that polygons need are written here, whole columns at once.
"""

from __future__ import annotations

import gzip
import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.rings import combined

Ints = NDArray[np.int64]
MOST_COPIES = 4  # tiles a parcel lies in whole; one on more tiles is cut
MARGIN = 1 / 32  # of a tile, kept around what is cut
BATCH = 150_000  # features encoded at once
DOUBLE, TEXT = 3, 1


@dataclass(frozen=True)
class Attribute:
    """A column of tags: the value of each parcel as a code into `values`, -1 for none; values are texts or numbers."""

    name: str
    values: Sequence[str] | Sequence[float]
    codes: Ints


@dataclass(frozen=True)
class Rings:
    """Rings without closing corners on the unit square of web mercator, y downwards; shells before their holes, shells clockwise on the screen."""

    xy: NDArray[np.float64]
    size: Ints  # corners of each ring
    polygon: Ints  # of each ring
    shell: NDArray[np.bool_]
    owner: Ints  # shape of each ring


def rings_of(geometry: NDArray[Any]) -> Rings:
    """Rings of polygons in degrees."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    areal = shapely.get_type_id(parts) == 3
    parts, owner = shapely.orient_polygons(parts[areal], exterior_cw=True), owner[areal]
    rings, polygon = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    kept = np.r_[ring[1:] == ring[:-1], False] if len(ring) else np.zeros(0, dtype=bool)
    shell = np.r_[True, polygon[1:] != polygon[:-1]] if len(polygon) else np.zeros(0, dtype=bool)
    return Rings(mercator(xy[kept]), np.bincount(ring[kept], minlength=len(rings)).astype(np.int64), polygon, shell, owner[polygon])


def mercator(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees on the unit square of web mercator, y downwards."""
    return np.column_stack(((lonlat[:, 0] + 180) / 360, 0.5 - np.arcsinh(np.tan(np.radians(lonlat[:, 1]))) / (2 * math.pi)))


def degrees_of(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a position on the unit square."""
    return x * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


def tiles(geometry: NDArray[Any], attributes: Sequence[Attribute], zoom: int, extent: int, least: float, layer: str = "parcels") -> Iterator[tuple[int, int, bytes]]:
    """Tiles of one zoom level.

    Parameters
    ----------
    geometry : polygons in CGCS2000 degrees; the number of a feature is its position
    extent : steps of a tile
    least : parcels smaller than this share of a tile in both directions are left out

    Yields
    ------
    Column, row and the gzipped tile, in the order of column and row; features in the order of their numbers.
    """
    box = _boxes(geometry) * 2.0**zoom
    with np.errstate(invalid="ignore"):
        shown = np.flatnonzero((box[:, 2] - box[:, 0] >= least) | (box[:, 3] - box[:, 1] >= least))
    if not len(shown):
        return
    last = (1 << zoom) - 1
    edge = np.clip(np.floor(box[shown]).astype(np.int64), 0, last)
    pairs = _pairs(shown, edge)
    whole = (edge[:, 2] - edge[:, 0] + 1) * (edge[:, 3] - edge[:, 1] + 1) <= MOST_COPIES
    cut = ~whole[np.searchsorted(shown, pairs[:, 0])]
    pieces = _cut(geometry, pairs[cut], zoom)
    kept = np.ones(len(pairs), dtype=bool)
    kept[np.flatnonzero(cut)[shapely.is_empty(pieces)]] = False
    shapes = np.concatenate((geometry[pairs[~cut, 0]], pieces)) if cut.any() else geometry[pairs[:, 0]]
    source = np.empty(len(pairs), dtype=np.int64)
    source[~cut], source[cut] = np.arange((~cut).sum()), (~cut).sum() + np.arange(cut.sum())
    order = np.lexsort((pairs[:, 0], pairs[:, 2], pairs[:, 1]))
    order = order[kept[order]]
    yield from _encoded(shapes[source[order]], pairs[order], attributes, zoom, extent, layer)


def _boxes(geometry: NDArray[Any]) -> NDArray[np.float64]:
    """West, north, east and south of each geometry on the unit square."""
    bounds = shapely.bounds(geometry)
    corner, opposite = mercator(bounds[:, [0, 3]]), mercator(bounds[:, [2, 1]])
    return np.column_stack((corner, opposite))


def _pairs(shown: Ints, edge: Ints) -> Ints:
    """Parcel, column and row wherever the box of a parcel meets a tile."""
    wide, tall = edge[:, 2] - edge[:, 0] + 1, edge[:, 3] - edge[:, 1] + 1
    many = wide * tall
    at = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return np.column_stack((np.repeat(shown, many), np.repeat(edge[:, 0], many) + at % np.repeat(wide, many), np.repeat(edge[:, 1], many) + at // np.repeat(wide, many)))


def _cut(geometry: NDArray[Any], pairs: Ints, zoom: int) -> NDArray[Any]:
    """Each parcel cut to its tile and a margin."""
    if not len(pairs):
        return np.array([], dtype=object)
    n = 2.0**zoom
    frames = [(*degrees_of((x - MARGIN) / n, (y + 1 + MARGIN) / n), *degrees_of((x + 1 + MARGIN) / n, (y - MARGIN) / n)) for x, y in pairs[:, 1:].tolist()]
    return np.asarray(combined(shapely.intersection, geometry[pairs[:, 0]], shapely.box(*np.array(frames).T)))


def _encoded(shapes: NDArray[Any], pairs: Ints, attributes: Sequence[Attribute], zoom: int, extent: int, layer: str) -> Iterator[tuple[int, int, bytes]]:
    ends: Ints = np.flatnonzero(np.r_[(np.diff(pairs[:, 1:], axis=0) != 0).any(axis=1), True]) + 1
    begin = 0
    while begin < len(pairs):
        reach = ends[int(np.searchsorted(ends, begin, side="right")):]
        end = int(reach[max(0, int(np.searchsorted(reach, begin + BATCH, side="right")) - 1)])
        geometries = _geometries(shapes[begin:end], pairs[begin:end], zoom, extent)
        first = begin
        for stop in map(int, reach[reach <= end]):
            rows = pairs[first:stop]
            made = _tile(rows[:, 0], geometries[first - begin:stop - begin], attributes, extent, layer)
            if made:
                yield int(rows[0, 1]), int(rows[0, 2]), gzip.compress(made, 6, mtime=0)
            first = stop
        begin = end


def _geometries(shapes: NDArray[Any], pairs: Ints, zoom: int, extent: int) -> list[bytes]:
    """Commands of every feature as bytes; nothing where it falls together to nothing on the grid."""
    rings = rings_of(shapes)
    ring = np.repeat(np.arange(len(rings.size)), rings.size)
    corner = pairs[rings.owner[ring], 1:] * extent
    steps = np.rint(rings.xy * (2.0**zoom * extent)).astype(np.int64) - corner
    start = np.cumsum(rings.size) - rings.size
    before = np.arange(len(steps)) - 1
    before[start] = start + rings.size - 1
    kept = (steps != steps[before]).any(axis=1)
    steps, ring = steps[kept], ring[kept]
    size = np.bincount(ring, minlength=len(rings.size)).astype(np.int64)
    good = _proper(steps, ring, size, rings)
    steps, ring = steps[good[ring]], ring[good[ring]]
    owner, size = rings.owner[good], size[good]
    return _commands(steps, size, owner, len(shapes))


def _proper(steps: Ints, ring: Ints, size: Ints, rings: Rings) -> NDArray[np.bool_]:
    """Rings that still turn the way they should, with their shells."""
    end = np.cumsum(size)
    after = np.arange(len(steps)) + 1
    after[end[size > 0] - 1] = (end - size)[size > 0]
    twice = np.bincount(ring, weights=(steps[:, 0] * steps[after, 1] - steps[after, 0] * steps[:, 1]).astype(float), minlength=len(size))
    turned = (size >= 3) & np.where(rings.shell, twice > 0, twice < 0)
    shells = np.zeros(int(rings.polygon.max()) + 1 if len(rings.polygon) else 0, dtype=bool)
    shells[rings.polygon[rings.shell]] = turned[rings.shell]
    return np.asarray(turned & shells[rings.polygon])


def _commands(steps: Ints, size: Ints, owner: Ints, count: int) -> list[bytes]:
    """MoveTo, LineTo and ClosePath of each ring, the moves as differences that run on through a feature."""
    start = np.cumsum(size) - size
    ring = np.repeat(np.arange(len(size)), size)
    moves = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    opening = np.r_[True, owner[1:] != owner[:-1]] if len(owner) else np.zeros(0, dtype=bool)
    first = start[opening]
    moves[first] = steps[first]
    moves = (moves << 1) ^ (moves >> 63)
    length = 2 * size + 3
    base = np.cumsum(length) - length
    stream = np.empty(int(length.sum()), dtype=np.int64)
    place = base[ring] + 2 * (np.arange(len(ring)) - start[ring]) + 1
    place[np.arange(len(ring)) != start[ring]] += 1  # past the LineTo
    stream[place], stream[place + 1] = moves[:, 0], moves[:, 1]
    stream[base], stream[base + 3], stream[base + length - 1] = 9, ((size - 1) << 3) | 2, 15
    data, at = varints(stream)
    edges = np.r_[at, len(data)]
    whole = data.tobytes()
    first, past = np.searchsorted(owner, np.arange(count)), np.searchsorted(owner, np.arange(count), side="right")
    rings_at = np.r_[edges[base], len(data)]
    return [whole[a:b] for a, b in zip(rings_at[first].tolist(), rings_at[past].tolist(), strict=True)]


def varints(values: Ints) -> tuple[NDArray[np.uint8], Ints]:
    """Unsigned integers as base-128 varints, and where each begins."""
    size = np.ones(len(values), dtype=np.int64)
    for k in range(1, 10):
        more = values >= 1 << min(7 * k, 62)
        if not more.any():
            break
        size += more
    at = np.cumsum(size) - size
    out = np.empty(int(size.sum()), dtype=np.uint8)
    for k in range(int(size.max()) if len(size) else 0):
        here = size > k
        out[at[here] + k] = ((values[here] >> (7 * k)) & 127) | np.where(size[here] > k + 1, 128, 0)
    return out, at


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _value(value: str | float) -> bytes:
    if isinstance(value, str):
        return _field(4, _field(TEXT, value.encode("utf-8", "replace")))
    return _field(4, _varint(DOUBLE << 3 | 1) + struct.pack("<d", value))


def _tile(numbers: Ints, geometries: list[bytes], attributes: Sequence[Attribute], extent: int, layer: str) -> bytes:
    """One tile with one layer; nothing where no feature is left."""
    alive = np.array([bool(one) for one in geometries], dtype=bool)
    if not alive.any():
        return b""
    numbers, geometries = numbers[alive], [one for one in geometries if one]
    tags: list[Ints] = []
    held: list[bytes] = []
    for key, attribute in enumerate(attributes):
        codes = attribute.codes[numbers]
        distinct, inverse = np.unique(codes, return_inverse=True)
        known = distinct >= 0
        place = np.where(known, len(held) + np.cumsum(known) - 1, -1)
        held += [_value(attribute.values[code]) for code in distinct[known].tolist()]
        tags.append(np.column_stack((np.full(len(numbers), key), place[inverse])))
    table = np.stack(tags, axis=1) if tags else np.zeros((len(numbers), 0, 2), dtype=np.int64)
    there = table[:, :, 1] >= 0
    data, at = varints(table[there].ravel())
    edges = np.r_[at, len(data)][np.r_[0, np.cumsum(2 * there.sum(axis=1))]].tolist()
    whole = data.tobytes()
    out = [_field(1, layer.encode())]
    for k, number in enumerate(numbers.tolist()):
        feature = b"\x08" + _varint(number) + _field(2, whole[edges[k]:edges[k + 1]]) + b"\x18\x03" + _field(4, geometries[k])
        out.append(_field(2, feature))
    out += [_field(3, attribute.name.encode("utf-8", "replace")) for attribute in attributes]
    out += held
    out.append(b"\x28" + _varint(extent) + b"\x78\x02")
    return _field(3, b"".join(out))
