"""The small functions on frames made by hand: a strip over two squares, five contracts, three firms."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Polygon, box

import spatial

X, Y = 520_000, 3_340_000


def squares() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": ["west", "east"]}, geometry=[box(X, Y, X + 100, Y + 100), box(X + 100, Y, X + 200, Y + 100)], crs=4549)


def strip() -> gpd.GeoDataFrame:
    """A quarter over west, half over east, a quarter outside."""
    return gpd.GeoDataFrame({"lot": [1]}, geometry=[box(X + 50, Y + 10, X + 250, Y + 20)], crs=4549, index=["A"])


def test_a_strip_is_shared_out_and_closes() -> None:
    pieces = spatial.allocate(strip(), squares(), zone_id="name")
    assert pieces.set_index("zone")["share"].to_dict() == pytest.approx({"west": 0.25, "east": 0.5, "outside": 0.25})
    assert set(pieces["parcel"]) == {"A"}
    assert pieces["area_m2"].sum() == pytest.approx(spatial.area_m2(strip()).sum(), rel=1e-12)


def test_largest_gives_the_strip_whole() -> None:
    pieces = spatial.allocate(strip(), squares(), zone_id="name", rule="largest")
    assert pieces[["zone", "share"]].to_numpy().tolist() == [["east", 1.0]]


def test_layers_in_two_systems_are_brought_together() -> None:
    pieces = spatial.allocate(strip().to_crs(4490), squares(), zone_id="name")
    assert pieces.set_index("zone")["share"]["east"] == pytest.approx(0.5, abs=1e-8)


def test_area_is_the_rule_books_cell() -> None:
    cell = gpd.GeoDataFrame(geometry=[box(120.30, 30.20, 120.305, 30.205)], crs=4490)
    assert spatial.area_m2(cell).iloc[0] == pytest.approx(266_857.18, abs=0.005)


def test_a_layer_without_a_system_is_refused() -> None:
    with pytest.raises(spatial.CrsError, match="set_crs"):
        spatial.area_m2(gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)]))


def test_a_bow_tie_and_a_repeated_name_are_refused() -> None:
    bow = gpd.GeoDataFrame(geometry=[Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])], crs=4549)
    with pytest.raises(spatial.UsageError, match="valid polygon"):
        spatial.allocate(bow, squares(), zone_id="name")
    with pytest.raises(spatial.UsageError, match="repeated"):
        spatial.allocate(strip(), squares().assign(name="same"), zone_id="name")


@pytest.mark.parametrize(("corners", "crs", "told"), [
    ((120.3, 30.2, 120.31, 30.21), 4549, "look like degrees"),
    ((520_000, 3_340_000, 520_100, 3_340_100), 4490, "look like metres"),
    ((40_520_000, 3_340_000, 40_520_100, 3_340_100), 4549, "outside the area"),  # the zone's number before the easting
    ((3_340_000, 520_000, 3_340_100, 520_100), 4549, "outside the area"),  # x and y exchanged
    ((30.2, 120.3, 30.21, 120.31), 4490, "outside the area"), ((30.2, 85.3, 30.21, 85.31), 4490, "outside the area")])
def test_coordinates_that_cannot_be_in_the_system_they_state_are_refused(corners: tuple[float, ...], crs: int, told: str) -> None:
    """Each gives an area in silence otherwise: a tenth of a thousandth of a square metre, ten to the fourteenth, nan, 0.8 or 0.6 ha."""
    layer = gpd.GeoDataFrame({"n": ["a"]}, geometry=[box(*corners)], crs=crs)
    for asked in (lambda: spatial.area_m2(layer), lambda: spatial.allocate(strip(), layer, zone_id="n"), lambda: spatial.parcel_layer(layer)):
        with pytest.raises(spatial.CrsError, match=told):
            asked()


def test_a_layer_that_strays_into_the_next_zone_is_measured() -> None:
    """Three degrees east of the middle of the zone of 120°, a degree and a half beyond its edge."""
    square = gpd.GeoDataFrame(geometry=[box(123.0, 30.0, 123.01, 30.01)], crs=4490)
    assert spatial.area_m2(square.to_crs(4549)).iloc[0] == pytest.approx(spatial.area_m2(square).iloc[0], rel=1e-6)


def test_what_would_allot_ground_wrongly_is_refused() -> None:
    twice = pd.concat([strip(), strip()])
    for parcels, rule, told in ((strip(), "biggest", "did you mean largest"), (twice, "area", "reset_index")):
        with pytest.raises(spatial.UsageError, match=told):
            spatial.allocate(parcels, squares(), zone_id="name", rule=rule)  # type: ignore[arg-type]
    with pytest.raises(spatial.UsageError, match="did you mean name"):
        spatial.allocate(strip(), squares(), zone_id="nam")
    with pytest.raises(spatial.UsageError, match="GeoDataFrame"):
        spatial.area_m2(pd.DataFrame({"a": [1]}))  # type: ignore[arg-type]


@pytest.mark.parametrize(("column", "cell", "told"), [
    ("约定动工日期", date(2019, 3, 1), "falls due by"), ("agreed_start_date", "03/01/2019", "cannot be read"), ("agreed_start_date", 43525, "cannot be read"),
    ("agreed_start_date", "明年", "cannot be read")])
def test_idle_status_guesses_no_date(column: str, cell: object, told: str) -> None:
    with pytest.raises(spatial.UsageError, match=told):
        spatial.idle_status(pd.DataFrame({column: [cell]}), as_of=date(2022, 12, 31))


def test_idle_status_reads_dates_written_with_the_year_first_and_no_amounts_in_words() -> None:
    contract = pd.DataFrame({"agreed_start_date": ["2019-03-01"], "price_wanyuan": [1150.0]})
    assert spatial.idle_status(contract, as_of=date(2020, 3, 2)).loc[0, "fee_wanyuan"] == 230.0
    with pytest.raises(spatial.UsageError, match="column of numbers"):
        spatial.idle_status(contract.assign(price_wanyuan=["1150万元"]), as_of=date(2020, 3, 2))


def test_idle_status_is_that_of_the_rule_book() -> None:
    """Cases a and a' of the rule book: a year is full on the day after its anniversary; 20 % of 1,150 is 230."""
    contract = pd.DataFrame({"agreed_start_date": [date(2019, 3, 1)], "price_wanyuan": [1150.0]}, index=["A"])
    before, after = (spatial.idle_status(contract, as_of=day).loc["A"] for day in (date(2020, 3, 1), date(2020, 3, 2)))
    assert (before["land_status"], after["land_status"], after["fee_wanyuan"]) == ("supplied_overdue", "suspected_idle_1y", 230.0)
    assert "逾期" in after["status_reason"]


