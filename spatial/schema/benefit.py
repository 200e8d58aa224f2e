"""The profile of an enterprise benefit evaluation (企业亩均效益综合评价): measures, weights, classes and vetoes as data."""

from __future__ import annotations

from dataclasses import dataclass

# measure -> numerator, denominator, Chinese and English name, unit; `land` is the land an enterprise uses
MEASURES: dict[str, tuple[str, str, str, str, str]] = {
    "tax_per_mu": ("tax_wanyuan", "land", "亩均税收", "tax per mu", "万元/亩"),
    "value_added_per_mu": ("value_added_wanyuan", "land", "亩均增加值", "value added per mu", "万元/亩"),
    "value_added_per_energy": ("value_added_wanyuan", "energy_tce", "单位能耗增加值", "value added per energy", "万元/吨标煤"),
    "value_added_per_emission": ("value_added_wanyuan", "emissions_t", "单位排放增加值", "value added per emission", "万元/吨"),
    "labour_productivity": ("value_added_wanyuan", "employees", "全员劳动生产率", "labour productivity", "万元/人·年"),
    "rd_share": ("rd_wanyuan", "revenue_wanyuan", "R&D占比", "R&D share", "比值"),
    "tax_per_electricity": ("tax_wanyuan", "electricity_wan_kwh", "单位电耗税收", "tax per electricity", "万元/万千瓦时"),
}
INSTEAD = ("no_data", "average", "zero")  # what a firm gets for a measure that it has no value of


@dataclass(frozen=True, slots=True)
class Item:
    """One measure of a group with its weight; `base` None is the average of the evaluated firms, a ratio of sums."""

    id: str
    weight: float
    base: float | None = None
    cap: float | None = None  # times the weight
    floor: float | None = None
    missing: str = "no_data"
    not_applicable: str = "no_data"


@dataclass(frozen=True, slots=True)
class Group:
    """Firms that are scored and ranked among themselves."""

    id: str
    above_scale: bool
    zh: str
    en: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Veto:
    """A class that a firm is put into, or steps that it is moved down, whatever its score."""

    enterprise_id: str
    to: str = ""
    down: int = 0
    year: int | None = None
    zh: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """How firms are scored; `limits` are shares of the firms (quantile) or least scores (threshold) of all classes but the last."""

    name: str
    zh: str
    en: str
    version: str
    source: str
    evidence: str
    scheme: str  # base | min_max
    low: float  # the least score of min_max, in percent of the weight
    by: str  # quantile | threshold
    order: tuple[str, ...]
    limits: tuple[float, ...]
    groups: tuple[Group, ...]
    vetoes: tuple[Veto, ...] = ()
