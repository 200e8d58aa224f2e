"""What a worker does: one slice or one partition, read from a file, worked on by the same functions as a local run, answered in small."""

from __future__ import annotations

import functools
import os
import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import reproject
from spatial.edges import own_edges
from spatial.join.areal import Allocation, allocate, group_shares
from spatial.join.constraints import share_on
from spatial.join.ground import Frame, share_within
from spatial.normalise.fabric import WIDTH_M, asked_for_gaps, beside_gaps, pairs_by_edges, widened
from spatial.normalise.places import Box, Decided, bad_geometry, brought, gated
from spatial.read.vector.draft import Place
from spatial.read.vector.slices import Facts, Slice, geometries

Geometries = NDArray[Any]
Rows = NDArray[np.int64]


def save(path: Path, value: Any) -> None:
    """Write a value of this run's own, all at once: a task that is tried again finds the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "wb") as stream:
        pickle.dump(value, stream, protocol=5)
    os.replace(name, path)


def load(path: Path) -> Any:
    """A value that `save` wrote in the scratch folder of this run."""
    return pickle.loads(path.read_bytes())


@functools.lru_cache(maxsize=4)
def shared(path: str) -> Any:
    """What every task of a step needs (zones, a decision), read once a worker."""
    return load(Path(path))


def part_path(folder: str, number: int, state: str) -> Path:
    return Path(folder) / state / f"{number:05d}"


def survey(part: Slice, place: Place) -> Facts:
    """Bounds, kinds and faults of the geometries of a slice."""
    geometry, deep, curved, lost = geometries(part, place)
    _, why = bad_geometry(geometry)
    return Facts(shapely.bounds(geometry), shapely.get_type_id(geometry).astype(np.int8), shapely.is_missing(geometry) | shapely.is_empty(geometry),
                 why, deep, curved, lost)


def split(part: Slice, place: Place, partition: NDArray[np.int32], folder: str) -> int:
    """The geometries of a slice, written to the partitions they belong to."""
    rows = np.arange(part.first, part.first + part.count, dtype=np.int64)
    return split_read(rows, geometries(part, place)[0], partition, folder)


def split_read(rows: Rows, geometry: Geometries, partition: NDArray[np.int32], folder: str) -> int:
    """The geometries of some source rows, written to the partitions they belong to."""
    wkb = shapely.to_wkb(geometry)
    for number in np.unique(partition).tolist():
        own = np.flatnonzero(partition == number)
        save(Path(folder) / "split" / f"{number:05d}" / f"{int(rows[0]):012d}", (rows[own], wkb[own]))
    return len(rows)


def called(task: Callable[..., Any], number: int, folder: str, given: str) -> Any:
    """A task of one partition with the arguments that wait for it in a file."""
    return task(number, folder, *load(Path(given)))


def place_part(number: int, folder: str, kept: Rows, decided: str) -> tuple[Rows, NDArray[np.float64], pd.DataFrame, Box]:
    """One partition brought to where it is measured: source rows, areas, receipt of repairs, box in degrees."""
    where: Decided = shared(decided)
    rows, geometry = as_filed(number, folder, kept)
    bad = bad_geometry(geometry)[0]
    geometry, crs = brought(geometry, ~bad, where)
    geometry, receipt, area, box = gated(geometry, bad, crs)  # few parcels leave a cell without any: its box is nan
    save(part_path(folder, number, "placed"), (rows, shapely.to_wkb(geometry), crs.to_wkt()))
    return rows, area, receipt.assign(row=rows[receipt["at"]]), box


def move_part(number: int, folder: str, kept: Rows, target: str) -> tuple[Rows, NDArray[np.float64], NDArray[np.float64]]:
    """One partition in the working CRS, without the rows that were set aside: rows, plane areas, bounds."""
    rows, wkb, crs = load(part_path(folder, number, "placed"))
    own = np.isin(rows, kept)
    geometry = reproject(np.asarray(shapely.from_wkb(wkb[own]), dtype=object), CRS.from_wkt(crs), CRS.from_wkt(shared(target)))
    save(part_path(folder, number, "moved"), (rows[own], shapely.to_wkb(geometry)))
    return rows[own], shapely.area(geometry), shapely.bounds(geometry)


def moved(number: int, folder: str, rows: Rows | None = None) -> tuple[Rows, Geometries]:
    """Rows and geometries of a partition, or of some of its rows."""
    held, wkb = load(part_path(folder, number, "moved"))
    own = slice(None) if rows is None else np.isin(held, rows)
    return held[own], np.asarray(shapely.from_wkb(wkb[own]), dtype=object)


def fetch_part(number: int, folder: str, rows: Rows) -> tuple[Rows, list[bytes]]:
    """Some geometries of a partition, as WKB."""
    held, geometry = moved(number, folder, rows)
    return held, list(shapely.to_wkb(geometry))


def as_filed(number: int, folder: str, rows: Rows) -> tuple[Rows, Geometries]:
    """Some parcels of a partition as they stand in the file."""
    pieces = [load(path) for path in sorted((Path(folder) / "split" / f"{number:05d}").glob("*"))]
    held = np.concatenate([np.zeros(0, dtype=np.int64), *(piece[0] for piece in pieces)])
    wkb = np.concatenate([np.zeros(0, dtype=object), *(piece[1] for piece in pieces)])
    own = np.isin(held, rows)
    return held[own], np.asarray(shapely.from_wkb(wkb[own]), dtype=object)


def _with_others(number: int, folder: str, others: str) -> tuple[Geometries, NDArray[np.int64], NDArray[np.int64]]:
    """The shapes of a partition and behind them those of other partitions that come near it; the positions of these in the run, and among all that lie astride partitions."""
    geometry = moved(number, folder)[1]
    positions, home, strange = shared(others)
    near = np.zeros(0, dtype=np.int64)
    if len(geometry) and len(strange):
        [reached] = widened(np.array([shapely.total_bounds(geometry)]), WIDTH_M)
        near = np.flatnonzero((home != number) & shapely.intersects(shapely.envelope(strange), shapely.box(*reached)))
    return np.r_[geometry, strange[near]], positions[near], near


def overlaps_part(number: int, folder: str, least: float, places: Rows, others: str) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Pairs of parcels of the run that share ground, by position, at least one of them of this partition, whose parcels are at `places`; and which of its parcels
    have an edge of their own. `others` holds the parcels astride partitions."""
    geometry, beyond, _ = _with_others(number, folder, others)
    own, places = len(places), np.r_[places, beyond]
    order = np.argsort(places, kind="stable")  # in the order of a local run, as the area of a pair may hang on it in its last bits
    arranged = geometry[order]
    edges = own_edges(arranged)  # of the others some neighbours are not here: more of their edges seem their own, and more is asked than need be
    pairs = pairs_by_edges(arranged, shapely.bounds(arranged), edges, least)
    left, right = order[pairs["left"].to_numpy(np.int64)], order[pairs["right"].to_numpy(np.int64)]
    mine = (left < own) | (right < own)
    return pd.DataFrame({"left": places[left], "right": places[right], "area": pairs["area"].to_numpy(float)})[mine], edges.flags[np.argsort(order)][:own]


