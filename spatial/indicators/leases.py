"""Land leased in and out by firm, from the ledger of leases, for enterprise ledgers that have no such columns.

Land of a firm = registered + other + leased in - leased out (rule book §3.5). How a lease that covers part of the year counts is unverified
there and a rule of the study: whole if it runs on the as-of day, or by the months of the year in which it runs.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, found, lines_of
from spatial.schema.columns import in_file
from spatial.schema.keys import SEVERAL, credit_codes
from spatial.schema.study import Study
from spatial.schema.sums import group_sums

LAND_WORDS = {"land_other": ("其他用地面积", "other land"), "land_leased_in": ("承租用地面积", "land leased in"), "land_leased_out": ("出租用地面积", "land leased out")}
SIDES = (("land_leased_in_m2", "lessee_id"), ("land_leased_out_m2", "lessor_id"))


def lease_weight(leases: pd.DataFrame, rule: str, as_of: pd.Timestamp, year: int) -> NDArray[np.float64]:
    """How much of each lease counts: 0 or 1 by the day, or the share of the year's months, a month in part by its days. An open begin or end is one that lies beyond."""
    begun = leases["from"] if "from" in leases else pd.Series(pd.NaT, index=leases.index)
    ended = leases["to"] if "to" in leases else pd.Series(pd.NaT, index=leases.index)
    if rule == "as_of":
        return ((begun.isna() | begun.le(as_of)) & (ended.isna() | ended.ge(as_of))).to_numpy(float)
    first, last = pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
    low, high = begun.fillna(first).clip(lower=first), ended.fillna(last).clip(upper=last)
    weight = np.zeros(len(leases))
    for month in pd.date_range(first, last, freq="MS"):
        end = month + pd.offsets.MonthEnd(0)
        days = (high.clip(upper=end) - low.clip(lower=month)).dt.days.to_numpy(float) + 1
        weight += np.clip(days, 0, None) / month.days_in_month / 12
    return weight


def leased_land(leases: pd.DataFrame, firms: pd.Series, side: str, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Land that each firm leases on one side (lessee_id or lessor_id), m²; a firm without a lease has none, one with a lease of unknown size is unknown."""
    amount = (leases["area_m2"] * weight).where(weight > 0, 0.0)
    unknown = set(leases.loc[amount.isna(), side])
    return np.asarray(firms.map(group_sums(amount, leases[side])).fillna(0.0).mask(firms.isin(unknown)), dtype=float)


def firms_of_leases(leases: pd.DataFrame, firms: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """The leases with their firms under the codes of the enterprise ledger; one area for several firms of it is an error, since no one knows their parts."""
    findings: list[Finding] = []
    sides = [side for _, side in SIDES if side in leases]
    known = set(firms["enterprise_id"].dropna())
    changed = np.zeros(len(leases), dtype=bool)
    out = leases
    for side in sides:
        codes = credit_codes(leases[side], firms["enterprise_id"])
        changed |= (codes.notna() & codes.ne(leases[side])).to_numpy(bool)
        out = out.assign(**{side: codes})
        many = [i for i, key in enumerate(leases[side]) if isinstance(key, str) and key not in known and len(parts := SEVERAL.split(key)) > 1 and any(part in known for part in parts)]
        if many:
            many = in_file(leases, many).tolist()
            rows = leases["row"].iloc[many]
            findings.append(found("enterprise.leases_several", role="leases", field=side, row=int(rows.iloc[0]), key=leases[side].iloc[many[0]], count=len(many),
                                  rows=lines_of(rows)))
    again = in_file(leases, np.flatnonzero(leases.duplicated([name for name in leases.columns if name not in ("row", "match_way")]).to_numpy(bool)))
    if len(again):
        findings.append(found("enterprise.leases_equal", role="leases", row=int(leases["row"].iloc[again[0]]), count=len(again)))
    if changed.any():
        first = int(in_file(leases, np.flatnonzero(changed))[0])
        side = next(side for side in sides if out[side].iloc[first] != leases[side].iloc[first])
        findings.append(found("enterprise.one_code", role="leases", field=side, row=int(leases["row"].iloc[first]), count=int(changed.sum()), value_seen=leases[side].iloc[first],
                              value_used=out[side].iloc[first], rows=lines_of(leases["row"][changed])))
    return out, findings


def land_words(fields: Iterable[str]) -> dict[str, str]:
    """Fields of a firm's land as a finding lists them: in words, with the name that a study file gives them."""
    listed = list(fields)
    return {language: join.join(f"{LAND_WORDS[name][pick]} ({name})" for name in listed) for pick, (language, join) in enumerate((("zh", "、"), ("en", ", ")))}


def lease_columns(firms: pd.DataFrame, leases: pd.DataFrame | None) -> list[tuple[str, str]]:
    """The lease columns that the enterprise ledger lacks and the ledger of leases gives, each with the side of a lease it is of."""
    if leases is None or "area_m2" not in leases or "enterprise_id" not in firms or not len(leases):
        return []
    return [(column, side) for column, side in SIDES if column not in firms and side in leases]


def with_leases(firms: pd.DataFrame, leases: pd.DataFrame | None, year: int, study: Study) -> tuple[pd.DataFrame, list[Finding]]:
    """The enterprise ledger with the lease columns it lacks, for the firms of the year; what is taken, and by which rule, is told."""
    lacking = lease_columns(firms, leases)
    if leases is None or not lacking:
        return firms, []
    rule, now = study.rules["lease_land"], firms["year"].eq(year).fillna(False).to_numpy(bool)
    weight = lease_weight(leases, rule, pd.Timestamp(study.as_of), year)
    columns = {column: np.where(now, leased_land(leases, firms["enterprise_id"], side, weight), np.nan) for column, side in lacking}
    known = set(firms.loc[now, "enterprise_id"])
    strangers = int(sum(not ({row.get("lessee_id"), row.get("lessor_id")} & known) for row in leases.to_dict("records")))
    note = found("enterprise.leases_used", role="leases", field="area", count=len(leases), value_used=rule, fields=land_words(column.removesuffix("_m2") for column in columns),
                 strangers_zh=f"；其中 {strangers} 份租约的双方都不在企业台账中" if strangers else "",
                 strangers_en=f"; both sides of {strangers} leases are no firms of the ledger" if strangers else "")
    return firms.assign(**columns), [note]
