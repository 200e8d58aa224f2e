"""Records that take two rows of a sheet: a contract over its payments, a word that goes on in the next row, and columns in two lines."""

from __future__ import annotations

import random

from tests.corpus.ledgers.combined_sheet import Sheet, Shown

PAYMENTS = (("支付期号", ("第1期", "第2期")), ("约定支付日期", ("2021-03-01", "2021-09-01")), ("约定支付金额(万元)", (120.5, 80.25)))


def over_two_rows(made: Sheet, way: str, chance: random.Random) -> None:
    """Write records of a sheet in two rows each, in place; where it cannot be done the sheet stays."""
    {"payments": _payments, "wrapped word": _wrapped, "two lines": _two_lines}[way](made, chance)


def _payments(made: Sheet, chance: random.Random) -> None:
    """Columns of payments at the end, and a second row of them below some contracts, which are merged over both."""
    if len(made.heads) > 1 or any(r1 > made.heads[-1] for _, _, r1, _ in made.merges) or "contract_date" not in made.fields:
        return
    width = len(made.columns)
    for row in made.rows:
        row += [None] * (width - len(row))
    made.rows[made.heads[0]] += [name for name, _ in PAYMENTS]
    made.columns += [Shown(name, "", "", "free", []) for name, _ in PAYMENTS]
    for r in sorted(made.body, reverse=True):
        made.rows[r] += [first for _, (first, _) in PAYMENTS]
        if chance.random() < 0.6:
            made.insert(r + 1, [None] * width + [second for _, (_, second) in PAYMENTS])
            made.merges += [(r, c, r + 1, c) for c in range(width) if made.merging and made.rows[r][c] is not None]
    for r in set(range(len(made.rows))) - set(made.body):
        made.rows[r] += [None] * (width + len(PAYMENTS) - len(made.rows[r]))


def _wrapped(made: Sheet, chance: random.Random) -> None:
    """A word of a record cut in two, its end alone in the next row."""
    words = [c for c, column in enumerate(made.columns) if column.form == "word" and column.field]
    places = [(r, c) for r in made.body for c in words if len(str(made.rows[r][c] or "")) > 3 and not any(r0 <= r < r1 for r0, _, r1, _ in made.merges)]
    if not places:
        return
    r, c = chance.choice(places)
    word = made.rows[r][c]
    made.rows[r][c] = word[: len(word) // 2]
    made.insert(r + 1, [word[len(word) // 2:] if at == c else None for at in range(len(made.columns))])


def _two_lines(made: Sheet, chance: random.Random) -> None:
    """The second half of the columns below the first one, in the header and in every record."""
    if len(made.heads) > 1 or made.merges or made.totals or made.formats or made.hidden_columns:
        return
    half = (len(made.columns) + 1) // 2
    for r in sorted([*made.body, *made.heads], reverse=True):
        row = made.rows[r] + [None] * (2 * half - len(made.rows[r]))
        made.rows[r] = row[:half]
        made.insert(r + 1, row[half:])
    made.heads = [made.heads[0], made.heads[0] + 1]
    made.columns = made.columns[:half]
