"""One demo run for all documents."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def demo_data(shared_demo: Path) -> Path:
    """A folder with `demo` and `demo-data` as `spatial demo --out out/demo` leaves them."""
    return shared_demo
