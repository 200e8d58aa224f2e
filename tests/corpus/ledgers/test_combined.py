"""Ledgers with many oddities at once: a few renderings of each true table here, many under `make verify` and `make fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

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


def _checked(kind: str, seeds: range, folder: Path) -> None:
    assert [told for seed in seeds if (told := outcome(kind, seed, options(kind, seed), folder)[0])] == []
