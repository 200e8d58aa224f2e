"""The bones of a DXF: pairs of a group code and a value, sections that close, polylines with as many corners as they state.

GDAL ends a layer at the first pair that it cannot read and says nothing; a drawing that lost parcels so is refused here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from spatial.read.vector.draft import Place
from spatial.read.vector.dxf_texts import Stand, stand_of

BINARY = b"AutoCAD Binary DXF"
_REALS = frozenset(str(code).encode() for code in (*range(10, 60), *range(140, 148), *range(210, 240)))
# parts of other entities, and what carries no ground: nobody misses a shape where these are not drawn
_SILENT = frozenset((b"VERTEX", b"SEQEND", b"ATTRIB", b"ATTDEF", b"VIEWPORT", b"DIMENSION", b"LEADER", b"MULTILEADER", b"MLEADER", b"IMAGE", b"WIPEOUT", b"OLE2FRAME", b"TOLERANCE"))
_READ = frozenset((b"POINT", b"LINE", b"LWPOLYLINE", b"POLYLINE", b"CIRCLE", b"ELLIPSE", b"ARC", b"SPLINE", b"HATCH", b"TEXT", b"MTEXT", b"INSERT", b"SOLID", b"TRACE",
                   b"3DFACE", b"MLINE", b"HELIX"))

_ROUND = frozenset((b"CIRCLE", b"ELLIPSE", b"ARC", b"SPLINE"))


@dataclass(frozen=True, slots=True)
class Bones:
    """How many polylines of two corners and more the drawing holds, how many shapes have arcs (an insert is one), its entities of kinds that are not read,
    inserts of blocks that the file does not hold, its layers that are off or frozen, and where its texts stand, by where they begin."""

    polylines: int
    curved: int
    unread: Counter[str]
    missing: Counter[str]
    hidden: frozenset[str]
    texts: Mapping[tuple[float, float], Stand]


def bones(data: bytes, place: Place) -> Bones:
    """Walk the drawing; refused where its pairs, its numbers, its sections or the corners of a polyline do not add up."""
    lines = [line.strip() for line in data.removeprefix(b"\xef\xbb\xbf").rstrip(b"\x1a\x00 \t\r\n").splitlines()]
    codes, values = lines[0::2], lines[1::2]
    if len(codes) != len(values):
        raise _damaged(place, len(lines), "a group code without a value")
    for position, code in enumerate(codes):
        if not (code.isdigit() and int(code) <= 1071) and not (code[:1] == b"-" and code[1:].isdigit()):
            raise _damaged(place, 2 * position + 1, f"{code[:20].decode('ascii', 'replace')!r} is no group code")
    _check_numbers(codes, values, place)
    starts = [i for i, code in enumerate(codes) if code == b"0"]
    kinds = Counter(values[i] for i in starts)
    if kinds[b"SECTION"] != kinds[b"ENDSEC"] or kinds[b"EOF"] != 1:
        raise _damaged(place, len(lines), "its sections do not close")
    return _entities(codes, values, starts, place)


def _check_numbers(codes: list[bytes], values: list[bytes], place: Place) -> None:
    for position, (code, value) in enumerate(zip(codes, values, strict=True)):
        if code in _REALS:
            try:
                if math.isnan(float(value)):
                    raise ValueError
            except ValueError:
                raise _damaged(place, 2 * position + 2, f"{value[:20].decode('ascii', 'replace')!r} is no number") from None


def _entities(codes: list[bytes], values: list[bytes], starts: list[int], place: Place) -> Bones:
    section, polylines, curved, unread = b"", 0, 0, Counter[str]()
    held: set[str] = set()
    inserts: Counter[str] = Counter()
    sections: set[bytes] = set()
    hidden: set[str] = set()
    texts: dict[tuple[float, float], set[Stand]] = {}
    bent_blocks, block, line_bent = set[str](), "", False
    for start, end in zip(starts, [*starts[1:], len(codes)], strict=True):
        kind = values[start]
        if kind == b"SECTION":
            section = values[start + 1] if start + 1 < end else b""
            sections.add(section)
        if kind == b"BLOCK":
            block = _name(codes[start:end], values[start:end]).casefold()
            if not _elsewhere(codes[start:end], values[start:end]):
                held.add(block)
        if kind == b"LAYER" and section == b"TABLES" and _unseen(codes[start:end], values[start:end]):
            hidden.add(_name(codes[start:end], values[start:end]))
        bends = _bends(kind, codes[start:end], values[start:end]) or (kind == b"INSERT" and _name(codes[start:end], values[start:end]).casefold() in bent_blocks)
        if section == b"BLOCKS" and bends:
            bent_blocks.add(block)
        if section != b"ENTITIES" or kind in (b"SECTION", b"ENDSEC", b"EOF"):
            continue
        curved += bends and not (kind == b"VERTEX" and line_bent)  # the corners of one polyline are one shape
        line_bent = kind == b"VERTEX" and (line_bent or bends)
        if kind == b"LWPOLYLINE":
            stated = next((value for code, value in zip(codes[start:end], values[start:end], strict=True) if code == b"90"), b"")
            corners = (codes[start:end].count(b"10"), codes[start:end].count(b"20"))
            if not stated.isdigit() or corners != (int(stated), int(stated)):
                raise _damaged(place, 2 * start + 2, f"a polyline states {stated[:20].decode('ascii', 'replace') or 'no'} corners and has {min(corners)}")
            polylines += corners[0] >= 2
        elif kind == b"POLYLINE":
            polylines += 1
        elif kind in (b"TEXT", b"MTEXT"):
            if stand := stand_of(kind, codes[start:end], values[start:end]):
                texts.setdefault(stand[0], set()).add(stand[1])
        elif kind == b"INSERT":
            inserts[_name(codes[start:end], values[start:end])] += 1
        elif kind not in _READ and kind not in _SILENT:
            unread[kind[:40].decode("ascii", "replace")] += 1
    if b"ENTITIES" not in sections:
        raise _damaged(place, 1, "it has no section ENTITIES")
    missing = Counter({name: count for name, count in inserts.items() if name.casefold() not in held})
    return Bones(polylines, curved, unread, missing, frozenset(hidden), {begin: stands.pop() for begin, stands in texts.items() if len(stands) == 1})


def _bends(kind: bytes, codes: list[bytes], values: list[bytes]) -> bool:
    """Whether an entity is drawn with arcs: by its kind, by a bulge of a corner, or by an edge of a hatch (2 to 4 are arcs of a circle, an ellipse, a spline)."""
    if kind in _ROUND:
        return True
    if kind not in (b"LWPOLYLINE", b"VERTEX", b"HATCH"):
        return False
    return any((code == b"42" and float(value) != 0.0) or (kind == b"HATCH" and code == b"72" and value in (b"2", b"3", b"4")) for code, value in zip(codes, values, strict=True))


def _name(codes: list[bytes], values: list[bytes]) -> str:
    """Name of a block, or of the block that an insert shows."""
    raw = next((value for code, value in zip(codes, values, strict=True) if code == b"2"), b"")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _elsewhere(codes: list[bytes], values: list[bytes]) -> bool:
    """Whether a block stands in another drawing: a reference, by its flags 4 and 8."""
    flags = next((value for code, value in zip(codes, values, strict=True) if code == b"70"), b"0")
    return flags.isdigit() and bool(int(flags) & 12)


def _unseen(codes: list[bytes], values: list[bytes]) -> bool:
    """Whether a layer is frozen (flag 1) or off (a negative colour)."""
    said = dict(zip(codes, values, strict=True))
    flags = said.get(b"70", b"0")
    return (flags.isdigit() and bool(int(flags) & 1)) or said.get(b"62", b"").startswith(b"-")


def _damaged(place: Place, line: int, reason: str) -> Exception:
    return place.refuse("container.damaged", what="DXF", row=line, reason=reason)
