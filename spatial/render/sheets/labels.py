"""Names on a map without collisions: beside their ground where there is room, else led in by a line; a name that finds no place is told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from spatial.render.sheets.canvas import MM, Canvas
from spatial.render.sheets.frame import Box

SIZES = (1.0, 0.88, 0.78)
HIDDEN = 0.4  # of the box of a ground: more than that under a name, and the ground cannot be seen
RINGS = 26  # how many steps outwards a place is looked for


@dataclass(frozen=True)
class Label:
    """A name at a place on the paper (mm); `room` is the box of its ground there."""

    text: str
    x: float
    y: float
    room: Box
    weight: float
    bold: bool = True
    colour: str = "#1B2A41"


def place_labels(page: Canvas, labels: list[Label], frame: Box, size: float, taken: list[Box] | None = None) -> list[str]:
    """Draw labels, the weightiest first; returns the names for which no place was free."""
    held: list[Box] = list(taken or ())
    lost, leaders, texts = [], [], []
    for label in sorted(labels, key=lambda label: (-label.weight, label.text)):
        others = [other.room for other in labels if other is not label]
        spot = _spot(page, label, frame, size, held, others) or _spot(page, label, frame, size, held, [])
        if spot is None:
            lost.append(label.text)
            continue
        x, y, lines, points, box = spot
        held.append(box)
        if abs(x - label.x) > (box[2] - box[0]) / 2 + 1 or abs(y - label.y) > (box[3] - box[1]) / 2 + 1:
            leaders.append([(label.x, label.y), (min(max(label.x, box[0]), box[2]), min(max(label.y, box[1]), box[3]))])
        texts.append((x, y, lines, points, label))
    if leaders:
        page.lines(leaders, line="#44505E", width=0.15)
        for leader in leaders:
            page.box(leader[0][0] - 0.35, leader[0][1] - 0.35, 0.7, 0.7, fill="#44505E")
    for x, y, lines, points, label in texts:
        step = points / MM * 1.18
        for i, line in enumerate(lines):
            page.text(x, y + step * (len(lines) - 1) / 2 - i * step - points / MM * 0.36, line, points, align="center", bold=label.bold, halo=0.45, colour=label.colour)
    return lost


def _spot(page: Canvas, label: Label, frame: Box, size: float, held: list[Box], others: list[Box]) -> tuple[float, float, list[str], float, Box] | None:
    """A free place: on the ground of the label first, at every size, in one line or two; then ever further away.

    A place that hides the ground of another label, or its own ground nearly whole, is not free; with no `others` to mind any place will do.
    """
    minded = [*others, label.room] if others else []
    forms = [(points, lines) for share in SIZES for points in [max(size * share, 6.0)] for lines in _forms(page, label.text, points)]
    for points, lines in forms:
        room = label.room
        for dx, dy in ((0, 0), (0, 0.25), (0, -0.25), (0.25, 0), (-0.25, 0), (0, 0.4), (0, -0.4)):
            x, y = label.x + dx * (room[2] - room[0]), label.y + dy * (room[3] - room[1])
            box = _box(page, lines, points, x, y)
            if _free(box, frame, held) and not any(_hides(box, room) for room in minded):
                return x, y, lines, points, box
    points, lines = forms[-1] if len(forms[-1][1]) > 1 else forms[-2 if len(forms) > 1 else -1]
    for ring in range(1, RINGS):
        for turn in np.linspace(0, 2 * np.pi, 6 + ring * 2, endpoint=False):
            x, y = label.x + np.cos(turn) * ring * 3.5, label.y + np.sin(turn) * ring * 2.5
            box = _box(page, lines, points, x, y)
            if _free(box, frame, held) and not any(_hides(box, room) for room in minded):
                return float(x), float(y), lines, points, box
    return None


def _forms(page: Canvas, text: str, points: float) -> list[list[str]]:
    width = page.width_of(text, points)
    em = points / 8.6  # against the size of A3
    if width < 18 * em or len(text) < 7:
        return [[text]]
    rows = 2 if len(text) < 22 else 3 if len(text) < 40 else 4
    split = page.wrapped(text, points, width / rows * 1.12 + points / MM * 0.6)
    return [[text], split] if width < 45 * em else [split]


def _box(page: Canvas, lines: list[str], points: float, x: float, y: float) -> Box:
    wide, high = max(page.width_of(line, points) for line in lines) / 2 + 0.6, len(lines) * points / MM * 1.18 / 2 + 0.3
    return x - wide, y - high, x + wide, y + high


def _free(box: Box, frame: Box, held: list[Box]) -> bool:
    inside = box[0] >= frame[0] + 1 and box[1] >= frame[1] + 1 and box[2] <= frame[2] - 1 and box[3] <= frame[3] - 1
    return inside and not any(box[0] < other[2] and box[2] > other[0] and box[1] < other[3] and box[3] > other[1] for other in held)


def _hides(box: Box, room: Box) -> bool:
    """Whether a text covers more than `HIDDEN` of a ground's box."""
    wide, high = min(box[2], room[2]) - max(box[0], room[0]), min(box[3], room[3]) - max(box[1], room[1])
    return wide > 0 and high > 0 and wide * high > HIDDEN * max((room[2] - room[0]) * (room[3] - room[1]), 1e-9)


def anchor(shape: object) -> tuple[float, float]:
    """A place well inside a polygon: the middle of the largest circle in its largest part."""
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    bounds = shapely.bounds(largest)
    step = max(bounds[2] - bounds[0], bounds[3] - bounds[1], 1e-6)
    line = shapely.maximum_inscribed_circle(largest, tolerance=step / 60)
    point = shapely.get_point(line, 0)
    return float(shapely.get_x(point)), float(shapely.get_y(point))
