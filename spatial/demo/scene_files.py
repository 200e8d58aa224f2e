"""影像_2020.tif and 影像_2022.tif: the demo's scene as tiled GeoTIFFs with scale, nodata, band names and dates."""

from __future__ import annotations

from pathlib import Path

import rasterio

from spatial.demo.scene import BANDS, DAYS, SCENE_CRS, Scene


def write_scene(scene: Scene, folder: Path) -> None:
    """One file a date; reflectance x 10 000 in 16 bits, 0 is no image."""
    for day, bands in zip(DAYS, scene.bands, strict=True):
        count, rows, columns = bands.shape
        with rasterio.open(folder / f"影像_{day[:4]}.tif", "w", driver="GTiff", width=columns, height=rows, count=count, dtype="uint16", crs=SCENE_CRS.to_wkt(), nodata=0,
                           transform=scene.transform, tiled=True, blockxsize=256, blockysize=256, interleave="band", compress="deflate", predictor=2, zlevel=3) as out:
            out.write(bands)
            out.scales, out.offsets = (1e-4,) * count, (0.0,) * count
            out.descriptions = BANDS
            out.update_tags(TIFFTAG_DATETIME=f"{day.replace('-', ':')} 02:30:00", TIFFTAG_IMAGEDESCRIPTION="synthetic scene of a fictitious district")
