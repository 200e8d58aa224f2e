"""The supply ledger of the demo district, written backwards: each parcel is given its status first, then dates that lead to it."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

AS_OF = date(2022, 12, 31)
PERIOD = (date(2020, 1, 1), date(2022, 12, 31))
NEW_SHARE = {"growing": 0.24, "works": 0.15, "tech": 0.13, "logistics": 0.2, "finance": 0.12, "suburb": 0.3, "old_works": 0.05, "town": 0.05, "village": 0.3}
NEW_LAND_IN_CARRIERS = 0.776  # the story: below 80 % by location alone
IDLE_CLUSTERS = (("三江智慧城", 27), ("浙江临港产业园", 9), ("浙江绿色智造基地(益农区块)", 10), ("未来智造小镇", 4), ("", 16))
IDLE_KINDS = ("suspected_idle_1y", "suspected_idle_2y", "suspected_idle_1y", "suspected_idle_suspended", "suspected_idle_1y", "certified_idle",
              "suspected_idle_2y", "suspected_idle_1y", "suspected_idle_suspended", "suspected_idle_1y")
GOVERNMENT = ("政府原因：未按约定条件交付净地", "政府原因：规划依法修改", "政府原因：信访事项影响动工")
OWN_FAULT = ("企业原因：资金不足", "企业原因：市场变化", "企业原因：项目调整", "")
Days = NDArray[np.datetime64]


def _day(text: str) -> np.datetime64:
    return np.datetime64(text, "D")


def _days(low: str, high: str, count: int, rng: np.random.Generator) -> Days:
    """Days between two days, both ends included."""
    return _day(low) + rng.integers(0, int((_day(high) - _day(low)).astype(int)) + 1, count)


def _statuses(parcels: gpd.GeoDataFrame, rng: np.random.Generator) -> tuple[pd.Series, pd.Series]:
    """Which parcels were supplied, with the status they shall have ('' where it follows from the date), and whether they are new."""
    character = parcels["character"]
    supplied = parcels["parcel_id"].str[12:14].eq("GB") & ~parcels["land_use"].isin(["1701", "1702", "2301"])  # state land but water and the reserve
    status = pd.Series(np.where(supplied, "", "not_supplied"), index=parcels.index, dtype=object)
    middle = np.column_stack([parcels.geometry.centroid.x, parcels.geometry.centroid.y])
    kinds = 0
    for carrier, count in IDLE_CLUSTERS:  # parcels round one place, so that the map shows where the trouble is
        here = parcels.index[(parcels["industrial"] & (parcels["carrier_id"] == carrier)) if carrier
                             else (parcels["industrial"] & (parcels["inside_share"] == 0) & (character == "suburb"))]
        heart = middle[here].mean(axis=0) if carrier else middle[here[rng.integers(len(here))]]
        near = here[np.argsort(np.hypot(*(middle[here] - heart).T))][: count * 2]
        for row in sorted(rng.choice(near, min(count, len(near)), replace=False)):
            status[row] = IDLE_KINDS[kinds % len(IDLE_KINDS)]
            kinds += 1
    plain = supplied & (status == "")
    for row in rng.choice(parcels.index[plain & parcels["industrial"] & (character != "old_works")], 14, replace=False):
        status[row] = IDLE_KINDS[kinds % len(IDLE_KINDS)]
        kinds += 1
    for row in rng.choice(parcels.index[plain & (status == "") & (parcels["land_use"] == "0902")], 5, replace=False):
        status[row] = "suspected_idle_1y"
    for row in rng.choice(parcels.index[plain & (status == "") & parcels["industrial"] & (character == "suburb")], 4, replace=False):
        status[row] = "undetermined"
    chance = np.array([NEW_SHARE.get(kind, 0.0) for kind in character]) * np.where(parcels["industrial"], 1.0, 0.6)
    new = plain & (status == "") & (rng.random(len(parcels)) < chance)
    return status, pd.Series(new, index=parcels.index)


def _dates(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Contract to completion for every supplied parcel, from its status and whether it is new."""
    n = len(rows)
    kind, new, old_place = rows["status"].to_numpy(), rows["new"].to_numpy(), (rows["character"] == "old_works").to_numpy()
    built = np.where(rng.random(n) < 0.86, _days("2003-02-01", "2014-06-30", n, rng), _days("2014-07-01", "2019-11-20", n, rng))
    built = np.where(old_place, _days("2004-03-01", "2011-12-20", n, rng), built)
    contract = np.where(new, _days("2020-01-06", "2022-12-20", n, rng), built)
    to_handover, to_start = rng.integers(30, 90, n), rng.integers(180, 310, n)
    start = contract + to_handover + to_start
    wanted = {"suspected_idle_1y": ("2021-01-04", "2021-12-28"), "suspected_idle_2y": ("2016-03-01", "2020-12-20"),
              "certified_idle": ("2017-01-05", "2020-06-30"), "suspected_idle_suspended": ("2017-06-01", "2020-05-30")}
    for name, (low, high) in wanted.items():
        start = np.where(kind == name, _days(low, high, n, rng), start)
    fixed = np.isin(kind, list(wanted))
    contract = np.where(fixed, start - to_handover - to_start, contract)
    draw = rng.random(n)
    as_of, year = np.datetime64(AS_OF), _day("2022-01-01")
    follows = np.where(start > as_of, "supplied_not_due", np.where(start >= year, np.where(draw < 0.22, "supplied_overdue", "under_construction"),
                       np.where((start < _day("2021-03-01")) & (draw < 0.62), "used", "under_construction")))
    earlier = np.where((draw < 0.94) | (rows["far"] == 0), "used", np.where(draw < 0.988, "part_used", "under_construction"))
    status = np.where(kind != "", kind, np.where(new, follows, earlier))
    begun = np.isin(status, ["used", "part_used", "under_construction", "suspected_idle_suspended"])
    old_site = (status == "under_construction") & ~new & ~fixed  # a late site of the years before
    shift = np.where(old_site, (_days("2020-06-01", "2021-10-30", n, rng) - start).astype(int), 0)
    contract, start = contract + shift * old_site, start + shift
    contract = np.where(old_site, np.minimum(contract, _day("2019-12-20")), contract)
    actual = np.minimum(start + rng.integers(-50, 40, n), _day("2022-12-15"))
    finished = np.minimum(actual + rng.integers(480, 760, n), _days("2022-09-01", "2022-12-20", n, rng))
    nat = np.datetime64("NaT", "D")
    done = np.isin(status, ["used", "part_used"])
    return pd.DataFrame({
        "status": status, "contract_date": contract, "agreed_handover_date": contract + to_handover,
        "handover_date": contract + to_handover + rng.integers(0, 18, n), "agreed_start_date": start,
        "actual_start_date": np.where(begun, actual, nat), "agreed_completion_date": start + 730, "completion_date": np.where(done, finished, nat),
        "suspended_date": np.where(status == "suspected_idle_suspended", _days("2020-09-01", "2021-11-20", n, rng), nat),
        "resumed_date": np.full(n, nat), "supplement_start_date": np.full(n, nat), "supplement_signed_date": np.full(n, nat),
        "determination_date": np.where(status == "certified_idle", _days("2021-03-01", "2022-09-30", n, rng), nat),
    }, index=rows.index)


