"""A .cpg that states a code page of one byte a character over bytes that are Chinese: it is believed only where its reading is text."""

from __future__ import annotations

import pytest

from spatial.read.encoding import decide

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
