"""How offices write a number, a day and an id, each in many styles."""

from __future__ import annotations

import datetime as dt
import random
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

UNITS: dict[str, tuple[tuple[Fraction, int, tuple[str, ...]], ...]] = {  # what one is in the base unit, decimals written, names
    "area": ((Fraction(1), 1, ("平方米", "㎡", "m2")), (Fraction(2000, 3), 3, ("亩",)), (Fraction(10_000), 6, ("公顷", "ha")), (Fraction(10_000), 5, ("万平方米", "万㎡"))),
    "money": ((Fraction(1), 2, ("万元",)), (Fraction(1, 10_000), 0, ("元",)), (Fraction(10_000), 6, ("亿元",)), (Fraction(1, 10), 1, ("千元",))),
    "energy": ((Fraction(1), 2, ("吨标煤", "吨标准煤")),),
    "persons": ((Fraction(1), 0, ("人",)),),
}
NUMBERS = ("native", "native", "native", "text", "thousands", "full-width", "blanks", "unit in cells", "mixed", "format", "sign", "words")
DAYS = ("native", "moment", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "short /", "short .", "cn", "cn short", "compact", "compact number", "serial", "milliseconds", "mixed", "full-width", "clock")
IDS = ("plain", "plain", "blanks", "apostrophe", "full-width", "small", "inner blanks")
BLANKS = (None, "", "/", "—", "-", "无", "——", " ")
NO_DATES = ("xlsb",)


def rounded(value: Fraction, places: int) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def wide(word: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in word)


def number(value: Decimal, style: str, unit: str, form: str, chance: random.Random) -> Any:
    """A number as offices write it."""
    if style == "mixed":
        style = chance.choice(("native", "text", "thousands", "full-width", "blanks"))
    plain = f"{value:f}"
    if style == "text":
        return plain
    if style == "thousands":
        return f"{value:,f}"
    if style == "full-width":
        return wide(plain)
    if style == "blanks":
        return f" {plain} "
    if style == "unit in cells" and unit:
        return plain + unit
    if style == "sign" and form == "money" and unit == "元":
        return f"￥{value:,f}"
    if style == "words" and form == "money" and unit in ("万元", "亿元"):
        return plain + unit[0]
    return int(value) if value == value.to_integral() else float(value)


def written_day(day: dt.date, style: str, chance: random.Random) -> Any:
    if style == "mixed":
        style = chance.choice(("native", "%Y-%m-%d", "short /", "short .", "cn"))
    if style == "native":
        return day
    if style == "moment":
        return dt.datetime(day.year, day.month, day.day, 9, 30)
    if style == "serial":
        return (day - dt.date(1899, 12, 30)).days
    if style == "milliseconds":
        return int(dt.datetime(day.year, day.month, day.day, 0, tzinfo=dt.timezone(dt.timedelta(hours=8))).timestamp() * 1000)
    if style == "compact number":
        return int(day.strftime("%Y%m%d"))
    short = f"{day.year}/{day.month}/{day.day}"
    return {"short /": short, "short .": short.replace("/", "."), "cn": f"{day.year}年{day.month}月{day.day}日", "cn short": f"{day.year}年{day.month:02d}月{day.day:02d}日",
            "compact": day.strftime("%Y%m%d"), "full-width": wide(day.isoformat()), "clock": day.strftime("%Y-%m-%d 00:00:00")}.get(style) or day.strftime(style)


def written_id(code: str, style: str, place: int) -> str:
    return {"blanks": f" {code} ", "apostrophe": f"'{code}", "full-width": wide(code), "small": code.lower() if place % 2 else code,
            "inner blanks": f"{code[:6]} {code[6:]}" if len(code) > 12 and place % 2 else code}.get(style, code)
