"""The enterprises of the demo district: owners and tenants, their land, and their figures of 2019 and 2022."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.demo.resources import parameters

VALUE_ADDED_INCREMENT_IN_CARRIERS, TAX_INCREMENT_IN_CARRIERS = 0.831, 0.782
LEVEL_OUTSIDE = {"old_works": (5.2, 1.04), "suburb": (18.5, 1.12), "town": (26.0, 1.14), "village": (6.5, 1.02), "farm": (4.0, 1.0)}
MONEY = ("tax", "value_added", "output", "revenue", "fixed_investment", "rd")
DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SYLLABLES = "恒泰华盛金鼎瑞丰永兴天成中科联创东方智远宏达信诚海纳嘉禾新锐博力"
TRADES = (("3489", "机械"), ("1751", "纺织"), ("2821", "化纤"), ("3670", "汽配"), ("3911", "电子"), ("2710", "医药"), ("2929", "塑料"), ("3812", "电气"))
OFFICES = (("6490", "投资管理"), ("6513", "软件"), ("7310", "研究"), ("6550", "信息技术"))


def credit_code(number: int) -> str:
    """An 18-character unified social credit code with the right check character; the county in it does not exist."""
    body = "91330199MA2" + "".join(DIGITS[number // 31**place % 31] for place in range(5, -1, -1))
    total = sum(DIGITS.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + DIGITS[(31 - total % 31) % 31]


def _owners(supply: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row a firm that holds land; some hold two or three parcels of one block."""
    built = supply[supply["status"].isin(["used", "part_used"]) & (supply["industrial"] | supply["land_use"].isin(["0902", "0802"]))]
    built = built[built["industrial"] | (rng.random(len(built)) < 0.8)]
    follows = (rng.random(len(built)) < 0.16) & built["inside_share"].isin([0.0, 1.0]).to_numpy()
    rows: list[dict[str, Any]] = []
    last: dict[object, int] = {}
    for (index, row), with_neighbour in zip(built.iterrows(), follows, strict=True):
        key = (row["block"], row["carrier_id"], row["inside_share"])
        if with_neighbour and key in last and len(rows[last[key]]["parcels"]) < 3:
            rows[last[key]]["parcels"].append(index)
            rows[last[key]]["land_registered"] += row["registered_area_mu"]
            continue
        if row["inside_share"] in (0.0, 1.0):
            last[key] = len(rows)
        rows.append({"parcels": [index], "land_registered": row["registered_area_mu"], "inside_share": row["inside_share"], "carrier_id": row["carrier_id"],
                     "character": row["character"], "since": row["completion_date"].year, "office": not row["industrial"]})
    return pd.DataFrame(rows)


