"""Frames with columns asleep: a column is awake while somebody holds it, and whoever asks for one gets the cells of a column in memory.

Rules ask a frame for its columns by name; rows can be chosen, and columns put beside or taken away, without waking any.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from spatial.read.vector.asleep import AsleepType


class _Waking(pd.DataFrame if TYPE_CHECKING else object):  # type: ignore[misc]
    """What tables and layers share: a column is woken when it is asked for."""

    def __getitem__(self, key: Any) -> Any:
        return _awake(_waking(super().__getitem__(key)))

    def items(self) -> Iterator[tuple[Hashable, pd.Series]]:
        return ((name, _awake(column)) for name, column in super().items())

    @property
    def _constructor(self) -> Callable[..., Any]:
        made = super()._constructor if isinstance(self, gpd.GeoDataFrame) else pd.DataFrame
        return lambda *given, **named: _waking(made(*given, **named))

    def _constructor_from_mgr(self, mgr: Any, axes: Any) -> Any:
        return _waking(super()._constructor_from_mgr(mgr, axes))


class Table(_Waking, pd.DataFrame):
    """A table with columns asleep."""


class Ground(_Waking, gpd.GeoDataFrame):
    """A layer with columns asleep."""


def waking(frame: Any) -> Any:
    """The frame as one that wakes its columns, where some of them are asleep."""
    return _waking(frame) if any(isinstance(kind, AsleepType) for kind in frame.dtypes) else frame


def awake(frame: pd.DataFrame) -> Any:
    """A frame of columns in memory, that its owner may write into."""
    own = frame.copy()
    own.__class__ = gpd.GeoDataFrame if isinstance(frame, gpd.GeoDataFrame) else pd.DataFrame
    return own.assign(**{str(name): _awake(own[name]) for name, kind in own.dtypes.items() if isinstance(kind, AsleepType)})


def _waking(made: Any) -> Any:
    if isinstance(made, pd.DataFrame) and not isinstance(made, _Waking):
        made.__class__ = Ground if isinstance(made, gpd.GeoDataFrame) else Table
    return made


def _awake(column: Any) -> Any:
    if isinstance(column, pd.Series) and isinstance(column.dtype, AsleepType):
        return pd.Series(column.array.awake(), index=column.index, name=column.name, dtype=object, copy=False)
    return column
