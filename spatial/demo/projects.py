"""The project ledger of the demo district: projects on newly supplied land, conversions on old land, and those of earlier years."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from spatial.crs import CGCS2000, reproject
from spatial.demo.land import GROUND_CRS

LISTED_OUTSIDE_SHARE = 0.047  # of new land: what the reading "carriers or listed projects" adds
NEW_PROJECTS_IN_CARRIERS = 0.842
NEW_INVESTMENT_IN_CARRIERS = 0.823
COMPLETION = 0.952
TASK_FORCES = ("新一代信息技术专班", "高端装备专班", "新能源汽车专班", "新材料专班", "生命健康专班", "数字创意专班", "现代物流专班", "现代金融专班")
THINGS = ("智能控制器", "精密轴承", "新能源电机", "差别化纤维", "医用敷料", "工业机器人", "车载芯片", "高性能滤材", "智能仓储", "光电模组",
          "液压元件", "生物试剂")
WORKS = ("年产{n}万套{thing}项目", "{thing}生产基地项目", "{thing}产业化项目", "{thing}研发及制造中心项目")
AS_OF = pd.Timestamp("2022-12-31")


def _groups(new: pd.DataFrame, rng: np.random.Generator) -> list[list[int]]:
    """Parcels of one project: mostly one, at times two or three of the same block; none that straddles a carrier's edge."""
    whole = new[(new["inside_share"] == 0) | (new["inside_share"] == 1)]
    groups: list[list[int]] = []
    for _, rows in whole.groupby(["block", "carrier_id", "project_side"], dropna=False, sort=True):
        left = list(rows.index)
        while left:
            size = min(len(left), int(rng.choice([1, 1, 1, 2, 3])))
            groups.append(left[:size])
            left = left[size:]
    return groups


TOLD = ("contract_date", "actual_start_date", "total_investment_wanyuan", "price_wanyuan", "invested_wanyuan", "completion_date", "agreed_start_date",
        "inside_share", "carrier_id")  # what a project takes from the supply of its parcels


def _row(supply: pd.DataFrame, group: list[int], rng: np.random.Generator) -> dict[str, Any]:
    """A project on supplied parcels; its start is that of its first parcel to start."""
    rows = supply.loc[group]
    registered = rows["contract_date"].min() - pd.Timedelta(int(rng.integers(20, 75)), "D")
    start = rows["actual_start_date"].min()
    total = float(rows["total_investment_wanyuan"].sum() + rows["price_wanyuan"].sum())
    left = max(total - float(rows["invested_wanyuan"].sum()), total * 0.2)
    plan = round(left * rng.uniform(0.25, 0.5) if pd.notna(start) else total * rng.uniform(0.04, 0.1), -1)
    finished = rows["completion_date"].max() if rows["completion_date"].notna().all() else pd.NaT
    return {"parcels": group, "by": "parcel", "registered_date": registered, "planned_start_date": rows["agreed_start_date"].min(),
            "start_date": start, "completion_date": finished, "total_yi": round(total / 10_000, 2), "year_plan": plan,
            "inside_share": float(rows["inside_share"].iloc[0]), "carrier_id": rows["carrier_id"].iloc[0], "kind": "new"}


