"""Cells as text, ids, lists of ids and booleans; blanks and what counts as one; reasons why a cell cannot be read."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from spatial.characters import simplified
from spatial.normalise.parcel_codes import PARCEL, UNIT, plain_code
from spatial.normalise.texts import matching, text_column
from spatial.schema.lots import SIGNS, lots
from spatial.schema.raw import Unreadable

REASONS: dict[str, tuple[str, str]] = {
    "error_value": ("单元格是错误值", "the cell holds an error value"),
    "scaled_format": ("数字格式把存储值缩小千倍以上显示(如 0!.0, 显示万)，看到的与存的不是一个数", "its number format shows a thousandth or less of what is stored: what is seen is not what is kept"),
    "hidden_number": ("数字格式(如 ;;;)使这个数不显示，看到的是空白，存的是一个数；请删去这个数，或改用显示它的格式",
                      "its number format (such as ;;;) shows nothing: a blank is seen, a number is kept; delete it, or choose a format that shows it"),
    "no_result": ("公式没有保存计算结果", "the formula was saved without its result"),
    "struck": ("文字加了删除线，分不清是否还有效；请删去作废的内容，或去掉删除线", "it is struck out: whether it still holds is not clear; delete what is void, or take the line away"),
    "hidden_text": ("这一格在网页里不显示，其后各格看上去都向左移了一列，分不清以哪个为准；请删去这一格，或让它显示出来",
                    "the page does not show this cell, and what stands behind it is seen one column further left: which of them holds is not clear; delete the cell, or have it shown"),
    "white_number": ("白色的数(或日期)写在没有底色的格里，看到的是空白，存的是一个数；请删去它，或改用看得见的颜色",
                     "a white number (or day) in a cell without a colour of its own: a blank is seen, a number is kept; delete it, or choose a colour that shows it"),
    "form_field": ("格里是选择框，文件里看不出选了什么；请把选定的值写成文字", "the cell holds a choice of a form, and the file does not tell what was chosen; write the value as text"),
    "raised": ("数字后面有上标数字(脚注号或幂)，连读会变成另一个数", "a raised figure (a footnote mark or a power) follows the number: read in one they are another number"),
    "merged_number": ("一个数合并了多行，无法判断属于哪一行", "one number is merged over several rows"),
    "long_number": ("超过 15 位的编号存成了数字，末位已丢失，须从源头按文本重新导出",
                    "an id of more than 15 digits was stored as a number; its last digits are lost and have to be exported again as text"),
    "scientific": ("编号被存成科学计数法，末位已丢失，须从源头按文本重新导出",
                   "the id was stored in scientific notation; its last digits are lost and have to be exported again as text"),
    "became_date": ("编号被存成了日期", "the id was turned into a date"),
    "not_id": ("不是编号", "not an id"),
    "other_column": ("是另一列的内容，不是编号；这一行像是错了列，请核对各格", "of another column and no id: the cells of the row seem to have moved; check them"),
    "names_nothing": ("多行都写着这个表示“没有”的词，不能当作同一个编号", "several rows say this word for nothing: it is no id that they share"),
    "not_boolean": ("不是 是/否 类的词", "not a yes or no"),
    "not_number": ("不是数", "not a number"),
    "not_finite": ("不是有限数", "not a finite number"),
    "grouping": ("千分位写法不规范；逗号是小数点的，请整列改写成点", "thousands marks in the wrong places; where the comma is a decimal mark write points in the whole column"),
    "unknown_unit": ("数后面的文字不是已知单位", "the text after the number is no known unit"),
    "currency": ("币种与该列不同，没有两者之间的汇率无法换算", "money of another currency than the column's, which cannot be converted without a rate between them"),
    "disagree": ("同一单元格的两个数换算后不一致", "the two figures in the cell do not agree"),
    "bound": ("是上下限，不是一个数", "a bound, not one number"),
    "range": ("是区间，不是一个数", "a range, not one number"),
    "inverted": ("区间下限大于上限", "the range runs from high to low"),
    "small_percent": ("表头写 %，整列却不大于 1，分不清是小数还是百分数；请写成 80% 或 0.8%，或在研究文件中写明 unit",
                      "the header says % and the whole column is at most 1: a fraction or a per cent; write 80% or 0.8%, or state the unit in the study"),
    "mixed_scale": ("同一列混有小数和百分数，无法判断", "the column mixes fractions and per cents without a sign"),
    "instalment": ("是分期付款中一期的数，不是整份合同的", "of one payment of several, not of the whole contract"),
    "merged_across": ("一个数合并了多列，无法判断属于哪一列", "one number is merged over several columns"),
    "short_row": ("这一行比表头短，数字列中缺了一格，分不清缺的是哪一格", "the row is shorter than the header and lacks one of its numbers: which one cannot be told"),
    "not_date": ("不是日期", "not a date"),
    "no_such_day": ("没有这一天", "there is no such day"),
    "which_era": ("同列有民国纪年，这一格的年份是民国还是公元分不清；请写四位公元年，或写明“民国”",
                  "the column has years of the republic (民国), and this may be one or a year of 19xx or 20xx; write four digits, or 民国 before it"),
    "day_or_month": ("日和月的先后无法判断；请在研究文件该列写 dayfirst = true(日在前)或 false，例如 { column = \"列名\", dayfirst = true }",
                     "day and month cannot be told apart; state dayfirst = true or false for the column in the study file, such as { column = \"its name\", dayfirst = true }"),
    "day_and_month_conflict": ("同一列日和月的先后不一致", "the column mixes day-first and month-first"),
    "turned_date": ("同列的文字日期是日、月、年之序，而真日期没有一个在 12 日以后：像是换了地区设置打开，日和月已对调；请核对，或在研究文件中写 dayfirst",
                    "texts of the column are in the order of another country, and no real date is after the 12th: its settings turned day and month; check it, or state dayfirst"),
    "epoch_year": ("日期与同行写明的年份差四年，前移或后移 1462 天正好相符：像是从以 1904 年起算的工作簿粘贴来的；请核对原件改正，无误的在研究文件的该列写 epoch = 1900",
                   "the day is four years from the year that its row states, and right 1,462 days on or back: pasted from a workbook that counts from 1904, it seems; correct it by the original, "
                   "or state epoch = 1900 for the column where it is right"),
    "epoch_order": ("日期早于它之后才会有的日期，后移 1462 天(四年零一天)正好相符：像是两者之一从以 1904 年起算的工作簿粘贴来的；请核对原件改正，无误的在研究文件的该列写 epoch = 1900",
                    "the day lies before the one that it follows, and right 1,462 days (four years and a day) on: one of them was pasted from a workbook that counts from 1904, it seems; "
                    "correct it by the original, or state epoch = 1900 for the column where it is right"),
    "wrong_weekday": ("日期和写明的星期对不上，其中一个有误", "the day does not fall on the day of the week that is written with it: one of them is wrong"),
    "no_such_year": ("不是年份(1900–2200)", "not a year (1900 to 2200)"),
    "year_only": ("只有年份", "a year only"),
    "one_or_ten": ("数值存储的“年.1”无法区分 1 月和 10 月", "a number ending in .1 may be January or October"),
    "not_coordinate": ("不是坐标", "not a coordinate"),
}
NULL_WORDS = frozenset(("", "/", "//", "\\", "-", "--", "---", "—", "——", "–", "―", "_", "...", "…", "无", "暂无", "不限", "不详", "未知", "待定", "未定", "空", "无数据",
                        "n/a", "na", "nan", "null", "none", "nil", "<na>", "nat", "不适用", "未填", "缺", "缺失", "無", "暫無", "不詳", "無數據", "不適用"))
ERROR_VALUES = frozenset(("#ref!", "#div/0!", "#n/a", "#value!", "#name?", "#null!", "#num!", "#getting_data", "#spill!", "#calc!"))
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f]")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-_/.#()]*")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+[eE]\+?|[eE]\+)\d{2,3}")
# what stands in place of an id that there is not (yet): 暂缺, 未编号, 尚未取得, 待编
_NO_ID = re.compile(r"(?:暂|尚|还|目前)?(?:未|没有?|待|无|缺|空)(?:进行|统一)?(?:编|赋|录|填|取得|办理?|登记|发放?|核发|确定|分配|提供|申领|申请|公布|明确|出具?|查到|上报|缺)?"
                    r"(?:入|写|码|号|编号|编码|代码|证|证号)?")
_GUARDED = re.compile(r'="(.*)"')
_LIST = re.compile(r"[;；、,，\n\r]+")
_BETWEEN = re.compile(r"[\s/|+&和及与;；、,，]+")
_SEVERAL_CODES = re.compile(rf"(?:(?:{UNIT.pattern}|{PARCEL.pattern}){_BETWEEN.pattern[:-1]}*){{2,}}")
_APART = f"{_LIST.pattern}|(?:19|20)[0-9][0-9].{{1,4}}[0-9].*[/和与及至到~～—-].*号|.{{19}}{_BETWEEN.pattern}.{{19}}"  # cells that may hold several ids
_TRUE = frozenset(("是", "有", "true", "t", "1", "1.0", "y", "yes", "√", "✓", "✔", "☑", "对", "真", "已", "属于", "符合", "规上", "规模以上", "限上", "四上"))
_FALSE = frozenset(("否", "无", "false", "f", "0", "0.0", "n", "no", "×", "□", "☐", "✗", "✘", "x", "错", "假", "未", "不是", "没有", "不属于", "不符合", "规下", "规模以下", "限下", "非四上"))
_CLEAN_ID = "^[0-9A-Z]*[0-9][0-9A-Z]*$"  # capitals and digits with a digit among them: an id as it is, and no word for nothing
_LIKE_A_DAY = re.compile(r"\d{1,4}([-/.年])\d{1,4}(?:[-/.月]\d{1,4}日?)?(?:\s*\d{1,2}:\d{2}.*)?|\d{1,2}月\d{1,2}日|(?:\d{1,2}-)?[A-Z]{3}(?:-\d{2,4})?|\d{1,2}-[A-Z]{3}")
_DAY_ID = re.compile(r"(?:19|20)\d{2}(?:([/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])|-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?|"
                     r"(?:0?[1-9]|1[0-2])月(?:0?[1-9]|[12]\d|3[01])日|"
                     r"(?:\d{1,2}-)?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)-\d{2,4}|\d{1,2}-(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)")
LONGEST = 200  # characters; what is longer is a text and no figure or day, and is not searched for one
ENOUGH = 4  # ids of which every one is the shortest decimal of a double: one set of 600 that all end in 00 is so by chance
MAX_SAFE = 1e15  # a workbook keeps 15 digits of a number


@dataclass
class Parsed:
    """Values of a column, aligned with it: `bad` cells hold something that could not be read, `reasons` say why ('' where fine)."""

    values: pd.Series
    bad: pd.Series
    reasons: pd.Series
    notes: dict[str, pd.Series]  # name -> mask of cells that were read in a way worth telling


_APOSTROPHES = re.compile(r"^[\s'`\x00-\x1f]+")  # marks of text that were copied along, with what stands between them


def plain_text(value: object) -> str:
    """NFKC, without invisible characters, guards of spreadsheets and outer blanks."""
    text = str(value)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = _INVISIBLE.sub("", text).strip()
    guarded = _GUARDED.fullmatch(text)
    if guarded:
        text = guarded[1].strip()
    return (_APOSTROPHES.sub("", text) or text) if text[:1] in "'`" else text


def is_null(value: object) -> bool:
    """None, NaN, NaT, and the words that stand for nothing."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return True
    return isinstance(value, str) and plain_text(value).lower() in NULL_WORDS


