"""Which files are opened and changed while the corpus, a run with all its outputs and the demo go through the tool; `make canary` runs it whole.

Two watchers: Python's audit hook (files opened by Python, sockets, programs started; works everywhere) and strace (every system call that
opens or changes a file, so GDAL and all other libraries too; Linux). `python -m tests.corpus.opened` judges every path that they saw.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import site
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ["gbk_without_a_cpg", "geojson_crs_link", "geojson_crs_file_link", "kml_with_a_network_link"]
CALLS = "open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,truncate,chmod,fchmodat,connect,execve"
BEGIN = "/spatial-corpus-begins-here"
MACHINE = (  # what a process reads of its machine to run at all: no data of anybody
    r"/proc/(self|\d+|thread-self)(/(task|fd|status|stat|statm|maps|cgroup|mountinfo|cmdline|limits|auxv)\b.*)?$", r"/proc/(cpuinfo|meminfo|stat|mounts|filesystems|sys/.*)$",
    r"/sys/(devices/system|fs/cgroup|kernel/mm)\b.*", r"/dev/(null|u?random|shm|shm/.*|tty)$", r"/etc/(ld\.so\.cache|localtime|mime\.types|nsswitch\.conf|os-release)$",
    r"/usr/share/(zoneinfo|locale|fonts|mime|fontconfig)\b.*", r"/usr/local/share/fonts\b.*", r"/(usr/)?(local/)?lib\S*/\S+\.so[.\d]*$", r"/(usr/)?lib/locale/.*", r"(pipe|socket|anon_inode):.*",
)
COMPILED = [sys.pycache_prefix] if sys.pycache_prefix else []  # where the machine's user keeps compiled modules
CODE = tuple(dict.fromkeys(str(Path(p).resolve()) for p in (ROOT / "spatial", ROOT / "tests", ROOT / "layers", ROOT / "maps", sys.prefix, sys.base_prefix, *COMPILED, *site.getsitepackages())))


def child(folder: Path, cases: list[str] | None) -> dict[str, list[str]]:
    """Run the cases (all of them, and the demo, where none are named) inside a folder; what Python's audit hook saw."""
    from spatial import pipeline
    from tests.corpus import containers, encodings, headers, shapes, systems, texts  # noqa: F401
    from tests.corpus.cases import ALL, judge
    from tests.corpus.desk import Desk
    from tests.corpus.ledgers.cases import lay, outcome
    from tests.corpus.ledgers.test_corpus import CASES

    seen: dict[str, list[str]] = {"open": [], "network": [], "started": []}
    events = {"open": "open", "socket.connect": "network", "socket.getaddrinfo": "network", "socket.sendto": "network", "subprocess.Popen": "started", "os.system": "started",
              "os.exec": "started"}

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if event in events and (event != "open" or isinstance(given[0], (str, bytes))):
            seen[events[event]].append(os.fsdecode(given[0]) if event == "open" else repr(given))  # a name without a folder may be relative to an open one

    sys.addaudithook(hook)
    open_nothing()
    for name in ALL if cases is None else cases:
        place = folder / "vector" / name
        place.mkdir(parents=True)
        judge(ALL[name], Desk(place))
    lay(folder)
    for case in CASES if cases is None else CASES[::40]:
        place = folder / "ledger" / case.name
        place.mkdir(parents=True)
        outcome(case, place, folder, whole=False)
    if cases is None:
        pipeline.demo(folder / "demo")
    (folder / "run").mkdir()
    desk = Desk(folder / "run")
    desk.write("parcels.gpkg")
    pipeline.run(desk.study())
    return seen | {"open": [path for path in seen["open"] if os.path.isabs(path) and path != BEGIN]}


def open_nothing() -> None:
    """A call that strace sees: what comes before it is Python's start."""
    try:
        os.open(BEGIN, os.O_RDONLY)
    except OSError:
        return


def run(cases: list[str] | None, base: Path, *, trace: bool) -> tuple[dict[str, list[str]], list[str] | None]:
    """The child in a process of its own whose only places are folders under `base`: (seen by the hook, seen by strace)."""
    for name in ("work", "tmp", "home"):
        (base / name).mkdir()
    log, told = base / "strace.log", base / "told.json"
    command = [sys.executable, "-m", "tests.corpus.opened", "--child", str(base / "work"), str(told), json.dumps(cases)]
    if trace:
        command = ["strace", "-f", "--seccomp-bpf", "-y", "-s", "4096", "-e", f"trace={CALLS}", "-o", str(log), *command]
    environment = {**os.environ, "TMPDIR": str(base / "tmp"), "HOME": str(base / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return json.loads(told.read_text(encoding="utf-8")), traced(log) if trace else None


def traced(log: Path) -> list[str]:
    """Paths that calls opened or changed with success, and sockets connected, after the start."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    begin = next(i for i, line in enumerate(lines) if BEGIN in line)
    seen: list[str] = []
    for line in lines[begin + 1:]:
        call = re.match(r"\d+\s+(?:<\.\.\. )?(\w+)", line)
        if call is None or line.rstrip().endswith("<unfinished ...>") and "resumed" not in line:
            seen += [f"connect: {path}" if call.group(1) == "connect" else path for path in _named(line)] if call and call.group(1) not in ("open", "openat", "openat2") else []
        elif call.group(1).startswith("open") or call.group(1) == "creat":
            seen += [_plain(path) for path in re.findall(r"= \d+<(.*)>$", line)]
        elif call.group(1) == "connect":
            seen += [f"connect: {line.split('connect', 1)[1]}"] if "AF_INET" in line else []
        elif " = 0" in line:
            seen += _named(line)
    return seen


def _named(line: str) -> list[str]:
    """Paths among the arguments of a call, with the folder they are relative to."""
    return [_plain(os.path.normpath(os.path.join(within, name))) for within, name in re.findall(r'(?:<([^<>]*)>, )?"((?:[^"\\]|\\.)*)"', line)]


def _plain(escaped: str) -> str:
    return re.sub(r"\\([0-7]{1,3})", lambda m: chr(int(m.group(1), 8)), escaped).encode("latin-1", "replace").decode("utf-8", "replace")


def foreign(paths: list[str], base: Path) -> Counter[str]:
    """Paths that are neither the study's own, nor the program's, nor the machine's."""
    own = str(base.resolve())
    return Counter(path for path in paths if path not in ("/", str(ROOT)) and not path.startswith((own, *CODE)) and not any(re.match(pattern, path) for pattern in MACHINE))


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        Path(sys.argv[3]).write_text(json.dumps(child(Path(sys.argv[2]), json.loads(sys.argv[4]))), encoding="utf-8")
        return 0
    trace = shutil.which("strace") is not None
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        hook, calls = run(None, base, trace=trace)
        strange = [*foreign(hook["open"], base).items(), *foreign(calls or [], base).items()]
        print(f"opened: {len(hook['open'])} by Python, " + (f"{len(calls)} files opened or changed by any library" if calls is not None else "no strace here: libraries not seen"))
        print(f"opened: {len(strange)} foreign paths, {len(hook['network'])} network calls, {len(hook['started'])} programs started by Python")
    for path, count in strange:
        print(f"  FOREIGN {path} ({count} times)")
    return 1 if strange or hook["network"] else 0


if __name__ == "__main__":
    sys.exit(main())
