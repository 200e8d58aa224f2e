"""What the study says about its sheets, complete and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    rose = tuple(float(v) for v in said.get("wind_rose", ()) if str(v).replace(".", "", 1).isdigit())
    return Settings(
        size=said.get("size", "A3"), orientation=said.get("orientation", "landscape"), scale=int(said.get("scale", 0) or 0), kinds=tuple(said.get("kinds", ("all",))),
        atlas=tuple(said.get("atlas", ("status",))), compiler=said.get("compiler", ""), client=said.get("client", ""), map_number=said.get("map_number", ""),
        drawing_date=str(said.get("drawing_date") or ""), wind_rose=rose if len(rose) in (4, 8, 16) else (), png=said.get("png", "district"), geotiff=said.get("geotiff", "no") == "yes",
        font=said.get("font", ""), coordinates=study.audience != "public")
