"""A rendered sheet and its columns, and how rows are put into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass
class Shown:
    """A column as it is written."""

    head: str
    group: str
    unit: str
    form: str
    cells: list[Any]
    formats: str = ""
    sums: list[Decimal | None] | None = None
    step: int = 0
    field: str = ""


@dataclass
class Sheet:
    """A rendered sheet, and what it must come to: the true cells by row of the sheet, and the reason of each other row, as far as it is known."""

    rows: list[list[Any]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    truth: list[dict[str, Any]] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    body: list[int] = field(default_factory=list)  # positions of the rows of data
    heads: list[int] = field(default_factory=list)  # and of the header
    totals: list[int] = field(default_factory=list)
    columns: list[Shown] = field(default_factory=list)  # from the first column of the sheet on
    merging: bool = True  # whether the file can have merged cells
    several: bool = False  # whether it can have a further sheet
    further: list[list[Any]] = field(default_factory=list)  # rows of a second sheet, which goes on with the first

    def insert(self, at: int, row: list[Any]) -> None:
        """A row more before the row at a position; what stands below it moves down."""
        self.rows.insert(at, row)
        self.merges = [(r0 + (r0 >= at), c0, r1 + (r1 >= at), c1) for r0, c0, r1, c1 in self.merges]
        self.formats = {(r + (r >= at), c): code for (r, c), code in self.formats.items()}
        for r, line in zip(self.body, self.truth, strict=True):
            line["row"] += r >= at
        self.body, self.totals, self.hidden_rows = ([r + (r >= at) for r in places] for places in (self.body, self.totals, self.hidden_rows))
