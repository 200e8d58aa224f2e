"""Carriers have a first and a last day; compared runs name the settings that differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from shapely.geometry import box

from spatial import pipeline
from tests.flow.conftest import CARRIER, District, X, Y, analysed
from tests.flow.test_new_land import PROJECTS, SUPPLY


@pytest.mark.parametrize(("first", "last", "inside"), [("2020-12-31", "", True), ("2021-01-01", "", False), ("", "2020-12-31", True), ("", "2020-12-30", False)])
def test_a_carrier_counts_from_its_first_to_its_last_day(district: District, value: Callable[..., Any], first: str, last: str, inside: bool) -> None:
    district.ledger("supply", SUPPLY)
    district.layer("carriers.gpkg", {"carrier_id": ["甲园"], "carrier_type": ["开发区"], "valid_from": [first or None], "valid_to": [last or None]}, [CARRIER])
    run = district.analyse()
    assert value(run, "new_land_to_carriers_share") == pytest.approx(0.45 if inside else 0.0, abs=1e-12)
    assert [f.code for f in run.result.findings if f.code == "join.carrier_not_valid"] == ([] if inside else ["join.carrier_not_valid"])


def test_zones_of_other_layers_have_their_days_too_and_none_left_is_a_warning(district: District, value: Callable[..., Any]) -> None:
    """A and C (70,000 m2) lie in the east half, B and D (30,000 m2) in the west one, which is founded in 2021."""
    halves = [box(X - 10, Y - 10, X + 350, Y + 600), box(X + 350, Y - 10, X + 700, Y + 600)]
    district.parts["layers"] = '[layers.zones.towns]\npath = "towns.gpkg"\n'
    district.layer("towns.gpkg", {"carrier_id": ["东", "西"], "valid_from": [None, "2021-01-01"]}, halves)
    result = analysed(district)
    areas = dict(zip(result.zones["id"], result.zones["area_m2"], strict=True))
    assert (areas["towns:东"], areas["towns:outside"]) == (pytest.approx(70_000, rel=2e-5), pytest.approx(30_000, rel=2e-5)) and "towns:西" not in areas
    assert [(f.role, f.severity, f.key) for f in result.findings if f.code == "join.carrier_not_valid"] == [("zones.towns", "info", "西")]
    account = result.rows[result.rows["role"].eq("zones.towns")]
    assert account[["outcome", "reason", "count", "rows"]].values.tolist() == [["used", "", 1, "1"], ["set_aside", "not_valid", 1, "2"], ["total", "", 2, "1-2"]]
    district.layer("carriers.gpkg", {"carrier_id": ["甲园"], "valid_to": ["2020-12-30"]}, [CARRIER])
    told = [f for f in analysed(district).findings if f.code == "join.carrier_not_valid" and f.role == "carriers"]
    assert [f.severity for f in told] == ["warning"] and "没有一个有效" in told[0].message()


def test_a_span_that_ends_before_it_begins_is_told(district: District) -> None:
    """The second lease has no day: E1 has 30 mu less the 10 it leases out."""
    district.ledger("enterprises", [{"年度": 2020, "统一社会信用代码": "E1", "宗地代码": "A", "税收(万元)": 60, "登记用地面积(亩)": 30}])
    district.ledger("leases", [{"出租方代码": "E1", "承租方代码": "E9", "area": 10, "租期起": "2020-01-01", "租期止": "2021-06-30"},
                               {"出租方代码": "E1", "承租方代码": "E9", "area": 5, "租期起": "2021-06-30", "租期止": "2020-01-01"}], 'columns = { area = { column = "area", unit = "mu" } }')
    result = analysed(district)
    [finding] = [f for f in result.findings if f.code == "row.span_reversed"]
    assert (finding.role, finding.row, finding.field, finding.value_seen, finding.value_used) == ("leases", 3, "to", "2020-01-01", "2021-06-30")
    rows = result.values
    assert rows[(rows["indicator"] == "tax_per_mu") & (rows["zone"] == "study_area")].iloc[0]["value"] == pytest.approx(3.0)


def test_compared_runs_name_the_setting_that_differs_first(district: District) -> None:
    district.ledger("supply", SUPPLY)
    district.ledger("projects", PROJECTS)
    told = pipeline.compare(district.run(out=district.folder / "a").folder, district.run(out=district.folder / "b", sets=["join.allocation=largest"]).folder)
    first = told.iloc[0]
    assert (first["part"], first["indicator"], first["before"], first["after"]) == ("study", "allocation", "area", "largest")
    line = told[(told["part"] == "values") & told["indicator"].eq("new_land_to_carriers_or_projects_share") & told["zone"].eq("study_area")].iloc[0]
    assert (line["before"], line["after"]) == (pytest.approx(0.75), pytest.approx(0.70))
