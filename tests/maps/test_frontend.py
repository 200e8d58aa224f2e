"""The browser part's own checks: types and unit tests, run with the node it is built with."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize("broken", [False, True])
def test_assets_are_replaced_when_they_are_built_and_stay_where_that_fails(broken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build takes seconds, in which a run or the self-test of another process reads the assets."""
    out = tmp_path / "spatial" / "render" / "assets"
    given = [tmp_path / "frontend" / name for name in ("src/main.ts", "package.json", "package-lock.json", "build.mjs", "tsconfig.json")]
    for path in (out / "spatial-map.js", *given):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("old")
    hatch_build.list_contents(out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def ran(command: list[str], **_: Any) -> None:
        if command[1:2] != ["build.mjs"]:
            return
        (Path(command[2]) / "spatial-map.js").write_text("new")
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before
        if broken:
            raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(hatch_build, "node_command", lambda: (["node"], ["npm"], {}))
    monkeypatch.setattr(hatch_build.subprocess, "run", ran)
    if broken:
        with pytest.raises(subprocess.CalledProcessError):
            hatch_build.build(tmp_path)
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    else:
        hatch_build.build(tmp_path)
        assert (out / "spatial-map.js").read_text() == "new" and {path.name for path in out.iterdir()} == {"spatial-map.js", hatch_build.STAMP, hatch_build.CONTENTS}
        assert hatch_build.hashlib.sha256(b"new").hexdigest() in (out / hatch_build.CONTENTS).read_text()
    assert [path.name for path in out.parent.iterdir()] == ["assets"]
