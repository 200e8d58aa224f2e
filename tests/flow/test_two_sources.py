"""What the parcel layer says of a parcel against what the supply ledger says of it: told, with the one that counts."""

from __future__ import annotations

from typing import Any

from tests.flow.conftest import SHAPES, District, analysed

STATED = '[layers.parcels.values.land_status]\nsuspected_idle_1y = ["空置"]\nused = ["已用"]\n'


def contract(parcel: str, **cells: Any) -> dict[str, Any]:
    return {"宗地代码": parcel, "土地用途": "1001", "合同签订日期": "2018-01-01", "出让面积(平方米)": 1000, "约定开工时间": "2018-02-01", "实际开工时间": "2018-02-01",
            "实际竣工时间": "2019-02-01", **cells}


def test_a_status_column_that_the_ledger_contradicts_is_told_and_the_ledger_counts(district: District) -> None:
    """A and B are completed by the ledger. A is stated vacant (idle on one side only), B agrees, C started only (used by the column), D is in the column alone and idle by it."""
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "土地状态": ["空置", "已用", "已用", "空置"]}, list(SHAPES.values()))
    district.parts["layers"] += STATED
    district.ledger("supply", [contract("A"), contract("B"), contract("C", 实际竣工时间="")])
    result = analysed(district)
    told = [finding for finding in result.findings if finding.code == "status.column_differs"]
    assert [(f.severity, f.count, f.key, f.row, f.value_seen, f.value_used, f.params["idle"]) for f in told] == [("warning", 2, "A", 1, "空置", "used", 1)]
    assert "已供已用" in told[0].message("zh")
    assert "supplied and used" in told[0].message("en")
    assert result.parcels.set_index("parcel_id")["land_status"].to_dict() == {"A": "used", "B": "used", "C": "under_construction", "D": "suspected_idle_1y"}


def test_a_status_column_without_a_ledger_contradicts_nothing(district: District) -> None:
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "土地状态": ["空置", "已用", "已用", "空置"]}, list(SHAPES.values()))
    district.parts["layers"] += STATED
    assert not [finding for finding in analysed(district).findings if finding.code == "status.column_differs"]


def test_a_contract_of_another_use_than_the_layer_is_told_with_the_figure_that_follows_each(district: District) -> None:
    """B is housing in the layer and industry in its contract, C the reverse, D is 1001 and 1101 (industry both), A agrees. New land: A, B, D; industrial land of the layer: A, C, D."""
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001", "0701", "1001", "1001"]}, list(SHAPES.values()))
    signed = {"合同签订日期": "2020-03-01"}
    district.ledger("supply", [contract("A", **signed), contract("B", **signed), contract("C", 土地用途="0701", **signed), contract("D", 土地用途="1101", **signed)])
    result = analysed(district)
    told = [finding for finding in result.findings if finding.code == "supply.use_differs"]
    assert [(f.severity, f.count, f.row, f.key, f.value_seen, f.value_used) for f in told] == [("warning", 2, 3, "B", "1001", "0701")]
    values = result.values.set_index(["indicator", "zone"])
    assert values.loc[("new_land_area", "study_area"), "numerator"] == 3000
    areas = result.parcels.set_index("parcel_id")["area_m2"]
    assert values.loc[("industrial_land_share", "study_area"), "numerator"] == sum(areas[["A", "C", "D"]])


def test_a_status_word_without_a_code_yields_to_the_days_of_the_ledger_and_says_so(district: District) -> None:
    """空着 is no known word. A should have been started on 2017-06-01: idle, more than two years by 2020-12-31, by the ledger. D has no row: undetermined."""
    district.layer("parcels.gpkg", {"parcel_id": list(SHAPES), "land_use": ["1001"] * 4, "土地状态": ["空着", "已用", "已用", "空着"]}, list(SHAPES.values()))
    district.ledger("supply", [{"宗地代码": "A", "供地面积(平方米)": 10000, "土地用途": "工业用地", "合同签订日期": "2017-01-01", "约定开工日期": "2017-06-01", "实际开工日期": ""}])
    result = analysed(district)
    assert result.parcels.set_index("parcel_id").loc[["A", "D"], "land_status"].tolist() == ["suspected_idle_2y", "undetermined"]
    said = [finding.message("zh") for finding in result.findings if finding.code == "status.unmapped_words"]
    assert len(said) == 1 and "2 宗" in said[0] and "其中供地台账没有的记为无法判定" in said[0] and "台账有的以台账推算为准" in said[0]
