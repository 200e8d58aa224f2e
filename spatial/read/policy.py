"""Policy files: TOML to frozen targets, every doubt a finding that names clause, key, value and the nearest right word."""

from __future__ import annotations

import difflib
import hashlib
import math
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from spatial.errors import Finding, found, placed
from spatial.schema.policy import (
    COMPARISONS,
    FIGURES,
    KINDS,
    SCOPES,
    TRACKED,
    NamedCarrier,
    Policy,
    Target,
    Text,
    known_unit,
    unit_factor,
)

HEADER_KEYS = {"id": "text", "name": "texts", "title": "text", "date": "date", "draft": "flag", "evidence": "texts", "scope": "texts"}
TARGET_KEYS = {
    "clause": "text", "title": "texts", "section": "text", "indicator": "text", "figures": "text", "comparison": "text", "value": "value",
    "unit": "text", "kind": "text", "scope": "words", "place": "text", "scope_text": "text", "deadline_text": "text", "deadline": "date",
    "every_year": "flag", "denominator_unstated": "flag", "draft": "flag", "note": "texts",
}
CARRIER_KEYS = {"name": "text", "type": "text", "type_inferred": "flag", "group": "text", "aliases": "words"}
REQUIRED = ("clause", "indicator", "comparison", "unit", "kind")
CHOICES = {"comparison": COMPARISONS, "kind": tuple(KINDS), "figures": FIGURES}
EXPECTED = {
    "text": ("文字", "text"), "texts": ("文字，或 { zh, en }", "text, or { zh, en }"), "date": ("日期，如 2022-12-31", "a date such as 2022-12-31"),
    "flag": ("true 或 false", "true or false"), "words": ("文字或文字列表", "text or a list of texts"), "value": ("数，between 为 [低, 高]", "a number; [low, high] for between"),
}
MOST_BYTES = 2_000_000


def packaged_policies() -> tuple[str, ...]:
    """Names of the policies that come with the package."""
    folder = resources.files("spatial") / "policies"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def load_policy(name_or_path: str, base: Path, known: Collection[str] | Mapping[str, str] | None = None,
                layers: Collection[str] | None = None) -> tuple[Policy | None, list[Finding]]:
    """A policy by packaged name, or by path relative to `base` (the study file's folder), with what was found.

    known : indicator ids, or id to unit; an id that is not among them is an error
    layers : names of the study's zone layers; a scope that names none of them is a warning
    The policy is None when the file cannot be had at all; targets that cannot be used are left out, each with an error.
    """
    packaged = packaged_policies()
    if name_or_path in packaged:
        shown, content = f"{name_or_path}.toml", (resources.files("spatial") / "policies" / f"{name_or_path}.toml").read_bytes()
    else:
        path = base / name_or_path
        shown = name_or_path
        if not path.is_file():
            return None, [found("policy.missing", role="policies", path=shown, value_seen=name_or_path, **_nearest(name_or_path, packaged))]
        content = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b"\xff"
    try:
        document = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        return None, [found("policy.unreadable", role="policies", path=shown, reason=str(error) or type(error).__name__)]
    policy, findings = parse_policy(document, known, layers, path=shown, sha256=hashlib.sha256(content).hexdigest())
    return policy, placed(findings, role="policies", path=shown)


def parse_policy(document: Mapping[str, Any], known: Collection[str] | Mapping[str, str] | None = None, layers: Collection[str] | None = None,
                 *, path: str = "", sha256: str = "") -> tuple[Policy | None, list[Finding]]:
    """The policy of a TOML document and what was found in it."""
    findings = _unknown_keys(document, ("policy", "target", "carrier"), path)
    header = document.get("policy")
    if not isinstance(header, Mapping) or not isinstance(header.get("id"), str) or not header["id"]:
        return None, [*findings, found("policy.missing_key", key=path, field="policy.id")]
    head, wrong = _read(header, HEADER_KEYS, "policy")
    findings += wrong
    targets: list[Target] = []
    for order, table in enumerate(_tables(document, "target", findings), 1):
        target, wrong = _target(table, order, head, known, layers)
        findings += wrong
        targets += [target] if target else []
    for clause, count in Counter(target.clause for target in targets).items():
        if count > 1:
            findings.append(found("policy.duplicate_clause", key=clause, field="clause", value_seen=clause, count=count))
    carriers: list[NamedCarrier] = []
    for table in _tables(document, "carrier", findings):
        row, wrong = _read(table, CARRIER_KEYS, "carrier")
        findings += wrong
        if row.get("name"):
            carriers.append(NamedCarrier(**row))
        else:
            findings.append(found("policy.missing_key", key="carrier", field="name"))
    if not targets and not findings:
        findings.append(found("policy.missing_key", key=head["id"], field="target"))
    name = head.get("name", Text(head["id"], head["id"]))
    if head.get("draft"):
        findings.append(found("policy.draft", key=head["id"], name=name.text()))
    findings += [found("policy.denominator_unstated", key=t.clause, field="denominator_unstated") for t in targets if t.denominator_unstated]
    return Policy(**{**head, "name": name}, targets=tuple(targets), carriers=tuple(carriers), path=path, sha256=sha256), findings


