"""Words and numbers as the report writes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from spatial.schema.policy import unit_label
from spatial.schema.result import Result
from spatial.scorecard.formatting import PLAIN_RATIOS, STATUS_WORDS, display


def day(when: Any, zh: bool) -> str:
    """2022年12月31日; 2022-12-31 in tables and in English."""
    if when is None or pd.isna(when):
        return "—"
    return f"{when.year}年{when.month}月{when.day}日" if zh else f"{when:%Y-%m-%d}"


def mu(square_metres: float) -> str:
    return f"{square_metres * 3 / 2000:,.1f}"


FIELDS = {  # of what the tool works out; a field that was read is called as its own file heads it
    "crs": ("坐标系", "CRS"), "encoding": ("编码", "encoding"), "geometry": ("图形", "geometry"), "land_status": ("土地状态", "land status"),
    "constraint_share": ("约束占比", "constraint share"), "area_m2": ("面积", "area"),
}


def sentence(text: str) -> str:
    """The first letter as a sentence begins."""
    return text[:1].upper() + text[1:]


def field_name(result: Result, role: str, field: str) -> str:
    """Fields of a finding under the heads of the file they were read from."""
    pick, heads = 0 if result.language == "zh" else 1, result.mapping.get(role, {})
    return ("、" if pick == 0 else ", ").join(str(heads.get(name) or FIELDS.get(name, (name, name))[pick]) for name in field.split(", "))


def carrier_name(name: Any, zh: bool) -> str:
    """A carrier's name, or where land outside carriers lies."""
    return str(name) if isinstance(name, str) and name else ("载体外" if zh else "outside carriers")


def shown_value(result: Result, indicator: str, zone: str = "study_area") -> str:
    """An indicator's value in a zone as it is printed; why there is none, where there is none."""
    return shown_values(result, (indicator,), (zone,))[indicator, zone]


def shown_values(result: Result, indicators: Iterable[str], zones: Iterable[str], *, unit: bool = True) -> dict[tuple[str, str], str]:
    """Values by indicator and zone as they are printed, with or without their unit."""
    pick = 0 if result.language == "zh" else 1
    wanted, places = tuple(indicators), tuple(zones)
    said = {(indicator, zone): "—" for indicator in wanted for zone in places}
    rows = result.values[result.values["indicator"].isin(wanted) & result.values["zone"].isin(places)]
    for row in rows.itertuples(index=False):
        text = display(row.value, row.unit, language=result.language, indicator=row.indicator) if row.status == "ok" else STATUS_WORDS[row.status][pick]
        said[row.indicator, row.zone] = text if unit or row.status != "ok" else text.split(" ")[0]
    return said


def unit_of(indicator: str, unit: str, language: str) -> str:
    """The unit for a column's head; shares are percentages."""
    if unit == "ratio":
        return "" if indicator in PLAIN_RATIOS else "%"
    return unit_label(unit, language)
