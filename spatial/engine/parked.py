"""Columns at rest: what a large run is not working on lies in files of its scratch folder, and comes back page by page as it is read.

Numbers, days and flags are written once and mapped read-only; the frames hold views on the maps, equal in every cell and type, and a rule
that wrote into one would be stopped. Between two steps the pages go back to the system, so a process holds the columns at work and no more.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.indicators.terms import Book
from spatial.schema.joined import Joined
from spatial.schema.shares import Shares

LEAST_BYTES = 1 << 16  # smaller columns are not worth a file
AnyFrame = TypeVar("AnyFrame", bound=pd.DataFrame)


class Parking:
    """The columns that one run has put aside, in files without a name that end with the last array on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.maps: list[mmap.mmap] = []

    def frame(self, frame: AnyFrame) -> AnyFrame:
        """The frame with its columns of numbers parked; texts, geometries and columns that are one cell stay."""
        held = {name: self.array(frame[name].to_numpy()) for name in frame.columns if isinstance(frame[name].dtype, np.dtype) and frame[name].dtype != object}
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

    def shares(self, shares: Shares) -> Shares:
        return Shares(self.array(shares.row), self.array(shares.zone), self.array(shares.share), self.array(shares.inside))

    def joined(self, joined: Joined) -> Joined:
        members = replace(joined.members, shares=self.shares(joined.members.shares), inside=self.array(joined.members.inside))
        return replace(joined, parcels=self.frame(joined.parcels), members=members, pieces=self.frame(joined.pieces))

    def book(self, book: Book) -> Book:
        return replace(book, facts=replace(book.facts, tables={**book.facts.tables, "parcels": self.frame(book.facts.tables["parcels"])}))

    def rest(self) -> None:
        """Give the pages back that were read; the files keep them."""
        for held in self.maps:
            held.madvise(mmap.MADV_DONTNEED)


def _mapped(values: NDArray[Any]) -> bool:
    base: Any = values
    while isinstance(base, np.ndarray):
        base = base.base
    return isinstance(base, (mmap.mmap, memoryview))
