"""Whether the parts of an installation are there and whole: packages that load, files that are as they were built. Needs nothing but Python."""

from __future__ import annotations

import base64
import hashlib
import importlib
import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

DISTRIBUTION = "spatial-landuse"
PACKAGE = Path(__file__).resolve().parent
MODULES = {"pillow": "PIL", "python-docx": "docx", "fonttools": "fontTools", "pylopdf-fonts-zh-cn": ""}  # "": only files
TABLES = ("layers", "maps", "policies")  # folders of TOML that travel with the package
ASSETS, CONTENTS = PACKAGE / "render" / "assets", "contents.sha256"


def required() -> dict[str, str]:
    """Distributions that the package cannot do without -> the module each gives."""
    named = [re.match(r"[\w.-]+", text) for text in importlib.metadata.requires(DISTRIBUTION) or [] if "extra ==" not in text]
    names = sorted(found.group().lower() for found in named if found)
    return {name: MODULES.get(name, name.replace("-", "_")) for name in names if MODULES.get(name, name)}


def broken() -> dict[str, str]:
    """Distributions that cannot be imported -> why."""
    problems = {}
    for name, module in required().items():
        try:
            importlib.import_module(module)
        except Exception as problem:  # a library that is half there raises anything
            problems[name] = f"{type(problem).__name__}: {problem}"
    return problems


def damaged() -> list[str]:
    """Files of the package that are missing or not as they were built, by their names."""
    recorded = _recorded()
    return sorted({*(recorded if recorded is not None else []), *_unreadable(), *(_changed_assets() or [])})


def _recorded() -> list[str] | None:
    """Differences from the record of the wheel; None where the package lies elsewhere, as in an editable installation."""
    files = importlib.metadata.files(DISTRIBUTION) or []
    own = {str(file): file for file in files if file.parts[:1] == (PACKAGE.name,) and file.hash is not None}
    here = own.get(f"{PACKAGE.name}/{Path(__file__).name}")
    if here is None or Path(str(here.locate())).resolve() != Path(__file__).resolve():
        return None
    return [name for name, file in own.items() if file.hash is not None and _hash(Path(str(file.locate()))) != file.hash.value]


def _hash(path: Path) -> str:
    """As wheels write it: sha256 in base64 without its padding; empty where there is no file."""
    try:
        return base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).decode().rstrip("=")
    except OSError:
        return ""


def _unreadable() -> Iterator[str]:
    """Tables that are not there or cannot be read."""
    for name in TABLES:
        folder = PACKAGE / name if (PACKAGE / name).is_dir() else PACKAGE.parent / name
        files = sorted(folder.rglob("*.toml"))
        if not files:
            yield f"{name}/"
        for file in files:
            try:
                tomllib.loads(file.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                yield file.relative_to(folder.parent).as_posix()


def _changed_assets() -> list[str] | None:
    """Differences of the browser part from the list written when it was built; None where there is no list."""
    try:
        lines = (ASSETS / CONTENTS).read_text(encoding="ascii").split("\n")
    except (OSError, ValueError):
        return None
    wanted = [line.split("  ", 1) for line in lines if "  " in line]
    return [f"assets/{name}" for told, name in wanted if not (ASSETS / name).is_file() or hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() != told]


def listed() -> bool:
    """Whether there is a list or a record to compare the browser part with."""
    return (ASSETS / CONTENTS).is_file() or _recorded() is not None


def unfit(problem: ImportError) -> int:
    """What the command says where the package does not load: which package it is, and what to do."""
    english = "en" in sys.argv
    words = ("不能导入：{}；请重新安装：pip install --force-reinstall {}", "cannot be imported: {}; install it again: pip install --force-reinstall {}")[english]
    problems = broken() or {problem.name or "spatial": f"{type(problem).__name__}: {problem}"}
    for name, why in problems.items():
        print(f"[XX] {name} {words.format(why, name)}", file=sys.stdout if "doctor" in sys.argv else sys.stderr)
    count = len(problems)
    print((f"不可用：{count} 项不对，先按上面的办法处理", f"not fit for use: {count} wrong, follow the remedies above")[english], file=sys.stdout if "doctor" in sys.argv else sys.stderr)
    return 1
