"""How tests act on a page and read it: an act that is lost is repeated, one that came is not, and what never comes is told with what was seen last."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import settings

from tests.browsers import Hand, becomes, until


class Slow:
    """A page that loses its first events, and has the others only when it is asked for the second time."""

    def __init__(self, lost: int):
        self.lost, self.acts, self.held, self.had = lost, 0, 0, [0, 0.0, 0.0]
        self.mouse = SimpleNamespace(move=self.act, click=self.act)

    def act(self, x: float, y: float) -> None:
        self.acts += 1
        if self.acts > self.lost:
            self.coming, self.held = [self.acts, x, y], 2

    def evaluate(self, script: str, kind: str) -> list[float]:
        self.held -= 1
        if self.held == 0:
            self.had = [self.had[0] + 1, *self.coming[1:]]
        return self.had

    def wait_for_timeout(self, ms: float) -> None:
        pass


def test_an_act_that_is_lost_is_repeated_and_one_that_is_late_is_not() -> None:
    late, lossy, deaf = Slow(0), Slow(1), Slow(99)
    Hand(late, tries=3, patience=3000).click(5, 7)
    Hand(lossy, tries=3, patience=300).click(5, 7)
    assert (late.acts, late.had) == (1, [1, 5, 7]) and (lossy.acts, lossy.had) == (2, [1, 5, 7])
    with pytest.raises(AssertionError, match="3 times, and the page had no click"):
        Hand(deaf, tries=3, patience=30).click(5, 7)
    assert deaf.acts == 3


def test_a_move_is_done_when_the_page_has_that_very_place() -> None:
    page = Slow(1)
    Hand(page, tries=3, patience=300).move(50, 7)
    assert page.acts == 3 and page.had == [1, 50, 7]  # lost; from beside; there


def test_what_never_holds_is_told_with_what_was_seen_last() -> None:
    page, given = Slow(0), iter(range(10**9))
    assert until(page, lambda: next(given), lambda seen: seen == 5) == 5
    with pytest.raises(AssertionError, match=r"after 0\.01 s still 'b', and not 'a'"):
        becomes(page, lambda: "b", "a", patience=10)


def test_an_example_of_a_property_has_no_time_to_keep() -> None:
    assert settings().deadline is None
