"""Totals that a table states, compared with the sum of its rows before they are set aside."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.characters import simplified
from spatial.errors import Finding, found, lines_of
from spatial.normalise.numbers import cell_factor, parse_number
from spatial.read.ledger.grid import Grid
from spatial.read.ledger.header import Header, clean
from spatial.read.ledger.rows import is_grand, total_label
from spatial.read.ledger.subtotals import DOUBTS, other_block, readings

_OF_A_YEAR_ALONE = r"(?!.{0,10}(?:投资|完成|计划|产值|税|收入|增加值|利润|能耗|用电|金额|资金|费用|面积))"  # 年度计划投资: an amount
_MEAN = r"均(?!.{0,4}(?:职工|人数|从业|用工))|[人亩地户]均"  # 年平均职工人数 is a number of persons
_DOES_NOT_ADD = re.compile(rf"率|比|{_MEAN}|密度|强度|系数|单价|楼面价|楼板价|年限|年份|年度{_OF_A_YEAR_ALONE}|序号|编号|代码|编码|日期|时间|容积|排名|得分|分数|评分|经度|纬度|坐标|号$|年$|"
                           r"\brank|score|rate|ratio|share|average|mean|per_|\byear|date|code|\bid$|no\.?$", re.I)
_OF_A_YEAR = re.compile(r"(?:截至|至)?(?:19|20)\d{2}年?(?:度|底|末)?.{0,6}(?:合计|总计|共计)[:：]?")
_YEARS = re.compile(r"(?:.*/)?(?:统计|评价|所属|数据|报告)?年(?:度|份)?|year", re.I)
ROWS_SHOWN = 10


def check_totals(grid: Grid, header: Header, reasons: dict[int, str], place: dict[str, str], units: Mapping[str, str]) -> list[Finding]:
    """A finding for each stated total that no sum of rows gives, and one that counts those that agree.

    A total may be of all rows, of those since the last total, of those up to it, or of those that follow it (a total on top);
    one below all rows, if its words mean the whole table and no other total has them, is of all rows alone, or of those of the year it states. Numbers rounded one by one may
    differ by what rounding does. Cells with a unit of their own count in that of their column (`units`, by header); where that cannot be, the
    column is left out and told.
    """
    totals = sorted(row for row, reason in reasons.items() if reason in ("total", "unmarked_total"))
    if not totals:
        return []
    data = np.array([row for row in range(header.data, len(grid.cells)) if row not in reasons], dtype=np.int64)
    labels = {row: total_label(grid.cells[row], header) for row in totals}
    grand = {row for row in totals if is_grand(labels[row]) or (row == totals[-1] and _OF_A_YEAR.fullmatch(labels[row]))}
    whole = totals[-1] if totals[-1] in grand and len(data) and totals[-1] > data[-1] and labels[totals[-1]] not in [labels[row] for row in totals[:-1]] else None
    words = [column for name, column in zip(header.headers, header.columns, strict=True) if not adds_up(name) or mostly_text(grid.cells[data, column])] if len(data) else []
    told = readings(grid, header, data, totals, {row: label for row, label in labels.items() if row not in grand}, words) if len(data) else {}
    of_year = _of_their_year(grid, header, data, totals)
    gaps = np.setdiff1d(np.arange(header.data, len(grid.cells)), data)
    findings: list[Finding] = []
    agreed = 0
    for name, column in zip(header.headers, header.columns, strict=True):
        if not adds_up(name):
            continue
        try:
            numbers, digits = column_numbers(grid.cells[data, column], unit := _own_units(grid.cells[[*data, *totals], column], units.get(name, "")))
            stated = [(row, value) for row in totals if not math.isnan(value := _number(grid.cells[row, column], unit))]
        except _NoUnit as reason:
            findings.append(found("ledger.total_other_unit", **place, field=name, value_seen=str(reason)))
            continue
        unread = [row for row in totals if parse_number(grid.cells[row, column])[2] and re.sub(r"\s+", "", simplified(clean(grid.cells[row, column]))) != labels[row]]
        if not (stated or unread) or not len(data):
            continue
        if np.isnan(numbers).all():
            continue
        if unread and np.isnan(numbers).sum() * 2 < len(numbers):  # a column of numbers, so that a number is meant here too
            cell = grid.cells[unread[0], column]
            findings.append(found("ledger.total_unread", **place, row=int(grid.row_numbers[unread[0]]), field=name, value_seen=str(getattr(cell, "text", cell))[:80], count=len(unread)))
        for row, value in stated:
            sums = _sums(row, data, numbers, totals, grand=row in grand)
            if row in told and len(named := told[row].named):
                sums.append(float(np.nansum(numbers[np.searchsorted(data, named)])))
            if row in of_year:
                sums.insert(0, float(np.nansum(numbers[of_year[row]])))
            tolerance = _rounding(value, digits, len(data))
            if any(abs(value - s) <= tolerance for s in (sums[:1 + (row in of_year)] if row == whole else sums)):
                agreed += 1
                continue
            own, doubt = (told[row].rows, told[row].doubt) if row in told else (data[:0], "")
            if len(own):
                sums = [float(np.nansum(numbers[np.searchsorted(data, own)]))]
                doubt = "block" if other_block(row, data, numbers, gaps, value, tolerance, own) else ""
            zh, en = DOUBTS.get(doubt, ("", ""))
            findings.append(found("ledger.total_differs", **place, row=int(grid.row_numbers[row]), key=labels[row] or "total", field=name,
                                  value_seen=f"{value:.10g}", value_used=f"{sums[0]:.10g}", grand=row in grand, rows="" if doubt or not len(own) else lines_of(grid.row_numbers[own]),
                                  why_zh=f"({zh}，不作错误)" if zh else "", why_en=f" ({en}: told, not refused)" if en else ""))
    shown = findings[:ROWS_SHOWN * 5]
    return shown + ([found("ledger.total_agrees", **place, count=agreed)] if agreed else [])


def _of_their_year(grid: Grid, header: Header, data: NDArray[np.int64], totals: list[int]) -> dict[int, NDArray[np.bool_]]:
    """Of totals that state a year beside them, in a table of several years: which rows are of that year."""
    column = next((c for name, c in zip(header.headers, header.columns, strict=True) if _YEARS.fullmatch(name)), None)
    if column is None or not len(data):
        return {}
    said = {row: _year(grid.cells[row, column]) for row in totals}
    if not any(said.values()):
        return {}
    years = np.array([_year(cell) for cell in grid.cells[data, column]])
    return {row: years == year for row, year in said.items() if year and (years == year).any() and not (years == year).all()}


def _year(cell: Any) -> str:
    """2022 of 2022, 2022.0, 2022年 and 2022年度; "" for all else."""
    match = re.fullmatch(r"((?:19|20)\d{2})(?:\.0)?(?:年度?)?", clean(cell))
    return match[1] if match else ""


def unmarked_totals(grid: Grid, header: Header, reasons: dict[int, str]) -> list[int]:
    """The last row, where it has no words at all, other rows have, and each of its numbers is the sum of those above it."""
    data = [row for row in range(header.data, len(grid.cells)) if row not in reasons]
    if len(data) < 3:
        return []
    last, above = data[-1], np.array(data[:-1], dtype=np.int64)
    said = {c: grid.cells[last, c] for c in header.columns if grid.cells[last, c] is not None}
    numbers = {c: _number(cell) for c, cell in said.items()}
    if not said or any(math.isnan(value) for value in numbers.values()):
        return []  # a last row with words, as nearly all have: the columns above need not be looked at
    wordy = [c for c in header.columns if sum(isinstance(cell, str) for cell in grid.cells[above, c].tolist()) * 2 > len(above)]
    if not wordy or any(c in said for c in wordy):
        return []
    names = dict(zip(header.columns, header.headers, strict=True))
    adds = [c for c in said if adds_up(names[c])]
    fits = [c for c in adds if abs(numbers[c] - float(np.nansum(column_numbers(grid.cells[above, c])[0]))) <= 1e-6 * max(abs(numbers[c]), 1)]
    return [last] if adds and len(fits) == len(adds) else []


def adds_up(name: str) -> bool:
    """Whether the numbers of a column of this name may be added up: amounts, not rates, years, numbers of things."""
    return not _DOES_NOT_ADD.search(name)


def mostly_text(cells: NDArray[Any]) -> bool:
    """Whether most cells of a column that say anything say words."""
    said = [cell for cell in cells[:400].tolist() if cell is not None]
    return sum(isinstance(cell, str) and not re.match(r"[-+(≥≤>¥￥]?\s*\d", clean(cell)) for cell in said) * 2 > len(said)


class _NoUnit(Exception):
    """A cell's own unit that cannot be brought to its column's."""


def _own_units(cells: NDArray[Any], unit: str) -> str | None:
    """The unit to bring cells to: that of the column; None where no cell has one of its own, or all have the same."""
    texts = {cell for cell in cells.tolist() if isinstance(cell, str)}
    own = {parse_number(cell)[1] for cell in texts} - {None}
    alike = len(own) == 1 and all(parse_number(cell)[1] is not None for cell in cells.tolist() if not math.isnan(parse_number(cell)[0]))
    return unit if own and not alike else None


def _number(cell: Any, unit: str | None = None) -> float:
    """The number of a cell, in a unit where one is given ("": the column has none) and the cell has its own."""
    value, own, reason, _ = parse_number(cell)
    if own is not None and unit is not None and not reason:
        size = cell_factor(own, unit) if unit else None
        if size is None:
            raise _NoUnit(str(cell))
        value *= float(size)
    return math.nan if reason else value


def column_numbers(cells: NDArray[Any], unit: str | None = None) -> tuple[NDArray[np.float64], int]:
    """Numbers of a column, in its unit where one is given, and how many decimals they are written with."""
    known: dict[Any, float] = {}
    numbers = np.empty(len(cells))
    for i, cell in enumerate(cells.tolist()):
        if cell.__class__ is float:
            numbers[i] = cell
            continue
        key = (cell.__class__, cell)
        if key not in known:
            known[key] = _number(cell, unit)
        numbers[i] = known[key]
    sample = numbers[~np.isnan(numbers)]
    return numbers, max((_digits(float(v)) for v in sample[:200]), default=0)


def _rounding(value: float, digits: int, rows: int) -> float:
    """How far a stated total may be from the sum: by its own rounding, and by that of rows written with decimals."""
    if digits >= 9:
        return 1e-6 * max(abs(value), 1)
    own = 0.5001 * 10.0 ** -_digits(value)
    return 1e-9 * abs(value) + (own if _digits(value) < digits else 0.0) + (1.5 * math.sqrt(rows) * 10.0 ** -digits if digits else 0.5)


def _digits(value: float) -> int:
    text = f"{value:.10f}".rstrip("0")
    return len(text.split(".")[1])


def _sums(row: int, data: NDArray[np.int64], numbers: NDArray[np.float64], totals: list[int], *, grand: bool) -> list[float]:
    """Sums that a total in this row may state, the most likely first."""
    def between(low: int, high: int) -> float:
        return float(np.nansum(numbers[(data > low) & (data < high)]))
    before = max((t for t in totals if t < row), default=-1)
    after = min((t for t in totals if t > row), default=2**62)
    everything, group = between(-1, 2**62), between(before, row)
    others = [between(-1, row), between(row, after), between(row, 2**62)]
    return [everything, group, *others] if grand else [group, *others, everything]
