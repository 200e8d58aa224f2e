"""What a docstring says of its parameters is so."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import spatial


def _unknown(text: str) -> Iterator[str]:
    """`function: name` of every parameter that a docstring explains and the signature has not."""
    for node in ast.walk(ast.parse(text)):
        docstring = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
        if isinstance(node, ast.FunctionDef) and docstring and "Parameters\n---" in docstring:
            section = docstring.split("Parameters\n", 1)[1].split("\n\n", 1)[0]
            named = [name.strip() for line in section.splitlines() if re.match(r"\w[\w, ]* :", line) for name in line.split(" :", 1)[0].split(",")]
            own = node.args
            has = {one.arg for one in (*own.posonlyargs, *own.args, *own.kwonlyargs, *filter(None, (own.vararg, own.kwarg)))}
            yield from (f"{node.name}: {name}" for name in named if name not in has)


def test_a_docstring_explains_parameters_that_are_there() -> None:
    told = "Do.\n\n    Parameters\n    ----------\n    a, b : two\n    d : gone\n        more : of it\n\n    Returns\n    -------\n    e : int\n    "
    assert list(_unknown(f'def f(a, b, *, c):\n    """{told}"""\n')) == ["f: d"]
    package = Path(spatial.__file__).parent
    assert [f"{path.relative_to(package)} {name}" for path in sorted(package.rglob("*.py")) for name in _unknown(path.read_text(encoding="utf-8"))] == []
