"""Every file of a run, written into one folder in a fixed order; the manifest last."""

from __future__ import annotations

import importlib.metadata
import platform
from pathlib import Path
from typing import Any

from spatial.errors import Finding, found
from spatial.render.folder import MANIFEST, manifest_rows
from spatial.render.layers import write_geopackage, write_parquet, write_styles
from spatial.render.map import write_map
from spatial.render.parquet import write_parcels
from spatial.render.rasters import FOLDER, write_surfaces
from spatial.render.records import FINDING_COLUMNS, records, results, write_csv, write_json
from spatial.render.report import write_report
from spatial.render.sheets.book import Tick, write_sheets
from spatial.render.state import write_state
from spatial.render.tables import write_tables
from spatial.render.trail import write_trail
from spatial.render.verify import expected_rows, verify
from spatial.schema.blocks import Blocks
from spatial.schema.joined import MATCH_COLUMNS
from spatial.schema.result import BESIDE_COLUMNS, GEOMETRY_COLUMNS, INPUT_COLUMNS, ROW_COLUMNS, SCORE_COLUMNS, Result

LIBRARIES = ("geopandas", "shapely", "pyogrio", "pyproj", "pandas", "numpy", "pyarrow", "folium", "rasterio", "exactextract", "pikepdf", "fonttools")


PARCEL_SHEET = 200_000
"""Parcels that the workbook lists at most."""


def write_outputs(result: Result, folder: Path, *, version: str, parts: Blocks | None = None, tick: Tick = lambda done, total: None) -> list[Finding]:
    """Write results, tables, layers and the map; returns what the outputs themselves had to say.

    Above `engine.large` parcels there is no single-file map, the workbook holds zone tables, and the parcels are Parquet only: each
    with a finding. `parts` gives the geometries in partitions where the frame has none.
    """
    large = len(result.parcels) > result.study.large
    drawn = _left_out(result) if large else [*write_surfaces(result, folder / FOLDER), *write_map(result, folder / "map.html")]
    if not large and result.study.sheets.get("draw", "yes") == "yes":
        drawn += write_sheets(result, folder / "sheets", tick=tick)
    if not large and len(result.parcels) > PARCEL_SHEET:
        drawn = [*drawn, found("output.no_parcel_sheet", role="parcels", field="tables.xlsx", count=len(result.parcels), value_used=PARCEL_SHEET)]
    result.findings.extend(drawn)
    content = results(result)
    write_json(content, folder / "results.json")
    write_csv(content["scorecard"], (*SCORE_COLUMNS, *BESIDE_COLUMNS), folder / "scorecard.csv")
    write_csv(content["findings"], FINDING_COLUMNS, folder / "findings.csv")
    write_csv(records(result.topology, GEOMETRY_COLUMNS) if len(result.topology) else [], GEOMETRY_COLUMNS, folder / "geometry.csv")
    write_csv(records(result.rows, ROW_COLUMNS), ROW_COLUMNS, folder / "rows.csv")
    write_csv(records(result.matches, MATCH_COLUMNS) if len(result.matches) else [], MATCH_COLUMNS, folder / "matches.csv")
    sheets = write_tables(result, folder / "tables.xlsx", parcel_limit=0 if large else PARCEL_SHEET)
    if large:
        write_parcels(result, folder / "parcels.parquet", parts)
        write_state(result, folder / "state.zip")  # from which `spatial map RUN --tiles` is made
    else:
        write_report(result, folder / "report.docx")
        write_parquet(result, folder / "parcels.parquet")
        write_geopackage(result, folder / "layers.gpkg")
        write_styles(result, folder / "styles")
        write_trail(result.trail, folder / "trail.zip")
        write_state(result, folder / "state.zip")
    rows = expected_rows(result, content) | {f"tables.xlsx/{name}": count for name, count in sheets.items()}
    verify(folder, {name: count for name, count in rows.items() if not large or not name.startswith("layers.gpkg")})
    write_json(manifest(result, folder, version), folder / MANIFEST)
    return drawn


def _left_out(result: Result) -> list[Finding]:
    """What a very large run does without."""
    said: dict[str, Any] = {"role": "parcels", "count": len(result.parcels), "value_used": result.study.large}
    return [found("output.no_map_file", field="map.html", **said), found("output.zone_tables_only", field="tables.xlsx", **said),
            found("output.parquet_only", field="layers.gpkg", **said)]


def manifest(result: Result, folder: Path, version: str) -> dict[str, Any]:
    """What went in, how it was read, with which versions, and what came out."""
    return {
        "schema": "spatial-run/1", "version": version,
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES}, "python": platform.python_version(),
        "study": {"path": result.study.path.name, "name": result.study.name},
        "inputs": records(result.inputs, (*INPUT_COLUMNS, "parts")),
        "mapping": {role: dict(fields) for role, fields in result.mapping.items()},
        "policies": result.policies,
        "outputs": manifest_rows(folder),
    }
