"""Amounts with a note in brackets behind them, or a word that calls them approximate: 1200(含税), 1200万元（暂定）, 1200左右."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from spatial.characters import simplified
from spatial.normalise.cells import LONGEST, Parsed, mask, plain_text
from spatial.normalise.numbers import parse_numbers, written_unit

_NOTE = re.compile(r"(?P<amount>[^()\[\]【】]*\d[^()\[\]【】]*?)\s*[(\[【](?P<note>[^()\[\]【】]+)[)\]】]")
_ROUGHLY = re.compile(r"(?P<amount>.*\d.*?)(?:左右|上下)")
_ABOUT = re.compile(r"约|大约|约数|估|估算|估计|预估|概算|暂定|暂估|预计")
# another figure, a rate, what a figure is one part of, or what takes it back: which number is meant, nobody can tell
_OPEN = re.compile(r"[\d〇零一二两三四五六七八九十百千万亿/每均另外加减扣退撤废错误改转原曾未待非无年月日季期部分]|其中|注销|收回|取消|无效|调整|重复|不计|不算|单价|起|以[上内下]|合计|小计|累计|包括|"
                   r"亏|赤字|负|销|抵|欠|缓|目标|计划")
# a unit or a currency that is not known, by its last word or as a sign of a few letters: 1200(公亩), 1200(KRW), 1200(w)
_STRANGE_UNIT = re.compile(r".*(?:[米亩顷丈尺里坪斤吨元圆镑]|(?<!人民)币|法郎|卢[比布])|[A-Z]{3}|.?\W*", re.S)


def parse_noted(values: pd.Series) -> tuple[Parsed, pd.Series]:
    """`parse_numbers`, and of what it cannot read the amounts whose note says nothing of another figure; note `noted` marks them, `about` those that call themselves approximate."""
    parsed, written = parse_numbers(values)
    plain = {i: said for i in np.flatnonzero(parsed.bad.to_numpy(bool)).tolist() if (said := _without_note(values.iloc[i]))}
    if not plain:
        return parsed, written
    bare = values.astype(object).copy()
    bare.iloc[list(plain)] = [amount for amount, _ in plain.values()]
    parsed, written = parse_numbers(bare)  # as one column: what its commas mean is decided by all of its figures
    read = (~parsed.bad & parsed.values.notna()).to_numpy(bool)
    for name in ("about", "noted"):
        rows = [i for i, (_, kind) in plain.items() if read[i] and kind == name]
        if rows:
            parsed.notes[name] = parsed.notes.get(name, mask(values, [])) | mask(values, rows)
    return parsed, written


def _without_note(cell: Any) -> tuple[str, str] | None:
    """(the amount, about or noted) of a text that is an amount with such a note; None where it is none."""
    if not isinstance(cell, str):
        return None
    if len(cell) > LONGEST:
        return None
    text = simplified(plain_text(cell)).strip()
    if match := _ROUGHLY.fullmatch(text):
        return match["amount"], "about"
    match = _NOTE.fullmatch(text)
    if match is None or written_unit(match["note"]):
        return None
    if _ABOUT.fullmatch(match["note"].strip()):
        return match["amount"], "about"
    note = match["note"].strip()
    return None if _OPEN.search(note) or _STRANGE_UNIT.fullmatch(note) or not re.search(r"[^\W\d_]", note) else (match["amount"], "noted")
