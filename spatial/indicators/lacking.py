"""Why figures have no value, told beside them: years that a comparison needs, and denominators that are zero or negative."""

from __future__ import annotations

import pandas as pd

from spatial.errors import Finding, Several, first_of, found
from spatial.indicators.terms import Facts

COMPARED = ("tax_wanyuan", "value_added_wanyuan", "output_wanyuan", "fixed_investment_wanyuan")
SHOWN = 8  # indicators a finding names


def years_lacking(facts: Facts) -> list[Finding]:
    """The years that increments and growth are made of and the ledger does not have: those figures have no data."""
    if not facts.has("enterprises", "year"):
        return []
    rows, study = facts.tables["enterprises"], facts.study
    if not set(COMPARED) & set(rows):
        return []
    held = sorted(set(rows["year"].dropna().astype(int)))
    findings, role = [], "enterprises" if "enterprise_id" in rows else "statistics"
    year = int(facts.year or 0)
    for code, asked in (("enterprise.no_increment", (study.period[0].year - 1, study.period[1].year)), ("enterprise.no_growth", (year - 1, year))):
        missing = [one for one in asked if one not in held]
        if missing:
            findings.append(found(code, role=role, field="year", value_seen=Several(map(str, held)), value_used=Several(map(str, asked)), lacking=Several(map(str, missing))))
    return findings


def not_positive(values: pd.DataFrame) -> list[Finding]:
    """One finding for all values that do not apply because what they are divided by is zero or below; a negative one is named first, then the district."""
    told = values[values["status"].eq("not_applicable") & values["denominator"].le(0)]
    if not len(told):
        return []
    below = told["denominator"].lt(0)
    first = told.assign(_below=~below, _part=told["zone"].ne("study_area")).sort_values(["_below", "_part"], kind="stable").iloc[0]
    names = list(dict.fromkeys(told["indicator"]))
    return [found("indicator.not_positive", key=first["zone"], field=first["indicator"], count=len(told), negative=int(below.sum()), zero=int((~below).sum()),
                  indicators=first_of(names, SHOWN))]
