"""A mutation run over every kind of ledger, small here and large under `make fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.ledgers.mutation import KINDS, run


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_copies_are_read_or_refused(kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    read, refused, wrong = run(kind, 200, tmp_path)
    assert wrong == []
    assert "panicked" not in capfd.readouterr().err  # a panic of the cell reader is a refusal, not a trace
    assert read + refused == 200 and refused > 0
