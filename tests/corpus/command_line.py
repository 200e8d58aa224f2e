"""Damaged copies of good files through the command line, a process each: python -m tests.corpus.command_line 20 (that many of each kind; part of make fuzz).

`spatial inspect` of each ends with 0, 1 or 2, within its time, without a traceback, and with nothing written beside the file.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.corpus import mutation
from tests.corpus.desk import Desk
from tests.corpus.ledgers import mutation as ledgers

SECONDS = 60.0


def good_files(kind: str, folder: Path) -> tuple[Path, list[Path]]:
    """A good file of a kind, and the parts of it that can be damaged."""
    if kind in ledgers.KINDS:
        path = folder / f"good.{kind}"
        write: Callable[..., object] = ledgers.KINDS[kind]
        write(path, ledgers.TABLE)
        return path, [path]
    path = mutation.KINDS[kind](Desk(folder))
    return path, [part for part in sorted(path.parent.glob("good.*")) if part.stat().st_size]


def run(kind: str, count: int, folder: Path, seed: int = 1) -> tuple[Counter[int], list[str]]:
    """How `count` damaged copies of a kind ended, by exit code, and what was wrong."""
    chance, ends, wrong = random.Random(f"command line {kind} {seed}"), Counter[int](), []
    path, parts = good_files(kind, folder)
    for number in range(count):
        part = chance.choice(parts)
        whole = part.read_bytes()
        part.write_bytes(bad := ledgers.mutant(whole, chance))
        names = sorted(entry.name for entry in folder.rglob("*"))
        try:
            done = subprocess.run([sys.executable, "-m", "spatial", "inspect", str(path)], capture_output=True, timeout=SECONDS, check=False)
            ends[done.returncode] += 1
            if done.returncode not in (0, 1, 2) or b"Traceback" in done.stderr + done.stdout:
                wrong.append(f"{kind} {number}: exit {done.returncode}, {done.stderr[-600:]!r}")
        except subprocess.TimeoutExpired:
            wrong.append(f"{kind} {number}: took longer than {SECONDS:g} s")
        if part.read_bytes() != bad or sorted(entry.name for entry in folder.rglob("*")) != names:
            wrong.append(f"{kind} {number}: the input was changed, or a file appeared beside it")
        part.write_bytes(whole)
    return ends, wrong


def main() -> int:
    count, failed = int(sys.argv[1]) if len(sys.argv) > 1 else 20, 0
    for kind in sys.argv[2:] or [*mutation.KINDS, *ledgers.KINDS]:
        with tempfile.TemporaryDirectory() as folder:
            ends, wrong = run(kind, count, Path(folder))
        print(f"{kind:12} {count:4} copies: {ends[0]} answered, {ends[1] + ends[2]} refused, {len(wrong)} wrong", flush=True)
        print("\n".join(wrong[:3]), end="\n" if wrong else "")
        failed += len(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
