"""Archives unpacked into scratch: size and ratio are checked before and while unpacking, names never lead out of the folder."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any

from spatial.errors import Refused, found

TOTAL_LIMIT_BYTES = 8_000_000_000
RATIO_LIMIT = 150  # shapefile tables full of blanks reach about 60
SMALL_BYTES = 50_000_000  # below this a high ratio is harmless
MEMBER_LIMIT = 20_000
STEP = 1 << 20


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's name; archives made on Chinese Windows carry GBK bytes without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename


def check(path: Path, *, role: str, shown_path: str, free_bytes: int | None = None) -> list[zipfile.ZipInfo]:
    """The members of an archive; an archive that unpacks to far more than it is, is refused before anything is read."""
    place: dict[str, Any] = {"role": role, "path": shown_path}
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, IndexError, EOFError, NotImplementedError) as error:
        raise Refused([found("container.damaged", **place, what="zip", reason=str(error))]) from None
    members = [info for info in members if not _ignored(member_name(info))]
    total, packed = sum(i.file_size for i in members), sum(i.compress_size for i in members)
    if any(i.flag_bits & 1 for i in members):
        raise Refused([found("container.locked_archive", **place)])
    limit = TOTAL_LIMIT_BYTES if free_bytes is None else min(TOTAL_LIMIT_BYTES, int(free_bytes * 0.9))
    high_ratio = total > SMALL_BYTES and total > RATIO_LIMIT * max(packed, 1)
    if total > limit or high_ratio or len(members) > MEMBER_LIMIT:
        raise Refused([found("container.bomb", **place, value_seen=f"{packed} -> {total}", packed=packed, total=total, members=len(members))])
    if not members:
        raise Refused([found("container.empty", **place)])
    return members


def unpack(path: Path, into: Path, *, role: str, shown_path: str) -> list[Path]:
    """Unpack an archive into a scratch folder; the files that came out."""
    members = check(path, role=role, shown_path=shown_path, free_bytes=shutil.disk_usage(into).free)
    written: list[Path] = []
    try:
        with zipfile.ZipFile(path) as archive:
            for info in members:
                target = _inside(into, member_name(info))
                if target is None:
                    raise Refused([found("container.escaping_member", role=role, path=shown_path, value_seen=member_name(info))])
                target.parent.mkdir(parents=True, exist_ok=True)
                _copy(archive, info, target)
                written.append(target)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Refused([found("container.damaged", role=role, path=shown_path, what="zip", reason=str(error))]) from None
    return written


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    with archive.open(info) as source, target.open("wb") as sink:
        left = info.file_size
        while chunk := source.read(STEP):
            left -= len(chunk)
            if left < 0:
                raise zipfile.BadZipFile(f"{info.filename}: more bytes than the archive states")
            sink.write(chunk)
        if left:  # a directory whose packed size and checksum are both lost gives an empty member without a word
            raise zipfile.BadZipFile(f"{info.filename}: fewer bytes than the archive states")


def _inside(folder: Path, name: str) -> Path | None:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or any(part in ("..", "/") or ":" in part or "\x00" in part for part in parts) or name.startswith(("/", "\\")):
        return None
    return folder.joinpath(*parts)


def _ignored(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")
