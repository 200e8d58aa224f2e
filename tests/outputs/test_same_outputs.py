"""Same inputs, same outputs, bit for bit: whatever the locale, the time zone, the hash seed, the number of threads or workers, and the order of rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from tests.engine.study import write_study
from tests.outputs.conftest import listing

MACHINES: dict[str, dict[str, str]] = {
    "plain": {"LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"},
    "other": {"LC_ALL": "C", "LANG": "tr_TR.UTF-8", "LANGUAGE": "de", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4242", "OMP_NUM_THREADS": "7", "GDAL_NUM_THREADS": "4",
              "PYTHONUTF8": "1", "COLUMNS": "40", "PYTHONOPTIMIZE": "1"},
}
ORDERED = ("zones", "values", "scorecard", "readings", "course", "balance")


def ran(study: Path, out: Path, machine: dict[str, str], *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "spatial", "run", str(study), "--out", str(out), "--quiet", *options]
    return subprocess.Popen(command, env={**os.environ, **machine}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=out.parent)


def settle(runs: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, run in runs.items():
        said = run.communicate(timeout=600)[0]
        assert run.returncode == 0, f"{name}: {said.decode(errors='replace')[-2000:]}"


def shuffled(study: Path, seed: int) -> None:
    """The rows of every layer and ledger in another order."""
    random = np.random.default_rng(seed)
    for path in (*study.parent.glob("*.gpkg"), *study.parent.glob("*.csv")):
        frame: Any = gpd.read_file(path) if path.suffix == ".gpkg" else pd.read_csv(path, dtype=str, keep_default_na=False)
        frame = frame.iloc[random.permutation(len(frame))].reset_index(drop=True)
        if path.suffix == ".gpkg":
            path.unlink()
            frame.to_file(path, layer=path.stem)
        else:
            frame.to_csv(path, index=False)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs on two machines as unlike as can be, and one with every row elsewhere."""
    base = tmp_path_factory.mktemp("same")
    study = write_study(base / "in")
    moved = write_study(base / "moved")
    shuffled(moved, 5)
    settle({name: ran(study, base / name, machine, "--set", "sheets.draw=no") for name, machine in MACHINES.items()})
    settle({"rows": ran(moved, base / "rows", MACHINES["plain"], "--set", "sheets.draw=no")})
    return {name: base / name for name in (*MACHINES, "rows")}


def test_the_machine_changes_no_bit_of_any_file(folders: dict[str, Path]) -> None:
    plain, other = listing(folders["plain"]), listing(folders["other"])
    assert len(plain) > 10 and {name for name in plain if plain[name] != other.get(name)} == set() and plain.keys() == other.keys()


def test_the_order_of_rows_changes_no_bit_of_a_result(folders: dict[str, Path]) -> None:
    one, two = (json.loads((folders[name] / "results.json").read_text(encoding="utf-8")) for name in ("plain", "rows"))
    for part in ORDERED:
        assert one[part] == two[part], part
    assert (folders["plain"] / "scorecard.csv").read_bytes() == (folders["rows"] / "scorecard.csv").read_bytes()


@pytest.mark.verify
def test_sheets_and_workers_change_no_bit_either(tmp_path: Path) -> None:
    study = write_study(tmp_path / "in")
    settle({name: ran(study, tmp_path / name, machine) for name, machine in MACHINES.items()})
    assert listing(tmp_path / "plain") == listing(tmp_path / "other")
    for workers in (1, 3):
        settle({"dask": ran(study, tmp_path / f"dask{workers}", MACHINES["other"], "--engine", "dask", "--set", "sheets.draw=no", "--set", f"engine.workers={workers}")})
    one, three = listing(tmp_path / "dask1"), listing(tmp_path / "dask3")
    told = [json.loads((tmp_path / name / "results.json").read_text(encoding="utf-8")) for name in ("plain", "dask3")]
    assert all(told[0][part] == told[1][part] for part in ORDERED)
    assert {name for name in one if one[name] != three.get(name)} <= {"run.lock.json", "state.zip"}
    with zipfile.ZipFile(tmp_path / "dask1" / "state.zip") as first, zipfile.ZipFile(tmp_path / "dask3" / "state.zip") as second:
        assert first.namelist() == second.namelist()
        for name in first.namelist():  # the study is kept as it was asked for, the number of workers among it
            assert first.read(name).replace(b'["workers", 1]', b'["workers", 3]') == second.read(name), name
