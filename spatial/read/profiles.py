"""What profiles of evaluations have in common: found by name among the packaged ones or as a file beside the study, and checked key by key."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from spatial import resources
from spatial.errors import Finding, found

P = TypeVar("P")


def load_profile(name: str, base: Path, *, folder: str, rule: str, wrong: str, make: Callable[[str, Mapping[str, Any]], P]) -> tuple[P | None, list[Finding]]:
    """The profile that a rule of the study names, made of its table; `none` is no evaluation.

    folder : of the packaged ones, in layers/; wrong : code of the finding for a profile that `make` refuses
    """
    if name == "none":
        return None, []
    packaged = resources.folder("layers") / folder
    known = sorted(file.stem for file in packaged.glob("*.toml"))
    path = packaged / f"{name}.toml" if name in known else base / name
    if not path.is_file():
        return None, [found("study.wrong_value", role="study", field=rule, value_seen=name, expected="none | " + " | ".join(known) + " | path",
                            suggestion_zh="请写评价办法名称或文件路径", suggestion_en="name a profile or a file")]
    try:
        return make(name, tomllib.loads(path.read_text(encoding="utf-8-sig"))), []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        return None, [found("study.not_toml", role="study", path=name, field=rule, reason=str(reason))]
    except (KeyError, TypeError, ValueError, AttributeError) as reason:
        return None, [found(wrong, role="study", path=name, field=rule, value_seen=str(reason).strip("'\""))]


def only(table: Mapping[str, Any], keys: set[str], place: str) -> None:
    """A ValueError that names the keys of a table that nobody asks for."""
    if unknown := sorted(set(table) - keys):
        raise ValueError(", ".join(f"{place}{key}" for key in unknown))


def number(value: Any, key: str) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{key} = {value}")
    return float(value)


def choice(value: Any, choices: tuple[str, ...], key: str) -> str:
    """One of some words."""
    if value not in choices:
        raise ValueError(f"{key} = {value} ({' | '.join(choices)})")
    return str(value)
