"""Faithful and broken combinations of habits, a few here and two thousand under `make fuzz`."""

from __future__ import annotations

import pytest

from tests.corpus.combined import draw, silent, told, tried


@pytest.mark.parametrize("seed", range(12))
def test_a_faithful_combination_is_answered_as_the_truth(seed: int) -> None:
    assert tried(seed, draw(seed)) == [], ", ".join(told(draw(seed)))


@pytest.mark.parametrize("seed", range(8))
def test_a_broken_combination_is_refused_or_repaired(seed: int) -> None:
    assert silent(seed) == []
