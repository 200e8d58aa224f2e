"""The demo district as its author knows it: the frames before they are written to files, and the figures a right run must find."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.demo.enterprises import build_enterprises
from spatial.demo.fabric import build_fabric
from spatial.demo.land import build_parcels, carriers_frame, townships_frame
from spatial.demo.plan import build_plan
from spatial.demo.projects import build_projects
from spatial.demo.standard_land import build_standard_land
from spatial.demo.supply import AS_OF, PERIOD, build_supply
from spatial.demo.surroundings import build_approvals, build_before, build_buildings, build_constraints, build_statistics, build_tracked

SEED = 4286
IDLE = ("suspected_idle_1y", "suspected_idle_2y", "suspected_idle_suspended", "certified_idle")
MISMEASURED = 3  # parcels whose certificate and drawing differ by more than the tolerance


@dataclass(frozen=True)
class DemoTruth:
    """Geometry in EPSG:4528; areas in m² unless a column's name says mu; money in 万元; `index` of ledgers is that of `parcels`."""

    parcels: gpd.GeoDataFrame
    carriers: gpd.GeoDataFrame
    carrier_shares: NDArray[np.float64]  # parcels x carriers
    townships: gpd.GeoDataFrame
    supply: pd.DataFrame
    projects: pd.DataFrame
    enterprises: pd.DataFrame
    leases: pd.DataFrame
    standard_land: pd.DataFrame
    approvals: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    constraints: gpd.GeoDataFrame
    before: gpd.GeoDataFrame
    statistics: pd.DataFrame
    tracked: pd.DataFrame
    as_of: date = AS_OF
    period: tuple[date, date] = PERIOD
    figures: dict[str, float] = field(default_factory=dict)
    by_carrier: pd.DataFrame = field(default_factory=pd.DataFrame)  # the same kinds of figures, one row a carrier, its whole ground


