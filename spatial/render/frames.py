"""Frames that show themselves in a notebook as an office would print them: names, units, verdicts; every text is escaped."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
from pyproj import CRS

from spatial.indicators.registry import BY_ID
from spatial.indicators.terms import Indicator
from spatial.messages import role_name
from spatial.schema.policy import unit_label
from spatial.schema.result import Result
from spatial.scorecard.formatting import STATUS_WORDS, display, display_target, verdict_word
from spatial.units import MU_M2

VERDICT_COLOURS = {"met": "#1b7f4b", "missed": "#b3261e", "not_due": "#5f6b7a", "ranked": "#2f5d9b", "no_data": "#8a8f98", "not_applicable": "#8a8f98"}
SEVERITY_COLOURS = {"error": "#b3261e", "warning": "#9a6700", "repaired": "#2f5d9b", "info": "#5f6b7a"}
HEADS: dict[str, tuple[str, str]] = {
    "clause": ("条目", "clause"), "indicator": ("指标", "indicator"), "zone": ("分区", "zone"), "value": ("数值", "value"), "target": ("目标", "target"), "status": ("结论", "verdict"),
    "to_close": ("补足", "to close"), "severity": ("级别", "severity"), "place": ("位置", "place"), "message": ("说明", "message"), "remedy": ("办法", "remedy"), "count": ("数量", "count"),
}
_CELL = "padding:.25em .7em;border-bottom:1px solid #e3e6ea;text-align:left;vertical-align:top"
_NUMBER = _CELL.replace("left", "right") + ";font-variant-numeric:tabular-nums;white-space:nowrap"
SHOWN = 60
SHARE = ("比率", "ratio")
SEVERITY_WORDS = {"error": ("错误", "error"), "warning": ("警告", "warning"), "repaired": ("已修复", "repaired"), "info": ("提示", "info")}
ALLOCATION_WORDS = {"area": ("按面积", "by area"), "largest": ("归最大", "to the largest"), "point": ("按点", "by a point")}


class _Frame(pd.DataFrame):
    """A data frame that keeps its kind through selection and knows its language."""

    _metadata = ["language"]

    def __init__(self, *args: Any, language: str = "zh", **kwargs: Any):
        super().__init__(*args, **kwargs)
        object.__setattr__(self, "language", language)

    @property
    def _constructor(self) -> Any:
        return type(self)

    @property
    def _pick(self) -> int:
        return 0 if getattr(self, "language", "zh") == "zh" else 1


class Scorecard(_Frame):
    """Targets against values: one row a target and zone, with the columns of scorecard.csv; `zone_name` beside them."""

    def _repr_html_(self) -> str:
        if not {"policy", "clause", "value", "target", "status"} <= set(self.columns):
            return str(pd.DataFrame(self)._repr_html_())
        pick, rows = self._pick, []
        for row in self.head(SHOWN).to_dict("records"):
            unit, language = str(row["unit"]), ("zh", "en")[pick]
            goal = tuple(row["target"]) if isinstance(row["target"], (list, tuple)) else row["target"]
            known = BY_ID.get(row["indicator"])
            name = (known.zh, known.en)[pick] if known else row.get("title") or row["indicator"]
            close = row["to_close"]["text"] if isinstance(row.get("to_close"), dict) else ""
            rows.append([_Html(f'<td style="{_CELL};white-space:nowrap">{html.escape(str(row["clause"]))}</td>'), _text(name, 11), _text(row.get("zone_name") or row["zone"], 5),
                         _number(display(_float(row["value"]), unit, goal, row["comparison"], language, indicator=row["indicator"])),
                         _number(display_target(goal, row["comparison"], unit, language, indicator=row["indicator"], exact=bool(row.get("exact")))),
                         _chip(verdict_word(row["status"], row.get("reason"), pick), VERDICT_COLOURS[row["status"]]), close])
        return _table([HEADS[name][pick] for name in ("clause", "indicator", "zone", "value", "target", "status", "to_close")], rows, _rest(self, pick))


class ValueTable(_Frame):
    """Indicators of zones side by side: `zone_name`, then one column an indicator in the registry's unit; shown and printed with names and units."""

    def labelled(self) -> pd.DataFrame:
        """The same figures under their names and units, for a file or a slide: 亩均税收(万元/亩); shares are 0 to 1."""
        return pd.DataFrame(self).rename(columns=self._labels(lambda one: (one.zh, one.en)[self._pick]) | {"zone_name": HEADS["zone"][self._pick]})

    def __repr__(self) -> str:
        return repr(pd.DataFrame(self).rename(columns=self._labels(lambda one: one.id)))

    def _labels(self, name: Callable[[Indicator], str]) -> dict[str, str]:
        """Column -> its name with its unit."""
        language = ("zh", "en")[self._pick]
        brackets = ("{}({})", "{} ({})")[self._pick]
        units = {column: SHARE[self._pick] if BY_ID[column].unit == "ratio" else unit_label(BY_ID[column].unit, language) for column in self.columns if column in BY_ID}
        return {column: brackets.format(name(BY_ID[column]), unit) for column, unit in units.items()}

    def _repr_html_(self) -> str:
        names = [name for name in self.columns if name in BY_ID]
        if "zone_name" not in self.columns or not names:
            return str(pd.DataFrame(self)._repr_html_())
        pick = self._pick
        language = ("zh", "en")[pick]
        head = [HEADS["zone"][pick], *((BY_ID[name].zh, BY_ID[name].en)[pick] for name in names)]
        rows = [[row["zone_name"], *(_number(display(_float(row[name]), BY_ID[name].unit, language=language, indicator=name)) for name in names)]
                for row in self.head(SHOWN).to_dict("records")]
        return _table(head, rows, _rest(self, pick))


