"""Finds the tables that travel with the package (layers/, maps/, policies), in the wheel or beside a checkout; addresses of databases."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Folder `layers` or `maps`: inside the installed package, else at the top of the checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def sqlite_uri(path: Path | str, query: str) -> str:
    """Address of a SQLite file: no host is ever in it (a network drive is a plain name), and every mark of the name is a letter."""
    return f"file:{quote(str(path))}?{query}"


@lru_cache(maxsize=64)
def table(path: Path) -> dict[str, Any]:
    """One TOML table of the package; callers must not change it."""
    return tomllib.loads(path.read_text(encoding="utf-8"))
