"""New land, new projects, 标准地: where the period's supply went, and what was promised and kept."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from spatial.errors import Finding, found
from spatial.indicators.starts import come_by, started
from spatial.indicators.terms import Facts, Measure, Terms, ones, where

ALL_USES = "new_parcels=all_uses"  # an earlier vintage tells which parcels are new; no parcel is of an industrial use, so that every use of them counts
INDUSTRIAL = "new_parcels=industrial"  # of the parcels that an earlier vintage does not know, those of an industrial use


def _yes(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame[column].fillna(False).astype(bool) if column in frame else pd.Series(False, index=frame.index)


def _in_period(days: pd.Series, facts: Facts) -> pd.Series:
    first, last = facts.study.period
    return (days >= pd.Timestamp(first)) & (days <= pd.Timestamp(min(last, facts.study.as_of)))


def _undated(supply: pd.DataFrame) -> pd.Series:
    return supply["contract_date"].isna()


def _of_unknown_use(supply: pd.DataFrame) -> pd.Series:
    return supply["land_use"].isna()


def _perhaps_industrial(supply: pd.DataFrame) -> pd.Series:
    """Contracts without a use, and those whose use is wider than the industrial ones."""
    return _of_unknown_use(supply) | supply["use_wider"].astype(bool)


def unknown_new_land(facts: Facts) -> list[Finding]:
    """Contracts that may be new industrial land and cannot be judged: undated ones, and those whose use is told nowhere."""
    told = supplied_land_scope(facts)
    if told is None or told[0] != "supply":
        return []
    rows, findings = facts.tables["supply"], []
    for code, field, lacking in (("supply.undated", "contract_date", _undated(rows)), ("supply.use_unknown", "land_use", ~_undated(rows) & _of_unknown_use(rows))):
        which = (told[2] & lacking).to_numpy(bool)
        if which.any():
            findings.append(found(code, role="supply", field=field, count=int(which.sum()), row=int(rows["row"].to_numpy()[which].min()) if "row" in rows else None))
    return findings


def new_land_scope(facts: Facts) -> tuple[str, pd.Series, pd.Series] | None:
    """Table, area and scope of new industrial land, by the study's reading of 新增: supply contracts of the period, or quota approved in it."""
    if facts.study.rules["new_land"] == "quota":  # 农转用指标: batches state no use, all of their land counts
        if not facts.has("quota", "approval_date", "area_m2"):
            return None
        rows = facts.tables["quota"]
        return "quota", rows["area_m2"], _in_period(rows["approval_date"], facts)
    return supplied_land_scope(facts)


def supplied_land_scope(facts: Facts) -> tuple[str, pd.Series, pd.Series] | None:
    """The same by contract: supply contracts of the period, or parcels an earlier vintage does not know.

    Contracts that may be new land, for their day or their use is blank or their use is wider than the industrial ones, are meant and have no area: coverage shows them.
    """
    if facts.has("supply", "contract_date"):
        rows = facts.tables["supply"]
        unknown = _undated(rows) | _perhaps_industrial(rows)
        scope = (_in_period(rows["contract_date"], facts) | _undated(rows)) & (rows["industrial"].astype(bool) | _perhaps_industrial(rows))
        if facts.study.rules["stock_land"] == "exclude":
            scope &= ~_yes(rows, "stock_land")
        return "supply", rows["land_area_m2"].mask(unknown), scope
    if "supply" not in facts.tables and facts.has("parcels", "is_new"):
        parcels = facts.tables["parcels"]
        new = parcels["is_new"].astype(bool)
        if not parcels["industrial"].any():
            return "parcels", parcels["area_m2"], new
        unknown = parcels["land_use"].isna() if "land_use" in parcels else False
        return "parcels", parcels["area_m2"].mask(unknown), new & (parcels["industrial"].astype(bool) | unknown)
    return None


def _vintage_note(facts: Facts) -> str:
    return INDUSTRIAL if facts.tables["parcels"]["industrial"].any() else ALL_USES


