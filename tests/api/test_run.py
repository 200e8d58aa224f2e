"""A finished run in a notebook: figures by name, frames that show themselves, hostile text shown as text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import spatial


@pytest.fixture(scope="module")
def done(shared_demo: Path) -> spatial.Run:
    return spatial.load(shared_demo / "demo")


def test_a_run_read_back_gives_the_figures_of_results_json(done: spatial.Run) -> None:
    again = spatial.load(done.folder)
    for row in json.loads((done.folder / "results.json").read_text(encoding="utf-8"))["values"][::97]:
        assert again.value(row["indicator"], row["zone"]) == row["value"]


def test_a_table_sets_indicators_side_by_side(done: spatial.Run) -> None:
    table = done.table("tax_per_mu", "idle_land_share")
    assert list(table.columns) == ["zone_name", "tax_per_mu", "idle_land_share"] and len(table) == len(done.carriers)
    carrier = table.index[0]
    assert table.loc[carrier, "tax_per_mu"] == done.value("tax_per_mu", carrier)
    assert "万元/亩" in table._repr_html_() and "亩均税收" in table._repr_html_()


def test_a_scorecard_looks_like_one_and_keeps_its_kind(done: spatial.Run) -> None:
    card = done.scorecard
    missed = card[card["status"] == "missed"]
    assert type(missed) is type(card) and missed._repr_html_().count("未达标") == min(len(missed), 60)
    assert "<table" in done.findings._repr_html_() and done.result.study.name in done._repr_html_()


def test_unknown_names_are_answered_with_the_nearest(done: spatial.Run) -> None:
    with pytest.raises(spatial.UsageError, match="tax_per_mu"):
        done.value("tax_per_muu")
    with pytest.raises(spatial.UsageError, match="no such zone"):
        done.value("tax_per_mu", "nowhere at all")


def test_text_from_data_is_shown_as_text(done: spatial.Run, tmp_path: Path) -> None:
    card = done.scorecard.head(1).assign(zone_name="<script>alert(1)</script>")
    assert "<script>" not in card._repr_html_() and "&lt;script&gt;" in card._repr_html_()


def test_findings_speak_one_language(done: spatial.Run) -> None:
    """English words in a Chinese message are names only: of files, keys, roles and systems."""
    names = {"supply", "projects", "carriers", "crs", "EPSG", "CGCS", "GB", "encoding", "practice", "geometry", "csv", "matches", "join", "Excel", "spatial", "snapshot",
             "values", "townships", "outside"}
    for found in done.result.findings:
        told = re.sub(r"\w+[._]\w+(?:[._]\w+)*|\d+[A-Z]{1,2}\d+\w*|[A-Z]+\d+(?:-\d+)?", "", f"{found.message('zh')} {found.remedy('zh')}")
        assert set(re.findall("[A-Za-z]{2,}", told)) <= names, told


def test_a_run_and_its_scorecard_name_policies_targets_and_severities_in_words(done: spatial.Run) -> None:
    shown, card = done._repr_html_(), done.scorecard
    assert "S1 萧山4286行动方案" in shown and "按面积" in shown and "警告" in shown and "warning" not in shown
    tracked = card[card["indicator"] == "tracked"]
    assert tracked["title"].iloc[0] in tracked._repr_html_() and ">tracked<" not in tracked._repr_html_()
