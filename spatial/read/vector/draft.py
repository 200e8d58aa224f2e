"""A layer as it comes out of a container, before its cells and headers are tidied; and where its findings belong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.errors import Finding, Refused, first_of, found
from spatial.read.vector.asleep import Asleep


@dataclass(frozen=True, slots=True)
class Place:
    """Which input is being read: the role, the path as the study writes it, the layer and the encoding asked for."""

    role: str
    shown_path: str
    layer: str | None = None
    encoding: str | None = None
    known_names: tuple[tuple[str, ...], ...] = ()  # those that the study states, then those of each field

    def finding(self, code: str, **values: Any) -> Finding:
        values.setdefault("path", self.shown_path)
        return found(code, role=self.role, **values)

    def refuse(self, code: str, **values: Any) -> Refused:
        return Refused([self.finding(code, **values)])


@dataclass(slots=True)
class Draft:
    """Columns in file order (names may repeat), geometry as shapely objects or None, row numbers as in the file."""

    driver: str
    layer: str
    columns: list[tuple[str, NDArray[Any] | Asleep]]
    geometry: NDArray[Any] | None
    rows: NDArray[np.int64]
    crs: str = ""
    crs_from: str = ""
    encoding: str = "UTF-8"
    encoding_from: str = ""
    findings: list[Finding] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    meanings: dict[str, dict[str, str]] = field(default_factory=dict)  # column -> code -> what it means by the file's own table


def objects(values: list[Any]) -> NDArray[Any]:
    """A list as an object array of the same length, nested lists left as they are."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def choose(names: list[str], place: Place) -> str:
    """The one layer there is, or the one that the study names; anything else is refused with the list."""
    shown = first_of(names, 30)
    if not names:
        raise place.refuse("container.no_layers")
    if place.layer is not None:
        if place.layer not in names:
            raise place.refuse("container.no_such_layer", layer=place.layer, value_seen=shown)
        return place.layer
    if len(names) > 1:
        raise place.refuse("container.several_layers", value_seen=shown, count=len(names))
    return names[0]
