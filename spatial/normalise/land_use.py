"""Land-use codes by their system: the same digits mean different things in 三调 and in 用地用海, and in the editions of 2020 and 2023."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, Several, first_of, found, lines_of
from spatial.normalise.cells import as_texts
from spatial.normalise.paired_uses import outside_brackets
from spatial.normalise.trades import Trades
from spatial.schema.columns import distinct, each
from spatial.schema.fields import same_header
from spatial.schema.raw import column_of

SURVEY_HEADERS = frozenset(("dlbm", "dlmc", "地类编码", "地类代码", "地类名称", "三调地类", "三调编码", "三调地类编码", "三调地类代码"))
PLAN_HEADERS = frozenset(("ydyhfldm", "ydyhflmc", "jqdlbm", "jqdlmc", "ghdlbm", "ghdlmc", "用地用海", "用地用海代码", "用地用海分类", "用地用海分类代码", "land_use", "planned_use"))
NAME_HEADERS = frozenset(("dlmc", "ytmc", "ydyhflmc", "地类名称", "用途名称", "用地名称", "土地用途", "规划用途", "登记用途", "用途", "地类", "用地用海名称", "用地用海分类名称", "land_use_name"))
ONLY_2020 = frozenset(("1313", "0603", "0604", "090301", "090302"))
ONLY_2023 = frozenset(("0205", "060201", "060202", "060203", "1804", "2004", "2005", "2203", "2204", "2205", "2206"))
IN_DOUBT = frozenset(("0601", "0602", "0603", "0604", *(f"050{i}" for i in range(1, 8))))  # industry, mining, storage and shops in 三调, roads and sheds of farms and wetlands in 用地用海
FIRST_IN_DOUBT = frozenset(("05", "06", "09", "10", "11", "12"))  # first classes of both that mean other land in each: 06 industry or sheds of farms, 10 traffic or industry
SETTLEMENT = frozenset(("201", "202", "203", "204", "205"))  # 城镇村属性码, no land class
SUPPLY_TERM = "工矿仓储用地"  # of the supply statistics: 工业, 采矿, 盐田 and 物流仓储 in one word
_CODE = re.compile(r"\d{2}(?:\d{2}|\dH\d|[0-9A-Z]{2})?[0-9A-Z]{0,2}")
_NAMED = re.compile(r"(?P<a>\d{2}(?:\d{2}){0,2}[HAK]?\d?A?)\s*[-—_:：.、]?\s*(?P<b>\D.*)|(?P<c>\D+?)\s*[(\[【]?(?P<d>\d{2}(?:\d{2}){0,2}[HAK]?\d?A?)[)\]】]?")
_COMPOUND = re.compile(r"[;；,，、+＋/]|(?<=年)(?=[^\d)期])|(?<=年期)(?=[^\d)])|(?<=年\))(?=\D)|(?<=年期\))(?=\D)")
# a bare number in brackets is a term where the law knows it and no class of land has it for its number: 工业用地(50), but not (10) or (20)
_TERM = re.compile(r"[:：]?\s*(?:\(?(?P<years>\d+(?:\.\d+)?|[二三四五六七]十)\s*年期?\)?|(?<=[\u4e00-\u9fff])[(](?P<bare>[3-7]0)[)])$")
_NOTE_BEHIND = re.compile(r"([(]\d+(?:\.\d+)?年期?[)]|\d+(?:\.\d+)?年期?)([(][^()]*[)])$")  # 工业用地(50年)(标准地)
_TENS = {f"{ten}十": f"{digit}0" for digit, ten in enumerate("二三四五六七", 2)}
_NAMES = {"dm": "mc", "bm": "mc", "代码": "名称", "编码": "名称"}
_NAME_FOR = re.compile("(?:dm|bm|代码|编码)$")
_HIGH = frozenset(str(number) for number in range(13, 25))


@dataclass(frozen=True)
class Tables:
    """The code tables: words of 用地用海, what 三调 codes become, what the 2020 edition called otherwise, the names of 三调; the industries; the codes of 2007 and their names."""

    plan: Mapping[str, tuple[str, ...]]
    survey: Mapping[str, str]
    changes: Mapping[str, str]
    survey_names: Mapping[str, str] = field(default_factory=dict)
    trades: Trades = Trades({}, {})
    older: Mapping[str, str] = field(default_factory=dict)
    older_names: Mapping[str, str] = field(default_factory=dict)


def _column(header: object) -> str:
    """The name by which a column tells its system: without what stands in brackets, and of a drawing the layer of its texts."""
    return same_header(header).split("(")[0].strip().removeprefix("text@")


def is_code(text: str, *, strict: bool) -> bool:
    """Whether a text is written as a code; `strict`: of 用地用海, and begins with one of its classes, 01 to 24: 1009 may be an office's own, 62 is nothing."""
    return text.isdigit() and len(text) in (2, 4, 6) and (not strict or 1 <= int(text[:2]) <= 24)


