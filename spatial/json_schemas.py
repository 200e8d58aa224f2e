"""JSON Schemas of what the tool reads and writes, by name."""

from __future__ import annotations

from typing import Any, Literal

from spatial.errors import UsageError, nearest
from spatial.read.study_schema import study_schema
from spatial.render.records import findings_schema, results_schema

SCHEMAS = {"results": results_schema, "study": study_schema, "findings": findings_schema}


def json_schema(what: Literal["results", "study", "findings"]) -> dict[str, Any]:
    """JSON Schema of results.json, of a study file, or of a findings file.

    Raises
    ------
    UsageError
        For another name.
    """
    if what not in SCHEMAS:
        raise UsageError(f"{what}: {nearest(str(what), SCHEMAS)}")
    return SCHEMAS[what]()
