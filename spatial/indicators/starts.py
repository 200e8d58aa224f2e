"""Which projects have started: by the day of their start, else by the word of the ledger (是否开工)."""

from __future__ import annotations

import pandas as pd

from spatial.errors import Finding, found, lines_of
from spatial.indicators.terms import Facts


def started(facts: Facts) -> pd.Series | None:
    """Whether each project has started by the data date (boolean, missing where the ledger does not tell); None where it has neither column.

    A day says it first. Without one the ledger's yes or no counts as of the data date; a ledger of days alone leaves them blank for what has not started.
    """
    rows = facts.tables.get("projects")
    if rows is None or not {"start_date", "started"} & set(rows):
        return None
    if "start_date" not in rows:
        return rows["started"].astype("boolean")
    by_day = rows["start_date"].le(pd.Timestamp(facts.study.as_of)).astype("boolean")
    return by_day if "started" not in rows else by_day.where(rows["start_date"].notna(), rows["started"].astype("boolean"))


def come_by(facts: Facts, column: str, *, year: bool) -> pd.Series | None:
    """Whether the day of each project in `column` has come, or has come in the year of the data date; missing where the ledger does not tell, None without the column.

    A blank start is a project that has not started, unless the ledger says that it has: then its year is unknown. A blank registration is unknown.
    """
    if not facts.has("projects"):
        return None
    rows, day = facts.tables["projects"], pd.Timestamp(facts.study.as_of)
    if not column:
        return pd.Series(True, index=rows.index, dtype="boolean")
    if column == "start_date" and not year:
        return started(facts)
    if column not in rows:
        return None
    days = rows[column]
    come = (days.le(day) & days.dt.year.eq(day.year) if year else days.le(day)).astype("boolean")
    if column == "start_date":
        return come.mask(days.isna() & rows["started"].fillna(False).astype(bool)) if "started" in rows else come
    return come.mask(days.isna()) if column == "registered_date" else come


def start_findings(facts: Facts) -> list[Finding]:
    """The receipt for starts that the word tells alone, the words that contradict a day, and the columns that a ledger without either lacks."""
    rows = facts.tables.get("projects")
    if rows is None or not len(rows):
        return []
    told = started(facts)
    if told is None:
        return [found("project.no_starts", role="projects", field="start_date", count=len(rows))]
    if "started" not in rows:
        return []
    rows = rows.sort_values("row", kind="stable")  # what is shown of many is the first of the file
    told = told.reindex(rows.index)
    findings, word = [], rows["started"].astype("boolean")
    alone = word.notna() & (rows["start_date"].isna() if "start_date" in rows else True)
    unknown = told.isna()
    if alone.any():
        findings.append(found("project.started_by_word", role="projects", field="started", row=int(rows["row"][alone].iloc[0]), key=rows["project_id"][alone].iloc[0], count=int(alone.sum()),
                              yes=int((alone & word.fillna(False)).sum()), no=int((alone & ~word.fillna(True)).sum()), unknown=int(unknown.sum()), as_of=facts.study.as_of.isoformat()))
    against = word.eq(False).fillna(False) & told.eq(True).fillna(False)
    if against.any():
        findings.append(found("project.started_contradicts", role="projects", field="started", row=int(rows["row"][against].iloc[0]), key=rows["project_id"][against].iloc[0], count=int(against.sum()),
                              value_seen=rows["start_date"][against].iloc[0].date().isoformat(), rows=lines_of(rows["row"][against])))
    return findings
