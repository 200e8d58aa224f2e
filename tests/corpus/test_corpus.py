"""The corpus: every odd or damaged input ends in the right numbers, in a repair on record, or in a refusal that names place and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus import abroad, containers, corners, drawings, encodings, headers, nested, shapes, systems, texts  # noqa: F401
from tests.corpus.cases import ALL, judge
from tests.corpus.desk import Desk


@pytest.mark.parametrize("name", ALL)
def test_case(name: str, tmp_path: Path) -> None:
    judge(ALL[name], Desk(tmp_path))
