"""Ledgers to parcels through a run: by code, by other numbers, by location; doubts are told with their rows and never taken."""

from __future__ import annotations

import csv
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box

from spatial import pipeline
from spatial.errors import Finding, Refused
from spatial.read.study import load_study
from spatial.schema.result import Result
from tests.flow.conftest import SHAPES, District, X, Y, analysed

NUMBERED: dict[str, list[Any]] = {
    "宗地代码": ["330109001001GB00001", "330109001001GB00002", "330109001001GB00003", "330109001001GB00004"],
    "电子监管号": ["3301092020B00011", "3301092020B00022", "", "3301092020B00044"],
    "宗地编号": ["萧政储出〔2020〕15号", "萧政储出〔2020〕16号", "萧政储出〔2020〕1-7号", "萧政储出〔2020〕1-7号"],
    "合同编号": ["3301092020A21001", "", "3301092020A21003", ""],
    "用途": ["1001"] * 4,
}
A, B, C, D = NUMBERED["宗地代码"]


def numbered(district: District) -> None:
    district.layer("parcels.gpkg", NUMBERED, list(SHAPES.values()))


def told(result: Result, code: str) -> Finding:
    [finding] = [finding for finding in result.findings if finding.code == code]
    return finding


def supply(district: District, rows: list[dict[str, Any]]) -> None:
    district.ledger("supply", [{"合同签订日期": "2020-05-01", "土地用途": "工业用地", "出让面积(平方米)": 100, **row} for row in rows], 'crs = "EPSG:4549"')


def ways(result: Result, role: str = "supply") -> list[tuple[str, Any]]:
    frame = result.ledgers[role].sort_values("row")
    return list(zip(frame["match_way"], frame["parcel_id"], strict=True))


def test_each_row_says_by_which_way_it_found_its_parcel(district: District) -> None:
    numbered(district)
    district.parts["join"] = 'many_rows = { land_status = "any" }'
    supply(district, [
        {"宗地代码": A},
        {"电子监管号": "330109-2020-b-00022"},  # hyphens and lower case
        {"合同编号": "３３０１０９２０２０Ａ２１００３"},  # full width
        {"宗地编号": "萧政储出(2020)15"},
        {"x": X + 450, "y": Y + 450},  # inside D alone
        {"宗地代码": "330109001001GB00099"},
    ])
    result = analysed(district)
    assert ways(result) == [("parcel_id", A), ("supply_no", B), ("contract_no", C), ("parcel_no", A), ("location", D), ("", "330109001001GB00099")]
    finding = told(result, "join.matched_by")
    assert (finding.count, finding.params["ways_zh"]) == (4, "宗地代码 1；电子监管号 1；宗地编号 1；合同编号 1；坐标 1")
    counts = {row.key: (row.matched, row.left_only, row.right_only) for row in result.joins.itertuples() if row.left == "supply"}
    assert counts == {"parcel_id": (5, 1, 0), "supply_no": (1, 5, 3), "contract_no": (1, 5, 3), "parcel_no": (1, 5, 3), "location": (1, 5, 3)}
    assert "not_supplied" not in set(result.parcels["land_status"])  # every parcel was supplied, whichever way its row was found


