"""Where a number comes from, in words: formula, rule, both sides with units, count, coverage, verdicts, and the rows behind it, largest first."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from spatial.errors import UsageError, nearest
from spatial.indicators.formula_words import formula_of, in_english, letters_of
from spatial.indicators.registry import BY_ID
from spatial.indicators.trail import rows_behind, total_of
from spatial.schema.policy import unit_label
from spatial.schema.trail import Trail
from spatial.scorecard.formatting import MISSING, STATUS_WORDS, display, display_target, in_full, verdict_word, with_label
from spatial.scorecard.rule_words import evidence_words, readings_in_words, rule_in_words
from spatial.scorecard.zone_words import zone_word
from spatial.units import MU_M2

SIDE_WORDS: dict[str, tuple[str, str]] = {"numerator": ("分子", "numerator"), "denominator": ("分母", "denominator")}
ROW_COLUMNS: dict[str, tuple[str, str]] = {
    "rank": ("序号", "no."), "key": ("编号", "key"), "name": ("名称", "name"), "place": ("载体", "carrier"), "table": ("表", "table"), "line": ("行", "row"),
    "amount": ("数量", "amount"), "share": ("计入比例", "share"), "contribution": ("计入数", "contribution"), "of_side": ("占比", "of the side"),
}
TABLES: dict[str, tuple[str, str]] = {
    "parcels": ("宗地", "parcels"), "supply": ("供地台账", "supply ledger"), "projects": ("项目台账", "project ledger"), "enterprises": ("企业台账", "enterprise ledger"),
    "standard_land": ("标准地台账", "standard-land ledger"), "approvals": ("农转用批次", "approval batches"), "quota": ("农转用批次", "approval batches"), "carriers": ("载体", "carriers"),
}
UNITS: dict[str, tuple[str, str]] = {"m2": ("平方米", "m²"), "count": ("个", ""), "tce": ("吨标煤", "tce"), "t": ("吨", "t"), "person": ("人", "persons"), "万元": ("万元", "10⁴ CNY")}


def value_of(results: Mapping[str, Any], indicator: str, zone: str) -> Mapping[str, Any] | None:
    """The line of results.json for an indicator in a zone, None if it has none."""
    return next((row for row in results["values"] if row["indicator"] == indicator and row["zone"] == zone), None)


def zone_of(results: Mapping[str, Any], word: str) -> str:
    """The zone id that a word means: an id, or the name of one zone alone; a UsageError where there is none, or where several have the name."""
    ids = [zone["id"] for zone in results["zones"]]
    if word in ids:
        return word
    if word in ("全区", "study area", ""):
        return "study_area"
    named = [zone["id"] for zone in results["zones"] if zone["name"] == word]
    if len(named) > 1:
        listed = ", ".join(named[:12])
        raise UsageError(f"{word}: 有 {len(named)} 个分区叫这个名字，请写编号 / {len(named)} zones have this name; give the id: {listed}")
    if not named:
        raise UsageError(f"{word}: 没有这个分区 / no such zone; {nearest(word, ids)}")
    return str(named[0])


def behind(trail: Trail, indicator: str, zone: str) -> pd.DataFrame:
    """The rows of both sides as one table: side, unit, ROW_COLUMNS; largest first within a side."""
    parts = []
    for side in SIDE_WORDS:
        rows = rows_behind(trail, indicator, zone, side)
        terms = trail.terms[(trail.terms["indicator"] == indicator) & (trail.terms["side"] == side)]
        if not len(terms):
            continue
        whole = total_of(rows)
        of_side = rows["contribution"] / whole if whole else float("nan")
        parts.append(rows.assign(side=side, unit=terms["unit"].iloc[0], table=terms["table"].iloc[0], rank=range(1, len(rows) + 1), of_side=of_side))
    columns = ["side", "unit", *ROW_COLUMNS]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def lines_behind(trail: Trail, indicator: str, zone: str, language: str = "zh", *, limit: int = 5) -> list[str]:
    """The largest rows behind a value in a line each, and how many more there are; empty where no trail is kept of it."""
    pick, said = 0 if language == "zh" else 1, []
    for side, words in SIDE_WORDS.items():
        rows, terms = rows_behind(trail, indicator, zone, side), trail.terms
        if not len(rows):
            continue
        unit = str(terms.loc[(terms["indicator"] == indicator) & (terms["side"] == side), "unit"].iloc[0])
        said.append(f"{words[pick]} = {_amount(total_of(rows), unit, pick)} ({len(rows):,} {('行', 'rows')[pick]})")
        for row in rows.head(limit).itertuples(index=False):
            name = " ".join(dict.fromkeys(part for part in (str(row.key), str(row.name)) if part))
            said.append(f"· {name}: {with_label(f'{row.contribution:,.2f}', UNITS.get(unit, (unit, unit))[pick])}")
    return said


def explain(results: Mapping[str, Any], rows: pd.DataFrame, indicator: str, zone: str, *, language: str = "zh", limit: int = 20) -> list[str]:
    """The lines that `spatial explain` prints; `rows` as `behind` gives them, empty where no trail is kept; `limit` rows a side, 0 for all."""
    pick = 0 if language == "zh" else 1
    row, value = BY_ID[indicator], value_of(results, indicator, zone)
    name = zone_word(zone, next((z["name"] for z in results["zones"] if z["id"] == zone), ""), pick)
    if value is None:
        return [f"{(row.zh, row.en)[pick]} {indicator} · {name}: {STATUS_WORDS['no_data'][pick]}"]
    scores = [score for score in results["scorecard"] if score["indicator"] == indicator and score["zone"] == zone]
    shown = _held(value, scores, language)
    lines = [f"{(row.zh, row.en)[pick]}  {indicator} · {name} ({zone})",
             _line(("数值", "value"), f"{shown}   [{STATUS_WORDS[value['status']][pick]}]", pick),
             _line(("公式", "formula"), formula_of(row, language), pick),
             *([_line(("其中", "where"), letters, pick)] if (letters := letters_of(row, language)) else []), *rule_lines(value, pick)]
    for side in SIDE_WORDS:
        units = rows.loc[rows["side"] == side, "unit"]
        if value[side] is not None:
            lines.append(_line(SIDE_WORDS[side], _amount(value[side], units.iloc[0] if len(units) else "", pick), pick))
    lines += [_line(("样本数", "rows used"), f"{value['n']:,}", pick), _line(("覆盖率", "coverage"), display(value["coverage"], "ratio", language=language), pick),
              _line(("依据", "source"), (row.source if pick == 0 else in_english(row.source)) + evidence_words(row.evidence, pick), pick)]
    if value["status"] == "no_data" and row.needs:
        lines.append(_line(("所需字段", "needs"), ", ".join(row.needs), pick))
    lines += [_verdict(score, language, pick) for score in scores]
    for side in SIDE_WORDS:
        lines += _rows(rows[rows["side"] == side], side, pick, limit)
    if not len(rows):
        lines += ["", ("没有可列出的明细：数值缺失、不公开，或本次运行未保存溯源表", "no rows to list: the value is missing or masked, or the run kept no trail")[pick]]
    return lines


def rule_lines(value: Mapping[str, Any], pick: int) -> list[str]:
    """The rule of a value in words, and as the keys that change it."""
    return [_line(("口径", "rule"), f"{rule_in_words(value['rule'], pick)}{('；截至 ', '; as of ')[pick]}{value['as_of']}", pick), _line(("口径键", "as keys"), value["rule"], pick)]


def _held(value: Mapping[str, Any], scores: Sequence[Mapping[str, Any]], language: str) -> str:
    """The value with as many decimals as it takes to stand on the right side of every line it is held against."""
    lines: list[tuple[Any, str | None]] = [(None, None)]
    lines += [(tuple(score["target"]) if isinstance(score["target"], list) else score["target"], score["comparison"]) for score in scores if score["unit"] == value["unit"]]
    return max((display(value["value"], value["unit"], line, comparison, language, indicator=value["indicator"]) for line, comparison in lines), key=len)


def _line(head: tuple[str, str], text: str, pick: int) -> str:
    return f"  {_padded(head[pick], 14)}{text}"


def _amount(value: float, unit: str, pick: int) -> str:
    said = with_label(in_full(value), UNITS.get(unit, (unit, unit))[pick])
    return said + (f" = {value / MU_M2:,.2f} {unit_label('mu', 'zh' if pick == 0 else 'en')}" if unit == "m2" else "")


def _verdict(score: Mapping[str, Any], language: str, pick: int) -> str:
    target = tuple(score["target"]) if isinstance(score["target"], list) else score["target"]
    goal = display_target(target, score["comparison"], score["unit"], language, indicator=score["indicator"], exact=bool(score.get("exact")))
    flips = f"; {('换用下列口径结论会变', 'flips under')[pick]}: {readings_in_words(score['flips_under'], pick)}" if score["flips_under"] else ""
    return _line(("目标", "target"), f"{score['policy']} {score['clause']} {goal} — {verdict_word(score['status'], score.get('reason'), pick)}{flips}", pick)


def _rows(rows: pd.DataFrame, side: str, pick: int, limit: int) -> list[str]:
    if not len(rows):
        return []
    shown = rows.head(limit) if limit else rows
    unit = UNITS.get(rows["unit"].iloc[0], (rows["unit"].iloc[0],) * 2)[pick]
    table = TABLES.get(rows["table"].iloc[0], (rows["table"].iloc[0],) * 2)[pick]
    whole = f"{len(rows):,} {('行，由大到小', 'rows, largest first')[pick]}" + (f"; {('列出前', 'first')[pick]} {len(shown)}" if len(shown) < len(rows) else "")
    names = [column for column in ROW_COLUMNS if column not in ("table",) and not (column in ("name", "place") and (shown[column] == "").all())]
    cells = [[ROW_COLUMNS[name][pick] for name in names]] + [[_cell(name, value) for name, value in zip(names, line, strict=True)] for line in shown[names].itertuples(index=False)]
    widths = [max(_width(line[i]) for line in cells) for i in range(len(names))]
    body = ["  " + "  ".join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    rest = rows.iloc[len(shown):]
    tail = [f"  {('其余', 'the rest')[pick]} {len(rest):,}: {total_of(rest):,.2f} {unit}"] if len(rest) else []
    return ["", f"{SIDE_WORDS[side][pick]} ({table}, {unit}): {whole}".replace(", )", ")"), *body, *tail, f"  {('合计', 'sum')[pick]} = {in_full(total_of(rows))} {unit}".rstrip()]


def _cell(name: str, value: Any) -> str:
    if name in ("amount", "contribution"):
        return f"{value:,.2f}"
    if name in ("share", "of_side"):
        return MISSING if value != value else f"{value:.2%}"
    if name == "line":
        return MISSING if value != value else str(int(value))
    return "".join(letter if letter.isprintable() else " " for letter in str(value))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * max(width - _width(text), 0)