def _tenants(owners: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Firms that rent a part of an owner's land, and the leases; every lease stays on one parcel, so it nets to zero in a carrier."""
    lets = np.flatnonzero((owners["land_registered"] > 14) & ~owners["office"] & (rng.random(len(owners)) < 0.2))
    rows: list[dict[str, Any]] = []
    leases: list[dict[str, Any]] = []
    for owner in lets:
        for _ in range(int(rng.integers(1, 3))):
            area = round(float(owners["land_registered"][owner]) * rng.uniform(0.1, 0.3), 2)
            leases.append({"owner": owner, "tenant": len(owners) + len(rows), "area_mu": area, "year": int(rng.integers(2014, 2019))})
            rows.append({**{name: owners[name][owner] for name in ("inside_share", "carrier_id", "character")}, "parcels": owners["parcels"][owner][:1],
                         "land_registered": 0.0, "since": 2018, "office": False, "land_leased_in": area})
    return pd.DataFrame(rows), pd.DataFrame(leases)


def _figures(firms: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The figures of 2022, from the level of the place, the land and the size class."""
    n = len(firms)
    carriers = {row["name"]: (row["tax"], row["growth"]) for row in parameters("carriers")["carrier"]}
    place = [carriers.get(name) or LEVEL_OUTSIDE.get(kind, (17.0, 1.1)) for name, kind in zip(firms["carrier_id"], firms["character"], strict=True)]
    level, growth = np.array(place).T
    above = firms["above_scale"].to_numpy()
    tax = firms["land_mu"] * level * np.exp(rng.normal(-0.08, 0.42, n)) * np.where(above, 1.0, 0.34)
    tax = tax * np.where(firms["since"] > 2018, 0.4, 1.0)  # young works do not yet pay in full
    added = tax * rng.uniform(3.6, 5.6, n)
    output = added * rng.uniform(3.7, 4.9, n)
    revenue = output * rng.uniform(0.96, 1.06, n)
    rd = revenue * np.where(above, rng.uniform(0.014, 0.046, n), rng.uniform(0.0, 0.015, n))
    return firms.assign(
        tax=tax, value_added=added, output=output, revenue=revenue, rd=rd, growth=(1 + (growth - 1) * 0.34) * np.exp(rng.normal(0, 0.07, n)),
        fixed_investment=firms["land_mu"] * rng.uniform(230, 430, n), energy=added / np.where(firms["office"], 14.0, rng.uniform(1.9, 5.2, n)),
        emissions=added / rng.uniform(2800, 11_500, n), electricity=added * rng.uniform(0.05, 0.16, n), employees=np.ceil(added / rng.uniform(15, 29, n)),
    )


def _earlier(firms: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The same firms in 2019; those outside the carriers are scaled so that the carriers' share of the growth is the story's."""
    before = firms[(firms["since"] <= 2018)].copy()
    for name in (*MONEY, "energy", "emissions", "electricity", "employees"):
        before[name] = before[name] / (before["growth"] if name in MONEY else before["growth"] ** 0.6)
    before["fixed_investment"] = firms["fixed_investment"] * 0.86
    before["employees"] = np.ceil(before["employees"])
    for name, share in (("value_added", VALUE_ADDED_INCREMENT_IN_CARRIERS), ("tax", TAX_INCREMENT_IN_CARRIERS)):
        grown = firms[name].sub(before[name], fill_value=0.0)
        outside = firms["inside_share"] == 0
        inside = float((grown * firms["inside_share"]).sum())
        mixed = float((grown * (1 - firms["inside_share"]))[~outside].sum())
        wanted = inside * (1 - share) / share - mixed  # growth of the firms wholly outside
        old = before.index[before["inside_share"] == 0]
        before.loc[old, name] *= (float(firms.loc[outside, name].sum()) - wanted) / float(before.loc[old, name].sum())
    return before


def build_enterprises(supply: pd.DataFrame, parcels: gpd.GeoDataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Enterprise rows of both years (land in mu, money in 万元) and the leases between them."""
    owners = _owners(supply, rng)
    tenants, leases = _tenants(owners, rng)
    firms = pd.concat([owners, tenants], ignore_index=True)
    firms["land_leased_in"] = firms["land_leased_in"].fillna(0.0)
    firms["land_leased_out"] = leases.groupby("owner")["area_mu"].sum().reindex(firms.index).fillna(0.0)
    firms["land_other"] = np.where((firms["land_registered"] > 0) & (rng.random(len(firms)) < 0.05), rng.uniform(0.6, 4.0, len(firms)), 0.0).round(2)
    for name in ("land_registered", "land_leased_out"):
        firms[name] = firms[name].round(2)
    firms["land_mu"] = firms["land_registered"] + firms["land_other"] + firms["land_leased_in"] - firms["land_leased_out"]
    weak = firms["character"].isin(["old_works", "village"])
    firms["above_scale"] = rng.random(len(firms)) < np.where(firms["land_leased_in"] > 0, 0.3, np.where(weak, 0.66, np.where(firms["land_mu"] >= 9, 0.93, 0.5)))
    firms["evaluated"] = rng.random(len(firms)) < 0.966
    firms["moved_in"] = (firms["inside_share"] == 1) & (rng.random(len(firms)) < 0.012)
    firms["is_main_industry"] = rng.random(len(firms)) < np.where(firms["inside_share"] == 1, 0.71, 0.42)
    trade = rng.integers(0, len(TRADES), len(firms))
    words: NDArray[np.int64] = rng.integers(0, len(SYLLABLES), (len(firms), 2))
    kinds = [OFFICES[t % 4] if office else TRADES[t] for t, office in zip(trade, firms["office"], strict=True)]
    firms["industry"] = [kind[0] for kind in kinds]
    firms["enterprise_id"] = [credit_code(7_919 * (number + 1)) for number in range(len(firms))]
    firms["enterprise_name"] = [f"示范{SYLLABLES[a]}{SYLLABLES[b]}{kind[1]}有限公司({number + 1})"
                                for number, ((a, b), kind) in enumerate(zip(words, kinds, strict=True))]
    firms = _figures(firms, rng)
    numbers = [*MONEY, "energy", "emissions", "electricity", "employees"]
    now, before = firms.assign(year=2022), _earlier(firms, rng).assign(year=2019)
    both = pd.concat([before, now], ignore_index=True)
    both[numbers] = both[numbers].round(2)
    both["emissions"] = both["emissions"].clip(lower=0.01)
    leases["lessor_id"] = firms["enterprise_id"].to_numpy()[leases["owner"]]
    leases["lessee_id"] = firms["enterprise_id"].to_numpy()[leases["tenant"]]
    return both, leases