def new_by_vintage(facts: Facts) -> list[Finding]:
    """What is new land where no supply ledger says so: parcels that the earlier vintage does not know, with how many are left out for their use."""
    if "supply" in facts.tables or not facts.has("parcels", "is_new"):
        return []
    parcels = facts.tables["parcels"]
    told = supplied_land_scope(facts)
    assert told is not None
    new, counted = int(parcels["is_new"].sum()), int((told[2] & told[1].notna()).sum())
    return [found("supply.new_by_vintage", role="parcels_before", count=counted, new=new, left=new - counted)]


def _to_carriers(facts: Facts, *, projects: bool) -> Terms | None:
    new = new_land_scope(facts)
    if new is None:
        return None
    table, area, scope = new
    inside = facts.tables[table]["inside"]
    known = area.where(inside.notna())
    note = _vintage_note(facts) if table == "parcels" else ""
    if not projects:
        measure = Measure(table, known, scope)
        return Terms(measure, measure, note)
    listed = _yes(facts.tables[table], "listed")
    known = known.where(inside.notna() | ~listed, area)
    measure = Measure(table, known, scope, outside=where(known, listed))
    return Terms(measure, measure, note)


def new_land_to_carriers(facts: Facts) -> Terms | None:
    """New industrial land inside carriers over all new industrial land of the district (location only)."""
    return _to_carriers(facts, projects=False)


def new_land_to_carriers_or_projects(facts: Facts) -> Terms | None:
    """The same, with land outside carriers whose project is listed."""
    return _to_carriers(facts, projects=True)


def new_land(facts: Facts) -> Terms | None:
    """New industrial land, m²."""
    new = new_land_scope(facts)
    return None if new is None else Terms(Measure(new[0], new[1], new[2]), note=_vintage_note(facts) if new[0] == "parcels" else "")


def standard_land_share(facts: Facts) -> Terms | None:
    """New industrial land supplied as 标准地 over new industrial land, by area."""
    if not facts.has("supply", "contract_date", "is_standard_land"):
        return None
    table, area, scope = supplied_land_scope(facts) or ("supply", None, None)
    if area is None or scope is None:
        return None
    return Terms(Measure(table, where(area, facts.tables[table]["is_standard_land"]), scope), Measure(table, area, scope))


def standard_land_kept(column: str) -> Callable[[Facts], Terms | None]:
    """Terms of 标准地 parcels that keep what they promised over those that were checked, by number; `column` says at which check."""

    def terms(facts: Facts) -> Terms | None:
        if not facts.has("standard_land", column):
            return None
        rows = facts.tables["standard_land"]
        scope = rows[column].notna()
        return Terms(Measure("standard_land", where(ones(rows), rows[column]), scope), Measure("standard_land", ones(rows), scope))

    return terms


def _new_projects(facts: Facts) -> tuple[pd.Series, pd.Series] | None:
    """Projects that are new in the period, or may be, and those of them that can be told: they are dated and located."""
    if not facts.has("projects", "registered_date"):
        return None
    rows = facts.tables["projects"]
    days = rows["registered_date"]
    return _in_period(days, facts) | days.isna(), days.notna() & rows["inside"].notna()


def new_project_share(facts: Facts) -> Terms | None:
    """New projects located in carriers over all new projects, by number, each once."""
    new = _new_projects(facts)
    if new is None:
        return None
    measure = Measure("projects", ones(facts.tables["projects"]).where(new[1]), new[0])
    return Terms(measure, measure)


def new_investment_share(facts: Facts) -> Terms | None:
    """Investment done by the new projects in carriers over that of all new projects."""
    new = _new_projects(facts)
    if new is None or not facts.has("projects", "year_done_wanyuan"):
        return None
    measure = Measure("projects", facts.tables["projects"]["year_done_wanyuan"].where(new[1]), new[0])
    return Terms(measure, measure)


def _implementation(facts: Facts) -> tuple[pd.Series, pd.Series]:
    """Projects to be implemented or perhaps so, and those of which it is not told; all of them where the ledger tells no category at all."""
    rows = facts.tables["projects"]
    if "category" not in rows or rows["category"].isna().all():
        return pd.Series(True, index=rows.index), pd.Series(False, index=rows.index)
    unknown = rows["category"].isna()
    return rows["category"].eq("implementation") | unknown, unknown


