"""The public names are few, listed here, documented, and typed."""

from __future__ import annotations

import inspect
import typing

import pytest

import spatial

NAMES = ["INDICATORS", "CrsError", "Finding", "OfflineMap", "Refused", "Result", "Run", "SpatialError", "Study", "UsageError", "allocate", "analyse", "area_m2", "check", "compare",
         "demo", "explain", "idle_status", "init", "inspect", "load", "load_study", "parcel_layer", "per_mu", "run", "sheet"]
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
