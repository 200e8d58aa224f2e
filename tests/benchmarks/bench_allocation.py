"""Speed of the areal allocation against other engines: python -m tests.benchmarks.bench_allocation.

Data are made afresh from fixed seeds. Every engine starts with its data loaded and gives the pairs of parcel and zone with the area
they share; totals must agree. Engines that cannot be imported or reached are named and left out; each runs in a process of its own, up to a limit.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import multiprocessing
import queue
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.join.areal import allocate
from tests.servers import postgis_folder, postgis_server

Measured = tuple[float, int, float]
"""Seconds, pairs, total shared area in m²."""

CELL_M = 30.0
ORIGIN = (500_000.0, 3_500_000.0)


def fabric(count: int, seed: int = 1) -> NDArray[np.object_]:
    """A gapless fabric of about `count` eight-cornered parcels 30 m wide."""
    side = round(count**0.5)
    random = np.random.default_rng(seed)
    lattice = np.stack(np.meshgrid(np.arange(2 * side + 1), np.arange(2 * side + 1)), axis=-1) * (CELL_M / 2)
    lattice = lattice + random.uniform(-CELL_M / 8, CELL_M / 8, lattice.shape) + np.array(ORIGIN)
    ring = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1), (0, 0)]
    corners = np.stack([lattice[dy : dy + 2 * side : 2, dx : dx + 2 * side : 2] for dx, dy in ring], axis=2)
    return shapely.polygons(corners.reshape(-1, len(ring), 2))


def carriers(count: int, vertices: int, width_m: float, seed: int = 2) -> NDArray[np.object_]:
    """Wavy islands of `vertices` corners each, one in each cell of a square pattern over `width_m` metres."""
    side = int(np.ceil(count**0.5))
    step = width_m / side
    random = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    shapes = []
    for k in range(count):
        middle = np.array([k % side + 0.5, k // side + 0.5]) * step + np.array(ORIGIN)
        phase = random.uniform(0, 2 * np.pi, 3)
        radius = step * (0.38 + 0.05 * np.sin(3 * angle + phase[0]) + 0.03 * np.sin(7 * angle + phase[1]) + 0.01 * np.sin(31 * angle + phase[2]))
        shapes.append(shapely.Polygon(middle + radius[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))))
    return np.array(shapes)


def layers(parcels: int, zones: int, vertices: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Parcels and zones as layers in one projected CRS."""
    ground = fabric(parcels)
    islands = carriers(zones, vertices, CELL_M * round(parcels**0.5))
    return (gpd.GeoDataFrame({"parcel": np.arange(len(ground))}, geometry=ground, crs="EPSG:4549"),
            gpd.GeoDataFrame({"zone": np.arange(zones), "zone_id": [f"z{k:06d}" for k in range(zones)]}, geometry=islands, crs="EPSG:4549"))


