"""Where the texts of a drawing stand: by the point to which they are aligned, which need not be the one where they begin, and by their middle."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

WIDE, NARROW = 1.0, 0.6  # of its height: how wide a Chinese character is, and another, whatever the font
_FORMAT = re.compile(r"\\[ACcfFHQTWpS][^;]*;|\\[LlOoKk]|[{}]")


class Stand(NamedTuple):
    """The point to which a text is aligned, and about where its middle is."""

    x: float
    y: float
    middle_x: float
    middle_y: float


def stand_of(kind: bytes, codes: list[bytes], values: list[bytes]) -> tuple[tuple[float, float], Stand] | None:
    """Where a text begins, as GDAL has it, and where it stands; None where it is mirrored, or turned in a way that is not read."""
    said = dict(zip(reversed(codes), reversed(values), strict=True))  # of a code that comes twice the first
    if not {b"10", b"20"} <= said.keys() or float(said.get(b"230", b"1")) < 0:
        return None
    begin = float(said[b"10"]), float(said[b"20"])
    height = float(said.get(b"40", b"0"))
    words = _words(b"".join(value for code, value in zip(codes, values, strict=True) if code in (b"1", b"3")))
    if kind == b"MTEXT":
        if said.keys() & {b"11", b"50"}:
            return None
        lines = _FORMAT.sub("", words).split("\\P")
        place = max(_whole(said.get(b"71", b"1")) - 1, 0)
        right, up = (1 - place % 3) * max(map(_width, lines)) * height / 2, (place // 3 - 1) * len(lines) * height / 2
        return begin, Stand(*begin, begin[0] + right, begin[1] + up)
    across, upright = _whole(said.get(b"72", b"0")), _whole(said.get(b"73", b"0"))
    point = (float(said[b"11"]), float(said[b"21"])) if (across or upright) and {b"11", b"21"} <= said.keys() else begin
    if across in (3, 5):  # between two points
        point = (begin[0] + point[0]) / 2, (begin[1] + point[1]) / 2
    right = {0: 0.5, 2: -0.5}.get(across, 0.0) * _width(words) * height * float(said.get(b"41", b"1"))
    up = 0.0 if across == 4 else {2: 0.0, 3: -0.5}.get(upright, 0.5) * height
    turn = math.radians(float(said.get(b"50", b"0")))
    return begin, Stand(*point, point[0] + right * math.cos(turn) - up * math.sin(turn), point[1] + right * math.sin(turn) + up * math.cos(turn))


def _words(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _width(words: str) -> float:
    return sum(WIDE if ord(letter) > 0x2E80 else NARROW for letter in words)


def _whole(value: bytes) -> int:
    return int(value) if value.isdigit() else 0
