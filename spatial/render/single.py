"""Single files written all at once, and errors of writing as findings: a disk that is full, a place that cannot be written."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from spatial.errors import Finding, Refused, found

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
PROBE_BYTES = 64 << 10  # what is written to see whether a file can be written


def write_text(path: Path, text: str) -> None:
    """Write one text file all at once: beside its place first, then moved there; folders that are missing are made.

    Raises
    ------
    Refused
        Where it cannot be written; what was there is as it was, and neither a part of the file nor an empty folder stays.
    """
    with _writable(path) as part:
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)


def unwritable(path: Path) -> list[Finding]:
    """Why a file cannot be written, asked before the work it comes from; nothing of the question stays."""
    made: list[Path] = []
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with _writable(path, made) as part:
            with part.open("wb") as stream:
                stream.write(bytes(PROBE_BYTES))
                stream.flush()
                os.fsync(stream.fileno())
    except (OSError, Refused) as problem:
        return problem.findings if isinstance(problem, Refused) else [unwritten(problem, path)]
    remove_empty(made)
    return []


def refuse_unwritable(paths: Iterable[Path]) -> None:
    """Refuse, with all that is wrong, where one of these files cannot be written."""
    problems = [problem for path in paths for problem in unwritable(path)]
    if problems:
        raise Refused(problems)


@contextmanager
def _writable(path: Path, made: list[Path] | None = None) -> Iterator[Path]:
    """A place beside a file to write it in, its folder made; on an error the folders go again. `made` is told which folders are new."""
    new = [] if made is None else made
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        for folder in missing_folders(path):
            folder.mkdir(exist_ok=True)
            new.append(folder)
        yield part
    except OSError as problem:
        _drop(part)
        remove_empty(new)
        raise Refused([unwritten(problem, path)]) from problem
    finally:
        _drop(part)


def _drop(part: Path) -> None:
    with contextlib.suppress(OSError):
        part.unlink(missing_ok=True)


def missing_folders(path: Path) -> list[Path]:
    """Folders above a path that are not there, the outermost first."""
    return [folder for folder in reversed(path.parents) if not folder.exists()]


def remove_empty(folders: list[Path]) -> None:
    """Folders that were made for nothing, the innermost first; one that has been filled since stays."""
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            folder.rmdir()


def unwritten(problem: OSError, path: Path) -> Finding:
    """An error of writing as a finding."""
    if problem.errno in FULL:
        return no_room(path)
    return found("output.read_only", path=path, value_seen=problem.strerror or problem)


def no_room(path: Path) -> Finding:
    return found("output.no_room", path=path, value_seen=f"{free_bytes(path):,} B")


def free_bytes(path: Path) -> int:
    """Free space where a file would lie, whether its folder is there yet or not."""
    return shutil.disk_usage(next((folder for folder in (path, *path.absolute().parents) if folder.exists()), Path("."))).free


def is_full(problem: BaseException, path: Path) -> bool:
    """Whether a disk that ran full is behind an error, whatever library tells it."""
    return getattr(problem, "errno", None) in FULL or (not isinstance(problem, Refused) and free_bytes(path) < 1 << 20)


def room_behind(problem: Exception) -> list[Finding]:
    """The finding where a disk that ran full is behind an error of any library: where it says so, else the folder of temporary files."""
    named = getattr(problem, "filename", None)
    place = Path(named) if isinstance(named, str) and named else Path(tempfile.gettempdir())
    return [no_room(place)] if is_full(problem, place) else []
