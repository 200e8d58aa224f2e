"""Shares on random layouts: against geopandas here, against PostGIS and SedonaDB in the long run, and what must not change them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely import affinity

from spatial.join.areal import allocate
from tests.join.layouts import KINDS, Shapes, layer, layout, names
from tests.read.test_postgis import server

__all__ = ["server"]
LONG = 1000
Matrix = NDArray[np.float64]
BLOCKS = [pytest.param(range(len(KINDS)), id="sample"), *(pytest.param(range(n, n + 100), id=f"{n}", marks=pytest.mark.verify) for n in range(0, LONG, 100))]
LONG_BLOCKS = [block for block in BLOCKS if block.marks]
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # overlay's, about parts that are no polygons


def shares(parcels: Shapes, zones: Shapes, rule: Any = "area") -> tuple[Matrix, Matrix]:
    """(share of each parcel in each zone, share inside their union)."""
    done = allocate(layer(parcels), layer(zones, names(len(zones))), rule=rule)
    table = np.zeros((len(parcels), len(zones)))
    table[done.pieces["parcel"], done.pieces["zone"]] = done.pieces["share"]
    return table, done.inside_share


def close(one: Matrix, other: Matrix, seed: int, parcels: Shapes, tolerance: float = 1e-9) -> None:
    """Within the tolerance; for strips so thin that a coordinate's last digit is more than that, within that digit."""
    digit = 4e-9 * shapely.length(parcels) / shapely.area(parcels)  # half a unit in the last place of a northing moves the border by so much
    limit = np.maximum(tolerance, digit)
    worst = np.abs(one - other) - (limit[:, None] if one.ndim == 2 else limit)
    assert worst.max(initial=-1.0) <= 0, f"layout {seed} ({KINDS[seed % len(KINDS)].__name__}): {worst.max()}"


@pytest.mark.parametrize("seeds", BLOCKS)
def test_shares_agree_with_geopandas_overlay(seeds: range) -> None:
    for seed in seeds:
        parcels, zones = layout(seed)
        cut = gpd.overlay(layer(parcels).assign(parcel=range(len(parcels)))[["parcel", "geometry"]], layer(zones, names(len(zones))).assign(zone=range(len(zones))),
                          how="intersection", keep_geom_type=True)
        expected = np.zeros((len(parcels), len(zones)))
        np.add.at(expected, (cut["parcel"].to_numpy(int), cut["zone"].to_numpy(int)), cut.area.to_numpy())
        mine, inside = shares(parcels, zones)
        close(mine, expected / shapely.area(parcels)[:, None], seed, parcels)
        union = shapely.union_all(shapely.intersection(parcels[:, None], zones[None, :]), axis=1)
        close(inside, shapely.area(union) / shapely.area(parcels), seed, parcels)


@pytest.mark.parametrize("seeds", BLOCKS)
def test_neither_the_order_of_rows_nor_the_way_rings_are_written_changes_a_share(seeds: range) -> None:
    for seed in seeds:
        parcels, zones = layout(seed)
        random = np.random.default_rng(seed)
        order = random.permutation(len(parcels))
        plain, inside = shares(parcels, zones)
        mixed, mixed_inside = shares(parcels[order], zones)
        assert (plain[order] == mixed).all() and (inside[order] == mixed_inside).all(), f"layout {seed}"
        close(plain, shares(np.array([_rolled(shape, random) for shape in parcels]), np.array([_rolled(shape, random) for shape in zones]))[0], seed, parcels)
        close(plain, shares(shapely.reverse(parcels), shapely.reverse(zones))[0], seed, parcels)


