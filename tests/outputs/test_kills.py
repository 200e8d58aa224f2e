"""A writer killed inside any kind of output leaves the earlier or the new results, whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from spatial.render import folder as folders
from tests.flow.conftest import District
from tests.outputs.conftest import intact, listing
from tests.outputs.killer import KINDS

ROOT = Path(__file__).resolve().parents[2]
NEW = "四块地(改)"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers are forks, which this system has not")


class Killer:
    """Earlier results, and a process that is killed while it writes new ones over them."""

    def __init__(self, first: Path, log: IO[bytes]):
        self.out = first.parent / "again"
        shutil.copytree(first, self.out)
        self.before = listing(self.out)
        self.process = subprocess.Popen([sys.executable, "-m", "tests.outputs.killer", str(first), str(self.out), NEW], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=log, text=True, encoding="utf-8")
        self.spans = self.answer()

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self, kind: str, seed: int) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{kind} {seed}\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(600)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def killer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    district = District(tmp_path_factory.mktemp("kills"))
    district.ledger("supply", [{"parcel_id": "A", "contract_date": "2020-05-01"}])
    with (district.folder / "killer.log").open("wb") as log:
        held = Killer(district.run().folder, log)
        yield held
        held.close()


def test_every_kind_of_output_was_seen_while_it_was_written(killer: Killer) -> None:
    assert killer.spans == f"ready {len(KINDS)}"


@pytest.mark.parametrize("seed", [1, 2, 3, *(pytest.param(n, marks=pytest.mark.verify) for n in range(4, 101))])
@pytest.mark.parametrize("kind", KINDS)
def test_a_writer_killed_inside_an_output_leaves_the_earlier_or_the_new_results(killer: Killer, kind: str, seed: int) -> None:
    end = killer.kill(kind, seed)
    folders.settled(killer.out)
    assert end == "killed"
    assert intact(killer.out)
    now = listing(killer.out)
    renewed = json.loads((killer.out / "results.json").read_text(encoding="utf-8"))["study"]["name"] == NEW
    assert now == killer.before or (kind == "swap" and renewed)
    killer.before = now


def test_the_next_command_sweeps_what_killed_writers_left(killer: Killer) -> None:
    assert killer.kill("tables.xlsx", 0) == "killed"
    assert list(killer.out.parent.glob(".again.*.part"))
    assert killer.kill("none", 0) == "lived"
    assert intact(killer.out)
    assert json.loads((killer.out / "results.json").read_text(encoding="utf-8"))["study"]["name"] == NEW
    assert [path.name for path in killer.out.parent.iterdir() if path.name.startswith(".again")] == []
