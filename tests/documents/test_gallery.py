"""The pictures of the documents are there, are shown, and show what the demo gives today."""

from __future__ import annotations

import json
import re
from pathlib import Path

from PIL import Image

import spatial
from scripts.gallery import OUT, ROOT, SHOTS, figures

NAMES = {name for name, _, _ in SHOTS} | {"phone", "sheet"}
AGED = "the pictures have aged: run python scripts/gallery.py"


def test_pictures_stand_in_both_languages_and_every_one_is_shown() -> None:
    for folder, page in ((OUT, "docs/gallery.md"), (OUT / "en", "docs/en/gallery.md")):
        assert {path.stem for path in folder.glob("*.png")} == NAMES, AGED
        shown = re.findall(r"!\[[^]]*\]\(([^)]+)\)", (ROOT / page).read_text(encoding="utf-8"))
        assert {((ROOT / page).parent / name).resolve() for name in shown} == set(folder.glob("*.png"))
        for path in folder.glob("*.png"):
            with Image.open(path) as picture:
                assert picture.size == {"sheet": (1800, 1273), "phone": (390, 800)}.get(path.stem, (1280, 800))
    assert sum(path.stat().st_size for path in OUT.rglob("*.png")) < 3_500_000


def test_a_page_in_english_shows_english_pictures() -> None:
    for page in (ROOT / "README.en.md", *sorted((ROOT / "docs" / "en").rglob("*.md"))):
        shown = re.findall(r"[\w./-]*gallery/[\w./-]*\.png", page.read_text(encoding="utf-8"))
        assert all("gallery/en/" in name for name in shown), page
    for page in (ROOT / "README.md", ROOT / "docs" / "index.md", ROOT / "docs" / "gallery.md"):
        assert "gallery/en/" not in page.read_text(encoding="utf-8")


def test_what_the_pictures_show_is_what_the_demo_gives(shared_demo: Path) -> None:
    """Counts and areas of the legends, figures of the carriers and of the sheet, verdicts: by the words they are printed in."""
    told = json.loads((OUT / "figures.json").read_text(encoding="utf-8"))
    assert len(told["status"]) > 8 and len(told["targets"]) > 20 and len(told["carriers"]) == 20
    assert figures(spatial.load(shared_demo / "demo")) == told, AGED
