"""A mutation run over GeoTIFFs, small here and large under `make fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.raster.mutation import KINDS, run


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_rasters_are_read_or_refused(kind: str, tmp_path: Path) -> None:
    tally = run(kind, 200, tmp_path)
    assert tally.wrong == []
    assert tally.copies == 200 and tally.refused > 0
