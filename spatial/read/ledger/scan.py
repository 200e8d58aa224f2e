"""What a scan of a workbook's own records finds that its cell reader passes over: error values, formulas without result, per cents, true size."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from spatial.read.ledger.grid import address
from spatial.schema.raw import Unreadable
from spatial.units import UNITS, parse_unit

ERROR_CODES = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA"}
BUILT_IN = {9: "0%", 10: "0.00%"}  # formats that a workbook need not spell out
SHOWN_DIMENSIONS = ("area", "money", "energy", "mass", "electricity", "persons", "money per area", "money per energy", "money per mass", "money per person")
ZEROS = re.compile(r"0{2,15}")  # a format that shows zeros before a number: 0001
FIRST_OWN = 164  # formats below this number are the program's own: it shows the money of the place where it runs
FOREIGN = ("US$", "HK$", "NT$", "$", "€", "£", "USD", "EUR", "HKD", "JPY")
WHITE = "+-w"  # the signs of the numbers that white ink hides, which are all, and the mark of the ink
ROWS_LIMIT, COLUMNS_LIMIT, CELLS_LIMIT = 1_048_576, 16_384, 30_000_000


class Damaged(Exception):
    """The records of a workbook do not hold together; the text says what."""


class TooLarge(Exception):
    """A sheet that states or spans more cells than is read; its name is added where it is known."""

    def __init__(self, rows: int, columns: int):
        self.rows, self.columns, self.sheet = rows, columns, ""
        super().__init__(f"{rows} x {columns}")


@dataclass
class SheetScan:
    """Positions from 0: cells without a usable value, cells shown as per cent or with a unit, and how far the sheet reaches."""

    unreadable: dict[tuple[int, int], Unreadable] = dataclasses.field(default_factory=dict)
    percent: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    units: dict[tuple[int, int], str] = dataclasses.field(default_factory=dict)
    padded: dict[tuple[int, int], int] = dataclasses.field(default_factory=dict)  # cells shown with so many digits, zeros before the number
    veiled: dict[tuple[int, int], str] = dataclasses.field(default_factory=dict)  # cells whose format shows nothing of a number of these signs
    struck: dict[tuple[int, int], str] = dataclasses.field(default_factory=dict)  # cells with text that is struck out or raised -> reason
    merges: list[tuple[int, int, int, int]] = dataclasses.field(default_factory=list)  # of formats whose cell reader has none: first row and column, last row and column
    hidden_rows: int = 0
    hidden_columns: list[int] = dataclasses.field(default_factory=list)
    rows: int = 0
    columns: int = 0

    def reach(self, row: int, column: int) -> None:
        """Note that a cell stands here."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)

    def style(self, row: int, column: int, number: int, styles: Styles) -> None:
        """Note what the style of a number tells."""
        if number in styles.veiled:
            self.veiled[row, column] = styles.veiled[number]
        if number in styles.percent:
            self.percent.append((row, column))
        elif number in styles.scaled:
            self.unreadable[row, column] = Unreadable("", "scaled_format", address(row, column))
        elif number in styles.units:
            self.units[row, column] = styles.units[number]
        elif number in styles.padded:
            self.padded[row, column] = styles.padded[number]

    def strike(self, row: int, column: int, number: int, styles: Styles) -> None:
        """Note that the style of a cell strikes out what it holds."""
        if number in styles.struck:
            self.struck[row, column] = "struck"

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


def _sections(number_format: str) -> list[str]:
    """The parts of a number format, for numbers above, below and at zero, and texts; a semicolon inside quotes is only text."""
    return re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', number_format)


def hides(number_format: str) -> str:
    """The signs of the numbers of which a format shows nothing, as ;;; does of all: "", "+", "-" or "+-"."""
    parts = [re.sub(r'\[(?![<>=])[^\]]*\]|"\s*"|\\ |_.|\*\s', "", part).strip() for part in _sections(number_format)]  # colours, and blanks however they are written
    if len(parts) == 1 or any(part.startswith("[") for part in parts):  # one part is General where it is empty; conditions part numbers otherwise
        return ""
    return "".join(sign for sign, part in zip("+-", parts, strict=False) if not part)


def shown_unit(number_format: str) -> str:
    """The unit that a number format writes behind its number, as in 0.00"亿元"; "" where it writes none, several, or a date."""
    told: set[str] = set()
    for section in _sections(number_format)[:3]:
        match = re.fullmatch(r'(?:[^"\\]|\\.|"[^"]*")*?(?:[0#?.,]|General)((?:\\.|"[^"]*"|_.|\*.|[ )\u0080-\U0010ffff])*)', section, re.I)
        words = re.sub(r"[_*].|[\"\\)]", "", match[1]).strip() if match else ""
        unit = parse_unit(words) if words else None
        if unit and UNITS[unit].dimension in SHOWN_DIMENSIONS:
            told.add(unit)
    return UNITS[told.pop()].names[0] if len(told) == 1 else ""


def foreign_sign(number_format: str) -> str:
    """The sign of another country's money that a number format shows, as in [$€-2] #,##0 or "US$"0; "" where it shows none."""
    plain = re.sub(r"\[\$([^\]-]*)(?:-[^\]]*)?\]", r"\1", number_format)  # [$sign-language]: most have no sign
    plain = re.sub(r"[_*].|[\"\\]", "", plain)
    return next((sign for sign in FOREIGN if sign in plain), "")


@dataclass(frozen=True)
class Styles:
    """What the number formats of cell styles tell: those that show per cent, a thousandth or less of what is stored, a unit, or nothing; and those that strike out."""

    percent: frozenset[int] = frozenset()
    scaled: frozenset[int] = frozenset()
    units: Mapping[int, str] = dataclasses.field(default_factory=dict)
    struck: frozenset[int] = frozenset()
    veiled: Mapping[int, str] = dataclasses.field(default_factory=dict)  # -> signs of the numbers that are not shown
    padded: Mapping[int, int] = dataclasses.field(default_factory=dict)  # -> digits that a whole number is shown with
    texts: Mapping[int, str] = dataclasses.field(default_factory=dict)  # shared texts of an .xls with struck or raised runs -> reason


def styles_of(formats: Iterable[int], codes: Mapping[int, str], struck: Iterable[bool] = (), white: Iterable[bool] = ()) -> Styles:
    """The number of the format of each cell style, in order, what each format says, and whether the style strikes out, or writes in white on no colour."""
    formats = list(formats)
    said = [codes.get(number, BUILT_IN.get(number, "")) for number in formats]
    units, veils = {code: shown_unit(code) for code in set(said)}, {code: hides(code) for code in set(said)}
    signs = {number: foreign_sign(code) for number, code in codes.items() if number >= FIRST_OWN}
    shown = [units[code] or signs.get(number, "") for number, code in zip(formats, said, strict=True)]
    return Styles(frozenset(i for i, code in enumerate(said) if shows_percent(code)), frozenset(i for i, code in enumerate(said) if scales(code)),
                  {i: word for i, word in enumerate(shown) if word}, frozenset(i for i, line in enumerate(struck) if line),
                  {i: veils[code] for i, code in enumerate(said) if veils[code]} | {i: WHITE for i, pale in enumerate(white) if pale},
                  {i: len(code) for i, code in enumerate(said) if ZEROS.fullmatch(code)})
