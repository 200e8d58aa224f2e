"""Every dependency is listed with its licence, none that is needed is GPL, all are pinned, and they fit together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.licences import EXTRAS, STRONG, licence_of, needed

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("page", ["docs/licences.md", "docs/en/licences.md"])
def test_every_dependency_is_listed_with_a_licence(page: str) -> None:
    listed = {row[0]: row[2] for row in re.findall(r"^\| ([\w-]+) \| (\S+) \| (.+) \|$", (ROOT / page).read_text(encoding="utf-8"), re.M)}
    assert {name for extra in ("", *EXTRAS) for name in needed(extra)} <= set(listed), "run python scripts/licences.py"
    assert all(licence != "—" for licence in listed.values())


def test_nothing_that_is_required_is_gpl() -> None:
    assert STRONG.search("GPL-3.0-only") and STRONG.search("GNU Affero General Public License v3") and not STRONG.search("LGPL-3.0-only")
    required = needed()
    assert len(required) > 30 and not {name: licence_of(package) for name, package in required.items() if STRONG.search(licence_of(package))}


def test_every_dependency_is_pinned() -> None:
    pinned = {line.split("==")[0].lower().replace("_", "-").replace(".", "-") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if "==" in line}
    assert {name for extra in ("", *EXTRAS) for name in needed(extra)} <= pinned


def test_the_installed_packages_fit_together() -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
