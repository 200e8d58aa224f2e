"""A sheet is true to scale, says what results.json says, and holds text that can be searched."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pyproj import Transformer
from shapely.geometry import MultiPolygon, box

from spatial import pipeline
from spatial.render.fonts import chinese_font, fonts_for
from spatial.render.sheets.frame import SCALES, View, bar_length, layout, view
from spatial.render.sheets.words import degrees, projection
from spatial.units import mu
from tests.flow.conftest import SHAPES, District, X, Y
from tests.print.conftest import outlines_of, text_of

SUPPLY = [{"parcel_id": "A", "land_use": "1001", "contract_date": "2020-03-01", "area": 40000, "agreed_start_date": "2020-09-01", "actual_start_date": "2020-08-01"}]


def only(folder: Path, pattern: str = "*.pdf") -> Path:
    found = sorted(folder.glob(pattern))
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("size", "orientation", "scale"), [("A4", "portrait", 0), ("A3", "landscape", 0), ("A0", "landscape", 0), ("A3", "landscape", 10_000)])
def test_200_metres_are_200_metres_on_paper(district: District, drawn: Any, size: str, orientation: str, scale: int) -> None:
    district.ledger("supply", SUPPLY, mapping='[layers.supply.columns]\narea = { column = "area", unit = "m2" }')
    folder, findings, _ = drawn(district, size=f'"{size}"', orientation=f'"{orientation}"', scale=scale)
    assert not [finding for finding in findings if finding.severity != "info"]
    path = only(folder)
    stated = int(re.search(r"比例尺 1:([\d ]+)", text_of(path))[1].replace(" ", ""))
    assert stated == scale or (scale == 0 and stated in SCALES)
    side = 200 * 1000 / stated
    squares = [p for p in outlines_of(path) if all(abs(max(v) - min(v) - side) < 0.1 for v in zip(*p, strict=True))]
    assert squares, f"no outline of parcel A, {side} mm across"
    with pikepdf.open(path) as pdf:
        wide, high = (float(v) for v in pdf.pages[0].MediaBox[2:])
    short, long = sorted((wide / 72 * 25.4, high / 72 * 25.4))
    assert (round(short), round(long)) == {"A4": (210, 297), "A3": (297, 420), "A0": (841, 1189)}[size]
    assert (wide > high) == (orientation == "landscape")


def test_parcels_and_grid_lines_stand_at_their_coordinates(district: District, drawn: Any) -> None:
    district.ledger("supply", SUPPLY, mapping='[layers.supply.columns]\narea = { column = "area", unit = "m2" }')
    folder, _, result = drawn(district)
    path = only(folder)
    paths = outlines_of(path)
    with pikepdf.open(path) as pdf:
        port = pdf.pages[0].VP[0]
        x0, y0, x1, y1 = (float(v) / 72 * 25.4 for v in port.BBox)
        south, west = (float(v) for v in list(port.Measure.GPTS)[:2])
        north, east = (float(v) for v in list(port.Measure.GPTS)[4:6])
    move = Transformer.from_crs(4490, result.parcels.crs, always_xy=True)
    (left, low), (right, top) = move.transform(west, south), move.transform(east, north)
    per_mm = (right - left) / (x1 - x0)
    assert (top - low) / (y1 - y0) == pytest.approx(per_mm, abs=1e-4)
    corner = ((X - left) / per_mm + x0, (Y - low) / per_mm + y0)  # south-west corner of parcel A
    assert min(math.dist(point, corner) for outline in paths for point in outline) < 0.05
    spacing = View((x0, y0, x1, y1), round(per_mm * 1000), left, low, result.parcels.crs).grid()
    for metres in range(math.ceil(left / spacing) * spacing, int(right), spacing):
        at = (metres - left) / per_mm + x0
        assert any(len(p) == 2 and p[0][0] == pytest.approx(at, abs=0.02) and p[1][0] == pytest.approx(at, abs=0.02) and abs(p[0][1] - p[1][1]) > 50 for p in paths)


def test_the_legend_says_what_results_say(district: District, drawn: Any) -> None:
    district.ledger("supply", SUPPLY, mapping='[layers.supply.columns]\narea = { column = "area", unit = "m2" }')
    folder, _, result = drawn(district, atlas='["status"]')
    whole = result.zones.set_index("id")["area_m2"]
    text = text_of(only(folder, "02-*.pdf"))
    assert f"{mu(whole['study_area']):,.1f}" in text
    assert "未供应" in text and "在建" in text
    sheet = text_of(only(folder, "图册-*.pdf"), 1)
    assert f"{mu(whole['甲园']):,.1f}" in sheet  # all of A and a quarter of B
    assert "第 2 页" in sheet and "共 2 页" in sheet
    assert "图 幅 目 录" in text_of(only(folder, "图册-*.pdf"), 0)


def test_every_element_of_the_rules_is_on_the_sheet(district: District, drawn: Any) -> None:
    folder, _, _ = drawn(district, kinds='["overview"]', compiler='"某某测绘院"', client='"某某分局"', drawing_date="2021-02-03", wind_rose="[1,2,3,4,5,6,7,8]")
    text = text_of(only(folder))
    for words in ("四块地产业载体总览图(2020)", "图 例", "比例尺", "位 置 图",
                  "2000国家大地坐标系", "高斯-克吕格投影", "中央经线120°", "3°带", "子午线收敛角", "数据截至", "2020-12-31", "某某测绘院", "某某分局",
                  "2021-02-03", "审图号：内部使用", "各占比的分母：图例占比—图例合计面积", "资料来源", "parcels.gpkg", "合 计", "甲园"):
        assert words in text, words


def test_fonts_are_embedded_subsets_with_layers_and_metadata(district: District, drawn: Any) -> None:
    folder, _, _ = drawn(district, kinds='["overview"]', compiler='"某某测绘院"')
    path = only(folder)
    assert path.stat().st_size < 300_000
    with pikepdf.open(path) as pdf:
        fonts = list(pdf.pages[0].Resources.Font.values())
        for font in fonts:
            below = font.DescendantFonts[0]
            assert re.match(r"/[A-Z]{6}\+", str(below.BaseFont)) and "/ToUnicode" in font
            assert "/FontFile3" in below.FontDescriptor or "/FontFile2" in below.FontDescriptor
        assert {str(group.Name) for group in pdf.Root.OCProperties.OCGs} == {"地块", "载体", "坐标网", "注记", "图面整饰"}
        assert str(pdf.docinfo["/Title"]) == "四块地产业载体总览图(2020)" and str(pdf.docinfo["/Author"]) == "某某测绘院"


def test_equal_runs_give_equal_files(district: District, drawn: Any, tmp_path: Path) -> None:
    folder, _, _ = drawn(district, kinds='["overview"]')
    first = only(folder).read_bytes()
    drawn(district, kinds='["overview"]')
    assert only(folder).read_bytes() == first


def test_rare_characters_are_drawn_and_one_that_no_font_has_is_named(district: District, drawn: Any) -> None:
    from tests.flow.conftest import CARRIER

    district.layer("carriers.gpkg", {"carrier_id": ["㙟𬭚园\U00020000\U000e0fff"], "carrier_type": ["开发区"]}, [CARRIER])
    folder, findings, _ = drawn(district, kinds='["overview"]')
    text = text_of(only(folder))
    assert "㙟𬭚园" in text
    named = [finding.value_seen for finding in findings if finding.code == "sheets.missing_glyph"]
    fonts = fonts_for(["\U00020000"])
    assert not any("㙟" in name or "𬭚" in name for name in named)
    assert any("U+20000" in name for name in named) == all(ord("\U00020000") not in font.cmap for font in fonts)


def test_without_a_chinese_font_there_is_a_finding_and_no_sheet(district: District, drawn: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spatial.render.fonts.candidates", list)
    chinese_font.cache_clear()
    try:
        folder, findings, _ = drawn(district)
    finally:
        chinese_font.cache_clear()
    assert [finding.code for finding in findings] == ["sheets.no_font"] and not folder.exists()


def test_a_public_edition_shows_no_coordinates_and_no_sheet_of_firms(district: District, drawn: Any) -> None:
    district.parts["study"] = 'audience = "public"'
    folder, findings, _ = drawn(district, kinds='["all"]')
    assert "sheets.no_map_number" in {finding.code for finding in findings}
    names = [path.name for path in folder.glob("*.pdf")]
    assert names and not any("税收" in name or "标准地" in name for name in names)
    text = text_of(only(folder, "01-*.pdf"))
    assert "内部使用" in text and "X 33" not in text and "520000" not in text
    with pikepdf.open(only(folder, "01-*.pdf")) as pdf:
        assert "/VP" not in pdf.pages[0]


def test_a_carrier_of_scattered_parcels_fits_its_sheet(district: District, drawn: Any) -> None:
    far = [box(X + d, Y + d, X + d + 100, Y + d + 100) for d in (0, 15_000, 30_000)]
    district.layer("parcels.gpkg", {"parcel_id": ["A", "B", "C"], "land_use": ["1001"] * 3}, far)
    district.layer("carriers.gpkg", {"carrier_id": ["甲园"], "carrier_type": ["开发区"]}, [MultiPolygon(far)])
    folder, findings, _ = drawn(district, kinds='["landuse"]', atlas='["landuse"]')
    assert not [finding for finding in findings if finding.severity != "info"]
    sheet = text_of(only(folder, "图册-*.pdf"), 1)
    assert "图上过小的 3 宗以圆圈标出" in sheet and "1:150 000" in sheet


def test_a_parcel_larger_than_the_sheet_is_told(district: District, drawn: Any) -> None:
    folder, findings, _ = drawn(district, kinds='["overview"]', scale=500)
    told = [finding for finding in findings if finding.code == "sheets.cropped"]
    assert len(told) == 1 and told[0].value_seen == "1:500" and int(told[0].value_used[2:]) in SCALES
    assert only(folder).stat().st_size > 10_000


def test_two_hundred_classes_keep_the_legend_inside_its_box(district: District, drawn: Any, tmp_path: Path) -> None:
    shapes = [box(X + i % 20 * 50, Y + i // 20 * 50, X + i % 20 * 50 + 40, Y + i // 20 * 50 + 40) for i in range(200)]
    district.layer("parcels.gpkg", {"parcel_id": [f"P{i}" for i in range(200)], "land_use": ["1001"] * 200}, shapes)
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "sheet-plan.toml").write_text('zh = "逐宗图"\nen = "One by one"\nby = "parcel_id"\npalette = "spare"\n', encoding="utf-8")
    folder, findings, _ = drawn(district, kinds='["plan"]')
    merged = [finding for finding in findings if finding.code == "sheets.classes_merged"]
    assert len(merged) == 1
    text = text_of(only(folder))
    assert f"其余 {merged[0].count} 类" in text and "200" in text


def test_a_name_of_sixty_characters_is_wrapped_and_whole(district: District, drawn: Any) -> None:
    from tests.flow.conftest import CARRIER

    name = "示范区高端装备制造与新一代信息技术融合发展先行先试产业创新综合体核心区一期二期三期及配套服务设施用地统筹开发片区示范段东"
    district.layer("carriers.gpkg", {"carrier_id": [name], "carrier_type": ["开发区"]}, [CARRIER])
    folder, findings, _ = drawn(district, kinds='["overview"]', atlas='["overview"]', size='"A4"')
    assert not [finding for finding in findings if finding.severity != "info"]
    assert name in re.sub(r"\s", "", text_of(only(folder, "01-*.pdf")))


def test_carriers_without_a_type_are_drawn_in_one_colour_and_the_missing_field_is_named(district: District, drawn: Any) -> None:
    district.layer("carriers.gpkg", {"carrier_id": ["甲园"]}, [box(X - 10, Y - 10, X + 450, Y + 210)])
    folder, findings, _ = drawn(district, kinds='["overview"]', size='"A4"')
    assert [(finding.code, finding.field) for finding in findings if finding.code.startswith("sheets")] == [("sheets.undivided", "carrier_type")]
    assert {"甲园", "产业载体(没有"} <= set(text_of(only(folder, "01-*.pdf")).replace("(没有carrier_type)", "(没有 carrier_type)").split()), text_of(only(folder, "01-*.pdf"))


def test_a_theme_without_data_is_a_finding(district: District, drawn: Any) -> None:
    folder, findings, _ = drawn(district, kinds='["inefficient", "overview"]')
    assert [(finding.code, finding.key) for finding in findings] == [("sheets.no_data", "inefficient")]
    assert len(list(folder.glob("*.pdf"))) == 1


def test_one_parcel_and_no_carrier_make_a_sheet(district: District, drawn: Any) -> None:
    district.layer("parcels.gpkg", {"parcel_id": ["A"], "land_use": ["1001"]}, [SHAPES["A"]])
    district.parts["layers"] = ""
    study = district.write()
    study.write_text(study.read_text(encoding="utf-8").replace('[layers.carriers]\npath = "carriers.gpkg"\n', ""), encoding="utf-8")
    district.write = lambda: study  # type: ignore[method-assign]
    folder, _, _ = drawn(district, kinds='["landuse", "table"]')
    assert "1001 工业用地" in text_of(only(folder, "08-*.pdf"))
    assert "全区合计" in text_of(only(folder, "11-*.pdf"))


def test_a_bad_kind_and_an_unknown_one_are_told(district: District, drawn: Any, tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "sheet-bad.toml").write_text('zh = "坏"\ncolor = "red"\n', encoding="utf-8")
    _, findings, _ = drawn(district, kinds='["overview", "statsu"]')
    assert {finding.code for finding in findings} == {"sheets.bad_kind", "sheets.unknown_kind"}


def test_sheets_of_a_finished_run_are_drawn_again(district: District, tmp_path: Path) -> None:
    done = district.run()
    folder, _ = pipeline.sheets(done.folder, sets=["sheets.kinds=overview", "sheets.atlas=none", "sheets.png=district", "sheets.geotiff=yes", "size=A4"])
    assert {path.suffix for path in folder.iterdir()} == {".pdf", ".png", ".tif"}
    import rasterio

    with rasterio.open(only(folder, "*.tif")) as sheet:
        assert sheet.crs.to_epsg() == 4549 or "CM 120E" in sheet.crs.to_wkt()
        assert sheet.bounds.left < X < sheet.bounds.right and sheet.bounds.bottom < Y < sheet.bounds.top
    from PIL import Image

    with Image.open(only(folder, "*.png")) as picture:
        assert abs(picture.width - 297 / 25.4 * 300) <= 1 and round(picture.info["dpi"][0]) == 300
    from spatial.render.folder import earlier_files

    assert {"results.json", "sheets/01-产业载体总览图.pdf"} <= set(earlier_files(done.folder))


def test_convergence_and_projection_are_stated() -> None:
    from pyproj import CRS

    crs = CRS.from_epsg(4549)
    lay = layout("A3", "landscape")
    seen, _ = view(lay.map, (550_000, 3_340_000, 551_000, 3_341_000), crs)
    x, y = Transformer.from_crs(crs, 4490, always_xy=True).transform(550_500, 3_340_500)
    assert seen.convergence() == pytest.approx(math.degrees(math.atan(math.tan(math.radians(x - 120)) * math.sin(math.radians(y)))), abs=1e-4)
    assert degrees(-0.5) == "−0°30′00″"
    assert "UTM" in projection(CRS.from_epsg(32631), 0)


@pytest.mark.parametrize(("scale", "most", "length"), [(500, 50, 20), (75_000, 50, 2000), (10_000, 40, 400)])
def test_bar_scales_are_round(scale: int, most: float, length: int) -> None:
    assert bar_length(scale, most) == length
