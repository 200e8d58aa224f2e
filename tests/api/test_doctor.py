"""The self-test says what is so: good here, and bad where a part gives a wrong answer or a trap lets something through."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from spatial import cli, doctor


def test_this_installation_is_fit_for_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "fit for use" in told and told.count("[ok]") >= 16 and "[XX]" not in told


def test_a_wrong_area_function_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ellipsoidal_area", lambda shapes, crs: np.array([358_460.75]))
    check = doctor._area()
    assert check.level == "bad" and "266857.18" in check.line("zh")
    assert doctor.verdict([check], "en").startswith("not fit for use: 1")


def test_a_trap_that_lets_something_through_is_told(tmp_path: Path) -> None:
    open_door = doctor.Trap("", "", lambda folder: doctor._write(folder, prj=True), code="crs.")
    assert doctor._sprung(open_door, tmp_path) == "accepted"


def test_missing_browser_parts_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "ASSETS", tmp_path)
    assert doctor._assets().level == "bad" and "spatial-map.js" in doctor._assets().seen
