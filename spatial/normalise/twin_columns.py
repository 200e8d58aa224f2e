"""One quantity in two columns of different units (面积(平方米) and 面积(亩)): what each says must be the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from spatial.errors import Finding, found
from spatial.normalise.columns import Mapped
from spatial.normalise.numbers import parse_numbers
from spatial.normalise.telltale import telltale_factor
from spatial.schema.fields import bare_header
from spatial.schema.raw import RawLayer
from spatial.units import UNITS, factor

TOLERANCE = 0.02


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


def _compared(raw: RawLayer, name: str, column: Mapped, position: int, header: str, unit: str) -> list[Finding]:
    own, other = (parse_numbers(raw.frame.iloc[:, place])[0].values.reset_index(drop=True) for place in (column.position, position))
    expected = own * float(factor(column.unit, unit))
    known = (own.notna() & other.notna()).to_numpy()
    if not known.any():
        return []
    shown_to = 10.0 ** -max((len(f"{value:.6f}".rstrip("0").split(".")[1]) for value in other[known]), default=0)
    apart = known & ((other - expected).abs() > np.maximum(TOLERANCE * expected.abs(), shown_to)).to_numpy()
    if not apart.any():
        return []
    first = int(np.flatnonzero(apart)[0])
    told = telltale_factor(other, expected)
    return [found("unit.columns_differ", severity="error" if apart.sum() * 2 > known.sum() else "warning", field=name, row=int(raw.row_numbers[first]), count=int(apart.sum()),
                  value_seen=f"{column.header} {own.iloc[first]:g}, {header} {other.iloc[first]:g}", factor=f" ({told[0]})" if told else "")]