def uncategorised(facts: Facts) -> list[Finding]:
    """Projects of which nobody knows whether they are to be implemented, in a ledger that says it of others."""
    if not facts.has("projects"):
        return []
    rows, (_, unknown) = facts.tables["projects"], _implementation(facts)
    if not unknown.any():
        return []
    first = rows[unknown].sort_values("row", kind="stable").iloc[0]
    return [found("project.category_unknown", role="projects", field="category", row=int(first["row"]), key=str(first["project_id"]), count=int(unknown.sum()))]


def project_start_rate(facts: Facts) -> Terms | None:
    """Projects started by the day over the projects to be implemented (准备类 left out)."""
    told = started(facts)
    if told is None:
        return None
    rows, (scope, unknown) = facts.tables["projects"], _implementation(facts)
    return Terms(Measure("projects", where(ones(rows), told).mask(unknown), scope), Measure("projects", ones(rows), scope))


def investment_completion_rate(facts: Facts) -> Terms | None:
    """Investment done in the year over the year's plan; above 1 is valid."""
    if not facts.has("projects", "year_done_wanyuan", "year_plan_wanyuan"):
        return None
    rows, (scope, unknown) = facts.tables["projects"], _implementation(facts)
    return Terms(Measure("projects", rows["year_done_wanyuan"].mask(unknown), scope), Measure("projects", rows["year_plan_wanyuan"], scope))


def approved_unsupplied(facts: Facts) -> Terms | None:
    """(approved - supplied within the approvals) / approved, by area."""
    if not facts.has("approvals", "area_m2", "supplied_m2"):
        return None
    rows = facts.tables["approvals"]
    if rows["supplied_m2"].isna().all():
        return None
    scope = pd.Series(True, index=rows.index)
    return Terms(Measure("approvals", rows["left_m2"], scope), Measure("approvals", rows["area_m2"], scope))


def oversupplied(facts: Facts) -> list[Finding]:
    """Batches on which more land was supplied than was approved: what is left counts as nothing, and one of the two ledgers is wrong."""
    if not facts.has("approvals", "area_m2", "supplied_m2"):
        return []
    rows = facts.tables["approvals"].drop_duplicates("batch")
    beyond = (rows["batch_supplied_m2"] - rows["batch_area_m2"]).fillna(0.0).to_numpy(float)
    which = beyond > rows["batch_area_m2"].fillna(0.0).to_numpy(float) * facts.study.area_tolerance
    if not which.any():
        return []
    first = rows.iloc[int(beyond.argmax())]
    return [found("supply.beyond_approval", role="approvals", field="area", count=int(which.sum()), key=str(first.get("batch_id") or ""), row=int(first["row"]) if "row" in rows else None,
                  value_seen=f"{first['batch_supplied_m2']:,.0f} m²", value_used=f"{first['batch_area_m2']:,.0f} m²")]


def _listed_projects(facts: Facts) -> pd.Series:
    rows = facts.tables["projects"]
    return _yes(rows, "listed") if "listed" in rows else pd.Series(True, index=rows.index)


def project_count(date_column: str, *, listed: bool = False, year: bool = False, flagship: bool = False, implementation: bool = False,
                  quantity: str = "") -> Callable[[Facts], Terms | None]:
    """Terms of a number (or a sum of `quantity`, 万元) of projects whose `date_column` has come, by the day or within its year."""

    def terms(facts: Facts) -> Terms | None:
        come = come_by(facts, date_column, year=year)
        needed = [name for name in (quantity, "flagship" if flagship else "", "category" if implementation else "") if name]
        if come is None or not facts.has("projects", *needed) or implementation and facts.tables["projects"]["category"].isna().all():
            return None
        rows = facts.tables["projects"]
        scope = come.fillna(True).astype(bool)
        if listed:
            scope &= _listed_projects(facts)
        if flagship:
            scope &= _yes(rows, "flagship")
        if implementation:
            meant, unknown = _implementation(facts)
            scope, come = scope & meant, come.mask(unknown)
        values = (rows[quantity] if quantity else ones(rows)).where(scope, 0.0).mask(come.isna() & scope)
        return Terms(Measure("projects", values, scope if quantity else pd.Series(True, index=rows.index)))

    return terms


