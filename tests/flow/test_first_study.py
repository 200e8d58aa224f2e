"""`spatial init` on a folder of office files: the study it writes runs once its doubts are settled."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from spatial import cli, pipeline
from spatial.errors import Refused


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, shared_demo: Path) -> Path:
    here = shutil.copytree(shared_demo / "demo-data", tmp_path_factory.mktemp("office") / "files")
    (here / "study.toml").unlink()
    return here


@pytest.fixture(scope="module")
def study(folder: Path) -> str:
    return pipeline.init(folder)[0].read_text(encoding="utf-8")


def test_it_finds_every_role_and_writes_its_doubts(study: str) -> None:
    layers = tomllib.loads(study)["layers"]
    assert {"parcels", "carriers", "supply", "projects", "standard_land", "enterprises", "approvals"} <= set(layers)
    assert layers["parcels"]["path"] == "宗地.shp"
    assert layers["supply"]["columns"]["agreed_start_date"].endswith("约定开工时间")
    assert layers["enterprises"]["columns"]["tax"] == "税收实际贡献(万元)"
    assert study.count("疑问") >= 4
    assert "EPSG:4528" in study


def test_with_its_doubts_settled_it_runs(folder: Path, study: str) -> None:
    path = folder / "settled.toml"
    path.write_text(study, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        pipeline.run(path)
    assert {finding.code for finding in refused.value.findings if finding.severity == "error"} == {"crs.none"}
    text = study.replace('# datum = "CGCS2000"', 'datum = "CGCS2000"')
    text = re.sub(r"as_of  = \S+", "as_of  = 2022-12-31", text)
    text = re.sub(r"period = \[.*?\]", "period = [2020-01-01, 2022-12-31]", text)
    path.write_text(text, encoding="utf-8")
    values = pipeline.run(path).result.values.set_index(["indicator", "zone"])["value"]
    assert values[("new_land_to_carriers_share", "study_area")] == pytest.approx(0.76, abs=0.02)
    assert values[("tax_per_mu", "study_area")] > 10


def test_it_does_not_overwrite_a_study(folder: Path, study: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", str(folder)]) == 2
    assert "study.toml" in capsys.readouterr().err


def test_inspect_tells_what_a_file_seems_to_be(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["inspect", str(folder / "宗地.shp"), str(folder / "供地台账.xlsx"), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "GB18030" in said
    assert "looks like parcels" in said
    assert "looks like supply" in said
    assert "宗地代码 -> parcel_id" in said


@pytest.mark.verify
def test_two_runs_are_compared(shared_demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = shared_demo / "demo"
    two = pipeline.run(shared_demo / "demo-data" / "study.toml", out=tmp_path / "two", sets=["join.allocation=largest"]).folder
    assert cli.main(["compare", str(one), str(two)]) == 0
    assert "new_land_to_carriers_share" in capsys.readouterr().out
    assert cli.main(["compare", str(one), str(tmp_path / "nowhere")]) == 2