def named_use(code: Any, classes: Mapping[str, Mapping[str, Any]], language: str) -> Any:
    """A code with its name, or with that of the nearest class above it that has one; what is no code stays as it is."""
    above = code if isinstance(code, str) else ""
    while above and above not in classes:
        above = above[:-2]
    return f"{code} {classes[above][language]}" if above else code


def unknown_uses(texts: Iterable[str], tables: Tables) -> list[str]:
    """Codes that 用地用海 does not have: not among its classes, nor below one whose own classes the table leaves out; `0601` to `0603`, industry in 三调, count as such."""
    def known(code: str) -> bool:
        above = code[:-2]
        return code in tables.plan or len(code) in (4, 6) and code.isdigit() and code not in IN_DOUBT and above in tables.plan and not any(
            other.startswith(above) and len(other) == len(code) for other in tables.plan)

    return [code for code in texts if not known(code)]


def system_of(values: pd.Series, header: str, tables: Tables, names: pd.Series | None = None) -> str:
    """plan (用地用海) or survey (三调): by the header, by codes that only one has, by the names beside them; `doubt` where nothing tells.

    Codes that mean industry in one system and a farm road in the other are not decided by a guess, nor are first classes alone; other codes are plan.
    """
    name = _column(header)
    if name in SURVEY_HEADERS:
        return "survey"
    if name in PLAN_HEADERS:
        return "plan"
    codes = {text for text in distinct(values) if isinstance(text, str) and _CODE.fullmatch(text)}
    if any(re.search("[HAK]", code) for code in codes):
        return "survey"
    if any(len(code) == 6 or code[:2] in _HIGH for code in codes):
        return "plan"
    told = _by_names(values, names, tables)
    if told:
        return told
    return "doubt" if _in_doubt(codes) else "plan"


def _in_doubt(codes: set[str]) -> set[str]:
    """The codes of a column that mean other land in either system; first classes count where no code is finer and all are classes: 90 is of another country."""
    first = codes & FIRST_IN_DOUBT if all(len(code) == 2 and code <= "24" for code in codes) else set()
    return codes & IN_DOUBT | first


def _by_names(values: pd.Series, names: pd.Series | None, tables: Tables) -> str:
    """The system whose names stand beside the codes, "" where they do not tell."""
    if names is None:
        return ""
    pairs = {(code, name) for code, name in zip(values, names, strict=True) if isinstance(code, str) and isinstance(name, str) and _CODE.fullmatch(code)}
    plan = sum(name in tables.plan.get(code, ()) for code, name in pairs)
    survey = sum(name == tables.survey_names.get(code) or (len(code) == 2 and name == tables.older_names.get(code)) for code, name in pairs)
    return "" if plan == survey else "plan" if plan > survey else "survey"


def names_beside(frame: pd.DataFrame, position: int) -> pd.Series | None:
    """The texts of the column of land-use names that stands beside a column of codes, if there is one."""
    for other, header in enumerate(frame.columns):
        if other != position and _column(header) in NAME_HEADERS:
            return as_texts(column_of(frame, other).reset_index(drop=True)).values
    return None


def against_names(codes: pd.Series, header: str, frame: pd.DataFrame, known: Mapping[str, str], rows: NDArray[np.int64], field: str) -> list[Finding]:
    """A warning where a code and the name in its own twin column (YDYHFLDM and YDYHFLMC) are different uses, neither of them part of the other.

    codes : as they were read, in the plan's system; known : plain word -> code
    """
    own = _column(header)
    twins = {_NAME_FOR.sub(lambda end: _NAMES[end[0]], own), "ytmc" if own == "yt" else own} - {own}
    position = next((i for i, other in enumerate(frame.columns) if _column(other) in twins), None)
    if position is None:
        return []
    names = as_texts(column_of(frame, position).reset_index(drop=True)).values
    meant = each(names, lambda name: known.get(name.casefold().replace(" ", "")) if isinstance(name, str) else None)
    apart = np.flatnonzero([isinstance(code, str) and isinstance(other, str) and not code.startswith(other) and not other.startswith(code)
                            for code, other in zip(codes.tolist(), meant.tolist(), strict=True)])
    if not len(apart):
        return []
    first = int(apart[0])
    return [found("value.code_and_name", field=field, row=int(rows[first]), count=len(apart), value_seen=codes.iloc[first], name=names.iloc[first], column=str(frame.columns[position]),
                  rows=lines_of(rows[apart]))]


