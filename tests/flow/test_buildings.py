"""Floor area from a layer of buildings, where parcels state none: by the ground on which each building stands, worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from shapely.geometry import box

from spatial.schema.result import Result
from tests.flow.conftest import SHAPES, District, X, Y, analysed

LAYER = '[layers.buildings]\npath = "buildings.gpkg"\ncolumns = { floor_area = { column = "floor_area", unit = "m2" } }\n'
# On A: 100 x 50 m of 20,000 m² floors, and 20 x 50 m of 3,000 m² of which a tower of 10 x 10 m (2,000 m²) is drawn again. On B: 100 x 100 m, half of it beyond
# the parcel's northern edge, 8,000 m². On C: one without floor area. On no parcel: 500 m².
BUILDINGS = [(box(X, Y, X + 100, Y + 50), 20_000), (box(X + 100, Y, X + 120, Y + 50), 3_000), (box(X + 100, Y, X + 110, Y + 10), 2_000),
             (box(X + 400, Y + 50, X + 500, Y + 150), 8_000), (box(X, Y + 400, X + 50, Y + 450), None), (box(X + 700, Y, X + 710, Y + 10), 500)]


@pytest.fixture
def built(district: District) -> District:
    district.layer("buildings.gpkg", {"floor_area": [area for _, area in BUILDINGS]}, [shape for shape, _ in BUILDINGS])
    district.parts["layers"] += LAYER
    return district


def column(result: Result, name: str) -> dict[str, Any]:
    return dict(zip(result.parcels["parcel_id"], result.parcels[name], strict=True))


def codes(result: Result) -> dict[str, Any]:
    return {finding.code: finding for finding in result.findings if finding.code.startswith("buildings.")}


def test_parcels_without_floor_area_have_that_of_the_buildings_on_them(built: District) -> None:
    result = analysed(built)
    floor = column(result, "floor_area_m2")
    assert floor["A"] == pytest.approx(25_000) and floor["B"] == pytest.approx(8_000 / 2)
    assert np.isnan(floor["C"]) and np.isnan(floor["D"])  # one is blank, one has no building: neither is zero
    foot = column(result, "footprint_area_m2")
    area = column(result, "area_m2")
    assert foot["A"] == pytest.approx(area["A"] * 6_000 / 40_000, rel=1e-9) and foot["B"] == pytest.approx(area["B"] * 5_000 / 20_000, rel=1e-9)
    receipt = codes(result)["buildings.floor_taken"]
    assert (receipt.severity, receipt.count, receipt.value_used) == ("repaired", 2, "29,000.0 m²")
    assert {name: receipt.params[name] for name in ("buildings", "apart", "apart_m2", "without", "unsure")} == {"buildings": 6, "apart": 1, "apart_m2": "500.0", "without": 1, "unsure": 1}
    assert (receipt.params["partly"], receipt.params["partly_m2"]) == (1, "4,000.0"), "half of the building on B stands beyond its parcel"
    values = result.values.set_index(["indicator", "zone"])
    assert values.loc[("floor_area_ratio", "study_area"), "value"] == pytest.approx(29_000 / (area["A"] + area["B"]), rel=1e-12)


def test_what_parcels_state_stands_and_a_difference_is_told(built: District) -> None:
    built.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "floor_area": [25_500.0, 9_000.0, 100.0, 0.0]}, list(SHAPES.values()))
    built.parts["parcels"] = 'columns = { floor_area = { column = "floor_area", unit = "m2" } }'
    result = analysed(built)
    assert column(result, "floor_area_m2") == {"A": 25_500.0, "B": 9_000.0, "C": 100.0, "D": 0.0}
    told = codes(result)
    assert set(told) == {"buildings.floor_differs", "buildings.footprint_taken"}  # A is within five per cent; of C and D the buildings say nothing
    assert (told["buildings.floor_differs"].key, told["buildings.floor_differs"].count, told["buildings.floor_differs"].value_used) == ("B", 1, "4,000.0 m²")


def test_a_parcel_whose_floor_area_is_blank_has_that_of_its_buildings_and_the_rest_keep_theirs(built: District) -> None:
    """A states 10,000 against 25,000 of its buildings: it stands, and is told. B is blank: half of 8,000. C and D are blank, and their buildings tell nothing."""
    built.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "floor_area": [10_000.0, None, None, None], "footprint_area": [1_000.0, None, None, 0.0]},
                list(SHAPES.values()))
    built.parts["parcels"] = 'columns = { floor_area = { column = "floor_area", unit = "m2" }, footprint_area = { column = "footprint_area", unit = "m2" } }'
    result = analysed(built)
    floor, foot, area = (column(result, name) for name in ("floor_area_m2", "footprint_area_m2", "area_m2"))
    assert (floor["A"], floor["B"]) == (10_000.0, pytest.approx(4_000)) and np.isnan(floor["C"]) and np.isnan(floor["D"])
    assert (foot["A"], foot["B"], foot["D"]) == (1_000.0, pytest.approx(area["B"] * 5_000 / 20_000, rel=1e-9), 0.0)
    assert foot["C"] == pytest.approx(area["C"] * 2_500 / 30_000, rel=1e-9), "its building has no floor area, and stands on 50 x 50 m"
    told = codes(result)
    assert set(told) == {"buildings.floor_filled", "buildings.footprint_taken", "buildings.floor_differs"}
    filled = told["buildings.floor_filled"]
    assert (filled.severity, filled.count, filled.key, filled.value_used) == ("repaired", 1, "B", "4,000.0 m²")
    assert {name: filled.params[name] for name in ("blank", "without", "unsure")} == {"blank": 3, "without": 1, "unsure": 1}
    assert (told["buildings.footprint_taken"].count, told["buildings.footprint_taken"].params["blank"]) == (2, 2)
    assert (told["buildings.floor_differs"].key, told["buildings.floor_differs"].count) == ("A", 1)


def test_buildings_that_tell_no_floor_area_still_tell_their_footprint(district: District) -> None:
    district.layer("buildings.gpkg", {"use": ["厂房"]}, [BUILDINGS[0][0]])
    district.parts["layers"] += '[layers.buildings]\npath = "buildings.gpkg"\n'
    result = analysed(district)
    foot, area = column(result, "footprint_area_m2"), column(result, "area_m2")
    assert foot["A"] == pytest.approx(area["A"] * 5_000 / 40_000, rel=1e-9) and np.isnan(foot["B"])
    assert set(codes(result)) == {"buildings.footprint_taken"} and "floor_area_m2" not in result.parcels
