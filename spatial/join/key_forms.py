"""Ids that are one character apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MOST_TRIED = 10_000_000  # texts looked up for suggestions; beyond it fewer ids are given one


def one_edit_away(missing: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """For ids that found nothing, the one known id with a single character changed, lost or added; none where several are as near.

    Every text one edit away is looked up, so that a layer of a million ids costs no more than one of a thousand.
    """
    held = frozenset(known)
    letters = sorted(set("".join(held)))
    left = MOST_TRIED
    near: dict[str, str] = {}
    for key in missing:
        left -= 2 * len(key) * len(letters)
        if left < 0:
            break
        if len(key) >= 3:
            found = held.intersection(_edits(key, letters)) - {key}
            if len(found) == 1:
                near[key] = next(iter(found))
    return near


def _edits(key: str, letters: list[str]) -> Iterator[str]:
    """Every text that is one change, loss or addition of a letter away."""
    for i in range(len(key) + 1):
        head, tail, rest = key[:i], key[i:], key[i + 1 :]
        yield from [head + letter + tail for letter in letters]
        if tail:
            yield from [head + letter + rest for letter in letters]
            yield head + rest
