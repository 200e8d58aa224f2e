"""The browser part's own checks: types and unit tests, run with the node it is built with."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import hatch_build

FRONT = Path(__file__).resolve().parents[2] / "frontend"


@pytest.mark.parametrize("script", ["check", "test"])
def test_the_front_end_passes_its_own_checks(script: str) -> None:
    _, npm, environment = hatch_build.node_command()
    done = subprocess.run([*npm, "run", "--silent", script], cwd=FRONT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lock_file_records_no_addresses() -> None:
    assert "resolved" not in (FRONT / "package-lock.json").read_text(encoding="utf-8")
