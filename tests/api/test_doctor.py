"""The self-test says what is so: good here, and bad where a part gives a wrong answer or a trap lets something through."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
import tempfile
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import hatch_build
import spatial
from spatial import __main__, checkup, checkup_outputs, cli, preflight
from spatial.render.sheets.book import write_sheets


def test_this_installation_is_fit_for_use(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spatial.render.outputs.write_sheets", write_sheets)  # other tests run without
    code, told = cli.main(["doctor", "--lang", "en"]), capsys.readouterr().out
    assert [line for line in told.splitlines() if line.startswith("[XX]")] == []
    assert code == 0 and "fit for use" in told and told.count("[ok]") >= 23, told


def test_a_wrong_area_function_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "ellipsoidal_area", lambda shapes, crs: np.array([358_460.75]))
    check = checkup._area()
    assert check.level == "bad" and "266857.18" in check.line("zh")
    assert checkup.verdict([check], "en").startswith("not fit for use: 1")


def test_a_trap_that_lets_something_through_is_told(tmp_path: Path) -> None:
    open_door = checkup.Trap("", "", lambda folder: checkup._write(folder, prj=True), code="crs.")
    assert checkup._sprung(open_door, tmp_path) == "accepted"


def test_missing_browser_parts_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checkup, "ASSETS", tmp_path)
    assert checkup._files().level == "bad" and "spatial-map.js" in checkup._files().seen


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Browser parts with the list that their build writes."""
    (tmp_path / "spatial-map.js").write_text("let a = 1;" * 100)
    (tmp_path / "spatial-map.css").write_text("p {}")
    hatch_build.list_contents(tmp_path)
    monkeypatch.setattr(checkup, "ASSETS", tmp_path)
    monkeypatch.setattr(preflight, "ASSETS", tmp_path)
    return tmp_path


def test_a_browser_part_that_is_cut_short_is_told(assets: Path) -> None:
    assert checkup._files().level == "good"
    (assets / "spatial-map.js").write_text("let a = 1;" * 10)
    assert checkup._files().level == "bad" and "spatial-map.js" in checkup._files().seen
    (assets / preflight.CONTENTS).unlink()
    assert checkup._files().level == "note"  # nothing to compare with is not good


