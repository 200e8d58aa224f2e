"""One page as PDF operators: paths from arrays, text by code, layers that can be switched; everything in millimetres from the lower left corner."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.render.fonts import Font

MM = 72 / 25.4  # points
STEP = 0.05  # points: the grid on which the vertices of areas stand (0.018 mm)
PATHS_AT_ONCE = 500  # polygons in one path: viewers slow down on longer ones
TYPE_PT = 6.0  # no text is smaller
WIDE_SPACE = "\u3000"  # as wide as a Chinese letter: it sets parts of a line apart


@dataclass
class Canvas:
    """Operators of one page, and the characters that each font has to hold."""

    width: float
    height: float
    fonts: tuple[Font, ...]
    parts: list[str] = field(default_factory=list)
    used: dict[int, set[str]] = field(default_factory=dict)
    layers: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    def stream(self) -> bytes:
        return zlib.compress("\n".join(self.parts).encode("ascii"), 5)

    @contextmanager
    def layer(self, name: str) -> Iterator[None]:
        """What is drawn inside belongs to a layer that a viewer can switch."""
        if name not in self.layers:
            self.layers.append(name)
        self.parts.append(f"/OC /L{self.layers.index(name)} BDC")
        yield
        self.parts.append("EMC")

    @contextmanager
    def clipped(self, box: tuple[float, float, float, float]) -> Iterator[None]:
        self.parts.append(f"q {_n(box[0])} {_n(box[1])} {_n(box[2] - box[0])} {_n(box[3] - box[1])} re W n")
        yield
        self.parts.append("Q")

    def paint(self, fill: str = "", line: str = "", width: float = 0.1, dash: Sequence[float] = ()) -> str:
        """Set colours and pen; the operator that paints with them."""
        if fill:
            self.parts.append(f"{_rgb(fill)} rg")
        if line:
            self.parts.append(f"{_rgb(line)} RG {_n(width)} w [{' '.join(_n(d) for d in dash)}] 0 d")
        return "B" if fill and line else "f" if fill else "S"

    def box(self, x: float, y: float, wide: float, high: float, /, **pen: Any) -> None:
        done = self.paint(**pen)
        self.parts.append(f"{_n(x)} {_n(y)} {_n(wide)} {_n(high)} re {done}")

    def lines(self, lines: Sequence[Sequence[tuple[float, float]]], **pen: Any) -> None:
        done = self.paint(**pen)
        for line in lines:
            self.parts.append(" ".join(f"{_n(x)} {_n(y)} {'l' if i else 'm'}" for i, (x, y) in enumerate(line)) + f" {done}")

    def polygon(self, points: Sequence[tuple[float, float]], **pen: Any) -> None:
        done = self.paint(**pen)
        self.parts.append(" ".join(f"{_n(x)} {_n(y)} {'l' if i else 'm'}" for i, (x, y) in enumerate(points)) + f" h {done}")

    def areas(self, shapes: NDArray[Any], origin: tuple[float, float], at: tuple[float, float], scale: float, **pen: Any) -> None:
        """Polygons in metres on the ground: `origin` falls on the place `at` (mm), 1 : `scale`."""
        self.paths(outlines(shapes, origin, at, scale), **pen)

    def paths(self, paths: NDArray[Any], **pen: Any) -> None:
        """Outlines made before, painted with one pen."""
        if not len(paths):
            return
        done = self.paint(**pen)
        self.parts.append(f"q {_n4(STEP / MM)} 0 0 {_n4(STEP / MM)} 0 0 cm")
        if pen.get("line"):
            self.parts.append(f"{_n(pen.get('width', 0.1) * MM / STEP)} w [{' '.join(_n(d * MM / STEP) for d in pen.get('dash', ()))}] 0 d")
        listed = paths.tolist()
        for begin in range(0, len(listed), PATHS_AT_ONCE):
            self.parts.append(" ".join(listed[begin : begin + PATHS_AT_ONCE]) + f" {done}")
        self.parts.append("Q")

    def width_of(self, text: str, size: float) -> float:
        """Width in mm of a text at a size in points, as it will be drawn."""
        return sum(self._found(char)[2] for char in text) * max(size, TYPE_PT) / 1000 / MM

    def text(self, x: float, y: float, text: str, size: float, *, colour: str = "#111111", align: str = "left", bold: bool = False, halo: float = 0.0, spread: float = 0.0,
             turn: int = 0) -> None:
        """A line of text with its baseline at y; `halo` is a white rim in mm, `spread` extra space between letters in mm, `turn` degrees anticlockwise in quarters."""
        size = max(size, TYPE_PT)
        text = "".join(char if char.isprintable() or char == WIDE_SPACE else " " for char in text)
        self.texts.append(text)
        length = self.width_of(text, size) + spread * max(len(text) - 1, 0)
        shift = {"left": 0.0, "center": length / 2, "right": length}[align]
        cos, sin = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[turn]
        x, y = x - shift * cos, y - shift * sin
        body = self._shown(text, size)
        place = f"{cos} {sin} {-sin} {cos} {_n(x)} {_n(y)} Tm"
        space = f"{_n(spread)} Tc " if spread else ""
        reset = " 0 Tc" if spread else ""
        if halo:
            rim = f"BT 1 1 1 RG {_n(halo * 2)} w [] 0 d 1 j 1 Tr {space}{place} {body}{reset} 0 Tr ET"
            self.parts.append(f"/Span <</ActualText <FEFF>>> BDC {rim} EMC")  # a rim is no second word: copied text has the name once
        if bold:
            self.parts.append(f"BT {_rgb(colour)} rg {_rgb(colour)} RG {_n(size / MM * 0.028)} w [] 0 d 2 Tr {space}{place} {body}{reset} 0 Tr ET")
        else:
            self.parts.append(f"BT {_rgb(colour)} rg {space}{place} {body}{reset} ET")

    def _shown(self, text: str, size: float) -> str:
        runs: list[tuple[int, list[str]]] = []
        for char in text:
            font, code, _ = self._found(char)
            self.used.setdefault(font, set()).add(char)
            if not runs or runs[-1][0] != font:
                runs.append((font, []))
            runs[-1][1].append(f"{code:04X}")
        return " ".join(f"/F{font} {_n4(size / MM)} Tf <{''.join(codes)}> Tj" for font, codes in runs)

    def _found(self, char: str) -> tuple[int, int, float]:
        for number, font in enumerate(self.fonts):
            held = font.code(char)
            if held is not None:
                return (number, *held)
        if not char.isspace():
            self.missing.add(char)
        stand_in = "〓" if self.fonts[0].code("〓") else "?"  # the printer's mark for a letter that is not in the case; a finding names it
        held = self.fonts[0].code(" " if char.isspace() else stand_in)
        return (0, *(held or (0, 1000.0)))

    def fitted(self, text: str, size: float, width: float) -> str:
        """The text, cut with an ellipsis where it is wider than `width` mm."""
        if self.width_of(text, size) <= width:
            return text
        while text and self.width_of(text + "…", size) > width:
            text = text[:-1]
        return text + "…"

    def wrapped(self, text: str, size: float, width: float) -> list[str]:
        """The text in lines of at most `width` mm; breaks anywhere but inside a Latin word or number."""
        words: list[str] = []
        word = ""
        for char in text:
            if char.isascii() and not char.isspace():
                word += char
                continue
            words += [word, char] if word else [char]
            word = ""
        lines: list[str] = []
        line, long = "", 0.0
        words.append(word)
        for word in words:
            more = self.width_of(word, size)
            if line and long + more > width and word not in "，。、；：）)」”":
                lines.append(line)
                line, long = "", 0.0
            while more > width and len(word) > 1:
                cut = next(i for i in range(len(word), 0, -1) if i == 1 or self.width_of(word[:i], size) <= width)
                lines.append(word[:cut])
                word = word[cut:]
                more = self.width_of(word, size)
            if line or word.strip():  # no line begins with a space
                line, long = line + word, long + more
        return [*lines, line] if line.strip() else lines


def outlines(shapes: NDArray[Any], origin: tuple[float, float], at: tuple[float, float], scale: float) -> NDArray[Any]:
    """The outline of each polygon as path operators on the fine grid; vertices that meet on it are left out."""
    out = np.full(len(shapes), "", dtype=object)
    _, xy, held = shapely.to_ragged_array(shapely.orient_polygons(shapes)) if len(shapes) else (None, np.empty((0, 2)), ())
    if not len(xy):
        return out
    of_vertex = [np.repeat(np.arange(len(offsets) - 1), np.diff(offsets)) for offsets in held]  # ring of a vertex, part of a ring, polygon of a part
    ring, owner = of_vertex[0], of_vertex[0]
    for above in of_vertex[1:]:
        owner = above[owner]
    steps = np.rint(((xy - origin) * (1000 / scale) + at) * (MM / STEP)).astype(np.int64)
    new = np.r_[True, ring[1:] != ring[:-1]]
    kept = np.r_[True, (steps[1:] != steps[:-1]).any(axis=1)] | new
    steps, owner, new = steps[kept], owner[kept], new[kept]
    last = np.r_[new[1:], True] & ~new
    marks = np.where(new, ord("m"), np.where(last, ord("h"), ord("l"))).astype(np.uint8)  # a ring's last vertex is its first: it closes the path
    text, ends = _written(steps, marks)
    first = np.flatnonzero(np.r_[True, np.diff(owner) > 0])
    begins, stops = np.r_[0, ends][first].tolist(), np.r_[ends[first[1:] - 1], ends[-1]].tolist()
    out[owner[first]] = [text[begin : stop - 1] for begin, stop in zip(begins, stops, strict=True)]
    return out


def _written(steps: NDArray[np.int64], marks: NDArray[np.uint8]) -> tuple[str, NDArray[np.int64]]:
    """Whole numbers and marks as `x y m x y l h `, all rows at once since they are the bulk of a sheet; with the end of each row."""
    size = np.abs(steps).astype(np.uint32 if np.abs(steps).max() < 2**32 else np.uint64)
    digits = len(str(int(size.max())))
    cells = np.zeros((2 * digits + 6, len(steps)), dtype=np.uint8)  # a column a vertex: sign, digits and a space for x and for y, the mark, a space
    for axis, row in ((0, 0), (1, digits + 2)):
        left: NDArray[Any] = size[:, axis]
        cells[row] = np.where(steps[:, axis] < 0, ord("-"), 0)
        for place in range(row + digits, row, -1):
            rest = left // 10
            cells[place] = np.where((left > 0) | (place == row + digits), (left - rest * 10).astype(np.uint8) + ord("0"), 0)
            left = rest
        cells[row + digits + 1] = ord(" ")
    cells[: 2 * digits + 4, marks == ord("h")] = 0
    cells[-2], cells[-1] = marks, ord(" ")
    cells = cells.T
    kept = cells != 0
    return cells[kept].tobytes().decode("ascii"), np.cumsum(kept.sum(axis=1))


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _n4(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _rgb(colour: str) -> str:
    return " ".join(_n(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
