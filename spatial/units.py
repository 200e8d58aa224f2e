"""Exact units of area, money and the quantities planners divide by land: one row each, factors as fractions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from spatial.characters import simplified

MU_M2 = Fraction(2000, 3)  # 1 ha = 15 mu, kept exact: 666.67 would be 5 ppm off


@dataclass(frozen=True, slots=True)
class Unit:
    id: str
    dimension: str
    factor: Fraction  # to the base unit of its dimension
    zh: str
    en: str
    names: tuple[str, ...] = ()


UNITS: dict[str, Unit] = {unit.id: unit for unit in (
    Unit("m2", "area", Fraction(1), "平方米", "m²", ("平方米", "㎡", "m2", "m²", "平米", "平方公尺", "sqm")),
    Unit("mu", "area", MU_M2, "亩", "mu", ("亩", "mu", "市亩")),
    Unit("ha", "area", Fraction(10_000), "公顷", "ha", ("公顷", "ha", "hm2", "hm²")),
    Unit("km2", "area", Fraction(1_000_000), "平方公里", "km²", ("平方公里", "平方千米", "km2", "km²", "k㎡", "㎢")),
    Unit("wan_m2", "area", Fraction(10_000), "万平方米", "10⁴ m²", ("万平方米", "万㎡", "万平米", "万m2", "万平方")),
    Unit("wan_mu", "area", MU_M2 * 10_000, "万亩", "10⁴ mu", ("万亩",)),
    Unit("sqft", "area", Fraction(9290304, 100_000_000), "平方英尺", "sq ft", ("平方英尺", "sqft", "ft2", "sq ft", "square feet")),
    Unit("ping", "area", Fraction(400, 121), "坪", "ping", ("坪", "ping", "pyeong")),
    Unit("acre", "area", Fraction(40468564224, 10_000_000), "英亩", "acre", ("英亩", "acre", "acres")),
    Unit("wanyuan", "money", Fraction(1), "万元", "10⁴ CNY", ("万元", "wanyuan", "万人民币", "人民币万元", "10,000yuan", "10000yuan", "10,000rmb", "10,000cny")),
    Unit("yuan", "money", Fraction(1, 10_000), "元", "CNY", ("元", "yuan", "人民币元", "cny", "rmb")),
    Unit("qianyuan", "money", Fraction(1, 10), "千元", "10³ CNY", ("千元", "thousand yuan", "thousand rmb", "rmb thousand")),
    Unit("baiwanyuan", "money", Fraction(100), "百万元", "10⁶ CNY", ("百万元", "million yuan", "million rmb", "rmb million")),
    Unit("qianwanyuan", "money", Fraction(1000), "千万元", "10⁷ CNY", ("千万元",)),
    Unit("yiyuan", "money", Fraction(10_000), "亿元", "10⁸ CNY", ("亿元", "yiyuan", "亿", "亿人民币", "100millionyuan", "100millionrmb", "100millioncny")),
    Unit("usd", "money", Fraction(1, 10_000), "美元", "USD", ("美元", "usd", "us$", "$")),
    Unit("tce", "energy", Fraction(1), "吨标准煤", "tce", ("吨标准煤", "吨标煤", "tce", "吨(标准煤)", "吨标准煤当量")),
    Unit("wan_tce", "energy", Fraction(10_000), "万吨标准煤", "10⁴ tce", ("万吨标准煤", "万吨标煤")),
    Unit("t", "mass", Fraction(1), "吨", "t", ("吨", "t", "ton", "tonne")),
    Unit("kg", "mass", Fraction(1, 1000), "千克", "kg", ("千克", "公斤", "kg")),
    Unit("wan_kwh", "electricity", Fraction(1), "万千瓦时", "10⁴ kWh", ("万千瓦时", "万kwh", "万度", "万千瓦·时")),
    Unit("kwh", "electricity", Fraction(1, 10_000), "千瓦时", "kWh", ("千瓦时", "度", "kwh")),
    Unit("person", "persons", Fraction(1), "人", "persons", ("人", "person", "persons", "名")),
    Unit("qian_person", "persons", Fraction(1000), "千人", "10³ persons", ("千人", "thousand persons")),
    Unit("wan_person", "persons", Fraction(10_000), "万人", "10⁴ persons", ("万人",)),
    Unit("m", "length", Fraction(1), "米", "m", ("米", "m")),
    Unit("year", "years", Fraction(1), "年", "years", ("年", "years")),
    Unit("ratio", "share", Fraction(1), "", "", ("ratio", "1", "倍")),
    Unit("percent", "share", Fraction(1, 100), "%", "%", ("%", "percent", "百分比")),
    Unit("permille", "share", Fraction(1, 1000), "‰", "‰", ("‰",)),
    Unit("wanyuan_per_mu", "money per area", Fraction(1), "万元/亩", "10⁴ CNY/mu", ("万元/亩", "万元每亩")),
    Unit("wanyuan_per_ha", "money per area", Fraction(1, 15), "万元/公顷", "10⁴ CNY/ha", ("万元/公顷", "万元每公顷", "万元/ha")),
    Unit("yiyuan_per_km2", "money per area", Fraction(10_000, 1500), "亿元/平方公里", "10⁸ CNY/km²", ("亿元/平方公里",)),
    Unit("yuan_per_m2", "money per area", MU_M2 / 10_000, "元/平方米", "CNY/m²", ("元/平方米", "元/㎡", "元/m2")),
    Unit("wanyuan_per_tce", "money per energy", Fraction(1), "万元/吨标煤", "10⁴ CNY/tce", ("万元/吨标煤", "万元/吨标准煤")),
    Unit("wanyuan_per_t", "money per mass", Fraction(1), "万元/吨", "10⁴ CNY/t", ("万元/吨",)),
    Unit("wanyuan_per_person", "money per person", Fraction(1), "万元/人", "10⁴ CNY/person", ("万元/人", "万元/人·年", "万元/(人·年)")),
    Unit("count", "count", Fraction(1), "个", "count", ("count", "个", "家", "只", "宗", "项", "处")),
)}

FOREIGN = "money of"  # and the sign of its currency: between two of them no factor is known
DOLLARS = f"{FOREIGN} USD"
CURRENCIES = {"usd": ("USD", ("美元", "美金")), "eur": ("EUR", ("欧元",)), "hkd": ("HKD", ("港元", "港币")), "jpy": ("JPY", ("日元",)), "gbp": ("GBP", ("英镑",))}
_TIMES = {"": ("", "", 1), "qian": ("千", "10³ ", 1_000), "wan": ("万", "10⁴ ", 10_000),
          "baiwan": ("百万", "10⁶ ", 1_000_000), "qianwan": ("千万", "10⁷ ", 10_000_000), "yi": ("亿", "10⁸ ", 100_000_000)}
UNITS |= {unit.id: unit for unit in (  # money of other countries has no rate of its own: the study says it
    Unit(f"{times}_{money}".lstrip("_"), f"{FOREIGN} {sign}", Fraction(many), zh + names[0], en + sign, (*(zh + name for name in names), f"{zh}{sign}".lower()))
    for money, (sign, names) in CURRENCIES.items() for times, (zh, en, many) in _TIMES.items() if (money, times) != ("usd", ""))}

_BY_NAME = {name.lower(): unit.id for unit in UNITS.values() for name in (unit.id, *unit.names)}


def parse_unit(text: str | None) -> str | None:
    """Unit id of a written unit (`亩`, `万元/公顷`, `㎡`, `mu`), or None if it is not one."""
    if text is None:
        return None
    plain = simplified(unicodedata.normalize("NFKC", text)).replace("\u33a1", "m2")
    plain = re.sub(r"\s+", "", plain).strip("()（）[]【】:：").lower()
    return _BY_NAME.get(plain) or _BY_NAME.get(text.strip().lower())


def factor(unit: str, to: str) -> Fraction:
    """What one `unit` is in `to`; a KeyError for an unknown id, a ValueError where the dimensions differ. Multiples of one money need no rate, a plain dollar among them."""
    source, target = UNITS[unit], UNITS[to]
    dollars = [Fraction(1) if one.id == "usd" else one.factor for one in (source, target) if one.id == "usd" or one.dimension == DOLLARS]
    if len(dollars) == 2:
        return dollars[0] / dollars[1]
    if source.dimension != target.dimension:
        raise ValueError(f"{unit} measures {source.dimension}, {to} measures {target.dimension}")
    return source.factor / target.factor


def is_foreign(unit: str) -> bool:
    """Whether a unit is money of another country other than a plain dollar, which abroad is the country's own."""
    return UNITS[unit].dimension.startswith(FOREIGN)


def label(unit: str, language: str = "zh") -> str:
    """How a unit is written beside a number."""
    row = UNITS[unit]
    return row.zh if language == "zh" else row.en


def mu(area_m2: float) -> float:
    """Area in mu, exact factor."""
    return area_m2 * 3 / 2000
