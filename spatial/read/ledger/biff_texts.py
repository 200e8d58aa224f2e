"""Shared texts of an .xls that are made of runs: those of which a run is struck out, or is a raised figure behind a figure."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spatial.read.ledger.scan import Damaged

SHARED, CONTINUED = 0xFC, 0x3C
WIDE, EXTENDED, RICH = 0x01, 0x04, 0x08


@dataclass(frozen=True, slots=True)
class FontMarks:
    """What a font does to its text."""

    struck: bool
    raised: bool


class _Pieces:
    """The bytes of one record and those that go on with it; characters that are cut by the end of one begin the next with their width."""

    def __init__(self, pieces: Sequence[bytes]):
        self.pieces, self.piece, self.at = pieces, 0, 0

    def take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            taken += self._some(count - len(taken))
        return taken

    def text(self, characters: int, wide: bool) -> str:
        said = ""
        while len(said) < characters:
            if self.at >= len(self.pieces[self.piece]):
                self._next()
                wide = bool(self.take(1)[0] & WIDE)
            size = 2 if wide else 1
            here = min(characters - len(said), (len(self.pieces[self.piece]) - self.at) // size)
            if here <= 0:
                raise Damaged("a shared text is cut")
            part = self._some(here * size)
            said += _units(part) if wide else part.decode("latin-1")
        return said

    def _some(self, count: int) -> bytes:
        if self.at >= len(self.pieces[self.piece]):
            self._next()
        part = self.pieces[self.piece][self.at : self.at + count]
        self.at += len(part)
        return part

    def _next(self) -> None:
        if self.piece + 1 >= len(self.pieces):
            raise Damaged("a shared text is cut")
        self.piece, self.at = self.piece + 1, 0


def _units(data: bytes) -> str:
    """One character for each unit of 16 bits, as runs count them."""
    return "".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data)))


def marked_texts(records: Iterable[tuple[int, bytes, int]], fonts: Sequence[FontMarks]) -> dict[int, str]:
    """Number of a shared text -> `struck` or `raised`, for those that do not read as one text."""
    if not any(font.struck or font.raised for font in fonts):
        return {}
    pieces: list[bytes] = []
    for kind, body, _ in records:
        if kind == SHARED:
            pieces = [body]
        elif pieces and kind == CONTINUED:
            pieces.append(body)
        elif pieces:
            break
    if not pieces or len(pieces[0]) < 8:
        return {}
    told: dict[int, str] = {}
    try:
        for i, (text, runs) in enumerate(_texts(pieces)):
            if runs and (reason := reason_of(text, [(start, number - (number > 4)) for start, number in runs], fonts)):  # there is no font 4
                told[i] = reason
    except Damaged:  # a table that states more texts than it holds: what reads the cells decides on it
        return told
    return told


def _texts(pieces: list[bytes]) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    source = _Pieces(pieces)
    count = struct.unpack("<I", source.take(8)[4:])[0]
    for _ in range(count):
        characters, flags = struct.unpack("<HB", source.take(3))
        runs = struct.unpack("<H", source.take(2))[0] if flags & RICH else 0
        further = struct.unpack("<I", source.take(4))[0] if flags & EXTENDED else 0
        text = source.text(characters, bool(flags & WIDE))
        held = source.take(4 * runs)
        source.take(further)
        yield text, [struct.unpack_from("<HH", held, 4 * i) for i in range(runs)]


def reason_of(text: str, runs: list[tuple[int, int]], fonts: Sequence[FontMarks]) -> str:
    """Why the runs of a text, each its first character and its font, do not read as one text: `struck`, `raised`, or "" where they do."""
    ends = [start for start, _ in runs[1:]] + [len(text)]
    for (start, number), end in zip(runs, ends, strict=True):
        font, said = fonts[number] if number < len(fonts) else FontMarks(False, False), text[start:end].strip()
        if font.struck and said:
            return "struck"
        if font.raised and said.isdigit() and text[:start].rstrip()[-1:].isdigit():
            return "raised"
    return ""
