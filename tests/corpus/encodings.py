"""Cases of the encoding gate: what the bytes of a shapefile's table are, whatever the files beside it say."""

from __future__ import annotations

import dataclasses
from typing import Any

import pyogrio

from tests.corpus.cases import case
from tests.corpus.desk import Desk
from tests.corpus.ground import CODES, COLUMNS, KEYS, PLANE_M2, Truth, in_crs
from tests.corpus.writers import dbf, shapefile

TRADITIONAL = {"宗地代碼": list(KEYS), "土地用途": ["工業用地", "工業用地", "物流倉儲用地", "商業用地", "工業用地"], "備註": ["東側臨河", "新塘路以北", "老廠區", "沿街", "含水塘"]}
WORDS = '[layers.parcels.columns]\nparcel_id = "宗地代碼"\nland_use = "土地用途"\n[layers.parcels.values.land_use]\n"1001" = ["工業用地"]\n"1101" = ["物流倉儲用地"]\n"0901" = ["商業用地"]'


@case(codes="container.encoding_decided")
def gbk_without_a_cpg(desk: Desk) -> None:
    shapefile(desk, "parcels.shp")


@case(absent="container.encoding_decided")
def gbk_by_its_language_byte(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", language=0x4D)


@case(codes="container.encoding_decided")
def gbk_under_the_western_language_byte(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", language=0x57)


@case(absent=("container.encoding_decided", "container.encoding_lie"))
def gbk_by_its_cpg(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", cpg="GBK")


@case(absent=("container.encoding_decided", "container.encoding_lie"))
def gbk_by_a_codepage_number(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", cpg="936")


@case(codes="container.encoding_lie")
def gbk_under_a_cpg_of_utf8(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", cpg="UTF-8")


@case(codes="container.encoding_lie")
def utf8_under_a_cpg_of_gbk(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", encoding="utf-8", cpg="GBK")


@case(codes="container.encoding_lie")
def utf8_under_a_cpg_of_latin(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", encoding="utf-8", cpg="ISO-8859-1")


@case(codes="container.encoding_lie")
def gbk_under_a_cpg_of_latin(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", cpg="ISO-8859-1")


@case(codes="container.encoding_decided")
def utf8_without_a_cpg(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", encoding="utf-8")


@case(codes="container.encoding_lie")
def utf8_under_the_gbk_language_byte(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", encoding="utf-8", language=0x4D)


@case()
def a_cpg_of_nonsense(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", cpg="这里不是编码")


@case(codes="container.encoding_decided")
def big5_without_a_cpg(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", TRADITIONAL, encoding="big5")
    desk.layer = WORDS


@case()
def big5_by_its_cpg(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", TRADITIONAL, encoding="big5", cpg="Big5")
    desk.layer = WORDS


@case(codes="container.encoding_lie")
def big5_under_a_cpg_of_gbk(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", TRADITIONAL, encoding="big5", cpg="GBK")
    desk.layer = WORDS


@case()
def rare_characters_of_gb18030(desk: Desk) -> None:
    columns = COLUMNS | {"备注": ["㙍塘村", "䶮街道", "𠅤里", "〇号地块", "镕"]}
    shapefile(desk, "parcels.shp", columns, encoding="gb18030")


@case()
def the_study_names_the_encoding(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", cpg="UTF-8")
    desk.layer = 'encoding = "gbk"'


@case(codes="container.encoding_lie")
def the_study_names_a_wrong_encoding(desk: Desk) -> None:
    shapefile(desk, "parcels.shp")
    desk.layer = 'encoding = "utf-8"'


@case()
def plain_letters_only(desk: Desk) -> None:
    columns = {"ZDDM": list(KEYS), "YT": list(CODES)}
    shapefile(desk, "parcels.shp", columns)


@case(codes="container.healed_name")
def names_cut_in_the_middle_of_a_character(desk: Desk) -> None:
    columns = {"预编宗地代码": list(KEYS), "土地用途": COLUMNS["土地用途"]}  # 12 and 18 bytes, cut to 10
    shapefile(desk, "parcels.shp", columns, encoding="utf-8", cpg="UTF-8")


@case(codes="container.healed_name")
def names_of_utf8_cut_to_three_characters(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", {"宗地代码": list(KEYS), "规划用途": COLUMNS["土地用途"]}, encoding="utf-8", cpg="UTF-8")


@case(codes="container.healed_name")
def names_of_gbk_cut_after_five_characters(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", {"预编宗地代码": list(KEYS), "土地用途": COLUMNS["土地用途"]})


@case(codes="container.healed_name")
def a_cut_name_that_several_names_of_one_field_fit(desk: Desk) -> None:
    """`用地用` is what ten bytes leave of 用地用海, 用地用海代码 and 用地用海分类: all of them the land use."""
    shapefile(desk, "parcels.shp", {"宗地代码": list(KEYS), "用地用海分类代码": list(CODES)}, encoding="utf-8", cpg="UTF-8")


@case(codes="container.healed_name")
def a_cut_name_in_traditional_characters(desk: Desk) -> None:
    columns = {"預編宗地代碼": list(KEYS), "土地用途": [use.translate(str.maketrans("业储", "業儲")).replace("仓", "倉") for use in COLUMNS["土地用途"]]}
    shapefile(desk, "parcels.shp", columns, encoding="big5", cpg="BIG5")


@case(codes="container.healed_name")
def a_cut_name_that_several_names_fit_and_the_study_states_one(desk: Desk) -> None:
    a_cut_name_that_several_names_of_one_field_fit(desk)
    desk.layer = '[layers.parcels.columns]\nparcel_id = "宗地代码"\nland_use = "用地用海分类代码"'


@case(absent=("container.healed_name", "container.repeated_header"))
def a_name_that_begins_as_another_does(desk: Desk) -> None:
    """CO37_D90_ and CO37_D90_I stand side by side in what ARC/INFO wrote: nine letters are a whole name."""
    shapefile(desk, "parcels.shp", {"CO37_D90_": ["2", "3", "4", "5", "6"], "CO37_D90_I": list(KEYS), "use": COLUMNS["土地用途"]})
    desk.layer = '[layers.parcels.columns]\nparcel_id = "CO37_D90_I"\nland_use = "use"'


@case(codes="container.healed_name")
def a_name_cut_that_the_study_gives_in_full(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", {"出让宗地的完整编号": list(KEYS), "土地用途": COLUMNS["土地用途"]})
    desk.layer = '[layers.parcels.columns]\nparcel_id = "出让宗地的完整编号"'


@case(refused="schema.missing_field")
def a_cut_name_that_two_names_fit(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", {"宗地": list(KEYS), "土地用途": COLUMNS["土地用途"]})


DIGITS = dataclasses.replace(Truth(), keys=tuple(f"33010900100100000{i:02d}" for i in range(1, 6)))


@case(truth=DIGITS)
def numeric_codes_of_nineteen_digits(desk: Desk) -> None:
    path = shapefile(desk, "parcels.shp", {"宗地代码": list(DIGITS.keys), "土地用途": COLUMNS["土地用途"]}, cpg="GBK")
    path.with_suffix(".dbf").write_bytes(dbf({"宗地代码": [int(k) for k in DIGITS.keys], "土地用途": COLUMNS["土地用途"]}, widths={"宗地代码": 19}))


@case(codes="container.cut_text")
def text_that_fills_its_field(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", COLUMNS | {"备注": ["很长的备注" * 30] * 5}, widths={"备注": 254})


@case(truth=Truth(codes=None))
def text_cut_in_the_middle_of_a_character(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", COLUMNS | {"备注": ["东侧临河道路以北地块"] * 5}, widths={"备注": 13})


@case()
def written_by_gdal_in_gbk(desk: Desk) -> None:
    columns = {"宗地代码": list(KEYS), "土地用途": COLUMNS["土地用途"], "面积": list(PLANE_M2)}
    pyogrio.write_dataframe(desk.frame(columns), desk.named(desk.folder / "parcels.shp"), driver="ESRI Shapefile", encoding="GBK")
    (desk.folder / "parcels.cpg").unlink()


@case(refused="container.encoding_unknown")
def bytes_of_no_encoding(desk: Desk) -> None:
    path = shapefile(desk, "parcels.shp").with_suffix(".dbf")
    data = bytearray(path.read_bytes())
    data = data.replace("东侧临河".encode("gbk"), b"\xff\xfe\x80\xff\xff\x80\xff\xfe")
    path.write_bytes(bytes(data))


@case(codes="container.repeated_header")
def one_name_twice(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", COLUMNS | {"备注二": ["x"] * 5}, raw_names={"备注二": "备注".encode("gbk")})


@case(refused="schema.duplicate_header", codes="container.repeated_header")
def one_name_twice_that_is_needed_and_says_two_things(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", COLUMNS | {"另一": ["商业用地"] * 5}, raw_names={"另一": "土地用途".encode("gbk")})


@case(codes="container.repeated_header")
def one_name_twice_that_is_needed_and_says_one_thing(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", COLUMNS | {"另一": list(COLUMNS["土地用途"])}, raw_names={"另一": "土地用途".encode("gbk")})


@case(codes="container.encoding_lie", truth=Truth(codes=("1001",) * 5))
def geopackage_with_gbk_bytes_in_a_column_that_repeats_itself(desk: Desk) -> None:
    path = desk.write("parcels.gpkg", COLUMNS | {"土地用途": ["NOTE00000000"] * 5}, in_crs(4549))
    path.write_bytes(path.read_bytes().replace(b"NOTE00000000", "工业用地".encode("gbk") + b"    "))


@case(codes="container.encoding_lie")
def geopackage_with_gbk_bytes_in_its_text(desk: Desk) -> None:
    path = desk.write("parcels.gpkg", COLUMNS | {"备注": [f"NOTE{i:04d}" for i in range(5)]}, in_crs(4549))
    data = path.read_bytes()
    for i, note in enumerate(("东侧临河", "新塘路北", "工业厂区", "沿街地块", "内含水塘")):
        data = data.replace(f"NOTE{i:04d}".encode(), note.encode("gbk"))
    path.write_bytes(data)


@case(codes="unit.left_out")
def a_name_cut_inside_the_bracket_of_its_unit(desk: Desk) -> None:
    """`登记面积(公顷)` in ten bytes: hectares, mu and square metres end alike, and none is guessed."""
    table = {name: cells for name, cells in COLUMNS.items() if name != "登记面积"}
    shapefile(desk, "parcels.shp", table | {"登记面积(公顷)": [area / 1e4 for area in PLANE_M2]})


@case(absent=("unit.left_out", "unit.missing", "area.registered_differs"))
def a_name_whose_unit_fits_its_ten_bytes(desk: Desk) -> None:
    table = {name: cells for name, cells in COLUMNS.items() if name != "登记面积"}
    shapefile(desk, "parcels.shp", table | {"面积(公顷)": [area / 1e4 for area in PLANE_M2]})


@case(absent=("unit.left_out", "unit.missing", "area.registered_differs"))
def a_name_that_lost_its_closing_bracket_alone(desk: Desk) -> None:
    """`面积（公顷）` is twelve bytes, of which ten are left: no other unit begins with those of hectares."""
    table = {name: cells for name, cells in COLUMNS.items() if name != "登记面积"}
    shapefile(desk, "parcels.shp", table | {"面积（公顷）": [area / 1e4 for area in PLANE_M2]})


@case(absent=("unit.left_out", "unit.missing", "area.registered_differs"))
def a_cut_unit_that_the_study_states(desk: Desk) -> None:
    a_name_cut_inside_the_bracket_of_its_unit(desk)
    desk.layer = '[layers.parcels.columns]\nregistered_area = { column = "登记面积", unit = "ha" }'


def _foreign(desk: Desk, encoding: str, words: tuple[str, str, str], more: str = "", **table: Any) -> None:
    """The ground's table in another language: factories, warehouses, shops, and a column of further text."""
    made, stored, sold = words
    texts = [more[i::5] for i in range(5)]
    shapefile(desk, "parcels.shp", {"id": list(KEYS), "use": [made, made, stored, sold, made], "note": texts}, encoding=encoding, **table)
    desk.layer = (f'[layers.parcels.columns]\nparcel_id = "id"\nland_use = "use"\n[layers.parcels.values.land_use]\n"1001" = ["{made}"]\n"1101" = ["{stored}"]\n"0901" = ["{sold}"]')


KOREAN = ("공장용지", "창고용지", "상업용지")
SEOUL = "서울특별시강남구부산광역시해운대인천연수대구달서울산남경기도수원팔문화체육관광과학기술정보통신"
RUSSIAN = ("промышленная", "складская", "торговая")
PORTUGUESE = ("indústria", "armazém", "comércio")
GREEK = ("βιομηχανία", "αποθήκη", "εμπόριο")


@case(absent=("container.encoding_lie", "container.encoding_decided"))
def korean_by_its_cpg(desk: Desk) -> None:
    _foreign(desk, "cp949", KOREAN, cpg="949")


@case(absent="container.encoding_decided")
def korean_by_its_language_byte(desk: Desk) -> None:
    _foreign(desk, "cp949", KOREAN, language=0x4E)


@case(codes="container.encoding_decided")
def korean_that_says_nothing(desk: Desk) -> None:
    _foreign(desk, "cp949", KOREAN, SEOUL)


@case(codes="container.encoding_lie")
def gbk_under_a_korean_cpg(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", cpg="949")


@case(absent="container.encoding_decided")
def japanese_by_its_language_byte(desk: Desk) -> None:
    _foreign(desk, "cp932", ("工業専用地域", "倉庫", "商業地域"), language=0x13)


@case(absent="container.encoding_decided")
def russian_by_its_language_byte(desk: Desk) -> None:
    _foreign(desk, "cp1251", RUSSIAN, language=0xC9)


@case(absent="container.encoding_decided")
def russian_of_dos_by_its_language_byte(desk: Desk) -> None:
    _foreign(desk, "cp866", RUSSIAN, language=0x65)


@case(absent="container.encoding_lie")
def thai_by_a_codepage_number(desk: Desk) -> None:
    _foreign(desk, "cp874", ("อุตสาหกรรม", "คลังสินค้า", "พาณิชย์"), cpg="ANSI 874")


@case(refused="container.encoding_unknown")
def western_under_the_byte_of_dos(desk: Desk) -> None:
    """0x1B is DOS 437, and stands in tables of programs that write in Windows 1252: read by it, ú is a frame."""
    _foreign(desk, "cp1252", PORTUGUESE, language=0x1B)


@case()
def western_under_the_byte_of_dos_that_the_study_names(desk: Desk) -> None:
    _foreign(desk, "cp1252", PORTUGUESE, language=0x1B)
    desk.layer = 'encoding = "cp1252"\n' + desk.layer


@case(refused="container.encoding_unknown")
def greek_that_says_nothing(desk: Desk) -> None:
    """Read as GBK, words of an odd number of letters end in half a character."""
    _foreign(desk, "cp1253", GREEK)
