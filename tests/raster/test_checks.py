"""Suspected disagreements in the outputs: columns of the parcels, a sheet, a layer, findings."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from openpyxl import load_workbook

from tests.raster.conftest import CELL, LEFT, TOP, Scene


def test_a_used_parcel_that_is_bare_stands_in_every_output(scene: Scene) -> None:
    from affine import Affine

    cells = np.full((100, 100), 3, dtype="uint8")
    cells[60:80, 20:40] = 60  # bare ground on A
    cells[30:40, 60:70] = 80  # built on D
    scene.raster(cells, transform=Affine(CELL / 10, 0, LEFT, 0, -CELL / 10, TOP))
    scene.imagery('kind = "classes"\ndate = 2020-09-01\nclasses = { built = [80], bare = [60], vegetation = [3] }', name="cover")
    scene.layer("parcels.gpkg", {"parcel_id": ["A", "B", "C", "D"], "land_use": ["1001"] * 4, "status": ["投产", "空置", "投产", "空置"]},
                list(gpd.read_file(scene.folder / "parcels.gpkg").geometry))
    scene.parts["parcels"] = '[layers.parcels.columns]\nland_status = "status"\n[layers.parcels.values.land_status]\nused = ["投产"]\nsuspected_idle_1y = ["空置"]\n'
    run = scene.run()
    parcels = pd.read_parquet(run.folder / "parcels.parquet").set_index("parcel_id")
    assert parcels["evidence"].dropna().to_dict() == {"A": "built_but_bare", "C": "built_but_bare", "D": "idle_but_built"}
    checks = gpd.read_file(run.folder / "layers.gpkg", layer="field_checks")
    assert checks["parcel_id"].tolist() == ["A", "C", "D"] and checks["evidence_name"].str.startswith("疑似").all()
    rows = list(load_workbook(run.folder / "tables.xlsx")["实地核查清单"].iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == ["A", "C", "D"] and rows[0][-1] == "核查结果"
    said = [finding for finding in run.result.findings if finding.code == "evidence.disagrees"]
    assert [(finding.count, finding.key, finding.severity) for finding in said] == [(2, "A", "warning"), (1, "D", "warning")]
    assert all("疑似" in finding.message("zh") and "not a verdict" in finding.message("en") for finding in said)
