"""Dates as offices write them: every style of the rule book, Excel serials, epoch milliseconds; doubts are flagged, not guessed.

An instant with a time zone (epoch numbers, `Z`, `+08:00`) is a calendar day in China (UTC+8): systems there store local midnight.
1900-01-01, 1899-12-30, 0001-01-01, 1970-01-01 and 9999-12-31 are what systems write for "none", so they are blanks.
A year of three digits (109/03/15, 1090315) is one of the republic in a column without years of four; beside such years one of two digits is no year of 19xx.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.characters import simplified
from spatial.normalise.cells import ERROR_VALUES, LONGEST, each, is_null, plain_text
from spatial.normalise.texts import raised_figure

CHINA = dt.timezone(dt.timedelta(hours=8))
SERIAL_RANGE = (18_264, 73_050)  # 1950-01-01 to 2099-12-31
YEARS = (1900, 2200)
SHORT_REPUBLIC = 40  # a ledger has no days before 1951
Order = Literal["ymd", "dmy", "mdy"]
Era = Literal["", "republic", "mixed"]  # of a column: no year of the republic, none but those, those and others
_NOTHING = {(1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1900, 1, 2), (1901, 1, 1), (1, 1, 1), (1601, 1, 1), (1753, 1, 1), (1904, 1, 1), (1970, 1, 1), (9999, 12, 31)}
_SEP = r"\s*[-/.\\年·、。_]\s*"
_SEP2 = r"\s*[-/.\\月·、。_]\s*"
_TIME = r"(?:[T\s,]\s*(?:上午|下午|AM|PM)?\s*\d{1,2}[:时]\d{1,2}分?(?::?\d{1,2}秒?(?:\.\d+)?)?\s*(?:AM|PM)?)?"
_ZONE = r"(?P<zone>Z|[+-]\d{2}:?\d{2}|(?:(?<=:\d\d)|(?<=\.\d{3})|(?<=\.\d{6}))[+-]\d{2})?"
_YMD = re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}}){_SEP2}(\d{{1,2}})\s*[日号]?{_TIME}{_ZONE}", re.I)
_YM = re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}})\s*(?:月份?(?:[上中下]旬|初|底|末)?)?")
_YEAR = re.compile(r"(\d{4})\s*年?度?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?(?:\s?\d{2}:?\d{2}(?::?\d{2})?)?")
_SHORT_YM = re.compile(r"(\d{2})\s*年\s*(\d{1,2})\s*月份?(?:[上中下]旬|初|底|末)?")
_SHORT = re.compile(rf"(\d{{2}}){_SEP}(\d{{1,2}}){_SEP2}(\d{{1,2}})\s*[日号]?")
_END_YEAR = re.compile(rf"(\d{{1,2}})\s*[-/.]\s*(\d{{1,2}})\s*[-/.]\s*(\d{{4}}){_TIME}", re.I)
_NAMED = re.compile(rf"(?:(\d{{1,2}})[-/\s]([A-Z]{{3,9}})\.?[-/,\s]+(\d{{4}})|([A-Z]{{3,9}})\.?\s+(\d{{1,2}}),?\s+(\d{{4}})){_TIME}", re.I)
_WEEK = re.compile(r"[\s,]*[(\[]?\s*(?:星期|周|礼拜)([一二三四五六日天])\s*[)\]]?(?=\s|$)")  # behind a day
_WEEK_EN = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+(?=\S)", re.I)  # before it
_BROWSER = re.compile(r"([A-Z]{3}) (\d{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) (?:GMT|UTC)([+-]\d{4})(?: \(.*\))?", re.I)  # Mar 01 2020 00:00:00 GMT+0800 (中国标准时间)
_ERA = re.compile(r"(?:公元|西元)\s*(?=\d{4})|(?:中华)?民国\s*(\d{1,3})(?=\s*[年/.-])")
_REPUBLIC = re.compile(rf"(1[0-3]\d)(?:{_SEP}(\d{{1,2}}){_SEP2}(\d{{1,2}})\s*[日号]?|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])|\s*年\s*(\d{{1,2}})\s*月份?)")
_FOUR = re.compile(r"(?:19|20)\d{2}(?:\D.*|\d{2}|\d{4})")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NOT_YET = re.compile(r"(?:尚?未|待|没有|无|暂未).{0,8}|长期|永久|至今|在建|/+")
_CHINESE = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "０": "0"}
_MONTHS = {name: i + 1 for i, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))}


@dataclass
class Dates:
    """Dates of a column, aligned with it."""

    values: pd.Series  # datetime64[s], midnight; NaT where blank or bad
    precision: pd.Series  # day, month or "" ; a month is its first day
    republic: pd.Series  # read in years of the republic (1912 is its first) although the cell does not say so
    ambiguous: pd.Series  # read in the usual Chinese order although another is possible (19.4.1)
    nothing: pd.Series  # cells that held a day which stands for none (1900-01-01)
    bad: pd.Series
    reasons: pd.Series


Read = tuple[dt.date | None, str, str, str]  # day, precision, reason, note


def parse_dates(values: pd.Series, *, dayfirst: bool | None = None, epoch: int = 1900) -> Dates:
    """Days of a column of mixed styles.

    Parameters
    ----------
    values : Series of cells: text, numbers, date, datetime, None
    dayfirst : what 7/5/2005 means; None: decided for the column by a value that can be read one way only (11/21/1979 proves month
        first); proof of both, or of neither, makes those cells bad
    epoch : 1900 or 1904, day zero of serials

    Notes
    -----
    A number is a serial in 18264..73050, a compact date (20190301, 201903), or an epoch of 10 (s) or 12-13 (ms) digits; nothing else.
    """
    order, conflict = _order(values) if dayfirst is None else (("dmy" if dayfirst else "mdy"), False)
    era = _era(values)

    def one(cell: Any) -> tuple[Read, str, str]:
        read = parse_date(cell, order=order, conflict=conflict, epoch=epoch, era=era)
        return read, read[2], read[3]
    done = each(values, one, empty=(None, "", "", ""))
    reads = done.values.tolist()
    days = np.array([r[0].isoformat() if r[0] else "NaT" for r in reads], dtype="datetime64[s]") if reads else np.empty(0, "datetime64[s]")
    if dayfirst is None and (turned := _turned(values, days)).any():
        done.bad, done.reasons = done.bad | turned, done.reasons.mask(turned, "turned_date")
        days[turned] = np.datetime64("NaT")
    none = pd.Series(False, index=values.index)
    return Dates(pd.Series(days, index=values.index), pd.Series([r[1] for r in reads], index=values.index, dtype=object),
                 done.notes.get("republic", none), done.notes.get("ambiguous", none), done.notes.get("nothing", none), done.bad, done.reasons)


def parse_date(cell: Any, *, order: Order | None = None, conflict: bool = False, epoch: int = 1900, era: Era = "") -> Read:
    """(day, precision, reason, note) of one cell; `order` says what 7/5/2005 means, `era` what 109/03/15 and 99/03/15 do."""
    if is_null(cell):
        return None, "", "", ""
    if isinstance(cell, (bool, np.bool_)):
        return _bad("not_date")
    if isinstance(cell, (pd.Timestamp, np.datetime64)):
        cell = pd.Timestamp(cell).to_pydatetime()
    if isinstance(cell, dt.datetime):
        return _known((cell.astimezone(CHINA) if cell.tzinfo else cell).date())
    if isinstance(cell, dt.date):
        return _known(cell)
    if isinstance(cell, dt.time):  # serial 0 shown as a time
        return (None, "", "", "nothing") if cell == dt.time(0) else _bad("not_date")
    if isinstance(cell, (int, float, np.number)):
        return (_of_republic(_whole(float(cell)), era) if era else None) or _from_number(float(cell), str(cell), epoch, text=False)
    return _from_text(str(cell), order, conflict, epoch, era)


def _bad(reason: str) -> Read:
    return None, "", reason, ""


def _known(day: dt.date, precision: str = "day", note: str = "") -> Read:
    if (day.year, day.month, day.day) in _NOTHING:
        return None, "", "", "nothing"
    if not YEARS[0] <= day.year <= YEARS[1]:
        return _bad("no_such_day")
    return day, precision, "", note


def _day(year: int, month: int, day: int | None, note: str = "") -> Read:
    try:
        return _known(dt.date(year, month, day or 1), "day" if day else "month", note)  # 2020-05-00: a month whose day is not known
    except ValueError:
        return (None, "", "", "nothing") if year == 0 == month else _bad("no_such_day")


def _from_number(number: float, shown: str, epoch: int, *, text: bool) -> Read:
    if not math.isfinite(number):
        return _bad("not_date")
    if number in (0, 1, 2):
        return None, "", "", "nothing"
    whole = int(number)
    if SERIAL_RANGE[0] <= number < SERIAL_RANGE[1] + 1:
        return _known(dt.date(1899, 12, 30) + dt.timedelta(days=whole + (1462 if epoch == 1904 else 0)))
    if number == whole and len(str(whole)) in (6, 8):
        return _day(whole // 10_000, whole // 100 % 100, whole % 100) if whole >= 10_000_000 else _day(whole // 100, whole % 100, None)
    if number == whole and 100_000_000 <= whole < 10_000_000_000 and len(str(whole)) in (9, 10):
        return _instant(number)
    if 100_000_000_000 <= number < 10_000_000_000_000:
        return _instant(number / 1000)
    if YEARS[0] <= number <= YEARS[1]:
        if number == whole:
            return _bad("year_only")
        decimals = shown.split(".")[-1]
        if not text and decimals == "1":  # 2019.1 as a number was 2019.1 or 2019.10
            return _bad("one_or_ten")
        return _day(whole, int(decimals), None) if len(decimals) <= 2 else _bad("not_date")
    return _bad("not_date")


def _instant(seconds: float) -> Read:
    return _known((dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)).astimezone(CHINA).date())


def _from_text(cell: str, order: Order | None, conflict: bool, epoch: int, era: Era) -> Read:
    if len(cell.strip()) > LONGEST:
        return _bad("not_date")
    if raised_figure(cell):
        return _bad("raised")
    text = _arabic(simplified(plain_text(cell)))
    if text.lower() in ERROR_VALUES:
        return _bad("error_value")
    text = _ERA.sub(lambda era: str(int(era[1]) + 1911) if era[1] else "", text)
    day_of_week, text = _without_weekday(text)
    read = (_of_republic(text, era) if era else None) or _styled(text, order, conflict, epoch)
    if day_of_week is not None and read[0] is not None and not _BROWSER.fullmatch(text) and (read[1] != "day" or read[0].weekday() != day_of_week):
        return _bad("wrong_weekday")
    return read


def _whole(number: float) -> str:
    return str(int(number)) if math.isfinite(number) and number == int(number) else ""


def _of_republic(text: str, era: Era) -> Read | None:
    """109/03/15 and 98/03/15 in a column of such years; None for a cell that says its year in full, or is no day."""
    match, short = _REPUBLIC.fullmatch(text), _SHORT.fullmatch(text) or _SHORT_YM.fullmatch(text)
    if not match and not short:
        return None
    if era == "mixed" or (short and int(short[1]) < SHORT_REPUBLIC):
        return _bad("which_era")
    if match:
        day = match[3] or match[5]
        return _day(int(match[1]) + 1911, int(match[2] or match[4] or match[6]), int(day) if day else None, "republic")
    assert short is not None
    return _day(int(short[1]) + 1911, int(short[2]), int(short[3]) if short.re is _SHORT else None, "republic")


def _era(values: pd.Series) -> Era:
    """Which years a column counts in, by the cells that can be read one way only: 民国109年 and 109/03/15, against 2020/03/15; one 109/03/15 alone may be mistyped."""
    if values.dtype.kind in "Mb":
        return ""
    times = Counter(v for v in values.tolist() if isinstance(v, (int, float, np.number, dt.date)) or isinstance(v, str) and len(v) <= LONGEST)
    texts = {v: simplified(plain_text(v)) if isinstance(v, str) else _whole(float(v)) if isinstance(v, (int, float, np.number)) else str(v) for v in times}
    bare = sum(times[v] for v, text in texts.items() if _REPUBLIC.fullmatch(text))
    said = sum(times[v] for v, text in texts.items() if (match := _ERA.search(text)) and match[1])
    if not (said or bare):
        return ""
    short = sum(times[v] for v, text in texts.items() if _SHORT.fullmatch(text))
    return "republic" if bare and bare + said + short > 1 and not any(map(_FOUR.fullmatch, texts.values())) else "mixed" if said or short or bare > 1 else ""


def _without_weekday(text: str) -> tuple[int | None, str]:
    """(0 for Monday, the rest): 2020-03-01 星期日 and Sunday, March 1, 2020 say a day twice."""
    match = _WEEK.search(text)
    if match and match.start():
        return "一二三四五六日".index(match[1].replace("天", "日")), (text[: match.start()] + text[match.end():]).strip()
    match = _WEEK_EN.match(text)
    if match:
        return ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(match[1].lower()), text[match.end():]
    return None, text


def _styled(text: str, order: Order | None, conflict: bool, epoch: int) -> Read:
    if len(text) > 8 and text[-1:] in ".。":
        text = text[:-1]
    if _NOT_YET.fullmatch(text):
        return None, "", "", ""
    for pattern, read in _STYLES:
        match = pattern.fullmatch(text)
        if match:
            return read(match, text)
    match = _END_YEAR.fullmatch(text)
    if match:
        return _by_order(int(match[1]), int(match[2]), int(match[3]), order, conflict)
    if _NUMBER.fullmatch(text):
        return _from_number(float(text), text, epoch, text=True)
    return _bad("not_date")


def _ymd(match: re.Match[str], text: str) -> Read:
    if match["zone"] and ":" in text:
        try:
            moment = dt.datetime.fromisoformat(re.sub(r"\s+", "T", text.strip().upper().replace("/", "-"), count=1))
            return _known(moment.astimezone(CHINA).date())
        except (ValueError, OverflowError):
            return _bad("no_such_day")
    return _day(int(match[1]), int(match[2]), int(match[3]))


def _browser(match: re.Match[str], text: str) -> Read:
    month = _MONTHS.get(match[1].lower())
    try:
        return _bad("not_date") if month is None else _known(dt.datetime.fromisoformat(f"{match[3]}-{month:02d}-{match[2]}T{match[4]}{match[5]}").astimezone(CHINA).date())
    except (ValueError, OverflowError):
        return _bad("no_such_day")


def _short(match: re.Match[str], text: str) -> Read:
    """Two-digit year: 19年4月1日 is clear, 99.4.1 too; 19.4.1 is read year first and flagged."""
    first, month, day = int(match[1]), int(match[2]), int(match[3])
    year = first + (2000 if first < 70 else 1900)
    clear = "年" in text or first > 31
    return _day(year, month, day, "" if clear else "ambiguous")


def _compact(match: re.Match[str], text: str) -> Read:
    if len(text) > 8 and not match[3] or len(text) == 13 and text.isdigit():
        return _bad("not_date")
    return _day(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)


def _named(match: re.Match[str], text: str) -> Read:
    month = _MONTHS.get((match[2] or match[4])[:3].lower())
    return _bad("not_date") if month is None else _day(int(match[3] or match[6]), month, int(match[1] or match[5]))


_STYLES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], Read]], ...] = (
    (_YMD, _ymd),
    (_YM, lambda m, _: _day(int(m[1]), int(m[2]), None)),
    (re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01])(?:\s?(?:[01]\d|2[0-3]):?[0-5]\d(?::?[0-5]\d)?)?)?"),
     lambda _, t: _compact(m, t) if (m := _COMPACT.fullmatch(t)) else _bad("not_date")),
    (_YEAR, lambda _m, _t: _bad("year_only")),
    (_SHORT, _short),
    (_SHORT_YM, lambda m, _: _day(int(m[1]) + (2000 if int(m[1]) < 70 else 1900), int(m[2]), None)),
    (_BROWSER, _browser),
    (_NAMED, _named),
)


def _by_order(first: int, second: int, year: int, order: Order | None, conflict: bool) -> Read:
    if conflict:
        return _bad("day_and_month_conflict")
    if first == second:
        return _day(year, first, second)
    if order is None:
        return _bad("day_or_month" if max(first, second) <= 12 or min(first, second) > 12 else "no_such_day")
    return _day(year, second, first) if order == "dmy" else _day(year, first, second)


def _order(values: pd.Series) -> tuple[Order | None, bool]:
    """(order, conflict) of the d/m/y cells of a column, by the values that can be read one way only."""
    day_first = month_first = False
    for cell in {v for v in values.tolist() if isinstance(v, str)}:
        match = _END_YEAR.fullmatch(plain_text(cell))
        if match:
            day_first |= int(match[1]) > 12
            month_first |= int(match[2]) > 12
    if day_first and month_first:
        return None, True
    return ("dmy" if day_first else "mdy" if month_first else None), False


def _turned(values: pd.Series, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Real dates beside texts such as 25/03/2020 where none is after the 12th: a spreadsheet of another country turned day and month round wherever it could.

    A date of a column that was typed as dates is after the 12th three times in five.
    """
    none = np.zeros(len(values), bool)
    real = np.array([isinstance(cell, (dt.date, pd.Timestamp, np.datetime64)) for cell in values.tolist()], bool) if values.dtype == object else none
    if not real.any() or real.all() or _order(values) == (None, False):
        return none
    known = pd.DatetimeIndex(days)
    real &= ~known.isna()
    if (known.day[real] > 12).any():
        return none
    return np.asarray(real & (known.day != known.month))


def _arabic(text: str) -> str:
    """二〇一九年三月十一日 in Arabic digits; other text as it is."""
    if not re.match(r"[〇○零一二三四五六七八九]{4}年", text):
        return text
    def number(match: re.Match[str]) -> str:
        word = match[0]
        if "十" in word:
            tens, _, ones = word.partition("十")
            return str(int(_CHINESE.get(tens, "1")) * 10 + int(_CHINESE.get(ones, "0")))
        return "".join(_CHINESE[c] for c in word)
    return re.sub(r"[〇○零一二三四五六七八九十]+", number, text)
