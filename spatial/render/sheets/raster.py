"""Pictures of sheets at 300 dots an inch, and the map alone as a GeoTIFF that opens in its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from spatial.render.sheets.canvas import MM
from spatial.render.sheets.pdf import Ground

DPI = 300


def picture(pdf: str, number: int, target: str, ground: Ground | None = None) -> None:
    """One page of a PDF as PNG; with its ground also as GeoTIFF beside it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[number].render(scale=DPI / 72).to_pil().convert("RGB")
    finally:
        document.close()
    if ground is not None:
        geotiff(np.asarray(image), ground, Path(target).with_suffix(".tif"))
    few = image.quantize(256, method=2, dither=0)  # flat colours: a palette is a quarter of the size
    few.save(target, dpi=(DPI, DPI), compress_level=6)


def geotiff(pixels: np.ndarray, ground: Ground, target: Path) -> None:
    """The map frame cut out of the picture of a page, placed by the ground at its corners."""
    import rasterio
    from affine import Affine
    from pyproj import Transformer

    from spatial.crs import CGCS2000

    per = DPI / 25.4
    high = pixels.shape[0]
    left, right = round(ground.box[0] * per), round(ground.box[2] * per)
    top, low = high - round(ground.box[3] * per), high - round(ground.box[1] * per)
    move = Transformer.from_crs(CGCS2000, ground.wkt, always_xy=True)
    (south_west, north_east) = (move.transform(ground.degrees[i][1], ground.degrees[i][0]) for i in (0, 2))
    metres = (north_east[0] - south_west[0]) / (ground.box[2] - ground.box[0])  # per mm of paper

    def at(column: float, row: float) -> tuple[float, float]:
        return south_west[0] + (column / per - ground.box[0]) * metres, south_west[1] + ((high - row) / per - ground.box[1]) * metres

    west, south = at(left, low)
    east, north = at(right, top)
    cut = pixels[top:low, left:right]
    with rasterio.open(target, "w", driver="GTiff", width=cut.shape[1], height=cut.shape[0], count=3, dtype="uint8", crs=ground.wkt,
                       transform=Affine((east - west) / cut.shape[1], 0, west, 0, (south - north) / cut.shape[0], north), compress="deflate", photometric="RGB") as sheet:
        sheet.write(np.moveaxis(cut, 2, 0))


__all__ = ["picture", "geotiff", "DPI", "MM"]
