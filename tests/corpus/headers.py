"""Units in the headers of vector layers, as ledgers have them: taken with the unit that the header states, or told where the ground says otherwise."""

from __future__ import annotations

from typing import Any

from tests.corpus.cases import case
from tests.corpus.desk import Desk
from tests.corpus.ground import COLUMNS, PLANE_M2
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
