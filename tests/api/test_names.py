"""The public names are few, listed here, documented, and typed."""

from __future__ import annotations

import inspect
import re
import typing
from pathlib import Path

import pytest

import spatial
from spatial import charts

NAMES = ["INDICATORS", "CrsError", "Finding", "OfflineMap", "Refused", "Result", "Run", "SpatialError", "Study", "UsageError", "allocate", "analyse", "area_m2", "check", "compare",
         "demo", "doctor", "explain", "idle_status", "init", "inspect", "json_schema", "load", "load_study", "parcel_layer", "per_mu", "run", "sheet"]
FUNCTIONS = [name for name in NAMES if inspect.isfunction(getattr(spatial, name))]


def test_the_public_names_are_these() -> None:
    assert spatial.__all__ == NAMES
    assert set(dir(spatial)) == {*NAMES, "__version__"}


@pytest.mark.parametrize("name", NAMES)
def test_each_says_what_it_is(name: str) -> None:
    value = getattr(spatial, name)
    assert name == "INDICATORS" or (inspect.getdoc(value) or "").strip()


def test_every_public_method_is_typed_and_says_what_it_is() -> None:
    for owner in (spatial.Finding, spatial.Result, spatial.Run, spatial.Study):
        for name, member in inspect.getmembers(owner):
            function = member.fget if isinstance(member, property) else member
            if not name.startswith("_") and inspect.isfunction(function):
                assert "return" in function.__annotations__ and inspect.getdoc(function), f"{owner.__name__}.{name}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_signature_can_be_read(name: str) -> None:
    assert "0x" not in str(inspect.signature(getattr(spatial, name)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_is_typed_throughout(name: str) -> None:
    function = getattr(spatial, name)
    hints = typing.get_type_hints(function)
    assert set(inspect.signature(function).parameters) | {"return"} == set(hints)


@pytest.mark.parametrize(("page", "heading"), [("python.md", "## 全部公开的名字"), ("en/python.md", "## All public names")])
def test_the_documents_list_every_public_name_and_no_other(page: str, heading: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8").split(heading)[1].split("\n## ")[0]
    ours, theirs = text.split("`spatial.charts`")
    listed = [set(re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in part.splitlines() if line.startswith("| `")))) for part in (ours, theirs)]
    assert listed == [set(NAMES), set(charts.__all__)]
    methods = {name for name, member in inspect.getmembers(spatial.Run) if not name.startswith("_") and callable(member)}
    row = next(line for line in ours.splitlines() if line.startswith("| `Run`"))
    assert methods - {"of"} <= set(re.findall(r"`(\w+)`", row)) and "Run.of" in row
