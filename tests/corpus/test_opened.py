"""Hostile and ordinary files open nothing but themselves, and nothing speaks to the network: seen from within Python, and by strace from without."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.corpus.opened import SAMPLE, foreign, run

Seen = tuple[dict[str, list[str]], list[str] | None, Path]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    base = tmp_path_factory.mktemp("opened")
    return (*run(SAMPLE, base, trace=shutil.which("strace") is not None), base)


def test_python_opens_only_files_of_the_study_and_no_socket(seen: Seen) -> None:
    hook, _, base = seen
    assert sum(path.startswith(str(base)) for path in hook["open"]) > 50
    assert foreign(hook["open"], base) == {}
    assert (hook["network"], hook["started"]) == ([], [])


@pytest.mark.strace
def test_no_library_opens_or_changes_a_file_outside_the_study(seen: Seen) -> None:
    _, calls, base = seen
    assert calls is not None and sum(path.endswith("geojson_crs_file_link/parcels.geojson") for path in calls) > 0
    assert foreign(calls, base) == {}


@pytest.mark.strace
def test_a_file_outside_the_study_would_be_seen(tmp_path: Path) -> None:
    told = ["/etc/passwd", str(tmp_path / "study.toml"), "/usr/lib/libgdal.so.32", "/root/.config/gdal/gdalrc"]
    assert set(foreign(told, tmp_path)) == {"/etc/passwd", "/root/.config/gdal/gdalrc"}
