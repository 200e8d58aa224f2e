"""One small run from a raster and a shapefile to every kind of output, looked into with other readers than wrote it."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import rasterio
from python_calamine import CalamineWorkbook
from rasterio.transform import Affine

from spatial import pipeline

CARRIER = "甲园"
SETTINGS = ("sheets.kinds=[\"status\"]", "sheets.atlas=[\"none\"]", "sheets.png=none", "sheets.size=A4")
IMAGERY = '[layers.imagery.night]\npath = "night.tif"\nband = 1\ndate = 2022-06-30\n'


def write_raster(folder: Path, west: float, south: float, crs: int) -> None:
    """Cells of 50 m: 7 over the first lot, 3 over the rest of the ground, no value elsewhere."""
    import numpy as np

    cells = np.full((20, 200), 3.0, dtype="float32")
    cells[:, :10] = 7.0
    with rasterio.open(folder / "night.tif", "w", driver="GTiff", width=200, height=20, count=1, dtype="float32", crs=f"EPSG:{crs}", nodata=-1,
                       transform=Affine(50, 0, west, 0, -50, south + 1000)) as out:
        out.write(cells, 1)


def looked_into(study: Path, first: str) -> Iterator[tuple[str, str, str]]:
    """(Chinese name, English name, what is wrong) of each kind of output of one run; `first` is the lot that the raster knows."""
    with tempfile.TemporaryDirectory() as folder:
        done = pipeline.run(study, out=Path(folder) / "out", sets=SETTINGS)
        for zh, en, right in LOOKS:
            try:
                wrong = "" if right(done.folder, first) else "not as written"
            except Exception as problem:
                wrong = f"{type(problem).__name__}: {problem}"
            yield zh, en, wrong


def _raster(out: Path, first: str) -> bool:
    import geopandas as gpd

    parcels = gpd.read_parquet(out / "parcels.parquet").set_index("parcel_id")
    return len(parcels) == 3 and abs(parcels.loc[first, "night_mean"] - 7.0) < 1e-6


def _layers(out: Path, first: str) -> bool:
    import pyogrio

    return first in set(pyogrio.read_dataframe(out / "layers.gpkg", layer="parcels", read_geometry=False)["parcel_id"])


def _map(out: Path, first: str) -> bool:
    text = (out / "map.html").read_text(encoding="utf-8")
    return CARRIER in text and len(text) > 200_000 and text.rstrip().endswith("</html>")


def _workbook(out: Path, first: str) -> bool:
    book = CalamineWorkbook.from_path(str(out / "tables.xlsx"))
    cells = {str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row}
    return {CARRIER, first} <= cells


def _report(out: Path, first: str) -> bool:
    with zipfile.ZipFile(out / "report.docx") as held:
        return held.testzip() is None and CARRIER in held.read("word/document.xml").decode("utf-8")


def _sheet(out: Path, first: str) -> bool:
    [path] = (out / "sheets").glob("*.pdf")
    document = pypdfium2.PdfDocument(path)
    try:
        return CARRIER in document[0].get_textpage().get_text_range()
    finally:
        document.close()


def _results(out: Path, first: str) -> bool:
    balance = json.loads((out / "results.json").read_text(encoding="utf-8"))["balance"]
    return bool(abs(balance["inside_m2"] / balance["parcels_m2"] - 0.4) < 1e-4)


LOOKS: tuple[tuple[str, str, Callable[[Path, str], bool]], ...] = (
    ("输出：影像统计", "output: raster means", _raster), ("输出：结果文件", "output: results", _results), ("输出：图层", "output: layers", _layers), ("输出：地图", "output: map", _map),
    ("输出：工作簿", "output: workbook", _workbook), ("输出：报告", "output: report", _report), ("输出：附图", "output: sheet", _sheet),
)
