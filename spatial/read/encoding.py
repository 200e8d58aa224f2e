"""Which encoding a text is in, decided by evidence: byte order mark, validity over the whole text, plausibility of characters."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spatial.characters import simplified

CANDIDATES = ("utf-8", "gb18030", "big5hkscs")
SAMPLE_BYTES = 4_000_000  # enough to judge plausibility; validity is always tested on everything
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
NAMES = {"gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "936": "gb18030", "ms936": "gb18030", "ansi 936": "gb18030",
         "euc-cn": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs", "950": "big5hkscs", "ms950": "big5hkscs",
         "utf8": "utf-8", "65001": "utf-8", "unicode utf-8": "utf-8", "88591": "latin-1", "8859-1": "latin-1", "1252": "cp1252",
         "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms932": "cp932", "932": "cp932", "euc-kr": "cp949", "ks-c-5601-1987": "cp949", "949": "cp949",
         "ansi 1252": "cp1252", "ascii": "utf-8", "us-ascii": "utf-8"}
_UTF8_RUN = re.compile(rb"(?<![\x80-\xff])(?:[\xe2-\xef][\x80-\xbf]{2}){4,}(?![\x80-\xff])")  # four characters or more: GBK is not so by chance
_NUMBERED = re.compile(r"(?:ansi|oem|windows|ibm|ms|cp)?[ -]*(\d{3,4})$")  # 874, ANSI 1251, windows-1253
_ISO = re.compile(r"^8859-?(\d{1,2})$")
LONE = 0.35
"""Share of accented letters beside a plain one below which a text is no language; Łódź has 2 of 3, Üçüncü 2 of 4."""
MANY_SYLLABLES = 40
"""Different characters of a text that is all Korean: a Chinese one of so many reads as Korean by chance in one of 10^6 or fewer."""
OEM = ("cp437", "cp737", "cp850", "cp852", "cp857", "cp860", "cp861", "cp863", "cp865", "cp866")
"""Code pages of DOS: programs leave their number in tables that they never wrote in them."""
SHOWN = {"gb18030": "GB18030", "big5hkscs": "Big5", "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32"}


def in_both(evidence: str) -> dict[str, str]:
    """What an encoding was decided by, in both languages; names of files, fields and standards stay as they are."""
    told = re.sub(r"^valid (\S+) throughout, (\S+) of characters plausible$", r"全文都是有效的 \1，\2 的字符像文字", evidence)
    told = re.sub(r"^valid cp949 throughout, all of it Korean$", "全文都是有效的 cp949，且全为韩文", told)
    told = re.sub(r"^no encoding gives readable text(?:; UTF-8 breaks off at byte (\d+))?(?: of text (\d+))?$",
                  lambda m: "没有一种编码读得通" + (f"；UTF-8 在第 {m[1]} 字节中断" if m[1] else "") + (f"(第 {m[2]} 段)" if m[2] else ""), told)
    told = re.sub(r"^UTF-8 and (\S+) text in one file, (.*) in UTF-8$", r"一个文件里 UTF-8 与 \1 混用，UTF-8 的有“\2”", told)
    told = re.sub(r"^(.+): UTF-8 by its standard$", r"\1 标准规定为 UTF-8", told)
    told = re.sub(r"^(.+): its heading$", r"\1 的文件头", told)
    words = {"ASCII only": "只有 ASCII 字符", "byte order mark": "字节序标记", "study": "研究文件", "database": "数据库"}
    return {"zh": words.get(told, told), "en": evidence}


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding, what it was decided by, and the statement that the bytes contradict, if there is one."""

    name: str
    evidence: str
    contradicts: str = ""

    @property
    def reason(self) -> dict[str, str]:
        """The evidence in both languages."""
        return in_both(self.evidence)

    @property
    def shown(self) -> str:
        return SHOWN.get(self.name, self.name)


