"""The one form in which written numbers of contracts and parcels meet, and ids that are one character apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

_TOKENS = re.compile(r"[0-9]+|[A-Z]+|[^\W\d_A-Z]+")
_REGISTERED = re.compile(r"\d{6}(?:19|20)\d{2}[A-Z]\d{5,8}")  # 电子监管号, 合同编号: county 6, year 4, a letter, a sequence
_TAILS = frozenset(("号", "宗地", "号宗地", "地块", "号地块"))
_BLANK = frozenset(("无", "暂无", "待定", "不详", "NA", "NULL", "NONE"))
MOST_COMPARED = 20_000_000  # pairs of characters looked at for suggestions; beyond it fewer ids are given one


def one_form(text: object) -> str | None:
    """The form in which a number such as 萧政储出〔2021〕15号 meets 萧政储出(2021)15 and 萧政储出2021-15; None where nothing is written.

    Full width and half width, upper and lower case, brackets, hyphens and blanks are one. Runs of digits and letters stay apart, so that
    2021-1-15 does not meet 2021-11-5; only a registered number of fixed form (330109-2021-B-00123) is pulled together.
    """
    if not isinstance(text, str):
        return None
    tokens = _TOKENS.findall(unicodedata.normalize("NFKC", text).upper())
    if len(tokens) > 1 and tokens[-1] in _TAILS:
        tokens.pop()
    joined = "".join(tokens)
    if not joined or joined in _BLANK:
        return None
    return joined if _REGISTERED.fullmatch(joined) else "-".join(tokens)


def one_edit_away(missing: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """For ids that found nothing, the one known id with a single character changed, lost or added; none where several are as near."""
    by_length: dict[int, list[str]] = {}
    for key in known:
        by_length.setdefault(len(key), []).append(key)
    tables = {length: np.array(keys).view(np.uint32).reshape(len(keys), length) for length, keys in by_length.items() if length}
    budget = MOST_COMPARED
    near: dict[str, str] = {}
    for key in missing:
        if len(key) < 3:
            continue
        found: list[str] = []
        for length in (len(key) - 1, len(key), len(key) + 1):
            if length in tables:
                budget -= tables[length].size
                found += [by_length[length][i] for i in np.flatnonzero(_one_apart(key, tables[length]))]
        if len(found) == 1:
            near[key] = found[0]
        if budget < 0:
            break
    return near


def _one_apart(key: str, table: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Rows of a table of characters that one change, loss or addition turns into the key."""
    own = np.array([key]).view(np.uint32)
    common = min(len(own), table.shape[1])
    head = np.cumprod(table[:, :common] == own[:common], axis=1).sum(axis=1)
    tail = np.cumprod(table[:, ::-1][:, :common] == own[::-1][:common], axis=1).sum(axis=1)
    longer = max(len(own), table.shape[1])
    return np.asarray((head < longer) & (head + tail >= longer - 1))
