"""Units in the headers of vector layers, as ledgers have them: taken with the unit that the header states, or told where the ground says otherwise."""

from __future__ import annotations

from typing import Any

from tests.corpus.cases import case
from tests.corpus.desk import Desk
from tests.corpus.ground import CODES, COLUMNS, INSIDE_M2, KEYS, PLANE_M2, SHAPES, Truth
from tests.corpus.writers import shapefile

MU = [round(area * 3 / 2000, 4) for area in PLANE_M2]


def table(header: str, values: Any) -> dict[str, Any]:
    """The ground's table with its registered areas under another header."""
    return {name if name != "登记面积" else header: column if name != "登记面积" else list(values) for name, column in COLUMNS.items()}


@case(absent=("unit.left_out", "unit.factor"))
def geopackage_with_square_metres_in_the_header(desk: Desk) -> None:
    desk.write("parcels.gpkg", table("登记面积(平方米)", PLANE_M2))


@case(absent=("unit.left_out", "unit.factor"))
def geopackage_with_mu_in_the_header(desk: Desk) -> None:
    desk.write("parcels.gpkg", table("登记面积（亩）", MU))


@case(absent=("unit.left_out", "unit.factor"))
def geojson_with_mu_after_an_underscore(desk: Desk) -> None:
    desk.write("parcels.geojson", table("登记面积_亩", MU), epsg=4490)


@case(absent=("unit.left_out", "unit.factor"))
def shapefile_with_mu_in_the_header(desk: Desk) -> None:
    shapefile(desk, "parcels.shp", table("面积(亩)", MU), cpg="GBK")


@case(refused="unit.factor")
def geopackage_with_square_metres_under_a_header_in_mu(desk: Desk) -> None:
    desk.write("parcels.gpkg", table("登记面积(亩)", PLANE_M2))


@case(codes="area.registered_zero", absent="area.registered_differs")
def registered_areas_of_zero(desk: Desk) -> None:
    """What a program writes into a column of numbers that nobody filled in."""
    desk.write("parcels.gpkg", table("登记面积(平方米)", [0.0, *PLANE_M2[1:4], 0.0]))


STATES = table("登记面积(平方米)", PLANE_M2) | {"状态": ["现势", "现势", "现势", "现势", "现势"]}


@case(absent="ledger.called_void")
def parcels_with_a_column_of_states(desk: Desk) -> None:
    desk.write("parcels.gpkg", STATES)


def _with_its_past(desk: Desk) -> None:
    """The first parcel as it stood before it was given another code, left in the layer."""
    past = {name: [*column, column[0]] for name, column in STATES.items()}
    past["宗地代码"][-1], past["状态"][-1] = "330109001001GB00099", "历史"
    desk.write("parcels.gpkg", past, [*SHAPES, SHAPES[0]])


@case(codes=("ledger.called_void", "geometry.same_shape"),
      truth=Truth((*KEYS, "330109001001GB00099"), (*PLANE_M2, PLANE_M2[0]), (*INSIDE_M2, INSIDE_M2[0]), (*CODES, CODES[0])))
def parcels_of_the_past_among_those_of_today(desk: Desk) -> None:
    _with_its_past(desk)


@case(absent=("ledger.called_void", "geometry.same_shape"))
def parcels_of_the_past_filtered_out(desk: Desk) -> None:
    _with_its_past(desk)
    desk.layer = 'where = { column = "状态", in = ["现势"] }'