def test_tables_that_are_gone_or_cut_are_told(assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "spatial"
    for name in ("layers", "maps", "policies"):
        (package / name).mkdir(parents=True)
        (package / name / "a.toml").write_text("a = 1")
    monkeypatch.setattr(preflight, "PACKAGE", package)
    assert preflight.damaged() == []
    (package / "layers" / "a.toml").write_text("a = [1,")
    shutil.rmtree(package / "policies")
    assert preflight.damaged() == ["layers/a.toml", "policies/"]
    assert checkup._files().level == "bad"


def test_an_installed_wheel_is_held_against_its_record(monkeypatch: pytest.MonkeyPatch) -> None:
    def listed(name: str, told: str) -> Any:
        file = importlib.metadata.PackagePath(name)
        file.hash, file.dist = importlib.metadata.FileHash(f"sha256={told}"), SimpleNamespace(locate_file=lambda path: preflight.PACKAGE.parent / path)  # type: ignore[assignment]
        return file

    own = {name: preflight._hash(preflight.PACKAGE.parent / name) for name in ("spatial/preflight.py", "spatial/errors.py")}
    for names, wrong in ((own, []), ({**own, "spatial/errors.py": "x" * 43}, ["spatial/errors.py"]), ({**own, "spatial/policies/gone.toml": "x"}, ["spatial/policies/gone.toml"])):
        monkeypatch.setattr(importlib.metadata, "files", lambda name, names=names: [listed(*row) for row in names.items()])
        assert preflight._recorded() == wrong
    monkeypatch.setattr(importlib.metadata, "files", lambda name: [])
    assert preflight._recorded() is None


@pytest.mark.parametrize(("name", "module"), [("rasterio", "rasterio"), ("python-docx", "docx"), ("pillow", "PIL"), ("folium", "folium"), ("python-calamine", "python_calamine"),
                                              ("pyarrow", "pyarrow")])
def test_a_package_that_does_not_load_is_named(name: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    [check] = checkup._packages()
    assert check.level == "bad" and name in check.seen and name in check.line("zh")


def test_the_command_says_which_package_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A package that is gone stops the import of the command itself; a name asked of `spatial` then has the reason."""
    monkeypatch.setitem(sys.modules, "rasterio", None)
    monkeypatch.setitem(sys.modules, "spatial.cli", None)
    monkeypatch.setattr(sys, "argv", ["spatial", "doctor", "--lang", "en"])
    assert __main__.command() == 1
    told = capsys.readouterr()
    assert "[XX] rasterio cannot be imported" in told.out and "not fit for use: 1 wrong" in told.out and told.err == ""
    monkeypatch.setattr(sys, "argv", ["spatial", "run", "study.toml"])
    assert __main__.command() == 1
    told = capsys.readouterr()
    assert "[XX] rasterio 不能导入" in told.err and told.out == ""
    monkeypatch.setattr(spatial, "_unfit", ModuleNotFoundError("No module named 'rasterio'", name="rasterio"))
    with pytest.raises(ImportError, match="spatial.run: No module named 'rasterio'; see `spatial doctor`"):
        spatial.__getattr__("run")
    with pytest.raises(AttributeError):
        spatial.__getattr__("runs")


def test_an_error_of_a_library_in_a_trap_is_told_and_no_traceback(tmp_path: Path) -> None:
    def full(folder: Path) -> None:
        raise RuntimeError("database or disk is full")

    assert checkup._sprung(checkup.Trap("", "", full, code="crs."), tmp_path) == "RuntimeError: database or disk is full"


def test_room_for_less_than_the_traps_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    for free, level in ((checkup.ROOM_BYTES, "good"), (checkup.TRAP_BYTES, "note"), (checkup.TRAP_BYTES - 1, "bad")):
        monkeypatch.setattr(shutil, "disk_usage", lambda path, free=free: usage(0, 0, free))
        assert next(checkup._room()).level == level


def test_the_folder_that_was_measured_is_named_and_another_that_was_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    [room] = checkup._room()
    assert str(tmp_path) in room.seen
    monkeypatch.setenv("TMPDIR", str(tmp_path / "missing"))
    room, other = checkup._room()
    assert other.level == "note" and other.seen == str(tmp_path / "missing") and str(tmp_path) in other.remedy[1]


def test_an_output_that_is_not_as_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outputs as an earlier run left them, and then each of them cut."""
    (tmp_path / "map.html").write_text("<html>")
    (tmp_path / "report.docx").write_bytes(b"PK")
    monkeypatch.setattr(checkup_outputs.pipeline, "run", lambda *_, **__: SimpleNamespace(folder=tmp_path))
    told = {en: wrong for _, en, wrong in checkup_outputs.looked_into(tmp_path / "study.toml", "x")}
    assert all(told.values()) and len(told) == 7 and told["output: map"] == "not as written" and "BadZipFile" in told["output: report"]
    monkeypatch.setattr(checkup_outputs.pipeline, "run", lambda *_, **__: 1 / 0)
    [check] = checkup._outputs()
    assert check.level == "bad" and "ZeroDivisionError" in check.seen


def test_the_doors_are_shut_whichever_test_file_comes_first() -> None:
    """A file that begins with `import rasterio` used to load a GDAL with its doors open, and the self-test of the same process said so."""
    code = ("import sys, pytest; done = pytest.main(['--collect-only', '-q', '-p', 'no:cacheprovider', 'tests/raster/test_zonal.py']); "
            "from spatial.read import doors; sys.exit(done or ', '.join(doors.loaded_too_early) or 0)")
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
