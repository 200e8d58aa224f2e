"""What a policy document asks for: its targets as frozen rows, and the words a policy file may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from spatial import units

COMPARISONS: tuple[str, ...] = (">=", ">", "<=", "<", "=", "between", "rank")
KINDS: dict[str, tuple[str, str]] = {  # what sort of line it is; the words a reader sees
    "share": ("占比", "share"), "share_of_increment": ("增量占比", "share of an increment"), "cumulative": ("累计", "cumulative"),
    "annual": ("年度", "annual"), "stock": ("存量", "stock"), "milestone": ("节点", "milestone"), "growth": ("增速", "growth"),
    "area": ("面积", "area"), "list_size": ("清单规模", "size of a list"), "ranking": ("排名", "ranking"),
    "threshold": ("门槛", "threshold"), "design": ("规划设定", "design"),
}
EXACT_KINDS = frozenset({"threshold", "design"})  # where `=` means exactly; for goals it means at or above
YEAR_KINDS = frozenset({"annual", "growth"})  # a figure of one year answers for that year only
FIGURES: tuple[str, ...] = ("layers", "official_first")
TRACKED = "tracked"  # the indicator of a target that no layer can show
SCOPES: tuple[str, ...] = ("study_area", "carrier", "carrier_type", "outside", "zones.*")  # and zones.<layer>

OWN_UNITS: dict[str, tuple[str, str]] = {  # units of policies that are no measure of land or money
    "百分点": ("百分点", "percentage points"), "万美元": ("万美元", "10⁴ USD"), "亿美元": ("亿美元", "10⁸ USD"), "人次": ("人次", "visits"),
    "plain": ("", ""),  # a number without a unit that nobody writes as a percentage: a floor area ratio
    "台套": ("台套", "sets"), "分": ("分", "points"),
    "个": ("个", ""), "家": ("家", "enterprises"), "只": ("只", "projects"), "项": ("项", "items"), "人": ("人", "persons"),
}
WHOLE_UNITS = frozenset({"count", "个", "家", "只", "项", "人", "人次", "台套", "person"})  # counted, never split


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages."""

    zh: str = ""
    en: str = ""

    def text(self, language: str = "zh") -> str:
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


@dataclass(frozen=True, slots=True)
class Target:
    """One line of a policy: what is measured, where, against what, and by when.

    value : float, (low, high) for `between`, None for `rank`; in `unit`, shares 0 to 1
    scope : the zones it is judged in, by kind; a `place` narrows the study area to the zone of that name
    deadline : the last day of the term, None if there is none; `every_year` renews it each 31 December
    figures : `official_first` takes a row of the tracked ledger before what layers show
    """

    clause: str
    indicator: str
    comparison: str
    value: float | tuple[float, float] | None
    unit: str
    kind: str
    scope: tuple[str, ...] = ("study_area",)
    place: str = ""
    deadline: date | None = None
    every_year: bool = False
    figures: str = "layers"
    title: Text = Text()
    note: Text = Text()
    section: str = ""
    scope_text: str = ""
    deadline_text: str = ""
    denominator_unstated: bool = False
    draft: bool = False

    @property
    def tracked(self) -> bool:
        return self.indicator == TRACKED

    @property
    def exact(self) -> bool:
        """Whether `=` means exactly this value, not at or above it."""
        return self.kind in EXACT_KINDS

    def due(self, as_of: date) -> date | None:
        """The day by which the value is asked for, seen from `as_of`."""
        return date(as_of.year, 12, 31) if self.every_year else self.deadline


@dataclass(frozen=True, slots=True)
class NamedCarrier:
    """A carrier that a policy names; `type_inferred` marks a type read from the name, not from the text."""

    name: str
    type: str = ""
    type_inferred: bool = False
    group: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document and its targets, in the order of the file."""

    id: str
    name: Text
    targets: tuple[Target, ...]
    title: str = ""
    date: date | None = None
    draft: bool = False
    evidence: Text = Text()
    scope: Text = Text()
    carriers: tuple[NamedCarrier, ...] = ()
    path: str = ""
    sha256: str = ""

    def target(self, clause: str) -> Target:
        """The target of a clause; a KeyError if the policy has none of that id."""
        for target in self.targets:
            if target.clause == clause:
                return target
        raise KeyError(clause)


def known_unit(unit: str) -> bool:
    return unit in OWN_UNITS or units.parse_unit(unit) is not None


def unit_label(unit: str, language: str = "zh") -> str:
    """How a policy's unit is written beside a number."""
    if unit in OWN_UNITS:
        return OWN_UNITS[unit][0 if language == "zh" else 1]
    parsed = units.parse_unit(unit)
    if parsed:
        return units.label(parsed, language)
    return "/".join(unit_label(part, language) for part in unit.split("/")) if "/" in unit else unit


def unit_factor(unit: str, to: str) -> float | None:
    """What one `unit` is in `to`; None where the two do not measure the same."""
    if unit == to:
        return 1.0
    source, target = units.parse_unit(unit), units.parse_unit(to)
    if source is None or target is None or units.UNITS[source].dimension != units.UNITS[target].dimension:
        return None
    return float(units.factor(source, target))