def main_industry_count(facts: Facts) -> Terms | None:
    """Distinct main industries a carrier names, one value a carrier."""
    if not facts.has("carriers", "main_industry_count"):
        return None
    rows = facts.tables["carriers"]
    return Terms(Measure("carriers", rows["main_industry_count"], pd.Series(True, index=rows.index)))


def _known_supply(facts: Facts) -> pd.Series:
    """Contracts signed by the day; undated ones are taken as signed."""
    days = facts.tables["supply"]["contract_date"] if facts.has("supply", "contract_date") else None
    return pd.Series(True, index=facts.tables["supply"].index) if days is None else days.isna() | days.le(pd.Timestamp(facts.study.as_of))


def must_be_paid(mode: str) -> Callable[[Facts], Terms | None]:
    """Terms of land supplied by some modes (a pattern) over land whose use has to be supplied so, by area (TD/T 1029-2010, unverified)."""

    def terms(facts: Facts) -> Terms | None:
        if not facts.has("supply", "supply_mode", "land_area_m2"):
            return None
        rows = facts.tables["supply"]
        uses = tuple(facts.study.rules["paid_uses"])
        scope = _known_supply(facts) & (rows["land_use"].map(lambda code: isinstance(code, str) and code.startswith(uses)).astype(bool) | _of_unknown_use(rows))
        said = rows["supply_mode"].astype("string").str.contains(mode, regex=True).astype("boolean")
        area = rows["land_area_m2"].mask(_of_unknown_use(rows))
        return Terms(Measure("supply", where(area, said), scope), Measure("supply", area, scope))

    return terms


def expired_disposal(facts: Facts) -> Terms | None:
    """Expired use rights that were disposed of (renewed, taken back) over those that have expired, by area."""
    if not facts.has("supply", "use_expiry_date", "expiry_disposal_date"):
        return None
    rows, day = facts.tables["supply"], pd.Timestamp(facts.study.as_of)
    scope = rows["use_expiry_date"].le(day)
    disposed = rows["expiry_disposal_date"].le(day)
    return Terms(Measure("supply", where(rows["land_area_m2"], disposed), scope), Measure("supply", rows["land_area_m2"], scope))


def approved_unsupplied_land(facts: Facts) -> Terms | None:
    """Approved land that no supply covers, m²."""
    share = approved_unsupplied(facts)
    return None if share is None else Terms(share.numerator)


def elapsed_share(facts: Facts) -> float:
    """Share of the year that has gone by, by months: half of June is 5.5 / 12, and 30 June is 6 / 12."""
    day = pd.Timestamp(facts.study.as_of)
    return (day.month - 1 + day.day / day.days_in_month) / 12


def investment_pace(facts: Facts) -> Terms | None:
    """Investment done over what the year's plan asks for by now (时序进度): 1 is on time."""
    whole = investment_completion_rate(facts)
    if whole is None or whole.denominator is None:
        return None
    plan, gone = whole.denominator, elapsed_share(facts)
    return Terms(whole.numerator, Measure(plan.table, plan.values * gone, plan.scope), f"elapsed={gone:.4f}")


def late_starts(facts: Facts) -> Terms | None:
    """Projects to be implemented whose planned start has come and that have not started, by number."""
    told = started(facts)
    if told is None or not facts.has("projects", "planned_start_date"):
        return None
    rows, day = facts.tables["projects"], pd.Timestamp(facts.study.as_of)
    late, (scope, unknown) = rows["planned_start_date"].le(day).astype("boolean") & ~told, _implementation(facts)
    return Terms(Measure("projects", where(ones(rows), late).where(rows["planned_start_date"].notna() & ~unknown), scope))
