"""How parcels fit together, on squares whose answers are done in the head."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import box

from spatial.normalise.topology import fit_of

X, Y = 520_000, 3_340_000


def frame(*boxes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    shapes = [box(X + w, Y + s, X + e, Y + n) for w, s, e, n in boxes]
    return gpd.GeoDataFrame({"parcel_id": [f"P{i}" for i in range(len(shapes))], "row": range(1, len(shapes) + 1), "area_m2": [s.area for s in shapes]}, geometry=shapes, crs=4549)


def test_a_sliver_is_proposed_from_the_larger_parcel_and_taken_only_by_rule() -> None:
    parcels = frame((0, 0, 100.02, 100), (100, 0, 150, 100))  # 0.02 m over 100 m: 2 m²
    told = fit_of(parcels, repair=False, tolerance=0.01)
    [row] = told.ledger.to_dict("records")
    assert (row["kind"], row["loser"], row["applied"]) == ("sliver", "P0", False)
    assert row["ground_m2"] == pytest.approx(2.0, abs=1e-6)
    assert told.union_m2 == pytest.approx(15_000, abs=1e-6)
    mended = fit_of(parcels, repair=True, tolerance=0.01)
    assert mended.changed[0].area == pytest.approx(10_000, abs=1e-6)
    assert mended.ledger["applied"].tolist() == [True]
    assert mended.ledger["area_after_m2"].iloc[0] == pytest.approx(10_000, rel=3e-5)


def test_a_repair_beyond_the_tolerance_stays_a_proposal() -> None:
    told = fit_of(frame((0, 0, 100.02, 100), (100, 0, 150, 100)), repair=True, tolerance=1e-5)
    assert not told.changed
    assert told.ledger["applied"].tolist() == [False]


def test_a_gap_goes_to_the_longest_border() -> None:
    parcels = frame((0, 0, 100, 100), (100.04, 0, 200, 60), (100.04, 60, 200, 100))  # 0.04 m over 100 m: 4 m²
    told = fit_of(parcels, repair=False, tolerance=0.01)
    [row] = told.ledger.to_dict("records")
    assert (row["kind"], row["key"]) == ("gap", "P0")
    assert row["ground_m2"] == pytest.approx(4.0, abs=0.01)
    assert row["area_after_m2"] == pytest.approx(10_004, abs=0.01)
    mended = fit_of(parcels, repair=True, tolerance=0.01)
    assert mended.union_m2 == pytest.approx(20_000, abs=0.05)


def test_real_overlap_doubles_and_clean_borders_are_told_apart() -> None:
    kinds = fit_of(frame((0, 0, 100, 100), (90, 0, 200, 100), (300, 0, 400, 100), (300, 0, 400, 100), (400, 0, 500, 100)), repair=True, tolerance=0.5).ledger
    assert kinds["kind"].tolist() == ["overlap", "same_shape"]
    assert kinds["ground_m2"].tolist() == pytest.approx([1_000, 10_000])
    assert not kinds["applied"].any()
    assert not len(fit_of(frame((0, 0, 100, 100), (100, 0, 200, 100)), repair=True, tolerance=0.5).ledger)
