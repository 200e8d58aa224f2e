"""The site is built without a warning, and asks for nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_site_builds_and_is_self_contained(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    pages = list((tmp_path / "site").rglob("*.html"))
    assert {"index.html", "tutorial.html"} <= {page.name for page in pages}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert ('<html lang="en"' in text) == (page.parent.name == "en" or page.parents[1].name == "en"), page  # the words around a page are in its language
        fetched = re.findall(r'<(?:script|img|iframe|source)[^>]+src="([^"]+)"', text) + re.findall(r'<link[^>]+rel="(?:stylesheet|preload|icon)"[^>]*href="([^"]+)"', text)
        assert not [address for address in fetched if re.match(r"(?:https?:)?//", address)], page.name


def test_the_architecture_shows_the_contract_that_is_checked() -> None:
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]["layers"]
    assert not any(":" in layer for layer in layers)  # a colon would let rooms on one step know each other
    for page in ("docs/architecture.md", "docs/en/architecture.md"):
        assert "```text\n" + "\n".join(layers) + "\n```" in (ROOT / page).read_text(encoding="utf-8"), page


@pytest.mark.verify
@pytest.mark.chromium
def test_search_finds_words_of_both_languages_in_a_folder(tmp_path: Path, browser: Any) -> None:
    """Opened from files, without a server: a word in Chinese and one in English find pages in their language."""
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")], cwd=ROOT, capture_output=True, check=True)
    for start, word, wanted in (("index.html", "闲置", "方法说明"), ("en/index.html", "allocation", "Findings")):
        page = browser.new_page()
        page.goto((tmp_path / "site" / start).as_uri())
        page.wait_for_timeout(2500)  # the page gets ready for keys
        page.click("label.md-search__icon, .md-search__input")
        page.keyboard.type(word, delay=80)
        page.wait_for_selector(".md-search-result__link")
        assert wanted in page.inner_text(".md-search-result")
        page.close()
