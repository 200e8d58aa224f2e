"""Standard-land ledgers: wide ones (a column a measure) unfolded into rows, and the figures of one measure brought to one scale."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from spatial.errors import Finding, Several, found
from spatial.normalise.cells import REASONS, is_null
from spatial.normalise.measures import is_measure, measure_of, side_of
from spatial.schema.fields import same_header
from spatial.schema.raw import RawLayer
from spatial.schema.study import LayerSpec
from spatial.units import UNITS, factor, parse_unit

SHARES = re.compile(r"密度|系数|绿地率|比例|比重|占比|之比|研发|r&d|share", re.I)
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
    columns: dict[tuple[str, str], list[int]] = {}
    for position, header in enumerate(headers):
        if is_measure(header):
            columns.setdefault((measure_of(header), side_of(header)), []).append(position)
    if not columns:
        return raw, []
    doubts = _doubts(columns, headers)
    places = {said: positions[0] for said, positions in columns.items() if said[1]}
    kept = [position for position in range(len(headers)) if position not in places.values()]
    measures = list(dict.fromkeys(name for name, _ in places))
    if not measures:
        return raw, doubts
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
    return done, [found("standard_land.unfolded", count=len(frame), value_seen=Several(measures), rows=len(long)), *doubts]


def _doubts(columns: dict[tuple[str, str], list[int]], headers: list[str]) -> list[Finding]:
    """Errors for columns of a measure that say nothing of their side, and for several of one side: a row has one figure of each."""
    findings = []
    for (measure, side), positions in columns.items():
        names = Several([headers[position] for position in positions])
        if not side:
            findings.append(found("standard_land.side_unsaid", field=headers[positions[0]], value_seen=names, count=len(positions)))
        elif len(positions) > 1:
            findings.append(found("standard_land.side_twice", field=headers[positions[1]], value_seen=names, count=len(positions), measure=measure, side_zh=NAMES[side], side_en=side))
    return findings


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