def test_the_ways_are_a_file_of_the_output_folder(district: District) -> None:
    numbered(district)
    supply(district, [{"宗地代码": A}, {"电子监管号": "3301092020B00022"}, {"宗地代码": "330109001001GB0003"}])
    run = district.run()
    with (run.folder / "matches.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [(row["row"], row["match_way"], row["parcel_id"], row["suggested"]) for row in csv.DictReader(stream)]
    assert rows == [("4", "", "", C), ("3", "supply_no", B, ""), ("", "", C, ""), ("", "", D, "")]  # the last two: parcels of which no row speaks
    assert len(pipeline.load(run.folder).result.matches) == 4


def test_a_number_that_two_parcels_share_is_refused_and_told(district: District) -> None:
    numbered(district)
    supply(district, [{"宗地编号": "萧政储出[2020]1-7号"}, {"宗地代码": A}])
    result = analysed(district)
    assert ways(result)[0][0] == ""
    finding = told(result, "join.number_shared")
    assert (finding.row, finding.count, finding.value_seen) == (2, 1, f"{C}、{D}")


def test_a_location_settles_a_shared_number_only_within_its_parcels(district: District) -> None:
    numbered(district)
    supply(district, [{"宗地编号": "萧政储出[2020]1-7号", "x": X + 450, "y": Y + 450}, {"宗地编号": "萧政储出[2020]1-7号", "x": X + 5, "y": Y + 5}])
    assert [way for way, _ in ways(analysed(district))] == ["location", ""]


def test_numbers_that_mean_different_parcels_are_told_and_without_a_code_not_taken(district: District) -> None:
    numbered(district)
    supply(district, [{"电子监管号": "3301092020B00011", "合同编号": "3301092020A21003"}, {"宗地代码": D, "电子监管号": "3301092020B00022"}])
    result = analysed(district)
    assert [way for way, _ in ways(result)] == ["", "parcel_id"]
    finding = told(result, "join.keys_disagree")
    assert (finding.count, finding.params["rows"], finding.value_seen) == (2, "2、3", f"{A}/{C}")


def test_runs_of_digits_do_not_run_into_each_other(district: District) -> None:
    district.layer("parcels.gpkg", {**NUMBERED, "宗地编号": ["2020-1-15", "2020-11-6", "b", "c"]}, list(SHAPES.values()))
    supply(district, [{"宗地编号": "2020-11-5"}, {"宗地编号": "（2020）1—15"}])
    assert [way for way, _ in ways(analysed(district))] == ["", "parcel_no"]


@pytest.mark.parametrize(("lost", "meant"), [("330109001001GB0003", C), ("330109001001GB000O3", C), ("330109001001GB000003", C), ("330109001001GX00003", C)])
def test_a_near_id_is_suggested_and_never_taken(district: District, lost: str, meant: str) -> None:
    numbered(district)
    supply(district, [{"宗地代码": lost}, {"宗地代码": A}])
    result = analysed(district)
    assert ways(result)[0][0] == ""
    assert result.matches.iloc[0]["suggested"] == meant
    assert meant in told(result, "join.ledger_unmatched").params["hint_zh"]


def test_a_point_on_a_shared_edge_belongs_to_one_parcel_and_in_an_overlap_to_none(district: District) -> None:
    shapes = [box(X, Y, X + 100, Y + 100), box(X + 100, Y, X + 200, Y + 100), box(X + 150, Y, X + 250, Y + 100), box(X + 400, Y, X + 500, Y + 100)]
    district.layer("parcels.gpkg", {"parcel_id": ["B", "A", "C", "D"], "land_use": ["1001"] * 4}, shapes)
    supply(district, [{"x": X + 100, "y": Y + 50}, {"x": X + 170, "y": Y + 50}, {"x": X + 240, "y": Y + 50}, {"x": X + 300, "y": Y + 50}])
    result = analysed(district)
    assert [(way, key if isinstance(key, str) else None) for way, key in ways(result)] == [("location", "A"), ("", None), ("location", "C"), ("", None)]
    assert told(result, "join.number_shared").value_seen == "A、C"


def test_a_point_away_from_the_parcel_of_its_key_is_told_and_the_key_stands(district: District) -> None:
    numbered(district)
    supply(district, [{"宗地代码": A, "x": X + 450, "y": Y + 50}, {"宗地代码": C, "x": X + 310, "y": Y + 450}, {"宗地代码": D, "x": X + 450, "y": Y + 450}])
    result = analysed(district)  # the first point is in B, 250 m from A; the second 10 m off C, in no parcel
    assert [way for way, _ in ways(result)] == ["parcel_id"] * 3
    finding = told(result, "join.point_off_parcel")
    assert (finding.row, finding.count, finding.key, finding.value_seen, finding.value_used) == (2, 1, A, B, "250 m")


def test_degrees_are_moved_by_the_crs_of_the_layer(district: District) -> None:
    numbered(district)
    spot = gpd.GeoSeries([box(X + 440, Y + 440, X + 460, Y + 460).centroid], crs=4549).to_crs(4490)[0]
    district.ledger("supply", [{"合同签订日期": "2020-05-01", "土地用途": "工业用地", "出让面积(平方米)": 1, "经度": f"{spot.x:.8f}", "纬度": f"{spot.y:.8f}"}], 'crs = "EPSG:4490"')
    assert ways(analysed(district)) == [("location", D)]


def test_the_study_says_which_ways_are_allowed(district: District) -> None:
    numbered(district)
    supply(district, [{"电子监管号": "3301092020B00022"}, {"宗地代码": A}])
    assert [way for way, _ in ways(analysed(district, sets=["join.match_by=[]"]))] == ["", "parcel_id"]
    with pytest.raises(Refused):
        load_study(district.write(), sets=['join.match_by=["name"]'])


@pytest.mark.parametrize(("declared", "code", "rows"), [
    ("one_to_one", "join.parcel_has_several", "2、3"), ("many_to_one", "join.parcel_has_several", "2、3"), ("one_to_many", "", ""), ("many_to_many", "", "")])
def test_the_cardinality_declared_is_checked(district: District, declared: str, code: str, rows: str) -> None:
    numbered(district)
    district.parts["join"] = f'many_rows = {{ land_status = "any" }}\ncardinality = {{ supply = "{declared}" }}\n'
    supply(district, [{"宗地代码": A}, {"电子监管号": "3301092020B00011"}, {"宗地代码": B}])
    if not code:
        assert len(ways(analysed(district))) == 3
        return
    with pytest.raises(Refused) as refused:
        analysed(district)
    [finding] = [finding for finding in refused.value.findings if finding.code == code]
    assert (finding.key, finding.params["rows"]) == (A, rows)


def test_rows_with_several_parcels_break_one_to_many_and_years_do_not_count_as_several(district: District) -> None:
    rows = [{"统一社会信用代码": "E1", "年度": year, "宗地代码": "A;B" if year == 2020 else "A", "税收(万元)": 5} for year in (2019, 2020)]
    district.ledger("enterprises", rows)
    district.parts["join"] = 'cardinality = { enterprises = "many_to_one" }\n'
    assert len(analysed(district).ledgers["enterprises"]) == 2
    district.parts["join"] = 'cardinality = "one_to_many"\n'
    with pytest.raises(Refused) as refused:
        analysed(district)
    assert [(f.code, f.row, f.key) for f in refused.value.findings if f.severity == "error"] == [("join.row_names_several", 3, "A、B")]


def test_an_attribute_table_may_be_keyed_by_another_number_alone(district: District) -> None:
    numbered(district)
    district.ledger("attributes.tax", [{"电子监管号": "3301092020B00011", "税收(万元)": 12}, {"电子监管号": "3301092020B00044", "税收(万元)": 30}])
    parcels = analysed(district).parcels.set_index("parcel_id")
    assert parcels["tax_wanyuan"].dropna().to_dict() == {A: 12.0, D: 30.0}


def test_a_role_that_the_study_has_not_is_no_cardinality(district: District) -> None:
    with pytest.raises(Refused):
        load_study(district.write(), sets=['join.cardinality={suply = "one_to_one"}'])


def test_a_further_number_that_lost_digits_costs_no_row_unless_the_study_names_its_column(district: District) -> None:
    numbered(district)
    supply(district, [{"宗地代码": A, "电子监管号": "S1", "合同编号": "3.30109E+15"}, {"宗地代码": B, "电子监管号": "S2", "合同编号": "3301092020A21001"}])
    result = analysed(district)
    assert [way for way, _ in ways(result)] == ["parcel_id", "parcel_id"]
    finding = told(result, "join.number_unread")
    assert (finding.row, finding.count, finding.field, finding.value_seen) == (2, 1, "contract_no", "3.30109E+15")
    assert told(result, "join.keys_disagree").params["rows"] == "3"  # the contract of the second row is A's
    with pytest.raises(Refused):
        analysed(district, sets=["layers.supply.columns.contract_no=合同编号"])


@pytest.mark.parametrize("heads", [("x", "y"), ("X坐标", "Y坐标")])
def test_points_of_projects_go_by_what_offices_call_them(district: District, heads: tuple[str, str]) -> None:
    district.ledger("projects", [{"项目代码": "P1", heads[0]: X + 50, heads[1]: Y + 50, "备案日期": "2020-03-01"}], 'crs = "EPSG:4549"')
    placed = district.analyse().result.ledgers["projects"]
    assert placed["match_way"].tolist() == ["location"]


def test_parcel_numbers_in_one_cell_find_their_parcels_and_the_contract_counts(district: District) -> None:
    """A has 40,000 m2 in the carrier and B 20,000, a quarter of it inside: 45,000 of the 60,000 of the contract."""
    numbered(district)
    supply(district, [{"宗地编号": "萧政储出(2020)15、萧政储出〔2020〕16号", "出让面积(平方米)": 60_000}])
    result = analysed(district)
    assert ways(result) == [("parcel_no", (A, B))]
    assert not {"join.ledger_unmatched", "join.no_location", "join.keys_disagree"} & {finding.code for finding in result.findings}
    rows = result.values[(result.values["indicator"] == "new_land_to_carriers_share") & (result.values["zone"] == "study_area")].iloc[0]
    assert (rows["numerator"], rows["denominator"]) == (pytest.approx(45_000, rel=1e-5), 60_000)


@pytest.mark.parametrize(("cells", "way", "ids"), [
    ({"电子监管号": "3301092020B00011；3301092020B00044"}, "supply_no", (A, D)),
    ({"电子监管号": "3301092020B00011、330109-2020-B-00022", "合同编号": "3301092020A21001"}, "", None),  # the contract is that of one of the two
    ({"电子监管号": "3301092020B00011、3301092020B00099"}, "", None),  # one of them is no parcel's: the other is not all of the row
])
def test_a_cell_with_several_numbers_is_taken_where_each_is_one_parcels_alone(district: District, cells: dict[str, str], way: str, ids: Any) -> None:
    numbered(district)
    supply(district, [{"宗地代码": "330109001001GB00099"}, cells])
    assert [(how, key if isinstance(key, tuple) else None) for how, key in ways(analysed(district))] == [("", None), (way, ids)]


@pytest.mark.parametrize(("cells", "way", "ids"), [
    ({"宗地编号": "萧政储出〔2020〕15、16号"}, "parcel_no", (A, B)),
    ({"宗地编号": "萧政储出(2020)15号和16号地块"}, "parcel_no", (A, B)),
    ({"宗地编号": "萧政储出〔2020〕15号至16号"}, "parcel_no", (A, B)),
    ({"宗地编号": "萧政储出〔2020〕15、16号", "宗地代码": ""}, "parcel_no", (A, B)),
], ids=["one head", "and", "range", "beside a code"])
def test_lots_written_with_one_head_are_each_found_and_told(district: District, cells: dict[str, str], way: str, ids: Any) -> None:
    numbered(district)
    supply(district, [{"出让面积(平方米)": 60_000, **cells}, *([{"宗地代码": C}] if "宗地代码" in cells else [])])
    result = analysed(district)
    assert ways(result)[0] == (way, ids)
    assert told(result, "key.expanded").value_used == "萧政储出〔2020〕15号、萧政储出〔2020〕16号".replace("〔2020〕", "(2020)" if "(" in cells["宗地编号"] else "〔2020〕")


@pytest.mark.parametrize("cell", ["萧政储出〔2020〕1、7号", "萧政储出〔2020〕1-7号"])
def test_a_number_that_is_one_lot_is_not_taken_apart(district: District, cell: str) -> None:
    district.layer("parcels.gpkg", {**NUMBERED, "宗地编号": ["萧政储出〔2020〕1号", "萧政储出〔2020〕7号", cell, "b"]}, list(SHAPES.values()))
    supply(district, [{"宗地编号": cell}])
    result = analysed(district)
    assert ways(result) == [("parcel_no", C)]
    assert "key.expanded" not in {finding.code for finding in result.findings}
