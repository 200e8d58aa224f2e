"""Sheets are drawn here; elsewhere the tests leave them out, as they take seconds a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from spatial import pipeline
from spatial.read.study import load_study
from spatial.render.sheets.book import write_sheets
from spatial.render.sheets.canvas import MM
from tests.flow.conftest import District, district

__all__ = ["district"]


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[..., tuple[Path, list[Any], Any]]:
    """Draw a district's sheets; gives the folder, the findings and the result."""

    def draw(place: District, **keys: Any) -> tuple[Path, list[Any], Any]:
        said = {"kinds": '["status"]', "atlas": '"none"', "png": '"none"', **keys}
        result = pipeline.analyse(load_study(place.write(), sets=[f"sheets.{key}={value}" for key, value in said.items()]))
        return tmp_path / "sheets", write_sheets(result, tmp_path / "sheets"), result

    return draw


def text_of(path: Path, page: int = 0) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return str(document[page].get_textpage().get_text_range())
    finally:
        document.close()


def outlines_of(path: Path, page: int = 0) -> list[list[tuple[float, float]]]:
    """Every path of a page in millimetres from its lower left corner, by the operators and matrices of the file itself."""
    with pikepdf.open(path) as pdf:
        matrix, stack, paths, points = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), [], [], []
        for operands, operator in pikepdf.parse_content_stream(pdf.pages[page]):
            op, v = str(operator), [float(o) for o in operands] if str(operator) in ("cm", "m", "l", "re") else []
            if op == "q":
                stack.append(matrix)
            elif op == "Q":
                matrix = stack.pop()
            elif op == "cm":
                a, b, c, d, e, f = v
                matrix = (a * matrix[0], b, c, d * matrix[3], e * matrix[0] + matrix[4], f * matrix[3] + matrix[5])
            elif op in ("m", "l"):
                if op == "m":
                    points = []
                    paths.append(points)
                points.append(((v[0] * matrix[0] + matrix[4]) / MM, (v[1] * matrix[3] + matrix[5]) / MM))
    return paths
