"""A real city against other engines: the lots of Cambridge in its zoning districts and in its zoning overlays, which lie over one another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from spatial.join.areal import allocate
from tests.read.test_postgis import server

__all__ = ["server"]
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "cambridge"
pytestmark = [pytest.mark.skipif(not DATA.is_dir(), reason="the Cambridge data do not lie beside this checkout"), pytest.mark.filterwarnings("ignore")]
LAYERS = ("CDD_ZoningOverlayDistricts", "CDD_ZoningDistricts", "CDD_SpecialPermitAreas")
TOLERANCE_M2 = 1e-6
"""Of a lot of 1000 m² a part in 10^9: what the last digit of a coordinate moves."""


def polygons(name: str) -> gpd.GeoDataFrame:
    """A layer in the state plane, valid, polygons alone."""
    path = next(DATA.glob(f"{name}.*json"))
    shapes = shapely.make_valid(gpd.GeoSeries(gpd.read_file(path).geometry.to_numpy(), crs=4326).to_crs(26986).to_numpy())
    parts = [shapely.union_all(shapely.get_parts(shape)[shapely.get_dimensions(shapely.get_parts(shape)) == 2]) for shape in shapes if shape is not None]
    ground = np.array([part for part in parts if part.area > 0])
    return gpd.GeoDataFrame({"k": np.arange(len(ground)), "zone_id": np.arange(len(ground)).astype(str), "area_m2": shapely.area(ground)}, geometry=ground, crs=26986)


@pytest.fixture(scope="module")
def lots() -> gpd.GeoDataFrame:
    return polygons("ASSESSING_ParcelsFY2014")


def shared(lots: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """m² of each lot in each zone, and in all of them together, by this tool."""
    done = allocate(lots, zones, rule="area")
    table = np.zeros((len(lots), len(zones)))
    table[done.pieces["parcel"], done.pieces["zone"]] = done.pieces["share"]
    area = lots["area_m2"].to_numpy()
    return table * area[:, None], done.inside_share * area


def agrees(ours: NDArray[np.float64], pairs: Any, theirs: Any) -> None:
    expected = np.zeros_like(ours)
    np.add.at(expected, pairs, theirs)
    assert np.abs(ours - expected).max() <= TOLERANCE_M2
    assert ours.sum() == pytest.approx(expected.sum(), rel=1e-12)


@pytest.mark.parametrize("name", [LAYERS[0], *(pytest.param(name, marks=pytest.mark.verify) for name in LAYERS[1:])])
def test_lots_agree_with_geopandas_overlay_lot_by_lot(lots: gpd.GeoDataFrame, name: str) -> None:
    zones = polygons(name)
    ours, together = shared(lots, zones)
    pieces = gpd.overlay(lots[["k", "geometry"]], zones[["k", "geometry"]], how="intersection", keep_geom_type=True)
    agrees(ours, (pieces["k_1"].to_numpy(), pieces["k_2"].to_numpy()), pieces.area.to_numpy())
    apart = gpd.GeoDataFrame({"k": [0]}, geometry=[shapely.union_all(zones.geometry.to_numpy())], crs=26986)
    once = gpd.overlay(lots[["k", "geometry"]], apart, how="intersection", keep_geom_type=True)
    assert np.abs(together - np.bincount(once["k_1"], once.area, minlength=len(lots))).max() <= TOLERANCE_M2
    if name == LAYERS[0]:
        assert ours.sum() > together.sum() * 1.01  # overlays lie over one another: their rows hold more ground than there is


@pytest.mark.postgis
@pytest.mark.verify
@pytest.mark.parametrize("name", LAYERS)
def test_lots_agree_with_postgis_lot_by_lot(lots: gpd.GeoDataFrame, name: str, server: str) -> None:
    import psycopg

    zones = polygons(name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE lots (k int, g geometry); CREATE TEMP TABLE zones (k int, g geometry)")
        for table, layer in (("lots", lots), ("zones", zones)):
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:  # type: ignore[arg-type]
                for key, shape in zip(layer["k"].tolist(), shapely.to_wkb(layer.geometry.to_numpy(), hex=True), strict=True):
                    copy.write_row((key, shape))
        rows = connection.execute("SELECT l.k, z.k, ST_Area(ST_Intersection(l.g, z.g)) FROM lots l JOIN zones z ON ST_Intersects(l.g, z.g)").fetchall()
    lot, zone, area = (np.array(column) for column in zip(*rows, strict=True))
    agrees(shared(lots, zones)[0], (lot, zone), area)
