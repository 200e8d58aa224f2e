"""A .cpg that states a code page of one byte a character over bytes that are Chinese: it is believed only where its reading is text."""

from __future__ import annotations

from pathlib import Path

import pytest

from spatial.errors import Refused
from spatial.read.encoding import decide
from spatial.read.vector import read_vector
from tests.corpus.desk import Desk
from tests.corpus.writers import shapefile

NAMES = ["王喆", "李堃", "赵翀", "陈昇"]  # characters that GB 2312 does not have: half as plausible as common ones
COMMON = ["工业用地", "萧山经济技术开发区"]
ABROAD = {"cp852": "Łódź ul. Żeromskiego Świętokrzyska", "cp1250": "Příliš žluťoučký kůň", "cp850": "Straße Größe Ärger", "cp1252": "Größe façade – “Müller” São João",
          "cp1251": "Земельный участок № 5 «Сельхоз»", "cp874": "โฉนดที่ดิน กรุงเทพมหานคร", "cp1253": "Οικόπεδο Αθήνα", "cp866": "Земельный участок"}


@pytest.mark.parametrize("stated", ["cp852", "cp1250", "cp437", "ISO-8859-2", "cp866", "koi8-r"])
@pytest.mark.parametrize("words", [NAMES, COMMON], ids=["rare", "common"])
def test_line_noise_is_not_believed(stated: str, words: list[str]) -> None:
    told = decide([word.encode("gbk") for word in words], stated=stated, stated_by=".cpg")
    assert (told.name, told.contradicts) == ("gb18030", stated)


@pytest.mark.parametrize("stated", ["cp852", "cp1250", "cp1252"])
def test_what_reads_as_nothing_is_refused_and_not_garbled(stated: str) -> None:
    """Traditional characters in GBK: no reading is plausible, so the study has to say."""
    assert decide([word.encode("gbk") for word in ("廠區環境", "實業開發")], stated=stated, stated_by=".cpg").name == ""


@pytest.mark.parametrize("stated", ABROAD)
def test_text_of_its_own_language_is_believed(stated: str) -> None:
    told = decide([word.encode(stated) for word in ABROAD[stated].split()], stated=stated, stated_by=".cpg")
    assert (told.name, told.contradicts) == (stated, "")


CHINESE = ["土地用途", "城镇村道路用地", "工业用地", "公园绿地", "物流仓储用地", "东侧临河", "含水塘", "老厂区", "新塘路以北", "沿街", "面积(公顷)"]


def test_a_chinese_table_that_repeats_one_character_is_not_korean() -> None:
    """长 is a Korean syllable in the other reading: 600 of it are no more evidence than one."""
    told = decide([word.encode("gbk") for word in (*CHINESE, *("长" * n for n in range(1, 35)))])
    assert told.name == "gb18030"


def test_a_korean_table_is_korean_with_a_few_chinese_characters() -> None:
    syllables = "서울특별시강남구부산광역시해운대인천연수대구달서울산남경기도수원팔문화체육관광과학기술정보통신"
    assert decide([word.encode("cp949") for word in (syllables, "공장용지", "창고용지 大", "상업용지" * 90)]).name == "cp949"


@pytest.mark.parametrize("words", [["3号", "4号", "12号"], ["A1块", "B2块"], ["1幢"]])
def test_one_character_at_the_end_of_each_text_is_no_cut(words: list[str]) -> None:
    """3号 in GBK was read as UTF-8 whose last character a fixed width had cut, and became 3."""
    assert decide([word.encode("gbk") for word in words]).name == "gb18030"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "big5"])
def test_half_characters_at_a_width_are_cut(encoding: str) -> None:
    """The twin: a field of 15 bytes ends within the eighth character of two bytes, and of 16 within the sixth of three."""
    cut = "萧山經濟技術開發區工業園" if encoding == "big5" else "萧山经济技术开发区工业园"
    cut = cut.replace("萧", "蕭") if encoding == "big5" else cut
    pieces = [cut.encode(encoding)[: 16 if encoding == "utf-8" else 15], cut[:3].encode(encoding)]
    assert decide(pieces, stated=encoding, stated_by=".cpg").name == {"utf-8": "utf-8", "gbk": "gb18030", "big5": "big5hkscs"}[encoding]


RARE = ["晟骞", "袆祺", "璟跣", "淼翥", "翎祺"]
LATIN = {"cp1250": "Příliš Győr Čačak Ústí", "cp1252": "Île São Ærøskøbing côté Þórshöfn", "cp1254": "Üçüncü Şişli Ağrı İğdır", "cp1257": "Rīga Šiauliai Žemė Jõgeva"}


@pytest.mark.parametrize("stated", LATIN)
def test_names_of_rare_characters_alone_are_no_accented_words(stated: str) -> None:
    assert decide([word.encode("gbk") for word in RARE], stated=stated, stated_by=".cpg").name != stated


@pytest.mark.parametrize("stated", LATIN)
def test_accented_words_are_believed_one_by_one(stated: str) -> None:
    for word in LATIN[stated].split():
        told = decide([word.encode(stated)], stated=stated, stated_by=".cpg")
        assert word.isascii() or told.name == stated, word


def _names_of(path: Path) -> list[str]:
    return [str(name) for name in read_vector(path, role="", shown_path=path.name).frame["name"]]


@pytest.mark.parametrize("cpg", ["1250", "cp1250"])
def test_one_polish_town_is_read_as_its_cpg_says(cpg: str, tmp_path: Path) -> None:
    """Half a character at the end of a text that does not fill its field: it is none, and the reading it belongs to is wrong."""
    path = shapefile(Desk(tmp_path), "parcels.shp", {"name": ["Łódź"] * 5}, encoding="cp1250", cpg=cpg)
    assert _names_of(path) == ["Łódź"] * 5


def test_an_accent_at_the_end_is_not_lost_under_a_false_cpg(tmp_path: Path) -> None:
    """Café in Latin-1 was read as UTF-8 whose last character had been cut: Caf."""
    path = shapefile(Desk(tmp_path), "parcels.shp", {"name": ["Café"] * 5}, encoding="cp1252", cpg="UTF-8")
    with pytest.raises(Refused) as refused:
        read_vector(path, role="", shown_path=path.name)
    assert [finding.code for finding in refused.value.findings] == ["container.encoding_unknown"]


@pytest.mark.parametrize("cpg", ["UTF-8", None])
def test_an_accent_at_the_end_in_true_utf_8(cpg: str | None, tmp_path: Path) -> None:
    path = shapefile(Desk(tmp_path), "parcels.shp", {"name": ["Café"] * 5}, encoding="utf-8", cpg=cpg)
    assert _names_of(path) == ["Café"] * 5
