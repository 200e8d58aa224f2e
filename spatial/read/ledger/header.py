"""The header of a table: where it begins and ends, one name a column, units, and every name by which a column may be meant."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.read.ledger.grid import Grid, column_letter, filled, is_text
from spatial.read.ledger.units import cell_unit, dimension_of, header_unit, says_unit, table_units, without_unit
from spatial.schema.day_names import day_in_full, not_yet
from spatial.schema.raw import Unreadable

LOOK_ROWS = 60  # the header is looked for among these
WIDTH_ROWS = 400
SPARSE = 1 / 3  # of the rows; a column that fewer fill may hold a note beside the table, and need have no name
BELOW_ROWS = 6  # what an export says of itself takes no more rows than these
HEADER_TEXT_LIMIT = 120
_NUMERIC = re.compile(r"[+\-]?[\d,]+(?:\.\d+)?%?|\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}[日号]?|月份?)?(?:[\sT][\d\s:.时分秒TZ+\-上下午AMP]*)?")
_YEAR = re.compile(r"(?:19|20)\d{2}(?:年|\.0)?")
_LABEL = re.compile(r".{1,12}[:：].*|.{0,6}[:：]|[^\d()]{1,12}=.+")  # 制表人：张三, 年份=2020; (7)=(5)+(6) is a column's name
# what a row of units says of columns that have none
_UNIT_WORD = re.compile(r"(?:计量)?单位[:：]?|unit:?|[(\[]?(?:年[-/.]?月(?:[-/.]?日)?|y{2,4}[-/.]?m{1,2}(?:[-/.]?d{1,2})?|日期|文本|文字|字符|数[字值]|代码|date|text|number)[)\]]?", re.I)
# what a form says of how its columns are filled in
_RULE_WORD = re.compile(r"[(\[【]?(?:必填项?|选填项?|非必填|必录|选录|可为空|不可为空|下拉选择?|单选|多选|手工?填[写报]|自动(?:计算|生成)|系统生成|公式计算|格式[:：].+|如[:：].+|例如?[:：].+|"
                        r"保留[一二两三四\d]位小数|精确到.+|"
                        r"取整数?|整数|小数|字符型?|数值型?|日期型|文本型?|文字|数字|日期|required|optional)[)\]】]?(?:[,，;；、].*)?", re.I)
# what an export says of itself
_OF_FILE = re.compile(r"(?:导\s*出|打\s*印|下\s*载|查\s*询|生\s*成|更\s*新|制\s*表|填\s*[报表]|报\s*送|编\s*制)\s*(?:人员?|者|时间|日期|单位|部门|科室|条件)|"
                      r"(?:exported|printed|prepared) (?:by|on|at)", re.I)
# the mark of a footnote, before figures in circles become figures: 面积①(亩), 税收[注1], 价款¹
_FOOTNOTE = re.compile(r"(?<=\S)[①-⑳⑴-⒇❶-❿]+(?=\s*$|\s*[(（\[【/])|(?<=[)）])[①-⑳]+|(?<=[\u4e00-\u9fff])[\[［(（]注?\s*\d{1,2}[\]］)）](?=\s*[(（])|"
                       r"[\[［(（]注\s*\d{0,2}[\]］)）]|(?<=[\u4e00-\u9fff])(?<![米里])[¹²³⁴-⁹]+")
_WHOLE = ("合计", "小计", "总计", "总额", "总量", "总数", "总和")  # below a group's name: the group itself
_NAMED_UNIT = re.compile(r"[^()\[\]【】:]{2,}[(\[【].*")  # 税收(单位:万元): a column's name
_NO_UNIT = ("", "/", "-", "—", "——", "--", "无", "\\")  # what a row of units has under a column without one
_CODE_LIKE = re.compile(r"[A-Za-z]?\d[\dA-Za-z\-]{5,}")


@dataclass
class Header:
    """Rows `first`..`last` of the grid (positions) hold the header; data begin at `data`."""

    first: int
    last: int
    data: int
    columns: list[int]  # positions in the grid that belong to the table
    headers: list[str]  # one name for each of them
    units: dict[str, str] = dataclasses.field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    reasons: dict[int, str] = dataclasses.field(default_factory=dict)  # row position -> why it is not data
    table_units: list[str] = dataclasses.field(default_factory=list)
    unknown_units: list[str] = dataclasses.field(default_factory=list)
    unnamed: list[str] = dataclasses.field(default_factory=list)
    conflicts: list[tuple[str, str]] = dataclasses.field(default_factory=list)


def clean(cell: Any) -> str:
    """A header as it is compared: NFKC, no line breaks, trimmed."""
    if cell is None or isinstance(cell, Unreadable):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = unicodedata.normalize("NFKC", str(cell)).replace("\r", "").replace("\n", "").replace("\ufeff", "").replace("\u200b", "")
    return re.sub(r"\s+", " ", text).strip()


def find_header(grid: Grid) -> Header | None:
    """The header of the grid's table, None if no row can be one."""
    cells = grid.cells
    used = np.flatnonzero(filled(cells[:WIDTH_ROWS]).any(axis=0)) if len(cells) else np.empty(0, int)
    if not len(used):
        return None
    top = _names_spread(grid, cells[:LOOK_ROWS])
    first = _first_row(top, grid, used)
    if first is None:
        return None
    last = _last_row(top, cells, grid, first)
    first = _parent_above(top, cells, first, last, used)
    used = np.flatnonzero(filled(cells[first:]).any(axis=0))
    return _described(grid, top, first, last, [int(c) for c in used])


