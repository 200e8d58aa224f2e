"""The version stands in one place; all else asks there."""

from __future__ import annotations

import importlib.metadata
import json
import re
import tomllib
from pathlib import Path

import spatial
from spatial.pipeline import version

ROOT = Path(__file__).resolve().parents[2]


def test_the_version_stands_in_one_place() -> None:
    assert importlib.metadata.version("spatial-landuse") == spatial.__version__ == version()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"] and project["tool"]["hatch"]["version"]["path"] == "spatial/__init__.py"
    assert "version" not in json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    written = [path for path in (ROOT / "spatial").rglob("*.py") if re.search(rf'["\']{re.escape(spatial.__version__)}["\']', path.read_text(encoding="utf-8"))]
    assert written == [ROOT / "spatial" / "__init__.py"]


def test_the_changelog_begins_with_it() -> None:
    assert re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)[1] == spatial.__version__  # type: ignore[index]
