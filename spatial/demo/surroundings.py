"""The smaller layers of the demo district: approvals, buildings, constraints, the earlier vintage, statistics and tracked targets."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.crs import ellipsoidal_area
from spatial.demo.fabric import Fabric
from spatial.demo.land import COUNTY, GROUND_CRS
from spatial.demo.plan import largest
from spatial.demo.resources import parameters


def build_approvals(parcels: gpd.GeoDataFrame, supply: pd.DataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """农转用批次: the reserve and what was newly supplied on it, one batch a neighbourhood and half of it."""
    new = supply.index[supply["new"] & ~supply["stock_land"]]
    ground = parcels[parcels["reserve"] | parcels.index.isin(new)]
    rows = []
    for number, (_, members) in enumerate(ground.groupby("cell", sort=True), start=1):
        year = 2017 + number % 3
        day = pd.Timestamp(year, 1 + int(rng.integers(0, 12)), 1 + int(rng.integers(0, 28)))
        rows.append({"batch_id": f"示范区{year}年度第{number}批次", "approval_date": day,
                     "geometry": shapely.union_all(members.geometry.to_numpy())})
    frame = gpd.GeoDataFrame(rows, crs=GROUND_CRS)
    frame["area_m2"] = ellipsoidal_area(frame.geometry.to_numpy(), GROUND_CRS).round(1)
    return frame


def build_buildings(parcels: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """One building a built parcel: the lot drawn in to the footprint's area."""
    built = parcels[parcels["floor_area_m2"] > 0]
    shapes, heart = built.geometry.to_numpy(), shapely.get_coordinates(shapely.point_on_surface(built.geometry.to_numpy()))
    points, owner = shapely.get_coordinates(shapely.simplify(shapes, 2.0), return_index=True)
    middle = np.where(shapely.contains(shapes, shapely.centroid(shapes))[:, None], shapely.get_coordinates(shapely.centroid(shapes)), heart)
    size = np.sqrt(built["footprint_area_m2"] / built["area_m2"]).to_numpy()[owner, None]
    small = np.round(middle[owner] + (points - middle[owner]) * size, 3)
    buildings = shapely.polygons(shapely.linearrings(small, indices=owner))
    buildings = shapely.intersection(shapely.make_valid(buildings), shapes)
    buildings = np.array([largest(building) for building in buildings], dtype=object)
    frame = gpd.GeoDataFrame({"parcel_id": built["parcel_id"].to_numpy(), "floor_area_m2": built["floor_area_m2"].to_numpy(),
                              "use": np.where(built["industrial"], "厂房", np.where(built["land_use"].str.startswith("07"), "住宅", "商办及公共"))},
                             geometry=buildings, crs=GROUND_CRS)
    vacant = np.where((rng.random(len(frame)) < 0.12) & (frame["use"] != "住宅"), rng.uniform(0.1, 0.6, len(frame)), 0.0)
    frame["vacant_area_m2"] = (frame["floor_area_m2"] * vacant).round(0)
    return frame


def build_constraints(parcels: gpd.GeoDataFrame, fabric: Fabric) -> gpd.GeoDataFrame:
    """River management zone, permanent farmland and an ecological protection area."""
    farmland = parcels[parcels["land_use"] == "0101"]
    big = farmland[farmland["area_m2"] > 60_000]
    woods = parcels[parcels["land_use"].isin(["0301", "1702"])]
    shapes = [shapely.buffer(fabric.river, 22.0), shapely.union_all(big.geometry.to_numpy()), shapely.buffer(shapely.union_all(woods.geometry.to_numpy()), 4.0)]
    frame = gpd.GeoDataFrame({"kind": ["河道管理范围", "永久基本农田", "生态保护红线"]}, geometry=shapes, crs=GROUND_CRS)
    return frame.explode(ignore_index=True)


def build_before(parcels: gpd.GeoDataFrame, supply: pd.DataFrame) -> gpd.GeoDataFrame:
    """The parcels of 2019: what was supplied later was farmland of the block, and some of today's pairs were one parcel."""
    later = parcels.index.isin(supply.index[supply["new"]])
    groups = parcels[later].groupby("block", sort=True)
    fields = pd.DataFrame({"parcel_id": [f"{COUNTY}{rows['township_no'].iloc[0]:03d}999JA{number:05d}" for number, (_, rows) in enumerate(groups, start=1)],
                           "land_use": "0101"})
    old_ground = gpd.GeoDataFrame(fields, geometry=[shapely.union_all(rows.geometry.to_numpy()) for _, rows in groups], crs=GROUND_CRS)
    kept = parcels.loc[~later, ["parcel_id", "land_use", "block", "geometry"]]
    first = kept[kept["land_use"].isin(["100102", "0901"])].groupby("block").head(2)
    merged = []
    gone: list[int] = []
    for _, rows in list(first.groupby("block", sort=True))[::9]:
        if len(rows) == 2 and shapely.touches(*rows.geometry.to_numpy()):
            joined = shapely.union_all(rows.geometry.to_numpy())
            if joined.geom_type == "Polygon":
                merged.append({"parcel_id": rows["parcel_id"].iloc[0], "land_use": rows["land_use"].iloc[0], "geometry": joined})
                gone += list(rows.index)
    pairs = gpd.GeoDataFrame(merged, crs=GROUND_CRS)
    frame = pd.concat([kept.drop(index=gone).drop(columns="block"), pairs, old_ground], ignore_index=True)
    frame["registered_area_mu"] = (ellipsoidal_area(frame.geometry.to_numpy(), GROUND_CRS) * 3 / 2000).round(2)
    return gpd.GeoDataFrame(frame, crs=GROUND_CRS)


RESIDENTS_PER_M2 = 0.03  # of housing land; and some in dormitories of every carrier


def build_statistics(enterprises: pd.DataFrame, parcels: gpd.GeoDataFrame, carriers: gpd.GeoDataFrame, shares: NDArray[np.float64]) -> pd.DataFrame:
    """The district's own yearly figures as the statistics office gives them: a little above the sum of the ledger's firms; and the residents of the carriers."""
    rows = []
    for year, growth in ((2019, 1.0), (2020, 1.05), (2021, 1.16), (2022, 1.24)):
        total = enterprises[enterprises["year"] == 2019][["value_added", "output", "revenue", "rd", "tax"]].sum() * 1.04 * growth
        rows.append({"zone": "study_area", "year": year, **total.round(0).to_dict(), "fixed_investment": round(1_180_000 * growth, 0)})
    housing = parcels["area_m2"].to_numpy(float) * parcels["land_use"].eq("0701").to_numpy(float)
    rows[-1]["population"] = round(float(housing.sum()) * RESIDENTS_PER_M2 / 10) * 10
    for carrier, held in zip(carriers["carrier_id"], housing @ shares, strict=True):
        rows.append({"zone": carrier, "year": 2022, "population": round(float(held) * RESIDENTS_PER_M2 / 10) * 10 + 120})
    return pd.DataFrame(rows)


def build_tracked() -> pd.DataFrame:
    """Targets no layer can show, as the offices in charge report them (invented)."""
    rows = [{"target": name, "zone": "study_area", "as_of": pd.Timestamp(day), "value": value}
            for day, values in parameters("tracked")["reported"].items() for name, value in values.items()]
    return pd.DataFrame(rows)