def ours(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> Measured:
    """allocate, rule area; the fastest of three, as a run is short against the machine's moods."""
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        pieces = allocate(parcels, zones, rule="area").pieces
        seconds.append(time.perf_counter() - began)
    total = pieces["share"].to_numpy() @ parcels.area.to_numpy()[pieces["parcel"]]
    return min(seconds), len(pieces), float(total)


def prepared(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> Measured:
    """The plain way with shapely: an index, prepared zones for what lies inside, intersection for the rest."""
    began = time.perf_counter()
    ground, islands = parcels.geometry.to_numpy(), zones.geometry.to_numpy()
    index, own, share = shapely.STRtree(ground), [], []
    for island in islands:
        inside = index.query(island, predicate="contains_properly")
        edge = np.setdiff1d(index.query(island, predicate="intersects"), inside)
        area = np.r_[shapely.area(ground[inside]), shapely.area(shapely.intersection(ground[edge], island))]
        own.append(np.r_[inside, edge][area > 0])
        share.append(area[area > 0])
    return time.perf_counter() - began, sum(map(len, own)), float(np.concatenate(share).sum())


def overlay(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> Measured:
    """geopandas.overlay and the areas of its pieces."""
    began = time.perf_counter()
    pieces = gpd.overlay(parcels, zones, how="intersection", keep_geom_type=True)
    total = pieces.area.sum()
    return time.perf_counter() - began, len(pieces), float(total)


SHORTCUT = "CASE WHEN ST_Within({p}, {z}) THEN ST_Area({p}) ELSE ST_Area(ST_Intersection({p}, {z})) END"
PLAIN = "ST_Area(ST_Intersection({p}, {z}))"


def duckdb_spatial(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, measure: str = SHORTCUT) -> Measured:
    """DuckDB spatial; the extension file comes from the installed package, nothing is fetched."""
    from importlib.resources import files

    import duckdb

    extension = next(Path(str(files("duckdb_extension_spatial"))).rglob("spatial.duckdb_extension"))
    link = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    link.execute(f"LOAD '{extension}'")
    for name, layer in (("parcels", parcels), ("zones", zones)):
        wkb = __import__("pyarrow").table({"id": np.arange(len(layer)), "wkb": layer.geometry.to_wkb().to_numpy()})
        link.register("incoming", wkb)
        link.execute(f"CREATE TABLE {name} AS SELECT id, ST_GeomFromWKB(wkb) AS geom FROM incoming")
    began = time.perf_counter()
    link.execute(f"CREATE TABLE pieces AS SELECT p.id AS parcel, z.id AS zone, {measure.format(p='p.geom', z='z.geom')} AS area "
                 "FROM parcels p JOIN zones z ON ST_Intersects(p.geom, z.geom)")
    seconds = time.perf_counter() - began
    return seconds, *link.execute("SELECT count(*), sum(area) FROM pieces WHERE area > 0").fetchone()


def sedona(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, measure: str = SHORTCUT) -> Measured:
    """SedonaDB."""
    import pyarrow
    import sedonadb

    link = sedonadb.connect()
    for name, layer in (("parcels", parcels), ("zones", zones)):
        link.create_data_frame(layer.assign(id=np.arange(len(layer)))[["id", "geometry"]]).to_memtable().to_view(name, overwrite=True)
    began = time.perf_counter()
    link.sql(f"SELECT p.id AS parcel, z.id AS zone, {measure.format(p='p.geometry', z='z.geometry')} AS area "
                      "FROM parcels p JOIN zones z ON ST_Intersects(p.geometry, z.geometry)").to_memtable().to_view("pieces", overwrite=True)
    seconds = time.perf_counter() - began
    count, total = (column[0].as_py() for column in pyarrow.table(link.sql("SELECT count(*), sum(area) FROM pieces WHERE area > 0")).columns)
    return seconds, int(count), float(total)


def postgis(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, dsn: str, measure: str = SHORTCUT) -> Measured:
    """PostGIS in temporary tables, loaded, indexed and analysed before the clock starts."""
    import psycopg

    with psycopg.connect(dsn) as link, link.cursor() as cursor:
        for name, layer in (("parcels", parcels), ("zones", zones)):
            cursor.execute(f"CREATE TEMP TABLE {name} (id integer, geom geometry)")  # type: ignore[arg-type]
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:  # type: ignore[arg-type]
                for row, wkb in enumerate(shapely.to_wkb(layer.geometry.to_numpy(), hex=True)):
                    copy.write_row((row, wkb))
            cursor.execute(f"CREATE INDEX ON {name} USING gist (geom)")  # type: ignore[arg-type]
            cursor.execute(f"ANALYZE {name}")  # type: ignore[arg-type]
        began = time.perf_counter()
        cursor.execute(f"CREATE TEMP TABLE pieces AS SELECT p.id AS parcel, z.id AS zone, "  # type: ignore[arg-type]
                       f"{measure.format(p='p.geom', z='z.geom')} AS area FROM parcels p JOIN zones z ON ST_Intersects(p.geom, z.geom)")
        seconds = time.perf_counter() - began
        cursor.execute("SELECT count(*), sum(area) FROM pieces WHERE area > 0")
        count, total = cursor.fetchone() or (0, 0.0)
    return seconds, int(count), float(total)


def memory_ratio(count: int, zones: int, vertices: int) -> tuple[float, float] | None:
    """Most memory that one allocation holds beyond its inputs, against the parcels' geometry as it lies in memory and against its bare coordinates (Linux only).

    For a process that did nothing before.
    """
    status, reset = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not reset.exists():
        return None

    def kilobytes(field: str) -> int:
        return int(next(line for line in status.read_text().splitlines() if line.startswith(field)).split()[1])

    islands = layers(100, zones, vertices)[1]
    trim = ctypes.CDLL(None).malloc_trim  # what making the layers left free counts as held otherwise
    trim(0)
    empty = kilobytes("VmRSS")
    parcels, islands = layers(count, zones, vertices)
    trim(0)
    reset.write_text("5")
    before = kilobytes("VmRSS")
    allocate(parcels, islands, rule="area")
    size = shapely.get_num_coordinates(parcels.geometry.to_numpy()).sum() * 16 / 1024
    extra = kilobytes("VmHWM") - before
    return extra / (before - empty), extra / float(size)


def limited(run: Callable[[], Measured], seconds: float) -> Measured | str:
    """What a peer measured, run in a process of its own; a word where it failed or took longer than the limit."""
    context = multiprocessing.get_context("fork")
    answers = context.Queue()

    def work() -> None:
        try:
            answers.put(run())
        except Exception as problem:  # a peer's own error is its result
            answers.put(f"{type(problem).__name__}: {str(problem).splitlines()[0][:80]}")

    process = context.Process(target=work, daemon=True)
    process.start()
    try:
        told: Measured | str = answers.get(timeout=seconds)
    except queue.Empty:
        told = f"more than {seconds:.0f} s"
    process.kill()
    process.join()
    return told


def table(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, engines: list[str], dsn: str, limit: float) -> str:
    """A markdown table: engine, seconds, ratio to ours, pairs, total, and how far the total is from ours."""
    known: dict[str, tuple[str, Callable[[], Measured]]] = {
        "prepared": ("shapely", lambda: prepared(parcels, zones)),
        "overlay": ("geopandas", lambda: overlay(parcels, zones)),
        "duckdb": ("duckdb_extension_spatial", lambda: duckdb_spatial(parcels, zones, PLAIN)),
        "duckdb, within": ("duckdb_extension_spatial", lambda: duckdb_spatial(parcels, zones)),
        "sedonadb": ("sedonadb", lambda: sedona(parcels, zones, PLAIN)),
        "sedonadb, within": ("sedonadb", lambda: sedona(parcels, zones)),
        "postgis": ("psycopg", lambda: postgis(parcels, zones, dsn, PLAIN)),
        "postgis, within": ("psycopg", lambda: postgis(parcels, zones, dsn)),
    }
    seconds, count, total = ours(parcels, zones)
    lines = ["| engine | seconds | times ours | pairs | total m² | off by |", "|---|---|---|---|---|---|",
             f"| spatial | {seconds:.2f} | 1 | {count} | {total:.6f} | |"]
    for name, (module, run) in known.items():
        if name.split(",")[0] not in engines:
            continue
        if importlib.util.find_spec(module) is None or (module == "psycopg" and not dsn):
            lines.append(f"| {name} | not here | | | | |")
            continue
        other = limited(run, limit)
        if isinstance(other, str):
            lines.append(f"| {name} | {other} | {f'> {limit / seconds:.0f}' if other.startswith('more') else ''} | | | |")
            continue
        lines.append(f"| {name} | {other[0]:.2f} | {other[0] / seconds:.1f} | {other[1]} | {other[2]:.6f} | {other[2] / total - 1:.1e} |")
    return "\n".join(lines)


def growth(most: int, zones: int, vertices: int) -> str:
    """Seconds of the allocation at sizes from a hundredth of the most up to it, and microseconds a parcel."""
    lines = ["| parcels | seconds | µs a parcel |", "|---|---|---|"]
    for parcels in (most // 100, most // 10, most):
        ground, islands = layers(parcels, zones, vertices)
        seconds = ours(ground, islands)[0]
        lines.append(f"| {len(ground)} | {seconds:.3f} | {seconds / len(ground) * 1e6:.2f} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--parcels", type=int, default=1_000_000)
    words.add_argument("--case", nargs="+", default=["20x400", "500x400", "20x20000"], help="zones x vertices of each")
    words.add_argument("--engines", default="prepared,overlay,duckdb,sedonadb,postgis", help="comma separated; empty for ours alone")
    words.add_argument("--limit", type=float, default=240.0, help="seconds after which a peer is stopped")
    words.add_argument("--postgis", default="", metavar="DSN", help="a server of yours; without it one is started where Debian's is installed")
    given = words.parse_args(arguments)
    warnings.simplefilter("ignore")
    engines = given.engines.split(",")
    own = "postgis" in engines and not given.postgis and postgis_folder() is not None
    with postgis_server("shared_buffers=1GB", "work_mem=256MB", "max_parallel_workers_per_gather=2") if own else nullcontext(given.postgis) as dsn:
        for case in given.case:
            count, vertices = map(int, case.split("x"))
            parcels, zones = layers(given.parcels, count, vertices)
            print(f"\n{len(parcels)} parcels x {len(zones)} zones of {vertices} vertices\n", flush=True)
            print(table(parcels, zones, engines, dsn, given.limit), flush=True)
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
                ratio = fresh.submit(memory_ratio, given.parcels, count, vertices).result()
            if ratio is not None:
                print(f"\nmemory beyond the inputs: {ratio[0]:.2f} x the parcels' geometry in memory, {ratio[1]:.2f} x its bare coordinates", flush=True)
    count, vertices = map(int, given.case[0].split("x"))
    print(f"\n{growth(given.parcels, count, vertices)}")


if __name__ == "__main__":
    main(sys.argv[1:])