def _special_cases(rows: pd.DataFrame) -> pd.DataFrame:
    """The awkward cases of the rule: anniversaries, missing dates, later agreements; each keeps the status the rule gives it."""
    def pick(status: str, count: int, skip: int = 0) -> list[int]:
        return list(rows.index[rows["status"] == status][skip:skip + count])

    def put(row: int, **values: object) -> None:
        for name, value in values.items():
            rows.loc[row, name] = pd.NaT if value is None else pd.Timestamp(str(value))

    one, two, late = pick("suspected_idle_1y", 7), pick("suspected_idle_2y", 5), pick("supplied_overdue", 2)
    put(one[0], agreed_start_date="2021-12-30")  # a year is full the day after the anniversary
    put(one[1], agreed_start_date="2020-12-31")  # the second year is full tomorrow
    put(late[0], agreed_start_date="2021-12-31", contract_date="2021-03-15", agreed_handover_date="2021-05-10", handover_date="2021-05-12")
    put(two[0], agreed_start_date="2020-02-29", contract_date="2019-04-02", agreed_handover_date="2019-05-20", handover_date="2019-05-24")
    for row in one[2:4]:  # no start agreed: one year after the handover (art. 22)
        put(row, agreed_start_date=None, contract_date="2020-03-18", agreed_handover_date="2020-05-20", handover_date="2020-05-22")
    for row in two[1:3]:
        put(row, agreed_start_date=None, contract_date="2019-06-11", agreed_handover_date="2019-08-01", handover_date="2019-08-06")
    for row in one[4:6]:  # a supplementary agreement moved the start
        put(row, agreed_start_date="2020-06-30", contract_date="2019-07-10", agreed_handover_date="2019-09-01", handover_date="2019-09-09",
            supplement_start_date="2021-06-30", supplement_signed_date="2020-06-15")
    put(one[6], supplement_start_date="2023-06-30", supplement_signed_date="2023-02-10")  # signed after the day the data speak for
    for row in pick("undetermined", 9):
        put(row, agreed_start_date=None, agreed_handover_date=None, handover_date=None, agreed_completion_date=None)
    return rows


