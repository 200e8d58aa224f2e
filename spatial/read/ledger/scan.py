"""What a scan of a workbook's own records finds that its cell reader passes over: error values, formulas without result, per cents, true size."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from spatial.schema.raw import Unreadable
from spatial.units import parse_unit

ERROR_CODES = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA"}
ROWS_LIMIT, COLUMNS_LIMIT, CELLS_LIMIT = 1_048_576, 16_384, 30_000_000


class Damaged(Exception):
    """The records of a workbook do not hold together; the text says what."""


class TooLarge(Exception):
    """A sheet that states or spans more cells than is read."""

    def __init__(self, rows: int, columns: int):
        self.rows, self.columns = rows, columns
        super().__init__(f"{rows} x {columns}")


@dataclass
class SheetScan:
    """Positions from 0: cells without a usable value, cells shown as per cent or with a unit, and how far the sheet reaches."""

    unreadable: dict[tuple[int, int], Unreadable] = dataclasses.field(default_factory=dict)
    percent: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    units: dict[tuple[int, int], str] = dataclasses.field(default_factory=dict)  # words of units that a number format adds
    hidden_rows: int = 0
    rows: int = 0
    columns: int = 0

    def reach(self, row: int, column: int) -> None:
        """Note that a cell stands here."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)

    def check(self) -> None:
        if self.rows > ROWS_LIMIT or self.columns > COLUMNS_LIMIT or self.rows * self.columns > CELLS_LIMIT:
            raise TooLarge(self.rows, self.columns)


def shows_percent(number_format: str) -> bool:
    """Whether a number format multiplies by 100; a % inside quotes or after a backslash is only text."""
    plain: list[str] = []
    quoted = escaped = False
    for c in number_format:
        if escaped:
            escaped = False
        elif c == "\\":
            escaped = True
        elif c == '"':
            quoted = not quoted
        elif not quoted:
            plain.append(c)
    return "%" in plain


def scales(number_format: str) -> bool:
    """Whether a number format shows a thousandth or less of what is stored: a comma behind the last digit, as in 0!.0, for 万."""
    plain = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.', "", number_format)
    return re.search(r"[0#?],+(?![0#?,])", plain) is not None


def shown_unit(number_format: str) -> str:
    """The unit that a number format writes behind its numbers, as in 0.00"亿元"; empty where it writes none, or a date."""
    first = re.sub(r"\[[^\]]*\]|_.|\*.", "", number_format.split(";")[0])
    words = "".join(quoted or escaped or bare for quoted, escaped, bare in re.findall(r'"([^"]*)"|\\(.)|([^\x00-\x7f])', first))
    return words.strip() if re.search("[0#?]", first) and parse_unit(words) else ""
