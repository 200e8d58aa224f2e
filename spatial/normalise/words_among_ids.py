"""Words of other columns among ids: the cells of a row have moved, or were filled into the wrong column."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping

import numpy as np

from spatial.characters import simplified
from spatial.normalise.cells import plain_text
from spatial.normalise.columns import Mapped
from spatial.normalise.convert import BadCells, Converted
from spatial.schema.fields import Field
from spatial.schema.raw import RawLayer, column_of

_WORDS = re.compile(r"[\u3400-\u9fff、,()/·]{2,12}")
_FIGURE = re.compile(r"\d")


def vocabulary(fields: Iterable[Field], tables: Mapping[str, Mapping[str, tuple[str, ...]]]) -> frozenset[str]:
    """What the columns of categories of a kind may say: modes, uses, statuses."""
    said = (words for field in fields for words in (tables.get(field.codes, {}) if field.codes else field.categories or {}).values())
    return frozenset(word for words in said for word in map(_plain, words) if _WORDS.fullmatch(word))


def words_among_ids(raw: RawLayer, column: Mapped, done: Converted, known: frozenset[str]) -> Converted:
    """The column with those of its cells bad that are words of another one, where most of its ids have figures.

    A word is of another column if that may say it (工业用地), or says it in rows of other ids (挂牌出让): a name in place of a missing code stands in its own rows only.
    """
    cells = column_of(raw.frame, column.position).tolist()
    kept = done.values.notna().to_numpy(bool)
    words = {i: _plain(cell) for i, cell in enumerate(cells) if isinstance(cell, str) and kept[i] and not cell.isascii() and _WORDS.fullmatch(_plain(cell))}
    if not words or len(words) > sum(bool(_FIGURE.search(str(cell))) for cell in cells if cell is not None):
        return done
    moved = {word: word in known for word in set(words.values())}
    strange = [i for i, word in words.items() if moved[word] or _elsewhere(raw, column.position, i, word)]
    if not strange:
        return done
    values = done.values.copy()
    values.iloc[strange] = None
    bad = done.bad
    bad = BadCells(np.r_[bad.rows, np.array(strange, np.int64)], column.field.name, [*bad.seen, *(str(cells[i])[:80] for i in strange)], [*bad.reasons, *["other_column"] * len(strange)], bad.code)
    return dataclasses.replace(done, values=values, bad=bad)


def _elsewhere(raw: RawLayer, position: int, row: int, word: str) -> bool:
    """Whether another column says the word in rows of two other ids, or in one where no column of this row says it."""
    ids = column_of(raw.frame, position)
    said = [values.map(lambda cell: isinstance(cell, str) and _plain(cell) == word).to_numpy(bool) for c in range(len(raw.frame.columns)) if c != position for values in (column_of(raw.frame, c),)]
    others = max((ids[rows & (ids != ids.iloc[row]).to_numpy(bool)].nunique() for rows in said), default=0)
    return others > 1 or others == 1 and not any(rows[row] for rows in said)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", simplified(plain_text(text)))
