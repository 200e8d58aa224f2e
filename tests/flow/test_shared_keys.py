"""Keys that several rows, cells or layers share: contradictions are refused, several ids in one cell are shared out on record, rows are counted as the file has them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from spatial.errors import Finding, Refused
from spatial.schema.result import Result
from tests.flow.conftest import SHAPES, District, analysed

CONTRACT = {"合同签订日期": "2020-05-01", "土地用途": "工业用地", "出让面积(平方米)": 60_000, "约定开工日期": "2019-11-01", "成交价格(万元)": 900}


def outcome(district: District) -> tuple[Result | None, dict[str, Finding]]:
    try:
        result = analysed(district)
    except Refused as refused:
        return None, {finding.code: finding for finding in refused.findings}
    return result, {finding.code: finding for finding in result.findings}


def value(result: Result | None, indicator: str) -> tuple[float, int]:
    assert result is not None
    row = result.values[result.values["indicator"].eq(indicator) & result.values["zone"].eq("study_area")].iloc[0]
    return float(row["value"]), int(row["n"])


@pytest.mark.parametrize(("second", "many_rows", "refused"), [(20, "", True), (10, "", False), (20, 'many_rows = { tax = "first" }', False), (20, 'many_rows = { tax = "sum" }', True)])
def test_two_attribute_tables_must_agree_on_a_parcel(district: District, second: float, many_rows: str, refused: bool) -> None:
    district.parts["join"] = many_rows
    district.ledger("attributes.one", [{"宗地代码": "B", "税收(万元)": 5}, {"宗地代码": "A", "税收(万元)": 10}])
    district.ledger("attributes.two", [{"宗地代码": "A", "税收(万元)": second}, {"宗地代码": "C", "税收(万元)": 7}])
    result, findings = outcome(district)
    if refused:
        told = findings["join.tables_contradict"]
        assert result is None and (told.row, told.key, told.field, told.value_seen, told.value_used) == (2, "A", "tax", "20", "10")
        assert (told.params["other"], told.params["other_row"]) == ({"zh": "地块附加表 one", "en": "attributes one"}, 3)
        return
    assert result is not None and result.parcels["tax_wanyuan"].tolist()[:3] == [10, 5, 7]
    assert ("join.tables_first" in findings) is (second == 20)


def test_an_attribute_table_must_agree_with_the_parcel_layer(district: District) -> None:
    columns: dict[str, list[Any]] = {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "登记面积(亩)": [60.0, 30.0, 45.0, None]}
    district.layer("parcels.gpkg", columns, list(SHAPES.values()))
    district.ledger("attributes.land", [{"宗地代码": "A", "登记面积(平方米)": 40_000, "土地用途": "1001"}, {"宗地代码": "B", "登记面积(平方米)": 20_001, "土地用途": ""},
                                        {"宗地代码": "D", "登记面积(平方米)": 10_000, "土地用途": "1001"}])
    result, findings = outcome(district)
    assert result is not None and result.parcels["registered_area_m2"].tolist() == pytest.approx([40_000, 20_000, 30_000, 10_000])
    assert findings["join.tables_rounded"].key == "B" and "join.tables_contradict" not in findings
    district.layer("parcels.gpkg", {**columns, "land_use": ["1001", "1001", "1001", "0701"]}, list(SHAPES.values()))
    result, findings = outcome(district)
    assert result is None and (findings["join.tables_contradict"].field, findings["join.tables_contradict"].row) == ("land_use", 4)


def test_an_attribute_row_of_an_unknown_parcel_is_told(district: District) -> None:
    district.ledger("attributes.tax", [{"宗地代码": "A", "税收(万元)": 5}, {"宗地代码": "Z1", "税收(万元)": 6}, {"宗地代码": "Z2", "税收(万元)": 7}])
    result, findings = outcome(district)
    told = findings["join.ledger_unmatched"]
    assert result is not None and (told.role, told.count, told.row, told.params["rows"]) == ("attributes.tax", 2, 3, "3、4")


@pytest.mark.parametrize("mark", [";", "；", "、", ",", "，"])
def test_an_attribute_row_on_several_parcels_is_shared_out_by_area(district: District, mark: str) -> None:
    district.ledger("attributes.tax", [{"宗地代码": f"A{mark}B", "税收(万元)": 12, "综合能耗(吨标煤)": 30, "土地用途": "1001"}])
    result, findings = outcome(district)
    assert result is not None and findings["join.shared_out"].row == 2 and findings["join.shared_out"].severity == "repaired"
    assert result.parcels["tax_wanyuan"].tolist()[:2] == pytest.approx([8, 4], rel=1e-5)  # 40,000 and 20,000 m2 of plane
    assert math.fsum(result.parcels["energy_tce"].dropna()) == pytest.approx(30, abs=1e-12)


def test_a_contract_over_several_parcels_counts_once_and_in_every_indicator(district: District) -> None:
    district.ledger("supply", [{"宗地代码": "A；B", **CONTRACT}])
    result, findings = outcome(district)
    assert findings["supply.several_parcels"].count == 1 and "join.ledger_unmatched" not in findings
    assert value(result, "new_land_area") == (90.0, 1)  # 60,000 m2 are 90 mu, one contract
    assert value(result, "new_land_to_carriers_share")[0] == pytest.approx(0.75, rel=1e-6)  # all of A, a quarter of B: 45,000 of 60,000
    assert value(result, "idle_land_share") == (1.0, 2)
    assert result is not None
    assert result.parcels["land_status"].tolist() == ["suspected_idle_1y", "suspected_idle_1y", "not_supplied", "not_supplied"]
    assert result.parcels["fee_wanyuan"].tolist()[:2] == pytest.approx([120, 60], rel=1e-5)  # 20 % of 900, shared 2 : 1
    assert result.lists["calendar"]["fee_wanyuan"].tolist() == pytest.approx([120, 60], rel=1e-5)
    assert [(row.matched, row.left_only, row.right_only) for row in result.joins.itertuples()] == [(1, 0, 2)]


def test_a_ratio_of_a_contract_over_several_parcels_is_that_of_all_of_them(district: District) -> None:
    for built, status in ((36_000, "used"), (12_000, "part_used")):  # with B's 24,000 over 60,000 m2: 1.0 and 0.6, and 0.9 is promised
        district.parts["layers"] = ""
        district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "建筑面积(平方米)": [built, 24_000, None, None]}, list(SHAPES.values()))
        district.ledger("supply", [{"宗地代码": "A;B", **CONTRACT, "容积率下限": 0.9, "竣工日期": "2020-11-01", "开工日期": "2020-01-01"}])
        result, _ = outcome(district)
        assert result is not None and result.parcels["land_status"].tolist()[:2] == [status] * 2


def test_a_project_list_in_a_supply_row_finds_its_listed_project(district: District) -> None:
    district.ledger("supply", [{"宗地代码": "C", "项目代码": "P1;P2", **CONTRACT}])
    district.ledger("projects", [{"项目代码": "P2", "项目名称": "甲", "是否列入": "是", "登记日期": "2020-03-01"}], '[layers.projects.columns]\nlisted = "是否列入"')
    result, _ = outcome(district)
    assert value(result, "new_land_to_carriers_or_projects_share")[0] == 1.0 and value(result, "new_land_to_carriers_share")[0] == 0.0


def test_a_promise_for_several_parcels_counts_for_each(district: District) -> None:
    district.ledger("standard_land", [{"宗地代码": "A、B", "指标": "容积率", "承诺值": 1, "实际值": 2}, {"宗地代码": "A", "指标": "税收", "承诺值": 1, "实际值": 0.5}])
    result, findings = outcome(district)
    assert findings["standard_land.each_parcel"].row == 2
    assert value(result, "standard_land_compliance_share") == (0.5, 2)
    assert result is not None and [(row.matched, row.left_only) for row in result.joins.itertuples()] == [(2, 0)]


def test_joins_count_the_rows_of_the_file(district: District) -> None:
    district.ledger("projects", [{"项目代码": project, "宗地代码": parcel} for project, parcel in (("P", "A"), ("P", "B"), ("P", "Z"), ("Q", "B"), ("R", "Y"))])
    result, _ = outcome(district)
    assert result is not None
    assert [(row.matched, row.left_only, row.right_only, row.one_to_many) for row in result.joins.itertuples()] == [(3, 2, 2, 1)]


@pytest.mark.parametrize("rule", ["refuse", "keep", "dissolve"])
def test_ids_that_are_one_only_when_compared_are_shown_as_they_are_spelled(district: District, rule: str) -> None:
    district.parts["join"] = f'duplicate_keys = "{rule}"'
    district.layer("parcels.gpkg", {"parcel_id": ["b1", "B１", "C", "D"], "land_use": ["1001"] * 4}, list(SHAPES.values()))
    result, findings = outcome(district)
    told = findings["key.duplicate" if rule == "refuse" else "key.spelled_apart"]
    assert (result is None) is (rule == "refuse") and told.value_seen == "b1 = B１" and "b1 = B１" in told.message("zh")


CODES = [f"330109001001GB0000{i}" for i in range(1, 5)]


@pytest.mark.parametrize(("cell", "found_there"), [
    (f"{CODES[0]} {CODES[1]}", (CODES[0], CODES[1])), (f"{CODES[2]}/{CODES[3].lower()}", (CODES[2], CODES[3])), (f"{CODES[0]}和{CODES[2]}", (CODES[0], CODES[2])),
    ("330109 001001 GB00002", CODES[1]), (f"{CODES[0]}等2宗", None), (f"{CODES[0]}-1", None), (f"{CODES[0]};", CODES[0])])
def test_codes_of_several_parcels_are_parted_whatever_stands_between(district: District, cell: str, found_there: Any) -> None:
    district.layer("parcels.gpkg", {"parcel_id": CODES, "land_use": ["1001"] * 4}, list(SHAPES.values()))
    district.ledger("supply", [{"宗地代码": cell, **CONTRACT}])
    result, findings = outcome(district)
    assert result is not None and (result.ledgers["supply"]["parcel_id"].iloc[0] == found_there or "join.ledger_unmatched" in findings and found_there is None)


@pytest.mark.parametrize(("ids", "said", "hint"), [
    (["0011", "0012", "0013", "0014"], "12", "12 → 0012?"), (["1001", "1002", "1003", "1004"], "1002.0", "1002.0 → 1002?"), (["1", "01", "3", "4"], "001", "")])
def test_zeros_that_a_spreadsheet_dropped_or_added_are_suggested_and_not_taken(district: District, ids: list[str], said: str, hint: str) -> None:
    district.layer("parcels.gpkg", {"parcel_id": ids, "land_use": ["1001"] * 4}, list(SHAPES.values()))
    district.ledger("supply", [{"宗地代码": said, **CONTRACT}])
    _, findings = outcome(district)
    told = findings["join.ledger_unmatched"].params["hint_zh"]
    assert hint in told if hint else "→" not in told


def test_a_parcel_number_with_its_year_in_words_is_found_and_nothing_is_missing(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": CODES, "宗地编号": ["萧政储出〔2021〕15号", "萧政储出〔2021〕16号", "", ""], "land_use": ["1001"] * 4}, list(SHAPES.values()))
    district.ledger("supply", [{"宗地编号": "萧政储出2021年第15号", **CONTRACT}])
    result, findings = outcome(district)
    assert result is not None and result.ledgers["supply"]["parcel_id"].tolist() == [CODES[0]] and "join.ids_partly" not in findings


FIRM = {"年度": 2020, "宗地代码": "A", "税收(万元)": 120, "登记用地面积(亩)": 60}


def test_a_firm_under_its_old_tax_number_is_the_firm_of_the_credit_code(district: District) -> None:
    firms = (("91330109MA2AAAAA1X", "A"), ("330181MA2AAAAA1", "A"), ("330181MA2CCCCC1", "C"))
    district.ledger("enterprises", [{"统一社会信用代码": key, **FIRM, "宗地代码": parcel} for key, parcel in firms])
    district.ledger("leases", [{"出租方代码": "330181MA2CCCCC1", "承租方代码": "MA2AAAAA-1", "area_m2": 2000}])
    result, findings = outcome(district)
    assert (findings["enterprise.one_code"].severity, findings["key.row_copied"].row) == ("repaired", 3)
    assert value(result, "tax_per_mu")[0] == pytest.approx(240 / 120)  # twice 120 on twice 60 mu; 2,000 m2 go from one to the other
    assert result is not None and result.ledgers["enterprises"].sort_values("row")["land_leased_in_m2"].tolist() == [2000, 0]


def test_one_leased_area_for_several_firms_is_refused(district: District) -> None:
    district.ledger("enterprises", [{"统一社会信用代码": key, **FIRM} for key in ("E1", "E2")])
    district.ledger("leases", [{"出租方代码": "X", "承租方代码": lessee, "area_m2": 2000} for lessee in ("E1", "E1、E2")])
    result, findings = outcome(district)
    assert result is None and (findings["enterprise.leases_several"].row, findings["enterprise.leases_several"].key) == (3, "E1、E2")


def test_a_measure_with_two_values_and_a_row_of_two_firms_are_told(district: District) -> None:
    promise = {"宗地代码": "A", "指标": "容积率", "承诺值": 1}
    district.ledger("standard_land", [{**promise, "实际值": 2}, {**promise, "实际值": 0.5}, {**promise, "宗地代码": "C", "实际值": 2}])
    district.ledger("enterprises", [{"统一社会信用代码": "91330109MA2AAAAA1X、91330109MA2BBBBB2X", **FIRM}])
    result, findings = outcome(district)
    assert value(result, "standard_land_compliance_share") == (0.5, 2)  # A by the worse of its two values
    assert (findings["standard_land.measured_twice"].row, findings["standard_land.measured_twice"].value_seen) == (3, "2、0.5")
    assert findings["enterprise.several_in_row"].row == 2


def test_a_parcel_id_with_a_comma_in_it_is_one_id(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": ["甲村,一组", "B;C", "甲村", "一组"], "land_use": ["1001"] * 4}, list(SHAPES.values()))
    district.ledger("supply", [{"宗地代码": key, **CONTRACT} for key in ("甲村，一组", "B;C", "甲村;一组")])
    result, _ = outcome(district)
    assert result is not None and result.ledgers["supply"].sort_values("row")["parcel_id"].tolist() == ["甲村,一组", "B;C", ("甲村", "一组")]


def test_every_quantity_of_an_id_with_two_features_is_shared_out(district: District) -> None:
    district.parts["join"] = 'duplicate_keys = "keep"'
    district.layer("parcels.gpkg", {"parcel_id": ["A", "A", "C", "D"], "land_use": ["1001"] * 4}, list(SHAPES.values()))
    district.ledger("attributes.x", [{"宗地代码": "A", "综合能耗(吨标煤)": 6, "从业人员": 30, "税收(万元)": 12}])
    result, findings = outcome(district)
    assert result is not None and findings["join.spread"].count == 2
    for column, parts in (("energy_tce", [4, 2]), ("employees", [20, 10]), ("tax_wanyuan", [8, 4])):  # 40,000 and 20,000 m2
        assert result.parcels[column].tolist()[:2] == pytest.approx(parts, rel=1e-5)


@pytest.mark.parametrize(("uses", "rule", "kept"), [(("1001", "1001"), "sum", "1001"), (("0701", "0702"), "sum", None), (("0701", "0702"), "any", None), (("0701", "0702"), "first", "0701")])
def test_codes_on_several_rows_are_never_added_nor_picked(district: District, uses: tuple[str, str], rule: str, kept: str | None) -> None:
    """Floor areas of two buildings add up by `sum`; their land use is the one both say, or is refused with the rule that could decide it."""
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES)}, list(SHAPES.values()))
    district.parts["join"] = f'many_rows = {{ floor_area = "sum", land_use = "{rule}" }}'
    district.ledger("attributes.buildings", [{"宗地代码": "A", "建筑面积(平方米)": 3000, "土地用途": uses[0]}, {"宗地代码": "A", "建筑面积(平方米)": 4000, "土地用途": uses[1]}])
    result, findings = outcome(district)
    if kept is None:
        assert result is None and (findings["join.many_rows"].field, findings["join.many_rows"].key) == ("land_use", "A")
        return
    assert result is not None and result.parcels.loc[0, ["land_use", "floor_area_m2"]].tolist() == [kept, 7000]


@pytest.mark.parametrize("rule", ["any", "all"])
def test_amounts_that_differ_are_no_matter_of_any_or_all(district: District, rule: str) -> None:
    district.parts["join"] = f'many_rows = "{rule}"'
    district.ledger("attributes.tax", [{"宗地代码": "A", "税收(万元)": 200}, {"宗地代码": "A", "税收(万元)": 100}])
    result, findings = outcome(district)
    assert result is None and findings["join.many_rows"].field == "tax"
