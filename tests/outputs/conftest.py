"""A small district whose runs write into a folder that the tests watch."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tests.flow.conftest import District, district, value

__all__ = ["district", "value", "listing", "intact"]


@pytest.fixture(scope="session")
def _finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return District(tmp_path_factory.mktemp("finished")).run().folder


@pytest.fixture
def earlier(district: District, _finished: Path) -> Path:  # noqa: F811
    """The results of an earlier run of the plain district, in its output folder."""
    return Path(shutil.copytree(_finished, district.folder / "out" / "study"))


def listing(folder: Path) -> dict[str, str]:
    """Every file under a folder with its hash."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


def intact(folder: Path) -> bool:
    """Whether every file that the manifest names is there, whole."""
    manifest = json.loads((folder / "run.lock.json").read_text(encoding="utf-8"))
    return all(hashlib.sha256((folder / row["path"]).read_bytes()).hexdigest() == row["sha256"] for row in manifest["outputs"])
