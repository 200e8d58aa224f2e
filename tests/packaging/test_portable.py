"""What would break elsewhere is looked for here: encodings left to the machine, files left open, modules of one system, consoles that lack letters, file names that differ in case only."""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from spatial.cli import main
from spatial.resources import sqlite_uri

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "spatial").rglob("*.py"))
LOOKED_FOR = re.compile(r"open\(|read_text|write_text|sqlite3|import (?:fcntl|grp|msvcrt|posix|pwd|resource|termios|winreg)\b")
ONE_SYSTEM = {"fcntl", "grp", "msvcrt", "posix", "pwd", "resource", "termios", "winreg"}


def calls(tree: ast.AST) -> Iterator[tuple[str, str, ast.Call]]:
    """Every call: what it is called on, its name, and itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Attribute, ast.Name)):
            on = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            yield on, node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id, node


def is_text(name: str, on: str, call: ast.Call) -> bool:
    """Whether a call reads or writes text in an encoding that it could name."""
    if name in ("read_text", "write_text"):
        return on != ""  # functions of ours by these names take texts that are decoded
    if name not in ("open", "fdopen") or on in ("rasterio", "archive", "zipfile", "zipped", "memory", "Image", "PIL.Image", "tarfile"):
        return False
    modes = [part.value for part in [*call.args, *(k.value for k in call.keywords if k.arg == "mode")] if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return on != "os" and not any("b" in mode for mode in modes)


def faults(text: str) -> list[str]:
    """What a module leaves to the machine, line by line."""
    if not LOOKED_FOR.search(text):
        return []
    tree, told = ast.parse(text), []
    for on, name, call in calls(tree):
        if is_text(name, on, call) and "encoding" not in {k.arg for k in call.keywords}:
            told.append(f"line {call.lineno}: {ast.unparse(call)[:90]} names no encoding")
    tries: list[ast.Try] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            tries.append(node)
        elif isinstance(node, ast.With) and any(ast.unparse(item.context_expr).startswith("sqlite3.connect(") for item in node.items):
            told.append(f"line {node.lineno}: `with` ends a transaction and leaves the file open")
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and ONE_SYSTEM & {alias.name for alias in node.names} and not any(node in one.body for one in tries):
            told.append(f"line {node.lineno}: a module of one system")
    return told


def test_no_module_leaves_anything_to_the_machine() -> None:
    assert len(SOURCES) > 200
    assert {path.name: found for path in SOURCES if (found := faults(path.read_text(encoding="utf-8")))} == {}


def test_faults_are_seen() -> None:
    assert len(faults("import fcntl\nwith sqlite3.connect(p) as base:\n    open(p)\n")) == 3
    assert faults("try:\n    import resource\nexcept ImportError:\n    pass\n") == []


def test_the_scan_sees_what_it_looks_for() -> None:
    seen = [is_text(name, on, call) for on, name, call in calls(ast.parse("path.open()\npath.open('rb')\nopen(p, 'w')\np.read_text()\nos.open(p, 0)\nrasterio.open(p)"))]
    assert seen == [True, False, True, True, False, False]


def test_no_two_files_differ_in_case_only() -> None:
    """On the file systems of Windows and macOS one of them would be lost."""
    folders = ("docs", "layers", "maps", "notebooks", "scripts", "spatial", "tests")
    names = [path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert len({name.lower() for name in names}) == len(names) > 100
    assert not [name for name in names if any(mark in name.split("/")[-1] for mark in '<>:|?*')]


@pytest.mark.parametrize("encoding", ["cp936", "cp437", "ascii"])
def test_a_console_that_lacks_letters_is_answered_all_the_same(encoding: str, shared_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters it has not are told by their numbers; no message is lost and nothing fails."""
    said, told = io.BytesIO(), io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(said, encoding=encoding, write_through=True))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(told, encoding=encoding, write_through=True))
    assert main(["explain", str(shared_demo / "demo"), "tax_per_mu"]) == 0
    assert main(["check", str(tmp_path / "没有²这个.toml")]) == 1
    for held, word in ((said, "亩均税收"), (told, "找不到文件")):
        shown = held.getvalue().decode(encoding)
        assert (word if encoding == "cp936" else word.encode("ascii", "backslashreplace").decode()) in shown


@pytest.mark.parametrize("path", ["/数据/a#b?c%20.gpkg", r"C:\数据\a.gpkg", r"\\server\share\a.gpkg"])
def test_a_database_is_named_whatever_its_path_holds(path: str) -> None:
    """A host in the address (a network drive) is no address that SQLite opens; marks of addresses in a file name are letters."""
    uri = sqlite_uri(path, "mode=ro")
    assert uri.startswith("file:") and not uri.startswith("file://") and uri.endswith("?mode=ro") and uri.count("?") == 1 and "#" not in uri
