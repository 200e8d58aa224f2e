"""Every file of a run, written into one folder in a fixed order; the manifest last."""

from __future__ import annotations

import importlib.metadata
import platform
from pathlib import Path
from typing import Any

from spatial.errors import Finding
from spatial.render.folder import MANIFEST, manifest_rows
from spatial.render.layers import write_geopackage, write_parquet, write_styles
from spatial.render.map import write_map
from spatial.render.rasters import FOLDER, write_surfaces
from spatial.render.records import FINDING_COLUMNS, records, results, write_csv, write_json
from spatial.render.report import write_report
from spatial.render.sheets.book import Tick, write_sheets
from spatial.render.state import write_state
from spatial.render.tables import write_tables
from spatial.render.trail import write_trail
from spatial.render.verify import expected_rows, verify
from spatial.schema.result import BESIDE_COLUMNS, GEOMETRY_COLUMNS, INPUT_COLUMNS, SCORE_COLUMNS, Result

LIBRARIES = ("geopandas", "shapely", "pyogrio", "pyproj", "pandas", "numpy", "pyarrow", "folium", "rasterio", "exactextract", "pikepdf", "fonttools")


def write_outputs(result: Result, folder: Path, *, version: str, tick: Tick = lambda done, total: None) -> list[Finding]:
    """Write results, tables, layers, the map and the sheets; returns what the outputs themselves had to say."""
    drawn = [*write_surfaces(result, folder / FOLDER), *write_map(result, folder / "map.html")]
    if result.study.sheets.get("draw", "yes") == "yes":
        drawn += write_sheets(result, folder / "sheets", tick=tick)
    result.findings.extend(drawn)
    content = results(result)
    write_json(content, folder / "results.json")
    write_csv(content["scorecard"], (*SCORE_COLUMNS, *BESIDE_COLUMNS), folder / "scorecard.csv")
    write_csv(content["findings"], FINDING_COLUMNS, folder / "findings.csv")
    write_csv(records(result.topology, GEOMETRY_COLUMNS) if len(result.topology) else [], GEOMETRY_COLUMNS, folder / "geometry.csv")
    write_parquet(result, folder / "parcels.parquet")
    write_geopackage(result, folder / "layers.gpkg")
    write_styles(result, folder / "styles")
    write_tables(result, folder / "tables.xlsx")
    write_report(result, folder / "report.docx")
    write_trail(result.trail, folder / "trail.zip")
    write_state(result, folder / "state.zip")
    verify(folder, expected_rows(result, content))
    write_json(manifest(result, folder, version), folder / MANIFEST)
    return drawn


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
