"""The index of an atlas lists every sheet, whatever their number."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from spatial.render.sheets.book import fonts_of
from spatial.render.sheets.contents import draw_index, index_pages
from spatial.render.sheets.kinds import load_kinds
from spatial.render.sheets.settings import settings_of
from spatial.render.sheets.themes import Sources
from tests.flow.conftest import District


@pytest.mark.parametrize(("count", "size", "orientation", "pages"), [(20, "A3", "landscape", 1), (450, "A3", "landscape", 4), (450, "A4", "portrait", 4)])
def test_every_sheet_of_an_atlas_is_listed(district: District, drawn: Any, count: int, size: str, orientation: str, pages: int) -> None:
    _, _, result = drawn(district, size=f'"{size}"', orientation=f'"{orientation}"', kinds='["none"]')
    settings, sources = settings_of(result.study), Sources(result)
    first = index_pages(count, settings)
    entries = [(number, "甲园", f"第{number:04d}号载体", 5000) for number in range(first + 1, first + 1 + count)]
    drawn_pages = draw_index("图册", entries, sources, fonts_of(sources, settings, load_kinds(Path())[0]), settings, first + count)
    assert len(drawn_pages) == first == pages
    told = [int(found) for page in drawn_pages for text in page.texts for found in re.findall(r"^第(\d{4})号载体$", text)]
    assert told == [number for number, *_ in entries]
