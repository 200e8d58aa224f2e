"""Workbooks as offices keep them: a title row, a header of two merged rows, units in the header, a total and a note at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

CREATED = datetime(2023, 1, 10, 9, 0, 0)  # fixed, so that the same district is the same bytes


@dataclass(frozen=True)
class Column:
    """A column of a sheet: upper header ('' where it stands alone), lower header, values, and whether the 合计 row adds it up."""

    group: str
    header: str
    values: Sequence[Any]
    total: bool = False


def date_cells(days: pd.Series) -> list[Any]:
    """Dates in the three ways found in ledgers: real date cells, 2020.3.1, and 2020年3月1日."""
    result: list[Any] = []
    for number, day in enumerate(days):
        if pd.isna(day):
            result.append(None)
        elif number % 11 == 4:
            result.append(f"{day.year}.{day.month}.{day.day}")
        elif number % 17 == 6:
            result.append(f"{day.year}年{day.month}月{day.day}日")
        else:
            result.append(day.to_pydatetime())
    return result


def yes_no(values: pd.Series) -> list[str]:
    return ["是" if value else "否" for value in values]


def write_workbook(path: Path, sheet: str, title: str, columns: Sequence[Column], *, note: str = "", total: bool = False) -> None:
    """One sheet; ids are text cells, dates are date cells where given as dates, empty cells stay empty."""
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": title, "author": "示范区(虚构)", "created": CREATED})
        heading = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1})
        top = book.add_format({"bold": True, "align": "center", "font_size": 14})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet(sheet)
        page.merge_range(0, 0, 0, len(columns) - 1, title, top)
        _header(page, columns, heading)
        page.freeze_panes(3, 1)
        rows = len(columns[0].values)
        for at, column in enumerate(columns):
            page.set_column(at, at, 22 if at == 0 else 14)
            for number, value in enumerate(column.values):
                if value is None or value == "" or value != value:
                    continue
                if isinstance(value, datetime):
                    page.write_datetime(number + 3, at, value, day)
                elif isinstance(value, str):
                    page.write_string(number + 3, at, value)
                else:
                    page.write_number(number + 3, at, float(value))
            if total and column.total:
                page.write_number(rows + 3, at, round(float(pd.Series(column.values, dtype=float).sum()), 2))
        if total:
            page.write_string(rows + 3, 0, "合计")
        if note:
            page.write_string(rows + 3 + total, 0, note)


def _header(page: Any, columns: Sequence[Column], style: Any) -> None:
    """Two header rows: groups are merged across their columns, single headers are merged down."""
    at = 0
    while at < len(columns):
        group = columns[at].group
        width = 1
        while group and at + width < len(columns) and columns[at + width].group == group:
            width += 1
        if not group:
            page.merge_range(1, at, 2, at, columns[at].header, style)
        elif width == 1:
            page.write_string(1, at, group, style)
        else:
            page.merge_range(1, at, 1, at + width - 1, group, style)
        if group:
            for offset in range(width):
                page.write_string(2, at + offset, columns[at + offset].header, style)
        at += width
