"""A zone's own yearly figures where no enterprise ledger is given: as rows that lie in carriers, and one for the rest of the district."""

from __future__ import annotations

import unicodedata
from itertools import product

import numpy as np
import pandas as pd

from spatial.errors import Finding, Several, first_of, found
from spatial.schema.joined import OUTSIDE, STUDY_AREA, Membership
from spatial.schema.shares import Shares
from spatial.schema.study import Study
from spatial.schema.sums import group_sums

WHOLE = ("study_area", "全区", "全县", "全市", "合计")
QUANTITIES = ("_wanyuan", "_tce", "_t", "_wan_kwh", "employees")


def as_enterprises(statistics: pd.DataFrame, members: Membership, study: Study) -> tuple[pd.DataFrame, Shares] | None:
    """Rows of carriers and, by year, what the district has beyond them.

    Returns
    -------
    A table with `year`, `inside` and the quantities, and the shares of its rows; None unless the district's own row is there,
    for without it no share of the district can be told.
    """
    columns = [name for name in statistics.columns if name.endswith(QUANTITIES)]
    zone = _zone(statistics)
    whole = _whole(zone, study)
    named = members.zones[members.zones["kind"].eq("carrier")]
    known = {**dict(zip(named["name"], named.index, strict=True)), **dict(zip(named["id"], named.index, strict=True))}
    inside = zone.map(known).notna() & ~whole
    if not whole.any() or not columns:
        return None
    parts = statistics[inside].assign(position=zone[inside].map(known).astype(int))
    parts = pd.concat([parts, _years_missing(parts, named.index, statistics.loc[whole, "year"])], ignore_index=True)
    total = statistics[whole].iloc[np.argsort(zone[whole].to_numpy(object), kind="stable")].groupby("year")[columns].first()
    held = pd.DataFrame({name: group_sums(parts[name].astype(float), parts["year"]) for name in columns}).reindex(total.index).fillna(0.0)
    rest = (total - held).reset_index().assign(position=members.index[OUTSIDE])
    somewhere = rest.assign(position=-1)  # beyond the carriers, or in the one whose own row leaves the figure open
    for name in columns:
        open_years = rest["year"].isin(set(parts.loc[parts[name].isna(), "year"]))
        rest[name], somewhere[name] = rest[name].mask(open_years), somewhere[name].where(open_years)
    rows = pd.concat([parts[["year", *columns, "position"]], rest, somewhere[somewhere[columns].notna().any(axis=1)]], ignore_index=True)
    position = rows["position"].to_numpy(np.int64)
    table = rows.drop(columns="position").assign(inside=np.select([position == members.index[OUTSIDE], position < 0], [0.0, np.nan], 1.0))
    placed = np.flatnonzero(position >= 0)
    row, held_inside = np.r_[np.arange(len(rows)), placed], np.nan_to_num(table["inside"].to_numpy(float))
    shares = Shares(row, np.r_[np.full(len(rows), members.index[STUDY_AREA]), position[placed]], np.ones(len(row)), held_inside[row])
    return table, shares


def beside_enterprises(statistics: pd.DataFrame, enterprises: pd.DataFrame) -> list[Finding]:
    """Yearly figures of zones that are not used, as a ledger of enterprises is given."""
    columns = _told(statistics)
    lacking = [name for name in columns if name not in enterprises]
    if not columns:
        return []
    return [found("statistics.beside_enterprises", severity="warning" if lacking else "info", role="statistics", field=Several(columns), count=len(statistics),
                  lacking=Several(lacking) if lacking else "—")]


def unknown_zones(statistics: pd.DataFrame, zones: pd.DataFrame, study: Study) -> list[Finding]:
    """A warning for rows whose zone the study does not have: they are not used."""
    known = {*WHOLE, study.name, *zones["id"].map(str), *(zones["name"].dropna().map(str) if "name" in zones else ())}
    zone = _zone(statistics)[statistics["zone"].notna()]
    lost = zone[~zone.isin(known)]
    if not len(lost):
        return []
    return [found("statistics.unknown_zone", role="statistics", field="zone", row=int(statistics.at[lost.index[0], "row"]) if "row" in statistics else None, count=len(lost),
                  value_seen=first_of(lost.unique(), 8))]


def parts_beyond(statistics: pd.DataFrame, study: Study) -> list[Finding]:
    """A warning for zones that have more of a quantity in a year than the whole district."""
    zone = _zone(statistics)
    whole = _whole(zone, study)
    findings = []
    for column in [name for name in statistics.columns if name.endswith(QUANTITIES)] if whole.any() else []:
        most = statistics["year"].map(statistics[whole].groupby("year")[column].max())
        beyond = np.flatnonzero((~whole & most.notna() & (statistics[column].astype(float) > most)).to_numpy(bool))
        if len(beyond):
            i = int(beyond[0])
            findings.append(found("statistics.part_exceeds", role="statistics", field=column, row=int(statistics["row"].iloc[i]) if "row" in statistics else None, count=len(beyond), key=zone.iloc[i],
                                  value_seen=f"{statistics[column].iloc[i]:,.6g}", value_used=f"{most.iloc[i]:,.6g}"))
    return findings


def without_whole(statistics: pd.DataFrame, study: Study) -> list[Finding]:
    """A warning for figures of zones that are not used, as no row is of the whole district."""
    columns = _told(statistics)
    if not columns or _whole(_zone(statistics), study).any():
        return []
    return [found("statistics.no_whole", role="statistics", field=Several(columns), count=len(statistics))]


def carriers_missing(statistics: pd.DataFrame, zones: pd.DataFrame) -> list[Finding]:
    """A warning for carriers without a row of their own beside those that have one: their figures are unknown, and so is what lies outside."""
    zone = set(_zone(statistics)[statistics["zone"].notna()])
    carriers = zones[zones["kind"].eq("carrier")]
    told = carriers["id"].map(str).isin(zone) | carriers["name"].map(str).isin(zone)
    lost = carriers.loc[~told, "id"]
    if not len(lost) or not told.any():
        return []
    return [found("statistics.zone_missing", role="statistics", field="zone", count=len(lost), value_seen=first_of(lost, 8))]


def _zone(statistics: pd.DataFrame) -> pd.Series:
    """The zone of each row as it compares."""
    return statistics["zone"].map(lambda key: unicodedata.normalize("NFC", str(key)))


def _whole(zone: pd.Series, study: Study) -> pd.Series:
    """Which rows are of the whole district."""
    return zone.isin((*WHOLE, study.name))


def _told(statistics: pd.DataFrame) -> list[str]:
    """The quantities of which a figure is there."""
    return [name for name in statistics.columns if name.endswith(QUANTITIES) and statistics[name].notna().any()]


def _years_missing(parts: pd.DataFrame, carriers: pd.Index, years: pd.Series) -> pd.DataFrame:
    """A row without figures for each carrier and year of the district of which nothing is told: that is unknown, not nothing."""
    held = set(zip(parts["position"], parts["year"], strict=True))
    return pd.DataFrame([place for place in product(carriers, years.dropna().unique()) if place not in held], columns=["position", "year"])
