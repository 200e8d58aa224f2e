"""A PostgreSQL with PostGIS that a test or a benchmark starts for itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAMS, SHARED = Path("/usr/lib/postgresql"), Path("/usr/share/postgresql")


def postgis_folder() -> Path | None:
    """Programs of the newest PostgreSQL of this machine that has the PostGIS extension; a server alone does not do."""
    with_it = [PROGRAMS / path.parts[-3] / "bin" for path in SHARED.glob("*/extension/postgis.control")]
    return max((folder for folder in with_it if (folder / "initdb").is_file()), key=lambda folder: int(folder.parent.name), default=None)


@contextmanager
def postgis_server(*settings: str) -> Iterator[str]:
    """The address of a server on a socket in a folder of its own, with the extension; it is gone afterwards. `settings` are given as `name=value`."""
    import psycopg

    programs = postgis_folder()
    if programs is None:
        raise FileNotFoundError("no PostgreSQL with the PostGIS extension under /usr/lib/postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    data = folder / "data"
    prefix: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]
    quiet: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*prefix, str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"], **quiet)
    options = " ".join(f"-c {one}" for one in ("listen_addresses=''", *settings))
    subprocess.run([*prefix, str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "600", "-o", f"{options} -k {folder} -F", "start"], **quiet)
    try:
        url = f"postgresql://postgres@/postgres?host={folder}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis")
        yield url
    finally:
        subprocess.run([*prefix, str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)
