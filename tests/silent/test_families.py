"""Every family has its trap and its clean twin, and each of them is a test that exists."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.corpus import containers, encodings, headers, shapes, systems, texts  # noqa: F401
from tests.corpus.cases import ALL
from tests.corpus.ledgers import test_corpus as ledgers
from tests.silent.families import CORPUS, FAMILIES, LEDGERS, Family


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_has_a_trap_and_a_twin(family: Family) -> None:
    assert family.trap and family.twin
    missing = [test for test in (*family.trap, *family.twin) if not _exists(test)]
    assert not missing, missing


def _exists(test: str) -> bool:
    place, _, case = test.partition("[")
    if place == CORPUS:
        return case.rstrip("]") in ALL
    if place == LEDGERS:
        return case.removesuffix("]") in {one.name for one in ledgers.CASES}
    file, _, name = place.partition("::")
    return callable(getattr(importlib.import_module(re.sub(r"\.py$", "", file).replace("/", ".")), name, None))
