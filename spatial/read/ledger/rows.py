"""Rows that are not data: blank ones, totals, group headings, repeated headers and notes; each is set aside with its reason."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.characters import simplified
from spatial.read.ledger.grid import Grid, filled
from spatial.read.ledger.header import Header
from spatial.read.ledger.header import clean as as_written

LONGEST = 60  # letters of a cell that may mark its row
EXAMPLES = 3  # rows of a form that may show how it is filled in
LEADING = 4  # columns in which the words that mark a row may stand
_TOTAL_WORD = r"(?:本页|本表|全区|全市|全县|全省|全部|以上|分类)?(?:合计|总计|小计|共计|累计|总和|汇总|总数|总共|合共|[Σ∑])"
_ABROAD = r"(?:zwischen|gesamt)?summe|insgesamt|totale|totaux|soma|suma|somme|tổng(?:cộng)?|cộng|итого|всего"
_TOTAL = re.compile(rf"(?:{_TOTAL_WORD}|(?:sub|grand)?[ -]?total|sum|{_ABROAD})(?:数|值)?\s*(?:[(\[].*[)\]]|\d+\s*[宗个家户项块处].*)?[:：]?", re.I)
_NAMED_TOTAL = re.compile(rf"(?:.{{1,20}}{_TOTAL_WORD}(?:数)?(?:[(\[].*[)\]])?|.{{1,30}}\b(?:sub)?total)[:：]?", re.I)
_PART = re.compile(r"其\s*中(?:[:、,].*|\d?)|(?:of which|thereof)\b.*", re.I)  # a part of the row above, counted there
_STATISTIC = re.compile(r"[^\d\s()]{0,6}平均(?:值|数|水平)?|均值|最[大小高低](?:值|数)?|中位(?:数|值)|标准差|方差|极差|占比(?:[(]%[)])?|比重(?:[(]%[)])?|同比(?:增长)?(?:[(]%[)])?|"
                        r"(?:上年|去年|上期|历史)?同期(?:数|值)?|(?:比|较|与)(?:上年|去年|上期|同期)\S{0,6}|增[减幅长](?:率|额|数)?(?:[(]%[)])?|完成(?:率|比例)(?:[(]%[)])?|(?:年度|全年)?(?:目标|计划|预计)(?:数|值)?|差[额值]|"
                        r"(?:average|mean|median|max(?:imum)?|min(?:imum)?|std|share)[:.]?", re.I)
_EXAMPLE = re.compile(r"[(\[【]?(?:填[写报表])?(?:示例|样例|范例|例子|例)(?:\d{1,2}|行|数据)?[)\]】]?[:：]?|(?:for )?example[:.]?", re.I)
_BEGUN_EXAMPLE = re.compile(r"[(\[【]?(?:填[写报表])?(?:示例|样例|范例|例如?)\d{0,2}[)\]】]?[:：].+|[(\[【](?:示例|样例|范例|例)\d{0,2}[)\]】].+", re.S)  # 例：330109…, in the first rows of a form
_GRAND = re.compile(r"总计|总和|汇总|总数|总共|合共|全|本表|grand|共计|^合计|^total|^sum|gesamt|^tổng|^som|итого|всего", re.I)
_HEADING = re.compile(r"(?:[一二三四五六七八九十]{1,3}|[(][一二三四五六七八九十\d]{1,3}[)]|[ⅠⅡⅢⅣⅤIVX]{1,4}|\d{1,2})\s*[、.．)].{0,40}|[(][一二三四五六七八九十]{1,3}[)].{0,40}|"
                      r"[^()]{1,30}[(]共?计?\s*\d{1,5}\s*[宗个家户项块处条][^()]{0,6}[)]|"
                      r"(?:(?:19|20)\d{2}年度?)?(?:\d{1,2}(?:[-~至]\d{1,2})?月份?|第?[一二三四1-4]季度|[上下]半年)?(?<=[年度月份])")
_NOTE = re.compile(r"(?:备\s*注|附\s*注|注|说\s*明|填表说明|填\s*表\s*(?:人|日期|单位)?|填\s*报\s*(?:人|日期|单位)?|制\s*表\s*(?:人|日期|单位)?|编\s*制|审\s*[核批]\s*人?|复\s*核\s*人?|校\s*对\s*人?|"
                   r"单位负责人|负责人|统计负责人|分管领导|联系|经办人?|数据来源|资料来源|来源|统计口径|口径|截至|"
                   r"(?:导\s*出|打\s*印|下\s*载|查\s*询|生\s*成|更\s*新)\s*(?:人|时间|日期|单位|条件)|\*+|※|notes?|source|remarks?|prepared by)"
                   r"(?:签[字名章]|盖章)?(?:\s*\d{1,2})?\s*(?:[:：.、]|\b\s*$|(?=\d{4}年)|(?<=\*)|(?<=※)).*", re.I | re.S)
_FOOTNOTE = re.compile(r"\s*(?:[①-⑳⑴-⒇❶-❿¹²³⁴-⁹*＊]|[\[［(（]\s*注?\s*\d{1,2}\s*[\]］)）]|注\s*\d{1,2})\s*[\u4e00-\u9fff].{1,}", re.S)  # the text of a mark, alone in its row
_FOOT = re.compile(r"第\s*\d+\s*页.*|共\s*\d+\s*页.*|(?:以上|本表|合计)?共计?\s*\d+\s*[宗个家户项块处].{0,80}|"
                   r"[(]?\d+\s*(?:rows?(?: in set| affected)?|行(?:记录|受影响)?)\b.{0,20}|共\s*\d+\s*[条行](?:记录|数据)?", re.S | re.I)  # alone in its row
_SIGNED = re.compile(r"(?:制\s*表|填\s*[表报]|审\s*[核批]|复\s*核|经\s*办|编\s*制|校\s*对|(?:单位|统计)?负\s*责)\s*人?(?:签[字名章])?(?:[:：].{0,20})?")
_SIGNING = "表报核批办制对责"  # one of these is in every signature
_LABEL = re.compile(r".{1,10}[:：].*|日\s*期|时\s*间|电\s*话|联系电话|单\s*位|盖\s*章", re.S)
_WORDS = re.compile(r"[^\dA-Za-z]{2,40}")  # a name of a place or a group alone in its row; ids have digits or letters
_RULED = re.compile(r":?[-=+|_*~─━═—]{2}[-=+|_*~\s─━═—]*:?")  # a line drawn across
_FIGURES = re.compile(r"[-+\d,.%\s/—]*")
_LETTER = re.compile(r"[A-Za-z\u4e00-\u9fff]")
_SERIAL = re.compile(r"序号|序\s*号|编号|no\.?|#|serial", re.I)
_KEYS = ("同期", "上年", "去年", "上期", "增减", "增幅", "增长", "完成率", "完成比例", "目标", "计划", "预计", "差额", "差值", "Σ", "∑", "例", "xample", "XAMPLE",
         "平均", "均值", "最大", "最小", "最高", "最低", "中位", "标准差", "方差", "极差", "占比", "比重", "同比", "average", "Average", "AVERAGE", "mean", "Mean", "MEAN", "edian", "MEDIAN",
         "max", "Max", "MAX", "min", "Min", "MIN", "std", "Std", "hare", "f which", "hereof",
         "其 中", "其　中", "计", "总共", "合共", "其中", "汇总", "总和", "总数", "otal", "OTAL", "sum", "Sum", "SUM", "合 ", "小 ", "总 ", "合　", "小　", "总　",
         "計", "總", "平均", "匯", "umm", "UMM", "gesamt", "GESAMT", "otau", "OTAU", "oma", "OMA", "omme", "OMME", "uma", "UMA", "ổng", "ỔNG", "ộng", "ỘNG", "того", "ТОГО", "сего", "СЕГО")
_LETTERS = frozenset("".join(_KEYS))


def clean(cell: Any) -> str:
    """A cell as the words for totals and notes are compared with it: trimmed, in simplified characters."""
    return simplified(as_written(cell))


def classify(grid: Grid, header: Header) -> tuple[dict[int, str], NDArray[np.bool_]]:
    """Row position -> reason for every row that is not data, and the mask of filled cells.

    A row counts as a total by the word in one of its first columns together with a blank cell that rows usually fill (an id, a name);
    so an enterprise whose name ends in 合计 stays. A note needs to stand alone in its row, or nearly.
    """
    cells = grid.cells
    full = filled(cells)
    reasons = dict(header.reasons)
    table = full[:, header.columns]
    counts = table.sum(axis=1)
    body = np.arange(len(cells)) >= header.data
    for row in np.flatnonzero(body & (counts == 0)).tolist():
        reasons[int(row)] = "blank"
    lead = cells[:, header.columns[0]].tolist()
    blank = [cell is None or (cell.__class__ is str and not cell[:1].isalnum() and (not clean(cell) or _RULED.fullmatch(cell.strip()) is not None)) for cell in lead]
    for row in np.flatnonzero(body & (counts > 0) & np.array(blank, bool)).tolist():
        if all(cell is None or (cell.__class__ is str and (not clean(cell) or _RULED.fullmatch(cell.strip()))) for cell in cells[row, header.columns].tolist()):
            reasons[int(row)] = "blank"
            counts[row] = 0
    data = body & (counts > 0)
    if not data.any():
        return reasons, full
    marked = _marked(cells, header, data)
    plain = data.copy()
    plain[marked] = False
    if plain.any():
        plain &= counts * 2 > np.quantile(counts[plain], 0.75)  # headings and notes fill a cell or two: they tell nothing of what rows fill
    usual = table[plain if plain.any() else data].mean(axis=0)
    always = np.array(header.columns)[usual >= 0.8] if plain.sum() > 2 else np.array(header.columns)
    for row in marked:
        reason = _is_total(cells[row], header, always, early=row < header.data + EXAMPLES)
        if reason:
            reasons[row] = reason
    _repeated_headers(cells, header, data, reasons)
    few = data & (counts <= max(1, len(header.columns) // 2))
    few |= data & _any_of(lead, _signatures([cell for cell in lead if cell.__class__ is str]))
    lone = []
    for row in np.flatnonzero(few).tolist():
        place = int(row)
        if place in reasons:
            continue
        said = [cells[place][c] for c in header.columns if full[place, c]]
        if all(isinstance(c, str) and not clean(c) for c in said) or (len(header.columns) > 2 and len(said) == 1 and _RULED.fullmatch(str(said[0]).strip())):
            reasons[place] = "blank"
        elif _is_note(said, len(header.columns)):
            reasons[place] = "note"
        elif len(said) == 1 and len(header.columns) > 2 and full[place, header.columns[0]] and _SERIAL.fullmatch(clean(cells[header.first, header.columns[0]])) \
                and re.fullmatch(r"\d{1,6}", clean(said[0])):
            reasons[place] = "number_only"
        elif len(said) == 1 and len(header.columns) > 2 and isinstance(said[0], str) and (
                _HEADING.fullmatch(clean(said[0])) or _spans(grid, place, header) or (usual.sum() >= 4 and _WORDS.fullmatch(clean(said[0])))):
            lone.append(place)
    left = data.copy()
    left[[*reasons, *lone]] = False
    last = int(np.flatnonzero(left).max(initial=-1))
    reasons.update({place: "note" if place > last else "heading" for place in lone})
    return reasons, full


def _marked(cells: NDArray[Any], header: Header, data: NDArray[np.bool_]) -> list[int]:
    """Rows with a word that a total might bear in their first columns, or further right where these have no words at all."""
    looked = np.flatnonzero(data)
    rows: set[int] = set()
    beyond: set[int] = set()
    for place, column in enumerate(header.columns):
        values = cells[looked, column].tolist()
        kinds = set(map(type, values))
        words = _bearing(values if kinds == {str} else [cell for cell in values if cell.__class__ is str]) if str in kinds else set()
        if words:
            (rows if place < LEADING else beyond).update(looked[_any_of(values, words)].tolist())
    first = header.columns[:LEADING]
    return sorted(rows | {row for row in beyond - rows if not any(_is_word(cell) for cell in cells[row, first].tolist())})


def _any_of(values: list[Any], texts: set[str]) -> NDArray[np.bool_]:
    """Which of the cells are one of the texts."""
    return np.array([cell.__class__ is str and cell in texts for cell in values], bool) if texts else np.zeros(len(values), bool)


def _signatures(texts: list[str]) -> set[str]:
    """The texts that are the label of a signature; its letters are looked for in all of them at once before any is compared."""
    whole = "\n".join(texts)
    return {text for text in set(texts) if len(text) < 40 and _SIGNED.fullmatch(text.strip())} if any(letter in whole for letter in _SIGNING) else set()


def _bearing(texts: list[str]) -> set[str]:
    """The texts that hold any of the keys; a key is looked for in all of them at once before it is in each."""
    whole = "\n".join(texts)
    letters = {letter for letter in _LETTERS if letter in whole}  # a single letter is looked for in no time
    held = [key for key in _KEYS if letters.issuperset(key) and key in whole]
    return {text for text in set(texts) if len(text) < LONGEST and any(key in text for key in held)} if held else set()


def _is_word(cell: Any) -> bool:
    """Whether a cell says something that is no number, nor a dash."""
    return cell.__class__ is str and (_LETTER.search(cell) is not None or _FIGURES.fullmatch(clean(cell)) is None)


def _leading(row: NDArray[Any], header: Header) -> list[tuple[int, str]]:
    """The words of the first columns, without blanks, with the column of each; the only words of a row of numbers, or of a row, wherever they stand."""
    said = [(c, re.sub(r"\s+", "", clean(row[c]))) for c in header.columns[:LEADING] if _is_word(row[c])]
    if said:
        return said
    first = next((c for c in header.columns if _is_word(row[c])), None)
    alone = sum(1 for c in header.columns if row[c] is not None) == 1
    return [] if first is None or not (alone or _mostly_numbers(row, header, first)) else [(first, re.sub(r"\s+", "", clean(row[first])))]


def _is_total(row: NDArray[Any], header: Header, always: NDArray[np.int64], *, early: bool) -> str:
    """Why a marked row is no data: a total, a part of the row above, a mean or an extreme; "" where it is data."""
    texts = _leading(row, header)
    lacks = any(row[c] is None or clean(row[c]) in ("", "/", "-", "--", "—", "——") for c in always)
    for place, (column, text) in enumerate(texts):
        if _EXAMPLE.fullmatch(text) or place == 0 and early and _BEGUN_EXAMPLE.fullmatch(text):
            return "example"
        if _TOTAL.fullmatch(text) and (lacks or place == 0):
            return "total" if lacks or len(header.columns) <= 2 or column == header.columns[0] else ""
        if place == 0 and lacks and _NAMED_TOTAL.fullmatch(text) and sum(1 for c in always if row[c] is None) >= 1 and _mostly_numbers(row, header, column):
            return "total"
        if lacks and _PART.fullmatch(text):
            return "part"
        if lacks and _STATISTIC.fullmatch(text) and _mostly_numbers(row, header, column):
            return "statistic"
    return ""


def _mostly_numbers(row: NDArray[Any], header: Header, label: int) -> bool:
    """Whether everything beside the label is numbers: a row of data has further words."""
    rest = [row[c] for c in header.columns if c != label and row[c] is not None]
    return bool(rest) and all(isinstance(c, (int, float)) or _FIGURES.fullmatch(clean(c)) is not None for c in rest)


def _is_note(said: list[Any], width: int) -> bool:
    texts = [clean(c) for c in said if isinstance(c, str)]
    if not texts or not isinstance(said[0], str):
        return False
    if len(said) == 1 and width > 2 and (_FOOT.fullmatch(texts[0]) or _FOOTNOTE.fullmatch(said[0])):
        return True
    if not _NOTE.fullmatch(texts[0]):
        return False
    labels = sum(1 for t in texts if _NOTE.fullmatch(t) or _LABEL.fullmatch(t))
    return len(said) <= max(2, width // 3) or labels * 2 >= len(said)


def _spans(grid: Grid, row: int, header: Header) -> bool:
    """Whether a cell of the row is merged over most of the table."""
    return any(r0 <= row <= r1 and (c1 - c0 + 1) * 3 >= len(header.columns) * 2 for r0, c0, r1, c1 in grid.merges)


def _repeated_headers(cells: NDArray[Any], header: Header, data: NDArray[np.bool_], reasons: dict[int, str]) -> None:
    """Rows that say again what a row of the header says, as on every page of a printed table."""
    for r in range(header.first, header.last + 1):
        line = [clean(cells[r][c]) for c in header.columns]
        position = next((c for c, name in zip(header.columns, line, strict=True) if name), None)
        if position is None:
            continue
        wanted = cells[r][position]
        for i, cell in enumerate(cells[:, position].tolist()):
            if cell.__class__ is str and cell == wanted and data[i] and i not in reasons and [clean(cells[i][c]) for c in header.columns] == line:
                reasons[i] = "repeated_header"


def is_bare_word(cell: Any) -> bool:
    """Whether a cell holds a word without figures, as a name of a place or a group is one; no number of a heading, no mark of a note or a total."""
    text = clean(cell)
    return isinstance(cell, str) and _WORDS.fullmatch(text) is not None and not any(marked.fullmatch(re.sub(r"\s+", "", text)) for marked in (_HEADING, _NOTE, _TOTAL, _NAMED_TOTAL))


def is_serial(name: str) -> bool:
    """Whether a column holds running numbers by its name."""
    return _SERIAL.fullmatch(clean(name)) is not None


def total_label(row: NDArray[Any], header: Header) -> str:
    """The words by which a row is a total, without blanks: those of the cell that says so, else the first words of the row."""
    texts = [text for _, text in _leading(row, header)]
    return next((text for pattern in (_TOTAL, _NAMED_TOTAL) for text in texts if pattern.fullmatch(text)), texts[0] if texts else "")


def is_grand(label: str) -> bool:
    """Whether a total's words mean the whole table; a total of a group or a page does not."""
    return bool(_GRAND.search(label)) and not re.search("小计|本页|累计", label)
