"""Numbers of several lots written short: 杭政工出〔2020〕3、4号 is 杭政工出〔2020〕3号 and 杭政工出〔2020〕4号."""

from __future__ import annotations

import re
import unicodedata

MOST = 10  # lots of a range: a longer one is no list of the lots of one contract
SIGNS = "[、,，;；/和与及至到~～-]"  # between lots: an id that has one may be one lot, and is not taken apart where a parcel has it
_YEAR = r"(?:19|20)\d{2}"
_ITEM = r"\d{1,4}(?:-\d{1,3})?"
_LOT = rf"{_ITEM}(?:号)?(?:宗地|地块)?"
_AND = r"\s*(?:[、,;]|/|以?及|和|与)\s*"
_HEAD = rf".*?[^\W\d].*?(?:[〔(\[]\s*{_YEAR}\s*[〕)\]]|{_YEAR}(?:-|年度?))\s*第?\s*"
_SHORT = re.compile(rf"(?P<head>{_HEAD})(?P<lots>{_LOT}(?:{_AND}第?{_LOT})+)")
_RANGE = re.compile(rf"(?P<head>{_HEAD})(?P<first>\d{{1,4}})(?:号?(?:宗地|地块)?\s*[至到~]\s*|号\s*[-—]\s*)第?(?P<last>\d{{1,4}})号(?:宗地|地块)?")


def lots(text: str) -> tuple[str, ...]:
    """The lots of a text that names several with one head, each in full; () for any other text.

    A range is taken apart where it says so (3号至5号, 3~5号): 3-5号 may be one lot. A slash stands between lots only where the text says 号.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := _RANGE.fullmatch(plain):
        first, last = int(match["first"]), int(match["last"])
        return tuple(f"{match['head']}{number}号" for number in range(first, last + 1)) if first < last < first + MOST else ()
    match = _SHORT.fullmatch(plain)
    if match is None or "/" in match["lots"] and "号" not in match["lots"]:
        return ()
    return tuple(dict.fromkeys(f"{match['head']}{number}号" for number in re.findall(_ITEM, match["lots"])))