def asked_part(number: int, folder: str, edged: NDArray[np.bool_], others: str, flags: str) -> NDArray[np.bool_]:
    """As `fabric.asked_for_gaps`, of the parcels of this partition."""
    geometry, _, near = _with_others(number, folder, others)
    return asked_for_gaps(geometry, shapely.bounds(geometry), np.r_[edged, shared(flags)[near]])[: len(edged)]


def gaps_part(number: int, folder: str, asked: NDArray[np.bool_], others: str, flags: str) -> NDArray[np.bool_]:
    """As `fabric.beside_gaps`, of the parcels of this partition."""
    geometry, _, near = _with_others(number, folder, others)
    at = np.flatnonzero(np.r_[asked, shared(flags)[near]])
    told = np.zeros(len(geometry), bool)
    told[at] = beside_gaps(geometry[at])
    return told[: len(asked)]


def _frame(number: int, folder: str, rows: Rows | None, crs: str) -> gpd.GeoDataFrame:
    held, geometry = moved(number, folder, rows)
    return gpd.GeoDataFrame({"row": held}, geometry=geometry, crs=CRS.from_wkt(shared(crs)))


def allocate_part(number: int, folder: str, crs: str, zones: str, rule: Any, rows: Rows | None) -> Allocation:
    return allocate(_frame(number, folder, rows, crs), shared(zones), rule=rule)


def groups_part(number: int, folder: str, crs: str, zones: str, pieces: pd.DataFrame, groups: str) -> pd.DataFrame:
    return group_shares(_frame(number, folder, None, crs), shared(zones), pieces, shared(groups))


def within_part(number: int, folder: str, crs: str, zones: str, carriers: str, pieces: pd.DataFrame, inside: NDArray[np.float64]) -> NDArray[np.float64]:
    return share_within(_frame(number, folder, None, crs), shared(zones), shared(carriers), pieces, inside)


def holding_part(number: int, folder: str, crs: str, points: str) -> pd.DataFrame:
    return Frame(_frame(number, folder, None, crs)).holding(shared(points))


def share_part(number: int, folder: str, ground: str) -> NDArray[np.float64]:
    return share_on(moved(number, folder)[1], shared(ground))