def test_per_mu_is_a_ratio_of_sums_of_rows_that_have_both() -> None:
    firms = pd.DataFrame({"industry": ["a", "a", "b", "b"], "tax_wanyuan": [100.0, 20.0, 30.0, None], "land_m2": [2000.0, 2000.0, 0.0, 500.0]})
    assert spatial.per_mu(firms, "tax_wanyuan", by="industry").to_dict() == pytest.approx({"a": 120 / 6, "b": float("nan")}, nan_ok=True)
    assert spatial.per_mu(firms, "tax_wanyuan")["all"] == pytest.approx(150 / 6)


def test_per_mu_refuses_text_and_keeps_rows_without_a_group() -> None:
    firms = pd.DataFrame({"industry": ["a", None], "tax_wanyuan": [100.0, 20.0], "land_m2": [2000.0, 2000.0]})
    told = spatial.per_mu(firms, "tax_wanyuan", by="industry")
    assert told["a"] == pytest.approx(100 / 3) and told[told.index.isna()].tolist() == pytest.approx([20 / 3])
    with pytest.raises(spatial.UsageError, match="column of numbers"):
        spatial.per_mu(firms.assign(tax_wanyuan=["100", "20"]), "tax_wanyuan")
    with pytest.raises(spatial.UsageError, match="did you mean tax_wanyuan"):
        spatial.per_mu(firms, "tax_wan")
