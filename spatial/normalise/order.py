"""The order of rows in a run: by what they say, so that files do not hang on the order in which an input lists them.

Findings about one layer are made before, in the order of its file; every row keeps the number it has there (`row`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from spatial.normalise.shapes import Shapes
from spatial.schema.layers import Normalised

LEADING = ("project_id", "enterprise_id", "batch_id", "target", "zone", "parcel_id", "supply_id", "year")  # what rows of a kind are known by, the first before all
Positions = NDArray[np.int64]
Shape = Callable[[Positions], NDArray[Any]]


def arranged_parcels(parcels: gpd.GeoDataFrame, shapes: Shapes | None) -> gpd.GeoDataFrame:
    """The parcels in an order of their own, and their shapes where these are kept elsewhere."""
    order = order_of(parcels, shapes.fetch if shapes is not None else _among(parcels.geometry.to_numpy()))
    if shapes is not None:
        shapes.arrange(order)
    return _taken(parcels, order)


def arranged(layers: Normalised) -> Normalised:
    """The layers with the rows of each in an order of their own; parcels and zones have it already (`assemble`)."""
    orders = {role: order_of(table, _among(layers.points.get(role))) for role, table in layers.tables.items()}
    areas = {role: (table, ground, order_of(table, _among(ground))) for role, (table, ground) in layers.areas.items()}
    return replace(
        layers, tables={role: _taken(table, orders[role]) for role, table in layers.tables.items()},
        points={role: points[orders[role]] if role in orders else points for role, points in layers.points.items()},
        attributes={name: _taken(table, order_of(table)) for name, table in layers.attributes.items()},
        areas={role: (_taken(table, order), None if ground is None else ground[order]) for role, (table, ground, order) in areas.items()},
        before=None if layers.before is None else _taken(layers.before, order_of(layers.before)))


def order_of(frame: pd.DataFrame, shape: Shape | None = None) -> Positions:
    """The positions of the rows, ordered by their key, of equal keys by their shape and then by every other column; of rows equal in all, the first of the file is first.

    Texts go by their code points, whatever the locale; what is missing stands last.
    """
    order, group = np.arange(len(frame)), np.zeros(len(frame), dtype=np.int64)
    for ranks in _columns(frame, shape):
        tied = np.flatnonzero(np.r_[False, group[1:] == group[:-1]] | np.r_[group[1:] == group[:-1], False]) if len(group) else order
        if not len(tied):
            break
        rank = ranks(order[tied])
        within = np.lexsort((rank, group[tied])) if group[tied[0]] != group[tied[-1]] else np.argsort(rank, kind="stable")
        order[tied] = order[tied[within]]
        split = np.zeros(len(group), dtype=bool)
        split[tied[1:]] = rank[within][1:] != rank[within][:-1]
        group = np.cumsum(np.r_[False, group[1:] != group[:-1]] | split)
    return order


def _columns(frame: pd.DataFrame, shape: Shape | None) -> Iterator[Callable[[Positions], Positions]]:
    """One question after the other by which rows that are still alike are told apart."""
    leading = [name for name in LEADING if name in frame]
    yield from (partial(_rank, frame[name]) for name in leading)
    if shape is not None:
        yield lambda at: _of_texts(shapely.to_wkb(shape(at)), pa.binary())
    said = sorted(set(frame.columns) - {*leading, "row", "geometry"})
    yield from (partial(_rank, frame[name]) for name in (*said, *(("row",) if "row" in frame else ())))


def _rank(column: pd.Series, at: Positions) -> Positions:
    """Of the cells at some positions: equal ones one number, smaller ones a smaller one, missing ones the greatest."""
    cells = column if len(at) == len(column) and at[0] == 0 and (np.diff(at) == 1).all() else column.iloc[at]
    if cells.dtype != object and not isinstance(cells.dtype, pd.StringDtype):
        place, distinct = pd.factorize(cells, sort=True)
        return np.where(place < 0, len(distinct), place)
    held = cells.to_numpy(object)
    try:
        return _of_texts(held, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):  # several ids in one cell, days, halves of characters
        return _of_texts(np.array([None if missing else ascii(cell) for cell, missing in zip(held, pd.isna(cells).tolist(), strict=True)], dtype=object), pa.string())


def _of_texts(cells: NDArray[Any], kind: Any) -> Positions:
    held = pa.array(cells, type=kind, from_pandas=True)
    if not held.null_count and pc.all(pc.less(held[:-1], held[1:])).as_py():
        return np.arange(len(held))  # as most exports are: in order, each once
    return np.asarray(pc.rank(held, tiebreaker="dense").to_numpy(), dtype=np.int64)


def _among(shapes: NDArray[Any] | None) -> Shape | None:
    return None if shapes is None else lambda at: shapes[at]


def _taken(frame: Any, order: Positions) -> Any:
    """The rows of a frame in an order; columns one by one, so that no more than one is held twice."""
    if np.array_equal(order, np.arange(len(order))):
        return frame.reset_index(drop=True)
    crs = frame.crs if isinstance(frame, gpd.GeoDataFrame) else None
    columns: Mapping[str, Any] = {name: frame.pop(name).iloc[order].reset_index(drop=True) for name in list(frame.columns)}
    taken = pd.DataFrame(columns, copy=False)
    return taken if crs is None else gpd.GeoDataFrame(taken, geometry="geometry", crs=crs)
