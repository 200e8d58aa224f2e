"""Early warning: parcels that come due, with the day on which each next threshold of the idle-land rule is reached."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from spatial.indicators.status import FEE_SHARE, add_years, progress

STAGES: dict[str, tuple[str, str]] = {
    "due_soon": ("即将到约定开工日", "agreed start comes due"), "not_due": ("未到约定开工日", "agreed start not yet due"), "past_due": ("已过约定开工日", "agreed start past"),
    "one_year": ("满一年未动工", "one year past"), "two_years": ("满两年未动工", "two years past"), "suspended": ("中止开发未满一年", "suspended for less than a year"),
    "suspended_year": ("中止开发满一年", "suspended for a year"),
}
EVENTS: dict[str, tuple[str, str]] = {
    "start_due": ("约定开工日", "agreed start"), "one_year": ("满一年：可征闲置费", "one year full: idle-land fee"), "two_years": ("满两年：可无偿收回", "two years full: may be reclaimed"),
    "suspended_year": ("中止满一年：可认定闲置", "suspended for a year: may be determined idle"), "": ("—", "—"),
}
CALENDAR_COLUMNS = ("parcel_id", "carrier_name", "area_mu", "stage", "next_event", "next_date", "days_to_next", "start_due", "start_basis", "one_year_date", "two_years_date",
                    "suspended_date", "fee_wanyuan", "government_caused")
NOT_STARTED = ("supplied_not_due", "supplied_overdue", "suspected_idle_1y", "suspected_idle_2y")


def calendar_of(parcels: pd.DataFrame, supply: pd.DataFrame | None, as_of: date, *, within_days: int = 90, anniversary: str = ">") -> pd.DataFrame:
    """One row a parcel that is not started, or started and suspended, the next threshold first; suspended land that is built or paid for beyond the
    limits of art. 2 cannot become idle by its suspension and is left out.

    Parameters
    ----------
    parcels : parcel_id, area_m2, land_status, start_due, suspended_date, status_row
    supply : the rows that gave the status, for the price and a suspension that ended
    within_days : a start due within so many days is `due_soon`
    anniversary : ">" (a year is full on the day after its anniversary) or ">="

    Returns
    -------
    DataFrame
        CALENDAR_COLUMNS; `one_year_date` and `two_years_date` are the first days on which a year, two years, are full. Parcels already two
        years past have no next date. `fee_wanyuan` is what one year full costs (20 % of the price), where the price is known and no
        government cause is on record.

    References
    ----------
    《闲置土地处置办法》 国土资源部令第53号, arts. 2, 14, 22.
    """
    day = pd.Timestamp(as_of)
    late = pd.Timedelta(days=1 if anniversary == ">" else 0)
    rows = parcels.reset_index(drop=True)
    waiting = rows["land_status"].isin(NOT_STARTED) & rows["start_due"].notna()
    stopped = rows["land_status"].isin(("under_construction", "suspected_idle_suspended")) & rows["suspended_date"].notna() & ~_resumed(rows, supply, day) & ~_beyond(rows, supply)
    kept = rows[waiting | stopped]
    due, stop = pd.to_datetime(kept["start_due"]), pd.to_datetime(kept["suspended_date"])
    one, two, halted = add_years(due, 1) + late, add_years(due, 2) + late, add_years(stop, 1) + late
    held = stopped[kept.index]
    choices = [(held & (day >= halted), "suspended_year", "", None), (held, "suspended", "suspended_year", halted), (day >= two, "two_years", "", None),
               (day >= one, "one_year", "two_years", two), (day > due, "past_due", "one_year", one),
               (due - day <= pd.Timedelta(days=within_days), "due_soon", "start_due", due)]
    conditions = [choice[0].to_numpy(bool) for choice in choices]
    nothing = pd.Series(pd.NaT, index=kept.index)
    stage = np.select(conditions, [choice[1] for choice in choices], "not_due")
    event = np.select(conditions, [choice[2] for choice in choices], "start_due")
    dates = [(nothing if choice[3] is None else choice[3]).to_numpy("datetime64[ns]") for choice in choices]
    next_date = pd.Series(np.select(conditions, dates, due.to_numpy("datetime64[ns]")), index=kept.index)
    price = _price(kept, supply)
    told = pd.DataFrame({
        "parcel_id": kept["parcel_id"], "carrier_name": kept["carrier_name"] if "carrier_name" in kept else None, "area_mu": kept["area_m2"] * 3 / 2000,
        "stage": stage, "next_event": event, "next_date": next_date, "days_to_next": (next_date - day).dt.days.astype("Int64"),
        "start_due": due.where(~held), "start_basis": kept["start_basis"].where(~held, ""), "one_year_date": one.where(~held), "two_years_date": two.where(~held),
        "suspended_date": stop.where(held), "fee_wanyuan": (price * FEE_SHARE).where(~held & ~kept["government_caused"].astype(bool) & (day < two)),
        "government_caused": kept["government_caused"].astype(bool)})
    order = told.assign(_none=told["next_date"].isna()).sort_values(["_none", "next_date", "start_due", "parcel_id"], kind="stable").index
    return told.loc[order, list(CALENDAR_COLUMNS)].reset_index(drop=True)


LEGAL: dict[str, tuple[str, str]] = {
    "fee": ("第14条第1项：征缴闲置费20%", "art. 14(1): fee of 20 %"), "reclaim": ("第14条第2项：报批后无偿收回", "art. 14(2): reclaim after approval"),
    "disposal": ("第12条：协商处置", "art. 12: disposal by agreement"), "certified": ("已认定，按第12、14条处置", "determined; arts. 12 and 14"), "": ("", ""),
}


def legal_basis(parcels: pd.DataFrame, pick: int) -> pd.Series:
    """The article of Order 53 that says what follows for each idle parcel, without amounts."""
    said = parcels["consequence"].where(~parcels["land_status"].eq("certified_idle"), "certified")
    return said.map(lambda code: LEGAL.get(code, ("", ""))[pick])


def _resumed(rows: pd.DataFrame, supply: pd.DataFrame | None, day: pd.Timestamp) -> pd.Series:
    if supply is None or "resumed_date" not in supply or "status_row" not in rows:
        return pd.Series(False, index=rows.index)
    resumed = _of_supply(rows, supply, "resumed_date")
    resumed = pd.to_datetime(resumed)
    return resumed.notna() & (resumed <= day) & (resumed >= pd.to_datetime(rows["suspended_date"]))


def _beyond(rows: pd.DataFrame, supply: pd.DataFrame | None) -> pd.Series:
    """Whether what is known of a started parcel, area or investment, is at or beyond its limit, and nothing known is under it."""
    if supply is None or "status_row" not in rows:
        return pd.Series(False, index=rows.index)
    columns = ("developed_area_m2", "developable_area_m2", "invested_wanyuan", "total_investment_wanyuan")
    told = pd.DataFrame({name: _of_supply(rows, supply, name).astype(float) if name in supply else np.nan for name in columns}, index=rows.index)
    area_known, money_known, low_area, low_money = progress(told)
    return (area_known | money_known) & ~low_area & ~low_money


def _price(rows: pd.DataFrame, supply: pd.DataFrame | None) -> pd.Series:
    if supply is None or "price_wanyuan" not in supply or "status_row" not in rows:
        return pd.Series(np.nan, index=rows.index)
    price = _of_supply(rows, supply, "price_wanyuan").astype(float)
    return price * rows["status_share"].astype(float) if "status_share" in rows else price  # one price for all parcels of a contract


def _of_supply(rows: pd.DataFrame, supply: pd.DataFrame, column: str) -> pd.Series:
    """A column of the supply row that gave each parcel its status."""
    at = rows["status_row"].astype(float)
    held = supply[column].reset_index(drop=True).reindex(at.fillna(-1).astype(int)).set_axis(rows.index)
    return held
