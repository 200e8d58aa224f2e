"""The demo district's map layers: a GBK shapefile with neither .cpg nor .prj, and GeoPackages in CGCS2000 degrees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pyogrio

from spatial.crs import CGCS2000, reproject
from spatial.demo.land import GROUND_CRS
from spatial.demo.truth import DemoTruth

WRITTEN = "2023-01-10"


@contextmanager
def _fixed_clock() -> Iterator[None]:
    """GDAL stamps a GeoPackage with the present; the demo is the same bytes every day."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{WRITTEN}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def write_parcels(truth: DemoTruth, path: Path) -> None:
    """宗地.shp as a registry exports it: names of at most ten bytes, area in mu without saying so, no .prj, no .cpg."""
    parcels = truth.parcels
    frame = gpd.GeoDataFrame({
        "宗地代码": parcels["parcel_id"], "用途": parcels["land_use"], "规划用途": parcels["planned_use"], "面积": parcels["registered_area_mu"],
        "建筑面积": parcels["floor_area_m2"], "基底面积": parcels["footprint_area_m2"], "坐落": parcels["township"],
    }, geometry=parcels.geometry.to_numpy(), crs=GROUND_CRS)
    pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", encoding="GBK", layer_options={"DBF_DATE_LAST_UPDATE": WRITTEN})
    for ending in (".cpg", ".prj"):
        path.with_suffix(ending).unlink(missing_ok=True)


def _geopackage(frame: gpd.GeoDataFrame, path: Path, layer: str, *, degrees: bool = True) -> None:
    if degrees:
        frame = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=reproject(frame.geometry.to_numpy(), GROUND_CRS, CGCS2000), crs=CGCS2000)
    path.unlink(missing_ok=True)
    with _fixed_clock():
        pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", layer_options={"GEOMETRY_NAME": "geom"})


def write_layers(truth: DemoTruth, folder: Path) -> None:
    """Every layer but the parcels."""
    names = {"carrier_id": "载体名称", "carrier_type": "载体类型", "main_industry": "主导产业"}
    _geopackage(truth.carriers.rename(columns=names), folder / "产业载体.gpkg", "载体")
    _geopackage(truth.townships[["name", "geometry"]].rename(columns={"name": "名称"}), folder / "镇街.gpkg", "镇街")
    approvals = truth.approvals.assign(approval_date=truth.approvals["approval_date"].dt.strftime("%Y-%m-%d"))
    _geopackage(approvals.rename(columns={"batch_id": "批次名称", "approval_date": "批准日期", "area_m2": "批准面积"}), folder / "农转用批次.gpkg", "批次")
    buildings = truth.buildings.rename(columns={"floor_area_m2": "建筑面积", "use": "用途", "vacant_area_m2": "空置面积"}).drop(columns="parcel_id")
    _geopackage(buildings, folder / "建筑.gpkg", "建筑", degrees=False)
    _geopackage(truth.constraints.rename(columns={"kind": "类型"}), folder / "约束要素.gpkg", "约束")
    before = truth.before.rename(columns={"parcel_id": "宗地代码", "land_use": "用途", "registered_area_mu": "面积"})
    _geopackage(before, folder / "宗地_2019.gpkg", "宗地", degrees=False)
