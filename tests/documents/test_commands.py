"""No command of the README and the documents goes unlooked at: run here, run by the snippets of its page, or listed with the reason why the suite cannot run it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

from spatial.cli import main, parser
from tests.packaging.test_documents import study_of

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "README.en.md", "CONTRIBUTING.md", "SECURITY.md", "notebooks/README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")))
RUN_BY_SNIPPETS = ("sh", "python", "toml")  # of pages in docs; see test_snippets
NOT_RUN = {  # beginning of a command: why the suite does not run it
    "pip install": "asks a package index; CI installs a wheel on a clean machine before the tests",
    "jupyter lab": "opens a browser and stays; tests/notebooks executes every notebook",
    "make": "runs this suite, a longer one, or an installation; the target is looked up in the Makefile",
    "python -m pytest -m verify": "the longer runs of this suite; the marker and the folders are those of tests/",
    "python -m tests.corpus.": "damages files for minutes; the module is looked up, and it is part of `make fuzz`",
    "python -m tests.benchmarks": "measures for minutes; the module and its options are part of `make bench`",
    "python scripts/": "writes into the checkout; that pages are current is tested, the script is looked up",
    "python -m http.server": "stays until it is stopped; tests/maps serves tiles the same way",
    "spatial run study.toml --engine dask": "starts workers; tests/engine runs it and compares every figure with the local run",
    "spatial map RUN --tiles": "`RUN` stands for any finished run; tests/maps makes and opens tiles",
    "spatial map 结果文件夹 --tiles": "as in the English page",
}
COMMAND = re.compile(r"^(?:spatial|make|python|pip|jupyter) \S")


def shown(page: str) -> list[tuple[str, str]]:
    """Every command of a page with where it stands: the language of its fence, `indented`, or `inline`."""
    text = (ROOT / page).read_text(encoding="utf-8")
    fences = re.findall(r"^```(\w*)[^\n]*\n(.*?)^```$", text, re.M | re.S)
    rest = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    lines = [(kind, line) for kind, block in fences for line in block.splitlines()] + [("indented", line.strip()) for line in re.findall(r"^ {4,}\S.*$", rest, re.M)]
    return [(kind, line) for kind, line in [*lines, *(("inline", words) for words in re.findall(r"`([^`\n]+)`", rest))] if COMMAND.match(line)]


def commands_of(readme: str) -> list[list[str]]:
    """The commands of `spatial` in the shell blocks of a README, without their comments."""
    return [shlex.split(line, comments=True)[1:] for kind, line in shown(readme) if kind == "sh" and line.startswith("spatial ")]


@pytest.mark.parametrize("page", PAGES)
def test_a_command_is_run_or_listed_with_its_reason(page: str) -> None:
    ran_here = page.startswith("README")
    for kind, line in shown(page):
        if kind in RUN_BY_SNIPPETS and (page.startswith("docs/") or (ran_here and line.startswith("spatial "))):
            continue
        assert kind == "inline" and line.startswith("spatial ") or any(line.startswith(known) for known in NOT_RUN), f"{page}: {line}"


@pytest.mark.parametrize("page", PAGES)
def test_what_a_command_names_is_there(page: str) -> None:
    """Targets of make, scripts, modules, and the commands and options of `spatial`, where a command is only told in a sentence or cannot be run."""
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    for _, line in shown(page):
        words = shlex.split(line, comments=True)
        if words[0] == "make":
            assert words[1] in targets, line
        elif line.startswith("python scripts/"):
            assert (ROOT / words[1]).is_file(), line
        elif line.startswith("python -m tests."):
            assert (ROOT / (words[2].replace(".", "/") + ".py")).is_file(), line
        elif words[0] == "spatial":
            asked = _parser_of(words[1])
            assert not [word for word in words if word.startswith("--") and word.split("=")[0] not in asked], line


def _parser_of(command: str) -> dict[str, object]:
    [commands] = [action for action in parser()._actions if isinstance(action.choices, dict)]
    assert isinstance(commands.choices, dict)
    assert command in commands.choices, command
    options: dict[str, object] = commands.choices[command]._option_string_actions
    return options


def test_both_readmes_show_the_same_commands() -> None:
    assert [" ".join(words) for words in commands_of("README.md")] == [" ".join(words).removesuffix(" --lang en") for words in commands_of("README.en.md")]


def test_the_study_file_and_the_commands_of_the_readme_run_as_they_are_written(shared_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder that `make demo` leaves, with the units of every area stated; the results say what the demo's own say."""
    for layer in tomllib.loads(study_of("README.md"))["layers"].values():
        for path in (shared_demo / "demo-data").glob(f"{Path(layer['path']).stem}.*"):
            shutil.copy(path, tmp_path / path.name)
    (tmp_path / "study.toml").write_text(study_of("README.md"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    commands = commands_of("README.md")
    assert [words[0] for words in commands] == ["check", "run", "run"]
    for words in commands:
        assert main([*words, "--quiet"] if words[0] == "run" else words) == 0, words
    results = {name: json.loads((folder / "results.json").read_text(encoding="utf-8")) for name, folder in
               (("demo", shared_demo / "demo"), ("study", tmp_path / "out" / "study"), ("largest", tmp_path / "out" / "largest"))}
    assert not [finding["code"] for finding in results["study"]["findings"] if finding["severity"] == "error" or finding["code"] == "unit.left_out"]
    idle = {name: next(row["value"] for row in told["values"] if (row["indicator"], row["zone"]) == ("idle_land_share", "study_area")) for name, told in results.items()}
    assert idle["study"] == idle["largest"] == pytest.approx(idle["demo"], rel=1e-12)
