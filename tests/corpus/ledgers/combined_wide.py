"""Wide 标准地 ledgers: a column a measure and side, under headers as offices set them; and what is read of them, brought back to such columns."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pandas as pd

from tests.corpus.ledgers.combined import Rendering
from tests.corpus.ledgers.combined_cells import number, wide
from tests.corpus.ledgers.combined_sheet import Shown
from tests.corpus.ledgers.combined_tables import SIDES, Column

PER_AREA = (("万元/亩", 1), ("万元／亩", 1), ("万元/公顷", 15))  # name, how many of it are one 万元/亩
UNITS: dict[str, tuple[tuple[str, int], ...]] = {"固定资产投资强度": PER_AREA, "亩均税收": PER_AREA[:2], "亩均增加值": PER_AREA[:2], "单位能耗增加值": (("万元/吨标煤", 1), ("万元/吨标准煤", 1))}
WORDS = {"commitment": ("承诺值", "约定", "合同约定", "承诺"), "actual": ("实测值", "实际", "实际完成", "验收值")}


class Wide(Rendering):
    """A true table of measures and the options by which it is written."""

    def shown(self, column: Column, order: list[int]) -> tuple[Shown, list[Any]]:
        if column.form != "measure":
            return super().shown(column, order)
        name = column.heads[0]
        units = UNITS.get(name, (("", 1),))
        unit, size = units[self.chance(f"unit {name}").randrange(len(units))] if self.said.get("units") else units[0]
        style, chance = self.pick("number", column.field, "native"), self.chance(f"cells {column.field}")
        empty = self.pick("blank", column.field, None)
        true = [column.cells[n] for n in order]
        cells = [empty if value is None else self.figure(value * size, style, column.field, chance) for value in true]
        return Shown(name, "", unit, "measure", cells, field=column.field), [None if value is None else float(value) for value in true]

    def figure(self, value: Decimal, style: str, field: str, chance: random.Random) -> Any:
        if style == "sign" and field.endswith("commitment"):
            return chance.choice((f"≥{value:f}", f"不低于{value:f}", f"≥ {value:f}"))
        return wide(f"{value:f}") if style == "full-width" else number(value, style if style in ("text", "blanks", "mixed") else "native", "", "", chance)

    def arranged(self, shown: list[Shown]) -> list[Shown]:
        """The measures beside one another, by measure or by side."""
        measures = [column for column in shown if column.form == "measure"]
        names = list(dict.fromkeys(column.head for column in measures))
        by_side = self.layout == "by side"
        measures.sort(key=lambda column: (SIDES.index(column.field.split(".")[1]), names.index(column.head))[:: 1 if by_side else -1])
        first = next(c for c, column in enumerate(shown) if column.form == "measure")
        plain = [column for column in shown[:first] if column.form != "measure"]
        return plain + measures + [column for column in shown[first:] if column.form != "measure"]

    @property
    def layout(self) -> str:
        return str(self.said.get("layout", "by measure"))

    def side(self, column: Shown) -> str:
        """The word of a side."""
        if self.layout == "by year" and column.field.endswith("actual"):
            return "2021年"
        side = column.field.split(".")[1]
        return WORDS[side][self.said.get("sides", 0)]

    def heads(self, shown: list[Shown]) -> tuple[list[list[Any]], list[tuple[int, int, int, int]]]:
        """Names of columns; those of measures in two rows, or in one with their sides."""
        top, low, merges = [], [], []
        said = {"full-width": "（{}）", "slash": "/{}", "line break": "\n({})", "blanks": " ( {} )", "square": "【{}】"}.get(str(self.said.get("units")), "({})")
        for c, column in enumerate(shown):
            unit = said.format(column.unit) if column.unit else ""
            if column.form != "measure":
                top.append(column.head + unit)
                low.append(None)
                merges.append((0, c, 1, c))
                continue
            name, side = column.head + unit, self.side(column)
            if self.layout.startswith("one row"):
                top.append(f"{column.head}{side}{unit}" if self.layout.endswith("last") else side + name)
                low.append(None)
                continue
            over, under = (side, name) if self.layout == "by side" else (name, side)
            first = c == 0 or shown[c - 1].form != "measure" or (self.side(shown[c - 1]), shown[c - 1].head + unit)[self.layout != "by side"] != over
            top.append(over if first else None)
            low.append(under)
            if first:
                merges.append((0, c, 0, c))
            else:
                merges[-1] = (*merges[-1][:3], c)
        rows = [top] if self.layout.startswith("one row") else [top, low]
        return rows, [merge for merge in merges if merge[:2] != merge[2:]] if self.merging and len(rows) > 1 and self.said.get("header") != "two rows, not merged" else []


def as_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of a measure each as rows of a parcel each, with a column a measure and side: in 万元/亩 and the like."""
    lines: dict[int, dict[str, Any]] = {}
    for row in frame.to_dict("records"):
        name, _, unit = str(row.get("measure")).rstrip(")").partition("(")
        line = lines.setdefault(int(row["row"]), {key: value for key, value in row.items() if key not in SIDES})
        line.update({f"{name}.{side}": row.get(side) / (15 if "公顷" in unit else 1) for side in SIDES if row.get(side) is not None})
    return pd.DataFrame(list(lines.values()))