def _names_spread(grid: Grid, rows: NDArray[Any]) -> NDArray[Any]:
    """The top rows with every merged cell's text in each cell of its range."""
    top = rows.copy()
    for r0, c0, r1, c1 in grid.merges:
        if r0 < len(top):
            top[r0:r1 + 1, c0:c1 + 1] = top[r0, c0]
    return top


def _is_name(cell: Any) -> bool:
    """Whether a cell can be a column's name: text that is no number, date or code; a year may be."""
    if isinstance(cell, (bool, dt.date, dt.time)):
        return False
    if isinstance(cell, (int, float)):
        return bool(_YEAR.fullmatch(clean(cell)))
    if not is_text(cell):
        return False
    text = clean(cell)
    return 0 < len(text) <= HEADER_TEXT_LIMIT and (bool(_YEAR.fullmatch(text)) or not (_NUMERIC.fullmatch(text) or _CODE_LIKE.fullmatch(text)))


def _first_row(top: NDArray[Any], grid: Grid, used: NDArray[Any]) -> int | None:
    """The first row whose cells are names over at least half of the table's columns."""
    raw = grid.cells
    counts = filled(raw[:WIDTH_ROWS]).sum(axis=1).tolist()
    usual = max(Counter(c for c in counts if c).items(), key=lambda pair: (pair[1] * min(pair[0], 4), pair[0]))[0]
    need = 1 if usual == 1 else max(2, -(-min(usual, len(used)) // 2))
    for i, row in enumerate(top):
        cells = [c for c in row[used] if c is not None]
        names = [c for c in cells if _is_name(c)]
        if len(names) < need or len(names) * 10 < len(cells) * 9 or not any(is_text(c) and not _YEAR.fullmatch(clean(c)) for c in names):
            continue
        if any(says_unit(c) and not _NAMED_UNIT.fullmatch(clean(c)) for c in raw[i]) and counts[i] <= 3 and counts[i] < usual:
            continue
        if len({clean(c) for c in names}) == 1 and len(names) > 1 and i + 1 < len(top):
            continue  # one text merged over the table is its title
        labels = sum(1 for c in raw[i] if is_text(c) and _LABEL.fullmatch(clean(c)) and not header_unit(clean(c)))
        if labels * 2 > max(counts[i], 1) or _above_names(raw, i):
            continue
        return i
    return None


def _above_names(raw: NDArray[Any], i: int) -> bool:
    """Whether the row only tells of the table whose names stand in one of the next rows: 导出人 | 张三 above 宗地代码 | 面积(亩) | 合同签订日期.

    Those are other names, they fill every column that it fills, and more of them have words that names of columns have.
    """
    here = [c for c in range(raw.shape[1]) if raw[i, c] is not None]
    if here != list(range(here[0], here[0] + len(here))):
        return False  # blanks in between are filled below: a group of columns
    said = [clean(raw[i, c]) for c in here]
    for row in raw[i + 1 : i + 1 + BELOW_ROWS]:
        below = {c: clean(row[c]) for c in range(len(row)) if row[c] is not None}
        names = list(below.values())
        if any(isinstance(row[c], (int, float)) or re.fullmatch(r"[+\-]?[\d,]+(?:\.\d+)?%?", below[c]) for c in below):
            return False  # figures: a table of its own
        if len(below) < 2 or not all(_is_name(row[c]) for c in below) or len(set(names)) < len(names) or set(names) & set(said):
            continue
        wider = len(below) > len(here) and set(here) <= set(below)
        if (wider or _OF_FILE.fullmatch(said[0])) and _wordy(names) >= 0.5 and _wordy(names) > _wordy(said):
            return True
    return False


def _wordy(names: list[str]) -> float:
    """The share of names with words that names of columns have: 代码, 面积, 日期."""
    return sum(1 for name in names if dimension_of(name) is not None) / len(names)


def _last_row(top: NDArray[Any], cells: NDArray[Any], grid: Grid, first: int) -> int:
    """The last header row: as far as merged ranges of the header reach, or a row of names that fills the blanks of the one above."""
    last = first
    for r0, c0, r1, c1 in grid.merges:
        if r0 == first and c1 == c0 and r1 > r0:
            last = max(last, r1)
    if last > first:
        return min(last, len(top) - 1)
    across = any(r0 == first and c1 > c0 and r1 == r0 for r0, c0, r1, c1 in grid.merges)
    blank = ~filled(cells[first])
    share = filled(cells[first:WIDTH_ROWS]).mean(axis=0)
    inner = blank & (np.cumsum(~blank) > 0) & (share > 0)  # beneath a group's name, and no column without a cell
    while last + 1 < len(top) and last - first < 3:
        below = _names_below(cells, last)
        if not below.any():
            break
        if across and last == first and bool((below & blank).any()):
            last += 1
            inner &= ~below
            continue
        further = _names_below(cells, last + 1) if last - first < 2 and (below & ~inner).any() else np.zeros_like(below)  # the name of a group within it, over those of its columns
        fills = ((below | further) & inner).any() and (below | further)[inner & (share > SPARSE)].all()
        if not fills or below.all() or _is_unit_row(cells[last + 1][below].tolist()):
            break
        last += 1
        inner &= ~below
    return last


def _is_unit_row(said: list[Any]) -> bool:
    """Whether a row has units and dashes alone."""
    units = [cell for cell in said if str(cell).strip() not in _NO_UNIT]
    return bool(units) and all(cell_unit(cell) for cell in units)


def _names_below(cells: NDArray[Any], row: int) -> NDArray[np.bool_]:
    """Which cells of the row beneath another are filled, where all of them are names; none elsewhere."""
    if row + 1 >= len(cells) or not all(_is_name(c) for c in cells[row + 1] if c is not None):
        return np.zeros(cells.shape[1], bool)
    return filled(cells[row + 1])


def _parent_above(top: NDArray[Any], cells: NDArray[Any], first: int, last: int, used: NDArray[Any]) -> int:
    """A row above that groups repeated names (承诺值 over 投资强度, 税收) belongs to the header; and two, where the names of the upper one fill blanks of the row."""
    here = cells[first]
    named = [clean(c) for c in here if c is not None]
    lacks = any(c is None for c in here)
    for high in (1, 2) if last == first else ():
        above = cells[max(first - high, 0):first]
        parents = [c for c in above.ravel() if c is not None]
        groups = filled(above[:1]).sum() >= 2 if high == 1 else bool((filled(above[:1]) & ~filled(here)).any())
        if high > first or not groups or not all(_is_name(c) for c in parents) or any(map(_is_label, parents)):
            continue
        under = all(here[i] is not None or any(row[i] is not None for row in top[first - high:first]) for i in used)
        if under and (len(set(named)) < len(named) or lacks):
            return first - high
    return first


def _is_label(cell: Any) -> bool:
    """Whether a cell tells something of the table or the file and is no name: 单位：万元, 制表人：张三, 导出时间; 税收(单位：万元) is one."""
    text = clean(cell)
    return bool(_OF_FILE.fullmatch(text)) or not _NAMED_UNIT.fullmatch(text) and (says_unit(cell) or re.search(r"[:：]", text) is not None)


def _described(grid: Grid, top: NDArray[Any], first: int, last: int, columns: list[int]) -> Header:
    rows = [[clean(_FOOTNOTE.sub("", c) if isinstance(c, str) else c) for c in top[r]] for r in range(first, last + 1)]
    if last > first and not any(r0 == first and c1 > c0 for r0, c0, r1, c1 in grid.merges):
        own = [[bool(name) for name in row] for row in rows]
        for level in reversed(range(len(rows) - 1)):
            _carry(rows[level], rows[level + 1], [any(row[i] for row in own[:level]) for i in range(len(rows[level]))])
    header = Header(first, last, last + 1, columns, [])
    paths: list[list[str]] = []
    for c in columns:
        path: list[str] = []
        for row in rows:
            if row[c] and (not path or row[c] != path[-1]):
                path.append(row[c])
        paths.append(path)
    header.reasons.update(dict.fromkeys(range(first, last + 1), "header"))
    header.reasons.update(dict.fromkeys(range(first), "above"))
    inherited = _unit_rows(grid, header)
    for position, path in zip(columns, paths, strict=True):
        units = [u for u in (header_unit(part) or (cell_unit(part) if i else None) for i, part in reversed(list(enumerate(path)))) if u]  # 面积 over 平方米 and 亩
        if not path:
            name = f"列{column_letter(position + grid.first_column)}"
            header.unnamed.append(name)
        else:
            name = "/".join(path)
        header.headers.append(name)
        below = inherited.get(position)
        if below and units and below != units[0]:
            header.conflicts.append((name, f"{units[0]}, {below}"))
        unit = (units[0] if units else None) or below
        if unit:
            header.units[name] = unit
    _all_names(header, paths)
    for r in range(first):
        said, unknown = table_units(list(grid.cells[r]))
        header.table_units += said
        header.unknown_units += unknown
    return header


def _carry(parent: list[str], child: list[str], anew: list[bool]) -> None:
    """Without merged ranges (a text file): a group's name stands over the blank cells to its right that have a name below, up to where a name above begins another."""
    name = ""
    for i in range(len(parent)):
        if parent[i]:
            name = parent[i] if child[i] else ""
        elif anew[i]:
            name = ""
        elif child[i]:
            parent[i] = name


def _unit_rows(grid: Grid, header: Header) -> dict[int, str]:
    """Rows of units and of column numbers right below the header; moves the beginning of the data past them."""
    units: dict[int, str] = {}
    for _ in range(2):
        if header.data >= len(grid.cells):
            break
        row = grid.cells[header.data]
        said = {c: row[c] for c in header.columns if row[c] is not None and str(row[c]).strip() not in _NO_UNIT}
        read = {c: cell_unit(v) for c, v in said.items()}
        word = {c for c, v in said.items() if isinstance(v, str) and _UNIT_WORD.fullmatch(clean(v))}
        if said and all(read[c] or c in word for c in said) and any(read.values()):
            units.update({c: u for c, u in read.items() if u})
            header.reasons[header.data] = "unit_row"
        elif len(said) > 2 and all(isinstance(v, str) and (c in word or read[c] or _RULE_WORD.fullmatch(clean(v))) for c, v in said.items()):
            units.update({c: u for c, u in read.items() if u})
            header.reasons[header.data] = "example"
        elif _column_numbers(grid, header, said):
            header.reasons[header.data] = "column_numbers"
        else:
            break
        header.data += 1
    return units


def _column_numbers(grid: Grid, header: Header, said: dict[int, Any]) -> bool:
    """甲 乙 1 2 3, A B C D, or 1 2 3 4 5 in every column, that the next row does not go on."""
    texts = [clean(v) for v in said.values()]
    if len(texts) < max(4, len(header.columns) - 1):
        return False
    if texts == [chr(ord("A") + i) for i in range(len(texts))]:
        return True
    words = [t for t in texts if t in ("甲", "乙", "丙", "丁", "栏次")]
    numbers = [re.split(r"=", t.strip("()[]"))[0] for t in texts if t not in words]
    if len(numbers) < 2 or numbers != [str(i + 1) for i in range(len(numbers))]:
        return False
    if words or header.data + 1 >= len(grid.cells):
        return bool(words)
    return clean(grid.cells[header.data + 1][header.columns[0]]) != "2"


def _all_names(header: Header, paths: list[list[str]]) -> None:
    """Full name, the leaf and the name without unit, each only where it means one column."""
    candidates: list[list[str]] = []
    for name, path in zip(header.headers, paths, strict=True):
        path = path[:1] + [part for part in path[1:] if not cell_unit(part)]
        leaf = path[-1] if path else name
        options = [name, without_unit(name), *([] if not_yet(leaf, path[:-1]) else [leaf, without_unit(leaf)]), *day_in_full(leaf, path[:-1])]
        options += ["/".join([*map(without_unit, path)]), without_unit(path[-1]) + without_unit(path[-2]), without_unit(path[-2]) + without_unit(path[-1])] if len(path) > 1 else []
        options += [path[-2], without_unit(path[-2])] if len(path) > 1 and without_unit(leaf) in _WHOLE else []
        candidates.append(list(dict.fromkeys(o for o in options if o)))
    times = Counter(option for options in candidates for option in options)
    full = set(header.headers)
    for name, options in zip(header.headers, candidates, strict=True):
        kept = tuple(o for o in options if o == name or (times[o] == 1 and o not in full))
        header.names[name] = kept
