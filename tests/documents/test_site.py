"""The site is built without a warning, and asks for nothing from elsewhere."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.browsers import becomes

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents") / "site"
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


def test_the_site_is_self_contained(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert {"index.html", "tutorial.html"} <= {page.name for page in pages}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert ('<html lang="en"' in text) == (page.parent.name == "en" or page.parents[1].name == "en"), page  # the words around a page are in its language
        fetched = re.findall(r'<(?:script|img|iframe|source)[^>]+src="([^"]+)"', text) + re.findall(r'<link[^>]+rel="(?:stylesheet|preload|icon)"[^>]*href="([^"]+)"', text)
        assert not [address for address in fetched if re.match(r"(?:https?:)?//", address)], page.name
        for address in re.findall(r'<a [^>]*href="([^"]*)"', text):  # a folder, in a folder, is a list of files; and "/" is the root of the disk
            if address and not re.match(r"[a-z]+:|#", address):
                assert not address.startswith("/") and (page.parent / address.split("#")[0]).is_file(), (page.relative_to(site), address)


def test_the_search_knows_words_as_they_are_typed(site: Path) -> None:
    """No stemming on one side only, Chinese told apart into words (by jieba, of the test extra), and what is English first for English words."""
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert index["config"]["pipeline"] == []
    page = {entry["location"]: entry for entry in index["docs"]}
    assert {"乱码"} <= set(page["howto/garbled.html"]["title"].split("\u200b")) and {"图集"} <= set(page["howto/print-an-atlas.html"]["title"].split("\u200b"))
    assert {entry.get("boost", 1) > 1 for name, entry in page.items() if name.startswith("en/")} == {True}
    assert not [name for name, entry in page.items() if "boost" in entry and not name.startswith("en/")]
    in_chinese = {name for name, entry in page.items() if "容积率" in (entry["title"] + entry["text"]).replace("\u200b", "")}
    assert in_chinese and not [name for name in in_chinese if name.startswith("en/")]  # though its aliases stand in English tables
    assert "容积率" in (ROOT / "docs" / "en" / "study-file.md").read_text(encoding="utf-8")


def test_the_architecture_shows_the_contract_that_is_checked() -> None:
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]["layers"]
    assert not any(":" in layer for layer in layers)  # a colon would let rooms on one step know each other
    for page in ("docs/architecture.md", "docs/en/architecture.md"):
        assert "```text\n" + "\n".join(layers) + "\n```" in (ROOT / page).read_text(encoding="utf-8"), page


def led_by(page: Any) -> str:
    """The page at the head of what the search lists."""
    page.keyboard.press("Shift")  # what is pasted or put in by an input method is looked up at the next key
    page.wait_for_selector(".md-search-result__link")
    page.wait_for_timeout(500)  # the list follows the last key
    return str(page.get_attribute(".md-search-result__link", "href")).split("?")[0].split("#")[0]


@pytest.mark.verify
@pytest.mark.chromium
@pytest.mark.parametrize(("start", "words"), [
    ("index.html", {"闲置": "methods.html", "乱码": "howto/garbled.html", "图集": "howto/print-an-atlas.html", "分摊": "methods.html", "garbled": "en/howto/garbled.html", "疑问": "tutorial.html",
                     "容积率": "glossary.html"}),
    ("en/index.html", {"allocation": "en/findings.html", "garbled": "en/howto/garbled.html", "atlas": "en/howto/print-an-atlas.html", "shapefile": "en/howto/garbled.html",
                       "idle": "en/methods.html", "乱码": "howto/garbled.html"})])
def test_search_is_led_by_the_right_page_in_a_folder(site: Path, browser: Any, start: str, words: dict[str, str]) -> None:
    """Opened from files, without a server: words in Chinese and in English, from pages of either language."""
    for word, wanted in words.items():
        page = browser.new_page()
        page.goto((site / start).as_uri())
        page.wait_for_timeout(2500)  # the page gets ready for keys
        page.click("label.md-search__icon, .md-search__input")
        page.keyboard.type(word, delay=80)
        becomes(page, functools.partial(page.input_value, ".md-search__input"), word)
        becomes(page, functools.partial(led_by, page), (site / wanted).as_uri())
        page.close()


OUT_OF_SIGHT = r"""() => {
  const cut = [...document.querySelectorAll("pre code, .md-typeset__scrollwrap")].filter(e => e.scrollWidth > e.clientWidth + 1);
  const broken = [...document.querySelectorAll("td code")].filter(e => /^[\w.]+$/.test(e.textContent) && e.getClientRects().length > 1).map(e => e.textContent);
  return {formulas: cut.filter(e => e.tagName === "CODE").length, tables: cut.filter(e => e.tagName !== "CODE").length, broken, page: document.documentElement.scrollWidth};
}"""


@pytest.mark.chromium
@pytest.mark.parametrize("width", [1366, 390])
def test_formulas_and_tables_are_read_whole(site: Path, browser: Any, width: int) -> None:
    """Nothing is cut in any page on a screen of 1366 px; on a phone a wide table scrolls within the page, formulas go on in the next line, and no key breaks inside a word."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    for path in sorted(site.rglob("*.html")):
        page.goto(path.as_uri())
        page.wait_for_function("() => [...document.querySelectorAll('article table:not([class])')].every(e => e.closest('.md-typeset__scrollwrap'))")
        seen = page.evaluate(OUT_OF_SIGHT)
        assert (seen["formulas"], seen["broken"], seen["page"]) == (0, [], width), path.relative_to(site)
        assert seen["tables"] == 0 or width == 390, path.relative_to(site)
    page.close()


@pytest.mark.parametrize("page", ["README.md", "README.en.md", "docs/howto/ten-million-parcels.md", "docs/en/howto/ten-million-parcels.md"])
def test_memory_for_ten_million_parcels_is_the_measured_figure(page: str) -> None:
    """One source for the figure: the line of the benchmark's run in scripts/performance.md."""
    measured = re.search(r"9,998,244 .*?(\d[\d.]* GiB) resident in all processes together", (ROOT / "scripts" / "performance.md").read_text(encoding="utf-8"))
    assert measured
    assert re.findall(r"\d[\d.]* GiB", (ROOT / page).read_text(encoding="utf-8")) == [measured[1]]
