"""Which numbers of a web page are written in white on no colour: what the tags around a text say of its ink and its ground."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import NamedTuple

_INK, _GROUND = re.compile(r"(?:^|[;{\s])color\s*:\s*([^;}!]+)", re.I), re.compile(r"background(?:-color)?\s*:\s*([^;}!]+)", re.I)
_WHITE = re.compile(r"#fff(?:f{3})?|white|rgba?\(\s*255\s*,\s*255\s*,\s*255\s*(?:,\s*1(?:\.0+)?\s*)?\)", re.I)
_NONE = re.compile(r"transparent|none|inherit|initial|unset|auto|0", re.I)
_NUMBER = re.compile(r"[¥￥(+-]*(?:0|[1-9][\d,]*)?(?:\.\d+)?[)%％]?")
_DAY = re.compile(r"(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_LEVELS = ("body", "table", "section", "tr", "cell")
_SECTIONS = ("thead", "tbody", "tfoot")


class Coat(NamedTuple):
    """What one tag says: whether its ink is white (None: it says nothing), and whether its ground has a colour."""

    white: bool | None = None
    ground: bool | None = None


def coat_of(said: Mapping[str, str | None], look: str) -> Coat:
    """What the attributes and the style of a tag say."""
    inks = _INK.findall(look) or ([said["color"]] if said.get("color") else [])
    grounds = _GROUND.findall(look) or ([said["bgcolor"]] if said.get("bgcolor") else [])
    ink, ground = ((said_last or "").strip() for said_last in ((inks or [""])[-1], (grounds or [""])[-1]))
    return Coat(_WHITE.fullmatch(ink) is not None if ink else None, _WHITE.fullmatch(ground) is None and _NONE.fullmatch(ground.split(" ")[0]) is None if ground else None)


@dataclasses.dataclass
class Inks:
    """The coats of the tags that are open."""

    outer: dict[str, Coat] = dataclasses.field(default_factory=dict)
    inner: list[tuple[str, Coat]] = dataclasses.field(default_factory=list)
    pale: list[bool] = dataclasses.field(default_factory=list)  # of each text of the open cell

    def enter(self, tag: str, said: Mapping[str, str | None], look: str) -> None:
        """A tag around cells: what stood open on its level and below ends with it."""
        level = "section" if tag in _SECTIONS else "cell" if tag in ("td", "th") else tag
        self.outer = {name: coat for name, coat in self.outer.items() if _LEVELS.index(name) < _LEVELS.index(level)} | {level: coat_of(said, look)}
        self.inner, self.pale = [], []

    def enter_in(self, tag: str, said: Mapping[str, str | None], look: str) -> None:
        """A tag inside a cell."""
        self.inner.append((tag, coat_of(said, look)))

    def close_in(self, tag: str) -> None:
        at = next((i for i in range(len(self.inner) - 1, -1, -1) if self.inner[i][0] == tag), None)
        self.inner = self.inner if at is None else self.inner[:at]

    def write(self, text: str) -> None:
        """Note in what ink a text of the open cell stands: the innermost that is said, on whatever ground is."""
        if text.strip():
            coats = [*self.outer.values(), *(coat for _, coat in self.inner)]
            inks, grounds = ([told for told in said if told is not None] for said in zip(*coats, strict=True)) if coats else ([], [])
            self.pale.append(bool(inks) and inks[-1] and not (grounds and grounds[-1]))

    def hides(self, text: str) -> bool:
        """Whether the open cell holds a number other than zero, or a day, in white alone."""
        return bool(self.pale) and all(self.pale) and (_DAY.fullmatch(text) is not None or _NUMBER.fullmatch(text) is not None and text.strip("¥￥()+-,.%％0") != "")
