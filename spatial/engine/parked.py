"""Columns at rest: what a large run is not working on lies in files of its scratch folder, and comes back page by page as it is read.

Numbers, days, flags and texts are written once and mapped read-only; the frames hold views on the maps, equal in every cell and type, and a rule
that wrote into one would be stopped. The pages go back to the system some times a second, so a process holds the columns at work and no more.
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

from spatial.indicators.terms import Book
from spatial.schema.joined import Joined
from spatial.schema.shares import Shares
from spatial.schema.trail import Trail

LEAST_BYTES = 1 << 16  # smaller columns are not worth a file
OFTEN = 0.2  # seconds after which pages that were read are given back
AnyFrame = TypeVar("AnyFrame", bound=pd.DataFrame)


class Parking:
    """The columns that one run has put aside, in files without a name that end with the last array on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.maps: list[mmap.mmap] = []
        self._texts: set[int] = set()  # where texts that rest begin

    def frame(self, frame: AnyFrame) -> AnyFrame:
        """The frame with its columns of numbers and of texts parked; cells of any kind, geometries and columns that are one cell stay."""
        held: dict[Any, Any] = {name: self.array(frame[name].to_numpy()) for name in frame.columns if isinstance(frame[name].dtype, np.dtype) and frame[name].dtype != object}
        held |= {name: self.texts(frame[name]) for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype) and frame[name].dtype.storage == "pyarrow"}
        self.rest()
        return frame.assign(**{name: pd.Series(values, index=frame.index, copy=False) for name, values in held.items()})

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
            return column.array
        with tempfile.TemporaryFile(dir=self.folder) as stream:
            with pa.ipc.new_file(stream, pa.schema([pa.field("", cells.type)])) as writer:
                writer.write_table(pa.table([cells], names=[""]))
            stream.flush()
            self.maps.append(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
        there = pa.ipc.open_file(pa.BufferReader(pa.py_buffer(self.maps[-1]))).read_all().column(0)
        self._texts |= _starts(there)
        return column.dtype.__from_arrow__(there)

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
