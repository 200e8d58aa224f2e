"""The course of reported targets: what each was on every day of the tracked ledger, and whether it was met, missed or not yet due then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from spatial.schema.policy import Policy
from spatial.schema.result import COURSE_COLUMNS, VALUE_COLUMNS
from spatial.scorecard.evaluate import evaluate
from spatial.scorecard.figures import day, key


def course_of(policies: Iterable[Policy], tracked: pd.DataFrame | None, zones: pd.DataFrame, as_of: date, *, language: str = "zh") -> pd.DataFrame:
    """COURSE_COLUMNS, one row a target, zone and day on which a figure was reported for it, judged as of that day.

    A policy whose term is over shows here how it stood on the way: the latest scorecard cannot say that a target was not due. Days after
    `as_of` are not known, and undated rows have no day.
    """
    if tracked is None or tracked.empty or "as_of" not in tracked:
        return pd.DataFrame(columns=list(COURSE_COLUMNS))
    told = pd.DataFrame({"clause": tracked["target"].map(lambda cell: key(cell).upper()), "day": tracked["as_of"].map(day)}, index=tracked.index)
    told = told[told["day"].map(lambda one: one is not None and one <= as_of)]
    none, parts = pd.DataFrame(columns=list(VALUE_COLUMNS)), []
    for policy in policies:
        titles = {target.clause: target.title.text(language) for target in policy.targets}
        deadlines = {target.clause: target for target in policy.targets}
        own = told[told["clause"].isin({clause.upper() for clause in titles})]
        for when in sorted(set(own["day"])):
            reported = set(own.loc[own["day"].eq(when), "clause"])
            card = evaluate(policy, none, tracked.loc[told.index[told["day"].eq(when)]], zones, when, language=language)
            card = card[card["clause"].map(str.upper).isin(reported) & card["value"].notna()]
            due = [deadlines[clause].due(when) for clause in card["clause"]]
            exact = [deadlines[clause].exact for clause in card["clause"]]
            parts.append(card.assign(as_of=when.isoformat(), title=card["clause"].map(titles), exact=exact, deadline=[None if one is None else one.isoformat() for one in due]))
    course = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COURSE_COLUMNS))
    order = {policy.id: i for i, policy in enumerate(policies)}
    return course.assign(_policy=course["policy"].map(order)).sort_values(["_policy", "clause", "zone", "as_of"], kind="stable")[list(COURSE_COLUMNS)].reset_index(drop=True)
