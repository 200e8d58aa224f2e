"""results.json, its schema, and the two CSV tables: the run as records."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from spatial.crs import AREA_RULE
from spatial.schema.result import (
    BESIDE_COLUMNS,
    COURSE_COLUMNS,
    INPUT_COLUMNS,
    JOIN_COLUMNS,
    READING_COLUMNS,
    SCORE_COLUMNS,
    VALUE_COLUMNS,
    ZONE_COLUMNS,
    Result,
)

FINDING_COLUMNS = ("code", "severity", "role", "path", "layer", "row", "key", "field", "value_seen", "value_used", "message", "remedy", "count")

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def results(result: Result) -> dict[str, Any]:
    """The content of results.json."""
    study = result.study
    return {
        "schema": "spatial-results/1",
        "study": {
            "name": study.name, "as_of": study.as_of.isoformat(), "period": [day.isoformat() for day in study.period],
            "allocation": study.allocation, "area_rule": f"{study.area_source}: {AREA_RULE}", "working_crs": result.working_crs,
            "language": study.language, "audience": study.audience,
            **({} if study.audience == "public" else {"stamp": ("内部资料", "Internal")[0 if study.language == "zh" else 1]}),
            **({"whatif": study.whatif} if study.whatif else {}),
            "rules": {name: list(value) if isinstance(value, tuple) else value for name, value in study.rules.items()},
        },
        "inputs": records(result.inputs, INPUT_COLUMNS),
        "zones": records(result.zones, ZONE_COLUMNS),
        "values": records(result.values, VALUE_COLUMNS),
        "scorecard": records(result.scorecard, (*SCORE_COLUMNS, *BESIDE_COLUMNS)),
        "readings": records(result.readings, READING_COLUMNS),
        "course": records(result.lists.get("course", pd.DataFrame()), COURSE_COLUMNS),
        "balance": dict(result.balance),
        "joins": records(result.joins, JOIN_COLUMNS),
        "findings": [finding.record(study.language) for finding in result.findings],  # type: ignore[arg-type]
    }


def records(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows as plain JSON values; missing is null."""
    if not len(frame):
        return []
    return [{name: plain(value) for name, value in zip(columns, row, strict=True)}
            for row in frame.reindex(columns=list(columns)).astype(object).itertuples(index=False, name=None)]


def plain(value: Any) -> Any:
    """A cell as a JSON value."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return str(value)


def dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_json(value: Any, path: Path) -> None:
    path.write_text(dump(value), encoding="utf-8", newline="\n")


def guarded(value: Any) -> Any:
    """A cell that a spreadsheet would take for a formula gets a leading apostrophe; also behind blanks, and in the wide forms that East Asian editions read alike."""
    risky = isinstance(value, str) and (value[:1] in ("\t", "\r", "\n") or value.lstrip()[:1] in FORMULA)
    return f"'{value}" if risky else value


def write_csv(rows: list[dict[str, Any]], columns: tuple[str, ...], path: Path) -> None:
    """UTF-8 with a byte-order mark, which office programs need to show Chinese."""
    path.write_bytes(f"\ufeff{csv_text(rows, columns)}".encode())


def csv_text(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> str:
    """Rows under a header, with no cell that a spreadsheet would run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in columns])
    for row in rows:
        writer.writerow([guarded(_cell(row.get(name))) for name in columns])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, dict):
        return value.get("text", "")
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    return value


def _table(columns: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "required": list(columns), "properties": columns}}


_TEXT: dict[str, Any] = {"type": "string"}
_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_DAY: dict[str, Any] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
FINDING_SCHEMA: dict[str, Any] = _table({
    **dict.fromkeys(FINDING_COLUMNS, _TEXT), "severity": {"enum": ["error", "warning", "repaired", "info"]},
    "row": {"type": ["integer", "null"]}, "count": _COUNT})


def results_schema() -> dict[str, Any]:
    """JSON Schema of results.json."""
    values = {**dict.fromkeys(("indicator", "zone", "unit", "rule"), _TEXT), "value": _NUMBER, "numerator": _NUMBER, "denominator": _NUMBER,
              "n": _COUNT, "coverage": {"type": "number", "minimum": 0, "maximum": 1},
              "status": {"enum": ["ok", "no_data", "not_applicable", "masked"]}, "as_of": _DAY}
    score = {**dict.fromkeys(("policy", "clause", "indicator", "zone", "comparison", "unit"), _TEXT), "value": _NUMBER,
             "target": {"type": ["number", "array", "null"]}, "status": {"enum": ["met", "missed", "not_due", "ranked", "no_data", "not_applicable"]},
             "reason": {"enum": ["masked", None]}, "exact": {"type": "boolean"},
             "rank": {"type": ["integer", "null"]}, "margin": _NUMBER, "flips_under": {"type": "array", "items": _TEXT},
             "to_close": {"type": ["object", "null"], "properties": {"text": _TEXT, "amount": _NUMBER, "unit": _TEXT}}}
    properties: dict[str, Any] = {
        "schema": {"const": "spatial-results/1"},
        "study": {"type": "object", "required": ["name", "as_of", "period", "allocation", "area_rule", "working_crs", "language", "rules"],
                  "properties": {"name": _TEXT, "as_of": _DAY, "period": {"type": "array", "items": _DAY, "minItems": 2, "maxItems": 2},
                                 "allocation": {"enum": ["area", "largest", "point"]}, "area_rule": _TEXT, "working_crs": _TEXT,
                                 "language": {"enum": ["zh", "en"]}, "rules": {"type": "object"}}},
        "inputs": _table({**dict.fromkeys(INPUT_COLUMNS, _TEXT), "rows": _COUNT}),
        "zones": _table({"id": _TEXT, "name": _TEXT, "kind": _TEXT, "parcel_count": _COUNT, "area_m2": {"type": "number"}}),
        "values": _table(values),
        "scorecard": _table(score),
        "readings": _table({**dict.fromkeys(("indicator", "zone", "rule", "unit", "status"), _TEXT), "value": _NUMBER}),
        "course": _table({**dict.fromkeys(("policy", "clause", "title", "indicator", "zone", "comparison", "unit"), _TEXT), "as_of": _DAY, "value": _NUMBER,
                          "target": score["target"], "status": score["status"], "margin": _NUMBER, "deadline": {"type": ["string", "null"]}, "exact": score["exact"]}),
        "balance": {"type": "object", "required": ["parcels_m2", "parcels_union_m2", "inside_m2", "outside_m2", "overlap_m2", "closure_relative"],
                    "additionalProperties": {"type": "number"}},
        "joins": _table({"left": _TEXT, "right": _TEXT, "key": _TEXT, **dict.fromkeys(("matched", "left_only", "right_only", "one_to_many"), _COUNT)}),
        "findings": FINDING_SCHEMA,
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "spatial results", "type": "object",
            "required": list(properties), "properties": properties}


def findings_schema() -> dict[str, Any]:
    """JSON Schema of a findings file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "spatial findings", **FINDING_SCHEMA}
