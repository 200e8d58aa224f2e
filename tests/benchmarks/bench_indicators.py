"""All indicators of a town after its joins: derived columns, then every sum. `python -m tests.benchmarks.bench_indicators`.

1,000,000 parcels, 200,000 ledger rows and 500 carriers (and a tenth of the rows, to see that cost is linear), made afresh from a fixed seed
as the joins would hand them on. `derive` is status, flags and checks; `sum` is every indicator in every zone.
"""

from __future__ import annotations

import argparse
import time
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatial.indicators.assemble import book_of, values_of
from spatial.indicators.registry import INDICATORS
from spatial.schema.joined import STUDY_AREA, Joined, KeyMatch, Located, Membership, Placed
from spatial.schema.shares import Shares
from spatial.schema.study import KEYS, Study

CARRIERS, MOST_SECONDS = 500, 5.0
LEDGERS = {"supply": 0.08, "enterprises": 0.08, "projects": 0.02, "standard_land": 0.02}  # rows for each parcel


def study() -> Study:
    rules = {key.path.removeprefix("rules."): key.default for key in KEYS if key.path.startswith("rules.")}
    return Study(Path("study.toml"), "bench", date(2022, 12, 31), (date(2020, 1, 1), date(2022, 12, 31)), "CGCS2000", {}, "", "geometry", "internal", (), "area", "refuse",
                 "refuse", {}, "refuse", 0.05, 0.01, "keep", rules | {"per_mu_land": "evaluated_enterprises", "idle_denominator": "supplied_industrial"}, {})


def days(rng: np.random.Generator, count: int, missing: float = 0.0) -> pd.Series:
    drawn = pd.Series(pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.integers(0, 1800, count), "D"))
    return drawn.mask(rng.random(count) < missing)


def ledgers(rng: np.random.Generator, ids: NDArray[Any], parcels: int) -> tuple[dict[str, pd.DataFrame], dict[str, NDArray[np.int64]]]:
    """The rows of every ledger, and the position of the parcel that each lies on."""
    place = {role: rng.choice(parcels, int(parcels * part), replace=False) for role, part in LEDGERS.items()}
    money = lambda role: rng.lognormal(5, 1, len(place[role]))  # noqa: E731
    yes = lambda role, chance: rng.random(len(place[role])) < chance  # noqa: E731
    count = {role: len(rows) for role, rows in place.items()}
    tables = {
        "supply": pd.DataFrame({"contract_date": days(rng, count["supply"]), "area_m2": money("supply") * 100, "stock_land": yes("supply", 0.2),
                                "is_standard_land": yes("supply", 0.7), "agreed_start_date": days(rng, count["supply"]),
                                "actual_start_date": days(rng, count["supply"], 0.4), "completion_date": days(rng, count["supply"], 0.6)}),
        "enterprises": pd.DataFrame({"year": rng.integers(2021, 2023, count["enterprises"]), "evaluated": yes("enterprises", 0.8), "is_main_industry": yes("enterprises", 0.6),
                                     "above_scale": yes("enterprises", 0.4), "industry": "3489", "land_registered_m2": money("enterprises") * 100}
                                    | {name: money("enterprises") for name in ("tax_wanyuan", "value_added_wanyuan", "output_wanyuan", "revenue_wanyuan", "rd_wanyuan",
                                                                               "fixed_investment_wanyuan", "energy_tce", "emissions_t", "employees")}),
        "projects": pd.DataFrame({"registered_date": days(rng, count["projects"]), "start_date": days(rng, count["projects"], 0.3),
                                  "completion_date": days(rng, count["projects"], 0.6), "year_plan_wanyuan": money("projects"), "year_done_wanyuan": money("projects"),
                                  "total_investment_wanyuan": money("projects"), "listed": yes("projects", 0.5), "flagship": yes("projects", 0.1), "industry": "3489"}),
        "standard_land": pd.DataFrame({"industry_code": "3489", "measure": "亩均税收", "commitment": money("standard_land"), "actual": money("standard_land"),
                                       "stage": "production", "check_date": days(rng, count["standard_land"])}),
    }
    for role, table in tables.items():
        table["row"], table["parcel_id"] = np.arange(len(table)) + 2, ids[place[role]]
    tables["projects"]["project_id"] = [f"P{i}" for i in range(count["projects"])]
    tables["enterprises"]["enterprise_id"] = [f"E{i}" for i in range(count["enterprises"])]
    for role in ("enterprises", "projects"):
        tables[role]["parcel_id"] = [(key,) for key in tables[role]["parcel_id"]]
    return tables, place


