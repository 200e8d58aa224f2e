"""The scale of a share is decided once for a column: fractions, per cents, signs, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spatial.normalise.layer import normalise_table
from spatial.normalise.unfold import one_scale
from spatial.read.declarations import kinds
from spatial.read.ledger import read_ledger
from spatial.read.study import load_study
from tests.corpus.ledgers.cases import STUDY
from tests.corpus.ledgers.files import xlsx

STATED = '[layers.tracked.columns]\nvalue = {{ column = "{0}", unit = "percent" }}'


def normalised(folder: Path, header: str, cells: list[Any], said: str = "") -> tuple[list[float], list[tuple[int | None, str]]]:
    """The values of a tracked ledger, and (row, reason) of the cells refused."""
    xlsx(folder / "目标.xlsx", [["目标编号", "截至日期", header], *[[f"S1-{i}", "2020-06-30", cell] for i, cell in enumerate(cells, 1)]])
    for name in ("parcels.gpkg", "carriers.gpkg"):
        (folder / name).touch()
    (folder / "study.toml").write_text(STUDY.format(role="tracked", file="目标.xlsx", said=said), encoding="utf-8")
    study = load_study(folder / "study.toml")
    raw = read_ledger(folder / "目标.xlsx", role="tracked", shown_path="目标.xlsx")
    done = normalise_table(raw, study.layers["tracked"], kinds()["tracked"], study, {})
    return done.frame["value"].tolist(), [(f.row, f.message("en")) for f in done.findings if f.code == "row.bad_cell"]


@pytest.mark.parametrize(("header", "cells", "values"), [
    ("数值(%)", [80, 65.5, 100], [0.8, 0.655, 1.0]),
    ("数值(%)", [80, "65.5%", 0], [0.8, 0.655, 0.0]),
    ("数值(%)", [80, 0.5, 7], [0.8, 0.005, 0.07]),  # the header says %, and the column agrees
    ("数值", ["80%", 0.655, 12], [0.8, 0.655, 12.0]),  # counts and shares of several targets: a sign is taken as it says
], ids=["per cent in the header", "a sign in a cell", "small ones among per cents", "no unit"])
def test_a_column_of_shares_has_one_scale(header: str, cells: list[Any], values: list[float], tmp_path: Path) -> None:
    seen, bad = normalised(tmp_path, header, cells)
    assert seen == pytest.approx(values, abs=1e-12)
    assert bad == []


def test_fractions_below_a_percent_header_are_refused_by_row(tmp_path: Path) -> None:
    _, bad = normalised(tmp_path, "数值(%)", [0.8, "70%", 0.95])
    assert [row for row, _ in bad] == [2, 4]
    assert all("state the unit" in text for _, text in bad)


def test_a_unit_stated_in_the_study_is_taken(tmp_path: Path) -> None:
    seen, bad = normalised(tmp_path, "数值(%)", [0.8, 0.7], STATED.format("数值(%)"))
    assert (seen, bad) == ([pytest.approx(0.008), pytest.approx(0.007)], [])


@pytest.mark.parametrize(("actual", "refused"), [([45.0, 38.0], []), ([0.45, 45.0], [2, 3])], ids=["one scale", "two scales"])
def test_a_measure_with_bare_shares_in_two_scales_is_refused(actual: list[float], refused: list[int]) -> None:
    frame = pd.DataFrame({"row": [2, 3], "measure": ["建筑系数"] * 2, "standard": [40.0, 40.0], "actual": actual, "standard_unit": [None] * 2, "actual_unit": [None] * 2})
    done, findings = one_scale(frame, None)  # type: ignore[arg-type]
    assert [f.row for f in findings] == refused
    assert {f.field for f in findings} <= {"actual"}
    assert done["actual"].tolist() == actual
