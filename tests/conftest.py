"""What a machine lacks: tests that need it are skipped with the reason, or fail where it is required."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from spatial.read import doors  # before any test file brings in another geospatial library, whichever files are asked for in whichever order
from tests.browsers import CHROMIUM, CHROMIUM_QUIET, PATIENCE, PatientBrowser
from tests.servers import postgis_folder

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # an example may take long where the machine is busy
settings.load_profile("calm")


# Files of a minute or two each: they begin first, so that no worker is left alone with one at the end.
LONG = ("documents/test_snippets.py", "notebooks/test_notebooks.py", "golden/test_cambridge.py", "maps/test_planning.py", "corpus/test_corpus.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((i for i, name in enumerate(LONG) if item.path.as_posix().endswith(f"tests/{name}")), len(LONG)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("chromium") and CHROMIUM is None:
        if "chromium" in os.environ.get("SPATIAL_REQUIRE", ""):
            pytest.fail("Chromium is required and not on this machine")
        pytest.skip("no Chromium on this machine")
    if item.get_closest_marker("postgis") and postgis_folder() is None:
        if "postgis" in os.environ.get("SPATIAL_REQUIRE", ""):
            pytest.fail("PostgreSQL with PostGIS is required and not on this machine")
        pytest.skip("no PostgreSQL with PostGIS on this machine")
    if item.get_closest_marker("strace") and not shutil.which("strace"):
        pytest.skip("no strace on this machine")


def _listing() -> dict[str, str]:
    """Every file that tests read but must not touch, with its hash."""
    given = (ROOT / "layers", ROOT / "maps", ROOT / "spatial" / "policies", ROOT.parent / "shared" / "data")
    files = (path for folder in given for path in sorted(folder.rglob("*")) if path.is_file() and not {"__pycache__", "output"} & {*path.parts})
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="session", autouse=True)
def untouched() -> Iterator[None]:
    """What the repository and its neighbour give to read is the same after all tests: no file more, none less, none changed."""
    before = _listing()
    assert not doors.loaded_too_early
    yield
    changed = sorted(set(before.items()) ^ set(_listing().items()))
    assert not changed, f"inputs were touched: {changed[:5]}"


@pytest.fixture(scope="session", autouse=True)
def no_sheets() -> Iterator[None]:
    """Runs leave out the map sheets, which take seconds and have tests of their own in tests/print."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("spatial.render.outputs.write_sheets", lambda *given, **options: [])
        yield


@pytest.fixture(scope="session")
def shared_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `demo` and `demo-data` as `spatial demo` leaves them, without sheets: one run for all tests and workers, and its result as it was in memory. Read it, or copy it."""
    import spatial

    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared-demo"
    home.mkdir(exist_ok=True)
    with FileLock(home / "one.lock"):
        if not (home / "done").exists():
            done = spatial.demo(home / "demo")
            (home / "result.pickle").write_bytes(pickle.dumps(done.result))
            (home / "done").touch()
    return home


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium that speaks to nobody."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_QUIET), timeout=PATIENCE)
        yield PatientBrowser(launched)
        launched.close()
