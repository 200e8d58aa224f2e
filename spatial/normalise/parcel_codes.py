"""The 19-character parcel code and the 28-character real-estate unit code: their form, their rules, and what a mistyped one was meant to be.

GB/T 37346-2019, as the rule book reads it: county 6, cadastral zone 3, sub-zone 3, two letters of right, sequence 5; then what stands on it 1, its number 8.
There is no check digit in either.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from spatial.errors import Finding, first_of, found
from spatial.normalise.texts import matching, text_column

PARCEL = re.compile(r"\d{12}[GJZ][ABCDEFGHLNSWXY]\d{5}")
UNIT = re.compile(r"\d{12}[GJZ][ABCDEFGHLNSWXY]\d{5}[FLQW]\d{8}")
LETTERS = {12: "GJZ", 13: "ABCDEFGHLNSWXY", 19: "FLQW"}  # positions that hold letters
AS_DIGIT = {"O": "0", "D": "0", "Q": "0", "I": "1", "L": "1"}
AS_LETTER = {12: {"6": "G", "2": "Z"}, 13: {"8": "B", "5": "S"}, 19: {}}
SHOWN = 8
FORM = f"^(?:{PARCEL.pattern}|{UNIT.pattern})$"
AROUND = "\"'`‘’“”「」《》。、,，;；."  # signs that stand around a code and are no part of it
MAYBE_ODD = "^.{14}00000|^.{13}[AC]|^.{28}$"  # of codes in the right form, those to look at


def plain_code(text: str) -> str:
    """A code without the blanks and hyphens that certificates print, and the quotes and stops that were copied with it, where what is left is one; other text as it is."""
    if text.isalnum():
        return text
    squeezed = re.sub(r"[\s\-]", "", text).strip(AROUND).upper()
    return squeezed if PARCEL.fullmatch(squeezed) or UNIT.fullmatch(squeezed) else text


def meant(text: str) -> str | None:
    """The code that a mistyped one was meant to be (O for 0, I or L for 1, 8 for B), None where it is right or beyond telling."""
    if len(text) not in (19, 28) or PARCEL.fullmatch(text) or UNIT.fullmatch(text):
        return None
    mended = "".join(AS_LETTER[i].get(c, c) if i in LETTERS else AS_DIGIT.get(c, c) for i, c in enumerate(text.upper()))
    return mended if PARCEL.fullmatch(mended) or UNIT.fullmatch(mended) else None


def odd(code: str) -> str:
    """Why a code of the right form cannot be right: `sequence`, `right` or `tail`; "" where nothing is odd."""
    if code[14:19] == "00000":
        return "sequence"
    if code[13] in "AC" and code[12] != "J":
        return "right"
    if len(code) == 28 and (code[19] == "W") != (code[20:] == "00000000"):
        return "tail"
    return ""


def check_form(ids: pd.Series, rows: pd.Series, demand: str) -> list[Finding]:
    """Parcels' ids against the form of the code: an error where the study demands it, else a warning."""
    column = text_column(ids)
    if column is not None:
        wrong = ~matching(column, FORM) | matching(column, "^.{14}00000")
    else:
        wrong = ~ids.map(lambda key: isinstance(key, str) and bool(PARCEL.fullmatch(key) or UNIT.fullmatch(key)) and key[14:19] != "00000").to_numpy(bool)
    if not wrong.any():
        return []
    first = int(np.flatnonzero(wrong)[0])
    return [found("key.format_strict" if demand == "strict" else "key.format", count=int(wrong.sum()), row=int(rows.iloc[first]), key=ids.iloc[first], field="parcel_id")]