def _target(table: Mapping[str, Any], order: int, head: Mapping[str, Any], known: Collection[str] | Mapping[str, str] | None,
            layers: Collection[str] | None) -> tuple[Target | None, list[Finding]]:
    clause = table.get("clause") if isinstance(table.get("clause"), str) and table.get("clause") else f"target {order}"
    row, findings = _read(table, TARGET_KEYS, clause)
    findings += [found("policy.missing_key", key=clause, field=name) for name in REQUIRED if name not in table]
    for field, allowed in CHOICES.items():
        if field in row and row[field] not in allowed:
            findings.append(_wrong(clause, field, row[field], " / ".join(allowed), _nearest(row[field], allowed)))
    if "unit" in row:
        findings += _unit(row, clause)
    if "comparison" in row and row["comparison"] in COMPARISONS:
        findings += _value(row, clause)
    if "indicator" in row:
        findings += _indicator(row, clause, known)
    findings += _scope(row, clause, layers)
    if row.get("deadline") and row.get("every_year"):
        findings.append(_wrong(clause, "every_year", True, "deadline", {"suggestion_zh": "deadline 与 every_year 只写一个",
                                                                      "suggestion_en": "write deadline or every_year, not both"}))
    if any(finding.severity == "error" for finding in findings):
        return None, findings
    row.setdefault("value", None)
    row["draft"] = row.get("draft", False) or head.get("draft", False)
    return Target(**row), findings


def _unit(row: dict[str, Any], clause: str) -> list[Finding]:
    """The unit is known; a percentage becomes a share, exactly (80 % is 0.8)."""
    if not known_unit(row["unit"]):
        return [_wrong(clause, "unit", row["unit"], "ratio, mu, m2, ha, 万元, 亿元, 万元/亩, count, 个, 家 …", _nearest(row["unit"], ("ratio", "mu", "亿元", "count")))]
    if row["unit"] in ("%", "percent"):
        value = row.get("value")
        if isinstance(value, tuple):
            row["value"] = tuple(_hundredth(number) for number in value)
        elif value is not None:
            row["value"] = _hundredth(value)
        row["unit"] = "ratio"
    return []


def _value(row: Mapping[str, Any], clause: str) -> list[Finding]:
    value, comparison = row.get("value"), row["comparison"]
    if comparison == "rank":
        return [] if value is None else [_wrong(clause, "value", value, "—", {"suggestion_zh": "排名没有阈值，请删去 value",
                                                                             "suggestion_en": "a ranking has no threshold: leave value out"})]
    if (comparison == "between") != isinstance(value, tuple):
        expected = "[low, high]" if comparison == "between" else "a number"
        return [_wrong(clause, "value", value, expected, {"suggestion_zh": f"{comparison} 需要{'[低, 高]' if comparison == 'between' else '一个数'}",
                                                          "suggestion_en": f"{comparison} takes {expected}"})]
    if isinstance(value, tuple) and value[0] > value[1]:
        return [_wrong(clause, "value", list(value), "low <= high", {"suggestion_zh": "低值在前", "suggestion_en": "the lower one first"})]
    largest = max(value) if isinstance(value, tuple) else value
    if row.get("unit") == "ratio" and row.get("kind") == "share" and isinstance(largest, int | float) and not 0 <= largest <= 1:
        return [_wrong(clause, "value", value, "0..1", {"suggestion_zh": f"占比写 0 到 1，例如 0.8；或写 unit = \"%\"，value = {largest:g}",
                                                        "suggestion_en": f"a share runs 0 to 1, e.g. 0.8; or write unit = \"%\", value = {largest:g}"})]
    return []


