"""The parcels of the demo district: codes, uses, areas, intensity, and which carrier and township they lie in."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import ellipsoidal_area
from spatial.demo.fabric import Fabric, bend_zones
from spatial.demo.plan import TOWNSHIPS, Plan
from spatial.demo.resources import parameters

GROUND_CRS = CRS.from_epsg(4528)
COUNTY = "330199"  # stands in no list of counties: fictitious on purpose
INDUSTRIAL = ("1001", "1101")
COLLECTIVE = {"0703": "JC", "0101": "JA", "0201": "JA", "0301": "JA", "1704": "JA"}
RESERVE_SHARE = {"growing": 0.20, "works": 0.055, "tech": 0.05, "finance": 0.04, "logistics": 0.08, "suburb": 0.03}


def carriers_frame(plan: Plan) -> gpd.GeoDataFrame:
    """The twenty carriers in EPSG:4528."""
    rows = parameters("carriers")["carrier"]
    frame = pd.DataFrame({"carrier_id": [row["name"] for row in rows], "carrier_type": [row["type"] for row in rows],
                          "main_industry": [row["industry"] for row in rows]})
    return gpd.GeoDataFrame(frame, geometry=bend_zones(plan, plan.carriers), crs=GROUND_CRS)


def townships_frame(plan: Plan) -> gpd.GeoDataFrame:
    """The eleven invented townships that tile the district."""
    names = [row[0] for row in TOWNSHIPS]
    return gpd.GeoDataFrame({"name": names, "number": np.arange(1, len(names) + 1)}, geometry=bend_zones(plan, plan.townships), crs=GROUND_CRS)


def shares(parcels: NDArray[Any], zones: NDArray[Any]) -> NDArray[np.float64]:
    """Planar share of every parcel (rows) in every zone (columns)."""
    result = np.zeros((len(parcels), len(zones)))
    zone, parcel = shapely.STRtree(parcels).query(zones, predicate="intersects")
    part = shapely.area(shapely.intersection(parcels[parcel], zones[zone])) / shapely.area(parcels[parcel])
    result[parcel, zone] = np.where(part > 1 - 1e-9, 1.0, np.where(part < 1e-9, 0.0, part))
    return result


def _uses(fabric: Fabric, plan: Plan, rng: np.random.Generator) -> NDArray[np.str_]:
    """Land use of every lot: most lots follow their block, some go their own way."""
    mixes = parameters("land_use")["mix"]
    use = np.full(len(fabric.lots), "1701", dtype="<U6")
    use[fabric.lake] = "1702"
    character = plan.character[fabric.lot_neighbourhood]
    own, block_draw, follows = rng.random(len(use)), rng.random(int(fabric.lot_block.max()) + 1), rng.random(len(use)) < 0.74
    draw = np.where(follows, block_draw[fabric.lot_block], own)
    for kind, mix in mixes.items():
        here = (character == kind) & ~fabric.water
        bounds = np.cumsum(list(mix.values())) / sum(mix.values())
        use[here] = np.array(list(mix))[np.minimum(np.searchsorted(bounds, draw[here], side="right"), len(mix) - 1)]
    return use


def _between(use: NDArray[np.str_], key: str, rng: np.random.Generator) -> NDArray[np.float64]:
    """A number in the range that land_use.toml gives for each lot's use; 0 where it gives none."""
    table = parameters("land_use")["use"]
    low = np.array([table[code].get(key, (0.0, 0.0))[0] for code in use])
    high = np.array([table[code].get(key, (0.0, 0.0))[1] for code in use])
    return low + (high - low) * rng.beta(2.2, 2.2, len(use))


def _codes(frame: pd.DataFrame) -> list[str]:
    """19-character parcel codes: county, township, neighbourhood, feature code, running number."""
    neighbourhood = frame.groupby("township_no")["cell"].transform(lambda cells: cells.rank(method="dense")).astype(int)
    feature = frame["land_use"].map(COLLECTIVE).fillna("GB")
    number = frame.groupby(["township_no", "cell", feature]).cumcount() + 1
    return [f"{COUNTY}{t:03d}{n:03d}{f}{k:05d}" for t, n, f, k in zip(frame["township_no"], neighbourhood, feature, number, strict=True)]


def build_parcels(
    fabric: Fabric, plan: Plan, carriers: gpd.GeoDataFrame, townships: gpd.GeoDataFrame, rng: np.random.Generator,
) -> tuple[gpd.GeoDataFrame, NDArray[np.float64]]:
    """One row a parcel, EPSG:4528, and its share in every carrier; intensity is drawn for all, what is not built loses it later."""
    lots = fabric.lots
    in_carrier = shares(lots, carriers.geometry.to_numpy())
    in_any = shares(lots, np.array([shapely.union_all(carriers.geometry.to_numpy())], dtype=object))[:, 0]
    by_name = np.argsort(carriers["carrier_id"].to_numpy())  # ties go to the smallest name
    best = by_name[in_carrier[:, by_name].argmax(axis=1)]
    best_share = in_carrier.max(axis=1)
    in_town = shares(lots, townships.geometry.to_numpy())
    use = _uses(fabric, plan, rng)
    character = np.where(fabric.water, "water", plan.character[fabric.lot_neighbourhood])
    industrial = np.char.startswith(use, "1001") | (use == "1101")
    wanted = np.isin(use, ["0902", "0802"]) | industrial
    reserve = wanted & (rng.random(len(use)) < np.array([RESERVE_SHARE.get(kind, 0.0) for kind in character]))
    frame = pd.DataFrame({
        "cell": fabric.lot_neighbourhood, "block": fabric.lot_block, "character": character, "township_no": in_town.argmax(axis=1) + 1,
        "planned_use": np.where(np.isin(use, ["1701", "1702"]), "", use), "land_use": np.where(reserve, "2301", use), "reserve": reserve,
        "area_m2": ellipsoidal_area(lots, GROUND_CRS), "inside_share": in_any, "carrier_best": best, "carrier_share": best_share,
        "far": np.round(_between(use, "far", rng), 3), "density": np.round(_between(use, "density", rng), 3),
        "price_per_mu": _between(use, "price", rng),
    })
    frame["industrial"] = frame["land_use"].str.startswith(INDUSTRIAL)
    names: NDArray[Any] = carriers["carrier_id"].to_numpy(dtype=object)[best]
    names[(best_share == 0) | (best_share < 1 - in_any)] = None  # the ground outside competes as one candidate
    frame["carrier_id"] = names
    frame["straddles"] = (frame["inside_share"] > 0) & (frame["inside_share"] < 1)
    error = rng.normal(0, 0.0012, len(frame))
    frame["registered_area_mu"] = np.round(frame["area_m2"] * (1 + error) * 3 / 2000, 2)
    frame["township"] = [TOWNSHIPS[number - 1][0] for number in frame["township_no"]]
    order = np.lexsort((frame["cell"].to_numpy(), frame["township_no"].to_numpy()))
    frame = frame.iloc[order].reset_index(drop=True)
    frame.insert(0, "parcel_id", _codes(frame))
    return gpd.GeoDataFrame(frame, geometry=lots[order], crs=GROUND_CRS), in_carrier[order]
