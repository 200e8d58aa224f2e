"""Fonts with Chinese letters: found among installed packages or on the system, checked by character, embedded as subsets."""

from __future__ import annotations

import importlib.util
import io
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

PACKAGES = (("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"), ("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc"))
NAMES = ("NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "NotoSansCJKsc-Regular.otf", "SourceHanSansSC-Regular.otf", "SourceHanSansCN-Regular.otf", "msyh.ttc", "simhei.ttf",
         "simsun.ttc", "simsunb.ttf", "Deng.ttf", "PingFang.ttc", "Hiragino Sans GB.ttc", "STHeiti Light.ttc", "Songti.ttc", "Arial Unicode.ttf", "wqy-microhei.ttc", "wqy-zenhei.ttc",
         "DroidSansFallbackFull.ttf", "HanaMinA.ttf", "HanaMinB.ttf", "Plangothic-Regular.ttf")
SAMPLE = "载体地块图例"  # a font that lacks one of these is no Chinese font


@dataclass
class Font:
    """One font file opened for drawing: codes of its characters and their widths in thousandths of the size.

    A CID-keyed CFF font is addressed by its CIDs, any other by glyph numbers; both survive subsetting, so pages can be drawn first.
    """

    path: Path
    data: bytes
    number: int
    tt: TTFont
    cmap: dict[int, str]
    name: str
    cid_keyed: bool
    codes: dict[str, tuple[int, float]] = field(default_factory=dict)

    def code(self, char: str) -> tuple[int, float] | None:
        """Code and width of a character; None where the font has none."""
        if char not in self.codes:
            glyph = self.cmap.get(ord(char))
            if glyph is None:
                return None
            number = int(glyph[3:]) if self.cid_keyed else self.tt.getGlyphID(glyph)
            self.codes[char] = (number, self.tt["hmtx"][glyph][0] * 1000 / self.tt["head"].unitsPerEm)
        return self.codes[char]


def open_font(path: Path) -> Font | None:
    """A font of a file, the simplified Chinese face of a collection first; None if it cannot be used or must not be embedded."""
    try:
        data = path.read_bytes()
        number = _face(path, data)
        tt = TTFont(io.BytesIO(data), fontNumber=number, lazy=True)
        cmap = tt.getBestCmap()
        if "CFF2" in tt or not cmap or ("OS/2" in tt and tt["OS/2"].fsType & 0x0002):  # restricted: the licence forbids embedding
            return None
        keyed = "CFF " in tt and hasattr(tt["CFF "].cff.topDictIndex[0], "ROS")
        for table in ("head", "hhea", "hmtx"):  # read now: sheets are drawn in threads, and a file that is read as needed has one place where it reads
            tt[table]
        tt.getGlyphOrder()
        name = tt["name"].getDebugName(6) or path.stem
    except Exception:  # whatever a damaged font file raises
        return None
    return Font(path, data, number, tt, cmap, "".join(c for c in name if c.isalnum() or c == "-"), keyed)


def _face(path: Path, data: bytes) -> int:
    if path.suffix.lower() not in (".ttc", ".otc"):
        return -1
    from fontTools.ttLib import TTCollection

    with TTCollection(io.BytesIO(data), lazy=True) as held:
        names = [str(face["name"].getDebugName(4) or "") for face in held.fonts]
    return next((i for i, name in enumerate(names) if " SC" in name and "Mono" not in name), 0)


def candidates() -> list[Path]:
    """Font files that may hold Chinese letters: installed packages first, so that machines agree, then the system's."""
    paths = []
    for package, name in PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.submodule_search_locations:
            paths.append(Path(next(iter(spec.submodule_search_locations))) / name)
    held = {file.name: file for folder in _folders() if folder.is_dir() for file in sorted(folder.rglob("*"), reverse=True) if file.suffix.lower() in (".ttf", ".otf", ".ttc", ".otc")}
    return [path for path in [*paths, *(held[name] for name in NAMES if name in held)] if path.is_file()]


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


@lru_cache(maxsize=4)
def chinese_font(given: str = "") -> Font | None:
    """The font to draw with: the one given, else the first of packages and of the system that has Chinese letters; None if there is none."""
    for path in ([Path(given)] if given else []) + candidates():
        font = open_font(path)
        if font is not None and all(ord(char) in font.cmap for char in SAMPLE):
            return font
    return None


def fonts_for(texts: Iterable[str], given: str = "") -> tuple[Font, ...]:
    """The fonts that some texts need, in order: further ones are opened only for characters that those before lack."""
    first = chinese_font(given)
    if first is None:
        return ()
    fonts = [first]
    lacking = missing_characters(texts, fonts)
    for path in [*([Path(given)] if given else []), *candidates()] if lacking else ():
        font = open_font(path)
        if font is not None and path != first.path and any(ord(char) in font.cmap for char in lacking):
            fonts.append(font)
            lacking = missing_characters(lacking, fonts)
        if not lacking:
            break
    return tuple(fonts)


def missing_characters(texts: Iterable[str], fonts: Iterable[Font]) -> list[str]:
    """Characters that none of the fonts has, in order of their code."""
    held = list(fonts)
    return sorted({char for text in texts for char in text if not char.isspace() and all(ord(char) not in font.cmap for font in held)})


def embedded(font: Font, chars: Iterable[str]) -> tuple[bytes, str]:
    """The subset of a font with these characters, and what kind of font program it is: `CIDFontType0C` or `TrueType`."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = True
    options.notdef_outline = True
    options.retain_gids = not font.cid_keyed
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vmtx", "vhea", "fvar", "gvar", "avar", "HVAR", "STAT", "MVAR"]
    options.recalc_timestamp = False
    options.name_IDs = []
    maker = subset.Subsetter(options)
    tt: Any = TTFont(io.BytesIO(font.data), fontNumber=font.number, lazy=True, recalcTimestamp=False)
    maker.populate(unicodes=[ord(char) for char in chars])
    maker.subset(tt)
    if "CFF " in tt:
        return tt["CFF "].compile(tt), "CIDFontType0C"
    held = io.BytesIO()
    tt.flavor = None
    tt.save(held, reorderTables=False)
    return held.getvalue(), "TrueType"