def in_zones(carrier: NDArray[np.int64], zones: int) -> Shares:
    """Every row whole in the study area and in one carrier (or in none: outside, the last zone)."""
    count, within = len(carrier), (carrier < CARRIERS).astype(float)
    row = np.arange(count)
    zone = np.where(carrier < CARRIERS, carrier + 1, zones - 1)
    return Shares(np.r_[row, row], np.r_[np.zeros(count, np.int64), zone], np.ones(2 * count), np.r_[within, within])


def joined(parcels: int) -> Joined:
    rng = np.random.default_rng(20221231)
    ids = np.array([f"330109{i:09d}" for i in range(parcels)], dtype=object)
    area = rng.lognormal(9, 0.7, parcels)
    carrier = rng.integers(0, int(CARRIERS * 1.4), parcels)
    frame = gpd.GeoDataFrame({"parcel_id": ids, "land_use": rng.choice(np.array(["1001", "1101", "0701", "0901"], dtype=object), parcels), "area_m2": area,
                              "floor_area_m2": area * rng.uniform(0, 3, parcels), "footprint_area_m2": area * rng.uniform(0, 0.6, parcels),
                              "land_class": rng.choice(np.array(["A2", "A1", "B21", "B1"], dtype=object), parcels), "inside": (carrier < CARRIERS).astype(float)},
                             geometry=shapely.points(rng.random(parcels), rng.random(parcels)))
    zones = pd.DataFrame({"id": [STUDY_AREA, *(f"C{i:03d}" for i in range(CARRIERS)), "outside"], "kind": ["study_area", *["carrier"] * CARRIERS, "outside"]})
    zones = zones.assign(name=zones["id"], layer="", parcel_count=0, area_m2=0.0)
    members = Membership(zones, in_zones(carrier, len(zones)), frame["inside"].to_numpy(), {key: i for i, key in enumerate(zones["id"])})
    tables, place = ledgers(rng, ids, parcels)
    placed = {}
    for role, on in place.items():
        shares, inside = in_zones(carrier[on], len(zones)), (carrier[on] < CARRIERS).astype(float)
        tables[role]["inside"] = inside
        pairs = pd.DataFrame({"row": np.arange(len(on)), "parcel": on})
        yes = np.ones(len(on), bool)
        found_on = np.zeros(parcels, bool)
        found_on[on] = True
        placed[role] = Placed(Located(shares, inside, np.full(len(on), "parcel"), pairs.assign(weight=1.0)), shares, None, [], KeyMatch(pairs, yes, yes, found_on, 0))
    carriers = gpd.GeoDataFrame({"carrier_id": zones["id"].iloc[1:-1].to_numpy(object)}, geometry=gpd.GeoSeries([None] * CARRIERS))
    return Joined(frame, carriers, {}, members, zones, pd.DataFrame(), {}, tables, placed, [])


def measure(parcels: int) -> dict[str, Any]:
    town, rules = joined(parcels), study()
    start = time.perf_counter()
    book, _ = book_of(town, rules, None, worded=False)
    middle = time.perf_counter()
    values = values_of(book, INDICATORS)
    end = time.perf_counter()
    return {"parcels": parcels, "rows": sum(len(table) for table in town.ledgers.values()), "derive": middle - start, "sum": end - middle,
            "values": len(values), "known": int(values.loc[values["zone"] == STUDY_AREA, "status"].eq("ok").sum())}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, nargs="+", default=[100_000, 1_000_000])
    options = parser.parse_args()
    print(f"{'parcels':>10} {'ledger rows':>12} {'carriers':>9} {'derive s':>9} {'sum s':>7} {'values':>8} {'indicators with a value':>24}")
    rows = [measure(parcels) for parcels in options.parcels]
    for row in rows:
        print(f"{row['parcels']:>10,} {row['rows']:>12,} {CARRIERS:>9} {row['derive']:>9.2f} {row['sum']:>7.2f} {row['values']:>8,} {row['known']:>14} of {len(INDICATORS)}")
    whole = [row["derive"] + row["sum"] for row in rows]
    print(f"all indicators after the joins: {whole[-1]:.2f} s, wanted at most {MOST_SECONDS:.0f}; {whole[-1] / whole[0]:.1f} x the time for "
          f"{rows[-1]['parcels'] / rows[0]['parcels']:.0f} x the rows")
    return 0 if whole[-1] <= MOST_SECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
