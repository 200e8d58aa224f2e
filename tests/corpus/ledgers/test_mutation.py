"""A mutation run over every kind of ledger, small here, larger under `make verify` and `make fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.ledgers.mutation import KINDS, run


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_copies_are_read_or_refused(kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _checked(kind, 200, tmp_path, capfd)


@pytest.mark.verify
@pytest.mark.parametrize("kind", KINDS)
def test_many_damaged_copies_are_read_or_refused(kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _checked(kind, 1000, tmp_path, capfd)


def _checked(kind: str, count: int, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tally = run(kind, count, folder)
    assert tally.wrong == []
    assert "panicked" not in capfd.readouterr().err  # a panic of the cell reader is a refusal, not a trace
    assert tally.copies == count and tally.refused > 0
