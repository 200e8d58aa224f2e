"""Which band is which: from the study, or from the names that the file gives its bands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

INDEX_BANDS: dict[str, tuple[str, ...]] = {
    "ndvi": ("nir", "red"), "ndbi": ("swir", "nir"), "mndwi": ("green", "swir"), "cover": ("green", "red", "nir", "swir"), "slope": (),
}
WORDS: dict[str, tuple[str, ...]] = {
    "blue": ("blue", "b02", "b2", "蓝"), "green": ("green", "b03", "b3", "绿"), "red": ("red", "b04", "b4", "红"),
    "nir": ("nir", "nir1", "b08", "b8", "近红外"), "swir": ("swir", "swir1", "b11", "短波红外"),
}


def bands_of(descriptions: Sequence[str | None], stated: Mapping[str, Any]) -> dict[str, int]:
    """Colour -> band number: what the study states, else the band whose description is one of the colour's words."""
    plain = [re.sub(r"[^0-9a-z一-鿿]", "", str(name or "").lower()) for name in descriptions]
    said = {colour: plain.index(word) + 1 for colour, words in WORDS.items() for word in reversed(words) if word in plain}
    return said | {colour: int(number) for colour, number in stated.items() if isinstance(number, int) and not isinstance(number, bool)}
