"""Figures of one ledger that cannot both be in the unit of their header."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from spatial.normalise.agreement import agree, by_codes, earned_beyond, factor_findings, paid_beyond


@pytest.mark.parametrize(("done", "told"), [([30_000_000.0, 40_000_000.0], [("year_done", 2, "6,000")]), ([3000.0, 4000.0], []), ([3000.0, 40_000_000.0], []), ([30_000.0, 15_000.0], [])])
def test_a_year_that_cost_thousands_of_times_its_plan_is_in_another_unit(done: list[float], told: list[tuple[str, int, str]]) -> None:
    frame = pd.DataFrame({"row": [2, 3], "year_plan_wanyuan": [5000.0, 10_000_000.0 if done[0] < 1e6 and done[1] > 1e6 else 4000.0], "year_done_wanyuan": done})
    assert [(f.field, f.row, f.value_seen) for f in paid_beyond(frame)] == told


@pytest.mark.parametrize(("revenue", "tax", "told"), [
    ([12_000.0, 5_000.0, 3_000.0], [500.0, 200.0, 100.0], []),  # 24 to 30 times its tax
    ([1.2e8, 5e7, 3e7], [500.0, 200.0, 100.0], [("revenue", 2, "240,000")]),  # 万元 under 亿元
    ([12_000.0, 5_000.0, 3_000.0], [5e6, 2e6, 1e6], [("tax", 2, "417")]),  # 元 under 万元
    ([12_000.0, 5_000.0, 3_000.0], [5e6, 200.0, 100.0], []),  # one firm alone
    ([12_000.0, 50_000.0, 3_000.0], [1.0, 2.0, 100.0], []),  # trade, and a year of losses
])
def test_firms_that_sell_for_ten_thousand_times_what_goes_with_their_tax(revenue: list[float], tax: list[float], told: list[tuple[str, int, str]]) -> None:
    frame = pd.DataFrame({"row": [2, 3, 4], "revenue_wanyuan": revenue, "tax_wanyuan": tax})
    assert [(f.field, f.row, f.value_seen) for f in earned_beyond(frame)] == told


@pytest.mark.parametrize(("values", "factor"), [([4.0, 3.0], "1/10,000"), ([60.0, 45.2], "1/666.67"), ([4.0, 45.0], None), ([4.0], None), ([40_100.0, 29_000.0], None)])
def test_two_rows_off_by_one_factor_are_no_coincidence(values: list[float], factor: str | None) -> None:
    ground = pd.Series([40_000.0, 30_000.0][: len(values)])
    assert [f.params.get("factor") for f in factor_findings("area", pd.Series(values), ground, pd.Series(range(len(values))))] == ([factor] if factor else [])


@pytest.mark.parametrize("kind", ["GB", "GA"])
def test_a_code_that_is_odd_does_not_keep_money_and_land_from_being_looked_at(kind: str) -> None:
    """40 mu for 1,200 万元 each is 30 a mu; in 元 under 万元 it is 300,000. GA is no kind of right on the ground: told, and the amounts are still looked at."""
    ids = [f"320114001001{kind}0000{i}" for i in (1, 2, 3)]
    parcels = gpd.GeoDataFrame({"parcel_id": ids, "geometry_area_m2": [80_000 / 3] * 3})
    frame = pd.DataFrame({"row": [2, 3, 4], "parcel_id": ids, "area_m2": [80_000 / 3, 80_000 / 3, 120_000.0], "price_wanyuan": [12_000_000.0] * 3})
    codes = [finding.code for finding in by_codes(frame, parcels)[1] + agree("supply", frame, parcels)]
    assert codes == ["key.odd_code"] * (kind == "GA") + ["supply.area_departs", "unit.money_factor"]
