"""Land uses written with their code or a note: 工业用地(M1), M1工业用地, 工业用地（标准地）; read where word and code agree, told where they do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

_OPEN, _SHUT = "([【（", ")]】）"
_SHAPE = re.compile(r"(?P<head>[(\[【][A-Z0-9]+[)\]】])?\s*(?P<base>[^()\[\]【】]+?)\s*(?P<tail>(?:[(\[【][^()\[\]【】]*[)\]】]\s*)*)", re.I)
_CODE = r"[A-Z]\d{0,2}|\d{4}|\d{6}"
_AFFIXED = re.compile(rf"(?P<a>{_CODE})类?[\s\-—_:：.]*(?P<b>[^\W\dA-Z_]\D*)|(?P<c>\D*[^\W\dA-Z_])[\s\-—_:：.]*(?P<d>{_CODE})类?", re.I)
_PARTS = re.compile(r"[/、,，;；+＋&和与\s]+")
_ASCII = re.compile(r"[!-~]+")
_TURNED = re.compile(r"[改转拟原曾变撤废非不无]|调整|注销|收回|待定|[商住路绿仓农]")  # a note that may take back what the word says, or be of another use


class Paired(NamedTuple):
    """What such a cell says: its code (None where its parts contradict each other), and whether it has a note besides."""

    code: str | None
    noted: bool


def reader(known: Mapping[str, str], survey: Mapping[str, str], plain: Callable[[str], str]) -> Callable[[str], Paired | None]:
    """A reader of texts that are no word or code themselves; None where they are no use with its code or note.

    Parameters
    ----------
    known : plain word or code -> code of 用地用海
    survey : code of 三调 -> code of 用地用海
    plain : brings a text to the form of `known`
    """
    stems = {word.removesuffix("用地"): code for word, code in known.items() if len(word.removesuffix("用地")) > 1 and not word.isascii()}

    def meant(word: str) -> set[str]:
        """The codes that a word, or a code of either system, may mean."""
        key = plain(word)
        codes = {known[key]} if key in known else {stems[key]} if key in stems else set()
        return codes | ({survey[word]} if word in survey else set())

    def one(text: str) -> Paired | None:
        shape = _SHAPE.fullmatch(text.strip())
        if shape is None:
            return None
        said = [meant(shape["head"][1:-1])] if shape["head"] else []
        affixed = _AFFIXED.fullmatch(shape["base"])
        if base := meant(shape["base"]):
            said.append(base)
        elif affixed:
            said += [meant(affixed["a"] or affixed["d"]), meant(affixed["b"] or affixed["c"])]
        else:
            return None
        noted = False
        for content in (part.strip() for part in re.split(r"[()\[\]【】]", shape["tail"]) if part.strip()):
            parts = [part for part in _PARTS.split(content) if part]
            codes = [meant(part) for part in parts]
            if all(codes):
                said += codes
            elif any(codes) or any(_ASCII.fullmatch(part) for part in parts) or _TURNED.search(content.replace("非标准地", "")) or any(stem in content for stem in stems):
                return None
            else:
                noted = True
        return None if not all(said) or len(said) < 2 and not noted else Paired(_agreed(said), noted)

    return one


def _agreed(said: Iterable[set[str]]) -> str | None:
    """The finest use that all parts allow, or the one above finer ones that stand side by side; None where they are uses apart."""
    held: list[set[str]] = [set(codes) for codes in said]
    certain = [next(iter(codes)) for codes in held if len(codes) == 1]
    chosen = [next((code for code in sorted(codes) if any(_in_line(code, other) for other in certain)), min(codes)) for codes in held]
    finest, widest = max(chosen, key=len), min(chosen, key=len)
    if all(finest.startswith(code) for code in chosen):
        return finest
    return widest if all(code.startswith(widest) for code in chosen) else None


def _in_line(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def outside_brackets(pattern: re.Pattern[str], text: str) -> list[str]:
    """The parts of a text between the signs that a pattern finds outside brackets; a part that is a bracket alone stays with the one before it."""
    depth, level = 0, [0]  # brackets that are open before each character
    for c in text:
        depth += (c in _OPEN) - (c in _SHUT and depth > 0)
        level.append(depth)
    parts, begun = [], 0
    for match in pattern.finditer(text):
        if level[match.start()]:
            continue
        parts.append(text[begun:match.start()])
        begun = match.end()
    parts.append(text[begun:])
    joined: list[str] = []
    for part in (part.strip() for part in parts):
        if joined and re.fullmatch(r"[(（\[【][^()（）]*[)）\]】]", part):
            joined[-1] = f"{joined[-1]}{part}"
        elif part:
            joined.append(part)
    return joined
