"""Cells that hold a code of a table that their file brings along, read as what the code means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from spatial.errors import Finding, first_of, found
from spatial.normalise.cells import as_texts, plain_text
from spatial.schema.columns import each
from spatial.schema.fields import Field

READ = ("category", "text", "boolean")  # types in which a meaning is a value
_CODED = re.compile(r"^(\S+?)\s*[-—_:：.、 ]\s*(.+)$")


def by_meaning(declared: Field, values: pd.Series, meanings: Mapping[str, str], words: Mapping[str, tuple[tuple[str, ...], bool]], rows: pd.Series) -> tuple[pd.Series, list[Finding]]:
    """A column with its codes made what they mean, on record.

    Parameters
    ----------
    meanings : code -> what the file's own table says of it
    words : code of the field -> (words that mean it, whether the study said so)

    Returns
    -------
    The column, and a receipt. A meaning that is no word of the field is not used where the code is one of its codes, with a warning. Of ids and quantities the
    codes stay, with a warning.
    """
    texts = as_texts(values).values
    used = [code for code in texts.dropna().unique() if code in meanings and plain_text(meanings[code]) != code]
    if not used:
        return values, []
    first = next(i for i, text in enumerate(texts) if text in used)
    shown = first_of((f"{code} {meanings[code]}" for code in used), 4)
    where: dict[str, Any] = {"field": declared.name, "row": int(rows.iloc[first]), "count": int(texts.isin(used).sum()), "value_seen": shown}
    if declared.type not in READ:
        return values, [found("value.coded_kept", **where)]
    known = {_plain(word) for said, _ in words.values() for word in said}
    stated = {code for code in used if _plain(code) in {_plain(word) for said, by_study in words.values() for word in said if by_study}}
    unsure = {code for code in used if code not in stated and declared.type == "category" and code in words and not _says(meanings[code], known)}
    said = {code: _without_code(meanings[code], code) for code in used if code not in stated | unsure}
    findings = [found("value.coded_kept", **where)] if unsure else []
    if not said:
        return values, findings
    done = each(texts, lambda text: said.get(text, text)).where(texts.isin(list(said)), values)
    return done, [*findings, found("value.coded", **where, value_used=first_of((f"{code} → {meaning}" for code, meaning in said.items()), 4))]


def _says(meaning: str, known: set[str]) -> bool:
    match = _CODED.match(plain_text(meaning))
    return _plain(meaning) in known or match is not None and _plain(match[2]) in known


def _without_code(meaning: str, code: str) -> str:
    """`1-工业用地` of code 1 is 工业用地."""
    match = _CODED.match(plain_text(meaning))
    return match[2] if match and match[1] == code else meaning


def _plain(text: str) -> str:
    return plain_text(text).casefold().replace(" ", "")
