"""A small district on disk: four parcels and a carrier in EPSG:4549, ledgers as CSV, and a study file to change."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box

from spatial import pipeline
from spatial.read.study import load_study
from spatial.schema.result import Result

X, Y = 520_000, 3_340_000
SHAPES = {"A": box(X, Y, X + 200, Y + 200), "B": box(X + 400, Y, X + 600, Y + 100), "C": box(X, Y + 400, X + 300, Y + 500),
          "D": box(X + 400, Y + 400, X + 500, Y + 500)}
CARRIER = box(X - 10, Y - 10, X + 450, Y + 210)  # all of A, 50 of the 200 m of B

STUDY = """
[study]
name = "四块地"
as_of = 2020-12-31
period = [2020-01-01, 2020-12-31]
{study}
[join]
{join}
[rules]
{rules}
[layers.parcels]
path = "parcels.gpkg"
{parcels}
[layers.carriers]
path = "carriers.gpkg"
{layers}
"""


@lru_cache
def _plain() -> dict[str, bytes]:
    """The layers that every district begins with, written once."""
    parcels = gpd.GeoDataFrame({"parcel_id": list(SHAPES), "land_use": ["1001"] * 4}, geometry=list(SHAPES.values()), crs=4549)
    carriers = gpd.GeoDataFrame({"carrier_id": ["甲园"], "carrier_type": ["开发区"]}, geometry=[CARRIER], crs=4549)
    with tempfile.TemporaryDirectory() as folder:
        for name, layer in (("parcels", parcels), ("carriers", carriers)):
            layer.to_file(Path(folder) / f"{name}.gpkg")
        return {path.name: path.read_bytes() for path in Path(folder).glob("*.gpkg")}


class District:
    """Files of a study that a test can change before it runs."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.parts = {"study": "", "join": "", "rules": "", "parcels": "", "layers": ""}
        for name, data in _plain().items():
            (folder / name).write_bytes(data)

    def layer(self, name: str, columns: dict[str, list[Any]], shapes: list[Any], crs: Any = 4549) -> None:
        path = self.folder / name
        path.unlink(missing_ok=True)
        gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(path)

    def ledger(self, role: str, rows: list[dict[str, Any]], mapping: str = "") -> None:
        columns = list(dict.fromkeys(name for row in rows for name in row))
        with (self.folder / f"{role}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        self.parts["layers"] += f'[layers.{role}]\npath = "{role}.csv"\n{mapping}\n'

    def write(self) -> Path:
        path = self.folder / "study.toml"
        path.write_text(STUDY.format(**self.parts), encoding="utf-8")
        return path

    def run(self, **options: Any) -> pipeline.Run:
        """The study as the command runs it, with all its files."""
        return pipeline.run(self.write(), **options)

    def analyse(self, **options: Any) -> pipeline.Run:
        """The study without its files, which take twice as long as everything before them: for what is asked of figures and findings."""
        return pipeline.Run.of(pipeline.analyse(load_study(self.write(), **options)))


def analysed(district: District, **options: Any) -> Result:
    """The study without its files written and without the other readings of its rules."""
    return pipeline.analyse(load_study(district.write(), **options), sensitivity=False)


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


@pytest.fixture
def value() -> Callable[..., Any]:
    def one(run: pipeline.Run, indicator: str, zone: str = "study_area", key: str = "value") -> Any:
        rows = run.result.values
        return rows[(rows["indicator"] == indicator) & (rows["zone"] == zone)].iloc[0][key]

    return one