def _with_buildings(parcels: gpd.GeoDataFrame, supply: pd.DataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Floor area, footprint, yards, status and land accounting class; ground that is not built on has none."""
    parcels = parcels.copy()
    parcels.loc[supply.index, "far"] = supply["far"]
    parcels["land_status"] = supply["status"].reindex(parcels.index).fillna("not_supplied")
    bare = ~parcels["land_status"].isin(["used", "part_used", "not_supplied"]) | parcels["reserve"]
    parcels.loc[bare, ["far", "density"]] = 0.0
    ground = parcels["registered_area_mu"] * 2000 / 3
    parcels["floor_area_m2"] = (ground * parcels["far"]).round(1)
    parcels["footprint_area_m2"] = (ground * np.minimum(parcels["density"], parcels["far"])).round(1)
    yard = np.where(parcels["industrial"] & ~bare, rng.uniform(0.03, 0.12, len(parcels)), 0.0)
    parcels["yard_area_m2"] = (ground * yard).round(1)
    use = parcels["land_use"]
    classes = [(bare & ~parcels["reserve"], "B21"), (parcels["reserve"], "B21"), (use.isin(["1701", "1702"]), "C1"),
               (use.isin(["0301"]), "C2"), (use.isin(["0101", "0201", "1704"]), "C3"), (use == "0703", "B12"), (parcels["industrial"], "A2"),
               (use == "0701", "A1"), (use.str.startswith("09"), "A4"), (use == "1401", "A51"), (use.str.startswith("08"), "A52")]
    parcels["land_class"] = np.select([test for test, _ in classes], [code for _, code in classes], "A6")
    built, order = parcels["land_class"].str.startswith("A"), np.arange(len(parcels))
    supply_side = [(parcels["reserve"], "E21"), (~built & ~bare, ""), (built & (order % 61 == 7), "D22"), (use.str[:2].isin(["08", "12", "13", "14"]), "D1")]
    parcels["supply_class"] = np.select([test for test, _ in supply_side], [code for _, code in supply_side], "D21")
    high_tech = [(parcels["land_class"].ne("A2"), ""), (order % 5 == 1, "H1"), (order % 11 == 3, "H2")]
    parcels["high_tech_class"] = np.select([test for test, _ in high_tech], [code for _, code in high_tech], "")
    return parcels


def _admitted(enterprises: pd.DataFrame, standard_land: pd.DataFrame) -> pd.DataFrame:
    """Firms on 标准地 are of the industry that was admitted there, but for one parcel in every 53."""
    admitted = standard_land.groupby("index")["industry_code"].first().to_dict()
    named = [next((admitted[place] for place in group if place in admitted and place % 53), None) for group in enterprises["parcels"]]
    told = pd.Series(named, index=enterprises.index, dtype=object)
    return enterprises.assign(industry=told.where(told.notna(), enterprises["industry"]))


def _figures(truth: DemoTruth) -> dict[str, float]:
    """The district's figures by the rules of the contract, allocation by area, location by carrier polygons."""
    supply = truth.supply
    new = supply[supply["new_industrial"] & ~supply["stock_land"]]
    listed = new["project_id"].isin(truth.projects.loc[truth.projects["listed"], "project_id"])
    area, inside = new["area_m2"].sum(), (new["area_m2"] * new["inside_share"]).sum()
    industrial = supply[supply["industrial"]]
    judged = industrial["status"] != "undetermined"  # what cannot be judged stands on neither side of the ratio
    idle = industrial["status"].isin(IDLE)
    projects = truth.projects[truth.projects["new"]]
    in_carrier = projects["inside_share"] == 1
    real = truth.projects[truth.projects["category"] == "实施类"]
    plan = truth.projects["year_plan"].notna()
    figures = {
        "parcel_count": float(len(truth.parcels)), "parcels_m2": float(truth.parcels["area_m2"].sum()),
        "inside_m2": float((truth.parcels["area_m2"] * truth.parcels["inside_share"]).sum()),
        "overlap_m2": float((truth.parcels["area_m2"] * (truth.carrier_shares.sum(axis=1) - truth.parcels["inside_share"])).sum()),
        "straddling_count": float(truth.parcels["straddles"].sum()),
        "new_land_m2": float(area), "new_land_to_carriers_share": float(inside / area),
        "new_land_to_carriers_or_projects_share": float((inside + (new["area_m2"] * (1 - new["inside_share"]))[listed].sum()) / area),
        "standard_land_share": float(new.loc[new["is_standard_land"], "area_m2"].sum() / area),
        "new_project_count": float(len(projects)), "new_project_share": float(in_carrier.mean()),
        "new_investment_share": float(projects.loc[in_carrier, "year_done"].sum() / projects["year_done"].sum()),
        "project_start_rate": float(real["start_date"].notna().mean()),
        "investment_completion_rate": float(truth.projects.loc[plan, "year_done"].sum() / truth.projects.loc[plan, "year_plan"].sum()),
        "idle_land_m2": float(industrial.loc[idle, "ground_m2"].sum()),
        "approved_unsupplied_share": float(truth.parcels.loc[truth.parcels["reserve"], "area_m2"].sum() / truth.approvals["area_m2"].sum()),
        "idle_land_share": float(industrial.loc[idle, "ground_m2"].sum() / industrial.loc[judged, "ground_m2"].sum()),
    }
    for name in ("value_added", "tax"):
        signed = truth.enterprises[name] * truth.enterprises["year"].map({2019: -1.0, 2022: 1.0})
        figures[f"{name}_increment"] = float(signed.sum())
        figures[f"{name}_increment_share"] = float((signed * truth.enterprises["inside_share"]).sum() / signed.sum())
    now = truth.enterprises[(truth.enterprises["year"] == 2022)]
    evaluated = now[now["evaluated"]]
    figures["tax_per_mu"] = float(evaluated["tax"].sum() / evaluated["land_mu"].sum())
    figures["benefit_evaluation_coverage"] = float(now["evaluated"].mean())
    checked = truth.standard_land[truth.standard_land["actual"].notna()]
    figures["standard_land_checked_count"] = float(checked["parcel_id"].nunique())
    figures["standard_land_compliance_share"] = float((checked["result"] == "达标").groupby(checked["parcel_id"]).all().mean())
    return figures


def _by_carrier(truth: DemoTruth) -> pd.DataFrame:
    """What every carrier's own row must show: ground, idle land, new land, tax per mu; straddling parcels by area."""
    share = pd.DataFrame(truth.carrier_shares, index=truth.parcels.index, columns=truth.carriers["carrier_id"])
    ground = truth.parcels["area_m2"]
    supply = truth.supply
    industrial = supply[supply["industrial"] & (supply["status"] != "undetermined")]
    idle = industrial[industrial["status"].isin(IDLE)]
    new = supply[supply["new_industrial"] & ~supply["stock_land"]]
    firms = truth.enterprises[(truth.enterprises["year"] == 2022) & truth.enterprises["evaluated"]]
    at, shares, areas = truth.parcels.index, share.to_numpy(), ground.to_numpy()
    groups = [at.get_indexer(group) for group in firms["parcels"]]
    weights = np.array([np.average(shares[group], axis=0, weights=areas[group]) for group in groups])
    frame = pd.DataFrame({
        "area_m2": share.mul(ground, axis=0).sum(), "new_land_m2": share.loc[new.index].mul(new["area_m2"], axis=0).sum(),
        "supplied_industrial_m2": share.loc[industrial.index].mul(ground[industrial.index], axis=0).sum(),
        "idle_land_m2": share.loc[idle.index].mul(ground[idle.index], axis=0).sum(),
        "tax_wanyuan": weights.T @ firms["tax"].to_numpy(), "evaluated_land_mu": weights.T @ firms["land_mu"].to_numpy(),
    })
    return frame.assign(idle_land_share=frame["idle_land_m2"] / frame["supplied_industrial_m2"], tax_per_mu=frame["tax_wanyuan"] / frame["evaluated_land_mu"])


def build_demo(seed: int = SEED) -> DemoTruth:
    """The whole district in memory; the same frames for the same seed."""
    rng = np.random.default_rng(seed)
    plan = build_plan(rng)
    fabric = build_fabric(plan, rng)
    carriers, townships = carriers_frame(plan), townships_frame(plan)
    parcels, carrier_shares = build_parcels(fabric, plan, carriers, townships, rng)
    supply = build_supply(parcels, rng)
    projects, supply = build_projects(parcels, supply, rng)
    enterprises, leases = build_enterprises(supply, parcels, rng)
    parcels = _with_buildings(parcels, supply, rng)
    wrong = parcels.index[(parcels["land_use"] == "0703")][7::97][:MISMEASURED]
    parcels.loc[wrong, "registered_area_mu"] = (parcels.loc[wrong, "registered_area_mu"] * 1.083).round(2)
    standard_land = build_standard_land(supply, rng)
    enterprises = _admitted(enterprises, standard_land)
    truth = DemoTruth(
        parcels=parcels, carriers=carriers, carrier_shares=carrier_shares, townships=townships, supply=supply, projects=projects,
        enterprises=enterprises, leases=leases, standard_land=standard_land, approvals=build_approvals(parcels, supply, rng),
        buildings=build_buildings(parcels, rng), constraints=build_constraints(parcels, fabric), before=build_before(parcels, supply),
        statistics=build_statistics(enterprises, parcels, carriers, carrier_shares), tracked=build_tracked(),
    )
    truth.figures.update(_figures(truth))
    return replace(truth, by_carrier=_by_carrier(truth))
