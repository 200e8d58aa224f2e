"""On paper nothing lies on anything else: text measured in the finished PDF, for papers and cases that are hard."""

from __future__ import annotations

import dataclasses
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from shapely.geometry import MultiPolygon, box

from spatial import pipeline
from spatial.read.study import load_sheet_keys, load_study
from spatial.render.sheets.book import write_sheets
from spatial.render.sheets.canvas import MM
from spatial.render.sheets.frame import layout
from tests.flow.conftest import CARRIER, District, X, Y
from tests.print.conftest import text_of

LONG = "示范区高端装备制造与新一代信息技术融合发展先行先试产业创新综合体核心区一期二期三期及配套服务设施用地统筹开发片区示范段东"
PLAN = 'zh = "逐宗图"\nen = "One by one"\nby = "parcel_id"\npalette = "spare"\nnote_zh = "每宗一类"\nnote_en = "a class a parcel"\nindicators = ["industrial_land_share", "idle_land_share"]\n'
Piece = tuple[str, tuple[float, float, float, float]]


def pieces(path: Path, page: int = 0) -> list[Piece]:
    """Runs of text of a page with their boxes in mm, once each: a white rim is the same text in the same place."""
    document = pypdfium2.PdfDocument(path)
    try:
        text = document[page].get_textpage()
        rects = [tuple(v / MM for v in text.get_rect(i)) for i in range(text.count_rects())]
        held = {(text.get_text_bounded(*(v * MM for v in rect)).strip(), tuple(round(v, 1) for v in rect)): rect for rect in rects}
        return [(said, rect) for (said, _), rect in held.items() if said]
    finally:
        document.close()


def sizes(path: Path, page: int) -> set[float]:
    """Sizes of type of a page in points, by its own operators."""
    with pikepdf.open(path) as pdf:
        return {float(operands[1]) * MM for operands, operator in pikepdf.parse_content_stream(pdf.pages[page]) if str(operator) == "Tf"}


def collisions(texts: list[Piece]) -> list[tuple[str, str]]:
    """Pairs of texts whose boxes share more than a hair of paper both ways."""
    return [(a, b) for (a, p), (b, q) in combinations(texts, 2)
            if min(p[2], q[2]) - max(p[0], q[0]) > 0.4 and min(p[3], q[3]) - max(p[1], q[1]) > 0.4]


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """200 classes, a name of 60 letters that lies across another carrier, a carrier whose three parts lie 30 km apart."""
    folder = tmp_path_factory.mktemp("hard")
    district = District(folder)
    near = [box(X + i % 20 * 50, Y + i // 20 * 50, X + i % 20 * 50 + 40, Y + i // 20 * 50 + 40) for i in range(197)]
    far = [box(X + d, Y + d, X + d + 100, Y + d + 100) for d in (2000, 15_000, 30_000)]
    district.layer("parcels.gpkg", {"parcel_id": [f"P{i}" for i in range(200)], "land_use": ["1001"] * 200}, [*near, *far])
    district.layer("carriers.gpkg", {"carrier_id": [LONG, "㙟𬭚园", "分散园"], "carrier_type": ["开发区", "集聚区", "集聚区"]}, [CARRIER, box(X + 100, Y, X + 700, Y + 300), MultiPolygon(far)])
    (folder / "maps").mkdir()
    (folder / "maps" / "sheet-plan.toml").write_text(PLAN, encoding="utf-8")
    return pipeline.analyse(load_study(district.write()))


MORE = (("A4", "landscape", "zh", "internal"), ("A3", "landscape", "en", "public"), ("A3", "portrait", "zh", "internal"), ("A2", "landscape", "en", "internal"), ("A2", "portrait", "zh", "public"),
        ("A0", "landscape", "zh", "internal"), ("A0", "portrait", "en", "internal"))


@pytest.mark.parametrize(("size", "orientation", "language", "audience"), [
    ("A4", "portrait", "en", "internal"), ("A3", "landscape", "zh", "internal"), ("A1", "portrait", "en", "public"),
    *(pytest.param(*case, marks=pytest.mark.verify) for case in MORE)])
def test_no_text_lies_on_another_and_none_leaves_the_sheet(hard: Any, tmp_path: Path, size: str, orientation: str, language: str, audience: str) -> None:
    keys = load_sheet_keys(hard.study.sheets, [f"size={size}", f"orientation={orientation}", "png=none", "kinds=overview,plan,table", "atlas=plan",
                                               'wind_rose=["8","5","6","9","12","7","4","6"]', "compiler=某某市自然资源和规划调查测绘研究院有限公司"])
    study = dataclasses.replace(hard.study, sheets=keys, language=language, audience=audience)
    write_sheets(dataclasses.replace(hard, study=study), tmp_path / "out")
    lay = layout(size, orientation)
    files = sorted((tmp_path / "out").glob("*.pdf"))
    assert len(files) == 4
    for path in files:
        document = pypdfium2.PdfDocument(path)
        count = len(document)
        document.close()
        for page in range(count):
            texts = pieces(path, page)
            assert len(texts) > 10
            assert min(sizes(path, page)) >= 6 - 1e-3, "points"
            around = [(said, rect) for said, rect in texts if not (lay.map[0] < rect[0] and rect[2] < lay.map[2] and lay.map[1] < rect[1] and rect[3] < lay.map[3]) or path.name.startswith("11")]
            assert collisions(around) == [], (path.name, page)
            assert not [said for said, rect in texts if rect[0] < lay.outer[0] or rect[1] < lay.outer[1] or rect[2] > lay.outer[2] or rect[3] > lay.outer[3]], (path.name, page)
            titles = [said for said, rect in around if rect[1] > lay.head[1]]
            assert not any("…" in said for said in titles if audience == "internal" and size != "A4"), titles


def test_the_measure_sees_a_text_on_another() -> None:
    """The same measure, on boxes worked by hand: 1 mm of two texts in common, and two that only touch."""
    assert collisions([("a", (0, 0, 10, 3)), ("b", (9, 2, 20, 5))]) == [("a", "b")]
    assert collisions([("a", (0, 0, 10, 3)), ("b", (10.2, 0, 20, 3)), ("c", (0, 3.1, 10, 6))]) == []


def test_names_on_a_map_do_not_lie_on_each_other(hard: Any, tmp_path: Path) -> None:
    keys = load_sheet_keys(hard.study.sheets, ["png=none", "kinds=overview", "atlas=none"])
    said = write_sheets(dataclasses.replace(hard, study=dataclasses.replace(hard.study, sheets=keys)), tmp_path / "out")
    lay = layout("A3", "landscape")
    (path,) = (tmp_path / "out").glob("*.pdf")
    inside = [(text, rect) for text, rect in pieces(path) if lay.map[0] < rect[0] and rect[2] < lay.map[2] and lay.map[1] < rect[1] < lay.map[3]]
    assert text_of(path).count("分散园") == 1  # a white rim around a name is no second name for who copies the text
    assert collisions(inside) == [] and {"㙟𬭚园", "分散园"} <= {text for text, _ in inside}
    assert LONG in re.sub(r"\s", "", "".join(text for text, _ in inside)) or any(finding.code == "sheets.label_dropped" for finding in said)
