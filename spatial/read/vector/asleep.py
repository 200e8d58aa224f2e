"""Columns asleep: the table of a large layer in one file of the scratch folder, each column read from it when its cells are asked for, and let go.

A layer of many parcels is wide as well: sixty columns of texts of which the rules know ten. One pass over the layer writes its columns as
they are, mapped and not held; `schema.raw.column_of` wakes one of them, the same cells as a column in memory has, and nobody keeps it.
"""

from __future__ import annotations

import builtins
import functools
import mmap
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray, ExtensionDtype

Cells = Callable[[pa.Field, pa.ChunkedArray], NDArray[Any]]
BATCH = 65_536  # rows read at a time
NOTHING = ""  # the one column of a layer without any


class Wakes(Protocol):
    """Where columns are asleep."""

    def cells(self, field: pa.Field, values: pa.ChunkedArray, /) -> NDArray[Any]: ...

    def rest(self) -> None: ...


class Bed:
    """One file without a name, in the scratch folder, that holds the columns of a layer; its pages take memory only while they are read."""

    def __init__(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, cells: Cells, scratch: Path) -> None:
        self.cells = cells
        self._unsound: set[str] = set()  # columns of text that is not what it says it is
        plain = pa.schema([pa.field(field.name, field.type.value_type) if pa.types.is_dictionary(field.type) else field for field in schema])
        self._map: mmap.mmap | None = None
        if not len(plain):  # rows without a cell still count
            self.table = pa.table({NOTHING: pa.nulls(sum(batch.num_rows for batch in batches))})
            return
        if os.name != "posix":  # there a mapped file cannot be unlinked: the columns lie in memory, in their small form
            self.table = pa.Table.from_batches(map(functools.partial(self._looked, plain), batches), plain)
            return
        with tempfile.TemporaryFile(dir=scratch) as stream:
            with pa.ipc.new_file(stream, plain) as writer:
                for batch in batches:
                    writer.write_batch(self._looked(plain, batch))
            stream.flush()
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self.table = pa.ipc.open_file(pa.BufferReader(pa.py_buffer(self._map))).read_all()

    def columns(self) -> list[tuple[str, Asleep | NDArray[Any]]]:
        """The columns of the layer, asleep if they can be."""
        listed = zip(self.table.schema, self.table.columns, strict=True)
        return [(field.name, self.cells(field, values) if field.name in self._unsound else Asleep(self, field, values)) for field, values in listed if field.name != NOTHING]

    def _looked(self, schema: pa.Schema, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Find now what could not be read later: text that is not UTF-8, days past the calendar."""
        held = batch.cast(schema)
        for field, values in zip(schema, held.columns, strict=True):
            if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
                try:
                    values.validate(full=True)
                except pa.ArrowInvalid:
                    self._unsound.add(field.name)
            elif not (pa.types.is_integer(field.type) or pa.types.is_floating(field.type) or pa.types.is_boolean(field.type)):
                self.cells(field, pa.chunked_array([values]))
        return held

    def rest(self) -> None:
        """Give the pages back that were read; the file keeps them."""
        if self._map is not None:
            self._map.madvise(mmap.MADV_DONTNEED)


class AsleepType(ExtensionDtype):
    """Cells of any kind, in a file."""

    name = "asleep"
    type = object
    na_value = None

    @classmethod
    def construct_array_type(cls) -> builtins.type[Asleep]:
        return Asleep


class Asleep(ExtensionArray):
    """A column that lies in a file: rows can be chosen from it without reading it; its cells come with `astype(object)`."""

    def __init__(self, bed: Wakes, field: pa.Field, column: pa.ChunkedArray, at: NDArray[np.int64] | None = None) -> None:
        self._bed, self._field, self._column, self._at = bed, field, column, at

    @property
    def dtype(self) -> AsleepType:
        return AsleepType()

    @property
    def nbytes(self) -> int:
        return 0

    def __len__(self) -> int:
        return len(self._column) if self._at is None else len(self._at)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice) and item.indices(len(self)) == (0, len(self), 1):
            return self._of(self._at)  # all rows, as a frame that shares its columns asks for them
        at = np.arange(len(self)) if self._at is None else self._at
        chosen = at[np.asarray(item) if isinstance(item, list) else item]
        return self._of(chosen) if isinstance(chosen, np.ndarray) else self._of(np.array([chosen])).awake()[0]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.awake())

    def awake(self) -> NDArray[Any]:
        """The cells, as a column in memory has them."""
        whole = self._at is None or np.array_equal(self._at, np.arange(len(self._column)))
        cells = self._bed.cells(self._field, self._column if whole else self._column.take(pa.array(self._at)))
        self._bed.rest()
        return cells

    def take(self, indices: Any, *, allow_fill: bool = False, fill_value: Any = None) -> Self:
        places = np.asarray(indices, dtype=np.int64)
        if allow_fill and (places < 0).any():
            raise TypeError("rows that are not there cannot be taken from a column asleep")
        return self._of(places if self._at is None else self._at[places])

    def isna(self) -> NDArray[np.bool_]:
        return np.asarray(pd.isna(self.awake()), dtype=bool)

    def copy(self) -> Self:
        return self._of(self._at)  # nobody writes into it

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        return self if isinstance(dtype, AsleepType) else np.asarray(self.awake(), dtype=dtype)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.asarray(self.awake(), dtype=dtype)

    def _of(self, at: NDArray[np.int64] | None) -> Self:
        return type(self)(self._bed, self._field, self._column, at)
