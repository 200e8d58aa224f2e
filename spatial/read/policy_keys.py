"""The keys of a policy file: what each may hold, its conversion, and findings for what it may not."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from spatial.errors import Finding, found
from spatial.schema.policy import COMPARISONS, FIGURES, KINDS, Text

HEADER_KEYS = {"id": "text", "name": "texts", "title": "text", "date": "date", "draft": "flag", "evidence": "texts", "scope": "texts"}
TARGET_KEYS = {
    "clause": "text", "title": "texts", "section": "text", "indicator": "text", "figures": "text", "comparison": "text", "value": "value",
    "unit": "text", "kind": "text", "scope": "words", "place": "text", "scope_text": "text", "deadline_text": "text", "deadline": "date",
    "every_year": "flag", "denominator_unstated": "flag", "draft": "flag", "note": "texts",
}
MOST_WORDS = 30  # every key of a target, not every indicator
CARRIER_KEYS = {"name": "text", "type": "text", "type_inferred": "flag", "group": "text", "aliases": "words"}
REQUIRED = ("clause", "indicator", "comparison", "unit", "kind")
CHOICES = {"comparison": COMPARISONS, "kind": tuple(KINDS), "figures": FIGURES}
EXPECTED = {
    "text": ("文字", "text"), "texts": ("文字，或 { zh, en }", "text, or { zh, en }"),
    "date": ("日期，如 2022-12-31", "a date such as 2022-12-31"), "flag": ("true 或 false", "true or false"),
    "words": ("文字或文字列表", "text or a list of texts"), "value": ("数，between 为 [低, 高]", "a number; [low, high] for between"),
}

UNIT_EXPECTED = ("单位，如 mu、万元/亩、个；占比写 \"ratio\"", "a unit such as mu, 万元/亩 or count; \"ratio\" for a share")


def read_table(table: Mapping[str, Any], keys: Mapping[str, str], place: str) -> tuple[dict[str, Any], list[Finding]]:
    """The known keys of a table, converted; wrong types and unknown keys as findings."""
    findings = unknown_keys(table, keys, place)
    row: dict[str, Any] = {}
    for name, kind in keys.items():
        if name not in table:
            continue
        converted = _converted(table[name], kind)
        if converted is None:
            zh, english = EXPECTED[kind]
            if name == "unit":
                zh, english = UNIT_EXPECTED
            suggestion = {"suggestion_zh": f"请写{zh}", "suggestion_en": f"write {english}"}
            findings.append(wrong_value(place, name, table[name], {"zh": zh, "en": english}, suggestion))
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


def hundredth(value: float) -> float:
    return float(Decimal(repr(value)) / 100)


def tables(document: Mapping[str, Any], name: str) -> tuple[list[Mapping[str, Any]], list[Finding]]:
    """The rows of a list of tables; anything else under that name is a finding."""
    rows = document.get(name, [])
    if isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows):
        return rows, []
    return [], [wrong_value(name, name, rows, f"[[{name}]]", {"suggestion_zh": f"每行写一个 [[{name}]] 表",
                                                            "suggestion_en": f"write one [[{name}]] table a row"})]


def unknown_keys(table: Mapping[str, Any], keys: Iterable[str], place: str) -> list[Finding]:
    known = tuple(keys)
    return [found("policy.unknown_key", key=place, field=name, value_seen=name, **nearest(name, known))
            for name in table if name not in known]


def wrong_value(place: str, field: str, value: Any, expected: str | Mapping[str, str], suggestion: Mapping[str, Any]) -> Finding:
    return found("policy.wrong_value", key=place, field=field, value_seen=str(value)[:200], expected=expected, **suggestion)


def nearest(word: str, words: Collection[str]) -> dict[str, Any]:
    """The nearest right word, or all of them where few, as text in both languages."""
    close = difflib.get_close_matches(str(word), list(words), n=1, cutoff=0.6)
    if close:
        return {"suggestion_zh": f"是否指 {close[0]}？", "suggestion_en": f"did you mean {close[0]}?"}
    if not words:
        return {"suggestion_zh": "没有可用的", "suggestion_en": "there are none"}
    listed = ", ".join(list(words)[:MOST_WORDS]) + (" …" if len(words) > MOST_WORDS else "")
    return {"suggestion_zh": f"可用：{listed}", "suggestion_en": f"known: {listed}"}
