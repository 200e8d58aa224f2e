"""Damaged copies of good GeoTIFFs, stored plain and deflated: each is read as it was, read with a finding, or refused; never a traceback, never a hang.

`python -m tests.raster.mutation 2000` makes that many of each (`make fuzz`).
"""

from __future__ import annotations

import os
import random
import sys
import time
import traceback
import warnings
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

from spatial.errors import Refused
from spatial.read.raster import open_raster
from spatial.schema.study import LayerSpec
from tests.corpus.ledgers.mutation import SECONDS, Tally, command, mutant

KINDS = {"plain.tif": {}, "deflate.tif": {"compress": "deflate", "tiled": True, "blockxsize": 16, "blockysize": 16}}


def _write(path: Path, profile: dict[str, object]) -> None:
    cells = np.random.default_rng(1).integers(1, 200, (40, 40)).astype("uint8")
    with rasterio.open(path, "w", driver="GTiff", width=40, height=40, count=1, dtype="uint8", nodata=0, crs="EPSG:4549", transform=Affine(10, 0, 520_000, 0, -10, 3_340_000), **profile) as out:
        out.write(cells[None])


def _read(path: Path) -> tuple[object, set[str]]:
    """What a raster comes to, and the codes of its findings; every cell is read, as the surface of a large zone would."""
    raster, said, stated = open_raster(LayerSpec("imagery", path, path.name), {})
    wide, high = (min(side, 4096) for side in (raster.width, raster.height))
    cells = raster.read((0, 0, wide, high))
    return (stated, raster.transform, raster.width, raster.height, raster.kind, raster.unit, cells.tobytes()), {finding.code for finding in said}


def run(kind: str, count: int, folder: Path, seed: int = 1) -> Tally:
    """Damage `count` copies of one kind and read each."""
    chance = random.Random(f"{kind} {seed}")
    path = folder / kind
    _write(path, KINDS[kind])
    data = path.read_bytes()
    right, codes = _read(path)
    tally = Tally()
    for number in range(count):
        bad = mutant(data, chance)
        path.write_bytes(bad)
        began = time.process_time()
        try:
            seen, said = _read(path)
            if seen == right:
                tally.same += 1
            elif said - codes:
                tally.told += 1
            else:
                tally.silent += 1
        except Refused as error:
            tally.refused += 1
            if not all(f.message("zh") and f.remedy("en") for f in error.findings if f.severity == "error"):
                tally.wrong.append(f"{kind} {number}: a refusal without a remedy")
            if any(str(folder) in f.line("en") for f in error.findings):
                tally.wrong.append(f"{kind} {number}: a finding tells where on the machine the file lies")
        except Exception:
            tally.wrong.append(f"{kind} {number}: {traceback.format_exc(limit=-3)}")
        if time.process_time() - began > SECONDS:
            tally.wrong.append(f"{kind} {number}: took longer than {SECONDS:g} s")
        if path.read_bytes() != bad or os.listdir(folder) != [kind]:
            tally.wrong.append(f"{kind} {number}: the input was changed, or a file appeared beside it")
    return tally


if __name__ == "__main__":
    warnings.simplefilter("error")
    sys.exit(command(run, KINDS))
