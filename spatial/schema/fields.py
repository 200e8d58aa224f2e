"""What a valid layer looks like: kinds of layers and their fields, as rows built from layers/*.toml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from spatial.characters import round_brackets, simplified
from spatial.schema.day_names import day_in_full, not_yet
from spatial.units import parse_unit

FieldType = Literal["id", "ids", "text", "category", "quantity", "number", "integer", "date", "boolean", "coordinate", "bounded"]
LONGEST_KEPT = 200  # a header is shorter; a cell that is taken for one may not be
_SUFFIXLESS = {"", "ratio", "count", "person", "m"}  # units that add nothing to a column's name


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical field: what it is called, in what unit it is kept, and by which headers offices know it."""

    name: str
    type: FieldType
    zh: str
    en: str
    unit: str = ""  # base unit for quantities
    default_unit: str = ""  # taken where neither header nor study states one
    required: bool = False
    aliases: tuple[str, ...] = ()
    categories: Mapping[str, tuple[str, ...]] | None = None  # code -> words that mean it
    codes: str = ""  # name of a code table in layers/codes

    @property
    def column(self) -> str:
        """Name of the field's column in a normalised frame, with its unit."""
        return self.name if self.unit in _SUFFIXLESS else f"{self.name}_{self.unit}"


@dataclass(frozen=True, slots=True)
class Ask:
    """Headers that do not say which of `fields` they mean, or, with `beside`, whether the figures of those fields are in theirs."""

    headers: tuple[str, ...]
    fields: tuple[str, ...]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of layer (parcels, supply, ...): its geometry and its fields."""

    name: str
    zh: str
    en: str
    geometry: Literal["polygon", "point", "any", "optional", "none"]
    key: str  # the field that names a row, "" where rows have no name of their own
    fields: tuple[Field, ...]
    one_of: tuple[str, ...] = ()  # at least one of these must be present
    ask: tuple[Ask, ...] = ()

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)


# what stands around a name on forms: stars of required fields, footnote numbers behind a bracket, the number of the column
_MARKS = re.compile(r"^[*★☆※▲△●◆■□√#]+\s*|^(?:\(\d{1,2}\)|\d{1,2}[.、．])\s*(?=[^\d\s])|\s*[*★☆※▲△●◆■□]+$|(?<=[)\]])\d{1,2}$")


def same_header(text: object) -> str:
    """The form in which headers are compared: NFKC, simplified characters, no line breaks, trimmed, no case, and without stars, footnote marks and the number of a column."""
    written = str(text)
    return _compared(written) if len(written) > LONGEST_KEPT else _kept(written)


def _compared(text: str) -> str:
    plain = _MARKS.sub("", round_brackets(simplified(unicodedata.normalize("NFKC", text))).strip())
    return re.sub(r"\s+", " ", plain.replace("\n", "").replace("\r", "")).strip().casefold()


_kept = lru_cache(maxsize=8192)(_compared)  # every alias is compared with every header of every table: thousands of times the same few texts


def bare_header(text: object) -> str:
    """A header without the unit in brackets or after a slash: `面积(亩)` and `面积/亩` are `面积`; other slashes stand between a group and its columns.

    A bracket that says which day it is belongs to the name: `竣工时间(约定)` is `约定竣工时间`, and never `竣工时间`.
    A name that its width cut inside the bracket, `面积(公`, is `面积` too: its unit is not known.
    """
    plain = same_header(text)
    head, slash, tail = plain.rpartition("/")
    if slash and parse_unit(tail):
        return head.strip()
    apart = re.fullmatch(r"([^()]+?(?:\([^()]*\)[^()]*?)?)\s*[ —:_-]\s*([^\s()]+)", plain)
    if apart and not (apart[1].isascii() and apart[2].isascii()) and parse_unit(apart[2]):
        return apart[1].strip()
    behind = re.fullmatch(r"([^()]+)\(([^()]+)\)", plain)
    if behind and (full := day_in_full(behind[1].strip(), [behind[2]]) or [plain] * not_yet(behind[1].strip(), [behind[2]])):
        return full[0]
    return re.sub(r"(\([^()]*\)?|\[[^\[\]]*\]?)$", "", plain).strip()


def cut_in_unit(text: object) -> bool:
    """Whether a header ends inside the bracket that would tell its unit, as ten-byte names of shapefiles do."""
    return re.search(r"[(\[][^()\[\]]*$", same_header(text)) is not None


Kinds = Mapping[str, Kind]


def kind_of(role: str, kinds: Kinds) -> Kind | None:
    """The kind a role of the study file plays: `zones.townships` is zones, `attributes.tax` is attributes."""
    head = role.split(".")[0]
    return kinds.get("parcels" if head == "parcels_before" else "carriers" if head == "zones" else head)
