"""What the columns of a table settle for one another: the decimal mark, and which of day and month comes first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spatial.errors import Finding, found
from spatial.normalise.cells import is_null, plain_text
from spatial.normalise.columns import Mapped
from spatial.normalise.decimal_comma import decimal_commas, table_commas
from spatial.schema.raw import RawLayer, column_of

MEASURED = ("quantity", "number", "coordinate", "bounded")
_FIGURES = re.compile(r"[+-]?[\d.,\s]*\d%?")
_MOSTLY = 0.8
_DAY = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*\d{4}(?:\s.*)?")


def by_table(raw: RawLayer, mapped: Mapping[str, Mapped], column: Mapped, values: pd.Series, options: dict[str, Any]) -> tuple[pd.Series, dict[str, Any], list[Finding]]:
    """A column's cells and what is known of them, with what other columns of its table prove where its own cells do not; a receipt for each."""
    if column.field.type in MEASURED and raw.geometry is None:
        values, notes = _points(raw, mapped, column, values)
        return values, options, notes
    if column.field.type == "date" and options.get("dayfirst") is None and (proof := _order(raw, column, values)):
        order, header, row, seen = proof
        first = next(i for i, cell in enumerate(values) if isinstance(cell, str) and _DAY.fullmatch(plain_text(cell)))
        note = found("row.order_by_table", field=column.field.name, row=int(raw.row_numbers[first]), value_seen=str(values.iloc[first]), header=header, other=row, proof=seen,
                     order_zh="日在前" if order else "月在前", order_en="the day" if order else "the month")
        return values, {**options, "dayfirst": order}, [note]
    return values, options, []


def _points(raw: RawLayer, mapped: Mapping[str, Mapped], column: Mapped, values: pd.Series) -> tuple[pd.Series, list[Finding]]:
    """Numbers with decimal points for their commas, where the column does not settle what those are (or holds demands, which are not read as a column) and its table does."""
    read, marked = decimal_commas(values, settled=True)
    if not marked.any() or column.field.type != "bounded" and decimal_commas(values)[1].any() or not table_commas(_figures(raw, mapped)):
        return values, []
    at = np.flatnonzero(marked)
    first = int(at[0])
    return read, [found("row.decimal_comma", field=column.field.name, row=int(raw.row_numbers[first]), count=len(at), value_seen=str(values.iloc[first]), value_used=plain_text(read.iloc[first]))]


def _figures(raw: RawLayer, mapped: Mapping[str, Mapped]) -> list[tuple[pd.Series, bool]]:
    """The columns of figures, each with whether they can be whole numbers only."""
    kinds = {one.position: one.field.type for one in mapped.values()}
    listed = []
    for position in range(len(raw.frame.columns)):
        values = column_of(raw.frame, position)
        if kinds.get(position) in (*MEASURED, "integer") or position not in kinds and _holds_figures(values):
            listed.append((values, kinds.get(position) == "integer"))
    return listed


def _holds_figures(values: pd.Series) -> bool:
    texts = [cell for cell in values.tolist() if isinstance(cell, str) and not is_null(cell)]
    return bool(texts) and sum(_FIGURES.fullmatch(plain_text(text)) is not None for text in texts) >= _MOSTLY * len(texts)


def _order(raw: RawLayer, column: Mapped, values: pd.Series) -> tuple[bool, str, int, str] | None:
    """(day first, header, row, cell) of the proof of another column, for a column of texts that does not prove it; None without one, or with proofs of both."""
    cells = [cell for cell in values.tolist() if not is_null(cell)]
    days = [match for cell in cells if isinstance(cell, str) and (match := _DAY.fullmatch(plain_text(cell)))]
    signs = {match[2] for match in days}
    if not any(int(match[1]) != int(match[3]) for match in days) or _proofs(values, signs) or not all(isinstance(cell, str) for cell in cells):
        return None
    proofs: dict[bool, tuple[bool, str, int, str]] = {}
    for position, header in enumerate(map(str, raw.frame.columns)):
        if position != column.position:
            for order, place in _proofs(column_of(raw.frame, position), signs).items():
                proofs.setdefault(order, (order, header, int(raw.row_numbers[place]), str(raw.frame.iat[place, position])))
    return next(iter(proofs.values())) if len(proofs) == 1 and len(signs) == 1 else None


def _proofs(values: pd.Series, signs: set[str]) -> dict[bool, int]:
    """Day first or not -> the first cell with one of the signs that can be read in this way only."""
    proofs: dict[bool, int] = {}
    for place, cell in enumerate(values.tolist()):
        match = _DAY.fullmatch(plain_text(cell)) if isinstance(cell, str) and cell[:3].strip()[:1].isdigit() else None
        if match and match[2] in signs and (int(match[1]) > 12) != (int(match[3]) > 12):
            proofs.setdefault(int(match[1]) > 12, place)
    return proofs