def translated(values: pd.Series, header: str, tables: Tables, field: str, names: pd.Series | None = None) -> tuple[pd.Series, pd.DataFrame | None, list[Finding]]:
    """Codes brought to 用地用海 2023, each change with its receipt; names and unknown texts are left for the words of the study.

    Parameters
    ----------
    values : texts of the column, None where blank
    header : name of the column in the file
    names : texts of a column of names beside it

    Returns
    -------
    values, the parts of compound cells (columns `uses`, tuples of words, and `years`), findings
    """
    findings: list[Finding] = []
    values, parts = _first_use(values, tables)
    if parts is not None:
        compound = [";".join(uses) for uses in parts["uses"] if len(uses) > 1]
        if compound:
            findings.append(found("land_use.compound", field=field, count=len(compound), value_seen=first_of(dict.fromkeys(compound), 3)))
    values, named = _without_names(values, tables)
    older, notes_2007 = _of_2007(values, header, tables, field)
    values = values if older is None else values.where(older.isna(), None)
    values, zeros = _with_zero(values, tables)
    if zeros:
        findings.append(found("land_use.lost_zero", field=field, count=len(zeros), value_seen=zeros[0], value_used=f"0{zeros[0]}"))
    terms = values.eq(SUPPLY_TERM)
    if terms.any():
        findings.append(found("land_use.supply_terms", field=field, count=int(terms.sum()), value_seen=SUPPLY_TERM, value_used="1001"))
        values = values.where(~terms, "1001")
    system = system_of(values, header, tables, named if named is not None else names)
    if system == "doubt":
        doubtful = _in_doubt({text for text in distinct(values) if isinstance(text, str) and _CODE.fullmatch(text)})
        return _put(values, older), parts, [*findings, *notes_2007, found("land_use.undecided", field=field, value_seen=Several(sorted(doubtful)), count=int(values.isin(doubtful).sum()))]
    moved, notes = _survey(values, header, tables, field) if system == "survey" else _edition(values, tables, field)
    return _put(moved, older), parts, [*findings, *notes_2007, *notes]


def _put(values: pd.Series, older: pd.Series | None) -> pd.Series:
    return values if older is None else values.where(older.isna(), older)


def _survey(values: pd.Series, header: str, tables: Tables, field: str) -> tuple[pd.Series, list[Finding]]:
    moved = each(values, lambda code: tables.survey.get(code, code))
    changed = values.notna() & (moved != values)
    findings = [found("land_use.survey", field=field, count=int(changed.sum()), value_seen=header)] if changed.any() else []
    return moved, findings + _coarse(values[changed], moved[changed], field)


def _coarse(codes: pd.Series, moved: pd.Series, field: str) -> list[Finding]:
    """A warning for classes that reach the first level only."""
    coarse = moved.astype(object).map(lambda code: isinstance(code, str) and len(code) == 2).astype(bool)
    return [found("land_use.to_be_split", field=field, count=int(coarse.sum()), value_seen=first_of(sorted(codes[coarse].unique()), 8))] if coarse.any() else []


def _of_2007(values: pd.Series, header: str, tables: Tables, field: str) -> tuple[pd.Series | None, list[Finding]]:
    """What codes of GB/T 21010-2007 become (None: other cells; nothing where there are none): a column is of that edition where a code such as 061 stands in it, which no other system has,
    and none of four digits, of which the edition has none: beside 1001 a 101 is 0101 that lost its zero, and 061 was mistyped.

    Of numbers that lost their zero (61) those above 24 are told; lower ones (11, 12) may be either and stay as they are.
    """
    texts = {text for text in distinct(values) if isinstance(text, str)}
    if any(len(text) > 3 and _CODE.fullmatch(text) for text in texts):
        return None, []
    short = {text: f"0{text}" for text in texts if text.isdigit() and len(text) == 2 and int(text) > 24 and f"0{text}" in tables.older}
    whole = any(text in tables.older and len(text) == 3 and text[0] == "0" for text in texts)
    codes = {text: text for text in texts if text in tables.older and (len(text) == 3 or whole)} | short if whole or short else {}
    if not codes:
        return None, []
    older = each(values, lambda text: tables.older[codes[text]] if text in codes else None)
    mask = older.notna()
    told = each(values[mask], lambda text: codes[text])
    first = told.iloc[0]
    return older, [found("land_use.survey_2007", field=field, count=int(mask.sum()), value_seen=f"{first} {tables.older_names[first]}", value_used=tables.older[first], column=header),
                   *_coarse(told, older[mask], field)]


