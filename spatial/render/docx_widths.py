"""Widths of table columns in which no word is broken, whatever Latin face a machine has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

EM_CM = 9 * 2.54 / 72  # type of tables: 9 points
# widths of a wide serif (DejaVu Serif), in em: a machine with Times New Roman has room to spare
NARROW, WIDE = frozenset("iIjlft.,:;!'|()[]-/ "), frozenset("mwMW@%—≥≤=<>+")
EDGES_CM = 0.3  # margins of a cell, and the line around it
_BREAKS = re.compile(r"[\s一-鿿，。；：、（）“”]+")  # text may go on in the next line there


def holding(heads: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[float]) -> list[float]:
    """The widths, with the columns that would break a word widened at the cost of those with room; their sum stays.

    Where the words of all columns are wider than the table, every column has its part of the room by its longest word.
    """
    needed = [_word_cm(head, bold=True) for head in heads]
    for row in rows:
        for i, cell in enumerate(row):
            if isinstance(cell, str):
                needed[i] = max(needed[i], _word_cm(cell))
    room = sum(widths)
    if sum(needed) >= room:
        return [one * room / sum(needed) for one in needed]
    wanted = [max(one, two) for one, two in zip(widths, needed, strict=True)]
    slack = [one - two for one, two in zip(wanted, needed, strict=True)]
    over = sum(wanted) - room
    return [one - over * spare / sum(slack) if over > 0 else one for one, spare in zip(wanted, slack, strict=True)]


def _word_cm(text: str, *, bold: bool = False) -> float:
    """Width of the longest word of a cell, with the cell's margins."""
    longest = max((sum(_em(letter) for letter in word) for word in _BREAKS.split(text)), default=0.0)
    return longest * EM_CM * (1.12 if bold else 1.0) + EDGES_CM


def _em(letter: str) -> float:
    return 0.4 if letter in NARROW else 0.9 if letter in WIDE else 0.72 if letter.isupper() else 0.64