def is_blank(value: object) -> bool:
    """Nothing in the cell at all; unlike `is_null`, words such as 无 are content."""
    if isinstance(value, str):
        return not plain_text(value)
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def each(values: pd.Series, one: Callable[[Any], tuple[Any, str, str]], *, dtype: Any = object, empty: Any = None) -> Parsed:
    """Apply `one` (cell -> value, reason, note) to each distinct cell once."""
    if (texts := text_column(values)) is not None:
        coded = texts.dictionary_encode()
        if len(coded.dictionary) * 2 < len(values):
            return _spread(values.index, [one(cell) for cell in coded.dictionary.to_pylist()] + [one(None)], coded.indices, dtype)
    known: dict[Any, tuple[Any, str, str]] = {}
    out: list[Any] = []
    reasons: list[str] = []
    notes: dict[str, list[int]] = {}
    for i, cell in enumerate(values.tolist()):
        key = (cell.__class__, cell)
        done = known.get(key)
        if done is None:
            done = known[key] = (empty, cell.reason, "") if isinstance(cell, Unreadable) else one(cell)
        value, reason, note = done
        out.append(value)
        reasons.append(reason)
        if note:
            notes.setdefault(note, []).append(i)
    reason_series = pd.Series(reasons, index=values.index, dtype=object)
    return Parsed(pd.Series(out, index=values.index, dtype=dtype), reason_series != "", reason_series,
                  {name: mask(values, rows) for name, rows in notes.items()})


