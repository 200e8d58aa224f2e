"""The demo district, built and written once for all its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from spatial.demo import DemoTruth, build_demo


@pytest.fixture(scope="session")
def truth() -> DemoTruth:
    return build_demo()


@pytest.fixture(scope="session")
def demo_folder(shared_demo: Path) -> Path:
    return shared_demo / "demo-data"
