"""Small drawings whose areas are known by hand, and texts that name the parcel in which they stand, not the one in which they begin."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import shapely

from spatial.read.vector import read_vector
from spatial.schema.raw import RawLayer

X, Y = 520_000.0, 3_340_000.0
HALF = math.pi * 50**2 / 2  # half a circle on a side of 100 m

Point = tuple[float, float]


def _pairs(*parts: Any) -> str:
    return "\n".join(str(part) for part in parts)


def _square(west: float, south: float, side: float = 100) -> list[Point]:
    return [(west, south), (west + side, south), (west + side, south + side), (west, south + side)]


def _line(handle: int, points: Sequence[Point], *, flag: int = 1, bulges: Mapping[int, float] | None = None, more: Sequence[Any] = ()) -> str:
    corners = [_pairs(10, x, 20, y, *((42, bulges[i]) if bulges and i in bulges else ())) for i, (x, y) in enumerate(points)]
    return _pairs(0, "LWPOLYLINE", 5, f"{handle:X}", 100, "AcDbEntity", 8, "宗地", 100, "AcDbPolyline", 90, len(points), 70, flag, *more, *corners)


def _corners(points: Sequence[tuple[float, float, float]], *, flag: int, each: Sequence[int]) -> str:
    lines = [_pairs(0, "VERTEX", 8, "宗地", 10, x, 20, y, 30, z, 70, kind) for (x, y, z), kind in zip(points, each, strict=True)]
    return _pairs(0, "POLYLINE", 5, "10", 8, "宗地", 66, 1, 70, flag, 10, 0.0, 20, 0.0, 30, 0.0, *lines, 0, "SEQEND", 8, "宗地")


def _hatch(rings: Sequence[Sequence[Point]]) -> str:
    paths = [_pairs(92, 3, 72, 0, 73, 1, 93, len(ring), *(_pairs(10, x, 20, y) for x, y in ring), 97, 0) for ring in rings]
    return _pairs(0, "HATCH", 5, "10", 100, "AcDbEntity", 8, "宗地", 100, "AcDbHatch", 10, 0.0, 20, 0.0, 30, 0.0, 210, 0.0, 220, 0.0, 230, 1.0, 2, "SOLID", 70, 1, 71, 0, 91, len(rings), *paths,
                  75, 0, 76, 1, 98, 1, 10, 0.0, 20, 0.0)


def _insert(*more: Any, scale: Point = (1, 1)) -> str:
    return _pairs(0, "INSERT", 5, "10", 100, "AcDbEntity", 8, "宗地", 100, "AcDbBlockReference", 2, "B", 10, X, 20, Y, 30, 0.0, 41, scale[0], 42, scale[1], 43, 1, 50, 0, *more)


def _text(handle: int, begin: Point, words: str, *more: Any, kind: str = "TEXT") -> str:
    return _pairs(0, kind, 5, f"{handle:X}", 100, "AcDbEntity", 8, "宗地号", 100, "AcDbText", 10, X + begin[0], 20, Y + begin[1], 30, 0.0, 40, 10.0, 1, words, *more)


def _read(tmp_path: Path, *entities: str, block: str = "") -> RawLayer:
    head = _pairs(0, "SECTION", 2, "HEADER", 9, "$ACADVER", 1, "AC1015", 9, "$DWGCODEPAGE", 3, "ANSI_936", 0, "ENDSEC")
    blocks = _pairs(0, "SECTION", 2, "BLOCKS", 0, "BLOCK", 8, 0, 2, "B", 70, 0, 10, 0.0, 20, 0.0, 30, 0.0, 3, "B", 1, "", block, 0, "ENDBLK", 8, 0, 0, "ENDSEC") if block else ""
    (tmp_path / "a.dxf").write_text(_pairs(head, *([blocks] if block else []), 0, "SECTION", 2, "ENTITIES", *entities, 0, "ENDSEC", 0, "EOF", ""), encoding="gbk")
    return read_vector(tmp_path / "a.dxf", role="parcels", shown_path="a.dxf")


HERE = _square(X, Y)
RING = [(X + 50 + 50 * math.cos(i * math.pi / 32), Y + 50 + 50 * math.sin(i * math.pi / 32)) for i in range(64)]
DRAWINGS: dict[str, tuple[str, str, float]] = {
    "a side bulges out": (_line(16, HERE, bulges={1: 1.0}), "", 10_000 + HALF),
    "a side is dented": (_line(16, HERE, bulges={1: -1.0}), "", 10_000 - HALF),
    "the side that closes it bulges out": (_line(16, HERE, bulges={3: 1.0}), "", 10_000 + HALF),
    "its first corner repeated, and a bulge": (_line(16, [*HERE, HERE[0]], flag=0, bulges={1: 1.0}), "", 10_000 + HALF),
    "two corners and two half circles": (_line(16, HERE[:2], bulges={0: 1.0, 1: 1.0}), "", 2 * HALF),
    "at a height, with line patterns": (_line(16, HERE, flag=129, more=(38, 12.5)), "", 10_000),
    "mirrored by its direction": (_line(16, [(-x, y) for x, y in HERE], more=(210, 0.0, 220, 0.0, 230, -1.0)), "", 10_000),
    "on a slope of 45 degrees": (_corners([(x, y, x - X) for x, y in HERE], flag=9, each=[32] * 4), "", 10_000),
    "a curve through 64 points, and the frame that it was made from": (_corners([*((x, y, 0) for x, y in HERE), *((x, y, 0) for x, y in RING)], flag=5, each=[16] * 4 + [8] * 64), "",
                                                                      32 * 50**2 * math.sin(math.pi / 32)),
    "a hatch with a hole": (_hatch([HERE, _square(X + 20, Y + 20, 10)]), "", 9_900),
    "a hatch of two parts": (_hatch([HERE, _square(X + 200, Y, 10)]), "", 10_100),
    "a block six times": (_insert(70, 3, 71, 2, 44, 200, 45, 300), _line(64, _square(0, 0)), 60_000),
    "a block twice as wide, with half a circle": (_insert(scale=(2, 1)), _line(64, _square(0, 0), bulges={1: 1.0}), 2 * (10_000 + HALF)),
    "a block mirrored": (_insert(scale=(-1, 1)), _line(64, _square(0, 0)), 10_000),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_ground_of_a_drawing_is_what_its_corners_and_arcs_enclose(name: str, tmp_path: Path) -> None:
    entity, block, ground = DRAWINGS[name]
    shapes = _read(tmp_path, entity, block=block).geometry
    assert shapes is not None and shapely.area(list(shapes)).sum() == pytest.approx(ground, rel=1e-4)


CENTRED = (72, 1, 73, 2)  # aligned to its middle


@pytest.mark.parametrize(("second", "names", "astride"), [
    (_text(33, (98, 45), "B1", 11, X + 150, 21, Y + 50, *CENTRED), ["A1", "B1"], 0),  # begins in the first parcel and is aligned to the middle of the second
    (_text(33, (150, 45), "B1"), ["A1", "B1"], 0),
    (_text(33, (199, 45), "B1", 11, X + 150, 21, Y + 50, 72, 2), ["A1", "B1"], 0),  # to its right end
    (_text(33, (101, 45), "B1", 11, X + 199, 21, Y + 45, 72, 5), ["A1", "B1"], 0),  # between two points
    (_text(33, (150, 50), "B1", 71, 5, kind="MTEXT"), ["A1", "B1"], 0),
    (_text(33, (198, 45), "一个很长的宗地名称"), ["A1", "一个很长的宗地名称"], 1),  # runs on into the third
    (_text(33, (110, 45), "八个汉字的宗地名"), ["A1", "八个汉字的宗地名"], 0),
])
def test_a_text_names_the_parcel_to_whose_ground_it_is_aligned(second: str, names: list[str], astride: int, tmp_path: Path) -> None:
    lines = [_line(16 + i, _square(X + 100 * i, Y)) for i in range(3)]
    raw = _read(tmp_path, *lines, _text(32, (40, 45), "A1"), second)
    assert raw.frame["Text@宗地号"].tolist()[:3] == [*names, None]
    assert sum(f.count for f in raw.findings if f.code == "container.text_astride") == astride
