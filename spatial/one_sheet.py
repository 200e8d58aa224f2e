"""One printed sheet of any frame, at a true scale, without a study: the layout, the furniture and the fonts are those of the whole set."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from spatial.alone import area_m2
from spatial.crs import CGCS2000, reproject, working_crs
from spatial.errors import Finding, Language, UsageError, nearest
from spatial.read.study import plain_study
from spatial.render.sheets.book import fonts_of, missing
from spatial.render.sheets.frame import PAPERS, SCALES
from spatial.render.sheets.kinds import Kind, kind_of
from spatial.render.sheets.page import Sheet, draw
from spatial.render.sheets.pdf import write_pdf
from spatial.render.sheets.raster import picture
from spatial.render.sheets.settings import settings_of
from spatial.render.sheets.themes import STUDY_AREA, Sources
from spatial.render.styles import PALETTES
from spatial.schema.result import INPUT_COLUMNS, VALUE_COLUMNS, ZONE_COLUMNS, Result
from spatial.schema.study import Study
from spatial.schema.trail import TERM_COLUMNS, Trail

KEYS = ("compiler", "client", "map_number", "drawing_date", "wind_rose", "font")
RAMP = ("#EDF3F8", "#C6DBEA", "#8FBBD9", "#4F90BF", "#1F5F99", "#123B66")


def sheet(layer: gpd.GeoDataFrame, path: Path | str, *, title: str, by: str, as_of: date, limits: Sequence[float] = (), unit: str = "", zones: gpd.GeoDataFrame | None = None,
          zone_name: str = "", scale: int = 0, size: str = "A3", orientation: str = "landscape", source: str = "", language: Language = "zh",
          keys: Mapping[str, Any] | None = None) -> list[Finding]:
    """Draw one sheet of a frame as PDF, or as PNG at 300 dpi where `path` ends in .png.

    Parameters
    ----------
    layer : GeoDataFrame of valid polygons in any CRS; it must state one. Areas on the sheet are ellipsoidal, in mu
    by : column that is shown: numbers in classes of `limits`, or up to some dozen values (land-use codes and land statuses get their official colours)
    as_of : the day the data speak for; it stands on the sheet
    limits : where a class of numbers ends and the next begins, ascending, at most five; by default fifths of the rows, which the sheet says
    unit : unit of the numbers
    zones, zone_name : areas whose outlines and names are drawn, and the column of their names
    scale : 1 : scale, a round one; by default the largest that fits
    source : where the data come from; stands on the sheet
    keys : more keys of [sheets] of a study file: compiler, client, map_number, wind_rose, ...

    Returns
    -------
    list of Finding: what could not be drawn as wished (a cropped map, a character without a glyph); empty where all is well.

    Raises
    ------
    CrsError, UsageError
        For a missing CRS, invalid geometry, a column or paper that is not there, or where no Chinese font is found.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise UsageError(f"path: {path.parent}: 没有这个文件夹 / no such folder")
    _asked(layer, by, size, scale, keys or {})
    study = plain_study("", as_of, language=language)
    study = replace(study, sheets={**study.sheets, **(keys or {}), "size": size, "orientation": orientation, "scale": scale})
    parcels = _in_plane(layer.assign(area_m2=area_m2(layer).to_numpy()))
    result = _result(study, parcels, _zones(zones, zone_name, parcels.crs), source)
    kind = _kind(parcels[by], title, by, limits, unit)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".sheet-") as folder:
        drawn = Path(folder) / "sheet.pdf"
        findings = _draw(result, kind, title, drawn)
        if path.suffix.lower() == ".png":
            picture(str(drawn), 0, str(drawn.with_suffix(".png")))
            drawn = drawn.with_suffix(".png")
        os.replace(drawn, path)
    return findings


def _asked(layer: gpd.GeoDataFrame, by: str, size: str, scale: int, keys: Mapping[str, Any]) -> None:
    """What cannot be drawn is refused before anything is."""
    if not len(layer):
        raise UsageError("layer: 没有任何一行 / no row to draw")
    if by not in layer or not layer[by].notna().any():
        raise UsageError(f"by: {by}: 没有这一列，或全为空 / no such column, or nothing in it; {nearest(by, map(str, layer.columns))}")
    if size not in PAPERS:
        raise UsageError(f"size: {size}: {nearest(size, PAPERS)}")
    if scale < 0 or (scale and not SCALES[0] <= scale <= SCALES[-1]):
        raise UsageError(f"scale: 1:{scale}: 1:{SCALES[0]} – 1:{SCALES[-1]}")
    for name in keys:
        if name not in KEYS:
            raise UsageError(f"keys: {name}: {nearest(name, KEYS)}")


