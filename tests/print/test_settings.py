"""What the study says about its sheets: what cannot be used is told and left out, never half used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from shapely.geometry import box

from spatial import pipeline
from spatial.render.fonts import chinese_font, fonts_for, missing_characters
from spatial.render.sheets import book
from spatial.render.styles import PALETTES
from spatial.resources import folder
from tests.flow.conftest import CARRIER, District, X, Y
from tests.print.conftest import text_of

RARE = "\U0002abcd"


def font_of(path: Path, char: str) -> None:
    """A TrueType font that has one character and nothing else."""
    pen = TTGlyphPen(None)
    for points in ([(0, 0), (0, 700), (700, 700), (700, 0)],):
        pen.moveTo(points[0])
        for point in points[1:]:
            pen.lineTo(point)
        pen.closePath()
    build = FontBuilder(1000, isTTF=True)
    build.setupGlyphOrder([".notdef", "rare"])
    build.setupCharacterMap({ord(char): "rare"})
    build.setupGlyf({".notdef": pen.glyph(), "rare": pen.glyph()})
    build.setupHorizontalMetrics({".notdef": (1000, 0), "rare": (1000, 0)})
    build.setupHorizontalHeader(ascent=880, descent=-120)
    build.setupNameTable({"familyName": "Rare", "styleName": "Regular", "psName": "Rare-Regular"})
    build.setupOS2(sTypoAscender=880, fsType=0)
    build.setupPost()
    build.save(path)


def test_a_font_given_for_one_rare_character_is_used_for_that(district: District, drawn: Any, tmp_path: Path) -> None:
    font_of(tmp_path / "rare.ttf", RARE)
    district.layer("carriers.gpkg", {"carrier_id": [f"甲{RARE}园"], "carrier_type": ["开发区"]}, [CARRIER])
    _, findings, _ = drawn(district, kinds='["overview"]')
    without = [finding.value_seen for finding in findings if finding.code == "sheets.missing_glyph"]
    out, findings, _ = drawn(district, kinds='["overview"]', font='"rare.ttf"')
    assert not [finding for finding in findings if finding.severity == "warning"]
    (path,) = out.glob("*.pdf")
    assert f"甲{RARE}园" in text_of(path)
    assert without in ([], [f"{RARE} (U+2ABCD)"])  # a system font may have it


def test_a_machine_without_fonts_has_the_installed_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """No font on the system: the package that comes with the tool has every word of the sheets, every land use, 㙟 and 𬭚."""
    monkeypatch.setattr("spatial.render.fonts._folders", list)
    chinese_font.cache_clear()
    words = [name for palette in PALETTES.values() for names, _ in palette.values() for name in names]
    words += [path.read_text(encoding="utf-8") for path in folder("maps").glob("*.toml")] + ["㙟𬭚", "图例比例尺审图号内部使用〓", "m² km ≥ – 10⁴"]
    try:
        fonts = fonts_for(words)
        assert len(fonts) == 1 and fonts[0].path.parent.name == "pylopdf_fonts_zh_cn" and missing_characters(words, fonts) == []
    finally:
        chinese_font.cache_clear()


def test_a_font_that_cannot_be_used_is_told(district: District, drawn: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.ttf").write_bytes(b"no font")
    out, findings, _ = drawn(district, kinds='["overview"]', font='"bad.ttf"')
    assert [(finding.code, finding.path) for finding in findings] == [("sheets.bad_font", "bad.ttf")] and list(out.glob("*.pdf"))


@pytest.mark.parametrize("rose", ['["1","2","x","4","5","6","7","8"]', '["1","2","3"]',
                                  '["-1","2","3","4","5","6","7","8"]', '["nan","2","3","4","5","6","7","8"]', '["0","0","0","0","0","0","0","0"]'])
def test_a_bad_wind_rose_is_a_finding_and_not_drawn(district: District, rose: str) -> None:
    from spatial.read.study import load_study
    from spatial.render.sheets.settings import problems, settings_of

    study = load_study(district.write(), sets=[f"sheets.wind_rose={rose}"])
    (told,) = problems(study)
    assert (told.code, told.field, settings_of(study).wind_rose) == ("sheets.bad_wind_rose", "sheets.wind_rose", ())


def test_carriers_that_overlap_are_counted_twice_and_the_sheet_says_so(district: District, drawn: Any) -> None:
    district.layer("carriers.gpkg", {"carrier_id": ["甲园", "乙园"], "carrier_type": ["开发区"] * 2}, [CARRIER, box(X, Y, X + 100, Y + 200)])
    out, _, result = drawn(district, kinds='["overview", "landuse", "table"]')
    texts = {path.name[:2]: text_of(path) for path in out.glob("*.pdf")}
    twice = result.balance["overlap_m2"]  # the western half of A, 100 m by 200 m
    assert twice == pytest.approx(20_000, rel=1e-3)
    assert "重叠部分在各载体中分别计入" in texts["11"]
    assert f"重叠的 {twice * 3 / 2000:,.1f} 亩" in texts["01"] and "载体相互重叠" not in texts["08"]


def test_a_run_leaves_its_sheets_among_its_outputs_and_tells_how_far_it_is(district: District, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("spatial.render.outputs.write_sheets", book.write_sheets)
    steps: list[str] = []
    sets = ["sheets.kinds=landuse,inefficient", "sheets.atlas=landuse", "sheets.png=all", "sheets.size=A4"]
    done = pipeline.run(district.write(), sets=sets, step=steps.append)
    names = sorted(path.name for path in (done.folder / "sheets").iterdir())
    assert names == sorted(["08-土地利用现状图.pdf", "08-土地利用现状图.png", "图册-08-土地利用现状图.pdf", "图册-08-土地利用现状图-01.png", "图册-08-土地利用现状图-02.png"])
    assert "sheets.no_data" in (done.folder / "findings.csv").read_text(encoding="utf-8-sig")
    assert "sheets/图册-08-土地利用现状图.pdf" in (done.folder / "run.lock.json").read_text(encoding="utf-8")
    counted = [step for step in steps if step.startswith("sheets ")]
    assert counted[-1] == f"sheets {len(counted)}/{len(counted)}" and steps.index("render") < steps.index(counted[0])