def _conversions(parcels: gpd.GeoDataFrame, supply: pd.DataFrame, count: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Projects without new land in carriers: given by coordinates, or by the carrier's name alone."""
    used = supply[(supply["status"] == "used") & (supply["inside_share"] == 1) & supply["industrial"] & ~supply["new"]]
    rows = []
    for number, parcel in enumerate(rng.choice(used.index, count, replace=False)):
        registered = pd.Timestamp("2020-01-10") + pd.Timedelta(int(rng.integers(0, 1060)), "D")
        start = registered + pd.Timedelta(int(rng.integers(60, 200)), "D")
        total = round(float(used["total_investment_wanyuan"][parcel]) * rng.uniform(0.15, 0.4) / 10_000, 2)
        rows.append({"parcels": [int(parcel)], "by": "carrier" if number % 4 == 3 else "xy", "registered_date": registered, "planned_start_date": start,
                     "start_date": start if start <= AS_OF else pd.NaT, "completion_date": pd.NaT, "total_yi": total,
                     "year_plan": round(total * 10_000 * rng.uniform(0.25, 0.5), -1), "inside_share": 1.0,
                     "carrier_id": used["carrier_id"][parcel], "kind": "conversion"})
    return rows


def _steer(frame: pd.DataFrame) -> pd.DataFrame:
    """Yearly sums brought to the shares of the story."""
    has = frame["year_plan"].notna()
    outside = has & frame["new"] & (frame["inside_share"] == 0)
    inside = has & frame["new"] & (frame["inside_share"] == 1)
    sums = frame["year_done"].where(inside).sum(), frame["year_done"].where(outside).sum()
    factor = sums[0] * (1 - NEW_INVESTMENT_IN_CARRIERS) / NEW_INVESTMENT_IN_CARRIERS / sums[1]
    frame.loc[outside, ["year_done", "year_plan"]] *= factor
    frame["year_done"] *= COMPLETION * frame["year_plan"].sum() / frame.loc[has, "year_done"].sum()
    return frame.round({"year_plan": 0, "year_done": 0})


def build_projects(parcels: gpd.GeoDataFrame, supply: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a project, and the supply ledger with the projects' codes filled in."""
    supply = supply.assign(project_side=supply["inside_share"].to_numpy())
    new = supply[supply["new_industrial"] & ~supply["stock_land"]]
    told = supply[list(TOLD)]
    rows = [_row(told, group, rng) for group in _groups(new, rng)]
    old = supply[supply["industrial"] & (supply["status"] == "used") & ~supply["new"] & (supply["inside_share"].isin([0.0, 1.0]))
                 & (supply["contract_date"] >= pd.Timestamp("2016-06-01"))]
    rows += [{**_row(told, [int(parcel)], rng), "kind": "old", "year_plan": np.nan} for parcel in rng.choice(old.index, 48, replace=False)]
    in_period = [row for row in rows if row["kind"] == "new" and row["registered_date"] >= pd.Timestamp("2020-01-01")]
    inside = sum(row["inside_share"] == 1 for row in in_period)
    wanted = (NEW_PROJECTS_IN_CARRIERS * len(in_period) - inside) / (1 - NEW_PROJECTS_IN_CARRIERS)
    rows += _conversions(parcels, supply, max(round(wanted), 12), rng)
    frame = pd.DataFrame(rows).sort_values("registered_date", kind="stable").reset_index(drop=True)
    n = len(frame)
    frame["new"] = frame["registered_date"].between(pd.Timestamp("2020-01-01"), AS_OF)
    frame["project_id"] = [f"{day.year}-330199-{35 + number % 5}-03-{100_000 + number * 37}" for number, day in enumerate(frame["registered_date"])]
    thing = rng.integers(0, len(THINGS), n)
    frame["project_name"] = [WORKS[i % 4].format(n=int(rng.integers(2, 90)), thing=THINGS[t]) + f"({i + 1}号)" for i, t in enumerate(thing)]
    frame["industry"] = [THINGS[t] for t in thing]
    frame["task_force"] = [TASK_FORCES[t % 8] for t in thing]
    unstarted = frame["start_date"].isna()
    frame["category"] = np.where(unstarted & (rng.random(n) < 0.70), "准备类", "实施类")
    frame.loc[frame["category"] == "准备类", "year_plan"] = np.nan
    frame["year_done"] = frame["year_plan"] * np.where(unstarted, rng.uniform(0.0, 0.3, n), rng.uniform(0.78, 1.22, n))
    frame = _steer(frame)
    frame["is_main_industry"] = rng.random(n) < np.where(frame["inside_share"] == 1, 0.72, 0.4)
    frame["flagship"] = frame["total_yi"].rank(ascending=False, method="first") <= 12
    frame["listed"] = (frame["inside_share"] == 1) & frame["new"] & (rng.random(n) < 0.55)
    goal, area = LISTED_OUTSIDE_SHARE * new["area_m2"].sum(), 0.0
    for row in np.flatnonzero((frame["inside_share"] == 0) & (frame["kind"] == "new") & frame["start_date"].notna()):
        size = float(supply.loc[frame["parcels"][row], "area_m2"].sum())
        if area + size <= goal * 1.03:
            area += size
            frame.loc[row, "listed"] = True
    middle = shapely.point_on_surface(parcels.geometry.to_numpy()[[group[0] for group in frame["parcels"]]])
    degrees = shapely.get_coordinates(reproject(middle, GROUND_CRS, CGCS2000)).round(6)
    frame["lon"] = np.where(frame["by"] == "xy", degrees[:, 0], np.nan)
    frame["lat"] = np.where(frame["by"] == "xy", degrees[:, 1], np.nan)
    own = frame[frame["kind"] != "conversion"]
    for group, code in zip(own["parcels"], own["project_id"], strict=True):
        supply.loc[group, "project_id"] = code
    return frame, supply.drop(columns="project_side")
