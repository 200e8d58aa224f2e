"""A finished stage takes its place in the output folder: file by file, undone on failure, completed by the next command after a kill."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from spatial.errors import Refused, found

READY, OLD = ".ready.json", ".old"  # in the stage: what is to be done, and what it replaced


def stage_pattern(out: Path) -> str:
    return f".{out.name}.*.part"


def mark_ready(stage: Path, gone: Iterable[str]) -> None:
    """From here on the stage is complete: its files are on the disk, and whoever finds it may finish the swap."""
    for file in files_of(stage):
        _flush(stage / file)
    part = stage / f"{READY}.part"
    part.write_text(json.dumps({"files": files_of(stage), "gone": sorted(gone)}, ensure_ascii=False), encoding="utf-8")
    _flush(part)
    os.replace(part, stage / READY)
    _flush_folder(stage)


def swap(stage: Path, out: Path) -> None:
    """Move every file of a ready stage to its place; on an error put back what was there and refuse."""
    orders = json.loads((stage / READY).read_text(encoding="utf-8"))
    places = {name: place_of(name, out) for name in (*orders["files"], *orders["gone"])}
    name = ""
    try:
        for name in orders["files"]:
            if (stage / name).is_file():  # else moved before a kill
                _keep_old(places[name], stage / OLD / name)
                _move(stage / name, places[name])
        for name in orders["gone"]:
            _keep_old(places[name], stage / OLD / name)
    except OSError as problem:
        _undo(places, stage)
        raise Refused([found("output.held", path=out / name, value_seen=problem.strerror or problem)]) from None
    (stage / READY).unlink()
    _flush_folder(out)


def _keep_old(place: Path, kept: Path) -> None:
    if place.is_file() or place.is_symlink():
        _move(place, kept)


def _undo(places: Mapping[str, Path], stage: Path) -> None:
    """Every place as it was before the stage was ready."""
    for name, place in places.items():
        if (stage / OLD / name).is_file():
            _move(stage / OLD / name, place)
        elif place.is_file() and not (stage / name).is_file():
            place.unlink()
    (stage / READY).unlink(missing_ok=True)


def settle(out: Path) -> None:
    """Deal with what killed runs left beside an output folder: a ready stage is put in place, anything less is swept. Call it under the folder's lock."""
    for stage in sorted(out.parent.glob(stage_pattern(out))):
        if (stage / READY).is_file():
            out.mkdir(parents=True, exist_ok=True)
            swap(stage, out)
        shutil.rmtree(stage, ignore_errors=True)


def unsettled(out: Path) -> bool:
    """Whether a killed run left a finished stage that has not taken its place."""
    return any((stage / READY).is_file() for stage in out.parent.glob(stage_pattern(out)))


def place_of(name: str, out: Path) -> Path:
    """Where a file of the set belongs; refused where a link would lead it out of the folder."""
    place = out / name
    if out.resolve() not in (place.parent.resolve(), *place.parent.resolve().parents):
        raise Refused([found("output.leads_outside", path=place, value_seen=place.parent)])
    return place


def files_of(stage: Path) -> list[str]:
    """Names of the files in a stage, the manifest and its kind last in the order they are to appear."""
    names = [path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file()]
    names = [name for name in names if name != READY and PurePosixPath(name).parts[0] != OLD]
    return sorted(names, key=lambda name: (name.endswith(".lock.json"), name))


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)


def _flush(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _flush_folder(path: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
