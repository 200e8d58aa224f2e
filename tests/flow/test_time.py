"""Carriers have a first and a last day; compared runs name the settings that differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from spatial import pipeline
from tests.flow.conftest import CARRIER, District
from tests.flow.test_new_land import PROJECTS, SUPPLY


@pytest.mark.parametrize(("first", "last", "inside"), [("2020-12-31", "", True), ("2021-01-01", "", False), ("", "2020-12-31", True), ("", "2020-12-30", False)])
def test_a_carrier_counts_from_its_first_to_its_last_day(district: District, value: Callable[..., Any], first: str, last: str, inside: bool) -> None:
    district.ledger("supply", SUPPLY)
    district.layer("carriers.gpkg", {"carrier_id": ["甲园"], "carrier_type": ["开发区"], "valid_from": [first or None], "valid_to": [last or None]}, [CARRIER])
    run = district.run()
    assert value(run, "new_land_to_carriers_share") == pytest.approx(0.45 if inside else 0.0, abs=1e-12)
    assert [f.code for f in run.result.findings if f.code == "join.carrier_not_valid"] == ([] if inside else ["join.carrier_not_valid"])


def test_compared_runs_name_the_setting_that_differs_first(district: District) -> None:
    district.ledger("supply", SUPPLY)
    district.ledger("projects", PROJECTS)
    told = pipeline.compare(district.run(out=district.folder / "a").folder, district.run(out=district.folder / "b", sets=["join.allocation=largest"]).folder)
    first = told.iloc[0]
    assert (first["part"], first["indicator"], first["before"], first["after"]) == ("study", "allocation", "area", "largest")
    line = told[(told["part"] == "values") & told["indicator"].eq("new_land_to_carriers_or_projects_share") & told["zone"].eq("study_area")].iloc[0]
    assert (line["before"], line["after"]) == (pytest.approx(0.75), pytest.approx(0.70))