def _money(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Area, price, planning conditions, investment and development of every supplied parcel."""
    n, status = len(rows), rows["status"].to_numpy()
    rows["area_m2"] = np.round(rows["registered_area_mu"] * 2000 / 3 * (1 + rng.normal(0, 0.0004, n)), 1)
    years = rows["contract_date"].dt.year.to_numpy()
    price = np.round(rows["area_m2"] * 3 / 2000 * rows["price_per_mu"] * 1.035 ** (years - 2020.0), 0)
    rows["price_wanyuan"] = price.where(price > 0)  # allocated land has no price, and no floor area ratio where it is a park
    rows["far_min"] = np.round(np.clip(rows["far"] * 0.78, 0.2, 3.0), 1).where(rows["far"] > 0)
    rows["far_max"] = rows["far_min"] + 1.0
    short = status == "part_used"
    rows["far"] = np.where(short, np.round(rows["far_min"] * rng.uniform(0.45, 0.8, n), 3), np.maximum(rows["far"], rows["far_min"].fillna(-0.05) + 0.05))
    stage = np.select([np.isin(status, ["used", "part_used"]), status == "under_construction", status == "suspected_idle_suspended"],
                      [np.ones(n), rng.uniform(0.35, 0.9, n), rng.uniform(0.08, 0.29, n)], 0.0)
    spent = np.select([stage == 1, stage > 0.3, stage > 0],
                      [rng.uniform(0.97, 1.05, n), stage * rng.uniform(0.75, 1.0, n), rng.uniform(0.08, 0.22, n)], 0.0)
    rows["developable_area_m2"], rows["developed_area_m2"] = rows["area_m2"], np.round(rows["area_m2"] * stage, 1)
    per_mu = np.where(rows["industrial"], rng.uniform(260, 470, n), rng.uniform(700, 1500, n))
    rows["total_investment_wanyuan"] = np.round(rows["area_m2"] * 3 / 2000 * per_mu, 0)
    rows["invested_wanyuan"] = np.round(rows["total_investment_wanyuan"] * spent, 0)
    idle = np.flatnonzero(np.isin(status, ["suspected_idle_1y", "suspected_idle_2y", "certified_idle"]))
    cause = np.full(n, "", dtype=object)
    cause[idle] = [GOVERNMENT[i % 3] if i % 5 == 0 else OWN_FAULT[i % 4] for i in range(len(idle))]
    rows["delay_cause"] = cause
    rows["determination_no"] = ""
    certified = rows.index[status == "certified_idle"]
    years_of = rows.loc[certified, "determination_date"].dt.year
    rows.loc[certified, "determination_no"] = [f"示土闲认〔{year}〕{number}号" for number, year in enumerate(years_of, start=1)]
    late = rows.index[status == "suspected_idle_2y"][-1]  # determined after the day the data speak for: still only suspected
    rows.loc[late, "determination_no"] = "示土闲认〔2023〕1号"
    rows.loc[late, "determination_date"] = pd.Timestamp("2023-02-20")
    stopped = rows.index[status == "suspected_idle_suspended"]
    half_way = rows.index == stopped[0]  # more than a third is built, but less than a quarter is spent
    rows.loc[half_way, "developed_area_m2"] = (rows.loc[half_way, "area_m2"] * 0.4).round(1)
    rows.loc[half_way, "invested_wanyuan"] = (rows.loc[half_way, "total_investment_wanyuan"] * 0.2).round(0)
    going = rows.index[(status == "under_construction") & rows["new"].to_numpy() & (rows["contract_date"] < pd.Timestamp("2020-08-01")).to_numpy()]
    rows.loc[going[0], "suspended_date"] = pd.Timestamp("2022-05-20")  # stopped, but not yet for a year
    rows.loc[going[1], "suspended_date"] = pd.Timestamp("2021-10-08")  # stopped for a year, and going on again
    rows.loc[going[1], "resumed_date"] = pd.Timestamp("2022-10-09")
    return rows


def _steer_new_land(rows: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Which new industrial parcels stay new, so that the share by location is what the story says."""
    fixed = (rows["kind"] != "") & rows["contract_date_in_period"] & rows["industrial"]
    free = rows["new"] & rows["industrial"]
    inside = float((rows["area_m2"] * rows["inside_share"])[free | fixed].sum())
    outside = float((rows["area_m2"] * (1 - rows["inside_share"]))[fixed | (free & (rows["inside_share"] > 0))].sum())
    allowed = inside * (1 - NEW_LAND_IN_CARRIERS) / NEW_LAND_IN_CARRIERS - outside
    apart = rows.index[free & (rows["inside_share"] == 0)]
    apart = apart[rng.permutation(len(apart))]
    drop = apart[rows.loc[apart, "area_m2"].cumsum().to_numpy() > allowed]
    keep = rows["new"].copy()
    keep[drop] = False
    return keep


def build_supply(parcels: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row a supplied parcel, indexed like `parcels`, with the columns of the ledger, `status` and whether it is new land."""
    status, new = _statuses(parcels, rng)
    base = pd.DataFrame(parcels.drop(columns="geometry")).assign(status=status, new=new)
    base = base[base["status"] != "not_supplied"].copy()
    base["kind"] = base["status"]
    in_1y = base["status"] == "suspected_idle_1y"
    base["contract_date_in_period"] = in_1y  # about right; the exact share is in the truth tables
    base["new"] = _steer_new_land(base, rng)
    rows = base.drop(columns=["status", "kind", "contract_date_in_period"]).join(_dates(base, rng))
    rows = rows.rename(columns={"area_m2": "ground_m2"})
    rows = _money(_special_cases(rows.assign(area_m2=0.0)), rng)
    in_period = rows["contract_date"].between(pd.Timestamp(PERIOD[0]), pd.Timestamp(PERIOD[1]))
    rows["new"] = in_period
    rows["new_industrial"] = in_period & rows["industrial"]
    mode = rng.choice(["挂牌出让", "挂牌出让", "挂牌出让", "协议出让", "拍卖出让"], len(rows))
    rows["supply_mode"] = np.where(rows["land_use"] == "0701", "拍卖出让", np.where(rows["industrial"] | in_period, "挂牌出让", mode))
    rows.loc[rows["price_wanyuan"].isna(), "supply_mode"] = "划拨"
    stock = rows.index[rows["new_industrial"] & (rows["character"].isin(["works", "tech"]))][::19]
    rows["stock_land"] = rows.index.isin(stock)
    rows["is_standard_land"] = False
    early = rows["industrial"] & rows["contract_date"].between(pd.Timestamp("2018-06-01"), pd.Timestamp("2019-12-31"))
    rows.loc[early, "is_standard_land"] = rng.random(int(early.sum())) < 0.6
    fresh = rows.index[rows["new_industrial"] & ~rows["stock_land"]]
    fresh = fresh[rng.permutation(len(fresh))]
    rows.loc[fresh[rows.loc[fresh, "area_m2"].cumsum().to_numpy() <= 0.922 * rows.loc[fresh, "area_m2"].sum()], "is_standard_land"] = True
    order = rows.sort_values(["contract_date", "parcel_id"]).index
    rows = rows.loc[order]
    rows["supply_id"] = [f"330199{day.year}B{number:05d}" for number, day in enumerate(rows["contract_date"], start=1)]
    rows["project_id"] = ""
    return rows
