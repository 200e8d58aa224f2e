"""results.json of an earlier run, read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spatial.errors import UsageError, first_of
from spatial.schema.result import COURSE_COLUMNS, INPUT_COLUMNS, JOIN_COLUMNS, READING_COLUMNS, SCORE_COLUMNS, VALUE_COLUMNS, ZONE_COLUMNS

PARTS: dict[str, type] = {"study": dict, "inputs": list, "zones": list, "values": list, "scorecard": list, "readings": list, "course": list, "balance": dict, "joins": list,
                          "findings": list}
COLUMNS = {"study": {"name", "as_of", "period", "allocation", "area_rule", "working_crs", "language", "rules"}, "inputs": {*INPUT_COLUMNS}, "zones": {*ZONE_COLUMNS},
           "values": {*VALUE_COLUMNS}, "scorecard": {*SCORE_COLUMNS, "reason", "exact"}, "readings": {*READING_COLUMNS}, "course": {*COURSE_COLUMNS}, "joins": {*JOIN_COLUMNS},
           "balance": {"parcels_m2", "parcels_union_m2", "inside_m2", "outside_m2", "overlap_m2", "closure_relative"}}
LISTED = 10


def read_results(folder: Path) -> dict[str, Any]:
    """The results of a run folder; a UsageError where there are none."""
    path = folder / "results.json" if folder.is_dir() else folder
    try:
        results: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise UsageError(f"{path}: 读不出运行结果 / no results of a run ({problem})") from None
    if not isinstance(results, dict) or results.get("schema") != "spatial-results/1":
        raise UsageError(f"{path}: 不是本工具的结果 / not results of this tool")
    if lacking := [*_lacking(results)]:
        raise UsageError(f"{path}: 运行结果不完整，缺 {first_of(lacking, LISTED)}；请重新运行 / the results of the run lack {first_of(lacking, LISTED).told('en')}; run it again")
    told: dict[str, Any] = results
    return told


def _lacking(results: dict[str, Any]) -> Iterator[str]:
    """The parts and columns that results of this version have and these lack, or have in another form."""
    for part, kind in PARTS.items():
        if not isinstance(results.get(part), kind):
            yield part
    for part, columns in COLUMNS.items():
        held = results.get(part)
        rows = [] if not isinstance(held, PARTS[part]) else held if isinstance(held, list) else [held]
        wrong = next((row for row in rows if not isinstance(row, dict) or not row.keys() >= columns), None)
        if wrong is not None:
            yield from sorted(f"{part}.{name}" for name in columns - wrong.keys()) if isinstance(wrong, dict) else (part,)

