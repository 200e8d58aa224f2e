"""The written form in which ids of two tables meet."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd

BLOCK = 1 << 17  # ids worked on at a time: what is made of them on the way is not held for ten million
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\\s]")


def match_keys(keys: pd.Series) -> pd.Series:
    """The form in which ids meet: NFKC, no spaces or invisible characters, upper case; blank is missing and meets nothing."""
    text = keys.astype(object).to_numpy()
    out = np.full(len(text), None, dtype=object)
    for first in range(0, len(text), BLOCK):
        known = first + np.flatnonzero(pd.notna(text[first : first + BLOCK]))
        out[known] = _in_form([str(value) for value in text[known].tolist()])
    return pd.Series(out, index=keys.index, name=keys.name, dtype=object)


def _in_form(written: list[str]) -> list[str | None]:
    """The form of some ids, none of them missing."""
    whole = "\n".join(written)
    as_code = whole.replace("\n", "0")  # as nearly all codes are, plain letters and digits: nothing to normalise
    plain: list[str | None] = []
    if as_code.isascii() and as_code.isalnum():
        upper = whole.upper()
        plain = [*written] if upper == whole else [*upper.split("\n")]  # ids that meet as they are written are not held twice
    if len(plain) != len(written):
        held = {key: _plain_key(key) for key in set(written)}
        plain = [held[key] for key in written]
    return [key or None for key in plain]


def _plain_key(key: str) -> str | None:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", key)).upper() or None


CREDIT = re.compile(r"[0-9A-Z]{2}\d{6}([0-9A-Z]{9})[0-9A-Z]")  # 统一社会信用代码: two letters of registration, region 6, organisation 9, a check
_SHORT = re.compile(r"(?:\d{6})?([0-9A-Z]{8})-?([0-9A-Z])")  # the organisation code alone, and behind a region: the tax number of before 2015
SEVERAL = re.compile(r"[;；、,，\s]+")
_TOKENS = re.compile(r"[0-9]+|[A-Z]+|[^\W\d_A-Z]+")
_REGISTERED = re.compile(r"\d{6}(?:19|20)\d{2}[A-Z]\d{5,8}")  # 电子监管号, 合同编号: county 6, year 4, a letter, a sequence
_TAILS = frozenset(("号", "宗地", "号宗地", "地块", "号地块"))
_OF_YEARS = frozenset(("年", "年第", "第", "年度", "年度第"))  # 2021年15号 is 〔2021〕15号
_BLANK = frozenset(("无", "暂无", "待定", "不详", "NA", "NULL", "NONE"))


def credit_codes(ids: pd.Series, known: pd.Series) -> pd.Series:
    """Ids of firms with an organisation code, or an old tax number of 15 digits, made the credit code of 18 among `known` that holds the same organisation."""
    held: dict[str, set[str]] = {}
    for key in known.dropna().unique():
        if isinstance(key, str) and (match := CREDIT.fullmatch(key)):
            held.setdefault(match[1], set()).add(key)
    if not held:
        return ids
    full = {key: next(iter(codes)) for key in ids.dropna().unique() if isinstance(key, str) and (match := _SHORT.fullmatch(key))
            and len(codes := held.get(match[1] + match[2], set())) == 1}
    return ids.map(lambda key: full.get(key, key) if isinstance(key, str) else key) if full else ids


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
