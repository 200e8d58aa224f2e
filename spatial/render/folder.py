"""The output folder: a set of files appears all together or not at all, and only files of an earlier run are replaced."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spatial.errors import Refused, found

MANIFEST = "run.lock.json"


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
def staged(out: Path) -> Iterator[Path]:
    """A private sibling folder to write in; on success its files take their places in `out`, on any error nothing changes."""
    out.parent.mkdir(parents=True, exist_ok=True)
    for left in out.parent.glob(f".{out.name}.*.part"):
        if _abandoned(left):
            shutil.rmtree(left, ignore_errors=True)
    stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.{os.getpid()}.", suffix=".part", dir=out.parent))
    try:
        yield stage
        _swap(stage, out)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _abandoned(part: Path) -> bool:
    """Whether the process that made a left-over is gone."""
    try:
        process = int(part.name.rsplit(".", 3)[1])
        os.kill(process, 0)
    except (ValueError, IndexError, ProcessLookupError):
        return True
    except PermissionError:
        return False
    return False


def earlier_files(out: Path) -> list[str]:
    """Files that an earlier run wrote here, by its manifest."""
    try:
        listed = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["outputs"]
        names = [str(row["path"]) for row in listed]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [name for name in names if not Path(name).is_absolute() and ".." not in Path(name).parts]


def _swap(stage: Path, out: Path) -> None:
    """Move every written file to its place, the manifest last; then drop what only the earlier run wrote."""
    before = set(earlier_files(out))
    files = sorted(path for path in stage.rglob("*") if path.is_file())
    files.sort(key=lambda path: path.name == MANIFEST)
    out.mkdir(parents=True, exist_ok=True)
    written = set()
    for file in files:
        name = file.relative_to(stage)
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(file, target)
        written.add(name.as_posix())
    for gone in sorted(before - written - {MANIFEST}):
        (out / gone).unlink(missing_ok=True)


def manifest_rows(stage: Path) -> list[dict[str, object]]:
    """Path, size and hash of every file written so far."""
    return [{"path": path.relative_to(stage).as_posix(), "bytes": path.stat().st_size, "sha256": sha256(path)}
            for path in sorted(stage.rglob("*")) if path.is_file() and path.name != MANIFEST]


def write_text(path: Path, text: str) -> None:
    """Write one text file all at once: beside its place first, then moved there."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
