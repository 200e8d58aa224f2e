"""Workers that live as long as a module's tests, and columns that all go to files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from spatial.engine import open as opening
from spatial.engine import parked
from spatial.engine.workers import Workers, workers


@pytest.fixture(scope="module")
def team() -> Iterator[Workers]:
    with workers({"workers": 2}) as started:
        yield started


@pytest.fixture
def lent(team: Workers, monkeypatch: pytest.MonkeyPatch) -> Workers:
    """The workers of this module in place of workers of each run's own."""
    @contextmanager
    def already(settings: Any) -> Iterator[Workers]:
        yield team

    monkeypatch.setattr(opening, "workers", already)
    monkeypatch.setattr(parked, "LEAST_BYTES", 1)  # every column of numbers goes to a file, as in a large run
    return team
