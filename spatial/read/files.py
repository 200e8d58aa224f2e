"""Hashes of input files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def sha256(files: Iterable[Path]) -> str:
    """One hash over the bytes of one file, or over the names and bytes of several."""
    listed = list(files)
    digest = hashlib.sha256()
    for file in listed:
        if len(listed) > 1:
            digest.update(file.name.encode())
        with file.open("rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
    return digest.hexdigest()
