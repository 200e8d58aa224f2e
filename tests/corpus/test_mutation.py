"""A mutation run over every kind of vector file, small here and large under `make fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.mutation import CHECKED, KINDS, run


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_copies_are_read_or_refused(kind: str, tmp_path: Path) -> None:
    tally = run(kind, 200, tmp_path)
    assert tally.wrong == []
    assert tally.copies == 200
    assert tally.refused > 0
    assert kind not in CHECKED or tally.silent == 0
