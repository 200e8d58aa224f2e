"""results.json of an earlier run, read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from spatial.errors import UsageError


def read_results(folder: Path) -> dict[str, Any]:
    """The results of a run folder; a UsageError where there are none."""
    path = folder / "results.json" if folder.is_dir() else folder
    try:
        results: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise UsageError(f"{path}: 读不出运行结果 / no results of a run ({problem})") from None
    if not isinstance(results, dict) or results.get("schema") != "spatial-results/1":
        raise UsageError(f"{path}: 不是本工具的结果 / not results of this tool")
    told: dict[str, Any] = results
    return told
