"""Every command and snippet of the documents runs, in the order of its page; both languages show the same ones."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest

from spatial.indicators.formula_words import in_english
from spatial.indicators.registry import INDICATORS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS) for path in DOCS.rglob("*.md") if "en" not in path.relative_to(DOCS).parts[:1])
FEW = {"sheets.kinds": "status", "sheets.atlas": "none", "sheets.png": "none"}
BLOCK = re.compile(r"^```(sh|python|toml)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.M | re.S)


def blocks(page: Path) -> list[tuple[str, str, str]]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def _without_comments(page: Path) -> list[tuple[str, str, str]]:
    return [(kind, title, re.sub(r"\s*#.*", "", text)) for kind, title, text in blocks(page)]


WITH_CODE = [page for page in PAGES if blocks(DOCS / page)]
ENGLISH = [Path("en") / page for page in WITH_CODE if _without_comments(DOCS / "en" / page) != _without_comments(DOCS / page)]  # the others are run already, letter by letter


@pytest.fixture(scope="session")
def neighbourhood(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with 300 of its parcels, side by side: an English page that differs runs the commands of its twin again."""
    home = Path(shutil.copytree(demo_data, tmp_path_factory.mktemp("neighbourhood") / "out"))
    path = home / "demo-data" / "宗地.shp"
    every = gpd.read_file(path, encoding="gb18030").set_crs(4528, allow_override=True)
    near = every.distance(every.geometry.iloc[0].centroid).sort_values().index[:300]
    every.loc[sorted(near)].reset_index(drop=True).to_file(path, encoding="gb18030", engine="pyogrio")
    path.with_suffix(".prj").unlink()
    path.with_suffix(".cpg").unlink(missing_ok=True)
    return home


@pytest.mark.parametrize("page", [*WITH_CODE, *ENGLISH], ids=str)
def test_the_snippets_of_a_page_run_in_order(page: Path, tmp_path: Path, demo_data: Path, neighbourhood: Path) -> None:
    """`spatial demo` is answered from one run made beforehand, and one kind of sheet is drawn, without an atlas, where none is named; everything else runs as a reader would run it,
    in the folder where the block before left the shell."""
    shell, here = tmp_path / "where", tmp_path
    demo_data = neighbourhood if page in ENGLISH else demo_data
    environment = {**os.environ, "WHERE": str(shell), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "DEMO": str(demo_data)}
    ran = 0
    for number, (language, title, text) in enumerate(blocks(DOCS / page)):
        if language == "toml":
            (here / (title or f"{number}.toml")).write_text(text, encoding="utf-8")
            continue
        if language == "python":
            script = tmp_path / f"{number}.py"
            script.write_text(text.replace('spatial.demo("out/demo")', f'spatial.load({str(demo_data / "demo")!r})'), encoding="utf-8")
            command = [sys.executable, str(script)]
        else:
            script = tmp_path / f"{number}.sh"
            few = re.sub(r"^spatial (?:run|sheets) .*", lambda run: " ".join([run[0].split("  #")[0], *(f"--set {key}={value}" for key, value in FEW.items() if key not in run[0])]), text, flags=re.M)
            script.write_text("trap 'pwd > \"$WHERE\"' EXIT\n" + few.replace("spatial demo --out out/demo --quiet", 'mkdir -p out && cp -r "$DEMO/." out/'), encoding="utf-8")
            command = ["bash", "-euo", "pipefail", str(script)]
        done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=1200, check=False)
        expected = 1 if "REFUSED" in text else 0
        assert done.returncode == expected, f"{page} block {number}:\n{text}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
        here = Path(shell.read_text(encoding="utf-8").strip()) if language == "sh" else here
        ran += 1
    assert ran or all(language == "toml" for language, _, _ in blocks(DOCS / page))  # what a block of TOML states is used in test_stated_files


@pytest.mark.parametrize("page", [page for page in WITH_CODE if (DOCS / "en" / page).is_file()], ids=str)
def test_both_languages_show_the_same_snippets(page: Path) -> None:
    """Comments are in the language of the page, and English pages may ask for English."""
    ours, theirs = ([(kind, title, re.sub(r"\s+#.*| --lang en", "", text)) for kind, title, text in blocks(DOCS / folder / page)] for folder in ("", "en"))
    assert ours == theirs


def test_every_page_has_its_twin_in_the_other_language_and_both_stand_in_the_contents() -> None:
    ours = {path.relative_to(DOCS / "en").as_posix() for path in (DOCS / "en").rglob("*.md")}
    theirs = {page.as_posix() for page in PAGES}
    assert ours == theirs
    contents = re.findall(r"^ +- .*: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M)
    assert sorted(contents) == sorted(theirs | {f"en/{name}" for name in ours})


def test_every_english_page_is_written_in_english() -> None:
    """Less than one Chinese character to five letters of running text, so that no page in Chinese stands in for its twin; tables may hold names of files and documents."""
    for path in (DOCS / "en").rglob("*.md"):
        text = "".join(line for line in re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S).splitlines() if not line.startswith(("|", "<!--")))
        assert len(re.findall("[一-鿿]", text)) < 0.2 * len(re.findall("[A-Za-z]", text)), path


def test_sums_of_the_registry_are_told_in_english() -> None:
    assert not [text for one in INDICATORS for text in (one.numerator, one.denominator) if re.search("[一-鿿]", in_english(text))]
