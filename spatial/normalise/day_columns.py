"""Columns of days: told by their cells where their headers say less than a field's name, and told of where nothing reads them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from spatial.errors import Finding, Several, first_of, found
from spatial.normalise.cells import is_null, plain_text
from spatial.normalise.dates import parse_date
from spatial.schema.fields import Field, Kind
from spatial.schema.raw import RawLayer, column_of

SAMPLE = 200  # filled cells that are looked at
MOSTLY = 0.8
STATUS_DAYS = {"supply": ("contract_date", "agreed_start_date", "actual_start_date", "completion_date")}  # with these a further day is one too many, rather than one missed
_COMPACT = re.compile(r"(?:19|20)\d{6}")


def stems(field: Field) -> list[str]:
    """The names of a date without 时间 or 日期 (约定开工 of 约定开工时间): a header of one means the day only where its cells are days."""
    return list(dict.fromkeys(alias[:-2] for alias in field.aliases if alias.endswith(("时间", "日期")) and len(alias) >= 4)) if field.type == "date" else []


def holds_days(raw: RawLayer, position: int) -> bool:
    """Whether the filled cells of a column are days, most of them; a bare number is none, since areas and amounts look like serial days."""
    cells = list(islice((cell for cell in column_of(raw.frame.head(20 * SAMPLE), position) if not is_null(cell)), SAMPLE))
    wrong = (not _is_day(cell) for cell in cells)
    beyond = len(cells) - math.ceil(MOSTLY * len(cells))  # of so many that are none, one more settles it
    return bool(cells) and not any(islice(filter(None, wrong), beyond, None))


def _is_day(cell: Any) -> bool:
    if isinstance(cell, (date, pd.Timestamp, np.datetime64)):
        return True
    if not isinstance(cell, (str, int)) or isinstance(cell, bool):
        return False
    text = plain_text(str(cell))
    return (not re.fullmatch(r"\d+(?:\.\d+)?", text) or bool(_COMPACT.fullmatch(text))) and parse_date(text)[0] is not None


def unread_days(raw: RawLayer, kind: Kind, mapped: Iterable[str], unused: Iterable[int]) -> list[Finding]:
    """Columns of days that nothing reads, where the layer lacks dates by which its rows are judged."""
    telling = STATUS_DAYS.get(kind.name, tuple(field.name for field in kind.fields if field.type == "date"))
    missing = [name for name in telling if name not in set(mapped)]
    days = [str(raw.frame.columns[i]) for i in unused if holds_days(raw, i)] if missing else []
    return [found("schema.unread_days", value_seen=first_of(days, 8), count=len(days), fields=Several(missing))] if days else []
