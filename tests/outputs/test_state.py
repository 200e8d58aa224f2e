"""A finished run is read back from its folder as it was, and a public edition keeps no row of an enterprise."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from spatial import pipeline
from spatial.errors import UsageError
from spatial.read.state import read_state
from spatial.schema.result import Result


@pytest.fixture(scope="module")
def done(shared_demo: Path) -> pipeline.Run:
    return pipeline.Run(shared_demo / "demo", pickle.loads((shared_demo / "result.pickle").read_bytes()))


def frames_of(result: Result) -> dict[str, pd.DataFrame]:
    return {"parcels": result.parcels, "carriers": result.carriers, "pieces": result.pieces, "zones": result.zones, "values": result.values,
            "scorecard": result.scorecard, "joins": result.joins, "inputs": result.inputs, **result.ledgers, **result.zone_layers, **result.trail.tables}


def test_every_frame_comes_back_as_it_was(done: pipeline.Run) -> None:
    again = read_state(done.folder)
    before, after = frames_of(done.result), frames_of(again)
    assert list(before) == list(after)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(pd.DataFrame(frame.reset_index(drop=True)), pd.DataFrame(after[name]), check_like=False, obj=name)
    assert again.parcels.crs == done.result.parcels.crs and again.balance == done.result.balance
    assert [found.record() for found in again.findings] == [found.record() for found in done.result.findings]


def test_the_study_comes_back_without_the_folders_of_this_machine(done: pipeline.Run) -> None:
    again = read_state(done.folder)
    assert (again.study.as_of, again.study.rules, again.study.policies) == (done.result.study.as_of, done.result.study.rules, done.result.study.policies)
    with zipfile.ZipFile(done.folder / "state.zip") as archive:
        assert str(done.folder.parent) not in archive.read("run.json").decode("utf-8")


@pytest.mark.verify
def test_a_public_edition_keeps_no_row_of_an_enterprise(shared_demo: Path, tmp_path: Path) -> None:
    public = pipeline.run(shared_demo / "demo-data" / "study.toml", out=tmp_path / "public", sets=["study.audience=public"])
    assert not {"enterprises", "projects", "leases"} & set(read_state(public.folder).ledgers)


def test_a_folder_without_a_run_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"state\.zip"):
        read_state(tmp_path)
