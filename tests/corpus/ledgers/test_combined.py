"""Ledgers with many oddities at once, and broken twins of them: a few renderings of each true table here, many under `make verify` and `make fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.ledgers import combined_broken
from tests.corpus.ledgers.combined import options
from tests.corpus.ledgers.combined_run import outcome
from tests.corpus.ledgers.combined_tables import TABLES


@pytest.mark.parametrize("kind", TABLES)
def test_every_rendering_comes_to_the_true_table(kind: str, tmp_path: Path) -> None:
    _checked(kind, range(12), tmp_path)


@pytest.mark.verify
@pytest.mark.parametrize("kind", TABLES)
def test_many_renderings_come_to_the_true_table(kind: str, tmp_path: Path) -> None:
    _checked(kind, range(1000), tmp_path)


@pytest.mark.parametrize("kind", TABLES)
def test_a_broken_rendering_is_refused_or_told(kind: str, tmp_path: Path) -> None:
    _told(kind, range(5), tmp_path)


@pytest.mark.verify
@pytest.mark.parametrize("kind", TABLES)
def test_many_broken_renderings_are_refused_or_told(kind: str, tmp_path: Path) -> None:
    _told(kind, range(300), tmp_path)


def _told(kind: str, seeds: range, folder: Path) -> None:
    ways = [(seed, combined_broken.outcome(kind, seed, *combined_broken.broken(kind, seed), folder)) for seed in seeds]
    assert [told for told in ways if told[1][0] in ("silent", "twin refused")] == []
    assert any(way == "refused" for _, (way, _) in ways)


def _checked(kind: str, seeds: range, folder: Path) -> None:
    assert [told for seed in seeds if (told := outcome(kind, seed, options(kind, seed), folder)[0])] == []
