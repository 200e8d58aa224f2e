"""Projects that stand in several rows lie where their rows say, whichever of them stands first; answers worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from spatial.errors import Refused
from spatial.schema.result import Result
from tests.flow.conftest import SHAPES, District, X, Y, analysed

POINTS = {"A": {"x": X + 50, "y": Y + 50}, "C": {"x": X + 50, "y": Y + 450}, "D": {"x": X + 450, "y": Y + 450}}  # A is in the carrier, C and D are not


def projects(district: District, rows: list[dict[str, Any]], turned: bool) -> Result:
    district.ledger("projects", [{"项目代码": "P1", "备案日期": "2020-03-01", **row} for row in (rows[::-1] if turned else rows)], 'crs = "EPSG:4549"')
    return analysed(district)


def inside(result: Result) -> float:
    rows = result.values
    found = rows[(rows["indicator"] == "new_project_share") & (rows["zone"] == "study_area")].iloc[0]
    assert found["denominator"] == 1
    return float(found["numerator"])


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("rows", [
    [{"宗地代码": "A", **POINTS["A"]}, {"宗地代码": "D", **POINTS["D"]}],
    [{"宗地代码": "A", **POINTS["A"]}, {"宗地代码": "D"}],  # the point of A is not that of D
])
def test_parcels_with_a_point_each_say_where_the_project_lies(district: District, rows: list[dict[str, Any]], turned: bool) -> None:
    """A has 40,000 m2 and D 10,000: four fifths of the project are inside, not all of it nor none."""
    result = projects(district, rows, turned)
    assert inside(result) == pytest.approx(0.8, rel=1e-6)
    [finding] = [finding for finding in result.findings if finding.code == "project.by_parcels"]
    assert (finding.severity, finding.key, finding.count, finding.params["rows"]) == ("repaired", "P1", 1, "2、3")


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("rows", "field"), [
    ([POINTS["A"], POINTS["D"]], "x、y"), ([{"所属载体": "甲园"}, {"所属载体": "乙园"}], "carrier_id"), ([{"宗地代码": "A", "所属载体": "甲园"}, {"所属载体": "乙园"}], "carrier_id")])
def test_rows_without_parcels_at_two_places_are_refused(district: District, rows: list[dict[str, Any]], field: str, turned: bool) -> None:
    with pytest.raises(Refused) as refused:
        projects(district, rows, turned)
    [finding] = [finding for finding in refused.value.findings if finding.severity == "error"]
    assert (finding.code, finding.key, finding.field) == ("project.repeated_differs", "P1", field)


@pytest.mark.parametrize("turned", [False, True])
def test_one_point_for_all_rows_is_the_project_s(district: District, turned: bool) -> None:
    """Three decimals apart is one point; it goes before the parcels, of which D is outside."""
    result = projects(district, [{"宗地代码": "A", **POINTS["A"]}, {"宗地代码": "D", "x": X + 50.001, "y": Y + 50}], turned)
    assert inside(result) == 1
    assert "project.by_parcels" not in {finding.code for finding in result.findings}


@pytest.mark.parametrize("turned", [False, True])
def test_what_one_row_leaves_blank_another_says(district: District, turned: bool) -> None:
    result = projects(district, [{"宗地代码": "C", "所属载体": ""}, {"宗地代码": "", "所属载体": "甲园"}], turned)
    assert inside(result) == 0  # parcels go before the name of a carrier
    assert [finding.value_seen for finding in result.findings if finding.code == "join.location_disagrees"] == ["甲园"]


def test_rows_that_differ_in_another_number_of_their_parcel_are_one_project(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "电子监管号": ["S1", "S2", "S3", "S4"]}, list(SHAPES.values()))
    result = projects(district, [{"电子监管号": "S1"}, {"电子监管号": "S4"}], False)
    assert inside(result) == pytest.approx(0.8, rel=1e-6)
    assert result.ledgers["projects"]["parcel_id"].tolist() == [("A", "D")]
