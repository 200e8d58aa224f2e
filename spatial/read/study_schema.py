"""JSON Schema of a study file, built from the rows that declare its keys and its fields."""

from __future__ import annotations

from typing import Any

from spatial.read.declarations import kinds
from spatial.schema.fields import Kind
from spatial.schema.study import KEYS, NAMED_ROLES, ROLES, Key

_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"}, "path": {"type": "string"}, "nodata": {"type": ["number", "string"]}, "table": {"type": "object"},
    "basemaps": {"type": ["array", "string"], "items": {"type": ["string", "object"]}},
    "moves": {"type": ["object", "string"], "additionalProperties": {"type": "string"}},
    "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}, "texts": {"type": ["array", "string"], "items": {"type": "string"}},
    "period": {"type": "array", "items": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}, "minItems": 2, "maxItems": 2},
}
_COLUMN: dict[str, Any] = {"oneOf": [{"type": "string"}, {"type": "object", "required": ["column"], "additionalProperties": False, "properties": {
    "column": {"type": "string"}, "unit": {"type": "string"}, "rate": {"type": "number", "exclusiveMinimum": 0}, "dayfirst": {"type": "boolean"}, "epoch": {"enum": [1900, 1904]}}}]}
_VALUES: dict[str, Any] = {"type": "object", "additionalProperties": {"type": ["array", "string"], "items": {"type": "string"}}}


def _key(key: Key) -> dict[str, Any]:
    said: dict[str, Any] = {"description": f"{key.zh} / {key.en}"}
    if key.default not in (None, "", {}, ()):
        said["default"] = list(key.default) if isinstance(key.default, tuple) else key.default
    if key.type == "choice":
        return said | {"enum": [*key.choices, *((True, False) if {"yes", "no"} <= set(key.choices) else ())]}
    if key.type == "many_rows":
        return said | {"oneOf": [{"enum": list(key.choices)}, {"type": "object", "additionalProperties": {"enum": list(key.choices)}}]}
    if key.type == "number":
        return said | {"type": "integer" if key.whole else "number", "minimum": 0, "maximum": key.most}
    return said | _TYPES[key.type] | ({"minItems": 1, "minLength": 1} if key.filled else {})


def _section(name: str) -> dict[str, Any]:
    keys = [key for key in KEYS if key.path.startswith(f"{name}.")]
    section: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": {key.path.split(".")[1]: _key(key) for key in keys}}
    required = [key.path.split(".")[1] for key in keys if key.required]
    return section | ({"required": required} if required else {})


def _layer(kind: Kind | None) -> dict[str, Any]:
    keys = {key.path.split(".")[2]: _key(key) for key in KEYS if key.path.startswith("layers.*.") and key.path.count(".") == 2}
    names = [*(kind.names if kind else ()), "geometry"]
    columns = {name: _COLUMN | ({"description": f"{field.zh} / {field.en}"} if kind and (field := kind.field(name)) else {}) for name in names}
    return {"type": "object", "required": ["path"], "additionalProperties": False, "properties": {
        **keys, "columns": {"type": "object", "additionalProperties": False, "properties": columns},
        "values": {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(names, _VALUES)}}}


def study_schema() -> dict[str, Any]:
    """JSON Schema of the study file; dates are TOML dates, shown as text."""
    declared = kinds()
    alike = {"parcels_before": "parcels"}
    roles = {role: _layer(declared.get(alike.get(role, role))) for role in ROLES if role != "imagery"}
    roles["zones"] = {"type": "object", "additionalProperties": _layer(declared["carriers"])}
    roles["attributes"] = {"type": "object", "additionalProperties": _layer(declared["attributes"])}
    roles["imagery"] = {"type": "object"}
    assert set(NAMED_ROLES) <= set(roles)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "spatial study", "type": "object", "required": ["study", "layers"],
            "additionalProperties": False, "properties": {
                "study": _section("study"), "join": _section("join"), "rules": _section("rules"), "whatif": _section("whatif"), "map": _section("map"),
                "sheets": _section("sheets"), "engine": _section("engine"), "output": _section("output"),
                "layers": {"type": "object", "required": ["parcels"], "additionalProperties": False, "properties": roles}}}
