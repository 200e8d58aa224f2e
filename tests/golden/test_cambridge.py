"""A real city: the figures that two independent calculations gave for Cambridge, each to its printed rounding.

The published figures are plane areas in EPSG:26986, which the runs' pieces are measured in here; the tool's own areas are
ellipsoidal and must stand 0.006 % above them. One lot without a key (0.36 mu) is in the published total and set aside by the runs.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from spatial import pipeline
from spatial.read.study import load_study
from spatial.schema.result import Result

STUDY = Path(__file__).parent / "cambridge" / "study.toml"
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "cambridge"
MU = 2000 / 3
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the Cambridge data do not lie beside this checkout")

BY_AREA = {"Alewife": 1922.1, "Central Square": 626.9, "East Cambridge": 1132.0, "Harvard Square": 365.2, "Huron Village/Observatory Hill": 114.8,
           "Inman Square": 125.6, "Kendall Square": 1298.5, "Lower Massachusetts Ave": 102.0, "Porter Square/North Massachusetts Ave": 405.6}
BY_POINT = {"Alewife": 2282.7, "Central Square": 477.5, "East Cambridge": 875.0, "Harvard Square": 258.2, "Huron Village/Observatory Hill": 79.8,
            "Inman Square": 82.7, "Kendall Square": 1817.4, "Lower Massachusetts Ave": 61.6, "Porter Square/North Massachusetts Ave": 271.7}
VACANT_BY_ALL = {"Alewife": .154, "Central Square": .051, "East Cambridge": .110, "Harvard Square": .005, "Huron Village/Observatory Hill": .002,
                 "Inman Square": .028, "Kendall Square": .039, "Lower Massachusetts Ave": .000, "Porter Square/North Massachusetts Ave": .031}
ALL_ROWS = 'join.many_rows={ land_status = "all", registered_area = "sum", output = "sum" }'


def analysed(*sets: str) -> Result:
    return pipeline.analyse(load_study(STUDY, sets=sets, language="en"), sensitivity=False)


@pytest.fixture(scope="module")
def any_row() -> Result:
    return analysed()


@pytest.fixture(scope="module")
def all_rows() -> Result:
    return analysed(ALL_ROWS)


@pytest.fixture(scope="module")
def by_point() -> Result:
    return analysed("join.allocation=point")


def plane_mu(result: Result) -> pd.Series:
    """Plane area of every parcel in EPSG:26986, mu."""
    return gpd.GeoSeries(result.parcels.geometry).to_crs(26986).area / MU


def districts_mu(result: Result) -> pd.Series:
    """Plane area of every district by the pieces of the run, mu."""
    pieces = result.pieces.assign(mu=lambda p: plane_mu(result).to_numpy()[p["parcel"]] * p["share"])
    return pieces.groupby("zone")["mu"].sum()


def value(result: Result, indicator: str, zone: str = "study_area") -> float:
    rows = result.values
    return float(rows[(rows["indicator"] == indicator) & (rows["zone"] == zone)]["value"].iloc[0])


def test_the_whole_city_is_26_052_mu_and_the_lot_without_a_key_is_named(any_row: Result) -> None:
    [aside] = [f for f in any_row.findings if f.code == "row.set_aside" and f.role == "parcels"]
    assert aside.count == 2
    assert "239.5 m²" in aside.message("en")
    assert f"{plane_mu(any_row).sum() + 239.5 / MU:.1f}" == "26052.1"
    assert f"{any_row.balance['parcels_m2'] / MU + 239.5 / MU:.0f}" == "26054"  # ellipsoidal: 26,053.7 with geodesic edges
    assert any_row.balance["parcels_m2"] / MU / plane_mu(any_row).sum() == pytest.approx(1.00006, abs=2e-5)
    assert any_row.balance["parcels_m2"] - any_row.balance["parcels_union_m2"] == pytest.approx(6874, rel=1e-3)
    shared = any_row.topology[any_row.topology["kind"].isin(["overlap", "sliver", "same_shape"])]["ground_m2"]
    assert int((shared > 1).sum()) == 34


@pytest.mark.parametrize(("rule", "figures", "together"), [("area", BY_AREA, 6092.7), ("point", BY_POINT, 6206.4)])
def test_the_districts_have_their_areas(rule: str, figures: dict[str, float], together: float, request: pytest.FixtureRequest) -> None:
    result: Result = request.getfixturevalue({"area": "any_row", "point": "by_point"}[rule])
    plane = districts_mu(result)
    assert {name: round(float(plane[name]), 1) for name in figures} == figures
    assert round(float(plane[list(figures)].sum()), 1) == together
    told = result.zones.set_index("id")["area_m2"] / MU
    assert told[list(figures)].to_numpy() == pytest.approx(plane[list(figures)].to_numpy(), rel=1e-4)


def test_vacant_land_by_any_row_and_by_all_rows(any_row: Result, all_rows: Result) -> None:
    for result, count, mu, share in ((any_row, 409, 2495.0, 9.577), (all_rows, 407, 2484.8, 9.538)):
        idle = result.parcels["idle"].fillna(False).astype(bool)
        assert int(idle.sum()) == count
        assert round(float(plane_mu(result)[idle].sum()), 1) == mu
        assert round(100 * value(result, "idle_land_share"), 3) == share
    assert any_row.parcels.loc[any_row.parcels["idle"].fillna(False).astype(bool), "parcel_id"].nunique() == 408


def test_vacant_shares_by_district(any_row: Result, all_rows: Result) -> None:
    assert {name: round(value(all_rows, "idle_land_share", name), 3) for name in VACANT_BY_ALL} == VACANT_BY_ALL
    assert round(value(any_row, "idle_land_share", "Central Square"), 3) == 0.063


def test_new_lots_and_where_they_lie(any_row: Result, by_point: Result) -> None:
    new = any_row.parcels["is_new"]
    assert int(new.sum()) == 52
    assert round(float(plane_mu(any_row)[new].sum()), 1) == 757.2
    assert round(100 * value(any_row, "new_land_to_carriers_share"), 2) == 34.54
    assert round(100 * value(by_point, "new_land_to_carriers_share"), 2) == 33.74


def test_every_permit_is_somewhere_and_336_lie_in_a_district(any_row: Result) -> None:
    projects = any_row.ledgers["projects"]
    assert len(projects) == 499
    assert int(projects["inside"].eq(1).sum()) == 336


def test_almost_every_lot_finds_its_tax_row(any_row: Result) -> None:
    join = any_row.joins.set_index("left").loc["attributes.tax"]
    assert 1 - join["right_only"] / len(any_row.parcels) == pytest.approx(0.9899, abs=1e-4)
    ratio = any_row.parcels["registered_area_m2"] / any_row.parcels["area_m2"]
    assert float((1 / ratio[ratio > 0]).median()) == pytest.approx(1.005, abs=2e-3)
