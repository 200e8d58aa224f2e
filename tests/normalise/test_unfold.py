"""Wide standard-land ledgers become one row a parcel and measure, and the sides of a measure come to one scale or are refused by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spatial.normalise.unfold import one_scale, unfolded
from spatial.schema.raw import RawLayer, Source
from spatial.schema.study import ColumnSpec, LayerSpec

SPEC = LayerSpec("standard_land", Path("标准地.csv"), "标准地.csv")


def raw(columns: dict[str, list[Any]], units: dict[str, str] | None = None) -> RawLayer:
    frame = pd.DataFrame(columns, dtype=object)
    return RawLayer(frame, np.arange(2, len(frame) + 2), None, Source("standard_land", "标准地.csv"), units or {})


def test_a_wide_row_becomes_a_row_for_each_measure_that_says_something() -> None:
    wide = raw({"宗地号": ["A", "B", "C"], "投资强度标准": ["300", "300", None], "投资强度承诺": ["320", None, None], "投资强度实测": ["310", "290", None],
                "亩均税收标准": ["20", None, "/"], "亩均税收实测": ["25", None, None], "验收结论": ["合格", "不合格", None]})
    long, [note] = unfolded(wide, SPEC)
    assert long.frame.columns.tolist() == ["宗地号", "验收结论", "指标名称", "标准值", "承诺值", "实测值"]
    assert long.frame.iloc[:, [0, 2, 3, 4, 5]].astype(object).where(lambda cells: cells.notna(), None).to_numpy().tolist() == [
        ["A", "投资强度", "300", "320", "310"], ["A", "亩均税收", "20", None, "25"], ["B", "投资强度", "300", None, "290"]]
    assert long.row_numbers.tolist() == [2, 2, 3]
    assert (note.code, note.count) == ("standard_land.unfolded", 3)


def test_a_unit_of_the_headers_stays_with_the_measure() -> None:
    wide = raw({"宗地号": ["A"], "投资强度标准": ["300"], "投资强度实测": ["310"]}, {"投资强度标准": "wanyuan_per_mu", "投资强度实测": "wanyuan_per_mu"})
    long, _ = unfolded(wide, SPEC)
    assert long.frame["指标名称"].tolist() == ["投资强度(万元/亩)"]


@pytest.mark.parametrize("headers", [
    ("投资强度(万元/亩)/标准值", "投资强度(万元/亩)/约定", "投资强度(万元/亩)/实际"),
    ("控制标准/投资强度", "合同约定/投资强度", "实际完成/投资强度"), ("准入标准投资强度", "合同约定投资强度", "实际投资强度"),
    ("承诺指标完成情况/投资强度【万元/亩】/验收标准", "承诺指标完成情况/投资强度【万元/亩】/承诺值", "承诺指标完成情况/投资强度【万元/亩】/竣工验收"),
    ("投资强度", "投资强度_企业承诺", "投资强度达产值"), ("准入指标要求/投资强度", "承诺/投资强度", "核查结果/投资强度")])
def test_the_words_nearest_to_a_column_say_its_side(headers: tuple[str, str, str]) -> None:
    long, [note] = unfolded(raw({"宗地号": ["A"], **dict(zip(headers, [["300"], ["320"], ["310"]], strict=True)), "投资强度完成率(%)": ["96.9"]}), SPEC)
    assert note.code == "standard_land.unfolded"
    assert long.frame[["指标名称", "标准值", "承诺值", "实测值"]].to_numpy().tolist() == [["投资强度", "300", "320", "310"]]
    assert long.frame["投资强度完成率(%)"].tolist() == ["96.9"]


@pytest.mark.parametrize(("columns", "code", "named"), [
    (("投资强度/约定", "投资强度/2021年实际", "投资强度/2022年实际"), "standard_land.side_twice", "投资强度/2021年实际、投资强度/2022年实际"),
    (("亩均税收(万元/亩)", "亩均税收标准(万元/亩)", "亩均税收实测(万元/亩)"), "standard_land.side_twice", "亩均税收(万元/亩)、亩均税收标准(万元/亩)"),
    (("承诺投资强度", "实际投资强度", "实际投资强度2022年"), "standard_land.side_twice", "实际投资强度、实际投资强度2022年"),
    (("投资强度/承诺", "投资强度/2021年"), "standard_land.side_unsaid", "投资强度/2021年"), (("投资强度/承诺", "投资强度/情况"), "standard_land.side_unsaid", "投资强度/情况")])
def test_figures_of_two_years_and_of_an_unsaid_side_are_refused_by_name(columns: tuple[str, ...], code: str, named: str) -> None:
    _, findings = unfolded(raw({"宗地号": ["A"], **{name: ["300"] for name in columns}}), SPEC)
    [error] = [finding for finding in findings if finding.severity == "error"]
    assert (error.code, error.value_seen) == (code, named)
    assert error.remedy("zh")


@pytest.mark.parametrize("columns", [{"宗地号": ["A"], "指标": ["投资强度"], "标准值": ["300"]}, {"宗地号": ["A"], "备注": ["x"]}])
def test_a_long_ledger_and_one_without_measures_stay_as_they_are(columns: dict[str, list[Any]]) -> None:
    given = raw(columns)
    assert unfolded(given, SPEC) == (given, [])


def test_a_mapping_of_the_study_keeps_a_ledger_as_it_is() -> None:
    given = raw({"宗地号": ["A"], "容积率": ["1.5"]})
    stated = LayerSpec("standard_land", Path("标准地.csv"), "标准地.csv", columns={"actual": ColumnSpec("容积率")})
    assert unfolded(given, stated)[0] is given


def sides(measure: str, standard: list[float], actual: list[float], units: tuple[list[str | None], list[str | None]]) -> pd.DataFrame:
    return pd.DataFrame({"row": range(2, len(standard) + 2), "measure": [measure] * len(standard), "standard": standard, "standard_unit": pd.Series(units[0], dtype=object),
                         "actual": actual, "actual_unit": pd.Series(units[1], dtype=object)})


def test_figures_in_two_units_come_to_the_unit_of_the_measure() -> None:
    frame, findings = one_scale(sides("投资强度(万元/亩)", [300.0, 300.0], [4500.0, 310.0], ([None, None], ["wanyuan_per_ha", None])), raw({}))
    assert not findings
    assert frame["actual"].tolist() == pytest.approx([300.0, 310.0])
    assert frame["standard"].tolist() == [300.0, 300.0]


def test_shares_of_two_scales_are_compared_as_fractions_where_each_column_tells_its_own() -> None:
    frame, findings = one_scale(sides("建筑密度", [0.4, 0.45], [42.0, 38.0], ([None, None], [None, None])), raw({}))
    assert not findings
    assert frame["standard"].tolist() == [0.4, 0.45]
    assert frame["actual"].tolist() == pytest.approx([0.42, 0.38])


def test_a_column_that_mixes_fractions_and_per_cents_is_refused_by_row() -> None:
    _, findings = one_scale(sides("建筑密度", [40.0, 45.0], [0.42, 38.0], ([None, None], [None, None])), raw({}))
    assert [(f.code, f.row, f.field, f.value_seen) for f in findings] == [("row.bad_cell", 2, "actual", "0.42"), ("row.bad_cell", 3, "actual", "38")]
