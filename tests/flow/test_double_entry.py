"""Totals are added up twice inside every run; any figure that is changed behind a run's back refuses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from shapely.geometry import box

from spatial import pipeline
from spatial.errors import Refused
from spatial.scorecard.double_entry import double_entry
from tests.flow.conftest import SHAPES, District, X, Y
from tests.flow.test_rule_sensitivity import policy

SUPPLY = [{"parcel_id": "A", "contract_date": "2020-03-01", "agreed_start_date": "2020-06-01", "area(m2)": 40_000, "land_use": "1001"},
          {"parcel_id": "B", "contract_date": "2020-04-01", "agreed_start_date": "2020-07-01", "area(m2)": 20_000, "land_use": "1001"},
          {"parcel_id": "Z", "contract_date": "2020-05-01", "agreed_start_date": "2020-08-01", "area(m2)": 10_000, "land_use": "1001"}]


def books(district: District) -> dict[str, Any]:
    district.ledger("supply", SUPPLY)
    policy(district, "new_land_area", ">=", 1, unit="ha")
    result = pipeline.analyse(pipeline.load_study(district.write()))
    return {"parcels": result.parcels, "pieces": result.pieces, "zones": result.zones, "values": result.values, "scorecard": result.scorecard, "balance": dict(result.balance),
            "joins": result.joins.to_dict("records"), "ledgers": {"supply": 3}, "trail": result.trail}


def test_a_right_run_agrees_with_itself_also_with_a_row_that_lies_nowhere(district: District) -> None:
    assert double_entry(**books(district)) == []


def _value(books: dict[str, Any], zone: str, column: str) -> None:
    rows = books["values"]
    books["values"] = rows.assign(**{column: rows[column].where(~((rows["indicator"] == "new_land_area") & (rows["zone"] == zone)), rows[column] * 1.0001)})


def _of_new_land(rows: pd.DataFrame) -> Any:
    return (rows["indicator"] == "new_land_area") & (rows["zone"] == "outside")


def _piece(books: dict[str, Any]) -> None:
    books["pieces"] = books["pieces"].assign(area_m2=books["pieces"]["area_m2"].where(books["pieces"]["zone"] != "甲园", 0.0))


WRONG: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "a piece of ground is lost": (_piece, "parcel ground"),
    "the balance does not close": (lambda b: b["balance"].update(outside_m2=b["balance"]["outside_m2"] + 1), "inside and outside"),
    "a carrier's numerator is changed": (lambda b: _value(b, "甲园", "numerator"), "zones together"),
    "the district's numerator is changed": (lambda b: _value(b, "study_area", "numerator"), "rows together"),
    "the district's share of carriers is changed": (lambda b: b.update(values=b["values"].assign(numerator=b["values"]["numerator"].where(
        ~((b["values"]["indicator"] == "new_land_to_carriers_share") & (b["values"]["zone"] == "study_area")), 40_000.0))), "new_land_to_carriers_share, numerator, rows together"),
    "nobody knows what a figure was summed from": (lambda b: b.update(trail=replace(b["trail"], terms=b["trail"].terms[b["trail"].terms["indicator"] != "new_land_area"])), "rows together"),
    "a value is not its ratio": (lambda b: _value(b, "outside", "value"), "new_land_area"),
    "a value is no number": (lambda b: b.update(values=b["values"].assign(value=b["values"]["value"].where(~_of_new_land(b["values"]), float("nan")))), "new_land_area"),
    "a denominator is zero": (lambda b: b.update(values=b["values"].assign(denominator=b["values"]["denominator"].where(b["values"]["indicator"] != "new_land_to_carriers_share", 0.0))),
                              "new_land_to_carriers_share"),
    "a verdict is about nothing": (lambda b: b.update(scorecard=b["scorecard"].assign(value=[None] * len(b["scorecard"]))), "verdict of T-01"),
    "a verdict is about another value": (lambda b: b.update(scorecard=b["scorecard"].assign(value=[value * 1.001 for value in b["scorecard"]["value"]])), "verdict of T-01"),
    "a row of a ledger is lost": (lambda b: b.update(ledgers={"supply": 4}), "rows of supply"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_changed_figure_is_found(name: str, district: District) -> None:
    held = books(district)
    change, where = WRONG[name]
    change(held)
    found = double_entry(**held)
    assert found and all(finding.severity == "error" for finding in found) and any(where in finding.field for finding in found)


def test_a_run_that_does_not_agree_with_itself_is_refused(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pipeline.indicators_of

    def bent(book: Any) -> Any:
        facts, values, problems = whole(book)
        return facts, values.assign(numerator=values["numerator"].astype(float) + 1.0), problems

    district.ledger("supply", SUPPLY)
    monkeypatch.setattr(pipeline, "indicators_of", bent)
    with pytest.raises(Refused) as refused:
        pipeline.run(district.write(), out=district.folder / "out")
    assert {finding.code for finding in refused.value.findings if finding.severity == "error"} == {"total.differs"} and not (district.folder / "out").exists()


@pytest.mark.parametrize(("supplied", "carrier"), [("A", SHAPES["A"]), ("B", box(X + 390, Y, X + 500, Y + 100))])
def test_a_zone_without_data_shows_nothing_of_what_lies_in_it(district: District, supplied: str, carrier: Any) -> None:
    """All land of the carrier is idle, so its tax has no built land; of the ground outside nobody knows what is built. B and its firm lie half in each."""
    district.layer("carriers.gpkg", {"carrier_id": ["甲园"], "carrier_type": ["开发区"]}, [carrier])
    district.ledger("supply", [{"parcel_id": supplied, "contract_date": "2015-03-01", "agreed_start_date": "2015-06-01", "area(m2)": 10_000, "land_use": "1001"}])
    district.ledger("enterprises", [{"enterprise_id": f"E{key}", "year": 2020, "parcel_id": key, "industry": "C34", "tax(万元)": 10, "land_registered(亩)": 10} for key in ("A", "B", "C")])
    values = pipeline.analyse(pipeline.load_study(district.write())).values.set_index(["indicator", "zone"]).loc["overall_tax_intensity"]
    assert values["status"].to_dict() == {"study_area": "no_data", "甲园": "not_applicable", "outside": "no_data", "type:开发区": "not_applicable"}
    assert values["numerator"].to_dict()["甲园"] == (10 if supplied == "A" else 5)
