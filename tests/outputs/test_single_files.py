"""What is written outside a run's folder ends in a file or in a refusal: no traceback, no half file, no empty folder."""

from __future__ import annotations

import fcntl
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from spatial import cli, pipeline
from spatial.errors import Refused
from spatial.render import single
from spatial.render.folder import staged
from tests.flow.conftest import District
from tests.outputs.conftest import listing


@contextmanager
def no_room() -> Iterator[None]:
    """No file may grow over 16 bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def calls(run: Path, place: Path) -> dict[str, list[str]]:
    """Commands that write one thing each, into `place`."""
    study = str(run.parents[1] / "study.toml")
    return {
        "snapshot": ["snapshot", str(run), str(place)],
        "compare": ["compare", str(run), str(run), "--out", str(place)],
        "explain": ["explain", str(run), "idle_land_share", "--out", str(place / "rows.csv")],
        "check": ["check", study, "--findings", str(place / "f.json")],
        "run": ["run", study, "--out", str(run.with_name("second")), "--quiet", "--findings", str(place / "f.json")],
        "demo": ["demo", "--out", str(place / "demo"), "--quiet"],
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return District(tmp_path_factory.mktemp("run")).run(sets=["sheets.draw=no"]).folder


def working(*_: Any, **__: Any) -> Any:
    raise AssertionError("the work began before the place was looked at")


@pytest.mark.parametrize("command", ["snapshot", "compare", "explain", "check", "run", "demo"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_place_that_cannot_be_written_is_refused_before_the_work(run: Path, tmp_path: Path, command: str, lang: str, monkeypatch: pytest.MonkeyPatch,
                                                                   capsys: pytest.CaptureFixture[str]) -> None:
    for work in ("analyse", "compare", "explain", "write_demo"):
        monkeypatch.setattr(pipeline, work, working)
    (tmp_path / "file").write_text("mine")
    before = listing(tmp_path), listing(run.parent)
    assert cli.main([*calls(run, tmp_path / "file" / "below")[command], "--lang", lang]) == 1
    told = capsys.readouterr().err
    assert "output.read_only" in told and {"zh": "不能写入", "en": "cannot be written"}[lang] in told
    assert told.count("output.read_only") == 1
    assert (listing(tmp_path), listing(run.parent)) == before


@pytest.mark.parametrize("command", ["snapshot", "compare", "explain", "check", "run"])
def test_a_full_disk_is_refused_and_leaves_neither_file_nor_folder(run: Path, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "new" / "place"
    with no_room():
        assert cli.main(calls(run, place)[command]) == 1
    assert "output.no_room" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_during_the_work_is_told_with_what_was_found(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(single, "PROBE_BYTES", 0)
    study, kept = run.parents[1] / "study.toml", tmp_path / "f.json"
    kept.write_text("earlier")
    with no_room():
        assert cli.main(["check", str(study), "--set", "join.allocation=nearest", "--findings", str(kept), "--lang", "en"]) == 1
    told = capsys.readouterr().err
    assert "study.wrong_value" in told and "output.no_room" in told
    assert kept.read_text() == "earlier" and [path.name for path in tmp_path.iterdir()] == ["f.json"]


def test_a_first_study_that_cannot_be_written_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with no_room():
        assert cli.main(["init", str(tmp_path)]) == 1
    assert "output.no_room" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_temporary_files_that_find_no_room_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full(*_: Any, **__: Any) -> None:
        with no_room():
            (tmp_path / "copy").write_text("x" * 100)

    monkeypatch.setattr(pipeline, "check", full)
    assert cli.main(["check", "study.toml"]) == 1
    assert "output.no_room" in capsys.readouterr().err


def test_the_demo_leaves_its_earlier_inputs_where_the_disk_fills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "demo-data"
    data.mkdir()
    (data / "宗地.shp").write_text("earlier")

    def half(folder: Path) -> Path:
        (folder / "宗地.shp").write_text("new")
        with no_room():
            (folder / "study.toml").write_text("x" * 100)
        return folder

    monkeypatch.setattr(pipeline, "write_demo", half)
    with pytest.raises(Refused, match="output.no_room"):
        pipeline.demo(tmp_path / "demo")
    assert (data / "宗地.shp").read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["demo-data", "宗地.shp"]


def test_a_text_is_on_the_disk_before_it_takes_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real: dict[str, Callable[..., None]] = {"fsync": os.fsync, "replace": os.replace}
    for name in real:
        monkeypatch.setattr(os, name, lambda *given, name=name: (order.append(name), real[name](*given)))
    single.write_text(tmp_path / "a" / "b.txt", "字")
    assert order == ["fsync", "replace"]
    assert (tmp_path / "a" / "b.txt").read_text(encoding="utf-8") == "字"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]


def test_a_probe_leaves_nothing(tmp_path: Path) -> None:
    assert single.unwritable(tmp_path / "a" / "b" / "c.json") == []
    assert list(tmp_path.iterdir()) == []
    assert [problem.code for problem in single.unwritable(tmp_path)] == ["output.read_only"]  # a folder is no file


@pytest.mark.parametrize("third", [True, False])
def test_a_lock_file_opened_before_its_removal_is_no_lock(tmp_path: Path, third: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ends its run, and perhaps B begins one, between the moment C opens the lock file and the moment it locks it."""
    out = tmp_path / "out"
    first, second = ExitStack(), ExitStack()
    first.enter_context(staged(out))
    lock, waiting = fcntl.flock, [True]

    def late(handle: int, how: int) -> None:
        if how & fcntl.LOCK_EX and waiting:
            waiting.clear()
            first.close()
            if third:
                second.enter_context(staged(out))
        lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with second:
        if third:
            with pytest.raises(Refused, match="output.in_use"), staged(out):
                pass
        else:
            with staged(out), pytest.raises(Refused, match="output.in_use"), staged(out):  # the lock that is held guards the name
                pass
    assert not waiting