def _spread(index: pd.Index, done: list[tuple[Any, str, str]], places: pa.Array, dtype: Any) -> Parsed:
    """What `one` said of each distinct text, and last of nothing, on every row."""
    at = places.fill_null(len(done) - 1).to_numpy(zero_copy_only=False)
    held = np.empty(len(done), dtype=object)
    held[:] = [value for value, _, _ in done]
    said = np.array([reason for _, reason, _ in done], dtype=object)
    noted = np.array([note for _, _, note in done], dtype=object)
    reasons = pd.Series(said[at], index=index, dtype=object)
    notes = {name: flags for name in dict.fromkeys(noted[noted != ""].tolist()) if (flags := pd.Series((noted == name)[at], index=index)).any()}
    return Parsed(pd.Series(held[at], index=index, dtype=dtype), pd.Series((said != "")[at], index=index), reasons, notes)


def mask(values: pd.Series, rows: list[int]) -> pd.Series:
    flags = np.zeros(len(values), bool)
    flags[rows] = True
    return pd.Series(flags, index=values.index)


def as_texts(values: pd.Series) -> Parsed:
    """Free text: NFKC and trimmed, whole numbers without `.0`; blank is None. The words for nothing stay (无 may be an answer)."""
    def one(cell: Any) -> tuple[Any, str, str]:
        if is_blank(cell):
            return None, "", ""
        if isinstance(cell, str):
            return plain_text(cell), "error_value" if cell.strip().lower() in ERROR_VALUES else "", ""
        if isinstance(cell, float):
            return (str(int(cell)) if cell.is_integer() and abs(cell) < MAX_SAFE else repr(cell)), "", ""
        if isinstance(cell, dt.datetime):
            return (cell.date().isoformat() if cell.time() == dt.time(0) else cell.isoformat(sep=" ")), "", ""
        return str(cell), "", ""
    return each(values, one)


