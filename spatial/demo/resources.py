"""Where the demo's own data lie: layers/demo in the checkout, or beside the package once it is installed."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve()
_FOLDERS = (_HERE.parents[2] / "layers" / "demo", _HERE.parents[1] / "layers" / "demo")


def folder() -> Path:
    """The folder of the demo's templates and parameters."""
    for place in _FOLDERS:
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the demo's data folder is in none of {[str(place) for place in _FOLDERS]}")


@lru_cache(maxsize=8)
def parameters(name: str) -> dict[str, Any]:
    """One TOML file of the demo's parameters."""
    return tomllib.loads((folder() / f"{name}.toml").read_text(encoding="utf-8"))