def _in_plane(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The layer in the local plane of its middle."""
    plane = working_crs(tuple(shapely.total_bounds(reproject(np.asarray(layer.geometry.array, dtype=object), layer.crs, CGCS2000))))
    shapes = reproject(np.asarray(layer.geometry.array, dtype=object), layer.crs, plane)
    table = pd.DataFrame(layer.drop(columns=layer.geometry.name)).reset_index(drop=True)
    if "land_use" not in table:
        table["land_use"] = None
    return gpd.GeoDataFrame(table, geometry=shapes, crs=plane)


def _zones(zones: gpd.GeoDataFrame | None, name: str, plane: Any) -> gpd.GeoDataFrame:
    """Zones as carriers are drawn: an outline and a name."""
    if zones is None:
        return gpd.GeoDataFrame({"carrier_id": pd.Series(dtype=object)}, geometry=[], crs=plane)
    area_m2(zones)  # refuses what has no CRS or no valid ground
    if name and name not in zones:
        raise UsageError(f"zone_name: {name}: {nearest(name, map(str, zones.columns))}")
    names = zones[name].astype(str).to_numpy(object) if name else np.full(len(zones), "", dtype=object)
    shapes = reproject(np.asarray(zones.geometry.array, dtype=object), zones.crs, plane)
    return gpd.GeoDataFrame({"carrier_id": [str(n) for n in range(len(zones))], "carrier_name": names}, geometry=shapes, crs=plane)


def _kind(values: pd.Series, title: str, by: str, limits: Sequence[float], unit: str) -> Kind:
    """The kind of sheet that shows a column: numbers in classes, anything else by value."""
    said: dict[str, Any] = {"zh": title, "en": title, "by": by, "unit_zh": unit, "unit_en": unit}
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return kind_of("one", {**said, "palette": by if by in PALETTES else "land_use"})
    given = [float(limit) for limit in limits]
    if not given:
        known = values.dropna().to_numpy(float)
        given = sorted({float(f"{q:.3g}") for q in np.quantile(known[known != 0] if (known != 0).any() else known, [0.2, 0.4, 0.6, 0.8])})
        said |= {"method_zh": "按非零值宗数五等分，取三位有效数字", "method_en": "fifths of the rows that are not zero, to three digits"}
    if given != sorted(set(given)) or len(given) >= len(RAMP):
        raise UsageError(f"limits: {given}: 须递增，至多 {len(RAMP) - 1} 个 / ascending, at most {len(RAMP) - 1}")
    colours = [RAMP[i] for i in np.linspace(0, len(RAMP) - 1, len(given) + 1).round().astype(int)]
    return kind_of("one", {**said, "limits": given, "colours": colours})


def _result(study: Study, parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, source: str) -> Result:
    """A result that holds a layer and nothing else."""
    none = pd.DataFrame()
    return Result(study=study, working_crs=str(parcels.crs), parcels=parcels, carriers=zones, zone_layers={}, pieces=pd.DataFrame(columns=["parcel", "zone", "share", "area_m2"]), ledgers={},
                  zones=pd.DataFrame(columns=list(ZONE_COLUMNS)), values=pd.DataFrame(columns=list(VALUE_COLUMNS)), scorecard=none, balance={}, joins=none,
                  inputs=pd.DataFrame([{"path": source}] if source else [], columns=list(INPUT_COLUMNS)), findings=[], policies=[],
                  trail=Trail(pd.DataFrame(columns=list(TERM_COLUMNS)), {}, {}, ()), readings=none, lists={}, mapping={})


def _draw(result: Result, kind: Kind, title: str, path: Path) -> list[Finding]:
    settings, sources = settings_of(result.study), Sources(result)
    fonts = fonts_of(sources, settings, [kind])
    theme = sources.theme(kind)
    if not fonts or theme is None:
        raise UsageError("没有可用的中文字体 / no Chinese font was found; pip install pylopdf-fonts-zh-cn")
    page, findings = draw(Sheet(theme, STUDY_AREA, title, 1, 1, settings.scale), sources, fonts, settings)
    write_pdf(path, [page], fonts, {n: frozenset(held) for n, held in page.used.items()}, title=title, author=settings.compiler, subject=f"{title} {result.study.as_of}", keywords="", programs={})
    return findings + missing([[page]])