def as_names(values: pd.Series) -> Parsed:
    """Names that are shown as their owner writes them, wide brackets and all: NFC, no invisible characters, trimmed; else as `as_texts`."""
    plain = as_texts(values)
    kept = [text if not isinstance(cell, str) or not isinstance(text, str) or text.isascii() and cell.isascii() else _unmarked(_INVISIBLE.sub("", unicodedata.normalize("NFC", cell)).strip())
            for cell, text in zip(values.tolist(), plain.values.tolist(), strict=True)]
    return replace(plain, values=pd.Series(kept, index=values.index, dtype=object))


def one_id(cell: Any) -> tuple[str | None, str, str]:
    """One id as text in the form in which ids are compared; (id or None, reason, note)."""
    if is_null(cell):
        return None, "", "" if is_blank(cell) else "nothing"
    if isinstance(cell, (bool, np.bool_)):
        return None, "not_id", ""
    if isinstance(cell, (float, np.floating)):
        cell = float(cell)
        if not math.isfinite(cell) or abs(cell) >= MAX_SAFE:
            return None, "long_number", ""
        return (str(int(cell)) if float(cell).is_integer() else repr(float(cell))), "", ""
    if isinstance(cell, (int, np.integer)):
        return str(int(cell)), "", ""
    if isinstance(cell, (dt.date, dt.time, np.datetime64)):
        return None, "became_date", ""
    text = plain_text(cell)
    if text.lower() in ERROR_VALUES:
        return None, "error_value", ""
    if not text.isascii() and _NO_ID.fullmatch(simplified(text)):
        return None, "", "nothing"
    digits = _SCIENTIFIC.fullmatch(text)
    if digits and float(text) >= 1e11:
        return None, "scientific", ""
    squeezed = re.sub(r"\s+", "", plain_code(text))
    text = (squeezed if _CODE.fullmatch(squeezed) else text).upper()
    return text, "", "" if text == cell else "normalised"


