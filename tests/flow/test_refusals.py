"""Bad input: every case is refused with its findings, all at once, each with a remedy, and nothing is left behind."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
from pyproj import CRS
from shapely.affinity import translate
from shapely.geometry import box, mapping

from spatial import pipeline
from spatial.errors import Finding, Refused
from spatial.normalise.keys import duplicate_parcels
from spatial.read.vector.corners import read_corners
from spatial.read.vector.draft import Place
from tests.flow.conftest import CARRIER, SHAPES, District, X, Y, analysed


def refused(district: District, **options: object) -> list[Finding]:
    before = sorted(p.relative_to(district.folder) for p in district.folder.rglob("*"))
    with pytest.raises(Refused) as caught:
        district.run(**options)
    district.write()
    after = sorted(p.relative_to(district.folder) for p in district.folder.rglob("*"))
    assert set(after) - set(before) <= {Path("study.toml"), Path("out")}
    errors = [finding for finding in caught.value.findings if finding.severity == "error"]
    assert all(finding.remedy("zh") and finding.remedy("en") for finding in errors)
    return errors


def test_a_missing_file_is_named(district: District) -> None:
    (district.folder / "carriers.gpkg").unlink()
    [error] = refused(district)
    assert (error.code, error.path, error.role) == ("study.missing_file", "carriers.gpkg", "carriers")


def test_an_unknown_column_is_named_with_the_columns_there_are(district: District) -> None:
    district.parts["parcels"] = '[layers.parcels.columns]\nparcel_id = "宗地号码"'
    [error] = refused(district)
    assert (error.code, error.value_seen) == ("schema.unknown_column", "宗地号码")
    assert "land_use" in error.remedy("zh")


def test_a_layer_without_crs_and_datum_is_refused_and_taken_with_a_datum(district: District) -> None:
    far = [translate(shape, 40e6) for shape in SHAPES.values()]
    features = [{"type": "Feature", "properties": {"parcel_id": key}, "geometry": mapping(shape)} for key, shape in zip(SHAPES, far, strict=True)]
    (district.folder / "bare.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    district.parts["parcels"] = ""
    study = district.write()
    study.write_text(study.read_text(encoding="utf-8").replace("parcels.gpkg", "bare.geojson"), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        pipeline.run(study)
    assert {f.code.split(".")[0] for f in caught.value.findings if f.severity == "error"} == {"crs"}
    done = pipeline.run(study, sets=["study.datum=CGCS2000"])
    [receipt] = [f for f in done.result.findings if f.role == "parcels" and f.severity == "repaired"]
    assert receipt.value_used == "EPSG:4528"


def test_a_parcel_id_twice_is_refused_unless_kept_or_dissolved(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": ["A", "B", "C", "A"], "land_use": ["1001"] * 4}, list(SHAPES.values()))
    [error] = refused(district)
    assert (error.code, error.key, error.count) == ("key.duplicate", "A", 2)
    kept = district.analyse(sets=["join.duplicate_keys=keep"]).result
    assert len(kept.parcels) == 4
    dissolved = district.analyse(sets=["join.duplicate_keys=dissolve"]).result
    assert len(dissolved.parcels) == 3
    assert dissolved.balance["parcels_m2"] == pytest.approx(kept.balance["parcels_m2"], rel=1e-9)


@pytest.mark.parametrize(("stated", "outcome"), [((50_000, 50_000), 50_000), ((25_000, 25_000), 50_000), ((40_000, 10_000), 50_000), ((200_000, 200_000), None)])
def test_dissolved_rows_that_each_state_the_whole_area_count_it_once(stated: tuple[float, float], outcome: float | None) -> None:
    shapes = [box(X, Y, X + 250, Y + 100), box(X + 250, Y, X + 500, Y + 100), box(X, Y + 400, X + 100, Y + 500)]  # 25 000 m² and 25 000 m² of one parcel
    rows = gpd.GeoDataFrame({"parcel_id": ["A", "A", "B"], "row": [1, 2, 3], "area_m2": [25_000.0, 25_000.0, 10_000.0], "land_use": ["1001", "0701", "1001"],
                             "registered_area_m2": [*stated, 10_000.0]}, geometry=shapes, crs=4549)
    done, findings = duplicate_parcels(rows, "dissolve", CRS.from_epsg(4549))
    codes = [f.code for f in findings]
    assert "key.dissolved_differs" in codes and ("key.dissolve_unclear" in codes) == (outcome is None)
    if outcome:
        assert done["registered_area_m2"].tolist() == [outcome, 10_000.0] and ("key.dissolved_whole" in codes) == (stated[0] == outcome)


@pytest.mark.parametrize(("floor", "registered", "unclear"), [
    ((8e4, 8e4), (None, None), True), ((8e4, 6e4), (None, None), False), ((8e4, None), (None, None), False), ((0, 0), (None, None), False),
    ((8e4, 8e4), (50_000, 50_000), False), ((8e4, 8e4), (25_000, 25_000), False),  # the registered area tells whole or parts
    ((8e4, 8e4), (40_000, 10_000), True)])
def test_floor_areas_repeated_in_dissolved_rows_are_asked_about(floor: tuple[float | None, ...], registered: tuple[float | None, ...], unclear: bool) -> None:
    shapes = [box(X, Y, X + 250, Y + 100), box(X + 250, Y, X + 500, Y + 100), box(X, Y + 400, X + 100, Y + 500)]
    rows = gpd.GeoDataFrame({"parcel_id": ["A", "A", "B"], "row": [1, 2, 3], "area_m2": [25_000.0, 25_000.0, 10_000.0], "floor_area_m2": [*floor, 5.0],
                             "registered_area_m2": [*registered, 10_000.0]}, geometry=shapes, crs=4549).astype({"floor_area_m2": float, "registered_area_m2": float})
    _, findings = duplicate_parcels(rows, "dissolve", CRS.from_epsg(4549))
    assert [(f.field, f.key, f.row) for f in findings if f.code == "key.dissolve_unclear"] == ([("floor_area", "A", 2)] if unclear else [])


@pytest.mark.parametrize(("said", "refused_"), [(",,,,,,", False), ("0,0,0,0,0,0,1.0", False), ("", False), ("-12.5,0,3.2,0,0,0,1.0", True)])
def test_parameters_of_a_shift_in_the_head_of_a_corner_file_are_not_passed_over(tmp_path: Path, said: str, refused_: bool) -> None:
    (tmp_path / "a.txt").write_text(f"[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=40\n转换参数={said}\n[地块坐标]\n"
                                    "4,1,1,a,面,,,,@\nJ1,1,3340000,520000\nJ2,1,3340100,520000\nJ3,1,3340100,520100\nJ1,1,3340000,520000\n", encoding="utf-8")
    place = Place("parcels", "a.txt")
    if not refused_:
        assert read_corners(tmp_path / "a.txt", place).geometry[0].area == pytest.approx(5000)
        return
    with pytest.raises(Refused) as caught:
        read_corners(tmp_path / "a.txt", place)
    assert [(f.code, f.row, f.value_seen) for f in caught.value.findings] == [("container.corner_shift", 5, said)]


def test_carriers_elsewhere_hold_no_parcel(district: District) -> None:
    district.layer("carriers.gpkg", {"carrier_id": ["远园"]}, [box(X + 5000, Y + 5000, X + 6000, Y + 6000)])
    assert [error.code for error in refused(district)] == ["allocation.no_parcel_inside"]


def test_an_empty_layer_is_refused(district: District) -> None:
    district.parts["parcels"] = 'where = { column = "parcel_id", in = ["Z"] }'
    assert "layer.empty" in [error.code for error in refused(district)]


def test_a_negative_area_is_refused_with_its_row(district: District) -> None:
    district.ledger("supply", [{"宗地代码": "A", "出让面积(平方米)": "-5", "合同签订日期": "2020-05-01"}])
    [error] = refused(district)
    assert (error.code, error.row, error.field, error.role) == ("row.negative", 2, "area", "supply")


def test_all_problems_are_told_at_once(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": ["A", "A", "C", "D"], "land_use": ["1001"] * 4}, list(SHAPES.values()))
    district.ledger("supply", [{"宗地代码": "A", "出让面积": "5", "合同签订日期": "2020-05-01"}, {"宗地代码": "C", "出让面积": "5", "合同签订日期": "某日"}])
    assert {"key.duplicate", "unit.missing", "row.bad_cell"} <= {error.code for error in refused(district)}


def test_a_bad_row_is_set_aside_when_the_study_says_so(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": ["A", "B", "C", None], "land_use": ["1001"] * 4}, list(SHAPES.values()))
    assert [error.code for error in refused(district)] == ["row.blank_key"]
    result = district.analyse(sets=["join.on_bad_rows=set_aside"]).result
    assert len(result.parcels) == 3
    assert [f.count for f in result.findings if f.code == "row.set_aside"] == [1]


def test_a_refused_run_leaves_the_last_good_output(district: District) -> None:
    done = district.run()
    before = {p: p.read_bytes() for p in done.folder.rglob("*") if p.is_file()}
    district.layer("parcels.gpkg", {"parcel_id": ["A", "A", "C", "D"], "land_use": ["1001"] * 4}, list(SHAPES.values()))
    with pytest.raises(Refused):
        district.run()
    assert {p: p.read_bytes() for p in done.folder.rglob("*") if p.is_file()} == before


def test_an_output_folder_that_holds_inputs_is_refused(district: District) -> None:
    [error] = refused(district, out=district.folder)
    assert error.code == "study.output_holds_inputs"


def test_wrong_keys_are_named_with_the_nearest_right_one(district: District) -> None:
    errors = refused(district, sets=["join.alocation=area", "study.audience=pubic"])
    assert [error.field for error in errors] == ["study.audience", "join.alocation"]
    assert "allocation" in errors[1].remedy("zh")
    assert "public" in errors[0].remedy("en")


def test_a_period_that_runs_backwards_is_refused(district: District) -> None:
    assert [error.field for error in refused(district, sets=["study.period=[2020-12-31, 2020-01-01]"])] == ["study.period"]


def test_the_carrier_covers_what_it_says(district: District) -> None:
    result = district.analyse().result
    area = CARRIER.intersection(SHAPES["A"]).area + CARRIER.intersection(SHAPES["B"]).area
    assert area == 45_000
    assert result.balance["inside_m2"] == pytest.approx(area, rel=2e-5)  # plane against ellipsoid, near the meridian


def test_a_finding_about_a_join_names_its_file(district: District) -> None:
    district.ledger("supply", [{"宗地代码": "Z", "出让面积(平方米)": 5, "合同签订日期": "2020-05-01"}])
    [finding] = [f for f in district.analyse().result.findings if f.code == "join.ledger_unmatched"]
    assert (finding.path, finding.row, finding.key) == ("supply.csv", 2, "Z")


def test_a_year_may_be_written_as_offices_do(district: District) -> None:
    rows = [{"统一社会信用代码": "E1", "年度": "2020年度", "税收(万元)": "1,200.5", "登记用地面积(亩)": 10}]
    district.ledger("enterprises", rows)
    values = district.analyse().result.values
    assert values[(values["indicator"] == "tax_per_mu") & (values["zone"] == "study_area")]["value"].iloc[0] == pytest.approx(120.05)


def test_parts_of_one_carrier_that_state_different_types_are_refused_and_blanks_are_filled(district: District) -> None:
    halves = [box(X - 10, Y - 10, X + 200, Y + 210), box(X + 200, Y - 10, X + 450, Y + 210)]
    district.layer("carriers.gpkg", {"carrier_id": ["甲园"] * 2, "carrier_type": ["开发区", "小微园"]}, halves)
    errors = [finding for finding in pipeline.check(district.write()) if finding.severity == "error"]
    assert [(finding.code, finding.key, finding.field, finding.value_seen) for finding in errors] == [("join.parts_disagree", "甲园", "carrier_type", "开发区、小微园")]
    district.layer("carriers.gpkg", {"carrier_id": ["甲园"] * 2, "carrier_type": [None, "小微园"]}, halves)
    assert district.analyse().result.carriers["carrier_type"].tolist() == ["小微园"]


GUARDS = {  # what the study says -> the key that is refused: each of these was once read as something else, or as nothing
    "where = { column = \"land_use\" }": "layers.parcels.where",
    "where = { column = \"land_use\", min = \"1001\" }": "layers.parcels.where.min",
    "where = { column = \"land_use\", in = [[\"1001\"]] }": "layers.parcels.where.in",
    "[layers.parcels.values.parcel_id]\nA = [\"甲\"]": "layers.parcels.values.parcel_id",
    "[layers.supply]\npath = \"parcels.gpkg\"\n[layers.supply.columns]\ncontract_date = { column = \"day\", dayfirst = \"false\" }": "layers.supply.columns.contract_date.dayfirst",
}


@pytest.mark.parametrize("said", GUARDS)
def test_a_study_that_says_what_cannot_be_meant_is_refused(district: District, said: str) -> None:
    district.parts["parcels"] = said
    [error] = refused(district)
    assert (error.code, error.field) == ("study.wrong_value", GUARDS[said])


def test_a_filter_by_size_is_refused_where_a_cell_is_no_number(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "年份": ["2,019", "2020", "约二〇年", ""]}, list(SHAPES.values()))
    district.parts["parcels"] = 'where = { column = "年份", min = 2000 }'
    [error] = refused(district)
    assert (error.code, error.row, error.value_seen) == ("layer.where_no_number", 3, "约二〇年")


def test_a_filter_by_size_reads_numbers_as_offices_write_them(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "面积": ["1,200.5", "１３００", "800", ""]}, list(SHAPES.values()))
    district.parts["parcels"] = 'where = { column = "面积", min = 1000 }'
    assert sorted(district.analyse().parcels["parcel_id"]) == ["A", "B"]


def test_a_move_without_its_carrier_is_refused(district: District) -> None:
    [error] = refused(district, sets=["whatif.move=A:甲园; B"])
    assert (error.code, error.field) == ("study.wrong_value", "whatif.move")


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0]])
def test_a_dissolved_parcel_says_the_same_whatever_row_stands_first(order: list[int], district: District) -> None:
    shapes = [SHAPES["A"], SHAPES["B"], SHAPES["C"]]
    columns = {"parcel_id": ["A", "A", "C"], "land_use": ["1001"] * 3, "宗地编号": ["2", "1", "3"]}
    district.layer("parcels.gpkg", {name: [cells[i] for i in order] for name, cells in columns.items()}, [shapes[i] for i in order])
    district.parts["join"] = 'duplicate_keys = "dissolve"'
    parcels = analysed(district).parcels.set_index("parcel_id")
    assert parcels["parcel_no"].to_dict() == {"A": "1", "C": "3"}


@pytest.mark.parametrize(("where", "kept", "told"), [
    ('in = ["有效", "注消"]', 3, ["注消"]), ('not_in = ["注消"]', 4, ["注消"]), ('not_in = ["注销"]', 3, []), ('in = ["有效", "注销"]', 4, []), ('not_in = [""]', 4, []),
    (f"not_in = {list('甲乙丙丁戊己庚辛壬癸子')}", 4, ["甲、乙、丙、丁、戊、己、庚、辛、壬、癸…"]),
])
def test_a_word_of_a_filter_that_no_row_has_is_told(where: str, kept: int, told: list[str], district: District) -> None:
    """注消 for 注销: nothing was left out, and the receipt of the filter alone said so."""
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "状态": ["有效", "注销", "有效", "有效"]}, list(SHAPES.values()))
    district.parts["parcels"] = f'where = {{ column = "状态", {where} }}'
    result = analysed(district)
    assert len(result.parcels) == kept and [finding.value_seen for finding in result.findings if finding.code == "layer.where_no_row"] == told
