"""The test command: installs what the machine lacks where it can, runs every check, and says last what did not run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PARTS = {
    "chromium": (("chromium", "chromium-browser", "google-chrome"), ("chromium", "fonts-noto-cjk")),
    "firefox": (("firefox-esr", "firefox"), ("firefox-esr",)),
    "strace": (("strace",), ("strace",)),
    "postgis": (("/usr/lib/postgresql/15/bin/postgres",), ("postgresql-15-postgis-3",)),
}


def have(part: str) -> bool:
    return any(shutil.which(name) for name in PARTS[part][0])


def install(part: str) -> str:
    """Install a missing part with the system's package manager; returns why it could not be had, or nothing."""
    if have(part):
        return ""
    if not shutil.which("apt-get"):
        return "no apt-get on this machine"
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        return "not root, cannot install " + " ".join(PARTS[part][1])
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update"], check=False, **quiet)
    subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *PARTS[part][1]], check=False, **quiet)
    return "" if have(part) else "apt-get could not install " + " ".join(PARTS[part][1])


def main() -> int:
    missing = {part: reason for part in PARTS if part in needed() and (reason := install(part))}
    steps = [
        [BIN / "ruff", "check", "spatial", "tests", "scripts"],
        [BIN / "mypy"],
        [BIN / "lint-imports", "--no-cache"],
        [BIN / "python", "-m", "pytest", "-n", "2", "--dist", "loadfile", "-rs", *sys.argv[1:]],
    ]
    failed = []
    for step in steps:
        command = [str(part) for part in step]
        print("==", " ".join(Path(command[0]).name if i == 0 else part for i, part in enumerate(command)), flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(Path(command[0]).name if "pytest" not in command else "pytest")
    for part, reason in missing.items():
        print(f"not run: tests that need {part} ({reason})")
    if not (ROOT.parent / "shared" / "data").is_dir():
        print("not run: tests on the Cambridge data (no ../shared beside this checkout)")
    if failed:
        print("failed:", ", ".join(failed))
    return 1 if failed else 0


def needed() -> set[str]:
    """Parts that some test needs."""
    marks = {part for part in PARTS for file in (ROOT / "tests").rglob("test_*.py") if f"pytest.mark.{part}" in file.read_text(encoding="utf-8")}
    return marks


if __name__ == "__main__":
    sys.exit(main())
