"""The index of an atlas lists every sheet, whatever their number."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from spatial.render.sheets.book import fonts_of
from spatial.render.sheets.canvas import Canvas
from spatial.render.sheets.contents import draw_index, index_pages
from spatial.render.sheets.kinds import load_kinds
from spatial.render.sheets.labels import Label, _spot
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


LONG = "示范区高端装备制造与新一代信息技术融合发展先行先试产业创新综合体核心区一期二期三期及配套服务设施用地统筹开发片区示范段东"


def test_a_long_name_stands_whole_in_the_list_and_hides_no_other_ground(district: District, drawn: Any) -> None:
    _, _, result = drawn(district, kinds='["none"]')
    settings, sources = settings_of(result.study), Sources(result)
    fonts = fonts_of(sources, settings, load_kinds(Path())[0])
    page = draw_index("图册", [(2, "甲园", LONG, 5000)], sources, fonts, settings, 2)[0]
    assert LONG in "".join(page.texts) and not any("…" in text for text in page.texts)
    canvas, frame = Canvas(400, 300, fonts), (0.0, 0.0, 400.0, 300.0)
    small, beside = Label(LONG, 200, 150, (198, 148, 202, 152), 1.0), Label("乙", 206, 150, (204, 148, 208, 152), 1.0)
    box = _spot(canvas, small, frame, 8.6, [], [beside.room])[4]
    for room in (small.room, beside.room):
        wide, high = min(box[2], room[2]) - max(box[0], room[0]), min(box[3], room[3]) - max(box[1], room[1])
        assert max(wide, 0) * max(high, 0) <= 0.4 * 16


def test_the_inset_holds_the_whole_frame_of_a_sheet(district: District, drawn: Any) -> None:
    _, _, result = drawn(district, kinds='["none"]')
    sources = Sources(result)
    usual = sources.small((0, 0, 60, 40), sources.parcels.crs, tuple(sources.parcels.total_bounds.tolist()))[0].ground
    within = (usual[0] + 1, usual[1] + 1, usual[2] - 1, usual[3] - 1)
    assert sources.small((0, 0, 60, 40), sources.parcels.crs, within)[0].ground == usual
    far = (usual[0], usual[1], usual[2], usual[3] + 5000)
    west, south, east, north = sources.small((0, 0, 60, 40), sources.parcels.crs, far)[0].ground
    assert west <= far[0] and south <= far[1] and east >= far[2] and north >= far[3]
