"""Finds the tables that travel with the package (layers/, maps/, policies): in the wheel, or beside a checkout."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Folder `layers` or `maps`: inside the installed package, else at the top of the checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


@lru_cache(maxsize=64)
def table(path: Path) -> dict[str, Any]:
    """One TOML table of the package; callers must not change it."""
    return tomllib.loads(path.read_text(encoding="utf-8"))
