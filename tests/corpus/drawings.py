"""Cases of drawings: what their blocks, hatches and old polylines hold, how their texts are kept, and lines that nearly close."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.corpus.cases import case
from tests.corpus.desk import Desk
from tests.corpus.ground import KEYS, SHAPES, Truth, X, Y
from tests.corpus.texts import DXF, DXF_KEYS, ROUNDED

RINGS = [list(shape.exterior.coords)[:-1] for shape in SHAPES[:4]]
PAIR = Truth(keys=("10", "11", "12", "13"), plane_m2=(50_000.0, *DXF.plane_m2[1:]), inside_m2=DXF.inside_m2, codes=None)  # 200 x 200 and 100 x 100 of one block
HOLED = Truth(keys=("10", "11", "12", "13"), plane_m2=(37_500.0, *DXF.plane_m2[1:]), inside_m2=(37_500.0, *DXF.inside_m2[1:]), codes=None)  # less 50 x 50


def _pairs(*parts: Any) -> str:
    return "\n".join(str(part) for part in parts)


def _line(handle: int, points: Sequence[Any], *, flag: int = 1, bulge: int | None = None, layer: str = "宗地") -> str:
    corners = [_pairs(10, f"{x:.4f}", 20, f"{y:.4f}", *((42, 1.0) if i == bulge else ())) for i, (x, y) in enumerate(points)]
    return _pairs(0, "LWPOLYLINE", 5, f"{handle:X}", 100, "AcDbEntity", 8, layer, 100, "AcDbPolyline", 90, len(points), 70, flag, *corners)


def _old_line(handle: int, points: Sequence[Any], *, bulge: int | None = None) -> str:
    corners = [_pairs(0, "VERTEX", 8, "宗地", 10, f"{x:.4f}", 20, f"{y:.4f}", 30, 0.0, *((42, 1.0) if i == bulge else ())) for i, (x, y) in enumerate(points)]
    return _pairs(0, "POLYLINE", 5, f"{handle:X}", 8, "宗地", 66, 1, 70, 1, 10, 0.0, 20, 0.0, 30, 0.0, *corners, 0, "SEQEND", 8, "宗地")


def _insert(handle: int, *, scale: tuple[float, float] = (1, 1), turned: float = 0, at: tuple[float, float] = (X, Y)) -> str:
    return _pairs(0, "INSERT", 5, f"{handle:X}", 100, "AcDbEntity", 8, "宗地", 100, "AcDbBlockReference", 2, "B", 10, at[0], 20, at[1], 30, 0.0,
                  41, scale[0], 42, scale[1], 43, 1, 50, turned)


def _drawing(desk: Desk, entities: Sequence[str], *, block: Sequence[str] = (), version: str = "AC1015", page: str = "ANSI_936", encoding: str = "gbk", where: str = "",
             unit: int | None = None) -> None:
    head = _pairs(0, "SECTION", 2, "HEADER", 9, "$ACADVER", 1, version, 9, "$DWGCODEPAGE", 3, page, *(() if unit is None else (9, "$INSUNITS", 70, unit)), 0, "ENDSEC")
    blocks = _pairs(0, "SECTION", 2, "BLOCKS", 0, "BLOCK", 8, 0, 2, "B", 70, 0, 10, 0.0, 20, 0.0, 30, 0.0, 3, "B", 1, "", *block, 0, "ENDBLK", 8, 0, 0, "ENDSEC")
    parts = [head, *([blocks] if block else []), _pairs(0, "SECTION", 2, "ENTITIES"), *entities, _pairs(0, "ENDSEC", 0, "EOF", "")]
    desk.text("parcels.dxf", "\n".join(parts), encoding)
    desk.layer = DXF_KEYS.replace("\n", f'\nwhere = {{ column = "Layer", in = ["{where}"] }}\n', 1) if where else DXF_KEYS


def _others() -> list[str]:
    return [_line(17 + i, ring) for i, ring in enumerate(RINGS[1:])]


@case(truth=DXF, codes="container.closed_lines", absent="container.linearised")
def dxf_of_old_polylines(desk: Desk) -> None:
    _drawing(desk, [_old_line(16 + i, ring) for i, ring in enumerate(RINGS)], version="AC1009")


@case(truth=ROUNDED, codes="container.linearised")
def dxf_of_an_old_polyline_with_an_arc(desk: Desk) -> None:
    """The eastern side, 200 m long, bulges out in a half circle."""
    _drawing(desk, [_old_line(16, RINGS[0], bulge=0), *_others()])


@case(truth=ROUNDED, codes="container.linearised")
def dxf_with_a_block_that_has_an_arc(desk: Desk) -> None:
    _drawing(desk, [_insert(16), *_others()], block=[_line(64, [(x - X, y - Y) for x, y in RINGS[0]], bulge=0)])


@case(truth=DXF, absent=("container.linearised", "container.block_of_rings"))
def dxf_with_a_block_that_is_turned_and_stretched(desk: Desk) -> None:
    """100 x 50, drawn twice as long and four times as wide, turned by a right angle about the south-eastern corner."""
    _drawing(desk, [_insert(16, scale=(2, 4), turned=90, at=(X + 200, Y)), *_others()], block=[_line(64, [(0, 0), (100, 0), (100, 50), (0, 50)])])


@case(truth=PAIR, codes="container.block_of_rings")
def dxf_with_a_block_of_two_parcels(desk: Desk) -> None:
    _drawing(desk, [_insert(16), *_others()], block=[_line(64, [(0, 0), (200, 0), (200, 200), (0, 200)]), _line(65, [(0, 700), (100, 700), (100, 800), (0, 800)])])


@case(truth=HOLED, codes="container.block_of_rings")
def dxf_with_a_block_of_a_parcel_and_its_hole(desk: Desk) -> None:
    _drawing(desk, [_insert(16), *_others()], block=[_line(64, [(0, 0), (200, 0), (200, 200), (0, 200)]), _line(65, [(50, 50), (100, 50), (100, 100), (50, 100)])])


@case(truth=Truth(keys=(*DXF.keys, "40"), plane_m2=(*DXF.plane_m2, 2500.0), inside_m2=(*DXF.inside_m2, 2500.0), codes=None), codes="container.ring_inside")
def dxf_of_a_line_inside_another_of_its_layer(desk: Desk) -> None:
    """Whether the square is a hole or a parcel a drawing does not say: both count, and it is told."""
    _drawing(desk, [_line(16, RINGS[0]), *_others(), _line(64, [(X + 50, Y + 50), (X + 100, Y + 50), (X + 100, Y + 100), (X + 50, Y + 100)])])


@case(truth=DXF, absent="container.ring_inside")
def dxf_of_lines_beside_each_other(desk: Desk) -> None:
    _drawing(desk, [_line(16, RINGS[0]), *_others()])


@case(truth=DXF, codes="container.ends_joined", absent="geometry.repaired")
def dxf_of_a_line_whose_ends_are_a_millimetre_apart(desk: Desk) -> None:
    x, y = RINGS[0][0]
    _drawing(desk, [_line(16, [*RINGS[0], (x + 0.001, y)], flag=0), *_others()])


@case(refused="geometry.not_polygon", codes="container.nearly_closed")
def dxf_of_a_line_that_was_not_closed(desk: Desk) -> None:
    """The last corner lies 10 m before the first: 1.3 % of the line."""
    x, y = RINGS[0][0]
    _drawing(desk, [_line(16, [*RINGS[0], (x, y + 10)], flag=0), *_others()])


@case(truth=Truth(keys=DXF.keys[1:], plane_m2=DXF.plane_m2[1:], inside_m2=DXF.inside_m2[1:], codes=None), codes="container.unread_entities")
def dxf_with_a_region(desk: Desk) -> None:
    """What drawing programs make of a closed line to measure it; nobody reads it."""
    _drawing(desk, [_pairs(0, "REGION", 5, 10, 100, "AcDbEntity", 8, "宗地", 100, "AcDbModelerGeometry", 70, 1, 1, "x"), *_others()])


@case(refused="container.refused_kind")
def dxf_in_binary(desk: Desk) -> None:
    desk.bytes("parcels.dxf", b"AutoCAD Binary DXF\r\n\x1a\x00\x00\x00SECTION\x00\x02\x00ENTITIES\x00\x00\x00ENDSEC\x00\x00\x00EOF\x00")


@case(truth=Truth(keys=KEYS[:4], plane_m2=DXF.plane_m2, inside_m2=DXF.inside_m2, codes=("1001", "1001", "1101", "1401")), codes="land_use.survey")
def dxf_whose_land_classes_are_texts_of_a_layer_that_tells_their_system(desk: Desk) -> None:
    """0601 is industry in the land survey; the texts stand on the layer DLBM."""
    middles = [shape.representative_point() for shape in SHAPES[:4]]
    texts = [_pairs(0, "TEXT", 5, f"{256 + 2 * i + n:X}", 100, "AcDbEntity", 8, layer, 100, "AcDbText", 10, at.x, 20, at.y, 30, 0.0, 40, 2.5, 1, said)
             for i, at in enumerate(middles) for n, (layer, said) in enumerate((("ZDDM", KEYS[i]), ("DLBM", ("0601", "0601", "0508", "0810")[i])))]
    _drawing(desk, [*(_line(16 + i, ring) for i, ring in enumerate(RINGS)), *texts])
    desk.layer = 'crs = "EPSG:4549"\ngeometry_type = "polygon"\n[layers.parcels.columns]\nparcel_id = "Text@ZDDM"\nland_use = "Text@DLBM"'


def _by_layer(desk: Desk, name: str = "宗地", **how: Any) -> None:
    frame = _line(64, [(X - 50, Y - 50), (X + 900, Y - 50), (X + 900, Y + 900), (X - 50, Y + 900)], layer="图廓")
    _drawing(desk, [*(_line(16 + i, ring, layer=name) for i, ring in enumerate(RINGS)), frame], where="宗地", **how)


@case(truth=DXF, absent="container.encoding_lie")
def dxf_filtered_by_its_layers(desk: Desk) -> None:
    _by_layer(desk)


@case(truth=DXF, codes="container.encoding_lie")
def dxf_in_utf8_under_a_chinese_code_page(desk: Desk) -> None:
    _by_layer(desk, encoding="utf-8")


@case(truth=DXF, codes="container.encoding_lie")
def dxf_in_gbk_under_a_western_code_page(desk: Desk) -> None:
    _by_layer(desk, page="ANSI_1252")


@case(truth=DXF, codes="container.encoding_lie")
def dxf_of_2007_in_gbk(desk: Desk) -> None:
    _by_layer(desk, version="AC1021")


@case(truth=DXF, absent="container.encoding_lie")
def dxf_of_2018(desk: Desk) -> None:
    _by_layer(desk, version="AC1032", encoding="utf-8")


@case(truth=DXF)
def dxf_with_characters_by_their_numbers(desk: Desk) -> None:
    """Of Unicode, and of the Chinese code page (\\M+5)."""
    _by_layer(desk, "\\U+5B97\\M+5B5D8")




def _text(handle: int, x: float, y: float, words: str, layer: str = "宗地号") -> str:
    return _pairs(0, "TEXT", 5, f"{handle:X}", 100, "AcDbEntity", 8, layer, 100, "AcDbText", 10, x, 20, y, 30, 0.0, 40, 5.0, 1, words)


def _named(desk: Desk, *more: str) -> None:
    lines = [_line(16 + i, ring) for i, ring in enumerate(RINGS)]
    names = [_text(80 + i, sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring), key) for i, (ring, key) in enumerate(zip(RINGS, KEYS, strict=False))]
    _drawing(desk, [*lines, *names, *more])
    desk.layer = 'crs = "EPSG:4549"\ngeometry_type = "polygon"\n[layers.parcels.columns]\nparcel_id = "Text@宗地号"'


NAMED = Truth(keys=KEYS[:4], plane_m2=DXF.plane_m2, inside_m2=DXF.inside_m2, codes=None)


@case(truth=NAMED, codes="container.texts_inside")
def dxf_whose_texts_name_its_parcels(desk: Desk) -> None:
    _named(desk, _text(96, X + 100, Y + 100, "工业用地", "用途"), _text(97, X - 500, Y, "比例 1:500"))


@case(refused="row.blank_key", codes="container.texts_inside")
def dxf_with_two_names_in_one_parcel(desk: Desk) -> None:
    """Which of them is its name nobody can tell."""
    _named(desk, _text(96, X + 100, Y + 100, KEYS[4]))


@case(truth=DXF, codes="container.encoding_lie")
def dxf_with_half_a_character_in_a_text(desk: Desk) -> None:
    """No encoding reads the whole drawing; its layers are still told by the column in which they stand."""
    _drawing(desk, [*(_line(16 + i, ring) for i, ring in enumerate(RINGS)), _text(96, X - 500, Y, "CUT")])
    path = desk.folder / "parcels.dxf"
    path.write_bytes(path.read_bytes().replace(b"CUT", "新塘路以北的厂".encode("gbk")[:-1]))
    desk.layer = DXF_KEYS.replace("\n", '\ngeometry_type = "polygon"\nwhere = { column = "Layer", in = ["宗地"] }\n', 1)


@case(refused="row.no_geometry")
def dxf_with_a_corner_beyond_all_numbers(desk: Desk) -> None:
    _drawing(desk, [_line(16, RINGS[0]).replace(f"{RINGS[0][0][0]:.4f}", "1e400", 1), *_others()])


@case(truth=DXF, codes="container.drawing_unit")
def dxf_in_metres_under_a_heading_of_millimetres(desk: Desk) -> None:
    """What the templates of drawing programs say, whatever is drawn in them."""
    _drawing(desk, [_line(16 + i, ring) for i, ring in enumerate(RINGS)], unit=4)


@case(truth=DXF, absent="container.drawing_unit")
def dxf_in_metres_under_a_heading_of_metres(desk: Desk) -> None:
    _drawing(desk, [_line(16 + i, ring) for i, ring in enumerate(RINGS)], unit=6)


@case(refused="crs.scaled", codes="container.drawing_unit")
def dxf_in_millimetres(desk: Desk) -> None:
    _drawing(desk, [_line(16 + i, [(x * 1000, y * 1000) for x, y in ring]) for i, ring in enumerate(RINGS)], unit=4)


@case(refused="crs.outside_area_of_use", codes="container.drawing_unit")
def dxf_in_feet(desk: Desk) -> None:
    _drawing(desk, [_line(16 + i, [(x / 0.3048, y / 0.3048) for x, y in ring]) for i, ring in enumerate(RINGS)], unit=2)


@case(refused="container.damaged")
def dxf_with_a_bulge_that_is_no_number(desk: Desk) -> None:
    """GDAL draws the side from corner to corner, and leaves corners out."""
    _drawing(desk, [_line(16, RINGS[0], bulge=1).replace("\n1.0", "\nnan", 1), *_others()])
