"""What the map carries: geometry as quantised, delta-coded varints and attributes as columns; the other side is frontend/src/decode.ts."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

STEP_DEGREES = 5e-7  # 0.05 m of latitude: a vertex moves by at most half of it


def varints(values: NDArray[np.uint64]) -> bytes:
    """Unsigned integers as base-128 groups, low group first, the high bit set on all but the last."""
    if not len(values):
        return b""
    sizes = np.ones(len(values), dtype=np.int64)
    rest = values >> np.uint64(7)
    while rest.any():
        sizes += rest > 0
        rest = rest >> np.uint64(7)
    ends = np.cumsum(sizes)
    out = np.zeros(int(ends[-1]), dtype=np.uint8)
    starts = ends - sizes
    for place in range(int(sizes.max())):
        has = sizes > place
        group = (values[has] >> np.uint64(7 * place)) & np.uint64(127)
        more = np.where(sizes[has] > place + 1, 128, 0)
        out[starts[has] + place] = group.astype(np.uint8) | more.astype(np.uint8)
    return out.tobytes()


def zigzag(values: NDArray[np.int64]) -> NDArray[np.uint64]:
    return ((values << 1) ^ (values >> 63)).astype(np.uint64)


def pack_shapes(geometry: NDArray[Any], origin: tuple[float, float], step: float = STEP_DEGREES) -> bytes:
    """Polygons in degrees as the bytes that `unpackShapes` reads; rings lose their closing vertex."""
    parts, shape = shapely.get_parts(geometry, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    ring_shape = shape[part] if len(part) else np.array([], dtype=np.int64)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.r_[ring[1:] != ring[:-1], True] if len(ring) else np.array([], dtype=bool)
    xy, ring = xy[~last], ring[~last]
    steps = np.rint((xy - np.array(origin)) / step).astype(np.int64)
    moves = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)) if len(steps) else steps
    counts = np.concatenate([[len(geometry), len(rings), len(steps)], np.bincount(ring_shape, minlength=len(geometry)),
                             np.bincount(ring, minlength=len(rings))]).astype(np.uint64)
    return varints(counts) + varints(zigzag(moves.ravel()))


def squeeze(data: bytes) -> str:
    """Raw deflate as base64: letters, digits, + / = only, so no template and no parser can take it for anything."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(data) + packer.flush()).decode("ascii")


def text_column(name: str, label: str, values: Sequence[Any]) -> dict[str, Any]:
    """A column of texts: distinct words once, a code a row, -1 for none."""
    words: dict[str, int] = {}
    codes = [-1 if value is None or value != value or value == "" else words.setdefault(str(value), len(words)) for value in values]
    return {"name": name, "label": label, "kind": "text", "words": list(words), "codes": codes}


def number_column(name: str, label: str, values: NDArray[np.float64], digits: int, unit: str) -> dict[str, Any]:
    """A column of numbers rounded to what is shown; None where missing."""
    numbers = [None if not np.isfinite(value) else round(float(value), digits) for value in values]
    return {"name": name, "label": label, "kind": "number", "values": numbers, "digits": digits, "unit": unit}


def packed(meta: dict[str, Any], parcels: NDArray[Any], carriers: NDArray[Any], *, panel: bool) -> str:
    """The argument of the client's `mount`, as JSON of four inert values."""
    origin = (meta["origin"][0], meta["origin"][1])
    body = json.dumps(meta, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    return json.dumps({"meta": squeeze(body), "parcels": squeeze(pack_shapes(parcels, origin, meta["step"])),
                       "carriers": squeeze(pack_shapes(carriers, origin, meta["step"])), "panel": panel}, separators=(",", ":"))
