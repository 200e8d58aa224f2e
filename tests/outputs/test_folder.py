"""Outputs appear all together or not at all, and nothing of anybody else's is touched."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from spatial import pipeline
from spatial.errors import Refused
from spatial.render import folder as folders
from spatial.render import outputs, swap
from spatial.render.folder import staged
from tests.flow.conftest import District
from tests.outputs.conftest import intact, listing

PATIENCE = 600  # seconds that another process has, on a machine that does much else at the same time
RUN = "import sys; from spatial.cli import main; print('ready', flush=True); sys.exit(main(['run', sys.argv[1], '--quiet']))"


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {finding.code for finding in refused.value.findings}


def test_files_of_the_user_stay_and_files_of_the_earlier_run_go(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for names in (("a.csv", "sheets/old.pdf"), ("a.csv", "sheets/new.pdf")):
        with staged(out) as stage:
            for name in names:
                (stage / name).parent.mkdir(exist_ok=True)
                (stage / name).write_text(name)
            (stage / "run.lock.json").write_text(json.dumps({"outputs": folders.manifest_rows(stage)}))
        (out / "我的笔记.txt").write_text("留下")
        (out / "sheets" / "mine.pdf").write_text("mine")
    assert set(listing(out)) == {"a.csv", "sheets/new.pdf", "sheets/mine.pdf", "run.lock.json", "我的笔记.txt"}
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


def test_an_amended_folder_keeps_the_other_files_of_its_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with staged(out) as stage:
        (stage / "results.json").write_text("{}")
        (stage / "map.html").write_text("old")
        (stage / "run.lock.json").write_text(json.dumps({"version": "1", "outputs": folders.manifest_rows(stage)}))
    with staged(out, amend=True) as stage:
        (stage / "map.html").write_text("new")
        (stage / "run.lock.json").write_text(json.dumps(folders.amended_manifest(out, stage)))
    assert (out / "map.html").read_text() == "new"
    assert (out / "results.json").exists()
    assert folders.earlier_files(out) == ["map.html", "results.json"]
    assert intact(out)


def test_a_file_of_somebody_else_under_our_name_is_not_overwritten(district: District) -> None:
    out = district.folder / "out" / "study"
    out.mkdir(parents=True)
    (out / "map.html").write_text("mine")
    with pytest.raises(Refused) as refused:
        district.run()
    assert codes(refused) == {"output.not_ours"}
    assert listing(out.parent) == {"study/map.html": listing(out)["map.html"]}


def test_an_error_while_writing_leaves_the_earlier_results(district: District, earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = listing(earlier)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr(outputs, "write_tables", broken)
    with pytest.raises(RuntimeError, match="half way"):
        district.run(sets=["study.name=other"])
    assert listing(district.folder / "out" / "study") == before
    assert {path.name for path in (district.folder / "out").iterdir()} == {"study"}


@pytest.mark.parametrize("name", ["map.html", "parcels.parquet", "layers.gpkg", "tables.xlsx", "scorecard.csv"])
def test_a_file_that_was_written_short_is_noticed_and_the_earlier_results_stay(district: District, earlier: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before = listing(earlier)
    manifest = outputs.expected_rows

    def shortened(result: Any, content: Any) -> dict[str, int]:
        part = next((Path(district.folder) / "out").glob(f".study.*.part/{name}"))
        part.write_bytes(part.read_bytes()[:-300] if name != "scorecard.csv" else b"policy\r\na\r\nb\r\n")
        return manifest(result, content)

    monkeypatch.setattr(outputs, "expected_rows", shortened)
    with pytest.raises(Refused) as refused:
        district.run(sets=["study.name=other"])
    assert codes(refused) == {"output.damaged"}
    assert listing(district.folder / "out" / "study") == before


def test_a_folder_in_use_by_another_run_is_refused_by_name(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    entered, leave = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path / "out", entered, leave))
    other.start()
    assert entered.wait(PATIENCE)
    with pytest.raises(Refused) as refused, staged(tmp_path / "out"):
        pass
    leave.set()
    other.join(PATIENCE)
    assert codes(refused) == {"output.in_use"}
    assert str(other.pid) in refused.value.findings[0].message("en")
    assert (tmp_path / "out" / "theirs.txt").exists()


def _hold(out: Path, entered: Any, leave: Any) -> None:
    with staged(out) as stage:
        (stage / "theirs.txt").write_text("x")
        entered.set()
        leave.wait(PATIENCE)


def test_a_swap_that_fails_half_way_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    _write(out, "first")
    before = listing(out)
    move = os.replace

    def held(source: Any, target: Any) -> None:
        if Path(target) == out / "c.txt" and ".old" not in Path(source).parts:
            raise PermissionError(13, "open in another program")
        move(source, target)

    monkeypatch.setattr(swap.os, "replace", held)
    with pytest.raises(Refused) as refused:
        _write(out, "second", extra="d.txt")
    assert codes(refused) == {"output.held"}
    assert listing(out) == before


@pytest.mark.parametrize("moves", range(1, 10))
def test_a_swap_that_was_killed_is_completed_by_the_next_command(tmp_path: Path, moves: int) -> None:
    out = tmp_path / "out"
    _write(out, "first")
    context = multiprocessing.get_context("fork")
    child = context.Process(target=_die_after, args=(out, moves))
    child.start()
    child.join(PATIENCE)
    assert child.exitcode == 9
    folders.settled(out)
    assert {(out / name).read_text() for name in ("a.txt", "b.txt", "c.txt")} == {"second"}
    assert intact(out)
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


def _die_after(out: Path, moves: int) -> None:
    move, done = os.replace, []

    def counted(source: Any, target: Any) -> None:
        move(source, target)
        done.append(target)
        if len(done) == moves:  # the first makes the stage ready
            os._exit(9)

    swap.os.replace = counted  # type: ignore[assignment]
    _write(out, "second")
    os._exit(9)


def _write(out: Path, text: str, extra: str = "c.txt") -> None:
    with staged(out) as stage:
        for name in ("a.txt", "b.txt", "c.txt", extra):
            (stage / name).write_text(text)
        (stage / "run.lock.json").write_text(json.dumps({"outputs": folders.manifest_rows(stage)}))


@pytest.mark.parametrize("seed", [1, 2, 3, *(pytest.param(n, marks=pytest.mark.verify) for n in range(4, 101))])
def test_a_run_killed_at_any_moment_leaves_the_earlier_or_the_new_results(district: District, seed: int) -> None:
    started = time.monotonic()
    first = district.run().folder
    took = time.monotonic() - started
    before = listing(first)
    study = district.folder / "study.toml"
    study.write_text(study.read_text(encoding="utf-8").replace("四块地", "四块地(改)"), encoding="utf-8")
    child = subprocess.Popen([sys.executable, "-c", RUN, str(study)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(random.Random(seed).uniform(0, 1.5 * took))
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    folders.settled(first)
    assert intact(first)
    assert listing(first) == before or json.loads((first / "results.json").read_text(encoding="utf-8"))["study"]["name"] == "四块地(改)"
    assert pipeline.run(study).result.study.name == "四块地(改)"
    assert {path.name for path in first.parent.iterdir()} == {"study"}


def test_a_disk_that_runs_full_is_told_and_the_earlier_results_stay(district: District, earlier: Path) -> None:
    study, before = district.write(), listing(earlier)
    code = ("import resource, sys; from spatial.cli import main; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)); "
            "sys.exit(main(['run', sys.argv[1], '--quiet', '--lang', 'en']))")
    done = subprocess.run([sys.executable, "-c", code, str(study)], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1, done.stderr
    assert "output.no_room" in done.stderr and "Traceback" not in done.stderr
    assert listing(earlier) == before
    assert {path.name for path in earlier.parent.iterdir()} == {"study"}
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 40_000


@pytest.mark.skipif(not Path("/proc/mounts").exists() or os.geteuid() != 0, reason="mounts a small file system, which needs root on Linux")
def test_a_small_file_system_is_refused_before_the_long_work(district: District) -> None:
    small = district.folder / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(Refused) as refused:
            district.run(out=small / "out")
        assert codes(refused) == {"output.no_room"}
        assert not list(small.glob(".out.*.part"))
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / "sheets").symlink_to(elsewhere)
    with pytest.raises(Refused) as refused, staged(out) as stage:
        (stage / "sheets").mkdir()
        (stage / "sheets" / "one.pdf").write_text("x")
    assert codes(refused) == {"output.leads_outside"}
    assert not list(elsewhere.iterdir())


def test_inputs_are_never_touched(district: District) -> None:
    district.ledger("supply", [{"parcel_id": "A", "contract_date": "2020-05-01"}])
    district.write()
    before = listing(district.folder)
    district.run(out=district.folder.parent / f"{district.folder.name}-out")
    pipeline.inspect(sorted(path for path in district.folder.iterdir() if path.suffix in (".gpkg", ".csv")))
    assert listing(district.folder) == before
