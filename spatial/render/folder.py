"""The output folder: a set of files appears all together or not at all, one run at a time, and only files of an earlier run are replaced."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from spatial.errors import Finding, Refused, found
from spatial.render.single import free_bytes, is_full, missing_folders, no_room, remove_empty, unwritten
from spatial.render.swap import mark_ready, settle, stage_pattern, swap, unsettled

MANIFEST = "run.lock.json"
OWN_NAMES = (MANIFEST, "results.json", "scorecard.csv", "findings.csv", "geometry.csv", "rows.csv", "matches.csv", "parcels.parquet", "tables.xlsx", "map.html", "layers.gpkg", "report.docx")
ROOM_BYTES = 8 << 20  # least free space to start with, beside what the earlier run took
LOCK_SECONDS = 0.2  # a lock whose file has just been removed is asked for again


def sha256(path: Path) -> str:
    """Hash of a file, or of a folder's files in order of their names (FileGDB)."""
    digest = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
        if path.is_dir():
            digest.update(file.relative_to(path).as_posix().encode())
        with file.open("rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
    return digest.hexdigest()


def refuse_inputs(out: Path, inputs: list[Path]) -> None:
    """Refuse an output folder in which an input lies."""
    here = out.resolve()
    held = [path for path in inputs if path.exists() and here in (path.resolve(), *path.resolve().parents)]
    if held:
        raise Refused([found("study.output_holds_inputs", role="study", path=out, value_seen=held[0].name)])


@contextmanager
def staged(out: Path, *, amend: bool = False, replacing: bool = False) -> Iterator[Path]:
    """A private sibling folder to write in; on success its files take their places in `out`, on any error nothing changes.

    Enter it before the long work: a folder that is read-only, in use by another run, held by another program, full, or
    holding files of others under our names is refused here. With `amend` the earlier run's other files stay; with
    `replacing` the folder is no run's, and files that are written take the place of any of their name.

    Raises
    ------
    Refused
        With every obstacle found.
    """
    with _locked(out):
        settle(out)
        problems = [*([] if replacing else _strangers(out)), *_held(out), *_room(out)]
        if problems:
            raise Refused(problems)
        stage = _stage(out)
        try:
            yield stage
            written = {path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file()}
            refuse([] if replacing else _strangers(out, written))
            mark_ready(stage, [] if amend or replacing else set(earlier_files(out)) - written)
            out.mkdir(parents=True, exist_ok=True)
            swap(stage, out)
        except Exception as problem:
            if is_full(problem, out.parent):
                raise Refused([no_room(out)]) from problem
            raise
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _stage(out: Path) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=f".{out.name}.{os.getpid()}.", suffix=".part", dir=out.parent))
    except OSError as problem:
        raise Refused([unwritten(problem, out)]) from None


def settled(out: Path) -> Path:
    """The same folder, after a swap that a kill interrupted has been completed."""
    if unsettled(out):
        with _locked(out):
            settle(out)
    return out


def refuse(findings: Iterable[Finding]) -> None:
    listed = list(findings)
    if listed:
        raise Refused(listed)


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """One run at a time: the system's own lock, which ends with the process that holds it, however that ends."""
    made = missing_folders(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out.parent / f".{out.name}.lock")
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout:
        raise Refused([found("output.in_use", path=out, value_seen=_who(out))]) from None
    except OSError as problem:
        remove_empty(made)
        raise Refused([unwritten(problem, out)]) from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # where an open file cannot be removed it stays, empty
            os.unlink(lock.lock_file)
        lock.release()
        remove_empty(made)


def _who(out: Path) -> str:
    """The other run, by the stage it writes in."""
    for stage in out.parent.glob(stage_pattern(out)):
        with contextlib.suppress(OSError):
            return f"pid {stage.name.rsplit('.', 3)[1]}, {datetime.fromtimestamp(stage.stat().st_mtime):%H:%M:%S}"
    return "pid ?"


def _strangers(out: Path, names: Iterable[str] = OWN_NAMES) -> list[Finding]:
    """Files under our names that no earlier manifest knows: somebody else's."""
    known = {*earlier_files(out), MANIFEST} if _has_manifest(out) else set()
    return [found("output.not_ours", path=out / name, value_seen=name) for name in sorted(names) if name not in known and (out / name).exists()]


def _held(out: Path) -> list[Finding]:
    """Files of the earlier run that cannot be replaced now: open in another program, or in a folder without the right to write."""
    if out.exists() and not out.is_dir():
        return [found("output.read_only", path=out, value_seen=out.name)]
    problems = []
    if out.is_dir() and not os.access(out, os.W_OK | os.X_OK):
        problems.append(found("output.read_only", path=out, value_seen=out.name))
    for name in earlier_files(out):
        if os.name == "nt" and (out / name).is_file():  # elsewhere an open file can be replaced
            try:
                with (out / name).open("rb+"):
                    pass
            except OSError as problem:
                problems.append(found("output.held", path=out / name, value_seen=problem.strerror or problem))
    return problems


def _room(out: Path) -> list[Finding]:
    needed = ROOM_BYTES + sum((out / name).stat().st_size for name in earlier_files(out) if (out / name).is_file())
    return [no_room(out)] if free_bytes(out.parent) < needed else []


def earlier_manifest(out: Path) -> dict[str, Any]:
    """The manifest of the run that wrote this folder; empty where there is none, or a file of that name is of something else.

    Raises
    ------
    Refused
        Where there is one that cannot be read: which files are of that run, nobody can say.
    """
    path = out / MANIFEST
    if not os.path.lexists(path):
        return {}
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or "outputs" not in manifest:
            return {}
        if not isinstance(manifest["outputs"], list) or not all(isinstance(row, dict) and isinstance(row.get("path"), str) for row in manifest["outputs"]):
            raise ValueError("outputs: not a list of files")
        if strange := next((row["path"] for row in manifest["outputs"] if Path(row["path"]).is_absolute() or ".." in Path(row["path"]).parts), None):
            raise ValueError(f"outputs: {strange}")
    except (OSError, ValueError, RecursionError) as problem:
        raise Refused([found("output.manifest_unreadable", path=path, value_seen=getattr(problem, "strerror", None) or str(problem)[:200] or type(problem).__name__)]) from None
    return manifest


def _has_manifest(out: Path) -> bool:
    return "outputs" in earlier_manifest(out)


def earlier_files(out: Path) -> list[str]:
    """Files that an earlier run wrote here, by its manifest."""
    return [row["path"] for row in earlier_manifest(out).get("outputs", [])]


def manifest_rows(stage: Path) -> list[dict[str, object]]:
    """Path, size and hash of every file written so far."""
    return [{"path": path.relative_to(stage).as_posix(), "bytes": path.stat().st_size, "sha256": sha256(path)}
            for path in sorted(stage.rglob("*")) if path.is_file() and path.name != MANIFEST]


def amended_manifest(out: Path, stage: Path) -> dict[str, Any]:
    """The earlier run's manifest with the files of a stage put in the place of theirs."""
    rows = {str(row["path"]): row for row in (*earlier_manifest(out).get("outputs", []), *manifest_rows(stage))}
    return {**earlier_manifest(out), "outputs": [rows[name] for name in sorted(rows)]}

