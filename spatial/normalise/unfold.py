"""Standard-land ledgers: wide ones (a column a measure) unfolded into rows, and the figures of one measure brought to one scale."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from spatial.errors import Finding, Several, found
from spatial.normalise.cells import REASONS, is_null
from spatial.schema.fields import same_header
from spatial.schema.raw import RawLayer
from spatial.schema.study import LayerSpec
from spatial.units import UNITS, factor, parse_unit

MEASURES = re.compile(r"投资强度|亩均税收|亩均增加值|亩均产值|地均|劳动生产率|单位能耗|单位排放|单位电耗|研发|r&d|"
                      r"容积率|建筑密度|建筑系数|绿地率|办公.*(?:比|占)|税收强度|产出强度|能耗标准|排放标准", re.I)
NOT_MEASURES = re.compile(r"结论|结果|是否|日期|时间|备注|说明|阶段|单位$")
SHARES = re.compile(r"密度|系数|绿地率|比例|比重|占比|之比|研发|r&d|share", re.I)
ROLES = (("commitment", re.compile(r"承诺")), ("actual", re.compile(r"实测|实际|验收|核查|达产|竣工|复核")), ("standard", re.compile(r"标准值|控制|标准|准入|指标值|要求|下限")))
NAMES = {"standard": "标准值", "commitment": "承诺值", "actual": "实测值"}
MIXED = 20  # a column of one share that spans this much, across 1, is in two scales
MEASURE, SIDES = "指标名称", ("standard", "commitment", "actual")


def unfolded(raw: RawLayer, spec: LayerSpec) -> tuple[RawLayer, list[Finding]]:
    """A wide ledger as one row a parcel, industry and measure; a long one as it is.

    A column is a measure by its name (投资强度, 亩均税收, ...); what it holds (standard, commitment, actual) by the words beside it or above it.
    """
    headers = [str(header) for header in raw.frame.columns]
    if spec.columns.keys() & {"measure", *SIDES} or any(same_header(h) in ("指标", "指标名称", "measure") for h in headers):
        return raw, []
    places: dict[tuple[str, str], int] = {}
    for position, header in enumerate(headers):
        if MEASURES.search(header) and not NOT_MEASURES.search(header):
            places.setdefault((_measure(header), _role(header)), position)
    if not places:
        return raw, []
    kept = [position for position in range(len(headers)) if position not in places.values()]
    measures = list(dict.fromkeys(name for name, _ in places))
    frame = raw.frame.reset_index(drop=True)
    pieces, rows = [], []
    for name in measures:
        cells = {side: frame.iloc[:, places[name, side]] if (name, side) in places else pd.Series(None, index=frame.index, dtype=object) for side in SIDES}
        said = np.flatnonzero(~np.logical_and.reduce([column.map(is_null).to_numpy(bool) for column in cells.values()]))
        part = frame.iloc[said, kept].copy()
        part[MEASURE] = _with_unit(name, [raw.units.get(headers[places[name, side]], "") for side in SIDES if (name, side) in places])
        for side, column in cells.items():
            part[NAMES[side]] = column.iloc[said]
        pieces.append(part)
        rows.append(np.asarray(raw.row_numbers)[said])
    long = pd.concat(pieces, ignore_index=True)
    order = np.argsort(np.concatenate(rows), kind="stable")
    done = RawLayer(long.iloc[order].reset_index(drop=True), np.concatenate(rows)[order], None, raw.source, raw.units, raw.names, raw.findings, raw.set_aside, raw.date_epoch, raw.meanings)
    return done, [found("standard_land.unfolded", count=len(frame), value_seen=Several(measures), rows=len(long))]


def _measure(header: str) -> str:
    """The name of the measure in a header, without unit, role and grouping words."""
    parts = [part for part in re.split(r"/(?![^()]*\))", header) if MEASURES.search(part)]
    name = re.sub(r"[(\[【][^)\]】]*[)\]】]", "", parts[-1])
    name = re.sub(r"(?:企业)?承诺(?:值)?|实测(?:值)?|实际(?:值)?|验收(?:值)?|控制(?:值|标准)?|标准值?|准入值?|要求|下限|[_\-—:：\s]", "", name)
    return name or parts[-1]


def _role(header: str) -> str:
    return next((role for role, words in ROLES if words.search(header)), "standard")


def _with_unit(name: str, units: list[str]) -> str:
    known = list(dict.fromkeys(unit for unit in units if unit))
    return f"{name}({UNITS[known[0]].zh})" if len(known) == 1 and UNITS[known[0]].zh else name


def one_scale(frame: pd.DataFrame, raw: RawLayer) -> tuple[pd.DataFrame, list[Finding]]:
    """Standards, commitments and actual values of a measure in one unit, so that they can be compared; what cannot be is refused by row.

    A cell's own unit wins, then the one in the measure's name. Shares without a sign are read by the scale of their column within the measure.
    """
    sides = [side for side in SIDES if side in frame]
    helpers = [f"{side}_unit" for side in sides]
    if "measure" not in frame or not sides:
        return frame.drop(columns=[name for name in helpers if name in frame]), []
    frame = frame.copy()
    findings: list[Finding] = []
    for measure, rows in frame.groupby(frame["measure"].fillna("").map(_bare), sort=True).groups.items():
        stated = next((unit for unit in map(_unit_in, frame.loc[rows, "measure"].dropna().unique()) if unit), None)
        units = {side: frame.loc[rows, f"{side}_unit"].map(lambda unit, own=stated: unit or own) for side in sides}
        dimensions = {UNITS[unit].dimension for column in units.values() for unit in column.dropna() if unit in UNITS}
        if dimensions == {"share"} or (not dimensions and SHARES.search(str(measure)) and "容积率" not in str(measure)):
            findings += _shares(frame, rows, sides, units)
        elif dimensions:
            findings += _same_unit(frame, rows, sides, units, stated)
    return frame.drop(columns=helpers), findings


def _bare(measure: str) -> str:
    return re.sub(r"[(\[【][^)\]】]*[)\]】]", "", measure).strip()


def _unit_in(measure: str) -> str | None:
    match = re.search(r"[(\[【]([^)\]】]*(?:\([^)]*\))?[^)\]】]*)[)\]】]\s*$", measure)
    return parse_unit(match[1]) if match else None


def _shares(frame: pd.DataFrame, rows: Any, sides: list[str], units: dict[str, pd.Series]) -> list[Finding]:
    """Per cents and fractions of a measure as fractions."""
    scales: dict[str, float | None] = {}
    mixed: list[str] = []
    for side in sides:
        bare = frame.loc[rows, side].where(units[side].isna()).abs()
        bare = bare[bare > 0]
        if len(bare) and bare.min() <= 1 and bare.max() > 2 and bare.max() >= MIXED * bare.min():
            mixed.append(side)
        scales[side] = None if not len(bare) else 1.0 if bare.max() <= 1 else 0.01 if bare.min() > 2 else float("nan")
    told = {scale for scale in scales.values() if scale is not None and scale == scale}
    written = any(units[side].notna().any() for side in sides)
    if not written and len(told) < 2:
        # all bare and nothing speaks for two scales: like is compared with like; 0.45 beside 45 in one column is refused
        return [_unclear(frame, row, side, "mixed_scale") for side in mixed for row in rows if pd.notna(frame.at[row, side])]
    findings = []
    for side in sides:
        scale = scales[side]
        for row in rows:
            value, unit = frame.at[row, side], units[side][row]
            if pd.isna(value):
                continue
            size = float(UNITS[unit].factor) if unit in UNITS else scale
            if size is None or size != size:
                findings.append(_unclear(frame, row, side, "mixed_scale"))
                continue
            frame.at[row, side] = value / 100 if size == 0.01 else value * size
            high = f"{side}_high"
            if high in frame and pd.notna(frame.at[row, high]):
                frame.at[row, high] = frame.at[row, high] / 100 if size == 0.01 else frame.at[row, high] * size
    return findings


def _same_unit(frame: pd.DataFrame, rows: Any, sides: list[str], units: dict[str, pd.Series], stated: str | None) -> list[Finding]:
    """Figures with units as those of the measure's name, or of the first cell that has one."""
    written = [unit for side in sides for unit in units[side].dropna() if unit in UNITS]
    base = stated or written[0]
    findings = []
    for side in sides:
        for row in rows:
            unit = units[side][row] or (base if len(set(written)) == 1 else None)
            if pd.isna(frame.at[row, side]) or unit == base:
                continue
            if unit not in UNITS or UNITS[unit].dimension != UNITS[base].dimension:
                findings.append(_unclear(frame, row, side, "unknown_unit"))
                continue
            size = float(factor(unit, base))
            frame.at[row, side] *= size
            if f"{side}_high" in frame:
                frame.at[row, f"{side}_high"] *= size
    return findings


def _unclear(frame: pd.DataFrame, row: Any, side: str, reason: str) -> Finding:
    zh, en = REASONS[reason]
    return found("row.bad_cell", row=int(frame.at[row, "row"]), field=side, value_seen=f"{frame.at[row, side]:g}", reason_zh=zh, reason_en=en)
