"""What a local run doubts of a layer as a whole, a run in partitions doubts too, with the same words, rows and figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import box

from spatial import pipeline
from spatial.crs import CGCS2000, reproject
from spatial.engine.workers import Workers
from spatial.errors import Finding, Refused
from spatial.normalise import topology
from tests.normalise.test_web_suspicion import PLANE, on_the_web, town

pytestmark = pytest.mark.filterwarnings("ignore")  # what the workers' own libraries have to say
STUDY = """[study]
name = "doubts"
as_of = 2022-12-31
period = [2020-01-01, 2022-12-31]
[layers.parcels]
path = "parcels.gpkg"
[layers.carriers]
path = "carriers.gpkg"
"""


def layers(folder: Path, parcels: Any, carriers: Any, crs: Any = 4549, zones_crs: Any = 4549) -> None:
    gpd.GeoDataFrame({"parcel_id": [f"P{i}" for i in range(len(parcels))], "land_use": "1001"}, geometry=list(parcels), crs=crs).to_file(folder / "parcels.gpkg")
    gpd.GeoDataFrame({"carrier_id": [f"Z{i}" for i in range(len(carriers))], "carrier_type": "园区"}, geometry=list(carriers), crs=zones_crs).to_file(folder / "carriers.gpkg")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")


def corners_on_a_grid(folder: Path) -> None:
    circles = [shapely.Point(120.3 + 0.01 * i, 30.2).buffer(100 / 111_000, quad_segs=3) for i in range(40)]
    layers(folder, shapely.transform(np.array(circles, dtype=object), lambda xy: np.round(xy, 4)), [box(120, 30, 120.5, 30.5)], 4490, 4490)


def points_far_away(folder: Path) -> None:
    layers(folder, [box(520_000 + 100 * i, 3_340_000, 520_100 + 100 * i, 3_340_100) for i in range(40)], [box(519_000, 3_339_000, 522_000, 3_341_000)])
    pd.DataFrame({"supply_id": ["S1", "S2"], "parcel_id": ["P1", None], "供地面积(平方米)": [10_000, 10_000], "合同签订日期": "2021-03-01", "x": [520_150, 620_000],
                  "y": [3_340_050, 3_340_000]}).to_csv(folder / "supply.csv", index=False)
    (folder / "study.toml").write_text(STUDY + '[layers.supply]\npath = "supply.csv"\ncrs = "EPSG:4549"\n', encoding="utf-8")


def carriers_that_are_the_parcels(folder: Path) -> None:
    squares = [box(520_000 + 100 * i, 3_340_000, 520_100 + 100 * i, 3_340_100) for i in range(40)]
    layers(folder, squares, squares[:30])


def boundaries_of_a_web_map(folder: Path) -> None:
    parcels, parks = town(1)
    layers(folder, parcels, reproject(on_the_web(parks, "GCJ-02"), PLANE, CGCS2000), zones_crs=4490)


def parcels_of_a_web_map(folder: Path) -> None:
    parcels, parks = town(2, 24)
    parcels[[5, 230, 231, 400]] = on_the_web(parcels[[5, 230, 231, 400]], "BD-09")
    layers(folder, parcels, parks)


def told(folder: Path, engine: Any) -> list[Finding]:
    try:
        return pipeline.run(folder / "study.toml", out=folder / engine, engine=engine, sets=["engine.partitions=16", "engine.large=10", "sheets.draw=no"]).result.findings
    except Refused as refused:
        return list(refused.findings)


@pytest.mark.parametrize(("made", "code"), [
    (corners_on_a_grid, "crs.coarse_corners"), (points_far_away, "join.points_elsewhere"), (carriers_that_are_the_parcels, "join.carriers_are_parcels"),
    (boundaries_of_a_web_map, "crs.web_suspected"), (parcels_of_a_web_map, "crs.web_rows")])
def test_a_layer_is_doubted_alike(tmp_path: Path, lent: Workers, made: Callable[[Path], None], code: str) -> None:
    made(tmp_path)
    local, spread = told(tmp_path, "local"), told(tmp_path, "dask")
    assert code in {finding.code for finding in local}
    assert [finding.line("zh") for finding in spread] == [finding.line("zh") for finding in local]


def test_pairs_beyond_a_million_are_counted_and_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five pairs of squares of which each half lies in the other, where four are the most; gaps are looked for all the same."""
    monkeypatch.setattr(topology, "MOST_PAIRS", 4)
    shapes = [box(x, 0, x + 100, 100) for x in (0, 50, 1000, 1050, 2000, 2050, 3000, 3050, 4000, 4050)] + [box(6000, 0, 6100, 100), box(6100.05, 0, 6200, 100)]
    frame = gpd.GeoDataFrame({"parcel_id": [f"P{i}" for i in range(12)], "row": range(1, 13), "area_m2": [s.area for s in shapes]},
                             geometry=[shapely.affinity.translate(s, 520_000, 3_340_000) for s in shapes], crs=4549)
    fit = topology.fit_of(frame, repair=False, tolerance=0.01)
    assert [(f.code, f.count, f.value_seen) for f in fit.findings if "overlap" in f.code] == [("geometry.overlaps_not_listed", 5, "25,000.0 m²")]
    assert fit.ledger["kind"].tolist() == ["gap"]
    assert fit.union_m2 == pytest.approx(10 * 10_000 - 25_000 + 10_000 + 9_995)
