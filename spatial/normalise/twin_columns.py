"""One quantity in two columns, of different units (面积(平方米) and 面积(亩)) or under two of its names: what each says must be the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, Several, found
from spatial.normalise.cells import is_null
from spatial.normalise.columns import Mapped, known_names, names_of
from spatial.normalise.numbers import parse_numbers
from spatial.normalise.telltale import telltale_factor
from spatial.schema.fields import bare_header, same_header
from spatial.schema.raw import RawLayer, column_of
from spatial.units import UNITS, factor

TOLERANCE = 0.02
_YEAR = re.compile(r"(?:19|20)\d{2}")


def twin_columns(raw: RawLayer, mapped: Mapping[str, Mapped]) -> list[Finding]:
    """An error where most rows of a mapped quantity differ from its twin in another unit, a warning for single rows."""
    findings: list[Finding] = []
    headers = [str(header) for header in raw.frame.columns]
    for name, column in mapped.items():
        if column.field.type != "quantity" or not column.unit:
            continue
        for position, header in enumerate(headers):
            unit = raw.units.get(header, "")
            same = position != column.position and bare_header(header) == bare_header(column.header) and unit != column.unit
            if same and unit and UNITS[unit].dimension == UNITS[column.unit].dimension:
                findings += _compared(raw, name, column, position, header, unit)
    return findings


def from_twin(raw: RawLayer, column: Mapped, values: pd.Series) -> tuple[pd.Series, list[Finding]]:
    """The values of a quantity (in its base unit) with its blanks filled from its twin in another unit, where rows fill the one or the other; on record.

    A column that the study names stands for itself: its blanks are told and stay.
    """
    if column.field.type != "quantity" or column.unit not in UNITS or column.field.unit not in UNITS or not values.isna().any():
        return values, []
    blank = values.isna().to_numpy() & np.array([is_null(cell) for cell in column_of(raw.frame, column.position).tolist()], dtype=bool)
    findings: list[Finding] = []
    for position, header in enumerate(str(header) for header in raw.frame.columns):
        unit = raw.units.get(header, "")
        if position == column.position or unit not in UNITS or unit == column.unit or UNITS[unit].dimension != UNITS[column.unit].dimension \
                or bare_header(header) != bare_header(column.header):
            continue
        other, own_units = parse_numbers(column_of(raw.frame, position).reset_index(drop=True))
        there = np.flatnonzero(blank & other.values.notna().to_numpy() & np.array([said is None for said in own_units], dtype=bool))
        if not len(there):
            continue
        told: dict[str, Any] = {"field": column.field.name, "row": int(raw.row_numbers[there[0]]), "count": len(there), "value_seen": f"{header} {other.values.iloc[there[0]]:g}",
                                "header": column.header}
        if not column.proposed:
            findings.append(found("unit.twin_has_more", **told))
            continue
        values = values.copy()
        values.iloc[there] = other.values.iloc[there].to_numpy(float) * float(factor(unit, column.field.unit))
        blank[there] = False
        findings.append(found("unit.from_twin", **told))
    return values, findings


def _compared(raw: RawLayer, name: str, column: Mapped, position: int, header: str, unit: str) -> list[Finding]:
    own, other = (parse_numbers(column_of(raw.frame, place))[0].values.reset_index(drop=True) for place in (column.position, position))
    expected = own * float(factor(column.unit, unit))
    known = (own.notna() & other.notna()).to_numpy()
    if not known.any():
        return []
    shown_to = _last_place(other[known])
    apart = known & ((other - expected).abs() > np.maximum(TOLERANCE * expected.abs(), shown_to)).to_numpy()
    if not apart.any():
        return []
    first = int(np.flatnonzero(apart)[0])
    told = telltale_factor(other, expected)
    return [found("unit.columns_differ", severity="error" if apart.sum() * 2 > known.sum() else "warning", field=name, row=int(raw.row_numbers[first]), count=int(apart.sum()),
                  value_seen=f"{column.header} {own.iloc[first]:g}, {header} {other.iloc[first]:g}", factor=f" ({told[0]})" if told else "")]


def _last_place(values: pd.Series) -> float:
    """One of the last decimal that any number of a column shows."""
    return float(10.0 ** -max((len(f"{value:.6f}".rstrip("0").split(".")[1]) for value in values.dropna()), default=0))


def rival_columns(raw: RawLayer, mapped: Mapping[str, Mapped]) -> list[Finding]:
    """A warning for each field that nobody stated and that two columns could be by their names (税收, 税收总额), where they do not say the same."""
    headers = [str(header) for header in raw.frame.columns]
    used = {column.position for column in mapped.values()}
    findings: list[Finding] = []
    for name, column in mapped.items():
        if not column.proposed or column.field.type not in ("quantity", "number", "integer", "date"):
            continue
        names = {same_header(alias) for alias in known_names(column.field)}
        rivals = [(place, _apart(raw, column, place)) for place, header in enumerate(headers) if place not in used and _rival(raw, column, header, names)]
        if told := [(headers[place], rows) for place, rows in rivals if len(rows)]:
            other, rows = told[0]
            findings.append(found("schema.ambiguous_alias", field=name, row=int(raw.row_numbers[rows[0]]), count=len(rows), value_used=column.header, value_seen=Several(header for header, _ in told),
                                  cells=Several(f"{raw.frame.iloc[rows[0], place]}" for place in (column.position, headers.index(other)))))
    return findings


def _rival(raw: RawLayer, column: Mapped, header: str, names: set[str]) -> bool:
    """Whether a column goes by one of the names of a field; by the very name of the field's column only in the same unit, as in another it is its twin."""
    units = raw.units.get(header, ""), raw.units.get(column.header, "")
    apart = all(units) and units[0] != units[1] and bare_header(header) != bare_header(column.header)
    if apart and not _YEAR.search(header) and _of_group(header) in names:  # its twin, in a group of its own: 登记/用地面积(亩)
        return True
    told = names_of(raw, header) & names
    return bool(told - {bare_header(column.header)}) or bool(told) and column.field.type == "quantity" and raw.units.get(header, "") == raw.units.get(column.header, "")


def _of_group(header: str) -> str:
    """The bare name of a column below the name of a group."""
    return bare_header(re.split(r"/(?![^()]*\))", bare_header(header))[-1])


def _apart(raw: RawLayer, column: Mapped, place: int) -> NDArray[np.int64]:
    """Positions of the rows in which two columns differ; of quantities in one unit where both units are known."""
    own, other = (column_of(raw.frame, at).reset_index(drop=True) for at in (column.position, place))
    if column.field.type == "date":
        blank = np.array([is_null(one) and is_null(another) for one, another in zip(own, other, strict=True)], dtype=bool)
        return np.flatnonzero((own.astype(str).str.strip() != other.astype(str).str.strip()).to_numpy() & ~blank)
    unit = raw.units.get(str(raw.frame.columns[place]), "") or column.unit
    size = float(factor(unit, column.unit)) if unit in UNITS and column.unit in UNITS and UNITS[unit].dimension == UNITS[column.unit].dimension else 1.0
    left, right = parse_numbers(own)[0].values, parse_numbers(other)[0].values * size
    rounded = 0.0 if size == 1 else 0.51 * (_last_place(left) + size * _last_place(right / size))  # each is written with the decimals of its unit
    same = (left - right).abs() <= 1e-9 * left.abs() + 1e-9 + rounded
    return np.flatnonzero(~same.to_numpy(bool) & (pd.notna(left) | pd.notna(right)).to_numpy(bool))
