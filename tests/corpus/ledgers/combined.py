"""Faithful renderings of true tables, many oddities at once: each must come to the true table, with every row of the file accounted for.

A rendering is decided by a kind, a seed and the options drawn from it; an option that is taken out leaves all others as they were, so a failure can be shrunk.
"""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.corpus.ledgers.combined_cells import BLANKS, DAYS, IDS, NO_DATES, NUMBERS, UNITS, number, rounded, written_day, written_id
from tests.corpus.ledgers.combined_records import over_two_rows
from tests.corpus.ledgers.combined_sheet import Sheet, Shown
from tests.corpus.ledgers.combined_tables import TABLES, TOWNS, Column
from tests.corpus.ledgers.files import html, ods, text, xls, xlsb, xlsx, xml2003

# option -> (share of the renderings that have it, what it may be); without it the plainest is done
OPTIONS: dict[str, tuple[float, tuple[Any, ...]]] = {
    "container": (0.6, ("xls", "xlsb", "ods", "csv", "tsv", "gbk.csv", "gb18030.csv", "bom.csv", "utf16.tsv", "utf16.csv", "semicolon.csv", "xlsx.csv", "xlsx.xls",
                        "html.xls", "office.html.xls", "gbk.html.xls", "xml.xls", "xml")),
    "title": (0.5, ("alone", "merged", "with the office", "with a blank row", "two rows")),
    "units": (0.75, ("above", "above, own cell", "row", "row in brackets", "row in brackets with dashes", "full-width", "slash", "line break", "blanks", "square", "dash", "said")),
    "header": (0.4, ("two rows", "three rows", "two rows, not merged")),
    "top": (0.15, (1, 2)),
    "left": (0.15, (1, 2)),
    "gap": (0.1, (True,)),
    "serial": (0.4, ("through", "by town", "text")),
    "town": (0.4, ("plain", "merged", "first only")),
    "place": (0.5, ("merged", "plain")),
    "shuffled": (0.5, (True,)),
    "columns": (0.6, (True,)),
    "subtotals": (0.3, ("below", "above")),
    "grand": (0.4, ("合计", "总计", "合 计", "合计：", "总 计", "合计（{n}宗）", "全区合计", "Total", "top")),
    "label": (0.4, ("first", "random", "key")),
    "heading": (0.15, (True,)),
    "again": (0.1, (True,)),
    "blanks": (0.15, (True,)),
    "notes": (0.35, ("one", "many", "signed", "spread")),
    "numbered": (0.1, (True,)),
    "hidden_rows": (0.08, (True,)),
    "hidden_columns": (0.08, (True,)),
    "sheets": (0.2, ("words", "other", "hidden", "empty", "going on", "going on, without a header")),
    "trailing": (0.12, ("blanks", "formats")),
    "extra": (0.4, ("remark", "phone", "town code", "several")),
    "twin": (0.12, (True,)),
    "record": (0.06, ("payments", "wrapped word", "two lines")),
}
SEVERAL_SHEETS = ("xlsx", "xlsx.csv", "xlsx.xls", "xml", "xml.xls")
WIDE_OPTIONS: dict[str, tuple[float, tuple[Any, ...]]] = {  # of a ledger whose measures are columns
    "layout": (0.8, ("by measure", "by side", "one row, side last", "one row, side first", "by year")),
    "sides": (0.7, (1, 2, 3)),
}


def options(kind: str, seed: int) -> dict[str, Any]:
    """The options of a rendering, and the styles of its columns."""
    chance = random.Random(f"{kind} {seed} options")
    drawn = {name: chance.choice(values) for name, (share, values) in (OPTIONS | (WIDE_OPTIONS if kind == "standard_land" else {})).items() if chance.random() < share}
    for column in TABLES[kind](random.Random(0), 4):
        for option, share, values in (("number", 0.5, NUMBERS), ("day", 0.7, DAYS), ("id", 0.3, IDS), ("unit", 0.6, (1, 2, 3)), ("alias", 0.6, (1, 2, 3)), ("blank", 0.3, BLANKS)):
            if chance.random() < share:
                drawn[f"{option}:{column.field}"] = chance.choice(values)
    return drawn


