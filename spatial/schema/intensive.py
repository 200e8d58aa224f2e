"""The profile of a 开发区 intensive-use evaluation (土地集约利用评价): targets, weights and ideal values by type of zone, as data."""

from __future__ import annotations

from dataclasses import dataclass

from spatial.schema.policy import Text

SCORED = ("development_rate", "supply_rate", "built_rate", "industrial_land_share", "high_tech_land_share", "floor_area_ratio", "building_density", "industrial_floor_area_ratio",
          "industrial_building_coefficient", "industrial_investment_intensity", "industrial_tax_intensity", "industrial_output_intensity", "overall_tax_intensity", "population_density",
          "land_idle_rate", "expired_disposal_rate", "idle_disposal_rate", "paid_use_rate", "auction_rate")
FALLING = ("land_idle_rate",)  # scored (1 - value) x 100: its ideal is nothing
STRENGTH = ("industrial_floor_area_ratio", "industrial_building_coefficient", "industrial_investment_intensity", "industrial_tax_intensity")
INDUSTRIAL, MIXED, OTHER = "industrial", "mixed", "other"
TYPES = {INDUSTRIAL: ("工业主导型", "industry-led"), MIXED: ("产城融合型", "industry and town"), OTHER: ("其他(按产城融合型)", "other (as industry and town)")}


@dataclass(frozen=True, slots=True)
class Scored:
    """One indicator of a type: its share of the whole weight, its ideal value and the reason of that."""

    indicator: str
    target: str
    sub: str
    weight: float
    ideal: float
    reason: Text = Text()


@dataclass(frozen=True, slots=True)
class Intensive:
    """How zones are typed and scored; `parts` says of a zone made of several which weigh how much."""

    name: str
    zh: str
    en: str
    version: str
    source: str
    evidence: str
    cap: float | None
    names_industrial: tuple[str, ...]
    industrial_over: float  # A2/A above this, and A1/A below housing_from: industry-led; the reverse: industry and town
    housing_from: float
    items: dict[str, tuple[Scored, ...]]  # of `industrial` and `mixed`
    parts: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()