def known_name(stated: str | None) -> str | None:
    """The codec that a written name means (`GBK`, `cp936`, `936`, `UTF-8`, `ISO-8859-1`), or None."""
    if not stated:
        return None
    plain = stated.strip().strip("\x00").lower().replace("_", "-")
    plain = NAMES.get(plain, plain)
    numbered = _NUMBERED.match(plain)
    plain = NAMES.get(numbered[1], f"cp{numbered[1]}") if numbered else _ISO.sub(r"iso8859-\1", plain)
    try:
        name = codecs.lookup(plain).name
        "".encode(name)  # a text encoding, not a byte transform such as hex or zip
    except (LookupError, ValueError, TypeError, UnicodeError):
        return None
    return NAMES.get(name, name)


def _trim(data: bytes, encoding: str) -> bytes:
    """Without the half character at the end that a fixed width cut; data whose end begins no character, or that is wrong before it, stays as it is."""
    text = data.rstrip(b" \x00") if len(data) > 1 else data  # a half may be filled up with blanks
    for candidate in dict.fromkeys((data, text)):
        try:
            candidate.decode(encoding)
            return data
        except UnicodeDecodeError as error:
            start = error.start
        try:
            if codecs.getincrementaldecoder(encoding)().decode(candidate[start:]) == "":
                return candidate[:start]
        except UnicodeDecodeError:
            continue
    return data


def decodes(pieces: Iterable[bytes], encoding: str) -> bool:
    """Whether every piece is valid; a half character at the very end of a piece is forgiven (a fixed width cuts there)."""
    for piece in pieces:
        try:
            piece.decode(encoding)
        except UnicodeDecodeError:
            if _trim(piece, encoding) == piece:
                return False
    return True


def plausibility(data: bytes, encoding: str) -> float:
    """Share, 0 to 1, of the characters beyond ASCII that a Chinese table would hold under this encoding."""
    text = data.decode(encoding, "ignore")
    beyond = [c for c in text if c >= "\x80"]
    if not beyond:
        return 1.0
    good = 0.0
    for c in beyond:
        if c in "，。、；：？！“”‘’（）【】《》〈〉「」『』〔〕—…·°′″℃㎡㎥㎞％＋－×÷±≥≤～№　" or "\uff10" <= c <= "\uff5a" or "\u2460" <= c <= "\u2473":
            good += 1.0
        elif "\u4e00" <= c <= "\u9fff":
            good += _commonness(c, encoding)
        elif "\xa0" <= c <= "\u024f" and encoding not in ("gb18030", "big5hkscs"):
            good += 0.6 if encoding == "utf-8" else 0.3  # accented Latin letters
    return good / len(beyond)


def _commonness(character: str, encoding: str) -> float:
    """1 for the commonly used characters of the encoding's own list, less for the rest."""
    if encoding == "big5hkscs":
        try:
            raw = character.encode("big5")
        except UnicodeEncodeError:
            return 0.0
        return 1.0 if raw[0] <= 0xC6 else 0.2
    try:
        raw = character.encode("gb2312")
    except UnicodeEncodeError:
        return 0.6 if encoding == "utf-8" else 0.15  # traditional characters are common in UTF-8, rare in GBK
    return 1.0 if raw[0] <= 0xD7 else 0.6


