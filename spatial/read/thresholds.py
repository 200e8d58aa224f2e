"""Thresholds and rules of imagery evidence: the packaged ones, or a file beside the study that changes some of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spatial import resources
from spatial.errors import Finding, found

NUMBERS = ("cover", "slope", "unit", "ramp", "one_sided", "weight", "expected")
NEEDED = ("id", "zh", "en", "declared", "severity")


def load_thresholds(name: str, base: Path) -> tuple[Mapping[str, Any], list[Finding]]:
    """The table a study names (`default`, or a path); a file states only what it changes, and its rules replace the packaged ones."""
    default = resources.table(resources.folder("layers") / "evidence" / "thresholds.toml")
    if name == "default":
        return default, []
    path = base / name
    if not path.is_file():
        return default, [found("study.wrong_value", role="study", field="rules.evidence", value_seen=name, expected="default | path",
                               suggestion_zh="请写文件路径", suggestion_en="name a file")]
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = [f"{section}.{key}" for section, values in table.items() if section != "rule" for key in ([""] if section not in NUMBERS else set(values) - set(default[section]))]
        lacking = [key for rule in table.get("rule", ()) for key in NEEDED if key not in rule]
        if unknown or lacking:
            raise ValueError(", ".join([*sorted(unknown), *lacking]))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError, AttributeError) as reason:
        return default, [found("study.not_toml", role="study", path=name, field="rules.evidence", reason=str(reason))]
    return {**default, **{section: {**default[section], **table[section]} for section in NUMBERS if section in table}, "rule": table.get("rule", default["rule"])}, []
