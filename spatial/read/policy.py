"""Policy files: TOML to frozen targets, every doubt a finding that names clause, key, value and the nearest right word."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from spatial.errors import Finding, errors_of, found, placed
from spatial.read.policy_keys import (
    CARRIER_KEYS,
    CHOICES,
    HEADER_KEYS,
    REQUIRED,
    TARGET_KEYS,
    hundredth,
    nearest,
    read_table,
    tables,
    unknown_keys,
    wrong_value,
)
from spatial.schema.policy import COMPARISONS, SCOPES, TRACKED, NamedCarrier, Policy, Target, Text, known_unit, unit_factor

MOST_BYTES = 2_000_000
Known = Collection[str] | Mapping[str, str] | None  # indicator ids, or id to unit
UNIT_WORDS = ("ratio", "mu", "m2", "ha", "万元", "亿元", "万元/亩", "万元/公顷", "count", "个", "家")


def packaged_policies() -> tuple[str, ...]:
    """Names of the policies that come with the package."""
    folder = resources.files("spatial") / "policies"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def load_policy(name_or_path: str, base: Path, known: Known = None,
                layers: Collection[str] | None = None) -> tuple[Policy | None, list[Finding]]:
    """A policy by packaged name, or by path relative to `base` (the study file's folder), with what was found.

    known : indicator ids, or id to unit; an id that is not among them, or a unit of another measure, is an error
    layers : names of the study's zone layers; a scope that names none of them is a warning
    The policy is None when there is none to be had; targets that cannot be used are left out, each with an error.
    """
    packaged = packaged_policies()
    if name_or_path in packaged:
        shown = f"{name_or_path}.toml"
        content = (resources.files("spatial") / "policies" / shown).read_bytes()
    else:
        path, shown = base / name_or_path, name_or_path
        if not path.is_file():
            return None, [found("policy.missing", role="policies", path=shown, value_seen=name_or_path, **nearest(name_or_path, packaged))]
        if path.stat().st_size > MOST_BYTES:
            return None, [found("policy.unreadable", role="policies", path=shown, reason=f"> {MOST_BYTES} bytes")]
        content = path.read_bytes()
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, or nested without end
        return None, [found("policy.unreadable", role="policies", path=shown, reason=str(error) or type(error).__name__)]
    policy, findings = parse_policy(document, known, layers, path=shown, sha256=hashlib.sha256(content).hexdigest())
    return policy, placed(findings, role="policies", path=shown)


def parse_policy(document: Mapping[str, Any], known: Known = None, layers: Collection[str] | None = None, *,
                 path: str = "", sha256: str = "") -> tuple[Policy | None, list[Finding]]:
    """The policy of a TOML document and what was found in it."""
    findings = unknown_keys(document, ("policy", "target", "carrier"), path)
    header = document.get("policy")
    head, wrong = read_table(header if isinstance(header, Mapping) else {}, HEADER_KEYS, "policy")
    findings += wrong
    if "id" not in head:
        return None, [*findings, found("policy.missing_key", key="policy", field="id")]
    rows, wrong = tables(document, "target")
    findings += wrong
    read = [_target(row, order, head, known, layers) for order, row in enumerate(rows, 1)]
    findings += [finding for _, wrong in read for finding in wrong]
    targets = tuple(target for target, _ in read if target is not None)
    carriers, wrong = _carriers(document)
    findings += wrong
    findings += _whole(head, targets, bool(rows))
    head.setdefault("name", Text(head["id"], head["id"]))
    return Policy(**head, targets=targets, carriers=carriers, path=path, sha256=sha256), findings


def _whole(head: Mapping[str, Any], targets: tuple[Target, ...], any_rows: bool) -> list[Finding]:
    """What only shows over all targets: none at all, a clause twice, a draft, denominators left open."""
    findings = [] if any_rows else [found("policy.missing_key", key=head["id"], field="target")]
    for clause, count in Counter(target.clause for target in targets).items():
        if count > 1:
            findings.append(found("policy.duplicate_clause", key=clause, field="clause", value_seen=clause, count=count))
    if head.get("draft"):
        findings.append(found("policy.draft", key=head["id"], name={language: head["name"].text(language) if "name" in head else head["id"] for language in ("zh", "en")}))
    open_ones = (target.clause for target in targets if target.denominator_unstated)
    return findings + [found("policy.denominator_unstated", key=clause, field="denominator_unstated") for clause in open_ones]


def _carriers(document: Mapping[str, Any]) -> tuple[tuple[NamedCarrier, ...], list[Finding]]:
    rows, findings = tables(document, "carrier")
    carriers = []
    for order, table in enumerate(rows, 1):
        row, wrong = read_table(table, CARRIER_KEYS, f"carrier {order}")
        findings += wrong
        if "name" in row:
            carriers.append(NamedCarrier(**row))
        else:
            findings.append(found("policy.missing_key", key=f"carrier {order}", field="name"))
    return tuple(carriers), findings


def _target(table: Mapping[str, Any], order: int, head: Mapping[str, Any], known: Known,
            layers: Collection[str] | None) -> tuple[Target | None, list[Finding]]:
    named = table.get("clause")
    clause = named if isinstance(named, str) and named else f"target {order}"
    row, findings = read_table(table, TARGET_KEYS, clause)
    findings += [found("policy.missing_key", key=clause, field=name) for name in REQUIRED if name not in table]
    for field, allowed in CHOICES.items():
        if field in row and row[field] not in allowed:
            findings.append(wrong_value(clause, field, row[field], " / ".join(allowed), nearest(row[field], allowed)))
    findings += _unit(row, clause) + _value(row, clause) + _indicator(row, clause, known) + _scope(row, clause, layers)
    if row.get("deadline") and row.get("every_year"):
        findings.append(wrong_value(clause, "every_year", True, "deadline | every_year", {
            "suggestion_zh": "deadline 与 every_year 只写一个", "suggestion_en": "write deadline or every_year, not both"}))
    if errors_of(findings):
        return None, findings
    draft = row.get("draft", False) or head.get("draft", False)
    return Target(**{"value": None, **row, "draft": draft}), findings


def _unit(row: dict[str, Any], clause: str) -> list[Finding]:
    """The unit is a known one; a percentage becomes a share, exactly (80 % is 0.8)."""
    unit = row.get("unit")
    if unit is None:
        return []
    if not known_unit(unit):
        return [wrong_value(clause, "unit", unit, ", ".join(UNIT_WORDS), nearest(unit, UNIT_WORDS))]
    if unit in ("%", "percent"):
        value = row.get("value")
        if value is not None:
            row["value"] = tuple(map(hundredth, value)) if isinstance(value, tuple) else hundredth(value)
        row["unit"] = "ratio"
    return []


def _value(row: Mapping[str, Any], clause: str) -> list[Finding]:
    """The value is of the shape its comparison takes, and a share lies between 0 and 1."""
    value, comparison = row.get("value"), row.get("comparison")
    shown = list(value) if isinstance(value, tuple) else value

    def wrong(expected: str, zh: str, en: str) -> list[Finding]:
        return [wrong_value(clause, "value", shown, expected, {"suggestion_zh": zh, "suggestion_en": en})]

    if comparison not in COMPARISONS:
        return []
    if comparison == "rank":
        return wrong("—", "排名没有阈值，请删去 value", "a ranking has no threshold: leave value out") if value is not None else []
    if comparison == "between" and not isinstance(value, tuple):
        return wrong("[low, high]", "between 需要 [低, 高]", "between takes [low, high]")
    if comparison != "between" and not isinstance(value, float):
        return wrong("a number", f"{comparison} 需要一个数", f"{comparison} takes one number")
    low, high = value if isinstance(value, tuple) else (value, value)
    if low > high:
        return wrong("low <= high", "低值在前", "the lower one first")
    if row.get("unit") == "ratio" and row.get("kind") == "share" and not 0 <= low <= high <= 1:
        return wrong("0..1", f"占比写 0 到 1，例如 0.8；或写 unit = \"%\"、value = {high:g}",
                     f"a share runs 0 to 1, e.g. 0.8; or write unit = \"%\" and value = {high:g}")
    return []


def _indicator(row: Mapping[str, Any], clause: str, known: Known) -> list[Finding]:
    """The indicator is one of the registry, in a unit of the same measure."""
    indicator, target_unit = row.get("indicator"), row.get("unit", "")
    if indicator is None or indicator == TRACKED or known is None:
        return []
    if indicator not in known:
        return [found("policy.unknown_indicator", key=clause, field="indicator", value_seen=indicator,
                      **nearest(indicator, (*known, TRACKED)))]
    unit = known[indicator] if isinstance(known, Mapping) else ""
    if unit and known_unit(target_unit) and unit_factor(unit, target_unit) is None:
        return [found("policy.wrong_unit", key=clause, field="unit", value_seen=target_unit, indicator=indicator, expected=unit)]
    return []


def _scope(row: Mapping[str, Any], clause: str, layers: Collection[str] | None) -> list[Finding]:
    """Every scope is a known kind of zones; where all of them are zone layers, the study has at least one."""
    findings: list[Finding] = []
    scopes = row.get("scope", ("study_area",))
    named = [scope.removeprefix("zones.") for scope in scopes if scope.startswith("zones.") and scope not in ("zones.*", "zones.")]
    for scope in scopes:
        if scope not in SCOPES and scope.removeprefix("zones.") not in named:
            findings.append(wrong_value(clause, "scope", scope, " / ".join((*SCOPES, "zones.<layer>")), nearest(scope, SCOPES)))
    if layers is not None and named and len(named) == len(scopes) and not set(named) & set(layers):
        findings.append(found("policy.unknown_scope", key=clause, field="scope", value_seen=", ".join(named), **nearest(named[0], layers)))
    return findings
