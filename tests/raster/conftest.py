"""A district with a raster: 100 m cells over the four parcels of the flow district, and a study file to change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import rasterio
from affine import Affine

from spatial import pipeline
from spatial.read.study import load_study
from tests.flow.conftest import District, X, Y

CELL = 100
LEFT, TOP = X - 200, Y + 800  # 10 x 10 cells of 100 m; A is rows 6-7 of columns 2-3, B row 7 of 6-7, C row 3 of 2-4, D row 3 of 6


class Scene(District):
    """The district, its raster, and what a run says of it."""

    def raster(self, cells: Any, *, name: str = "r.tif", crs: Any = "EPSG:4549", transform: Any = None, write: Callable[[Any], None] | None = None, **profile: Any) -> Path:
        """Write a GeoTIFF (rows x columns, or bands x rows x columns)."""
        cells = np.asarray(cells)
        bands = cells if cells.ndim == 3 else cells[None]
        path = self.folder / name
        where = Affine(CELL, 0, LEFT, 0, -CELL, TOP) if transform is None else transform
        with rasterio.open(path, "w", driver="GTiff", width=bands.shape[2], height=bands.shape[1], count=bands.shape[0], dtype=bands.dtype, crs=crs, transform=where, **profile) as out:
            out.write(bands)
            if write:
                write(out)
        return path

    def imagery(self, text: str = "", *, name: str = "", path: str = "r.tif") -> None:
        self.parts["layers"] += f'[layers.imagery{"." + name if name else ""}]\npath = "{path}"\n{text}\n'

    def parcels(self) -> pd.DataFrame:
        """The parcels of a run, everything but its files."""
        self.result = pipeline.analyse(load_study(self.write()))
        return pd.DataFrame(self.result.parcels).set_index("parcel_id")

    def codes(self) -> list[str]:
        """Codes of everything that a run would find, in a refused one too."""
        return [finding.code for finding in pipeline.check(self.write())]

    def told(self) -> list[str]:
        """Codes of the findings of the run that `parcels` made."""
        return [finding.code for finding in self.result.findings]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def ramp() -> Any:
    """Cells whose value is 10 x row + column, as float32."""
    return np.arange(100, dtype="float32").reshape(10, 10)


@pytest.fixture
def value() -> Callable[..., Any]:
    def one(result: Any, indicator: str, zone: str = "study_area", key: str = "value") -> Any:
        rows = result.values
        return rows[(rows["indicator"] == indicator) & (rows["zone"] == zone)].iloc[0][key]

    return one
