"""The test command: installs what the machine lacks where it can, runs every check, and says last what did not run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.servers import postgis_folder  # noqa: E402

BIN = Path(sys.executable).parent
PARTS = {
    "chromium": (("chromium", "chromium-browser", "google-chrome"), ("chromium", "fonts-noto-cjk")),
    "firefox": (("firefox-esr", "firefox"), ("firefox-esr",)),
    "strace": (("strace",), ("strace",)),
    "postgis": ((), ("postgresql-15-postgis-3",)),  # a server is not enough: see `postgis_folder`
}
# Without compiled modules each of the many processes of the suite compiles what it imports, for more seconds than most of them then run.
COMPILED = {"PYTHONPYCACHEPREFIX": str(BIN.parent / "compiled")}


def have(part: str) -> bool:
    return postgis_folder() is not None if part == "postgis" else any(shutil.which(name) for name in PARTS[part][0])


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
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | COMPILED
    types = subprocess.Popen([BIN / "mypy"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    # Two cores: a third worker uses the time in which the others wait for a browser, a server or a killed run.
    steps = {
        "ruff": ["ruff", "check", "spatial", "tests", "scripts"],
        "lint-imports": ["lint-imports", "--no-cache"],
        "pytest": ["python", "-m", "pytest", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder", "-rs", *sys.argv[1:]],
    }
    failed = []
    for name, (program, *given) in steps.items():
        print("==", program, *given, flush=True)
        if subprocess.run([BIN / program, *given], cwd=ROOT, env=environment, check=False).returncode:
            failed.append(name)
    said, _ = types.communicate()
    print("== mypy", said, sep="\n", end="", flush=True)
    if types.returncode:
        failed.append("mypy")
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