def as_ids(values: pd.Series) -> Parsed:
    """Ids as text: NFKC, no invisible characters, no blanks in codes, capitals; what a spreadsheet has damaged is bad.

    A float of 1e15 or more has lost digits; an integer (from a GIS layer) has not. In text, ids of 16 and more digits of which
    every one ends in zeros from the 16th on were saved from a damaged workbook. Ids of 19 digits and more of which every one is what a
    float holds, or what a browser writes of it, went through a float.
    """
    done = _ids(values)
    texts = done.values
    column = text_column(texts)
    if column is not None and not matching(column, "^[0-9]{16,}$").any():
        return done
    every = [i for i, v in enumerate(texts.tolist()) if v is not None and len(v) > 15 and v.isascii() and v.isdigit()]
    long = [i for i in every if isinstance(values.iloc[i], str)]
    if _from_floats([texts.iloc[i] for i in every]):
        long = every
    elif len(long) < 2 or any(texts.iloc[i][15:].strip("0") for i in long):
        return done
    if long:
        done.reasons.iloc[long] = "long_number"
        done.bad.iloc[long] = True
        texts.iloc[long] = None
    return done


def _from_floats(ids: Sequence[str]) -> bool:
    """Whether ids were floats once: each is a double to its last digit (one number of 512 is), or the shortest decimal of one (one of five that end in 00 is)."""
    if not all(len(text) > 18 and int(text) in (int(float(text)), int(Decimal(repr(float(text))))) for text in ids):
        return False
    different = set(ids)
    return len(different) >= ENOUGH or (len(different) > 1 and all(int(float(text)) == int(text) for text in different))


def days_among_ids(values: pd.Series, done: Parsed) -> None:
    """Mark the texts that are days among ids most of which have nothing of a day: a spreadsheet made them of ids such as 2020-3-1, and a text table kept what it showed."""
    ids = [text if isinstance(text, str) else None for text in done.values.tolist()]
    days = [i for i, text in enumerate(ids) if text is not None and len(text) < 20 and _DAY_ID.fullmatch(text)]
    others = [text for text in ids if text is not None and not _LIKE_A_DAY.fullmatch(text)]
    if days and len(days) <= len(others) and len(days) + len(others) == sum(text is not None for text in ids):
        done.reasons.iloc[days] = "became_date"
        done.bad.iloc[days] = True
        done.values.iloc[days] = None


def _ids(values: pd.Series) -> Parsed:
    """`one_id` of every cell; texts that are ids as they stand are told by one pass over the column."""
    column = text_column(values)
    clean = None if column is None else matching(column, _CLEAN_ID)
    if clean is None or clean.mean() < 0.5:
        return each(values, one_id)
    read = values.to_numpy().copy()
    reasons, bad = np.full(len(values), "", dtype=object), np.zeros(len(values), bool)
    notes: dict[str, pd.Series] = {}
    rest = np.flatnonzero(~clean)
    if len(rest):
        other = each(values.iloc[rest], one_id)
        read[rest], reasons[rest], bad[rest] = other.values.to_numpy(), other.reasons.to_numpy(), other.bad.to_numpy(bool)
        notes = {name: mask(values, rest[flags.to_numpy(bool)].tolist()) for name, flags in other.notes.items()}
    return Parsed(pd.Series(read, index=values.index, dtype=object), pd.Series(bad, index=values.index), pd.Series(reasons, index=values.index, dtype=object), notes)


