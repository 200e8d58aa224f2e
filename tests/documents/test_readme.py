"""The study file that the README shows runs as it is written."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from spatial import pipeline
from spatial.read.study import load_study
from tests.packaging.test_documents import study_of


def test_the_study_file_of_the_readme_runs_on_the_files_of_the_demo(shared_demo: Path, tmp_path: Path) -> None:
    """As it is written, in the folder that `make demo` leaves, with the units of every area stated."""
    data = shared_demo / "demo-data"
    study = tomllib.loads(study_of("README.md"))
    for layer in study["layers"].values():
        for path in data.glob(f"{Path(layer['path']).stem}.*"):
            shutil.copy(path, tmp_path / path.name)
    (tmp_path / "study.toml").write_text(study_of("README.md"), encoding="utf-8")
    result = pipeline.analyse(load_study(tmp_path / "study.toml"), sensitivity=False)
    assert not [finding.code for finding in result.findings if finding.severity == "error" or finding.code == "unit.left_out"]
    told = json.loads((shared_demo / "demo" / "results.json").read_text(encoding="utf-8"))["values"]
    value = {row["zone"]: row["value"] for row in told if row["indicator"] == "idle_land_share"}["study_area"]
    ours = result.values[(result.values["indicator"] == "idle_land_share") & (result.values["zone"] == "study_area")]["value"].iloc[0]
    assert ours == pytest.approx(value, rel=1e-12)
