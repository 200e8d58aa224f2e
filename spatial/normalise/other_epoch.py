"""Days that lie 1,462 days from where they belong: rows pasted between workbooks that count from 1900 and from 1904. Nothing is moved: such rows are told, or bad.

What tells them is in the row itself: a number or a year column that states the year of the day, and days that cannot follow one another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, found, lines_of
from spatial.schema.raw import RawLayer, column_of

SHIFT = np.timedelta64(1462, "D")
FOLLOWS = {"supply": (("contract_date", "agreed_handover_date"), ("contract_date", "agreed_start_date"), ("contract_date", "agreed_completion_date"),
                      ("agreed_start_date", "agreed_completion_date"), ("actual_start_date", "completion_date")),
           "projects": (("start_date", "completion_date"),)}  # the former is never the later one
MONTHS_APART = {"supply": (("contract_date", "agreed_handover_date"), ("contract_date", "agreed_start_date"))}
Told = tuple[NDArray[np.int64], str, Callable[[int], str], str, bool]  # positions, field, words for a row, reason, whether beyond doubt
STATED = {"supply": ("contract_date", ("supply_id", "supply_no", "contract_no", "parcel_no")), "projects": ("registered_date", ("project_id",))}
_YEAR_IN = re.compile(r"(?<!\d)\d{6}-?((?:19|20)\d{2})-?[A-Z]-?\d{2,8}|[〔(\[]((?:19|20)\d{2})[〕)\]]|^((?:19|20)\d{2})-\d{6}-")
_YEAR_HEADER = re.compile(r"(?:供地|供应|签订|签约|合同|出让|成交)?年[度份]")
LIKELY, CERTAIN, ROOM = 0.1, 0.01, pd.Timedelta(days=15)  # of chance, and how far beyond the usual distances of days one may lie
SEVERAL, OTHERS = 2, 3  # rows that are no coincidence, and rows that show what is usual


def other_epoch(kind: str, frame: pd.DataFrame, raw: RawLayer, stated: frozenset[str] = frozenset()) -> tuple[list[tuple[NDArray[np.int64], str, list[str], str]], list[Finding]]:
    """(positions, field, what stands there, reason) of days that are bad, and a warning for those that are only likely to be; not of columns whose epoch the study states."""
    frame = frame.drop(columns=[name for name in stated if name in frame])
    bad, told = [], []
    seen: set[int] = set()
    for at, field, shown, reason, certain in (*_by_year(kind, frame, raw), *_by_order(kind, frame), *_by_distance(kind, frame)):
        new = [i for i in at.tolist() if i not in seen]
        seen.update(new)
        words = [shown(i) for i in new]
        if new and certain:
            bad.append((np.array(new, dtype=np.int64), field, words, reason))
        elif new:
            rows = frame["row"].to_numpy()[new]
            told.append(found("row.other_epoch", field=field, row=int(rows[0]), count=len(new), value_seen=words[0], rows=lines_of(rows)))
    return bad, told


def _shown(days: pd.Series, against: pd.Series) -> Callable[[int], str]:
    """What stands in a row, in words: a day and what speaks against it."""
    return lambda at: f"{_word(days.iloc[at])} / {_word(against.iloc[at])}"


def _word(cell: object) -> str:
    return str(cell.date()) if isinstance(cell, pd.Timestamp) else str(cell)


def _by_year(kind: str, frame: pd.DataFrame, raw: RawLayer) -> Iterator[Told]:
    """Days of another year than the row's number, or its year column, where the other rows agree and each that does not is right 1,462 days on or back."""
    name, numbers = STATED.get(kind, ("", ()))
    if name not in frame:
        return
    days = pd.to_datetime(frame[name])
    for text, years in ((frame[number], _years_in(frame[number])) for number in numbers if number in frame):
        yield from _against(days, years, name, text)
    for position, header in enumerate(raw.frame.columns):
        if kind == "supply" and _YEAR_HEADER.fullmatch(str(header).strip()):
            column = column_of(raw.frame, position).reset_index(drop=True)
            years = pd.to_numeric(column.map(lambda cell: str(cell).strip().removesuffix("度").removesuffix("年").removesuffix(".0")), errors="coerce")
            yield from _against(days, years.where(years.between(1950, 2100)), name, column)


def _years_in(column: pd.Series) -> pd.Series:
    known = {text: next((float(year) for year in match.groups() if year), np.nan) for text in column.dropna().unique() if isinstance(text, str) and (match := _YEAR_IN.search(text))}
    return column.map(lambda text: known.get(text, np.nan) if isinstance(text, str) else np.nan).astype(float)


def _against(days: pd.Series, years: pd.Series, name: str, text: pd.Series) -> Iterator[Told]:
    apart = days.dt.year - years
    off = apart.abs().ge(2)
    shifted = off & pd.concat([(days + step).dt.year.eq(years) for step in (SHIFT, -SHIFT)], axis=1).any(axis=1)
    count = int(shifted.sum())
    if not count or int(off.sum()) > count and count < SEVERAL:
        return
    usual = int(apart.eq(0).sum())
    certain = count >= SEVERAL and int(off.sum()) == count and (usual >= SEVERAL or not usual and count >= OTHERS)
    yield np.flatnonzero(shifted.to_numpy(bool)), name, _shown(days, text), "epoch_year", certain


def _by_order(kind: str, frame: pd.DataFrame) -> Iterator[Told]:
    """Days before the day they follow, by years, where 1,462 days on brings each of them behind it, as near as in the other rows."""
    for first, second in FOLLOWS.get(kind, ()):
        if first not in frame or second not in frame:
            continue
        gap = pd.to_datetime(frame[second]) - pd.to_datetime(frame[first])
        usual, broken = gap[gap.ge(pd.Timedelta(0))], gap.lt(pd.Timedelta(days=-365))
        if len(usual) < SEVERAL or not broken.any():
            continue
        least, most = usual.quantile(0.05) - ROOM, usual.quantile(0.95) + ROOM
        mended = broken & (gap + SHIFT).between(least, most)
        count = int(mended.sum())
        chance = _chance(most - least, count) if count == int(broken.sum()) else 1.0
        if count and chance < LIKELY:
            yield np.flatnonzero(mended.to_numpy(bool)), second, _shown(frame[second], frame[first]), "epoch_order", chance < CERTAIN and count >= SEVERAL


def _chance(window: pd.Timedelta, rows: int) -> float:
    """How likely it is that so many days out of order, each within some four years, all fall into a window by chance."""
    return float(min(window / pd.Timedelta(SHIFT), 1.0) ** rows)


def _by_distance(kind: str, frame: pd.DataFrame) -> Iterator[Told]:
    """Days that follow by four years and a day more than all others of their column do."""
    for first, second in MONTHS_APART.get(kind, ()):
        if first not in frame or second not in frame:
            continue
        gap = pd.to_datetime(frame[second]) - pd.to_datetime(frame[first])
        near = gap[gap.between(pd.Timedelta(0), pd.Timedelta(days=1095))]
        far = gap.gt(pd.Timedelta(days=1095))
        if len(near) >= OTHERS and far.any() and len(near) > int(far.sum()):
            likely = far & (gap - SHIFT).between(near.min(), near.max())
            if likely.any() and int(likely.sum()) == int(far.sum()) and _chance(near.max() - near.min(), int(likely.sum())) < LIKELY:
                yield np.flatnonzero(likely.to_numpy(bool)), first, _shown(frame[first], frame[second]), "epoch_order", False
