"""One demo run for all documents."""

from __future__ import annotations

from pathlib import Path

import pytest

import spatial


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `demo` and `demo-data` as `spatial demo --out out/demo` leaves them."""
    home = tmp_path_factory.mktemp("documents")
    spatial.demo(home / "demo")
    return home