class FindingsTable(_Frame):
    """What was found in the data: one row a finding, with the columns of findings.csv; it shows gravest first, fields under the heads of their files (`attrs["fields"]`)."""

    def _repr_html_(self) -> str:
        if not {"severity", "code", "message", "remedy"} <= set(self.columns):
            return str(pd.DataFrame(self)._repr_html_())
        pick, order, said = self._pick, list(SEVERITY_COLOURS), self.attrs.get("fields", {})
        listed = sorted(self.to_dict("records"), key=lambda row: order.index(row["severity"]))
        rows = []
        for row in listed[:SHOWN]:
            place = (row["path"] or role_name(row["role"], pick), row["layer"], said.get((row["role"], row["field"]), row["field"]))
            rows.append([_chip(SEVERITY_WORDS[row["severity"]][pick], SEVERITY_COLOURS[row["severity"]]), " ".join(str(part) for part in place if part), row["message"], row["remedy"],
                         _number(str(row["count"]))])
        return _table([HEADS[name][pick] for name in ("severity", "place", "message", "remedy", "count")], rows, _rest(self, pick))


class _Html(str):
    """A cell that is HTML already."""


def run_html(result: Result) -> str:
    """The headline of a run: what it is of, its ground, its verdicts by policy, its findings by severity."""
    pick = 0 if result.language == "zh" else 1
    study, cards = result.study, result.scorecard
    size, unit = (MU_M2, ("亩", "mu")[pick]) if "CGCS2000" in CRS.from_user_input(result.working_crs).name else (10_000, ("公顷", "ha")[pick])  # mu are a unit of China
    facts = [(("数据截至", "data as of")[pick], str(study.as_of)), (("统计期", "period")[pick], f"{study.period[0]} – {study.period[1]}"),
             (("地块", "parcels")[pick], f"{len(result.parcels):,} · {result.balance['parcels_m2'] / float(size):,.1f} {unit}"),
             (("载体", "carriers")[pick], f"{len(result.carriers)} · {result.balance['inside_m2'] / float(size):,.1f} {unit}"),
             (("分配规则", "allocation")[pick], f"{ALLOCATION_WORDS[study.allocation][pick]} ({study.allocation})"), (("坐标系", "CRS")[pick], result.working_crs)]
    names = {one["id"]: one["title"] for one in result.policies}
    if len(cards):
        for policy, rows in cards.groupby("policy", sort=False):
            counts = rows["status"].value_counts()
            facts.append((f"{policy} {names.get(str(policy), '')}".strip(), " · ".join(f"{STATUS_WORDS[status][pick]} {counts[status]}" for status in VERDICT_COLOURS if status in counts)))
    severities = pd.Series([finding.severity for finding in result.findings], dtype=object).value_counts()
    facts.append((("数据问题", "findings")[pick], " · ".join(f"{SEVERITY_WORDS[name][pick]} {severities[name]}" for name in SEVERITY_COLOURS if name in severities) or "0"))
    lines = "".join(f'<tr><th style="{_CELL};font-weight:600">{html.escape(head)}</th><td style="{_CELL}">{html.escape(text)}</td></tr>' for head, text in facts)
    stamp = "" if study.audience == "public" else _pill(("内部资料", "internal")[pick], "#b3261e")
    return f'<div><h3 style="margin:.2em 0">{html.escape(study.name)} {stamp}</h3><table style="border-collapse:collapse">{lines}</table></div>'


def _table(head: Iterable[str], rows: Iterable[Iterable[Any]], note: str) -> str:
    heads = "".join(f'<th style="{_CELL};border-bottom:2px solid #3d4652">{html.escape(str(name))}</th>' for name in head)
    body = "".join("<tr>" + "".join(cell if isinstance(cell, _Html) else f'<td style="{_CELL}">{html.escape(str(cell))}</td>' for cell in row) + "</tr>" for row in rows)
    return f'<table style="border-collapse:collapse;font-size:.92em"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{note}'


def _number(text: str) -> _Html:
    return _Html(f'<td style="{_NUMBER}">{html.escape(text)}</td>')


def _text(text: Any, least: int) -> _Html:
    """A cell at least so many letters wide, so that a long text beside it leaves it room."""
    return _Html(f'<td style="{_CELL};min-width:{least}em">{html.escape(str(text))}</td>')


def _chip(text: str, colour: str) -> _Html:
    return _Html(f'<td style="{_CELL}">{_pill(text, colour)}</td>')


def _pill(text: str, colour: str) -> str:
    return f'<span style="color:#fff;background:{colour};border-radius:.6em;padding:.05em .6em;white-space:nowrap;font-size:.85em">{html.escape(text)}</span>'


def _rest(frame: pd.DataFrame, pick: int) -> str:
    left = len(frame) - SHOWN
    return f"<p>{(f'另有 {left} 行未显示', f'{left} more rows')[pick]}</p>" if left > 0 else ""


def _float(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
