"""Land-use codes by their system: the same digits mean different things in 三调 and in 用地用海, and in the editions of 2020 and 2023."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from spatial.errors import Finding, found
from spatial.schema.fields import same_header

SURVEY_HEADERS = frozenset(("dlbm", "dlmc", "地类编码", "地类代码", "地类名称", "三调地类", "三调编码"))
PLAN_HEADERS = frozenset(("ydyhfldm", "ydyhflmc", "jqdlbm", "jqdlmc", "ghdlbm", "ghdlmc", "用地用海", "用地用海代码", "land_use", "planned_use"))
ONLY_2020 = frozenset(("1313", "0603", "0604", "090301", "090302"))
ONLY_2023 = frozenset(("0205", "060201", "060202", "060203", "1804", "2004", "2005", "2203", "2204", "2205", "2206"))
_CODE = re.compile(r"\d{2}(?:\d{2}|\dH\d|[0-9A-Z]{2})?[0-9A-Z]{0,2}")
_COMPOUND = re.compile(r"[;；,，、+＋/]|(?<=年)(?=\D)")
_TERM = re.compile(r"\(?\d+(?:\.\d+)?\s*年\)?$")


@dataclass(frozen=True)
class Tables:
    """The code tables: words of 用地用海, what 三调 codes become, what the 2020 edition called otherwise."""

    plan: Mapping[str, tuple[str, ...]]
    survey: Mapping[str, str]
    changes: Mapping[str, str]


def system_of(values: pd.Series, header: str, tables: Tables) -> str:
    """plan (用地用海) or survey (三调), by the header, then by codes that only one of them has; plan where nothing tells."""
    name = same_header(header).split("(")[0].strip()
    if name in SURVEY_HEADERS:
        return "survey"
    if name in PLAN_HEADERS:
        return "plan"
    codes = [text for text in values.dropna().unique() if isinstance(text, str) and _CODE.fullmatch(text)]
    if any(re.search("[HAK]", code) for code in codes):
        return "survey"
    if any(len(code) == 6 or code[:2] in _HIGH for code in codes):
        return "plan"
    return "plan"


_HIGH = frozenset(str(number) for number in range(13, 25))


def translated(values: pd.Series, header: str, tables: Tables, field: str) -> tuple[pd.Series, list[Finding]]:
    """Codes brought to 用地用海 2023, each change with its receipt; names and unknown texts are left for the words of the study.

    Parameters
    ----------
    values : texts of the column, None where blank
    header : name of the column in the file
    """
    findings: list[Finding] = []
    values, compound = _first_use(values)
    if compound:
        findings.append(found("land_use.compound", field=field, count=len(compound), value_seen="；".join(list(dict.fromkeys(compound))[:3])))
    if system_of(values, header, tables) == "survey":
        moved = values.map(lambda code: tables.survey.get(code, code)).astype(object).where(values.notna(), None)
        changed = values.notna() & (moved != values)
        coarse = moved.map(lambda code: isinstance(code, str) and len(code) == 2) & changed
        findings.append(found("land_use.survey", field=field, count=int(changed.sum()), value_seen=header))
        if coarse.any():
            findings.append(found("land_use.to_be_split", field=field, count=int(coarse.sum()), value_seen="、".join(sorted(values[coarse].unique())[:8])))
        return moved, findings
    codes = set(values.dropna().unique())
    old = codes & ONLY_2020
    if old and codes & ONLY_2023:
        return values, [*findings, found("land_use.mixed_editions", field=field, value_seen="、".join(sorted(old | codes & ONLY_2023)))]
    if old:
        moved = values.map(lambda code: tables.changes.get(code, code)).astype(object).where(values.notna(), None)
        count = int((values.notna() & (moved != values)).sum())
        return moved, [*findings, found("land_use.edition_2020", field=field, count=count, value_seen="、".join(sorted(old)))]
    return values, findings


def _first_use(values: pd.Series) -> tuple[pd.Series, list[str]]:
    """`工业用地50年;科研用地40年` is its first use; which cells were compound is told."""
    compound: list[str] = []
    plain: dict[str, str] = {}
    for text in values.dropna().unique():
        if not isinstance(text, str):
            continue
        parts = [_TERM.sub("", part.strip()).strip() for part in _COMPOUND.split(text) if part.strip()]
        parts = [part for part in parts if part]
        uses = list(dict.fromkeys(parts))
        plain[text] = uses[0] if uses and (len(uses) > 1 or _TERM.search(text.strip())) else text
        if len(uses) > 1:
            compound.append(text)
    return values.map(lambda text: plain.get(text, text) if isinstance(text, str) else text).astype(object).where(values.notna(), None), compound
