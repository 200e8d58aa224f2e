"""Units that number formats write behind numbers, against the units of the headers."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.errors import Finding, found
from spatial.read.ledger.grid import Grid
from spatial.read.ledger.header import Header
from spatial.read.ledger.scan import FOREIGN
from spatial.units import parse_unit


@dataclass
class Shown:
    units: dict[str, str] = dataclasses.field(default_factory=dict)
    findings: list[Finding] = dataclasses.field(default_factory=list)


def shown_units(grid: Grid, header: Header, stated: dict[str, str], keep: NDArray[np.bool_], place: dict[str, str]) -> Shown:
    """What is shown as 1.25亿元 is meant so: the unit of a column whose header names none, else text with its own unit where it is not the header's.

    The cells of `grid` that disagree become that text; whoever reads the column converts them, with a receipt, or refuses them.
    """
    told = Shown()
    of_column: dict[int, dict[int, str]] = {}
    for (row, column), word in grid.units.items():
        if row < len(keep) and keep[row] and column < grid.cells.shape[1] and isinstance(grid.cells[row, column], int | float):
            of_column.setdefault(column, {})[row] = word
    for column, name in zip(header.columns, header.headers, strict=True):
        unit = stated.get(name)
        words = {row: word for row, word in of_column.get(column, {}).items() if unit is not None or word not in FOREIGN}  # a sign of money says whose it is, not how much
        if not words:
            continue
        units = {parse_unit(word) for word in words.values()}
        numbers = sum(isinstance(cell, int | float) for cell in grid.cells[keep, column])
        if unit is None and len(units) == 1 and len(words) == numbers:
            told.units[name] = str(units.pop())
            told.findings.append(found("ledger.unit_shown", **place, field=name, value_used=next(iter(words.values())), count=numbers))
            continue
        for row, word in words.items():
            if parse_unit(word) != unit:
                grid.cells[row, column] = f"{grid.cells[row, column]:.15g}{word}"
    return told
