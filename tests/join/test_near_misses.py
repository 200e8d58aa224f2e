"""Ids that found no parcel: the one known id that was meant perhaps is suggested, and nothing where several are as near."""

from __future__ import annotations

import pandas as pd
import pytest

from spatial.join.attribute import match, near_misses

KNOWN = dict.fromkeys(("330109001001GB00017", "330109001001GB00028", "330109001001GB00029"))


@pytest.mark.parametrize(("written", "meant"), [
    ("33O109001001GB00017", "330109001001GB00017"),  # the letter O for the digit
    ("330109001001GB00018", None),  # one character from ...17 and from ...28: neither is said
    ("330109001001GC00017", "330109001001GB00017"),  # one character wrong
    ("33010900101GB00017", "330109001001GB00017"),  # one left out
    ("3301090010011GB00017", "330109001001GB00017"),  # one too many
    ("330109001001GB00027", None),  # ...17, ...28 and ...29 are all as near
    ("330109001002GC00017", None),  # two characters wrong
])
def test_the_one_known_id_that_differs_by_one_character_is_suggested(written: str, meant: str | None) -> None:
    assert near_misses([written], KNOWN).get(written) == meant


@pytest.mark.parametrize("known", [("AI01", "A101"), ("A101", "AI01")])
def test_two_known_ids_that_look_alike_are_not_chosen_between(known: tuple[str, str]) -> None:
    assert near_misses(["A-IO1"], dict.fromkeys(known)) == {}


def test_short_ids_are_not_guessed_at() -> None:
    assert near_misses(["A1"], dict.fromkeys(("A2",))) == {}


def test_a_suggestion_is_never_taken() -> None:
    keyed = match(pd.Series(["330109001001GC00017"]), pd.Series(list(KNOWN)))
    assert keyed.row_matched.tolist() == [False] and keyed.pairs.empty


def test_every_id_of_a_large_layer_is_looked_at() -> None:
    known = dict.fromkeys(f"330109001001GB{i:05d}7" for i in range(60_000))
    missing = [f"330109001001GX{i:05d}7" for i in range(0, 60_000, 600)]
    assert near_misses(missing, known) == {key: key.replace("X", "B") for key in missing}