class Rendering:
    """A true table and the options by which it is written."""

    def __init__(self, kind: str, seed: int, drawn: dict[str, Any]):
        self.kind, self.seed, self.said = kind, seed, drawn
        chance = self.chance("table")
        self.count = chance.randint(5, 14)
        self.columns = TABLES[kind](chance, self.count)
        self.towns = sorted(TOWNS[n % 3] for n in range(self.count))
        self.container = self.said.get("container", "xlsx")
        self.text = self.container.endswith(("csv", "tsv")) and self.container != "xlsx.csv"
        self.merging = not self.text
        self.grouped = bool(self.said.get("subtotals") or self.said.get("heading") or self.said.get("town") in ("merged", "first only") or self.said.get("place") == "merged")

    def chance(self, part: str) -> random.Random:
        return random.Random(f"{self.kind} {self.seed} {part}")

    def pick(self, option: str, name: str, default: Any) -> Any:
        return self.said.get(f"{option}:{name}", default)

    # columns

    def unit_of(self, column: Column) -> tuple[Fraction, int, str]:
        units = UNITS[column.form]
        together = str(self.said.get("units", "")).startswith("above") or self.said.get("number_rule")
        number = self.pick("unit", column.form if together else column.field, 0) if not together else self.chance(f"unit {column.form}").randrange(len(units))
        size, places, names = units[number % len(units)]
        return size, places, names[self.chance(f"name {column.form if together else column.field}").randrange(len(names))]

    def shown(self, column: Column, order: list[int]) -> tuple[Shown, list[Any]]:
        """The column as written, in the order of its rows, and its true cells."""
        head = column.heads[self.pick("alias", column.field, 0) % len(column.heads)]
        chance = self.chance(f"cells {column.field}")
        cells = [column.cells[n] for n in order] if column.cells else [f"{self.towns[n][0]}园" for n in order]
        empty = self.pick("blank", column.field, None)
        made = Shown(head, "", "", column.form, [], field=column.field)
        true: list[Any] = []
        if column.form in UNITS:
            size, places, made.unit = self.unit_of(column)
            style = self.pick("number", column.field, "native")
            if style == "unit in cells" and column.form == "persons":
                style = "native"
            made.step, made.sums = places, []
            for value in cells:
                written = None if value is None else rounded(Fraction(value) / size, places)
                made.sums.append(written)
                made.cells.append(empty if written is None else number(written, style, made.unit, column.form, chance))
                true.append(None if written is None else float(Fraction(written) * size))
            if style == "format":
                made.formats = f"#,##0.{'0' * places}" if places else "#,##0"
        elif column.form == "day":
            style = self.pick("day", column.field, "native")
            if style in ("native", "moment", "mixed") and self.container in NO_DATES:
                style = "%Y-%m-%d"
            made.cells, true = [written_day(day, style, chance) for day in cells], list(cells)
        elif column.form == "ratio":
            style = self.pick("number", column.field, "native")
            made.cells = [number(value, style if style in ("text", "full-width", "blanks", "mixed") else "native", "", "", chance) for value in cells]
            true = [float(value) for value in cells]
        elif column.form == "id":
            style = self.pick("id", column.field, "plain")
            made.cells, true = [written_id(code, style, n) for n, code in enumerate(cells)], list(cells)
        elif column.form == "code":
            made.cells, true = [said for said, _ in cells], [code for _, code in cells]
        elif column.form == "flag":
            yes, no = chance.choice((("是", "否"), ("有", "无"), ("Y", "N"), (1, 0)))
            made.cells, true = [yes if flag else no for flag in cells], list(cells)
        elif column.form == "year":
            made.cells, true = [chance.choice((year, str(year), f"{year}年")) if self.pick("number", column.field, "") == "mixed" else year for year in cells], list(cells)
        else:
            made.cells, true = list(cells), list(cells)
        return made, true

    def extras(self, order: list[int], shown: list[Shown]) -> list[Shown]:
        """Columns that nobody reads."""
        made = []
        chance, extra = self.chance("extra"), self.said.get("extra")
        if extra in ("remark", "several"):
            made.append(Shown("备注", "", "", "free", [chance.choice((None, None, "含代建", "分期供地", "2021年已验收")) for _ in order]))
        if extra in ("phone", "several"):
            made.append(Shown("联系电话", "", "", "free", [f"0571-8{chance.randint(1000000, 9999999)}" for _ in order]))
        if extra == "town code":
            made.append(Shown("行政区代码", "", "", "free", [chance.choice((330109, 330110)) for _ in order]))
        if self.said.get("twin") and (one := next((column for column in shown if column.form == "area" and column.sums), None)):
            size = next(size for size, _, names in UNITS["area"] if one.unit in names)
            other, places, names = UNITS["area"][0 if one.unit == "亩" else 1]
            made.append(Shown(one.head, "", names[0], "area", [None if value is None else float(rounded(Fraction(value) * size / other, places)) for value in one.sums or ()]))
        return made

    # the header

    def heads(self, shown: list[Shown]) -> tuple[list[list[Any]], list[tuple[int, int, int, int]]]:
        """The rows of the header and what is merged in them."""
        mode, chance = str(self.said.get("units", "brackets")), self.chance("header")
        leaves: list[Any] = []
        units: list[Any] = []
        for column in shown:
            unit = column.unit
            in_row = mode.startswith("row") or (mode.startswith("above") and column.form in ("area", "money") and column.field)
            said = {"full-width": f"（{unit}）", "slash": f"/{unit}", "line break": f"\n({unit})", "blanks": f" ( {unit} )", "square": f"【{unit}】", "dash": f"_{unit}",
                    "said": f"（单位：{unit}）"}.get(mode, f"({unit})")
            leaves.append(column.head + (said if unit and not (in_row and column.field) else ""))
            units.append(unit if column.field else None)
        levels = self.said.get("header", "one")
        rows: list[list[Any]] = [leaves]
        merges: list[tuple[int, int, int, int]] = []
        if levels != "one":
            span = self.groups(len(shown), chance)
            if levels == "two rows, not merged" or not self.merging:  # over one name and a blank column, nobody sees a group
                span = [(first, last) for first, last in span if sum(bool(column.head) for column in shown[first:last + 1]) > 1]
            top = list(leaves)
            low: list[Any] = [None] * len(shown)
            for first, last in span:
                top[first] = chance.choice(("基本情况", "主要信息", "经济指标", "其他情况")) + ("" if len(span) < 2 else "一二三四五"[span.index((first, last))])
                top[first + 1:last + 1] = [None] * (last - first)
                low[first:last + 1] = leaves[first:last + 1]
                merges.append((0, first, 0, last))
            inside = {c for first, last in span for c in range(first, last + 1)}
            merges += [(0, c, 1, c) for c in range(len(shown)) if c not in inside and shown[c].head]
            rows = [top, low] if span else [leaves]
            if span and levels == "three rows":
                rows = [[None] * len(shown), *rows]
                merges = [(r0 + 1, c0, r1 + 1, c1) for r0, c0, r1, c1 in merges]
                one, last = span[0]
                rows[0][one] = "总体"
                merges.append((0, one, 0, last))
                for c in set(range(len(shown))) - set(range(one, last + 1)):  # merged down over all three rows, or a group over two
                    rows[0][c], rows[1][c] = rows[1][c], None
                merges = [(0, c0, r1, c1) if r0 == 1 and c0 not in range(one, last + 1) else (r0, c0, r1, c1) for r0, c0, r1, c1 in merges]
        if levels == "two rows, not merged" or not self.merging:
            merges = []
        if mode.startswith("row"):
            brackets = "brackets" in mode
            rows.append([(f"（{unit}）" if brackets else unit) if unit else ("—" if "dashes" in mode and column.head else None) for unit, column in zip(units, shown, strict=True)])
        if self.said.get("numbered") and all(column.head for column in shown):
            rows.append(list(range(1, len(shown) + 1)))
        return rows, merges

    def groups(self, width: int, chance: random.Random) -> list[tuple[int, int]]:
        """Runs of columns under one name each."""
        found, at = [], 1
        while at + 1 < width and len(found) < 3:
            last = min(width - 1, at + chance.randint(1, 3))
            found.append((at, last))
            at = last + 1 + chance.randint(1, 2)
        return found

    # the sheet

    def sheet(self) -> Sheet:
        order = list(range(self.count))
        if self.said.get("shuffled"):
            self.chance("rows").shuffle(order)
        if self.grouped:
            order.sort(key=lambda n: self.towns[n])
        pairs = [self.shown(column, order) for column in self.columns]
        shown = [one for one, _ in pairs]
        truth = {column.field: true for column, (_, true) in zip(self.columns, pairs, strict=True)}
        shown += self.extras(order, shown)
        if self.said.get("columns"):
            self.chance("columns").shuffle(shown)
        shown = self.arranged(shown)
        towns = [self.towns[n] for n in order]
        first_of_town = [n == 0 or towns[n] != towns[n - 1] for n in range(self.count)]
        way = self.said.get("town")
        if way:
            at = self.chance("town").choice((0, 0, 1, 2))
            shown.insert(at, Shown("所在镇街" if self.kind != "statistics" else "片区", "", "", "town",
                                   [t if way == "plain" or first_of_town[n] or not self.grouped else None for n, t in enumerate(towns)]))
        if self.said.get("serial"):
            numbers, n = [], 0
            for place in range(self.count):
                n = 1 if self.said["serial"] == "by town" and self.grouped and first_of_town[place] else n + 1
                numbers.append(str(n) if self.said["serial"] == "text" else n)
            shown.insert(0, Shown("序号", "", "", "serial", numbers))
        if self.said.get("gap"):
            shown.insert(self.chance("gap").randint(1, len(shown) - 1), Shown("", "", "", "gap", [None] * self.count))
        made = self.laid(shown, truth, towns, first_of_town)
        if way := self.said.get("record"):
            over_two_rows(made, way, self.chance("record"))
        if str(self.said.get("sheets")).startswith("going on") and self.container in SEVERAL_SHEETS:
            cut = made.body[self.count // 2]
            made.further = [list(made.rows[r]) for r in (made.heads if self.said["sheets"] == "going on" else ())] + made.rows[cut:]
            made.rows, made.merges = made.rows[:cut], [merge for merge in made.merges if merge[2] < cut]
        return made

    def arranged(self, shown: list[Shown]) -> list[Shown]:
        """The columns in the order of the sheet."""
        return shown

    def laid(self, shown: list[Shown], truth: dict[str, list[Any]], towns: list[str], first_of_town: list[bool]) -> Sheet:
        """The rows of the sheet, from the title to the notes."""
        self.made_totals: list[list[Any]] = []
        several = self.container in SEVERAL_SHEETS and self.said.get("sheets") not in ("other", "words", "hidden", "empty")
        made = Sheet(fields=[column.field for column in shown if column.field], merging=self.merging, several=several)
        heads, merges = self.heads(shown)
        above = self.above(shown)
        top = int(self.said.get("top", 0))
        made.rows = [[None] for _ in range(top)] + above
        if self.said.get("title") == "merged" and above:
            made.merges.append((top, 0, top, len(shown) - 1))
        start = len(made.rows)
        made.merges += [(r0 + start, c0, r1 + start, c1) for r0, c0, r1, c1 in merges]
        made.rows += heads
        at: list[int] = []
        subs, label = self.said.get("subtotals"), self.label(shown)
        if self.said.get("grand") == "top":
            made.rows.append(self.total(shown, range(self.count), "合计", label))
        for n in range(self.count):
            mine = [m for m in range(self.count) if towns[m] == towns[n]]
            if self.grouped and first_of_town[n]:
                if self.said.get("blanks") and n:
                    made.rows.append([None] * len(shown))
                if self.said.get("heading"):
                    made.rows.append([f"{'一二三四'[TOWNS.index(towns[n])]}、{towns[n]}", *[None] * (len(shown) - 1)])
                if subs == "above":
                    made.rows.append(self.total(shown, mine, f"{towns[n]}小计", label))
            if self.said.get("again") and n == self.count // 2 and len(heads) == 1 and not any("\n" in str(cell) for cell in heads[0]):
                made.rows.append(list(heads[0]))
            at.append(len(made.rows))
            made.rows.append([column.cells[n] for column in shown])
            if subs == "below" and n == mine[-1]:
                made.rows.append(self.total(shown, mine, self.chance("sub").choice((f"{towns[n]}小计", "小计", "小 计")) if self.said.get("town") else f"{towns[n]}小计", label))
        if (word := self.said.get("grand")) and word != "top":
            made.rows.append(self.total(shown, range(self.count), word.format(n=self.count), label))
        if self.merging:
            for c, column in enumerate(shown):
                if self.grouped and (column.form == "town" and self.said.get("town") == "merged" or column.form == "place" and self.said.get("place") == "merged"):
                    self.merge_down(made, c, at, first_of_town)
        made.rows += self.notes(len(shown))
        if self.said.get("trailing") == "blanks":
            made.rows += [[None], [" "], [None, "　"], [" "] * 3]
        for c, column in enumerate(shown):
            if column.formats:
                made.formats |= {(r, c): column.formats for r in at if isinstance(made.rows[r][c], (int, float))}
        if self.said.get("hidden_rows"):
            made.hidden_rows = [at[1]]
        if self.said.get("hidden_columns"):
            made.hidden_columns = [len(shown) - 1]
        made.totals = [r for r, row in enumerate(made.rows) if any(row is total for total in self.made_totals)]
        made.body, made.heads, made.columns = at, list(range(start, start + len(heads))), list(shown)
        if left := self.said.get("left"):
            made.columns = [Shown("", "", "", "gap", [])] * left + made.columns
            made.rows = [[None] * left + row for row in made.rows]
            made.merges = [(r0, c0 + left, r1, c1 + left) for r0, c0, r1, c1 in made.merges]
            made.formats = {(r, c + left): code for (r, c), code in made.formats.items()}
            made.hidden_columns = [c + left for c in made.hidden_columns]
        lines = sum(str(cell).count("\n") for row in made.rows[:at[0]] for cell in row if cell) if self.text else 0  # a quoted line break is a line of the file
        made.truth = [{name: cells[n] for name, cells in truth.items()} | {"row": at[n] + 1 + lines} for n in range(self.count)]
        return made

    def merge_down(self, made: Sheet, c: int, at: list[int], first_of_town: list[bool]) -> None:
        starts = [n for n in range(self.count) if first_of_town[n]]
        for start, end in zip(starts, [*starts[1:], self.count], strict=True):
            if at[end - 1] - at[start] == end - 1 - start and end - start > 1:
                for n in range(start + 1, end):
                    made.rows[at[n]][c] = None
                made.merges.append((at[start], c, at[end - 1], c))

    def above(self, shown: list[Shown]) -> list[list[Any]]:
        """The title, and what a table says of itself and its units."""
        names = {"supply": "供地台账", "projects": "重点项目台账", "enterprises": "亩均效益评价表", "leases": "租赁台账", "statistics": "统计表", "standard_land": "标准地履约监管台账"}
        way = self.said.get("title")
        rows: list[list[Any]] = [[f"2021年度{names[self.kind]}"]] if way else []
        if way == "two rows":
            rows.append(["（截至2021年12月31日）"])
        if way == "with the office":
            rows.append(["填报单位：某区自然资源局", *[None] * max(len(shown) - 3, 1), "2022年1月5日"])
        if way == "with a blank row":
            rows.append([None])
        if str(self.said.get("units", "")).startswith("above"):
            units = list(dict.fromkeys(column.unit for column in shown if column.field and column.form in ("area", "money")))
            if units:
                mark = self.chance("units").choice(("、", "，", "/")) if len(units) > 1 else ""
                mark = "、" if mark == "/" else mark
                said = f"单位：{mark.join(units)}"
                rows.append([*[None] * (len(shown) - 2), "单位：", mark.join(units)] if self.said["units"] == "above, own cell" else [*[None] * (len(shown) - 1), said])
        return rows

    def label(self, shown: list[Shown]) -> int:
        """The column in which the words of totals stand."""
        wordy = [c for c, column in enumerate(shown) if column.form in ("id", "word", "code", "place", "town", "serial", "free") and not (column.form == "free" and column.head != "备注")]
        way = self.said.get("label", "first")
        if way == "random":
            return self.chance("label").choice(wordy)
        if way == "key":
            return next((c for c, column in enumerate(shown) if column.form == "id"), wordy[0])
        return 0 if 0 in wordy else wordy[0]

    def total(self, shown: list[Shown], rows: Any, word: str, label: int) -> list[Any]:
        row: list[Any] = []
        for column in shown:
            sums = [value for value in (column.sums[n] for n in rows) if value is not None] if column.sums is not None else []
            row.append((int(sum(sums)) if not column.step else float(sum(sums))) if sums else None)
        row[label] = word
        self.made_totals.append(row)
        return row

    def notes(self, width: int) -> list[list[Any]]:
        return {"one": [["注：本表数据截至2021年12月31日。"]], "many": [[None], ["备注：1.面积以合同为准；"], ["2.金额不含契税。"], ["数据来源：某区自然资源局"]],
                "signed": [["制表人：张三", None, "审核人：李四", None, "2022年1月5日"]],
                "spread": [["填表人：", "张三", None, "审核：", "李四", None, "日期：", "2022-01-05"][:width]]}.get(str(self.said.get("notes")), [])

    def write(self, folder: Path) -> tuple[Path, Sheet]:
        """The file, and what it must come to."""
        made = self.sheet()
        return self.saved(made, folder), made

    def saved(self, made: Sheet, folder: Path) -> Path:
        """The file of a sheet."""
        kind = self.container
        path = folder / f"台账.{kind.split('.')[-1]}"
        others: dict[str, list[list[Any]]] = {"words": {"说明": [["本表由系统导出"], ["口径见文件"]]}, "other": {"汇总": [["镇街", "宗数"], ["甲镇", 3]]}, "hidden": {"字典": [["a", "b"], [1, 2]]},
                                              "empty": {"Sheet2": []}}.get(str(self.said.get("sheets")), {"台账(续)": made.further} if made.further else {})
        if kind in ("xlsx", "xlsx.csv", "xlsx.xls"):
            formats = {f"{_letters(c)}{r + 1}": code for (r, c), code in made.formats.items()}
            if self.said.get("trailing") == "formats":
                formats |= {f"C{len(made.rows) + 30}": "0.00", "AZ3": "@"}
            xlsx(path, made.rows, merges=[f"{_letters(c0)}{r0 + 1}:{_letters(c1)}{r1 + 1}" for r0, c0, r1, c1 in made.merges], others=others, hidden=["字典"], formats=formats,
                 hidden_rows=[r + 1 for r in made.hidden_rows], hidden_columns=[_letters(c) for c in made.hidden_columns])
        elif kind == "xls":
            xls(path, made.rows, merges=[(r0, r1, c0, c1) for r0, c0, r1, c1 in made.merges], formats=made.formats)
        elif kind == "ods":
            ods(path, made.rows, merges=made.merges)
        elif kind.startswith("xml"):
            codes = list(dict.fromkeys(made.formats.values()))
            xml2003(path, made.rows, merges={(r0, c0): (r1 - r0, c1 - c0) for r0, c0, r1, c1 in made.merges}, hidden_rows=made.hidden_rows, others=others, hidden=["字典"],
                    styles={place: f"s{codes.index(code)}" for place, code in made.formats.items()},
                    declared="".join(f'<Style ss:ID="s{n}"><NumberFormat ss:Format="{code}"/></Style>' for n, code in enumerate(codes)))
        elif kind.endswith("html.xls"):
            shown = {(r, c): f"{made.rows[r][c]:,.{len(code.partition('.')[2])}f}" for (r, c), code in made.formats.items() if isinstance(made.rows[r][c], (int, float))}
            html(path, made.rows, merges=made.merges, heads=made.heads, shown=shown, office="office" in kind, encoding="gbk" if "gbk" in kind else "utf-8")
        elif kind == "xlsb":
            xlsb(path, made.rows, merges=made.merges)
        else:
            encoding = {"gbk.csv": "gbk", "gb18030.csv": "gb18030", "bom.csv": "utf-8-sig", "utf16.tsv": "utf-16", "utf16.csv": "utf-16"}.get(kind, "utf-8")
            rows = [[cell.strftime("%Y-%m-%d %H:%M:%S") if isinstance(cell, dt.datetime) else cell.isoformat() if isinstance(cell, dt.date) else cell for cell in row] for row in made.rows]
            width = max(map(len, rows))
            text(path, [row + [None] * (width - len(row)) for row in rows], encoding=encoding, delimiter="\t" if kind.endswith("tsv") else ";" if "semicolon" in kind else ",")
        return path


def _letters(column: int) -> str:
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)