def _unmarked(text: str) -> str:
    """A name without the apostrophe by which a spreadsheet was told that it is text; one of a pair of quotes stays."""
    bare = _APOSTROPHES.sub("", text) if text[:1] in "'`" else text
    return text if not bare or "'" in bare or "`" in bare else bare


def as_keys(values: pd.Series) -> Parsed:
    """Names that are compared exactly: NFC and trimmed, without a mark of text before them, nothing else; numbers as in `as_ids`."""
    def one(cell: Any) -> tuple[str | None, str, str]:
        if isinstance(cell, str):
            text = _INVISIBLE.sub("", unicodedata.normalize("NFC", cell)).strip()
            if text.lower() in ERROR_VALUES:
                return None, "error_value", ""
            bare = _unmarked(text)
            return bare or None, "", "" if bare == text else "normalised"
        return one_id(cell)
    return each(values, one)


def _codes_in(cell: str) -> list[str]:
    """The full codes of a cell that holds nothing but several of them, whatever stands between: a blank, a slash, 和."""
    text = plain_text(cell).upper()
    if len(text) < 39 or _SEVERAL_CODES.fullmatch(text) is None:
        return []
    return [code for code in _BETWEEN.split(text) if code]


def with_signs(ids: pd.Series) -> frozenset[str]:
    """The ids that have a sign in them which elsewhere stands between ids."""
    column = text_column(ids)
    signs = f"{_LIST.pattern}|{SIGNS}"
    told = ids[matching(column, signs)] if column is not None else ids
    return frozenset(key for key in told if isinstance(key, str) and (_LIST.search(key) or lots(key)))


def as_id_lists(values: pd.Series, whole: frozenset[str] = frozenset()) -> Parsed:
    """Ids, and a tuple of ids where one cell holds several, separated by ; ； 、 a comma or a line break; an id of `whole` has such a sign and is one."""
    def one(cell: str) -> tuple[Any, str, str]:
        ids: dict[str, str] = {}
        short = lots(cell)
        for part in _codes_in(cell) or short or [part for part in _LIST.split(cell) if part.strip()]:
            text, reason, note = one_id(part)
            if reason:
                return None, reason, ""
            if text is not None:
                ids[text] = note if part.strip() != text else ""
        held = tuple(ids)
        return (held if len(held) > 1 else held[0] if held else None), "", "expanded" if short else "normalised" if any(ids.values()) else ""

    done = as_ids(values)
    column = text_column(values)
    listed = matching(column, _APART) if column is not None else np.array([isinstance(cell, str) and re.search(_APART, cell) is not None for cell in values.tolist()], dtype=bool)
    if whole:
        listed &= ~done.values.isin(whole).to_numpy(bool)
    if not listed.any():
        return done
    at = np.flatnonzero(listed)
    several = each(values.iloc[at], one)
    done.values.iloc[at], done.bad.iloc[at], done.reasons.iloc[at] = several.values, several.bad, several.reasons
    marked = done.notes.get("normalised", mask(values, [])) & ~listed
    marked.iloc[at] |= several.notes.get("normalised", mask(several.values, []))
    done.notes["normalised"] = marked
    if "expanded" in several.notes:
        done.notes["expanded"] = mask(values, at[several.notes["expanded"].to_numpy(bool)].tolist())
    return done


def as_booleans(values: pd.Series) -> Parsed:
    """True, False or None: 是/否, 有/无, true/false, 1/0, Y/N, √/×."""
    def one(cell: Any) -> tuple[bool | None, str, str]:
        if isinstance(cell, (bool, np.bool_)):
            return bool(cell), "", ""
        if is_blank(cell):
            return None, "", ""
        word = simplified(plain_text(cell).lower())
        if word in _TRUE:
            return True, "", ""
        if word in _FALSE:
            return False, "", ""
        return None, "" if word in NULL_WORDS else "not_boolean", ""
    return each(values, one)
