"""The one form in which written numbers of contracts and parcels meet, and ids that are one character apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

_TOKENS = re.compile(r"[0-9]+|[A-Z]+|[^\W\d_A-Z]+")
_REGISTERED = re.compile(r"\d{6}(?:19|20)\d{2}[A-Z]\d{5,8}")  # 电子监管号, 合同编号: county 6, year 4, a letter, a sequence
_TAILS = frozenset(("号", "宗地", "号宗地", "地块", "号地块"))
_OF_YEARS = frozenset(("年", "年第", "第", "年度", "年度第"))  # 2021年15号 is 〔2021〕15号
_BLANK = frozenset(("无", "暂无", "待定", "不详", "NA", "NULL", "NONE"))
MOST_TRIED = 10_000_000  # texts looked up for suggestions; beyond it fewer ids are given one


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
    tokens = [token for token in tokens if token not in _OF_YEARS] or tokens
    joined = "".join(tokens)
    if not joined or joined in _BLANK:
        return None
    return joined if _REGISTERED.fullmatch(joined) else "-".join(tokens)


def one_edit_away(missing: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """For ids that found nothing, the one known id with a single character changed, lost or added; none where several are as near.

    Every text one edit away is looked up, so that a layer of a million ids costs no more than one of a thousand.
    """
    held = frozenset(known)
    letters = sorted(set("".join(held)))
    left = MOST_TRIED
    near: dict[str, str] = {}
    for key in missing:
        left -= 2 * len(key) * len(letters)
        if left < 0:
            break
        if len(key) >= 3:
            found = held.intersection(_edits(key, letters)) - {key}
            if len(found) == 1:
                near[key] = next(iter(found))
    return near


def _edits(key: str, letters: list[str]) -> Iterator[str]:
    """Every text that is one change, loss or addition of a letter away."""
    for i in range(len(key) + 1):
        head, tail, rest = key[:i], key[i:], key[i + 1 :]
        yield from [head + letter + tail for letter in letters]
        if tail:
            yield from [head + letter + rest for letter in letters]
            yield head + rest