def check_codes(frame: pd.DataFrame) -> list[Finding]:
    """Mistyped codes with the one that was meant, codes against the rules, and unit codes that do not belong to the row's parcel."""
    findings: list[Finding] = []
    for name in ("parcel_id", "unit_id"):
        if name not in frame:
            continue
        column, listed = text_column(frame[name]), frame
        if column is None:  # few cells, or several ids in one
            listed = frame[["row", name]].explode(name)
            column = text_column(listed[name])
        if column is not None:
            well = matching(column, FORM)
            listed = listed.loc[~well & matching(column, "^(?:.{19}|.{28})$") | well & matching(column, MAYBE_ODD), ["row", name]]
        texts = listed[name].map(lambda key: key if isinstance(key, str) else "")
        mended = [(int(row), key, right) for row, key in zip(listed["row"], texts, strict=True) if key and (right := meant(key))]
        if mended:
            findings.append(found("key.mistyped", field=name, row=mended[0][0], count=len(mended), value_seen=first_of((key for _, key, _ in mended), SHOWN),
                                  value_used=first_of((right for _, _, right in mended), SHOWN)))
        strange = [(int(row), key) for row, key in zip(listed["row"], texts, strict=True) if (PARCEL.fullmatch(key) or UNIT.fullmatch(key)) and odd(key)]
        if strange:
            findings.append(found("key.odd_code", field=name, row=strange[0][0], key=strange[0][1], count=len(strange)))
    return findings + _unit_against_parcel(frame)


def _unit_against_parcel(frame: pd.DataFrame) -> list[Finding]:
    if "unit_id" not in frame:
        return []
    units = frame["unit_id"].map(lambda key: key if isinstance(key, str) else "")
    wrong = np.flatnonzero([bool(key) and not UNIT.fullmatch(key) and not meant(key) for key in units])
    findings = []
    if len(wrong):
        findings.append(found("key.unit_format", field="unit_id", row=int(frame["row"].iloc[wrong[0]]), key=units.iloc[wrong[0]], count=len(wrong)))
    if "parcel_id" in frame:
        pairs = list(zip(units, frame["parcel_id"], strict=True))
        apart = np.flatnonzero([bool(UNIT.fullmatch(unit)) and isinstance(parcel, str) and bool(PARCEL.fullmatch(parcel)) and unit[:19] != parcel for unit, parcel in pairs])
        if len(apart):
            findings.append(found("key.unit_differs", field="unit_id", row=int(frame["row"].iloc[apart[0]]), key=frame["parcel_id"].iloc[apart[0]],
                                  value_seen=units.iloc[apart[0]], count=len(apart)))
    return findings


def by_unit(frame: pd.DataFrame, ids: pd.Series) -> tuple[pd.DataFrame, list[Finding]]:
    """Rows that name their parcel by a unit code are given the parcel's own id, with a receipt; `ids` are those of the parcels."""
    if "parcel_id" not in frame and "unit_id" not in frame:
        return frame, []
    asked = {key[:19] for name in ("parcel_id", "unit_id") if name in frame for key in frame[name].explode() if isinstance(key, str)}
    known = {key for key in ids if isinstance(key, str) and key[:19] in asked}  # of many parcels a ledger names few
    whole: dict[str, str | None] = {}
    for key in sorted(known):
        if UNIT.fullmatch(key):
            whole[key[:19]] = None if key[:19] in whole else key

    def settled(key: object) -> object:
        if not isinstance(key, str) or key in known:
            return key
        if UNIT.fullmatch(key) and key[:19] in known:
            return key[:19]
        return whole.get(key[:19]) or key if UNIT.fullmatch(key) or PARCEL.fullmatch(key) else key

    before = frame["parcel_id"] if "parcel_id" in frame else pd.Series(None, index=frame.index, dtype=object)
    said = [tuple(dict.fromkeys(settled(one) for one in ids)) if isinstance(ids, tuple) else settled(ids) for ids in before]
    after = pd.Series(said, index=before.index, dtype=object).where(before.notna(), None)
    if "unit_id" in frame:
        after = after.where(before.notna(), frame["unit_id"].map(lambda key: settled(key) if isinstance(key, str) and settled(key) in known else None))
    changed = np.flatnonzero([a is not None and a != b for a, b in zip(after, before, strict=True)])
    if not len(changed):
        return frame, []
    first = int(changed[0])
    shown = before.iloc[first] if isinstance(before.iloc[first], (str, tuple)) else frame["unit_id"].iloc[first]
    note = found("key.from_unit", field="parcel_id", row=int(frame["row"].iloc[first]), count=len(changed), value_seen=_text(shown), value_used=_text(after.iloc[first]))
    return frame.assign(parcel_id=after), [note]


def _text(ids: object) -> str:
    return "、".join(map(str, ids)) if isinstance(ids, tuple) else str(ids)