def _indicator(row: Mapping[str, Any], clause: str, known: Collection[str] | Mapping[str, str] | None) -> list[Finding]:
    indicator = row["indicator"]
    if indicator == TRACKED or known is None:
        return []
    if indicator not in known:
        return [found("policy.unknown_indicator", key=clause, field="indicator", value_seen=indicator, **_nearest(indicator, (*known, TRACKED)))]
    unit = known[indicator] if isinstance(known, Mapping) else ""
    if unit and row.get("unit") and known_unit(row["unit"]) and unit_factor(unit, row["unit"]) is None:
        return [found("policy.wrong_unit", key=clause, field="unit", value_seen=row["unit"], indicator=indicator, expected=unit)]
    return []


def _scope(row: Mapping[str, Any], clause: str, layers: Collection[str] | None) -> list[Finding]:
    findings: list[Finding] = []
    scopes = row.get("scope", ("study_area",))
    for scope in scopes:
        layer = scope.removeprefix("zones.")
        if scope not in SCOPES and (layer == scope or not layer):
            findings.append(_wrong(clause, "scope", scope, " / ".join((*SCOPES, "zones.<layer>")), _nearest(scope, SCOPES)))
    named = [scope.removeprefix("zones.") for scope in scopes if scope.startswith("zones.") and scope != "zones.*"]
    if layers is not None and named and len(named) == len(scopes) and not set(named) & set(layers):
        findings.append(found("policy.unknown_scope", key=clause, field="scope", value_seen=", ".join(named), **_nearest(named[0], layers)))
    return findings


def _read(table: Mapping[str, Any], keys: Mapping[str, str], place: str) -> tuple[dict[str, Any], list[Finding]]:
    """The known keys of a table, converted; wrong types and unknown keys as findings."""
    findings = _unknown_keys(table, keys, place)
    row: dict[str, Any] = {}
    for name, kind in keys.items():
        if name not in table:
            continue
        converted = _converted(table[name], kind)
        if converted is None:
            zh, english = EXPECTED[kind]
            findings.append(_wrong(place, name, table[name], english, {"suggestion_zh": f"请写{zh}", "suggestion_en": f"write {english}"}))
        else:
            row[name] = converted
    return row, findings


def _converted(value: Any, kind: str) -> Any:
    """The value as its kind, or None if it is not one."""
    if kind == "flag":
        return value if isinstance(value, bool) else None
    if kind == "date":
        return value if isinstance(value, date) and not isinstance(value, datetime) else None
    if kind == "text":
        return value.strip() if isinstance(value, str) and value.strip() else None
    if kind == "words":
        words = (value,) if isinstance(value, str) else value
        return tuple(words) if isinstance(words, list | tuple) and words and all(isinstance(word, str) and word for word in words) else None
    if kind == "texts":
        if isinstance(value, str):
            return Text(value, value)
        plain = isinstance(value, Mapping) and set(value) <= {"zh", "en"} and all(isinstance(text, str) for text in value.values())
        return Text(**value) if plain and value else None
    if isinstance(value, list):
        return (float(value[0]), float(value[1])) if len(value) == 2 and all(map(_is_number, value)) else None
    return float(value) if _is_number(value) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300 and math.isfinite(value)


def _hundredth(value: float) -> float:
    return float(Decimal(repr(value)) / 100)


def _tables(document: Mapping[str, Any], name: str, findings: list[Finding]) -> list[Mapping[str, Any]]:
    tables = document.get(name, [])
    if isinstance(tables, list) and all(isinstance(table, Mapping) for table in tables):
        return tables
    findings.append(_wrong(name, name, tables, f"[[{name}]]", {"suggestion_zh": f"每行写一个 [[{name}]] 表", "suggestion_en": f"write one [[{name}]] table a row"}))
    return []


def _unknown_keys(table: Mapping[str, Any], keys: Iterable[str], place: str) -> list[Finding]:
    known = tuple(keys)
    return [found("policy.unknown_key", key=place, field=name, value_seen=name, **_nearest(name, known)) for name in table if name not in known]


def _wrong(place: str, field: str, value: Any, expected: str, suggestion: Mapping[str, str]) -> Finding:
    return found("policy.wrong_value", key=place, field=field, value_seen=str(value)[:200], expected=expected, **suggestion)


def _nearest(word: str, words: Collection[str]) -> dict[str, str]:
    """The nearest right word, or all of them where few, as text in both languages."""
    close = difflib.get_close_matches(str(word), list(words), n=1, cutoff=0.6)
    if close:
        return {"suggestion_zh": f"是否指 {close[0]}？", "suggestion_en": f"did you mean {close[0]}?"}
    listed = ", ".join(sorted(words)[:12]) + (" …" if len(words) > 12 else "")
    return {"suggestion_zh": f"可用：{listed}", "suggestion_en": f"known: {listed}"} if listed else {"suggestion_zh": "没有可用的", "suggestion_en": "there are none"}
