"""The trail of a run: the rows that every numerator and denominator was summed from, kept so that the same sums can be told again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from spatial.schema.shares import Shares

LABELS = ("key", "name", "place", "line")  # what a row is called: its key, name, carrier, and row in its file
TERM_COLUMNS = ("indicator", "side", "table", "vector", "times", "unit", "district")
SIDES = ("numerator", "outside", "denominator")
GROUND = "ground_m2"


@dataclass(frozen=True)
class Trail:
    """What the values of a run were summed from.

    terms : one row an indicator and side: table, `vector` (column of the table), `times` (column that a yes/no vector selects from, "" for one
        that holds amounts itself, "1" for one that counts rows), base unit, and whether the denominator is the district's.
        Side `outside` is what a row's ground outside carriers gives to the numerator of a district share.
    tables : table -> LABELS, GROUND and the vectors, one row a row of the table
    shares : table -> shares of its rows in zones, by position in `zones`
    zones : ids by position
    """

    terms: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    shares: Mapping[str, Shares]
    zones: tuple[str, ...]