def decide(pieces: Iterable[bytes], *, stated: str | None = None, stated_by: str = "", asked: str | None = None) -> Encoding:
    """The encoding of a text given as one piece or as the cells of a table.

    Parameters
    ----------
    pieces : bytes, all of them; only what is beyond ASCII decides
    stated : what the file says of itself (.cpg, language byte, codepage), `stated_by` names the place
    asked : what the study says; it is taken if the bytes allow it
    """
    beyond = [piece for piece in pieces if not piece.isascii()]
    told, wanted = known_name(stated), known_name(asked)
    for mark, name in MARKS:
        if beyond and beyond[0].startswith(mark):
            return Encoding(name, "byte order mark")
    if wanted and decodes(beyond, wanted):
        return Encoding(wanted, "study")
    if not beyond:
        return Encoding(told or "utf-8", stated_by or "ASCII only")
    sample = b"\n".join(beyond)[:SAMPLE_BYTES]
    scores = {name: plausibility(sample, name) for name in CANDIDATES if decodes(beyond, name)}
    contradicted = asked if wanted else ""
    if told in OEM and stated_by != ".cpg" and _letters(sample, told) < 0.9:
        told, stated = None, None
    noise = told is not None and stated_by == ".cpg" and bool(scores.keys() & {"gb18030", "big5hkscs"}) and _single_byte(told) and (_words(sample, told) < 0.8 or _lone_accents(sample, told))
    if told and not noise and told not in scores and told not in CANDIDATES and decodes(beyond, told) and (max(scores.values(), default=0.0) < 0.8 or _hangul(sample, told) > 0.9):
        return Encoding(told, stated_by, contradicted or "")
    if told is None and "gb18030" in scores and "utf-8" not in scores and _all_korean(sample):
        return Encoding("cp949", "valid cp949 throughout, all of it Korean", contradicted or "")
    if not scores:
        return Encoding("", first_fault(beyond), contradicted or stated or "")
    best = max(scores, key=lambda name: (round(scores[name], 2), name == "utf-8", name == told, name == "gb18030"))
    if "utf-8" in scores and best != "utf-8" and not _accidental_utf8(sample, scores):
        best = "utf-8"
    foreign = _UTF8_RUN.search(b"\n".join(beyond)) if "utf-8" not in scores and best in ("gb18030", "big5hkscs") else None
    if foreign:
        return Encoding("", f"UTF-8 and {SHOWN[best]} text in one file, {foreign[0][:60].decode('utf-8', 'ignore')} in UTF-8", contradicted or stated or "")
    if scores[best] < 0.5 and best not in ("utf-8", told):
        return Encoding("", first_fault(beyond), contradicted or stated or "")
    if told in scores and scores[told] >= scores[best] - 0.02 and not (best == "utf-8" and told != "utf-8"):
        return Encoding(told, stated_by, contradicted or "")
    reason = f"valid {SHOWN[best]} throughout, {scores[best]:.0%} of characters plausible"
    return Encoding(best, reason, contradicted or (stated or "" if told and told != best else ""))


def _letters(data: bytes, encoding: str) -> float:
    """Share of the characters beyond ASCII that are letters: text under a wrong code page of DOS is full of frames and signs."""
    beyond = [c for c in data.decode(encoding, "ignore") if c >= "\x80"]
    return sum(map(str.isalpha, beyond)) / len(beyond) if beyond else 1.0


def _single_byte(encoding: str) -> bool:
    return len(bytes(range(0xA1, 0xFF)).decode(encoding, "replace")) == 0xFF - 0xA1


def _words(data: bytes, encoding: str) -> float:
    """Share of the characters beyond ASCII that may stand in words and sentences: letters, a capital not behind a small one, and signs of writing."""
    text = data.decode(encoding, "ignore")
    beyond = [(before, c) for before, c in zip(" " + text, text, strict=False) if c >= "\x80"]
    good = sum(unicodedata.category(c)[0] in "LM" and not (c.isupper() and before.islower()) or c in "«»„“”‘’–—…№§°·€ºª²³×±®™¡¿\xa0" for before, c in beyond)
    return good / len(beyond) if beyond else 1.0


def _lone_accents(data: bytes, encoding: str) -> bool:
    """Whether text reads as accented Latin letters of which hardly one stands beside a plain one, as in no language: two bytes a character look so.

    Words of one letter (à, É) tell nothing.
    """
    words = [word for word in re.findall(r"[^\W\d_]{2,}", data.decode(encoding, "ignore")) if not word.isascii()]
    accented = [(word, at) for word in words for at, c in enumerate(word) if c >= "\x80"]
    latin = sum(word[at] < "\u0250" for word, at in accented)
    beside = sum(any(c < "\x80" for c in word[max(at - 1, 0) : at + 2]) for word, at in accented)
    return 2 * latin > len(accented) and beside < LONE * len(accented)


def _hangul(data: bytes, encoding: str) -> float:
    """Share of Korean syllables; every table in GBK can be read as Korean, and is then half in Chinese characters."""
    beyond = [c for c in data.decode(encoding, "ignore") if c >= "\x80"]
    return sum("\uac00" <= c <= "\ud7a3" for c in beyond) / len(beyond) if beyond else 0.0


