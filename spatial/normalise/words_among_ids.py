"""Words and amounts of other columns among ids: the cells of a row have moved, or were filled into the wrong column."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.characters import simplified
from spatial.normalise.cells import plain_text
from spatial.normalise.columns import Mapped
from spatial.normalise.convert import BadCells, Converted
from spatial.normalise.numbers import parse_number
from spatial.schema.fields import Field
from spatial.schema.raw import RawLayer, column_of

_WORDS = re.compile(r"[\u3400-\u9fff、,()/·]{2,12}")
_FIGURE = re.compile(r"\d")
_CODE = re.compile(r"(?=.*\d)[0-9A-Za-z\-]{8,}")
SHORT = 14  # characters: 330109001001.1 is a part of a plot
RARELY = 4  # codes for each amount among them, at the least


def vocabulary(fields: Iterable[Field], tables: Mapping[str, Mapping[str, tuple[str, ...]]]) -> frozenset[str]:
    """What the columns of categories of a kind may say: modes, uses, statuses."""
    said = (words for field in fields for words in (tables.get(field.codes, {}) if field.codes else field.categories or {}).values())
    return frozenset(word for words in said for word in map(_plain, words) if _WORDS.fullmatch(word))


def words_among_ids(raw: RawLayer, column: Mapped, done: Converted, known: frozenset[str]) -> Converted:
    """The column with those of its cells bad that are words of another one, where most of its ids have figures, or amounts where nearly all are codes.

    A word is of another column if that may say it (工业用地), or says it in rows of other ids (挂牌出让): a name in place of a missing code stands in its own rows only.
    """
    cells = column_of(raw.frame, column.position).tolist()
    kept = done.values.notna().to_numpy(bool)
    strange = _amounts(cells, kept)
    words = {i: _plain(cell) for i, cell in enumerate(cells) if isinstance(cell, str) and kept[i] and not cell.isascii() and _WORDS.fullmatch(_plain(cell))}
    if words and len(words) <= sum(bool(_FIGURE.search(str(cell))) for cell in cells if cell is not None):
        asked = frozenset(words.values()) - known
        said = [_rows_of(asked, column_of(raw.frame, c).tolist()) for c in range(len(raw.frame.columns)) if asked and c != column.position]
        strange += [i for i, word in words.items() if word in known or _elsewhere(said, cells, i, word)]
    if not strange:
        return done
    values = done.values.copy()
    values.iloc[strange] = None
    bad = done.bad
    bad = BadCells(np.r_[bad.rows, np.array(strange, np.int64)], column.field.name, [*bad.seen, *(str(cells[i])[:80] for i in strange)], [*bad.reasons, *["other_column"] * len(strange)], bad.code)
    return dataclasses.replace(done, values=values, bad=bad)


def _amounts(cells: list[Any], kept: NDArray[np.bool_]) -> list[int]:
    """The rows of the few ids with a fraction or a unit (9.636, 3.9亿) among long codes; among short ones 2.1 may be a plot of its own."""
    looked = {i: _plain(str(cell)) for i, cell in enumerate(cells) if kept[i] and (cell.__class__ is float or cell.__class__ is str and len(cell) < SHORT and ("." in cell or not cell.isascii()))}
    amounts = [i for i, text in looked.items() if text[:1].isdigit() and _is_amount(text)]
    codes = sum(_CODE.fullmatch(_plain(str(cell))) is not None for cell in cells if cell is not None) if amounts else 0
    return amounts if amounts and len(amounts) * RARELY <= codes else []


def _is_amount(text: str) -> bool:
    value, unit, reason, _ = parse_number(text)
    return not reason and (unit is not None or value % 1 != 0)


def _rows_of(words: frozenset[str], cells: list[Any]) -> dict[str, list[int]]:
    """The rows in which a column says each of some words."""
    plain = {cell: _plain(cell) for cell in {cell for cell in cells if isinstance(cell, str)}}
    rows: dict[str, list[int]] = {}
    for i, cell in enumerate(cells):
        if isinstance(cell, str) and (word := plain[cell]) in words:
            rows.setdefault(word, []).append(i)
    return rows


def _elsewhere(said: list[dict[str, list[int]]], ids: list[Any], row: int, word: str) -> bool:
    """Whether another column says the word in rows of two other ids, or in one where no column of this row says it."""
    rows = [column[word] for column in said if word in column]
    others = max((len({ids[i] for i in told if ids[i] != ids[row] and not pd.isna(ids[i])}) for told in rows), default=0)
    return others > 1 or others == 1 and not any(row in told for told in rows)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", simplified(plain_text(text)))
