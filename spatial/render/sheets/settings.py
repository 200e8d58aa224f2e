"""What the study says about its sheets, complete and checked."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from spatial.errors import Finding, first_of, found
from spatial.render.fonts import open_font
from spatial.schema.study import Study


@dataclass(frozen=True)
class Settings:
    """The keys of [sheets]."""

    size: str
    orientation: str
    scale: int
    kinds: tuple[str, ...]
    atlas: tuple[str, ...]
    compiler: str
    client: str
    map_number: str
    drawing_date: str
    wind_rose: tuple[float, ...]
    png: str
    geotiff: bool
    font: str
    coordinates: bool


def settings_of(study: Study) -> Settings:
    """Settings of a study; a public edition shows no coordinates."""
    said: Mapping[str, Any] = study.sheets
    return Settings(
        size=said.get("size", "A3"), orientation=said.get("orientation", "landscape"), scale=int(said.get("scale", 0) or 0), kinds=_names(said.get("kinds", ("all",))),
        atlas=_names(said.get("atlas", ("status",))), compiler=said.get("compiler", ""), client=said.get("client", ""), map_number=said.get("map_number", ""),
        drawing_date=str(said.get("drawing_date") or ""), wind_rose=_rose(said), png=said.get("png", "district"), geotiff=said.get("geotiff", "no") == "yes",
        font=said.get("font", ""), coordinates=study.audience != "public")


def _names(said: Iterable[str]) -> tuple[str, ...]:
    """Names of kinds, one by one or in one text with commas, as `--set` gives them."""
    return tuple(name.strip() for text in said for name in re.split("[,，、]", text) if name.strip())


def problems(study: Study) -> list[Finding]:
    """What cannot be used among the keys of [sheets]: each is left out and told."""
    said: Mapping[str, Any] = study.sheets
    told = []
    if said.get("wind_rose") and not _rose(said):
        told.append(found("sheets.bad_wind_rose", field="sheets.wind_rose", value_seen=first_of((str(one)[:10] for one in said["wind_rose"]), 20)))
    if said.get("font") and open_font(study.path.parent / said["font"]) is None:
        told.append(found("sheets.bad_font", field="sheets.font", path=said["font"]))
    return told


def _rose(said: Mapping[str, Any]) -> tuple[float, ...]:
    """Frequencies of 8 or 16 directions; nothing where one of them is no frequency, since the others would stand for wrong directions."""
    try:
        rose = tuple(float(value) for value in said.get("wind_rose", ()))
    except ValueError:
        return ()
    good = len(rose) in (8, 16) and all(math.isfinite(value) and value >= 0 for value in rose) and any(rose)
    return rose if good else ()
