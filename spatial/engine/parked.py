"""Columns at rest: what a large run is not working on lies in files of its scratch folder, and comes back page by page as it is read.

Numbers, days, flags and texts are written once and mapped read-only; the frames hold views on the maps, equal in every cell and type, and a rule
that wrote into one would be stopped. Ids and words sleep there, and a frame wakes those that it is asked for.
The pages go back to the system some times a second, so a process holds the columns at work and no more.
"""

from __future__ import annotations

import mmap
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from spatial.engine.frames import waking
from spatial.indicators.terms import Book
from spatial.read.vector.asleep import Asleep
from spatial.schema.joined import Joined
from spatial.schema.shares import Shares
from spatial.schema.trail import Trail

LEAST_BYTES = 1 << 16  # smaller columns are not worth a file
WORDS = 10_000  # a column of so many distinct texts is one of words, each held once
OFTEN = 0.2  # seconds after which pages that were read are given back
AnyFrame = TypeVar("AnyFrame", bound=pd.DataFrame)


class Parking:
    """The columns that one run has put aside, in files without a name that end with the last array on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.maps: list[mmap.mmap] = []
        self._texts: set[int] = set()  # where texts that rest begin

    def frame(self, frame: AnyFrame) -> AnyFrame:
        """The frame with its columns of numbers and of texts parked; cells of other kinds, geometries and columns that are one cell stay."""
        for name, kind in frame.dtypes.items():
            if isinstance(kind, pd.StringDtype) and kind.storage == "pyarrow":
                values = self.texts(frame[name])
            elif kind.kind == "O" and isinstance(kind, np.dtype):
                values = self.asleep(frame[name])
            elif isinstance(kind, np.dtype):
                values = self.array(frame[name].to_numpy())
            else:
                continue
            frame = waking(frame.assign(**{str(name): pd.Series(values, index=frame.index, copy=False)}))  # one by one: what is parked is let go
        self.rest()
        return frame

    def array(self, values: NDArray[Any]) -> NDArray[Any]:
        """The same values, from a file."""
        if os.name != "posix" or values.dtype == object or values.nbytes < LEAST_BYTES or 0 in values.strides or _mapped(values):
            return values  # elsewhere than on POSIX a mapped file cannot be unlinked; what rests already is left
        with tempfile.TemporaryFile(dir=self.folder) as stream:
            np.ascontiguousarray(values).view(np.uint8).tofile(stream)
            stream.flush()
            self.maps.append(mmap.mmap(stream.fileno(), values.nbytes, access=mmap.ACCESS_READ))
        return np.frombuffer(self.maps[-1], dtype=np.uint8).view(values.dtype).reshape(values.shape)

    def texts(self, column: pd.Series) -> Any:
        """The same texts, from a file."""
        cells = column.array.__arrow_array__()
        if os.name != "posix" or cells.nbytes < LEAST_BYTES or _starts(cells) <= self._texts:
            return column
        there = self._written(cells)
        self._texts |= _starts(there)
        return column.dtype.__from_arrow__(there)

    def asleep(self, column: pd.Series) -> Any:
        """The same texts, from a file, for a frame that wakes them; cells of other kinds stay as they are."""
        missing = column.isna().to_numpy(bool)
        if os.name != "posix" or column.nbytes < LEAST_BYTES or pd.api.types.infer_dtype(column, skipna=True) not in ("string", "empty"):
            return column
        if any(cell is not None for cell in column.to_numpy()[missing]):
            return column  # what is missing is said in another way
        try:
            cells = pa.array(column.to_numpy(), type=pa.large_string(), from_pandas=True)
        except (pa.ArrowInvalid, UnicodeEncodeError):  # halves of characters
            return column
        words = cells.dictionary_encode()
        return Asleep(self, pa.field("", pa.large_string()), self._written(words if len(words.dictionary) <= WORDS else cells))

    def cells(self, _: pa.Field, values: pa.ChunkedArray) -> NDArray[Any]:
        """What a column that was put to sleep wakes up with: equal words are one object."""
        if not pa.types.is_dictionary(values.type):
            return np.asarray(values.to_numpy(), dtype=object)
        parts = [np.array([*part.dictionary.to_pylist(), None], dtype=object)[part.indices.fill_null(len(part.dictionary)).to_numpy()] for part in values.chunks]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=object)

    def _written(self, cells: pa.ChunkedArray) -> pa.ChunkedArray:
        """The cells of a column, from a file."""
        with tempfile.TemporaryFile(dir=self.folder) as stream:
            with pa.ipc.new_file(stream, pa.schema([pa.field("", cells.type)])) as writer:
                writer.write_table(pa.table([cells], names=[""]))
            stream.flush()
            self.maps.append(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
        return pa.ipc.open_file(pa.BufferReader(pa.py_buffer(self.maps[-1]))).read_all().column(0)

    def shares(self, shares: Shares) -> Shares:
        return Shares(self.array(shares.row), self.array(shares.zone), self.array(shares.share), self.array(shares.inside))

    def joined(self, joined: Joined) -> Joined:
        members = replace(joined.members, shares=self.shares(joined.members.shares), inside=self.array(joined.members.inside))
        return replace(joined, parcels=self.frame(joined.parcels), members=members, pieces=self.frame(joined.pieces))

    def book(self, book: Book) -> Book:
        return replace(book, facts=replace(book.facts, tables={**book.facts.tables, "parcels": self.frame(book.facts.tables["parcels"])}))

    def trail(self, trail: Trail) -> Trail:
        return replace(trail, tables={name: self.frame(table) for name, table in trail.tables.items()}, shares={name: self.shares(shares) for name, shares in trail.shares.items()})

    def rest(self) -> None:
        """Give the pages back that were read; the files keep them."""
        for held in tuple(self.maps):
            held.madvise(mmap.MADV_DONTNEED)

    @contextmanager
    def resting(self) -> Iterator[None]:
        """While this lasts, what was read goes back again and again: a long step reads many columns and needs few of them at a time."""
        ended = threading.Event()

        def often() -> None:
            while not ended.wait(OFTEN):
                self.rest()

        one = threading.Thread(target=often, daemon=True)
        one.start()
        try:
            yield
        finally:
            ended.set()
            one.join()


def _starts(cells: pa.ChunkedArray) -> set[int]:
    """Where in memory the texts of a column lie."""
    return {chunk.buffers()[2].address for chunk in cells.chunks}


def _mapped(values: NDArray[Any]) -> bool:
    base: Any = values
    while isinstance(base, np.ndarray):
        base = base.base
    return isinstance(base, (mmap.mmap, memoryview))
