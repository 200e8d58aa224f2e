"""The map's compressed columns: whole numbers as byte planes, deflated one by one; the other side is frontend/src/codec.ts.

A buffer is a column of unsigned integers, turned (coding 1: zigzag, 2: zigzag of differences), split into byte planes, low bytes first,
and deflated. Corners that parcels share travel once: a corner met before is told by how far its number lies from the corner before it.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

STEP_DEGREES = 8e-7  # 0.089 m of latitude: a corner moves by at most half of it each way
PLAIN, ZIGZAG, DELTA = 0, 1, 2
LONGEST_FRONT_CODED = 96  # bytes of a word; longer texts share little with their neighbours
Ref = list[int]
Ints = NDArray[np.int64]


def zigzag(values: Ints) -> Ints:
    """0, -1, 1, -2, ... as 0, 1, 2, 3, ..."""
    return (values << 1) ^ (values >> 63)


def planes(values: Ints) -> tuple[bytes, int]:
    """Unsigned integers as byte planes, low bytes first, and how many planes there are."""
    if not len(values):
        return b"", 0
    count = max(1, (int(values.max()).bit_length() + 7) // 8)
    return values.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :count].T.tobytes(), count


def deflate(data: bytes) -> bytes:
    """Raw deflate, which every browser unpacks by itself."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


class Body:
    """Deflated buffers one after the other; `add` and `blob` give the reference that the head keeps."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def add(self, values: NDArray[Any], coding: int = PLAIN) -> Ref:
        """A column of integers; reference: start, bytes, count, planes, coding."""
        whole = np.asarray(values, dtype=np.int64)
        turned = zigzag(np.diff(whole, prepend=0)) if coding == DELTA else zigzag(whole) if coding == ZIGZAG else whole
        data, count = planes(turned)
        return self._keep(data, len(whole), count, coding)

    def blob(self, data: bytes) -> Ref:
        """Bytes as they are."""
        return self._keep(data, len(data), 1, PLAIN)

    def _keep(self, data: bytes, count: int, depth: int, coding: int) -> Ref:
        packed = deflate(data)
        self.parts.append(packed)
        self.size += len(packed)
        return [self.size - len(packed), len(packed), count, depth, coding]

    def base64(self) -> str:
        return base64.b64encode(b"".join(self.parts)).decode("ascii")


def shapes(body: Body, geometry: NDArray[Any], origin: tuple[float, float], step: float = STEP_DEGREES) -> dict[str, Any]:
    """Polygons in degrees on a grid of `step`; rings lose their closing corner and corners that fall together."""
    parts, shape = shapely.get_parts(geometry, return_index=True)
    areal = shapely.get_type_id(parts) == 3
    parts, shape = parts[areal], shape[areal]
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    steps = np.rint((xy - np.array(origin)) / step).astype(np.int64)
    if len(steps):
        closing = np.r_[ring[1:] != ring[:-1], True]
        again = np.r_[False, (np.diff(steps, axis=0) == 0).all(axis=1) & (ring[1:] == ring[:-1])]
        kept = ~closing & ~again
    else:
        kept = np.zeros(0, dtype=bool)
    steps, ring = steps[kept], ring[kept]
    links, moves = _linked(steps)
    return {"count": len(geometry), "points": len(steps), "corners": len(moves),
            "rings": body.add(np.bincount(shape[part] if len(part) else part, minlength=len(geometry))), "sizes": body.add(np.bincount(ring, minlength=len(rings))),
            "links": body.add(links), "dx": body.add(moves[:, 0], ZIGZAG), "dy": body.add(moves[:, 1], ZIGZAG)}


def _linked(steps: Ints) -> tuple[Ints, Ints]:
    """For each corner 0 where it is new, else 1 + zigzag(its number - the number before it); and the moves to the new ones."""
    if not len(steps):
        return np.zeros(0, np.int64), np.zeros((0, 2), np.int64)
    low = steps.min(axis=0)
    key = (steps[:, 0] - low[0]) * (int(steps[:, 1].max() - low[1]) + 1) + (steps[:, 1] - low[1])
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    number = rank[inverse]
    new = first[inverse] == np.arange(len(steps))
    before = np.r_[0, number[:-1]]
    links = np.where(new, 0, zigzag(number - before) + 1)
    moves = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return links, moves[new]


def words(body: Body, distinct: Sequence[str]) -> dict[str, Any]:
    """Sorted texts, each as what it shares with the one before it and the rest, in bytes of UTF-8."""
    raw = [word.encode("utf-8", "surrogatepass") for word in distinct]
    length = np.array([len(word) for word in raw], dtype=np.int64)
    shared = np.zeros(len(raw), dtype=np.int64)
    if len(raw) > 1 and length.max() <= LONGEST_FRONT_CODED:
        table = np.array(raw).view(np.uint8).reshape(len(raw), -1)
        differs = np.c_[table[1:] != table[:-1], np.ones(len(raw) - 1, dtype=bool)]
        shared[1:] = np.minimum(differs.argmax(axis=1), np.minimum(length[1:], length[:-1]))
    rest = b"".join(word[begin:] for word, begin in zip(raw, shared.tolist(), strict=True))
    return {"shared": body.add(shared), "sizes": body.add(length - shared), "bytes": body.blob(rest)}


def text_column(body: Body, name: str, label: str, values: Sequence[Any] | pd.Series, *, ordered: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """Texts: distinct words once, a code a row, 0 for none. `ordered` fixes the words and their order."""
    codes, distinct = pd.factorize(values if isinstance(values, pd.Series) else pd.Series(values, dtype=object))
    listed = [str(word) for word in distinct]
    final = list(ordered) if ordered else sorted({word for word in listed if word}, key=lambda word: word.encode("utf-8", "surrogatepass"))
    place = {"": 0, **{word: i + 1 for i, word in enumerate(final)}}
    lookup = np.array([*(place[word] for word in listed), 0], dtype=np.int64)
    return {"name": name, "label": label, "kind": "text", "words": words(body, final), "count": len(final), "codes": body.add(lookup[codes]), **more}


def number_column(body: Body, name: str, label: str, values: NDArray[np.float64], digits: int, unit: str = "", **more: Any) -> dict[str, Any]:
    """Numbers rounded to `digits`, as whole numbers above the smallest; 0 where missing."""
    numbers = np.asarray(values, dtype=float)
    known = np.isfinite(numbers)
    while digits > 0 and known.any() and np.abs(numbers[known]).max() * 10**digits > 2**51:
        digits -= 1
    scaled = np.rint(np.where(known, numbers, 0.0) * 10**digits)
    least = int(scaled[known].min()) if known.any() else 0
    stored = np.where(known, scaled.astype(np.int64) - least + 1, 0)
    return {"name": name, "label": label, "kind": "number", "least": least, "digits": digits, "unit": unit, "values": body.add(stored), **more}


def date_column(body: Body, name: str, label: str, values: pd.Series, **more: Any) -> dict[str, Any]:
    """Days since 1970-01-01, as numbers are."""
    days = pd.to_datetime(values).to_numpy("datetime64[D]").astype("int64").astype(float)
    days[values.isna().to_numpy()] = np.nan
    return {**number_column(body, name, label, days, 0, **more), "kind": "date"}


def packed(head: dict[str, Any], body: Body) -> dict[str, str]:
    """The two texts that travel: letters, digits, + / and = only, so no template and no parser can take them for anything."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "surrogatepass")
    return {"head": base64.b64encode(deflate(text)).decode("ascii"), "body": body.base64()}
