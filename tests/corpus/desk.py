"""An office's desk: a folder with a carrier layer and whatever a case puts beside it, and the study that reads it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
from pyproj import CRS

from spatial import pipeline
from spatial.read.study import load_study
from spatial.schema.result import Result
from tests.corpus.ground import CARRIER, COLUMNS, METRIC, SHAPES, in_crs

STUDY = """
[study]
name = "案例"
as_of = 2022-12-31
period = [2020-01-01, 2022-12-31]
{study}
[join]
{join}
[layers.parcels]
path = {path}
{layer}
[layers.carriers]
path = {carriers}
{carrier_layer}
"""


@lru_cache
def _carriers() -> bytes:
    """The carrier layer that lies on every desk, written once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "carriers.gpkg"
        pyogrio.write_dataframe(gpd.GeoDataFrame({"carrier_id": ["甲园"], "carrier_type": ["开发区"]}, geometry=[CARRIER], crs=METRIC), path)
        return path.read_bytes()


class Desk:
    """Files of one case; `study` writes the study file with the keys that the case needs."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.carriers = "carriers.gpkg"
        self.carrier_layer = ""
        self.path = "parcels.gpkg"
        self.layer = ""
        self.study_keys = ""
        self.join_keys = ""
        (folder / "carriers.gpkg").write_bytes(_carriers())

    def frame(self, columns: dict[str, Any] | None = None, shapes: Sequence[Any] | None = None, epsg: int | None = METRIC) -> gpd.GeoDataFrame:
        """The ground as a frame in a system, or other shapes as they are."""
        given = in_crs(epsg or METRIC) if shapes is None else list(shapes)
        return gpd.GeoDataFrame(COLUMNS if columns is None else columns, geometry=list(given), crs=epsg)

    def write(self, name: str, columns: dict[str, Any] | None = None, shapes: Sequence[Any] | None = None, epsg: int | None = METRIC, **options: Any) -> Path:
        """A layer through GDAL; it becomes the parcels unless its name says carriers."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pyogrio.write_dataframe(self.frame(columns, shapes, epsg), path, **options)
        return self.named(path)

    def named(self, path: Path) -> Path:
        if not path.name.startswith("carriers"):
            self.path = path.relative_to(self.folder).as_posix()
        return path

    def text(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        return self.bytes(name, text.encode(encoding))

    def bytes(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return self.named(path)

    def study(self) -> Path:
        text = STUDY.format(study=self.study_keys, join=self.join_keys, path=json.dumps(self.path, ensure_ascii=False), layer=self.layer,
                            carriers=json.dumps(self.carriers), carrier_layer=self.carrier_layer)
        path = self.folder / "study.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def analyse(self) -> Result:
        """Everything but the output files."""
        return pipeline.analyse(load_study(self.study()))

    def state(self) -> dict[str, str]:
        """Every file with its hash, to see that none is changed or added."""
        return {p.relative_to(self.folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(self.folder.rglob("*")) if p.is_file()}


def same_ground(epsg: int) -> list[Any]:
    return list(in_crs(epsg))


def wkt1(epsg: int) -> str:
    """A .prj as desktop GIS write it."""
    return str(CRS.from_epsg(epsg).to_wkt("WKT1_ESRI"))


__all__ = ["SHAPES", "Desk", "same_ground", "wkt1"]
