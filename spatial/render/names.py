"""File names made from data: safe on every system, short enough in bytes, and distinct even where a system ignores case or composes accents."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable

from pathvalidate import Platform, sanitize_filename

MOST_BYTES = 120  # of the stem: with folder and suffix it fits every system's limit of 255 bytes
FORMATTING = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # controls, marks of direction, surrogates, private use: invisible in a listing


def file_names(texts: Iterable[str], *, prefix: str = "") -> dict[str, str]:
    """A file stem for each distinct text, in order.

    Parameters
    ----------
    texts : names from data, of any content
    prefix : put before every stem, e.g. a page number's letter; not from data

    Returns
    -------
    dict of text -> stem
        The text itself where it is fit for a file name and no other meets it after case folding and normalisation; else cleaned, cut
        on a whole character, and marked with a few digits of a hash of the text. The order of texts does not matter to a stem.
    """
    listed = list(dict.fromkeys(texts))
    stems = {text: _fit(prefix + text) for text in listed}
    taken: dict[str, list[str]] = {}
    for text, stem in stems.items():
        taken.setdefault(same_file(stem), []).append(text)
    return {text: stem if stem and stem == prefix + text and len(taken[same_file(stem)]) == 1 else _marked(stem, text) for text, stem in stems.items()}


def same_file(stem: str) -> str:
    """What file systems that ignore case and compose accents hold for one name."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", stem).casefold())


def _fit(text: str) -> str:
    plain = "".join(" " if unicodedata.category(letter) in ("Zl", "Zp") else letter for letter in unicodedata.normalize("NFC", text)
                    if unicodedata.category(letter) not in FORMATTING)
    clean = sanitize_filename(plain, replacement_text="_", platform=Platform.UNIVERSAL).strip(" .")
    return _cut(clean.replace("%", "_").lstrip("-~"), MOST_BYTES)


def _cut(text: str, most: int) -> str:
    """The longest beginning of a text within some bytes, no character halved."""
    return text.encode("utf-8")[:most].decode("utf-8", errors="ignore").strip(" .")


def _marked(stem: str, text: str) -> str:
    mark = hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()[:8]
    return f"{_cut(stem, MOST_BYTES - 9)}-{mark}".lstrip("-") if stem else mark