def _rolled(shape: Any, random: np.random.Generator) -> Any:
    """The same polygon with every ring started elsewhere."""
    def roll(ring: Any) -> NDArray[Any]:
        xy = shapely.get_coordinates(ring)[:-1]
        return np.concatenate([xy_ := np.roll(xy, int(random.integers(len(xy))), axis=0), xy_[:1]])
    parts = [shapely.Polygon(roll(part.exterior), [roll(hole) for hole in part.interiors]) for part in shapely.get_parts(shape)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


@pytest.mark.parametrize("seeds", BLOCKS)
def test_moving_and_turning_both_layers_changes_no_planar_share(seeds: range) -> None:
    for seed in seeds:
        parcels, zones = layout(seed)
        random = np.random.default_rng(seed)
        angle, dx, dy = random.uniform(0, 360), *random.uniform(-2000, 2000, 2)
        centre = tuple(parcels[0].centroid.coords[0])
        moved = [np.array([affinity.translate(affinity.rotate(g, angle, origin=centre), dx, dy) for g in shapes]) for shapes in (parcels, zones)]
        close(shares(parcels, zones)[0], shares(*moved)[0], seed, parcels)


@pytest.mark.parametrize("seeds", BLOCKS)
def test_a_split_parcel_has_the_ground_of_the_whole_in_every_zone(seeds: range) -> None:
    for seed in seeds:
        parcels, zones = layout(seed)
        whole = parcels[seed % len(parcels)]
        half = affinity.rotate(shapely.box(-1e4, 0, 1e4, 1e4), float(seed % 180), origin=(0, 0))
        half = affinity.translate(half, whole.centroid.x, whole.centroid.y)
        parts = np.array([part for part in (whole.intersection(half), whole.difference(half)) if part.area > 0])
        together = shapely.area(parts) @ shares(parts, zones)[0] / whole.area
        close(shares(np.array([whole]), zones)[0][0][None, :], together[None, :], seed, np.array([whole]), tolerance=2e-9)


@pytest.mark.postgis
@pytest.mark.parametrize("seeds", LONG_BLOCKS)
def test_shares_agree_with_postgis(seeds: range, server: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        for seed in seeds:
            parcels, zones = layout(seed)
            connection.execute("DROP TABLE IF EXISTS p, z; CREATE TEMP TABLE p (k int, g geometry); CREATE TEMP TABLE z (k int, g geometry)")
            with connection.cursor() as cursor:
                for table, shapes in (("p", parcels), ("z", zones)):
                    cursor.executemany(f"INSERT INTO {table} VALUES (%s, ST_GeomFromWKB(%s, 4549))", list(enumerate(shapely.to_wkb(shapes).tolist())))
            rows = connection.execute("SELECT p.k, z.k, ST_Area(ST_Intersection(p.g, z.g)) FROM p JOIN z ON ST_Intersects(p.g, z.g)").fetchall()
            _agree(rows, parcels, zones, seed)


@pytest.mark.parametrize("seeds", LONG_BLOCKS)
def test_shares_agree_with_sedona(seeds: range) -> None:
    pytest.importorskip("geoarrow.pyarrow", reason="geoarrow is not installed (make verify installs it)")
    sedona = pytest.importorskip("sedonadb", reason="SedonaDB is not installed (make verify installs it)").connect()
    for seed in seeds:
        parcels, zones = layout(seed)
        for name, shapes in (("p", parcels), ("z", zones)):
            sedona.create_data_frame(gpd.GeoDataFrame({"k": range(len(shapes))}, geometry=shapes)).to_view(name, overwrite=True)
        table = sedona.sql("SELECT p.k AS a, z.k AS b, ST_Area(ST_Intersection(p.geometry, z.geometry)) AS m FROM p JOIN z ON ST_Intersects(p.geometry, z.geometry)").to_pandas()
        _agree(list(table[["a", "b", "m"]].itertuples(index=False, name=None)), parcels, zones, seed)


def _agree(rows: list[tuple[Any, ...]], parcels: Shapes, zones: Shapes, seed: int) -> None:
    expected = np.zeros((len(parcels), len(zones)))
    for parcel, zone, ground in rows:
        expected[int(parcel), int(zone)] = ground
    close(shares(parcels, zones)[0], expected / shapely.area(parcels)[:, None], seed, parcels)