def _all_korean(data: bytes) -> bool:
    """Whether the different characters of a text read as Korean are syllables and many; one Chinese character that a table repeats tells nothing more by that."""
    different = {c for c in data.decode("cp949", "ignore") if c >= "\x80"}
    return len(different) >= MANY_SYLLABLES and sum("\uac00" <= c <= "\ud7a3" for c in different) > 0.95 * len(different)


def half_ends(pieces: Iterable[bytes], encoding: str) -> float:
    """Share of the texts that end in half a character."""
    cut = [_trim(piece, encoding) != piece for piece in pieces if not piece.isascii()]
    return sum(cut) / len(cut) if cut else 0.0


def first_fault(pieces: list[bytes]) -> str:
    """Where UTF-8 breaks off, which is what helps in a file that is damaged in one place."""
    for number, piece in enumerate(pieces, start=1):
        try:
            piece.decode("utf-8")
        except UnicodeDecodeError as error:
            return f"no encoding gives readable text; UTF-8 breaks off at byte {error.start}" + (f" of text {number}" if len(pieces) > 1 else "")
    return "no encoding gives readable text"


def _accidental_utf8(sample: bytes, scores: dict[str, float]) -> bool:
    """Short GBK text can be valid UTF-8 by chance: it then reads as two-byte letters of scripts that no table here holds."""
    text = [c for c in sample.decode("utf-8", "ignore") if c >= "\x80"]
    strange = sum("\u0250" <= c <= "\u07ff" for c in text)
    return strange > len(text) / 2 and max(scores.get("gb18030", 0), scores.get("big5hkscs", 0)) > 0.8


def heal_name(raw: bytes, encoding: str, candidates: Sequence[Sequence[str]] = (), *, width: int = 10) -> tuple[str, bool]:
    """A field name that its fixed width cut: the only name that begins with its bytes, or the whole characters left.

    candidates : names that may be meant: first those that the study states, then those of each field. Names of one field mean the same:
        of several that fit (用地用海, 用地用海代码) the shortest is read.

    Returns
    -------
    name, and whether it differs from what the bytes say
    """
    plain = raw.split(b"\x00", 1)[0]
    whole = _trim(plain, encoding)
    shown = whole.decode(encoding, "replace").strip()
    cut = len(whole) != len(plain)
    if cut or len(plain) >= width - 1:
        names = {name for group in candidates for name in group}
        written = {c: c.encode(encoding, "ignore") for c in names if c != shown}
        fits = {c for c, raw_name in written.items() if raw_name.startswith(plain) and any(_trim(raw_name[:size], encoding) == whole for size in (width, width + 1))}
        exact = shown in names and not cut
        within = [fits & set(group) for group in candidates]
        meant = within[0] if within and len(within[0]) == 1 else fits if fits in within else set()
        if meant and not exact:
            return min(meant, key=lambda name: (len(name), name)), True
        if not meant and not exact and encoding.startswith("big5") and (plainly := simplified(shown)) != shown:  # two bytes a character in either
            name, healed = heal_name(plainly.encode("gb18030"), "gb18030", candidates, width=width)
            return (name, True) if healed else (shown, cut)
    return shown, cut


def decode_text(data: bytes, *, stated: str | None = None, stated_by: str = "", asked: str | None = None) -> tuple[str | None, Encoding]:
    """A whole text and its encoding; None where no encoding reads it to the end."""
    encoding = decide([data], stated=stated, stated_by=stated_by, asked=asked)
    if not encoding.name:
        return None, encoding
    try:
        return data.decode(encoding.name).removeprefix("\ufeff"), encoding
    except UnicodeDecodeError as error:
        where = "in the middle of a character" if error.end >= len(data) else f"unreadably at byte {error.start}"
        return None, Encoding("", f"the text ends {where}", encoding.shown)


def decode_cell(raw: bytes, encoding: str) -> str:
    """Text of a cell; a half character at the end goes, anything else that cannot be read shows as a replacement mark."""
    return _trim(raw, encoding).decode(encoding, "replace")
