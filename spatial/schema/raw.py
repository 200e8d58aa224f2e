"""What `read` hands to `normalise`: the table of a file as it stands, where each row came from, and what was decided."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that holds no value one may use: an error value, a formula without result, a number merged over several rows."""

    text: str  # what stands in the file, e.g. "#REF!"
    reason: str  # id of `spatial.normalise.cells.REASONS`
    cell: str = ""  # address in the sheet, e.g. "C7"

    def __str__(self) -> str:
        return self.text


@dataclass
class Source:
    """Where a layer came from, and the decisions taken to read it."""

    role: str
    path: str  # as written in the study file
    layer: str = ""
    driver: str = ""
    rows: int = 0
    crs: str = ""  # what the file states: "EPSG:4528", WKT, or ""
    crs_from: str = ""
    encoding: str = ""
    encoding_from: str = ""
    sha256: str = ""


def column_of(frame: pd.DataFrame, position: int) -> pd.Series:
    """The cells of one column of a raw frame; of a large layer, whose columns lie asleep in a file, they are read now and kept by nobody else."""
    values = frame.iloc[:, position]
    return values if values.dtype == object else values.astype(object)


@dataclass
class RawLayer:
    """A file's rows before any conversion.

    frame : one column a header (NFKC, trimmed, no line breaks), object cells: str | int | float | bool | date | datetime | Unreadable | None; taken by `column_of`
    row_numbers : row number in the file: sheet row for workbooks, line for text, 1-based feature number for layers
    geometry : shapely geometries aligned with `frame`, or None where the file has none
    units : header -> unit id read from the header or the cell above the table
    names : header -> every name by which the column may be meant
    titles : the texts that stand above the header
    meanings : header -> code as text -> what it means, by a table that the file itself brings along
    set_aside : rows left out, with columns `row` and `reason` (ids of `spatial.messages.ledger.SET_ASIDE` for ledgers)
    """

    frame: pd.DataFrame
    row_numbers: NDArray[np.int64]
    geometry: NDArray[Any] | None
    source: Source
    units: dict[str, str] = dataclasses.field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    findings: list[Finding] = dataclasses.field(default_factory=list)
    set_aside: pd.DataFrame = dataclasses.field(default_factory=lambda: pd.DataFrame({"row": [], "reason": []}))
    date_epoch: int = 1900  # day zero of bare serial dates: 1900, or 1904 for workbooks that say so
    meanings: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    titles: tuple[str, ...] = ()
