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
