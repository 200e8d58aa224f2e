"""A study may have a name of any length: every output holds it, or as much of it as the format takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from spatial import pipeline
from tests.flow.conftest import District
from tests.print.conftest import drawn, text_of

__all__ = ["drawn"]
NAME = "一" * 290 + "\u0001二三四五六七八九十"  # 300 characters, one of them a control


def named(district: District) -> Path:
    study = district.write()
    study.write_text(study.read_text(encoding="utf-8").replace('"四块地"', json.dumps(NAME, ensure_ascii=False)), encoding="utf-8")
    return study


def test_a_name_of_three_hundred_characters_runs(district: District) -> None:
    out = pipeline.run(named(district), sets=["sheets.draw=no"]).folder
    report = Document(str(out / "report.docx"))
    assert len(report.core_properties.title) == 255 and report.core_properties.title.endswith("一…")
    assert "二三四五六七八九十产业用地分析报告" in report.paragraphs[0].text
    assert json.loads((out / "results.json").read_text(encoding="utf-8"))["study"]["name"] == NAME


@pytest.mark.parametrize("size", ["A3", "A4"])
def test_a_sheet_shortens_the_name_and_keeps_theme_year_and_dates(district: District, drawn: Any, size: str) -> None:
    district.write = lambda: named(District(district.folder))  # type: ignore[method-assign]
    out, _, _ = drawn(district, kinds='["status"]', size=size)
    (path,) = out.glob("*.pdf")
    text = "".join(text_of(path).split())
    assert "统计期2020-01-01–2020-12-31" in text and "数据截至2020-12-31" in text
    assert "一一…" in text and "(2020)" in text
