"""Numbers as offices write them: thousands marks, full-width digits, 万 and 亿, units in the cell, bounds, ranges, shares, degrees."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from spatial.characters import simplified
from spatial.normalise.cells import ERROR_VALUES, LONGEST, Parsed, each, is_null, mask, plain_text
from spatial.normalise.decimal_comma import decimal_commas
from spatial.normalise.texts import raised_figure
from spatial.units import UNITS, factor, parse_unit

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_NUMBER = re.compile(r"([+-]?)\s*[¥￥$]?\s*((?:\d+(?:,\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|\.\d+(?:[eE][+-]?\d{1,3})?")
_SPACED_THOUSANDS = re.compile(r"[+-]?\s*\d{1,3}(?: \d{3})+(?:\.\d*)?")
_MINUS = str.maketrans({"−": "-", "﹣": "-", "‐": "-", "‑": "-"})
_ABOUT = ("约为", "大约", "约", "近")
_LOWER = ("大于或等于", "大于等于", "不得低于", "不低于", "不少于", "不小于", "不得少于", "不得小于", "至少", ">=", "≥", "≧", "=>")
_OVER = ("高于", "大于", "超过", "多于", ">")
_UPPER = ("小于或等于", "小于等于", "不得高于", "不得超过", "不高于", "不超过", "不大于", "不多于", "至多", "最多", "<=", "≤", "≦", "=<")
_UNDER = ("低于", "小于", "少于", "<")
_WORDS = tuple(sorted([(w, ">=") for w in _LOWER] + [(w, ">") for w in _OVER] + [(w, "<=") for w in _UPPER] + [(w, "<") for w in _UNDER] + [("=", "=")],
                      key=lambda pair: -len(pair[0])))
_AFTER = (("及以上", ">="), ("(含)以上", ">="), ("以上", ">="), ("及以下", "<="), ("(含)以下", "<="), ("以下", "<="), ("以内", "<="), ("之内", "<="), ("起", ">="))
_BEGINNINGS, _ENDS = tuple(word for word, _ in _WORDS), tuple(word for word, _ in _AFTER)
_RANGES = ("between", "区间", "介于", "范围", "之间", "~", "-")
_SIGNS = {**dict(_WORDS), **dict(_AFTER), "==": "=", "等于": "=", **dict.fromkeys(_RANGES, "between")}
_BETWEEN = re.compile(r"\s*(?:-{1,2}|~|〜|∼|—{1,2}|–|―|至|到|…)\s*")
_DIGIT = re.compile(r"\d")
_BRACKETED = re.compile(r"\(([\d.,]+)\)")
_UNIT_AND_MORE = re.compile(r"([^\d\[(【〔,;，；]*?)\s*(?:[\[(【〔,;]|折合?|合计?|约合)")
_PARTS = re.compile(r"[,，;；且、]|(?<=以上)")
_INSIDE = re.compile(r"(.+?)(<=?|≤|≦)(.*?[^\d.\s].*?)(<=?|≤|≦)(.+)")
SCALE_WORDS = {"万": 10_000, "亿": 100_000_000}
RATIO_MOST = 2.0  # a share written as a fraction may pass 1 (a plan over-fulfilled), but not by this much


@dataclass
class Bounded:
    """A column of demands such as ≥300 or 1.5-2.5, aligned with it: what is said, and the two ends (NaN where open)."""

    operator: pd.Series  # "" for a bare number, >=, >, <=, <, =, between, None where blank
    low: pd.Series
    high: pd.Series
    unit: pd.Series  # unit written in the cell (see `cell_factor`), None where none is
    bad: pd.Series
    reasons: pd.Series

    @property
    def value(self) -> pd.Series:
        """The number that is named: the lower end where there is one, else the upper."""
        return self.low.where(self.low.notna(), self.high)


def written_unit(text: str) -> str | None:
    """Unit id of the text after a number, or 万 / 亿 alone; None if it is no unit."""
    plain = text.strip()
    if plain in SCALE_WORDS:
        return plain
    return None if _DIGIT.search(plain) and "m2" not in plain and "ft2" not in plain else parse_unit(plain)


def cell_factor(cell_unit: str, column_unit: str) -> Fraction | None:
    """What one of a cell's own unit is in the column's unit; None where that cannot be said.

    A bare 万 or 亿 is money where the column is money (1.2亿 is 1.2亿元); elsewhere it multiplies a column unit that has no such word itself.
    """
    if cell_unit in SCALE_WORDS:
        if UNITS[column_unit].dimension == "money":
            return factor("wanyuan" if cell_unit == "万" else "yiyuan", column_unit)
        return None if UNITS[column_unit].zh[:1] in ("万", "亿", "千", "百", "%", "‰", "") else Fraction(SCALE_WORDS[cell_unit])
    try:
        return factor(cell_unit, column_unit)
    except ValueError:
        return None


def _prepared(text: str) -> str:
    plain = simplified(plain_text(text)).translate(_MINUS)
    for word in _ABOUT:
        if plain.startswith(word):
            return plain[len(word):].lstrip()
    return plain


@lru_cache(maxsize=256)  # a text that is no bound is asked twice
def _one_number(text: str) -> tuple[float, str | None, str, str]:
    """(value, unit written, rest, reason) of a text that begins with a number."""
    negative = False
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:  # accountants' minus
        text, negative = bracketed[1], True
    match = _NUMBER.match(text)
    if not match:
        return math.nan, None, text, "not_number"
    digits = match[2]
    if not _GROUPED.fullmatch(digits):
        return math.nan, None, "", "grouping"
    value = float(digits.replace(",", ""))
    if not math.isfinite(value):
        return math.nan, None, "", "not_finite"
    value = -value if negative or match[1] == "-" else value
    rest = text[match.end():].strip()
    if not rest:
        return value, None, "", ""
    unit = written_unit(rest)
    if unit:
        return value, unit, "", ""
    split = _UNIT_AND_MORE.match(rest)
    unit = written_unit(split[1]) if split and split[1] else None
    if unit and split:
        return value, unit, rest[len(split[1]):].strip(), ""
    return value, None, rest, "unknown_unit"


def _second_agrees(value: float, unit: str, rest: str) -> bool | None:
    """Whether a second figure in another unit says the same; None if there is no second figure."""
    match = re.search(r"(\d[\d,]*(?:\.(\d+))?)\s*([^\d\])】〕,;\s]+(?:2(?!\d))?)", rest)
    other = written_unit(match[3]) if match else None
    if not match or not other or other in SCALE_WORDS or unit in SCALE_WORDS or UNITS[other].dimension != UNITS[unit].dimension:
        return None
    second = float(match[1].replace(",", ""))
    expected = value * float(factor(unit, other))
    step = 10.0 ** -len(match[2] or "")
    return abs(second - expected) <= max(0.5001 * step, 0.002 * abs(expected))


def parse_number(cell: Any) -> tuple[float, str | None, str, str]:
    """(value, unit written in the cell, reason, note) of one cell; NaN and no reason where it is blank."""
    if is_null(cell):
        return math.nan, None, "", ""
    if isinstance(cell, (bool, np.bool_, dt.date, dt.time, np.datetime64)):
        return math.nan, None, "not_number", ""
    if isinstance(cell, (int, float, np.number)):
        return (float(cell), None, "", "") if math.isfinite(cell) else (math.nan, None, "not_finite", "")
    text = str(cell)
    if _PLAIN.fullmatch(text) and len(text) < 300:
        return float(text), None, "", ""
    if len(text.strip()) > LONGEST:
        return math.nan, None, "not_number", ""
    if raised_figure(text):
        return math.nan, None, "raised", ""
    text = _prepared(text)
    if text.lower() in ERROR_VALUES:
        return math.nan, None, "error_value", ""
    if _SPACED_THOUSANDS.fullmatch(text) and len(text) < 300:
        return float(text.replace(" ", "")), None, "", "written"
    operator, low, high, unit, reason = _bounds(text)
    if not reason and operator not in ("", "="):
        return math.nan, None, "range" if operator == "between" else "bound", ""
    value, unit, rest, reason = _one_number(text.removeprefix("=").strip())
    if reason or not rest:
        return (math.nan if reason else value), unit, reason, "" if reason else "about" if plain_text(str(cell)).startswith(_ABOUT) else "written"
    agrees = _second_agrees(value, unit or "", rest) if unit else None
    if agrees is None:
        return math.nan, None, "unknown_unit", ""
    return (value, unit, "", "two_figures") if agrees else (math.nan, None, "disagree", "")


def parse_numbers(values: pd.Series) -> tuple[Parsed, pd.Series]:
    """Numbers of a column, and the unit written in each cell (None, a unit id, 万 or 亿; see `cell_factor`).

    Parameters
    ----------
    values : Series of cells

    Returns
    -------
    parsed : values float64, NaN where blank or bad; notes `written` (a form that needed reading), `two_figures` (26666平方米[折40亩])
        and `decimal_comma` (12,5 in a column of such)
    units : Series of object, aligned
    """
    numeric = _numeric_column(values)
    if numeric is not None:
        return numeric, pd.Series([None] * len(values), index=values.index, dtype=object)
    values, commas = decimal_commas(values)

    def one(cell: Any) -> tuple[tuple[float, str | None], str, str]:
        value, unit, reason, note = parse_number(cell)
        return (value, unit), reason, note
    done = each(values, one, empty=(math.nan, None))
    pairs = done.values.tolist()
    units = pd.Series([unit for _, unit in pairs], index=values.index, dtype=object)
    done.values = pd.Series([value for value, _ in pairs], index=values.index, dtype="float64")
    if commas.any():
        done.notes["decimal_comma"] = pd.Series(commas, index=values.index)
    return done, units


def _numeric_column(values: pd.Series) -> Parsed | None:
    """The fast way for a column that holds numbers and blanks only."""
    kinds = {cell.__class__ for cell in values.tolist()}
    if not kinds <= {int, float, type(None)}:
        return None
    numbers = values.astype("float64")
    bad = pd.Series(np.isinf(numbers.to_numpy()), index=values.index)
    return Parsed(numbers.mask(bad), bad, pd.Series(np.where(bad, "not_finite", ""), index=values.index, dtype=object), {})


def parse_shares(values: pd.Series, unit: str | None = None) -> Parsed:
    """Shares as fractions of one, from 0.8, 80 or 80 %; the scale of numbers without a sign is decided once for the column.

    Parameters
    ----------
    values : Series of cells; a cell with % is taken as it says
    unit : `percent` or `ratio` where the header or the study says so, None to decide: all at most 1 is a fraction (up to 2 if some
        are below 1), all above 2 is per cent, anything else is refused (`mixed_scale`)
    """
    done, units = parse_numbers(values)
    numbers = done.values.to_numpy(dtype="float64", copy=True)
    own = units.map(lambda u: float(UNITS[u].factor) if u in UNITS and UNITS[u].dimension == "share" else math.nan).to_numpy("float64")
    strange = units.notna().to_numpy() & np.isnan(own)
    bare = ~np.isnan(numbers) & units.isna().to_numpy()
    sizes = np.abs(numbers[bare & (numbers != 0)])
    scale = {"percent": 0.01, "ratio": 1.0}.get(unit or "") or _scale(sizes)
    done.notes["decided"] = mask(values, list(np.flatnonzero(bare))) if unit not in ("percent", "ratio") and len(sizes) else mask(values, [])
    wrong = strange | (bare if scale is None else np.zeros(len(bare), bool))
    numbers = np.where(bare, numbers if scale == 1.0 else numbers / 100, np.where(own == 0.01, numbers / 100, numbers * np.nan_to_num(own, nan=1.0)))
    done.reasons = done.reasons.mask(strange, "unknown_unit").mask(wrong & ~strange, "mixed_scale")
    done.bad = done.reasons != ""
    done.values = pd.Series(numbers, index=values.index).mask(done.bad)
    return done


def _scale(sizes: Any) -> float | None:
    if not len(sizes) or sizes.max() <= 1 or (sizes.max() <= RATIO_MOST and sizes.min() < 1):
        return 1.0
    return 0.01 if sizes.min() > RATIO_MOST else None


def _bounds(text: str) -> tuple[str, float, float, str | None, str]:
    """(operator, low, high, unit, reason) of a text such as ≥1.5, 不低于300万元/亩, 1.5-2.5, 1.5≤FAR≤2.5, 2.0以下."""
    if len(text) > LONGEST:
        return "", math.nan, math.nan, None, "not_number"
    inside = _INSIDE.fullmatch(text)
    if inside:
        low, unit, rest, reason = _one_number(inside[1].strip())
        high, unit_high, rest_high, reason_high = _one_number(inside[5].strip())
        return _between(low, high, unit, unit_high, rest or rest_high, reason or reason_high)
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    if len(parts) == 2 and all(_operator(part)[0] for part in parts):
        return _two_sided(*parts)
    operator, body = _operator(text)
    value, unit, rest, reason = _one_number(body)
    if operator or (not rest and not reason):
        reason = reason or ("unknown_unit" if rest else "")
        if reason:
            return operator, math.nan, math.nan, None, reason
        low, high = (value if operator in (">=", ">", "=", "") else math.nan), (value if operator in ("<=", "<", "=", "") else math.nan)
        return operator, low, high, unit, ""
    return _range(text, reason or "unknown_unit")


def sign_of(word: str) -> str:
    """The sign that a word of a column of operators means (≥, 不低于, 以上, 区间, ...): >=, >, <=, <, = or between; "" where it is none."""
    plain = plain_text(word).translate(_MINUS).replace(" ", "").casefold()
    return _SIGNS.get(plain, "")


def _operator(text: str) -> tuple[str, str]:
    if text.startswith(_BEGINNINGS):
        word, sign = next(pair for pair in _WORDS if text.startswith(pair[0]))
        return sign, text[len(word):].strip()
    if text.endswith(_ENDS):
        word, sign = next(pair for pair in _AFTER if text.endswith(pair[0]))
        return sign, text[: -len(word)].strip()
    return "", text


def _two_sided(first: str, second: str) -> tuple[str, float, float, str | None, str]:
    ends: dict[str, tuple[float, str | None]] = {}
    for part in (first, second):
        sign, body = _operator(part)
        value, unit, rest, reason = _one_number(body)
        if reason or rest:
            return "", math.nan, math.nan, None, reason or "unknown_unit"
        ends[sign[0]] = (value, unit)
    if set(ends) != {"<", ">"}:
        return "", math.nan, math.nan, None, "not_number"
    return _between(ends[">"][0], ends["<"][0], ends[">"][1], ends["<"][1], "", "")


def _range(text: str, otherwise: str) -> tuple[str, float, float, str | None, str]:
    for cut in _BETWEEN.finditer(text, 1):
        left, right = text[: cut.start()].strip(), text[cut.end():].strip()
        low, unit_low, rest_low, reason_low = _one_number(left)
        high, unit_high, rest_high, reason_high = _one_number(right)
        if not (reason_low or reason_high or rest_low or rest_high):
            return _between(low, high, unit_low, unit_high, "", "")
    return "", math.nan, math.nan, None, otherwise


def _between(low: float, high: float, unit_low: str | None, unit_high: str | None, rest: str, reason: str) -> tuple[str, float, float, str | None, str]:
    reason = reason or ("unknown_unit" if rest else "")
    if unit_low and unit_high and unit_low != unit_high:
        reason = reason or "disagree"
    reason = reason or ("inverted" if low > high else "")
    return ("", math.nan, math.nan, None, reason) if reason else ("between", low, high, unit_low or unit_high, "")


def parse_bounded(values: pd.Series) -> Bounded:
    """Demands of a column: bare numbers, bounds (≥, 不低于, 以下, ...) and ranges; each distinct text is read once."""
    def one(cell: Any) -> tuple[tuple[str | None, float, float, str | None], str, str]:
        blank = (None, math.nan, math.nan, None)
        if is_null(cell):
            return blank, "", ""
        if not isinstance(cell, str):
            value, unit, reason, _ = parse_number(cell)
            return (blank, reason, "") if reason else (("", value, value, unit), "", "")
        if raised_figure(cell):
            return blank, "raised", ""
        text = _from_pair(_prepared(cell))
        if text.lower() in ERROR_VALUES:
            return blank, "error_value", ""
        operator, low, high, unit, reason = _bounds(text)
        if reason:
            value, unit, second, _ = parse_number(cell)
            return (blank, reason if second in ("unknown_unit", "not_number") else second, "") if second else (("", value, value, unit), "", "")
        return (operator, low, high, unit), "", ""
    done = each(values, one, empty=(None, math.nan, math.nan, None))
    columns = list(zip(*done.values.tolist(), strict=True)) if len(values) else [(), (), (), ()]
    text, number = {"index": values.index, "dtype": object}, {"index": values.index, "dtype": "float64"}
    return Bounded(pd.Series(columns[0], **text), pd.Series(columns[1], **number), pd.Series(columns[2], **number), pd.Series(columns[3], **text),
                   done.bad, done.reasons)


def _from_pair(text: str) -> str:
    """`{"RJL_X": "1.5", "RJL_S": "2.5"}` as the trading platform writes limits (X lower, S upper) is `1.5-2.5`."""
    if not text.startswith("{"):
        return text
    ends = {match[1].upper(): match[2] for match in re.finditer(r"_([XS])\W+?(\d+(?:\.\d+)?)", text, re.I)}
    return f"{ends['X']}-{ends['S']}" if len(ends) == 2 else f">={ends['X']}" if "X" in ends else f"<={ends['S']}" if "S" in ends else text


_DEGREES = re.compile(r"([+-]?\d{1,3}(?:\.\d+)?)[°º度](?:(\d{1,2}(?:\.\d+)?)['′’‘分])?(?:(\d{1,2}(?:\.\d+)?)(?:[\"″”“秒]|''|′′|’’))?")
_SPACED = re.compile(r"(\d{1,3})[\s:](\d{1,2})[\s:](\d{1,2}(?:\.\d+)?)")


def parse_coordinate(cell: Any) -> tuple[float, str]:
    """(value, reason) of a coordinate: a number as it is, or degrees, minutes and seconds as decimal degrees; S and W are negative."""
    if is_null(cell):
        return math.nan, ""
    if not isinstance(cell, str):
        value, _, reason, _ = parse_number(cell)
        return value, "not_coordinate" if reason else ""
    if raised_figure(cell):
        return math.nan, "raised"
    text = plain_text(cell).translate(_MINUS).upper()
    text = re.sub(r"^(?:东经|北纬|经度|纬度|LON|LAT|[XYEN])\s*[:=]?\s*", "", text)
    negative = text.startswith(("西经", "南纬", "W", "S")) or text.endswith(("W", "S"))
    text = re.sub(r"^(?:西经|南纬|W|S)\s*|\s*[EWNS]$", "", text).strip()
    if _PLAIN.fullmatch(text):
        return (-float(text) if negative else float(text)), ""
    match = _DEGREES.fullmatch(text.replace(" ", "")) or _SPACED.fullmatch(text)
    if not match:
        return math.nan, "not_coordinate"
    degrees, minutes, seconds = float(match[1]), float(match[2] or 0), float(match[3] or 0)
    if minutes >= 60 or seconds >= 60 or (match[2] and "." in match[1]) or (match[3] and (not match[2] or "." in match[2])):
        return math.nan, "not_coordinate"
    size = abs(degrees) + minutes / 60 + seconds / 3600
    return (-size if negative or match[1].startswith("-") else size), ""


def parse_coordinates(values: pd.Series) -> Parsed:
    """Coordinates of a column as float64; note `degrees` marks cells written in degrees, minutes and seconds."""
    def one(cell: Any) -> tuple[float, str, str]:
        value, reason = parse_coordinate(cell)
        return value, reason, "degrees" if isinstance(cell, str) and re.search(r"[°º度:]|\d\s+\d", cell) and not reason else ""
    return each(values, one, dtype="float64", empty=math.nan)
