"""Every family of findings is explained in both languages, with pictures that exist as they are drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.docs_words import FAMILY_NAMES
from scripts.pictures import FOLDER, PICTURES, svg
from spatial.messages import CODES
from spatial.messages.families import FAMILIES

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "findings.md"
NAMES = sorted({code.split(".")[0] for code in CODES})


@pytest.mark.parametrize("name", NAMES)
def test_a_family_says_what_it_means_why_it_matters_and_what_to_do(name: str) -> None:
    family = FAMILIES[name]
    for zh, en in (family.what, family.why, family.do):
        assert re.search("[一-鿿]", zh)
        assert en
        assert not re.search("[一-鿿]", en)
    section = DOCUMENT.read_text(encoding="utf-8").split(f"\n## {FAMILY_NAMES[name]} `{name}`\n")[1].split("\n## ")[0]
    assert all(f"`{code}`" in section for code in CODES if code.split(".")[0] == name)


def test_a_page_speaks_words_where_messages_have_blanks_and_levels() -> None:
    """No `{role}` for a reader: ‹图层›; headings and levels in the language of the page."""
    ours, theirs = DOCUMENT.read_text(encoding="utf-8"), (DOCUMENT.parent / "en" / "findings.md").read_text(encoding="utf-8")
    for page in (ours, theirs):
        assert not re.search(r"\{\w*\}", page)
    assert "| `crs.none` | 错误 | ‹图层›图层未写坐标系" in ours and "| `crs.none` | error |" in theirs
    assert set(FAMILY_NAMES) == set(FAMILIES)


def test_pictures_are_those_that_are_drawn() -> None:
    shown = {file for family in FAMILIES.values() for file, _, _ in family.pictures}
    assert shown == set(PICTURES)
    assert {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")} == {name: svg(name) for name in PICTURES}