def _edition(values: pd.Series, tables: Tables, field: str) -> tuple[pd.Series, list[Finding]]:
    codes = set(distinct(values))
    old = codes & ONLY_2020
    if old and codes & ONLY_2023:
        return values, [found("land_use.mixed_editions", field=field, value_seen=Several(sorted(old | codes & ONLY_2023)))]
    if not old:
        return values, []
    moved = each(values, lambda code: tables.changes.get(code, code))
    count = int((values.notna() & (moved != values)).sum())
    return moved, [found("land_use.edition_2020", field=field, count=count, value_seen=Several(sorted(old)))]


def _first_use(values: pd.Series, tables: Tables) -> tuple[pd.Series, pd.DataFrame | None]:
    """`工业用地50年;科研用地40年` is its first use; all its uses and their years are kept beside it."""
    known: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for text in distinct(values):
        if not isinstance(text, str):
            continue
        uses: dict[str, str] = {}
        for part in outside_brackets(_COMPOUND, text):
            part = _NOTE_BEHIND.sub(r"\2\1", re.sub(r"\s+(?=\()", "", part))
            term = _TERM.search(part)
            use = _TERM.sub("", part).strip()
            if use:
                uses.setdefault(use, _TENS.get(term["years"], term["years"] or term["bare"]) if term else "")
        one = _one_use(uses, tables)
        if one and (len(uses) > 1 or any(uses.values())):
            known[text] = (tuple(one), tuple(one.values()))
    if not known:
        return values, None
    first = each(values, lambda text: known[text][0][0] if text in known else text)
    rows = [known.get(text, ((), ())) if isinstance(text, str) else ((), ()) for text in values]
    return first, pd.DataFrame({"uses": [r[0] for r in rows], "years": [r[1] for r in rows]}, index=values.index)


def _one_use(uses: dict[str, str], tables: Tables) -> dict[str, str]:
    """A use and its own code beside it (工业用地/M1) are one use, in the finer of the two."""
    codes = {use: code for code, words in tables.plan.items() for use in (code, *words) if use in uses} if len(uses) == 2 else {}
    if len(codes) < 2 or sum(use.isascii() for use in codes) != 1:
        return uses
    wide, fine = sorted(uses, key=lambda use: len(codes[use]))
    return {fine: next(filter(None, uses.values()), "")} if codes[fine].startswith(codes[wide]) else uses


def _without_names(values: pd.Series, tables: Tables) -> tuple[pd.Series, pd.Series | None]:
    """`1001工业用地` and `工业用地(1001)` are their code; the names are given back, since they tell the system."""
    split: dict[str, tuple[str, str]] = {}
    for text in distinct(values):
        match = _NAMED.fullmatch(text) if isinstance(text, str) else None
        if not match:
            continue
        code, name = match["a"] or match["d"], (match["b"] or match["c"]).strip(" -_()")
        if name in tables.plan.get(code, ()) or name in (tables.survey_names.get(code), tables.older_names.get(code)):
            split[text] = (code, name)
    if not split:
        return values, None
    plain = each(values, lambda text: split[text][0] if text in split else text)
    return plain, each(values, lambda text: split[text][1] if text in split else None)


def _with_zero(values: pd.Series, tables: Tables) -> tuple[pd.Series, list[str]]:
    """`901` in a column of numbers was 0901."""
    lost = {text for text in distinct(values) if isinstance(text, str) and text.isdigit() and len(text) in (3, 5) and text not in SETTLEMENT
            and (f"0{text}" in tables.plan or f"0{text}" in tables.survey)}
    rows: list[Any] = [text for text in values if text in lost] if lost else []
    return (each(values, lambda text: f"0{text}" if text in lost else text), rows) if lost else (values, [])


def codes_of_parts(parts: pd.DataFrame, code_of: Callable[[str], str | None]) -> pd.DataFrame:
    """Columns `land_uses` and `land_use_years` of compound cells: codes (words where there is none) and years, in the order written."""
    uses = [";".join(code_of(use) or use for use in row) if len(row) > 1 else None for row in parts["uses"]]
    years = [";".join(row) if len(row) > 1 and any(row) else None for row in parts["years"]]
    return pd.DataFrame({"land_uses": np.array(uses, dtype=object), "land_use_years": np.array(years, dtype=object)}, index=parts.index)
