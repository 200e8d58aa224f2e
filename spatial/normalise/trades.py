"""Industries of enterprises as sections and divisions of GB/T 4754: by code, by the names of a table, else unknown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

_CODE = re.compile(r"(?P<letter>[A-T])?[\s.-]*(?P<digits>\d{2,4})(?!\d)|(?P<alone>[A-T])(?![A-Z0-9])")
_MAKERS = re.compile(r"(?<!非)制造业?")  # at the end of a name: every such division lies in section C


@dataclass(frozen=True)
class Trades:
    """What the table of industries says: the section of each two-digit division, and the code of each name."""

    sections: Mapping[str, str]
    names: Mapping[str, str]


def trades_of(industries: pd.Series, table: Trades) -> pd.Series:
    """Section and division of each industry as `C38` (`C` where only the section is told); None where it is blank or cannot be told."""
    distinct = [text for text in industries.dropna().unique() if isinstance(text, str)]
    lost_zero = any(re.fullmatch(r"\d{4}", text.strip()) for text in distinct)  # among codes of four digits, 111 may be 0111 that a spreadsheet cut
    read = {text: None if lost_zero and re.fullmatch(r"\d{3}", text.strip()) else trade_of(text, table) for text in distinct}
    return industries.map(read).astype(object).where(industries.notna(), None)


def trade_of(text: str, table: Trades) -> str | None:
    """The trade of one cell: a code, perhaps with its name behind it, or a name of the table."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if (code := _CODE.match(plain)) is not None:
        if code["alone"]:
            return code["alone"]
        section = table.sections.get(code["digits"][:2])
        return None if section is None or code["letter"] not in (None, section) else section + code["digits"][:2]
    name = "".join(plain.split())
    return table.names.get(name) or ("C" if (found := list(_MAKERS.finditer(name))) and found[-1].end() == len(name) else None)
