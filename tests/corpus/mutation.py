"""Damaged copies of good vector files: each is read as it was, read with a finding, or refused; never a traceback, never a hang.

`python -m tests.corpus.mutation 2000` makes that many of each kind (`make fuzz`), `... 2000 shp kml` of these.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shapely

from spatial.errors import Refused
from spatial.read.vector import read_vector
from spatial.schema.raw import RawLayer
from tests.corpus.desk import Desk
from tests.corpus.ground import SHAPES, in_crs
from tests.corpus.ledgers.mutation import SECONDS, Tally, command, mutant
from tests.corpus.texts import HEAD, dxf_text, kml_text, placemarks, topology
from tests.corpus.writers import collection, corner_text, members, shapefile, zipped


def _parquet(desk: Desk) -> Path:
    path = desk.folder / "good.parquet"
    desk.frame().to_parquet(path, write_page_checksum=True)
    return path


def _lines(desk: Desk) -> Path:
    features = json.loads(collection(in_crs(4490)))["features"]
    return desk.text("good.geojsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in features))


def _zip(desk: Desk) -> Path:
    files = members(shapefile(desk, "in/good.shp", encoding="utf-8", cpg="UTF-8"))
    return zipped(desk, "good.zip", {f"good{suffix}": file for suffix, file in files.items()})


KINDS: dict[str, Callable[[Desk], Path]] = {
    "shp": lambda desk: shapefile(desk, "good.shp", cpg="GBK"),
    "gpkg": lambda desk: desk.write("good.gpkg"),
    "geojson": lambda desk: desk.text("good.geojson", collection(in_crs(4490))),
    "geojsonl": _lines,
    "topojson": lambda desk: desk.text("good.topojson", json.dumps(topology(in_crs(4490), 10_000), ensure_ascii=False)),
    "kml": lambda desk: desk.text("good.kml", kml_text("".join(placemarks(in_crs(4326))))),
    "dxf": lambda desk: desk.text("good.dxf", dxf_text(SHAPES[:4]), "gbk"),
    "parquet": _parquet,
    "fgb": lambda desk: desk.write("good.fgb", driver="FlatGeobuf"),
    "txt": lambda desk: desk.text("good.txt", corner_text(SHAPES, header=HEAD), "gbk"),
    "zip": _zip,
}
CHECKED = {"zip": slice(None), "parquet": slice(1, 3)}  # what is under a checksum does not change in silence; names and system of a Parquet file stand in its footer, which has none


def content(raw: RawLayer) -> Any:
    """Names, rows, shapes and system of a layer, to be compared."""
    shapes = None if raw.geometry is None else [None if shape is None else shapely.to_wkb(shape) for shape in raw.geometry]
    return repr(raw.frame.columns.tolist()), repr(raw.frame.to_numpy(object).tolist()), shapes, raw.source.crs


def run(kind: str, count: int, folder: Path, seed: int = 1) -> Tally:
    """Damage `count` copies of the good file of a kind, one part of it at a time, and read each."""
    chance = random.Random(f"{kind} {seed}")
    good = KINDS[kind](Desk(folder))
    parts = {p: p.read_bytes() for p in sorted(good.parent.glob("good.*")) if p.stat().st_size}
    sound = read_vector(good, role="parcels", shown_path=good.name)
    codes, right = {f.code for f in sound.findings}, content(sound)
    tally = Tally()
    for number in range(count):
        part = chance.choice(sorted(parts))
        bad = mutant(parts[part], chance)
        part.write_bytes(bad)
        names = sorted(os.listdir(folder))
        began = time.process_time()
        try:
            raw = read_vector(good, role="parcels", shown_path=good.name)
            seen = content(raw)
            if seen == right:
                tally.same += 1
            elif {f.code for f in raw.findings} - codes:
                tally.told += 1
            else:
                tally.silent += 1
                if kind in CHECKED and seen[CHECKED[kind]] != right[CHECKED[kind]]:
                    tally.wrong.append(f"{kind} {number}: other content, and nothing said")
        except Refused as error:
            tally.refused += 1
            if not all(f.path and f.message("zh") and f.remedy("en") for f in error.findings if f.severity == "error"):
                tally.wrong.append(f"{kind} {number}: a refusal without place or remedy")
            if any(str(folder) in f.line("en") or tempfile.gettempdir() in f.line("en") for f in error.findings):
                tally.wrong.append(f"{kind} {number}: a finding tells where on the machine the file lies")
        except Exception:
            tally.wrong.append(f"{kind} {number} {part.suffix}: {traceback.format_exc(limit=-3)}")
        if time.process_time() - began > SECONDS:
            tally.wrong.append(f"{kind} {number}: took longer than {SECONDS:g} s")
        if part.read_bytes() != bad or sorted(os.listdir(folder)) != names:
            tally.wrong.append(f"{kind} {number}: the input was changed, or a file appeared beside it")
        part.write_bytes(parts[part])
    return tally


if __name__ == "__main__":
    warnings.simplefilter("error")
    sys.exit(command(run, KINDS))
