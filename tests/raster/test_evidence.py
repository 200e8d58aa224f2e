"""Declared status against imagery, on parcels whose shares are written by hand: what is suspected, with what score, and what is no alarm."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyproj import CRS

from spatial.indicators.evidence import disagreements
from spatial.read.study import load_study
from spatial.read.thresholds import load_thresholds
from spatial.schema.raster import COVER, Raster

LIMITS, _ = load_thresholds("default", Path("."))


def raster(name: str, day: date | None, measure: str = "cover") -> Raster:
    return Raster(role=f"imagery.{name}", name=name, path=f"{name}.tif", band="1", kind="classes" if measure == "cover" else "continuous", day=day, unit="", crs=CRS.from_epsg(4549),
                  transform=(10, 0, 0, 0, -10, 0), width=1, height=1, block=(1, 1), read=lambda window: np.zeros((1, 1)), measure=measure, groups=COVER if measure == "cover" else {})


def parcels(*rows: dict[str, Any]) -> pd.DataFrame:
    """Parcels of 20,000 m²; `now` and `before` are built, bare, vegetation, water in percent."""
    frame = []
    for i, row in enumerate(rows):
        base = {"parcel_id": f"P{i}", "row": i + 1, "land_status": "used", "land_use": "100101", "built": True, "area_m2": 20_000.0, "yard_area_m2": 0.0, "status_row": float(i)}
        frame.append({**base, **{k: v for k, v in row.items() if k not in ("now", "before")}})
        for name in ("now", "before"):
            shares = row.get(name, (0, 0, 100, 0))
            frame[-1] |= {f"{name}_share_{code}": share / 100 for code, share in zip(COVER, shares, strict=True)}
            frame[-1] |= {f"{name}_coverage": row.get("coverage", 1.0), f"{name}_cells": frame[-1]["area_m2"] / 100}
    table = pd.DataFrame(frame)
    table["built"] = table["built"].astype("boolean")
    return table


@pytest.fixture
def study(tmp_path: Path) -> Any:
    (tmp_path / "p.csv").write_text("a\n1\n", encoding="utf-8")
    path = tmp_path / "study.toml"
    path.write_text('[study]\nas_of = 2022-12-31\n[layers.parcels]\npath = "p.csv"\n', encoding="utf-8")
    return load_study(path)


def suspected(frame: pd.DataFrame, study: Any, supply: pd.DataFrame | None = None, rasters: Any = None) -> pd.DataFrame:
    done = disagreements(frame, rasters or [raster("before", date(2020, 10, 1)), raster("now", date(2022, 10, 1))], supply, study, LIMITS)
    return done.columns


def test_the_four_disagreements_are_told_apart(study: Any) -> None:
    found = suspected(parcels(
        {"now": (2, 70, 28, 0), "before": (5, 65, 30, 0)},
        {"land_status": "suspected_idle_1y", "now": (80, 10, 10, 0), "before": (0, 50, 50, 0)},
        {"land_status": "supplied_not_due", "now": (20, 75, 5, 0), "before": (0, 5, 95, 0)},
        {"land_status": "not_supplied", "land_use": "0101", "built": False, "now": (85, 15, 0, 0), "before": (0, 0, 100, 0)},
        {"now": (3, 90, 7, 0), "before": (90, 0, 10, 0)},
        {"now": (70, 5, 25, 0), "before": (70, 5, 25, 0)},
        {"land_status": "suspected_idle_2y", "now": (2, 48, 50, 0), "before": (0, 50, 50, 0)},
    ), study)
    assert found["evidence"].tolist() == ["built_but_bare", "idle_but_built", "started_without_record", "changed_to_built", "changed_to_bare", None, None]
    assert found["evidence_score"].between(0, 1).sum() == 5 and found["evidence_name"].dropna().str.startswith("疑似").all()
    # degree of being built: (0.02 - 0.05) / 0.4 is below 0, so the evidence is full; the rule weighs 0.95
    assert found["evidence_score"].iloc[0] == pytest.approx(0.95)
    assert "建成 2%、裸地 70%、植被 28%" in found["evidence_reason"].iloc[0] and "2022-10-01" in found["evidence_reason"].iloc[0]


def test_ponds_lawns_yards_and_crumbs_are_no_alarm(study: Any) -> None:
    found = suspected(parcels(
        {"now": (15, 5, 20, 60)},  # a pond: of the land beside it 37 % is built
        {"now": (3, 2, 5, 90)},  # nearly all water: not judged
        {"now": (20, 0, 80, 0)},  # lawns round a building
        {"now": (3, 90, 7, 0), "yard_area_m2": 12_000.0},  # an open yard that the ledger knows
        {"now": (3, 90, 7, 0), "land_use": "1401"},  # a park
        {"now": (3, 90, 7, 0), "area_m2": 500.0},  # below the minimum mapping unit
        {"now": (3, 90, 7, 0), "coverage": 0.5},  # clouds
        {"land_status": "suspected_idle_1y", "now": (65, 0, 35, 0), "area_m2": 601.0},  # 390 m² built: smaller than a patch
    ), study)
    assert found["evidence"].isna().all()


def test_smallness_lowers_the_score_and_not_the_finding(study: Any) -> None:
    found = suspected(parcels({"now": (0, 100, 0, 0), "area_m2": 900.0}), study)
    assert found["evidence_score"].iloc[0] == pytest.approx(0.95 * np.sqrt(9 / 36), abs=1e-3)


def test_checks_are_ordered_by_area_and_money_together(study: Any) -> None:
    rows = [{"now": (0, 100, 0, 0), "area_m2": area} for area in (10_000.0, 20_000.0, 10_000.0)]
    supply = pd.DataFrame({"price_wanyuan": [100.0, 0.0, np.nan], "total_investment_wanyuan": [1.0, 2.0, 300.0]})
    found = suspected(parcels(*rows), study, supply)
    # area 1/4 1/2 1/4 and money 1/4 0 3/4: together 1/2, 1/2, 1; the tie goes by the parcel id
    assert found["evidence_order"].tolist() == [2, 3, 1]
    assert found["evidence_money_wanyuan"].tolist() == [100, 0, 300]


def test_one_date_tells_no_change_and_a_later_image_is_no_evidence(study: Any) -> None:
    frame = parcels({"land_status": "not_supplied", "built": False, "now": (90, 10, 0, 0)}, {"now": (0, 100, 0, 0)})
    done = disagreements(frame, [raster("now", date(2022, 10, 1))], None, study, LIMITS)
    assert done.columns["evidence"].tolist() == [None, "built_but_bare"] and "evidence.one_date" in [f.code for f in done.findings]
    late = disagreements(frame, [raster("now", date(2023, 1, 1))], None, study, LIMITS)
    assert late.columns.empty and [f.code for f in late.findings] == ["raster.after_as_of"]


def test_continuous_measures_speak_by_their_ramps(study: Any) -> None:
    frame = parcels({}, {}, {})
    frame["fraction_mean"], frame["green_mean"] = [2.0, 60.0, 20.0], [0.6, 0.1, 0.3]
    for name in ("fraction", "green"):
        frame[f"{name}_coverage"], frame[f"{name}_cells"] = 1.0, 200.0
    rasters = [raster("fraction", date(2022, 6, 1), "built_fraction"), raster("green", date(2022, 6, 1), "ndvi")]
    done = disagreements(frame, rasters, None, _with_role(study), LIMITS)
    assert done.columns["evidence"].tolist() == ["built_but_bare", None, None]
    assert "raster.percent" in [f.code for f in done.findings]


def test_an_index_of_vegetation_is_no_witness_of_buildings(study: Any) -> None:
    """Bare soil (NDVI 0.16, NDBI 0.21) has the indices of a roof: it neither clears a used parcel nor accuses an idle one."""
    frame = parcels({"now": (0, 100, 0, 0)}, {"land_status": "certified_idle", "built": False, "now": (0, 100, 0, 0)}, {"now": (0, 0, 100, 0)})
    frame["green_mean"], frame["bright_mean"] = [0.16, 0.16, 0.6], [0.21, 0.21, -0.3]
    for name in ("green", "bright"):
        frame[f"{name}_coverage"], frame[f"{name}_cells"] = 1.0, 200.0
    indices = [raster("green", date(2022, 6, 1), "ndvi"), raster("bright", date(2022, 6, 1), "ndbi")]
    alone = disagreements(frame, indices, None, study, LIMITS)
    assert alone.columns["evidence"].tolist() == [None, None, "built_but_bare"] and "evidence.one_sided" in [f.code for f in alone.findings]
    beside = disagreements(frame, [raster("now", date(2022, 6, 1)), *indices], None, study, LIMITS)
    assert beside.columns["evidence"].tolist() == ["built_but_bare", None, "built_but_bare"] and "evidence.one_sided" not in [f.code for f in beside.findings]


def _with_role(study: Any) -> Any:
    import dataclasses

    return dataclasses.replace(study, layers={**study.layers, "imagery.fraction": study.layers["parcels"]})


def test_a_study_changes_single_thresholds_and_wrong_ones_are_named(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("[unit]\ncells = 20.0\n", encoding="utf-8")
    own, problems = load_thresholds("own.toml", tmp_path)
    assert not problems and own["unit"]["cells"] == 20.0 and own["unit"]["area_m2"] == LIMITS["unit"]["area_m2"] and own["rule"] == LIMITS["rule"]
    (tmp_path / "own.toml").write_text("[unit]\ncell = 20.0\n", encoding="utf-8")
    _, problems = load_thresholds("own.toml", tmp_path)
    assert [f.code for f in problems] == ["study.not_toml"] and "unit.cell" in problems[0].message("en")
    assert [f.field for f in load_thresholds("none.toml", tmp_path)[1]] == ["rules.evidence"]
