"""What each row of a ledger says about its parcel: the ids it names, and the parcels that its other numbers mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd

from spatial.schema.keys import SEVERAL, match_keys, one_form
from spatial.schema.lots import lots

LEDGER_NUMBERS = {"supply_no": ("supply_no", "supply_id"), "parcel_no": ("parcel_no", "parcel_id"), "contract_no": ("contract_no", "supply_id")}
PARCEL_NUMBERS = {"supply_no": ("supply_no",), "parcel_no": ("parcel_no", "parcel_id"), "contract_no": ("contract_no",)}
NUMBERS = tuple(LEDGER_NUMBERS)


_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(slots=True)
class Row:
    """What is known of one ledger row: the parcels it names, those that its numbers mean, and those that a number may mean."""

    ids: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()  # ids that are no parcel's code
    hits: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NONE)  # way -> the parcels meant, several where the cell holds several numbers
    several: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NONE)  # way -> parcels that share the number

    def means(self, way: str, parcels: Iterable[str]) -> None:
        self.hits = {**self.hits, way: tuple(sorted(parcels))}

    def may_mean(self, way: str, parcels: Iterable[str]) -> None:
        self.several = {**self.several, way: tuple(sorted(parcels))}


def rows_of(ledger: pd.DataFrame, known: Mapping[str, str]) -> list[Row]:
    """Every row with the parcels that its code names, and the ids that are no parcel's."""
    if "parcel_id" not in ledger:
        return [Row() for _ in range(len(ledger))]
    said = ledger["parcel_id"].tolist()
    if not any(isinstance(ids, tuple) for ids in said):
        return [Row() if key is None else Row((known[key],)) if key in known else Row((), (text,)) for text, key in zip(said, match_keys(ledger["parcel_id"]).tolist(), strict=True)]
    listed = ledger["parcel_id"].reset_index(drop=True).explode()
    rows = [Row() for _ in range(len(ledger))]
    for at, text, key in zip(listed.index.tolist(), listed.tolist(), match_keys(listed).tolist(), strict=True):
        if key is not None and key in known:
            rows[at].ids += (known[key],)
        elif key is not None:
            rows[at].lost += (text,)
    return rows


def shared_numbers(way: str, ledger: pd.DataFrame, parcels: pd.DataFrame) -> list[str]:
    """Columns of a ledger that hold the numbers of a way, where the parcels have such numbers too."""
    return [name for name in LEDGER_NUMBERS[way] if name in ledger and name != "parcel_id"] if any(name in parcels for name in PARCEL_NUMBERS[way]) else []


def note_numbers(way: str, rows: Sequence[Row], ledger: pd.DataFrame, parcels: pd.DataFrame) -> None:
    """Note for each row which parcel a number means; codes that found nothing are looked for among the parcels' numbers too."""
    said = shared_numbers(way, ledger, parcels)
    lost = "parcel_id" in LEDGER_NUMBERS[way] and any(row.lost for row in rows)
    there = [name for name in PARCEL_NUMBERS[way] if name in parcels]
    if not there or not (said or lost):
        return
    own = [parcels[name].where(~_is_code(parcels[name])) if name == "parcel_id" else parcels[name] for name in there]
    index = _index(own, parcels["parcel_id"])
    columns = [ledger[name].tolist() for name in said]
    for at, row in enumerate(rows):
        if not said and not row.lost:
            continue
        meant: set[tuple[frozenset[str], bool]] = set()
        for number in [*(column[at] for column in columns), *(row.lost if len(row.lost) + len(row.ids) == 1 else ())]:
            if (told := _meaning(number, index)) is not None:
                meant.add(told)
        if len(meant) == 1 and (told := next(iter(meant)))[1]:
            row.means(way, told[0])
        elif meant:
            row.may_mean(way, {key for ids, _ in meant for key in ids})
        _each_lost(way, row, index)


def _meaning(number: object, index: Mapping[str, tuple[str, ...]]) -> tuple[frozenset[str], bool] | None:
    """The parcels that a cell with a number means, or one with several of which each is known, and whether each number is one parcel's alone."""
    if whole := index.get(one_form(number) or "", ()):
        return frozenset(whole), len(whole) == 1
    parts = lots(number) or [part for part in SEVERAL.split(number) if part] if isinstance(number, str) else []
    each = [index.get(one_form(part) or "", ()) for part in parts]
    if len(each) < 2 or not all(each):
        return None
    return frozenset(key for ids in each for key in ids), all(len(ids) == 1 for ids in each)


def _each_lost(way: str, row: Row, index: Mapping[str, tuple[str, ...]]) -> None:
    """Of a row that names several parcels, each id on its own."""
    if way != "parcel_no" or len(row.lost) + len(row.ids) < 2:
        return
    for text in row.lost:
        ids = index.get(one_form(text) or "", ())
        if len(ids) == 1:
            row.lost = tuple(other for other in row.lost if other != text)
            row.ids += (ids[0],)
            row.means("each", ids)
        elif ids:
            row.may_mean(way, ids)


def _index(columns: Iterable[pd.Series], ids: pd.Series) -> dict[str, tuple[str, ...]]:
    """Number in its one form -> the ids of the parcels that have it."""
    held: dict[str, dict[str, None]] = {}
    for column in columns:
        for number, key in zip(column.tolist(), ids.tolist(), strict=True):
            form = one_form(number)
            if form is not None and isinstance(key, str):
                held.setdefault(form, {})[key] = None
    return {form: tuple(sorted(keys)) for form, keys in held.items()}


def _is_code(keys: pd.Series) -> pd.Series:
    """Keys of the fixed form of 19 or 28 characters: they are no numbers written in many ways."""
    return keys.map(lambda key: isinstance(key, str) and len(key) in (19, 28) and key.isascii() and key.isalnum()).astype(bool)
