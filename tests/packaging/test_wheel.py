"""The wheel holds all it needs at run time: unpacked alone, outside the checkout, it writes a demo and runs a study."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.flow.conftest import District, district

__all__ = ["district"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir", str(out), str(ROOT)], check=True)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_tables_policies_and_browser_assets(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"spatial/layers/parcels.toml", "spatial/layers/codes/land_use.toml", "spatial/layers/inefficient/huzhou-2021.toml", "spatial/layers/demo/carriers.toml",
            "spatial/maps/interactive.toml", "spatial/policies/xiaoshan-4286.toml", "spatial/render/assets/spatial-map.js", "spatial/render/assets/spatial-map.css",
            "spatial/render/assets/THIRD-PARTY-LICENCES.txt"} <= names
    assert not any("node_modules" in name or name.startswith("tests/") for name in names)
    assert sum(name.startswith("spatial/policies/") and name.endswith(".toml") for name in names) == 5


def test_unpacked_alone_it_has_its_demo_and_runs_a_study(wheel: Path, district: District, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    code = ("import spatial, sys; assert spatial.__file__.startswith(sys.argv[1]), spatial.__file__; from spatial.demo import build_demo; assert len(build_demo().parcels) > 5000; "
            "from spatial.cli import main; sys.exit(main(sys.argv[2:]))")
    district.ledger("supply", [{"parcel_id": "A", "land_use": "1001", "contract_date": "2020-03-01", "area_m2": 40000, "agreed_start_date": "2020-09-01"}])
    asked = ["run", str(district.write()), "--out", str(tmp_path / "out"), "--quiet", "--set", "sheets.kinds=status", "--set", "sheets.atlas=none"]
    done = subprocess.run([sys.executable, "-c", code, str(site), *asked], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "out" / "map.html").stat().st_size > 100_000
    assert len(list((tmp_path / "out" / "sheets").glob("*.pdf"))) == 1
