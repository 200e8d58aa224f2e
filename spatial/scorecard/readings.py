"""Rule sensitivity: what judged indicators would be under every other defensible reading of the rules, one rule changed at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from spatial.indicators.assemble import book_of, reallocated, values_of
from spatial.indicators.inefficient import Ruleset
from spatial.indicators.privacy import confidential
from spatial.indicators.registry import BY_ID
from spatial.indicators.terms import Book, Facts
from spatial.schema.joined import Joined
from spatial.schema.policy import Policy
from spatial.schema.result import READING_COLUMNS
from spatial.schema.study import Study

RESEARCH = "0802"  # 科研用地: counted as industrial land in some districts (rule book §11.2)
LOCATION, LISTED = "new_land_to_carriers_share", "new_land_to_carriers_or_projects_share"
IDLE = ("idle_land_share", "land_idle_rate", "suspected_idle_area", "government_idle_area")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a rule that the documents leave open.

    level : what has to be made again to know the values: "sum" (the sums alone), "book" (status and flags before them), "join"
    """

    rule: str
    value: Any
    level: str
    indicators: frozenset[str] | None = None  # None: whatever names the rule in the registry

    @property
    def label(self) -> str:
        return f"{self.rule}={'+'.join(self.value) if isinstance(self.value, tuple) else self.value}"

    def applies(self, indicator: str, facts: Facts) -> bool:
        return self.rule in facts.ruled(BY_ID[indicator].rules) if self.indicators is None else indicator in self.indicators

    def study(self, study: Study) -> Study:
        """The study with this rule changed, all else as it is."""
        if self.rule == "allocation":
            return replace(study, allocation=self.value)
        return replace(study, rules={**study.rules, self.rule: self.value})


def open_readings(study: Study) -> tuple[Reading, ...]:
    """Every reading but the chosen one, rule by rule (rule book §1.2, §1.3, §3.6, §5.1, §11.2)."""
    uses = tuple(study.rules["industrial_uses"])
    other_uses = tuple(use for use in uses if use != RESEARCH) if RESEARCH in uses else (*uses, RESEARCH)
    choices: tuple[tuple[str, tuple[Any, ...], str, frozenset[str] | None], ...] = (
        ("allocation", ("area", "largest", "point"), "join", frozenset(BY_ID)),
        ("idle_denominator", ("supplied_industrial", "supplied_all", "all_parcels"), "sum", None),
        ("inefficient_denominator", ("supplied_industrial", "supplied_all", "all_parcels"), "sum", None),
        ("per_mu_land", ("evaluated_enterprises", "built_industrial", "planned_industrial", "parcels"), "sum", None),
        ("stock_land", ("exclude", "include"), "sum", None),
        ("new_land", ("contract", "quota"), "sum", None),
        ("industrial_uses", (other_uses,), "book", None),
        ("lease_land", ("as_of", "months"), "book", None),
        ("anniversary", (">", ">="), "book", frozenset(IDLE)),
    )
    return tuple(Reading(rule, value, level, judged) for rule, values, level, judged in choices for value in values
                 if rule == "allocation" and value != study.allocation or rule != "allocation" and value != study.rules.get(rule) and value)


def readings_of(policies: Iterable[Policy], book: Book, joined: Joined, ruleset: Ruleset | None, rejoin: Callable[[Study], Joined]) -> pd.DataFrame:
    """Values of the judged indicators under every other reading.

    Parameters
    ----------
    book, joined : of the run, by the chosen rules
    rejoin : makes the join again for a study that shares straddling parcels out by another rule

    Returns
    -------
    DataFrame
        READING_COLUMNS, one row an indicator, zone and reading; `rule` names the one rule that differs. In a public edition figures of
        enterprises have none: two readings of a group differ by single firms.
    """
    study = book.facts.study
    judged = _judged(policies, public=study.audience == "public", book=book)
    parts: list[pd.DataFrame] = []
    for reading in open_readings(study):
        touched = [name for name in judged if reading.applies(name, book.facts)]
        if not touched or (reading.rule == "allocation" and not len(joined.carriers)):
            continue
        parts.append(_under(reading, touched, book, joined, ruleset, rejoin))
    parts += _counted_otherwise(judged, book)
    listed = [part for part in parts if len(part)]
    return pd.concat(listed, ignore_index=True) if listed else pd.DataFrame(columns=list(READING_COLUMNS))


def _judged(policies: Iterable[Policy], *, public: bool, book: Book) -> list[str]:
    """Indicators that a policy compares with a line, in the order of the documents."""
    named = dict.fromkeys(target.indicator for policy in policies for target in policy.targets if target.indicator in BY_ID)
    if not public:
        return list(named)
    terms = {name: BY_ID[name].terms(book.facts) for name in named}
    return [name for name, said in terms.items() if said is not None and not confidential(said, book)]


def _under(reading: Reading, indicators: list[str], book: Book, joined: Joined, ruleset: Ruleset | None, rejoin: Callable[[Study], Joined]) -> pd.DataFrame:
    study = reading.study(book.facts.study)
    if reading.level == "sum":
        other = replace(book, facts=replace(book.facts, study=study))
    elif reading.level == "join":
        other = reallocated(book, rejoin(study), study)
    else:
        other, _ = book_of(joined, study, ruleset, worded=False)
    return _table(values_of(other, [BY_ID[name] for name in indicators]), reading.label)


def _counted_otherwise(judged: list[str], book: Book) -> list[pd.DataFrame]:
    """New land by location alone, and with listed projects: each is the other reading of the one that is judged."""
    pairs: Mapping[str, tuple[str, str]] = {LISTED: (LOCATION, "counting=location"), LOCATION: (LISTED, "counting=location_or_listed")}
    return [_table(values_of(book, [BY_ID[other]]), label).assign(indicator=name) for name, (other, label) in pairs.items() if name in judged]


def _table(values: pd.DataFrame, label: str) -> pd.DataFrame:
    return values.assign(rule=label)[list(READING_COLUMNS)]
